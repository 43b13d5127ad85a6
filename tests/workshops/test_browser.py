"""A workshop in four browsers: three groups on their phones, and the projector that follows them."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from indicators.services.recommendations import edit_recommendation
from tests.browser import assert_accessible
from tests.indicators.factories import make_mark, make_recommendation
from tests.workshops.factories import counts, make_group, make_workshop, put_to_groups
from tests.workshops.phones import PHONE, WITHIN, join, vote
from workshops.models import Ballot, Comment, Verdict, Workshop

pytestmark = pytest.mark.browser


def test_a_workshop_with_three_groups_and_a_projector(
    assessment: Any, open_as: Any, open_device: Any, client_as: Any
) -> None:
    make_mark(assessment, "1.1/F1")
    make_recommendation(assessment, "training inspectors")
    workshop = make_workshop(assessment, opened=False)
    for number in (1, 2, 3):
        make_group(workshop, f"Group {number}", categories=["1"], women=2, men=3)
    facilitator = open_as("facilitator", f"/a/AZE-2016/workshop/{workshop.pk}/")
    facilitator.get_by_role("button", name="Open workshop").click()
    facilitator.get_by_role("heading", name="Join").wait_for()
    assert_accessible(facilitator)
    code = Workshop.objects.get().join_code

    projector = open_device(f"/a/AZE-2016/workshop/{workshop.pk}/projector/", client_as("observer"))
    expect(projector.locator("[data-turnout]")).to_have_text("0 of 3 groups voted")
    assert_accessible(projector)

    phones = []
    for number in (1, 2, 3):
        phone = open_device("/w/", viewport=PHONE)
        phone.get_by_label("Code on the projector").fill(code.lower())
        phone.get_by_role("button", name="Continue").click()
        phone.get_by_role("button", name=f"Group {number}").click()
        phone.get_by_role("heading", name=f"Group {number}").wait_for()
        phones.append(phone)
    assert_accessible(phones[0])
    expect(facilitator.locator("#groups").get_by_text("Joined", exact=True)).to_have_count(3)

    # Each ballot reaches the projector.
    vote(phones[0], "JAN")
    expect(projector.locator('[data-letter="J"] .count')).to_have_text("1 tie", timeout=WITHIN)
    vote(phones[1], "JBL")
    expect(projector.locator('[data-letter="J"] .count')).to_have_text("2", timeout=WITHIN)

    # The same priority twice: a clear message, nothing lost, nothing counted.
    vote(phones[2], "JJE")
    phones[2].get_by_text("Priority J is chosen twice, for places 1 and 2.").wait_for()
    assert phones[2].get_by_label("Priority 3").input_value() == "E"
    assert Ballot.objects.count() == 2

    # The projector's laptop sleeps while a group votes, and voting again replaces.
    projector.context.set_offline(True)
    vote(phones[2], "JEG")
    phones[2].get_by_text("was counted: J, E, G.").wait_for()
    vote(phones[2], "JEC")
    phones[2].get_by_text("It replaces the previous ballot").wait_for()
    projector.get_by_text("No connection since").wait_for()
    expect(projector.locator('[data-letter="J"] .count')).to_have_text("2")
    projector.context.set_offline(False)
    expect(projector.locator('[data-letter="J"] .count')).to_have_text("3", timeout=WITHIN)
    expect(projector.locator("[data-turnout]")).to_have_text("3 of 3 groups voted")
    assert projector.locator('[data-letter="G"]').count() == 0

    # A second device for a group gets a message and changes nothing.
    stranger = open_device(f"/w/{code}/", viewport=PHONE)
    stranger.get_by_role("button", name="Group 1").click()
    stranger.get_by_text("Group 1 already uses another device.").wait_for()

    # A verdict is sent by itself; a wording is asked for and kept.
    cell = phones[0].locator('form[id="cell:1.1/F1"]')
    cell.get_by_label("Disagree", exact=True).check()
    cell.get_by_role("button", name="Send").click()
    cell.get_by_text("Explain in a sentence why you disagree.").wait_for()
    cell.get_by_label("In your own words").fill("Not in the regions.")
    cell.get_by_role("button", name="Send").click()
    cell.get_by_text("Sent", exact=True).wait_for()
    assert Verdict.objects.get().words == "Not in the regions."
    words = phones[1].get_by_label("In your own words").first
    words.fill("Half a sentence")
    phones[1].reload()
    expect(words).to_have_value("Half a sentence")
    phones[0].reload()
    assert phones[0].get_by_text("was not saved").count() == 0

    # Closing reaches every screen; the results remain.
    facilitator.on("dialog", lambda dialog: dialog.accept())
    facilitator.get_by_role("button", name="Close workshop").click()
    facilitator.get_by_text("the results are frozen").first.wait_for()
    expect(projector.locator("[data-turnout]")).to_contain_text("results are frozen")
    for phone, counted in zip(phones, ("J, A, N", "J, B, L", "J, E, C"), strict=True):
        expect(phone.locator("#state")).to_contain_text("The workshop is closed. Counted for")
        expect(phone.locator("#state")).to_contain_text(counted)
    assert counts(workshop)["J"] == 3
    assert Comment.objects.get().statement == "Not in the regions."


def test_slides_turn_by_arrow_keys(assessment: Any, open_as: Any) -> None:
    make_mark(assessment, state="potential_improvement")
    workshop = make_workshop(assessment)
    page = open_as("lead", f"/a/AZE-2016/workshop/{workshop.pk}/slides/")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-slide]:focus h2")).to_have_text("Protection and assistance indicators")
    page.keyboard.press("Home")
    expect(page.locator("[data-slide]:focus h1")).to_have_text("Azerbaijan: what the assessment found")


WIDTHS = (1280, 360)


def press_to(page: Page, target: Any, key: str = "Tab", most: int = 120) -> None:
    """Press `key` until `target` has the focus; fail if the keyboard cannot reach it."""
    for _ in range(most):
        page.keyboard.press(key)
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{most} times {key} did not reach {target}")


def assert_accessible_at_both_widths(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert_accessible(page)


def test_a_workshop_from_joining_to_closing_by_keyboard_alone(
    assessment: Any, open_as: Any, open_device: Any, client_as: Any
) -> None:
    for cell in ("1.1/F1", "1.1/F2", "1.2/F1"):
        make_mark(assessment, cell)
    workshop = make_workshop(assessment)
    make_group(workshop, "Group 1", categories=["1"])
    make_group(workshop, "Group 2", categories=["1"])
    faults: list[str] = []
    facilitator = open_device(f"/a/AZE-2016/workshop/{workshop.pk}/", client_as("facilitator"))
    facilitator.on("console", lambda message: faults.append(message.text))
    assert_accessible_at_both_widths(facilitator)

    # Joining: the code, then the second group of the list.
    phone = open_as("anonymous", "/w/")
    assert_accessible_at_both_widths(phone)
    press_to(phone, phone.get_by_label("Code on the projector"))
    phone.keyboard.type(workshop.join_code or "")
    phone.keyboard.press("Enter")
    phone.get_by_role("heading", name="Which group").wait_for()
    assert_accessible_at_both_widths(phone)
    press_to(phone, phone.get_by_role("button", name="Group 2"))
    phone.keyboard.press("Enter")
    phone.get_by_role("heading", name="Group 2").wait_for()
    assert_accessible_at_both_widths(phone)

    # The ballot: a letter chooses in each list.
    for place, letter in enumerate("JAN", start=1):
        press_to(phone, phone.get_by_label(f"Priority {place}"))
        phone.keyboard.type(letter)
    press_to(phone, phone.get_by_role("button", name="Send ballot"))
    phone.keyboard.press("Enter")
    phone.get_by_text("was counted: J, A, N.").wait_for()

    # A single verdict: arrows choose, and the focus does not move.
    first = phone.locator('form[id="cell:1.1/F1"]')
    press_to(phone, first.get_by_role("radio", name="Agree", exact=True))
    phone.keyboard.press("ArrowRight")
    phone.keyboard.press("ArrowRight")
    phone.keyboard.press("ArrowLeft")
    expect(first.get_by_role("radio", name="Amend")).to_be_checked()
    press_to(phone, first.get_by_role("textbox"))
    phone.keyboard.type("Only in the capital.")
    press_to(phone, first.get_by_role("button", name="Send"))
    phone.keyboard.press("Enter")
    expect(first.get_by_text("Sent", exact=True)).to_be_visible()
    expect(first.get_by_role("button", name="Change")).to_be_focused()

    # Agreeing with the rest at once: opened, read, confirmed, taken back, confirmed again.
    for again in (False, True):
        press_to(phone, phone.locator("details.rest summary"))
        phone.keyboard.press("Enter")
        expect(phone.locator("[data-rest]")).to_have_count(2)
        assert_accessible_at_both_widths(phone)
        press_to(phone, phone.get_by_role("button", name="Yes, we agree"))
        phone.keyboard.press("Enter")
        phone.get_by_text("Agreed together: 2.").wait_for()
        assert dict(Verdict.objects.values_list("target", "choice")) == {
            "cell:1.1/F1": "amend",
            "cell:1.1/F2": "agree",
            "cell:1.2/F1": "agree",
        }
        if not again:
            press_to(phone, phone.get_by_role("button", name="Undo the agreement"))
            phone.keyboard.press("Enter")
            phone.get_by_text("Undone: 2.").wait_for()

    # The facilitator types the other group's ballot from paper and closes; the question is answered by Enter.
    press_to(facilitator, facilitator.get_by_role("link", name="Paper ballot of Group 1"))
    facilitator.keyboard.press("Enter")
    facilitator.get_by_role("heading", name="Paper ballot of Group 1").wait_for()
    assert_accessible_at_both_widths(facilitator)
    press_to(facilitator, facilitator.get_by_label("Priority 1"))
    facilitator.keyboard.type("J")
    press_to(facilitator, facilitator.get_by_role("button", name="Save ballot"))
    facilitator.keyboard.press("Enter")
    facilitator.get_by_text("The ballot of Group 1 was counted: J.").wait_for()
    facilitator.on("dialog", lambda dialog: dialog.accept())
    press_to(facilitator, facilitator.get_by_role("button", name="Close workshop"))
    facilitator.keyboard.press("Enter")
    facilitator.get_by_text("the results are frozen").first.wait_for()
    assert_accessible_at_both_widths(facilitator)
    expect(phone.locator("#state")).to_contain_text("The workshop is closed.")
    assert_accessible_at_both_widths(phone)
    assert counts(workshop) == dict.fromkeys("ABCDEFGHIJKLMNOPQ", 0) | {"J": 2, "A": 1, "N": 1}
    assert faults == []


def test_a_group_reads_arabic_from_right_to_left(assessment: Any, open_device: Any) -> None:
    assessment.languages = ["en", "ar"]
    assessment.save()
    make_mark(assessment, "1.1/F1")
    workshop = make_workshop(assessment)
    make_group(workshop, "Group 1", categories=["1"])
    phone = open_device(f"/w/{workshop.join_code}/", viewport=PHONE)
    phone.get_by_role("link", name="العربية").click()
    assert_accessible(phone)
    phone.get_by_role("button", name="Group 1").click()
    expect(phone.get_by_role("heading", name="أولوياتنا")).to_be_visible()
    assert_accessible(phone)
    cell = phone.locator('form[id="cell:1.1/F1"]')
    cell.get_by_role("textbox").fill("في العاصمة فقط")
    phone.get_by_role("link", name="English").click()  # what was typed is kept through a change of language
    expect(phone.get_by_text("was not saved")).to_be_visible()
    expect(cell.get_by_role("textbox")).to_have_value("في العاصمة فقط")
    phone.get_by_role("link", name="العربية").click()
    phone.context.set_offline(True)
    cell.get_by_role("button", name="إرسال").click()
    expect(cell.get_by_text("لم يُرسل بعد: لا اتصال.")).to_be_visible()


def test_a_ballot_and_a_verdict_on_a_lost_line_are_sent_when_it_returns(assessment: Any, open_device: Any) -> None:
    make_mark(assessment, "1.1/F1")
    workshop = make_workshop(assessment)
    make_group(workshop, "Group 1", categories=["1"])
    phone = join(open_device, workshop)
    phone.context.set_offline(True)

    vote(phone, "JAN")
    expect(phone.get_by_text("sent when the connection returns").first).to_be_visible()
    cell = phone.locator('form[id="cell:1.1/F1"]')
    cell.get_by_label("Disagree", exact=True).check()
    cell.get_by_label("In your own words").fill("Not in the regions.")
    cell.get_by_role("button", name="Send").click()
    expect(cell.get_by_text("sent when the connection returns")).to_be_visible()
    assert (Ballot.objects.count(), Verdict.objects.count()) == (0, 0)

    phone.context.set_offline(False)
    expect(phone.locator("#state")).to_contain_text("Counted for Group 1: J, A, N", timeout=15_000)
    expect(phone.locator('form[id="cell:1.1/F1"]').get_by_text("Sent", exact=True)).to_be_visible(timeout=15_000)
    assert Ballot.objects.get().priorities == ["J", "A", "N"]
    assert Verdict.objects.get().words == "Not in the regions."
    assert phone.evaluate("Object.keys(localStorage).filter(key => key.startsWith('ctnat-waiting'))") == []


def test_what_waits_or_is_half_typed_survives_a_closed_tab_on_this_device_alone(
    assessment: Any, open_device: Any, live_server: Any
) -> None:
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "1.1/F2")
    workshop = make_workshop(assessment)
    make_group(workshop, "Group 1", categories=["1"])
    phone = join(open_device, workshop)
    phone.locator('form[id="cell:1.1/F2"]').get_by_label("In your own words").fill("Half a sentence")
    phone.context.set_offline(True)
    vote(phone, "JAN")
    expect(phone.get_by_text("sent when the connection returns").first).to_be_visible()
    phone.close()

    phone.context.set_offline(False)
    again = phone.context.new_page()
    again.goto(f"{live_server.url}/w/group/")
    expect(again.locator("#state")).to_contain_text("Counted for Group 1: J, A, N", timeout=15_000)
    expect(again.locator('form[id="cell:1.1/F2"]').get_by_label("In your own words")).to_have_value("Half a sentence")

    # Another group on the same phone sees nothing of it.
    make_group(workshop, "Group 2", categories=["1"])
    again.get_by_text("Not your group?").click()
    again.get_by_role("button", name="Leave Group 1").click()
    again.get_by_role("button", name="Group 2").click()
    again.get_by_role("heading", name="Group 2").wait_for()
    expect(again.locator('form[id="cell:1.1/F2"]').get_by_label("In your own words")).to_have_value("")
    assert again.evaluate("JSON.stringify(localStorage)").count("Half a sentence") == 0


def test_a_phone_requires_a_new_decision_where_the_text_changed(assessment: Any, open_device: Any) -> None:
    row = make_recommendation(assessment, "train inspectors")
    workshop = make_workshop(assessment)
    make_group(workshop, "Group 1", categories=["1"])
    phone = join(open_device, workshop)
    form = phone.locator(f'form[id="recommendation:{row.pk}"]')
    form.get_by_label("Agree", exact=True).check()
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("Sent", exact=True)).to_be_visible()

    edit_recommendation(recommendation=row, text="train inspectors every year", by=None)
    expect(form.locator("legend")).to_contain_text("train inspectors every year", timeout=15_000)
    expect(form.get_by_text("Your answer to the earlier wording: Agree: train inspectors")).to_be_visible()
    expect(form.get_by_label("Agree", exact=True)).not_to_be_checked()
    assert_accessible(phone)

    # What is put to the groups later is announced, and the page stays unchanged until it is reloaded.
    expect(phone.locator("[data-new-points]")).to_be_hidden()
    make_mark(assessment, "1.1/F1")
    expect(phone.locator("[data-added-points]")).to_be_visible()
    put_to_groups(assessment)
    expect(phone.locator("[data-new-points]")).to_be_visible()
    assert_accessible(phone)
    phone.locator("[data-new-points] a").click()
    expect(phone.locator('form[id="cell:1.1/F1"]')).to_be_visible()
    expect(phone.locator("[data-new-points]")).to_be_hidden()

    # A page that was not updated is refused, and shows the present wording.
    phone.route("**/group/state/**", lambda route: route.abort())
    edit_recommendation(recommendation=row, text="train all inspectors", by=None)
    form.get_by_label("Amend", exact=True).check()
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("The text has changed while you were answering")).to_be_visible()
    expect(form.locator("legend")).to_contain_text("train all inspectors")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("Sent", exact=True)).to_be_visible()
    assert Verdict.objects.get().seen["text"] == {"en": "train all inspectors"}
