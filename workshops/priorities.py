"""The priorities on which groups vote: the ranking in the assessment's survey whose letters the matrix refers to."""

from typing import cast

from assessments.models import Assessment
from indicators.matrix import matrix_of
from instruments.schema import Survey
from instruments.schema.items import RankItem
from workshops.words import GroupError


def find_priority_item(assessment: Assessment) -> RankItem | None:
    """The survey's item of priorities (8.1 in the 2016 tool), or None where its survey has none."""
    known = {letter for category in matrix_of(assessment).categories for letter in category.priorities}
    questionnaire = cast(Survey, assessment.questionnaire.document)
    ranked = [item for item in questionnaire.items if isinstance(item, RankItem)]
    return next((item for item in ranked if known and known <= {option.name for option in item.options}), None)


def priority_item(assessment: Assessment) -> RankItem:
    """The same, where one is needed. Raises `GroupError` where the survey has none."""
    item = find_priority_item(assessment)
    if item is None:
        raise GroupError("no_priority_item")
    return item
