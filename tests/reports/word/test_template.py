"""An organisation's template: what is refused, what is taken over, and the pages to upload and remove it."""

import re
import zipfile
from io import BytesIO
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx.shared import Mm, Pt

from assessments.models import Contact
from reports.models import Report, WordTemplate
from reports.output.formats import FORMATS, make_file, template_of
from reports.review.snapshot import TEXT, Look
from reports.services.reports import create_report
from reports.services.templates import remove_template, set_template
from reports.word.opening import CannotOpen
from reports.word.template import SIZE_LIMIT, check_template
from tests.reports.word.packages import changed
from tests.reports.word.test_document import EVERYTHING, Made, W, document, faults

TEMPLATE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def template(head: str = "Office of Examples", quotes_of: str = "Normal") -> bytes:
    """A template with letters of its own, US letter paper and a running head."""
    made = docx.Document()
    made.add_paragraph("Text of the template")
    made.styles["Heading 1"].font.name = "Garamond"
    made.styles["Normal"].font.size = Pt(13)
    made.styles["Quote"].base_style = made.styles[quotes_of]
    section = made.sections[0]
    section.page_width, section.page_height = Mm(216), Mm(279)
    section.header.paragraphs[0].text = head
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return package.read(name)


def with_type(content: bytes, main: str) -> bytes:
    """The package with another declared type of its main part."""
    types = part(content, "[Content_Types].xml").replace(DOCUMENT.encode(), main.encode())
    return changed(content, {"[Content_Types].xml": types})


def as_dotx(content: bytes) -> bytes:
    return with_type(content, TEMPLATE)


@pytest.fixture
def report(assessment: Any) -> Report:
    return create_report(assessment=assessment, by=None)


def without_lists(content: bytes) -> bytes:
    """As Word saves a document that never had a list: without the part of lists."""
    name, rows = "word/_rels/document.xml.rels", part(content, "word/_rels/document.xml.rels").decode()
    rows = re.sub(r"<Relationship [^>]*/numbering\"[^>]*/>", "", rows)
    types = re.sub(r"<Override [^>]*numbering[^>]*/>", "", part(content, "[Content_Types].xml").decode())
    return changed(content, {name: rows.encode(), "[Content_Types].xml": types.encode()})


def test_what_is_remembered_of_looks_is_what_the_template_makes_of_them() -> None:
    """Its quotations are of a list: what they are is not known, and never compared."""
    made = Made(document(EVERYTHING), template=template(), token="t" * 20, tracked=True)
    assert made.looks() == {one.id: one.look for one in made.paragraphs if one.kind in ("title", "text")}
    assert TEXT in made.looks().values()
    counts = template(quotes_of="List Bullet")
    assert Made(document(EVERYTHING), template=counts).said("said").look == Look()


@pytest.mark.parametrize(
    "content", [template(), as_dotx(template()), without_lists(template())], ids=["docx", "dotx", "without lists"]
)
def test_a_report_has_the_look_of_its_template(content: bytes, tmp_path: Any) -> None:
    assert check_template(content) == "Office of Examples"
    made = Made(document(EVERYTHING), template=content)
    assert faults(made.content, tmp_path) == []
    styles = {style.get(f"{W}styleId"): style for style in made.xml("word/styles.xml").iter(f"{W}style")}
    assert styles["Heading1"].find(f"{W}rPr/{W}rFonts").get(f"{W}ascii") == "Garamond"
    assert "TableText" in styles  # what the template lacks
    assert made.xml().find(f".//{W}pgSz").get(f"{W}w") == str(round(216 / 25.4 * 1440))
    assert "Text of the template" not in made.file.read("word/document.xml").decode()
    assert b"Office of Examples" in b"".join(
        made.file.read(name) for name in made.file.namelist() if name.startswith("word/header")
    )


def refusal(content: bytes) -> str:
    with pytest.raises(CannotOpen) as refused:
        check_template(content)
    return str(refused.value)


def test_what_is_not_safe_is_refused_with_what_to_do() -> None:
    good = template()
    relations = part(good, "word/_rels/document.xml.rels").decode()

    def with_relation(kind: str, target: str, mode: str = "") -> bytes:
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        row = f'<Relationship Id="rIdX" Type="{office}/{kind}" Target="{target}"{mode}/></Relationships>'
        return changed(good, {"word/_rels/document.xml.rels": relations.replace("</Relationships>", row).encode()})

    assert "embedded object" in refusal(with_relation("oleObject", "embeddings/a.bin"))
    assert "not in the file (“https://example.org/a.png”)" in refusal(
        with_relation("image", "https://example.org/a.png", ' TargetMode="External"')
    )
    dtd = part(good, "word/styles.xml").replace(b"<w:styles", b"<!DOCTYPE w:styles><w:styles", 1)
    assert "DTD" in refusal(changed(good, {"word/styles.xml": dtd}))
    assert "not a Word document" in refusal(b"text")
    assert "larger than 5 MB" in refusal(b"PK" + b"\0" * SIZE_LIMIT)
    assert "No report can be written" in refusal(changed(good, {"word/numbering.xml": b"<a/>"}))
    assert "macros" in refusal(with_type(good, "application/vnd.ms-word.document.macroEnabled.main+xml"))


def test_a_template_is_stored_encrypted_used_replaced_and_removed(
    report: Report, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    first, second = template(), template("Another office")
    set_template(report=report, file=BytesIO(first), name="folder/ours.dotx", by=None)
    row = WordTemplate.objects.get()
    assert (row.name, template_of(report)) == ("ours.dotx", first)
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert not stored[0].read_bytes().startswith(b"PK")
    content = make_file(FORMATS["docx"], report, document("Text."), "x", lambda done, step: None)
    assert b"Garamond" in part(content, "word/styles.xml")
    with django_capture_on_commit_callbacks(execute=True):
        set_template(report=report, file=BytesIO(second), name="ours.dotx", by=None)
    assert template_of(report) == second
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    with django_capture_on_commit_callbacks(execute=True):
        remove_template(report=report, by=None)
    assert (WordTemplate.objects.count(), template_of(report)) == (0, None)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_running_head_that_names_a_respondent_is_refused(report: Report) -> None:
    Contact.objects.create(assessment=report.assessment, name="Nino Examplishvili")
    with pytest.raises(ValidationError, match="names a respondent"):
        set_template(report=report, file=BytesIO(template("For Nino Examplishvili")), name="a.docx", by=None)
    assert not WordTemplate.objects.exists()


def test_template_upload_is_for_leads(report: Report, client_as: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    lead: Client = client_as("lead")
    address = f"/a/{report.assessment.reference}/report/settings/"
    reply = lead.post(f"{address}template/", {"template": SimpleUploadedFile("ours.dotx", as_dotx(template()))})
    assert (reply.status_code, reply.headers["Location"]) == (302, address)
    page = lead.get(address).content.decode()
    assert "ours.dotx" in page
    reply = lead.post(f"{address}template/", {"template": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert (reply.status_code, "The file is a PDF" in reply.content.decode()) == (422, True)
    assert lead.post(f"{address}template/", {}).status_code == 422
    assert WordTemplate.objects.get().name == "ours.dotx"
    consultant = client_as("consultant")
    assert "template/" not in consultant.get(address).content.decode()
    assert consultant.post(f"{address}template/", {}).status_code == 403


def test_template_remove_says_that_files_keep_their_look(
    report: Report, client_as: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    set_template(report=report, file=BytesIO(template()), name="ours.dotx", by=None)
    address = f"/a/{report.assessment.reference}/report/settings/template/remove/"
    assert client_as("consultant").post(address).status_code == 403
    page = client_as("lead").post(address, follow=True).content.decode()
    assert "Word files that exist keep their look" in page
    assert not WordTemplate.objects.exists()
