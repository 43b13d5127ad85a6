"""Consent to an interview: the information note, what was recorded, a new record, and a withdrawal."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record_reading
from assessments.models import Assessment
from assessments.requests import MemberRequest, run_service
from ctnat.ui.errors import in_one_line
from ctnat.ui.pages import page_of
from ctnat.ui.word_files import word_response
from instruments.words import translate
from interviews.consent import consent_of
from interviews.forms import ConsentForm, WithdrawalForm
from interviews.guides import guide_of
from interviews.information_notes import Wording, blanks_of, find_wording, languages_of, wording_of
from interviews.models import ConsentRecord, InformationNote
from interviews.participants import participants_of
from interviews.services.consents import record_consent
from interviews.services.withdrawals import consequences_of, withdraw_consent
from interviews.views.interviews import find_interview


@require_safe
@requires("interviews.view")
def information_note(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The note to read out or hand over, in one of its languages; with `version`, as it was given to people.

    With `format=docx` it is a Word file.
    """
    version = request.GET.get("version", "")[:64]
    wording = find_wording(assessment, version) if version else None
    if version and wording is None:
        raise Http404(_("There is no such version of the information note."))
    now = wording_of(assessment, request.GET.get("language", ""))
    context = {
        "assessment": assessment,
        "wording": wording or now,
        "languages": [] if version else languages_of(assessment),
        "blanks": [] if version else blanks_of(assessment, guide_of(assessment)),
        "is_earlier": wording is not None and wording.checksum != wording_of(assessment, wording.language).checksum,
        "version": version,
    }
    if request.GET.get("format") == "docx":
        return _note_file(request, assessment, wording or now)
    return render(request, "interviews/information_note.html", context)


def _note_file(request: MemberRequest, assessment: Assessment, wording: Wording | InformationNote) -> HttpResponse:
    """The note alone as a Word file, in its own language."""
    title = translate("information_note", wording.language)
    context = {"assessment": assessment, "wording": wording, "title": title}
    html: str = render_to_string("interviews/_information_note_document.html", context)
    return word_response(request, html, f"{assessment.reference}-information-note-{wording.language}")


@require_safe
@requires("interviews.edit")
def consent_list(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """What was recorded about consent, the newest first."""
    interview = find_interview(assessment, code)
    record_reading("interview", by=request.user, assessment=assessment, target=interview)
    page = page_of(request, interview.consents.with_people())
    about = {person.position: person.about for person in participants_of(interview)}
    for shown in page:
        shown.about = about.get(shown.participant, "")
    context = {"assessment": assessment, "interview": interview, "consent": consent_of(interview), "page": page}
    return render(request, "interviews/consent_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def consent_new(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    interview = find_interview(assessment, code)
    initial: dict[str, Any] = {"given_by": request.user}
    known = consent_of(interview).given
    if len(known) == 1:  # a record is complete: what is known already is not asked again
        last = known[0]
        initial = {name: getattr(last, name) for name in ("language", "means", "to_interview", "to_quotes")}
        initial |= {"note_given": last.note_given, "note": last.note.checksum if last.note else ""}
        initial |= {"given_by": last.given_by, "happened_at": last.happened_at}
    form = ConsentForm(request.POST or None, interview=interview, initial=initial)
    made = run_service(request, form, record_consent, interview=interview)
    if made:
        messages.success(request, _("The record of consent was saved."))
        return redirect("interviews:consent_list", assessment.reference, interview.code)
    context = {"assessment": assessment, "interview": interview, "form": form, "consent": consent_of(interview)}
    return render(request, "interviews/consent_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def consent_withdraw(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """What a withdrawal would change, and the form that confirms it."""
    interview = find_interview(assessment, code)
    record_reading("interview", by=request.user, assessment=assessment, target=interview)
    form = WithdrawalForm(request.POST or None, interview=interview)
    made = run_service(request, form, withdraw_consent, interview=interview, seen=request.POST.get("seen", ""))
    if made:
        if made.withdrawn == ConsentRecord.Scope.INTERVIEW:
            done = _(
                "The consent to {code} was withdrawn. It is in the trash and counted no more. Its erasure waits for a "
                "second person."
            )
        else:
            done = _("The consent to be quoted was withdrawn from {code}. None of its passages can be quoted.")
        messages.success(request, done.format(code=interview.code))
        return redirect("interviews:consent_list", assessment.reference, interview.code)
    context = {
        "assessment": assessment,
        "interview": interview,
        "form": form,
        "consent": consent_of(interview),
        "consequences": consequences_of(interview),
    }
    return render(request, "interviews/consent_withdraw.html", context, status=422 if form.errors else 200)


@require_POST
@requires("interviews.edit")
def note_record(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """The note was given just now by the member who types: `note`, `means`, `to_interview`, `to_quotes`."""
    interview = find_interview(assessment, code)
    typed = {name: request.POST.get(name, "")[:64] for name in ("note", "means", "to_interview", "to_quotes")}
    now: dict[str, Any] = {"note_given": True, "happened_at": timezone.now(), "given_by": request.user}
    try:
        record_consent(interview=interview, by=request.user, **(now | typed))
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("It was recorded that the information note was given."))
    return redirect("interviews:interview_type", assessment.reference, interview.code)
