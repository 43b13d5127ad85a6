"""How far the texts of an assessment are translated, by language and by text."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessments.models import Assessment
from ctnat.ui.names import language_name
from indicators.models import Translation
from indicators.texts import Text, texts_of
from indicators.translated import Translated, state_of
from instruments.texts import is_language, mark, seen_mark

STATES = ("missing", "stale", "draft", "reviewed")


@dataclass(frozen=True)
class TextState:
    """One text with its translation into one language. `state` is one of `STATES`.

    A text whose own language was not recorded may need no translation: it does not `count`.
    """

    text: Text
    row: Translation | None
    state: str

    @property
    def target(self) -> str:
        return self.row.text if self.row else ""

    @property
    def own(self) -> str:
        return self.target

    @property
    def key(self) -> str:
        return self.text.key

    @property
    def place(self) -> str:
        return self.text.place

    @property
    def source(self) -> str:
        return self.text.words

    @property
    def source_language(self) -> str:
        return self.text.language

    @property
    def heading(self) -> str:
        return self.text.heading

    @property
    def may_be_reviewed(self) -> bool:
        return self.state in ("draft", "reviewed")

    @property
    def path(self) -> str:
        return self.text.path

    @property
    def counts(self) -> bool:
        return bool(self.text.language)

    @property
    def anchor(self) -> str:
        return self.key.replace("/", ".").replace(":", ".")

    @property
    def source_mark(self) -> str:
        return mark(self.text.words)

    @property
    def seen(self) -> str:
        """The mark of what a reviewer reads."""
        return seen_mark(self.text.words, self.target)


@dataclass(frozen=True)
class LanguageState:
    """Counts of one language. `total` = `missing` + `stale` + `draft` + `reviewed`."""

    code: str
    total: int
    missing: int
    stale: int
    draft: int
    reviewed: int

    @property
    def name(self) -> str:
        return language_name(self.code)

    @property
    def translated(self) -> int:
        return self.draft + self.reviewed


def text_states(assessment: Assessment, language: str) -> list[TextState]:
    """Every text that was not written in `language`, with its state, in the order of reading."""
    return _states(list(texts_of(assessment)), Translated.of(assessment), language)


def language_states(assessment: Assessment) -> list[LanguageState]:
    """The languages of the assessment, then others into which something was translated."""
    words, texts = Translated.of(assessment), list(texts_of(assessment))
    found = []
    for code in dict.fromkeys([*assessment.languages, *sorted(words.languages)]):
        states = [row.state for row in _states(texts, words, code) if row.counts]
        if states:
            found.append(LanguageState(code, len(states), **{state: states.count(state) for state in STATES}))
    return found


def may_translate_into(language: str) -> bool:
    """Whether texts can be translated into it: any language that has a name in CLDR or ISO 639."""
    return is_language(language)


def _states(texts: Iterable[Text], words: Translated, language: str) -> list[TextState]:
    found = []
    for text in texts:
        if text.language != language:
            row = words.find_text(text, language)
            found.append(TextState(text, row, state_of(row, text.words)))
    return found
