"""Opening a Word document (.docx) that somebody sends: bounded, without DTD and entities, and never trusted.

Whatever reads a .docx begins here; the rules are kept in one place. `open_package` takes the file's bytes, or a file
of which it reads no more than it may, and gives a `Package`: its parts by name, XML as lxml elements in the
transitional namespaces (files in the strict ones are read the same way), and relationships. Parts are found by their
relationships, because the main part need not be called word/document.xml.

    package = open_package(upload)                  # raises CannotOpen
    body = package.main.find(W + "body")
    notes = package.related("footnotes")            # the root of footnotes.xml, or None
    links = package.links()                         # id -> Link(kind, target, external) of the main part

`CannotOpen` is raised on opening and, for a damaged part, on reading it; its message says what to do next.
"""

import posixpath
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import BinaryIO
from urllib.parse import unquote

from django.utils.translation import gettext as _
from lxml import etree

SIZE_LIMIT = 30 * 1024 * 1024  # bytes of the file
UNPACKED_LIMIT = 200 * 1024 * 1024  # bytes of all its parts; a small file can unpack to gigabytes
PART_LIMIT = 2_000
XML_LIMIT = 60 * 1024 * 1024  # bytes of one part that is parsed
NODE_LIMIT = 3_000_000  # tags and attributes of one part: what its tree costs in memory; 500 pages have a third of it

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word until 2003, and packages with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STRICT = {  # ISO/IEC 29500-1, annex on strict conformance: the namespaces that have another name there
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": M[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/main": A[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": WP[1:-1].encode(),
}
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    EOFError,
    KeyError,
    NotImplementedError,  # a way of compression that zipfile does not know
    OSError,
    RuntimeError,
    ValueError,
)


class CannotOpen(ValueError):
    """The file cannot be read as a Word document; the message says what to do next."""


@dataclass(frozen=True)
class Link:
    """A relationship: `kind` is the last word of its type (footnotes, hyperlink, image); `target` the name of a part,
    or an address where it is `external`."""

    kind: str
    target: str
    external: bool = False


@dataclass
class Package:
    """The parts of a .docx. `main_name` is its main part, such as word/document.xml."""

    archive: zipfile.ZipFile
    main_name: str = ""
    _trees: dict[str, etree._Element] = field(default_factory=dict)
    _links: dict[str, dict[str, Link]] = field(default_factory=dict)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(self.archive.namelist())

    def bytes_of(self, name: str) -> bytes:
        """The content of a part. Raises `CannotOpen` where there is none, or it is damaged."""
        try:
            return self.archive.read(name)
        except _DAMAGE:
            raise _damaged() from None

    def tree(self, name: str) -> etree._Element:
        """The root element of a part, parsed once. Raises `CannotOpen`."""
        if name not in self._trees:
            try:
                if self.archive.getinfo(name).file_size > XML_LIMIT:
                    raise _too_large()
                self._trees[name] = parse(self.archive.read(name))
            except CannotOpen:
                raise
            except _DAMAGE:
                raise _damaged() from None
        return self._trees[name]

    @property
    def main(self) -> etree._Element:
        return self.tree(self.main_name)

    def links(self, name: str = "") -> dict[str, Link]:
        """The relationships of a part, by id; "" is the main part."""
        name = name or self.main_name
        if name not in self._links:
            self._links[name] = self._read_links(name)
        return self._links[name]

    def related(self, kind: str, name: str = "") -> etree._Element | None:
        """The root of the first part that the main part (or `name`) is related to as `kind`, such as "numbering"."""
        found = self.related_name(kind, name)
        return self.tree(found) if found else None

    def related_name(self, kind: str, name: str = "") -> str:
        """The name of that part, or ""."""
        targets = (link.target for link in self.links(name).values() if link.kind == kind and not link.external)
        return next((target for target in targets if target in self.names), "")

    def _read_links(self, name: str) -> dict[str, Link]:
        folder, _slash, file = name.rpartition("/")
        part = posixpath.join(folder, "_rels", f"{file}.rels")
        if part not in self.names:
            return {}
        found = {}
        for row in self.tree(part).iter(_RELATIONSHIP):
            kind, target = row.get("Type", "").rpartition("/")[2], row.get("Target", "")
            external = row.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            found[row.get("Id", "")] = Link(kind, target, external)
        return found


def open_package(file: bytes | BinaryIO) -> Package:
    """The package of a .docx, checked. Raises `CannotOpen` for every other file, and for one beyond the limits."""
    content = file if isinstance(file, bytes) else file.read(SIZE_LIMIT + 1)
    if not content:
        raise CannotOpen(_("The file is empty. Choose another one."))
    if len(content) > SIZE_LIMIT:
        raise CannotOpen(
            _(
                "The file is larger than {size} MB. Delete its pictures, or split it into several documents, and "
                "choose it again."
            ).format(size=SIZE_LIMIT // 1024**2)
        )
    _refuse_other_formats(content)
    try:
        package = Package(zipfile.ZipFile(BytesIO(content)))
        _check_parts(package)
        package.main_name = _main_name(package)
        root = package.main
    except CannotOpen:
        raise
    except _DAMAGE:
        raise _damaged() from None
    if root.tag != W + "document":
        raise _not_word()
    return package


def parse(content: bytes) -> etree._Element:
    """The root of an XML part. Raises `CannotOpen` for a DTD and for too many nodes, lxml's errors for broken XML."""
    for strict, transitional in _STRICT.items():
        content = content.replace(strict, transitional)
    if content.count(b"<") + content.count(b"=") > NODE_LIMIT:
        raise _too_large()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise CannotOpen(
            _(
                "The file contains a DTD, which Word never writes. Open it in Word, save it again as “Word Document "
                "(.docx)”, and choose it again."
            )
        )
    return root


def _refuse_other_formats(content: bytes) -> None:
    """Raises `CannotOpen` for what people send instead of a .docx."""
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise _locked()
        raise CannotOpen(
            _("The file is in the older format of Word (.doc). Open it, save it as .docx, and choose that file.")
        )
    if content.startswith(b"%PDF"):
        raise CannotOpen(_("The file is a PDF. Choose the Word document (.docx) from which it was made."))
    if content.lstrip()[:5] == b"{\\rtf":
        raise CannotOpen(_("The file is in the format RTF. Open it, save it as .docx, and choose that file."))
    if not content.startswith(b"PK"):
        raise _not_word()


def _check_parts(package: Package) -> None:
    """Raises `CannotOpen` before anything is unpacked: no part unpacks to more than its directory says."""
    parts = package.archive.infolist()
    if len(parts) > PART_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise _too_large()
    if any(part.flag_bits & 1 for part in parts):
        raise _locked()
    names = package.names
    if "mimetype" in names and package.archive.read("mimetype")[:100].startswith(b"application/vnd.oasis.opendocument"):
        raise CannotOpen(
            _(
                "The file is an OpenDocument file (such as .odt). Save it as “Word (.docx)” in your program, and "
                "choose that file."
            )
        )
    if "[Content_Types].xml" not in names:
        raise _not_word()
    types = package.tree("[Content_Types].xml")
    if any("macroenabled" in (row.get("ContentType") or "").lower() for row in types.iter("{*}Override")) or any(
        name.lower().endswith("vbaproject.bin") for name in names
    ):
        raise CannotOpen(
            _("The file contains macros (.docm). Save it as “Word Document (.docx)” without them, and choose that one.")
        )


def _main_name(package: Package) -> str:
    for link in package._read_links("").values():
        if link.kind == "officeDocument" and link.target in package.names:
            return link.target
    raise _not_word()


def _damaged() -> CannotOpen:
    return CannotOpen(
        _(
            "The file cannot be read as a Word document (.docx): it is damaged or incomplete. Open it in Word, save it "
            "again as .docx, and choose it again."
        )
    )


def _not_word() -> CannotOpen:
    return CannotOpen(
        _("The file is not a Word document (.docx). Save the text as .docx in Word, and choose that file.")
    )


def _too_large() -> CannotOpen:
    return CannotOpen(
        _(
            "The document is too large to be read: unpacked, it has more than {size} MB or more than {parts} parts. "
            "Delete its pictures, or split it into several documents."
        ).format(size=UNPACKED_LIMIT // 1024**2, parts=f"{PART_LIMIT:,}")
    )


def _locked() -> CannotOpen:
    return CannotOpen(
        _(
            "The file is protected by a password. Open it in Word, remove the password (File, Info, Protect Document), "
            "save it, and choose it again."
        )
    )
