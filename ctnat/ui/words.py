"""Texts of public pages, phones, e-mails and reports in several languages, by key.

They are the catalogues `locale/*/public.po`, compiled when a process starts (`ctnat.translation`). English is the
source, `locale/public.pot`, and is used where a language has no text. `{name}` in a text is filled in when it is used.

A sentence with one number `{n}` may have plural forms. Where it has several numbers, one that changes the words around
it is a counted part, with a key and plural forms of its own:

    reports.waiting         "One cell waits.", "{n} cells wait."
    reports.held            "The workshop was held with {groups} of {people}."
    reports.held/groups     "one group", "{n} groups"
    reports.held/groups=0   "no group"

Forms are the plural categories of CLDR; a text for none at all is used before them. `{n}` has the separators of its
language from 1,000 on.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

from babel.numbers import format_decimal
from django.conf import settings

from ctnat.translation.catalogue import SOURCE_LANGUAGE, Texts, read_public
from ctnat.translation.plurals import forms, locale_of, plural_form

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


@lru_cache(maxsize=1)
def _catalogues() -> dict[str, Texts]:
    """Language -> key with its app -> form -> text; read once."""
    return read_public(Path(settings.LOCALE_PATHS[0]))


def _form(texts: Mapping[str, str], language: str, number: int) -> str:
    return texts.get(f"={number}") or texts.get(plural_form(language, number)) or texts[forms(language)[-1]]


def _written(number: int, language: str) -> str:
    return str(number) if number < 1000 else str(format_decimal(number, locale=locale_of(language)))


class Words:
    """The texts of one app: those of the catalogues whose key begins with its name."""

    def __init__(self, app: str, catalogues: Mapping[str, Texts] | None = None):
        """`catalogues` (language -> "app.key" -> form -> text) are those of the site if they are not given."""
        self.app = app
        self._given = catalogues

    @cached_property
    def _texts(self) -> Mapping[str, Texts]:
        """Language -> key -> form -> text, English first; without sentences of which a part is missing."""
        given = _catalogues() if self._given is None else self._given
        start = f"{self.app}."
        own = {
            language: {key.removeprefix(start): forms for key, forms in texts.items() if key.startswith(start)}
            for language, texts in given.items()
        }
        parts = {key for key in own[SOURCE_LANGUAGE] if "/" in key}
        for texts in own.values():
            for incomplete in {part.partition("/")[0] for part in parts - texts.keys()}:
                texts.pop(incomplete, None)
        return own

    @cached_property
    def table(self) -> Mapping[str, Mapping[str, str]]:
        """Key -> language -> text; of a sentence with plural forms the one for many."""
        return {
            key: {
                language: texts[key].get("") or texts[key][forms(language)[-1]]
                for language, texts in self._texts.items()
                if key in texts
            }
            for key in self._texts[SOURCE_LANGUAGE]
            if "/" not in key
        }

    @cached_property
    def counted(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        """Key of a sentence with plural forms -> language -> plural form -> text."""
        return {
            key: {language: texts[key] for language, texts in self._texts.items() if key in texts}
            for key, given in self._texts[SOURCE_LANGUAGE].items()
            if "/" not in key and "" not in given
        }

    @cached_property
    def parts(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        """Key of a counted part ("held/groups") -> language -> plural form -> text."""
        return {
            key: {language: texts[key] for language, texts in self._texts.items() if key in texts}
            for key in self._texts[SOURCE_LANGUAGE]
            if "/" in key
        }

    @cached_property
    def _parts_of(self) -> Mapping[str, Sequence[str]]:
        """Key of a sentence -> the names of its counted parts."""
        found: dict[str, list[str]] = {}
        for part in self.parts:
            key, _, name = part.partition("/")
            found.setdefault(key, []).append(name)
        return found

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages in which every text of the app is there."""
        return frozenset.intersection(*(frozenset(texts) for texts in self.table.values()))

    def language_of(self, key: str, language: str) -> str:
        """The language in which `translate(key, language)` answers; names put into the text must be in that
        language."""
        return language if language in self.table[key] else SOURCE_LANGUAGE

    def translate(self, key: str, language: str, **values: Any) -> str:
        """The text `key` in `language`, else in English.

        The value of a counted part is its number; the number of a sentence with plural forms is `n`.
        """
        texts = self.table[key]
        if language not in texts:
            language = SOURCE_LANGUAGE
        text = texts[language]
        if not values:
            return text
        if counted := self._parts_of.get(key):
            for name in counted:
                if name in values:
                    number = values[name]
                    part = _form(self.parts[f"{key}/{name}"][language], language, number)
                    values[name] = fill(part, {"n": _written(number, language)})
        if key in self.counted:
            text = _form(self.counted[key][language], language, values["n"])
            values["n"] = _written(values["n"], language)
        return fill(text, values)

    def translate_all(self, language: str) -> dict[str, str]:
        """Every text, for a template; placeholders unfilled."""
        return {key: texts.get(language) or texts[SOURCE_LANGUAGE] for key, texts in self.table.items()}
