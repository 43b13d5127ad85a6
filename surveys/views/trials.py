"""Fill in a version of a questionnaire as a respondent would, before it is published. Nothing is stored.

Members try it from its page; others with a link, on their own phones, for some days.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.access import editors_only, signed_in
from assessments.models import Assessment
from assessments.packs import words_for
from assessments.requests import document_frame
from ctnat.translation.languages import interface_languages, preferred_language
from ctnat.ui.errors import in_one_line
from ctnat.ui.qr import qr_svg
from instruments.access import find_changeable, find_readable
from instruments.addresses import version_url
from instruments.models import Instrument
from instruments.texts import languages_of
from surveys.distribution import throttle
from surveys.distribution.access import SurveyAccess
from surveys.distribution.links import find_trial, trial_link
from surveys.models import Survey, TrialLink
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.page import form_page, known_only, only_shown, page_language
from surveys.questionnaire.reading import from_form
from surveys.questionnaire.validation import check
from surveys.services.trials import DAYS, make_trial_link, withdraw_trial_link
from surveys.views.respondent import (
    html_response,
    message_page,
    read_fields,
    respondent_view,
    thanks_page,
    unknown_link_page,
    uuid_of,
)


@require_http_methods(["GET", "POST"])
@signed_in
def version_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a version with its conditions, messages, languages and thanks, in the assessment that owns it."""
    version = find_readable(request.user, pk, Instrument.objects.for_kind(Instrument.Kind.SURVEY))
    assessment = version.owner or _any_assessment(request.user)
    back = version_url(request, "instrument_detail", pk)
    if assessment is None:
        return _without_assessment(request, back)
    survey = _survey(version, assessment)
    access = SurveyAccess(survey, "preview", "", preview_url=version_url(request, "version_trial", pk))
    around = document_frame(request)
    frame: dict[str, Any] = {"preview": back, "trial": True, "csrf": get_token(request), "around": around}
    with words_for(assessment):
        return _trial(request, access, request.POST if request.method == "POST" else None, frame)


@respondent_view
def trial_form(request: HttpRequest, token: str) -> HttpResponse:
    """The same for anyone with the link."""
    fields = read_fields(request) if request.method == "POST" else None
    if isinstance(fields, HttpResponse):
        return fields
    if fields is not None and throttle.too_many_posts(request, token):
        return message_page("too_many", 429, language=page_language(None, request))
    link = find_trial(token)
    if link is None:
        return unknown_link_page(request)
    survey = _survey(link.questionnaire, link.assessment)
    access = SurveyAccess(survey, "preview", "", preview_url=reverse("surveys_public:trial_form", args=[token]))
    wished = preferred_language(request.headers.get("Accept-Language", ""), interface_languages())
    with words_for(link.assessment), translation.override(wished or settings.LANGUAGE_CODE):
        return _trial(request, access, fields, {"trial": True})


def _survey(version: Instrument, assessment: Assessment) -> Survey:
    """A survey that is in no database."""
    return Survey(assessment=assessment, questionnaire=version, languages=languages_of(version.shown_definition))


def _trial(
    request: HttpRequest, access: SurveyAccess, fields: QueryDict | None, frame: Mapping[str, Any]
) -> HttpResponse:
    language = page_language(access, request)
    if fields is None:
        return html_response(form_page(access, language, **frame), language=language)
    document = document_of(access.survey.questionnaire)
    raw = from_form(document, fields.lists())
    filled: dict[str, Any] = {"raw": known_only(document, raw), "uuid": uuid_of(fields) or uuid4()}
    if (asked := only_shown(fields)) is not None:
        return html_response(form_page(access, language, **filled, **asked, **frame), language=language)
    checked = check(document, raw, access.survey.today)
    if checked.errors or not raw:
        page = form_page(access, language, errors=checked.errors, nothing=not raw, **filled, **frame)
        return html_response(page, 422, language=language)
    return thanks_page(
        access.survey, language, back=frame.get("preview", ""), trial=True, around=frame.get("around", "")
    )


@require_http_methods(["GET", "POST"])
@editors_only
def trial_link_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The link and its QR code with which a version is tried without an account; made and withdrawn by its leads."""
    user: Any = request.user
    version = find_changeable(user, pk, Instrument.objects.for_kind(Instrument.Kind.SURVEY))
    assessment = version.owner or _any_assessment(user)
    if assessment is None:
        return _without_assessment(request, version_url(request, "instrument_detail", pk))
    if request.method == "POST":
        if request.POST.get("do") == "withdraw":
            withdraw_trial_link(version=version, by=user)
            messages.success(request, _("The link was withdrawn. It opens nothing any more."))
            return redirect(version_url(request, "trial_link_edit", pk))
        try:
            make_trial_link(version=version, assessment=assessment, by=user)
        except ValidationError as error:
            messages.error(request, in_one_line(error))
        else:
            messages.success(request, _("The link is ready. Copy it below."))
        return redirect(version_url(request, "trial_link_edit", pk))
    found = TrialLink.objects.filter(questionnaire=version).first()
    context: dict[str, Any] = {"instrument": version, "trial": None, "days": DAYS}
    if found and found.is_valid:
        link = trial_link(found)
        context |= {"trial": found, "link": link, "qr": qr_svg(link)}
    return render(request, "surveys/trial_link_edit.html", context)


def _without_assessment(request: HttpRequest, back: str) -> HttpResponse:
    messages.info(request, _("Names and dates in the texts come from an assessment. Create one, then try the form."))
    return redirect(back)


def _any_assessment(user: Any) -> Assessment | None:
    """For a version of the shared library: the latest assessment of the user."""
    found: Assessment | None = Assessment.objects.for_user(user).select_related("study").order_by("-pk").first()
    return found
