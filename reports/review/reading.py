"""A returned .docx file as paragraphs, each with all that was inserted and deleted, by whom and when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import BinaryIO

from lxml import etree

from reports.review.looks import Looks
from reports.review.snapshot import LABEL_END, NOTE, PICTURE, TEXT, Look
from reports.word.accepting import accept
from reports.word.opening import W14, W15, CannotOpen, Package, W, open_package

PROPERTY = "CT-NAT review"  # the custom property with the token, as reports.word.package writes it
MARK = "{urn:ct-nat:review}"  # namespace of the part with it


class CannotRead(ValueError):
    """The file is refused. The message says what to do, in the language of the request where `open_package` refuses."""


@dataclass(frozen=True)
class Mark:
    """Who made a tracked change, and when. Word leaves out the time where personal data were removed from the file."""

    author: str
    at: datetime | None = None  # without a time zone, as Word writes the clock of its user


@dataclass(frozen=True)
class Piece:
    """Some text of a paragraph, all of it inserted, deleted or neither. What is both, its author took back.

    `move` is the name of a move that took it away (deleted) or brought it here (inserted).
    """

    text: str
    inserted: Mark | None = None
    deleted: Mark | None = None
    move: str = ""


@dataclass(frozen=True)
class Cell:
    """Where a paragraph of a table is: table, row and column, counted from 0; `table` through the whole file.

    `inserted` and `deleted`: the whole row was inserted or deleted with tracking on.
    """

    table: int
    row: int
    column: int
    inserted: Mark | None = None
    deleted: Mark | None = None


@dataclass(frozen=True)
class ReturnedParagraph:
    """A paragraph as it is in the file, between two paragraph marks.

    `mark_inserted`: its paragraph mark is new, so that without it the text goes on in the next paragraph.
    `mark_deleted`: its mark is deleted, so that with it the text goes on in the next paragraph.
    `style` is the style's name, `look` what it makes of the paragraph; `was` and `was_look` are those before a tracked
    change of formatting, which `formatted` made.
    `note` is the number of its footnote in the file, or "". `bookmarks` are only hints: programs move them.
    """

    pieces: tuple[Piece, ...] = ()
    mark_inserted: Mark | None = None
    mark_deleted: Mark | None = None
    style: str = ""
    look: Look = TEXT
    was: str = ""
    was_look: Look = TEXT
    formatted: Mark | None = None
    note: str = ""
    cell: Cell | None = None
    bookmarks: tuple[str, ...] = ()
    made: bool = False  # of the contents or a list of figures, which programs make

    @property
    def level(self) -> int:
        """Of a heading, 1 to 9; 0 of what is none."""
        return self.look.level if self.look.kind == "heading" else 0

    @property
    def listed(self) -> bool:
        return self.look.is_listed

    @property
    def old(self) -> str:
        """The text if all tracked changes were rejected."""
        return "".join(piece.text for piece in self.pieces if piece.inserted is None)

    @property
    def new(self) -> str:
        """The text if all tracked changes were accepted."""
        return "".join(piece.text for piece in self.pieces if piece.deleted is None)


@dataclass(frozen=True)
class Place:
    """A place in `Returned.paragraphs`: the paragraph, and the characters of its pieces before the place."""

    paragraph: int
    offset: int


@dataclass(frozen=True)
class ReturnedComment:
    """A comment. `first` and `last` are None where it is attached to nothing; `parent`: the id of what it answers."""

    id: str
    text: str
    author: str = ""
    at: datetime | None = None
    resolved: bool = False
    parent: str = ""
    first: Place | None = None
    last: Place | None = None


@dataclass(frozen=True)
class Returned:
    """What a returned file says. `token` is "" where the file has none; `notes` say what in it could not be read."""

    paragraphs: tuple[ReturnedParagraph, ...] = ()
    comments: tuple[ReturnedComment, ...] = ()
    token: str = ""
    notes: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)


# Reading -------------------------------------------------------------------------------------------------------------

MOST_PARAGRAPHS = 60_000  # a report of 500 pages has 12,000
LONGEST_COMMENT = 20_000  # characters

_CONTENTS = re.compile(r"(toc|contents|table of figures|(illustration|figure|table) index)\b", re.IGNORECASE)
_REPLY = re.compile(r"Reply to (?P<author>.+?) \([^()]*\): [\"“](?P<quote>.*?)[\"”]\s*(?P<text>.*)", re.DOTALL)
_SIGNS = {
    "tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad",
    "footnoteReference": NOTE, "endnoteReference": NOTE,
    "drawing": PICTURE, "pict": PICTURE, "object": PICTURE,
}  # fmt: skip
# What has words or signs that are none of the paragraph's: stops of a tabulator, ruby, what old programs draw.
_LEFT_OUT = frozenset(["pPr", "rt", "Fallback"])
_INSERTS, _DELETES = frozenset(["ins", "moveTo"]), frozenset(["del", "moveFrom"])
NO_PARTS = "The file contains another document (inserted from a file), which was not read."
TOO_LONG = "The document has more paragraphs than any report. Send only the pages with your changes."
NO_HEADS = "The head or foot of the pages was changed with tracking on. The program makes both."


def read(file: bytes | BinaryIO, sent: Mark | None = None) -> Returned:
    """The file's paragraphs and comments. Raises `CannotRead`; its message is in the language of the request.

    `sent`: who made the tracked changes and comments that were in the file when it went out, and when. They are no
    proposals of the reviewer: the file is read as if they had been accepted.
    """
    try:
        package = open_package(file)
        return _Reader(package, sent).read()
    except CannotOpen as refused:
        raise CannotRead(str(refused)) from None


@dataclass
class _Paragraph:
    """A paragraph while it is read. `in_note`: what parts its text from the number of the note is none of its text."""

    in_note: bool = False
    in_label: bool = True  # whether a label, which stands at the beginning, may go on
    pieces: list[Piece] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    length: int = 0

    def behind_label(self, text: str, is_label: bool) -> str:
        """What is left of a text without the label, which is the program's and none of the paragraph's text."""
        if not self.in_label:
            return text
        if not is_label:
            self.in_label = not text
            return text
        _, end, rest = text.partition(LABEL_END)
        self.in_label = not end
        return rest

    def add(self, text: str, inserted: Mark | None, deleted: Mark | None, move: str) -> None:
        if self.in_note and not self.length:
            text = text.lstrip()
        if not text:
            return
        self.length += len(text)
        last = self.pieces[-1] if self.pieces else None
        if last and (last.inserted, last.deleted, last.move) == (inserted, deleted, move):
            self.pieces[-1] = replace(last, text=last.text + text)
        else:
            self.pieces.append(Piece(text, inserted, deleted, move))


@dataclass
class _Around:
    """What surrounds what is read: tracked changes, the cell, the footnote, contents."""

    inserted: Mark | None = None
    deleted: Mark | None = None
    note: str = ""
    cell: Cell | None = None
    made: bool = False


class _Reader:
    def __init__(self, package: Package, sent: Mark | None) -> None:
        self.package, self.sent = package, sent
        self.paragraphs: list[ReturnedParagraph] = []
        self.ranges: dict[str, list[Place | None]] = {}  # comment -> first and last place
        self.moves: dict[str, str] = {}  # id of a range -> name of the move that is being read
        self.tables = 0
        self.notes: list[str] = []
        self.looks = Looks(package)

    def read(self) -> Returned:
        if self.sent:
            for tree in (self.package.main, self.package.related("footnotes")):
                if tree is not None:
                    accept(tree, self._was_sent)
        self._blocks(self.package.main, _Around())
        for kind, tag in (("footnotes", "footnote"), ("endnotes", "endnote")):
            root = self.package.related(kind)
            for note in root.iterfind(W + tag) if root is not None else ():
                if note.get(W + "type", "normal") == "normal":
                    self._blocks(note, _Around(note=f"{kind[0]}{note.get(W + 'id', '')}"))
        for link in self.package.links().values():
            if link.kind in ("header", "footer") and link.target in self.package.names and self._tracked(link.target):
                self._say(NO_HEADS)
        properties = self._properties()
        token = properties.pop(PROPERTY, "") or self._token_part()
        return Returned(tuple(self.paragraphs), tuple(self._comments()), token, tuple(self.notes), properties)

    def _was_sent(self, element: etree._Element) -> bool:
        """Is the change or comment one of the file as it went out?"""
        return _mark(element) == self.sent

    def _say(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _tracked(self, name: str) -> bool:
        return any(_name(element) in _INSERTS | _DELETES for element in self.package.tree(name).iter(W + "*"))

    # Paragraphs ------------------------------------------------------------------------------------------------

    def _blocks(self, parent: etree._Element, around: _Around) -> None:
        for child in parent:
            name = _name(child)
            if name == "p":
                self._paragraph(child, around)
            elif name == "tbl":
                self._table(child, around)
            elif name == "altChunk":
                self._say(NO_PARTS)
            elif name in ("commentRangeStart", "commentRangeEnd"):
                self._range(child, len(self.paragraphs), 0)
            elif name.endswith(("RangeStart", "RangeEnd")):
                self._move_range(child, name)
            elif name in _INSERTS:
                self._blocks(child, replace(around, inserted=_mark(child)))
            elif name in _DELETES:
                self._blocks(child, replace(around, deleted=_mark(child)))
            elif name == "sdt":
                self._blocks(child, replace(around, made=around.made or _is_contents(child)))
            elif name not in _LEFT_OUT:
                self._blocks(child, around)

    def _table(self, table: etree._Element, around: _Around) -> None:
        number, self.tables = self.tables, self.tables + 1
        for row_number, row in enumerate(_inside(table, "tr")):
            properties = row.find(W + "trPr")
            inserted, deleted = _mark_in(properties, "ins"), _mark_in(properties, "del")
            column = 0
            for cell in _inside(row, "tc"):
                own = cell.find(W + "tcPr")
                place = Cell(
                    number, row_number, column,
                    inserted or _mark_in(own, "cellIns"), deleted or _mark_in(own, "cellDel"),
                )  # fmt: skip
                self._blocks(cell, replace(around, cell=place))
                column += max(1, _number(own.find(W + "gridSpan") if own is not None else None))

    def _paragraph(self, element: etree._Element, around: _Around) -> None:
        if len(self.paragraphs) >= MOST_PARAGRAPHS:
            raise CannotRead(TOO_LONG)
        read = _Paragraph(in_note=bool(around.note))
        boxes: list[etree._Element] = []
        self._content(element, read, around.inserted, around.deleted, "", boxes)
        properties = element.find(W + "pPr")
        mark = properties.find(W + "rPr") if properties is not None else None
        style, look = self.looks.of(properties)
        change = properties.find(W + "pPrChange") if properties is not None else None
        was, was_look = self.looks.of(change.find(W + "pPr") if change is not None else None)
        formatted = _mark(change) if change is not None and was_look != look else None
        self.paragraphs.append(
            ReturnedParagraph(
                pieces=tuple(read.pieces),
                mark_inserted=around.inserted or _mark_in(mark, "ins") or _mark_in(mark, "moveTo"),
                mark_deleted=around.deleted or _mark_in(mark, "del") or _mark_in(mark, "moveFrom"),
                style=style,
                look=look,
                was=was if formatted else "",
                was_look=was_look if formatted else look,
                formatted=formatted,
                note=around.note,
                cell=around.cell,
                bookmarks=tuple(read.bookmarks),
                made=around.made or bool(_CONTENTS.match(style)),
            )
        )
        for box in boxes:
            self._blocks(box, around)

    def _content(
        self,
        parent: etree._Element,
        read: _Paragraph,
        inserted: Mark | None,
        deleted: Mark | None,
        move: str,
        boxes: list[etree._Element],
    ) -> None:
        for child in parent:
            name = _name(child)
            if name in ("t", "delText"):
                text = _text(child)
                if not inserted:  # what a reviewer types beside a label has its style, and is no part of it
                    text = read.behind_label(text, self.looks.is_label(parent.find(W + "rPr")))
                read.add(text, inserted, deleted, move)
            elif name == "br":
                if child.get(W + "type", "textWrapping") == "textWrapping":
                    read.add("\n", inserted, deleted, move)
            elif name in _SIGNS:
                read.add(_SIGNS[name], inserted, deleted, move)
                boxes += _text_boxes(child)
            elif name == "sym":
                read.add(_symbol(child.get(W + "char", "")), inserted, deleted, move)
            elif name in _INSERTS:
                moved = self._move_name(child, name == "moveTo") or move
                self._content(child, read, _mark(child), deleted, moved, boxes)
            elif name in _DELETES:
                moved = self._move_name(child, name == "moveFrom") or move
                self._content(child, read, inserted, _mark(child), moved, boxes)
            elif name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
                self._range(child, len(self.paragraphs), read.length)
            elif name == "bookmarkStart":
                read.bookmarks.append(child.get(W + "name", ""))
            elif name.endswith(("RangeStart", "RangeEnd")):
                self._move_range(child, name)
            elif name not in _LEFT_OUT:
                self._content(child, read, inserted, deleted, move, boxes)

    def _range(self, element: etree._Element, paragraph: int, offset: int) -> None:
        found = self.ranges.setdefault(element.get(W + "id", ""), [None, None])
        name, place = _name(element), Place(paragraph, offset)
        if name == "commentRangeStart" or found[0] is None:
            found[0] = place
        if name == "commentRangeEnd" or found[1] is None:
            found[1] = place if name != "commentRangeStart" else None

    def _move_range(self, element: etree._Element, name: str) -> None:
        if name in ("moveFromRangeStart", "moveToRangeStart"):
            self.moves[element.get(W + "id", "")] = element.get(W + "name", "") or "move"
        elif name in ("moveFromRangeEnd", "moveToRangeEnd"):
            self.moves.pop(element.get(W + "id", ""), None)

    def _move_name(self, element: etree._Element, is_move: bool) -> str:
        if not is_move:
            return ""
        return list(self.moves.values())[-1] if self.moves else "move"

    # Comments --------------------------------------------------------------------------------------------------

    def _comments(self) -> list[ReturnedComment]:
        root, extended = self.package.related("comments"), self.package.related("commentsExtended")
        rows = list(extended.iterfind(W15 + "commentEx")) if extended is not None else []
        done = {row.get(W15 + "paraId") for row in rows if row.get(W15 + "done") in ("1", "true")}
        answers = {row.get(W15 + "paraId"): row.get(W15 + "paraIdParent") for row in rows}
        found: list[ReturnedComment] = []
        by_paragraph: dict[str, str] = {}
        answered: dict[str, str | None] = {}
        for element in root.iterfind(W + "comment") if root is not None else ():
            if self._was_sent(element):
                continue
            identifier = element.get(W + "id", "")
            paragraphs = list(element.iter(W + "p"))
            last = paragraphs[-1].get(W14 + "paraId", "") if paragraphs else ""
            if last:
                by_paragraph[last], answered[identifier] = identifier, answers.get(last)
            first_place, last_place = self.ranges.get(identifier, [None, None])
            found.append(
                ReturnedComment(
                    id=identifier,
                    text="\n".join(map(_plain, paragraphs)).strip()[:LONGEST_COMMENT],
                    author=element.get(W + "author", ""),
                    at=_time(element.get(W + "date", "")),
                    resolved=bool(last) and last in done,
                    first=first_place,
                    last=last_place or first_place,
                )
            )
        parents = {one.id: by_paragraph.get(answered.get(one.id) or "", "") for one in found}
        parents = {child: parent for child, parent in parents.items() if parent != child}
        return _with_replies([replace(one, parent=parents.get(one.id, "")) for one in found])

    # The file --------------------------------------------------------------------------------------------------

    def _properties(self) -> dict[str, str]:
        """The custom properties, and who saved the file last ("lastModifiedBy", "modified")."""
        found = {}
        for link in self.package._read_links("").values():
            if link.kind == "custom-properties" and link.target in self.package.names:
                for row in self.package.tree(link.target):
                    found[row.get("name", "")] = "".join(map(str, row.itertext())).strip()
            if link.kind == "core-properties" and link.target in self.package.names:
                for row in self.package.tree(link.target):
                    if _name(row) in ("lastModifiedBy", "modified", "title"):
                        found[_name(row)] = "".join(map(str, row.itertext())).strip()
        return found

    def _token_part(self) -> str:
        """The token in a part of its own; programs give such parts other names, but keep them."""
        for link in self.package.links().values():
            if link.kind == "customXml" and link.target in self.package.names:
                root = self.package.tree(link.target)
                if str(root.tag).startswith(MARK):
                    return root.get("token", "")
        return ""


def _with_replies(comments: list[ReturnedComment]) -> list[ReturnedComment]:
    """LibreOffice writes a reply as a comment of its own, which begins with whom it answers and what."""
    found: list[ReturnedComment] = []
    for comment in comments:
        reply = _REPLY.fullmatch(comment.text) if not comment.parent else None
        if reply:
            quote = reply["quote"].removesuffix("...").removesuffix("…").strip()
            asked = [
                one
                for one in comments
                if one.author == reply["author"] and one.text.startswith(quote) and _together(one, comment)
            ]
            if asked:
                comment = replace(comment, parent=asked[-1].id, text=reply["text"].strip() or comment.text)
        found.append(comment)
    return found


def _together(one: ReturnedComment, other: ReturnedComment) -> bool:
    if not one.first or not one.last or not other.first:
        return True
    return one.first.paragraph <= other.first.paragraph <= one.last.paragraph


def _name(element: etree._Element) -> str:
    """The name of the element without its namespace; "" of what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _inside(parent: etree._Element, tag: str) -> list[etree._Element]:
    """The rows of a table or cells of a row, also those in controls and in marks around them."""
    found: list[etree._Element] = []
    for child in parent:
        if _name(child) == tag:
            found.append(child)
        elif _name(child) in ("sdt", "sdtContent", "customXml", "ins", "del", "moveFrom", "moveTo"):
            found += _inside(child, tag)
    return found


def _is_contents(sdt: etree._Element) -> bool:
    gallery = sdt.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(W + "val", "").startswith("Table of")


def _text_boxes(element: etree._Element) -> list[etree._Element]:
    """The contents of text boxes; where a file gives one for old programs as well, that is left out."""
    return [
        box for box in element.iter(W + "txbxContent") if not any(_name(a) == "Fallback" for a in box.iterancestors())
    ]


def _text(element: etree._Element) -> str:
    text = element.text or ""
    return text if element.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve" else text.strip(" \t\r\n")


def _plain(paragraph: etree._Element) -> str:
    """The text of a paragraph of a comment, as it would be with all its changes accepted."""
    read = _Paragraph()
    for element in paragraph.iter(W + "t", W + "tab", W + "br"):
        if not any(_name(ancestor) in _DELETES for ancestor in element.iterancestors()):
            read.add(_text(element) if _name(element) == "t" else " ", None, None, "")
    return "".join(piece.text for piece in read.pieces)


def _symbol(code: str) -> str:
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return chr(number) if 0x20 <= number < 0xD800 or 0xE004 <= number <= 0xFFFD else ""


def _number(element: etree._Element | None) -> int:
    text = element.get(W + "val", "") if element is not None else ""
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _mark(element: etree._Element) -> Mark:
    return Mark(element.get(W + "author", ""), _time(element.get(W + "date", "")))


def _mark_in(parent: etree._Element | None, tag: str) -> Mark | None:
    found = parent.find(W + tag) if parent is not None else None
    return _mark(found) if found is not None else None


def _time(text: str) -> datetime | None:
    """Word writes the clock of its user with a "Z", as if it were UTC."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
