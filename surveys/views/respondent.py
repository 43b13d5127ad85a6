"""The pages of respondents. No account, no cookie, no session; what a page needs is in its link and in its form.

CSRF: a forged post abuses what a browser sends by itself. Here it sends nothing of value: the right is the secret
in the link, which a forger would have to know, and then could post directly. So these pages are exempt from the token
(which would need a cookie) and refuse instead requests that the browser itself marks as cross-site.

Nothing here is logged: an address contains the secret of a link, and the time of a request may show who answered when.
"""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache, wraps
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest, SuspiciousOperation, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import public, without_members
from assessments.demonstration import band
from assessments.packs import words_for
from ctnat.ui.languages import own_name
from ctnat.ui.ready import ReadyPage, accepts_gzip, compressed
from surveys.distribution import throttle
from surveys.distribution.access import SurveyAccess, open_access, personal_access
from surveys.distribution.links import find_stopped
from surveys.models import Invitation, Survey
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.opening import is_in_time
from surveys.questionnaire.page import (
    correction_of,
    form_page,
    known_only,
    only_shown,
    page_language,
    ready_form,
    version_of,
)
from surveys.questionnaire.reading import from_form
from surveys.questionnaire.rendering import closing
from surveys.questionnaire.validation import Checked, check
from surveys.questionnaire.versions import accepted_version
from surveys.responses.drafts import DAYS, find_draft, saved_form
from surveys.sealed.boxes import UnreadableBox
from surveys.sealed.receipts import letters_of
from surveys.services.drafts import delete_draft, save_draft
from surveys.services.invitations import mark_opened, stop_writing
from surveys.services.sealed_answers import NotAccepted, seal_response, withdraw_response
from surveys.words import complete_languages, offered_languages, translate, translate_all

POST_LIMIT = 1024 * 1024  # bytes; the longest form that can be valid has about a third
RECEIPT_GAP = secrets.token_hex(16)  # in place of the receipt on the page that is kept

Find = Callable[[str, UUID | None], SurveyAccess | None]


def html_response(
    html: str | bytes, status: int = 200, *, language: str = "en", cacheable: bool = False
) -> HttpResponse:
    """A response for a respondent: never logged, never stored by anyone but their own browser's history."""
    response = HttpResponse(html, status=status)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "private, no-cache" if cacheable else "private, no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would write the link of every 4xx to the log
    return response


def message_page(key: str, status: int, *, language: str, survey: Survey | None = None, **context: Any) -> HttpResponse:
    """A page with one message and what to do next."""
    words = {
        "heading": translate(key, language),
        "text": translate(f"{key}_how", language),
        "words": translate_all(language),
        "demonstration": band(survey.assessment, language) if survey else "",
    }
    contact = survey.assessment.survey_contact if survey else ""
    html = render_to_string(
        "surveys/_respondent_message.html", {**words, "contact": contact, "page_language": language, **context}
    )
    return html_response(html, status, language=language)


def read_fields(request: HttpRequest) -> QueryDict | HttpResponse:
    """The fields of a post, or the page that refuses it."""
    language = page_language(None, request)
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdigit() or len(size) > 12 or int(size) > POST_LIMIT:
        return message_page("too_large", 413, language=language)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return message_page("elsewhere", 403, language=language)
    try:
        return request.POST
    except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError):
        return message_page("too_large", 400, language=language)


def busy_page(request: HttpRequest) -> HttpResponse:
    """The page for a database that is locked, full or unavailable: it holds what was sent, and a button sends it again.

    The form's uuid is sent along, so that a form that did arrive is not stored twice.
    """
    sent = request.method == "POST"
    fields = request.POST if sent else request.GET
    asked = (fields.get("_to"), fields.get("_in"))
    language = next((code for code in asked if code in complete_languages()), None) or page_language(None, request)
    again = {"address": request.path, "fields": list(fields.lists()), "method": "post" if sent else "get"}
    response = message_page("busy", 503, language=language, again=again)
    response.headers["Retry-After"] = "60"
    return response


def _or_busy_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Logs nothing: Django's own entry would contain the link. `/healthz` reports the fault."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError):
            return busy_page(request)

    return guarded


def uuid_of(fields: Mapping[str, Any], name: str = "_uuid") -> UUID | None:
    with suppress(ValueError):
        return UUID(str(fields.get(name, ""))[:40])
    return None


def unknown_link_page(request: HttpRequest) -> HttpResponse:
    """Only wrong links are limited: guessing must not lock out people in the same network who have a valid one."""
    if throttle.too_many_misses(request):
        return message_page("too_many", 429, language=page_language(None, request))
    throttle.miss(request)
    return message_page("unknown", 404, language=page_language(None, request))


def refusal_page(access: SurveyAccess, language: str) -> HttpResponse | None:
    """The page with the reason why this link takes no answers now; None if it does."""
    survey = access.survey
    if access.is_used:
        return message_page("used", 410, language=language, survey=survey)
    if survey.is_accepting:
        return None
    ended = survey.status == Survey.Status.CLOSED or survey.is_expired
    return message_page("closed" if ended else "not_open", 410 if ended else 403, language=language, survey=survey)


def _form_view(request: HttpRequest, find: Find, key: str) -> HttpResponse:
    if request.method != "POST":
        access = find(key, None)
        if access is None:
            return unknown_link_page(request)
        with words_for(access.survey.assessment):
            language = page_language(access, request)
            return refusal_page(access, language) or _blank_form(request, access, language)
    fields = read_fields(request)
    if isinstance(fields, HttpResponse):
        return fields
    if throttle.too_many_posts(request, key):
        return message_page("too_many", 429, language=page_language(None, request))
    access = find(key, uuid_of(fields))
    if access is None:
        return unknown_link_page(request)
    with words_for(access.survey.assessment):
        return _handle_form(request, access, fields)


def _blank_form(request: HttpRequest, access: SurveyAccess, language: str) -> HttpResponse:
    page = ready_form(access, language) if accepts_gzip(request) else None
    if page is None:
        return html_response(form_page(access, language), language=language, cacheable=True)
    return _ready_response(page, language, cacheable=True)


def _ready_response(page: bytes, language: str, *, cacheable: bool) -> HttpResponse:
    response = html_response(page, language=language, cacheable=cacheable)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _handle_form(request: HttpRequest, access: SurveyAccess, fields: QueryDict) -> HttpResponse:
    language = page_language(access, request)
    survey = access.survey
    if access.receipt:
        return thanks_page(survey, language, receipt=access.receipt)
    shown = version_of(fields)
    questionnaire = accepted_version(survey, shown)
    if questionnaire and questionnaire.pk != survey.questionnaire_id:  # opened before the survey went over to another
        access = access.of_version(questionnaire)
        survey = access.survey
    document = document_of(survey.questionnaire)
    raw = from_form(document, fields.lists())
    filled: dict[str, Any] = {
        "raw": known_only(document, raw),
        "uuid": uuid_of(fields) or uuid4(),
        "mark": fields.get("_opened", "")[:200],
        "draft": fields.get("_draft", "")[:40],
    }
    correction = correction_of(fields, survey.questionnaire)
    if not is_in_time(survey, filled["mark"]):
        return html_response(form_page(access, language, refusal="closed", **filled), 410, language=language)
    if access.is_used:
        return html_response(form_page(access, language, refusal="used", **filled), 410, language=language)
    if questionnaire is None:
        return html_response(form_page(access, language, changed=True, **filled), 409, language=language)
    if (asked := only_shown(fields)) is not None:
        return html_response(form_page(access, language, **filled, **asked), language=language)
    if fields.get("_do") == "save":
        return _save_draft(access, language, filled)
    if not raw:
        return html_response(form_page(access, language, nothing=True, **filled), 422, language=language)
    checked = check(document, raw, survey.today)
    if checked.errors:
        return html_response(form_page(access, language, errors=checked.errors, **filled), 422, language=language)
    return _submit(request, access, language, checked, filled, correction=correction)


def _submit(
    request: HttpRequest,
    access: SurveyAccess,
    language: str,
    checked: Checked,
    filled: Mapping[str, Any],
    *,
    correction: int | None,
) -> HttpResponse:
    try:
        receipt = seal_response(
            survey=access.survey,
            answers=checked,
            language=language,
            uuid=filled["uuid"],
            invitation=access.invitation,
            correction=correction,
        )
    except NotAccepted as error:  # meanwhile the link was used in another window, the survey closed, or it went back
        if error.refusal == "changed":
            survey = Survey.objects.with_document().get(pk=access.survey.pk)
            access = access.of_version(survey.questionnaire)
            return html_response(form_page(access, language, changed=True, **filled), 409, language=language)
        return html_response(form_page(access, language, refusal=error.refusal, **filled), 410, language=language)
    if filled["draft"]:
        delete_draft(survey=access.survey, code=filled["draft"])
    if access.known and accepts_gzip(request):
        page = access.known.page(("thanks", language), lambda: _ready_thanks(access.survey, language))
        return _ready_response(page.filled({RECEIPT_GAP: receipt}), language, cacheable=False)
    return thanks_page(access.survey, language, receipt=receipt)


def _ready_thanks(survey: Survey, language: str) -> ReadyPage:
    return ReadyPage(thanks_page(survey, language, receipt=RECEIPT_GAP).text, [RECEIPT_GAP])


def thanks_page(
    survey: Survey,
    language: str,
    *,
    receipt: str = "",
    test: str = "",
    back: str = "",
    trial: bool = False,
    around: str = "",
) -> HttpResponse:
    """The receipt of the form, the code of a `test` answer, or that a `trial` was not stored. `around`: see
    `form_page` of surveys.questionnaire.page.

    Not a redirect: an address with the link's secret and the receipt in it would join the two.
    """
    context = {
        "receipt": receipt,
        "test": test,
        "trial": trial,
        "back": back,
        "around": around,
        "closing": closing(survey, language),
        "demonstration": band(survey.assessment, language),
        "remove_url": f"{reverse('surveys_public:form_remove')}?lang={language}",
    }
    html_words = {"heading": translate("thanks", language), "words": translate_all(language), "page_language": language}
    return html_response(render_to_string("surveys/_respondent_message.html", context | html_words), language=language)


def _save_draft(access: SurveyAccess, language: str, filled: Mapping[str, Any]) -> HttpResponse:
    code, draft = save_draft(
        survey=access.survey, answers=filled["raw"], language=language, uuid=filled["uuid"], code=filled["draft"]
    )
    saved = {"code": code, "until": draft.expires_on}
    return html_response(form_page(access, language, saved=saved, **{**filled, "draft": code}), language=language)


def _resume_view(request: HttpRequest, find: Find, key: str) -> HttpResponse:
    fields = read_fields(request) if request.method == "POST" else QueryDict()
    if isinstance(fields, HttpResponse):
        return fields
    access = find(key, None)
    if access is None:
        return unknown_link_page(request)
    with words_for(access.survey.assessment):
        return _handle_resume(request, access, fields)


def _handle_resume(request: HttpRequest, access: SurveyAccess, fields: QueryDict) -> HttpResponse:
    language = page_language(access, request)
    if refusal := refusal_page(access, language):
        return refusal
    code = fields.get("_code", "")[:40]
    draft = find_draft(survey=access.survey, code=code) if code else None
    if draft:
        try:
            saved = saved_form(draft)
        except UnreadableBox:
            return message_page("unreadable", 503, language=language, survey=access.survey)
        language = saved.language if saved.language in access.survey.languages else language
        version = accepted_version(access.survey, saved.version)
        access = access.of_version(version) if version else access
        known = known_only(document_of(access.survey.questionnaire), saved.answers)
        page = form_page(access, language, raw=known, uuid=saved.uuid, draft=code, changed=version is None)
        return html_response(page, language=language)
    if request.method == "POST":
        if throttle.too_many_misses(request):
            return message_page("too_many", 429, language=language, survey=access.survey)
        throttle.miss(request)
    context = {
        "words": translate_all(language),
        "page_language": language,
        "action": access.resume_url,
        "back": access.form_url,
        "demonstration": band(access.survey.assessment, language),
        "code": code,
        "error": translate("code_unknown", language, days=DAYS) if request.method == "POST" else "",
    }
    return html_response(
        render_to_string("surveys/_respondent_resume.html", context),
        422 if context["error"] else 200,
        language=language,
    )


def respondent_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """The decorator of all pages of respondents: public, without a CSRF cookie, compressed."""
    guarded = public(without_members(compressed(_or_busy_page(view))))
    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(guarded))


@respondent_view
def open_form(request: HttpRequest, slug: str) -> HttpResponse:
    return _form_view(request, open_access, slug)


@respondent_view
def personal_form(request: HttpRequest, token: str) -> HttpResponse:
    return _form_view(request, personal_access, token)


@respondent_view
def open_resume(request: HttpRequest, slug: str) -> HttpResponse:
    return _resume_view(request, open_access, slug)


@respondent_view
def personal_resume(request: HttpRequest, token: str) -> HttpResponse:
    return _resume_view(request, personal_access, token)


@respondent_view
def form_remove(request: HttpRequest) -> HttpResponse:
    """A respondent has a form removed by its receipt. The address belongs to no survey and to no link."""
    language = page_language(None, request)
    if request.method != "POST":
        if accepts_gzip(request):
            return _ready_response(_ready_form_remove(language).filled(), language, cacheable=True)
        return html_response(_form_remove_page(language), language=language, cacheable=True)
    fields = read_fields(request)
    if isinstance(fields, HttpResponse):
        return fields
    receipt = fields.get("_receipt", "")[:40]
    try:
        if letters_of(receipt) and withdraw_response(receipt=receipt):
            return message_page("removed", 200, language=language)
    except ValidationError:  # the register of erasures cannot be written: nothing was removed
        return busy_page(request)
    if throttle.too_many_misses(request):
        return message_page("too_many", 429, language=language)
    throttle.miss(request)
    error = translate("receipt_unknown", language)
    return html_response(_form_remove_page(language, receipt=receipt, error=error), 422, language=language)


def _form_remove_page(language: str, **typed: str) -> str:
    context = {
        "words": translate_all(language),
        "page_language": language,
        "languages": [(code, own_name(code)) for code in offered_languages()],
    }
    return render_to_string("surveys/_respondent_remove.html", context | typed)


@lru_cache(maxsize=64)
def _ready_form_remove(language: str) -> ReadyPage:
    """The page as it is without a receipt: the same for all, in each language."""
    return ReadyPage(_form_remove_page(language))


@respondent_view
def mail_stop(request: HttpRequest, key: str) -> HttpResponse:
    """A person asks for no more e-mails. Only a post changes something: programs that check mails open links.

    Mail programs post to this address by themselves where a person presses their own button (RFC 8058).
    """
    fields = read_fields(request) if request.method == "POST" else QueryDict()
    if isinstance(fields, HttpResponse):
        return fields
    pk = find_stopped(key)
    invitation = Invitation.objects.select_related("survey__assessment").filter(pk=pk).first() if pk else None
    if invitation is None:
        return unknown_link_page(request)
    language, survey = invitation.language, invitation.survey
    if request.method == "POST":
        stop_writing(invitation=invitation)
    with words_for(survey.assessment):
        if invitation.stopped:
            return message_page("stopped", 200, language=language, survey=survey)
        context = {"words": translate_all(language), "page_language": language}
        return html_response(render_to_string("surveys/_respondent_stop.html", context), language=language)


@csrf_exempt
@require_POST
@public
@without_members
@_or_busy_page
def personal_opened(request: HttpRequest, token: str) -> HttpResponse:
    """Called when a browser shows the form of a personal link."""
    access = personal_access(token)
    if access is None:
        throttle.miss(request)
    elif access.invitation and access.survey.is_accepting:
        mark_opened(survey=access.survey, invitation=access.invitation)
    return html_response("", 204)
