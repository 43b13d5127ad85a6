"""The survey for members: dashboard, settings, opening and closing, the open link, mail texts, preview."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.blanks import BlankValue, each_once
from assessments.lacking import LackingLanguage, lacking_languages
from assessments.models import Assessment
from assessments.requests import MemberRequest, document_frame
from ctnat.ui.digits import number_sent
from ctnat.ui.errors import InputError, add_errors, in_one_line
from ctnat.ui.languages import own_name
from ctnat.ui.qr import qr_svg
from instruments.translation_states import LanguageState
from surveys.distribution.access import SurveyAccess
from surveys.distribution.links import open_link
from surveys.distribution.messages import messages_in
from surveys.forms import MessageForm, SurveyForm
from surveys.models import Response, Survey
from surveys.questionnaire.blanks import blank_values
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.page import correction_of, form_page, known_only, only_shown, page_language, version_of
from surveys.questionnaire.reading import from_form
from surveys.questionnaire.translations import codes, unreviewed, unreviewed_in
from surveys.questionnaire.validation import check
from surveys.questionnaire.versions import accepted_version, accepted_versions
from surveys.responses.progress import breakdown, progress, responses_by
from surveys.services.invitations import erase_invitees
from surveys.services.responses import enter_response
from surveys.services.surveys import (
    change_settings,
    close_survey,
    create_survey,
    open_survey,
    save_messages,
    settings_of,
)
from surveys.services.versions import plan_switch, switch_version, version_before
from surveys.views.respondent import thanks_page, uuid_of


def find_survey(assessment: Assessment) -> Survey:
    """The assessment's survey, with its counts. Raises `Http404`."""
    survey = Survey.objects.for_assessment(assessment).select_related("questionnaire").with_counts().first()
    if survey is None:
        raise Http404(_("No survey yet."))
    survey.assessment = assessment  # its study is loaded already
    return survey  # type: ignore[no-any-return]


@require_safe
@requires("survey.view")
def survey_detail(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    try:
        survey = find_survey(assessment)
    except Http404:
        return render(request, "surveys/survey_detail.html", {"assessment": assessment, "survey": None})
    manages = "survey.manage" in request.may
    drafts = codes(unreviewed(survey)) if manages else []
    lacking = lacking_languages(assessment, survey.languages, "survey") if manages else []
    blanks = each_once(blank_values(survey)) if manages else []
    how = progress(survey)
    earlier = accepted_versions(survey)[1:]
    received = survey.responses.filter(questionnaire=survey.questionnaire, is_test=False)
    context = {
        "assessment": assessment,
        "survey": survey,
        "progress": how,
        "languages": [(code, own_name(code)) for code in survey.languages],
        "drafts": drafts,
        "blanks": blanks,
        "lacking": lacking,
        "asks_first": survey.status != Survey.Status.OPEN and bool(drafts or lacking or blanks),
        "tables": breakdown(survey) if manages else [],
        "responses": responses_by(survey),
        "mailings": survey.mailings.all()[:5] if manages else [],
        "open_link": open_link(survey) if survey.open_slug and manages else "",
        "newer": survey.questionnaire_id != assessment.questionnaire_id,
        "earlier": earlier,
        "may_go_back": manages and bool(earlier) and not received.exists(),
        "here": "survey",
    }
    return render(request, "surveys/survey_detail.html", context)


@require_http_methods(["GET", "POST"])
@requires("survey.manage")
def survey_edit(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Create the survey, or change it."""
    survey = Survey.objects.for_assessment(assessment).select_related("questionnaire").first()
    if survey:
        survey.assessment = assessment
    initial = settings_of(survey) if survey else _first_settings(assessment)
    with timezone.override(ZoneInfo(assessment.time_zone)):
        zone = assessment.time_zone
        offered = [*(survey.languages if survey else ()), *assessment.languages]
        form = SurveyForm(request.POST or None, initial=initial, zone=zone, languages=offered, shows_row=bool(survey))
        if request.method == "POST" and form.is_valid():
            try:
                _save_survey(request, assessment, survey, form.cleaned_data)
                messages.success(request, _("Survey settings saved."))
                _warn_of_new_drafts(request, survey, before=initial["languages"])
                return redirect("surveys:survey_detail", assessment.reference)
            except ValidationError as error:
                add_errors(form, error)
        context = {"assessment": assessment, "survey": survey, "form": form, "here": "settings"}
        status = 409 if form.has_conflict else 422 if form.errors else 200
        return render(request, "surveys/survey_edit.html", context, status=status)


def _first_settings(assessment: Assessment) -> dict[str, Any]:
    days = Survey._meta.get_field("days_between_mails").get_default()
    return {"languages": assessment.languages, "open_link": True, "days_between_mails": days}


def _save_survey(request: MemberRequest, assessment: Assessment, survey: Survey | None, data: dict[str, Any]) -> None:
    times = {"opens_at": data["opens_at"], "deadline": data["deadline"]}
    if survey is None:
        survey = create_survey(assessment=assessment, by=request.user, languages=data["languages"], **times)
    change_settings(survey=survey, by=request.user, **data)


def _warn_of_new_drafts(request: MemberRequest, survey: Survey | None, *, before: list[str]) -> None:
    """A language that is added while the survey is open can be answered in at once."""
    if survey and survey.status == Survey.Status.OPEN:
        added = set(survey.languages) - set(before)
        for row in lacking_languages(survey.assessment, sorted(added), "survey"):
            text = ngettext(
                "In {language}, {n} of {total} texts is missing. Respondents now see it in English.",
                "In {language}, {n} of {total} texts are missing. Respondents now see them in English.",
                row.missing,
            ).format(language=row.name, n=row.missing, total=row.total)
            messages.warning(request, text)
        for state in unreviewed(survey, added):
            text = _("The translation into {name} has not been reviewed. Respondents now see it.").format(
                name=state.name
            )
            messages.warning(request, text)


def _set_status(request: MemberRequest, survey: Survey, change: Any, done: str) -> HttpResponse:
    try:
        change(survey=survey, by=request.user)
        messages.success(request, done)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    return redirect("surveys:survey_detail", survey.assessment.reference)


def ask_first(
    request: MemberRequest,
    survey: Survey,
    heading: str,
    anyway: str,
    here: str,
    *,
    drafts: list[LanguageState],
    lacking: Sequence[LackingLanguage] = (),
    blanks: Sequence[BlankValue] = (),
) -> HttpResponse | None:
    """The page that names unreviewed translations, missing words and blank values and asks whether to go on; None where
    there are none, or where the answer was yes."""
    if not (drafts or lacking or blanks) or (request.method == "POST" and request.POST.get("nevertheless") == "1"):
        return None
    context = {"assessment": survey.assessment, "survey": survey, "drafts": drafts, "blanks": blanks, "here": here}
    context["lacking"] = lacking
    return render(request, "surveys/_confirm.html", context | {"heading": heading, "anyway": anyway})


@require_http_methods(["GET", "POST"])
@requires("survey.manage")
def survey_open(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Open the survey; with a warning first where translations are unreviewed or values in its texts blank."""
    survey = find_survey(assessment)
    is_open = survey.status == Survey.Status.OPEN
    drafts, blanks = ([], []) if is_open else (unreviewed(survey), blank_values(survey))
    lacking = [] if is_open else lacking_languages(assessment, survey.languages, "survey")
    if survey.status == Survey.Status.CLOSED:
        heading, anyway = _("Reopen the survey"), _("Reopen it anyway")
    else:
        heading, anyway = _("Open the survey"), _("Open it anyway")
    if asked := ask_first(request, survey, heading, anyway, "survey", drafts=drafts, lacking=lacking, blanks=blanks):
        return asked
    if request.method != "POST":
        return redirect("surveys:survey_detail", assessment.reference)
    return _set_status(request, survey, open_survey, _("Survey opened."))


@require_POST
@requires("survey.manage")
def survey_close(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    survey = find_survey(assessment)
    try:
        kept = close_survey(survey=survey, by=request.user)
        messages.success(request, _("Survey closed. Late paper forms can still be entered or imported."))
        if kept:
            messages.warning(request, kept)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    return redirect("surveys:survey_detail", assessment.reference)


@require_http_methods(["GET", "POST"])
@requires("survey.manage")
def survey_version(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Go over to the version of the questionnaire that the assessment now uses; first what that would change.

    With `?back=1` it is the version that the survey used before, to which it goes back after a mistake.
    """
    survey = find_survey(assessment)
    back = "back" in request.GET
    to = (version_before(survey) or survey.questionnaire) if back else assessment.questionnaire
    if back and survey.questionnaire_id == to.pk:
        messages.info(request, _("The survey has used no other version, so there is none to go back to."))
        return redirect("surveys:survey_detail", assessment.reference)
    if survey.questionnaire_id == to.pk:
        messages.info(request, _("The survey uses the version that the assessment has chosen."))
        return redirect("surveys:survey_detail", assessment.reference)
    errors: list[str] = []
    confirmed = request.POST.getlist("confirmed")
    if request.method == "POST":
        used = number_sent(request.POST.get("used", ""), 18)
        try:
            done = switch_version(survey=survey, to=to, by=request.user, confirmed=confirmed, used=used)
            text = (
                _("The survey uses {version} again.")
                if done.is_back
                else _("The survey now uses {version}. Pages that are open keep theirs.")
            )
            messages.success(request, text.format(version=to))
            return redirect("surveys:survey_detail", assessment.reference)
        except ValidationError as error:
            errors = error.messages
            survey = find_survey(assessment)
    plan = plan_switch(survey, to)
    context = {
        "assessment": assessment,
        "survey": survey,
        "to": to,
        "plan": plan,
        "rows": [change for change in plan.changes if change.kind != "same"],
        "same": sum(change.kind == "same" for change in plan.changes),
        "confirmed": confirmed,
        "errors": errors,
        "drafts": codes(unreviewed_in(survey, to)),
        "here": "survey",
    }
    return render(request, "surveys/survey_version.html", context, status=422 if errors else 200)


@require_POST
@requires("survey.manage")
def survey_erase(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    erased = _("Names and addresses were erased.")
    return _set_status(request, find_survey(assessment), erase_invitees, erased)


@require_safe
@requires("survey.manage")
def open_link_detail(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The open link with its QR code, to print, show or copy."""
    survey = find_survey(assessment)
    if not survey.open_slug:
        raise Http404(_("This survey has no open link."))
    link = open_link(survey)
    context = {
        "assessment": assessment,
        "survey": survey,
        "link": link,
        "qr": qr_svg(link),
        "drafts": unreviewed(survey),
        "here": "link",
    }
    return render(request, "surveys/open_link_detail.html", context)


@require_safe
@requires("survey.manage")
def message_first(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The messages in the first language of the survey."""
    language = next(iter(find_survey(assessment).languages))
    return redirect("surveys:message_edit", assessment.reference, language)


@require_http_methods(["GET", "POST"])
@requires("survey.manage")
def message_edit(request: MemberRequest, assessment: Assessment, language: str) -> HttpResponse:
    """Invitation and reminder in one language."""
    survey = find_survey(assessment)
    if language not in survey.languages:
        raise Http404(_("The survey is not available in this language."))
    form = MessageForm(request.POST or None, initial=messages_in(survey, language), shows_row=True)
    if _save_messages(request, form, survey, language):
        messages.success(request, _("The messages in {own_name} are saved.").format(own_name=own_name(language)))
        return redirect("surveys:message_edit", assessment.reference, language)
    context = {
        "assessment": assessment,
        "survey": survey,
        "form": form,
        "language": language,
        "languages": [(code, own_name(code)) for code in survey.languages],
        "here": "messages",
    }
    status = 409 if form.has_conflict else 422 if form.errors else 200
    return render(request, "surveys/message_edit.html", context, status=status)


def _save_messages(request: MemberRequest, form: MessageForm, survey: Survey, language: str) -> bool:
    """Whether what was posted is saved; else the form says why not."""
    if request.method != "POST" or not form.is_valid():
        return False
    typed = dict(form.cleaned_data)
    seen = typed.pop("seen")
    try:
        save_messages(survey=survey, language=language, messages=typed, seen=seen, by=request.user)
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


@require_http_methods(["GET", "POST"])
@requires("survey.view")
def survey_preview(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The form as respondents see it, in each language; a form sent from here is a test answer."""
    survey = find_survey(assessment)
    access = SurveyAccess(
        survey, "preview", "", preview_url=reverse("surveys:survey_preview", args=[assessment.reference])
    )
    language = page_language(access, request)
    back = reverse("surveys:survey_detail", args=[assessment.reference])
    frame: dict[str, Any] = {"preview": back, "csrf": get_token(request), "around": document_frame(request)}
    if request.method != "POST":
        return HttpResponse(form_page(access, language, **frame))
    if "survey.manage" not in request.may:
        raise PermissionDenied(_("You need permission to manage the survey to send test answers."))
    version = accepted_version(survey, version_of(request.POST))
    if version:
        access = access.of_version(version)
        survey = access.survey
    document = document_of(survey.questionnaire)
    raw = from_form(document, request.POST.lists())
    uuid = uuid_of(request.POST) or uuid4()
    filled: dict[str, Any] = {"raw": known_only(document, raw), "uuid": uuid}
    if version is None:
        return HttpResponse(form_page(access, language, changed=True, **filled, **frame), status=409)
    if (shown := only_shown(request.POST)) is not None:
        return HttpResponse(form_page(access, language, **filled, **shown, **frame))
    today = survey.today
    checked = check(document, raw, today)
    if checked.errors or not raw:
        page = form_page(access, language, errors=checked.errors, nothing=not raw, **filled, **frame)
        return HttpResponse(page, status=422)
    try:
        response = enter_response(
            survey=survey,
            answers=checked.answers,
            language=language,
            source=Response.Source.WEB,
            uuid=uuid,
            is_test=True,
            correction=correction_of(request.POST, survey.questionnaire),
            today=today,
            by=request.user,
        )
    except InputError:  # meanwhile the survey went back to another version
        return HttpResponse(form_page(access, language, changed=True, **filled, **frame), status=409)
    return thanks_page(survey, language, test=response.code, back=back, around=frame["around"])
