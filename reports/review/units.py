"""What a paragraph says, sign by sign: characters, and whole notations such as facts, citations and calls of notes.

A change of a paragraph's text in the snapshot becomes a change of the units of the same paragraph in the Markdown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from reports.review.snapshot import NOTE, PICTURE, Paragraph

UnitKind = Literal["text", "break", "fact", "cite", "note", "code", "picture", "gap"]
Key = tuple[str, ...]  # what a paragraph says: characters, and one symbol for each fact, citation and call of a note
Path = tuple[str, ...]  # what a paragraph is: ("bullet_list", "list_item", "p")

BLANKS = frozenset(" \t\n")
QUOTES = frozenset("\"'“”„‟«»‘’‚‛‹›")


class Op(NamedTuple):
    """A change of a paragraph's text: `new` in place of the characters `start` to `end`."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Unit:
    """A character of the text, or a whole notation, and where it stands in the Markdown.

    `style`: the emphasis and links around it, from the outside: "**", "*", "~~", or "](" and an address. `source` is
    the Markdown of a notation.
    """

    text: str
    start: int
    end: int
    kind: UnitKind = "text"
    name: str = ""
    style: tuple[str, ...] = ()
    source: str = ""

    @property
    def symbol(self) -> str:
        if self.kind == "fact":
            return f"\x00fact {self.name}"
        return f"\x00{self.kind}" if self.kind in ("cite", "note", "picture", "gap") else self.text


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, entry of a list or cell: the lines `first` to `last`, its text from `start` to `end`.

    Blocks without places (`mapped` is False) can be compared but not changed.
    """

    path: Path
    first: int
    last: int
    start: int = 0
    end: int = 0
    units: tuple[Unit, ...] = ()
    mapped: bool = True

    @cached_property
    def elements(self) -> list[tuple[str, int, int]]:
        """(symbol, first unit, unit after the last), blanks taken together, none at the edges."""
        return collapsed([(unit.symbol, place, place + 1) for place, unit in enumerate(self.units)])

    @cached_property
    def key(self) -> Key:
        return tuple(symbol for symbol, _, _ in self.elements)


class Said(NamedTuple):
    """What the text says at one place, as the report's own parser reads it."""

    path: Path
    key: Key


# Keys ----------------------------------------------------------------------------------------------------------------


def collapsed(signs: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Blanks taken together into one, and none at the edges."""
    found: list[tuple[str, int, int]] = []
    for symbol, begin, end in signs:
        if symbol not in BLANKS:
            found.append((symbol, begin, end))
        elif found and found[-1][0] == " ":
            found[-1] = (" ", found[-1][1], end)
        elif found:
            found.append((" ", begin, end))
    if found and found[-1][0] == " ":
        found.pop()
    return found


def elements_of(paragraph: Paragraph) -> list[tuple[str, int, int]]:
    """(symbol, start, end) of the characters and protected notations of a paragraph of the snapshot."""
    signs: list[tuple[str, int, int]] = []
    at = 0
    for atom in sorted(paragraph.atoms, key=lambda atom: atom.start):
        if atom.kind == "link" or atom.start < at:
            continue
        signs += [(_sign(paragraph.text[place]), place, place + 1) for place in range(at, atom.start)]
        signs.append((f"\x00fact {atom.name}" if atom.kind == "fact" else f"\x00{atom.kind}", atom.start, atom.end))
        at = atom.end
    signs += [(_sign(paragraph.text[place]), place, place + 1) for place in range(at, len(paragraph.text))]
    return collapsed(signs)


def _sign(character: str) -> str:
    return {NOTE: "\x00note", PICTURE: "\x00picture"}.get(character, character)


def key_of(paragraph: Paragraph) -> Key:
    """What a paragraph of the snapshot says."""
    return tuple(symbol for symbol, _, _ in elements_of(paragraph))


def same_key(said: Key, wanted: Key) -> bool:
    """A straight quotation mark that was typed becomes one of the language."""
    return len(said) == len(wanted) and all(
        a == b or (b in "\"'" and a in QUOTES) for a, b in zip(said, wanted, strict=True)
    )


# Changing units --------------------------------------------------------------------------------------------------


def units_of(paragraph: Paragraph, block: Block, ops: Sequence[Op]) -> list[Op] | None:
    """`ops` of the paragraph's text as ops of the block's units; None where one touches what cannot be typed."""
    elements, places = elements_of(paragraph), block.elements
    found = []
    for op in ops:
        inside = [number for number, (_, begin, end) in enumerate(elements) if begin < op.end and end > op.start]
        if op.start == op.end:
            inside = []
        for number in inside:
            symbol, begin, end = elements[number]
            if (begin < op.start or end > op.end) and symbol != " ":
                return None
        if inside and elements[inside[0]][1] < op.start:
            inside = inside[1:]
        if inside and elements[inside[-1]][2] > op.end:
            inside = inside[:-1]
        if inside:
            first, last = places[inside[0]][1], places[inside[-1]][2]
        else:
            before = sum(end <= op.start for _, _, end in elements)
            if any(begin < op.start < end and symbol != " " for symbol, begin, end in elements):
                return None
            first = last = places[before - 1][2] if before else 0
        if any(unit.kind in ("code", "picture", "gap") for unit in block.units[first:last]):
            return None
        found.append(Op(first, last, op.new))
    return found


def newly_typed(text: str, style: tuple[str, ...] = ()) -> list[Unit]:
    """Units of what a reviewer typed, which stand nowhere in the Markdown yet; an end of a paragraph is one of them."""
    return [Unit(sign, -1, -1, style=style) for sign in re.findall(r"\n\n|.", text, re.DOTALL)]


def rewritten(units: Sequence[Unit], spans: Sequence[Op]) -> list[Unit]:
    """The units after the change. New ones have the style that both neighbours have."""
    found: list[Unit] = []
    at = 0
    for span in spans:
        found += units[at : span.start]
        before = units[span.start - 1].style if span.start else ()
        after = units[span.end].style if span.end < len(units) else ()
        removed = {unit.style for unit in units[span.start : span.end]}
        style = before if before == after else ()
        found += newly_typed(span.new, removed.pop() if len(removed) == 1 else style)
        at = span.end
    return [*found, *units[at:]]


def said_by(units: Sequence[Unit]) -> Key:
    """What the units say."""
    return tuple(symbol for symbol, _, _ in collapsed([(unit.symbol, 0, 0) for unit in units]))


def clipped(op: Op, start: int, end: int | None) -> Op:
    """The part of `op` from `start` to `end`, counted from `start`; what it adds goes into the first part."""
    last = op.end if end is None else min(op.end, end)
    first = max(op.start, start)
    return Op(first - start, last - start, op.new if first == op.start else "")
