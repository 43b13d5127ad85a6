"""Two members at one instrument: what a person reviews, publishes or imports is what they read."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import AuditEvent
from instruments.models import Instrument, Translation
from instruments.services.drafts import ConflictError
from instruments.services.translations import review, save_translation, save_translations
from instruments.services.versions import adapt, publish, withdraw
from tests.factories import InstrumentFactory, UserFactory

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


def test_one_row_says_that_it_was_not_marked(draft: Instrument, client_as: Any) -> None:
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
    text = lead.get(reverse("instruments:instrument_detail", args=[draft.pk])).content.decode()
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
