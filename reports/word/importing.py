"""Words written in Word, read as the report's Markdown: heading by heading, with a note for whatever is left out.

    words = read_words(open_package(upload), Known(facts, sources, is_block))
    words.pieces        # the text before the first heading, then one piece for each heading
    words.notes         # what concerns the whole file, such as comments

Tracked changes are read as if all were accepted, or with `accepted=False` as if all were refused. Headings, lists,
tables, footnotes, bold, italic and struck letters, links and quotations are kept. Pictures, charts, text boxes,
equations and embedded objects are left out, each with a note that says where. How text stays text:
`reports.word.markdown`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lxml import etree
from markdown_it.common.normalize_url import normalizeLink

from reports.document.parser import BLOCK, CITATION, FACT
from reports.review.snapshot import LABEL
from reports.word.markdown import Block, Entry, Heading, Known, Mark, Markdown, Paragraph, Span, Table, joined, plain
from reports.word.opening import MC, A, CannotOpen, M, Package, R, W
from reports.word.source_styles import BUILT_IN_LIST, CONTENTS, LETTERED, QUOTES, Numbering, Styles, number, switch, val

PARAGRAPH_LIMIT = 20_000  # a book of 500 pages has a third of it
TEXT_LIMIT = 3_000_000  # characters
NOTE_LIMIT = 100  # notes of one piece that are shown one by one
BULLETS = "•‣▪▫■□●○◦·➢➤"  # typed by hand before a blank
PLACES = {
    "sup": str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"),
    "sub": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}
ORDINALS = frozenset({"st", "nd", "rd", "th", "e", "er", "re", "ère", "o", "a", "os", "as"})
SYMBOLS = {
    0xF0B7: "•",
    0xF0A7: "▪",
    0xF0FC: "✓",
    0xF0FB: "✗",
    0xF0E0: "→",
    0xF0DF: "←",
    0xF06F: "☐",
    0xF0A8: "☐",
    0xF0FE: "☑",
    0xF0FD: "☒",
    0xF0D8: "➢",
}
REFERENCE_FIELDS = ("REF", "PAGEREF", "NOTEREF")
SOURCE_FIELDS = ("ADDIN", "CITATION", "BIBLIOGRAPHY")
OWN_LISTS = ("TOC", "INDEX", "TOA")
PAGE_FIELDS = ("PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF")
INSERTED = (W + "ins", W + "moveTo")
DELETED = (W + "del", W + "moveFrom")
THROUGH = frozenset({W + name for name in ("smartTag", "customXml", "dir", "bdo", "fldSimple", "rt", "rubyBase")})


@dataclass(frozen=True)
class Piece:
    """What stands under one heading; `level` 0 is what comes before the first. `body` is Markdown."""

    title: str
    level: int
    body: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...] = ()
    changes: int = 0  # tracked changes in the file

    @property
    def has_text(self) -> bool:
        return any(piece.title or piece.body for piece in self.pieces)


def read_words(package: Package, known: Known | None = None, *, accepted: bool = True, levels: int = 9) -> Words:
    """The words of a document. Headings below `levels` stay in the text of the piece. Raises `CannotOpen`."""
    return _Reader(package, known or Known(), accepted, levels).read()


def as_one_text(pieces: Sequence[Piece], title: str = "") -> tuple[str, tuple[str, ...]]:
    """The pieces as the text of one section, headings included, and their notes. A first heading that says what
    `title` says is left out."""
    body = ""
    notes: list[str] = []
    for place, piece in enumerate(pieces):
        is_title = title and " ".join(piece.title.casefold().split()) == " ".join(title.casefold().split())
        text = piece.body if is_title and not body and place <= 1 else with_heading(piece)
        body = joined(body, text)
        notes += piece.notes
    return body, tuple(dict.fromkeys(notes))


def with_heading(piece: Piece) -> str:
    """The piece with its title as a heading of the text."""
    if not piece.level or not piece.title:
        return piece.body
    return joined(Markdown().body([Heading(min(6, piece.level + 1), (Span(piece.title),))]), piece.body)


@dataclass
class _Draft:
    """A piece that is being read."""

    title: str = ""
    level: int = 0
    blocks: list[Block] = field(default_factory=list)
    footnotes: list[list[Span]] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)


@dataclass
class _Field:
    """A field such as a link or the contents. `name` is its first word."""

    code: str = ""
    shows: bool = False  # its result has begun

    @property
    def name(self) -> str:
        return (self.code.split() or [""])[0].upper()

    @property
    def address(self) -> str:
        """Of HYPERLINK "https://..."."""
        parts = self.code.split('"')
        return parts[1] if self.name == "HYPERLINK" and len(parts) > 2 and "\\l" not in parts[0] else ""


@dataclass
class _Reader:
    package: Package
    known: Known
    accepted: bool
    levels: int
    drafts: list[_Draft] = field(default_factory=lambda: [_Draft()])
    notes: Counter[str] = field(default_factory=Counter)
    fields: list[_Field] = field(default_factory=list)
    pending: list[Span] = field(default_factory=list)  # of a paragraph that goes on in the next one
    last_words: str = ""
    letters: int = 0
    in_note: bool = False
    source: str = ""  # the part that is read, whose relationships are meant

    def __post_init__(self) -> None:
        self.styles = Styles.of(self.package)
        self.numbering = Numbering.of(self.package, self.styles)
        self.footnotes = self._notes_of("footnotes", "footnote")
        self.endnotes = self._notes_of("endnotes", "endnote")
        self.writer = Markdown(self.known)

    def read(self) -> Words:
        body = self.package.main.find(W + "body")
        if body is None:
            return Words(())
        if sum(1 for _node in body.iter(W + "p")) > PARAGRAPH_LIMIT:
            raise CannotOpen(
                _(
                    "The document has more than {n} paragraphs. Split it into several, and choose one after the other."
                ).format(n=f"{PARAGRAPH_LIMIT:,}")
            )
        self._add(self._blocks(body))
        self._count_comments()
        pieces = tuple(self._piece(draft) for draft in self.drafts)
        changes = sum(1 for _node in self.package.main.iter(*INSERTED, *DELETED))
        return Words(
            tuple(one for one in pieces if one.title or one.body or one.notes), tuple(_told(self.notes)), changes
        )

    def _piece(self, draft: _Draft) -> Piece:
        self.writer.lost.clear()
        body = self.writer.body(draft.blocks, draft.footnotes)
        for words in self.writer.lost:
            draft.notes[_("Bold, italic or struck letters of “{words} …” are not kept.").format(words=_cut(words))] += 1
        return Piece(draft.title, draft.level, body, tuple(_told(draft.notes)))

    # Blocks ------------------------------------------------------------------------------------------------------

    def _add(self, blocks: Iterator[Block]) -> None:
        """Put each block into the piece to which it belongs; a heading begins the next."""
        for block in blocks:
            if isinstance(block, Heading) and block.level <= self.levels:
                self._begin(block)
            else:
                self.drafts[-1].blocks.append(block)

    def _begin(self, heading: Heading) -> None:
        """A new piece. Footnotes and pictures of the heading were counted to the piece before it."""
        draft = _Draft(plain(heading.spans)[:300], heading.level)
        for span in heading.spans:
            if span.note:
                text = plain(self.drafts[-1].footnotes[span.note - 1])
                draft.notes[
                    _("The footnote of the heading is left out, because titles have none: “{text}”.").format(
                        text=_cut(text, 300)
                    )
                ] += 1
        if any(span.note for span in heading.spans):
            kept = min(span.note for span in heading.spans if span.note) - 1
            del self.drafts[-1].footnotes[kept:]
        self.drafts.append(draft)

    def _blocks(self, container: etree._Element) -> Iterator[Block]:
        for node in container:
            if node.tag == W + "p":
                yield from self._paragraph(node)
            elif node.tag == W + "tbl":
                yield from self._flush()
                yield from self._table(node)
            elif node.tag == W + "sdt":
                yield from self._control(node)
            elif node.tag in (W + "customXml", W + "txbxContent") or (node.tag in INSERTED and self.accepted):
                yield from self._blocks(node)
            elif node.tag == MC + "AlternateContent":
                yield from self._blocks(_chosen(node))
            elif node.tag in (W + "altChunk", W + "subDoc"):
                self._left_out(_("A part that Word takes from another file, after “{words}”, is left out."))
        yield from self._flush()

    def _control(self, node: etree._Element) -> Iterator[Block]:
        properties, content = node.find(W + "sdtPr"), node.find(W + "sdtContent")
        gallery = properties.find(f"{W}docPartObj/{W}docPartGallery") if properties is not None else None
        if val(gallery) in ("Table of Contents", "Table of Figures"):
            self._contents_left_out()
        elif content is not None and switch(properties, "showingPlcHdr") is not True:
            yield from self._blocks(content)

    def _flush(self) -> Iterator[Block]:
        if any(span.note or span.text.strip() for span in self.pending):
            yield Paragraph(tuple(self.pending))
        self.pending = []

    def _paragraph(self, node: etree._Element) -> Iterator[Block]:
        properties = node.find(W + "pPr")
        style = val(properties.find(W + "pStyle")) if properties is not None else ""
        style = style or self.styles.default
        names = self.styles.names(style)
        level = self.styles.heading(style, properties)
        if level:  # the contents end before the next heading, also where their field does not
            self.fields = [one for one in self.fields if one.name not in OWN_LISTS]
        if any(CONTENTS.match(name) for name in names[:1]):
            list(self._spans(node))  # its fields begin and end here
            self._contents_left_out()
            return
        spans = [*self.pending, *self._spans(node)]
        self.pending = []
        self.fields = [one for one in self.fields if one.shows or one.name in OWN_LISTS]
        frame = properties.find(W + "framePr") if properties is not None else None
        if self._goes_on(properties) or val(frame, "dropCap") in ("drop", "margin"):
            self.pending = spans
            return
        list_of = self._list_of(style, names, properties)
        if not any(span.note or span.text.strip() for span in spans):
            return
        words = plain(spans)
        self._tell_unknown(words)
        if not level and names[:1] in (["title"], ["subtitle"]) and len(self.drafts) == 1 and not self.in_note:
            self.notes[
                _("The title “{title}” is left out: that of the report is in its settings.").format(title=_cut(words))
            ] += 1
            return
        self.last_words = words
        if level:
            yield Heading(level, tuple(replace(span, marks=span.marks - {"strong"}) for span in spans))
        elif list_of:
            yield replace(list_of, spans=tuple(spans))
        elif words[:1] in BULLETS and words[1:2].isspace():
            yield Entry(tuple(_without_first(spans)), 0)
        elif any(name in QUOTES for name in names):
            yield Paragraph(tuple(spans), quote=True)
        else:
            yield Paragraph(
                tuple(spans), item=any(name.startswith(("list paragraph", "list continue")) for name in names[:1])
            )

    def _goes_on(self, properties: etree._Element | None) -> bool:
        """Whether the mark at the end of the paragraph does not count, so that the next one belongs to it."""
        marks = properties.find(W + "rPr") if properties is not None else None
        absent = DELETED if self.accepted else INSERTED
        return marks is not None and any(marks.find(tag) is not None for tag in absent)

    def _list_of(self, style: str, names: Sequence[str], properties: etree._Element | None) -> Entry | None:
        """The entry that the paragraph is, still without words; it is counted here."""
        node = properties.find(W + "numPr") if properties is not None else None
        by_style = self.styles.numbering(style)
        key, level = by_style or ("", 0)
        if node is not None:
            key = val(node.find(W + "numId")) or key
            level = number(val(node.find(W + "ilvl")), level)
        named = BUILT_IN_LIST.match(names[0] if names else "")
        if named and node is None:  # "List Bullet 2" is a list of its own, indented
            level = max(level, int(named[2] or 1) - 1)
        level = max(0, min(8, level))
        form = self.numbering.format(key, level) if key and key != "0" else ""
        if form == "bullet":
            return Entry((), level)
        if form and form != "none":
            if form in LETTERED:
                self.drafts[-1].notes[_("Lists with letters or Roman numerals are numbered 1, 2, 3.")] = 1
            return Entry((), level, self.numbering.count(key, level), f"{self.numbering.lists.get(key)}/{key}")
        if form == "" and named and key != "0":
            return Entry((), level, self.numbering.count(names[0], level) if named[1] == "number" else 0, names[0])
        return None

    def _table(self, node: etree._Element) -> Iterator[Block]:
        rows = [
            row for row in node.iter(W + "tr") if _table_of(row) is node and self._is_there(row.find(W + "trPr"), "")
        ]
        cells = [list(self._cells(row)) for row in rows]
        if len(cells) == 1 and len(cells[0]) == 1:
            self._note(_("A box of a single cell became ordinary text."))
            yield from self._blocks(cells[0][0])
            return
        grid: list[tuple[tuple[Span, ...], ...]] = []
        merged = several = nested = False
        for row in cells:
            line: list[tuple[Span, ...]] = []
            for cell in row:
                properties = cell.find(W + "tcPr")
                wide = (
                    max(1, min(100, number(val(properties.find(W + "gridSpan")), 1))) if properties is not None else 1
                )
                down = properties.find(W + "vMerge") if properties is not None else None
                goes_on = down is not None and val(down) != "restart"
                texts = [] if goes_on else [block for block in self._cell_texts(cell) if plain(block) or _calls(block)]
                nested = nested or cell.find(W + "tbl") is not None
                several = several or len(texts) > 1
                merged = merged or wide > 1 or down is not None
                line.append(_one_line(texts))
                line += [()] * (wide - 1)
            grid.append(tuple(line))
        while grid and not any(plain(cell) or _calls(cell) for cell in grid[0]):
            grid.pop(0)
        grid = [row for row in grid if any(plain(cell) or _calls(cell) for cell in row)]
        if not grid:
            return
        head = " | ".join(words for cell in grid[0] if (words := plain(cell)))[:60]
        if merged:
            self._note(
                _("The table “{head} …” has merged cells: their text is in the first one, the others are blank."),
                head=head,
            )
        if several or nested:
            self._note(_("In the table “{head} …”, the paragraphs of a cell are on one line."), head=head)
        if all(span.marks >= {"strong"} for cell in grid[0] for span in cell if span.text.strip()):
            grid[0] = tuple(tuple(replace(span, marks=span.marks - {"strong"}) for span in cell) for cell in grid[0])
        self.last_words = head
        yield Table(tuple(grid))

    def _cells(self, row: etree._Element) -> Iterator[etree._Element]:
        for cell in row.iter(W + "tc"):
            if next(cell.iterancestors(W + "tr")) is row and self._is_there(cell.find(W + "tcPr"), "cell"):
                yield cell

    def _is_there(self, properties: etree._Element | None, before: str) -> bool:
        """Whether a row or cell belongs to the view of tracked changes that is read."""
        if properties is None:
            return True
        absent = (f"{before}Del", "del") if self.accepted else (f"{before}Ins", "ins")
        return all(properties.find(W + name) is None for name in absent)

    def _cell_texts(self, cell: etree._Element) -> Iterator[tuple[Span, ...]]:
        for block in self._blocks(cell):
            if isinstance(block, Table):
                yield from (cell for row in block.rows for cell in row)
            else:
                yield block.spans

    # Inside a paragraph --------------------------------------------------------------------------------------------

    def _spans(self, node: etree._Element, link: str = "") -> Iterator[Span]:
        for child in node:
            tag = child.tag
            if tag == W + "r":
                yield from self._run(child, link)
            elif tag in INSERTED or tag in DELETED:
                if (tag in INSERTED) == self.accepted:
                    yield from self._spans(child, link)
            elif tag == W + "hyperlink":
                yield from self._spans(child, self._target(child) or link)
            elif tag == W + "fldSimple":
                one = _Field(child.get(W + "instr", ""), True)
                self._tell_field(one)
                if one.name not in (*OWN_LISTS, *PAGE_FIELDS):
                    yield from self._spans(child, self._address(one.address) or link)
            elif tag == W + "sdt":
                content, properties = child.find(W + "sdtContent"), child.find(W + "sdtPr")
                if content is not None and switch(properties, "showingPlcHdr") is not True:
                    yield from self._spans(content, link)
            elif tag in (M + "oMath", M + "oMathPara"):
                text = "".join(part.text or "" for part in child.iter(M + "t"))
                self._left_out(_("An equation after “{words}” is left out: “{text}”."), text=_cut(text, 200))
            elif tag in THROUGH:
                yield from self._spans(child, link)
            elif tag == MC + "AlternateContent":
                yield from self._spans(_chosen(child), link)

    def _run(self, run: etree._Element, link: str) -> Iterator[Span]:
        properties = run.find(W + "rPr")
        marks, place = self._marks(properties), val(properties.find(W + "vertAlign")) if properties is not None else ""
        hidden = switch(properties, "vanish") is True
        if properties is not None and self.styles.name(val(properties.find(W + "rStyle"))) == LABEL.casefold():
            return  # "Annex A:", as numbers that Word counts are no words of a heading
        for child in run:
            if child.tag == W + "fldChar":
                self._field(val(child, "fldCharType"))
            elif child.tag == W + "instrText":
                if self.fields and not self.fields[-1].shows:
                    self.fields[-1].code = (self.fields[-1].code + (child.text or ""))[:2000]
            elif child.tag in (W + "drawing", W + "pict", W + "object"):
                self._picture(child)
            elif child.tag == MC + "AlternateContent":
                for one in _chosen(child):
                    if one.tag in (W + "drawing", W + "pict", W + "object"):
                        self._picture(one)
            elif not all(one.shows and one.name not in OWN_LISTS for one in self.fields):
                continue
            elif child.tag in (W + "footnoteReference", W + "endnoteReference"):
                yield from self._call(child)
            elif text := self._text(child):
                if hidden:
                    self._note(_("Hidden text after “{words}” is left out."), words=_cut(self.last_words, end=True))
                    continue
                self.letters += len(text)
                if self.letters > TEXT_LIMIT:
                    raise CannotOpen(
                        _(
                            "The document has more than {n} letters. Split it into several, and choose them one by one."
                        ).format(n=f"{TEXT_LIMIT:,}")
                    )
                address = next((found for one in self.fields if (found := self._address(one.address))), "")
                self.last_words = f"{self.last_words[-200:]}{text}"
                yield Span(self._raised(text, place), marks, address or link)

    def _text(self, node: etree._Element) -> str:
        name = etree.QName(node).localname
        if node.tag == W + "t" or (node.tag == W + "delText" and not self.accepted):
            return node.text or ""
        if node.tag == W + "br":
            return "\n" if val(node, "type") in ("", "textWrapping") else " "
        if node.tag == W + "sym":
            code = val(node, "char").upper()
            found = SYMBOLS.get(
                int(code, 16) if len(code) == 4 and all(c in "0123456789ABCDEF" for c in code) else 0, ""
            )
            if not found:
                self._left_out(_("A sign of a symbol font after “{words}” is left out."))
            return found
        if node.tag == W + "ruby":
            return "".join(part.text or "" for base in node.iter(W + "rubyBase") for part in base.iter(W + "t"))
        signs = {"tab": " ", "ptab": " ", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
        return signs.get(name, "") if node.tag == W + name else ""

    def _marks(self, properties: etree._Element | None) -> frozenset[Mark]:
        if properties is None:
            return frozenset()
        style = val(properties.find(W + "rStyle"))
        complex_script = "Cs" if switch(properties, "rtl") else ""
        if any(
            properties.find(W + name) is not None and val(properties.find(W + name)) not in ("none", "auto")
            for name in ("u", "highlight")
        ) and "hyperlink" not in self.styles.name(style):
            self._note(_("Underlining and colours are not kept."))

        def is_on(name: str) -> bool:
            own = switch(properties, name)
            return self.styles.switch(style, name) if own is None else own

        found: set[Mark] = set()
        if is_on(f"b{complex_script}"):
            found.add("strong")
        if is_on(f"i{complex_script}"):
            found.add("em")
        if is_on("strike") or is_on("dstrike"):
            found.add("s")
        return frozenset(found)

    def _raised(self, text: str, place: str) -> str:
        """Raised and lowered digits have letters of their own; others stand on the line."""
        kind = {"superscript": "sup", "subscript": "sub"}.get(place, "")
        if not kind or not text.strip() or text.strip().casefold() in ORDINALS:
            return text
        moved = text.translate(PLACES[kind])
        if any(letter == other and letter.strip() for letter, other in zip(text, moved, strict=True)):
            self._note(_("Raised or lowered letters are written on the line: “{text}”."), text=_cut(text))
            return text
        return moved

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self.fields.append(_Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].shows = True
            self._tell_field(self.fields[-1])
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _tell_field(self, one: _Field) -> None:
        if one.name in OWN_LISTS:
            self._contents_left_out()
        elif one.name in REFERENCE_FIELDS:
            self._note(_("References to pages, sections, figures or tables became plain text: check what they say."))
        elif one.name in SOURCE_FIELDS:
            self._note(
                _("Citations of a reference manager became plain text. Cite sources of the desk review as [@Aze 30].")
            )

    def _target(self, node: etree._Element) -> str:
        """The address of a w:hyperlink, or "" for a place in the document."""
        link = self.package.links(self.source).get(node.get(R + "id", ""))
        if link is None or not link.external:
            return ""
        anchor = node.get(W + "anchor", "")
        return self._address(f"{link.target}#{anchor}" if anchor else link.target)

    def _address(self, address: str) -> str:
        address = address.strip()
        if not address:
            return ""
        if not address.lower().startswith(("http://", "https://", "mailto:")):
            self._note(_("The link to “{address}” is left out: it must begin with https://."), address=_cut(address))
            return ""
        try:
            address = normalizeLink(address[:2000])
        except ValueError:  # such as a host in brackets that is no address
            return ""
        return (
            address.replace("(", "%28").replace(")", "%29").replace("\\", "%5C").replace("<", "%3C").replace(" ", "%20")
        )

    def _call(self, node: etree._Element) -> Iterator[Span]:
        """A footnote is called: its text goes to the notes of the piece."""
        is_end = node.tag == W + "endnoteReference"
        found = (self.endnotes if is_end else self.footnotes).get(val(node, "id"))
        if found is None or self.in_note:
            return
        if is_end:
            self.notes[_("Endnotes became footnotes.")] = 1
        fields, pending, words, source = self.fields, self.pending, self.last_words, self.source
        self.fields, self.pending, self.in_note = [], [], True
        self.source = self.package.related_name("endnotes" if is_end else "footnotes")
        texts = list(self._cell_texts(found))
        self.fields, self.pending, self.last_words, self.source, self.in_note = fields, pending, words, source, False
        self.drafts[-1].footnotes.append(list(_one_line(texts)))
        yield Span("", note=len(self.drafts[-1].footnotes))

    def _notes_of(self, kind: str, name: str) -> dict[str, etree._Element]:
        root = self.package.related(kind)
        rows = root.iter(W + name) if root is not None else ()
        return {val(row, "id"): row for row in rows if val(row, "type") in ("", "normal")}

    # What is left out ------------------------------------------------------------------------------------------------

    def _picture(self, node: etree._Element) -> None:
        boxes = list(node.iter(W + "txbxContent"))
        if boxes:
            text = " ".join(
                "".join(part.text or "" for part in p.iter(W + "t")) for box in boxes for p in box.iter(W + "p")
            )
            self._left_out(_("A text box after “{words}” is left out. It says: “{text}”."), text=_cut(text, 500))
            return
        kinds = " ".join(data.get("uri", "") for data in node.iter(A + "graphicData"))
        if "/chart" in kinds:
            self._left_out(_("A chart after “{words}” is left out. Insert the report's own from the palette."))
        elif "/diagram" in kinds:
            self._left_out(_("A diagram after “{words}” is left out."))
        elif node.tag == W + "object":
            self._left_out(_("An embedded object after “{words}” is left out."))
        elif "/wordprocessingShape" in kinds or "/wordprocessingGroup" in kinds:
            self._left_out(_("A drawing after “{words}” is left out."))
        else:
            self._left_out(_("A picture after “{words}” is left out: reports show only charts made from their data."))

    def _left_out(self, message: str, **values: str) -> None:
        self._note(message, words=_cut(self.last_words, end=True), **values)

    def _contents_left_out(self) -> None:
        self.notes[_("Contents and lists of figures are left out: the report makes its own.")] = 1

    def _note(self, message: str, **values: str) -> None:
        notes = self.drafts[-1].notes
        text = message.format(**values)
        if text in notes or len(notes) < NOTE_LIMIT:
            notes[text] += 1
        else:
            notes[_("More was left out; check the text against your document.")] = 1

    def _tell_unknown(self, text: str) -> None:
        """Notation that is typed as in the report, but names nothing that the report has."""
        known = {(start, end) for start, end, _notation in self.known.notations(text)}
        for pattern in (FACT, CITATION):
            for found in pattern.finditer(text):
                if found.span() not in known:
                    self._note(
                        _("“{notation}” is not known to the report, so it is printed as typed."),
                        notation=_cut(found[0]),
                    )
        if (call := BLOCK.match(text)) and not self.known.is_block(call[1]):
            self._note(_("“{notation}” is not known to the report, so it is printed as typed."), notation=_cut(text))

    def _count_comments(self) -> None:
        root = self.package.related("comments")
        if n := sum(1 for _node in root.iter(W + "comment")) if root is not None else 0:
            message = ngettext(
                "{n} comment of the document is left out.", "{n} comments of the document are left out.", n
            )
            self.notes[message.format(n=n)] = 1


def _told(notes: Counter[str]) -> Iterator[str]:
    for text, times in notes.items():
        yield text if times == 1 else f"{text} (×{times})"


def _chosen(node: etree._Element) -> etree._Element:
    """The first way of showing what is given in several: they say the same."""
    choice = node.find(MC + "Choice")
    fallback = node.find(MC + "Fallback")
    return choice if choice is not None else fallback if fallback is not None else node


def _table_of(row: etree._Element) -> etree._Element:
    return next(row.iterancestors(W + "tbl"))


def _calls(spans: Sequence[Span]) -> bool:
    return any(span.note for span in spans)


def _one_line(texts: Sequence[tuple[Span, ...]]) -> tuple[Span, ...]:
    return tuple(span for place, text in enumerate(texts) for span in ((Span(" "), *text) if place else text))


def _without_first(spans: Sequence[Span]) -> Iterator[Span]:
    """Without the sign of a list that was typed."""
    dropped = False
    for span in spans:
        if not dropped and span.text.strip():
            yield replace(span, text=span.text.lstrip()[1:].lstrip())
            dropped = True
        elif dropped or span.note:
            yield span


def _cut(text: str, most: int = 60, end: bool = False) -> str:
    """A few words of a text: its first, or its last."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return f"… {text[-most:].partition(' ')[2]}" if end else f"{text[:most].rpartition(' ')[0] or text[:most]} …"
