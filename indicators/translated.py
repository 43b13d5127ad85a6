"""The translations of an assessment's texts, as they are shown to people.

    words = Translated.of(assessment)
    words.shown(f"recommendation:{row.pk}", "text", row.text, written="en", language="ka")

A translation is shown only if it was made from the original as it is now. Otherwise the original is shown, with its own
language, and the page says so. The same original is translated alike wherever it occurs: a lead-in that another
recommendation comes first under, or a group's words that became a statement of the register, keep their translation.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from assessments.models import Assessment
from indicators.models import Recommendation, Translation
from indicators.texts import Text
from instruments.texts import mark, seen_mark


@dataclass(frozen=True)
class Shown:
    """A text in the `language` in which it is shown. `is_draft`: a translation that was not reviewed."""

    text: str
    language: str
    is_draft: bool = False


def state_of(row: Translation | None, words: str) -> str:
    """The state of a translation of `words`: missing, stale, draft or reviewed."""
    if row is None or not row.text:
        return "missing"
    if row.source_mark != mark(words):
        return "stale"
    return "reviewed" if row.reviewed_mark == seen_mark(words, row.text) else "draft"


@dataclass
class Translated:
    """All translations that have a text, by object and by the words they were made from."""

    rows: Iterable[Translation]
    by_text: dict[tuple[str, str, str], Translation] = field(init=False, default_factory=dict)
    by_words: dict[tuple[str, str], Translation] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for row in sorted(self.rows, key=lambda row: (bool(row.reviewed_mark), row.updated_at, row.pk)):
            self.by_text[row.target, row.field, row.language] = row
            self.by_words[row.source_mark, row.language] = row  # the newest, a reviewed one before all others

    @classmethod
    def of(cls, assessment: Assessment) -> Self:
        """In one query."""
        return cls(Translation.objects.for_assessment(assessment).with_text())

    @property
    def languages(self) -> set[str]:
        return {row.language for row in self.by_text.values()}

    def find(self, target: str, name: str, words: str, language: str) -> Translation | None:
        """The translation that is shown for these words; one that is out of date where there is no other."""
        own = self.by_text.get((target, name, language))
        if own and own.source_mark == mark(words):
            return own
        return self.by_words.get((mark(words), language)) or own

    def find_text(self, text: Text, language: str) -> Translation | None:
        return self.find(text.target, text.field, text.words, language)

    def shown(self, target: str, name: str, words: str, written: str, language: str) -> Shown:
        """The words in `language` if there is a translation made from them, else as they were written."""
        if language == written or not words:
            return Shown(words, written)
        row = self.find(target, name, words, language)
        state = state_of(row, words)
        if row is None or state not in ("draft", "reviewed"):
            return Shown(words, written)
        return Shown(row.text, language, state == "draft")

    def in_all(self, target: str, name: str, words: str, written: str, languages: Iterable[str]) -> dict[str, str]:
        """{language: text}, the original first; only those of `languages` that have a translation made from it."""
        found = {written: words}
        for language in languages:
            shown = self.shown(target, name, words, written, language)
            if shown.language == language:
                found[language] = shown.text
        return found

    def working(self, words: str, language: str) -> str:
        """The translation of a group's words, wherever they occur; empty where there is none."""
        row = self.by_words.get((mark(words), language)) if words.strip() else None
        return row.text if row else ""

    def read_as_draft(self, row: Recommendation, language: str) -> bool:
        """Whether a part of the recommendation is shown in a translation that was not reviewed."""
        parts = (("opening", row.opening), ("text", row.text))
        return any(self.shown(f"recommendation:{row.pk}", name, words, "", language).is_draft for name, words in parts)


Wordings = dict[str, dict[str, str]]  # {language: {"opening", "text"}}: see `RecommendationChange.translations`


def wordings_of(row: Recommendation, words: Translated | None = None) -> Wordings:
    """The translations of a recommendation that were made from its present wording."""
    words, found = words or Translated.of(row.assessment), {}
    for language in sorted(words.languages):
        pair = {"opening": row.opening, "text": row.text}
        shown = {name: words.shown(f"recommendation:{row.pk}", name, pair[name], "", language) for name in pair}
        there = {name: one.text for name, one in shown.items() if one.language == language}
        if there:
            found[language] = there
    return found


def wordings_mark(wordings: Mapping[str, Any]) -> str:
    """The mark of all translations of a recommendation or a statement together."""
    return mark(json.dumps(wordings, sort_keys=True))
