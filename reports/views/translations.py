"""The further languages of a report: which there are, what is translated, and each text beside the first language."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.lacking import lacking_languages
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.digits import number_sent
from ctnat.ui.errors import add_errors
from ctnat.ui.languages import direction
from ctnat.ui.names import language_name
from reports.document.report_text import ReportText, SectionText, different_references, languages_of, text_of
from reports.forms import CoverTranslationForm, LanguageForm, SectionTranslationForm
from reports.models import SectionRevision
from reports.output.comparison import compare_texts
from reports.services.sections import EditConflict
from reports.services.translations import (
    add_language,
    remove_language,
    restore_translation,
    translate_cover,
    translate_section,
)
from reports.views.common import find_language, find_report, find_section, page, posted, preview_of


@require_http_methods(["GET", "POST"])
@requires("report.edit")
def language_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The languages of the report with what is left to do in each, and the form that adds one."""
    report = find_report(assessment)
    first, *further = languages_of(report)
    form = LanguageForm([first, *further], assessment.languages, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = add_language(report=report, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("{language} was added.").format(language=row))
            return redirect("reports:language_detail", assessment.reference, row.language)
    rows = [_progress(text_of(report, language)) for language in further]
    status = 422 if form.errors else 200
    context = {"report": report, "first": language_name(first), "rows": rows, "form": form}
    context["lacking"] = lacking_languages(assessment, [first, *further], "report")
    return page(request, "language_list", status=status, **context)


def _progress(text: ReportText) -> dict[str, Any]:
    shown = [one for one in text.texts if not one.section.hidden]
    open_texts = sum(one.needs_work for one in shown)
    return {
        "code": text.language,
        "name": language_name(text.language),
        "total": len(shown),
        "done": len(shown) - open_texts,
        "open": open_texts,
    }


@require_http_methods(["GET", "POST"])
@requires("report.edit")
def language_detail(request: MemberRequest, assessment: Assessment, language: str) -> HttpResponse:
    """The cover in a further language, and the outline with the state of each text."""
    report = find_report(assessment)
    row = find_language(report, language)
    form = CoverTranslationForm(posted(request), instance=find_language(report, language))
    if request.method == "POST" and form.is_valid():
        try:
            translate_cover(row=row, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("reports:language_detail", assessment.reference, language)
    text = text_of(report, language)
    return page(
        request,
        "language_detail",
        status=409 if form.has_conflict else 422 if form.errors else 200,
        report=report,
        row=row,
        first=language_name(report.language),
        form=form,
        text=text,
        progress=_progress(text),
        parts=_in_order(text),
        direction=direction(language),
    )


def _in_order(text: ReportText) -> list[tuple[int, SectionText]]:
    """(level, text) in the order of the document."""
    children: dict[int | None, list[SectionText]] = {}
    for one in text.texts:
        children.setdefault(one.section.parent_id, []).append(one)

    def below(parent: int | None, level: int) -> list[tuple[int, SectionText]]:
        return [row for one in children.get(parent, []) for row in ((level, one), *below(one.section.pk, level + 1))]

    return below(None, 1)


@require_POST
@requires("report.edit")
def language_remove(request: MemberRequest, assessment: Assessment, language: str) -> HttpResponse:
    remove_language(report=find_report(assessment), language=language, by=request.user)
    name = language_name(language)
    messages.success(
        request,
        _("{language} was removed. Its texts are kept; they come back when you add the language again.").format(
            language=name
        ),
    )
    return redirect("reports:language_list", assessment.reference)


@require_http_methods(["GET", "POST"])
@requires("report.edit")
def section_translate(request: MemberRequest, assessment: Assessment, language: str, key: str) -> HttpResponse:
    """Translate one section beside its text. If another member saved meanwhile, both texts are shown."""
    section = find_section(assessment, key)
    row = find_language(section.report, language)
    text = next(one for one in text_of(section.report, language).texts if one.section.pk == section.pk)
    stored = text.translation
    initial = {
        "title": text.printed.title,
        "body": "" if text.printed.body_language else text.printed.body,
        "revision": stored.revision if stored else 0,
        "shown": section.revision,
    }
    form = SectionTranslationForm(posted(request), initial=initial)
    theirs, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            typed = form.cleaned_data
            before = stored.of_revision if stored else None
            try:
                saved = translate_section(
                    section=section,
                    language=language,
                    title=typed["title"],
                    body=typed["body"],
                    by=request.user,
                    revision=typed["revision"],
                    of_revision=typed["shown"] if "current" in request.POST else before,
                )
            except EditConflict as conflict:
                theirs, status = conflict.section, 409
                form.show_newer(theirs)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("“{title}” was saved.").format(title=saved.title))
                return redirect("reports:language_detail", assessment.reference, language)
    body = str(form["body"].value() or "")
    return page(
        request,
        "section_translate",
        status=status,
        section=section,
        row=row,
        first=language_name(section.report.language),
        first_language=section.report.language,
        first_direction=direction(section.report.language),
        direction=direction(language),
        form=form,
        state=text.state,
        theirs=theirs,
        stored=stored,
        since=_changes_since(text),
        differences=different_references(section.body, body) if body.strip() else [],
        preview=preview_of(section, body, language),
    )


def _changes_since(text: SectionText) -> list[Any]:
    """What was changed in the first language after the text was last declared up to date."""
    if text.state != "stale" or text.translation is None or text.translation.of_revision is None:
        return []
    then = text.section.revisions.for_language("").filter(revision=text.translation.of_revision).first()
    if then is None:
        return []
    return compare_texts([then.title, *then.body.split("\n\n")], [text.section.title, *text.section.body.split("\n\n")])


@require_POST
@requires("report.edit")
def translation_preview(request: MemberRequest, assessment: Assessment, language: str, key: str) -> HttpResponse:
    section = find_section(assessment, key)
    find_language(section.report, language)
    return page(request, "_preview", preview=preview_of(section, request.POST.get("body", ""), language))


@require_safe
@requires("report.view")
def translation_history(request: MemberRequest, assessment: Assessment, language: str, key: str) -> HttpResponse:
    section = find_section(assessment, key)
    row = find_language(section.report, language)
    revisions = section.revisions.for_language(language).select_related("by").order_by("-revision")[:50]
    return page(
        request,
        "translation_history",
        section=section,
        row=row,
        revisions=revisions,
        current=revisions[0].revision if revisions else 0,
        direction=direction(language),
    )


@require_POST
@requires("report.edit")
def translation_restore(
    request: MemberRequest, assessment: Assessment, language: str, key: str, number: int
) -> HttpResponse:
    """Make an earlier translation the current one."""
    section = find_section(assessment, key)
    find_language(section.report, language)
    revision = number_sent(request.POST.get("revision", "")) or 0
    try:
        restore_translation(section=section, language=language, number=number, by=request.user, revision=revision)
    except SectionRevision.DoesNotExist:
        raise Http404("This version does not exist.") from None
    except EditConflict as conflict:
        messages.error(request, _("{why} Nothing was restored. Check its current text first.").format(why=conflict))
    else:
        messages.success(request, _("Version restored. The text that it replaced is kept in the version history."))
    return redirect("reports:translation_history", assessment.reference, language, key)
