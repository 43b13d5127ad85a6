"""Invitations: from pasted lists, imports or contacts; links, mailings, failures."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.access import requires
from assessments.audit import record_reading
from assessments.models import Assessment, Contact
from assessments.requests import MemberRequest
from ctnat.translation.languages import preferred_language
from ctnat.ui.access import in_english
from ctnat.ui.cells import csv_bytes
from ctnat.ui.digits import number_sent
from ctnat.ui.formats import format_list
from ctnat.ui.languages import english_name
from ctnat.ui.pages import page_of
from ctnat.ui.posting import posted_from
from surveys.distribution.invitees import Person, read_pasted, read_people
from surveys.distribution.links import personal_link
from surveys.forms import FailureForm, PasteForm, UploadForm
from surveys.models import Invitation, Survey
from surveys.questionnaire.translations import unreviewed
from surveys.services.invitations import (
    allow_resending,
    allow_writing,
    export_links,
    invite,
    invite_contacts,
    mark_answered,
    mark_bounced,
    mark_handed_over,
    renew_invitation,
    revoke_invitation,
)
from surveys.views.surveys import find_survey


@require_safe
@requires("survey.manage")
def invitation_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    survey = find_survey(assessment)
    record_reading("contact", by=request.user, assessment=assessment)
    page = page_of(request, Invitation.objects.for_survey(survey))
    opened, answered = set(survey.opened), set(survey.answered)
    for invitation in page:
        invitation.state = "answered" if invitation.pk in answered else "opened" if invitation.pk in opened else ""
    context = {
        "assessment": assessment,
        "survey": survey,
        "page": page,
        "to_invite": Invitation.objects.for_inviting(survey).count(),
        "to_remind": Invitation.objects.for_reminding(survey).count(),
        "reached": Invitation.objects.for_writing(survey).for_reached().exists(),
        "drafts": unreviewed(survey),
        "planned": survey.mailings.for_later(),
        "mailing": survey.mailings.first(),
        "here": "invitations",
    }
    return render(request, "surveys/invitation_list.html", context)


@in_english
@require_safe
@requires("survey.manage")
def invitation_links(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The links of those who have not answered, as a table for other channels than e-mail."""
    survey = find_survey(assessment)
    head = ["name", "email", "organisation", "language", "link"]
    content = csv_bytes([head, *export_links(survey=survey, by=request.user)])
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{assessment.reference}-links.csv"'
    return response


def _add_page(request: MemberRequest, survey: Survey, errors: list[str] | None = None, **forms: Any) -> HttpResponse:
    record_reading("contact", by=request.user, assessment=survey.assessment)
    invited = Invitation.objects.for_survey(survey).exclude(contact=None).values("contact")
    contacts = Contact.objects.for_assessment(survey.assessment).for_inviting().exclude(pk__in=invited)
    context = {
        "assessment": survey.assessment,
        "survey": survey,
        "paste": PasteForm(languages=survey.languages),
        "upload": UploadForm(),
        "contacts": page_of(request, contacts, size=100),
        "errors": errors or [],
        "here": "invitations",
    } | forms
    wrong = bool(errors) or any(form.errors for form in forms.values())
    return render(request, "surveys/invitation_add.html", context, status=422 if wrong else 200)


def _invite(request: MemberRequest, survey: Survey, people: list[Person]) -> HttpResponse:
    try:
        made, known = invite(survey=survey, people=people, by=request.user)
    except ValidationError as error:
        return _add_page(request, survey, error.messages)
    return _added(request, survey.assessment, made, known)


def _added(request: MemberRequest, assessment: Assessment, made: int, known: int) -> HttpResponse:
    text = ngettext("{n} new invitation, not sent yet.", "{n} new invitations, not sent yet.", made).format(n=made)
    if known:
        more = ngettext("{n} had already been invited.", "{n} had already been invited.", known).format(n=known)
        text = f"{text} {more}"
    messages.success(request, text)
    return redirect("surveys:invitation_list", assessment.reference)


@require_safe
@requires("survey.manage")
def invitation_add(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    return _add_page(request, find_survey(assessment))


@requires("survey.manage")
@posted_from("surveys:invitation_add")
def invitation_paste(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    survey = find_survey(assessment)
    form = PasteForm(request.POST, languages=survey.languages)
    if not form.is_valid():
        return _add_page(request, survey, paste=form)
    people, errors = read_pasted(form.cleaned_data["addresses"], language=form.cleaned_data["language"])
    return _add_page(request, survey, errors, paste=form) if errors else _invite(request, survey, people)


@requires("survey.manage")
@posted_from("surveys:invitation_add")
def invitation_import(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    survey = find_survey(assessment)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _add_page(request, survey, upload=form)
    upload = form.cleaned_data["file"]
    people, errors = read_people(upload.read(), upload.name, survey)
    return _add_page(request, survey, errors, upload=form) if errors else _invite(request, survey, people)


@requires("survey.manage")
@posted_from("surveys:invitation_add")
def invitation_contacts(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Invite the ticked contacts."""
    survey = find_survey(assessment)
    chosen = {number_sent(pk, 14) for pk in request.POST.getlist("contact")[:5000]} - {None}
    contacts = Contact.objects.for_assessment(assessment).for_inviting().filter(pk__in=chosen)
    made, known = invite_contacts(survey=survey, contacts=contacts, by=request.user)
    if not made + known:
        messages.info(request, _("Select at least one contact."))
        return redirect("surveys:invitation_add", assessment.reference)
    _name_other_languages(request, survey, [contact.language for contact in contacts])
    return _added(request, assessment, made, known)


def _name_other_languages(request: MemberRequest, survey: Survey, wanted: Iterable[str]) -> None:
    """A warning for people who read a language in which the survey is not available."""
    others = {code for code in wanted if preferred_language(code, survey.languages) is None}
    if others:
        language = get_language() or settings.LANGUAGE_CODE
        text = _("The survey is not available in {languages}: contacts who read it are invited in {first}.").format(
            languages=format_list(sorted(english_name(code) for code in others), language),
            first=english_name(survey.languages[0]),
        )
        messages.warning(request, text)


def find_invitation(assessment: Assessment, pk: int) -> Invitation:
    standing = Invitation.objects.filter(survey__assessment=assessment, revoked_at=None)
    found = get_object_or_404(standing.select_related("survey__questionnaire"), pk=min(pk, 2**62))
    found.survey.assessment = assessment
    return found  # type: ignore[no-any-return]


@require_safe
@requires("survey.manage")
def invitation_detail(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """One invitation: its link to copy, and its actions."""
    return _invitation_page(request, find_invitation(assessment, pk), FailureForm())


def _invitation_page(request: MemberRequest, invitation: Invitation, form: FailureForm) -> HttpResponse:
    survey = invitation.survey
    context = {
        "assessment": survey.assessment,
        "survey": survey,
        "invitation": invitation,
        "link": personal_link(invitation),
        "drafts": unreviewed(survey, [invitation.language]),
        "answered": invitation.pk in survey.answered,
        "opened": invitation.pk in survey.opened,
        "form": form,
        "here": "invitations",
    }
    return render(request, "surveys/invitation_detail.html", context, status=422 if form.errors else 200)


ACTIONS = {
    "renew": (
        renew_invitation,
        gettext_lazy("New link created. The old link no longer works. Send the new one, or copy it below."),
    ),
    "hand-over": (mark_handed_over, gettext_lazy("Marked as passed on.")),
    "answered": (mark_answered, gettext_lazy("Marked as answered. No more reminders will be sent.")),
    "write": (allow_writing, gettext_lazy("E-mails to this person are allowed again.")),
    "again": (allow_resending, gettext_lazy("The next round will include this address.")),
}


@require_POST
@requires("survey.manage")
def invitation_change(request: MemberRequest, assessment: Assessment, pk: int, action: str) -> HttpResponse:
    """Renew the link, or record that it was handed over, answered in another way, or may be sent again."""
    invitation = find_invitation(assessment, pk)
    if action not in ACTIONS:
        raise Http404(_("This action does not exist."))
    change, done = ACTIONS[action]
    change(invitation=invitation, by=request.user)
    messages.success(request, done)
    return redirect("surveys:invitation_detail", assessment.reference, pk)


@requires("survey.manage")
@posted_from("surveys:invitation_detail")
def invitation_bounced(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    invitation = find_invitation(assessment, pk)
    form = FailureForm(request.POST)
    if not form.is_valid():
        return _invitation_page(request, invitation, form)
    mark_bounced(invitation=invitation, reason=form.cleaned_data["reason"], by=request.user)
    messages.success(request, _("Marked as not delivered."))
    return redirect("surveys:invitation_detail", assessment.reference, pk)


@require_POST
@requires("survey.manage")
def invitation_revoke(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    revoke_invitation(invitation=find_invitation(assessment, pk), by=request.user)
    messages.success(request, _("Invitation revoked. Its link no longer works."))
    return redirect("surveys:invitation_list", assessment.reference)
