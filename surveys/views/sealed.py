"""Opening sealed forms, for the lead; and groups so small that their data are data about single people."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.errors import in_one_line
from surveys.models import Survey
from surveys.responses.disclosure import answered_groups, count_long_forms, form_groups
from surveys.services.sealed_answers import count_unreadable, lost_key_text, open_responses
from surveys.views.surveys import find_survey


@require_http_methods(["GET", "POST"])
@requires("responses.open")
def responses_open(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The number of sealed forms, and opening them: early where there are enough, few of them only after closing."""
    survey = find_survey(assessment)
    if request.method == "POST":
        return _open(request, survey)
    unreadable = count_unreadable(survey)
    readable = survey.sealed_answers.count() - unreadable
    context = {
        "assessment": assessment,
        "survey": survey,
        "readable": readable,
        "lost_key": lost_key_text(unreadable) if unreadable else "",
        "enough": readable >= survey.threshold,
        "closed": survey.status == Survey.Status.CLOSED,
        "here": "sealed",
    }
    return render(request, "surveys/responses_open.html", context)


def _open(request: MemberRequest, survey: Survey) -> HttpResponse:
    try:
        count = open_responses(survey=survey, by=request.user, few=request.POST.get("few") == "1")
    except ValidationError as error:
        messages.error(request, in_one_line(error))
        return redirect("surveys:responses_open", survey.assessment.reference)
    messages.success(request, f"{count} {'form' if count == 1 else 'forms'} opened.")
    if left := survey.sealed_answers.count():
        messages.warning(request, lost_key_text(left))
    return redirect("surveys:survey_detail", survey.assessment.reference)


@require_safe
@requires("responses.open")
def survey_disclosure(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Which groups are too small, before forms are opened and before they are exported."""
    survey = find_survey(assessment)
    forms, answered = form_groups(survey), answered_groups(survey)
    context = {
        "assessment": assessment,
        "survey": survey,
        "answered": [division for division in answered if division.groups],
        "forms": [division for division in forms if division.groups],
        "long_forms": count_long_forms(survey),
        "small": sum(division.small for division in (*answered, *forms)),
        "here": "disclosure",
    }
    return render(request, "surveys/survey_disclosure.html", context)
