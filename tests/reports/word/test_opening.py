"""Opening a .docx: what is refused, and with which words."""

import io
import zipfile

import pytest

from reports.word import opening
from reports.word.opening import CannotOpen, W, open_package
from tests.reports.word.packages import MAIN, docx, p, packed, part, relationships, types

DOCUMENT = part("document", f"<w:body>{p('Words')}</w:body>")


def refusal(content: bytes) -> str:
    with pytest.raises(CannotOpen) as refused:
        open_package(content)
    return str(refused.value)


def texts(content: bytes) -> list[str]:
    return [node.text for node in open_package(content).main.iter(W + "t")]


def test_the_parts_of_a_document() -> None:
    package = open_package(io.BytesIO(docx(p("Words"), {"r9": ("hyperlink", "https://example.org/")}, numbering="")))
    assert package.main_name == "word/document.xml"
    assert package.links()["r9"] == opening.Link("hyperlink", "https://example.org/", external=True)
    assert package.related("numbering").tag == W + "numbering"
    assert package.related("footnotes") is None
    assert package.bytes_of("word/numbering.xml").startswith(b"<?xml")


def test_the_main_part_is_found_by_its_relationship() -> None:
    other = packed({"word/document2.xml": DOCUMENT, "word/document.xml": "<x/>"}, main="word/document2.xml")
    assert texts(other) == ["Words"]


def test_strict_documents_are_read_like_others() -> None:
    strict = DOCUMENT.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    links = relationships({"rId1": ("officeDocument", "word/document.xml")}).replace(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
    assert texts(packed({"word/document.xml": strict, "_rels/.rels": links})) == ["Words"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"Just some words", "not a Word document"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"{\\rtf1 words}", "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "older format of Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (packed({"word/document.xml": DOCUMENT})[:-40], "damaged"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "OpenDocument"),
        (packed({"word/other.xml": "<x/>"}), "not a Word document"),
        (packed({"word/document.xml": "<x/>"}), "not a Word document"),
        (packed({"word/document.xml": "<w:document"}), "damaged"),
        (packed({"word/document.xml": DOCUMENT, "_rels/.rels": relationships({})}), "not a Word document"),
        (
            packed(
                {
                    "word/document.xml": DOCUMENT,
                    "[Content_Types].xml": types(
                        content_type=MAIN.replace(
                            "vnd.openxmlformats-officedocument.wordprocessingml.document.main",
                            "vnd.ms-word.document.macroEnabled.main",
                        )
                    ),
                }
            ),
            "macros",
        ),
        (packed({"word/document.xml": DOCUMENT, "word/vbaProject.bin": b"x"}), "macros"),
        (packed({"word/document.xml": f'<!DOCTYPE w [<!ENTITY a "b">]>{DOCUMENT.partition("?>")[2]}'}), "DTD"),
        (
            packed({"word/document.xml": f'<!DOCTYPE w SYSTEM "file:///etc/passwd">{DOCUMENT.partition("?>")[2]}'}),
            "DTD",
        ),
        (packed({"word/document.xml": part("document", "<w:x>" * 300 + "</w:x>" * 300)}), "damaged"),
    ],
)
def test_what_is_not_a_document_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    assert said in refusal(content)


def test_entities_are_not_expanded() -> None:
    """Entities that contain each other would fill the memory."""
    entities = '<!ENTITY a0 "aaaaaaaaaa">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f"<!DOCTYPE w [{entities}]>{part('document', '<w:body>&a9;</w:body>').partition('?>')[2]}"
    assert refusal(packed({"word/document.xml": bomb}))


def test_a_file_that_unpacks_to_more_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed({"word/document.xml": DOCUMENT, "word/media/image.bmp": b"\0" * 10_000_000})
    assert texts(bomb) == ["Words"]
    assert len(bomb) < 20_000
    monkeypatch.setattr(opening, "UNPACKED_LIMIT", 9_000_000)
    assert "too large" in refusal(bomb)


def test_too_many_parts_are_refused() -> None:
    assert "parts" in refusal(packed({"word/document.xml": DOCUMENT, **{f"x/{n}": "" for n in range(2_001)}}))


def test_a_file_is_read_no_further_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SIZE_LIMIT", 1_000)
    file = io.BytesIO(b"PK" + b"0" * 50_000)
    with pytest.raises(CannotOpen, match="larger"):
        open_package(file)
    assert file.tell() == 1_001


@pytest.mark.parametrize("limit", ["NODE_LIMIT", "XML_LIMIT"])
def test_a_part_with_too_many_nodes_is_not_parsed(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, limit, 5_000)
    assert "too large" in refusal(packed({"word/document.xml": part("document", "<w:p/>" * 5_000)}))


def test_a_part_encrypted_by_the_archive_is_refused() -> None:
    content = bytearray(packed({"word/document.xml": DOCUMENT}))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        start = archive.start_dir
    content[start + 8] |= 1  # the flag in the directory
    assert "password" in refusal(bytes(content))


def test_a_damaged_part_is_told_when_it_is_read() -> None:
    package = open_package(docx(p("Words")))
    with pytest.raises(CannotOpen):
        package.bytes_of("word/missing.xml")
    with pytest.raises(CannotOpen):
        package.tree("word/missing.xml")
    assert package.links("word/missing.xml") == {}
