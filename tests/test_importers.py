"""Each importer refuses a file that is too large for its purpose, at once and with a message."""

import io
import time
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.models import Assessment, Contact, Document
from instruments.definition_files import definition_from
from instruments.models import Instrument
from instruments.schema import DefinitionError
from instruments.services.versions import adapt
from interviews.models import Interview, Theme
from surveys.models import Invitation, Response
from tests.factories import UserFactory
from tests.fuzz import workbook
from tests.surveys.factories import SurveyFactory

pytestmark = pytest.mark.django_db
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HOME = "/a/AZE-2016/"
# Seconds of processor time. On an idle machine each is refused in less than one; measuring the coverage of a loop over
# all characters, on a busy machine, takes two. Without the limits these files took 5 to 21.
AT_ONCE = 4


def sheet(rows: str) -> bytes:
    return workbook(sheet1=f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>")


HOSTILE: dict[str, Callable[[], bytes]] = {
    "250 MB in 250 kB": lambda: sheet(" " * 250_000_000),
    "29 MB of blank rows": lambda: sheet("<row/>" * 4_800_000),
    "29 MB of blank cells": lambda: sheet(f"<row>{'<c/>' * 900}</row>" * 8_000),
    "a million numbers": lambda: sheet(f"<row>{'<c><v>1</v></c>' * 100}</row>" * 10_000),
    "a million texts": lambda: sheet(f"<row>{'<c><is><t>a</t></is></c>' * 100}</row>" * 10_000),
    "a million of another spelling": lambda: sheet(f"<row>{'<x:c ><x:v >1</x:v ></x:c >' * 100}</row>" * 10_000),
    "20 MB of commas": lambda: b"code\n" + b"," * 20_000_000,
    "20 MB of blank rows": lambda: b"code,a\n" + b",\n" * 9_900_000,
}


@cache
def hostile(file: str) -> bytes:
    """Made once for all importers: to write the largest takes longer than to refuse it."""
    return HOSTILE[file]()


TABLES = {
    "responses": f"{HOME}survey/import/",
    "invitations": f"{HOME}survey/invitations/add/table/",
    "interviews": f"{HOME}interviews/import/",
    "codebook": f"{HOME}interviews/themes/import/",
}
WORKBOOKS = {"xlsform": "/instruments/import/", "translations": "/instruments/{draft}/translations/ka/import/"}


def stored() -> list[int]:
    counted: list[Any] = [Contact, Document, Instrument, Interview, Invitation, Response, Theme]
    return [model._base_manager.count() for model in counted]


@pytest.fixture
def draft(assessment: Assessment) -> Instrument:
    SurveyFactory(assessment=assessment)
    return adapt(instrument=assessment.questionnaire, owner=assessment, by=UserFactory())


@pytest.mark.parametrize("file", HOSTILE)
@pytest.mark.parametrize("importer", [*TABLES, *WORKBOOKS])
def test_an_importer_refuses_what_is_too_large_at_once(
    client_as: Any, draft: Instrument, importer: str, file: str
) -> None:
    content = hostile(file)
    is_workbook = content.startswith(b"PK")
    if importer in WORKBOOKS and not is_workbook:
        pytest.skip("takes workbooks only")
    address = (TABLES | WORKBOOKS)[importer].format(draft=draft.pk)
    lead, before = client_as("lead"), stored()
    assert lead.get(address, follow=True).status_code == 200, "the page is there, and compiled"
    upload = SimpleUploadedFile("table.xlsx" if is_workbook else "table.csv", content)

    began = time.process_time()
    answer = lead.post(address, {"file": upload, "key": "own"})
    spent = time.process_time() - began

    page = " ".join(answer.content.decode().split())
    assert any(word in page for word in ("too large", "cells", "larger than", "blank rows", "characters")), page[:3000]
    assert (stored(), answer.status_code in (200, 400, 413, 422)) == (before, True)
    assert spent < AT_ONCE, f"{spent:.2f} s"


@pytest.mark.parametrize(
    "content", [b"- a\n" * 1_000_000, b"[" + b"1," * 2_000_000 + b"1]", b"kind: [" + b"{a: b}," * 600_000]
)
def test_a_definition_of_a_million_parts_is_refused_at_once(content: bytes) -> None:
    began = time.process_time()
    with pytest.raises(DefinitionError):
        definition_from(content, "x.yaml")
    assert time.process_time() - began < AT_ONCE


@pytest.mark.parametrize("content", [b"@a{b,}\n" * 280_000, b"TY  - JOUR\n" * 180_000, b"@misc{" + b"{" * 1_900_000])
def test_document_import_refuses_a_file_of_broken_entries_at_once(
    client_as: Any, assessment: Any, content: bytes
) -> None:
    lead = client_as("lead")
    lead.get(f"{HOME}documents/import/")
    began = time.process_time()
    answer = lead.post(f"{HOME}documents/import/", {"code_prefix": "Gen", "file": SimpleUploadedFile("x.bib", content)})
    spent = time.process_time() - began
    assert (answer.status_code, Document.objects.count()) == (200, 0)
    assert answer.context["form"].errors
    assert spent < AT_ONCE, f"{spent:.2f} s"


def test_a_workbook_with_a_part_of_another_size_than_in_its_directory_is_refused(client_as: Any, draft: Any) -> None:
    out = io.BytesIO(sheet("<row/>" * 1_000))
    with zipfile.ZipFile(out) as package:
        size = package.getinfo("xl/worksheets/sheet1.xml").file_size
    lied = out.getvalue().replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lied != out.getvalue()
    answer = client_as("lead").post(TABLES["interviews"], {"file": SimpleUploadedFile("t.xlsx", lied)})
    assert "cannot be read as an Excel workbook" in answer.content.decode()
