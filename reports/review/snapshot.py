"""What a file for reviewers said when it was made, kept beside it: the truth with which a returned file is compared."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

AtomKind = Literal["fact", "cite", "note", "link"]
ParagraphKind = Literal["title", "text", "cell", "note", "block", "made"]
LookKind = Literal["", "text", "heading", "bullet", "number"]

NOTE = "\ufff9"  # in the text of a paragraph: a footnote is called here
PICTURE = "\ufffc"
LABEL = "Heading Label"  # name of the style of words that the program writes before a heading
LABEL_END = "\u00a0"  # the last of their characters


@dataclass(frozen=True)
class Atom:
    """The characters `start` to `end` (exclusive) of a paragraph's text that come from one notation of the Markdown.

    `name`: of a fact its name, of a citation what stands in its brackets, of a note's call its label, of a link its
    address. A reviewer cannot change a fact or a citation by typing.
    """

    start: int
    end: int
    kind: AtomKind
    name: str = ""


@dataclass(frozen=True)
class Look:
    """What a paragraph looks like, as far as it matters: a heading, an entry of a list with signs or numbers, or text.

    `level` of a heading is 1 to 9, of an entry 0 to 8, else 0. `kind` is "" where the look was not stored.
    """

    kind: LookKind = ""
    level: int = 0

    @property
    def is_listed(self) -> bool:
        return self.kind in ("bullet", "number")


TEXT = Look("text")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the file, in the order of the file.

    `id` is the name of its bookmark ("_ct00042"), `section` the key of its section or "". `kind`: a section's title,
    its text (also headings and entries of lists within it), a cell of a typed table, a footnote, a paragraph of a
    block, or "made" by the program (cover, contents, captions). `block` is the call of its block: "chart roles".
    `first` to `last` (exclusive) are the lines of the section's Markdown, counted from 0; -1 and -1 where there are
    none. `text` is what Word's paragraph says, without a number that Word counts: the call of a footnote is `NOTE`, a
    picture `PICTURE`, a line break within the paragraph "\\n", a tab "\\t". `look` is unknown
    in snapshots that were stored before it was kept.
    """

    id: str
    section: str
    kind: ParagraphKind
    block: str = ""
    first: int = -1
    last: int = -1
    text: str = ""
    atoms: tuple[Atom, ...] = ()
    look: Look = Look()


@dataclass(frozen=True)
class Snapshot:
    """A whole file as it went out. `token` is in the file too; `bodies` are Markdown; all maps are by section key.

    `languages`: in which language a body was written; blank for the report's first one, missing where that was not
    stored.
    """

    token: str
    language: str
    paragraphs: tuple[Paragraph, ...]
    bodies: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    revisions: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> "Snapshot":
        """Raises ValueError, KeyError or TypeError where the text is not what `to_json` writes."""
        given: dict[str, Any] = json.loads(text)
        paragraphs = tuple(_paragraph(line) for line in given.pop("paragraphs"))
        return cls(paragraphs=paragraphs, **given)


def _paragraph(given: dict[str, Any]) -> Paragraph:
    atoms = tuple(Atom(**atom) for atom in given.pop("atoms"))
    look = Look(**given.pop("look", {}))
    return Paragraph(atoms=atoms, look=look, **given)
