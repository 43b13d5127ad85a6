"""An answer, and an option that the form does not list, in words."""

from collections.abc import Mapping
from typing import Any, assert_never

from analysis.statistics.counts import DONT_KNOW, is_blank
from analysis.words import translate
from assessments.countries import country_name, is_country
from instruments.schema import (
    DateItem,
    DecimalItem,
    IntegerItem,
    Item,
    RankItem,
    SelectMultipleItem,
    SelectOneItem,
    TextItem,
)


def answer_in_words(item: Item, answer: Any, labels: Mapping[str, str], language: str) -> str:
    """One respondent's answer; `labels`: option code -> label."""
    if is_blank(answer):
        return translate("no_answer", language)
    match item:
        case SelectOneItem() | SelectMultipleItem() | RankItem():
            known = {DONT_KNOW: translate("dont_know", language), **labels}
            chosen = answer if isinstance(answer, (list, tuple)) else [answer]
            return ", ".join(known.get(str(code), str(code)) for code in chosen)
        case TextItem() | IntegerItem() | DecimalItem() | DateItem():
            return str(answer)
        case _:
            assert_never(item)


def listed_elsewhere(item: Item, code: str, language: str) -> str | None:
    """The label of an option from a list outside the questionnaire; None where the item takes none from there."""
    match item:
        case SelectOneItem() | SelectMultipleItem():
            return country_name(code, language) if item.source == "countries" and is_country(code) else None
        case RankItem() | TextItem() | IntegerItem() | DecimalItem() | DateItem():
            return None
        case _:
            assert_never(item)
