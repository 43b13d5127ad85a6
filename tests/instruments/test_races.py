"""Two members edit one instrument: what a person reviews, publishes or imports is what they read."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from assessments.models import AuditEvent
from instruments import paths
from instruments.models import Instrument, Translation
from instruments.services import versions
from instruments.services.drafts import ConflictError
from instruments.services.translations import review, save_translation, save_translations
from instruments.services.versions import adapt, discard, import_definition, publish, withdraw
from tests.concurrency import at_once
from tests.factories import AssessmentFactory, InstrumentFactory, UserFactory

pytestmark = pytest.mark.django_db
KEY = "title"


@pytest.fixture
def draft(assessment: Any, member: Any) -> Instrument:
    made = adapt(instrument=InstrumentFactory(kind="survey"), owner=assessment, by=member("lead"))
    return _say(made, "Первый")


def _say(draft: Instrument, text: str) -> Instrument:
    present = draft.definition["title"].get("ru", "")
    saved = save_translation(draft=draft, language="ru", key=KEY, text=text, was=present, by=UserFactory())
    draft.refresh_from_db()
    return saved


def _page(client: Client, draft: Instrument) -> tuple[str, dict[str, str]]:
    """The page's text, and what "Mark reviewed" of the title sends."""
    text = client.get(reverse("instruments:translation_edit", args=[draft.pk, "ru"])).content.decode()
    sent = re.search(rf'name="key" value="{KEY}">\s*<input type="hidden" name="seen" value="(\w+)"', text)
    assert sent
    return text, {"key": KEY, "seen": sent[1], "reviewed": "yes"}


def _state(draft: Instrument) -> str:
    row = Translation.objects.filter(instrument=draft, language="ru", key=KEY).first()
    return row.status if row else "draft"


def test_translation_that_changed_while_it_was_read_is_not_reviewed(draft: Instrument, client_as: Any) -> None:
    lead = client_as("lead")
    _, sent = _page(lead, draft)
    _say(draft, "Второй")

    refused = lead.post(reverse("instruments:translation_review", args=[draft.pk, "ru"]), sent, follow=True)

    assert "Nothing was marked" in refused.content.decode()
    assert "Второй" in refused.content.decode()
    assert _state(draft) == "draft"


def test_one_row_reports_that_it_was_not_marked(draft: Instrument, client_as: Any) -> None:
    lead = client_as("lead")
    _, sent = _page(lead, draft)
    _say(draft, "Второй")

    headers = {"HX-Request": "true"}
    row = lead.post(reverse("instruments:translation_review", args=[draft.pk, "ru"]), sent, headers=headers)

    assert "Not marked: the text has changed" in row.content.decode()
    assert "Второй" in row.content.decode()
    assert _state(draft) == "draft"


def test_translation_whose_source_changed_is_not_reviewed(draft: Instrument) -> None:
    with pytest.raises(ConflictError):
        review(instrument=draft, language="ru", keys=[KEY], by=UserFactory(), seen={KEY: "0" * 12})
    assert _state(draft) == "draft"


def test_review_pressed_twice_is_one_state(draft: Instrument, client_as: Any) -> None:
    lead = client_as("lead")
    _, sent = _page(lead, draft)
    for _ in range(2):
        lead.post(reverse("instruments:translation_review", args=[draft.pk, "ru"]), sent)
    assert _state(draft) == "reviewed"


def test_draft_that_changed_while_it_was_read_is_not_published(draft: Instrument, client_as: Any) -> None:
    lead = client_as("lead")
    text = lead.get(reverse("instruments:instrument_publish", args=[draft.pk])).content.decode()
    shown = re.search(r'name="revision" value="(\d+)"', text)
    assert shown
    _say(draft, "Второй")

    refused = lead.post(reverse("instruments:instrument_publish", args=[draft.pk]), {"revision": shown[1]}, follow=True)

    assert "Not published: another member has changed the draft" in refused.content.decode()
    draft.refresh_from_db()
    assert not draft.is_published
    now = {"revision": str(draft.revision)}
    lead.post(reverse("instruments:instrument_publish", args=[draft.pk]), now)
    draft.refresh_from_db()
    assert draft.is_published


def test_workbook_does_not_replace_what_was_typed_after_its_preview(draft: Instrument) -> None:
    _say(draft, "Второй")
    with pytest.raises(ConflictError):
        save_translations(draft=draft, language="ru", changes={KEY: "Третий"}, was={KEY: "Первый"}, by=UserFactory())
    draft.refresh_from_db()
    assert draft.definition["title"]["ru"] == "Второй"


def test_first_reason_of_a_withdrawal_stays(draft: Instrument, member: Any) -> None:
    published = publish(draft=draft, by=member("lead"))
    withdraw(instrument=published, reason="A question is missing", by=member("lead"))
    withdraw(instrument=published, reason="Pressed again", by=member("lead"))
    published.refresh_from_db()
    assert published.withdrawn_reason == "A question is missing"
    assert AuditEvent.objects.filter(action="instrument.withdrawn").count() == 1


def _outline(client: Client, draft: Instrument, code: str) -> tuple[dict[str, str], dict[str, str]]:
    """What "Move down" and "Remove" of the item `code` of section 1 send."""
    text = client.get(reverse("instruments:instrument_edit", args=[draft.pk])).content.decode()
    path = f"sections/1/items/{code}"
    order = re.search(rf'name="path" value="{path}">\s*<input type="hidden" name="order" value="(\w+)"', text)
    seen = re.search(rf'name="seen" value="(\w+)">\s*<input type="hidden"\s*name="path"\s*value="{path}"', text)
    assert order
    assert seen
    return {"path": path, "direction": "down", "order": order[1]}, {"path": path, "seen": seen[1]}


def _codes(draft: Instrument) -> list[str]:
    return [item["name"] for item in Instrument.objects.get(pk=draft.pk).definition["sections"][0]["items"]]


def test_entry_is_moved_only_in_the_order_that_was_on_the_page(draft: Instrument, client_as: Any) -> None:
    lead, address = client_as("lead"), reverse("instruments:entry_move", args=[draft.pk])
    move, _ = _outline(lead, draft, "1.1")
    lead.post(address, move)
    assert _codes(draft)[:3] == ["1.2", "1.1", "1.3"]

    again = lead.post(address, move, follow=True)  # sent twice, or by another member whose page had the old order

    assert "The order of the entries has changed" in again.content.decode()
    assert _codes(draft)[:3] == ["1.2", "1.1", "1.3"]
    lead.post(address, _outline(lead, draft, "1.1")[0])
    assert _codes(draft)[:3] == ["1.2", "1.3", "1.1"]
    for path in ("title", "languages/en", "sections", "", "x/y", "sections/1/items/none"):
        assert lead.post(address, move | {"path": path}).status_code in (302, 404)


def test_entry_that_was_edited_meanwhile_is_not_removed(draft: Instrument, client_as: Any) -> None:
    lead, address = client_as("lead"), reverse("instruments:entry_remove", args=[draft.pk])
    _, remove = _outline(lead, draft, "1.3")
    key = "sections/1/items/1.3/text"
    save_translation(draft=draft, language="ru", key=key, text="Новый текст", was=_russian(draft), by=UserFactory())

    refused = lead.post(address, remove, follow=True)

    assert "1.3 was edited since you opened the page" in refused.content.decode()
    assert "1.3" in _codes(draft)
    lead.post(address, _outline(lead, draft, "1.3")[1])
    assert "1.3" not in _codes(draft)


def _russian(draft: Instrument) -> str:
    text: str = paths.at(Instrument.objects.get(pk=draft.pk).definition, "sections/1/items/1.3/text").get("ru", "")
    return text


def test_adapting_twice_leads_to_the_draft_that_was_not_edited_yet(assessment: Any, client_as: Any) -> None:
    lead, used = client_as("lead"), InstrumentFactory(kind="survey")
    address, sent = reverse("instruments:instrument_adapt", args=[used.pk]), {"owner": str(assessment.pk)}
    first, second = lead.post(address, sent), lead.post(address, sent)
    assert first["Location"] == second["Location"]
    draft = Instrument.objects.get(parent=used)
    assert AuditEvent.objects.filter(action="instrument.adapted").count() == 1
    _say(draft, "Первый")
    lead.post(address, sent)  # another version is requested
    assert Instrument.objects.filter(parent=used).count() == 2


def test_file_imported_twice_is_one_draft_until_it_is_edited() -> None:
    source, by = InstrumentFactory(kind="survey"), UserFactory()

    def load(**other: Any) -> Instrument:
        given = {"kind": "survey", "key": "own", "definition": source.definition, "owner": None, "by": by}
        return import_definition(**{**given, **other})

    first = load()
    assert load() == first
    assert load(key="other") != first
    discard(draft=first, by=by)
    second = load()
    assert second not in (first, None)
    _say(second, "Первый")
    assert load() != second
    assert Instrument.objects.filter(key="own").count() == 3


def test_first_versions_imported_at_the_same_moment_give_no_error_page(
    assessment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL neither sees the other's version; here the second does not look."""
    source, by = InstrumentFactory(kind="survey"), UserFactory()
    given = {"kind": "survey", "key": "own", "definition": source.definition, "by": by}
    first = import_definition(**given, owner=None)
    monkeypatch.setattr(versions, "_next_version", lambda *_: 1)
    with monkeypatch.context() as patched:
        looks = iter([None, first])
        patched.setattr(versions, "_untouched", lambda _: next(looks))
        assert import_definition(**given, owner=None) == first
    with pytest.raises(ValidationError, match="Import yours again"):
        import_definition(**given, owner=assessment)
    assert Instrument.objects.filter(key="own").count() == 1


@pytest.mark.usefixtures("shared_database")
def test_versions_made_at_the_same_moment_all_have_a_number_of_their_own() -> None:
    source, by = InstrumentFactory(kind="survey"), UserFactory()
    owners = [None, AssessmentFactory(reference="AZE-2016"), AssessmentFactory(reference="GEO-2016")]
    verbs = [lambda owner=owner: adapt(instrument=source, owner=owner, by=by) for owner in owners for _ in range(2)]
    assert at_once(verbs) == [None] * 6
    assert sorted(Instrument.objects.filter(parent=source).values_list("version", flat=True)) == [2, 3, 4]


@pytest.mark.usefixtures("shared_database")
def test_same_file_imported_at_the_same_moment_is_one_draft() -> None:
    source, by = InstrumentFactory(kind="survey"), UserFactory()
    given = {"kind": "survey", "key": "own", "definition": source.definition, "owner": None, "by": by}
    assert at_once([lambda: import_definition(**given)] * 3) == [None] * 3
    assert Instrument.objects.filter(key="own").count() == 1
