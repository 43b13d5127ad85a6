"""The list of responses, and the page of each."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.access import requires
from assessments.audit import record_reading
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.digits import revision_sent
from ctnat.ui.errors import in_one_line
from ctnat.ui.formats import page_day
from ctnat.ui.names import language_name
from ctnat.ui.pages import page_of
from surveys.models import Response
from surveys.questionnaire.documents import document_at
from surveys.questionnaire.versions import FormVersion
from surveys.responses.presentation import shown_answers
from surveys.responses.progress import forms_shown
from surveys.services.responses import set_counted, times_counted_anew
from surveys.views.surveys import find_survey


@require_safe
@requires("responses.view")
def response_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    survey = find_survey(assessment)
    rows = Response.objects.filter(survey=survey).order_by("is_test", "number")
    page = page_of(request, rows)
    shown = forms_shown(survey)
    for response in page:
        response.language_shown, source, response.day_shown = _shown(response, shown)
        response.source_words = dict(Response.Source.choices).get(source, "")
    context = {"assessment": assessment, "survey": survey, "page": page, "here": "responses"}
    return render(request, "surveys/response_list.html", context)


def _shown(response: Response, shown: Mapping[int, Sequence[Any]]) -> Sequence[Any]:
    """(language, source, day) as far as enough forms share them; all of them for test answers."""
    return shown.get(response.pk) or (response.language, response.source, response.received_on)


def find_response(assessment: Assessment, code: str) -> Response:
    rows = Response.objects.filter(survey__assessment=assessment).select_related("questionnaire", "survey")
    found: Response = get_object_or_404(rows, code=code[:20])
    return found


@require_safe
@requires("responses.view")
def response_detail(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    response = find_response(assessment, code)
    record_reading("response", by=request.user, assessment=assessment, target=response)
    response.survey.assessment = assessment
    language, source, day = _shown(response, forms_shown(response.survey))
    document = document_at(response.questionnaire, response.correction)
    sources = dict(Response.Source.choices)
    about = [
        str(sources.get(source, "")),
        language_name(language) if language else "",
        page_day(day) if day else "",
    ]
    context = {
        "about": ", ".join(words for words in about if words),
        "assessment": assessment,
        "survey": response.survey,
        "response": response,
        "times_counted_anew": times_counted_anew(response),
        "sections": shown_answers(document, response.answers, response.invalid),
        "corrected": response.questionnaire.corrections_made > 0,
        "read_as": ""
        if response.correction is None
        else FormVersion(response.questionnaire, response.correction).label,
        "here": "responses",
    }
    return render(request, "surveys/response_detail.html", context)


@require_POST
@requires("survey.manage")
def response_trash(request: MemberRequest, assessment: Assessment, code: str, action: str) -> HttpResponse:
    """Take a form out of the count (typed twice, sent as a trial), or bring it back."""
    if action not in ("remove", "restore"):
        raise Http404(_("This action does not exist."))
    response = find_response(assessment, code)
    response.survey.assessment = assessment
    try:
        seen = revision_sent(request.POST.get("seen"))
        set_counted(response=response, counted=action == "restore", by=request.user, seen=seen)
        done = _("{code} is restored.") if action == "restore" else _("{code} is removed from the results.")
        messages.success(request, done.format(code=code))
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    return redirect(
        "surveys:response_list" if "responses.view" in request.may else "surveys:survey_detail", assessment.reference
    )
