"""The styles of the report's Word file, each found or made by its name, so that an organisation's template decides."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from babel.core import get_global
from docx.oxml.ns import qn

from ctnat.ui.languages import direction
from reports.review.snapshot import LABEL
from reports.word.xml import Element, el, properties, twips

ACCENT, DEEP, INK, SOFT, RULE, WASH = "0D5561", "083A43", "1D2426", "566065", "CFD4D3", "F1F5F4"
SAND, UMBER, FAULT, FAULT_WASH = "FBF2DF", "4D3000", "9A1F1F", "FBEBEB"
SIDE_MARGIN, END_MARGIN = 65.0, 68.0  # pt
A4 = (595.3, 841.9)  # pt

# Fonts that come with Word and have the letters: (text, headings). Others have the pair of "".
FONTS = {
    "": ("Cambria", "Calibri"),
    "ka": ("Sylfaen", "Sylfaen"),
    "hy": ("Sylfaen", "Sylfaen"),
    "ar": ("Times New Roman", "Arial"),
    "fa": ("Times New Roman", "Arial"),
    "ur": ("Times New Roman", "Arial"),
    "he": ("Times New Roman", "Arial"),
    "th": ("Leelawadee UI", "Leelawadee UI"),
    "km": ("Khmer UI", "Khmer UI"),
    "lo": ("Lao UI", "Lao UI"),
    "my": ("Myanmar Text", "Myanmar Text"),
    "am": ("Nyala", "Nyala"),
    "ti": ("Nyala", "Nyala"),
    "hi": ("Nirmala UI", "Nirmala UI"),
    "ne": ("Nirmala UI", "Nirmala UI"),
    "bn": ("Nirmala UI", "Nirmala UI"),
    "si": ("Nirmala UI", "Nirmala UI"),
    "ta": ("Nirmala UI", "Nirmala UI"),
}


def word_language(code: str) -> str:
    """The language as Word names it: "ru-RU", "az-Latn-AZ". English is that of international organisations."""
    if code in ("", "en"):
        return "en-GB"
    if "-" in code:
        return code
    likely = str(get_global("likely_subtags").get(code, code)).split("_")
    if len(likely) < 3:
        return code
    return "-".join(likely if code in ("az", "sr", "uz", "bs") else [likely[0], likely[2]])


@dataclass(frozen=True)
class Look:
    """What a style looks like unless a template has one of its name. Lengths are points."""

    name: str
    based: str = "Normal"
    kind: str = "paragraph"
    font: str = ""  # "head" for that of headings
    size: float = 0
    bold: bool = False
    italic: bool = False
    upright: bool = False  # not italic, though the style below is
    colour: str = ""
    before: float | None = None
    after: float | None = None
    line: float = 0  # of the font's height
    start: float | None = None
    first: float = 0  # below 0: hangs
    end: float = 0
    keep_next: bool = False
    keep_lines: bool = False
    new_page: bool = False
    align: str = ""
    fill: str = ""
    bar: str = ""  # colour of a line at the side where text begins
    room: str = ""  # side on which its fill goes beyond the text as well
    wide: bool = False  # its fill goes beyond the text, at both sides
    rule: str = ""  # colour of a line below
    outline: int | None = None
    underline: str = ""
    raised: bool = False
    tab: float = 0  # one stop; below 0: at the end of a line of the page
    next: str = ""


STYLES = (
    Look("Normal", based="", size=10.5, after=6, line=1.22),
    Look("heading 1", font="head", size=22, colour=ACCENT, after=14, before=0, keep_next=True, new_page=True,
         rule=ACCENT, outline=0, next="Normal", line=1.1),
    Look("heading 2", font="head", size=15, bold=True, colour=DEEP, before=18, after=6, keep_next=True, outline=1,
         next="Normal", line=1.1),
    Look("heading 3", font="head", size=12, bold=True, colour=ACCENT, before=14, after=4, keep_next=True, outline=2,
         next="Normal", line=1.1),
    Look("heading 4", font="head", size=11, bold=True, colour=INK, before=10, after=3, keep_next=True, outline=3,
         next="Normal", line=1.1),
    Look("heading 5", font="head", size=10.5, bold=True, colour=SOFT, before=8, after=2, keep_next=True, outline=4,
         next="Normal", line=1.1),
    Look("Text Heading 2", based="heading 3", outline=1, next="Normal"),
    Look("Text Heading 3", based="heading 3", outline=2, next="Normal"),
    Look("Text Heading 4", based="heading 4", outline=3, next="Normal"),
    Look("Text Heading 5", based="heading 5", outline=4, next="Normal"),
    Look("Title", font="text", size=28, colour="FFFFFF", fill=ACCENT, before=0, after=0, line=1.15, start=14, end=14,
         wide=True),
    Look("Subtitle", font="head", size=13, colour="D7EBEC", fill=ACCENT, before=12, after=0, start=14, end=14,
         wide=True),
    Look("Cover Place", font="head", size=12, bold=True, colour="BFE0E2", fill=ACCENT, before=0, after=0, start=14,
         end=14, room="top", wide=True),
    Look("Cover Picture", fill=ACCENT, before=0, after=0, start=14, end=14, room="bottom", wide=True),
    Look("Cover Edition", font="head", bold=True, colour=ACCENT, before=18, after=4, start=14),
    Look("Cover Line", font="head", size=9.5, before=3, after=3, rule=RULE, start=14, end=14, tab=150),
    Look("Cover Notice", font="head", size=9, colour=UMBER, fill=SAND, before=14, after=0, start=14, end=14, wide=True),
    Look("Demonstration", font="head", size=10, bold=True, colour=UMBER, fill=SAND, align="center", after=0),
    Look("Contents Heading", font="head", size=20, colour=ACCENT, before=0, after=10, keep_next=True),
    Look("Contents Heading 2", based="Contents Heading", size=14, before=18, after=6),
    Look("How To Read", font="head", size=9.5, fill=WASH, bar=ACCENT, start=10, before=0, after=12),
    Look("toc 1", font="head", size=10, bold=True, colour=DEEP, before=6, after=1, tab=-1, start=0, end=24, line=1.1),
    Look("toc 2", font="head", size=9.5, before=0, after=1, start=14, tab=-1, end=24, line=1.1),
    Look("toc 3", font="head", size=9, colour=SOFT, before=0, after=1, start=34, tab=-1, end=24, line=1.1),
    Look("table of figures", font="head", size=9.5, before=0, after=2, tab=-1, end=24, line=1.1),
    Look("header", font="head", size=8, colour=SOFT, after=0, tab=-1),
    Look("footer", font="head", size=8, colour=SOFT, after=0, align="right"),
    Look("List Bullet", after=3),
    Look("List Number", after=3),
    Look("List Continue", after=3),
    Look("Quote", italic=True, bar=ACCENT, start=18, after=4),
    Look("Quote Source", based="Quote", upright=True, colour=SOFT, size=9),
    Look("Code", font="Consolas", size=9, fill=WASH, keep_lines=True),
    Look("caption", font="head", size=9.5, bold=True, colour=DEEP, before=12, after=4, keep_next=True, line=1.1),
    Look("Chart Result", font="head", size=9, after=4, keep_next=True, line=1.1),
    Look("Chart", after=4, before=0, keep_next=True),
    Look("Note To Table", font="head", size=8, colour=SOFT, before=3, after=8, line=1.1),
    Look("Table Text", font="head", size=8.5, after=0, before=0, line=1.1),
    Look("Table Text Small", based="Table Text", size=7.5),
    Look("Table Head", based="Table Text", bold=True),
    Look("Table Head Small", based="Table Text Small", bold=True),
    Look("Criteria Head", based="Table Text", bold=True, colour="FFFFFF"),
    Look("Table Mark", based="Table Text", size=8, bold=True, after=2),
    Look("After Table", size=4, after=0, before=0, line=1),
    Look("Lead-in", font="head", bold=True, colour=DEEP, before=6, after=2, keep_next=True),
    Look("Question", font="head", size=9.5, bold=True, before=6, after=2, keep_next=True),
    Look("Hint", font="head", size=9, colour=SOFT, after=3),
    Look("Options", font="head", size=9, after=1, start=14),
    Look("Boxed", fill=WASH, bar=ACCENT, start=10),
    Look("Response", size=9.5, bar=ACCENT, start=10, after=4),
    Look("Bibliography", start=42, first=-42, after=4, tab=42),
    Look("Nothing", italic=True, colour=SOFT),
    Look("Fault", bold=True, colour=FAULT, fill=FAULT_WASH),
    Look("Colophon", font="head", size=8, colour=SOFT, before=18),
    Look("footnote text", size=8.5, after=2, line=1.1),
    Look("footnote reference", kind="character", raised=True, colour=ACCENT, based=""),
    Look("Hyperlink", kind="character", colour=ACCENT, underline="single", based=""),
    Look("Fact", kind="character", underline="dotted", based=""),
    Look("Citation", kind="character", colour=ACCENT, based=""),
    Look("Number", kind="character", colour=ACCENT, bold=True, based=""),
    Look("Soft", kind="character", colour=SOFT, based=""),
    Look(LABEL, kind="character", based=""),
    Look("Wrong", kind="character", colour=FAULT, bold=True, based=""),
    Look("Code Text", kind="character", font="Consolas", based=""),
)  # fmt: skip
SCRIPTS = ("ascii", "hAnsi", "eastAsia", "cs")
TABLES = ("Report Table", "Criteria Table", "Chart Table")


class Styles:
    """The styles of one document. `id_of(name)` is what paragraphs refer to."""

    def __init__(self, root: Element, language: str, *, own: bool, facts_marked: bool) -> None:
        """`root`: the `w:styles` element. `own`: its styles are replaced by ours, otherwise they stay and missing ones
        are added. `facts_marked`: facts have a dotted line."""
        self.root, self.language = root, language
        text, head = FONTS.get(language.split("-")[0], FONTS[""])
        self.fonts = {"": "", "text": text, "head": head} if own else {"": "", "text": "", "head": ""}
        if own:
            for child in list(root):
                root.remove(child)
            root.append(self._defaults(text))
        self._ids = {
            style.find(qn("w:name")).get(qn("w:val")).casefold(): style.get(qn("w:styleId"))
            for style in root.iterchildren(qn("w:style"))
            if style.find(qn("w:name")) is not None
        }
        looks = (
            STYLES
            if facts_marked
            else [replace(look, underline="") if look.name == "Fact" else look for look in STYLES]
        )
        for look in looks:
            if look.name.casefold() not in self._ids:
                self._ids[look.name.casefold()] = look.name.title().replace(" ", "").replace("-", "")
                root.append(self._style(look))
        if "normal table" not in self._ids:
            self._ids["normal table"] = "TableNormal"
            root.append(_normal_table())
        for name in TABLES:
            if name.casefold() not in self._ids:
                self._ids[name.casefold()] = name.replace(" ", "")
                root.append(_table_style(name, self._ids))
        if "no list" not in self._ids:
            none = el("style", root, type="numbering", default=True, styleId="NoList")
            el("name", none, val="No List")
            self._ids["no list"] = "NoList"

    def id_of(self, name: str) -> str:
        return str(self._ids[name.casefold()])

    def has_numbers(self, name: str) -> bool:
        """Whether the style counts by itself, as the headings of some templates do."""
        style = next(one for one in self.root if one.get(qn("w:styleId")) == self.id_of(name))
        return style.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None

    def is_plain(self, name: str) -> bool:
        """Whether what has the style is neither a heading nor in a list; a template decides that for its own styles."""
        rows = {style.get(qn("w:styleId")): style for style in self.root.iterchildren(qn("w:style"))}
        style, seen = rows.get(self.id_of(name)), set[str]()
        while style is not None and style.get(qn("w:styleId")) not in seen:
            seen.add(style.get(qn("w:styleId")))
            if any(style.find(f"{qn('w:pPr')}/{qn(tag)}") is not None for tag in ("w:numPr", "w:outlineLvl")):
                return False
            based = style.find(qn("w:basedOn"))
            style = rows.get(based.get(qn("w:val"))) if based is not None else None
        return True

    def _defaults(self, font: str) -> Element:
        made = el("docDefaults")
        fonts = dict.fromkeys(SCRIPTS, font)
        tag = word_language(self.language)
        lang = {"val": "en-GB" if direction(self.language) == "rtl" else tag, "eastAsia": "en-GB", "bidi": tag}
        properties("rPr", el("rPrDefault", made), rFonts=fonts, color=INK, sz=21, szCs=21, lang=lang)
        el("pPr", el("pPrDefault", made))
        return made

    def _style(self, look: Look) -> Element:
        attributes: dict[str, Any] = {"type": look.kind, "styleId": self.id_of(look.name)}
        if look.name == "Normal":
            attributes["default"] = True
        made = el("style", **attributes)
        el("name", made, val=look.name)
        if look.based:
            el("basedOn", made, val=self.id_of(look.based))
        if look.next:
            el("next", made, val=self.id_of(look.next))
        el("qFormat", made)
        if look.kind == "paragraph":
            _paragraph(look, made, "right" if direction(self.language) == "rtl" else "left")
        self._letters(look, made)
        return made

    def _letters(self, look: Look, parent: Element) -> None:
        font = self.fonts.get(look.font, look.font)
        italic: Any = True if look.italic else {"val": 0} if look.upright else None
        properties(
            "rPr",
            parent,
            rFonts=dict.fromkeys(SCRIPTS, font) if font else None,
            b=look.bold,
            bCs=look.bold,
            i=italic,
            iCs=italic,
            color=look.colour or None,
            sz=round(look.size * 2) or None,
            szCs=round(look.size * 2) or None,
            u={"val": look.underline, "color": ACCENT} if look.underline else None,
            vertAlign="superscript" if look.raised else None,
        )


def _paragraph(look: Look, parent: Element, beginning: str) -> None:
    """`beginning`: the side of the page at which lines begin; borders have no other names for sides than these."""
    borders = []
    if look.room in ("top", "bottom"):
        borders.append(el(look.room, val="single", sz=4, space=18, color=look.fill))
    if look.rule:
        borders.append(el("bottom", val="single", sz=8, space=6, color=look.rule))
    if look.wide:
        borders += [el(side, val="single", sz=4, space=14, color=look.fill) for side in ("left", "right")]
    if look.bar:
        borders.append(el(beginning, val="single", sz=18, space=8, color=look.bar))
    borders.sort(key=lambda border: ["top", "left", "bottom", "right"].index(border.tag.rpartition("}")[2]))
    spacing: dict[str, Any] = {}
    if look.before is not None:
        spacing["before"] = twips(look.before)
    if look.after is not None:
        spacing["after"] = twips(look.after)
    if look.line:
        spacing |= {"line": round(240 * look.line), "lineRule": "auto"}
    indent: dict[str, Any] = {}
    if look.start is not None or look.end:
        indent = {"left": twips(look.start or 0), "right": twips(look.end)}
    if look.first < 0:
        indent["hanging"] = twips(-look.first)
    properties(
        "pPr",
        parent,
        keepNext=look.keep_next,
        keepLines=look.keep_lines or look.keep_next,
        pageBreakBefore=look.new_page,
        widowControl=look.name == "Normal",
        pBdr=borders or None,
        shd={"val": "clear", "color": "auto", "fill": look.fill} if look.fill else None,
        tabs=[_tab(look)] if look.tab else None,
        spacing=spacing or None,
        ind=indent or None,
        jc=look.align or None,
        outlineLvl={"val": look.outline} if look.outline is not None else None,
    )


def _tab(look: Look) -> Element:
    if look.tab > 0:
        return el("tab", val="left", pos=twips(look.tab))
    leader = {} if look.name == "header" else {"leader": "dot"}
    return el("tab", val="right", pos=twips(A4[0] - 2 * SIDE_MARGIN), **leader)


def _normal_table() -> Element:
    made = el("style", type="table", default=True, styleId="TableNormal")
    el("name", made, val="Normal Table")
    el("uiPriority", made, val=99)
    margins = el("tblCellMar", el("tblPr", made))
    for side, room in (("top", 0), ("left", 108), ("bottom", 0), ("right", 108)):
        el(side, margins, w=room, type="dxa")
    return made


def _table_style(name: str, ids: dict[str, str]) -> Element:
    made = el("style", type="table", customStyle=True, styleId=ids[name.casefold()])
    el("name", made, val=name)
    el("basedOn", made, val=ids["normal table"])
    el("qFormat", made)
    table = el("tblPr", made)
    borders = el("tblBorders", table)
    grid = name == "Criteria Table"
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        if grid or side in ("bottom", "insideH"):
            el(side, borders, val="single", sz=4, space=0, color=RULE)
    margins = el("tblCellMar", table)
    room = 28 if name == "Chart Table" else 50
    for side, width in (("top", room), ("left", 80), ("bottom", room), ("right", 80)):
        el(side, margins, w=width, type="dxa")
    if not grid:
        head = el("tblStylePr", made, type="firstRow")
        below = el("bottom", val="single", sz=10, space=0, color=ACCENT)
        properties("tcPr", head, tcBorders=[below])
    return made


def names() -> Iterable[str]:
    """The names of all styles that the file may use, for the guide on templates."""
    return [*(look.name for look in STYLES), *TABLES]
