"""Instruments in a real browser: editing, publishing, and a concurrent edit."""

from typing import Any

import pytest
from playwright.sync_api import expect

from instruments.logic.writing import write
from instruments.models import Instrument
from instruments.services.entries import change_entry
from instruments.services.versions import adapt
from tests.factories import InstrumentFactory, UserFactory


@pytest.fixture
def draft(assessment: Any) -> Instrument:
    return adapt(instrument=InstrumentFactory(kind="survey"), owner=assessment, by=UserFactory())


@pytest.mark.browser
def test_a_condition_is_chosen_from_lists(open_as: Any, draft: Instrument) -> None:
    """Each choice brings the next one, and the place where one was stays."""
    page = open_as("lead", f"/instruments/{draft.pk}/edit/condition/?path=sections/2/items/2.3")
    page.get_by_label("Question").select_option("2.1")
    page.get_by_label("Comparison").select_option(label="number chosen is at least")
    page.get_by_label("Value").fill("2")
    page.get_by_role("button", name="Add a group").click()
    page.get_by_label("Question").nth(1).focus()
    page.get_by_label("Question").nth(1).select_option("1.6")
    expect(page.get_by_label("Question").nth(1)).to_be_focused()
    page.get_by_label("Female").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("at least 2 options are chosen in 2.1")).to_be_visible()
    draft.refresh_from_db()
    stored = draft.definition["sections"][1]["items"][3]["relevant"]
    assert write(stored) == "count-selected(${2.1}) >= 2 and ${1.6} = 'female'"


@pytest.mark.browser
def test_a_draft_is_edited_translated_and_published(open_as: Any, draft: Instrument) -> None:
    page = open_as("lead", f"/instruments/{draft.pk}/edit/")
    page.get_by_role("link", name="Edit 2.2", exact=True).click()
    page.wait_for_load_state()  # the check listens from then on
    page.get_by_label("At least").fill("9")
    page.get_by_text("min is larger than max").wait_for()  # checked while typing
    page.get_by_label("At least").fill("3")
    page.get_by_text("This can be saved.").wait_for()
    page.get_by_label("Text", exact=True).fill("Which three are most common?")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Translations").click()
    page.get_by_role("link", name="Russian", exact=True).click()
    page.get_by_role("link", name="Stale 1").click()
    box = page.get_by_label("Translation of 2 › 2.2 › text")
    box.fill("Какие три самые частые?")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("status").get_by_text("Saved").wait_for()
    page.get_by_role("button", name="Mark reviewed").click()
    page.get_by_role("button", name="Reopen").wait_for()
    page.goto(page.url.split("/translations/")[0] + "/edit/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("was published. Assessments can now use it").wait_for()
    published = Instrument.objects.get(pk=draft.pk)
    item = published.document.by_name["2.2"]
    assert (published.is_published, item.text.translate(), item.text.translate("ru")) == (
        True,
        "Which three are most common?",
        "Какие три самые частые?",
    )


@pytest.mark.browser
def test_two_editors_of_one_entry_lose_nothing(open_as: Any, draft: Instrument) -> None:
    path = "sections/1/items/1.6"
    page = open_as("lead", f"/instruments/{draft.pk}/edit/entry/?path={path}")
    page.get_by_label("Text", exact=True).fill("Mine")
    was = draft.definition["sections"][0]["items"][5]
    becomes = {**was, "text": {**was["text"], "en": "Theirs"}}
    change_entry(draft=draft, path=path, was=was, becomes=becomes, by=UserFactory())
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Currently saved: Theirs").wait_for()
    assert page.get_by_label("Text", exact=True).input_value() == "Mine"
