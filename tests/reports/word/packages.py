"""Packages of Word documents, written by hand: `packed({"word/document.xml": ...})` is a .docx as bytes."""

import io
import zipfile
from collections.abc import Mapping

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def relationships(rows: Mapping[str, tuple[str, str]]) -> str:
    """The XML of a .rels part: id -> (kind, target); a target with :// is outside the package."""
    lines = []
    for key, (kind, target) in rows.items():
        mode = ' TargetMode="External"' if "://" in target or target.startswith("mailto:") else ""
        lines.append(f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>')
    inside = "".join(lines)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    )


def types(main: str = "word/document.xml", content_type: str = MAIN) -> str:
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{content_type}"/></Types>'
    )


def part(root: str, inside: str) -> str:
    """An XML part of WordprocessingML."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} {NAMESPACES}>{inside}</w:{root}>'


def packed(parts: Mapping[str, str | bytes], main: str = "word/document.xml") -> bytes:
    """A package of these parts; those that every package has are added where they are missing."""
    needed = {
        "[Content_Types].xml": types(main),
        "_rels/.rels": relationships({"rId1": ("officeDocument", main)}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**needed, **parts}.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(body: str, links: Mapping[str, tuple[str, str]] | None = None, **others: str) -> bytes:
    """A .docx with this content of w:body. `others`: the contents of w:numbering, w:styles, w:footnotes ..."""
    links = dict(links or {})
    parts = {"word/document.xml": part("document", f"<w:body>{body}</w:body>")}
    for kind, inside in others.items():
        parts[f"word/{kind}.xml"] = part(kind, inside)
        links[f"rId{kind}"] = (kind, f"{kind}.xml")
    return packed({**parts, "word/_rels/document.xml.rels": relationships(links)})


def p(text: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def changed(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The package with parts put in place of its own."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in [*old.namelist(), *(name for name in parts if name not in old.namelist())]:
            new.writestr(name, parts.get(name) or old.read(name))
    return target.getvalue()
