"""Paragraphs of a Word file: their runs, and what each says and was made of, to compare with what comes back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from docx.oxml.ns import qn

from reports.review.snapshot import (
    LABEL,
    LABEL_END,
    NOTE,
    PICTURE,
    TEXT,
    Atom,
    AtomKind,
    Look,
    Paragraph,
    ParagraphKind,
)
from reports.word.styles import Styles, word_language
from reports.word.xml import Element, clean, el, listed, properties, space_kept

RTL_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
RTL = re.compile(f"[{RTL_LETTERS}]")
# In a text written from right to left: Latin words with the signs and digits between them, which stay as they are.
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f](?:[^\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]*[A-Za-z0-9\u00c0-\u024f%])?")
BLANKS = re.compile(r"[ \t\n\r\f]+")
HEADING = re.compile(r"(?:text )?heading ([1-9])", re.IGNORECASE)
# Scripts without italic letters: stress is weight.
SLANTED = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u052f]")
UPRIGHT = frozenset(
    listed("hy ka am ti ar fa ps ur ku he dv hi ne bn si ta te ml kn gu pa or th km lo my bo dz mn zh ja ko")
)


@dataclass(frozen=True)
class Letters:
    """How characters look. `style` is the name of a character style; `language` where it is not the document's."""

    bold: bool = False
    italic: bool = False
    strike: bool = False
    underline: bool = False
    raised: str = ""  # superscript, subscript
    style: str = ""
    language: str = ""


@dataclass(frozen=True)
class Place:
    """Where paragraphs are written, and what they are made of."""

    parent: Element
    section: str = ""
    kind: ParagraphKind = "text"
    block: str = ""
    lines: tuple[int, int] = (-1, -1)
    style: str = "Normal"
    letters: Letters = Letters()
    rtl: bool = False
    number: tuple[int, int] | None = None  # list and level
    ordered: bool = False  # the list has numbers, not signs
    depth: int = 0  # of lists
    align: str = ""
    keep_next: bool = False
    width: float = 460.0  # of the text, in points
    small: bool = False


@dataclass
class Book:
    """The whole file while it is written."""

    styles: Styles
    language: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    targets: dict[str, str] = field(default_factory=dict)  # anchor of the HTML -> bookmark
    waiting: list[str] = field(default_factory=list)  # anchors of the next paragraph
    pages: list[tuple[Element, str]] = field(default_factory=list)  # code of a field that tells the page of an anchor
    inner_links: list[tuple[Element, str]] = field(default_factory=list)
    outer_links: list[tuple[Element, str]] = field(default_factory=list)
    note_links: list[tuple[Element, str]] = field(default_factory=list)
    in_notes: bool = False
    number: int = 0
    plain: dict[str, bool] = field(default_factory=dict)  # name of a style -> `Styles.is_plain`

    def line(self, place: Place, style: str = "", **layout: Any) -> "Line":
        self.number += 1
        return Line(self, place, style or place.style, self.number, layout)

    def is_plain(self, style: str) -> bool:
        if style not in self.plain:
            self.plain[style] = self.styles.is_plain(style)
        return self.plain[style]

    def running(self, root: Element, style: str, rtl: bool) -> Element:
        """The only paragraph of a running head or foot; what stood there goes."""
        for child in list(root):
            root.remove(child)
        paragraph = el("p", root)
        properties("pPr", paragraph, pStyle=self.styles.id_of(style), bidi=rtl)
        return paragraph

    def number_pages(self, foot: Element, rtl: bool) -> None:
        """The number of the page, which Word fills in."""
        el("t", el("r", el("fldSimple", self.running(foot, "footer", rtl), instr=" PAGE ")), "1")

    def resolve(self) -> None:
        """Links within the document, once all targets are known; without a target they are text."""
        for code, anchor in self.pages:
            code.text = f" PAGEREF {self.targets.get(anchor, anchor)} \\h "
        for link, anchor in self.inner_links:
            if target := self.targets.get(anchor):
                link.set(qn("w:anchor"), target)
                link.set(qn("w:history"), "1")
                continue
            parent, place = link.getparent(), link.getparent().index(link)
            for run in list(link):
                parent.insert(place, run)
                place += 1
                for style in run.findall(f"{qn('w:rPr')}/{qn('w:rStyle')}"):
                    style.getparent().remove(style)
            parent.remove(link)


class Line:
    """One paragraph. Give it text, then `end()` it before the next one begins."""

    def __init__(self, book: Book, place: Place, style: str, number: int, layout: dict[str, Any]) -> None:
        self.book, self.place, self.style = book, place, style
        self.id = f"_ct{number:05d}"
        self.text = ""
        self.atoms: list[Atom] = []
        self.element = el("p", place.parent)
        self._last: Element = None  # w:t of the last run, whose blank at the end is cut
        layout = {"keepNext": place.keep_next, "bidi": place.rtl} | layout
        if place.align:
            layout.setdefault("jc", place.align)
        if place.number:
            layout["numPr"] = [el("ilvl", val=place.number[1]), el("numId", val=place.number[0])]
        named = None if style == "Normal" else book.styles.id_of(style)
        properties("pPr", self.element, pStyle=named, **layout)
        for anchor in book.waiting:
            book.targets[anchor] = self.id
        book.waiting.clear()
        el("bookmarkStart", self.element, id=number, name=self.id)
        self._number = number
        self.box = self.element

    # Text ----------------------------------------------------------------------------------------------------------

    def say(self, text: str, letters: Letters | None = None, *, exactly: bool = False) -> None:
        """Add text. Blanks are joined as in HTML, unless it is to be taken `exactly`."""
        text = clean(text)
        if not exactly:
            text = BLANKS.sub(" ", text)
            if text.startswith(" ") and (not self.text or self.text[-1] in " \n\t"):
                text = text[1:]
        if text:
            for piece, rtl in _by_direction(text):
                self._run(piece, letters or self.place.letters, rtl)
            self.text += text

    def _run(self, text: str, letters: Letters, rtl: bool) -> None:
        run = el("r", self.box)
        self._look(run, letters, rtl, text)
        self._last = None
        for number, part in enumerate(re.split("([\t\n])", text)):
            if number % 2:
                el("tab" if part == "\t" else "br", run)
            elif part:
                self._last = el("t", run)
                space_kept(self._last, part)

    def _look(self, run: Element, letters: Letters, rtl: bool = False, text: str = "") -> None:
        language = letters.language
        upright = letters.italic and _is_upright(text, language or self.book.language)
        bold, italic = letters.bold or upright, letters.italic and not upright
        tag = {"bidi" if rtl else "val": word_language(language)} if language else None
        properties(
            "rPr",
            run,
            rStyle=self.book.styles.id_of(letters.style) if letters.style else None,
            b=bold,
            bCs=bold,
            i=italic,
            iCs=italic,
            strike=letters.strike,
            u="single" if letters.underline else None,
            vertAlign=letters.raised or None,
            rtl=rtl,
            lang=tag,
        )

    def label(self, text: str, language: str) -> None:
        """Words of the program at the beginning of the paragraph, and a blank; none of its text. A reader of the file
        knows them by the style of their characters, and where they end by the blank."""
        for piece, rtl in _by_direction(f"{clean(text)}{LABEL_END}"):
            self._run(piece, Letters(style=LABEL, language=language), rtl)
        self._last = None

    def line_break(self) -> None:
        self._trim()
        el("br", el("r", self.box))
        self.text += "\n"

    def tab(self) -> None:
        el("tab", el("r", self.box))
        self.text += "\t"
        self._last = None

    def page_of(self, anchor: str) -> None:
        """The page of an anchor, which Word works out."""
        self.book.pages.append((self.field("PAGEREF", ""), anchor))

    def field(self, code: str, shown: str, letters: Letters | None = None) -> Element:
        """A field with what it shows until Word works it out; returns the element of its code."""
        instruction: Element = None
        for kind in ("begin", "code", "separate", "shown", "end"):
            if kind == "shown":
                if shown:
                    self.say(shown, letters, exactly=True)
                continue
            run = el("r", self.box)
            if letters:
                self._look(run, letters)
            if kind == "code":
                instruction = el("instrText", run)
                space_kept(instruction, f" {code} ")
            else:
                el("fldChar", run, fldCharType=kind)
        return instruction

    @contextmanager
    def atom(self, kind: AtomKind, name: str) -> Iterator[None]:
        """What is said meanwhile comes from one notation of the Markdown."""
        start = len(self.text)
        yield
        if len(self.text) > start:
            self.atoms.append(Atom(start, len(self.text), kind, name))

    @contextmanager
    def link(self, address: str) -> Iterator[None]:
        """What is said meanwhile is a link: to "#anchor", or out of the document to the web or a mail address."""
        outer, inner = address.startswith(("http://", "https://", "mailto:")), address.startswith("#")
        if not (outer or inner) or self.box is not self.element:
            yield
            return
        self.box = el("hyperlink", self.element)
        yield
        made, self.box = self.box, self.element
        if not len(made):
            self.element.remove(made)
        elif inner:
            self.book.inner_links.append((made, address[1:]))
        else:
            (self.book.note_links if self.book.in_notes else self.book.outer_links).append((made, clean(address)))

    def note(self, number: int) -> None:
        """The call of a footnote. The note itself is in its part."""
        run = el("r", self.box)
        self._look(run, Letters(style="footnote reference"))
        el("footnoteReference", run, id=number)
        self.text += NOTE

    def draw(self, drawing: Element) -> None:
        el("r", self.box).append(drawing)
        self.text += PICTURE

    def mark(self, name: str, number: int) -> None:
        """A bookmark of its own around nothing but what comes before it."""
        last = self.element[-1]
        start = el("bookmarkStart", id=number, name=name)
        last.addprevious(start)
        el("bookmarkEnd", self.element, id=number)

    # End -----------------------------------------------------------------------------------------------------------

    def _trim(self) -> None:
        if self._last is not None and self.text.endswith(" "):
            text = (self._last.text or "")[:-1]
            self.text = self.text[:-1]
            if text:
                space_kept(self._last, text)
            else:
                run = self._last.getparent()
                run.remove(self._last)
                if not [child for child in run if child.tag != qn("w:rPr")]:
                    run.getparent().remove(run)
        self._last = None

    def end(self) -> None:
        self._trim()
        el("bookmarkEnd", self.element, id=self._number)
        place, length = self.place, len(self.text)
        atoms = tuple(replace(atom, end=min(atom.end, length)) for atom in self.atoms if atom.start < length)
        self.book.paragraphs.append(
            Paragraph(self.id, place.section, place.kind, place.block, *place.lines, self.text, atoms, self._is())
        )

    def _is(self) -> Look:
        """Unknown where a template makes a heading or an entry of a list of what is text here."""
        if heading := HEADING.fullmatch(self.style):
            return Look("heading", int(heading[1]))
        if self.place.number:
            return Look("number" if self.place.ordered else "bullet", self.place.number[1])
        return TEXT if self.book.is_plain(self.style) else Look()


def _is_upright(text: str, language: str) -> bool:
    """Has the text no italic letters? Words in Latin, Greek or Cyrillic letters have, in a text of any language."""
    letters = [letter for letter in text if letter.isalpha()]
    return language.split("-")[0] in UPRIGHT and not (letters and all(map(SLANTED.match, letters)))


def _by_direction(text: str) -> Iterator[tuple[str, bool]]:
    """(piece, whether it is written from right to left). Word turns the signs of a run that is marked so: Latin words
    in a text of Arabic letters are runs of their own."""
    if not RTL.search(text):
        yield text, False
        return
    place = 0
    for found in LATIN.finditer(text):
        if found.start() > place:
            yield text[place : found.start()], True
        yield found[0], False
        place = found.end()
    if place < len(text):
        yield text[place:], True
