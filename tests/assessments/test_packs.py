"""Language packs: which words readers see, when they change, and what is refused."""

from threading import Thread
from typing import Any

import pytest

from assessments.models import AuditEvent, LanguagePack, PackText
from assessments.packs import PackState, overlay_of, pack_states, sheet_states, words_for
from assessments.public_texts import all_sources, put_on_sheet
from assessments.services.assessments import create_assessment
from assessments.services.packs import add_pack, review_pack_texts, save_pack_text, save_pack_texts
from ctnat.ui.errors import ConflictError, InputError
from ctnat.ui.languages import direction, own_name
from ctnat.ui.overlays import NONE, current_overlay
from reports.document.outline import entries, shipped_entries
from reports.words import translate as report_word
from surveys.words import WORDS, translate, translate_all
from tests.factories import AssessmentFactory

pytestmark = pytest.mark.django_db


def missing(assessment: Any, language: str, sheet: str) -> list[PackState]:
    return [state for state in pack_states(assessment, language, sheet) if state.is_in_english]


def save(assessment: Any, language: str, key: str, text: str, **more: Any) -> Any:
    return save_pack_text(assessment=assessment, language=language, key=key, text=text, by=None, **more)


def shown(assessment: Any, key: str, language: str, **values: Any) -> str:
    with words_for(assessment):
        return translate(key, language, **values)


def test_a_pack_is_used_for_its_assessment_alone(assessment) -> None:
    other = AssessmentFactory(reference="GEO-2016")
    save(assessment, "km", "surveys.send", "ផ្ញើ")
    assert shown(assessment, "send", "km") == "ផ្ញើ"
    assert translate("send", "km") == translate("send", "en") == shown(other, "send", "km")
    with words_for(assessment):
        assert translate_all("km")["send"] == "ផ្ញើ"
        assert (WORDS.language_of("send", "km"), WORDS.language_of("save", "km")) == ("km", "en")
        assert "km" not in WORDS.languages
    assert current_overlay() is NONE


def test_the_assessment_comes_before_the_site_and_the_site_before_what_is_shipped(assessment) -> None:
    shipped = translate("send", "az")
    save(None, "az", "surveys.send", "Sayt")
    assessment.refresh_from_db()
    assert shown(assessment, "send", "az") == "Sayt"
    save(assessment, "az", "surveys.send", "Bizim")
    assert shown(assessment, "send", "az") == "Bizim"
    save(assessment, "az", "surveys.send", "")
    assert shown(assessment, "send", "az") == "Sayt"
    save(None, "az", "surveys.send", "")
    assessment.refresh_from_db()
    assert shown(assessment, "send", "az") == shipped


def test_a_new_assessment_uses_the_packs_of_the_site(assessment) -> None:
    save(None, "az", "surveys.send", "Sayt")
    tool = {name: getattr(assessment, name) for name in ("guide", "questionnaire", "matrix", "starts_on", "ends_on")}
    new = create_assessment(study=assessment.study, country="GEO", reference="GEO-1", by=None, **tool)
    assert shown(new, "send", "az") == "Sayt"


def test_words_are_read_once_and_again_after_a_change(assessment, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert overlay_of(assessment) is NONE
    save(assessment, "km", "surveys.send", "ផ្ញើ")
    with django_assert_num_queries(2):
        first = overlay_of(assessment)
    with django_assert_num_queries(0):
        assert overlay_of(assessment) is first
    save(assessment, "km", "surveys.send", "បញ្ជូន")
    assert shown(assessment, "send", "km") == "បញ្ជូន"
    assert overlay_of(assessment).mark != first.mark


def test_another_thread_does_not_use_the_words_of_this_one(assessment) -> None:
    save(assessment, "km", "surveys.send", "ផ្ញើ")
    found = []
    with words_for(assessment):
        thread = Thread(target=lambda: found.append(translate("send", "km")))
        thread.start()
        thread.join()
    assert found == [translate("send", "en")]


def test_words_end_with_their_block_when_it_fails(assessment) -> None:
    save(assessment, "km", "surveys.send", "ផ្ញើ")
    with pytest.raises(ZeroDivisionError), words_for(assessment):
        raise ZeroDivisionError
    assert current_overlay() is NONE


def test_plural_forms_are_those_of_the_language(assessment) -> None:
    """Romanian has one, few and other; a part with a form missing is said in English, with its sentence."""
    key = "surveys.code_unknown/days"
    states = {state.form: state for state in pack_states(assessment, "mk") if state.text.key == key}
    assert list(states) == ["one", "other"]
    assert [state.form for state in pack_states(assessment, "pl") if state.text.key == key] == ["one", "few", "many"]
    sentence = all_sources()["surveys.code_unknown"].english[""]
    save(assessment, "pl", "surveys.code_unknown", f"PL {sentence}")
    save(assessment, "pl", f"{key}:one", "{n} dzień")
    save(assessment, "pl", f"{key}:many", "{n} dni")
    assert shown(assessment, "code_unknown", "pl", days=5) == translate("code_unknown", "en", days=5)
    save(assessment, "pl", f"{key}:few", "{n} doby")
    texts = [shown(assessment, "code_unknown", "pl", days=n) for n in (1, 2, 5, 22)]
    assert [text.startswith("PL ") for text in texts] == [True] * 4
    for text, part in zip(texts, ("1 dzień", "2 doby", "5 dni", "22 doby"), strict=True):
        assert part in text


@pytest.mark.parametrize(
    ("key", "text", "fault"),
    [
        ("surveys.saved_how", "Sans date", "{date} is missing"),
        ("surveys.saved_how", "{date} {office}", "{office} is not in the English text"),
        ("surveys.code_unknown/days:other", "jours", "{n} is missing"),
        ("surveys.send", "x" * 5_001, "longer than 5000 characters"),
        ("surveys.send", "a\x00b", "control character"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused(assessment, key: str, text: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        save(assessment, "sw", key, text)
    assert not LanguagePack.objects.exists()


def test_an_apostrophe_before_a_placeholder_and_a_formula_are_texts(assessment) -> None:
    places = all_sources()["surveys.saved_how"].english[""]
    assert "{date}" in places
    save(assessment, "uz", "surveys.saved_how", "l'{date} '{date}'")
    save(assessment, "uz", "surveys.send", "=1+1")
    assert shown(assessment, "saved_how", "uz", date="DAY") == "l'DAY 'DAY'"
    assert shown(assessment, "send", "uz") == "=1+1"


@pytest.mark.parametrize(("text", "expected"), [("Kim {date}", "Kim DAY"), ("Kim", None), ("{date} {office}", None)])
def test_a_stale_text_is_used_while_its_placeholders_fit(assessment, text: str, expected: str | None) -> None:
    """The English text of a new release: made from another one, and never with an unfilled place."""
    save(assessment, "uz", "surveys.saved_how", "Kim {date}")
    PackText.objects.update(text=text, source_mark="earlier")
    save(assessment, "uz", "surveys.send", "Yuborish")  # a new version of the words
    shown_text = shown(assessment, "saved_how", "uz", date="DAY")
    assert shown_text == (expected or translate("saved_how", "en", date="DAY"))
    state = next(state for state in pack_states(assessment, "uz") if state.key == "surveys.saved_how")
    assert (state.state, state.is_used) == ("stale", expected is not None)
    assert ("surveys.saved_how" in {state.key for state in missing(assessment, "uz", "survey")}) == (expected is None)


def test_completeness_is_counted_by_sheet(assessment) -> None:
    shipped = {state.sheet: state for state in sheet_states(assessment, "fr")}
    assert list(shipped) == ["survey", "workshop", "report"]
    assert all(state.is_complete and state.shipped == state.total for state in shipped.values())
    needed = {state.key: state.source for state in missing(assessment, "th", "survey")}
    assert len(needed) == sheet_states(assessment, "th")[0].total > 100
    save_pack_texts(assessment=assessment, language="th", changes=needed, was={}, made_from={}, by=None)
    survey, workshop, _ = sheet_states(assessment, "th")
    assert (survey.is_complete, survey.draft, workshop.missing) == (True, survey.total, workshop.total)
    assert not missing(assessment, "th", "survey")
    with words_for(assessment):
        assert "th" in WORDS.languages


def test_every_text_of_every_app_is_on_a_sheet() -> None:
    """A new app with texts of its own must register them."""
    from ctnat.ui.words import shipped_texts

    assert set(shipped_texts()["en"]) <= set(all_sources())
    for source in all_sources().values():
        for language in ("en", "ar", "km"):
            assert not source.has_forms or source.faults("en", "one", source.english["one"]) == []
            assert all(source.mark(form) for form in source.forms(language))


def test_no_app_takes_the_place_of_another_on_a_sheet() -> None:
    with pytest.raises(ValueError, match="order 40 already"):
        put_on_sheet("report", 40, list)


def test_review_pack_texts_marks_what_was_read(assessment, member) -> None:
    save(assessment, "km", "surveys.send", "ផ្ញើ")
    state = next(state for state in pack_states(assessment, "km", "survey") if state.key == "surveys.send")
    lead = member("lead")
    review = {"assessment": assessment, "language": "km", "by": lead}
    assert review_pack_texts(seen={state.key: state.seen}, **review) == 1
    row = PackText.objects.get()
    assert (row.reviewed_by, row.reviewed_mark) == (lead, state.seen)
    save(assessment, "km", "surveys.send", "បញ្ជូន")
    with pytest.raises(ConflictError):
        review_pack_texts(seen={state.key: state.seen}, **review)
    assert PackText.objects.get().reviewed_by is None
    assert sheet_states(assessment, "km")[0].draft == 1


def test_a_shipped_text_that_was_reviewed_is_stored_as_it_was_read(assessment, member) -> None:
    state = next(state for state in pack_states(assessment, "az", "survey") if state.key == "surveys.send")
    assert state.state == "shipped"
    review_pack_texts(assessment=assessment, language="az", seen={state.key: state.seen}, by=member("focal_point"))
    row = PackText.objects.get()
    assert (row.text, row.reviewed_mark) == (state.shipped, state.seen)


def test_save_pack_text_refuses_what_was_not_seen(assessment) -> None:
    state = save(assessment, "km", "surveys.send", "ផ្ញើ", source_mark=all_sources()["surveys.send"].mark(""))
    with pytest.raises(ConflictError, match="Another member"):
        save(assessment, "km", "surveys.send", "បញ្ជូន", seen={"text": "other"})
    with pytest.raises(ConflictError, match="English text has changed"):
        save(assessment, "km", "surveys.send", "បញ្ជូន", source_mark="earlier")
    assert save(assessment, "km", "surveys.send", "ផ្ញើ") == state
    assert AuditEvent.objects.filter(action="language_pack.text_saved").count() == 1


def test_save_pack_texts_stores_all_or_nothing(assessment) -> None:
    changes = {"surveys.send": "ផ្ញើ", "surveys.saved_how": "without its place"}
    with pytest.raises(InputError, match="saved_how"):
        save_pack_texts(assessment=assessment, language="km", changes=changes, was={}, made_from={}, by=None)
    assert not PackText.objects.exists()
    event = {"surveys.send": "ផ្ញើ"}
    with pytest.raises(ConflictError):
        save_pack_texts(
            assessment=assessment, language="km", changes=event, was={"surveys.send": "was"}, made_from={}, by=None
        )
    save_pack_texts(
        assessment=assessment, language="km", changes=event, was={"surveys.send": ""}, made_from={}, by=None
    )
    recorded = AuditEvent.objects.get(action="language_pack.imported")
    assert recorded.detail["texts"] == ["surveys.send"]
    assert "ផ្ញើ" not in str(recorded.detail)


def test_a_language_that_cldr_does_not_know_has_the_name_and_direction_given(assessment) -> None:
    add_pack(assessment=assessment, language="khw", own_name="کھوار", direction="rtl", by=None)
    add_pack(assessment=assessment, language="tlh", own_name="Klingon", direction="rtl", by=None)
    with words_for(assessment):
        assert (own_name("khw"), direction("khw"), direction("tlh")) == ("کھوار", "rtl", "rtl")
    assert (own_name("tlh"), direction("tlh")) == ("Klingon", "ltr")


@pytest.mark.parametrize("language", ["zz", "", "../en", "e" * 30])
def test_what_is_no_language_is_refused(assessment, language: str) -> None:
    with pytest.raises(InputError):
        add_pack(assessment=assessment, language=language, by=None)
    with pytest.raises(InputError):
        save(assessment, language, "surveys.send", "x")


def test_the_report_uses_the_words_of_a_pack(assessment) -> None:
    key = next(key for key, source in all_sources().items() if key.startswith("reports.") and "" in source.english)
    text = all_sources()[key].english[""]
    save(assessment, "sw", key, f"SW {text}")
    with words_for(assessment):
        assert report_word(key.removeprefix("reports."), "sw") == f"SW {text}"


def test_the_outline_of_a_report_uses_the_texts_of_a_pack(assessment) -> None:
    texts = {"outline.context/title": "Muktadha", "outline.introduction/title": "Utangulizi"}
    for key, text in texts.items():
        save(assessment, "sw", key, text)
    save(assessment, "fr", "outline.context/title", "Le cadre")
    assert entries("sw")["context"].title == entries("en")["context"].title
    with words_for(assessment):
        assert [entries("sw")[key].title for key in ("context", "introduction")] == list(texts.values())
        assert entries("sw")["methodology"].title == entries("en")["methodology"].title
        assert entries("fr")["context"].title == "Le cadre"
        assert entries("fr")["introduction"].title == shipped_entries("fr")["introduction"].title
    draft = all_sources()["outline.context/draft"].english[""]
    with pytest.raises(InputError, match=r"\{\{ country \}\} is missing"):
        save(assessment, "sw", "outline.context/draft", draft.replace("{{ country }}", "{{country}}"))
    assert save(assessment, "sw", "outline.context/draft", f"SW {draft}").state == "draft"
