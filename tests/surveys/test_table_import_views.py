"""The pages of an import: what they show, what they refuse, what is still there afterwards."""

import html
import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from surveys.models import ImportMapping, Response, TableImport
from surveys.views import table_imports
from tests.old_workbooks import old_workbook
from tests.surveys.exports import kobo_table
from tests.surveys.factories import document_2016
from tests.surveys.test_table_imports import ANSWERS, as_csv, as_xlsx, in_any_order, stored

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
        (b"%PDF-1.7", "a.pdf", "is neither CSV nor XLSX nor XLS"),
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


WORDS = "Victimes déjà protégées"


def of_sheet(client: Client, home: str) -> str:
    return text(client.get(home + "sheet/"))


def test_response_import_takes_the_encoding_and_separator_that_were_chosen(client) -> None:
    content = f"1.6|2.6\nfemale|{WORDS}; a,b\n".encode("mac_roman")
    home = begin(client, content)
    assert "The file does not say how its letters are encoded." in of_sheet(client, home)
    sent = {"file": SimpleUploadedFile("forms.csv", content), "encoding": "mac_roman", "separator": "|"}
    home = str(client.post(HOME, sent)["Location"]).removesuffix("sheet/")
    page = of_sheet(client, home)
    assert "Read as Mac Roman" in page
    assert "Vertical bar" in page
    assert f"{WORDS}; a,b" in page
    assert "does not say how" not in page
    confirm_file(client, home)  # choosing the sheet keeps how it was read
    assert "Read as Mac Roman" in of_sheet(client, home)
    wrong = {"file": SimpleUploadedFile("forms.csv", content), "encoding": "utf-8-sig"}
    refused = client.post(HOME, wrong)
    assert (refused.status_code, "not encoded in UTF-8" in text(refused)) == (422, True)
    assert client.post(HOME, wrong | {"encoding": "rot13", "separator": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("encoding", "languages", "words"),
    [
        ("cp1252", ["en", "fr"], WORDS),  # was read as Windows-1257
        ("mac_roman", ["fr"], WORDS),
        ("cp1254", ["en", "az"], "İnsan ticareti mağdurları için şöyle"),
        ("cp1251", ["en", "ru"], "Потому что бедность"),
        ("koi8_r", ["ru"], "Потому что бедность"),
        ("cp1256", ["ar"], "ضحايا الاتجار بالبشر في البلاد"),
        ("utf_16_le", ["ru"], "Потому что бедность, и нет работы"),  # without a mark at its beginning
    ],
)
def test_the_encoding_is_one_of_the_languages_of_the_survey_where_several_fit(
    client, survey, encoding, languages, words
) -> None:
    survey.languages = languages
    survey.save()
    home = begin(client, f"1.6;2.6\nfemale;{words}\n".encode(encoding))
    page = of_sheet(client, home)
    assert words in page
    assert "does not say how its letters are encoded" in page


def test_an_old_workbook_comes_in_whatever_it_is_called(client) -> None:
    rows = [["1.6", "2.6", "1.1"], ["female", "Nurse", "MAR"], ["male", "Judge", "mar"]]
    for name in ("forms.xls", "forms.xlsx"):
        home = begin(client, old_workbook({"Data": rows}), name)
        press(client, home + "columns/")
        client.post(home + "preview/", {"language": "en", "source": "paper", "seen": "1"})  # the second adds nothing
        assert in_any_order(stored()) == in_any_order(
            [{"1.6": "female", "2.6": "Nurse", "1.1": "MAR"}, {"1.6": "male", "2.6": "Judge", "1.1": "MAR"}]
        )
    book = as_xlsx(rows)
    assert "Nurse" in of_sheet(client, begin(client, book, "forms.xls"))  # renamed


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "photo.xlsx", "cannot be read as an Excel workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "photo.xls", "cannot be read as an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "locked.xlsx", "protected by a password"),
        (b"," * 5_000 + b"\n" + b"1," * 5_000 + b"\n", "wide.csv", "more than 1900 cells"),
        (b"q" * 20 * 1024 * 1024 + b"q", "long.csv", "larger than 20 MB"),
    ],
)
def test_response_import_refuses_files_that_are_not_what_they_are_called_or_too_large(
    client, content, name, message
) -> None:
    refused = send_file(client, content, name)
    assert (refused.status_code, message in text(refused)) == (422, True)
    assert TableImport.objects.count() == 0


def test_a_table_of_many_columns_and_values_is_sent_whole(client, monkeypatch) -> None:
    head = ",".join(["1.6", *(f"extra {number}" for number in range(1_899))])
    home = begin(client, f"{head}\n{','.join(['female'] * 1_900)}\n".encode())
    assert press(client, home + "columns/")["Location"] == home + "preview/"
    monkeypatch.setattr(table_imports, "MOST_VALUES", 8)
    home = begin(client, b"1.2,1.3\n" + b"".join(b"Job %d,Age %d\n" % (n, n) for n in range(9)))
    press(client, home + "columns/")
    groups = client.get(home + "values/").context["groups"]
    assert [(len(group["lines"]), group["together"]["number"]) for group in groups] == [(3, 6), (3, 6)]


def test_a_table_without_headings_or_with_doubled_ones_is_asked_about_and_nothing_is_stored(client) -> None:
    home = begin(client, b"female,AZE\nmale,GEO\n")
    assert press(client, home + "columns/").status_code == 422  # every column would be left out
    home = begin(client, b"1.6,1.6,2.6\nfemale,male,x\n")
    page = client.get(home + "columns/")
    assert [line["heading"] for line in page.context["doubtful"]] == ["1.6", "1.6"]
    assert press(client, home + "columns/").status_code == 422
    assert press(client, home + "columns/", c0="1.6", c1="Leave out")["Location"] == home + "preview/"
    assert Response.objects.count() == 0


def test_formulas_and_merged_cells_of_a_workbook_are_read_as_what_they_show(client) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Answers of the office", None])
    sheet.merge_cells("A1:B1")
    sheet.append(["1.6", "2.6"])
    sheet.append(["female", "=1+1"])  # not calculated: the file has no value of it
    sheet.append(["male", "x"])
    out = BytesIO()
    book.save(out)
    home = begin(client, out.getvalue(), "forms.xlsx")
    press(client, home + "columns/")
    client.post(home + "preview/", {"language": "en", "source": "paper", "seen": "1"})
    assert in_any_order(stored()) == in_any_order([{"1.6": "female"}, {"1.6": "male", "2.6": "x"}])
