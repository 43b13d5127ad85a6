"""Which surveys, invitations and responses: `for_*` narrows, `with_*` adds."""

from collections import Counter
from datetime import timedelta
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils import timezone


class SurveyQuerySet(models.QuerySet[Any, Any]):
    def for_assessment(self, assessment: models.Model) -> Self:
        return self.filter(assessment=assessment)

    def with_document(self) -> Self:
        """With what its forms are made of: assessment, study and questionnaire."""
        return self.select_related("assessment__study", "questionnaire")

    def with_counts(self) -> Self:
        """`invited`: invitations that are not revoked; `sent`: those of them that were sent or handed over;
        `responses_counted`, `responses_tested`; `sealed`: forms that came by link and are not opened yet."""
        active = _rows_of_survey("Invitation").filter(revoked_at=None)
        reached = active.filter(~Q(sent_at=None) | Q(handed_over=True))
        given = _rows_of_survey("Response").filter(deleted_at=None)
        return self.annotate(
            sent=_counted(reached),
            invited=_counted(active),
            responses_counted=_counted(given.filter(is_test=False)),
            responses_tested=_counted(given.filter(is_test=True)),
            sealed=_counted(_rows_of_survey("SealedAnswer")),
        )


def _rows_of_survey(model: str) -> models.QuerySet[Any]:
    """Rows of `model` that belong to the survey of the outer query. By name, because models import this module."""
    rows: models.QuerySet[Any] = apps.get_model("surveys", model)._default_manager.all()
    return rows.filter(survey=models.OuterRef("pk")).order_by().values("survey")


def _counted(rows: models.QuerySet[Any, Any]) -> Any:
    return Coalesce(models.Subquery(rows.annotate(count=Count("pk")).values("count")), 0)


class InvitationQuerySet(models.QuerySet[Any, Any]):
    def for_survey(self, survey: Any) -> Self:
        """Invitations that are not revoked."""
        return self.filter(survey=survey, revoked_at=None)

    def for_inviting(self, survey: Any) -> Self:
        """Not sent yet: new invitations and those that failed."""
        return self.for_writing(survey).filter(delivery__in=["new", "failed"])

    def for_reminding(self, survey: Any) -> Self:
        """Sent, not answered, and not written to in the last days (`Survey.days_between_mails`)."""
        return self.for_writing(survey).for_reached().exclude_recent(survey)

    def for_writing(self, survey: Any) -> Self:
        """Those with an address who have neither answered nor asked for no more e-mails."""
        return self.for_survey(survey).filter(stopped=False).exclude(email="").exclude(pk__in=survey.answered)

    def for_reached(self) -> Self:
        """The mail was sent, as far as is known."""
        return self.exclude(sent_at=None).exclude(delivery__in=["sending", "waiting", "returned"])

    def exclude_recent(self, survey: Any) -> Self:
        """Without those to whom the last mail went less than `survey.days_between_mails` days ago."""
        last = Coalesce("written_at", "sent_at")
        return self.annotate(last_mail=last).filter(
            last_mail__lte=timezone.now() - timedelta(days=survey.days_between_mails)
        )

    def for_mailing(self, survey: Any, kind: str) -> Self:
        """Those to whom a round of `kind` (invitation or reminder) would be sent."""
        return self.for_reminding(survey) if kind == "reminder" else self.for_inviting(survey)

    def count_by_language(self) -> Counter[str]:
        return Counter(self.values_list("language", flat=True))


class MailingQuerySet(models.QuerySet[Any, Any]):
    def for_later(self) -> Self:
        """Planned, and neither begun nor cancelled (`Mailing.is_planned`)."""
        return self.filter(scheduled_for__isnull=False, started_at=None, cancelled_at=None)


class ResponseQuerySet(models.QuerySet[Any, Any]):
    def for_counting(self) -> Self:
        """Neither test answers nor deleted ones."""
        return self.filter(is_test=False, deleted_at=None)


class EntryDraftQuerySet(models.QuerySet[Any, Any]):
    def for_typist(self, survey: models.Model, user: Any) -> Self:
        """The unfinished paper forms of one member: nobody else sees them. Without those whose time is over."""
        return self.filter(survey=survey, typed_by=user, expires_at__gt=timezone.now())
