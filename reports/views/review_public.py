"""The pages of reviewers: a Word file to download and the same file, with comments, to return. No account, no cookie.

CSRF: as on respondents' pages (`surveys/views/respondent.py`), the right is the secret in the link, and requests that
the browser itself marks as cross-site are refused. Nothing here is logged: an address contains that secret.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from assessments.access import public, without_members
from assessments.demonstration import band
from assessments.file_encryption import send_file
from assessments.known_names import reader_of
from assessments.packs import words_for
from ctnat.ui.access import for_readers
from ctnat.ui.errors import InputError, in_one_line
from ctnat.ui.formats import format_moment
from ctnat.ui.languages import own_name
from ctnat.ui.mail import written_in
from ctnat.ui.stored import shown_text
from reports.models import ReturnedFile, Reviewer
from reports.review_texts import WORDS, offered_languages
from reports.services.review_returns import AlreadyReturned, RoundEnded, read_upload, receive_file
from reports.services.review_rounds import find_reviewer, note_download
from reports.views.review_common import DOCX
from surveys.distribution import throttle

Response = TypeVar("Response", bound=HttpResponseBase)
AROUND = 64 * 1024  # bytes of the form around the file
MOST_POSTS = 60  # from one network with one link, in ten minutes


def reviewer_view(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The decorator of all pages of reviewers. A database that is not there gives a page that says so."""

    @wraps(view)
    def unless_busy(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError):
            response = _message(request, "busy", 503)
            response.headers["Retry-After"] = "60"
            return response

    guarded: Any = public(without_members(for_readers(unless_busy)))
    made: Callable[..., HttpResponseBase] = csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(guarded))
    return made


@reviewer_view
def review(request: HttpRequest, token: str) -> HttpResponseBase:
    """What is reviewed until when, the file to download, the form to return it, and what was returned."""
    if request.method == "POST" and (refused := _refuse_post(request, token)):
        return refused
    reviewer = find_reviewer(token)
    if reviewer is None:
        return _unknown(request)
    with words_for(reviewer.round.report.assessment):
        language = _language(request, reviewer)
        if not _is_open(reviewer):
            return _message(request, "ended", 410, language)
        if request.method == "POST":
            return _take(request, reviewer, language)
        return _page(reviewer, language)


@reviewer_view
def review_download(request: HttpRequest, token: str) -> HttpResponseBase:
    """The Word file of the round."""
    return _download(request, token, "file", "review.docx")


@reviewer_view
def review_tracked_download(request: HttpRequest, token: str) -> HttpResponseBase:
    """The Word file with the changes since the edition reviewed before, where the round offers it."""
    return _download(request, token, "tracked_file", "review-tracked.docx")


def _download(request: HttpRequest, token: str, column: str, name: str) -> HttpResponseBase:
    reviewer = find_reviewer(token)
    if reviewer is None:
        return _unknown(request)
    of_round = reviewer.round
    with words_for(of_round.report.assessment):
        language = _language(request, reviewer)
        if not _is_open(reviewer):
            return _message(request, "ended", 410, language)
        if column == "tracked_file" and not of_round.gives_tracked:
            return _message(request, "unknown", 404, language)
        try:
            response = send_file(getattr(of_round, column).open(), f"{of_round.report.assessment.reference}-{name}")
        except (OSError, ValueError):  # `ValueError`: it is not made yet
            return _message(request, "not_ready", 404, language)
    if request.method == "GET":
        note_download(reviewer=reviewer)
    response["Content-Type"] = DOCX
    response["X-Content-Type-Options"] = "nosniff"
    return _kept_out(response)


def _is_open(reviewer: Reviewer) -> bool:
    return reviewer.revoked_at is None and reviewer.round.is_open


def _refuse_post(request: HttpRequest, token: str) -> HttpResponse | None:
    """Before anything of it is read."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdigit() or len(size) > 12 or int(size) > settings.UPLOAD_LIMIT + AROUND:
        return _message(request, "too_large", 413, size=settings.UPLOAD_LIMIT // 1024**2)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return _message(request, "elsewhere", 403)
    if throttle.count(request, f"review|{token[:200]}") > MOST_POSTS:
        return _message(request, "too_many", 429)
    return None


def _take(request: HttpRequest, reviewer: Reviewer, language: str) -> HttpResponse:
    """Store what was sent, and show the page with what became of it."""
    try:
        upload = request.FILES.get("file")
    except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError):
        return _page(reviewer, language, error=WORDS.translate("no_file", language), status=400)
    if upload is None:
        return _page(reviewer, language, error=WORDS.translate("no_file", language), status=422)
    with written_in(language):  # the messages of members' pages, where there are some in this language
        spoken = translation.get_language() or "en"
        try:
            made = receive_file(reviewer=reviewer, content=read_upload(upload), by=None)
        except AlreadyReturned as same:
            at = _moment(reviewer, same.file, language)
            return _page(reviewer, language, done=WORDS.translate("same", language, at=at))
        except RoundEnded:
            return _message(request, "ended", 410, language)
        except InputError as fault:
            return _page(reviewer, language, error=in_one_line(fault), spoken=spoken, status=422)
    return _page(reviewer, language, done=WORDS.translate("received", language, at=_moment(reviewer, made, language)))


def _moment(reviewer: Reviewer, file: ReturnedFile, language: str) -> str:
    zone = reviewer.round.report.assessment.zone
    return format_moment(timezone.localtime(file.created_at, zone), language)


def _page(
    reviewer: Reviewer, language: str, *, done: str = "", error: str = "", spoken: str = "", status: int = 200
) -> HttpResponse:
    of_round = reviewer.round
    assessment = of_round.report.assessment
    clear = reader_of(assessment)
    with written_in(language):
        failure_language = translation.get_language() or "en"
        files = [
            (_moment(reviewer, file, language), file, shown_text(file.failure))
            for file in reviewer.returned.order_by("pk")
        ]
    until = format_moment(timezone.localtime(of_round.until, assessment.zone), language)
    context = {
        "words": WORDS.shown_all(language),
        "title": clear(of_round.report.title),
        "title_language": of_round.report.language,
        "note": clear(of_round.note),
        "until": WORDS.shown("until", language, until=until),
        "return_how": WORDS.shown("return_how", language, until=until),
        "office": clear(assessment.office),
        "round": of_round,
        "files": files,
        "failure_language": failure_language,
        "done": done,
        "error": error,
        "error_language": spoken or language,
        "page_language": language,
        "languages": [(code, own_name(code)) for code in offered_languages()],
        "file_address": "file/",  # beside this page, whose address holds the secret
        "tracked": WORDS.shown("tracked", language, number=of_round.tracked_since) if of_round.gives_tracked else "",
        "tracked_how": WORDS.shown("tracked_how", language, number=of_round.tracked_since or 0),
        "tracked_address": "tracked/",
        "demonstration": band(assessment, language),
    }
    return _html(render_to_string("reports/review.html", context), status, language)


def _message(request: HttpRequest, key: str, status: int, language: str = "", **values: Any) -> HttpResponse:
    """A page with one message and what to do next."""
    language = language or _asked_language(request) or "en"
    context = {
        "heading": WORDS.shown(key, language),
        "text": WORDS.shown(f"{key}_how", language, **values),
        "page_language": language,
    }
    return _html(render_to_string("reports/_review_message.html", context), status, language)


def _unknown(request: HttpRequest) -> HttpResponse:
    """Only wrong links are limited: guessing must not lock out people in the same network who have a valid one."""
    if throttle.too_many_misses(request):
        return _message(request, "too_many", 429)
    throttle.miss(request)
    return _message(request, "unknown", 404)


def _language(request: HttpRequest, reviewer: Reviewer) -> str:
    return _asked_language(request) or reviewer.language


def _asked_language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in WORDS.languages else ""


def _html(html: str, status: int, language: str) -> HttpResponse:
    response = HttpResponse(html, status=status)
    response.headers["Content-Language"] = language
    return _kept_out(response)


def _kept_out(response: Response) -> Response:
    """Out of caches, of search engines and of the log, in which Django would write the link of every 4xx."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
