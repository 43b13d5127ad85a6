"""Workshops: planning, opening, closing, reopening."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.lacking import lacking_languages
from assessments.models import Assessment
from assessments.requests import run_service
from ctnat.ui.access import in_english
from ctnat.ui.errors import add_errors, in_one_line
from ctnat.ui.languages import own_name
from ctnat.ui.pages import page_of
from ctnat.ui.posting import posted_from
from ctnat.ui.qr import qr_svg
from indicators.forms import SeenRevision
from indicators.translated import Translated
from indicators.translation_states import LanguageState, language_states
from workshops.agenda import agenda_revision, agendas, fix_agenda, translations_changed
from workshops.forms import CountForm, NewWorkshopForm, ReasonForm, WorkshopForm
from workshops.models import Comment, Group, Workshop
from workshops.priorities import find_priority_item
from workshops.results import priority_counts, results_of, with_translations
from workshops.services.minutes import print_minutes, renew_minutes
from workshops.services.workshops import (
    close_workshop,
    count_workshop,
    create_workshop,
    edit_workshop,
    empty_rehearsal,
    open_workshop,
    remove_workshop,
    reopen_workshop,
    update_agenda,
)
from workshops.words import REVIEWED, room_language


@require_safe
@requires("workshop.view")
def workshop_list(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    workshops = Workshop.objects.for_assessment(assessment).with_turnout().order_by("-held_on", "-pk")
    undecided = Comment.objects.for_assessment(assessment).undecided().count()
    context = {"assessment": assessment, "page": page_of(request, workshops), "undecided": undecided}
    return render(request, "workshops/workshop_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("workshop.run")
def workshop_new(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    return _workshop_form(request, assessment, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("workshop.run")
def workshop_edit(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    return _workshop_form(request, assessment, find_workshop(assessment, pk))


@require_safe
@requires("workshop.view")
def workshop(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    return workshop_page(request, find_workshop(assessment, pk))


@require_safe
@requires("workshop.view")
def workshop_groups(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """The list of groups as a part of the page, sent only when something changed."""
    row = find_workshop(assessment, pk)
    return live_part(request, row, "workshops/_workshop_groups.html", lambda: _groups_context(row))


@requires("workshop.run")
@posted_from("workshops:workshop")
def workshop_open(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    return _step(
        request,
        find_workshop(assessment, pk),
        open_workshop,
        _("Workshop opened. Groups can join with the code below."),
    )


@requires("workshop.run")
@posted_from("workshops:workshop")
def workshop_remove(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row = find_workshop(assessment, pk)
    try:
        remove_workshop(workshop=row, by=request.user)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, in_one_line(error))
        return redirect("workshops:workshop", assessment.reference, pk)
    messages.success(request, _("Workshop removed."))
    return redirect("workshops:workshop_list", assessment.reference)


@requires("workshop.run")
@posted_from("workshops:workshop")
def workshop_close(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    message = _("Workshop closed and results frozen. The groups’ comments are now listed under Responses.")
    return _step(request, find_workshop(assessment, pk), close_workshop, message)


@requires("workshop.run")
@posted_from("workshops:workshop")
def workshop_reopen(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row, form = find_workshop(assessment, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return workshop_page(request, row, reopen_form=form, status=422)
    message = _("Workshop reopened. Groups can vote; the results are frozen again when you close it.")
    return _step(request, row, reopen_workshop, message, reason=form.cleaned_data["reason"])


@requires("workshop.count")
@posted_from("workshops:workshop")
def workshop_count(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row = find_workshop(assessment, pk)
    form = CountForm.of(row, request.POST)
    if run_service(request, form, count_workshop, workshop=row) is None:  # type: ignore[arg-type]
        row = find_workshop(assessment, pk)
        if not form.has_error(NON_FIELD_ERRORS, "conflict"):
            return workshop_page(request, row, count_form=form, status=422)
        form.data = {**form.data.dict(), "revision": str(row.revision)}  # type: ignore[attr-defined]
        return workshop_page(request, row, count_form=form, status=409)
    counted = form.cleaned_data["counted"]
    messages.success(
        request, _("The report includes this workshop.") if counted else _("The report does not include this workshop.")
    )
    return redirect("workshops:workshop", assessment.reference, pk)


@requires("workshop.run")
@posted_from("workshops:workshop")
def workshop_empty(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    message = _("Rehearsal cleared. Its groups were kept; everything they sent was deleted.")
    return _step(request, find_workshop(assessment, pk), empty_rehearsal, message)


@requires("workshop.run")
@posted_from("workshops:workshop")
def workshop_agenda(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    message = _("The groups are now also asked about the items added since the workshop opened.")
    return _step(request, find_workshop(assessment, pk), update_agenda, message)


@in_english
@require_safe
@requires("workshop.view")
def minutes(request: HttpRequest, assessment: Assessment, pk: int, number: int) -> HttpResponse:
    """The minutes as PDF, printed now where that failed at closing."""
    row = find_workshop(assessment, pk)
    found = row.minutes.filter(number=number).first() if number < 2**31 else None
    if found is None:
        raise Http404(_("These minutes do not exist."))
    found = print_minutes(minutes=found)
    if found.pdf is None:
        messages.error(
            request,
            _(
                "The PDF cannot be created: a program for PDF layout is missing on this server. "
                "Tell the administrator of the site."
            ),
        )
        return redirect("workshops:workshop", assessment.reference, pk)
    if not found.pdf:  # the key of the assessment is missing or was destroyed
        raise Http404(_("These minutes do not exist."))
    name = f"{assessment.reference}-minutes-{row.held_on}-{number}.pdf"
    response = HttpResponse(bytes(found.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires("workshop.run")
@posted_from("workshops:workshop")
def minutes_new(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """Make the minutes again, with the working translations made since."""
    number = SeenRevision().clean(request.POST.get("number"))
    return _step(request, find_workshop(assessment, pk), renew_minutes, _("New minutes created."), number=number)


def find_workshop(assessment: Assessment, pk: int) -> Workshop:
    found = Workshop.objects.for_assessment(assessment).filter(pk=pk)
    row: Workshop | None = found.first() if pk < 2**63 else None
    if row is None:
        raise Http404(_("This workshop does not exist in this assessment."))
    row.assessment = assessment  # parsed instruments and study come with it
    return row


def join_url(request: HttpRequest, workshop: Workshop) -> str:
    """The address for phones: on the host by which this page was opened, so that it works on a laptop without
    internet."""
    return request.build_absolute_uri(reverse("workshops_public:join_code", args=[workshop.join_code]))


def live_revision(workshop: Workshop) -> str:
    """Changes with what groups send, with the words put to them and with the words around them."""
    assessment = workshop.assessment
    return revision_of(workshop.revision, agenda_revision(assessment), assessment.words_version)


def revision_of(workshop: int, agenda: int, words: str) -> str:
    return f"{workshop}.{agenda}{words}"


def live_part(
    request: HttpRequest,
    workshop: Workshop,
    template: str,
    context: Callable[[], dict[str, Any]],
    *,
    revision: str = "",
) -> HttpResponse:
    """A part of a page that is polled: 204 where `?revision=` is still the current one, else the part."""
    revision = revision or live_revision(workshop)
    if request.GET.get("revision") == revision:
        return unchanged(revision)
    extra = {"assessment": workshop.assessment, "workshop": workshop}
    return _of_revision(render(request, template, extra | context()), revision)


def unchanged(revision: str) -> HttpResponse:
    """What a poll gets that has nothing to draw."""
    return _of_revision(HttpResponse(status=204), revision)


def _of_revision(response: HttpResponse, revision: str) -> HttpResponse:
    response["X-Revision"] = revision
    response["Cache-Control"] = "no-store"
    return response


def workshop_page(request: HttpRequest, row: Workshop, *, status: int = 200, **forms: Any) -> HttpResponse:
    url = join_url(request, row) if row.join_code else ""
    results = with_translations(results_of(row), Translated.of(row.assessment), row.assessment.report_language)
    context = {
        "assessment": row.assessment,
        "workshop": row,
        "results": results,
        "counts": priority_counts(results, find_priority_item(row.assessment), row.assessment.report_language),
        "verdicts": results.verdicts,
        "nothing_to_judge": not (row.opened_at or fix_agenda(row.assessment)),
        "lacking": [] if row.opened_at else lacking_languages(row.assessment, row.languages, "workshop"),
        "untranslated": [] if row.opened_at else _untranslated(row),
        "count_form": forms.get("count_form") or CountForm.of(row),
        "other_counted": Workshop.objects.for_assessment(row.assessment).counted().exclude(pk=row.pk).exists(),
        "minutes": list(row.minutes.defer("html", "pdf")),
        "join_url": url,
        "qr": qr_svg(url) if url else "",
        "only_here": request.get_host().split(":")[0] in ("localhost", "127.0.0.1", "[::1]"),
        "languages": [(code, own_name(code), code in REVIEWED) for code in row.languages],
        "reopen_form": forms.get("reopen_form") or ReasonForm(),
    }
    return render(request, "workshops/workshop.html", context | _groups_context(row), status=status)


def _untranslated(row: Workshop) -> list[LanguageState]:
    """The workshop's languages in which what is put to the groups is not all translated."""
    return [
        state
        for state in language_states(row.assessment)
        if state.code in row.languages and state.total and state.missing + state.stale
    ]


def _groups_context(row: Workshop) -> dict[str, Any]:
    """The groups, and what has changed since the opening."""
    agenda = agendas(row.assessment, fixed=row.agenda) if row.is_open else ()
    again = translations_changed(row.agenda, fix_agenda(row.assessment)) if row.is_open and row.agenda else {}
    entries = {target: entry for found in agenda for target, entry in found.targets.items()}
    return {
        "retranslated": [(entries[target], codes) for target, codes in again.items() if target in entries],
        "groups": Group.objects.for_workshop(row).with_ballots(),
        "changed": [entry for found in agenda for entry in found.targets.values() if entry.opening],
        "gone": [entry for found in agenda for entry in found.gone],
        "added": [entry for found in agenda for entry in found.added],
        "live_revision": live_revision(row),
    }


def _step(request: HttpRequest, row: Workshop, verb: Callable[..., Any], message: str, **kwargs: Any) -> HttpResponse:
    try:
        verb(workshop=row, by=request.user, **kwargs)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, message)
    return redirect("workshops:workshop", row.assessment.reference, row.pk)


def _workshop_form(request: HttpRequest, assessment: Assessment, row: Workshop | None) -> HttpResponse:
    initial: dict[str, Any] = {
        "purpose": Workshop.Purpose.VALIDATION,
        "language": room_language("", assessment.languages),
    }
    if row:
        initial = {"held_on": row.held_on, "place": row.place, "language": row.room_language}
    form = (WorkshopForm if row else NewWorkshopForm)(
        assessment, request.POST or None, initial=initial, shows_row=bool(row)
    )
    if request.method == "POST" and form.is_valid():
        try:
            if row:
                edit_workshop(workshop=row, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            else:
                row = create_workshop(assessment=assessment, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved. Add the groups, then open the workshop when the groups are seated."))
            return redirect("workshops:workshop", assessment.reference, row.pk)
    context = {"assessment": assessment, "workshop": row, "form": form}
    template = "workshops/workshop_edit.html" if row else "workshops/workshop_new.html"
    status = 409 if form.has_conflict else 422 if form.errors else 200
    return render(request, template, context, status=status)
