"""Every page, as each role is shown it: axe finds no fault at the width of a desk and of a phone, in light and in dark
colours; nothing is wider than the screen at 200 % and at 400 %; nothing moves where the device asks for rest; typed
text is not lost; paper has no navigation on it.

Of pages that differ in their words alone one is looked at, and the first rows of a long list; and what depends on the
width or the colours is looked at where a page has parts that no page before it had.
"""

import ast
import importlib.resources
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from playwright.sync_api import Browser

from assessments.models import Assessment, Role, User
from instruments.import_notes import CONDITION, LEFT_OUT, TAKEN, Decision, Note
from instruments.models import Instrument
from instruments.services.versions import adapt, discard
from tests.browser import QUIET
from tests.conftest import rows_of_module
from tests.every_page import DESK, PHONE, ZOOMED, Page, Shown, page_at, pages_for, unlike
from tests.factories import AssessmentFactory, MembershipFactory, UserFactory
from tests.whole_assessment import fill

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.timeout(900)]

AXE = next(Path(str(importlib.resources.files("axe_playwright_python"))).rglob("axe*.js")).read_text()
RUN = """async ([inside, options]) =>
    (await axe.run(inside ?? document, {...options, resultTypes: ["violations"]})).violations
    .map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.html.slice(0, 120)).slice(0, 3).join(" ")}`)"""
# The rules of axe that depend on the width of the page: what is shown, where it is and how large.
BY_WIDTH = [
    *("target-size", "scrollable-region-focusable", "css-orientation-lock", "meta-viewport"),
    *("heading-order", "page-has-heading-one", "region", "landmark-unique", "landmark-one-main", "bypass", "label"),
    *("link-name", "button-name", "aria-hidden-focus", "list", "listitem", "nested-interactive", "empty-heading"),
]
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
MOVES = """document.getAnimations().length || [...document.querySelectorAll("*")].filter((element) => {
    const style = getComputedStyle(element);
    return style.scrollBehavior === "smooth" || style.transitionDuration.split(", ").some((time) => parseFloat(time));
}).length"""
# Forms with a text field in which typing is not noticed when the page is left.
LOSES = """[...document.querySelectorAll("form[method=post]:not([data-unguarded])")].filter((form) => {
    const field = [...form.elements].find((one) => one.name && !one.readOnly && !one.disabled
        && ["text", "textarea", "email", "number", "url"].includes(one.type));
    if (!field) return false;
    const type = (value) => {
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const was = field.value;
    type("1" + was);
    const asks = !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
    type(was);
    return !asks;
}).map((form) => form.action)"""
UNGUARDED = "[...document.querySelectorAll('form[data-unguarded]')].map((form) => form.id)"
# On paper: navigation and buttons that are still there.
ON_PAPER = """[...document.querySelectorAll("nav, button:not(.term), .btn, .skip-link, input[type=submit]")]
    .filter((element) => element.checkVisibility() && !element.matches("nav.contents"))
    .map((element) => element.outerHTML.slice(0, 100)).slice(0, 3)"""
# More of some views: items of other types, what was searched and where it was found; and a page no link leads to.
MORE = [
    *(f"/a/AZE-2016/analysis/survey/{item}/" for item in ("3.1.5", "8.1", "8.3")),
    *("/a/AZE-2016/analysis/evidence/?q=shelters", "/a/AZE-2016/analysis/evidence/?q=nothing+like+it"),
    "/a/AZE-2016/analysis/evidence/source/?key=interview:AZEint1/1.1",
    "/a/AZE-2016/analysis/evidence/source/?key=survey:3.1.5",
    *("/a/AZE-2016/erasures/new/passage/", "/accounts/logout/"),
]
# Pages that other tests relied on once, which the walk must go on finding.
REACHED = {
    *("/assessments/new/", "/accounts/2fa/", "/accounts/password/reset/"),
    *(f"/a/AZE-2016/{path}/" for path in ("edit", "tool", "languages", "members", "members/invite", "organisations")),
    *(f"/a/AZE-2016/{path}/" for path in ("organisations/new", "contacts", "contacts/new", "documents", "audit")),
    *(f"/a/AZE-2016/documents/{path}/" for path in ("new", "import", "bibliography")),
    *(f"/a/AZE-2016/{path}/" for path in ("erasures", "retention", "analysis", "languages/az", "languages/az/import")),
    *(f"/a/AZE-2016/analysis/{path}/" for path in ("participants", "survey", "release", "priorities", "themes")),
    *(f"/a/AZE-2016/analysis/{path}/" for path in ("coverage", "criteria/1.1", "disagreements", "comparisons")),
    "/a/AZE-2016/analysis/exports/",
    *MORE,
}
PAPER = 680  # px of A4 between its margins


@pytest.fixture(scope="module")
def pages(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Page]]:
    found: list[Page] = []

    def load() -> None:
        with transaction.atomic():
            assessment = AssessmentFactory(reference="AZE-2016")
            users = {"staff": UserFactory(email="admin@example.org", is_staff=True)}
            for role in Role:
                users[role] = UserFactory(email=f"{role}@example.org", name=str(role.label))
                MembershipFactory(user=users[role], assessment=assessment, role=role)
            made = fill(assessment, users["lead"])
            make_drafts(assessment, users["lead"])
            connection.run_on_commit.clear()  # the files of the edition
        found.extend(walk(users, made))

    with rows_of_module(django_db_blocker, load):
        yield found


def make_drafts(assessment: Assessment, lead: User) -> None:
    """A draft that was imported, with decisions to take, and one in the trash."""
    survey = Instrument.objects.filter(kind="survey").order_by("pk")[0]
    draft = adapt(instrument=survey, owner=assessment, by=lead)
    draft.import_notes = [Note("survey", 6, "q1", kind, "1.1").to_json() for kind in (TAKEN, LEFT_OUT)]
    draft.import_decisions = [
        Decision("profile-sex", "profile", subject="sex", items=("1.6",)).to_json(),
        Decision("condition-1", CONDITION, "${q} = 1", ("1.2",), "survey", 6, "q1", "why it is so").to_json(),
        Decision("favourable-x", "favourable", subject="agreement", items=("3.1.1", "3.1.2")).to_json(),
    ]
    draft.save()
    discard(draft=adapt(instrument=survey, owner=assessment, by=lead), by=lead)


def walk(users: dict[str, User], made: dict[str, Any]) -> Iterator[Page]:
    files: set[str] = set()
    for role, user in sorted(users.items(), key=lambda one: one[0] != "lead"):
        client = Client()
        client.force_login(user)
        yield from pages_for(role, client, ["/"], 1, files)
        if role == "lead":
            yield from (page_at(role, client, address) for address in MORE)
    join = f"/w/{made['live'].join_code}/"
    yield from pages_for("visitor", Client(), ["/accounts/login/", "/s/openlink/", "/w/", join], 1)
    phone = Client()
    phone.post(join, {"group": made["phone"].pk})
    yield from pages_for("group", phone, ["/w/group/"], 1)


@pytest.fixture(scope="module")
def looked_at(pages: list[Page]) -> list[tuple[Page, set[str]]]:
    return unlike(pages)


@pytest.fixture(scope="module")
def faults(looked_at: list[tuple[Page, set[str]]], browser: Browser) -> dict[str, list[str]]:
    """What is wrong, by kind."""
    found: dict[str, list[str]] = {}

    def note(kind: str, faults: Any) -> None:
        if faults:
            found.setdefault(kind, []).append(f"{page}: {faults}")

    shown = Shown()
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(AXE)
    screen = context.new_page()
    screen.on("console", lambda said: note("console", said.text if said.type not in QUIET else ""))
    for page, new in looked_at:
        screen.set_viewport_size({"width": DESK, "height": 800})
        screen.goto(shown.show(page, new))
        note("axe on a desk", screen.evaluate(RUN, [None, {"rules": {"color-contrast": {"enabled": False}}}]))
        note("moves", screen.evaluate(MOVES))
        if "data-session=" in page.html:  # a page of members
            note("loses text", screen.evaluate(LOSES))
            note("unguarded", screen.evaluate(UNGUARDED))
        if not new:
            continue
        if screen.locator("body [data-new], body[data-new]").count():  # not of its head alone
            contrast = [{"include": [["[data-new]"]]}, {"runOnly": ["color-contrast"]}]
            note("axe on a desk", screen.evaluate(RUN, contrast))
            screen.emulate_media(color_scheme="dark")  # until it is printed: what depends on the width has no colours
            note("axe in the dark", screen.evaluate(RUN, contrast))
        screen.set_viewport_size({"width": PHONE, "height": 800})
        note("axe on a phone", screen.evaluate(RUN, [None, {"runOnly": BY_WIDTH}]))
        for width in ZOOMED:
            screen.set_viewport_size({"width": width, "height": 800})
            note(f"too wide at {width} px", screen.evaluate(TOO_WIDE))
        screen.set_viewport_size({"width": PAPER, "height": 900})
        screen.emulate_media(media="print", color_scheme="light")
        note("on paper", screen.evaluate(ON_PAPER))
        note("too wide for paper", screen.evaluate(TOO_WIDE))
        screen.emulate_media(media="screen")
    context.close()
    shown.close()
    return found


def test_the_walk_has_seen_the_pages_of_all_roles(pages: list[Page], looked_at: list[tuple[Page, set[str]]]) -> None:
    assert {page.role for page in pages} == {*Role, "staff", "visitor", "group"}
    assert len({page.view for page in pages}) > 110
    assert {address for address in REACHED if address not in {page.address for page in pages}} == set()
    assert len({page.view for page in pages if "/analysis/themes/" in page.address}) > 1, "a theme of its own"
    assert len(looked_at) < len(pages) / 2, "pages that are alike are looked at once"


@pytest.mark.parametrize("where", ["axe on a desk", "axe on a phone", "axe in the dark"])
def test_axe_finds_no_fault(faults: dict[str, list[str]], where: str) -> None:
    assert faults.get(where, []) == []


def test_the_browser_reports_nothing(faults: dict[str, list[str]]) -> None:
    assert faults.get("console", []) == []


@pytest.mark.parametrize("width", [*(f"at {width} px" for width in ZOOMED), "for paper"])
def test_nothing_is_wider_than_the_page(faults: dict[str, list[str]], width: str) -> None:
    assert faults.get(f"too wide {width}", []) == []


def test_nothing_moves_where_the_device_asks_for_rest(faults: dict[str, list[str]]) -> None:
    assert faults.get("moves", []) == []


def test_each_form_asks_before_typed_text_is_lost(faults: dict[str, list[str]]) -> None:
    assert faults.get("loses text", []) == []
    unguarded = {form for line in faults["unguarded"] for form in ast.literal_eval(line.rpartition(": ")[2])}
    assert unguarded == {"", "notes", "coding"}  # of the sign-in; kept by scripts of their own


def test_each_page_with_a_form_warns_before_the_sign_in_ends(pages: list[Page]) -> None:
    with_forms = [page for page in pages if page.role not in ("visitor", "group") and "<textarea" in page.html]
    without = {page.view for page in with_forms if "data-session=" not in page.html or "js/session" not in page.html}
    as_respondents = {"surveys:survey_preview", "surveys_trial:version_trial", "tool:version_trial"}  # tests only
    assert without <= as_respondents
    assert len(with_forms) > 40


def test_paper_has_no_navigation_and_no_buttons(faults: dict[str, list[str]]) -> None:
    assert faults.get("on paper", []) == []
