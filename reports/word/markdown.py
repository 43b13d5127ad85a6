"""Writes paragraphs, lists, tables and footnotes in the report's Markdown, so that they are read back as they were.

What was typed is text: whatever Markdown or the report would take for a sign is escaped, except the facts, citations
and blocks that the report knows. Each paragraph is proved: it is parsed again and compared, letter by letter with its
bold, italic, struck letters and links. Where that differs, all signs are escaped, and at last the marks are given up,
which is told.

Pure functions; the parser of the report is the only judge of what Markdown means.
"""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from markdown_it.token import Token

from reports.document.parser import BLOCK, CITATION, CITED, FACT, normal_code, parser_of
from reports.document.writer import MARKS as PRIVATE

Mark = Literal["strong", "em", "s"]
ORDERS: tuple[tuple[Mark, ...], ...] = (("s", "strong", "em"), ("s", "em", "strong"))  # from outside to inside
SIGNS: dict[Mark, str] = {"strong": "**", "em": "*", "s": "~~"}
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
SPECIAL = re.compile(
    r"[\\`*\[\]]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w{1,40};)|~(?=~)|(?<=~)~|\{(?=\{)|(?<=\{)\{"
)
LINE_START = re.compile(r"^(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|=+(?=\s*$)|-{2,}(?=[\s-]*$))")
LINE_NUMBER = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
ENDING_SIGNS = re.compile(r"(?<![\\#])(#+)$")  # at the end of a heading they would be taken for its closing signs
NOTE_CALL = re.compile(r"\\.|\[\^([^\]\s]{1,60})\]", re.DOTALL)
STRAIGHT = str.maketrans("“”„‟‘’‚‛", "\"\"\"\"''''")
LONG = 20_000  # characters of a paragraph that is not compared, and therefore loses its marks
OBJECT = "\ufffc"  # in place of what is not text
LINES = str.maketrans({"\t": " ", "\r": "\n", "\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Span:
    """A piece of a paragraph. `note` is the number (from 1) of the footnote called here; "\\n" in `text` a new line."""

    text: str
    marks: frozenset[Mark] = frozenset()
    link: str = ""
    note: int = 0


@dataclass(frozen=True)
class Heading:
    level: int
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Paragraph:
    """`item`: it goes on the entry of the list before it, `quote`: it is a quotation."""

    spans: tuple[Span, ...]
    quote: bool = False
    item: bool = False


@dataclass(frozen=True)
class Entry:
    """An entry of a list. `number` is 0 in a bulleted list; entries of one numbered list have the same `series`."""

    spans: tuple[Span, ...]
    level: int
    number: int = 0
    series: str = ""


@dataclass(frozen=True)
class Table:
    rows: tuple[tuple[tuple[Span, ...], ...], ...]


Block = Heading | Paragraph | Entry | Table


@dataclass(frozen=True)
class Known:
    """What the report knows, so that it may be named: facts, codes of sources, and whether a line is a block."""

    facts: Container[str] = frozenset()
    sources: Container[str] = frozenset()
    is_block: Callable[[str], bool] = lambda line: False

    def notations(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, Markdown) of each fact and citation of a text that the report knows."""
        for found in FACT.finditer(text):
            if (name := found[1].strip()) in self.facts:
                yield found.start(), found.end(), f"{{{{ {name} }}}}"
        for found in CITATION.finditer(text):
            parts = [CITED.match(part.strip()) for part in found[1].split(";")]
            if all(part and normal_code(part["code"]) in self.sources for part in parts):
                yield found.start(), found.end(), f"[@{found[1].strip()}]"


@dataclass
class Markdown:
    """Markdown of blocks, and what was given up in it: the first words of each paragraph that lost its marks."""

    known: Known = field(default_factory=Known)
    lost: list[str] = field(default_factory=list)

    def body(self, blocks: Sequence[Block], notes: Sequence[Sequence[Span]] = ()) -> str:
        """The text of a section. `notes` are the texts of its footnotes, in the order of their numbers."""
        writers = {"list": self._list, "quote": self._quotation}
        parts = [writers[kind](run) if kind else "\n\n".join(map(self._block, run)) for kind, run in _runs(blocks)]
        for number, spans in enumerate(notes, start=1):
            parts.append(f"[^{number}]: {self.inline(spans, breaks=False) or '–'}")
        return "\n\n".join(part for part in parts if part)

    def _block(self, block: Block) -> str:
        if isinstance(block, Heading):
            text = ENDING_SIGNS.sub(r"\\\1", self.inline(block.spans, breaks=False))
            return f"{'#' * max(1, min(6, block.level))} {text}"
        if isinstance(block, Table):
            return self._table(block)
        line = plain(block.spans)
        if (call := BLOCK.match(line)) and self.known.is_block(call[1]):
            return line
        return self.inline(block.spans)

    def _quotation(self, blocks: Sequence[Block]) -> str:
        texts = "\n\n".join(self.inline(block.spans) for block in blocks if isinstance(block, Paragraph))
        return "\n".join(f"> {line}".rstrip() for line in texts.split("\n"))

    def _list(self, blocks: Sequence[Block]) -> str:
        lines: list[str] = []
        path: list[_OpenList] = []  # the list of the present entry, and those around it
        for block in blocks:
            if not isinstance(block, Entry):
                indent = " " * path[-1].inside
                text = self.inline(block.spans) if isinstance(block, Paragraph) else ""
                lines += ["", indent + text.replace("\n", f"\n{indent}"), ""]
                continue
            while path and path[-1].level > block.level:
                path.pop()
            before = path.pop() if path and path[-1].level == block.level else None
            indent_width = before.indent if before else path[-1].inside if path else 0
            goes_on = before is not None and before.takes(block)
            mark = before.mark if before and goes_on else "." if block.number else "-"
            if before and not goes_on and before.mark == mark:
                mark = {".": ")", "-": "+"}[mark]  # lists that follow each other are two only with different marks
            sign = f"{block.number}{mark} " if block.number else f"{mark} "
            path.append(_OpenList(block.level, indent_width, mark, len(sign), bool(block.number), block.series))
            if not goes_on and (block.number > 1 or not indent_width) and lines and lines[-1]:
                lines.append("")  # only a list that begins with 1 may follow a paragraph without a blank line
            text = self.inline(block.spans).replace("\n", "\n" + " " * path[-1].inside)
            lines.append(" " * indent_width + sign + text)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")

    def _table(self, table: Table) -> str:
        width = max((len(row) for row in table.rows), default=0)
        if not width:
            return ""
        for attempt in _attempts():
            rows = [[self._cell(cell, attempt) for cell in row] + [""] * (width - len(row)) for row in table.rows]
            lines = [f"| {' | '.join(row)} |" for row in rows]
            text = "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])
            wanted = [self._wanted(cell, attempt, False) for row in table.rows for cell in row]
            if _read(text) == [cell for cell in wanted if cell]:
                break
        if attempt.marks is None and any(span.marks for row in table.rows for cell in row for span in cell):
            self.lost.append(plain(table.rows[0][0])[:60])
        return text

    def _cell(self, spans: Sequence[Span], attempt: "_Attempt") -> str:
        return _emitted(self._pieces(spans, False), attempt).replace("|", "\\|")

    def inline(self, spans: Sequence[Span], *, breaks: bool = True) -> str:
        """A paragraph on lines that end with a backslash where the next is a line of its own."""
        pieces = self._pieces(spans, breaks)
        attempts = list(_attempts())
        if sum(len(piece.text) for piece in pieces) > LONG:
            attempts = attempts[-1:]
        text = ""
        for attempt in sorted(attempts, key=lambda one: (one.marks is None, one.full, len(_emitted(pieces, one)))):
            text = _line_starts(_emitted(pieces, attempt), attempt.full)
            wanted = _letters(pieces, attempt)
            if len(text) > LONG or _read(text) == ([wanted] if wanted else []):
                break
        if attempt.marks is None and any(piece.marks for piece in pieces):
            self.lost.append("".join(piece.text for piece in pieces)[:60])
        return text

    def _wanted(self, spans: Sequence[Span], attempt: "_Attempt", breaks: bool) -> "list[_Letter]":
        return _letters(self._pieces(spans, breaks), attempt)

    def _pieces(self, spans: Sequence[Span], breaks: bool) -> "list[_Piece]":
        """The paragraph without blanks at its edges, with the notations of the report as pieces of their own."""
        letters: list[_Piece] = []
        for span in spans:
            if span.note:
                letters.append(_Piece(f"[^{span.note}]", frozenset(), "", True))
                continue
            text = PRIVATE.sub("", span.text).translate(LINES)
            text = CONTROLS.sub("", text if breaks else text.replace("\n", " "))
            letters += [_Piece(letter, span.marks, span.link, False) for letter in text]
        text = "".join(OBJECT if letter.raw else letter.text for letter in letters)
        for start, end, notation in sorted(self.known.notations(text), reverse=True):
            letters[start:end] = [_Piece(notation, frozenset(), "", True)]
        return _grouped(_trimmed(letters))


@dataclass(frozen=True)
class _Piece:
    """Letters with the same marks. `raw`: Markdown as it is, such as a fact."""

    text: str
    marks: frozenset[Mark]
    link: str
    raw: bool


@dataclass(frozen=True)
class _OpenList:
    level: int
    indent: int
    mark: str
    width: int
    numbered: bool
    series: str

    @property
    def inside(self) -> int:
        return self.indent + self.width

    def takes(self, entry: Entry) -> bool:
        return self.numbered == bool(entry.number) and (not self.numbered or self.series == entry.series)


@dataclass(frozen=True)
class _Attempt:
    full: bool  # every sign is escaped
    marks: tuple[Mark, ...] | None  # from outside to inside


_Letter = tuple[str, frozenset[Mark], str]


def _attempts() -> Iterator[_Attempt]:
    for full in (False, True):
        for order in ORDERS:
            yield _Attempt(full, order)
    yield from (_Attempt(False, None), _Attempt(True, None))


def plain(spans: Sequence[Span]) -> str:
    """The words alone, on one line."""
    return " ".join("".join(span.text for span in spans).split())


def relabelled(text: str, taken: str) -> str:
    """`text` with other labels for its footnotes where `taken`, to which it will be added, has the same."""
    used = {found[1] for found in NOTE_CALL.finditer(taken) if found[1]}
    names: dict[str, str] = {}
    for found in NOTE_CALL.finditer(text):
        if (label := found[1]) and label not in names:
            number = 1
            while (new := label if number == 1 and label not in used else str(number)) in used:
                number += 1
            used.add(new)
            names[label] = new
    return NOTE_CALL.sub(lambda found: f"[^{names[found[1]]}]" if found[1] else found[0], text)


def joined(first: str, second: str) -> str:
    """Two texts as one, each with its footnotes."""
    first, second = first.rstrip(), second.strip("\n")
    return f"{first}\n\n{relabelled(second, first)}" if first and second else first or second


def _runs(blocks: Sequence[Block]) -> Iterator[tuple[str, list[Block]]]:
    """Entries that follow each other, with the paragraphs that go them on, are one list; quotations are one, too."""
    kinds = []
    kind = ""
    for block in blocks:
        goes_on = kind == "list" and isinstance(block, Paragraph) and block.item
        is_quote = isinstance(block, Paragraph) and block.quote
        kind = "list" if isinstance(block, Entry) or goes_on else "quote" if is_quote else ""
        kinds.append(kind)
    for kind, run in groupby(zip(kinds, blocks, strict=True), key=lambda one: one[0]):
        yield kind, [block for _, block in run]


def _trimmed(letters: Sequence[_Piece]) -> list[_Piece]:
    """No blanks at the ends of lines, and no empty lines: Markdown would not keep them."""
    kept: list[_Piece] = []
    for letter in letters:
        if not letter.raw and letter.text.isspace() and (not kept or kept[-1].text == "\n"):
            continue
        if letter.text == "\n":
            _drop_blanks(kept)
        kept.append(letter)
    _drop_blanks(kept)
    return kept


def _drop_blanks(letters: list[_Piece]) -> None:
    while letters and not letters[-1].raw and letters[-1].text.isspace():
        letters.pop()


def _grouped(letters: list[_Piece]) -> list[_Piece]:
    """Letters with the same marks as one piece. Blanks have those that are on both sides of them."""
    pieces = [
        _Piece("".join(letter.text for letter in run), marks, link, raw)
        for (marks, link, raw), run in groupby(letters, key=lambda one: (one.marks, one.link, one.raw))
    ]
    for place in range(1, len(pieces) - 1):
        before, piece, after = pieces[place - 1 : place + 2]
        if piece.text.isspace() and not piece.raw:
            link = before.link if before.link == after.link else ""
            pieces[place] = _Piece(piece.text, before.marks & after.marks, link, False)
    return pieces


def _letters(pieces: Sequence[_Piece], attempt: _Attempt) -> list[_Letter]:
    """What the parser has to read: each letter with its marks; of blanks the marks do not matter."""
    found: list[_Letter] = []
    for piece in pieces:
        marks = piece.marks if attempt.marks else frozenset[Mark]()
        if piece.raw:
            found.append((piece.text, frozenset(), ""))
            continue
        for letter in piece.text.translate(STRAIGHT):
            found.append((letter, frozenset(), "") if letter.isspace() else (letter, marks, piece.link))
    return found


def _emitted(pieces: Sequence[_Piece], attempt: _Attempt) -> str:
    if attempt.marks is None:
        pieces = [_Piece(piece.text, frozenset(), piece.link, piece.raw) for piece in pieces]
    orders = attempt.marks or ()
    out = []
    for link, run in groupby(pieces, key=lambda piece: piece.link):
        text = _marked(list(run), orders, attempt.full)
        out.append(_around(text, "[", f"]({link})") if link else text)
    return "".join(out)


def _marked(pieces: Sequence[_Piece], order: Sequence[Mark], full: bool) -> str:
    if not order:
        return "".join(piece.text if piece.raw else _escaped(piece.text, full) for piece in pieces)
    mark, inner = order[0], order[1:]
    out = []
    for has_mark, run in groupby(pieces, key=lambda piece: mark in piece.marks):
        text = _marked(list(run), inner, full)
        out.append(_around(text, SIGNS[mark], SIGNS[mark]) if has_mark else text)
    return "".join(out)


def _around(text: str, before: str, after: str) -> str:
    """Marks stand close to what they mark: `**bold** `, not `**bold **`."""
    inside = text.strip()
    if not inside:
        return text
    start = text.index(inside)
    return f"{text[:start]}{before}{inside}{after}{text[start + len(inside) :]}"


def _escaped(text: str, full: bool) -> str:
    text = (PUNCTUATION if full else SPECIAL).sub(lambda found: f"\\{found[0]}", text)
    return text.replace("\n", "\\\n")


def _line_starts(text: str, full: bool) -> str:
    """Signs that would begin a heading, a list or a quotation are escaped."""
    lines = text.split("\n")
    if full:
        return "\n".join(LINE_NUMBER.sub(r"\1\\\2", line) for line in lines)
    return "\n".join(LINE_NUMBER.sub(r"\1\\\2", LINE_START.sub(r"\\\1", line)) for line in lines)


def _read(text: str) -> list[list[_Letter]] | None:
    """The letters of each paragraph or cell as the report's parser reads them; None where it reads something else."""
    labels = {found[1] for found in NOTE_CALL.finditer(text) if found[1]}
    notes = "".join(f"\n\n[^{label}]: x" for label in sorted(labels))
    found: list[list[_Letter]] = []
    for token in parser_of("en").parse(text + notes, {}):
        if token.type == "footnote_block_open":
            break
        if token.type == "inline":
            if (letters := _inline_letters(token.children or [])) is None:
                return None
            found.append(letters)
        elif not token.type.startswith(("paragraph_", "table_", "thead_", "tbody_", "tr_", "th_", "td_")):
            return None
    return [letters for letters in found if letters]


def _inline_letters(tokens: Sequence[Token]) -> list[_Letter] | None:
    found: list[_Letter] = []
    marks: list[Mark] = []
    link = ""
    for token in tokens:
        name = token.type.rpartition("_")[0]
        if name in SIGNS:
            if token.nesting > 0:
                marks.append(name)
            else:
                marks.remove(name)
        elif token.type in ("link_open", "link_close"):
            link = str(token.attrGet("href")) if token.nesting > 0 else ""
        elif token.type in ("text", "text_special"):
            for letter in token.content.translate(STRAIGHT):
                found.append((letter, frozenset(), "") if letter.isspace() else (letter, frozenset(marks), link))
        elif token.type in ("softbreak", "hardbreak"):
            found.append(("\n", frozenset(), ""))
        elif token.type == "fact":
            found.append((f"{{{{ {token.content} }}}}", frozenset(), ""))
        elif token.type == "citation":
            found.append((f"[@{token.content}]", frozenset(), ""))
        elif token.type == "footnote_ref":
            found.append((f"[^{token.meta['label']}]", frozenset(), ""))
        else:
            return None
    return found
