"""The HTML of a document's sections as paragraphs, lists, tables and pictures of a Word file.

The HTML is our own: sanitised text of authors, and the blocks of templates/reports/blocks. What this module does not
know of it is written as plain paragraphs.
"""

from collections.abc import Callable, Collection
from dataclasses import replace

from docx.oxml.ns import qn
from lxml import html as parser

from reports.document.builder import ReportData
from reports.word.lines import Book, Letters, Line, Place
from reports.word.marks import is_hidden, letters_of, lines_of, plain, within
from reports.word.package import Numbering
from reports.word.tables import put_table
from reports.word.xml import Element, el, listed

BLOCKS = frozenset(
    listed("p div section table ul ol li blockquote pre h2 h3 h4 h5 h6 hr figure figcaption caption traced-block")
)
SILENT = frozenset(["svg", "script", "style", "template"])
# Class of an element -> name of its style.
BY_CLASS = {
    "fault": "Fault",
    "nothing": "Nothing",
    "lead-in": "Lead-in",
    "hint": "Hint",
    "subhead": "Lead-in",
    "question": "Question",
    "table-note": "Note To Table",
    "chart-base": "Note To Table",
    "chart-note": "Note To Table",
    "chart-result": "Chart Result",
    "response": "Response",
    "by": "Quote Source",
}


class Body:
    """Writes the sections of one document."""

    def __init__(
        self,
        book: Book,
        data: ReportData,
        numbering: Numbering,
        picture: Callable[[str, float], Element | None],
        turn: Callable[[Place, bool], Place],
        called_again: Collection[int],
    ) -> None:
        """`picture(anchor, width)` gives the drawing of a figure, None where there is none. `turn(place, landscape)`
        ends the pages before, and gives the place on those that follow. `called_again`: notes that have two calls."""
        self.book, self.data, self.numbering = book, data, numbering
        self.picture, self.turn, self.called_again = picture, turn, called_again
        self.captions = {f"chart-{anchor}": text for anchor, text in data.figures} | dict(data.tables)
        self.notes: list[tuple[int, Place]] = []  # those called so far, in order
        self._called: set[int] = set()

    # Sections ------------------------------------------------------------------------------------------------------

    def write(self, html: str, place: Place) -> None:
        """The HTML of one section."""
        if html.strip():
            self.flow(parser.fragment_fromstring(html, create_parent="div"), place)

    def write_notes(self, parent: Callable[[int], Element], place: Place) -> None:
        """The texts of the notes called so far. `parent(number)` gives the element of a note."""
        self.book.in_notes = True
        for number, called in self.notes:
            box = replace(place, parent=parent(number), kind="note", section=called.section, lines=called.lines)
            line = self.book.line(box, "footnote text")
            run = el("r", line.element)
            look = el("rPr", run)
            el("rStyle", look, val=self.book.styles.id_of("footnote reference"))
            el("spacing", look, val=60)  # in place of a blank, which would be a part of the text
            el("footnoteRef", run)
            note = self.data.notes[number - 1] if number <= len(self.data.notes) else ""
            if note.strip():
                self.inline(parser.fragment_fromstring(note, create_parent="div"), line, place.letters)
            line.end()
        self.book.in_notes = False

    # Blocks --------------------------------------------------------------------------------------------------------

    def flow(self, element: Element, place: Place, style: str = "") -> None:
        """What is in an element: blocks one after the other, and what is between them as paragraphs."""
        line: Line | None = None

        def open_line() -> Line:
            nonlocal line, place
            if line is None:
                line = self.book.line(place, style)
                place = replace(place, number=None)
            return line

        if (element.text or "").strip():
            open_line().say(element.text, place.letters)
        for child in element:
            if not isinstance(child.tag, str) or child.tag in SILENT:
                pass
            elif child.tag in BLOCKS:
                if line is not None:
                    line.end()
                    line = None
                self.block(child, place)
                place = replace(place, number=None)
            elif not is_hidden(child):
                self.inline_one(child, open_line(), place.letters)
            if child.tail and (line is not None or child.tail.strip()):
                open_line().say(child.tail, place.letters)
        if line is not None:
            line.end()

    def block(self, element: Element, place: Place) -> None:
        """One element that is a paragraph or holds some."""
        if is_hidden(element):
            return
        if anchor := element.get("id"):
            self.book.waiting.append(anchor)
        place = within(element, place)
        classes = set((element.get("class") or "").split())
        tag = element.tag
        if tag in ("h2", "h3", "h4", "h5", "h6"):
            self.heading(element, place)
        elif tag in ("ul", "ol"):
            self.list(element, place, classes)
        elif tag == "table":
            self.table(element, place, classes)
        elif tag == "figure":
            self.figure(element, place)
        elif tag == "blockquote":
            self.flow(element, replace(place, style="Quote"))
        elif tag == "pre":
            self.pre(element, place)
        elif tag == "hr":
            self.book.line(place, pBdr=[el("bottom", val="single", sz=6, space=1, color="auto")]).end()
        elif tag == "div" and classes & {"block", "typed-table", "fit-turned", "fit-small"}:
            self.box(element, place, classes)
        elif tag == "div" and "boxed" in classes:
            self.flow(element, replace(place, style="Boxed"))
        elif "behind" not in classes:
            style = next((BY_CLASS[name] for name in classes if name in BY_CLASS), "")
            if place.style == "Boxed" and style == "Lead-in":
                place = replace(place, letters=replace(place.letters, bold=True))
            if place.style == "Boxed" or (place.parent.tag == qn("w:tc") and style in ("Hint", "Note To Table")):
                style = ""
            self.flow(element, place, style)

    def heading(self, element: Element, place: Place) -> None:
        level = min(5, max(2, int(element.tag[1]) - 1))
        line = self.book.line(replace(place, style=f"Text Heading {level}"))
        self.inline(element, line, replace(place.letters, bold=False))
        line.end()

    def box(self, element: Element, place: Place, classes: set[str]) -> None:
        """The box around a table or a figure: small letters, or pages that are turned for it."""
        turned = "fit-turned" in classes or bool(element.xpath("div[contains(@class, 'fit-turned')]"))
        inside = replace(place, small=place.small or bool(classes & {"fit-small", "fit-broken"}))
        if not turned or place.parent.tag != qn("w:body") or "turned" in place.block.split("\n"):
            self.flow(element, inside)
            return
        anchors, self.book.waiting[:] = list(self.book.waiting), []  # they belong to what follows the break
        inside = self.turn(inside, True)
        self.book.waiting[:] = anchors
        element.set("class", " ".join(sorted(classes - {"fit-turned"})))
        for child in element.xpath("div[contains(@class, 'fit-turned')]"):
            child.set("class", child.get("class").replace("fit-turned", ""))
        self.flow(element, inside)
        self.turn(inside, False)

    def pre(self, element: Element, place: Place) -> None:
        code = element.find("code")
        if code is not None:
            place = within(code, place)
        line = self.book.line(place, "Code")
        line.say(element.text_content().rstrip("\n"), exactly=True)
        line.end()

    # Lists ---------------------------------------------------------------------------------------------------------

    def list(self, element: Element, place: Place, classes: set[str]) -> None:
        if classes & {"options", "prompts", "form-head"}:
            self.options(element, place, in_line="in-line" in classes)
            return
        if "bibliography" in classes:
            self.bibliography(element, place)
            return
        ordered, level = element.tag == "ol", min(8, place.depth)
        kind = self.numbering.numbers if ordered else self.numbering.bullets
        start = element.get("start") or "1"
        first = int(start) if start.isdecimal() else 1
        number = self.numbering.begin(kind, level=level, start=min(first, 32767) if ordered else None)
        style = "List Number" if ordered else "List Bullet"
        if place.parent.tag == qn("w:tc"):
            style = place.style
        entry = replace(place, depth=place.depth + 1, style=style)
        for child in element:
            if child.tag == "li":
                if anchor := child.get("id"):
                    self.book.waiting.append(anchor)
                marked = replace(within(child, entry), number=(number, level), ordered=ordered)
                self.entry(child, marked)

    def entry(self, element: Element, place: Place) -> None:
        """A list entry: its first paragraph has the sign, the others are as far in."""
        numbered = place.number
        blocks = [child for child in element if child.tag in BLOCKS]
        leading = (element.text or "").strip() or (len(element) and element[0].tag not in BLOCKS)
        if not leading and blocks and blocks[0].tag in ("p", "div"):
            first = blocks[0]
            self.block(first, place)
            rest = parser.Element("li")
            for child in list(element)[1:]:
                rest.append(child)
            element = rest
        elif not leading and blocks:  # a list at once: the entry itself is empty
            self.book.line(place).end()
        else:
            self.flow(element, place)
            return
        if numbered and len(element):
            inside = replace(place, number=None, style="List Continue" if place.style != "Table Text" else place.style)
            self.flow(element, inside)

    def options(self, element: Element, place: Place, *, in_line: bool) -> None:
        """Options of a question: their marks are text, so that no other sign is put before them."""
        if in_line:
            line = self.book.line(place, "Options")
            for number, entry in enumerate(element):
                if number:
                    line.say("\u2003", exactly=True)
                self.inline(entry, line, place.letters)
            line.end()
            return
        for entry in element:
            self.flow(entry, place, "Options")

    def bibliography(self, element: Element, place: Place) -> None:
        for entry in element:
            if anchor := entry.get("id"):
                self.book.waiting.append(anchor)
            line = self.book.line(place, "Bibliography")
            for number, child in enumerate(entry):
                self.inline_one(child, line, place.letters)
                if number == 0:
                    line.tab()
                line.say(child.tail or "", place.letters)
            line.end()

    # Figures and tables --------------------------------------------------------------------------------------------

    def caption(self, text: str, place: Place, anchor: str) -> None:
        """A caption whose number Word counts. Its number is the document's own until then."""
        kind, name = ("figure", "Figure") if anchor.startswith("chart-") else ("table", "Table")
        word = self.data.words.get(kind, "")
        number = anchor.rpartition("-")[2]
        line = self.book.line(replace(place, kind="made"), "caption", keepNext=True)
        if word and text.startswith(f"{word} {number}. "):
            line.say(f"{word}\u00a0".replace("\u00a0", " "), place.letters, exactly=True)
            field = el("fldSimple", line.element, instr=f" SEQ {name} \\* ARABIC ")
            line.box = field
            line.say(number, place.letters, exactly=True)
            line.box = line.element
            line.say(text.removeprefix(f"{word} {number}"), place.letters)
        else:
            line.say(text, place.letters)
        line.end()

    def figure(self, element: Element, place: Place) -> None:
        anchor = element.get("id") or ""
        block = replace(place, kind="block" if place.block else place.kind)
        for child in element:
            classes = set((child.get("class") or "").split())
            if "chart-title" in classes:
                self.caption(plain(child), block, anchor)
            elif "chart-result" in classes:
                self.block(child, block)
                if (drawing := self.picture(anchor, place.width)) is not None:
                    line = self.book.line(block, "Chart")
                    line.draw(drawing)
                    line.end()
            elif "chart-scroll" in classes:
                for table in child.iter("table"):
                    self.table(table, block, {"chart-table"})
            elif "chart-key" not in classes and child.tag in BLOCKS:
                self.block(child, block)

    def table(self, element: Element, place: Place, classes: set[str]) -> None:
        anchor = element.get("id") or ""
        caption = element.find("caption")
        shown = "" if caption is None or is_hidden(caption) else plain(caption)
        if shown and anchor in self.captions:
            self.caption(shown, place, anchor)
        elif shown:
            line = self.book.line(replace(place, kind="made"), "caption", keepNext=True)
            line.say(shown, place.letters)
            line.end()
        put_table(self, element, place, classes, shown or (plain(caption) if caption is not None else ""))
        following = element.getnext()
        if following is None and element.getparent() is not None:
            following = element.getparent().getnext()
        noted = following is not None and set((following.get("class") or "").split()) & set(BY_CLASS)
        if not noted:
            self.book.line(replace(place, kind="made", number=None), "After Table").end()

    # Characters ----------------------------------------------------------------------------------------------------

    def inline(self, element: Element, line: Line, letters: Letters) -> None:
        """All that an element says, on one line."""
        line.say(element.text or "", letters)
        for child in element:
            if isinstance(child.tag, str) and child.tag not in SILENT and not is_hidden(child):
                self.inline_one(child, line, letters)
            line.say(child.tail or "", letters)

    def inline_one(self, element: Element, line: Line, letters: Letters) -> None:
        """One element within a paragraph, without its tail."""
        tag, classes = element.tag, set((element.get("class") or "").split())
        if tag == "br":
            line.line_break()
            return
        if tag == "sup" and "note-call" in classes:
            self.note_call(element, line)
            return
        letters = letters_of(element, letters, classes)
        if tag in BLOCKS:
            line.say(" ")
        if "fact" in classes:
            with line.atom("fact", element.get("data-fact") or ""):
                self.inline(element, line, replace(letters, style="Fact"))
        elif cited := element.get("data-cite"):
            with line.atom("cite", cited):
                self.inline(element, line, letters)
        elif tag == "a" and "cite" in classes:
            with line.link(element.get("href") or ""):
                self.inline(element, line, replace(letters, style="Citation"))
        elif tag == "a" and element.get("href"):
            with line.atom("link", element.get("href")), line.link(element.get("href")):
                self.inline(element, line, replace(letters, style="Hyperlink"))
        else:
            self.inline(element, line, letters)

    def note_call(self, element: Element, line: Line) -> None:
        number = int(element.get("data-note") or 0)
        with line.atom("note", element.get("data-label") or ""):
            if number in self._called or self.book.in_notes:
                line.field(f"NOTEREF _note{number} \\h", str(number), Letters(raised="superscript"))
                return
            self._called.add(number)
            lines = lines_of(element) or (-1, -1)
            self.notes.append((number, replace(line.place, lines=lines)))
            line.note(number)
            if number in self.called_again:
                line.mark(f"_note{number}", 1_000_000 + number)
