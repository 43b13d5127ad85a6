"""Which marks and recommendations: `for_*` narrows, `with_*` adds."""

from django.db.models import F, Q

from assessments.querysets import ForAssessment


class MarkQuerySet(ForAssessment):
    def counting(self) -> "MarkQuerySet":
        """Of each cell's two marks the one that counts: the consultant's, until the lead decides otherwise."""
        return self.filter(counts=True)

    def for_cell(self, criterion: str, cell: str) -> "MarkQuerySet":
        return self.filter(criterion=criterion, cell=cell)

    def for_source(self, source: str) -> "MarkQuerySet":
        return self.filter(source=source)

    def awaiting_decision(self) -> "MarkQuerySet":
        """Proposals of the workshop on which the lead has not decided since they were last changed."""
        return self.filter(source="workshop", withdrawn=False).filter(
            Q(decided_revision=None) | Q(decided_revision__lt=F("revision"))
        )

    def with_by(self) -> "MarkQuerySet":
        return self.select_related("by")


class CellRevisionQuerySet(ForAssessment):
    def numbers(self) -> dict[str, int]:
        """ "1.1/F1" -> its revision; a cell without a row is at 1."""
        return {
            f"{criterion}/{cell}": number for criterion, cell, number in self.values_list("criterion", "cell", "number")
        }


class CellDecisionQuerySet(ForAssessment):
    pass


class RecommendationQuerySet(ForAssessment):
    def standing(self) -> "RecommendationQuerySet":
        """All but those dropped."""
        return self.exclude(status="dropped")

    def for_category(self, category: str) -> "RecommendationQuerySet":
        return self.filter(category=category)


class TranslationQuerySet(ForAssessment):
    def for_target(self, target: str) -> "TranslationQuerySet":
        return self.filter(target=target)

    def with_text(self) -> "TranslationQuerySet":
        """Those that were not cleared."""
        return self.exclude(text="")
