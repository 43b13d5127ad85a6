"""A returned .docx file as paragraphs, each with all that was inserted and deleted, by whom and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


class CannotRead(ValueError):
    """The file is refused. The message says in English what to do; `reports.review_words` translates it."""


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
    `style` is the style's name; `was` the style's before a tracked change of formatting, which `formatted` made.
    `note` is the number of its footnote in the file, or "". `bookmarks` are only hints: programs move them.
    """

    pieces: tuple[Piece, ...] = ()
    mark_inserted: Mark | None = None
    mark_deleted: Mark | None = None
    style: str = ""
    level: int = 0  # of a heading, 1 to 9
    listed: bool = False
    was: str = ""
    formatted: Mark | None = None
    note: str = ""
    cell: Cell | None = None
    bookmarks: tuple[str, ...] = ()

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
