"""Texts of public pages, phones, e-mails and reports in several languages, by key.

They are the catalogues `locale/*/public.po`, compiled when a process starts (`ctnat.translation`). English is the
source, `locale/public.pot`, and is used where a language has no text. `{name}` in a text is filled in when it is used.
Texts of the assessment's own come before them (`ctnat.ui.overlays`).

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
from ctnat.ui.foreign import in_page
from ctnat.ui.overlays import current_overlay

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
def shipped_texts() -> dict[str, Texts]:
    """Language -> key with its app -> form -> text; read once."""
    return read_public(Path(settings.LOCALE_PATHS[0]))


def _form(texts: Mapping[str, str], language: str, number: int) -> str:
    return texts.get(f"={number}") or texts.get(plural_form(language, number)) or texts[forms(language)[-1]]


def _of_many(texts: Mapping[str, str], language: str) -> str:
    """The text, of one with plural forms that for many."""
    return texts.get("") or texts[forms(language)[-1]]


def _written(number: int, language: str) -> str:
    return str(number) if number < 1000 else str(format_decimal(number, locale=locale_of(language)))


class Words:
    """The texts of one app: those of the catalogues whose key begins with its name."""

    def __init__(self, app: str, catalogues: Mapping[str, Texts] | None = None):
        """`catalogues` (language -> "app.key" -> form -> text) are those of the site if they are not given."""
        self.app = app
        self._given = catalogues

    @cached_property
    def _shipped(self) -> Mapping[str, Texts]:
        """Language -> key -> form -> text, English first; without sentences of which a part is missing."""
        given = shipped_texts() if self._given is None else self._given
        own = {language: self._own(texts) for language, texts in given.items()}
        return {language: _complete(texts, own[SOURCE_LANGUAGE]) for language, texts in own.items()}

    def _own(self, texts: Texts) -> dict[str, Mapping[str, str]]:
        start = f"{self.app}."
        return {key.removeprefix(start): forms for key, forms in texts.items() if key.startswith(start)}

    def _texts(self, language: str) -> Texts:
        """Key -> form -> text in this language: those of the assessment at hand, then the shipped ones."""
        shipped = self._shipped.get(language, {})
        overlay = current_overlay()
        if self._given is not None or language not in overlay.texts:
            return shipped
        kept: Texts | None = overlay.kept.get((self.app, language))
        if kept is None:
            own = self._own(overlay.texts[language])
            over = {key: {**shipped.get(key, {}), **texts} for key, texts in own.items()}
            over = {key: texts for key, texts in over.items() if "" in texts or forms(language)[-1] in texts}
            kept = overlay.kept[self.app, language] = _complete({**shipped, **over}, self._shipped[SOURCE_LANGUAGE])
        return kept

    @cached_property
    def table(self) -> Mapping[str, Mapping[str, str]]:
        """Key -> language -> shipped text; of a sentence with plural forms the one for many."""
        return {
            key: {language: _of_many(texts[key], language) for language, texts in self._shipped.items() if key in texts}
            for key in self._sentences
        }

    @cached_property
    def _sentences(self) -> Sequence[str]:
        return [key for key in self._shipped[SOURCE_LANGUAGE] if "/" not in key]

    @cached_property
    def counted(self) -> frozenset[str]:
        """The keys of sentences that have plural forms themselves."""
        return frozenset(key for key in self._sentences if "" not in self._shipped[SOURCE_LANGUAGE][key])

    @cached_property
    def parts(self) -> Sequence[str]:
        """The keys of counted parts ("held/groups")."""
        return [key for key in self._shipped[SOURCE_LANGUAGE] if "/" in key]

    @cached_property
    def _parts_of(self) -> Mapping[str, Sequence[str]]:
        """Key of a sentence -> the names of its counted parts."""
        found: dict[str, list[str]] = {}
        for part in self.parts:
            key, _, name = part.partition("/")
            found.setdefault(key, []).append(name)
        return found

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which every text of the app is there."""
        overlay = current_overlay()
        if self._given is not None or not overlay.texts:
            return self._complete_languages
        kept: frozenset[str] | None = overlay.kept.get((self.app, "languages"))
        if kept is None:
            own = frozenset(language for language in overlay.texts if self._has_every_text(language))
            kept = overlay.kept[self.app, "languages"] = self._complete_languages | own
        return kept

    @cached_property
    def _complete_languages(self) -> frozenset[str]:
        return frozenset.intersection(*(frozenset(texts) for texts in self.table.values()))

    def _has_every_text(self, language: str) -> bool:
        texts = self._texts(language)
        return all(key in texts for key in self._sentences)

    def languages_with(self, key: str) -> list[str]:
        """The languages that have this text, whatever else they lack."""
        languages = sorted({*self._shipped, *(() if self._given is not None else current_overlay().texts)})
        return [language for language in languages if key in self._texts(language)]

    def language_of(self, key: str, language: str) -> str:
        """The language in which `translate(key, language)` answers; names put into the text must be in that
        language."""
        return language if key in self._texts(language) else SOURCE_LANGUAGE

    def translate(self, key: str, language: str, **values: Any) -> str:
        """The text `key` in `language`, else in English.

        The value of a counted part is its number; the number of a sentence with plural forms is `n`.
        """
        texts = self._texts(language)
        if key not in texts:
            language = SOURCE_LANGUAGE
            texts = self._texts(language)
        if not values:
            return _of_many(texts[key], language)
        for name in self._parts_of.get(key, ()):
            if name in values:
                number = values[name]
                part = _form(texts[f"{key}/{name}"], language, number)
                values[name] = fill(part, {"n": _written(number, language)})
        if key not in self.counted:
            return fill(texts[key][""], values)
        text = _form(texts[key], language, values["n"])
        values["n"] = _written(values["n"], language)
        return fill(text, values)

    def shown(self, key: str, language: str, **values: Any) -> str:
        """As `translate`, for a page in `language`: there an English text is marked as English."""
        return in_page(self.translate(key, language, **values), self.language_of(key, language), language)

    def shown_all(self, language: str) -> dict[str, str]:
        """As `translate_all`, for a page in `language`."""
        texts = self.translate_all(language)
        return {key: in_page(text, self.language_of(key, language), language) for key, text in texts.items()}

    def translate_all(self, language: str) -> dict[str, str]:
        """Every text, for a template; placeholders unfilled."""
        texts, english = self._texts(language), self._texts(SOURCE_LANGUAGE)
        return {
            key: _of_many(texts[key], language) if key in texts else _of_many(english[key], SOURCE_LANGUAGE)
            for key in self._sentences
        }


def _complete(texts: Texts, english: Texts) -> Texts:
    """The texts without sentences of which a part is missing."""
    incomplete = {key.partition("/")[0] for key in english if "/" in key and key not in texts}
    return {key: given for key, given in texts.items() if key not in incomplete}
