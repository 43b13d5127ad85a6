"""Uploads: size, extension and content; each refusal has a clear message."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.uploads import check_upload, clean_name


def package(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("A.PDF", PDF),
        ("a.docx", package("[Content_Types].xml", "word/document.xml")),
        ("a.xlsx", package("xl/workbook.xml")),
        ("a.odt", package("mimetype", "content.xml")),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20),
        ("a.png", PNG),
        ("a.txt", "ə and ქართული".encode()),
        ("a.bib", b"@book{x}"),
    ],
)
def test_check_upload_accepts_content_of_the_type_in_the_name(name: str, content: bytes) -> None:
    upload = SimpleUploadedFile(name, content)
    check_upload(upload)
    assert upload.read() == content  # back at its start


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"MZ\x90\0 program", "The content of “a.pdf” does not match its extension “.pdf”."),
        ("a.pdf", PNG, "The content of “a.pdf” does not match its extension “.pdf”."),
        ("a.docx", package("xl/workbook.xml"), "The content of “a.docx” does not match its extension “.docx”."),
        ("a.docx", PDF, "The content of “a.docx” does not match its extension “.docx”."),
        ("a.doc", b"{\\rtf1", "The content of “a.doc” does not match its extension “.doc”."),
        ("a.txt", b"\xff\xfe\0x", "The content of “a.txt” does not match its extension “.txt”."),
        ("a.csv", b"\xe9t\xe9", "“a.csv” is not encoded in UTF-8. Save it again"),
        ("a.exe", b"MZ", "“a.exe” is a type of file that cannot be uploaded."),
        ("a.html", b"<script>", "“a.html” is a type of file that cannot be uploaded."),
        ("a.svg", b"<svg>", "“a.svg” is a type of file that cannot be uploaded."),
        ("a", b"x", "“a” is a type of file that cannot be uploaded."),
        ("a.pdf", b"", "“a.pdf” is empty."),
    ],
)
def test_check_upload_refuses_in_plain_words(name: str, content: bytes, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        check_upload(SimpleUploadedFile(name, content))
    assert caught.value.message.startswith(message)


def test_check_upload_refuses_50_megabytes() -> None:
    upload = SimpleUploadedFile("a.pdf", PDF)
    upload.size = 50 * 1024 * 1024
    with pytest.raises(ValidationError) as caught:
        check_upload(upload)
    assert caught.value.message.startswith("“a.pdf” is 50 MB; the limit is 20 MB.")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\files\\a.pdf", "a.pdf"),
        ("a\r\nb\0.pdf", "ab.pdf"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_clean_name_leaves_a_plain_name_unchanged(name: str, clean: str) -> None:
    assert clean_name(name) == clean
