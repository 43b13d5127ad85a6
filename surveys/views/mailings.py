"""Rounds of invitations and reminders: starting or planning one, trying its texts, watching, resuming, cancelling."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from assessments.worker import worker_is_running
from ctnat.ui.digits import whole_number
from ctnat.ui.errors import add_errors, in_one_line
from ctnat.ui.languages import own_name
from ctnat.ui.mail import is_mail_configured
from ctnat.ui.seen import mark
from surveys.distribution.messages import blank_places, compose_sample, reply_address
from surveys.distribution.recipients import Recipients, recipients_of
from surveys.forms import PlanForm
from surveys.models import Invitation, Mailing, Survey
from surveys.questionnaire.translations import unreviewed
from surveys.services.mailings import (
    cancel_mailing,
    check_can_write,
    plan_mailing,
    resume_mailing,
    send_sample,
    start_mailing,
)
from surveys.views.surveys import find_survey


@require_http_methods(["GET", "POST"])
@requires("survey.manage")
def mailing_start(request: MemberRequest, assessment: Assessment, kind: str) -> HttpResponse:
    """To how many a round goes, when the last one went, and how it reads; sent now or planned for later."""
    if kind not in Mailing.Kind.values:
        messages.error(request, _("Choose invitations or reminders."))
        return redirect("surveys:invitation_list", assessment.reference)
    survey = find_survey(assessment)
    with timezone.override(ZoneInfo(assessment.time_zone)):
        form = PlanForm(zone=assessment.time_zone)
        if request.method != "POST":
            return _start_page(request, survey, kind, form)
        match request.POST.get("do"):
            case "plan":
                return _plan(request, survey, kind)
            case "sample":
                return _try_out(request, survey, kind)
            case _:
                return _start(request, survey, kind)


def _start_page(
    request: MemberRequest, survey: Survey, kind: str, form: PlanForm, *, changed: str = "", status: int = 200
) -> HttpResponse:
    recipients = recipients_of(survey, kind)
    try:
        check_can_write(survey)
        blocked = ""
    except ValidationError as error:
        blocked = in_one_line(error)
    language = next(iter(recipients.languages), survey.languages[0])
    context = {
        "assessment": survey.assessment,
        "survey": survey,
        "kind": kind,
        "recipients": recipients,
        "languages": [(code, own_name(code)) for code in survey.languages],
        "drafts": unreviewed(survey, recipients.languages),
        "blocked": blocked,
        "blanks": blank_places(survey, kind, recipients.languages),
        "changed": changed,
        "sample": compose_sample(survey, kind, language, name=request.user.name, link="https://…"),
        "text_language": language,
        "reply_to": reply_address(survey),
        "form": form,
        "here": "invitations",
    }
    return render(request, "surveys/mailing_start.html", context, status=status)


def _start(request: MemberRequest, survey: Survey, kind: str) -> HttpResponse:
    """The post carries the number of people that was shown: another number is shown before it is written to them."""
    recipients = recipients_of(survey, kind)
    if changed := _what_changed(request, recipients):
        return _start_page(
            request, survey, kind, PlanForm(zone=survey.assessment.time_zone), changed=changed, status=409
        )
    try:
        mailing = start_mailing(survey=survey, kind=kind, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
        return redirect("surveys:invitation_list", survey.assessment.reference)
    return redirect("surveys:mailing_detail", survey.assessment.reference, mailing.pk)


def _what_changed(request: MemberRequest, recipients: Recipients) -> str:
    shown, now = whole_number(request.POST.get("shown", "")), recipients.total
    if shown == now:
        return ""
    return ngettext(
        "Nothing was sent yet. The round would go to {n} person now. Check it, then send.",
        "Nothing was sent yet. The round would go to {n} people now. Check it, then send.",
        now,
    ).format(n=now)


def _plan(request: MemberRequest, survey: Survey, kind: str) -> HttpResponse:
    form = PlanForm(request.POST, zone=survey.assessment.time_zone)
    if form.is_valid():
        try:
            mailing = plan_mailing(survey=survey, kind=kind, moment=form.cleaned_data["moment"], by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Planned. The round starts by itself, if the survey is open then."))
            return redirect("surveys:mailing_detail", survey.assessment.reference, mailing.pk)
    return _start_page(request, survey, kind, form, status=422)


def _try_out(request: MemberRequest, survey: Survey, kind: str) -> HttpResponse:
    language, reference = request.POST.get("language", ""), survey.assessment.reference
    link = request.build_absolute_uri(f"{reverse('surveys:survey_preview', args=[reference])}?lang={language}")
    try:
        if language not in survey.languages:
            raise ValidationError(_("Choose one of the survey’s languages."))
        send_sample(survey=survey, kind=kind, language=language, link=link, by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        if is_mail_configured():
            messages.success(request, _("The test message was sent to {email}.").format(email=request.user.email))
        else:
            messages.warning(request, _("This site has no mail server: the test message was only written to its log."))
    return redirect("surveys:mailing_start", reference, kind)


def find_mailing(assessment: Assessment, pk: int) -> Mailing:
    found: Mailing = get_object_or_404(
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
    waiting = standing.filter(delivery=Invitation.Delivery.WAITING).count()
    counts = [mailing.total, mailing.done, mailing.failed, mailing.returned, waiting]
    seen = mark([*counts, mailing.error, mailing.finished_at, mailing.cancelled_at, worker_is_running()])
    is_part = request.headers.get("HX-Request") == "true"
    if is_part and request.GET.get("seen") == seen:
        return HttpResponse(status=204)  # the page stays as it is, and asks less often (static/js/app.js)
    context = {
        "assessment": assessment,
        "survey": mailing.survey,
        "mailing": mailing,
        "unsure": standing.filter(delivery=Invitation.Delivery.SENDING) if mailing.finished_at else [],
        "failed": standing.filter(delivery__in=[Invitation.Delivery.FAILED, Invitation.Delivery.RETURNED]),
        "waiting": waiting,
        "seen": seen,
        "here": "invitations",
    }
    return render(request, "surveys/_mailing.html" if is_part else "surveys/mailing_detail.html", context)


@require_POST
@requires("survey.manage")
def mailing_resume(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    return _change(request, assessment, pk, resume_mailing)


@require_POST
@requires("survey.manage")
def mailing_cancel(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    return _change(request, assessment, pk, cancel_mailing)


def _change(request: MemberRequest, assessment: Assessment, pk: int, service: Any) -> HttpResponse:
    try:
        service(mailing=find_mailing(assessment, pk), by=request.user)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    return redirect("surveys:mailing_detail", assessment.reference, pk)
