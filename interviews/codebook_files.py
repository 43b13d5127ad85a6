"""The codebook as files: CSV, and the REFI-QDA codebook (.qdc) that programs for qualitative analysis exchange."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from xml.etree import ElementTree
from xml.parsers import expat

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from ctnat.ui.cells import FORMULA, csv_bytes
from ctnat.ui.tables import Table
from interviews.models import Theme
from interviews.text import clean_text

COLUMNS = ("code", "label", "definition", "area", "criterion", "kind", "retired", "guid")
NAMESPACE = "urn:QDA-XML:codebook:1.0"
SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
QDC_LIMIT = 2 * 1024 * 1024  # bytes
DEPTH = 30


class CodebookError(ValueError):
    """The file is no codebook; the message says what to do next."""


@dataclass(frozen=True)
class Entry:
    """A theme in a file. Fields that the file does not have are None: an import leaves them unchanged."""

    label: str
    place: str  # where in the file, for messages
    code: str | None = None
    definition: str | None = None
    area: str | None = None
    criterion: str | None = None
    kind: str | None = None
    retired: bool | None = None
    guid: uuid.UUID | None = None


def to_csv(themes: Iterable[Theme]) -> bytes:
    rows = (
        (t.code, t.label, t.definition, t.area, t.criterion, t.kind, "yes" if t.retired_at else "", str(t.guid))
        for t in themes
    )
    return csv_bytes([COLUMNS, *rows])


def from_table(table: Table) -> list[Entry]:
    """Raises `CodebookError`. The column `label` is needed, the others may be missing."""
    if "label" not in table.header:
        raise CodebookError(
            _("The column “label” is missing. The columns are: {columns}.").format(columns=", ".join(COLUMNS))
        )
    if table.doubled:
        raise CodebookError(
            _("The column “{doubled}” appears twice. Use each column name only once.").format(
                doubled=table.doubled[0][:60]
            )
        )
    return [_entry_of_row(number, row) for number, row in table.rows]


def _entry_of_row(number: int, row: Mapping[str, str]) -> Entry:
    def cell(name: str) -> str | None:
        found = row.get(name)
        if found is None:
            return None
        found = clean_text(found).strip()
        return found[1:] if found.startswith("'") and found[1:].startswith(FORMULA) else found

    retired, kind = cell("retired"), cell("kind")
    return Entry(
        label=cell("label") or "",
        place=f"Row {number}",
        code=cell("code"),
        definition=cell("definition"),
        area=cell("area"),
        criterion=cell("criterion"),
        kind=_kind(kind) if kind else None,
        retired=None if retired is None else retired.lower() in ("yes", "1", "true"),
        guid=_guid(cell("guid") or ""),
    )


def _kind(text: str) -> str:
    """The kind of that value or label, else the text itself, which is then refused by name."""
    with override(settings.LANGUAGE_CODE):
        return next((k.value for k in Theme.Kind if text.casefold() in (k.value, str(k.label).casefold())), text)


def _guid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@override(settings.LANGUAGE_CODE)  # a file is the same for every member
def to_qdc(themes: Iterable[Theme], areas: Mapping[str, str], origin: str) -> bytes:
    """A REFI-QDA codebook: areas (code -> title) are codes that contain themes; each kind is a set."""
    root = ElementTree.Element("CodeBook", {"xmlns": NAMESPACE, "origin": "CT-NAT", "xmlns:xsi": SCHEMA})
    root.set("xsi:schemaLocation", f"{NAMESPACE} Codebook.xsd")
    codes, sets = ElementTree.SubElement(root, "Codes"), ElementTree.Element("Sets")
    folders: dict[str, ElementTree.Element] = {}
    kinds: dict[str, ElementTree.Element] = {}
    for theme in themes:
        if theme.area and theme.area not in folders:
            name = f"{theme.area}. {areas.get(theme.area, '')}".strip()
            folder = {"guid": _own_guid(origin, f"area/{theme.area}"), "name": name, "isCodable": "false"}
            folders[theme.area] = ElementTree.SubElement(codes, "Code", folder)
        guid = str(theme.guid).upper()
        parent = folders.get(theme.area, codes)
        code = ElementTree.SubElement(parent, "Code", {"guid": guid, "name": theme.label, "isCodable": "true"})
        if theme.definition:
            ElementTree.SubElement(code, "Description").text = theme.definition
        if theme.kind not in kinds:
            of_kind = {"guid": _own_guid(origin, f"kind/{theme.kind}"), "name": str(theme.get_kind_display())}
            kinds[theme.kind] = ElementTree.SubElement(sets, "Set", of_kind)
        ElementTree.SubElement(kinds[theme.kind], "MemberCode", {"guid": guid})
    if kinds:
        root.append(sets)
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _own_guid(origin: str, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"ct-nat/{origin}/{name}")).upper()


def from_qdc(content: bytes, areas: Mapping[str, str]) -> list[Entry]:
    """The codes of a REFI-QDA codebook. Raises `CodebookError`; document types and entities are refused unread."""
    if len(content) > QDC_LIMIT:
        raise CodebookError(_("The file is larger than 2 MB, the limit for a codebook. Export only the codebook."))
    reader = _QdcReader(areas)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, CodebookError):
            raise
        raise CodebookError(
            _("The file cannot be read as XML. Export the codebook again as REFI-QDA (.qdc).")
        ) from None
    if not reader.entries:
        raise CodebookError(_("The file contains no codes. Export the codebook as REFI-QDA (.qdc), not the project."))
    return [replace(entry, kind=reader.kinds.get(entry.guid) if entry.guid else None) for entry in reader.entries]


class _QdcReader:
    """Collects codes, and their kinds from the sets, while expat parses the file."""

    def __init__(self, areas: Mapping[str, str]):
        self.areas = {title.casefold(): code for code, title in areas.items()} | {code: code for code in areas}
        self.entries: list[Entry] = []
        self.kinds: dict[uuid.UUID, str] = {}
        self.open: list[tuple[str, str | None, Entry | None]] = []  # element, area, its code
        self.words: list[str] = []
        self.kind: str | None = None

    def refuse(self, *_arguments: object) -> None:
        raise CodebookError(
            _(
                "The file contains a document type declaration (DOCTYPE), so it was not read. Export "
                "the codebook again without it."
            )
        )

    def start(self, element: str, attributes: dict[str, str]) -> None:
        name = element.rpartition(" ")[2]
        if not self.open and name != "CodeBook":
            raise CodebookError(_("This is not a REFI-QDA codebook. Export the codebook as .qdc and choose that file."))
        if len(self.open) > DEPTH:
            raise CodebookError(
                _("The codes are nested more than {most} deep. Flatten the codebook first.").format(most=DEPTH)
            )
        area = self.open[-1][1] if self.open else None
        entry = None
        if name == "Code":
            label = clean_text(attributes.get("name", "")).strip()
            if attributes.get("isCodable", "true").strip().lower() in ("false", "0"):
                area = self._area(label) or area
            else:
                guid = _guid(attributes.get("guid", ""))
                entry = Entry(label=label, place=f"Code “{label[:60]}”", area=area, guid=guid)
                self.entries.append(entry)
        elif name == "Set":
            kind = _kind(attributes.get("name", "").strip())
            self.kind = kind if kind in Theme.Kind.values else None
        elif name == "MemberCode" and self.kind and (guid := _guid(attributes.get("guid", ""))):
            self.kinds[guid] = self.kind
        self.open.append((name, area, entry))
        self.words = []

    def _area(self, label: str) -> str | None:
        """The section that a folder is named after: "3. Identification and referral", or either part."""
        number, _, title = label.partition(". ")
        return self.areas.get(number) or self.areas.get((title or label).casefold())

    def text(self, words: str) -> None:
        self.words.append(words)

    def end(self, element: str) -> None:
        name, _, _ = self.open.pop()
        parent, area, entry = self.open[-1] if self.open else ("", None, None)
        if name == "Description" and entry:
            described = replace(entry, definition=clean_text("".join(self.words)).strip())
            self.entries[self.entries.index(entry)] = described
            self.open[-1] = (parent, area, described)
