"""Which surveys, invitations and responses: `for_*` narrows, `with_*` adds."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from assessments.models import Assessment
    from surveys.models import Survey


class SurveyQuerySet(models.QuerySet[Any]):
    def for_assessment(self, assessment: "Assessment") -> "SurveyQuerySet":
        return self.filter(assessment=assessment)

    def with_document(self) -> "SurveyQuerySet":
        """All that a page for respondents needs, in one query."""
        return self.select_related("assessment__study", "questionnaire")


class InvitationQuerySet(models.QuerySet[Any]):
    def for_survey(self, survey: "Survey") -> "InvitationQuerySet":
        """Invitations that stand."""
        return self.filter(survey=survey, revoked_at=None)

    def for_reminding(self, survey: "Survey") -> "InvitationQuerySet":
        """Reached, and not answered."""
        return self.for_survey(survey).exclude(sent_at=None).exclude(pk__in=survey.answered)


class ResponseQuerySet(models.QuerySet[Any]):
    def for_counting(self) -> "ResponseQuerySet":
        """Neither test answers nor deleted ones."""
        return self.filter(is_test=False, deleted_at=None)


class DraftQuerySet(models.QuerySet[Any]):
    pass
