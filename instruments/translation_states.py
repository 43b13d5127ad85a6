"""How far a version is translated, by language and by text."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ctnat.ui.names import language_name
from instruments.models import Instrument, Translation
from instruments.schema import source_language
from instruments.texts import is_shown, languages_of, mark, place_of, seen_mark, texts


@dataclass(frozen=True)
class TextState:
    """One text in one language. `state` is missing, stale, draft or reviewed."""

    key: str
    source: str
    target: str
    state: str
    shown: bool  # whether respondents or interviewees see it; labels of charts need no translation
    made_from: str  # mark of the source text that the translation was made from

    @property
    def anchor(self) -> str:
        return self.key.replace("/", ".")

    @property
    def seen(self) -> str:
        """The mark of what a reviewer reads."""
        return seen_mark(self.source, self.target)

    @property
    def place(self) -> str:
        return place_of(self.key)


@dataclass(frozen=True)
class LanguageState:
    """Counts over the texts that people see. `total` = `missing` + `stale` + `draft` + `reviewed`."""

    code: str
    name: str
    total: int
    missing: int
    stale: int
    draft: int
    reviewed: int

    @property
    def translated(self) -> int:
        return self.total - self.missing


def text_states(instrument: Instrument, language: str) -> list[TextState]:
    """Every text of the version, as corrected, with its state in `language`, in the document's order."""
    return _states(instrument, language, texts(instrument.shown_definition))


def _states(instrument: Instrument, language: str, among: Iterable[tuple[str, dict[str, str]]]) -> list[TextState]:
    known = {row.key: row for row in instrument.translations.all() if row.language == language}
    found, source_code = [], source_language(instrument.definition)
    for key, text in among:
        source, target = text[source_code], text.get(language, "").strip()
        row, here = known.get(key), mark(source)
        made_from = row.source_mark if row else here
        if not target:
            state = "missing"
        elif made_from != here:
            state = "stale"
        else:
            state = row.status if row else Translation.Status.DRAFT.value
        found.append(TextState(key, source, target, state, is_shown(key), made_from))
    return found


def language_states(instrument: Instrument) -> list[LanguageState]:
    """The state of each language that the version has, the source language left out. Reads the translations once."""
    instrument = Instrument.objects.prefetch_related("translations").get(pk=instrument.pk)
    document, found = instrument.shown_definition, []
    among = list(texts(document))
    for code in languages_of(document):
        if code != source_language(instrument.definition):
            states = [text.state for text in _states(instrument, code, among) if text.shown]
            counts = {state: states.count(state) for state in ("missing", "stale", "draft", "reviewed")}
            found.append(LanguageState(code, language_name(code), len(states), **counts))
    return found


def stale_translations(definition: Any, rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    """How many texts that people see are out of date in each language, of a definition as it is shown. `rows` are its
    translations: values of `language`, `key` and `source_mark`. No query."""
    rows = list(rows)
    if not rows:
        return {}
    source_code = source_language(definition)
    known = {key: text for key, text in texts(definition) if is_shown(key)}
    return Counter(
        row["language"]
        for row in rows
        if (text := known.get(row["key"]))
        and text.get(row["language"], "").strip()
        and row["source_mark"] != mark(text[source_code])
    )
