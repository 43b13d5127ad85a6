"""A document as a Word file in which what differs from an earlier one is tracked: words, paragraphs, rows, notes.

Accepted in full, the file reads as the later document, rejected in full as the earlier one. Three things are not
tracked: contents and lists of figures, which Word makes anew; the picture of a chart, which is that of the later
document, with a comment where it was another; the look of pages and of cells.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby

from docx.oxml.ns import qn

from analysis.charts import Chart
from reports.document.builder import ReportData
from reports.review.snapshot import NOTE, PICTURE, Paragraph
from reports.word.atoms import Content, Revision, content_of, fill
from reports.word.document import BESIDE, Maker, Since
from reports.word.lines import Place
from reports.word.package import Comments
from reports.word.pairing import Unit, paired
from reports.word.xml import Element, clean, el

P, TABLE, ROW, CELL, SECTION = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc", "sectPr"))
CHANGED = qn("w:pPrChange")
BREAK = "break"  # kind of a paragraph that only turns the pages
SINGLE = frozenset(["caption", "Chart", "ChartResult"])  # styles that a block has once


@dataclass(frozen=True)
class Tracked:
    """Who the tracked changes are by and when they were made (ISO 8601), and what comments on them say.

    `by` is an organisation or a programme. `how_to_read` is a comment on the title, `other_chart` one on each picture
    that differs.
    """

    by: str
    at: str
    how_to_read: str
    other_chart: str


def make_tracked_docx(
    new: ReportData,
    old: ReportData,
    tracked: Tracked,
    *,
    identifier: str,
    token: str = "",
    template: bytes | None = None,
    since: Since | None = None,
) -> bytes:
    """The file of `new` with the changes since `old` tracked; its paragraphs have the bookmarks of `make_docx`'s with
    the same `since`, which is not listed in it."""
    maker = Maker(new, identifier=identifier, token=token, template=template, tracked=True, since=since)
    earlier = maker.beside(old)
    for each in (maker, earlier):
        each.write()
        maker.notes.relate(maker.document, each.book.note_links)
    comments = Comments(clean(tracked.by), tracked.at)
    _Merger(maker, earlier, tracked, comments).merge()
    comments.store(maker.document)
    return maker.finish()


class _Merger:
    def __init__(self, maker: Maker, earlier: Maker, tracked: Tracked, comments: Comments) -> None:
        self.maker, self.earlier, self.tracked, self.comments = maker, earlier, tracked, comments
        self.revision = Revision(clean(tracked.by), tracked.at, next=BESIDE * 100)
        self.said = _said(maker) | _said(earlier)
        self.other_pictures: list[Element] = []  # paragraphs with a picture that was another one
        self.note_of: dict[str, str] = {}  # id of a note that stays -> its id in the earlier document
        _tidy(earlier)

    def merge(self) -> None:
        old, new = self._parts(self.earlier), self._parts(self.maker)
        front = self.maker.front[: self.maker.listed]
        merged = [*self._flow(old[0], new[0]), *front, *self._sections(old[1], new[1])]
        tree = self.maker.tree
        for child in list(tree):
            tree.remove(child)
        tree.extend(_apart(merged, self._gap))
        self._end_of(tree)
        self._notes()
        self._pictures()
        title = next((p for p in tree.iter(P) if self._style(p) == self.maker.book.styles.id_of("Title")), None)
        if title is not None:
            self.comments.add(title, self.tracked.how_to_read)
        for paragraph in self.other_pictures:
            self.comments.add(paragraph, self.tracked.other_chart)

    @staticmethod
    def _parts(maker: Maker) -> tuple[list[Element], list[Element]]:
        """What comes before the contents, and what comes behind."""
        body = list(maker.tree)
        first = body.index(maker.front[0])
        return body[:first], body[first + len(maker.front) :]

    # Sections and what is in them ----------------------------------------------------------------------------------

    def _sections(self, old: Sequence[Element], new: Sequence[Element]) -> list[Element]:
        """Section by section; one that was moved is deleted in one place and inserted in the other."""
        before, after = self._by_section(old), self._by_section(new)
        keys = [key for key, _ in before], [key for key, _ in after]
        merged: list[Element] = []
        for how, i, j, k, m in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
            if how == "equal":
                for (_, was), (_, now) in zip(before[i:j], after[k:m], strict=True):
                    merged += self._flow(was, now)
                continue
            for _, was in before[i:j]:
                merged += self._flow(was, [])
            for _, now in after[k:m]:
                merged += self._flow([], now)
        return merged

    def _by_section(self, elements: Sequence[Element]) -> list[tuple[str, list[Element]]]:
        return [(key, list(found)) for key, found in groupby(elements, key=lambda one: self._about(one).section)]

    def _about(self, element: Element) -> Paragraph:
        """What is remembered of a paragraph, or of the first one in a table."""
        first = element if element.tag == P else next(element.iter(P))
        return self.said[first]

    def _flow(self, old: Sequence[Element], new: Sequence[Element]) -> list[Element]:
        """Paragraphs and tables that follow each other."""
        merged: list[Element] = []
        for was, now in paired(self._units(old), self._units(new)):
            if was and now:
                merged += self._both(was, now)
            elif now:
                merged += self._inserted(now)
            elif was:
                merged += self._deleted(was)
        return merged

    def _units(self, elements: Sequence[Element]) -> list[Unit]:
        """Paragraphs, and tables with the empty paragraph below each."""
        units: list[Unit] = []
        styles = Counter(self._style(one) for one in elements if one.tag == P)
        for element in elements:
            about = self._about(element)
            if element.tag == TABLE:
                units.append(Unit(TABLE, _all_text(element), [element], call=about.block))
                continue
            style = self._style(element)
            if _turns(element) and not about.text:
                units.append(Unit(BREAK, "", [element]))
            elif not about.text and units and units[-1].kind == TABLE and len(units[-1].elements) == 1:
                units[-1].elements.append(element)
            else:
                alone = about.kind == "title" or style in SINGLE or (not about.section and styles[style] == 1)
                units.append(Unit(P, about.text, [element], style, about.block, alone))
        return units

    def _style(self, paragraph: Element) -> str:
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return "" if style is None else str(style.get(qn("w:val")))

    def _both(self, was: Unit, now: Unit) -> list[Element]:
        if now.kind == P:
            return [self._paragraph(was.elements[0], now.elements[0])]
        if now.kind == BREAK:
            return now.elements
        if _columns(was.elements[0]) != _columns(now.elements[0]):
            return [*self._deleted(was), *self._inserted(now)]
        return [self._table(was.elements[0], now.elements[0]), *now.elements[1:]]

    def _inserted(self, unit: Unit) -> list[Element]:
        if unit.kind == BREAK:  # pages are turned as in the later document
            return unit.elements
        for element in unit.elements:
            if element.tag == TABLE:
                for row in element.iter(ROW):
                    self._mark_row(row, "ins")
                    self._mark_words(row, "ins")
            else:
                self._mark_words(element, "ins")
                self._mark_end(element, "ins")
        return unit.elements

    def _deleted(self, unit: Unit) -> list[Element]:
        if unit.kind == BREAK:
            return []
        for element in unit.elements:
            if element.tag == TABLE:
                for row in element.iter(ROW):
                    self._mark_row(row, "del")
                    self._mark_words(row, "del")
            else:
                self._mark_words(element, "del")
                self._mark_end(element, "del")
        return unit.elements

    # Paragraphs ----------------------------------------------------------------------------------------------------

    def _paragraph(self, old: Element, new: Element) -> Element:
        """The later paragraph with what was deleted and inserted in it."""
        was, now = content_of(old, self.revision), content_of(new, self.revision)
        self._compare_charts(old, new, now)
        if _looks(was) != _looks(now):
            calls = fill(new, was, now, self.revision)
        else:
            calls = [pair for pair in zip(was.atoms, now.atoms, strict=True) if pair[1].sign == NOTE]
        for before, after in calls:
            if before.content is not None and after.content is not None:
                self.note_of[after.content.get(qn("w:id"))] = before.content.get(qn("w:id"))
        self._compare_styles(old, new)
        return new

    def _compare_styles(self, old: Element, new: Element) -> None:
        """A paragraph that became a heading or an entry of a list, or is none any more."""
        if (self._style(old), _level(old)) == (self._style(new), _level(new)):
            return
        for earlier in _properties(new).findall(CHANGED):
            _properties(new).remove(earlier)
        change = self.revision.mark("pPrChange")
        el("pPr", change).extend(_look_of(old))
        _properties(new).append(change)

    def _compare_charts(self, old: Element, new: Element, content: Content) -> None:
        if PICTURE not in content.text:
            return
        before, after = _chart(self.earlier, old), _chart(self.maker, new)
        if before is not None and after is not None and _drawn(before) != _drawn(after):
            self.other_pictures.append(new)

    def _mark_words(self, element: Element, how: str) -> None:
        for paragraph in [element] if element.tag == P else element.iter(P):
            content = content_of(paragraph, self.revision)
            old, new = (None, content) if how == "ins" else (content, None)
            fill(paragraph, old, new, self.revision)

    def _mark_end(self, paragraph: Element, how: str) -> None:
        """Mark the end of a paragraph as inserted or deleted."""
        properties = _properties(paragraph)
        for old in properties.findall(qn("w:rPr")):
            properties.remove(old)
        look = el("rPr")
        look.append(self.revision.mark(how))
        later = next((child for child in properties if child.tag in (SECTION, CHANGED)), None)
        if later is None:
            properties.append(look)
        else:
            later.addprevious(look)

    # Tables --------------------------------------------------------------------------------------------------------

    def _table(self, old: Element, new: Element) -> Element:
        """The later table with its deleted and inserted rows, and what was changed in its cells."""
        pairs = paired(_row_units(old), _row_units(new))
        for row in new.findall(ROW):
            new.remove(row)
        for was, now in pairs:
            if was and now and _spans(was.elements[0]) == _spans(now.elements[0]):
                row = now.elements[0]
                for before, after in zip(was.elements[0].findall(CELL), row.findall(CELL), strict=True):
                    self._cell(before, after)
                new.append(row)
                continue
            for unit, how in ((was, "del"), (now, "ins")):
                if unit:
                    self._mark_row(unit.elements[0], how)
                    self._mark_words(unit.elements[0], how)
                    new.append(unit.elements[0])
        return new

    def _cell(self, old: Element, new: Element) -> None:
        before, after = ([one for one in cell if one.tag in (P, TABLE)] for cell in (old, new))
        merged = self._flow(before, after)
        for child in after:
            new.remove(child)
        new.extend(merged)
        self._end_of(new)

    def _mark_row(self, row: Element, how: str) -> None:
        properties = row.find(qn("w:trPr"))
        if properties is None:
            properties = el("trPr")
            row.insert(0, properties)
        properties.append(self.revision.mark(how))

    def _end_of(self, parent: Element) -> None:
        """The last end of a paragraph in a cell, or of the text, cannot be inserted or deleted: the one before is
        instead. Where both documents end with paragraphs of their own, the last ones of both become one."""
        tail: list[Element] = []
        for child in reversed(parent):
            if child.tag != P or not _end(child):
                break
            tail.insert(0, child)
        if not tail:
            return
        gone, come = ([one for one in tail if _end(one) == how] for how in ("del", "ins"))
        last = (come or gone)[-1]
        if gone and come:
            place = 1 if last.find(qn("w:pPr")) is not None else 0
            for number, child in enumerate([one for one in gone[-1] if one.tag != qn("w:pPr")]):
                last.insert(place + number, child)
            parent.remove(gone[-1])
            parent.append(last)
            self._compare_styles(gone[-1], last)
        elif (before := tail[0].getprevious()) is not None and before.tag == P and not _turns(before):
            self._mark_end(before, _end(last))
            if gone:  # what stays goes on in the last paragraph, and looks as it did
                looked = deepcopy(last)
                for child in [one for one in _properties(last) if one.tag != qn("w:rPr")]:
                    _properties(last).remove(child)
                for number, child in enumerate(_look_of(before)):
                    _properties(last).insert(number, child)
                self._compare_styles(looked, last)
            else:
                self._compare_styles(before, last)
        _properties(last).remove(_properties(last).find(qn("w:rPr")))

    def _gap(self) -> Element:
        """An empty paragraph between two tables, which would be one without it."""
        holder = el("body")
        self.maker.book.line(Place(holder, kind="made"), "After Table").end()
        return holder[0]

    # Notes and pictures --------------------------------------------------------------------------------------------

    def _notes(self) -> None:
        """The texts of notes that stay are compared; those of the others go or come with their calls."""
        before = {note.get(qn("w:id")): note for note in self.earlier.notes.root}
        for note in list(self.maker.notes.root):
            number = note.get(qn("w:id"))
            if note.get(qn("w:type")):
                continue
            was = before.pop(self.note_of[number], None) if number in self.note_of else None
            if was is None:
                self._mark_words(note, "ins")
            else:
                self._cell(was, note)
        for number, note in before.items():
            if not note.get(qn("w:type")) and self._is_called(number):
                self._mark_words(note, "del")
                self.maker.notes.root.append(note)

    def _is_called(self, number: str) -> bool:
        return any(call.get(qn("w:id")) == number for call in self.maker.tree.iter(qn("w:footnoteReference")))

    def _pictures(self) -> None:
        """Draw the pictures of charts that are not in the later document."""
        for place in list(self.maker.tree.iter(qn("w:drawing"))):
            if name := place.get(qn("w:later")):
                place.getparent().replace(place, (self.earlier.later or {})[name]())


def _said(maker: Maker) -> dict[Element, Paragraph]:
    """Each paragraph of the file with what is remembered of it."""
    by_id = {paragraph.id: paragraph for paragraph in maker.book.paragraphs}
    found = {}
    for root in (maker.tree, maker.notes.root):
        for paragraph in root.iter(P):
            names = (mark.get(qn("w:name"), "") for mark in paragraph.findall(qn("w:bookmarkStart")))
            name = next((name for name in names if name in by_id), "")
            found[paragraph] = by_id.get(name, Paragraph("", "", "made"))
    return found


def _tidy(earlier: Maker) -> None:
    """Without bookmarks and links to them, as the later document has the same names, and with numbers of notes that it
    does not have."""
    for root in (earlier.tree, earlier.notes.root):
        for mark in [*root.iter(qn("w:bookmarkStart")), *root.iter(qn("w:bookmarkEnd"))]:
            mark.getparent().remove(mark)
        for link in root.iter(qn("w:hyperlink")):
            for name in (qn("w:anchor"), qn("w:history")):
                link.attrib.pop(name, None)
    numbered = [*earlier.tree.iter(qn("w:footnoteReference")), *earlier.notes.root]
    for element in numbered:
        if not element.get(qn("w:type")):
            element.set(qn("w:id"), str(int(element.get(qn("w:id"))) + BESIDE))


def _row_units(table: Element) -> list[Unit]:
    return [Unit(ROW, _all_text(row), [row], only=len(table.findall(ROW)) == 1) for row in table.findall(ROW)]


def _apart(elements: Sequence[Element], gap: Callable[[], Element]) -> Iterator[Element]:
    """The elements, with an empty paragraph between tables that follow each other."""
    before = None
    for element in elements:
        if before is not None and before.tag == element.tag == TABLE:
            yield gap()
        yield element
        before = element


def _all_text(element: Element) -> str:
    """What the cells of a table or of a row say."""
    cells = element.iter(CELL)
    return " | ".join(" ".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in cells)


def _columns(table: Element) -> int:
    return len(table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}"))


def _spans(row: Element) -> list[str]:
    """How many columns each cell of a row covers."""
    spans = (cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}") for cell in row.findall(CELL))
    return ["1" if span is None else span.get(qn("w:val")) for span in spans]


def _properties(paragraph: Element) -> Element:
    found = paragraph.find(qn("w:pPr"))
    if found is None:
        found = el("pPr")
        paragraph.insert(0, found)
    return found


def _turns(paragraph: Element) -> bool:
    """Do pages of another orientation begin behind the paragraph?"""
    return paragraph.find(f"{qn('w:pPr')}/{SECTION}") is not None


def _look_of(paragraph: Element) -> list[Element]:
    """Copies of the properties of a paragraph that another one may have too."""
    properties = paragraph.find(qn("w:pPr"))
    kept = () if properties is None else properties
    return [deepcopy(child) for child in kept if child.tag not in (qn("w:rPr"), SECTION, CHANGED)]


def _end(paragraph: Element) -> str:
    """How the end of a paragraph is marked: "ins", "del" or ""."""
    for how in ("ins", "del"):
        if paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn(f'w:{how}')}") is not None:
            return how
    return ""


def _level(paragraph: Element) -> str:
    """The level of an entry of a list; "" of other paragraphs."""
    level = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:ilvl')}")
    return "" if level is None else str(level.get(qn("w:val")))


def _looks(content: Content) -> list[tuple[str, str]]:
    """What two paragraphs have in common where nothing is to be tracked."""
    return [(atom.sign, atom.written) for atom in content.atoms]


def _chart(maker: Maker, paragraph: Element) -> Chart | None:
    """The chart whose picture a paragraph holds."""
    for drawing in paragraph.iter(qn("w:drawing")):
        names = [drawing.get(qn("w:later"), ""), *(one.get("id", "") for one in drawing.iter(qn("wp:docPr")))]
        return next((maker.charts[name] for name in names if name in maker.charts), None)
    return None


def _drawn(chart: Chart) -> Chart:
    """What the picture of a chart shows."""
    return replace(chart, key="", title="", base="", note="")
