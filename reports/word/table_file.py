"""One table as a Word file of its own, in landscape, with the styles of the report."""

from collections.abc import Sequence
from dataclasses import replace

from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Emu

from ctnat.ui.cells import Rich, Run
from ctnat.ui.languages import direction
from reports.word import package
from reports.word.lines import LATIN, RTL, Book, Letters, Place
from reports.word.styles import A4, Styles, word_language
from reports.word.xml import Element, clean, el, properties, twips

POINT = 12700  # EMU
MARGIN = 42.0  # pt
PADDING = 9.0  # pt: on both sides of a cell
LOOKS = {"": Letters(), "deleted": Letters(strike=True), "inserted": Letters(underline=True)}


def make_table_file(
    *,
    title: str,
    subtitle: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str | Rich]],
    widths: Sequence[float],
    language: str,
) -> bytes:
    """The file. `widths` are shares of the page; a cell is a text or runs, of which deleted ones are struck through and
    inserted ones underlined. Each row of the head comes again on each page, and no row breaks over two."""
    document = package.begin(None)
    rtl = direction(language) == "rtl"
    styles = Styles(document.styles.element, language, own=True, facts_marked=False)
    book, notes = Book(styles, language), package.Footnotes()
    section = document.sections[0]
    section.page_width, section.page_height = Emu(int(A4[1] * POINT)), Emu(int(A4[0] * POINT))
    section.orientation = WD_ORIENT.LANDSCAPE
    section.footer.is_linked_to_previous = False
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Emu(int(MARGIN * POINT))
    book.number_pages(section.footer._element, rtl)
    tree = document.element.body
    last = tree.find(qn("w:sectPr"))
    tree.remove(last)  # it belongs at the end
    place = Place(tree, kind="made", rtl=rtl, width=A4[1] - 2 * MARGIN)
    _say(book, replace(place, style="Contents Heading"), title)
    if subtitle:
        _say(book, replace(place, style="Normal"), subtitle)
    _table(book, place, title, heads, rows, widths)
    _say(book, replace(place, style="After Table"), "")
    tree.append(last)
    book.resolve()
    notes.store(document, book.note_links)
    package.put_settings(document, tracked=False, language=word_language(language), own=True)
    package.put_metadata(document, {"title": clean(title), "subject": clean(subtitle), "language": language})
    return package.pack(document)


def _table(
    book: Book,
    place: Place,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str | Rich]],
    shares: Sequence[float],
) -> None:
    widths = [place.width * share / sum(shares) for share in shares]
    table = el("tbl", place.parent)
    properties(
        "tblPr",
        table,
        tblStyle=book.styles.id_of("Report Table"),
        bidiVisual=place.rtl,
        tblW={"w": twips(place.width), "type": "dxa"},
        tblLayout={"type": "fixed"},
        tblLook={"val": "0420", "firstRow": 1, "noVBand": 1},
        tblCaption=clean(title)[:250] or None,
    )
    grid = el("tblGrid", table)
    for width in widths:
        el("gridCol", grid, w=twips(width))
    _row(book, place, table, heads, widths, head=True)
    for row in rows:
        _row(book, place, table, row, widths)


def _row(
    book: Book,
    place: Place,
    table: Element,
    cells: Sequence[str | Rich],
    widths: Sequence[float],
    *,
    head: bool = False,
) -> None:
    made = el("tr", table)
    properties("trPr", made, cantSplit=True, tblHeader=head)
    for cell, width in zip(cells, widths, strict=True):
        box = el("tc", made)
        properties("tcPr", box, tcW={"w": twips(width), "type": "dxa"}, vAlign="bottom" if head else None)
        style = "Table Head Small" if head else "Table Text Small"
        inside = replace(place, parent=box, style=style, width=width - PADDING, keep_next=head)
        _say(book, inside, cell)


def _say(book: Book, place: Place, words: str | Rich) -> None:
    """A paragraph. In a file from right to left, one of Latin words alone keeps its own direction."""
    runs = (Run(words),) if isinstance(words, str) else words
    text = "".join(run.words for run in runs)
    line = book.line(replace(place, rtl=place.rtl and not (LATIN.search(text) and not RTL.search(text))))
    for run in runs:
        line.say(run.words, LOOKS[run.how], exactly=True)
    line.end()
