"""Which marks rely on what is erased, or repeat its words."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from assessments.erasers import AssessmentRows, Part, cites, holds_rows
from assessments.models import Assessment
from assessments.uses import Use
from indicators.models import CellDecision, CellRevision, Mark, Recommendation, Translation


@cites("indicators")
def marks(assessment: Assessment, key: str, words: Sequence[str]) -> list[Use]:
    found = []
    for mark in Mark.objects.for_assessment(assessment).order_by("criterion", "cell", "source"):
        cited = bool(key) and any(
            evidence.lower() == key.lower() or evidence.lower().startswith((f"{key}#".lower(), f"{key}/".lower()))
            for evidence in mark.evidence
        )
        if cited or any(word in mark.rationale for word in words):
            label = (
                _("Indicator {criterion}, {cell}: mark of the workshop")
                if mark.source == Mark.Source.WORKSHOP
                else _("Indicator {criterion}, {cell}: mark of the consultant")
            ).format(criterion=mark.criterion, cell=mark.cell)
            found.append(Use(label, f"indicators/{mark.criterion}/{mark.cell}/"))
    for row in Recommendation.objects.filter(assessment=assessment):
        if any(word in row.text for word in words):
            found.append(
                Use(
                    _("Recommendation {category}/{position}").format(category=row.category, position=row.position),
                    "indicators/recommendations/",
                )
            )
    for translation in Translation.objects.for_assessment(assessment).with_text():
        if any(word in translation.text for word in words):
            path = f"indicators/translations/{translation.language}/"
            label = _("Translation of {target}, {field}")
            found.append(Use(label.format(target=translation.target, field=translation.field), path))
    return found


@holds_rows(3)
class IndicatorRows(AssessmentRows):
    impersonal: ClassVar[Mapping[str, str]] = {
        "indicators.Mark": "judges laws and practice; who marked is in the table of work",
        "indicators.MarkChange": "as for marks",
        "indicators.CellRevision": "counts of changes",
        "indicators.CellDecision": "as for marks",
        "indicators.Recommendation": "printed",
        "indicators.Translation": "translations of these and of statements; who made one is in the table of work",
        "indicators.RecommendationChange": "as for marks",
    }

    def parts(self, assessment: Assessment) -> list[Part]:
        return [
            Part(N_("marks of indicators"), Mark.objects.filter(assessment=assessment).count()),
            Part(N_("recommendations"), Recommendation.objects.filter(assessment=assessment).count()),
            Part(N_("translations"), Translation.objects.filter(assessment=assessment).count()),
        ]

    def erase(self, assessment: Assessment) -> None:
        for model in (Mark, CellDecision, CellRevision, Recommendation, Translation):
            model._base_manager.filter(assessment=assessment).delete()
