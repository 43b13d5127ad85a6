"""The pages of an import: what they show, what they refuse, what is still there afterwards."""

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from surveys.models import ImportMapping, Response, TableImport
from tests.surveys.exports import kobo_table
from tests.surveys.factories import document_2016
from tests.surveys.test_table_imports import ANSWERS, as_csv, in_any_order, stored

pytestmark = pytest.mark.django_db
HOME = "/a/AZE-2016/survey/import/"


def text(response: Any) -> str:
    """The words of a page, in one line."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def send_file(client: Client, content: bytes, name: str = "forms.csv") -> Any:
    return client.post(HOME, {"file": SimpleUploadedFile(name, content)})


def begin(client: Client, content: bytes, name: str = "forms.csv") -> str:
    """The address of the import without its last part."""
    response = send_file(client, content, name)
    assert response.status_code == 302, text(response)
    return str(response["Location"]).removesuffix("sheet/")


def posted(response: Any, **changes: str) -> dict[str, str]:
    """What the page's form sends when nothing is changed but `changes`."""
    context = response.context
    lines = [*context.get("doubtful", []), *context.get("known", []), *context.get("out", [])]
    sent = {f"c{line['at']}": line["value"] for line in lines}
    for group in context.get("groups", []):
        for line in [*group["lines"], *([group["together"]] if group["together"] else [])]:
            sent[line["field"]] = line["chosen"]
    return sent | {"seen": str(context["table_import"].revision)} | changes


def press(client: Client, address: str, **changes: str) -> Any:
    return client.post(address, posted(client.get(address), **changes))


def confirm_file(client: Client, home: str) -> Any:
    revision = client.get(home + "sheet/").context["table_import"].revision
    return client.post(home + "sheet/", {"sheet": "0", "heading": "1", "seen": str(revision)})


@pytest.fixture
def client(client_as: Any, survey: Any) -> Client:
    found: Client = client_as("focal_point")
    return found


def test_table_import_of_kobo_data_asks_nothing_and_is_done_in_four_presses(client) -> None:
    home = begin(client, as_csv(kobo_table(document_2016(), ANSWERS)))
    assert "looks like an export of KoboToolbox" in text(client.get(home + "sheet/"))
    assert confirm_file(client, home)["Location"] == home + "columns/"
    page = client.get(home + "columns/")
    assert page.context["doubtful"] == []
    assert "Every column is recognised" in text(page)
    assert press(client, home + "columns/")["Location"] == home + "preview/"
    page = client.get(home + "preview/")
    assert (page.context["forms"], page.context["faults"]) == (3, [])
    assert "Exploitation in prostitution" in text(page)
    assert press(client, home + "preview/").status_code == 422  # how the forms were filled in is not guessed
    done = client.post(home + "preview/", {"language": "en", "source": "web", "seen": "2"}, follow=True)
    assert "3 forms imported." in text(done)
    assert in_any_order(stored()) == in_any_order(ANSWERS)
    assert TableImport.objects.count() == 0
    again = begin(client, as_csv(kobo_table(document_2016(), ANSWERS)))
    press(client, again + "columns/")
    done = client.post(again + "preview/", {"language": "en", "source": "web", "seen": "1"}, follow=True)
    assert "0 forms imported. 3 had already been imported." in text(done)


def test_table_import_columns_opens_what_is_doubtful_and_keeps_what_was_typed(client) -> None:
    home = begin(client, b"1.6,Which,8.3\nfemale,AZE,x\n")
    page = client.get(home + "columns/")
    assert [line["heading"] for line in page.context["doubtful"]] == ["Which"]
    assert "The questionnaire does not have this." in text(page)
    refused = press(client, home + "columns/", c1="the first one")
    assert (refused.status_code, refused.context["wrong"][0]["value"]) == (422, "the first one")
    assert press(client, home + "columns/", c1="").status_code == 422
    assert press(client, home + "columns/", c1="1.1")["Location"] == home + "preview/"
    client.post(home + "preview/", {"language": "en", "source": "paper", "seen": "1"})
    assert stored() == [{"1.1": "AZE", "1.6": "female", "8.3": "x"}]
    assert ImportMapping.objects.get().columns["Which"] == "item:1.1"


def test_table_import_columns_refuses_two_columns_for_one_question_that_differ(client) -> None:
    home = begin(client, b"1.6,Sex\nfemale,male\n")
    refused = press(client, home + "columns/", c1="1.6")
    assert refused.status_code == 422
    assert "differ in row 2" in text(refused)


def test_table_import_values_asks_what_values_mean_with_their_counts(client) -> None:
    rows = "\n".join(["Clown"] * 3 + ["academic", "Nurse"])
    home = begin(client, f"1.2\n{rows}\n".encode())
    assert press(client, home + "columns/")["Location"] == home + "values/"
    page = client.get(home + "values/")
    [group] = page.context["groups"]
    assert [(line["value"], line["times"], line["chosen"]) for line in group["lines"]] == [
        ("Clown", 3, "_words"),
        ("Nurse", 1, "_words"),
    ]
    nurse = group["lines"][1]["field"]
    assert press(client, home + "values/", **{nurse: "academic"})["Location"] == home + "preview/"
    client.post(home + "preview/", {"language": "en", "source": "web", "seen": "2"})
    assert in_any_order(stored()) == in_any_order(
        [{"1.2": "academic"}] * 2 + [{"1.2": "other", "1.2_other": "Clown"}] * 3
    )


def test_table_import_values_decides_many_values_together(client) -> None:
    home = begin(client, ("1.2\n" + "\n".join(f"Job {n}" for n in range(60)) + "\n").encode())
    press(client, home + "columns/")
    page = client.get(home + "values/")
    [group] = page.context["groups"]
    assert (len(group["lines"]), group["together"]["number"]) == (40, 20)
    press(client, home + "values/")
    assert client.get(home + "preview/").context["faults"] == []


def test_table_import_preview_lists_faults_by_row_and_imports_nothing(client) -> None:
    home = begin(client, b"1.6,2.2\nfemale,\nmale,slavery\n")
    press(client, home + "columns/")
    page = client.get(home + "preview/")
    assert page.context["faults"] == [(3, "2.2", "Choose exactly 3, or none to skip the question; you chose 1.")]
    sent = {"language": "en", "source": "web", "seen": "1"}
    assert client.post(home + "preview/", sent).status_code == 422
    assert Response.objects.count() == 0
    client.post(home + "preview/", sent | {"as_given": "on"})
    assert sorted(str(one.invalid) for one in Response.objects.all()) == [
        "{'2.2': {'given': ['slavery'], 'code': 'choose_exactly'}}",
        "{}",
    ]


def test_table_import_discard_erases_a_table_that_survived_a_lost_session(client, client_as) -> None:
    home = begin(client, b"1.6\nfemale\n", "Survey of the office.csv")
    client.session.flush()
    other = client_as("lead")
    assert "Survey of the office.csv" in text(other.get(HOME))
    assert other.get(home + "columns/").status_code == 200
    other.post(home + "discard/")
    assert TableImport.objects.count() == 0
    for step in ("sheet", "columns", "values", "preview"):
        assert other.get(f"{home}{step}/")["Location"] == HOME
        assert other.post(f"{home}{step}/", {})["Location"] == HOME
    assert "Choose the file again" in text(other.get(HOME))


def test_import_mapping_forget_forgets_columns_when_asked(client) -> None:
    home = begin(client, b"1.6\nfemale\n")
    press(client, home + "columns/")
    client.post(home + "preview/", {"language": "en", "source": "web", "seen": "1"})
    mapping = ImportMapping.objects.get()
    assert "Tables of your own" in text(client.get(HOME))
    client.post(f"{HOME}mappings/{mapping.pk}/forget/")
    assert ImportMapping.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"%PDF-1.7", "a.pdf", "is neither CSV nor XLSX"),
        (b"PK\x03\x04broken", "a.xlsx", "cannot be read as an Excel workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff", "a.csv", "not encoded in UTF-8"),
        (b"\n\n", "a.csv", "The file is empty"),
        (b"", "a.csv", "The file is empty"),
    ],
)
def test_response_import_refuses_what_is_no_table(client, content, name, message) -> None:
    response = send_file(client, content, name)
    assert (response.status_code, TableImport.objects.count()) == (422, 0)
    assert message in text(response)


def test_table_import_sheet_refuses_a_row_that_the_file_does_not_have(client) -> None:
    home = begin(client, b"1.6\nfemale\n")
    refused = client.post(home + "sheet/", {"sheet": "0", "heading": "99", "seen": "0"})
    assert (refused.status_code, "has no such row" in text(refused)) == (422, True)
    assert client.post(home + "sheet/", {"sheet": "7", "heading": "x", "seen": "0"}).status_code == 422


def test_table_import_of_a_page_left_behind_changes_nothing(client) -> None:
    home = begin(client, b"1.6\nfemale\n")
    old = posted(client.get(home + "columns/"))
    confirm_file(client, home)
    refused = client.post(home + "columns/", old)
    assert (refused.status_code, "changed on another page" in text(refused)) == (422, True)
