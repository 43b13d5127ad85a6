"""Which workshops, groups and responses: `for_*` narrows, `with_*` adds."""

from typing import Any

from django.db.models import Count, Q

from assessments.querysets import ForAssessment


class WorkshopQuerySet(ForAssessment):
    def begun(self) -> "WorkshopQuerySet":
        """Open or closed: those whose ballots are counted."""
        return self.exclude(status="planned")

    def with_turnout(self) -> "WorkshopQuerySet":
        """Adds `group_count` and `ballot_count`."""
        return self.annotate(
            group_count=Count("groups", distinct=True),
            ballot_count=Count("groups__ballot", distinct=True),
        )

    def with_groups(self) -> "WorkshopQuerySet":
        return self.prefetch_related("groups__ballot")


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

    def for_target(self, target: str) -> "CommentQuerySet":
        """Responses to `target`; those to a criterion include the ones to its cells."""
        if target.startswith("criterion:"):
            code = target.removeprefix("criterion:")
            return self.filter(Q(target=target) | Q(target__startswith=f"cell:{code}/"))
        return self.filter(target=target)

    def with_people(self) -> "CommentQuerySet":
        return self.select_related("decided_by", "workshop")
