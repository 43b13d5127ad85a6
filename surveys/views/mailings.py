"""Rounds of invitations and reminders: starting, watching, resuming."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from surveys.models import Invitation, Mailing
from surveys.questionnaire.translations import unreviewed
from surveys.services.mailings import resume_mailing, start_mailing
from surveys.views.surveys import ask_first, find_survey


@require_http_methods(["GET", "POST"])
@requires("survey.manage")
def mailing_start(request: MemberRequest, assessment: Assessment, kind: str) -> HttpResponse:
    """Start a round; with a warning first where people would read unreviewed translations."""
    if kind not in Mailing.Kind.values:
        messages.error(request, _("Choose invitations or reminders."))
        return redirect("surveys:invitation_list", assessment.reference)
    survey = find_survey(assessment)
    drafts = unreviewed(survey, Invitation.objects.for_mailing(survey, kind).count_by_language())
    heading = _("Send the reminders") if kind == Mailing.Kind.REMINDER else _("Send the invitations")
    if asked := ask_first(request, survey, heading, _("Send them anyway"), "invitations", drafts=drafts):
        return asked
    if request.method != "POST":
        return redirect("surveys:invitation_list", assessment.reference)
    try:
        mailing = start_mailing(survey=survey, kind=kind, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("surveys:invitation_list", assessment.reference)
    return redirect("surveys:mailing_detail", assessment.reference, mailing.pk)


def find_mailing(assessment: Assessment, pk: int) -> Mailing:
    found = get_object_or_404(
        Mailing.objects.filter(survey__assessment=assessment).select_related("survey"), pk=min(pk, 2**62)
    )
    found.survey.assessment = assessment
    return found


@require_safe
@requires("survey.manage")
def mailing_detail(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """The progress of a round. The line with the numbers reloads itself while it runs."""
    mailing = find_mailing(assessment, pk)
    standing = Invitation.objects.for_survey(mailing.survey)
    context = {
        "assessment": assessment,
        "survey": mailing.survey,
        "mailing": mailing,
        "unsure": standing.filter(delivery=Invitation.Delivery.SENDING) if mailing.finished_at else [],
        "failed": standing.filter(delivery=Invitation.Delivery.FAILED),
        "here": "invitations",
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "surveys/_mailing.html" if part else "surveys/mailing_detail.html", context)


@require_POST
@requires("survey.manage")
def mailing_resume(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    try:
        resume_mailing(mailing=find_mailing(assessment, pk), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("surveys:mailing_detail", assessment.reference, pk)
