"""The pages on which a report is translated: who may use them, and that nothing typed is lost."""

import re
from typing import Any

import pytest
from django.test import Client

from assessments.models import Assessment
from reports.models import Build, Report, Section, SectionTranslation
from reports.output.editions import make_edition_files
from reports.services.editions import make_edition
from reports.services.reports import create_report
from reports.services.sections import edit_section
from reports.services.shares import share_edition
from reports.services.translations import add_language, translate_section
from tests.pages import text

pytestmark = pytest.mark.django_db
BASE = "/a/AZE-2016/report/"
LANGUAGES = f"{BASE}languages/"
CONTEXT = f"{LANGUAGES}ar/sections/context/"


@pytest.fixture
def report(assessment: Assessment) -> Report:
    """In English, with Arabic as a further language."""
    report = create_report(assessment=assessment, by=None)
    Section.objects.filter(parent=None).exclude(key="introduction").update(hidden=True)
    edit_section(section=report.sections.get(key="context"), body="Two {{ documents.registered }}.", by=None)
    add_language(report=report, language="ar", by=None)
    return report


@pytest.fixture
def lead(client_as: Any) -> Client:
    return client_as("lead")


def form(body: str, revision: int = 0, **extra: Any) -> dict[str, Any]:
    return {"title": "السياق", "body": body, "revision": revision, "shown": 2, **extra}


@pytest.mark.parametrize(
    ("path", "wrong"),
    [("", "put"), ("ar/", "put"), ("ar/sections/context/", "put"), ("ar/sections/context/history/", "post")],
)
def test_pages_of_languages_allow_the_right_roles(report: Report, check_roles: Any, path: str, wrong: str) -> None:
    if path.endswith("history/"):
        check_roles(f"{LANGUAGES}{path}", allowed="observer", wrong=wrong)
    else:
        check_roles(f"{LANGUAGES}{path}", allowed="consultant", denied="observer", wrong=wrong)


@pytest.mark.parametrize(
    "path", ["ar/remove/", "ar/sections/context/preview/", "ar/sections/context/history/1/restore/"]
)
def test_actions_on_languages_are_for_those_who_edit_the_report(report: Report, client_as: Any, path: str) -> None:
    assert client_as("observer").post(f"{LANGUAGES}{path}").status_code == 403
    assert client_as("lead").get(f"{LANGUAGES}{path}").status_code in (302, 405)


def test_language_list_adds_a_language_and_shows_what_is_left(report: Report, lead: Client) -> None:
    page = text(lead.get(LANGUAGES))
    assert "The report is written in English." in page
    assert '<option value="ar">' not in page  # it is there already
    assert lead.post(LANGUAGES, {"language": "ka"}).headers["Location"] == f"{LANGUAGES}ka/"
    assert list(report.further_languages.values_list("language", flat=True)) == ["ar", "ka"]
    assert lead.post(LANGUAGES, {"language": "zz"}).status_code == 422


def test_language_remove_shows_that_the_texts_stay_stored(report: Report, lead: Client) -> None:
    page = lead.post(f"{LANGUAGES}ar/remove/", follow=True)
    assert "Its texts are kept" in text(page)
    assert lead.get(f"{LANGUAGES}ar/").status_code == 404
    assert lead.post(f"{LANGUAGES}zz/remove/").status_code == 302


def test_language_detail_saves_the_cover_and_does_not_overwrite_another_members_texts(
    report: Report, lead: Client
) -> None:
    page = lead.get(f"{LANGUAGES}ar/").content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen is not None
    typed = {"title": "تقرير", "subtitle": "", "of_title": report.title, "of_subtitle": report.subtitle}
    typed["seen"] = seen[1].replace("&quot;", '"')
    assert lead.post(f"{LANGUAGES}ar/", typed).status_code == 302
    late = lead.post(f"{LANGUAGES}ar/", typed | {"title": "آخر"})
    assert late.status_code == 409
    assert 'value="آخر"' in text(late)
    assert report.further_languages.get().title == "تقرير"


def test_section_translate_shows_both_texts_in_their_direction(report: Report, lead: Client) -> None:
    page = text(lead.get(CONTEXT))
    assert '<pre class="their-text first-text" tabindex="0" lang="en" dir="ltr">Two {{ documents.registered }}.' in page
    assert re.search(r'<textarea[^>]*lang="ar" dir="rtl"', page)


def test_section_translate_saves_up_to_date_or_not_finished(report: Report, lead: Client) -> None:
    assert lead.post(CONTEXT, form("نص")).status_code == 302
    row = SectionTranslation.objects.get()
    assert (row.body, row.of_revision) == ("نص", None)
    assert lead.post(CONTEXT, form("نص", 1, current="1")).status_code == 302
    assert SectionTranslation.objects.get().of_revision == 2
    assert lead.post(CONTEXT, form("نص آخر", 2)).status_code == 302
    assert SectionTranslation.objects.get().of_revision == 2  # a correction of a text that is up to date


def test_section_translate_shows_what_changed_and_which_facts_are_missing(report: Report, lead: Client) -> None:
    lead.post(CONTEXT, form("نص", current="1"))
    edit_section(section=report.sections.get(key="context"), body="Three {{ documents.registered }}.", by=None)
    page = text(lead.get(CONTEXT))
    assert "Changed in English since this was up to date" in page
    assert "<del>Two</del>" in page
    assert "<ins>Three</ins>" in page
    assert "The translation does not contain: {{ documents.registered }}." in page


def test_section_translate_shows_both_texts_to_the_second_editor(report: Report, lead: Client) -> None:
    lead.post(CONTEXT, form("لها"))
    page = lead.post(CONTEXT, form("له"))
    assert page.status_code == 409
    assert ">\nله</textarea>" in page.content.decode()
    assert 'dir="rtl">لها</pre>' in text(page)
    assert 'name="revision" value="1"' in text(page)


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"revision": "x"}, {"shown": "99"}, {"shown": "-1"}, {"body": "a\x00b"}, {"title": "x" * 301}],
)
def test_section_translate_bad_input_is_shown_again(report: Report, lead: Client, wrong: dict[str, str]) -> None:
    page = lead.post(CONTEXT, form("مكتوب", current="1") | wrong)
    assert page.status_code == 422
    assert not SectionTranslation.objects.exists()
    if "body" not in wrong:
        assert ">\nمكتوب</textarea>" in page.content.decode()


def test_translation_preview_is_in_the_language_with_its_facts(report: Report, lead: Client) -> None:
    page = text(lead.post(f"{CONTEXT}preview/", {"body": "عدد {{ documents.registered }}"}))
    assert '<div lang="ar" dir="rtl"><p>عدد <span class="fact">' in page


def test_translation_history_shows_every_text_in_its_direction(report: Report, lead: Client) -> None:
    lead.post(CONTEXT, form("الأول"))
    lead.post(CONTEXT, form("الثاني", 1))
    page = text(lead.get(f"{CONTEXT}history/"))
    assert 'lang="ar" dir="rtl">الأول</pre>' in page
    assert 'lang="ar" dir="rtl">الثاني</pre>' in page


def test_translation_restore_makes_an_earlier_text_the_current_one(report: Report, lead: Client) -> None:
    lead.post(CONTEXT, form("الأول"))
    lead.post(CONTEXT, form("الثاني", 1))
    assert lead.post(f"{CONTEXT}history/1/restore/", {"revision": "1"}).status_code == 302
    assert SectionTranslation.objects.get().body == "الثاني"  # it was saved again after that page was opened
    lead.post(f"{CONTEXT}history/1/restore/", {"revision": "2"})
    assert SectionTranslation.objects.get().body == "الأول"
    assert lead.post(f"{CONTEXT}history/0/restore/", {"revision": "3"}).status_code == 404


def test_an_unknown_language_or_section_is_not_found(report: Report, lead: Client) -> None:
    for path in ("ka/", "zz/", "ar/sections/none/", "ka/sections/context/", "ka/sections/context/history/"):
        assert lead.get(f"{LANGUAGES}{path}").status_code == 404


def test_report_read_and_check_speak_the_language(report: Report, lead: Client) -> None:
    lead.post(CONTEXT, form("نص {{ nothing }}"))
    page = text(lead.get(f"{BASE}read/?language=ar"))
    assert '<html lang="ar" dir="rtl">' in page
    assert 'href="?language=en" lang="en"' in page
    assert lead.get(f"{BASE}read/?language=ka").status_code == 404
    check = text(lead.get(f"{BASE}check/"))
    assert '<span class="tag">Arabic</span>' in check
    assert f'href="{CONTEXT}"' in check


def test_build_request_makes_the_document_of_a_language(report: Report, lead: Client) -> None:
    assert '<option value="ar">Arabic</option>' in text(lead.get(f"{BASE}builds/"))
    lead.post(f"{BASE}builds/request/", {"format": "html", "language": "ar"})
    lead.post(f"{BASE}builds/request/", {"format": "html", "language": "en"})
    assert list(Build.objects.order_by("pk").values_list("language", flat=True)) == ["ar", ""]
    assert "Choose a language of this report." in text(
        lead.post(f"{BASE}builds/request/", {"format": "html", "language": "zz"}, follow=True)
    )


def test_an_edition_is_read_shared_and_compared_in_each_language(
    report: Report, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports.output import editions
    from reports.output.formats import FORMATS

    monkeypatch.setattr(editions, "FORMATS", {"html": FORMATS["html"]})
    section = report.sections.get(key="context")
    values = {"section": section, "language": "ar", "title": "السياق", "by": None}
    for revision, body in enumerate(("الأول", "الثاني")):
        translate_section(body=body, revision=revision, of_revision=2, **values)  # type: ignore[arg-type]
        edition = make_edition(report=report, kind="draft", by=None)
        make_edition_files(edition.pk)

    file = lead.get(f"{BASE}editions/2/ar/html/")
    assert "الثاني" in b"".join(file.streaming_content).decode()
    assert 'filename="AZE-2016-edition-2-ar.html"' in file.headers["Content-Disposition"]
    assert lead.get(f"{BASE}editions/2/ka/html/").status_code == 404
    assert "<ins>الثاني</ins>" in text(lead.get(f"{BASE}editions/1/compare/2/?language=ar"))
    assert "the same text" in text(lead.get(f"{BASE}editions/1/compare/2/"))
    assert lead.get(f"{BASE}editions/1/compare/2/?language=ka").status_code == 404
    assert "Address in Arabic" in text(lead.post(f"{BASE}editions/2/share/", {"days": "3"}))
    _, token = share_edition(edition=edition, days=1, by=None)
    assert "الثاني" in Client().get(f"/r/{token}/ar/").content.decode()
    assert Client().get(f"/r/{token}/ka/").status_code == 404
    assert "الثاني" not in Client().get(f"/r/{token}/").content.decode()
