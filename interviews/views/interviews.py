"""Interviews: the list, one interview with its details and sections, and the actions on it."""

from collections.abc import Callable, Iterable
from copy import copy
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record_reading
from assessments.models import Assessment, Contact, Sector
from assessments.requests import MemberRequest, run_service, status_of
from ctnat.ui.errors import add_errors, in_one_line
from ctnat.ui.pages import page_of
from interviews.completing import OpenPoints, open_points, waiting_questions
from interviews.consent import consent_of
from interviews.coverage import coverage_of
from interviews.follow_ups import People, shown
from interviews.forms import CompletionForm, ContactForm, InterviewForm, PlanForm
from interviews.guides import guide_of, guides_in, sections_in
from interviews.models import Interview, SetAside
from interviews.notes import dropped_of, sections_of
from interviews.participants import disagreement, participants_of
from interviews.proposals import counted_sections, proposed_sections
from interviews.querysets import Progress
from interviews.services.completion import close_open_points
from interviews.services.interviews import (
    complete_interview,
    create_interview,
    find_organisation,
    plan_sections,
    reopen_interview,
    restore_interview,
    start_interview,
    suggest_contact,
    trash_interview,
    update_interview,
)

FOLLOW_UPS_SHOWN = 20  # on the page of an interview
BEGINNING = time(9)  # of a day's work


def find_interview(assessment: Assessment, code: str) -> Interview:
    """The interview with that code, or planned under that name, in the trash or not. Raises `Http404`."""
    found = Interview.objects.for_assessment(assessment).select_related("organisation")
    interview: Interview = get_object_or_404(found.for_code(code[:20]))
    interview.assessment = assessment  # its guide is parsed already
    return interview


def guide_sections(assessment: Assessment, versions: Iterable[int | None] = ()) -> list[tuple[str, str]]:
    """(code, title) of the sections of the guide in use, then of those that only the other `versions` of it have."""
    language = assessment.report_language
    values = assessment.placeholders_in(language)
    used = sections_in(guides_in(assessment, versions).values())
    return [(code, section.title.translate(language, **values)) for code, section in used.items()]


def guides_used(assessment: Assessment) -> list[int]:
    """The versions of the guide with which interviews were held, as far as they are known. One query."""
    interviews = Interview.objects.for_assessment(assessment).exclude(guide_version=None)
    return list(interviews.order_by().values_list("guide_version", flat=True).distinct())


@require_safe
@requires("interviews.view")
def interview_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    chosen = {name: request.GET.get(name, "")[:40] for name in ("state", "sector", "section")}
    found = Interview.objects.for_assessment(assessment).for_work()
    interviews = found.for_state(chosen["state"])
    if chosen["sector"] in Sector.values:
        interviews = interviews.filter(organisation__sector=chosen["sector"])
    sections = guide_sections(assessment, guides_used(assessment))
    if chosen["section"] in dict(sections):
        interviews = interviews.for_section(chosen["section"])
    shown = interviews.with_answered().with_waiting().with_organisation()
    context = {
        "assessment": assessment,
        "page": page_of(request, shown),
        "progress": Progress.of(assessment, Interview.objects.for_assessment(assessment).status_counts()),
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "sectors": Sector.choices,
        "sections": sections,
        "here": "list",
    }
    return render(request, "interviews/interview_list.html", context)


@require_safe
@requires("interviews.edit")
def trash_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    page = page_of(
        request, Interview.objects.for_assessment(assessment).for_trash().with_answered().with_organisation()
    )
    context = {"assessment": assessment, "page": page, "here": "trash"}
    return render(request, "interviews/trash_list.html", context)


def _sectors() -> dict[str, str]:
    return {value: str(label) for value, label in Sector.choices}


@require_safe
@requires("interviews.view")
def coverage(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    interviews = list(Interview.objects.for_assessment(assessment).for_counting().with_organisation())
    versions = {interview.guide_version_id for interview in interviews}
    table = coverage_of(interviews, guide_sections(assessment, versions), _sectors())
    context = {"assessment": assessment, "table": table, "here": "coverage"}
    return render(request, "interviews/coverage.html", context)


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def interview_new(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    planning = "plan" in request.GET  # the page asks for a plan, and offers nothing else
    planned = planning or "plan" in request.POST  # else the second button
    form = InterviewForm(
        request.POST or None, assessment=assessment, instance=Interview(assessment=assessment, planned=planned)
    )
    if not form.is_bound:
        form.initial["interviewer"] = request.user.name
        if planning:
            form.initial["held_at"] = _moment_on(request.GET["plan"], assessment)
    if request.method == "POST" and form.is_valid():
        try:
            header = _header(form, request, assessment)
            key = form.cleaned_data["form_key"]
            interview = create_interview(
                assessment=assessment, by=request.user, planned=planned, form_key=key, **header
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            if planned:
                messages.success(
                    request,
                    _("{code} was planned. Now choose its sections. It gets its code with the first note.").format(
                        code=interview.code
                    ),
                )
                return redirect("interviews:interview_plan", assessment.reference, interview.code)
            messages.success(
                request, _("{code} started. Ask the first questions, then choose sections.").format(code=interview.code)
            )
            return redirect("interviews:interview_type", assessment.reference, interview.code)
    context = {"assessment": assessment, "form": form, "planning": planning}
    return render(request, "interviews/interview_edit.html", context)


def _moment_on(day: str, assessment: Assessment) -> datetime | None:
    """The beginning of work on that day, which the person corrects; None for anything but a day such as 2026-12-02."""
    try:
        return datetime.combine(date.fromisoformat(day[:10]), BEGINNING, assessment.zone)
    except ValueError:
        return None


def _header(form: InterviewForm, request: MemberRequest, assessment: Assessment) -> dict[str, Any]:
    header = form.header()
    if name := form.cleaned_data["new_organisation"]:
        header["organisation"] = find_organisation(
            assessment=assessment,
            name=name,
            sector=form.cleaned_data["sector"],
            in_capital=form.cleaned_data["in_capital"],
            by=request.user,
        )
    return header


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def interview_edit(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    interview = find_interview(assessment, code)
    form = InterviewForm(request.POST or None, assessment=assessment, instance=copy(interview))
    if request.method == "POST" and form.is_valid():
        try:
            header = _header(form, request, assessment)
            update_interview(interview=interview, by=request.user, seen=form.cleaned_data["seen"], **header)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Details of {code} saved.").format(code=interview.code))
            return redirect(interview)
    context = {"assessment": assessment, "form": form, "interview": interview}
    return render(request, "interviews/interview_edit.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def interview_plan(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    interview = find_interview(assessment, code)
    language = assessment.report_language
    values = assessment.placeholders_in(language)
    found = Interview.objects.for_assessment(assessment).for_work().with_organisation().exclude(pk=interview.pk)
    others = list(found)
    titles = guide_sections(assessment, [interview.guide_version_id])
    counted = counted_sections(interview, others, titles)
    proposed = [] if interview.has_chosen_sections else proposed_sections(counted, interview)
    chosen = {"sections": interview.sections, "sections_reason": interview.sections_reason}
    if interview.planned and proposed:  # of one that was started, the answers so far decide
        chosen["sections"] = [*interview.sections, *(one.section for one in proposed)]
    form = PlanForm(
        request.POST or None,
        guide=interview.guide,
        values=values,
        language=language,
        initial=chosen,
        shows_row=True,
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        plan = {"sections": typed["sections"], "reason": typed["sections_reason"], "seen": typed["seen"]}
        try:
            plan_sections(interview=interview, by=request.user, **plan)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The sections are saved."))
            if interview.planned:
                return redirect("interviews:mission", assessment.reference)
            return redirect("interviews:interview_type", assessment.reference, interview.code)
    context = {
        "assessment": assessment,
        "interview": interview,
        "form": form,
        "routing": interview.guide.routing,
        "instruction": interview.guide.routing.instruction.translate(language, **values),
        "proposed": proposed,
        "table": coverage_of([other for other in others if not other.planned], titles, _sectors()),
    }
    return render(request, "interviews/interview_plan.html", context, status=status_of(form))


@require_safe
@requires("interviews.view")
def interview_detail(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """One interview to read and to print."""
    interview = find_interview(assessment, code)
    record_reading("interview", by=request.user, assessment=assessment, target=interview)
    language, answers = assessment.report_language, list(interview.answers.all())
    participants = participants_of(interview)
    follow_ups = list(interview.follow_ups.in_order().with_people()[: FOLLOW_UPS_SHOWN + 1])
    in_own = request.GET.get("language") == interview.language
    if in_own:
        language = interview.language
    context = {
        "assessment": assessment,
        "interview": interview,
        "sections": sections_of(interview, answers, language=language),
        "dropped": dropped_of(interview, answers, language=language),
        "has_notes": any(answer.revision for answer in answers),
        "waiting": waiting_questions(interview),
        "contacts": Contact.objects.for_assessment(assessment).filter(suggested_in=interview.code),
        "photographs": list(interview.photographs.for_list()),
        "consent": consent_of(interview),
        "participants": participants,
        "disagreement": disagreement(interview, participants),
        "follow_ups": shown(follow_ups[:FOLLOW_UPS_SHOWN], People(assessment)),
        "more_follow_ups": len(follow_ups) > FOLLOW_UPS_SHOWN,
        "in_own": in_own,
        "offers_own": interview.language != assessment.report_language and interview.language in _languages(assessment),
    }
    return render(request, "interviews/interview_detail.html", context)


def _languages(assessment: Assessment) -> frozenset[str]:
    """The languages in which at least the title of a section of the guide is translated."""
    return frozenset[str]().union(*(section.title.languages for section in guide_of(assessment).sections))


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def contact_suggest(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """A colleague named under 8.4 becomes a candidate for the survey's invitations."""
    interview = find_interview(assessment, code)
    form = ContactForm(request.POST or None, assessment=assessment)
    if run_service(request, form, suggest_contact, interview=interview):
        messages.success(request, _("Colleague added to the contacts for the survey."))
        return redirect(interview)
    context = {"assessment": assessment, "interview": interview, "form": form}
    return render(request, "interviews/contact_suggest.html", context)


def _change(
    request: MemberRequest, assessment: Assessment, code: str, service: Callable[..., Interview], done: str
) -> HttpResponse:
    interview = find_interview(assessment, code)
    try:
        service(interview=interview, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, done.format(code=interview.code))
    if interview.deleted_at:
        return redirect("interviews:interview_list", assessment.reference)
    return redirect(interview)


@require_POST
@requires("interviews.edit")
def interview_start(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """It was held, whether or not notes are there: it gets its code now."""
    interview = find_interview(assessment, code)
    start_interview(interview=interview, by=request.user)
    return redirect("interviews:interview_type", assessment.reference, interview.code)


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def interview_complete(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """Complete the interview; open points are asked first."""
    interview = find_interview(assessment, code)
    points = open_points(interview)
    asked = "asked" in request.POST  # posted from the page that asks, not from the button on the interview's page
    form = _completion_form(request if asked else None, interview, points)
    if request.method == "POST" and (not points or (asked and form.is_valid())):
        try:
            close_open_points(interview=interview, by=request.user, **(form.outcome() if points else {}))
        except ValidationError as error:
            if not points:
                messages.error(request, in_one_line(error))
                return redirect(interview)
            interview = find_interview(assessment, code)
            points = open_points(interview)  # a colleague may have added another one meanwhile
            form = _completion_form(request, interview, points)
            add_errors(form, error)
        else:
            messages.success(request, _("{code} was marked as complete.").format(code=interview.code))
            return redirect(interview)
    if not points or interview.planned or interview.is_complete or not interview.has_chosen_sections:
        if request.method == "POST":  # says what has to be done first
            return _change(request, assessment, code, complete_interview, _("{code} was marked as complete."))
        return redirect(interview)
    context = {"assessment": assessment, "interview": interview, "form": form, "points": points}
    return render(request, "interviews/interview_complete.html", context)


def _completion_form(request: MemberRequest | None, interview: Interview, points: OpenPoints) -> CompletionForm:
    waiting = SetAside.objects.for_settling().filter(answer__interview=interview) if points.waiting else ()
    return CompletionForm(
        request.POST if request else None,
        points=points,
        titles=dict(guide_sections(interview.assessment, [interview.guide_version_id])),
        seconds=list(waiting.select_related("answer", "by")) if waiting else [],
    )


@require_POST
@requires("interviews.edit")
def interview_reopen(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    return _change(request, assessment, code, reopen_interview, _("{code} was reopened."))


@require_POST
@requires("interviews.edit")
def interview_trash(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    return _change(
        request, assessment, code, trash_interview, _("{code} was moved to the trash. You can restore it from there.")
    )


@require_POST
@requires("interviews.edit")
def interview_restore(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    return _change(request, assessment, code, restore_interview, _("{code} was restored."))
