"""The codebook as files: exported and imported again, and hostile files have no effect."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.models import Assessment, AuditEvent
from ctnat.ui.tables import read_table
from interviews import codebook_files
from interviews.models import Theme
from interviews.services.themes import seed_codebook
from tests.interviews.factories import ThemeFactory

pytestmark = pytest.mark.django_db
AREAS = {"3": "Identification and referral", "4": "Protection and assistance"}
# As other programs write it: nested codes, sets, descriptions.
FOREIGN = """<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="Another program">
  <Codes>
    <Code guid="1FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="identification and referral" isCodable="false">
      <Code guid="2FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="Hotlines" isCodable="true">
        <Description>Any telephone service.</Description>
        <Code guid="3FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="Trust &amp; fear" isCodable="true"/>
      </Code>
    </Code>
  </Codes>
  <Sets><Set guid="4FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="Good practice">
    <MemberCode guid="2FF58B12-6F6F-4B0C-8BE5-BBDC91F55294"/></Set></Sets>
</CodeBook>"""


def url(name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=["AZE-2016", *args])


def values(assessment: Assessment) -> list[tuple[Any, ...]]:
    fields = ("label", "definition", "area", "criterion", "kind", "guid")
    return list(Theme.objects.for_assessment(assessment).order_by("guid").values_list(*fields))


def upload(client: Any, content: bytes, name: str) -> Any:
    return client.post(url("codebook_import"), {"file": SimpleUploadedFile(name, content)})


def test_from_qdc_reads_other_programs() -> None:
    first, second = codebook_files.from_qdc(FOREIGN.encode(), AREAS)
    assert (first.label, first.definition, first.area, first.kind) == (
        "Hotlines",
        "Any telephone service.",
        "3",
        "good_practice",
    )
    assert (second.label, second.area, second.kind) == ("Trust & fear", "3", None)
    assert second.guid == uuid.UUID("3FF58B12-6F6F-4B0C-8BE5-BBDC91F55294")


@pytest.mark.parametrize("form", ["csv", "qdc"])
def test_codebook_export_is_imported_unchanged(form: str, assessment: Assessment, client_as: Any) -> None:
    client = client_as("lead")
    seed_codebook(assessment=assessment, by=None)
    ThemeFactory(assessment=assessment, label="=HYPERLINK(1)", definition="<b>&\nсвоё", area="", kind="trend")
    before = values(assessment)
    response = client.get(url("codebook_export", form))
    assert response["Content-Disposition"] == f'attachment; filename="AZE-2016-codebook.{form}"'
    assert AuditEvent.objects.get(action="codebook.exported").detail == {"format": form}
    Theme.objects.all().delete()
    assert upload(client, response.content, f"a.{form}").status_code == 302
    known = [0, 1, 2, 4, 5] if form == "qdc" else range(6)  # REFI-QDA has no place for the criterion
    assert [[row[n] for n in known] for row in values(assessment)] == [[row[n] for n in known] for row in before]


def test_csv_contains_no_cell_that_a_spreadsheet_executes(assessment: Assessment) -> None:
    labels = ["=1+1", "+1", "-1", "@x"]
    themes = [ThemeFactory(assessment=assessment, label=label) for label in labels]
    table = read_table(codebook_files.to_csv(themes), "a.csv")
    assert [row["label"] for _, row in table.rows] == ["'=1+1", "'+1", "'-1", "'@x"]
    assert [entry.label for entry in codebook_files.from_table(table)] == labels


def test_codebook_import_updates_known_themes(assessment: Assessment, client_as: Any) -> None:
    theme = ThemeFactory(assessment=assessment, code="hotlines", label="Old")
    csv = "code,label,area,kind,retired\nhotlines,New,4,Trend,\nmore,More,,,yes\n"
    assert upload(client_as("consultant"), csv.encode(), "a.csv").status_code == 302
    theme.refresh_from_db()
    assert (theme.label, theme.area, theme.kind, theme.retired_at) == ("New", "4", "trend", None)
    assert Theme.objects.get(code="more").retired_at is not None


def test_codebook_import_lists_every_fault_and_changes_nothing(assessment: Assessment, client_as: Any) -> None:
    csv = "label,area,kind\nGood,3,gap\n,3,gap\nB,99,gap\nC,3,poem\n"
    response = upload(client_as("lead"), csv.encode(), "a.csv")
    assert [fault.split(":")[0] for fault in response.context["faults"]] == [
        "Row 3, label",
        "Row 4, area",
        "Row 5, kind",
    ]
    assert not Theme.objects.exists()


BOMB = '<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
READS = '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
NAMED = (
    '<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="1" name="&x;" isCodable="true"/></Codes></CodeBook>'
)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (READS + NAMED, "a.qdc", "contains a document type declaration"),
        (BOMB + NAMED.replace("&x;", "&b;"), "a.qdc", "contains a document type declaration"),
        ((READS + NAMED).encode("utf-16"), "a.qdc", "contains a document type declaration"),
        (NAMED, "a.qdc", "cannot be read as XML"),
        ("<html/>", "a.qdc", "not a REFI-QDA codebook"),
        ("<CodeBook><Codes/></CodeBook>", "a.qdc", "contains no codes"),
        ("<CodeBook>" + "<Code name='a'>" * 40, "a.qdc", "nested more than 30 deep"),
        ("no xml", "a.qdc", "cannot be read as XML"),
        (b"\x00\xff", "a.qdc", "cannot be read as XML"),
        ('<?xml version="1.0" encoding="no-such"?><CodeBook/>', "a.qdc", "cannot be read as XML"),
        (b" " * (codebook_files.QDC_LIMIT + 1), "a.qdc", "larger than 2 MB"),
        ("name\nx", "a.csv", "“label” is missing"),
        ("label,label\nx,y", "a.csv", "appears twice"),
        (b"\xff\x00", "a.csv", "does not match its extension"),
        ("x", "a.exe", "cannot be uploaded"),
        ("", "a.csv", "empty"),
    ],
)
def test_codebook_import_refuses(content: Any, name: str, message: str, assessment: Assessment, client_as: Any) -> None:
    content = content.encode() if isinstance(content, str) else content
    response = upload(client_as("lead"), content, name)
    assert response.status_code == 200
    assert message in " ".join(response.context["form"].errors["file"])
    assert not Theme.objects.exists()


def test_codebook_export_roles(assessment: Assessment, check_roles: Any, client_as: Any) -> None:
    check_roles(url("codebook_export", "csv"), allowed="observer", denied="focal_point", wrong="post")
    assert client_as("lead").get(url("codebook_export", "exe")).status_code == 404


def test_codebook_import_roles(assessment: Assessment, check_roles: Any) -> None:
    check_roles(url("codebook_import"), allowed="consultant", denied="observer", wrong="delete")


def test_codebook_seed_roles(assessment: Assessment, check_roles: Any) -> None:
    check_roles(url("codebook_seed"), allowed="consultant", denied="observer", method="post", wrong="get", ok=302)
    assert Theme.objects.for_assessment(assessment).exists()
