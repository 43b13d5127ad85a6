"""Where each character of a section's text stands in its Markdown, and changes of the text carried into the Markdown.

`Body` parses a section with the report's own parser, one that remembers positions. Its methods give the whole Markdown
with one change, or "" where it cannot be made. Each is proved: the changed Markdown is parsed again by the parser that
prints the report, and must say what was asked, and everything else as before. What a reviewer typed is escaped.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import groupby, pairwise
from typing import Any, Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from reports.document.parser import CITATION, CITED, FACT, make_parser, normal_code, parser_of
from reports.review.snapshot import NOTE, PICTURE, Atom, Paragraph

UnitKind = Literal["text", "break", "fact", "cite", "note", "code", "picture", "gap"]
Key = tuple[str, ...]  # what a paragraph says: characters, and one symbol for each fact, citation and call of a note
Path = tuple[str, ...]  # what a paragraph is: ("bullet_list", "list_item", "p")

_BLANKS = re.compile(r"[ \t\n]")
_UNPLACED = re.compile("[\r\x00\ue000-\ue003]")  # what the parser and the writer of the report replace
_QUOTES = frozenset("\"'“”„‟«»‘’‚‛‹›")
_NOTE_CALL = re.compile(r"\[\^[^\]\s]+\]")
_STYLES = {"strong_open": "**", "em_open": "*", "s_open": "~~"}
_ITEM = re.compile(r"[ \t]*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+")
_QUOTED = re.compile(r"(?:[ \t]*>[ \t]?)+")


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
        return _collapsed([(unit.symbol, place, place + 1) for place, unit in enumerate(self.units)])

    @cached_property
    def key(self) -> Key:
        return tuple(symbol for symbol, _, _ in self.elements)


class Said(NamedTuple):
    """What the text says at one place, as the report's own parser reads it."""

    path: Path
    key: Key


@dataclass(frozen=True)
class Addition:
    """A paragraph that a reviewer added. `level` of a heading, or 0; `listed`: an entry of a list."""

    text: str
    level: int = 0
    listed: bool = False


# The parser that remembers positions ---------------------------------------------------------------------------------


class _State(StateInline):
    began = 0  # where the pending text begins

    def __init__(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.places: list[tuple[Token, int]] = []  # rules replace `meta`, so places are put there at the end

    def append_pending(self, text: str) -> None:
        if not self.pending:
            self.began = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:
        token = super().pushPending()
        self.places.append((token, self.began))
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        self.places.append((token, self.pos))
        return token


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        at = shift = -1
        for token, began in state.places:  # signs of emphasis are pushed one by one at the place of the first
            shift = shift if began == at else 0
            at = began
            token.meta["at"] = began + shift
            if token.type == "text":
                shift += len(token.content)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _keep_fragments(state: StateInline) -> None:
    """In place of the rule that joins pieces of text: pieces keep their places. Levels are counted again, as there."""
    level = 0
    for token in state.tokens:
        level -= token.nesting < 0
        token.level = level
        level += token.nesting > 0


@cache
def _placing_parser(language: str) -> MarkdownIt:
    parser = make_parser(language)
    inline = _Inline()
    inline.ruler, inline.ruler2, inline.terminator_re = (
        parser.inline.ruler,
        parser.inline.ruler2,
        parser.inline.terminator_re,
    )
    inline.ruler2.at("fragments_join", _keep_fragments)
    parser.inline = inline
    return parser.disable("text_join")


# Reading a body --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Body:
    """The Markdown of one section."""

    text: str
    language: str

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """In the order in which the parser gives them: footnotes last."""
        if _UNPLACED.search(self.text):
            return ()
        tokens = _placing_parser(self.language).parse(self.text, {})
        return tuple(_block(entry, self.text, self._lines) for entry in _entries(tokens))

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line begins, and the end."""
        return [0, *(found.end() for found in re.finditer(r"\n", self.text)), len(self.text) + 1]

    @cached_property
    def said(self) -> tuple[Said, ...]:
        return tuple(_said(self.text, self.language))

    def find(self, paragraph: Paragraph) -> Block | None:
        """The block that says what `paragraph` says, the nearest to its lines; None where none does."""
        if paragraph.kind == "block":
            calls = (block for block in self.blocks if block.path[-1] == "evidence_block")
            return next((block for block in calls if block.first == paragraph.first), None)
        key = key_of(paragraph)
        note, cell = paragraph.kind == "note", paragraph.kind == "cell"
        found = [
            block
            for block in self.blocks
            if block.mapped and (block.path[0] == "note") == note and (block.path[-1] in ("th", "td")) == cell
        ]
        found = [block for block in found if block.key == key]
        if not key:
            found = [block for block in found if block.first == paragraph.first]
        if paragraph.first < 0:
            return found[0] if len(found) == 1 else None
        return min(found, key=lambda block: abs(block.first - paragraph.first), default=None)

    # Changes ---------------------------------------------------------------------------------------------------

    def changed(self, paragraph: Paragraph, ops: Sequence[Op]) -> str:
        """With `ops`, which are in order and do not overlap, done to the text of `paragraph`."""
        block = self.find(paragraph)
        spans = _units_of(paragraph, block, ops) if block and block.mapped else None
        if block is None or spans is None:
            return ""
        expected = _collapsed_text(_rewritten(block.units, spans))
        wanted = [(said.path, expected if at == self._place(block) else said.key) for at, said in enumerate(self.said)]
        if self._place(block) < 0:
            return ""
        for hard in (False, True):
            yielded = [self._cut(block, spans, hard), self._written_anew(block, spans, hard)]
            for text in yielded:
                if self._proves(text, wanted):
                    return text
        return ""

    def with_citation(self, paragraph: Paragraph, atom: Atom, printed: str) -> str:
        """With the printed form of a citation changed: only what follows its codes, such as pages."""
        block = self.find(paragraph)
        inside = citation_of(printed, atom.name)
        if block is None or not inside or not block.mapped:
            return ""
        spans = _units_of(paragraph, block, [Op(atom.start, atom.end, "")])
        if not spans or spans[0].end - spans[0].start != 1 or block.units[spans[0].start].kind != "cite":
            return ""
        unit = block.units[spans[0].start]
        text = f"{self.text[: unit.start]}[@{inside}]{self.text[unit.end :]}"
        return text if self._proves(text, list(self.said)) and text != self.text else ""

    def split(self, paragraph: Paragraph, ops: Sequence[Op]) -> str:
        """With `ops` of which some have "\\n\\n", each the end of a paragraph; a list gets more entries."""
        block = self.find(paragraph)
        spans = _units_of(paragraph, block, ops) if block else None
        if block is None or spans is None or self._place(block) < 0 or (between := self._between(block)) is None:
            return ""
        parts: list[list[Unit]] = [[]]
        for unit in _rewritten(block.units, spans):
            if unit.text == "\n\n":
                parts.append([])
            else:
                parts[-1].append(unit)
        keys = [_collapsed_text(part) for part in parts]
        if not all(keys):
            return ""
        at = self._place(block)
        wanted = [*self.said[:at], *((block.path, key) for key in keys), *self.said[at + 1 :]]
        for hard in (False, True):
            new = between.join(_written(part, hard, lines=False) for part in parts)
            text = self.text[: block.start] + new + self.text[block.end :]
            if self._proves(text, wanted):
                return text
        return ""

    def joined(self, first: Paragraph, second: Paragraph, ops: Sequence[Op]) -> str:
        """The two as one. `ops` are in the text of both with "\\n\\n" between, and delete it."""
        one, two = self.find(first), self.find(second)
        if one is None or two is None or (at := self._place(one)) < 0 or self._place(two) != at + 1:
            return ""
        if not one.mapped or one.path != two.path or one.path[0] in ("note", "table") or not one.units or not two.units:
            return ""
        border = len(first.text)
        mine = _units_of(first, one, [_clipped(op, 0, border) for op in ops if op.start <= border])
        other = _units_of(second, two, [_clipped(op, border + 2, None) for op in ops if op.end > border + 2])
        if mine is None or other is None:
            return ""
        units = [*_rewritten(one.units, mine), *_rewritten(two.units, other)]
        wanted = [*self.said[:at], (one.path, _collapsed_text(units)), *self.said[at + 2 :]]
        for hard in (False, True):
            text = self.text[: one.start] + _written(units, hard, lines=False) + self.text[two.end :]
            if self._proves(text, wanted):
                return text
        return ""

    def without(self, paragraphs: Sequence[Paragraph]) -> str:
        """Without a paragraph, an entry of a list, or the row of a table whose cells are given."""
        found = [self.find(paragraph) for paragraph in paragraphs]
        blocks = [block for block in found if block is not None]
        if (
            not blocks
            or not all(block.mapped for block in blocks)
            or len(blocks) != len(found)
            or len({(block.first, block.last) for block in blocks}) != 1
        ):
            return ""
        if blocks[0].path[0] == "note" or blocks[0].path[-1] == "th":
            return ""
        places = {self._place(block) for block in blocks}
        if -1 in places:
            return ""
        row = [block for block in self.blocks if block.first == blocks[0].first and block.path[-1] == "td"]
        if blocks[0].path[-1] == "td" and len(row) != len(blocks):
            return ""
        first, last = blocks[0].first, blocks[0].last
        wanted = [said for at, said in enumerate(self.said) if at not in places]
        calls = sum(unit.kind == "note" for block in blocks for unit in block.units)
        text = self._without_lines(first, last, rows=blocks[0].path[-1] == "td")
        return text if self._proves(text, wanted, lost_notes=calls) else ""

    def moved(self, paragraph: Paragraph, target: Paragraph | None) -> str:
        """With the paragraph behind `target`, or first in the section where that is None."""
        block = self.find(paragraph)
        behind = self.find(target) if target else None
        if block is None or (target and behind is None) or (at := self._place(block)) < 0:
            return ""
        kinds = {block.path, behind.path} if behind else {block.path}
        if not block.mapped or (
            block.path not in (("p",), ("h",)) and not (len(kinds) == 1 and block.path[-2:] == ("list_item", "p"))
        ):
            return ""
        chunk = self._source(block.first, block.last)
        gap = "\n" if block.path[-1] == "p" and len(block.path) > 1 else "\n\n"
        place = self._lines[behind.last] if behind else 0
        begin, end = self._lines[block.first], min(self._lines[block.last], len(self.text))
        if begin <= place < end:
            return ""
        head, tail = self.text[: min(place, len(self.text))], self.text[min(place, len(self.text)) :]
        new = f"{head.rstrip()}{gap if head.strip() else ''}{chunk.rstrip()}{gap if tail.strip() else ''}"
        new = f"{new}{tail.lstrip(chr(10))}" if tail.strip() else f"{new}\n"
        shift = len(new) - len(self.text)
        if place > begin:
            text = new[:begin] + new[end:].lstrip("\n")
        else:
            text = new[: begin + shift] + new[end + shift :].lstrip("\n")
        rest = [said for number, said in enumerate(self.said) if number != at]
        goal = self._place(behind) + 1 if behind else 0
        goal -= goal > at
        wanted = [*rest[:goal], self.said[at], *rest[goal:]]
        return text if self._proves(text, wanted) else ""

    def with_new(self, target: Paragraph | None, additions: Sequence[Addition], *, before: bool = False) -> str:
        """With new paragraphs behind `target`, or before it; first in the section where that is None."""
        block = self.find(target) if target else None
        if (target and block is None) or (block and self._place(block) < 0) or not additions:
            return ""
        if block and block.path[0] == "note":
            return ""
        if block and block.path[-1] in ("th", "td"):
            if before or block.path[0] != "table":
                return ""
            block = self._end_of_table(block)
        item = block is not None and block.path[-2:] == ("list_item", "p")
        if item and not all(addition.listed for addition in additions):
            if before or not self._ends_list(block):
                return ""
            item = False
        nested = block is not None and not item and block.path[0] in ("blockquote", "bullet_list", "ordered_list")
        if nested and (before or not self._ends_list(block)):
            return ""
        for hard in (False, True):
            new, said = self._additions(block, additions, item, hard)
            if not new:
                return ""
            line = (block.first if before else block.last) if block else 0
            place = min(self._lines[line], len(self.text))
            head, tail = self.text[:place], self.text[place:]
            gap = "\n" if item else "\n\n"
            text = (head.rstrip("\n") + gap if head.strip() else "") + new
            text += gap + tail.lstrip("\n") if tail.strip() else "\n"
            at = (self._place(block) + (not before)) if block else 0
            if self._proves(text, [*self.said[:at], *said, *self.said[at:]]):
                return text
        return ""

    def with_row(self, above: Paragraph, cells: Sequence[str]) -> str:
        """With a row below that of the cell `above`."""
        block = self.find(above)
        if block is None or block.path[-1] not in ("th", "td"):
            return ""
        row = [other for other in self.blocks if other.first == block.first and other.path[-1] == block.path[-1]]
        if len(row) != len(cells) or any(self._place(other) < 0 for other in row):
            return ""
        line = block.last + (block.path[-1] == "th")
        at = self._place(row[-1]) + 1
        lead = re.match(r"[ \t>]*", self._source(block.first, block.last))
        for hard in (False, True):
            written = [escaped(cell.strip(), cell=True, start=False, hard=hard) for cell in cells]
            place = min(self._lines[line], len(self.text))
            head = self.text[:place] if self.text[:place].endswith("\n") else self.text[:place] + "\n"
            text = f"{head}{lead[0] if lead else ''}| {' | '.join(written)} |\n{self.text[place:]}"
            path = (*block.path[:-1], "td")
            wanted = [*self.said[:at], *((path, _collapsed_text(_typed(cell))) for cell in cells), *self.said[at:]]
            if self._proves(text, wanted):
                return text
        return ""

    # How a change is written -----------------------------------------------------------------------------------

    def _place(self, block: Block | None) -> int:
        """Which of `said` the block is; -1 where the two parsers do not agree."""
        if block is None or len(self.blocks) != len(self.said):
            return -1
        at = next(place for place, other in enumerate(self.blocks) if other is block)
        if self.said[at].path != block.path or (block.mapped and self.said[at].key != block.key):
            return -1
        return at

    def _source(self, first: int, last: int) -> str:
        return self.text[self._lines[first] : self._lines[last]]

    def _lead(self, block: Block) -> str:
        """What stands before the text in its first line."""
        return self.text[self._lines[block.first] : block.start]

    def _between(self, block: Block) -> str | None:
        """What parts two paragraphs where this one is split; None where none can."""
        lead = self._lead(block)
        if block.path[-1] != "p" or block.path[0] == "note" or not block.units:
            return None
        if not lead.strip():
            return f"\n\n{lead}"
        if _ITEM.fullmatch(lead):
            return f"\n{lead}"
        return f"\n{lead.rstrip()}\n{lead}" if _QUOTED.fullmatch(lead) else None

    def _cut(self, block: Block, spans: Sequence[Op], hard: bool) -> str:
        """The Markdown with only the changed characters replaced."""
        text = self.text
        for span in reversed(spans):
            cut = [(unit.start, unit.end) for unit in block.units[span.start : span.end]]
            if span.start < span.end:
                at = cut[0][0]
            elif span.start:
                at = block.units[span.start - 1].end
            else:
                at = block.units[0].start if block.units else block.start
            start = not text[block.start : at].strip() or text[:at].endswith("\n")
            new = escaped(span.new, cell=block.path[-1] in ("th", "td"), start=start, hard=hard)
            new = new.replace("\n", f"\\\n{' ' * len(self._lead(block))}")
            for begin, end in reversed(cut):
                text = text[:begin] + text[end:]
            text = text[:at] + new + text[at:] if new else _without_empty_marks(text, at)
        return text

    def _written_anew(self, block: Block, spans: Sequence[Op], hard: bool) -> str:
        """The Markdown with all of the block's text written from its units."""
        cell = block.path[-1] in ("th", "td")
        new = _written(_rewritten(block.units, spans), hard, cell=cell, indent=len(self._lead(block)))
        return self.text[: block.start] + new + self.text[block.end :]

    def _without_lines(self, first: int, last: int, *, rows: bool) -> str:
        head, tail = self.text[: self._lines[first]], self.text[min(self._lines[last], len(self.text)) :]
        if not rows and (not head.strip() or head.endswith("\n\n")):
            tail = tail.lstrip("\n")
        return head + tail if tail else head.rstrip("\n") + "\n" * bool(head.strip())

    def _ends_list(self, block: Block | None) -> bool:
        """Does no other paragraph of its list or quotation come after the block?"""
        if block is None:
            return False
        at = next(place for place, other in enumerate(self.blocks) if other is block)
        after = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
        return after is None or after.path[0] != block.path[0]

    def _end_of_table(self, cell: Block) -> Block:
        """The last cell of the table: rows follow each other without a line between."""
        last = cell
        for other in self.blocks:
            rule = last.path[-1] == "th" and other.first == last.last + 1
            if other.path[0] == "table" and (other.first in (last.first, last.last) or rule):
                last = other
        return last

    def _additions(
        self, block: Block | None, additions: Sequence[Addition], item: bool, hard: bool
    ) -> tuple[str, list[tuple[Path, Key]]]:
        """Their Markdown, and what it is to say."""
        typed = [found[0] for found in re.finditer(r"^#{1,6}(?= )", self.text, re.MULTILINE)]
        hashes = min(typed, key=len, default="##")
        lead = self._lead(block) if block and item else "- "
        if item and not _ITEM.fullmatch(lead):
            return "", []
        written, said = [], []
        for addition in additions:
            text = escaped(addition.text.strip(), cell=False, start=True, hard=hard).replace("\n", "\\\n")
            path: Path = ("p",)
            if addition.level:
                text, path = f"{hashes} {text}", ("h",)
            elif addition.listed:
                text = lead + text
                path = block.path if block and item else ("bullet_list", "list_item", "p")
            written.append((text, addition.listed))
            said.append((path, _collapsed_text(_typed(addition.text))))
        new = written[0][0]
        for (_, before), (text, listed) in pairwise(written):
            new += ("\n" if before and listed else "\n\n") + text
        return new, said

    def _proves(self, text: str, wanted: Sequence[tuple[Path, Key]], *, lost_notes: int = 0) -> bool:
        """Does the text say just what is wanted? A note may be lost with each of its calls that is deleted."""
        said = list(_said(text, self.language))
        if lost_notes and len(said) < len(wanted):
            notes = [entry for entry in wanted if entry[0][0] == "note"]
            kept = [entry for entry in said if entry.path[0] == "note"]
            lost = [entry for entry in notes if entry not in kept]
            if len(lost) <= lost_notes:
                wanted = [entry for entry in wanted if entry not in lost]
        return len(said) == len(wanted) and all(
            one.path == path and _same_key(one.key, key) for one, (path, key) in zip(said, wanted, strict=True)
        )


# Blocks and what they say ------------------------------------------------------------------------------------------


class _Entry(NamedTuple):
    """What the parser found: a paragraph with its inline tokens, or a block without (`content`)."""

    path: Path
    first: int
    last: int
    inlines: tuple[Token, ...] = ()
    content: str = ""
    column: int = 0


def _entries(tokens: Iterable[Token]) -> Iterator[_Entry]:
    """Each paragraph of the text; a footnote's paragraphs are one, as in print."""
    path: list[str] = []
    note: list[Token] | None = None
    column = 0
    for token in tokens:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "footnote_open":
            note = []
        elif token.type == "footnote_close":
            lines = [inline.map or [-1, -1] for inline in note or []] or [[-1, -1]]
            yield _Entry(("note", "p"), lines[0][0], lines[-1][1], tuple(note or []))
            note = None
        elif token.type == "inline":
            if note is not None:
                note.append(token)
                continue
            first, last = token.map or [-1, -1]
            yield _Entry(tuple(path), first, last, (token,), column=column)
            column += 1
        elif token.nesting > 0 and note is None and kind not in ("thead", "tbody", "tr", "footnote_block"):
            path.append({"paragraph": "p", "heading": "h"}.get(kind, kind))
        elif token.nesting < 0 and note is None and kind not in ("thead", "tbody", "tr", "footnote_block"):
            path.pop()
        elif token.nesting == 0 and note is None and token.type != "footnote_anchor":
            first, last = token.map or [-1, -1]
            yield _Entry((*path, token.type), first, last, content=token.content)
        if kind == "tr":
            column = 0


def _said(text: str, language: str) -> Iterator[Said]:
    for entry in _entries(parser_of(language).parse(text, {})):
        if not entry.inlines:
            yield Said(entry.path, (entry.content,))
            continue
        symbols: list[str] = []
        for inline in entry.inlines:
            symbols += [" "] if symbols else []
            for token in inline.children or []:
                symbols += _symbols(token)
        yield Said(entry.path, tuple(symbol for symbol, _, _ in _collapsed([(symbol, 0, 0) for symbol in symbols])))


def _symbols(token: Token) -> list[str]:
    if token.type in ("text", "text_special", "code_inline"):
        return list(token.content)
    if token.type in ("softbreak", "hardbreak"):
        return [" "]
    if token.type == "fact":
        return [f"\x00fact {token.content}"]
    return {"citation": ["\x00cite"], "footnote_ref": ["\x00note"], "image": ["\x00picture"]}.get(token.type, [])


class _Unmapped(Exception):
    """A place that cannot be told."""


def _block(entry: _Entry, text: str, lines: Sequence[int]) -> Block:
    units: list[Unit] = []
    bounds: list[int] = []
    try:
        for inline in entry.inlines:
            starts, ends = _whereabouts(inline, entry, text, lines)
            if units:
                units.append(Unit(" ", ends[-1] if ends else starts[0], starts[0], "gap"))
            units += _units(inline, starts, ends, text)
            bounds += [starts[0], starts[-1]]
    except _Unmapped:
        bounds = []
    if not bounds:
        return Block(entry.path, entry.first, entry.last, mapped=False)
    if len(entry.inlines) > 1:  # they are printed as one, and changed by hand
        return Block(entry.path, entry.first, entry.last, mapped=False)
    return Block(entry.path, entry.first, entry.last, bounds[0], bounds[-1], tuple(units))


def _whereabouts(inline: Token, entry: _Entry, text: str, lines: Sequence[int]) -> tuple[list[int], list[int]]:
    """Where each character of `inline.content` begins and ends in the text; `starts` has the end of all as well."""
    if entry.first < 0 or inline.map is None:
        raise _Unmapped
    first = inline.map[0]
    if entry.path[-1] in ("th", "td"):
        return _in_cell(inline.content, text[lines[first] : lines[first + 1] - 1], lines[first], entry.column)
    starts: list[int] = []
    ends: list[int] = []
    for number, content in enumerate(inline.content.split("\n")):
        line = text[lines[first + number] : lines[first + number + 1] - 1]
        at = line.rfind(content) if content else len(line.rstrip())
        if at < 0 or line[at + len(content) :].strip(" \t#"):
            raise _Unmapped
        begin = lines[first + number] + at
        if number:
            starts.append(ends[-1] if ends else begin)
            ends.append(begin)
        starts += range(begin, begin + len(content))
        ends += range(begin + 1, begin + len(content) + 1)
    if not starts:
        return [begin], []
    return [*starts, ends[-1]], ends


def _in_cell(content: str, line: str, offset: int, column: int) -> tuple[list[int], list[int]]:
    """The same for a cell; in it "\\|" is one character."""
    cells: list[list[tuple[str, int, int]]] = [[]]
    start = len(line) - len(line.lstrip(" \t>"))
    escaping = False
    for at in range(start, len(line)):
        sign = line[at]
        if sign == "|" and not escaping:
            cells.append([])
        elif sign == "|":
            cells[-1][-1] = ("|", at - 1, at + 1)
        else:
            cells[-1].append((sign, at, at + 1))
        escaping = sign == "\\"
    if cells and not cells[0]:
        cells.pop(0)
    if column >= len(cells):
        raise _Unmapped
    signs = cells[column]
    while signs and signs[0][0].isspace():
        signs = signs[1:]
    while signs and signs[-1][0].isspace():
        signs = signs[:-1]
    if "".join(sign for sign, _, _ in signs) != content:
        raise _Unmapped
    if not signs:
        whole = cells[column]
        if not whole:
            raise _Unmapped
        return [offset + whole[0][2]], []
    starts = [offset + begin for _, begin, _ in signs]
    return [*starts, offset + signs[-1][2]], [offset + end for _, _, end in signs]


def _units(inline: Token, starts: Sequence[int], ends: Sequence[int], body: str) -> list[Unit]:
    """Raises `_Unmapped` where a character cannot be told from its notation."""
    content = inline.content
    style: list[str] = []
    units: list[Unit] = []

    def unit(text: str, begin: int, end: int, kind: UnitKind = "text", name: str = "") -> None:
        if not 0 <= begin < end <= len(content):
            raise _Unmapped
        first, last = starts[begin], ends[end - 1]
        source = body[first:last] if kind in ("fact", "cite", "note", "code", "break") else ""
        units.append(Unit(text, first, last, kind, name, tuple(style), source))

    for token in inline.children or []:
        at = token.meta.get("at", -1)
        if token.type in _STYLES or token.type == "link_open":
            style.append(_STYLES.get(token.type) or f"]({token.attrGet('href')}")
            if token.attrGet("title"):
                raise _Unmapped
        elif token.nesting < 0:
            style.pop()
        elif token.type == "text":
            if token.content and not _is_at(token.content, content, at):
                at += 1  # an address in pointed brackets
                if not _is_at(token.content, content, at):
                    raise _Unmapped
            for place, sign in enumerate(token.content):
                unit(sign, at + place, at + place + 1)
        elif token.type == "text_special":
            if len(token.content) != 1 or not content.startswith(token.markup, at):
                raise _Unmapped
            unit(token.content, at, at + len(token.markup))
        elif token.type in ("softbreak", "hardbreak"):
            begin, end = at, at + 1
            if content.startswith("\\", at):
                end += 1
            while begin and content[begin - 1] == " ":
                begin -= 1
            while end < len(content) and content[end] in " \t":
                end += 1
            unit("\n" if token.type == "hardbreak" else " ", begin, end, "break")
        elif token.type == "code_inline":
            end = content.index(token.markup, at + len(token.markup)) + len(token.markup)
            for sign in token.content:
                unit(sign, at, end, "code")
        elif token.type in ("fact", "citation", "footnote_ref"):
            pattern, kind = _NOTATIONS[token.type]
            if not (found := pattern.match(content, at)):
                raise _Unmapped
            unit("", at, found.end(), kind, token.content)
        else:
            raise _Unmapped
    return units


_NOTATIONS: dict[str, tuple[re.Pattern[str], UnitKind]] = {
    "fact": (FACT, "fact"),
    "citation": (CITATION, "cite"),
    "footnote_ref": (_NOTE_CALL, "note"),
}


def _is_at(printed: str, content: str, at: int) -> bool:
    """Is `printed` there, quotation marks aside?"""
    typed = content[at : at + len(printed)] if at >= 0 else ""
    return len(typed) == len(printed) and all(a == b or {a, b} <= _QUOTES for a, b in zip(printed, typed, strict=True))


# Keys ----------------------------------------------------------------------------------------------------------------


def _collapsed(signs: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Blanks taken together into one, and none at the edges."""
    found: list[tuple[str, int, int]] = []
    for symbol, begin, end in signs:
        if not _BLANKS.fullmatch(symbol):
            found.append((symbol, begin, end))
        elif found and found[-1][0] == " ":
            found[-1] = (" ", found[-1][1], end)
        elif found:
            found.append((" ", begin, end))
    if found and found[-1][0] == " ":
        found.pop()
    return found


def _elements(paragraph: Paragraph) -> list[tuple[str, int, int]]:
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
    return _collapsed(signs)


def _sign(character: str) -> str:
    return {NOTE: "\x00note", PICTURE: "\x00picture"}.get(character, character)


def key_of(paragraph: Paragraph) -> Key:
    return tuple(symbol for symbol, _, _ in _elements(paragraph))


def _same_key(said: Key, wanted: Key) -> bool:
    """A straight quotation mark that was typed becomes one of the language."""
    return len(said) == len(wanted) and all(
        a == b or (b in "\"'" and a in _QUOTES) for a, b in zip(said, wanted, strict=True)
    )


# Changing units --------------------------------------------------------------------------------------------------


def _units_of(paragraph: Paragraph, block: Block, ops: Sequence[Op]) -> list[Op] | None:
    """`ops` of the paragraph's text as ops of the block's units; None where one touches what cannot be typed."""
    elements, places = _elements(paragraph), block.elements
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


def _typed(text: str, style: tuple[str, ...] = ()) -> list[Unit]:
    return [Unit(sign, -1, -1, style=style) for sign in re.findall(r"\n\n|.", text, re.DOTALL)]


def _rewritten(units: Sequence[Unit], spans: Sequence[Op]) -> list[Unit]:
    """The units after the change. New ones have the style that both neighbours have."""
    found: list[Unit] = []
    at = 0
    for span in spans:
        found += units[at : span.start]
        before = units[span.start - 1].style if span.start else ()
        after = units[span.end].style if span.end < len(units) else ()
        removed = {unit.style for unit in units[span.start : span.end]}
        style = before if before == after else ()
        found += _typed(span.new, removed.pop() if len(removed) == 1 else style)
        at = span.end
    return [*found, *units[at:]]


def _collapsed_text(units: Sequence[Unit]) -> Key:
    return tuple(symbol for symbol, _, _ in _collapsed([(unit.symbol, 0, 0) for unit in units]))


def _clipped(op: Op, start: int, end: int | None) -> Op:
    """The part of `op` from `start` to `end`, counted from `start`; what it adds goes into the first part."""
    last = op.end if end is None else min(op.end, end)
    first = max(op.start, start)
    return Op(first - start, last - start, op.new if first == op.start else "")


# Writing Markdown ----------------------------------------------------------------------------------------------------

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


def _written(units: Sequence[Unit], hard: bool, *, cell: bool = False, indent: int = 0, lines: bool = True) -> str:
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


def _without_empty_marks(text: str, at: int) -> str:
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
