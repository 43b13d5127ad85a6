"""Pages for paper, such as the handout of a workshop, as Word files: their headings, lists, tables and empty lines."""

from types import SimpleNamespace
from typing import Any

from docx.oxml.ns import qn
from docx.shared import Emu
from lxml import html as parser

from ctnat.ui.languages import direction
from reports.word import package
from reports.word.body import Body
from reports.word.lines import Book, Place
from reports.word.marks import plain
from reports.word.styles import A4, Styles, word_language
from reports.word.xml import Element, clean, el

POINT = 12700  # EMU
SIDE, END = 54.0, 50.0  # pt: margins, narrower than those of the report, as the pages are
LEFT_OUT = ("no-print", "visually-hidden", "way-back")  # classes
SILENT = ("script", "style", "svg", "form", "nav", "button")
LINES = {"answer-space": 3, "note-lines": 4}  # class of what is left for handwriting -> how many lines
GAPS = {"write-in-part": "______", "write-in": "______________________"}
DOWN = {"h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6"}  # the title of the page is above its headings


def page_docx(html: str) -> bytes:
    """The Word file of a whole HTML document made by us: what is in its `<main>`, in its language and direction.

    What a page has for the screen (`no-print`) is left out. `h1` is the title; elements of the classes "demonstration"
    and "eyebrow" come before it.
    """
    root: Element = parser.document_fromstring(html)
    language = root.get("lang") or "en"
    rtl = (root.get("dir") or direction(language)) == "rtl"
    main: Element = next(iter(root.iter("main")), root.body)
    title = next((plain(head) for head in main.iter("h1")), "") or next((plain(one) for one in root.iter("title")), "")
    document = package.begin(None)
    book = Book(Styles(document.styles.element, language, own=True, facts_marked=False), language)
    numbering = package.Numbering(document, own=True, annex="")
    section = document.sections[0]
    section.page_width, section.page_height = Emu(int(A4[0] * POINT)), Emu(int(A4[1] * POINT))
    section.left_margin = section.right_margin = Emu(int(SIDE * POINT))
    section.top_margin = section.bottom_margin = Emu(int(END * POINT))
    section.footer.is_linked_to_previous = False
    book.number_pages(section.footer._element, rtl)
    tree = document.element.body
    last = tree[-1]
    tree.remove(last)  # the properties of the pages belong at the end
    data: Any = SimpleNamespace(words={}, figures=(), tables=(), notes=(), language=language)
    body = Body(book, data, numbering, lambda anchor, width: None, lambda place, landscape: place, ())
    place = Place(tree, kind="made", rtl=rtl, width=A4[0] - 2 * SIDE)
    _prepare(main)
    for found, style in (
        (main.find_class("demonstration"), "Demonstration"),
        (main.find_class("eyebrow"), "Hint"),
        (list(main.iter("h1")), "Title"),
    ):
        for element in found:
            line = book.line(place, style)
            body.inline(element, line, place.letters)
            line.end()
            element.drop_tree()
    body.flow(main, place)
    for borders in tree.iter(qn("w:pBdr")):  # lines for handwriting follow each other; Word would draw only the last
        if len(borders) == 1 and borders[0].tag == qn("w:bottom"):
            el("between", borders, val="single", sz=6, space=1, color="auto")
    tree.append(last)
    book.resolve()
    numbering.store()
    package.Footnotes().store(document, book.note_links)  # without any: the settings name the part
    package.put_settings(document, tracked=False, language=word_language(language), own=True)
    package.put_metadata(document, {"title": clean(title), "language": language})
    return package.pack(document)


def _prepare(main: Element) -> None:
    """Replace what only a style sheet draws by what Word can show."""
    for name in LEFT_OUT:
        for gone in main.find_class(name):
            if gone.tag != "caption":  # what those hear who do not see the table
                gone.drop_tree()
    for gone in list(main.iter(*SILENT)):
        gone.drop_tree()
    for name, count in LINES.items():
        for space in main.find_class(name):
            space.text = None
            for child in list(space):
                space.remove(child)
            for _line in range(count):
                space.append(parser.Element("hr"))
    for name, text in GAPS.items():
        for gap in main.find_class(name):
            if not gap.text:
                gap.text = text
    for options in main.find_class("options"):
        for entry in options.iter("li"):
            for code in entry.find_class("code"):  # the name of the option, which no paper shows
                code.drop_tree()
            sign = "○" if "points" in options.classes else "☐"
            entry.text = f"{sign} {(entry.text or '').lstrip()}"
    for head in main.find_class("form-head"):
        for entry in head.iter("li"):
            entry.append(parser.fromstring(f"<span>: {GAPS['write-in']}</span>"))
    for boxes in main.find_class("box"):
        if boxes.tag == "td":
            boxes.text = (boxes.text or "").strip() or "☐"
            boxes.classes.add("ticks")  # centred
    for heads in main.find_class("pack-head"):
        heads.classes.add("criterion")  # stays with the row below it
    for letters in main.find_class("pack-letters"):
        letters.classes.add("options")  # its letters are its signs
    for name in ("which", "muted"):
        for note in main.find_class(name):
            note.classes.add("hint")
    for head in list(main.iter(*DOWN)):
        head.tag = DOWN[head.tag]
