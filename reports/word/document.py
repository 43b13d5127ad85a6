"""`ReportData` as a Word file (DOCX): the writer of the report's format, and of the files of review rounds."""

import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Emu
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.charts import Chart, figure
from reports.document.builder import Node, Progress, ReportData
from reports.output.comparison import Change
from reports.review.snapshot import Paragraph
from reports.word import package
from reports.word.body import Body
from reports.word.lines import Book, Letters, Place
from reports.word.styles import A4, END_MARGIN, SIDE_MARGIN, Styles, word_language
from reports.word.xml import Element, clean, el, twips


@dataclass(frozen=True)
class Since:
    """What differs from an earlier edition, with the words above it in the language of the file."""

    heading: str
    how_to_read: str
    changes: Sequence[Change]


AGAIN = re.compile(r'data-note="([0-9]+)" data-call="2"')
BESIDE = 10_000  # what is added to the numbers of a document beside another one
POINT = 12700  # EMU
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
TALLEST = 560.0  # pt of a picture
FILLS = {"in_place": "#86b1b5", "potential_improvement": "#9fd8a0", "not_assessed": "#327480"}


def make_docx(
    data: ReportData,
    *,
    identifier: str,
    token: str = "",
    template: bytes | None = None,
    tracked: bool = False,
    since: Since | None = None,
    progress: Progress = lambda done, step: None,
) -> tuple[bytes, tuple[Paragraph, ...]]:
    """(the file, what each of its paragraphs says and was made of, in the order of the file; footnotes come last).

    `template`: a .docx or .dotx that `reports.word.template` found safe; its styles, page and running heads are used.
    `tracked`: the file opens with tracked changes on, and facts are marked. `token` is in the file, and says of which
    review it is. `since`: what differs from an earlier edition, listed after the contents.
    `progress(per cent, step)` is called for each chapter.
    """
    maker = Maker(
        data, identifier=identifier, token=token, template=template, tracked=tracked, since=since, progress=progress
    )
    maker.write()
    return maker.finish(), tuple(maker.book.paragraphs)


class Maker:
    """Writes one document: `write` its content, then `finish` the file. `beside` writes another one into the same file,
    for a file in which the changes between the two are tracked."""

    def __init__(
        self,
        data: ReportData,
        *,
        identifier: str,
        token: str = "",
        template: bytes | None = None,
        tracked: bool = False,
        since: Since | None = None,
        progress: Progress = lambda done, step: None,
        within: "Maker | None" = None,
    ) -> None:
        self.data, self.identifier, self.token, self.since = data, identifier, token, since
        self.tracked, self.progress, self.own = tracked, progress, template is None
        self.rtl = data.direction == "rtl"
        self.notes = package.Footnotes()
        self.charts: dict[str, Chart] = {}  # name of a picture -> the chart that it shows
        self.later: dict[str, Callable[[], Element]] | None = None  # pictures that are drawn only if they are needed
        self.front: list[Element] = []  # contents and lists of figures, of which there are `listed`, and what changed
        self.listed = 0
        if within is None:
            self.document: Document = package.begin(template)
            styles = Styles(self.document.styles.element, data.language, own=self.own, facts_marked=tracked)
            self.numbering = package.Numbering(self.document, own=self.own, annex=data.words.get("annex", "Annex"))
            self.tree = self.document.element.body
            self.book = Book(styles, data.language)
            last = self._first_section()
            self.pages = {False: last, True: self._turned(last)}
            self.tree.remove(last)  # it belongs at the end
        else:
            self.document, self.numbering, self.pages = within.document, within.numbering, within.pages
            self.tree, self.later = package.new_root("body"), {}
            self.book = Book(within.book.styles, data.language)
        again = frozenset(int(number) for node in _all_nodes(data) for number in AGAIN.findall(node.html))
        self.body = Body(self.book, data, self.numbering, self._picture, self._turn, again)
        self._pictures = 0
        self._counted = {"chapter": 0, "section": 0, "annex": 0}
        self._lists: dict[str, int] = {}

    def beside(self, data: ReportData) -> "Maker":
        """Writes another document into a body of its own, which is a part of the same file."""
        return Maker(data, identifier=self.identifier, tracked=self.tracked, within=self)

    def write(self) -> None:
        """The content of the document, with the properties of its pages at the end."""
        data = self.data
        place = Place(self.tree, kind="made", rtl=self.rtl, width=self._width(False))
        self._cover(place)
        cover = len(self.tree)
        self._contents(place)
        self.listed = len(self.tree) - cover
        if self.since:
            self._changes(place, self.since)
        self.front = list(self.tree)[cover:]
        parts = [*data.chapters, *data.annexes]
        for number, node in enumerate(parts):
            self.progress(100 * number // max(1, len(parts)), node.title)
            self._section(node, replace(place, kind="text"))
        if data.audit_head:
            line = self.book.line(place, "Colophon")
            line.say(f"{data.words.get('audit_head', '')} {data.audit_head}")
            line.end()
        self.body.write_notes(self.notes.note, replace(place, kind="note"))
        self.book.resolve()
        for link, address in self.book.outer_links:
            link.set(qn("r:id"), self.document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))

    def finish(self) -> bytes:
        """The file."""
        data = self.data
        self.tree.append(self.pages[False])
        self.notes.store(self.document, self.book.note_links)
        self.numbering.store()
        package.put_settings(self.document, tracked=self.tracked, language=word_language(data.language), own=self.own)
        if self.token:
            package.put_mark(self.document, self.token)
        package.put_metadata(
            self.document,
            {
                "title": clean(data.title),
                "subject": clean(f"{data.country}, {data.reference}"),
                "author": clean(data.commissioner),
                "identifier": self.identifier,
                "language": data.language,
            },
        )
        return package.pack(self.document)

    # Pages ---------------------------------------------------------------------------------------------------------

    def _first_section(self) -> Element:
        """The properties of upright pages, which are a template's or ours."""
        found = self.tree.find(qn("w:sectPr"))
        if found is None:
            found = el("sectPr", self.tree)
        if self.own:
            section = self.document.sections[0]
            section.page_width, section.page_height = Emu(int(A4[0] * POINT)), Emu(int(A4[1] * POINT))
            section.left_margin = section.right_margin = Emu(int(SIDE_MARGIN * POINT))
            section.top_margin = section.bottom_margin = Emu(int(END_MARGIN * POINT))
            section.different_first_page_header_footer = True
            section.header.is_linked_to_previous = False
            section.footer.is_linked_to_previous = False
            self._head(section.header._element, self._page(found)[0] - 2 * SIDE_MARGIN)
            self._foot(section.footer._element)
        return found

    def _page(self, section: Element) -> tuple[float, float]:
        size = section.find(qn("w:pgSz"))
        if size is None:
            return A4
        return int(size.get(qn("w:w"), 11906)) / 20, int(size.get(qn("w:h"), 16838)) / 20

    def _turned(self, upright: Element) -> Element:
        """The properties of pages in landscape: width and height change places, and so do the margins."""
        made = deepcopy(upright)
        for old in made.findall(qn("w:titlePg")):
            made.remove(old)
        width, height = self._page(made)
        size = made.find(qn("w:pgSz"))
        if size is None:
            size = el("pgSz")
            made.append(size)
        size.set(qn("w:w"), str(twips(max(width, height))))
        size.set(qn("w:h"), str(twips(min(width, height))))
        size.set(qn("w:orient"), "landscape")
        return made

    def _width(self, landscape: bool) -> float:
        section = self.pages[landscape]
        margins = section.find(qn("w:pgMar"))
        sides = (
            sum(int(margins.get(qn(f"w:{side}"), 1440)) for side in ("left", "right")) if margins is not None else 2880
        )
        return max(200.0, self._page(section)[0] - sides / 20)

    def _turn(self, place: Place, landscape: bool) -> Place:
        """End the pages before, which are upright if those that follow are in landscape."""
        line = self.book.line(replace(place, kind="made", number=None), "After Table")
        before = deepcopy(self.pages[not landscape])
        if not landscape or self._broken:  # only the cover has no running heads
            for old in before.findall(qn("w:titlePg")):
                before.remove(old)
        self._broken = True
        line.element.find(qn("w:pPr")).append(before)
        line.end()
        return replace(place, width=self._width(landscape))

    _broken = False

    def _head(self, root: Element, width: float) -> None:
        paragraph = self.book.running(root, "header", self.rtl)
        tabs = el("tabs")
        el("tab", tabs, val="right", pos=twips(width))
        paragraph.find(qn("w:pPr")).insert(1, tabs)
        el("t", el("r", paragraph), clean(self.data.title[:90]))
        el("tab", el("r", paragraph))
        _field(paragraph, "STYLEREF 1")

    def _foot(self, root: Element) -> None:
        paragraph = self.book.running(root, "footer", self.rtl)
        _field(paragraph, "PAGE", "1")

    # Cover and contents --------------------------------------------------------------------------------------------

    def _cover(self, place: Place) -> None:
        data, words = self.data, self.data.words
        if data.demonstration:
            self._say(place, "Demonstration", data.demonstration)
        room = {"spacing": {"before": twips(60)}} if self.own else {}
        self._say(place, "Cover Place", data.country, **room)
        self._say(place, "Title", data.title)
        if data.subtitle:
            self._say(place, "Subtitle", data.subtitle)
        if self.own and data.cells:
            line = self.book.line(place, "Cover Picture")
            line.draw(self._drawing(lambda: _emblem(data.cells), words.get("emblem", ""), place.width - 60))
            line.end()
        if data.edition:
            self._say(place, "Cover Edition", data.edition)
        lines = [
            ("commissioned", data.commissioner),
            ("funded", data.funder),
            ("period", data.period),
            ("reference", data.reference),
            ("state_of", data.made_on),
        ]
        for key, text in lines:
            if text:
                line = self.book.line(place, "Cover Line")
                line.say(words.get(key, ""), Letters(style="Soft"))
                line.tab()
                line.say(text)
                line.end()
        if data.notice:
            self._say(place, "Cover Notice", data.notice)

    def _say(self, place: Place, style: str, text: str, **layout: Any) -> None:
        line = self.book.line(place, style, **layout)
        line.say(text)
        line.end()

    def _contents(self, place: Place) -> None:
        """Contents and lists of figures and tables are fields, which Word completes; until then they are links."""
        data, words = self.data, self.data.words
        self._say(place, "Contents Heading", words.get("contents", ""), pageBreakBefore=True)
        if self.tracked and words.get("facts_in_review"):
            self._say(place, "How To Read", words["facts_in_review"])
        entries = [(level, _label(data, node), node.title, node.key, node) for level, node in _listed(data)]
        self._field_of_links(
            place,
            'TOC \\o "1-3" \\h \\z',
            [(f"toc {level}", f"{label} ".lstrip(), title, key, node) for level, label, title, key, node in entries],
        )
        if not data.figures and not data.tables:
            return
        self._say(place, "Contents Heading 2", words.get("figures_and_tables", ""))
        for name, found in (
            ("Figure", [("table of figures", "", text, f"chart-{anchor}", None) for anchor, text in data.figures]),
            ("Table", [("table of figures", "", text, anchor, None) for anchor, text in data.tables]),
        ):
            self._field_of_links(place, f'TOC \\h \\z \\c "{name}"', found)

    def _changes(self, place: Place, since: Since) -> None:
        """Each paragraph that differs from an earlier edition, with deleted and inserted words; made by the program, so
        that what reviewers do to it is not taken for a change of the report."""
        self._say(place, "Contents Heading", since.heading, pageBreakBefore=True)
        self._say(place, "How To Read", since.how_to_read)
        section = None
        for change in since.changes:
            if change.section != section:
                section = change.section
                self._say(replace(place, letters=Letters(bold=True)), "Normal", section, keepNext=True)
            line = self.book.line(place, "Normal")
            for number, (words, letters) in enumerate(_pieces(change)):
                line.say(" " if number else "", exactly=True)
                line.say(words, letters, exactly=True)
            line.end()

    def _field_of_links(
        self, place: Place, code: str, entries: Sequence[tuple[str, str, str, str, Node | None]]
    ) -> None:
        for number, (style, label, title, anchor, node) in enumerate(entries):
            line = self.book.line(place, style)
            if number == 0:
                _begin_field(line.element, code, dirty=not self.tracked)
            with line.link(f"#{anchor}"):
                line.say(label, exactly=True)
                letters = Letters(language=node.title_language if node else "")
                line.say(title, letters)
                line.tab()
                line.page_of(anchor)
            if number == len(entries) - 1:
                el("fldChar", el("r", line.element), fldCharType="end")
            line.end()

    # Sections ------------------------------------------------------------------------------------------------------

    def _section(self, node: Node, place: Place) -> None:
        place = replace(place, section=node.key)
        self.book.waiting.append(node.key)
        rtl = self.rtl if not node.title_language else node.title_direction == "rtl"
        title = replace(place, kind="title", rtl=rtl, letters=Letters(language=node.title_language))
        style = f"heading {min(node.level, 3)}"
        # From right to left LibreOffice writes what Word counts into the margin, where the word of an annex is cut.
        in_words = bool(node.number) and (self.rtl or (rtl and node.annex))
        numbered = bool(node.number) and not in_words
        line = self.book.line(title, style, numPr=self._number(node) if numbered else self._no_number(style))
        if in_words:
            line.label(_label(self.data, node), self.data.language)
        line.say(node.title)
        line.end()
        self.body.write(node.html, place)
        for child in node.children:
            self._section(child, place)

    def _number(self, node: Node) -> list[Element]:
        """The number that Word counts. A number that does not follow the last one begins a list of its own."""
        if node.annex:
            count = self._counted["annex"] + 1
            wanted = _letter_number(node.number)
            kind, level = "annex", 0
        else:
            wanted = int(node.number.rpartition(".")[2])
            kind, level = ("section", 1) if "." in node.number else ("chapter", 0)
            count = self._counted[kind] + 1
        family = "annexes" if kind == "annex" else "chapters"
        if family not in self._lists or count != wanted:
            start = wanted if count != wanted else None
            self._lists[family] = self.numbering.begin(getattr(self.numbering, family), level=level, start=start)
        self._counted[kind] = wanted
        if kind == "chapter":
            self._counted["section"] = 0
        return [el("ilvl", val=level), el("numId", val=self._lists[family])]

    def _no_number(self, style: str) -> list[Element] | None:
        """What keeps a style of a template from counting."""
        return [el("ilvl", val=0), el("numId", val=0)] if self.book.styles.has_numbers(style) else None

    # Pictures ------------------------------------------------------------------------------------------------------

    def _picture(self, anchor: str, width: float) -> Element | None:
        """The drawing of the figure `chart-…`, None where nothing can be drawn."""
        chart = self.data.charts.get(anchor.removeprefix("chart-"))
        if chart is None or chart.is_empty:
            return None
        # Title, base and note are text beside the picture.
        bare = replace(chart, title="", base="", note="", kind=chart.shown_as)
        self.charts[str(self._pictures + 1)] = chart

        def draw() -> bytes:
            return figure.export(bare, "png", "rtl" if self.rtl else "ltr")

        return self._drawing(draw, chart.alt, width)

    def _drawing(self, draw: Callable[[], bytes], alt: str, width: float) -> Element:
        """The drawing of a picture, or a place for it that is filled only if it is needed."""
        self._pictures += 1
        name = str(self._pictures)
        if self.later is None:
            return self._inline(draw(), alt, width, name)
        self.later[name] = lambda: self._inline(draw(), alt, width, name)
        return el("drawing", later=name)

    def _inline(self, image: bytes, alt: str, width: float, name: str) -> Element:
        inline = self.document.part.new_pic_inline(BytesIO(image), width=Emu(int(width * POINT)))
        if inline.extent.cy > TALLEST * POINT:
            share = TALLEST * POINT / inline.extent.cy
            inline.extent.cx, inline.extent.cy = Emu(int(inline.extent.cx * share)), Emu(int(inline.extent.cy * share))
            size = inline.graphic.graphicData.pic.spPr
            size.cx, size.cy = inline.extent.cx, inline.extent.cy
        number = int(name) + (BESIDE if self.later is not None else 0)
        inline.docPr.set("id", str(number))
        inline.docPr.set("name", f"Picture {number}")
        inline.docPr.set("descr", clean(alt))
        drawing = el("drawing")
        drawing.append(inline)
        return drawing


def _pieces(change: Change) -> Iterator[tuple[str, Letters]]:
    """The words of a change in one line: those that stay once, deleted ones before those in their place."""
    gone, come = list(change.before), list(change.after)
    while gone or come:
        if gone and gone[0][1]:
            yield gone.pop(0)[0], Letters(strike=True)
        elif come and come[0][1]:
            yield come.pop(0)[0], Letters(underline=True)
        else:
            words = (come or gone)[0][0]
            yield words, Letters()
            gone, come = gone[1:], come[1:]


def _field(paragraph: Element, code: str, shown: str = "") -> None:
    _begin_field(paragraph, code)
    if shown:
        el("t", el("r", paragraph), shown)
    el("fldChar", el("r", paragraph), fldCharType="end")


def _begin_field(paragraph: Element, code: str, *, dirty: bool = False) -> None:
    begin = el("fldChar", el("r", paragraph), fldCharType="begin")
    if dirty:
        begin.set(qn("w:dirty"), "true")
    instruction = el("instrText", el("r", paragraph), f" {code} ")
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    el("fldChar", el("r", paragraph), fldCharType="separate")


def _all_nodes(data: ReportData) -> Iterator[Node]:
    def walk(node: Node) -> Iterator[Node]:
        yield node
        for child in node.children:
            yield from walk(child)

    for part in (*data.chapters, *data.annexes):
        yield from walk(part)


def _listed(data: ReportData) -> Iterator[tuple[int, Node]]:
    """(level, node) of each line of the contents: those of annexes alone have no sections below."""
    for chapter in data.chapters:
        yield 1, chapter
        for node in chapter.children:
            yield 2, node
            for part in node.children:
                yield 3, part
    for annex in data.annexes:
        yield 1, annex


def _label(data: ReportData, node: Node) -> str:
    return f"{data.words.get('annex', '')} {node.number}:" if node.annex else node.number


def _letter_number(letters: str) -> int:
    """1 for A, 27 for AA: Word counts AA after Z too, and then BB, which no report has."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return max(1, number)


def _emblem(cells: Sequence[Sequence[str]]) -> bytes:
    """The cover's drawing: one block per category, one row per criterion, one square per cell."""
    width = max(1, len(cells) * 30 - 11)
    height = max(28, *(5 * (-(-len(states) // 4)) - 1 for states in cells))
    drawn = Figure(figsize=(width / 22, height / 22 + 0.3), facecolor="#0d5561")
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height + 3, -3)
    for block, states in enumerate(cells):
        for place, state in enumerate(states):
            fill = FILLS.get(state, FILLS["not_assessed"])
            axes.add_patch(Rectangle((block * 30 + place % 4 * 5, place // 4 * 5), 4, 4, facecolor=fill, linewidth=0))
    target = BytesIO()
    drawn.savefig(target, format="png", dpi=200, facecolor=drawn.get_facecolor(), metadata={"Software": None})
    return target.getvalue()
