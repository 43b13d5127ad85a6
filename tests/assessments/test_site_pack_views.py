"""The pages of the languages of the whole site, and their workbook."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, AuditEvent, LanguagePack, PackText
from assessments.pack_workbooks import to_book
from assessments.packs import pack_states, words_for
from assessments.services.packs import save_pack_text
from surveys.words import translate
from tests.assessments.test_pack_views import fill, spoiled
from tests.pages import text

pytestmark = pytest.mark.django_db


def url(name: str, *more: str) -> str:
    return reverse(f"assessments:site_pack_{name}", args=more)


def save(client: Client, language: str, key: str, words: str, **headers: str) -> Any:
    pages = (client.get(url("edit", language), {"page": number}) for number in range(1, 9))
    form = next(row["form"] for page in pages for row in page.context["rows"] if row["row"].key == key)
    data = {name: form[name].value() for name in ("key", "source_mark", "seen")} | {"text": words}
    return client.post(url("save", language), data, headers=headers)


def for_staff(staff: Client, client_as: Any, address: str) -> None:
    assert staff.get(address).status_code == 200
    assert client_as("lead").get(address).status_code == 403
    assert client_as("anonymous").get(address).status_code == 302


def test_site_pack_edit_is_for_administrators_alone(staff: Client, client_as: Any) -> None:
    for_staff(staff, client_as, url("edit", "sw"))
    for_staff(staff, client_as, url("list"))
    assert staff.get(url("edit", "zz")).status_code == 404


def test_site_pack_sheet_is_for_administrators_alone(staff: Client, client_as: Any) -> None:
    for_staff(staff, client_as, url("sheet", "sw"))
    for_staff(staff, client_as, url("import", "sw"))


def test_site_pack_add_opens_the_page_of_the_language(staff: Client, client_as: Any) -> None:
    assert client_as("lead").post(url("add"), {"language": "sw"}).status_code == 403
    assert not LanguagePack.objects.exists()
    assert staff.post(url("add"), {"language": "Swahili"}).url == url("edit", "sw")
    refused = staff.post(url("add"), {"language": "Klingonese"})
    assert (refused.status_code, "Klingonese" in text(refused)) == (422, True)
    assert LanguagePack.objects.get().assessment is None


def test_site_pack_list_is_linked_and_counts_texts(staff: Client) -> None:
    assert f'href="{url("list")}"' in staff.get("/site/").content.decode()
    assert "Only English so far." in text(staff.get(url("list")))
    save_pack_text(assessment=None, language="sw", key="surveys.send", text="Tuma", by=None)
    page = staff.get(url("list"))
    [row] = page.context["rows"]
    assert [sheet.translated for sheet in row["language"].sheets] == [1, 0, 0]
    assert (url("edit", "sw") in text(page), "Questionnaire" in text(page)) == (True, False)


def test_site_pack_save_changes_every_assessment_and_is_logged(staff: Client, assessment: Assessment) -> None:
    saved = save(staff, "sw", "surveys.send", "Tuma & co", HX_Request="true")
    assert (saved.status_code, "Tuma &amp; co" in text(saved)) == (200, True)
    assert "Tuma &amp; co" in text(staff.get(save(staff, "sw", "surveys.send", "Tuma & co").url))
    assessment.refresh_from_db()
    with words_for(assessment):
        assert translate("send", "sw") == "Tuma & co"
    event = AuditEvent.objects.get(action="language_pack.text_saved")
    assert (event.assessment, event.actor.email) == (None, "admin@example.org")  # type: ignore[union-attr]
    wrong = save(staff, "sw", "surveys.stored_answers", "Bila {n}", HX_Request="true")
    assert (wrong.status_code, PackText.objects.count()) == (422, 1)


def test_site_pack_review_marks_what_was_read(staff: Client) -> None:
    save(staff, "sw", "surveys.send", "Tuma")
    state = next(state for state in pack_states(None, "sw") if state.key == "surveys.send")
    drafts = text(staff.get(url("edit", "sw") + "?show=draft"))
    assert "Mark all as reviewed" in drafts
    data = {"key": state.key, "seen": state.seen, "reviewed": "yes"}
    assert "1 translation was marked as reviewed." in text(staff.post(url("review", "sw"), data, follow=True))
    assert PackText.objects.get().reviewed_by.email == "admin@example.org"  # type: ignore[union-attr]


def test_site_pack_import_shows_the_changes_then_stores_them(staff: Client, assessment: Assessment) -> None:
    book = staff.get(url("sheet", "pl")).content
    upload = spoiled(book, lambda book: fill(book, {("surveys.send", ""): "Wyślij"}))
    preview = staff.post(url("import", "pl"), {"file": upload})
    assert "Translations that would change: 1." in text(preview)
    done = staff.post(url("import", "pl"), {"changes": preview.context["changes"]}, follow=True)
    assert "1 translation was imported as drafts" in text(done)
    assert PackText.objects.get().pack.assessment is None
    of_assessment = spoiled(to_book(assessment, "pl", assessment.questionnaire), lambda book: None)
    refused = staff.post(url("import", "pl"), {"file": of_assessment})
    assert (refused.status_code, "all of this site" in text(refused)) == (422, True)
