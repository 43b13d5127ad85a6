"""Which workshops, groups and responses: `for_*` narrows, `with_*` adds."""

from typing import Any

from django.db.models import Count

from assessments.querysets import ForAssessment


class WorkshopQuerySet(ForAssessment):
    def with_turnout(self) -> "WorkshopQuerySet":
        """Adds `group_count` and `ballot_count`."""
        return self.annotate(
            group_count=Count("groups", distinct=True),
            ballot_count=Count("groups__ballot", distinct=True),
        )


class GroupQuerySet(ForAssessment):
    def for_workshop(self, workshop: Any) -> "GroupQuerySet":
        return self.filter(workshop=workshop)

    def with_ballots(self) -> "GroupQuerySet":
        """Adds `verdict_count`; the ballot comes in the same query."""
        return self.select_related("ballot").annotate(verdict_count=Count("verdicts"))


class CommentQuerySet(ForAssessment):
    def undecided(self) -> "CommentQuerySet":
        return self.filter(disposition="")

    def decided(self) -> "CommentQuerySet":
        return self.exclude(disposition="")

    def with_people(self) -> "CommentQuerySet":
        return self.select_related("decided_by", "workshop")
