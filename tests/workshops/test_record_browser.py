"""The scripted workshop of `test_record` in browsers: five phones on a bad connection, and a sixth group on paper.

A double click, a stale tab, a lost connection, a server killed before or after it has stored what it was sent:
each ballot and verdict counts once, and the record is equal to the same list made by hand."""

import shutil
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from assessments.models import AuditEvent
from indicators.services.marks import decide_cell
from indicators.services.recommendations import edit_recommendation
from tests.indicators.factories import make_mark, make_recommendation
from tests.workshops import test_record as script
from tests.workshops.factories import counted_results, make_group, make_workshop
from tests.workshops.phones import choose, form_of, join, judge, vote
from workshops.models import Ballot, Comment, Group, Verdict, Workshop
from workshops.services.comments import adopt_wording
from workshops.services.workshops import close_workshop, count_workshop, open_workshop, reopen_workshop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
KEPT = "sent when the connection returns"


def killed(phone: Page, path: str, *, stored: bool) -> None:
    """The server dies once, with the next request to `path`: before storing it, or after, without a response."""

    def die(route: Route) -> None:
        if stored:
            route.fetch(max_redirects=0)
        route.abort("connectionreset")

    phone.route(f"**{path}", die, times=1)


def is_counted(phone: Page, letters: str) -> None:
    expect(phone.locator("#state")).to_contain_text(", ".join(letters))


def is_sent(phone: Page, target: str) -> None:
    expect(form_of(phone, target).get_by_text("Sent", exact=True)).to_be_visible()


def casts(group: Group) -> int:
    """How many ballots of the group were stored, according to the log."""
    return AuditEvent.objects.filter(action="ballot.cast", object_id=str(group.pk)).count()


def test_the_scripted_workshop_on_five_phones_and_on_paper(
    assessment: Any, open_device: Callable[..., Page], client_as: Any, live_server: Any
) -> None:
    make_mark(assessment, "1.1/F1", "in_place")
    row = make_recommendation(assessment, "train inspectors")
    script.rehearse(assessment)
    cell, advice = script.CELL, f"recommendation:{row.pk}"
    workshop = make_workshop(assessment, opened=False)
    groups = [make_group(workshop, f"Group {number}", sector="state", **script.PEOPLE) for number in range(1, 7)]
    make_group(workshop, "Group 7", women=30)
    workshop = open_workshop(workshop=workshop, by=None)
    phones = [join(open_device, workshop, f"Group {number}") for number in range(1, 6)]
    one, two, three, four, five = phones

    # Group 1 clicks twice, changes its mind, takes its ballot back and votes again.
    choose(one, "JAN").dblclick()
    is_counted(one, "JAN")
    assert (casts(groups[0]), Ballot.objects.get(group=groups[0]).revision) == (1, 1)
    vote(one, "JAB")
    is_counted(one, "JAB")
    one.locator("form.ballot-back button").click()
    expect(one.locator("#state")).to_contain_text("No ballot of Group 1")
    vote(one, "JAB")
    is_counted(one, "JAB")
    judge(one, cell, "Disagree", "Not in force.")
    is_sent(one, cell)

    # Group 2 has the page open twice; the tab that was not updated is refused, and loses nothing.
    stale = two.context.new_page()
    stale.goto("/w/group/")
    stale.route("**/group/state/**", lambda route: route.abort())
    vote(two, "JBL")
    is_counted(two, "JBL")
    vote(stale, "ABC")
    expect(stale.get_by_text("It is now: J, B, L.")).to_be_visible()
    expect(stale.get_by_label("Priority 1")).to_have_value("A")
    stale.close()
    judge(two, cell, "Disagree", "Only on paper.")
    is_sent(two, cell)

    # Group 3 loses its connection and continues.
    three.context.set_offline(True)
    vote(three, "QJA", "More shelters")
    expect(three.get_by_text(KEPT).first).to_be_visible()
    judge(three, cell, "Agree")
    expect(form_of(three, cell).get_by_text(KEPT)).to_be_visible()
    assert not Ballot.objects.filter(group=groups[2]).exists()
    three.context.set_offline(False)
    is_counted(three, "QJA")
    is_sent(three, cell)
    judge(three, advice, "Amend", "train all inspectors")
    is_sent(three, advice)

    # Group 4's ballot never reaches the server, which is killed; its phone sends it again by itself.
    killed(four, "/w/group/ballot/", stored=False)
    vote(four, "AQB", "Legal aid")
    is_counted(four, "AQB")
    assert casts(groups[3]) == 1
    judge(four, advice, "Agree")
    is_sent(four, advice)

    # Group 5's ballot and verdict are stored, and the server is killed before it answers: each counts once.
    killed(five, "/w/group/ballot/", stored=True)
    vote(five, "MNO")
    is_counted(five, "MNO")
    assert (casts(groups[4]), Ballot.objects.get(group=groups[4]).revision) == (1, 1)
    killed(five, "/w/group/verdict/", stored=True)
    judge(five, advice, "Disagree", "Too dear.")
    is_sent(five, advice)
    assert Verdict.objects.get(group=groups[4]).revision == 1
    killed(five, "/w/group/verdict/withdraw/", stored=True)
    form_of(five, advice).locator("[data-withdraw]").click()
    expect(form_of(five, advice).locator("[data-withdraw]")).to_have_count(0)
    assert (Verdict.objects.get(group=groups[4]).revision, Verdict.objects.get(group=groups[4]).is_withdrawn) == (
        2,
        True,
    )

    # Group 6 votes on paper.
    paper, facilitator = [assessment.reference, workshop.pk, groups[5].pk], client_as("facilitator")
    ballot = {"place_0": "J", "place_1": "", "place_2": "", "other_text": "", "revision": "0"}
    assert facilitator.post(reverse("workshops:group_ballot", args=paper), ballot).status_code == 302
    data = {"target": cell, "choice": "agree", "words": "", "revision": "2", "given": "0"}
    assert facilitator.post(reverse("workshops:group_verdict", args=paper), data).status_code == 302

    # The recommendation is edited; group 2, whose page was not updated, is refused and shown the present wording.
    two.route("**/group/state/**", lambda route: route.abort())
    edit_recommendation(recommendation=row, text="train inspectors yearly", by=None)
    judge(two, advice, "Agree")
    expect(form_of(two, advice)).to_contain_text("train inspectors yearly")
    assert not Verdict.objects.filter(group=groups[1], target=advice).exists()
    judge(two, advice, "Agree")
    is_sent(two, advice)
    two.unroute("**/group/state/**")

    make_mark(assessment, "1.1/F1", "potential_improvement", source="workshop", rationale="Not applied.")
    decide_cell(assessment=assessment, criterion="1.1", cell="F1", source="workshop", reason="Heard twice.", by=None)
    close_workshop(workshop=workshop, by=None)
    for phone in phones:
        expect(phone.locator("#state")).to_contain_text("The workshop is closed.")
    count_workshop(workshop=workshop, counted=True, by=None)
    before = counted_results(assessment)
    reopen_workshop(workshop=workshop, by=None, reason="Group 2 withdraws its dispute.")
    two.reload()
    cell_form = two.locator(f'[id="{cell}"]')
    cell_form.locator("[data-withdraw]").click()
    expect(cell_form.locator("[data-withdraw]")).to_have_count(0)
    assert counted_results(assessment) == before
    close_workshop(workshop=workshop, by=None)
    proposed = next(c for c in Comment.objects.all() if c.statement == "train all inspectors")
    adopt_wording(comment=proposed, revision=proposed.revision, wording_revision=2, by=None)
    edit_recommendation(recommendation=row, text="train every inspector", by=None)

    held = Workshop.objects.get(pk=workshop.pk)
    script.test_results_and_statements_are_those_of_the_list(held)
    script.test_analysis_and_worksheet_contain_the_same(held)
    script.test_pages_show_the_same(held, client_as)
    script.test_report_prints_the_same_and_nothing_of_the_rehearsal(held)
    script.test_minutes_contain_what_was_judged(held)
    if shutil.which("pdftotext"):
        script.test_the_pdf_prints_the_same_and_nothing_of_the_rehearsal(held)
