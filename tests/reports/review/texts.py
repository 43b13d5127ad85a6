"""Sections as the report's own writer prints them, as paragraphs of a snapshot: what a Word file of them would say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from reports.document.registry import Block, Fact, Source
from reports.document.writer import Writer
from reports.review.places import Body
from reports.review.snapshot import NOTE, Atom, Paragraph, Snapshot
from reports.words import words_of

FACTS = {"interviews.people": "36", "country": "Azerbaijan", "interviews.period": "13–25 January"}
TOKEN = "0123456789abcdef"
BLOCKS = {"p", "li", "h2", "h3", "h4", "h5", "h6", "td", "th", "ul", "ol", "table", "blockquote", "pre", "div"}


class Registry:
    facts = {name: Fact(name, text, name, "Interviews") for name, text in FACTS.items()}
    sources = {code: Source(code, "Report") for code in ("Aze 30", "Gen 1", "Aze 3")}

    def block(self, words: Sequence[str], title: str) -> Block:
        return Block("text", "", lambda caption, anchor: f"<div data-block='{escape(' '.join(words))}'></div>")


class Traced(Writer):
    """Marks in the HTML from which notation something comes."""

    def put_fact(self, name: str) -> str:
        return self.place(f'<i data-fact="{escape(name)}">') + super().put_fact(name) + self.place("</i>")

    def put_citation(self, inside: str) -> str:
        return self.place(f'<i data-cite="{escape(inside)}">') + super().put_citation(inside) + self.place("</i>")


@dataclass
class Printed(HTMLParser):
    """(kind, text, atoms) of each paragraph of HTML, blanks taken together as browsers do."""

    found: list[tuple[str, str, tuple[Atom, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.text, self.atoms, self.open, self.kind, self.pre = "", [], [], "text", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in BLOCKS:
            self.flush(tag in ("td", "th"))
            self.kind = "cell" if tag in ("td", "th") else "text"
        elif tag == "sup" and "data-note" in given:
            self.atoms.append(Atom(len(self.text), len(self.text) + 1, "note"))
            self.text += NOTE
        elif tag == "br":
            self.text = self.text.rstrip(" ") + "\n"
        elif tag == "i":
            kind = "fact" if "data-fact" in given else "cite"
            self.open.append((len(self.text), kind, given.get(f"data-{kind}") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "i":
            start, kind, name = self.open.pop()
            self.atoms.append(Atom(start, len(self.text), kind, name))
        elif tag in ("td", "th"):
            self.flush(False, True)
        elif tag in BLOCKS:
            self.flush(False)

    def handle_data(self, data: str) -> None:
        data = re.sub(r"[ \t\n]+", " ", data)
        if not self.text or self.text[-1] in " \n":
            data = data.lstrip(" ")
        self.text += data

    def flush(self, _: bool, always: bool = False) -> None:
        if self.text.strip(" \n") or always:
            self.found.append((self.kind, self.text.rstrip(" \n"), tuple(self.atoms)))
        self.text, self.atoms, self.kind = "", [], "text"


def printed(body: str, language: str = "en") -> list[tuple[str, str, tuple[Atom, ...]]]:
    writer = Traced(Registry(), words_of(language), frozenset(), language)
    reader = Printed()
    reader.feed(writer.write(body, section="needs", level=2))
    reader.flush(False)
    for note in writer.footnotes:
        of_note = Printed()
        of_note.feed(note)
        of_note.flush(False, True)
        reader.found.append(("note", *of_note.found[-1][1:]))
    return reader.found


def paragraphs_of(body: str, section: str = "needs", language: str = "en", first_id: int = 1) -> list[Paragraph]:
    """The paragraphs of a snapshot, with the lines that the parser gives."""
    entries = [block for block in Body(body, language).blocks if block.path[-1] not in ("evidence_block", "hr")]
    found = printed(body, language)
    assert len(entries) == len(found), (found, entries)
    return [
        Paragraph(f"_ct{number:05}", section, kind, "", block.first, block.last, text, atoms)
        for number, (block, (kind, text, atoms)) in enumerate(zip(entries, found, strict=True), first_id)
    ]


def snapshot_of(bodies: dict[str, str], language: str = "en") -> Snapshot:
    """A title and the paragraphs of each section; a paragraph "made" by the program comes first."""
    found = [Paragraph("_ct00001", "", "made", text="Needs assessment of Azerbaijan")]
    for key, body in bodies.items():
        title = Paragraph(f"_ct{len(found) + 1:05}", key, "title", text=f"Chapter {key}")
        found += [title, *paragraphs_of(body, key, language, len(found) + 2)]
    titles = {key: f"Chapter {key}" for key in bodies}
    return Snapshot(TOKEN, language, tuple(found), bodies, titles, dict.fromkeys(bodies, 1))
