"""Where each character of a section's text stands in its Markdown, and changes of the text carried into the Markdown.

`Body` parses a section with the report's own parser, one that remembers positions. Its methods give the whole Markdown
with one change, or "" where it cannot be made. Each is proved: the changed Markdown is parsed again by the parser that
prints the report, and must say what was asked, and everything else as before. What a reviewer typed is escaped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from reports.review.parsing import blocks_of, line_starts, said_of
from reports.review.snapshot import Atom, Paragraph
from reports.review.units import (
    Block,
    Key,
    Op,
    Path,
    Said,
    Unit,
    clipped,
    key_of,
    newly_typed,
    rewritten,
    said_by,
    same_key,
    units_of,
)
from reports.review.writing import citation_of, escaped, markdown_of, without_empty_marks

ITEM = re.compile(r"[ \t]*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+")
_QUOTED = re.compile(r"(?:[ \t]*>[ \t]?)+")


@dataclass(frozen=True)
class Addition:
    """A paragraph that a reviewer added. `level` of a heading, or 0; `listed`: an entry of a list."""

    text: str
    level: int = 0
    listed: bool = False


@dataclass(frozen=True)
class Body:
    """The Markdown of one section."""

    text: str
    language: str

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """In the order in which the parser gives them: footnotes last."""
        return blocks_of(self.text, self.language)

    @cached_property
    def lines(self) -> list[int]:
        return line_starts(self.text)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        return said_of(self.text, self.language)

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
        spans = units_of(paragraph, block, ops) if block and block.mapped else None
        if block is None or spans is None:
            return ""
        expected = said_by(rewritten(block.units, spans))
        wanted = [(said.path, expected if at == self.place(block) else said.key) for at, said in enumerate(self.said)]
        if self.place(block) < 0:
            return ""
        for hard in (False, True):
            yielded = [self._cut(block, spans, hard), self._written_anew(block, spans, hard)]
            for text in yielded:
                if self.proves(text, wanted):
                    return text
        return ""

    def with_citation(self, paragraph: Paragraph, atom: Atom, printed: str) -> str:
        """With the printed form of a citation changed: only what follows its codes, such as pages."""
        block = self.find(paragraph)
        inside = citation_of(printed, atom.name)
        if block is None or not inside or not block.mapped:
            return ""
        spans = units_of(paragraph, block, [Op(atom.start, atom.end, "")])
        if not spans or spans[0].end - spans[0].start != 1 or block.units[spans[0].start].kind != "cite":
            return ""
        unit = block.units[spans[0].start]
        text = f"{self.text[: unit.start]}[@{inside}]{self.text[unit.end :]}"
        return text if self.proves(text, list(self.said)) and text != self.text else ""

    def split(self, paragraph: Paragraph, ops: Sequence[Op]) -> str:
        """With `ops` of which some have "\\n\\n", each the end of a paragraph; a list gets more entries."""
        block = self.find(paragraph)
        spans = units_of(paragraph, block, ops) if block else None
        if block is None or spans is None or self.place(block) < 0 or (between := self._between(block)) is None:
            return ""
        parts: list[list[Unit]] = [[]]
        for unit in rewritten(block.units, spans):
            if unit.text == "\n\n":
                parts.append([])
            else:
                parts[-1].append(unit)
        keys = [said_by(part) for part in parts]
        if not all(keys):
            return ""
        at = self.place(block)
        wanted = [*self.said[:at], *((block.path, key) for key in keys), *self.said[at + 1 :]]
        for hard in (False, True):
            new = between.join(markdown_of(part, hard, lines=False) for part in parts)
            text = self.text[: block.start] + new + self.text[block.end :]
            if self.proves(text, wanted):
                return text
        return ""

    def joined(self, first: Paragraph, second: Paragraph, ops: Sequence[Op]) -> str:
        """The two as one. `ops` are in the text of both with "\\n\\n" between, and delete it."""
        one, two = self.find(first), self.find(second)
        if one is None or two is None or (at := self.place(one)) < 0 or self.place(two) != at + 1:
            return ""
        if not one.mapped or one.path != two.path or one.path[0] in ("note", "table") or not one.units or not two.units:
            return ""
        border = len(first.text)
        mine = units_of(first, one, [clipped(op, 0, border) for op in ops if op.start <= border])
        other = units_of(second, two, [clipped(op, border + 2, None) for op in ops if op.end > border + 2])
        if mine is None or other is None:
            return ""
        units = [*rewritten(one.units, mine), *rewritten(two.units, other)]
        wanted = [*self.said[:at], (one.path, said_by(units)), *self.said[at + 2 :]]
        for hard in (False, True):
            text = self.text[: one.start] + markdown_of(units, hard, lines=False) + self.text[two.end :]
            if self.proves(text, wanted):
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
        places = {self.place(block) for block in blocks}
        if -1 in places:
            return ""
        row = [block for block in self.blocks if block.first == blocks[0].first and block.path[-1] == "td"]
        if blocks[0].path[-1] == "td" and len(row) != len(blocks):
            return ""
        first, last = blocks[0].first, blocks[0].last
        wanted = [said for at, said in enumerate(self.said) if at not in places]
        calls = sum(unit.kind == "note" for block in blocks for unit in block.units)
        text = self._without_lines(first, last, rows=blocks[0].path[-1] == "td")
        return text if self.proves(text, wanted, lost_notes=calls) else ""

    def moved(self, paragraph: Paragraph, target: Paragraph | None) -> str:
        """With the paragraph behind `target`, or first in the section where that is None."""
        block = self.find(paragraph)
        behind = self.find(target) if target else None
        if block is None or (target and behind is None) or (at := self.place(block)) < 0:
            return ""
        kinds = {block.path, behind.path} if behind else {block.path}
        if not block.mapped or (
            block.path not in (("p",), ("h",)) and not (len(kinds) == 1 and block.path[-2:] == ("list_item", "p"))
        ):
            return ""
        chunk = self._source(block.first, block.last)
        gap = "\n" if block.path[-1] == "p" and len(block.path) > 1 else "\n\n"
        place = self.lines[behind.last] if behind else 0
        begin, end = self.lines[block.first], min(self.lines[block.last], len(self.text))
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
        goal = self.place(behind) + 1 if behind else 0
        goal -= goal > at
        wanted = [*rest[:goal], self.said[at], *rest[goal:]]
        return text if self.proves(text, wanted) else ""

    def with_new(self, target: Paragraph | None, additions: Sequence[Addition], *, before: bool = False) -> str:
        """With new paragraphs behind `target`, or before it; first in the section where that is None."""
        block = self.find(target) if target else None
        if (target and block is None) or (block and self.place(block) < 0) or not additions:
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
            place = min(self.lines[line], len(self.text))
            head, tail = self.text[:place], self.text[place:]
            gap = "\n" if item else "\n\n"
            text = (head.rstrip("\n") + gap if head.strip() else "") + new
            text += gap + tail.lstrip("\n") if tail.strip() else "\n"
            at = (self.place(block) + (not before)) if block else 0
            if self.proves(text, [*self.said[:at], *said, *self.said[at:]]):
                return text
        return ""

    def with_row(self, above: Paragraph, cells: Sequence[str]) -> str:
        """With a row below that of the cell `above`."""
        block = self.find(above)
        if block is None or block.path[-1] not in ("th", "td"):
            return ""
        row = [other for other in self.blocks if other.first == block.first and other.path[-1] == block.path[-1]]
        if len(row) != len(cells) or any(self.place(other) < 0 for other in row):
            return ""
        line = block.last + (block.path[-1] == "th")
        at = self.place(row[-1]) + 1
        lead = re.match(r"[ \t>]*", self._source(block.first, block.last))
        for hard in (False, True):
            written = [escaped(cell.strip(), cell=True, start=False, hard=hard) for cell in cells]
            place = min(self.lines[line], len(self.text))
            head = self.text[:place] if self.text[:place].endswith("\n") else self.text[:place] + "\n"
            text = f"{head}{lead[0] if lead else ''}| {' | '.join(written)} |\n{self.text[place:]}"
            path = (*block.path[:-1], "td")
            wanted = [*self.said[:at], *((path, said_by(newly_typed(cell))) for cell in cells), *self.said[at:]]
            if self.proves(text, wanted):
                return text
        return ""

    # How a change is written -----------------------------------------------------------------------------------

    def place(self, block: Block | None) -> int:
        """Which of `said` the block is; -1 where the two parsers do not agree."""
        if block is None or len(self.blocks) != len(self.said):
            return -1
        at = next(place for place, other in enumerate(self.blocks) if other is block)
        if self.said[at].path != block.path or (block.mapped and self.said[at].key != block.key):
            return -1
        return at

    def _source(self, first: int, last: int) -> str:
        return self.text[self.lines[first] : self.lines[last]]

    def lead(self, block: Block) -> str:
        """What stands before the text in its first line."""
        return self.text[self.lines[block.first] : block.start]

    def _between(self, block: Block) -> str | None:
        """What parts two paragraphs where this one is split; None where none can."""
        lead = self.lead(block)
        if block.path[-1] != "p" or block.path[0] == "note" or not block.units:
            return None
        if not lead.strip():
            return f"\n\n{lead}"
        if ITEM.fullmatch(lead):
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
            new = new.replace("\n", f"\\\n{' ' * len(self.lead(block))}")
            for begin, end in reversed(cut):
                text = text[:begin] + text[end:]
            text = text[:at] + new + text[at:] if new else without_empty_marks(text, at)
        return text

    def _written_anew(self, block: Block, spans: Sequence[Op], hard: bool) -> str:
        """The Markdown with all of the block's text written from its units."""
        cell = block.path[-1] in ("th", "td")
        new = markdown_of(rewritten(block.units, spans), hard, cell=cell, indent=len(self.lead(block)))
        return self.text[: block.start] + new + self.text[block.end :]

    def _without_lines(self, first: int, last: int, *, rows: bool) -> str:
        head, tail = self.text[: self.lines[first]], self.text[min(self.lines[last], len(self.text)) :]
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
        lead = self.lead(block) if block and item else "- "
        if item and not ITEM.fullmatch(lead):
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
            said.append((path, said_by(newly_typed(addition.text))))
        new = written[0][0]
        for (_, before), (text, listed) in pairwise(written):
            new += ("\n" if before and listed else "\n\n") + text
        return new, said

    def proves(self, text: str, wanted: Sequence[tuple[Path, Key]], *, lost_notes: int = 0) -> bool:
        """Does the text say just what is wanted? A note may be lost with each of its calls that is deleted."""
        said = said_of(text, self.language)
        if lost_notes and len(said) < len(wanted):
            notes = [entry for entry in wanted if entry[0][0] == "note"]
            kept = [entry for entry in said if entry.path[0] == "note"]
            lost = [entry for entry in notes if entry not in kept]
            if len(lost) <= lost_notes:
                wanted = [entry for entry in wanted if entry not in lost]
        return len(said) == len(wanted) and all(
            one.path == path and same_key(one.key, key) for one, (path, key) in zip(said, wanted, strict=True)
        )
