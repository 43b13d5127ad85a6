"""Translations of recommendations, lead-ins and reasons: saved, reviewed, out of date, and what was seen when."""

import re
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse

from assessments.models import Assessment, AuditEvent
from ctnat.ui.errors import ConflictError, InputError
from ctnat.ui.seen import SeenConflict, marks_of
from indicators.models import Recommendation, Translation
from indicators.services.recommendations import edit_recommendation, move_group, set_status
from indicators.services.translations import review_translations, save_translation, save_translations
from indicators.translated import Translated
from indicators.translation_states import TextState, language_states, text_states
from indicators.translation_workbooks import read_sheet, to_sheet
from instruments.texts import mark
from tests.concurrency import at_once
from tests.indicators.factories import make_mark, make_recommendation
from tests.interviews.factories import InterviewFactory

KA = "მოამზადონ ინსპექტორები"


@pytest.fixture
def recommendation(assessment: Assessment) -> Recommendation:
    assessment.languages = ["en", "ka", "ar"]
    assessment.save()
    return make_recommendation(assessment)


def key(row: Recommendation, field: str = "text") -> str:
    return f"recommendation:{row.pk}/{field}"


def state(assessment: Assessment, name: str, language: str = "ka") -> TextState:
    return {row.text.key: row for row in text_states(assessment, language)}[name]


def translate(row: Recommendation, text: str = KA, field: str = "text", language: str = "ka", **more: Any) -> Any:
    given = {"assessment": row.assessment, "language": language, "key": key(row, field), "text": text, "by": None}
    return save_translation(**given | more)


def url(name: str, language: str = "ka") -> str:
    args = ["AZE-2016"] if name == "translation_list" else ["AZE-2016", language]
    return reverse(f"indicators:{name}", args=args)


def form_of(page: str, name: str) -> dict[str, str]:
    """The fields of the form that saves the text `name`."""
    for form in re.findall(r"<form[^>]*data-translation.*?</form>", page, flags=re.S):
        fields = dict(re.findall(r'name="(key|source_mark|seen)" value="([^"]*)"', form))
        if unescape(fields["key"]) == name:
            return {field: unescape(value) for field, value in fields.items()}
    raise AssertionError(f"no form for {name}")


def text(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


# What is translated


def test_openings_recommendations_and_reasons_of_marks_that_count_can_be_translated(
    recommendation: Recommendation,
) -> None:
    assessment = recommendation.assessment
    make_recommendation(assessment, "open a shelter")  # under the same lead-in, which is translated once
    set_status(recommendation=make_recommendation(assessment, "wait"), status="dropped", reason="No.", by=None)
    make_mark(assessment, "1.1/F1", rationale="The rules are used.")
    make_mark(assessment, "1.1/F2", "not_assessed", rationale="Nobody was asked.")
    found = [(row.text.field, row.text.words, row.state) for row in text_states(assessment, "ka")]
    assert found == [
        ("opening", "So that victims are found, authorities are invited to consider", "missing"),
        ("text", "train inspectors", "missing"),
        ("text", "open a shelter", "missing"),
        ("rationale", "The rules are used.", "missing"),
    ]
    assert text_states(assessment, "en") == []


def test_states_are_calculated_from_the_original_as_it_is_now(recommendation: Recommendation) -> None:
    assessment, name = recommendation.assessment, key(recommendation)
    assert translate(recommendation).state == "draft"
    review_translations(assessment=assessment, language="ka", seen={name: state(assessment, name).seen}, by=None)
    assert state(assessment, name).state == "reviewed"
    edit_recommendation(recommendation=recommendation, text="train all inspectors", by=None)
    assert state(assessment, name).state == "stale"
    edit_recommendation(recommendation=Recommendation.objects.get(), text="train inspectors", by=None)
    assert state(assessment, name).state == "reviewed"  # the very words that were reviewed
    assert [(row.code, row.missing, row.reviewed) for row in language_states(assessment)] == [
        ("ka", 1, 1),
        ("ar", 2, 0),
    ]


def test_a_translation_that_is_out_of_date_is_not_shown(recommendation: Recommendation) -> None:
    translate(recommendation)
    target = f"recommendation:{recommendation.pk}"

    def shown(words: str) -> tuple[str, str]:
        found = Translated.of(recommendation.assessment).shown(target, "text", words, "en", "ka")
        return found.text, found.language

    assert shown("train inspectors") == (KA, "ka")
    assert shown("train nobody") == ("train nobody", "en")


def test_the_translation_of_a_lead_in_is_shown_when_another_recommendation_comes_first(
    recommendation: Recommendation,
) -> None:
    assessment = recommendation.assessment
    second = make_recommendation(assessment, "open a shelter")
    translate(recommendation, "რათა", "opening")
    set_status(recommendation=recommendation, status="dropped", reason="Done.", by=None)
    assert state(assessment, key(second, "opening")).target == "რათა"
    move_group(recommendation=second, to=0, by=None)
    assert state(assessment, key(second, "opening")).state == "draft"


def test_any_language_with_a_name_can_be_translated_into(recommendation: Recommendation, client_as: Any) -> None:
    for language in ("ro", "am", "prs"):
        assert translate(recommendation, "text", language=language).state == "draft"
    with pytest.raises(InputError, match="is not a language"):
        translate(recommendation, "text", language="qqq")
    client = client_as("focal_point")
    assert client.get(url("translation_list"), {"language": "Română"}).url == url("translation_edit", "ro")
    refused = client.get(url("translation_list"), {"language": "Elvish speech"})
    assert (refused.status_code, "not a known language" in text(refused)) == (422, True)
    assert client.get(url("translation_edit", "qqq")).status_code == 404


# Two at once


def test_saving_over_a_translation_that_was_not_seen_is_refused(recommendation: Recommendation) -> None:
    seen = marks_of({"text": ""})
    translate(recommendation, seen=seen)
    assert translate(recommendation, seen=seen).target == KA  # sent twice
    with pytest.raises(SeenConflict):
        translate(recommendation, "სხვა", seen=seen)
    assert Translation.objects.get().text == KA
    assert AuditEvent.objects.filter(action="translation.saved").count() == 1


def test_translating_an_original_that_has_changed_is_refused(recommendation: Recommendation) -> None:
    with pytest.raises(ConflictError, match="original has changed"):
        translate(recommendation, source_mark=mark("train one inspector"))
    assert Translation.objects.count() == 0


def test_saving_an_unchanged_translation_confirms_that_it_fits_the_new_original(
    recommendation: Recommendation,
) -> None:
    translate(recommendation)
    edit_recommendation(recommendation=recommendation, text="train inspectors!", by=None)
    assert state(recommendation.assessment, key(recommendation)).state == "stale"
    assert translate(recommendation).state == "draft"


@pytest.mark.usefixtures("shared_database")
def test_two_translators_at_the_same_moment_make_one_translation(recommendation: Recommendation) -> None:
    def save(text: str) -> Any:
        return lambda: translate(recommendation, text, seen=marks_of({"text": ""}))

    outcomes = at_once([save("ერთი"), save("ორი")])
    assert sorted(map(str, outcomes)) == sorted(map(str, [None, SeenConflict]))
    assert Translation.objects.count() == 1


def test_review_of_a_text_that_has_changed_is_refused(recommendation: Recommendation) -> None:
    assessment, name = recommendation.assessment, key(recommendation)
    seen = {name: translate(recommendation).seen}
    translate(recommendation, "სხვა")
    with pytest.raises(ConflictError):
        review_translations(assessment=assessment, language="ka", seen=seen, by=None)
    assert state(assessment, name).state == "draft"


# What is kept


def test_a_validation_stores_the_translations_that_were_seen(recommendation: Recommendation, client_as: Any) -> None:
    translate(recommendation)
    set_status(recommendation=recommendation, status="validated", by=None)
    change = recommendation.changes.get(status="validated")
    assert change.translations == {"ka": {"text": KA}}
    translate(recommendation, "სხვა")
    change.refresh_from_db()
    assert change.translations == {"ka": {"text": KA}}
    page = text(client_as("lead").get(reverse("indicators:recommendation_edit", args=["AZE-2016", recommendation.pk])))
    assert "Changed since the recommendation was validated: Georgian." in page
    assert (KA in page, "სხვა" in page) == (True, True)


def test_a_validation_with_a_translation_that_was_not_seen_is_refused(
    recommendation: Recommendation, client_as: Any
) -> None:
    client, pk = client_as("lead"), recommendation.pk
    page = client.get(reverse("indicators:recommendation_edit", args=["AZE-2016", pk])).content.decode()
    sent = dict(re.findall(r'name="(wording_revision|translations)" value="([^"]*)"', page))
    translate(recommendation)
    address = reverse("indicators:recommendation_status", args=["AZE-2016", pk])
    refused = client.post(address, sent | {"status": "validated", "reason": "Agreed."})
    assert refused.status_code == 409
    assert "A translation of the recommendation has changed" in text(refused)
    assert KA in text(refused)
    assert Recommendation.objects.get().status == "draft"


def test_translations_are_encrypted_and_none_is_in_the_audit_log(recommendation: Recommendation) -> None:
    translate(recommendation)
    set_status(recommendation=recommendation, status="validated", by=None)
    with connection.cursor() as cursor:
        for table, column in (("indicators_translation", "text"), ("indicators_recommendationchange", "translations")):
            cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608 -- our own names
            assert [row for row in cursor.fetchall() if "ინსპ" in row[0]] == []
    assert [row for row in AuditEvent.objects.all() if "ინსპ" in f"{row.object_label}{row.detail}"] == []


# Pages


def test_translation_list_roles(recommendation: Recommendation, check_roles: Any) -> None:
    check_roles(url("translation_list"), allowed="observer", wrong="post")


def test_translation_edit_roles(recommendation: Recommendation, check_roles: Any) -> None:
    check_roles(url("translation_edit"), allowed="observer", wrong="post")


def test_translation_save_roles(recommendation: Recommendation, check_roles: Any) -> None:
    data = {"key": key(recommendation), "text": KA, "source_mark": mark("train inspectors")}
    check_roles(url("translation_save"), allowed="focal_point", denied="facilitator", method="post", ok=302, data=data)


def test_translation_review_roles(recommendation: Recommendation, check_roles: Any) -> None:
    check_roles(url("translation_review"), allowed="focal_point", denied="observer", method="post", ok=302)


def test_translation_sheet_roles(recommendation: Recommendation, check_roles: Any) -> None:
    check_roles(url("translation_sheet"), allowed="focal_point", denied="observer", wrong="post")


def test_translation_import_roles(recommendation: Recommendation, check_roles: Any) -> None:
    check_roles(url("translation_import"), allowed="focal_point", denied="observer")


def test_translation_edit_shows_both_in_their_direction(recommendation: Recommendation, client_as: Any) -> None:
    translate(recommendation, "تدريب المفتشين", language="ar")
    page = text(client_as("focal_point").get(url("translation_edit", "ar")))
    assert '<p lang="en" dir="ltr">train inspectors</p>' in page
    assert re.search(r'<textarea[^>]*lang="ar"[^>]*dir="rtl"[^>]*> ?تدريب المفتشين', page)
    assert text(client_as("observer").get(url("translation_edit", "ar"))).count("<textarea") == 0


def test_translation_save_shows_what_two_translators_typed(recommendation: Recommendation, client_as: Any) -> None:
    client, name = client_as("consultant"), key(recommendation)
    shown = form_of(client.get(url("translation_edit")).content.decode(), name)
    assert client.post(url("translation_save"), shown | {"text": KA}).status_code == 302
    for headers in ({}, {"HX-Request": "true"}):
        refused = client.post(url("translation_save"), shown | {"text": "ჩემი"}, headers=headers)
        page = text(refused)
        assert refused.status_code == 409
        assert ("ჩემი</textarea>" in page, f"Changed by another member to: {KA}" in page) == (True, True)
    knowingly = form_of(refused.content.decode(), name)
    assert client.post(url("translation_save"), knowingly | {"text": "ჩემი"}).status_code == 302
    assert Translation.objects.get().text == "ჩემი"


def test_translation_save_beside_a_changed_original_is_refused_with_the_new_one(
    recommendation: Recommendation, client_as: Any
) -> None:
    client, name = client_as("consultant"), key(recommendation)
    shown = form_of(client.get(url("translation_edit")).content.decode(), name)
    edit_recommendation(recommendation=recommendation, text="train the police", by=None)
    refused = client.post(url("translation_save"), shown | {"text": KA}, headers={"HX-Request": "true"})
    assert (refused.status_code, "train the police" in text(refused)) == (409, True)
    again = form_of(refused.content.decode(), name)
    assert client.post(url("translation_save"), again | {"text": KA}).status_code == 302


def test_translation_save_refuses_a_text_that_is_too_long_and_shows_it_again(
    recommendation: Recommendation, client_as: Any
) -> None:
    client, name = client_as("consultant"), key(recommendation)
    shown = form_of(client.get(url("translation_edit")).content.decode(), name)
    for typed in ("ა" * 40_000, "a\x00b"):
        refused = client.post(url("translation_save"), shown | {"text": typed})
        assert refused.status_code == 422
        assert typed.replace("\x00", "") in refused.content.decode().replace("\x00", "")
    assert Translation.objects.count() == 0
    gone = client.post(url("translation_save"), shown | {"key": "recommendation:0/text", "text": "x"})
    assert gone.status_code == 404


def test_translation_review_of_what_was_read(recommendation: Recommendation, client_as: Any) -> None:
    client, name = client_as("focal_point"), key(recommendation)
    read = translate(recommendation).seen
    marked = client.post(url("translation_review"), {"key": name, "seen": read, "reviewed": "yes"}, follow=True)
    assert "1 translation was marked as reviewed." in text(marked)
    row = Translation.objects.get()
    assert (row.reviewed_by.email, row.reviewed_mark) == ("focal_point@example.org", read)
    translate(recommendation, "სხვა")
    refused = client.post(url("translation_review"), {"key": name, "seen": read}, headers={"HX-Request": "true"})
    assert (refused.status_code, "Not marked" in text(refused)) == (409, True)
    assert Translation.objects.get().reviewed_by is None


def test_a_text_that_names_a_person_is_closed_to_members_who_may_not_see_names(
    recommendation: Recommendation, client_as: Any
) -> None:
    assessment = recommendation.assessment
    InterviewFactory(assessment=assessment, respondent_name="Rashad Examplov")
    named = make_recommendation(assessment, "ask Rashad Examplov", lead_in="So that more is known")
    translate(named, "ჰკითხონ Rashad Examplov")
    focal, lead = client_as("focal_point"), client_as("lead")
    page = focal.get(url("translation_edit")).content.decode()
    assert ("Examplov" in page, "This text names a person." in page) == (False, True)
    data = {"key": key(named), "text": "x", "source_mark": mark("ask Rashad Examplov")}
    assert focal.post(url("translation_save"), data).status_code == 422
    assert Translation.objects.get().text == "ჰკითხონ Rashad Examplov"
    for client, sees in ((focal, False), (lead, True)):
        book = openpyxl.load_workbook(BytesIO(client.get(url("translation_sheet")).content))
        cells = " ".join(str(cell.value) for row in book["Texts"].iter_rows() for cell in row)
        assert ("Examplov" in cells) is sees


# The workbook


def sheet_of(assessment: Assessment, texts: dict[str, str], language: str = "ka") -> bytes:
    """The workbook as a translator sends it back, with `texts` by key."""
    book = openpyxl.load_workbook(BytesIO(to_sheet(assessment, language, text_states(assessment, language))))
    for row in book["Texts"].iter_rows(min_row=2):
        if row[0].value in texts:
            row[4].value = texts[row[0].value]
            row[4].data_type = "s"  # "=1+1" is a text
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_workbook_comes_back_with_its_changes(recommendation: Recommendation, client_as: Any) -> None:
    assessment, name = recommendation.assessment, key(recommendation)
    content = sheet_of(assessment, {name: "=1+1 ინსპექტორი"})
    upload = BytesIO(content)
    upload.name = "texts.xlsx"
    client = client_as("focal_point")
    preview = client.post(url("translation_import"), {"file": upload})
    assert "Translations that would change: 1. Unchanged: 1." in text(preview)
    assert Translation.objects.count() == 0
    done = client.post(url("translation_import"), {"changes": preview.context["changes"]}, follow=True)
    assert "1 translation was imported as drafts" in text(done)
    assert state(assessment, name).target == "=1+1 ინსპექტორი"
    again = client.post(url("translation_import"), {"changes": preview.context["changes"]})
    assert (again.status_code, "changed since the preview" in text(again)) == (409, True)


def test_workbook_made_before_the_original_changed_is_stored_as_out_of_date(recommendation: Recommendation) -> None:
    assessment, name = recommendation.assessment, key(recommendation)
    content = sheet_of(assessment, {name: KA})
    edit_recommendation(recommendation=recommendation, text="train the police", by=None)
    plan = read_sheet(assessment, "ka", text_states(assessment, "ka"), content)
    assert [(change.after, change.stale) for change in plan.changes] == [(KA, True)]
    change = plan.changes[0]
    save_translations(assessment=assessment, language="ka", changes={name: change.after}, was={name: ""},
                      made_from={name: change.made_from}, by=None)  # fmt: skip
    assert state(assessment, name).state == "stale"


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda book: book["Texts"].cell(2, 1, "recommendation:0/text"), "is no longer a text"),
        (lambda book: book["Texts"].cell(2, 1, ""), "the key is missing"),
        (lambda book: book["Texts"].cell(2, 1, book["Texts"].cell(3, 1).value), "appears twice"),
        (lambda book: book["Texts"].cell(2, 5, "ა" * 20_000), "the limit is 10,000"),
        (lambda book: book["Texts"].cell(1, 5, "other"), "needs the columns"),
        (lambda book: book["About"].cell(2, 2, "ru"), "this page is for 'ka'"),
        (lambda book: book.remove(book["About"]), "The sheet About is missing"),
    ],
)
def test_workbook_that_cannot_be_read_is_refused(recommendation: Recommendation, spoil: Any, fault: str) -> None:
    assessment = recommendation.assessment
    names = (key(recommendation), key(recommendation, "opening"))
    book = openpyxl.load_workbook(BytesIO(sheet_of(assessment, dict.fromkeys(names, "x"))))
    spoil(book)
    buffer = BytesIO()
    book.save(buffer)
    plan = read_sheet(assessment, "ka", text_states(assessment, "ka"), buffer.getvalue())
    assert fault in "; ".join(plan.faults)


def test_files_that_are_no_workbook_are_refused(recommendation: Recommendation, client_as: Any) -> None:
    client = client_as("focal_point")
    upload = BytesIO(b"no workbook")
    upload.name = "texts.xlsx"
    assert client.post(url("translation_import"), {"file": upload}).status_code == 422
    assert client.post(url("translation_import"), {}).status_code == 422
    for changes in ("[", "[1]", '[["a"]]', '{"a": 1}'):
        assert client.post(url("translation_import"), {"changes": changes}).status_code == 422
