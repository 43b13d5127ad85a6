"""The parts of a DOCX file around its text: its beginning, notes, numbering, settings, a review's mark, the ZIP."""

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, cast

import docx
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsmap, qn
from docx.parts.numbering import NumberingPart
from lxml import etree

from reports.word.xml import Element, el, listed

MARK = "urn:ct-nat:review"  # namespace of the part that says of which review a file is
PROPERTY = "CT-NAT review"
TEMPLATE_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
VARIANTS = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STORE = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
DROPPED = (  # what python-docx's own file or a template has beside text and look
    "stylesWithEffects",
    "customXml",
    "glossaryDocument",
    "comments",
    "commentsExtended",
    "commentsIds",
    "people",
    "footnotes",
    "endnotes",
    "attachedTemplate",
    "webSettings",
    "thumbnail",
    "custom-properties",
    "extended-properties",
    "aFChunk",
    "subDocument",
    "frame",
    "mailMergeSource",
    "vbaProject",
    "keyMapCustomizations",
    "attachedToolbars",
    "printerSettings",
    "oleObject",
    "control",
    "package",
)
NO_BREAK = "\u00a0"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same document gives the same bytes


def begin(template: bytes | None) -> Document:
    """An empty document with the look of the template, or of none. The template was checked when it was uploaded."""
    document: Document = docx.Document(BytesIO(_as_document(template)) if template else None)
    for part in (document.part.package, *list(document.part.package.iter_parts())):
        for key, relation in list(part.rels.items()):
            leads_out = relation.is_external and not relation.target_ref.startswith(("http:", "https:", "mailto:"))
            if relation.reltype.rpartition("/")[2] in DROPPED or leads_out:
                del part.rels[key]
                root = getattr(part, "element", None)  # of a part that is parsed: the body, running heads
                for element in root.xpath(f".//w:hyperlink[@r:id='{key}']") if root is not None else ():
                    del element.attrib[qn("r:id")]
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    return document


def _as_document(template: bytes) -> bytes:
    """A template (.dotx) as a document (.docx): they differ in the declared type of the main part."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(template)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "[Content_Types].xml":
                content = content.replace(TEMPLATE_TYPE.encode(), CONTENT_TYPE.WML_DOCUMENT_MAIN.encode())
            new.writestr(info.filename, content)
    return made.getvalue()


def new_root(name: str) -> Element:
    """The root of a part: a `w:` element that declares the prefixes."""
    return etree.Element(qn(f"w:{name}"), nsmap={"w": nsmap["w"], "r": nsmap["r"]})


def _part(document: Document, name: str, content_type: str, root: Element) -> Part:
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return Part(PackURI(name), content_type, blob, document.part.package)


class Footnotes:
    """The part with the footnotes. `note(number)` gives the element in which a note's paragraphs belong."""

    def __init__(self) -> None:
        self.root = new_root("footnotes")
        self._part: Part | None = None
        for number, kind in ((-1, "separator"), (0, "continuationSeparator")):
            note = el("footnote", self.root, type=kind, id=number)
            paragraph = el("p", note)
            properties = el("pPr", paragraph)
            el("spacing", properties, before=0, after=0, line=240, lineRule="auto")
            el(kind, el("r", paragraph))

    def note(self, number: int) -> Element:
        return el("footnote", self.root, id=number)

    def relate(self, document: Document, links: Iterable[tuple[Element, str]]) -> None:
        """Let links in notes lead out of the document. `links`: (hyperlink, address)."""
        if self._part is None:
            self._part = _part(document, "/word/footnotes.xml", CONTENT_TYPE.WML_FOOTNOTES, self.root)
            document.part.relate_to(self._part, RELATIONSHIP_TYPE.FOOTNOTES)
        for link, address in links:
            link.set(qn("r:id"), self._part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))

    def store(self, document: Document, links: Iterable[tuple[Element, str]]) -> None:
        """Put the part into the document, once all notes are written; `links` as in `relate`."""
        self.relate(document, links)
        if self._part is not None:
            self._part._blob = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _numbering(document: Document) -> NumberingPart:
    """The part of lists; a document without lists has none, and python-docx does not make one."""
    try:
        return cast(NumberingPart, document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING))
    except KeyError:
        root = parse_xml(etree.tostring(new_root("numbering")))
        name = PackURI("/word/numbering.xml")
        part = NumberingPart(name, CONTENT_TYPE.WML_NUMBERING, root, document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
        return part


class Numbering:
    """Lists and numbers of headings. Each list has a `w:num` of its own, so that it begins with its own number."""

    def __init__(self, document: Document, *, own: bool, annex: str) -> None:
        """`annex` is the word before the letter of an annex. `own`: nothing that is there is kept."""
        self.root = _numbering(document).element
        if own:
            for child in list(self.root):
                self.root.remove(child)
        kept = [int(one.get(qn("w:abstractNumId"))) for one in self.root.iterchildren(qn("w:abstractNum"))]
        nums = [int(one.get(qn("w:numId"))) for one in self.root.iterchildren(qn("w:num"))]
        self._abstract, self._next = max(kept, default=0), max(nums, default=0) + 1
        self._new: list[Element] = []
        heading = [("decimal", "".join(f"%{level}." for level in range(1, place + 2))[:-1]) for place in range(9)]
        self.chapters = self._define("multilevel", [(kind, text, 0, 0) for kind, text in heading])
        letter = [("upperLetter", f"{annex} %1:", 0, 0)] + [("none", "", 0, 0)] * 8
        self.annexes = self._define("multilevel", letter)
        signs = "•–▪"
        self.bullets = self._define(
            "hybridMultilevel", [("bullet", signs[place % 3], 18 * (place + 1), -14) for place in range(9)]
        )
        kinds = ("decimal", "lowerLetter", "lowerRoman")
        self.numbers = self._define(
            "hybridMultilevel", [(kinds[place % 3], f"%{place + 1}.", 18 * (place + 1), -18) for place in range(9)]
        )

    def _define(self, kind: str, levels: list[tuple[str, str, int, int]]) -> int:
        self._abstract += 1
        made = el("abstractNum", abstractNumId=self._abstract)
        el("multiLevelType", made, val=kind)
        for place, (format, text, start, first) in enumerate(levels):
            level = el("lvl", made, ilvl=place)
            el("start", level, val=1)
            el("numFmt", level, val=format)
            # A blank as suffix is lost from right to left in LibreOffice, so that it is part of the number.
            el("suff", level, val="tab" if start else "nothing")
            el("lvlText", level, val=text if start or format == "none" else f"{text}{NO_BREAK}")
            el("lvlJc", level, val="left")
            if start:
                indent = el("ind", el("pPr", level), left=start * 20)
                indent.set(qn("w:hanging"), str(-first * 20))
        self._new.append(made)
        return self._abstract

    def begin(self, abstract: int, *, level: int = 0, start: int | None = None) -> int:
        """The id of a new list of the kind `abstract`, whose level `level` begins with `start`."""
        number, self._next = self._next, self._next + 1
        made = el("num", numId=number)
        el("abstractNumId", made, val=abstract)
        if start is not None:
            el("startOverride", el("lvlOverride", made, ilvl=level), val=start)
        self._new.append(made)
        return number

    def store(self) -> None:
        """All definitions before all lists, as the schema has it."""
        there = [*self.root, *self._new]
        for child in list(self.root):
            self.root.remove(child)
        rank = {qn("w:numPicBullet"): 0, qn("w:abstractNum"): 1, qn("w:num"): 2}
        for child in sorted(there, key=lambda child: rank.get(child.tag, 3)):
            self.root.append(child)


class Comments:
    """The part with comments, which say something beside the text. Nothing is stored where there are none."""

    def __init__(self, by: str, at: str) -> None:
        """`by` writes them, `at` is when (ISO 8601)."""
        self.root = new_root("comments")
        self.by, self.at = by, at

    def add(self, paragraph: Element, text: str) -> None:
        """A comment on a whole paragraph."""
        number = len(self.root)
        comment = el("comment", self.root, id=number, author=self.by, date=self.at, initials=self.by[:1])
        el("t", el("r", el("p", comment)), text)
        start = el("commentRangeStart", id=number)
        properties = paragraph.find(qn("w:pPr"))
        paragraph.insert(0 if properties is None else 1, start)
        el("commentRangeEnd", paragraph, id=number)
        el("commentReference", el("r", paragraph), id=number)

    def store(self, document: Document) -> None:
        if len(self.root):
            part = _part(document, "/word/comments.xml", CONTENT_TYPE.WML_COMMENTS, self.root)
            document.part.relate_to(part, RELATIONSHIP_TYPE.COMMENTS)


def put_settings(document: Document, *, tracked: bool, language: str, own: bool) -> None:
    """Settings of the document: tracked changes, notes, a mode of today. Those of a template are kept beside them."""
    root = document.settings.element
    if own:
        for child in list(root):
            root.remove(child)
    else:
        for name in (
            "trackRevisions",
            "documentProtection",
            "attachedTemplate",
            "mailMerge",
            "footnotePr",
            "endnotePr",
        ):
            for old in root.findall(qn(f"w:{name}")):
                root.remove(old)
    for old in root.findall(qn("w:compat")) if own else ():
        root.remove(old)
    new = {}
    if tracked:
        new["trackRevisions"] = el("trackRevisions")
    notes = el("footnotePr")
    for number in (-1, 0):
        el("footnote", notes, id=number)
    new["footnotePr"] = notes
    if own:
        new["zoom"] = el("zoom", percent=100)
        new["defaultTabStop"] = el("defaultTabStop", val=720)
        new["characterSpacingControl"] = el("characterSpacingControl", val="doNotCompress")
        compat = el("compat")
        for name, value in (("compatibilityMode", 15), ("overrideTableStyleFontSizeAndJustification", 1)):
            el("compatSetting", compat, name=name, uri="http://schemas.microsoft.com/office/word", val=value)
        new["compat"] = compat
        new["themeFontLang"] = el("themeFontLang", val=language, bidi=language)
    for element in new.values():
        root.append(element)
    rank = {name: place for place, name in enumerate(SETTINGS)}
    for child in sorted(root, key=lambda child: rank.get(etree.QName(child).localname, len(rank))):
        root.append(child)


# CT_Settings of ECMA-376 part 1, as far as templates have it.
SETTINGS = listed(
    """
writeProtection view zoom removePersonalInformation removeDateAndTime doNotDisplayPageBoundaries displayBackgroundShape
printPostScriptOverText printFractionalCharacterWidth printFormsData embedTrueTypeFonts embedSystemFonts
saveSubsetFonts saveFormsData mirrorMargins alignBordersAndEdges bordersDoNotSurroundHeader bordersDoNotSurroundFooter
gutterAtTop hideSpellingErrors hideGrammaticalErrors activeWritingStyle proofState formsDesign attachedTemplate
linkStyles stylePaneFormatFilter stylePaneSortMethod documentType mailMerge revisionView trackRevisions
doNotTrackMoves doNotTrackFormatting documentProtection autoFormatOverride styleLockTheme styleLockQFSet defaultTabStop
autoHyphenation consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps showEnvelope summaryLength clickAndTypeStyle
defaultTableStyle evenAndOddHeaders bookFoldRevPrinting bookFoldPrinting bookFoldPrintingSheets
drawingGridHorizontalSpacing drawingGridVerticalSpacing displayHorizontalDrawingGridEvery
displayVerticalDrawingGridEvery doNotUseMarginsForDrawingGridOrigin drawingGridHorizontalOrigin
drawingGridVerticalOrigin doNotShadeFormData noPunctuationKerning characterSpacingControl printTwoOnOne
strictFirstAndLastChars noLineBreaksAfter noLineBreaksBefore savePreviewPicture doNotValidateAgainstSchema
saveInvalidXml ignoreMixedContent alwaysShowPlaceholderText doNotDemarcateInvalidXml saveXmlDataOnly useXSLTWhenSaving
saveThroughXslt showXMLTags alwaysMergeEmptyNamespace updateFields hdrShapeDefaults footnotePr endnotePr compat docVars
rsids mathPr attachedSchema themeFontLang clrSchemeMapping doNotIncludeSubdocsInStats doNotAutoCompressPictures
forceUpgrade captions readModeInkLockDown smartTagType schemaLibrary shapeDefaults doNotEmbedSmartTags decimalSymbol
listSeparator
"""
)


def _default(namespace: str) -> Any:
    """A namespace without prefix; lxml's types do not know of None."""
    return {None: namespace}


def put_mark(document: Document, token: str) -> None:
    """The token of a review, as a part of its own and as a property: programs that drop one mostly keep the other."""
    root = etree.Element(f"{{{MARK}}}review", nsmap=_default(MARK), token=token)
    item = _part(document, "/customXml/item1.xml", "application/xml", root)
    store = etree.Element(f"{{{STORE}}}datastoreItem", nsmap={"ds": STORE})
    store.set(f"{{{STORE}}}itemID", "{6B0C3A5E-6D0F-4A0C-9E0A-7C7A1E7E0C01}")
    references = etree.SubElement(store, f"{{{STORE}}}schemaRefs")
    etree.SubElement(references, f"{{{STORE}}}schemaRef").set(f"{{{STORE}}}uri", MARK)
    kind = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
    item.relate_to(_part(document, "/customXml/itemProps1.xml", kind, store), f"{RELATION}/customXmlProps")
    document.part.relate_to(item, f"{RELATION}/customXml")
    properties = etree.Element(f"{{{PROPERTIES}}}Properties", nsmap=_default(PROPERTIES) | {"vt": VARIANTS})
    entry = etree.SubElement(properties, f"{{{PROPERTIES}}}property")
    entry.set("fmtid", "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}")
    entry.set("pid", "2")
    entry.set("name", PROPERTY)
    etree.SubElement(entry, f"{{{VARIANTS}}}lpwstr").text = token
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    part = _part(document, "/docProps/custom.xml", kind, properties)
    document.part.package.relate_to(part, f"{RELATION}/custom-properties")


def put_metadata(document: Document, values: Mapping[str, str]) -> None:
    """Title, author and the like; nothing of who made the file or when, which readers outside have no use for."""
    core = document.core_properties
    for child in list(core._element):
        core._element.remove(child)
    for name, value in values.items():
        setattr(core, name, value[:255])


def pack(document: Document) -> bytes:
    """The file. The same document gives the same bytes."""
    made, sorted_ = BytesIO(), BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(sorted_, "w", zipfile.ZIP_DEFLATED) as new:
        first = ["[Content_Types].xml", "_rels/.rels"]
        for name in [*first, *sorted(set(old.namelist()) - set(first))]:
            info = zipfile.ZipInfo(name, LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return sorted_.getvalue()
