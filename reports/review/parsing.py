"""The Markdown of a section parsed with the place of each character, and parsed as it is printed.

The first reading uses the report's own parser, changed to remember positions; the second one is what a change of the
text is proved by.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from reports.document.parser import CITATION, FACT, make_parser, parser_of
from reports.review.units import QUOTES, Block, Path, Said, Unit, UnitKind, collapsed

_UNPLACED = re.compile("[\r\x00\ue000-\ue003]")  # what the parser and the writer of the report replace
_NOTE_CALL = re.compile(r"\[\^[^\]\s]+\]")
_STYLES = {"strong_open": "**", "em_open": "*", "s_open": "~~"}


def blocks_of(text: str, language: str) -> tuple[Block, ...]:
    """In the order in which the parser gives them: footnotes last."""
    if _UNPLACED.search(text):
        return ()
    tokens = _placing_parser(language).parse(text, {})
    lines = line_starts(text)
    return tuple(_block(entry, text, lines) for entry in _entries(tokens))


def line_starts(text: str) -> list[int]:
    """Where each line begins, and the end."""
    return [0, *(found.end() for found in re.finditer(r"\n", text)), len(text) + 1]


def said_of(text: str, language: str) -> tuple[Said, ...]:
    """What the text says, as the report's own parser reads it."""
    return tuple(_say(text, language))


def signs_of_headings(text: str, language: str) -> list[int]:
    """How many signs each heading has, in their order."""
    tokens = parser_of(language).parse(text, {})
    return [int(token.tag[1:]) for token in tokens if token.type == "heading_open"]


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


def _say(text: str, language: str) -> Iterator[Said]:
    for entry in _entries(parser_of(language).parse(text, {})):
        if not entry.inlines:
            yield Said(entry.path, (entry.content,))
            continue
        symbols: list[str] = []
        for inline in entry.inlines:
            symbols += [" "] if symbols else []
            for token in inline.children or []:
                symbols += _symbols(token)
        yield Said(entry.path, tuple(symbol for symbol, _, _ in collapsed([(symbol, 0, 0) for symbol in symbols])))


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
    return len(typed) == len(printed) and all(a == b or {a, b} <= QUOTES for a, b in zip(printed, typed, strict=True))
