"""A new site and a new country: five people, from the set-up to a final edition, with only what is on the screen.

The survey is in French, which is supplied, and in Malagasy, which is not: its texts come from a workbook.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import devices
from tests.journeys.pictures import look
from tests.journeys.server import INSTRUMENTS, Site, served
from tests.language_workbooks import fill_in

pytestmark = pytest.mark.browser

PASSWORD = "a-calm-field-notebook"
COUNTRY, REFERENCE = "Madagascar", "MDG-2026"
HOME = f"/a/{REFERENCE}/"
NOTES = "Les entreprises non enregistrées échappent aux inspecteurs."
OTHERS = {"consultant": "Consultant", "focal": "Focal point", "facilitator": "Facilitator", "observer": "Observer"}


@pytest.fixture
def new_site(browser: Browser, start_database: Callable[[Path], None]) -> Iterator[Site]:
    with served(start_database=start_database, content=INSTRUMENTS) as running:
        yield running


@pytest.fixture
def new_device(browser: Browser, new_site: Site) -> Iterator[Callable[..., Page]]:
    with devices(browser, new_site.url) as open_device:
        yield open_device


def test_five_people_take_a_new_country_from_the_set_up_to_a_final_edition(
    new_site: Site, new_device: Callable[..., Page], tmp_path: Path
) -> None:
    lead = new_device()
    set_up(lead, new_site)
    begin_assessment(lead)
    people = {name: accept(new_device(), link) for name, link in invite(lead).items()}
    consultant, focal = people["consultant"], people["focal"]

    add_document(consultant)
    adapt_questionnaire(lead)
    link = open_survey(focal)
    interview(consultant)
    phone = new_device(width=390)
    for language in ("fr", "mg", "fr", "mg", "fr", "mg"):
        answer(phone, link, language)
    close_survey(focal)
    code_notes(consultant)
    mark_cell(consultant)
    recommend(consultant)
    validate(people["facilitator"], new_device)
    include_workshop(lead)
    publish_report(lead)
    read_report(people["observer"], tmp_path / "report.pdf")


def press(page: Page, name: str, **options: bool) -> None:
    look(page)
    page.get_by_role("button", name=name, **options).first.click()


def save(page: Page) -> None:
    """Press Save and wait for the next page: to go elsewhere at once would stop what is sent."""
    with page.expect_navigation():
        press(page, "Save")
    look(page)


def follow(page: Page, name: str, **options: bool) -> None:
    look(page)
    page.get_by_role("link", name=name, **options).first.click()


def from_home(page: Page, name: str) -> None:
    """Follow a step of the method, or the next step that the home page shows."""
    page.goto(HOME)
    follow(page, name)


def told(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible()
    look(page)


def set_up(page: Page, site: Site) -> None:
    """The first account, at the address that the operator passed on."""
    address = re.search(r"http\S+", site.manage("set_up_link"))
    assert address
    page.goto(address[0])
    look(page)
    page.get_by_label("Your name").fill("Lead")
    page.get_by_label("E-mail address").fill("lead@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Create account")
    told(page, "Your account is ready.")


def begin_assessment(page: Page) -> None:
    page.goto("/")
    look(page)
    page.get_by_role("link", name=re.compile("(New|Create) assessment")).first.click()
    page.get_by_label("Country").select_option(label=COUNTRY)
    told(page, "Proposed for this country.")
    expect(page.get_by_label("Time zone")).to_have_value("Indian/Antananarivo")
    page.get_by_label("Languages").fill("French, Malagasy")
    page.get_by_label("Office").fill("Antananarivo")
    page.get_by_label("Starts on").fill("2026-11-02")
    page.get_by_label("Ends on").fill("2027-02-26")
    page.get_by_label("Reference").fill(REFERENCE)
    page.get_by_label("Title of the new study").fill("Needs assessment of Madagascar")
    page.get_by_label("Commissioned by").fill("IOM")
    press(page, "Create assessment")
    told(page, "you are its lead")
    follow(page, "Edit details")
    for contact in ("for interviews", "for questions about the research", "for the survey"):
        page.get_by_label(f"Contact {contact}").fill("team@example.org")
    press(page, "Save")
    told(page, "Details saved.")


def invite(page: Page) -> dict[str, str]:
    """Invite the four others at once. Returns the link of each, as the page shows it for passing on."""
    page.goto(HOME)
    follow(page, "Members")
    follow(page, "Invite")
    page.get_by_label("E-mail addresses").fill(
        "\n".join(f"{name}@example.org, {role}" for name, role in OTHERS.items())
    )
    press(page, "Create links")  # no mail server
    expect(page.get_by_role("heading", name="4 invitations")).to_be_visible()
    look(page)
    return {name: page.get_by_label(f"Link for {name}@example.org").input_value() for name in OTHERS}


def accept(page: Page, link: str) -> Page:
    page.goto(link)
    told(page, f"invites you to the needs assessment of {COUNTRY}")
    page.get_by_label("Your name").fill("Member")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Create account and join")
    expect(page.get_by_role("heading", name=COUNTRY, level=1)).to_be_visible()
    look(page)
    return page


def add_document(page: Page) -> None:
    from_home(page, "Add the first documents")
    page.get_by_label("Kind").select_option(label="Law or decree")
    page.get_by_label("Title").fill("Loi sur la lutte contre la traite")
    page.get_by_label("Year").fill("2014")
    press(page, "Save")
    told(page, "Mad 1 was added")


def adapt_questionnaire(page: Page) -> None:
    """A version of its own, so that its texts can be translated here."""
    from_home(page, "Tool")
    follow(page, "Survey on human trafficking")
    page.get_by_label("Adapt for").select_option(label=REFERENCE)
    press(page, "Adapt")
    follow(page, "Publish", exact=True)
    page.get_by_label(f"Use it in {REFERENCE} from now on").check()
    press(page, "Publish")
    told(page, "now uses it")


def open_survey(page: Page) -> str:
    """Set up, translate into Malagasy and open the survey. Returns its open link."""
    from_home(page, "Set up the survey")
    follow(page, "Set up the survey")
    for language in ("Français", "Malagasy"):
        page.get_by_label(language).check()
    page.get_by_label("Deadline").fill("2030-01-31T23:59")
    press(page, "Save")
    told(page, "are shown in English")
    page.goto(HOME)
    follow(page, "Languages")
    follow(page, "Malagasy")
    look(page)
    with page.expect_download() as workbook:
        follow(page, "Workbook", exact=True)
    filled = fill_in(workbook.value.path().read_bytes(), "MG {}".format)
    follow(page, "Import workbook")
    page.get_by_label("Workbook (.xlsx)").set_input_files(
        {"name": "mg.xlsx", "mimeType": "application/octet-stream", "buffer": filled}
    )
    press(page, "Preview changes")
    press(page, "Import")
    told(page, "were imported as drafts")
    from_home(page, "Survey")
    follow(page, "Open the survey")
    told(page, "translations have not been reviewed")
    press(page, "Open it anyway")
    told(page, "Survey opened.")
    return page.locator("#open-link").inner_text()


def interview(page: Page) -> None:
    from_home(page, "Interviews")
    follow(page, "New interview")
    page.get_by_role("textbox", name="Women taking part").fill("1")
    page.get_by_role("textbox", name="Men taking part", exact=True).fill("0")
    page.get_by_role("textbox", name="New organisation").fill("Inspection du travail")
    page.get_by_label("Sector of the new organisation").select_option(label="State agency")
    page.get_by_label("Language of the interview").fill("French")
    press(page, "Start interview")
    told(page, "L’étude a été commandée par IOM (Antananarivo).")
    page.get_by_label("Agrees to be interviewed").select_option("Yes")
    page.get_by_label("Agrees to be quoted").select_option("Only without attribution")
    press(page, "Record as given now")
    follow(page, "choose two or three sections")
    page.get_by_role("checkbox", name="3. ").check()
    page.get_by_role("checkbox", name="6. ").check()
    press(page, "Save and continue")
    page.get_by_role("textbox", name="3.1").fill(NOTES)
    press(page, "Save notes")
    told(page, "All notes saved.")
    follow(page, "Review and complete interview")
    press(page, "Mark as complete")
    for section in ("1.", "6.", "7.", "8."):
        page.get_by_role("group", name=section).get_by_label("Not reached").check()
    page.get_by_role("group", name="Where was the interview held?").get_by_label("In the capital").check()
    press(page, "Mark as complete")
    told(page, NOTES)


def answer(page: Page, link: str, language: str) -> None:
    page.goto(link)
    look(page)
    page.get_by_role("button", name={"fr": "Français", "mg": "Malagasy"}[language]).click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.get_by_role("radio").first.check()
    look(page)
    page.locator("button[value=send]").click()
    expect(page.get_by_role("radio")).to_have_count(0)
    look(page)


def close_survey(page: Page) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    from_home(page, "Survey")
    press(page, "Close")
    told(page, "Closed with 6 responses")


def code_notes(page: Page) -> None:
    from_home(page, "Interviews")
    follow(page, f"{REFERENCE[:3]}int1")
    follow(page, "Code notes")
    follow(page, "Go to themes")
    look(page)
    page.get_by_role("link", name=re.compile("(New|Add) theme")).first.click()
    page.get_by_label("Label").fill("Inspections are limited")
    save(page)
    from_home(page, "Interviews")
    follow(page, f"{REFERENCE[:3]}int1")
    follow(page, "Code notes")
    page.get_by_label("Answer").select_option("3.1")
    page.get_by_label("Passage").fill("échappent aux inspecteurs")
    press(page, "Inspections are limited")
    told(page, "Coded as “Inspections are limited”.")


def mark_cell(page: Page) -> None:
    from_home(page, "Mark the indicators")
    follow(page, "NRM specific to THB is in place")
    page.get_by_label("Potential improvement").check()
    page.get_by_label("Reason").fill("No mechanism was found in the law.")
    page.get_by_label("No evidence").check()
    save(page)


def recommend(page: Page) -> None:
    from_home(page, "Analysis and report")
    follow(page, "Recommendations", exact=True)
    follow(page, "Add recommendation")
    page.get_by_role("textbox", name="Recommendation").fill("permitting inspections of unregistered firms")
    page.get_by_label("Addressee").fill("The Government")
    save(page)


def validate(page: Page, new_device: Callable[..., Page]) -> None:
    """A workshop whose room reads Malagasy: one group votes on its phone."""
    page.on("dialog", lambda dialog: dialog.accept())
    from_home(page, "Plan the validation workshop")
    follow(page, "Plan workshop")
    page.get_by_label("Date").fill("2027-02-10")
    page.get_by_label("Language of the room").fill("Malagasy")
    press(page, "Save")
    follow(page, "Add group")
    page.get_by_role("textbox", name="Women", exact=True).fill("3")
    page.get_by_role("textbox", name="Men", exact=True).fill("2")
    press(page, "Save")
    press(page, "Open workshop")
    phone = new_device(width=390)
    phone.goto(f"/w/{page.locator('.join-code').inner_text()}/")
    press(phone, "Group 1")
    for place, letter in enumerate("JAN"):
        phone.get_by_role("combobox").nth(place).select_option(letter)
    press(phone, "MG Send ballot")
    expect(phone.get_by_role("button", name="MG Replace ballot")).to_be_visible()
    look(phone)
    press(page, "Close workshop")
    told(page, "the results are frozen")


def include_workshop(page: Page) -> None:
    from_home(page, "Decide whether to include the workshop")
    page.get_by_role("group", name="Include this workshop in the report?").get_by_label("Yes").check()
    save(page)


def publish_report(page: Page) -> None:
    """A section is written in French with a number that is counted, and the edition becomes final."""
    from_home(page, "Create the report")
    press(page, "Create report")
    follow(page, "Introduction", exact=True)
    text = page.get_by_role("textbox", name="Text")
    text.fill("{{ survey.sentence }}")
    press(page, "Save")
    told(page, "Saved")
    follow(page, "Editions")
    follow(page, "Create final edition")
    for reason in page.get_by_label("Reason for leaving this open").all():
        reason.fill("Known; a first assessment within three months.")
    press(page, "Create final edition")
    expect(page.get_by_role("link", name="PDF").first).to_be_visible(timeout=120_000)
    look(page)
    page.goto(HOME)
    look(page)


def read_report(page: Page, file: Path) -> None:
    from_home(page, "Analysis and report")
    follow(page, "Report", exact=True)
    look(page)
    follow(page, "Editions")
    look(page)
    with page.expect_download() as saved:
        follow(page, "PDF")
    saved.value.save_as(file)
    with pikepdf.open(file) as document:
        assert document.Root.Lang == "fr"
