"""Texts of public pages in several languages, kept as data: a YAML file of `key: {language: text}`. No Django.

English is the source, and is used where a language has no words. `{name}` in a text is filled in when it is used.

A number that changes the words around it is a counted part of its sentence, with a key and plural forms of its own:

    held:
      en: "The workshop was held with {groups}."
    held/groups:
      en: {one: "one group", other: "{n} groups"}

Forms are the plural categories of CLDR; `=0` may be added for none at all. Every part has `other`.
"""

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

import yaml

from ctnat.ui.languages import plural_form

PLACE = re.compile(r"\{(\w+)\}")
PLACE_AND_STOP = re.compile(r"\{(\w+)\}(\.?)")
UNDISTURBED = re.compile(r"https?://\S+|[0-9]+([.,:/][0-9]+)*")  # an address; a number, which stays in one piece
FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT = frozenset({"R", "AL"})
WEAK = frozenset({"ES", "ET", "CS", "ON"})  # signs such as + - / % < that a sentence from right to left moves


def fill(text: str, values: Mapping[str, Any]) -> str:
    """`text` with each `{name}` that `values` knows; the others stay as they are, so no text can fail.

    A value that ends with a full stop, such as "30 июня 2016 г.", ends its sentence with the same one.
    """

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            return found[0]
        given = values[found[1]]
        return isolate(given, text) + ("" if str(given).endswith(".") else found[2])

    return PLACE_AND_STOP.sub(value, text)


def isolate(value: Any, text: str) -> str:
    """`value` as it is put into `text`: between isolating characters where its direction could disturb the sentence.

    A Latin name, a telephone number or “Name <mail>” inside an Arabic sentence is drawn in pieces otherwise, and an
    Arabic name turns what follows it in an English one. Nothing is added where all runs one way, nor to an address,
    which mail programs would take for a part of it.
    """
    shown = str(value)
    if (shown.isascii() and text.isascii()) or UNDISTURBED.fullmatch(shown):
        return shown
    of_value, of_text = _directions(shown), _directions(text)
    disturbing = WEAK | {"L"} if RIGHT_TO_LEFT & of_text else RIGHT_TO_LEFT
    return f"{FIRST_STRONG_ISOLATE}{shown}{POP_DIRECTIONAL_ISOLATE}" if disturbing & of_value else shown


@lru_cache(maxsize=4096)
def _directions(text: str) -> frozenset[str]:
    """The classes of Unicode's bidirectional algorithm that occur in the text."""
    return frozenset(map(bidirectional, text))


def has_gaps(text: str) -> bool:
    """Whether a `{name}` is left unfilled."""
    return PLACE.search(text) is not None


class Words:
    """The words of one file, read once."""

    def __init__(self, file: Path):
        self.file = file

    @cached_property
    def _entries(self) -> Mapping[str, Mapping[str, Any]]:
        entries: Mapping[str, Mapping[str, Any]] = yaml.load(self.file.read_text("utf-8"), Loader=yaml.CSafeLoader)
        return entries

    @cached_property
    def table(self) -> Mapping[str, Mapping[str, str]]:
        """Key -> language -> text."""
        return {key: texts for key, texts in self._entries.items() if "/" not in key}

    @cached_property
    def parts(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        """Key of a counted part ("held/groups") -> language -> plural form -> text."""
        return {key: texts for key, texts in self._entries.items() if "/" in key}

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages in which every word is there."""
        return frozenset.intersection(*(frozenset(texts) for texts in self._entries.values()))

    def language_of(self, key: str, language: str) -> str:
        """The language in which `translate(key, language)` answers; names put into the text must be in that
        language."""
        return language if self.table[key].get(language) else "en"

    def translate(self, key: str, language: str, **values: Any) -> str:
        """The word `key` in `language`, else in English. The value of a counted part is its number."""
        texts = self.table[key]
        language = self.language_of(key, language)
        counted = {
            name: self._count(f"{key}/{name}", language, number)
            for name, number in values.items()
            if f"{key}/{name}" in self.parts
        }
        return fill(texts[language], values | counted)

    def _count(self, part: str, language: str, number: int) -> str:
        forms = self.parts[part][language]
        text = forms.get(f"={number}") or forms.get(plural_form(language, number)) or forms["other"]
        return fill(text, {"n": number})

    def translate_all(self, language: str) -> dict[str, str]:
        """Every word, for a template; placeholders unfilled."""
        return {key: texts.get(language) or texts["en"] for key, texts in self.table.items()}
