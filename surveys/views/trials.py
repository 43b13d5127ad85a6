"""Fill in a version of a questionnaire as a respondent would, before it is published. Nothing is stored."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.access import signed_in
from assessments.models import Assessment
from assessments.packs import words_for
from instruments.access import find_readable
from instruments.models import Instrument
from instruments.texts import languages_of
from surveys.distribution.access import SurveyAccess
from surveys.models import Survey
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.page import form_page, known_only, only_shown, page_language
from surveys.questionnaire.reading import from_form
from surveys.questionnaire.validation import check
from surveys.views.respondent import thanks_page, uuid_of


@require_http_methods(["GET", "POST"])
@signed_in
def version_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a version with its conditions, messages, languages and thanks, in the assessment that owns it."""
    version = find_readable(request.user, pk, Instrument.objects.for_kind(Instrument.Kind.SURVEY))
    assessment = version.owner or _any_assessment(request.user)
    back = reverse("instruments:instrument_detail", args=[pk])
    if assessment is None:
        messages.info(
            request, _("Names and dates in the texts come from an assessment. Create one, then try the form.")
        )
        return redirect(back)
    with words_for(assessment):
        return _trial(request, version, assessment, back)


def _trial(request: HttpRequest, version: Instrument, assessment: Assessment, back: str) -> HttpResponse:
    survey = Survey(assessment=assessment, questionnaire=version, languages=languages_of(version.shown_definition))
    access = SurveyAccess(survey, "preview", "", preview_url=reverse("surveys_trial:version_trial", args=[version.pk]))
    language = page_language(access, request)
    frame: dict[str, Any] = {"preview": back, "trial": True, "csrf": get_token(request)}
    if request.method != "POST":
        return HttpResponse(form_page(access, language, **frame))
    document = document_of(version)
    raw = from_form(document, request.POST.lists())
    filled: dict[str, Any] = {"raw": known_only(document, raw), "uuid": uuid_of(request.POST) or uuid4()}
    if (asked := only_shown(request.POST)) is not None:
        return HttpResponse(form_page(access, language, **filled, **asked, **frame))
    checked = check(document, raw, survey.today)
    if checked.errors or not raw:
        page = form_page(access, language, errors=checked.errors, nothing=not raw, **filled, **frame)
        return HttpResponse(page, status=422)
    return thanks_page(survey, language, back=back, trial=True)


def _any_assessment(user: Any) -> Assessment | None:
    """For a version of the shared library: the latest assessment of the user."""
    found: Assessment | None = Assessment.objects.for_user(user).select_related("study").order_by("-pk").first()
    return found
