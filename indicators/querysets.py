"""Which marks and recommendations: `for_*` narrows, `with_*` adds."""

from typing import Any

from django.db.models import F, Q, QuerySet

from assessments.querysets import ForAssessment

NOT_ASSESSED = "not_assessed"
POTENTIAL_IMPROVEMENT = "potential_improvement"


class MarkQuerySet(ForAssessment):
    def counting(self) -> "MarkQuerySet":
        """Of each cell's two marks the one that counts: the consultant's, until the lead decides otherwise."""
        return self.filter(counts=True)

    def for_cell(self, criterion: str, cell: str) -> "MarkQuerySet":
        return self.filter(criterion=criterion, cell=cell)

    def for_source(self, source: str) -> "MarkQuerySet":
        return self.filter(source=source)

    def assessed(self) -> "MarkQuerySet":
        return self.exclude(state=NOT_ASSESSED)

    def for_improvement(self) -> "MarkQuerySet":
        return self.counting().filter(state=POTENTIAL_IMPROVEMENT)

    def awaiting_decision(self) -> "MarkQuerySet":
        """Proposals of the workshop on which the lead has not decided since they were last changed."""
        return self.filter(source="workshop").filter(Q(decided_revision=None) | Q(decided_revision__lt=F("revision")))

    def with_by(self) -> "MarkQuerySet":
        return self.select_related("by")

    def with_changes(self) -> "MarkQuerySet":
        return self.prefetch_related("changes__by")


class RecommendationQuerySet(ForAssessment):
    def standing(self) -> "RecommendationQuerySet":
        """All but those dropped."""
        return self.exclude(status="dropped")

    def for_category(self, category: str) -> "RecommendationQuerySet":
        return self.filter(category=category)

    def for_group_of(self, recommendation: Any) -> QuerySet[Any]:
        """Those that stand under the same lead-in, in order."""
        return self.filter(
            assessment=recommendation.assessment,
            category=recommendation.category,
            lead_in=recommendation.lead_in,
            addressee=recommendation.addressee,
            verb=recommendation.verb,
        )
