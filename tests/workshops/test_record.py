"""A scripted workshop of six groups: its record is the same on every page and in every file, and equal to a list made
by hand. Five groups are on phones, one on paper, one does not come; the evening before there is a rehearsal."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from analysis.exports import worksheet
from analysis.results import for_assessment
from assessments.models import Assessment, Role
from indicators.services.marks import decide_cell
from indicators.services.recommendations import edit_recommendation
from reports.document.builder import build
from reports.output.html import render
from reports.output.pdf import make_pdf
from reports.services.reports import create_report
from tests.conftest import rows_of_module
from tests.factories import AssessmentFactory, MembershipFactory
from tests.indicators.factories import make_mark, make_recommendation
from tests.workshops.factories import counted_results, make_group, make_workshop
from workshops.changes import statements_of
from workshops.models import Comment, Group, Verdict, Workshop
from workshops.results import VerdictCount
from workshops.services.comments import adopt_wording
from workshops.services.workshops import close_workshop, count_workshop, open_workshop, reopen_workshop

pytestmark = [pytest.mark.django_db]  # one process holds it
CELL = "cell:1.1/F1"
PEOPLE = {"women": 2, "men": 1, "other": 1}


class Phone:
    """The page of a group as loaded on a phone: what is posted carries the revisions of the page loaded last."""

    def __init__(self, workshop: Workshop, group: Group):
        self.client = Client()
        self.client.post(f"/w/{workshop.join_code}/", {"group": group.pk})
        self.load()

    def load(self) -> None:
        self.page = self.client.get("/w/group/").content.decode()

    def vote(self, letters: str, other_text: str = "") -> int:
        send = {f"place_{place}": letter for place, letter in enumerate(letters)}
        revision = re.search(r'name="revision" value="(\d+)"', self.page)
        send |= {"other_text": other_text, "revision": revision[1] if revision else ""}
        return self._post("ballot", send)

    def judge(self, target: str, choice: str, words: str = "") -> int:
        return self._post("verdict", self._form(target) | {"choice": choice, "words": words})

    def withdraw(self, target: str) -> int:
        return self._post("verdict/withdraw", self._form(target))

    def _form(self, target: str) -> dict[str, str]:
        form = self.page.split(f'id="{target}"')[1].split("</form>")[0]
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        return {name: fields[name] for name in ("target", "revision", "given")}

    def _post(self, path: str, send: dict[str, str]) -> int:
        status = self.client.post(f"/w/group/{path}/", send).status_code
        if status == 302:
            self.load()
        return status


def rehearse(assessment: Assessment) -> None:
    rehearsal = make_workshop(assessment, purpose="rehearsal")
    group = make_group(rehearsal, "Rehearsing group", women=50)
    phone = Phone(rehearsal, group)
    phone.vote("ABC")
    phone.judge(CELL, "disagree", "Words of a rehearsal.")
    close_workshop(workshop=rehearsal, by=None)


@pytest.fixture(scope="module")
def held_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """The key of the workshop, which is held once for all tests of the module."""
    found: list[int] = []

    def load() -> None:
        with transaction.atomic():
            assessment = AssessmentFactory(reference="AZE-2016")
            facilitator = Client()
            facilitator.force_login(MembershipFactory(assessment=assessment, role=Role.FACILITATOR).user)
            found.append(hold(assessment, facilitator).pk)
            connection.run_on_commit.clear()  # as in a test, which commits nothing

    with rows_of_module(django_db_blocker, load):
        yield found[0]


@pytest.fixture
def held(held_once: int, db: None) -> Workshop:
    return Workshop.objects.get(pk=held_once)


@pytest.fixture
def assessment(held: Workshop) -> Assessment:
    return held.assessment


def hold(assessment: Assessment, facilitator: Client) -> Workshop:
    """The workshop, closed, reopened and closed again."""
    make_mark(assessment, "1.1/F1", "in_place")
    row = make_recommendation(assessment, "train inspectors")
    rehearse(assessment)
    advice = f"recommendation:{row.pk}"

    workshop = make_workshop(assessment, opened=False)
    groups = [make_group(workshop, f"Group {number}", sector="state", **PEOPLE) for number in range(1, 7)]
    make_group(workshop, "Group 7", women=30)
    workshop = open_workshop(workshop=workshop, by=None)
    one, two, three, four, five = (Phone(workshop, group) for group in groups[:5])

    assert [one.vote("JAN"), two.vote("JBL"), five.vote("MNO")] == [302, 302, 302]
    assert three.vote("QJA", "More shelters") == 302
    assert four.vote("AQB", "Legal aid") == 302
    assert one.vote("JAB") == 302  # a change of mind
    assert one.client.post("/w/group/ballot/withdraw/", {"revision": "2"}).status_code == 302
    one.load()
    assert one.vote("JAB") == 302
    assert one.judge(CELL, "disagree", "Not in force.") == 302
    assert two.judge(CELL, "disagree", "Only on paper.") == 302
    assert three.judge(CELL, "agree") == 302
    assert three.judge(advice, "amend", "train all inspectors") == 302
    assert four.judge(advice, "agree") == 302
    assert [five.judge(advice, "disagree", "Too dear."), five.withdraw(advice)] == [302, 302]

    paper = [assessment.reference, workshop.pk, groups[5].pk]
    ballot = {"place_0": "J", "place_1": "", "place_2": "", "other_text": "", "revision": "0"}
    assert facilitator.post(reverse("workshops:group_ballot", args=paper), ballot).status_code == 302
    stale = facilitator.post(reverse("workshops:group_ballot", args=paper), ballot | {"place_0": "B"})
    assert stale.status_code == 409
    on_paper = {"target": CELL, "choice": "agree", "words": "", "revision": "1", "given": "0"}
    assert (
        facilitator.post(reverse("workshops:group_verdict", args=paper), on_paper).status_code == 409
    )  # revision is 2
    assert (
        facilitator.post(reverse("workshops:group_verdict", args=paper), on_paper | {"revision": "2"}).status_code
        == 302
    )

    edit_recommendation(recommendation=row, text="train inspectors yearly", by=None)
    assert two.judge(advice, "agree") == 409  # its page shows the earlier wording
    two.load()
    assert two.judge(advice, "agree") == 302

    make_mark(assessment, "1.1/F1", "potential_improvement", source="workshop", rationale="Not applied.")
    decide_cell(assessment=assessment, criterion="1.1", cell="F1", source="workshop", reason="Heard twice.", by=None)

    close_workshop(workshop=workshop, by=None)
    count_workshop(workshop=workshop, counted=True, by=None)
    before = counted_results(assessment)
    reopen_workshop(workshop=workshop, by=None, reason="Group 2 withdraws its dispute.")
    two.load()
    dispute = Verdict.objects.get(target=CELL, group=groups[1])
    assert two._post("verdict/withdraw", {"target": CELL, "given": str(dispute.revision)}) == 302
    assert counted_results(assessment) == before  # the earlier results are in force until the new closing
    close_workshop(workshop=workshop, by=None)
    proposed = next(c for c in Comment.objects.all() if c.statement == "train all inspectors")
    adopt_wording(comment=proposed, revision=proposed.revision, wording_revision=2, by=None)
    edit_recommendation(recommendation=row, text="train every inspector", by=None)  # later: does not change the record
    return Workshop.objects.get(pk=workshop.pk)


VERDICTS = [  # label, text, state, still the wording at closing, agree, amend, disagree, words, withdrawn
    ("train inspectors", "", False, 1, 1, 0, ["Group 3: train all inspectors"], ["Group 5: Too dear."]),
    ("train inspectors yearly", "", True, 1, 0, 0, [], []),
    ("NRM specific to THB is in place", "in_place", False, 2, 0, 1,
     ["Group 1: Not in force."], ["Group 2: Only on paper."]),
]  # fmt: skip
STATEMENTS = [  # what it answers, who, statement, decision, withdrawn
    ("NRM specific to THB is in place: in place", "Group 1", "Not in force.", "", False),
    ("NRM specific to THB is in place: in place", "Group 2", "Only on paper.", "", True),
    ("train inspectors", "Group 3", "train all inspectors", "Accepted", False),
]
PRIORITIES = {"A": 3, "B": 3, "J": 4, "L": 1, "M": 1, "N": 1, "O": 1, "Q: More shelters": 1, "Q: Legal aid": 1}


def read(row: VerdictCount) -> tuple[Any, ...]:
    words = [f"{one.group}: {one.words}" for one in row.words]
    withdrawn = [f"{one.group}: {one.words}" for one in row.withdrawn]
    return (row.text, row.state, row.current, row.agree, row.amend, row.disagree, words, withdrawn)


def test_results_and_statements_are_those_of_the_list(held: Workshop) -> None:
    (found,) = counted_results(held.assessment)
    assert [read(row) for row in found.verdicts] == VERDICTS
    assert (len(found.present), [group.name for group in found.missing]) == (6, ["Group 7"])
    assert (found.people.women, found.people.men, found.people.other, found.people.total) == (12, 6, 6, 24)
    statements = [
        (row.finding, row.who, row.statement, row.decision, row.withdrawn) for row in statements_of(held.assessment)
    ]
    assert sorted(statements) == sorted(STATEMENTS)
    accepted = next(row for row in statements_of(held.assessment) if row.decision)
    assert (accepted.before, accepted.after) == ("train inspectors yearly", "train all inspectors")
    assert accepted.sector == "state"


def test_analysis_and_worksheet_contain_the_same(held: Workshop) -> None:
    results = for_assessment(held.assessment)
    found = results.as_json()
    assert {key: count for key, count in found["priorities"]["workshop"].items() if count} == PRIORITIES
    (workshop,) = found["workshops"]
    assert (workshop["groups"], workshop["women"], workshop["men"], workshop["other"]) == (6, 12, 6, 6)
    keys = ("text", "state", "earlier_wording", "agree", "amend", "disagree")
    assert [tuple(row[key] for key in keys) for row in workshop["verdicts"]] == [
        (text, state, not current, *counts) for text, state, current, *counts, _, _ in VERDICTS
    ]

    target = BytesIO()
    worksheet.save(results, target)
    book = load_workbook(BytesIO(target.getvalue()))
    head, *rows = book["Priorities"].iter_rows(values_only=True)
    named = {row[0]: row[head.index("Workshop: groups")] for row in rows if row[head.index("Workshop: groups")]}
    assert named == PRIORITIES
    _, *rows = book["Workshop verdicts"].iter_rows(values_only=True)
    assert [(row[2], row[6], row[7], row[8]) for row in rows] == [
        (text, agree, amend, disagree) for text, _, _, agree, amend, disagree, _, _ in VERDICTS
    ]


def test_pages_show_the_same(held: Workshop, client_as: Any) -> None:
    lead = client_as("lead")
    page = _plain(lead.get(reverse("workshops:workshop", args=["AZE-2016", held.pk])).content.decode())
    for text, *_, words, withdrawn in VERDICTS:
        assert text in page
        for line in (*words, *withdrawn):
            assert line.split(": ", 1)[1] in page
    assert page.count("given on an earlier wording") == 2
    assert page.count("withdrawn") == 2
    assert "Rehearsing" not in page
    log = lead.get(reverse("workshops:change_log", args=["AZE-2016"])).context["log"]
    assert [(row.before, row.after, row.outcome) for row in log.cells] == [
        ("in_place", "potential_improvement", "accepted")
    ]
    wordings = [(row.before.split(": ")[-1], row.after.split(": ")[-1], row.who) for row in log.recommendations]
    assert wordings == [
        ("train inspectors", "train inspectors yearly", ""),
        ("train inspectors yearly", "train all inspectors", "Group 3"),
        ("train all inspectors", "train every inspector", ""),
    ]
    panel = reverse("workshops:verdict_panel", args=["AZE-2016"])
    assert "Not in force." in lead.get(panel, {"target": CELL}).content.decode()


def test_report_prints_the_same_and_nothing_of_the_rehearsal(held: Workshop) -> None:
    html = render(build(create_report(assessment=held.assessment, by=None)), "html")
    text = _plain(html)
    for _, who, statement, decision, withdrawn in STATEMENTS:
        assert f"{who} (State agency): {statement}" in text
        assert (decision or "Not yet decided") in text or withdrawn
    assert "Withdrawn" in text or "withdrawn" in text
    assert "NRM specific to THB is in place: In place (given on an earlier wording) 2 0 1" in text
    assert "train inspectors (given on an earlier wording) 1 1 0" in text
    assert "train inspectors yearly 1 0 0" in text
    assert "by 24 people (12 women, 6 men and 6" in text
    for trace in ("rehears", "Rehears"):
        assert trace not in text


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext of poppler-utils is not installed")
def test_the_pdf_prints_the_same_and_nothing_of_the_rehearsal(held: Workshop) -> None:
    pdf = make_pdf(render(build(create_report(assessment=held.assessment, by=None)), "pdf"))
    text = _text_of(pdf)
    for finding, who, statement, decision, _ in STATEMENTS:
        assert _squeezed(f"{who} (State agency): {statement}") in text
        assert _squeezed(finding) in text
        assert _squeezed(decision) in text
    assert _squeezed("NRM specific to THB is in place: In place (given on an earlier wording) 2 0 1") in text
    assert _squeezed("train inspectors (given on an earlier wording) 1 1 0") in text
    assert _squeezed("train inspectors yearly 1 0 0") in text
    assert _squeezed("by 24 people (12 women, 6 men and 6") in text
    assert "rehears" not in text.lower()


def test_minutes_contain_what_was_judged(held: Workshop) -> None:
    first, second = held.minutes.all()
    assert "Group 2 (disagree): Only on paper." in _plain(first.html)
    assert "Group 2 (disagree, withdrawn): Only on paper." in _plain(second.html)
    assert "Planned but did not take part: Group 7." in _plain(second.html)
    assert "train every inspector" not in second.html


def _text_of(pdf: bytes) -> str:
    """The text of a PDF without blanks: lines and columns break it anywhere."""
    command = ["pdftotext", "-raw", "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)  # noqa: S603 - a fixed command
    return _squeezed(done.stdout.decode())


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad]+", "", text)


def _plain(html: str) -> str:
    return (
        re.sub(r"\s+", " ", re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", html, flags=re.S))
        .replace(" :", ":")
        .replace(" .", ".")
    )
