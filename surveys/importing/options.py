"""Options found by their codes or labels, in any language of the questionnaire. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from ctnat.ui.countries import country_choices, find_country
from ctnat.ui.digits import ascii_digits
from ctnat.ui.folding import fold, without_number
from ctnat.ui.languages import LANGUAGES
from instruments.schema import DONT_KNOW, Item, Option, Survey
from surveys.item_types import has_countries, is_box
from surveys.questionnaire.values import clean_text
from surveys.words import offered_languages, translate

Mode = Literal["codes", "labels"]
NUMBERED = re.compile(r"^[0-9]+\.0+$")  # a code that a program read as a number: 1.0
OTHER_CODE = "-oth-"  # of LimeSurvey
_YES = (
    "1 true yes y x ✓ ✔ ☑ on selected checked ticked quoted oui vrai o ja si sí sim da да verdadero verdadeiro cierto "
    "evet bəli иә так іә այո დიახ نعم بله hə əvet"
)
_NO = (
    "0 false no n off not_selected unselected unchecked unticked not_quoted non faux nein não nao falso nu нет ні "
    "hayır xeyr yox ոչ არა لا خیر ☐"
)
YES, NO = frozenset(_YES.split()), frozenset(_NO.split())
BLANK_WORDS = frozenset(["na", "n/a", "#n/a", "<na>", "nan", "null", "#null!", "(blank)"])  # in place of a blank cell


def tick(cell: str) -> bool | None:
    """Whether a cell says that its option is chosen; None where it says something else."""
    plain = ascii_digits(cell.strip()).casefold()
    plain = plain[: plain.index(".")] if NUMBERED.match(plain) else plain
    plain = re.sub(r"\s+", "_", plain)
    return True if plain in YES else False if plain in NO else None


def _texts(option: Option) -> Iterable[str]:
    for text in (option.text, option.short):
        if text is not None:
            yield from text.root.values()


class OptionFinder:
    """The options of one item by code and by label. A label that two options share finds none."""

    def __init__(self, document: Survey, item: Item):
        self.document, self.item = document, item
        options = document.options(item)
        self.codes: dict[str, str] = {}
        self.folded_codes: dict[str, str | None] = {}
        self.labels: dict[str, str | None] = {}
        self.countries = has_countries(item)
        self.country_names: dict[str, str | None] = {}
        for language in set(item.text.root) - set(LANGUAGES) if self.countries else ():
            for code, name in country_choices(language):
                _put(self.country_names, fold(name), code)
        offers_dont_know = bool(document.dont_know(item)) or any(option.name == DONT_KNOW for option in options)
        for option in options:
            self.codes[option.name] = option.name
            _put(self.folded_codes, fold(option.name), option.name)
            for text in _texts(option):
                _put(self.labels, fold(text), option.name)
        for option in options:
            for text in _texts(option):  # a label that two options share once the number before it is left out is none
                _put(self.labels, fold(without_number(text)), option.name)
        if offers_dont_know:
            self.codes[DONT_KNOW] = DONT_KNOW
            self.folded_codes.setdefault(fold(DONT_KNOW), DONT_KNOW)
            words = document.dont_know(item)
            given = [] if isinstance(words, bool) else list(words.root.values())
            for text in [*given, *(translate(DONT_KNOW, code) for code in offered_languages())]:
                if self.labels.get(fold(text), DONT_KNOW) == DONT_KNOW:
                    self.labels[fold(text)] = DONT_KNOW
        self.labels.pop("", None)
        self.folded_codes.pop("", None)
        self.open = sorted(item.open_options)
        self.box = options[0].name if is_box(item) else None

    def by_code(self, value: str) -> str | None:
        text = clean_text(value)
        if text in self.codes:
            return text
        if self.box and tick(text):
            return self.box
        if text == OTHER_CODE and len(self.open) == 1:
            return self.open[0]
        if NUMBERED.match(ascii_digits(text)) and (found := self.codes.get(text.partition(".")[0])):
            return found
        if found := self.folded_codes.get(fold(text)):
            return found
        return self._country(text) if self.countries and text else None

    def by_label(self, value: str) -> str | None:
        if found := self.labels.get(fold(value)):
            return found
        if (shorter := without_number(value)) != value and (found := self.labels.get(fold(shorter))):
            return found
        return self._country(clean_text(value)) if self.countries and value.strip() else None

    def _country(self, text: str) -> str | None:
        """A country by its code, or by its name in a language of the site or of the questionnaire."""
        return find_country(text) or self.country_names.get(fold(text))

    def find(self, value: str, mode: Mode = "codes") -> str | None:
        first, second = (self.by_code, self.by_label) if mode == "codes" else (self.by_label, self.by_code)
        return first(value) or second(value)

    def mode_of(self, values: Mapping[str, int]) -> Mode:
        """Whether a column has codes or labels. `values`: its values, with their counts."""
        coded = sum(times for value, times in values.items() if self.by_code(value))
        labelled = sum(times for value, times in values.items() if self.by_label(value))
        return "labels" if labelled > coded else "codes"

    def split(self, cell: str, mode: Mode = "codes") -> tuple[list[str], list[str]]:
        """(options, words that are none) of a cell with several options.

        Between options are spaces, commas, semicolons, bars or line ends, which labels contain, too: the longest
        label that fits is taken, so that "Police, border guard, other" may be two options.
        """
        found = self.find(cell, mode)
        if found:
            return [found], []
        for separator in SEPARATORS:
            pieces = [piece.strip() for piece in re.split(separator, cell) if piece.strip()]
            if len(pieces) > 1 and all(self.find(piece, mode) for piece in pieces):
                return [str(self.find(piece, mode)) for piece in pieces], []
        return self._longest_first(cell, mode)

    def _longest_first(self, cell: str, mode: Mode) -> tuple[list[str], list[str]]:
        parts = [part for part in re.split(r"(\s*[;|\n]\s*|\s*[,،؛]\s+|\s+)", cell) if part]
        if len(parts) > MOST_PARTS:
            return [], [cell.strip()]
        options: list[str] = []
        strange: list[str] = []
        at, run = 0, ""
        while at < len(parts):
            if not parts[at].strip(" \t\r\n;|,،؛"):  # a separator
                if run and SEPARATING.search(parts[at]):
                    strange.append(run.strip())
                    run = ""
                elif run:
                    run += parts[at]
                at += 1
                continue
            for end in range(len(parts), at, -1):
                if parts[end - 1].strip(" \t\r\n;|,،؛") and (option := self.find("".join(parts[at:end]), mode)):
                    if run.strip():
                        strange.append(run.strip())
                    run = ""
                    options.append(option)
                    at = end
                    break
            else:
                run += parts[at]
                at += 1
        if run.strip():
            strange.append(run.strip())
        return options, strange


SEPARATORS = (r"[;|\n]+", r"[,،؛]\s+", r"[,،؛]", r"\s+")
SEPARATING = re.compile(r"[;|\n,،؛]")
MOST_PARTS = 120  # words of a cell; more is free text


def _put(found: dict[str, str | None], key: str, name: str) -> None:
    found[key] = name if found.get(key, name) == name else None
