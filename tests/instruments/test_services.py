"""Drafts are made, edited, published and discarded; published versions never change; no edit undoes another."""

import copy
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from assessments.models import AuditEvent
from instruments import paths
from instruments.models import Instrument, Translation
from instruments.querysets import PublishedVersionError
from instruments.schema import DefinitionError
from instruments.services.drafts import ConflictError
from instruments.services.entries import add_entry, change_entry, move_entry, remove_entry
from instruments.services.translations import review, save_translation, save_translations
from instruments.services.versions import adapt, discard, import_definition, publish
from instruments.texts import languages_of, mark
from tests.factories import InstrumentFactory, UserFactory

pytestmark = pytest.mark.django_db
SEX = "sections/1/items/1.6"


@pytest.fixture
def user() -> Any:
    return UserFactory()


@pytest.fixture
def survey() -> Instrument:
    return InstrumentFactory(kind="survey")


@pytest.fixture
def draft(survey: Instrument, user: Any) -> Instrument:
    return adapt(instrument=survey, owner=None, by=user)


def reword(draft: Instrument, path: str, text: str, by: Any) -> Instrument:
    entry = copy.deepcopy(paths.at(Instrument.objects.get(pk=draft.pk).definition, path))
    becomes = {**entry, "text": {**entry["text"], "en": text}}
    return change_entry(draft=draft, path=path, was=entry, becomes=becomes, by=by)


def test_adapt_makes_the_next_version_as_a_draft(survey: Instrument, user: Any) -> None:
    first = adapt(instrument=survey, owner=None, by=user)
    reword(first, SEX, "Are you a woman or a man?", user)
    second = adapt(instrument=survey, owner=None, by=user)
    assert [(d.version, d.parent, d.is_published) for d in (first, second)] == [(2, survey, False), (3, survey, False)]
    assert first.definition == survey.definition
    event = AuditEvent.objects.get(action="instrument.adapted", object_id=str(first.pk))
    assert (event.actor, event.detail) == (user, {"parent": "Survey ct-nat-2016 version 1"})


def test_published_version_cannot_change(survey: Instrument, user: Any) -> None:
    definition = survey.definition
    with pytest.raises(PublishedVersionError):
        reword(survey, SEX, "Your sex?", user)
    survey.definition = {**definition, "title": {"en": "Other"}}
    with pytest.raises(PublishedVersionError):
        survey.save()
    with pytest.raises(PublishedVersionError):
        survey.save_base(raw=True)  # what loaddata calls
    with pytest.raises(PublishedVersionError):
        Instrument.objects.filter(pk=survey.pk).update(definition={})
    with pytest.raises(PublishedVersionError):
        Instrument.objects.update(published_at=None)
    with pytest.raises(PublishedVersionError):
        Instrument.objects.filter(pk=survey.pk).delete()
    with pytest.raises(PublishedVersionError):
        survey.delete()
    with pytest.raises(PublishedVersionError):
        publish(draft=survey, by=user)
    assert Instrument.objects.get(pk=survey.pk).definition == definition


def test_publish_fixes_a_draft(draft: Instrument, user: Any) -> None:
    published = publish(draft=draft, by=user)
    assert published.is_published
    with pytest.raises(PublishedVersionError):
        discard(draft=draft, by=user)
    assert AuditEvent.objects.filter(action="instrument.published").count() == 1


def test_discard_puts_a_draft_into_the_trash_unless_another_was_made_from_it(draft: Instrument, user: Any) -> None:
    child = adapt(instrument=draft, owner=None, by=user)
    with pytest.raises(ValidationError):
        discard(draft=draft, by=user)
    discard(draft=child, by=user)
    discard(draft=draft, by=user)
    assert Instrument.objects.filter(published_at=None, discarded_at=None).count() == 0


def test_edits_of_different_entries_are_both_kept(draft: Instrument, user: Any) -> None:
    stale = Instrument.objects.get(pk=draft.pk)
    reword(draft, SEX, "Are you a woman or a man?", user)
    reword(stale, "sections/1/items/1.5", "How old are you?", user)
    now = Instrument.objects.get(pk=draft.pk)
    assert (now.document.by_name["1.6"].text.translate(), now.document.by_name["1.5"].text.translate()) == (
        "Are you a woman or a man?",
        "How old are you?",
    )
    assert now.revision == 2


def test_edit_of_an_entry_changed_meanwhile_is_refused_with_the_present_one(draft: Instrument, user: Any) -> None:
    was = copy.deepcopy(paths.at(draft.definition, SEX))
    reword(draft, SEX, "First", user)
    with pytest.raises(ConflictError) as caught:
        change_entry(draft=draft, path=SEX, was=was, becomes={**was, "text": {"en": "Second"}}, by=user)
    assert caught.value.current["text"]["en"] == "First"
    assert Instrument.objects.get(pk=draft.pk).document.by_name["1.6"].text.translate() == "First"


def test_edit_that_breaks_the_definition_changes_nothing(draft: Instrument, user: Any) -> None:
    was = paths.at(draft.definition, "sections/2/items/2.2")
    becomes = {**was, "options": was["options"][:2]}
    with pytest.raises(DefinitionError) as caught:
        change_entry(draft=draft, path="sections/2/items/2.2", was=was, becomes=becomes, by=user)
    assert caught.value.faults == ["sections › 2 › items › 2.2: asks for more choices than it has options"]
    assert Instrument.objects.get(pk=draft.pk).definition == draft.definition


def test_entries_are_added_moved_and_removed(draft: Instrument, user: Any) -> None:
    entry = {"name": "1.7", "type": "integer", "text": {"en": "How many cases?"}, "min": 0}
    add_entry(draft=draft, path="sections/1/items", entry=entry, after="1.1", by=user)
    move_entry(draft=draft, path="sections/1/items/1.7", places=-1, by=user)
    remove_entry(draft=draft, path="sections/1/items/1.2", by=user)
    now = Instrument.objects.get(pk=draft.pk)
    assert [item.name for item in now.document.sections[0].items] == ["1.7", "1.1", "1.3", "1.4", "1.5", "1.6"]


def test_item_that_another_depends_on_cannot_be_removed(draft: Instrument, user: Any) -> None:
    with pytest.raises(DefinitionError) as caught:
        remove_entry(draft=draft, path="sections/2/items/2.2", by=user)
    assert caught.value.faults == ["survey: item 2.2.1 depends on 2.2, which does not come before it"]


def test_changed_english_marks_its_translations_stale(draft: Instrument, user: Any) -> None:
    reword(draft, SEX, "Are you a woman or a man?", user)
    reword(draft, SEX, "Woman or man?", user)
    found = set(draft.translations.values_list("key", "language", "source_mark"))
    assert found == {(f"{SEX}/text", code, mark("What is your gender?")) for code in languages_of(draft.definition)[1:]}


def test_saved_translation_is_a_fresh_draft(draft: Instrument, user: Any) -> None:
    reword(draft, SEX, "Are you a woman or a man?", user)
    was = paths.at(Instrument.objects.get(pk=draft.pk).definition, SEX)["text"]["ru"]
    saved = save_translation(
        draft=draft, language="ru", key=f"{SEX}/text", text=" Вы женщина или мужчина? ", was=was, by=user
    )
    assert saved.document.by_name["1.6"].text.translate("ru") == "Вы женщина или мужчина?"
    assert not draft.translations.filter(language="ru").exists()


def test_translation_changed_meanwhile_is_refused(draft: Instrument, user: Any) -> None:
    key = f"{SEX}/text"
    save_translation(draft=draft, language="ru", key=key, text="Пол", was="Ваш пол?", by=user)
    with pytest.raises(ConflictError) as caught:
        save_translation(draft=draft, language="ru", key=key, text="Пол?", was="Ваш пол?", by=user)
    assert caught.value.current == "Пол"


@pytest.mark.parametrize(
    ("language", "key", "text"),
    [
        ("ru", "closing/return/text", "Без заполнителя"),
        ("ru", "closing/return/text", "{survey_contact} {nobody}"),
        ("en", "closing/thanks/text", "Thanks"),
        ("xx", "closing/thanks/text", "?"),
    ],
)
def test_translation_that_loses_a_placeholder_or_has_no_language_is_refused(
    draft: Instrument, user: Any, language: str, key: str, text: str
) -> None:
    with pytest.raises(ValidationError):
        save_translations(draft=draft, language=language, changes={key: text}, by=user)
    assert Instrument.objects.get(pk=draft.pk).definition == draft.definition


def test_review_is_kept_on_a_published_version_and_by_its_drafts(survey: Instrument, user: Any) -> None:
    keys = ["closing/thanks/text", "closing/return/text", "sections/1/items/1.6/missing"]
    assert review(instrument=survey, language="ka", keys=keys, by=user) == 2  # there is no third text
    draft = adapt(instrument=survey, owner=None, by=user)
    assert set(draft.translations.values_list("key", "status")) == {
        ("closing/thanks/text", "reviewed"),
        ("closing/return/text", "reviewed"),
    }
    review(instrument=draft, language="ka", keys=keys, by=user, reviewed=False)
    assert set(draft.translations.values_list("status", flat=True)) == {Translation.Status.DRAFT}
    assert set(survey.translations.values_list("status", flat=True)) == {Translation.Status.REVIEWED}


def test_imported_definition_is_refused_whole(user: Any) -> None:
    with pytest.raises(DefinitionError):
        import_definition(kind="survey", key="own", definition={"kind": "survey"}, owner=None, by=user)
    definition = InstrumentFactory(kind="indicators").definition
    with pytest.raises(ValidationError):
        import_definition(kind="indicators", key="not a key", definition=definition, owner=None, by=user)
    assert not Instrument.objects.filter(published_at=None, discarded_at=None).exists()
