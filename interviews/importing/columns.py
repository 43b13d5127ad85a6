"""What each column of a table of interviews is: one of ours, or a question of the guide, by its heading alone.

A heading names a column in full: by its name, by its label or the words of the question in any language, or by the code
of the question. What is only near to one of them is for a person to decide.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.models import Assessment
from ctnat.ui.digits import ascii_digits
from ctnat.ui.folding import fold
from interviews.guides import guide_of

HEAD = ("date", "format", "interviewer", "organisation", "sector", "title", "women", "men", "other", "sections")
MORE = ("name", "language", "interpreter", "note_given", "observations", "place", "in_capital")  # may be there as well
REQUIRED = ("date",)
PEOPLE = ("women", "men", "other")
OUT = ""  # the target of a column that is left out

Why = Literal["name", "label", "blank", "several", "same", "other_words", "unknown"]
SURE = frozenset(["name", "label", "blank"])
_IN_BRACKETS = re.compile(r"\((\w+)\)\s*$")  # as the sheets write it: "Date and time (date)"
_CODE = re.compile(r"(?:q(?:uestion)?\.?\s*)?([0-9]+(?:\.[0-9]+)*)(?:[.:)]|\s|$)(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Column:
    """The proposal for one column. `target` is a column of ours or the code of a question, `OUT`, or None where a
    person has to decide.

    name, label   as the heading says
    blank         without a cell, or without a heading and a cell
    several       several questions say this; they are `candidates`
    same          another column says the same, and both have cells
    other_words   the code of a question, with other words than it has
    unknown       nothing says it
    """

    at: int
    heading: str
    target: str | None
    why: Why
    candidates: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        return self.target is not None and self.why in SURE


def labels() -> dict[str, str]:
    """Column of ours -> what it is called on the sheets, in the present language."""
    return {
        "date": _("Date and time"),
        "format": _("Format"),
        "place": _("Place"),
        "interviewer": _("Interviewer"),
        "organisation": _("Organisation"),
        "sector": _("Sector"),
        "in_capital": _("In the capital"),
        "title": _("Position"),
        "name": _("Name"),
        "women": _("Women taking part"),
        "men": _("Men taking part"),
        "other": _("Others taking part"),
        "language": _("Language"),
        "interpreter": _("Interpreter"),
        "note_given": _("Was the information note given?"),
        "sections": _("Sections asked"),
        "observations": _("Observations"),
    }


@lru_cache(maxsize=1)
def _by_label() -> Mapping[str, str]:
    """Folded name or label in a language of the site -> column of ours; without those that mean several."""
    found: dict[str, set[str]] = {}
    for name in (*HEAD, *MORE):
        found.setdefault(fold(name), set()).add(name)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for name, label in labels().items():
                found.setdefault(fold(label), set()).add(name)
    return {words: names.pop() for words, names in found.items() if len(names) == 1}


def column_in_brackets(heading: str) -> str | None:
    """The column of ours that a heading names in brackets at its end."""
    named = _IN_BRACKETS.search(heading)
    return named[1] if named and named[1] in (*HEAD, *MORE) else None


def propose(assessment: Assessment, headings: Sequence[str], filled: Collection[int]) -> list[Column]:
    """The proposal for each column. `filled`: the columns that have a cell."""
    by_words = _questions_by_words(assessment)
    known = guide_of(assessment).by_name.keys()
    columns = [_column(at, heading, known, by_words) for at, heading in enumerate(headings)]
    columns = [
        replace(column, target=OUT, why="blank", candidates=())
        if column.at not in filled and not column.is_sure
        else column
        for column in columns
    ]
    return _each_once(columns, filled)


def _column(at: int, heading: str, known: Collection[str], by_words: Mapping[str, set[str]]) -> Column:
    plain = " ".join(heading.split())
    if plain in HEAD or plain in MORE or plain in known:
        return Column(at, heading, plain, "name")
    named = column_in_brackets(plain)
    if named and _by_label().get(fold(_IN_BRACKETS.sub("", plain))) == named:
        return Column(at, heading, named, "label")
    if own := _by_label().get(fold(plain)):
        return Column(at, heading, own, "label")
    questions = by_words.get(fold(plain), set())
    if len(questions) == 1:
        return Column(at, heading, next(iter(questions)), "label")
    if questions:
        return Column(at, heading, None, "several", tuple(sorted(questions)))
    found = _CODE.fullmatch(ascii_digits(plain))
    if found and (code := found[1]) in known:
        words = fold(found[2])
        if not words or code in by_words.get(words, ()):
            return Column(at, heading, code, "name" if not words else "label")
        return Column(at, heading, code, "other_words")
    return Column(at, heading, None, "unknown")


def _questions_by_words(assessment: Assessment) -> dict[str, set[str]]:
    """Folded words of a question in a language -> its code, or several where they say the same."""
    found: dict[str, set[str]] = {}
    for code, question in guide_of(assessment).by_name.items():
        for language in question.text.languages:
            words = question.text.translate(language, **assessment.placeholders_in(language))
            found.setdefault(fold(words), set()).add(code)
    return found


def _each_once(columns: Iterable[Column], filled: Collection[int]) -> list[Column]:
    """Of two columns that say the same, one without cells is left out; where both have some, a person decides."""
    columns = list(columns)
    by_target: dict[str, list[int]] = {}
    for column in columns:
        if column.target and column.is_sure:
            by_target.setdefault(column.target, []).append(column.at)
    for target, places in by_target.items():
        with_cells = [at for at in places if at in filled]
        for at in places if len(places) > 1 else ():
            if len(with_cells) > 1 and at in with_cells:
                columns[at] = replace(columns[at], target=None, why="same", candidates=(target,))
            elif at != (with_cells or places)[0]:
                columns[at] = replace(columns[at], target=OUT, why="blank")
    return columns
