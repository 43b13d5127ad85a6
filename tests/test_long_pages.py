"""Long pages on a phone: lists a page at a time, documents a part at a time; each page is some screens tall.

The pages are those of the demonstration, which has the texts, themes and sections of a real assessment.
"""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from assessments.models import Assessment, User
from instruments.models import Instrument
from instruments.services.corrections import correct
from instruments.services.versions import adapt
from tests.browser import QUIET
from tests.every_page import PHONE, Shown, page_at
from tests.pages import text

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
MOST = 8000  # px: eleven screens
HOME = "/a/AZE-2016"
ADDRESSES = [
    f"{HOME}/analysis/themes/",
    f"{HOME}/indicators/1.5/F1/",
    f"{HOME}/indicators/translations/az/",
    f"{HOME}/interviews/themes/",
    f"{HOME}/languages/az/",
    f"{HOME}/report/",
    f"{HOME}/report/check/",
    f"{HOME}/workshop/1/handout/",
    f"{HOME}/workshop/1/slides/",
]


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": PHONE, "height": 740})
    page.on("console", lambda message: pytest.fail(message.text) if message.type not in QUIET else None)
    yield page
    page.close()


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    server = Shown()
    yield server
    server.close()


@pytest.fixture
def lead(demo: None) -> Client:
    """Of the assessment that owns its versions of the instruments, so that they can be corrected and reviewed."""
    assessment = Assessment.objects.get(reference="AZE-2016")
    Instrument.objects.filter(pk__in=[assessment.guide_id, assessment.questionnaire_id]).update(owner=assessment)
    client = Client()
    client.force_login(User.objects.get(email="lead@demo.example"))
    return client


def open_whole(phone: Page, shown: Shown, lead: Client, address: str) -> None:
    found = page_at("lead", lead, address)
    shown.address, shown.body = address, found.html.encode()
    shown.policy = found.headers.get("Content-Security-Policy", "")
    phone.goto(shown.origin + address)


def height(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollHeight"))


@pytest.mark.browser
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_some_screens_tall(phone: Page, shown: Shown, lead: Client, address: str) -> None:
    open_whole(phone, shown, lead, address)
    assert height(phone) <= MOST


@pytest.mark.browser
def test_the_pages_of_an_instrument_are_some_screens_tall(phone: Page, shown: Shown, lead: Client) -> None:
    for kind in ("interview_guide", "survey"):
        version = Instrument.objects.get(owner__reference="AZE-2016", kind=kind)
        for name in ("translations/az", "corrections", "corrections/texts"):
            open_whole(phone, shown, lead, f"{HOME}/tool/versions/{version.pk}/{name}/")
            assert height(phone) <= MOST, (kind, name)
        draft = adapt(instrument=version, owner=version.owner, by=User.objects.get(email="lead@demo.example"))
        open_whole(phone, shown, lead, f"{HOME}/tool/versions/{draft.pk}/edit/")
        assert height(phone) <= MOST, kind


@pytest.mark.browser
def test_the_report_is_read_one_section_at_a_time(phone: Page, shown: Shown, lead: Client) -> None:
    open_whole(phone, shown, lead, f"{HOME}/report/read/")
    chapters, sections = phone.locator("main > section"), phone.locator("#findings > section")
    assert [chapter.get_attribute("id") for chapter in chapters.all() if chapter.is_visible()] == ["introduction"]
    phone.locator(".contents a[href='#prosecution']").click()
    assert [chapter.get_attribute("id") for chapter in chapters.all() if chapter.is_visible()] == ["findings"]
    assert [section.get_attribute("id") for section in sections.all() if section.is_visible()] == ["prosecution"]
    tall = {}
    for part in phone.locator("main > section, main > section > section, main > section > section > section").all():
        part.evaluate("(part) => part.dispatchEvent(new Event('ctnat:reveal', { bubbles: true }))")
        assert part.is_visible()
        tall[part.get_attribute("id")] = height(phone)
    assert {name: px for name, px in tall.items() if px > MOST} == {}
    phone.set_viewport_size({"width": 1280, "height": 800})
    assert sum(chapter.is_visible() for chapter in chapters.all()) == chapters.count() > 5
    phone.set_viewport_size({"width": PHONE, "height": 740})


def survey() -> Instrument:
    return Assessment.objects.get(reference="AZE-2016").questionnaire


def test_the_texts_of_a_version_are_on_several_pages(lead: Client) -> None:
    address = f"{HOME}/tool/versions/{survey().pk}/translations/az/"
    first, second = text(lead.get(address)), text(lead.get(f"{address}?page=2"))
    assert first.count('class="translation-source"') == second.count('class="translation-source"') == 25
    assert "Mark all 25 as reviewed" in text(lead.get(f"{address}?show=draft")), "what is on the page, which was read"
    last = lead.get(f"{address}?page=999").context["rows"]
    key = last[-1].key
    sent = lead.post(f"{address}review/", {"key": key, "seen": "another text"})
    assert sent.url.partition("?")[2] == f"page={last.number}#{last[-1].anchor}", "back to the page with the text"


def test_corrections_and_the_texts_to_correct_are_on_several_pages(lead: Client) -> None:
    address = f"{HOME}/tool/versions/{survey().pk}/corrections/"
    chosen = lead.get(f"{address}texts/?language=az")
    assert len(chosen.context["rows"]) == 25
    assert "page=2" in text(chosen)
    assert "language=az" in text(chosen), "the pager keeps the language"
    user = User.objects.get(email="lead@demo.example")
    for number in range(26):
        words = f"Onlayn sorğu {number}"
        was = "Onlayn sorğu" if not number else f"Onlayn sorğu {number - 1}"
        correct(
            instrument=survey(), key="introduction/mode/text", language="az", becomes=words, was=was, reason="", by=user
        )
    assert len(lead.get(address).context["rows"]) == 25
