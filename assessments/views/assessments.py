"""The list of a user's assessments; home, details, instruments and audit log of one."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import editors_only, requires, signed_in
from assessments.audit import verify_chain
from assessments.forms import AssessmentEditForm, AssessmentNewForm, default_dates
from assessments.known_names import reader_of
from assessments.models import Assessment, AuditEvent, LeadOffer, Membership, Role
from assessments.navigation import METHOD
from assessments.next_steps import NextSteps, next_steps, situation_of
from assessments.requests import MemberRequest, run_service, status_of
from assessments.services.assessments import begin_assessment, change_tool, tool_of, update_details
from assessments.steps import frame_of
from assessments.views.set_up import begins_with_set_up
from ctnat.ui.errors import in_one_line
from ctnat.ui.pages import page_of
from instruments.models import Instrument
from instruments.uses import uses_of_versions

OFFICE_BLANK = gettext_lazy(
    "The office known to stakeholders is not filled in. The information note and the survey leave out the sentences "
    "that name it, until you enter it under “Edit details”."
)
HASH = re.compile(r"[0-9a-f]{64}")
MOST_TASKS = 5  # shown at once, beside the next one


@begins_with_set_up
@require_safe
@signed_in
def assessment_list(request: MemberRequest) -> HttpResponse:
    every = Assessment.objects.for_user(request.user).select_related("study")
    page = page_of(request, every.filter(archived_at=None))
    archived = page_of(request, every.exclude(archived_at=None), name="archived")
    shown = [*page, *archived]
    roles: dict[int, list[str]] = {}
    held = Membership.objects.for_user(request.user).filter(assessment__in=shown)
    for pk, role in held.values_list("assessment", "role"):
        roles.setdefault(pk, []).append(Role(role).label.lower())
    for assessment in shown:
        assessment.role_names = roles[assessment.pk]
    context = {"page": page, "archived": archived, "may_create": request.user.is_editor}
    return render(request, "assessments/assessment_list.html", context)


@require_http_methods(["GET", "POST"])
@editors_only
def assessment_new(request: MemberRequest) -> HttpResponse:
    if "propose" in request.POST:  # the country was chosen: nothing is checked or stored yet
        form = AssessmentNewForm.proposing(request.POST, user=request.user)
        return render(request, "assessments/assessment_new.html", {"form": form, "method": METHOD})
    form = AssessmentNewForm(request.POST or None, user=request.user, initial=default_dates())
    if made := run_service(request, form, begin_assessment):
        messages.success(
            request,
            _(
                "{made} was created, and you are its lead. It uses {guide}, {questionnaire} and {matrix}. "
                "You can change that in step 2, Tool. Next, invite those who work with you."
            ).format(made=made, guide=made.guide, questionnaire=made.questionnaire, matrix=made.matrix),
        )
        if not made.office:
            messages.warning(request, OFFICE_BLANK)
        return redirect(made)
    return render(request, "assessments/assessment_new.html", {"form": form, "method": METHOD})


@require_safe
@requires("assessment.view")
def assessment_home(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    frame = request.frame = frame_of(assessment, request.path, request.may)
    seen = situation_of(assessment, request.user.pk, {step.key: step.state for step in frame.steps})
    found = NextSteps([], [], {}) if assessment.is_archived else next_steps(seen, request.may)
    context = {
        "assessment": assessment,
        "next_step": found.own[0] if found.own else None,
        "own": found.own[1 : 1 + MOST_TASKS],
        "later": found.own[1 + MOST_TASKS :],
        "others": found.others,
        "steps": [(step, found.missing.get(step.key, [])) for step in frame.steps],
        "is_final": seen.is_final,
        "lead_offers": LeadOffer.objects.for_assessment(assessment).open().filter(offered_to=request.user),
    }
    return render(request, "assessments/assessment_home.html", context)


@require_http_methods(["GET", "POST"])
@requires("assessment.edit")
def assessment_edit(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    kept = Assessment.objects.get(pk=assessment.pk)  # the form changes its instance; the service compares with this
    form = AssessmentEditForm(request.POST or None, instance=assessment, user=request.user)
    if run_service(request, form, update_details, assessment=kept):
        messages.success(request, _("Details saved."))
        if not assessment.office:
            messages.warning(request, OFFICE_BLANK)
        return redirect(assessment)
    context = {"assessment": kept, "form": form}
    return render(request, "assessments/assessment_edit.html", context, status=status_of(form))


@require_safe
@requires("assessment.view")
def assessment_tool(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    context = {
        "assessment": assessment,
        "rows": tool_of(assessment),
        "survey_version": _other_version(request, assessment),
        "placeholders": _placeholders(request, assessment),
    }
    return render(request, "assessments/assessment_tool.html", context)


def _placeholders(request: MemberRequest, assessment: Assessment) -> dict[str, str]:
    """What is filled into printed forms. It is part of addresses, in which no names are withheld afterwards."""
    if "interviews.names" in request.may:
        return assessment.placeholders
    clear = reader_of(assessment)
    return {name: clear(value) for name, value in assessment.placeholders.items()}


def _other_version(request: MemberRequest, assessment: Assessment) -> dict[str, Any] | None:
    """The version that the survey uses, where it is not the one that the assessment has chosen."""
    address = reverse("surveys:survey_detail", args=[assessment.reference])
    versions = Instrument.objects.for_kind(Instrument.Kind.SURVEY).exclude(pk=assessment.questionnaire_id)
    known = {version.pk: version for version in versions.without_definition()}
    used = next((use for use in uses_of_versions(set(known), request.user) if use.url == address), None)
    return {"label": str(known[used.version]), "url": address} if used else None


@require_http_methods(["POST"])
@requires("assessment.edit")
def assessment_tool_change(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    try:
        change_tool(
            assessment=assessment,
            field=request.POST.get("field", ""),
            instrument=request.POST.get("instrument", ""),
            used=request.POST.get("used"),
            by=request.user,
        )
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("The assessment now uses this version."))
        if other := _other_version(request, assessment):
            text = _("The survey still uses {version}. Its page compares the two, and lets it go over.")
            messages.info(request, text.format(version=other["label"]))
    return redirect("assessments:assessment_tool", assessment.reference)


@require_safe
@requires("audit.view")
def audit_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    events = AuditEvent.objects.for_leads(assessment)
    kinds = sorted({action.split(".")[0] for action in events.order_by().values_list("action", flat=True).distinct()})
    kind, show = request.GET.get("kind", ""), request.GET.get("show", "")
    if kind in kinds:
        events = events.filter(action__startswith=f"{kind}.")
    if show != "all":
        events = events.for_readings() if show == "readings" else events.for_changes()
    page = page_of(request, events)
    context = {"assessment": assessment, "page": page, "kinds": kinds, "kind": kind, "show": show}
    return render(request, "assessments/audit_list.html", context)


@require_safe
@requires("audit.view")
def audit_verify(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Whether the log is unchanged, and whether a given hash is in it."""
    known = request.GET.get("hash", "").strip().lower()
    faulty = bool(known) and not HASH.fullmatch(known)
    found = verify_chain(assessment, known="" if faulty else known)
    context = {"assessment": assessment, "found": found, "known": known, "faulty": faulty}
    return render(request, "assessments/audit_verify.html", context)
