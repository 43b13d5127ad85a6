"""Which workshops, groups and responses: `for_*` narrows, `with_*` adds."""

from typing import Any, Self

from django.db import models
from django.db.models import Count, Q

from assessments.querysets import ForAssessment, number_of


class WorkshopQuerySet(ForAssessment):
    def with_turnout(self) -> Self:
        """Adds `group_count` and `ballot_count`."""
        group: Any = self.model._meta.get_field("groups").related_model
        return self.annotate(
            group_count=number_of(group, "workshop"),
            ballot_count=number_of(group, "workshop", ballot__isnull=False),
        )

    def for_validation(self) -> "WorkshopQuerySet":
        """No rehearsals."""
        return self.filter(purpose="validation")

    def counted(self) -> "WorkshopQuerySet":
        """Workshops covered by report, analysis and exports: validation, closed at least once, counted by the lead.

        One that was reopened stays among them with the results of its last closing.
        """
        return self.for_validation().filter(counted=True).exclude(results={}).order_by("held_on", "pk")

    def awaiting_decision(self) -> "WorkshopQuerySet":
        """Closed, and the lead has not yet decided whether the report covers them."""
        return self.for_validation().filter(counted=None).exclude(results={})


class VerdictQuerySet(models.QuerySet[Any]):
    def in_force(self) -> "VerdictQuerySet":
        """All but those that the group withdrew."""
        return self.filter(withdrawn_at=None)


class GroupQuerySet(ForAssessment):
    def for_workshop(self, workshop: Any) -> "GroupQuerySet":
        return self.filter(workshop=workshop)

    def with_ballots(self) -> Self:
        """Adds `verdict_count`; the ballot comes in the same query."""
        return self.select_related("ballot").annotate(
            verdict_count=Count("verdicts", filter=Q(verdicts__withdrawn_at=None))
        )


class CommentQuerySet(ForAssessment):
    def for_report(self) -> "CommentQuerySet":
        """Statements made at or after a counted workshop, or outside of one; none of a rehearsal."""
        counted = Q(workshop__purpose="validation", workshop__counted=True)
        return self.filter(Q(workshop=None) | counted).exclude(stage="interview")

    def for_validation(self) -> "CommentQuerySet":
        """None of a rehearsal, none from interviews."""
        return self.filter(Q(workshop=None) | Q(workshop__purpose="validation")).exclude(stage="interview")

    def undecided(self) -> "CommentQuerySet":
        return self.filter(disposition="", withdrawn_at=None)

    def decided(self) -> "CommentQuerySet":
        return self.exclude(disposition="")

    def with_people(self) -> "CommentQuerySet":
        return self.select_related("decided_by", "workshop")
