"""Which surveys, invitations and responses: `for_*` narrows, `with_*` adds; and how far a survey is."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

if TYPE_CHECKING:
    from assessments.models import Assessment
    from surveys.models import Survey


class SurveyQuerySet(models.QuerySet[Any]):
    def for_assessment(self, assessment: "Assessment") -> "SurveyQuerySet":
        return self.filter(assessment=assessment)

    def with_document(self) -> "SurveyQuerySet":
        """All that a page for respondents needs, in one query."""
        return self.select_related("assessment__study", "questionnaire")

    def with_counts(self) -> "SurveyQuerySet":
        """`sent`: invitations that stand and were sent or handed over; `responses_counted`, `responses_tested`."""
        from surveys.models import Invitation, Response  # these models need this module first

        standing = Invitation.objects.filter(survey=models.OuterRef("pk"), revoked_at=None).order_by().values("survey")
        reached = standing.filter(~Q(sent_at=None) | Q(handed_over=True))
        given = Response.objects.filter(survey=models.OuterRef("pk"), deleted_at=None).order_by().values("survey")
        return self.annotate(
            sent=_counted(reached),
            invited=_counted(standing),
            responses_counted=_counted(given.filter(is_test=False)),
            responses_tested=_counted(given.filter(is_test=True)),
        )


def _counted(rows: models.QuerySet[Any]) -> Any:
    return models.functions.Coalesce(models.Subquery(rows.annotate(count=Count("pk")).values("count")), 0)


class InvitationQuerySet(models.QuerySet[Any]):
    def for_survey(self, survey: "Survey") -> "InvitationQuerySet":
        """Invitations that stand."""
        return self.filter(survey=survey, revoked_at=None)

    def for_inviting(self, survey: "Survey") -> "InvitationQuerySet":
        """Not reached yet: new ones and those that failed."""
        unsent = self.for_survey(survey).filter(delivery__in=["new", "failed"]).exclude(email="")
        return unsent.exclude(pk__in=survey.answered)

    def for_reminding(self, survey: "Survey") -> "InvitationQuerySet":
        """Reached, and not answered."""
        reached = self.for_survey(survey).exclude(sent_at=None).exclude(email="")
        return reached.exclude(delivery="sending").exclude(pk__in=survey.answered)


class ResponseQuerySet(models.QuerySet[Any]):
    def for_counting(self) -> "ResponseQuerySet":
        """Neither test answers nor deleted ones."""
        return self.filter(is_test=False, deleted_at=None)


@dataclass(frozen=True)
class Progress:
    """How far a survey is. `days_left` counts calendar days in the assessment's time zone, None without a deadline."""

    status: str
    invited: int
    answered: int
    responses: int
    days_left: int | None

    @property
    def left(self) -> str:
        if self.days_left is None:
            return ""
        if self.days_left < 0:
            return "deadline passed"
        words = {0: "deadline today", 1: "deadline tomorrow"}
        return words.get(self.days_left, f"deadline in {self.days_left} days")

    @property
    def text(self) -> str:
        """`7 of 20 invited have answered, deadline in 4 days`."""
        responses = "1 response" if self.responses == 1 else f"{self.responses} responses"
        if self.status == "closed":
            return f"Closed with {responses}"
        had = f"{self.answered} of {self.invited} invited have answered" if self.invited else responses
        return ", ".join(part for part in (had, self.left) if part)


def days_until(moment: datetime | None, zone: str) -> int | None:
    if moment is None:
        return None
    tz = ZoneInfo(zone)
    return (timezone.localtime(moment, tz).date() - timezone.localtime(timezone.now(), tz).date()).days


def progress(survey: "Survey") -> Progress:
    """Of a survey read `with_counts`; its assessment's time zone counts the days."""
    left = days_until(survey.deadline, survey.assessment.time_zone)
    if left == 0 and survey.is_expired:
        left = -1
    counts: Any = survey
    return Progress(survey.status, counts.sent, len(survey.answered), counts.responses_counted, left)
