"""Markdown that says what a reviewer wrote: letters are escaped, notations are as they were."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from reports.document.parser import CITED, normal_code
from reports.review.units import Unit

_AT_START = re.compile(r"(\s*)(?:([#>+=|:~-])|([0-9]{1,9})([.)]))")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def escaped(text: str, *, cell: bool, start: bool, hard: bool = False) -> str:
    """Markdown that says `text`. `start`: it begins a line. `hard`: every sign that can be escaped is."""
    if hard:
        return _PUNCTUATION.sub(r"\\\1", text)
    text = re.sub(r"([\\`*\[\]{}])", r"\\\1", text)
    text = _UNDERSCORE.sub(r"\_", _TAG.sub(r"\<", _ENTITY.sub(r"\&", text.replace("~~", r"\~\~"))))
    if cell:
        text = text.replace("|", r"\|")
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if (number or start) and not cell and (found := _AT_START.match(line)):
            mark = f"\\{found[2]}" if found[2] else f"{found[3]}\\{found[4]}"
            lines[number] = f"{found[1]}{mark}{line[found.end() :]}"
    return "\n".join(lines)


def markdown_of(units: Sequence[Unit], hard: bool, *, cell: bool = False, indent: int = 0, lines: bool = True) -> str:
    """The Markdown of the units. Emphasis begins and ends at a letter, not at a blank.

    `lines`: the text is broken where it was; otherwise lines go on, as in another place they would begin differently.
    """
    units = [unit if lines or unit.text != " " else replace(unit, source="") for unit in units]
    while units and units[0].text in (" ", "\n"):
        units.pop(0)
    while units and units[-1].text in (" ", "\n"):
        units.pop()
    units = _without_edges(units)
    text = ""
    open_styles: list[str] = []
    for place, run in groupby(units, key=lambda unit: unit.style):
        common = 0
        while common < min(len(open_styles), len(place)) and open_styles[common] == place[common]:
            common += 1
        text += "".join(map(_closing, reversed(open_styles[common:]))) + "".join(map(_opening, place[common:]))
        open_styles = list(place)
        begins = not text or text.endswith("\n")
        text += _run(list(run), hard, cell=cell, start=begins, indent=indent)
    return text + "".join(map(_closing, reversed(open_styles)))


def without_empty_marks(text: str, at: int) -> str:
    """Without the signs of emphasis, or the link, in which nothing is left at `at`."""
    for mark in ("**", "*", "__", "_", "~~"):
        if text[:at].endswith(mark) and text.startswith(mark, at):
            return text[: at - len(mark)] + text[at + len(mark) :]
    if text[:at].endswith("[") and (found := re.compile(r"\]\([^()\s]*\)").match(text, at)):
        return text[: at - 1] + text[found.end() :]
    return text


def _run(units: list[Unit], hard: bool, *, cell: bool, start: bool, indent: int) -> str:
    """The Markdown of units of one style: letters are escaped, notations are as they were."""
    text = ""
    for (source, _), group in groupby(units, key=lambda unit: (unit.source, unit.start if unit.source else 0)):
        if source:
            text += source
            continue
        plain = "".join(unit.text for unit in group)
        begins = text.rstrip(" >").endswith("\n") if text else start
        written = escaped(plain, cell=cell, start=begins, hard=hard)
        text += written.replace("\n", f"\\\n{' ' * indent}")
    return text


def _without_edges(units: Sequence[Unit]) -> list[Unit]:
    """Blanks at the edge of emphasis are outside of it."""
    found = list(units)
    for order in (range(len(found)), range(len(found) - 1, -1, -1)):
        previous: tuple[str, ...] = ()
        for place in order:
            unit = found[place]
            if unit.text in (" ", "\n") and len(unit.style) > len(previous):
                found[place] = unit = replace(unit, style=previous)
            previous = unit.style
    return found


def _opening(style: str) -> str:
    return "[" if style.startswith("]") else style


def _closing(style: str) -> str:
    return f"{style})" if style.startswith("]") else style


def citation_of(printed: str, inside: str) -> str:
    """What stands in the brackets of a citation that is printed as `printed`; "" unless it cites the same sources."""
    found = re.fullmatch(r"\s*\((.+)\)\s*", printed, re.DOTALL)
    if not found or re.search(r"[\[\]\n@]", found[1]):
        return ""
    old = [CITED.match(part.strip()) for part in inside.split(";")]
    new = [CITED.match(part.strip()) for part in found[1].split(";")]
    codes = [[normal_code(part["code"]) if part else "" for part in parts] for parts in (old, new)]
    if codes[0] != codes[1] or "" in codes[0]:
        return ""
    return "; ".join(part[0].lstrip("@ ") for part in new if part)
