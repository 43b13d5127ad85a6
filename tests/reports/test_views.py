"""The report's pages: who may use them, what they do, and that nothing typed is lost."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import translation

from assessments.models import Assessment, AuditEvent, WorkerBeat
from reports.models import Build, Edition, EditionFile, Report, Section, ShareLink
from reports.services.reports import create_report
from reports.services.sections import edit_section
from reports.services.shares import share_edition, shared_edition

pytestmark = pytest.mark.django_db
BASE = "/a/AZE-2016/report/"


@pytest.fixture
def report(assessment: Assessment) -> Report:
    return create_report(assessment=assessment, by=None)


@pytest.fixture
def lead(client_as: Any) -> Client:
    return client_as("lead")


def context_section() -> Section:
    return Section.objects.get(key="context")


def form(body: str, revision: int = 1) -> dict[str, Any]:
    return {"title": "Research context", "body": body, "revision": revision}


def test_report_allows_the_right_roles(report: Report, check_roles: Any) -> None:
    check_roles(BASE, allowed="observer", wrong="post")


def test_report_create_is_offered_where_there_is_none(assessment: Assessment, lead: Client) -> None:
    assert "Create report" in lead.get(BASE).content.decode()
    assert lead.post(f"{BASE}create/").status_code == 302
    assert Report.objects.get().sections.filter(parent=None).count() == 9


def test_report_needs_the_same_queries_for_more_sections(
    report: Report, lead: Client, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        lead.get(BASE)
    for number in range(3):
        Section.objects.create(report=report, key=f"more-{number}", title="More", parent=context_section())
    with CaptureQueriesContext(connection) as many:
        lead.get(BASE)
    assert len(few) == len(many)


def test_report_read_reads_each_kind_of_row_once(report: Report, lead: Client) -> None:
    """Five blocks of recommendations, five of the matrix and three of instruments stand in a new report."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    lead.get(f"{BASE}read/")  # the reading is recorded once a day
    with CaptureQueriesContext(connection) as queries:
        lead.get(f"{BASE}read/")
    asked = [query["sql"].partition(" FROM ")[2].partition(" ")[0].strip('"') for query in queries]
    assert max(asked.count(name) for name in ("surveys_survey", "assessments_study", "indicators_translation")) <= 1
    assert asked.count("indicators_recommendation") == 2  # the rows, and how many there are
    assert len(queries) <= 33


def test_section_edit_allows_the_right_roles(report: Report, check_roles: Any) -> None:
    check_roles(f"{BASE}sections/context/", allowed="consultant", denied="observer", wrong="put")


def test_section_edit_saves(report: Report, lead: Client) -> None:
    response = lead.post(f"{BASE}sections/context/", form("New text"))
    assert (response.status_code, context_section().body) == (302, "New text")


def test_section_edit_shows_both_texts_to_the_second_editor(report: Report, lead: Client) -> None:
    edit_section(section=context_section(), body="Hers", by=None)
    response = lead.post(f"{BASE}sections/context/", form("His", revision=1))
    html = response.content.decode()
    assert response.status_code == 409
    assert "Your text has not been saved" in html
    assert ">\nHis</textarea>" in html
    assert ">Hers</pre>" in html
    assert context_section().body == "Hers"
    assert lead.post(f"{BASE}sections/context/", form("Both", revision=2)).status_code == 302


@pytest.mark.parametrize("body", ["a\x00b", "x" * 1_000_001])
def test_section_edit_shows_a_refused_text_again(report: Report, lead: Client, body: str) -> None:
    response = lead.post(f"{BASE}sections/context/", form(body))
    assert response.status_code == 422
    assert body.replace("\x00", "")[:50] in response.content.decode().replace("\x00", "")
    assert context_section().revision == 1


@pytest.mark.parametrize("letter", ["ქ", "\n", "𝒳"])
def test_section_edit_takes_as_many_characters_as_its_limit_states(report: Report, lead: Client, letter: str) -> None:
    body = letter.replace("\n", "\r\n") * 1_000_000
    data = urlencode(form(body))
    response = lead.post(f"{BASE}sections/context/", data, content_type="application/x-www-form-urlencoded")
    assert (response.status_code, len(context_section().body)) == (302, 1_000_000)


@pytest.mark.parametrize("revision", ["", "x", "9" * 100, "-1", "\x00"])
def test_section_edit_survives_a_wrong_revision(report: Report, lead: Client, revision: str) -> None:
    assert lead.post(f"{BASE}sections/context/", form("Text", revision)).status_code == 422  # type: ignore[arg-type]


def test_section_preview_shows_what_the_section_will_show(report: Report, lead: Client) -> None:
    response = lead.post(
        f"{BASE}sections/context/preview/", {"body": "{{ country }} {{ nothing }}[^1]\n\n[^1]: A note."}
    )
    html = response.content.decode()
    assert 'class="fact">Azerbaijan</span>' in html
    assert "Unknown fact “nothing”" in html
    assert "<li>A note.</li>" in html


def test_section_preview_allows_the_right_roles(report: Report, check_roles: Any) -> None:
    check_roles(f"{BASE}sections/context/preview/", allowed="lead", denied="facilitator", method="post", wrong="get")


def test_palette_search_finds_by_every_word(report: Report, lead: Client) -> None:
    html = lead.get(f"{BASE}palette/", {"q": "chart 3.1.5"}, headers={"HX-Request": "true"}).content.decode()
    assert html.count("data-insert=") == 1
    assert 'data-insert="[[chart survey 3.1.5]]"' in html


def test_every_entry_of_the_palette_is_known(report: Report) -> None:
    from reports.document.evidence import evidence_of, writer_for
    from reports.document.palette import entries

    evidence = evidence_of(report)
    writer = writer_for(report, evidence)
    found = list(entries(evidence))
    for entry in found:
        writer.write(entry.insert, section="x", level=3)
    assert len(found) > 400
    assert writer.problems == []


def test_palette_is_in_the_language_of_the_page_and_inserts_the_same(report: Report, lead: Client) -> None:
    from reports.document.evidence import evidence_of
    from reports.document.palette import entries

    evidence = evidence_of(report)
    with translation.override("en"):
        english = list(entries(evidence))
    with translation.override("fr"):
        french = list(entries(evidence))
    assert [(one.insert, one.value) for one in french] == [(one.insert, one.value) for one in english]
    # Titles, questions and options are those of the report.
    bases = "asked|answered|dont_know|skipped|sentence"
    texts = re.compile(rf"\[\[(?:table indicators|chart survey) |\{{\{{ survey\.\d[\d.]*\.(?![\d.]|(?:{bases}) )")
    pairs = [pair for pair in zip(english, french, strict=True) if not texts.match(pair[0].insert)]
    assert len(pairs) > 400
    assert any(one.label.endswith(" (toutes les lignes)") for one in french)
    assert [old.insert for old, new in pairs if old.label == new.label] == []
    assert {new.group for new in french}.isdisjoint(old.group for old in english)
    response = lead.get(f"{BASE}palette/", {"q": "tableau priorités"}, headers={"Accept-Language": "fr"})
    assert 'data-insert="[[table priorities]]"' in response.content.decode()


def test_section_move_changes_the_order(report: Report, lead: Client) -> None:
    lead.post(f"{BASE}sections/context/move/", {"to": "down"})
    order = report.sections.filter(parent__key="introduction").values_list("key", flat=True)
    assert list(order) == ["methodology", "context", "limitations"]


def test_section_hide_and_show(report: Report, lead: Client) -> None:
    button = re.search(r'sections/context/hide/.*?name="hidden" value="(\w+)"', lead.get(BASE).content.decode(), re.S)
    assert button
    for _ in range(2):  # a double click counts once
        lead.post(f"{BASE}sections/context/hide/", {"hidden": button[1]})
        assert context_section().hidden
    lead.post(f"{BASE}sections/context/hide/")  # from a page without that field
    assert context_section().hidden
    lead.post(f"{BASE}sections/context/hide/", {"hidden": "no"})
    assert not context_section().hidden


def test_section_add_opens_the_editor(report: Report, lead: Client) -> None:
    response = lead.post(f"{BASE}sections/add/", {"title": "Acknowledgements", "parent": ""})
    assert response.url == f"{BASE}sections/acknowledgements/"


@pytest.mark.parametrize("data", [{"title": ""}, {"title": "x", "parent": "9" * 30}, {"title": "\x00"}])
def test_section_add_refuses_with_a_message(report: Report, lead: Client, data: dict[str, str]) -> None:
    count = report.sections.count()
    assert lead.post(f"{BASE}sections/add/", data).status_code == 302
    assert report.sections.count() == count


def test_report_settings_saves(report: Report, lead: Client) -> None:
    data = {"title": "A title", "subtitle": "", "language": "ar"}
    assert lead.post(f"{BASE}settings/", data).status_code == 302
    report.refresh_from_db()
    assert (report.title, report.language, report.name_agencies) == ("A title", "ar", False)


def test_report_read_leads_members_to_the_evidence(report: Report, lead: Client) -> None:
    edit_section(section=context_section(), body="{{ survey.3.1.5.answered }}", by=None)
    html = lead.get(f"{BASE}read/").content.decode()
    assert 'href="/a/AZE-2016/analysis/evidence/source/?key=survey%3A3.1.5"' in html
    assert AuditEvent.objects.filter(action="report.read", actor__email="lead@example.org").count() == 1
    assert "<style" not in html
    assert ' style="' not in html


def test_report_check_lists_errors(report: Report, lead: Client) -> None:
    edit_section(section=context_section(), body="{{ nothing }}", by=None)
    assert "1 error, 0 warnings" in lead.get(f"{BASE}check/").content.decode()


def test_section_history_shows_every_text(report: Report, lead: Client) -> None:
    edit_section(section=context_section(), body="Second text", by=None)
    html = lead.get(f"{BASE}sections/context/history/").content.decode()
    assert html.count("<pre") == 2


def test_section_restore_brings_an_earlier_text_back(report: Report, lead: Client) -> None:
    first = context_section().body
    edit_section(section=context_section(), body="Second text", by=None)
    address = f"{BASE}sections/context/history/1/restore/"
    assert f'action="{address}"' in lead.get(f"{BASE}sections/context/history/").content.decode()
    response = lead.post(address, {"revision": "2"}, follow=True)
    assert "Version restored" in response.content.decode()
    section = context_section()
    assert (section.body, section.revision, section.revisions.get(revision=2).body) == (first, 3, "Second text")


@pytest.mark.parametrize("revision", ["1", "", "x", "9" * 40])
def test_section_restore_refuses_where_the_section_was_saved_meanwhile(
    report: Report, lead: Client, revision: str
) -> None:
    edit_section(section=context_section(), body="Second text", by=None)
    response = lead.post(f"{BASE}sections/context/history/1/restore/", {"revision": revision}, follow=True)
    assert "Nothing was restored" in response.content.decode()
    assert context_section().body == "Second text"


def test_section_restore_of_no_text_is_not_found(report: Report, lead: Client) -> None:
    assert lead.post(f"{BASE}sections/context/history/7/restore/", {"revision": "1"}).status_code == 404


def test_section_restore_allows_the_right_roles(report: Report, check_roles: Any) -> None:
    address = f"{BASE}sections/context/history/1/restore/"
    check_roles(address, allowed="consultant", denied="observer", method="post", wrong="get", ok=302)


def test_build_request_makes_the_file_once(
    report: Report, lead: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = lead.post(f"{BASE}builds/request/", {"format": "html"})
    with django_capture_on_commit_callbacks(execute=True):
        second = lead.post(f"{BASE}builds/request/", {"format": "html"})
    assert (first.url, Build.objects.count()) == (second.url, 1)
    assert "Ready" in lead.get(first.url).content.decode()
    file = lead.get(f"{first.url}file/")
    assert file.headers["Content-Disposition"] == 'attachment; filename="AZE-2016-report.html"'
    assert b"".join(file.streaming_content).startswith(b"<!DOCTYPE html>")
    assert AuditEvent.objects.get(action="report.downloaded").object_label == f"html {Build.objects.get().pk}"


def test_build_request_refuses_another_format(report: Report, lead: Client) -> None:
    assert lead.post(f"{BASE}builds/request/", {"format": "exe"}).url == f"{BASE}builds/"
    assert Build.objects.count() == 0


@pytest.fixture
def job(report: Report) -> Build:
    return Build.objects.create(report=report, format="pdf", data_revision="x")


def test_build_list_allows_the_right_roles(job: Build, check_roles: Any) -> None:
    check_roles(f"{BASE}builds/", allowed="observer", wrong="post")


def test_build_list_leads_to_each_build(job: Build, lead: Client) -> None:
    assert f'href="{BASE}builds/{job.pk}/"' in lead.get(f"{BASE}builds/").content.decode()


def test_build_allows_the_right_roles(job: Build, check_roles: Any) -> None:
    check_roles(f"{BASE}builds/{job.pk}/", allowed="observer", wrong="post")


def test_build_that_waits_because_no_worker_runs_shows_the_cause(job: Build, lead: Client, settings: Any) -> None:
    text = "No background worker is running, so this waits"
    assert text not in lead.get(f"{BASE}builds/{job.pk}/").content.decode()
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    assert text in lead.get(f"{BASE}builds/{job.pk}/").content.decode()
    WorkerBeat.objects.create(worker="w")
    assert text not in lead.get(f"{BASE}builds/{job.pk}/").content.decode()


def test_build_cancel_ends_a_waiting_build(job: Build, check_roles: Any) -> None:
    check_roles(f"{BASE}builds/{job.pk}/cancel/", allowed="lead", denied="observer", method="post", wrong="get", ok=302)
    job.refresh_from_db()
    assert job.status == Build.Status.CANCELLED


def test_build_request_allows_the_right_roles(report: Report, check_roles: Any) -> None:
    check_roles(f"{BASE}builds/request/", allowed="lead", denied="observer", method="post", wrong="get", ok=302)


def test_build_file_of_an_unfinished_build_is_not_found(report: Report, lead: Client) -> None:
    job = Build.objects.create(report=report, format="pdf", data_revision="x")
    assert lead.get(f"{BASE}builds/{job.pk}/file/").status_code == 404


def make_edition(lead: Client, capture: Any, kind: str = "draft") -> Edition:
    Section.objects.filter(parent=None).exclude(key="introduction").update(hidden=True)  # a short document is quick
    with capture(execute=True):
        lead.post(f"{BASE}editions/", {"kind": kind, "what_changed": "First"})
    return Edition.objects.latest("number")


def test_edition_list_allows_the_right_roles(report: Report, check_roles: Any) -> None:
    check_roles(f"{BASE}editions/", allowed="observer", wrong="put")
    check_roles(f"{BASE}editions/", allowed="lead", denied="consultant", method="post", ok=422)


def test_edition_list_waits_for_the_files_of_a_new_edition(
    report: Report, lead: Client, django_capture_on_commit_callbacks: Any
) -> None:
    """The page said that the files appear there, and showed “Creating files” until it was opened again."""
    edition = make_edition(lead, django_capture_on_commit_callbacks)
    files = list(edition.files.all())
    edition.files.all().delete()
    assert 'making=1&amp;page=1" data-seen' in lead.get(f"{BASE}editions/").content.decode()
    waiting = lead.get(f"{BASE}editions/?making=1&page=1")
    assert (waiting.status_code, waiting.content) == (204, b"")
    EditionFile.objects.bulk_create(files)
    ready = lead.get(f"{BASE}editions/?making=1&page=1").content.decode()
    assert "editions/1/html/" in ready
    assert "making=1" not in ready


def test_edition_file_is_a_download_and_recorded(
    report: Report, lead: Client, django_capture_on_commit_callbacks: Any
) -> None:
    edition = make_edition(lead, django_capture_on_commit_callbacks)
    file = lead.get(f"{BASE}editions/{edition.number}/html/")
    assert b"".join(file.streaming_content).startswith(b"<!DOCTYPE html>")
    assert AuditEvent.objects.get(action="report.edition_downloaded").detail == {"format": "html"}
    assert lead.get(f"{BASE}editions/{edition.number}/exe/").status_code == 404


def test_edition_retry_makes_the_files_that_are_missing(
    report: Report, lead: Client, check_roles: Any, django_capture_on_commit_callbacks: Any
) -> None:
    edition = make_edition(lead, django_capture_on_commit_callbacks)
    EditionFile.objects.filter(edition=edition, format="html").delete()
    address = f"{BASE}editions/{edition.number}/retry/"
    check_roles(address, allowed="lead", denied="consultant", method="post", wrong="get", ok=302)
    with django_capture_on_commit_callbacks(execute=True):
        lead.post(address)
    assert edition.files.filter(format="html").count() == 1


def test_share_revoke_is_for_those_who_share(report: Report, check_roles: Any, member: Any) -> None:
    edition = Edition.objects.create(report=report, number=1, kind="draft", data_revision="x")
    EditionFile.objects.create(edition=edition, format="html", file="editions/x.html", checksum="y")
    link, token = share_edition(edition=edition, days=3, by=member("lead"))
    assert shared_edition(token) == edition
    address = f"{BASE}shares/{link.pk}/revoke/"
    check_roles(address, allowed="lead", denied="observer", method="post", wrong="get", ok=302)
    assert shared_edition(token) is None


def test_share_create_opens_an_edition_until_the_link_is_revoked(
    report: Report, lead: Client, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    edition = make_edition(lead, django_capture_on_commit_callbacks)
    html = lead.post(f"{BASE}editions/{edition.number}/share/", {"days": "3"}).content.decode()
    address = html.split('readonly value="')[1].split('"')[0]
    path = address.removeprefix("http://testserver")
    shared = client.get(path)
    assert shared.status_code == 200
    assert b"Edition 1 (Draft)" in shared.content
    policy = shared.headers["Content-Security-Policy"]
    assert "style-src 'sha256-" in policy
    assert path.split("/")[2] not in str(ShareLink.objects.values().get())
    lead.post(f"{BASE}shares/{ShareLink.objects.get().pk}/revoke/")
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "x" * 300])
def test_shared_with_a_wrong_token_is_not_found(db: Any, client: Client, token: str) -> None:
    response = client.get(f"/r/{token}/")
    assert response.status_code == 404


@pytest.mark.parametrize("days", ["0", "367", "x", "9" * 40, ""])
def test_share_create_refuses_a_wrong_number_of_days(
    report: Report, lead: Client, days: str, django_capture_on_commit_callbacks: Any
) -> None:
    edition = Edition.objects.create(report=report, number=1, kind="draft", data_revision="x")
    EditionFile.objects.create(edition=edition, format="html", file="editions/x.html", checksum="y")
    assert lead.post(f"{BASE}editions/1/share/", {"days": days}).status_code == 302
    assert ShareLink.objects.count() == 0


def test_edition_compare_marks_what_changed(
    report: Report, lead: Client, django_capture_on_commit_callbacks: Any
) -> None:
    edit_section(section=context_section(), body="The old words stand here.", by=None)
    make_edition(lead, django_capture_on_commit_callbacks)
    edit_section(section=context_section(), body="The new words stand here.\n\nMore.", by=None)
    make_edition(lead, django_capture_on_commit_callbacks)
    html = lead.get(f"{BASE}editions/1/compare/2/").content.decode()
    assert "<del>old</del>" in html
    assert "<ins>new</ins>" in html
    assert "<ins>More.</ins>" in html


def test_edition_final_refuses_a_text_with_errors(report: Report, lead: Client) -> None:
    edit_section(section=context_section(), body="{{ nothing }}", by=None)
    html = lead.get(f"{BASE}editions/final/").content.decode()
    assert "A final edition cannot contain errors" in html
    assert "Unknown fact “nothing”" in html
    data = {"reason_cells": "x", "seen_cells": "0", "reason_sections": "x", "seen_sections": "0"}
    response = lead.post(f"{BASE}editions/final/", data)
    assert response.status_code == 422
    assert "A final edition cannot contain errors. Correct, in section" in response.content.decode()
    assert Edition.objects.count() == 0


def test_edition_final_requires_a_reason_and_shows_what_was_typed(report: Report, lead: Client) -> None:
    address = f"{BASE}editions/final/"
    html = lead.get(address).content.decode()
    assert "Cells of the indicator matrix that are not assessed: 100" in html
    assert "Sections that are hidden or empty" in html
    seen = dict(re.findall(r'name="(seen_\w+)" value="(\w+)"', html))
    response = lead.post(address, {**seen, "reason_cells": "No time", "what_changed": "All of it"})
    assert response.status_code == 422
    assert ">\nNo time</textarea>" in response.content.decode()
    assert ">\nAll of it</textarea>" in response.content.decode()
    reasons = {name.replace("seen", "reason"): "No time" for name in seen}
    old = lead.post(address, {**seen, **reasons, "seen_cells": "99"})
    assert (old.status_code, "there are now 100" in old.content.decode()) == (422, True)
    assert lead.post(address, {**seen, **reasons}).status_code == 302
    edition = Edition.objects.get()
    assert (edition.kind, {point["reason"] for point in edition.open_points}) == ("final", {"No time"})
    assert "Open points" in lead.get(f"{BASE}editions/").content.decode()


def test_edition_final_allows_the_right_roles(report: Report, check_roles: Any) -> None:
    check_roles(f"{BASE}editions/final/", allowed="lead", denied="consultant", wrong="put")


def test_edition_list_makes_no_final_edition(report: Report, lead: Client) -> None:
    assert lead.post(f"{BASE}editions/", {"kind": "final"}).status_code == 422
    assert Edition.objects.count() == 0
