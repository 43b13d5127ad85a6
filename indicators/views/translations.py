"""Translations of the assessment's texts: progress by language, editing, reviewing, and the translators' workbook."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.models import Assessment
from ctnat.ui.access import in_english
from ctnat.ui.errors import ConflictError, add_errors, shortened
from ctnat.ui.languages import english_name, find_language
from ctnat.ui.posting import posted_from
from indicators.forms import TranslationForm
from indicators.services.translations import (
    names_someone,
    review_translations,
    save_translation,
    save_translations,
)
from indicators.translation_states import STATES, TextState, language_states, may_translate_into, text_states
from indicators.translation_workbooks import read_sheet, to_sheet
from instruments.workbooks import LARGEST_FILE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@requires("indicators.view")
def translation_list(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """How far the texts are translated into each language. `?language=` opens another one, by its name or its code."""
    asked = request.GET.get("language", "").strip()[:60]
    status = 200
    if asked:
        code = asked.lower() if may_translate_into(asked.lower()) else find_language(asked)
        if code and may_translate_into(code):
            return redirect("indicators:translation_edit", assessment.reference, code)
        messages.error(
            request,
            _("“{asked}” is not a known language. Enter its name, or a code such as fr or uk.").format(asked=asked),
        )
        status = 422
    context = {"assessment": assessment, "states": language_states(assessment), "asked": asked}
    return render(request, "indicators/translation_list.html", context, status=status)


@require_safe
@requires("indicators.view")
def translation_edit(request: HttpRequest, assessment: Assessment, language: str) -> HttpResponse:
    _check_language(language)
    return _edit_page(request, assessment, language)


@requires("translations.edit")
@posted_from("indicators:translation_edit")
def translation_save(request: HttpRequest, assessment: Assessment, language: str) -> HttpResponse:
    """Save one translation. The response to htmx is its row, which always holds what was typed."""
    _check_language(language)
    state = _find(assessment, language, request.POST.get("key", ""))
    form, status = TranslationForm.of(state, language, request.POST), 422
    if form.is_valid():
        try:
            values = {name: value for name, value in form.cleaned_data.items() if name != "text"}
            saved = save_translation(
                assessment=assessment,
                language=language,
                text=form.cleaned_data["text"],
                by=request.user,  # type: ignore[arg-type]
                sees_names=_sees_names(request),
                **values,
            )
        except ConflictError as conflict:
            status, state = 409, _find(assessment, language, state.text.key)
            form = form.accept(state, language)
            add_errors(form, conflict)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _saved(request, assessment, language, saved)
    if request.headers.get("HX-Request"):
        return _row(request, assessment, language, state, form=form, status=status)
    return _edit_page(request, assessment, language, form=form, status=status)


@requires("translations.edit")
@posted_from("indicators:translation_edit")
def translation_review(request: HttpRequest, assessment: Assessment, language: str) -> HttpResponse:
    """Mark translations as reviewed, or withdraw that."""
    _check_language(language)
    keys, marks = request.POST.getlist("key"), request.POST.getlist("seen")
    seen = dict(zip(keys, marks + [""] * (len(keys) - len(marks)), strict=False))
    reviewed = request.POST.get("reviewed") != "no"
    by_row = bool(request.headers.get("HX-Request")) and len(seen) == 1
    try:
        count = review_translations(
            assessment=assessment,
            language=language,
            seen=seen,
            reviewed=reviewed,
            by=request.user,  # type: ignore[arg-type]
        )
    except ConflictError as conflict:
        states = {state.text.key: state for state in text_states(assessment, language)}
        if by_row:
            state = _find(assessment, language, conflict.current[0])
            return _row(request, assessment, language, state, changed=True, status=409)
        named = [states[key].text.place if key in states else _("a text that was removed") for key in conflict.current]
        messages.error(
            request,
            _(
                "Nothing was marked, because texts have changed since you opened the page: {shortened}. "
                "Read them as they are now, then mark them."
            ).format(shortened="; ".join(shortened(named, 5))),
        )
        return _edit_page(request, assessment, language, status=409)
    if by_row:
        return _row(request, assessment, language, _find(assessment, language, keys[0]))
    message = (
        ngettext("{n} translation was marked as reviewed.", "{n} translations were marked as reviewed.", count)
        if reviewed
        else ngettext("{n} translation was marked as draft.", "{n} translations were marked as draft.", count)
    )
    messages.success(request, message.format(n=count))
    return redirect("indicators:translation_edit", assessment.reference, language)


@in_english
@require_safe
@requires("translations.edit")
def translation_sheet(request: HttpRequest, assessment: Assessment, language: str) -> HttpResponse:
    """The workbook for translators; texts that the member may not read are left out."""
    _check_language(language)
    content = to_sheet(assessment, language, _readable(request, assessment, language))
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{assessment.reference}-texts-{language}.xlsx"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires("translations.edit")
def translation_import(request: HttpRequest, assessment: Assessment, language: str) -> HttpResponse:
    """Upload a translators' workbook, preview its changes, then apply them. With a fault all of it is refused."""
    _check_language(language)
    context: dict[str, Any] = {"assessment": assessment, "language": language, "name": english_name(language)}
    if request.method == "POST" and "changes" in request.POST:
        return _apply_import(request, assessment, language, context)
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            context["faults"] = [_("Choose the workbook that you received from the translator.")]
        elif upload.size is None or upload.size > LARGEST_FILE:
            context["faults"] = [_("The file is larger than {value} MB.").format(value=LARGEST_FILE // 1024 // 1024)]
        else:
            plan = read_sheet(assessment, language, _readable(request, assessment, language), upload.read())
            rows = [
                [change.state.text.key, change.state.target, change.after, change.made_from] for change in plan.changes
            ]
            context |= {"plan": plan, "faults": plan.faults, "changes": json.dumps(rows)}
    return _import_page(request, context)


def _apply_import(request: HttpRequest, assessment: Assessment, language: str, context: dict[str, Any]) -> HttpResponse:
    try:
        rows = [[str(cell) for cell in row] for row in json.loads(request.POST["changes"])]
        changes = {key: after for key, _, after, _ in rows}
        was = {key: before for key, before, _, _ in rows}
        made_from = {key: mark[:16] for key, _, _, mark in rows}
    except (ValueError, TypeError, RecursionError):
        return _import_page(request, context | {"faults": [gettext("The preview has expired. Upload the file again.")]})
    try:
        count = save_translations(
            assessment=assessment,
            language=language,
            changes=changes,
            was=was,
            made_from=made_from,
            by=request.user,  # type: ignore[arg-type]
            sees_names=_sees_names(request),
        )
    except ConflictError as conflict:
        faults = [
            gettext("{place}: changed since the preview.").format(place=place)
            for place in shortened(conflict.current, 10)
        ]
        faults.append(gettext("Nothing was imported. Upload the file again to preview its changes."))
        return _import_page(request, context | {"faults": faults}, status=409)
    except ValidationError as error:
        return _import_page(request, context | {"faults": error.messages})
    message = ngettext(
        "{n} translation was imported as drafts, to be reviewed.",
        "{n} translations were imported as drafts, to be reviewed.",
        count,
    )
    messages.success(request, message.format(n=count))
    return redirect("indicators:translation_edit", assessment.reference, language)


def _import_page(request: HttpRequest, context: dict[str, Any], status: int = 0) -> HttpResponse:
    status = status or (422 if context.get("faults") else 200)
    return render(request, "indicators/translation_import.html", context, status=status)


def _check_language(language: str) -> None:
    if not may_translate_into(language):
        raise Http404(_("This language is not available for translation."))


def _sees_names(request: HttpRequest) -> bool:
    return "interviews.names" in request.may  # type: ignore[attr-defined]


def _readable(request: HttpRequest, assessment: Assessment, language: str) -> list[TextState]:
    """The texts that the member may read as they are: those that name a person only with the right to see names."""
    states = text_states(assessment, language)
    return states if _sees_names(request) else [row for row in states if not names_someone(assessment, row)]


def _find(assessment: Assessment, language: str, key: str) -> TextState:
    found = next((state for state in text_states(assessment, language) if state.text.key == key), None)
    if found is None:
        raise Http404(_("This text was removed, or is no longer shown. Reload the page."))
    return found


def _saved(request: HttpRequest, assessment: Assessment, language: str, state: TextState) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _row(request, assessment, language, state, saved=True)
    messages.success(request, _("Translation saved."))
    return redirect(f"{reverse('indicators:translation_edit', args=[assessment.reference, language])}#{state.anchor}")


def _row(
    request: HttpRequest, assessment: Assessment, language: str, state: TextState, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"assessment": assessment, "language": language} | _row_context(request, assessment, language, state)
    return render(request, "indicators/_translation_row.html", context | more, status=status)


def _row_context(request: HttpRequest, assessment: Assessment, language: str, state: TextState) -> dict[str, Any]:
    closed = not _sees_names(request) and names_someone(assessment, state)
    may_edit = "translations.edit" in request.may and not closed  # type: ignore[attr-defined]
    return {"row": state, "closed": closed, "form": TranslationForm.of(state, language) if may_edit else None}


def _edit_page(
    request: HttpRequest, assessment: Assessment, language: str, *, form: Any = None, status: int = 200
) -> HttpResponse:
    every, show = text_states(assessment, language), request.GET.get("show", "")
    counted = [row for row in every if row.counts]
    shown = [row for row in counted if row.state == show] if show in STATES else counted
    if show == "unknown":
        shown = [row for row in every if not row.counts]
    key = form["key"].value() if form else ""
    rows = [
        _row_context(request, assessment, language, row) | ({"form": form} if row.text.key == key else {})
        for row in (shown if not form or any(row.text.key == key for row in shown) else every)
    ]
    context = {
        "assessment": assessment,
        "language": language,
        "name": english_name(language),
        "rows": rows,
        "show": show,
        "total": len(counted),
        "counts": [(state, sum(row.state == state for row in counted)) for state in STATES],
        "unknown": len(every) - len(counted),
        "form_with_errors": form,
    }
    return render(request, "indicators/translation_edit.html", context, status=status)
