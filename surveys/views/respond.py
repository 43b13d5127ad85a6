"""The pages of respondents. No account, no cookie, no session; what a page needs is in its link and in its form.

CSRF: a forged post abuses what a browser sends along by itself. Here it sends nothing of worth: the right is the secret
in the link, which a forger would have to know, and then could post directly. So these pages are exempt from the token
(which would need a cookie) and refuse instead whatever the browser itself marks as coming from another site.

Nothing here is logged: an address holds the secret of a link, and the time of a request may tell who answered when.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest, SuspiciousOperation, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import public
from surveys import throttle
from surveys.doors import Door, open_door, personal_door
from surveys.drafts import DAYS, drop_draft, find_draft, save_draft
from surveys.form_pages import form_page, known_only, only_shown, page_language
from surveys.models import Response, Survey
from surveys.pages import closing
from surveys.reading import from_form
from surveys.services import document_of, note_opened, submit_response
from surveys.validation import check
from surveys.words import translate, translate_all

POST_LIMIT = 1024 * 1024  # bytes; the longest form that can be valid has about a third

Find = Callable[[str, UUID | None], Door | None]


def answer(html: str, status: int = 200, *, language: str = "en", keep: bool = False) -> HttpResponse:
    """A response for a respondent: never logged, never stored by anyone but their own browser's history."""
    response = HttpResponse(html, status=status)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "private, no-cache" if keep else "private, no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would write the link of every 4xx to the log
    return response


def plain(key: str, status: int, *, language: str, survey: Survey | None = None, **context: Any) -> HttpResponse:
    """A page that says one thing and what to do next."""
    words = {
        "heading": translate(key, language),
        "text": translate(f"{key}_how", language),
        "words": translate_all(language),
    }
    contact = survey.assessment.survey_contact if survey else ""
    html = render_to_string("surveys/plain.html", {**words, "contact": contact, "page_language": language, **context})
    return answer(html, status, language=language)


def posted(request: HttpRequest) -> QueryDict | HttpResponse:
    """The fields of a post, or the page that refuses it."""
    language = page_language(None, request)
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdigit() or len(size) > 12 or int(size) > POST_LIMIT:
        return plain("too_large", 413, language=language)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return plain("elsewhere", 403, language=language)
    try:
        return request.POST
    except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError):
        return plain("too_large", 400, language=language)


def uuid_of(fields: Mapping[str, Any]) -> UUID | None:
    with suppress(ValueError):
        return UUID(str(fields.get("_uuid", ""))[:40])
    return None


def unknown(request: HttpRequest) -> HttpResponse:
    throttle.miss(request)
    return plain("unknown", 404, language=page_language(None, request))


def shut(door: Door, language: str) -> HttpResponse | None:
    """The page that says why this link takes no answers now, if it does not."""
    survey = door.survey
    if door.is_used:
        return plain("used", 410, language=language, survey=survey)
    if survey.is_accepting:
        return None
    ended = survey.status == Survey.Status.CLOSED or survey.is_expired
    return plain("closed" if ended else "not_open", 410 if ended else 403, language=language, survey=survey)


def _form(request: HttpRequest, find: Find, key: str) -> HttpResponse:
    if throttle.too_many_misses(request):
        return plain("too_many", 429, language=page_language(None, request))
    if request.method != "POST":
        door = find(key, None)
        if door is None:
            return unknown(request)
        language = page_language(door, request)
        return shut(door, language) or answer(form_page(door, language), language=language, keep=True)
    fields = posted(request)
    if isinstance(fields, HttpResponse):
        return fields
    if throttle.too_many_posts(request, key):
        return plain("too_many", 429, language=page_language(None, request))
    door = find(key, uuid_of(fields))
    return unknown(request) if door is None else _posted(request, door, fields)


def _posted(request: HttpRequest, door: Door, fields: QueryDict) -> HttpResponse:
    language = page_language(door, request)
    survey = door.survey
    if door.sent_before:
        return thank(survey, door.sent_before, language)
    document = document_of(survey.questionnaire)
    raw = from_form(document, fields.lists())
    filled: dict[str, Any] = {
        "raw": known_only(document, raw),
        "uuid": uuid_of(fields) or uuid4(),
        "draft": fields.get("_draft", "")[:40],
    }
    if not survey.is_accepting:
        return answer(form_page(door, language, closed=True, **filled), 410, language=language)
    if door.is_used:
        return plain("used", 410, language=language, survey=survey)
    if (shown := only_shown(fields)) is not None:
        return answer(form_page(door, language, **filled, **shown), language=language)
    if fields.get("_do") == "save":
        return _save(door, language, filled)
    if not raw:
        return answer(form_page(door, language, nothing=True, **filled), 422, language=language)
    checked = check(document, raw)
    if checked.faults:
        return answer(form_page(door, language, faults=checked.faults, **filled), 422, language=language)
    return _store(door, language, checked.answers, filled)


def _store(door: Door, language: str, answers: Mapping[str, Any], filled: Mapping[str, Any]) -> HttpResponse:
    try:
        response = submit_response(
            survey=door.survey,
            answers=answers,
            language=language,
            source=Response.Source.WEB,
            uuid=filled["uuid"],
            invitation=door.invitation,
        )
    except ValidationError:  # the personal link was used in the meantime, in another window
        return plain("used", 410, language=language, survey=door.survey)
    if filled["draft"]:
        drop_draft(survey=door.survey, code=filled["draft"])
    return thank(door.survey, response.code, language)


def thank(survey: Survey, code: str, language: str, *, back: str = "") -> HttpResponse:
    """The code of the form. Not a redirect: an address with the link's secret and the code in it would join the two."""
    context = {"code": code, "text": "", "closing": closing(survey, language), "back": back}
    html_words = {"heading": translate("thanks", language), "words": translate_all(language), "page_language": language}
    return answer(render_to_string("surveys/plain.html", context | html_words), language=language)


def _save(door: Door, language: str, filled: Mapping[str, Any]) -> HttpResponse:
    code, draft = save_draft(
        survey=door.survey, answers=filled["raw"], language=language, uuid=filled["uuid"], code=filled["draft"]
    )
    saved = {"code": code, "until": draft.expires_on}
    return answer(form_page(door, language, saved=saved, **{**filled, "draft": code}), language=language)


def _continue(request: HttpRequest, find: Find, key: str) -> HttpResponse:
    if throttle.too_many_misses(request):
        return plain("too_many", 429, language=page_language(None, request))
    fields = posted(request) if request.method == "POST" else QueryDict()
    if isinstance(fields, HttpResponse):
        return fields
    door = find(key, None)
    if door is None:
        return unknown(request)
    language = page_language(door, request)
    if refusal := shut(door, language):
        return refusal
    code = fields.get("_code", "")[:40]
    draft = find_draft(survey=door.survey, code=code) if code else None
    if draft:
        language = draft.language if draft.language in door.survey.languages else language
        page = form_page(door, language, raw=draft.answers, uuid=draft.uuid, draft=code)
        return answer(page, language=language)
    if request.method == "POST":
        throttle.miss(request)
    context = {
        "words": translate_all(language),
        "page_language": language,
        "action": door.go_on,
        "back": door.action,
        "code": code,
        "fault": translate("code_unknown", language, days=DAYS) if request.method == "POST" else "",
    }
    return answer(render_to_string("surveys/go_on.html", context), 422 if context["fault"] else 200, language=language)


def _page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """What every page of respondents is: public, without a CSRF cookie, compressed."""
    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(public(gzip_page(view))))


@_page
def open_form(request: HttpRequest, slug: str) -> HttpResponse:
    return _form(request, open_door, slug)


@_page
def personal_form(request: HttpRequest, token: str) -> HttpResponse:
    return _form(request, personal_door, token)


@_page
def open_continue(request: HttpRequest, slug: str) -> HttpResponse:
    return _continue(request, open_door, slug)


@_page
def personal_continue(request: HttpRequest, token: str) -> HttpResponse:
    return _continue(request, personal_door, token)


@csrf_exempt
@require_POST
@public
def personal_opened(request: HttpRequest, token: str) -> HttpResponse:
    """A person's browser shows the form of a personal link."""
    door = None if throttle.too_many_misses(request) else personal_door(token)
    if door is None:
        throttle.miss(request)
    elif door.invitation and door.survey.is_accepting:
        note_opened(survey=door.survey, invitation=door.invitation)
    return answer("", 204)
