"""Compute the results of a survey when it closes, once. Later releases are the lead's decision."""

from typing import Any

from django.core.exceptions import ValidationError
from django.dispatch import receiver

from analysis.models import DataRelease
from analysis.services.releases import release_results
from assessments.models import User
from surveys.models import Survey
from surveys.services.surveys import survey_closed


@receiver(survey_closed)
def _closed(survey: Survey, by: User | None, **kwargs: Any) -> None:
    if DataRelease.objects.filter(survey=survey).exists() or survey.sealed_answers.exists():
        return  # what is still sealed would be the difference to the next release: the lead decides
    try:
        release_results(survey=survey, by=by)
    except ValidationError:  # too few responses, or no key: the survey is closed all the same, and the page says why
        return
