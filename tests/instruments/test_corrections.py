"""Words of a published version are corrected while it is in use; nothing else of it changes."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from assessments.models import AuditEvent
from ctnat.ui.errors import ConflictError
from instruments import paths
from instruments.models import Correction, Instrument, Translation
from instruments.querysets import AppendOnlyError
from instruments.services.corrections import SameAsAnotherError, correct
from instruments.services.translations import review
from instruments.services.versions import adapt
from instruments.translation_states import text_states
from tests.concurrency import at_once, shared_database  # noqa: F401  (a fixture)
from tests.factories import InstrumentFactory, UserFactory

pytestmark = pytest.mark.django_db
ITEM = "sections/2/items/2.2/text"
OPTION = "sections/2/items/2.1/options/origin/text"
CONTACT = "introduction/{}/text"


@pytest.fixture
def version(assessment: Any) -> Instrument:
    """The 2016 survey, owned by the assessment."""
    made = InstrumentFactory(kind="survey")
    Instrument.objects.filter(pk=made.pk).update(owner=assessment)
    return Instrument.objects.get(pk=made.pk)


def words(version: Instrument, key: str, language: str = "en") -> str:
    version = Instrument.objects.get(pk=version.pk)
    return str(paths.at(version.shown_definition, key).get(language, ""))


def corrected(version: Instrument, becomes: str, key: str = ITEM, language: str = "ru", **more: Any) -> Correction:
    more = {"by": UserFactory()} | more
    if "was" not in more:
        more["was"] = words(version, key, language)
    return correct(instrument=version, language=language, key=key, becomes=becomes, **more)


def state(version: Instrument, key: str, language: str) -> str:
    version = Instrument.objects.get(pk=version.pk)
    return next(row.state for row in text_states(version, language) if row.key == key)


def test_a_translation_is_corrected_and_the_stored_definition_stays(version: Instrument) -> None:
    before = json.dumps(Instrument.objects.get(pk=version.pk).definition, sort_keys=True)

    first = corrected(version, "Новый вопрос?")
    second = corrected(version, "Новейший вопрос?")

    stored = Instrument.objects.get(pk=version.pk)
    assert (first.number, second.number, stored.corrections_made) == (1, 2, 2)
    assert json.dumps(stored.definition, sort_keys=True) == before
    assert stored.version_number == f"{version.version}.2"
    assert stored.document.by_name["2.2"].text.translate("ru") == "Новейший вопрос?"
    assert Instrument.objects.get(pk=version.pk).document.by_name["2.2"].text.translate("ru") == "Новейший вопрос?"
    assert paths.at(stored.definition_at(1), ITEM)["ru"] == "Новый вопрос?"
    assert stored.definition_at(0) == stored.definition
    assert state(version, ITEM, "ru") == "draft"


def test_words_of_the_source_need_a_reason_and_the_same_meaning_and_translations_become_stale(
    version: Instrument,
) -> None:
    review(instrument=version, language="az", keys=[ITEM], by=UserFactory())
    with pytest.raises(ValidationError) as refused:
        corrected(version, "Which forms?", language="en")
    assert set(refused.value.message_dict) == {"means_same", "reason"}
    assert not version.corrections.exists()

    made = corrected(version, "Which forms?", language="en", reason="typing error", means_same=True)

    assert (made.is_source, made.means_same, made.reason) == (True, True, "typing error")
    assert state(version, ITEM, "az") == state(version, ITEM, "ru") == "stale"
    assert words(version, ITEM, "ru")
    corrected(version, "Какие формы?")
    assert state(version, ITEM, "ru") == "draft"
    assert state(version, ITEM, "az") == "stale"


def test_a_missing_translation_is_added(version: Instrument) -> None:
    assert state(version, ITEM, "sw") == "missing"
    made = corrected(version, "Aina gani?", language="sw")
    assert (made.was, made.is_source, made.means_same) == ("", False, None)
    assert state(version, ITEM, "sw") == "draft"
    assert state(version, OPTION, "sw") == "missing"


@pytest.mark.parametrize(
    ("key", "becomes", "fault"),
    [
        (ITEM, "  ", "Enter the corrected text"),
        (ITEM, None, "the text as it is"),
        (ITEM, "x" * 5001, "longer"),
        (ITEM, "a\x07b", "control character"),
        (ITEM, "{country}?", "is not in the source"),
        ("sections/2/items/2.2", "x", "no such text"),
        ("sections/2/items/2.2/type", "x", "no such text"),
        ("sections/2/items/9.9/text", "x", "no such text"),
        ("", "x", "no such text"),
    ],
)
def test_what_cannot_be_a_correction_is_refused(version: Instrument, key: str, becomes: str | None, fault: str) -> None:
    present = words(version, ITEM, "ru")
    with pytest.raises(ValidationError) as refused:
        corrected(version, present if becomes is None else becomes, key=key, was=present)
    assert fault in " ".join(refused.value.messages)
    version.refresh_from_db()
    assert (version.corrections_made, version.corrected) == (0, {})


def test_placeholders_stay(version: Instrument) -> None:
    key = next(
        f"introduction/{paragraph['name']}/text"
        for paragraph in version.definition["introduction"]
        if "{" in paragraph["text"]["en"]
    )
    with pytest.raises(ValidationError, match="is missing; keep it as it is"):
        corrected(version, "Ohne", key=key, language="de")
    with pytest.raises(ValidationError, match="is missing; keep it as it is"):
        corrected(version, "Without", key=key, language="en", reason="r", means_same=True)


def test_quoted_answers_stay() -> None:
    both = {"en": "Why {answer:2.1}?", "ru": "Почему {answer:2.1}?"}
    plain = InstrumentFactory(kind="survey")
    version = InstrumentFactory(kind="survey", key="quotes", definition=paths.replaced(plain.definition, ITEM, both))
    with pytest.raises(ValidationError, match=r"{answer:2\.1} is missing; keep it as it is"):
        corrected(version, "Почему?")
    with pytest.raises(ValidationError, match=r"{answer:2\.3} is not in the source; remove it"):
        corrected(version, "Почему {answer:2.1}, {answer:2.3}?")
    with pytest.raises(ValidationError, match=r"{answer:2\.1} is missing; keep it as it is"):
        corrected(version, "Why?", language="en", reason="r", means_same=True)
    assert corrected(version, "Отчего {answer:2.1}?").number == 1


def test_words_of_another_option_are_refused_in_the_source_and_asked_about_in_a_translation(
    version: Instrument,
) -> None:
    other = "sections/2/items/2.1/options/transit/text"
    with pytest.raises(ValidationError, match="cannot be told apart"):
        corrected(version, words(version, other), key=OPTION, language="en", reason="r", means_same=True)
    with pytest.raises(SameAsAnotherError, match="tick the"):
        corrected(version, words(version, other, "ru").upper(), key=OPTION)
    corrected(version, words(version, other, "ru"), key=OPTION, same_as_another=True)
    assert words(version, OPTION, "ru") == words(version, other, "ru")


def test_a_draft_is_edited_and_not_corrected(version: Instrument, assessment: Any) -> None:
    draft = adapt(instrument=version, owner=assessment, by=UserFactory())
    with pytest.raises(ValidationError, match="is a draft"):
        corrected(draft, "x")


def test_the_next_version_begins_with_the_corrected_words(version: Instrument, assessment: Any) -> None:
    corrected(version, "Which forms?", language="en", reason="r", means_same=True)
    draft = adapt(instrument=version, owner=assessment, by=UserFactory())
    assert paths.at(draft.definition, ITEM)["en"] == "Which forms?"
    assert state(draft, ITEM, "ru") == "stale"


def test_the_same_form_sent_twice_is_one_correction_and_an_older_page_is_refused(version: Instrument) -> None:
    was = words(version, ITEM, "ru")
    first = corrected(version, "Второй", was=was)
    assert corrected(version, "Второй", was=was) == first
    with pytest.raises(ConflictError) as refused:
        corrected(version, "Третий", was=was)
    assert refused.value.current == "Второй"
    assert Correction.objects.filter(instrument=version).count() == 1


def test_corrections_are_only_added(version: Instrument) -> None:
    made = corrected(version, "Второй")
    made.becomes = "x"
    for verb in (made.save, made.delete, Correction.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            verb()
    with pytest.raises(AppendOnlyError):
        Correction.objects.filter(pk=made.pk).update(becomes="x")


def test_the_log_names_the_text_and_not_its_words(version: Instrument) -> None:
    corrected(version, "Secret words", language="en", reason="because", means_same=True)
    event = AuditEvent.objects.filter(action="instrument.corrected").latest("pk")
    assert event.detail == {"number": 1, "language": "en", "text": ITEM}
    assert event.assessment == version.owner


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shared_database")
def test_of_two_corrections_at_once_one_is_refused(version: Instrument) -> None:
    was, by = words(version, ITEM, "ru"), UserFactory()
    both = [lambda t=t: corrected(version, t, was=was, by=by) for t in ("Один", "Два")]
    assert sorted(str(found) for found in at_once(both)) == [str(ConflictError), "None"]
    version.refresh_from_db()
    assert version.corrections_made == version.corrections.count() == 1


# The pages


def page(name: str, version: Instrument, **query: str) -> str:
    return reverse(f"instruments:{name}", args=[version.pk], query=query or None)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_correction_list_shows_what_a_lead_has_corrected_on_the_page(version: Instrument, client_as: Any) -> None:
    lead: Client = client_as("lead")
    assert "shown as it was published" in text_of(lead.get(page("correction_list", version)))
    chosen = text_of(lead.get(page("correction_choose", version, language="en", q="2.2 › text")))
    address = page("correction_new", version, language="en", key=ITEM)
    assert address.replace("&", "&amp;").replace("%2F", "/") in chosen.replace("%2F", "/")
    was = words(version, ITEM)
    assert was in text_of(lead.get(address))
    refused = lead.post(address, {"becomes": "Which forms?", "was": was})
    assert refused.status_code == 422
    assert "Tick the box if they do" in text_of(refused)
    assert "Which forms?" in text_of(refused)

    done = lead.post(
        address, {"becomes": "Which forms?", "was": was, "means_same": "on", "reason": "A slip"}, follow=True
    )

    assert "Correction 1 was stored" in text_of(done)
    assert "Reason: A slip" in text_of(done)
    assert "Which forms?" in text_of(lead.get(page("instrument_detail", version)))
    assert "Which forms?" in text_of(lead.get(page("instrument_print", version)))
    assert f"{version.key} · {version.version}.1" in text_of(lead.get(page("instrument_print", version)))
    assert lead.get(page("instrument_json", version)).json()["sections"][1]["items"][1]["text"]["en"] == "Which forms?"


def test_correction_new_shows_another_member_s_correction_and_does_not_overwrite_it(
    version: Instrument, client_as: Any
) -> None:
    address = page("correction_new", version, language="ru", key=ITEM)
    was = words(version, ITEM, "ru")
    corrected(version, "Второй")
    answer = client_as("lead").post(address, {"becomes": "Третий", "was": was})
    assert answer.status_code == 409
    assert "“Второй”" in text_of(answer)
    assert "Третий" in text_of(answer)
    again = client_as("lead").post(address, {"becomes": "Третий", "was": "Второй"})
    assert again.status_code == 302
    assert words(version, ITEM, "ru") == "Третий"


def test_exchanged_labels_are_asked_about_on_the_page(version: Instrument, client_as: Any) -> None:
    other = words(version, "sections/2/items/2.1/options/transit/text", "ru")
    address = page("correction_new", version, language="ru", key=OPTION)
    sent = {"becomes": other, "was": words(version, OPTION, "ru")}
    asked = client_as("lead").post(address, sent)
    assert (asked.status_code, 'name="same_as_another"' in asked.content.decode()) == (422, True)
    assert client_as("lead").post(address, sent | {"same_as_another": "on"}).status_code == 302


@pytest.mark.parametrize(
    ("role", "reads", "translates", "corrects"),
    [
        ("lead", 200, 200, 200),
        ("consultant", 200, 200, 403),
        ("focal_point", 200, 200, 403),
        ("observer", 200, 403, 403),
        ("outsider", 200, 403, 403),
    ],
)
def test_correction_choose_and_the_form_are_for_those_who_may_correct(
    version: Instrument, client_as: Any, role: str, reads: int, translates: int, corrects: int
) -> None:
    client = client_as(role)
    assert client.get(page("correction_list", version)).status_code == reads
    for name, more in (("correction_choose", {}), ("correction_new", {"key": ITEM})):
        assert client.get(page(name, version, language="ru", **more)).status_code == translates
        assert client.get(page(name, version, language="en", **more)).status_code == corrects
    sent = {"becomes": "x y", "was": words(version, ITEM), "means_same": "on", "reason": "r"}
    answer = client.post(page("correction_new", version, language="en", key=ITEM), sent)
    assert answer.status_code == (302 if corrects == 200 else corrects)
    assert version.corrections.exists() == (corrects == 200)


def test_pages_of_drafts_unknown_texts_and_unknown_languages_do_not_exist(
    version: Instrument, assessment: Any, client_as: Any
) -> None:
    lead = client_as("lead")
    draft = adapt(instrument=version, owner=assessment, by=UserFactory())
    for name in ("correction_list", "correction_choose", "correction_new"):
        assert lead.get(page(name, draft, language="ru", key=ITEM)).status_code == 404
    for query in ({}, {"language": "ru", "key": "x"}, {"language": "zz-zz", "key": ITEM}):
        assert lead.get(page("correction_new", version, **query)).status_code == 404


def test_reviewing_a_corrected_translation_is_about_the_corrected_words(version: Instrument) -> None:
    corrected(version, "Второй")
    row = next(row for row in text_states(Instrument.objects.get(pk=version.pk), "ru") if row.key == ITEM)
    assert review(instrument=version, language="ru", keys=[ITEM], by=UserFactory(), seen={ITEM: row.seen}) == 1
    assert Translation.objects.get(instrument=version, language="ru", key=ITEM).status == "reviewed"
    assert state(version, ITEM, "ru") == "reviewed"
