"""A Word document is read, shown and taken over: into a section, or heading by heading into the outline."""

import html
import json
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.archiving import ArchivedError
from assessments.models import Assessment
from assessments.services.archive import archive_assessment
from ctnat.ui.errors import InputError
from reports.document.outline_match import matching, plain_title
from reports.models import Report, Section
from reports.services.reports import create_report
from reports.services.sections import EditConflict, add_section, edit_section
from reports.services.word_imports import Choice, take_over_outline, take_over_section
from reports.word.importing import Piece
from tests.reports.word.packages import docx, p, r

HEADING = '<w:outlineLvl w:val="{}"/>'


@pytest.fixture
def report(assessment: Assessment) -> Report:
    return create_report(assessment=assessment, by=None)


@pytest.fixture
def section(report: Report) -> Section:
    return add_section(report=report, title="Border work", by=None, body="What was there[^1].\n\n[^1]: Old note.")


def heading(text: str, level: int = 1) -> str:
    return p(text, HEADING.format(level - 1))


def upload(body: str, name: str = "words.docx", **others: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, docx(body, **others))


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the page, and what is chosen on it."""
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: html.unescape(value) for name, value in found.items()}


def send(client: Any, address: str, file: SimpleUploadedFile, changes: str = "accepted") -> Any:
    return client.post(address, {"file": file, "changes": changes})


def test_section_import_shows_the_words_and_changes_nothing_before_the_press(client_as: Any, section: Section) -> None:
    lead = client_as("lead")
    address = reverse("reports:section_import", args=[section.report.assessment.reference, section.key])
    assert lead.get(address).status_code == 200
    body = heading("Border work") + p("New {{ interviews.count }} &lt;b&gt;") + "<w:p><w:r><w:pict/></w:r></w:p>"
    response = send(lead, address, upload(body))
    page = response.content.decode()
    assert response.status_code == 200
    assert "A picture" in page
    assert "Nothing has been changed yet." in page
    section.refresh_from_db()
    assert section.revision == 1
    sent = fields(page)
    assert sent["body"].strip() == "New {{ interviews.count }} \\<b>"
    refused = lead.post(address, sent)
    assert refused.status_code == 422
    assert "Choose whether the present text is replaced." in refused.content.decode()
    assert "A picture" in refused.content.decode()
    taken = lead.post(address, {**sent, "how": "replace"}, follow=True)
    assert "The words were taken over." in taken.content.decode()
    section.refresh_from_db()
    assert section.body.strip() == "New {{ interviews.count }} \\<b>"
    assert section.revisions.count() == 2


def test_words_are_added_with_footnotes_of_their_own_and_only_once(section: Section) -> None:
    for _time in range(2):
        take_over_section(section=section, body="More[^1].\n\n[^1]: New note.", append=True, revision=1, by=None)
    section.refresh_from_db()
    assert section.body == ("What was there[^1].\n\n[^1]: Old note.\n\nMore[^2].\n\n[^2]: New note.")
    assert section.revision == 2


@pytest.mark.parametrize("append", [True, False])
def test_nothing_is_taken_over_in_the_archive(section: Section, member: Any, append: bool) -> None:
    lead, before = member("lead"), section.body
    archive_assessment(assessment=section.report.assessment, by=lead)
    with pytest.raises(ArchivedError):
        take_over_section(section=section, body="Two.", append=append, revision=section.revision, by=lead)
    assert Section.objects.get(pk=section.pk).body == before


def test_a_section_that_was_saved_meanwhile_is_not_overwritten(client_as: Any, section: Section) -> None:
    lead = client_as("lead")
    address = reverse("reports:section_import", args=[section.report.assessment.reference, section.key])
    sent = fields(send(lead, address, upload(p("New"))).content.decode())
    edit_section(section=section, body="Of a colleague", by=None, revision=1)
    refused = lead.post(address, {**sent, "how": "replace"})
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Nothing was taken over." in page
    section.refresh_from_db()
    assert section.body == "Of a colleague"
    assert lead.post(address, {**fields(page), "how": "replace"}).status_code == 302
    with pytest.raises(EditConflict):
        take_over_section(section=section, body="x", append=True, revision=77, by=None)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("words.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), "older format"),
        (SimpleUploadedFile("words.pdf", b"%PDF-1.4"), "is a PDF"),
        (SimpleUploadedFile("words.docx", b"nothing"), "not a Word document"),
        (SimpleUploadedFile("words.docx", b""), "The file is empty"),
        (SimpleUploadedFile("empty.docx", docx("")), "no text"),
        (None, "Choose a file."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(
    client_as: Any, section: Section, file: SimpleUploadedFile | None, said: str
) -> None:
    here = section.report.assessment.reference
    for address in (
        reverse("reports:section_import", args=[here, section.key]),
        reverse("reports:report_import", args=[here]),
    ):
        if file is not None:
            file.seek(0)
        given = {"changes": "accepted", **({"file": file} if file is not None else {})}
        refused = client_as("lead").post(address, given)
        assert refused.status_code == 422
        assert said in html.unescape(refused.content.decode())


def test_a_file_that_is_too_large_is_refused(client_as: Any, section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.forms.SIZE_LIMIT", 100)
    address = reverse("reports:report_import", args=[section.report.assessment.reference])
    assert "the limit is" in send(client_as("lead"), address, upload(p("x"))).content.decode()


def test_tracked_changes_are_asked_for_and_told(client_as: Any, section: Section) -> None:
    change = f'<w:p><w:ins w:id="1" w:author="A">{r("Inserted")}</w:ins>{r(" kept")}</w:p>'
    address = reverse("reports:section_import", args=[section.report.assessment.reference, section.key])
    accepted = send(client_as("lead"), address, upload(change)).content.decode()
    assert "The file has 1 tracked change." in accepted
    assert fields(accepted)["body"].strip() == "Inserted kept"
    assert (
        fields(send(client_as("lead"), address, upload(change), "refused").content.decode())["body"].strip() == "kept"
    )


DOCUMENT = (
    p("A preface")
    + heading("1. Border work")
    + p("Words of the border")
    + heading("Patrols", 2)
    + p("Words of patrols")
    + heading("A new chapter")
    + p("Words of the chapter")
)


def test_report_import_proposes_sections_by_title(client_as: Any, section: Section) -> None:
    lead = client_as("lead")
    here = section.report.assessment.reference
    address = reverse("reports:report_import", args=[here])
    shown = send(lead, address, upload(DOCUMENT))
    assert shown.status_code == 200
    sent = fields(shown.content.decode())
    assert [sent[f"how_{place}"] for place in range(4)] == ["leave", "replace", "text", "new"]
    assert sent["target_1"] == section.key
    assert not Section.objects.filter(title="A new chapter").exists()
    taken = lead.post(address, sent, follow=True)
    assert "1 section was changed" in taken.content.decode()
    assert "1 section was added." in taken.content.decode()
    section.refresh_from_db()
    assert section.body == "Words of the border\n\n### Patrols\n\nWords of patrols"
    new = Section.objects.get(title="A new chapter")
    assert (new.parent_id, new.position, new.body) == (None, section.position + 1, "Words of the chapter")
    again = lead.post(address, sent)
    assert again.status_code == 302, "the same form makes nothing twice"
    assert Section.objects.filter(title="A new chapter").count() == 1


def test_a_text_that_somebody_has_written_is_never_proposed_to_be_replaced(client_as: Any, section: Section) -> None:
    edit_section(section=section, body="Written", by=None)
    lead = client_as("lead")
    address = reverse("reports:report_import", args=[section.report.assessment.reference])
    sent = fields(send(lead, address, upload(DOCUMENT)).content.decode())
    assert sent["how_1"] == ""
    refused = lead.post(address, sent)
    assert refused.status_code == 422
    assert "Choose what becomes of “1. Border work”." in refused.content.decode()
    kept = fields(refused.content.decode())
    assert kept["how_3"] == "new"
    assert lead.post(address, {**kept, "how_1": "append", "target_1": ""}).status_code == 422
    assert lead.post(address, {**kept, "how_1": "append"}).status_code == 302
    section.refresh_from_db()
    assert section.body.startswith("Written\n\nWords of the border")


def test_a_conflict_takes_nothing_over(client_as: Any, section: Section) -> None:
    lead = client_as("lead")
    address = reverse("reports:report_import", args=[section.report.assessment.reference])
    sent = fields(send(lead, address, upload(DOCUMENT)).content.decode())
    edit_section(section=section, body="Of a colleague", by=None)
    refused = lead.post(address, sent)
    assert refused.status_code == 409
    assert not Section.objects.filter(title="A new chapter").exists()
    assert lead.post(address, fields(refused.content.decode())).status_code == 302


@pytest.mark.parametrize(
    "words", ["", "{", "[]", "[1]", '[["a", "b", "c", []]]', '[["a", 99, "c", []]]', "null", "[[1,2,3,4]]"]
)
def test_words_that_did_not_arrive_are_told(client_as: Any, section: Section, words: str) -> None:
    address = reverse("reports:report_import", args=[section.report.assessment.reference])
    refused = client_as("lead").post(address, {"words": words}, follow=True)
    assert "Choose the file again." in refused.content.decode()


def test_new_sections_go_below_the_heading_above_them(report: Report, section: Section) -> None:
    pieces = [Piece("Border work", 1, "a"), Piece("Posts", 2, "b"), Piece("At night", 3, "c"), Piece("By day", 3, "d")]
    choices = [Choice("append", section.key), Choice("new"), Choice("new"), Choice("new")]
    seen = {section.key: section.revision}
    assert take_over_outline(report=report, pieces=pieces, choices=choices, seen=seen, by=None) == (1, 3)
    posts = Section.objects.get(title="Posts")
    assert posts.parent == section
    assert [child.title for child in posts.children.all()] == ["At night", "By day"]


def test_choices_that_do_not_go_together_are_refused(report: Report, section: Section) -> None:
    pieces = [Piece("A", 1, "a"), Piece("B", 1, "b")]
    seen = {section.key: section.revision}
    twice = [Choice("replace", section.key)] * 2
    with pytest.raises(InputError, match="can be replaced once"):
        take_over_outline(report=report, pieces=pieces, choices=twice, seen=seen, by=None)
    with pytest.raises(InputError, match="Choose the section"):
        take_over_outline(report=report, pieces=pieces, choices=[Choice("replace", "gone")] * 2, seen=seen, by=None)
    both = [Choice("replace", section.key), Choice("append", section.key)]
    take_over_outline(report=report, pieces=pieces, choices=both, seen=seen, by=None)
    section.refresh_from_db()
    assert section.body == "a\n\nb"
    left = [Choice("leave"), Choice("text")]
    assert take_over_outline(report=report, pieces=pieces, choices=left, seen=seen, by=None) == (0, 0)


def test_too_deep_a_section_is_told(report: Report) -> None:
    pieces = [Piece(f"Level {level}", level, "") for level in (1, 2, 3, 4)]
    with pytest.raises(ValidationError, match="parent"):
        take_over_outline(report=report, pieces=pieces, choices=[Choice("new")] * 4, seen={}, by=None)
    assert not Section.objects.filter(title="Level 1").exists()


def test_titles_match_without_numbers_signs_and_case() -> None:
    rows = [Section(key="a", title="Legal framework"), Section(key="b", title="2016"), Section(key="c", title="Method")]
    found = matching(["1.2 LEGAL  FRAMEWORK:", "Annex A: Method", "Annex", "Legal framework", ""], rows)
    assert [row.key if row else None for row in found] == ["a", "c", None, None, None]
    assert plain_title("2.1 Context") == "context"


def test_only_those_who_write_the_report_may_import(check_roles: Any, section: Section) -> None:
    here = section.report.assessment.reference
    for name, arguments in (("report_import", [here]), ("section_import", [here, section.key])):
        check_roles(reverse(f"reports:{name}", args=arguments), allowed="consultant", denied="focal_point")


def test_a_long_document_is_asked_about_by_fewer_levels(
    client_as: Any, section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.views.word_imports.MOST_PIECES", 3)
    address = reverse("reports:report_import", args=[section.report.assessment.reference])
    page = send(client_as("lead"), address, upload(heading("One") + heading("Two", 2) * 5)).content.decode()
    assert [row[0] for row in json.loads(fields(page)["words"])] == ["One"]
    refused = send(client_as("lead"), address, upload(heading("One") * 5))
    assert "more than 3 headings" in refused.content.decode()
