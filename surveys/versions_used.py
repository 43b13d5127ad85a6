"""Which surveys use a version of the questionnaire, registered for the pages of the instruments."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from instruments.uses import VersionUse, uses_versions
from surveys.models import Survey


@uses_versions
def used_by(versions: Collection[int], user: Any) -> list[VersionUse]:
    """Surveys of the user's assessments, with the number of forms that count."""
    own = user.memberships.order_by().values("assessment")
    rows = Survey.objects.filter(questionnaire__in=versions, assessment__in=own).select_related("assessment")
    found = []
    for survey in rows.with_counts().order_by("assessment__reference"):
        forms = survey.responses_counted + survey.sealed
        text = ngettext(
            "Survey of {reference}: {status}, {n} form", "Survey of {reference}: {status}, {n} forms", forms
        ).format(reference=survey.assessment.reference, status=survey.get_status_display().lower(), n=forms)
        address = reverse("surveys:survey_detail", args=[survey.assessment.reference])
        found.append(VersionUse(survey.questionnaire_id, text, address))
    return found
