"""An observer collects what every page and file discloses, and the attacker of `attacker.py` looks for certain answers.

Nothing here uses the protection: numbers are read out of HTML, the words over a chart, the description and the bars
inside a picture, CSV, XLSX, JSON and the report as a reader would.
"""

import csv
import json
import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from openpyxl import load_workbook
from PIL import Image

from analysis.exports import worksheet
from analysis.results import for_assessment
from analysis.results.comparison import side_by_side
from analysis.statistics import breakdowns
from assessments.models import Assessment
from reports.document.builder import build
from reports.output.html import render
from reports.services.reports import create_report
from reports.services.sections import edit_section
from tests.analysis.builders import release
from tests.analysis.generated import document
from tests.analysis.releases.attacker import (
    GROUPS,
    SIDE,
    STATES,
    Dependent,
    Facts,
    Question,
    Ranked,
    Rated,
    Several,
    certain,
    certain_by_trying,
    tabulated,
)
from tests.analysis.releases.test_releases import fill, url
from tests.factories import AssessmentFactory, MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]  # one for all tests
POINTS = [one for one in SIDE if one not in STATES]
RATED = [Rated(f"3.1.{number}") for number in range(1, 8)]
QUESTIONS: list[Question] = [
    *RATED,
    Question("2.5"),
    Several("2.1", 1, 3),
    Dependent("2.2", "2.2.1", 3, 3),
    Several("2.3", 1, 3),
    Ranked("2.4", 4, first=True),
    Ranked("8.1", 3),
]
CODES = [question.code for question in QUESTIONS]
PICTURES = ("3.1.5", "2.3", "8.1")  # of these a picture and a page of their own: drawing takes long
PAGES = ("3.1.2", "3.1.5", "2.5", "2.1", "2.2", "2.2.1", "2.3", "2.4", "8.1")
FILES = ("3.1.5", "2.2", "2.2.1", "8.1")  # of these CSV; of all JSON, worksheet and report
PROFILES = ("sex", "age")


def respondents(n: int, seed: int) -> list[dict[str, Any]]:
    """One woman is young and left much out, most women agree, few women know."""
    draw = random.Random(seed)  # noqa: S311
    rows = []
    for number in range(n):
        woman = number % 5 < 2
        young = number == 0 if woman else draw.random() < 0.6
        row: dict[str, Any] = {"1.6": "female" if woman else "male", "1.5": "age_18_34" if young else "age_35_50"}
        weights = [6, 2, 1, 3] if woman else [2, 2, 2, 2]
        row |= {question.code: draw.choices(POINTS, weights)[0] for question in RATED[:5]}
        row |= {"3.1.6": "adequate" if woman else draw.choice(POINTS), "3.1.7": draw.choice(POINTS[: 2 + number % 3])}
        row["2.5"] = draw.choices(["growing", "declining", "neither"], [4, 1, 1] if woman else [1, 1, 1])[0]
        row["2.1"] = draw.choice([["origin"], ["origin", "transit"], ["destination"], ["transit", "destination"]])
        forms = ["prostitution", "forced_labour", "forced_marriage", "slavery", "other_sexual"]
        row["2.2"] = ["organ_removal", *draw.sample(forms, 2)] if woman and young else draw.sample(forms, 3)
        row["2.2.1"] = draw.choice(row["2.2"])
        row["2.3"] = draw.sample(["agriculture", "construction", "services", "streets"], draw.choice([1, 2, 3]))
        row["2.4"] = draw.sample(["women", "girls", "boys", "men"], 4)
        row["8.1"] = draw.sample("ABCDE", 3)
        for code in CODES:
            if draw.random() < 0.05 or (number == 0 and code in ("3.1.2", "2.3")):
                row.pop(code)
            elif draw.random() < 0.05 and code.startswith("3"):
                row[code] = "dont_know"
        if "2.2" not in row or number % 7 == 3:
            row.pop("2.2.1")
        rows.append(row)
    return rows


# Reading -------------------------------------------------------------------------------------------------------------


class Tables(HTMLParser):
    """The tables of a page: the caption, then the cells of each row."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[list[list[str]]] = []
        self._into: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.found.append([])
        elif tag in ("caption", "tr") and self.found:
            self.found[-1].append([])
        if tag in ("caption", "td", "th") and self.found:
            self.found[-1][-1].append("")
            self._into = self.found[-1][-1]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("caption", "td", "th", "table"):
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data.strip()


def labels() -> dict[str, dict[str, str]]:
    """Item -> how its options are named on a page -> their codes."""
    form = document()
    words = {"Favourable": "favourable", "Unfavourable": "unfavourable", "n": "answered", "base": "answered"}
    return {
        code: {str(option.short or option.text): option.name for option in form.options(form.by_name[code])} | words
        for code in (*CODES, "2.2.1")
    }


LABELS = labels()


def number(cell: str) -> int:
    """`9`, or `56% (9)`."""
    return int(re.findall(r"\d+", cell)[-1])


def of_table(code: str, rows: Sequence[Sequence[str]]) -> Facts:
    """A table with one row per group and one column per answer, or the other way round."""
    found: Facts = {}
    head = [cell.replace("\u00ad", "") for cell in rows[0]] if rows else []
    groups = {at: match for at, cell in enumerate(head) if (match := re.fullmatch(r"(.+) \(n=(\d+)\)", cell))}
    for row in rows[1:]:
        for at, cell in enumerate(row):
            if row[0] in GROUPS and at < len(head) and head[at] in LABELS[code]:
                found[row[0], LABELS[code][head[at]]] = number(cell)
            elif at in groups and row[0] in LABELS[code]:
                found[groups[at][1], LABELS[code][row[0]]] = number(cell)
                found[groups[at][1], "answered"] = int(groups[at][2])
    return found


def of_notes(text: str) -> Facts:
    """The numbers who gave no answer, from the note under a break-down."""
    found: Facts = {}
    names = {"Did not answer": "skipped", "Did not know": "dont_know", "Gave no rating": "no_rating"}
    for what, words in re.findall(rf"({'|'.join(names)}): ([^.]*)\.", text):
        for part in words.split("; "):
            group, _, count = part.rpartition(": ")
            if group in GROUPS:
                found[group, names[what]] = int(count)
    return found


def of_words(text: str) -> Facts:
    """How many are in each group, from the text above a chart, which is also the description of its image."""
    sizes = re.findall(r"([^:;]+): (\d+)", text.partition("Respondents in each group:")[2])
    return {(group.strip(), "size"): int(size) for group, size in sizes}


def bars(picture: str) -> list[list[float]]:
    """The lengths of the bars of a picture, those on one line together, from the top."""
    lines: dict[float, list[float]] = defaultdict(list)
    for path in re.findall(r'<path d="([^"]*)" clip-path="[^"]*" style="fill: #', picture):
        points = [tuple(map(float, pair)) for pair in re.findall(r"[ML] (\S+) (\S+)", path)]
        across, down = zip(*points, strict=True)
        lines[min(down)].append(max(across) - min(across))
    return [lines[top] for top in sorted(lines)]


@dataclass
class Harvest:
    """What was read: item -> exit -> what it discloses by group."""

    rows: list[dict[str, Any]]
    by: dict[str, dict[str, Facts]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    pages: dict[str, str] = field(default_factory=dict)
    by_sides: set[str] = field(default_factory=set)
    pictures: dict[str, str] = field(default_factory=dict)
    described: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @cached_property
    def totals(self) -> dict[str, Facts]:
        """Item -> everything that can be counted of all respondents."""
        found = {}
        for question in QUESTIONS:
            facts = tabulated(question, self.people, [question.read(row) for row in self.rows])
            found[question.code] = {key: count for key, count in facts.items() if key[0] == "everyone"}
        return found

    @property
    def people(self) -> list[tuple[str, str]]:
        return [(row["1.6"], row["1.5"]) for row in self.rows]

    def known(self, question: Question) -> Facts:
        """Everything that the exits together disclose of a question."""
        union = dict(self.totals[question.code])
        for facts in self.by[question.code].values():
            assert all(union.get(key, value) == value for key, value in facts.items())  # all exits agree
            union |= facts
        return union

    def certain(self, question: Question) -> set[Any]:
        forms = [question.read(row) for row in self.rows]
        return certain(question, self.people, forms, self.known(question))


def read_json(harvest: Harvest, assessment: Assessment) -> None:
    out = StringIO()
    call_command("analyse", assessment.reference, stdout=out)
    stored = json.loads(out.getvalue())["survey"]["items"]
    for question in QUESTIONS if stored else ():
        check_totals(harvest, question, stored)
    for profile in PROFILES:
        out = StringIO()
        try:
            call_command("analyse", assessment.reference, "--by", profile, stdout=out)
        except CommandError:  # there are no groups
            continue
        data = json.loads(out.getvalue())["breakdown"]
        for code, table in data["items"].items():
            if code in LABELS and table:
                counts = {**table["counts"], "answered": table["answered"]}
                counts |= {what: table[what] for what in (*STATES, "no_rating") if what in table}
                if table.get("by_sides"):
                    counts["neither"] = counts.pop("middle")
                    harvest.by_sides.add(code)
                for what, of in counts.items():
                    harvest.by[code]["json"] |= {
                        (group, what): count for group, count in zip(data["groups"], of, strict=True)
                    }


def check_totals(harvest: Harvest, question: Question, stored: Mapping[str, Any]) -> None:
    """The totals of all respondents are what they should be: the attacker is given them, with each place of a ranking.

    The page has the first places, how many ranked an option, and the mean.
    """
    known = harvest.totals[question.code]
    item = stored[question.code]
    found = {one: item[one] for one in ("answered", *STATES)}
    if isinstance(question, Ranked):
        places = range(1, question.most + 1)
        named = {one: sum(known.get(("everyone", f"{one}, place {at}"), 0) for at in places) for one in item["counts"]}
        assert item["counts"] == named
    else:
        found |= item["counts"]
    if isinstance(question, Dependent):
        then = stored[question.then]
        counts = then["counts"] | {one: then[one] for one in ("asked", *STATES)}
        found |= {f"{question.then}: {one}": count for one, count in counts.items()}
    assert {one: count for one, count in found.items() if count} == {
        one: known["everyone", one] for one in found if ("everyone", one) in known
    }


def read_pages(harvest: Harvest, client: Client, codes: Sequence[str]) -> None:
    names = ("overview", "participants", "survey", "priorities", "release", "coverage", "disagreements")
    addresses = [url(name) for name in names] + [url("criterion", "1.1")]
    addresses += [url("survey_item", code) for code in codes]
    addresses += [url("chart", f"breakdown-{code}~sex") for code in PICTURES]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        page = harvest.pages[address] = answer.content.decode()
        exit_ = "chart" if "/charts/" in address else "page"
        [*code] = [one for one in LABELS if f"/{one}/" in address or f"-{one}~" in address]
        for caption, *rows in Tables(page).found:
            of = next((one for one in LABELS if caption and caption[0].startswith(f"{one} ")), None)
            if of:
                harvest.by[of][exit_] |= of_table(of, rows)
        for one in code:
            harvest.by[one][exit_] |= of_notes(re.sub(r"<[^>]+>", "", page))
            for words in re.findall(r'(?s)<p class="chart-result">(.*?)</p>', page):
                harvest.by[one]["words"] |= of_words(words)


def read_files(harvest: Harvest, client: Client, codes: Sequence[str]) -> None:
    for code in codes:
        for profile in PROFILES:
            key = f"breakdown-{code}~{profile}"
            answer = client.get(url("chart_file", key, "csv"))
            assert answer.status_code == (404 if code == "2.2.1" else 200)
            lines = answer.content.decode("utf-8-sig") if answer.status_code == 200 else ""
            table = [row for row in csv.reader(StringIO(lines)) if row]
            harvest.by[code]["csv"] |= of_table(code, table[1:]) | of_notes(lines)
    for code in PICTURES:
        key = f"breakdown-{code}~sex"
        picture = harvest.pictures[key] = client.get(url("chart_file", key, "svg")).content.decode()
        [title] = re.findall(r"(?s)<title>(.*?)</title>", picture)
        [words] = re.findall(r"(?s)<dc:description>(.*?)</dc:description>", picture)
        harvest.by[code]["picture"] |= of_words(words)
        harvest.described[key].add(f"{title}|{words}")
    key = f"breakdown-{PICTURES[0]}~sex"
    with Image.open(BytesIO(client.get(url("chart_file", key, "png")).content)) as image:
        harvest.described[key].add(f"{image.info['Title']}|{image.info['Description']}")  # type: ignore[str-bytes-safe]
        assert set(image.info) <= {"Title", "Description", "Software", "dpi"}


def read_worksheet(harvest: Harvest, assessment: Assessment) -> None:
    target = BytesIO()
    worksheet.save(for_assessment(assessment), target)
    for row in load_workbook(target)["Break-downs"].iter_rows(values_only=True):
        code, group = str(row[0]), str(row[3])
        if code in LABELS and group in GROUPS:
            facts = dict(zip((str(row[5]), "answered", *STATES, "no_rating"), (row[7], *row[9:13]), strict=True))
            if "middle" in facts:
                facts["neither"] = facts.pop("middle")
            harvest.by[code]["xlsx"] |= {
                (group, what): int(str(count)) for what, count in facts.items() if count is not None
            }


def read_report(harvest: Harvest, assessment: Assessment) -> None:
    report = create_report(assessment=assessment, by=None)
    blocks = [f"[[chart breakdown {code} {profile}]]" for code in CODES for profile in PROFILES]
    edit_section(section=report.sections.get(key="context"), body="\n\n".join(blocks), by=None)
    for caption, *rows in Tables(render(build(report), "html")).found:
        for code in LABELS:
            if caption and f" {code} " in f" {caption[0]} ":
                harvest.by[code]["report"] |= of_table(code, rows)


def collect(n: int, seed: int) -> Harvest:
    """Everything that an observer can get about a survey of `n`, read from each exit on its own.

    Of surveys of other sizes than `FULL` the JSON, and some pages and pictures: reading everything takes long.
    """
    assessment = AssessmentFactory(reference="AZE-2016")
    client = Client()
    client.force_login(MembershipFactory(assessment=assessment, role="observer").user)
    harvest = Harvest(respondents(n, seed))
    survey = fill(assessment, harvest.rows)
    survey.responses.filter(number=1).update(language="ka", source="paper")
    release(assessment, one_in=0)
    read_json(harvest, assessment)
    if n != FULL:
        read_pages(harvest, client, PICTURES)
        read_files(harvest, client, PICTURES[:1])
        return harvest
    read_pages(harvest, client, PAGES)
    read_files(harvest, client, FILES)
    read_worksheet(harvest, assessment)
    read_report(harvest, assessment)
    [line] = [line for line in side_by_side([for_assessment(assessment)]).items if line.code == "3.1.5"]
    good, bad, answered = map(int, re.findall(r"\d+", line.cells[0]))
    facts = harvest.totals["3.1.5"]
    assert (good, bad, answered) == tuple(facts["everyone", one] for one in ("favourable", "unfavourable", "answered"))
    return harvest


SIZES = {7: 1, 19: 4, 40: 1}  # respondents, and the seed of their answers
FULL = 19


@pytest.fixture(scope="module")
def harvests(django_db_setup: None, django_db_blocker: Any) -> dict[int, Harvest]:
    found = {}
    with django_db_blocker.unblock():
        for n, seed in SIZES.items():
            with transaction.atomic():
                found[n] = collect(n, seed)
                transaction.set_rollback(True)
    return found


# The attack ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.code)
@pytest.mark.parametrize("n", SIZES)
def test_all_exits_together_make_no_answer_certain(harvests: dict[int, Harvest], n: int, question: Question) -> None:
    assert harvests[n].certain(question) == set()


def test_the_harvest_misses_no_exit(harvests: dict[int, Harvest]) -> None:
    """Each exit discloses the same numbers; those of a picture are looked at below."""
    for code in CODES:
        ways = harvests[FULL].by[code]
        shown = {
            exit_: {key for key, count in ways[exit_].items() if count and key[1] not in (*STATES, "no_rating")}
            for exit_ in (
                "json",
                "xlsx",
                "report",
                *(["page"] if code in PAGES else []),
                *(["csv"] if code in FILES else []),
            )
        }
        assert len({frozenset(keys) for keys in shown.values()}) == 1, (code, shown)
        assert code not in PAGES or bool(ways["words"]) is bool(shown["page"])
        if code in PICTURES:
            chart = {key for key, count in ways["chart"].items() if count and key[1] not in (*STATES, "no_rating")}
            assert chart == {key for key in shown["page"] if key[0] in ("Female", "Male")}


def test_seven_respondents_have_no_groups(harvests: dict[int, Harvest]) -> None:
    assert not any(facts for ways in harvests[7].by.values() for facts in ways.values())
    assert not harvests[7].by_sides


def test_each_kind_of_table_was_there_to_attack(harvests: dict[int, Harvest]) -> None:
    """Whole and by sides, several answers, both kinds of ranking; and tables that were withheld."""
    shown = {code for n in (19, 40) for code in CODES if harvests[n].by[code]["json"]}
    assert {"2.5", "2.1", "2.2", "2.3", "2.4", "8.1", "3.1.5"} <= shown
    assert harvests[19].by_sides | harvests[40].by_sides
    assert not harvests[19].by["3.1.6"]["json"].get(("Female", "adequate"))  # all women agree


def test_nothing_of_a_dependent_question_is_given_by_group(harvests: dict[int, Harvest]) -> None:
    """Not even the sizes of groups: how many of each were asked 2.2.1 tells who skipped 2.2."""
    assert all(not any(harvest.by["2.2.1"].values()) for harvest in harvests.values())


def test_pictures_contain_the_numbers_of_the_page(harvests: dict[int, Harvest]) -> None:
    """Lengths of bars are numbers; title and description, in PNG and SVG, are those of the page."""
    for n, harvest in harvests.items():
        for key, picture in harvest.pictures.items():
            code = key.removeprefix("breakdown-").removesuffix("~sex")
            facts, drawn = harvest.by[code]["chart"], bars(picture)
            shown = [group for group in ("Female", "Male") if (group, "answered") in facts]
            assert bool(drawn) is bool(shown), (n, key)
            if code in (question.code for question in RATED):
                for line, group in zip(drawn, shown, strict=True):
                    base = facts[group, "answered"]
                    counts = [facts.get((group, one)) for one in POINTS] if (group, "adequate") in facts else None
                    told = counts or [facts[group, one] for one in ("favourable", "neither", "unfavourable")]
                    assert [round(base * length / sum(line)) for length in line if length] == [
                        count for count in told if count
                    ]
            assert len(harvest.described[key]) == 1
            [words] = harvest.described[key]
            page = harvest.pages[url("chart", key)]
            assert all(part in page for part in words.split("|"))
        for code in PICTURES:
            assert harvest.by[code]["picture"].items() <= harvest.by[code]["words"].items()


@pytest.mark.parametrize("n", SIZES)
def test_single_respondents_are_on_no_page(harvests: dict[int, Harvest], n: int) -> None:
    pages = harvests[n].pages
    assert not any(re.search(r"AZEsur\d", page) for page in pages.values())
    who = pages[url("participants")]
    assert not re.search("Georgian|paper|Languages of the answers", who)  # the only one, and the number of the others
    for facts in (facts for ways in harvests[n].by.values() for facts in ways.values()):
        for (group, what), count in facts.items():
            at, value = GROUPS[group]
            assert what != "size" or count == sum(person[at] == value for person in harvests[n].people)


# The attacker --------------------------------------------------------------------------------------------------------


def test_two_attackers_find_the_same(harvests: dict[int, Harvest]) -> None:
    """The solver, and trying all data sets: of what was published, and of tables that should not have been."""
    harvest, found = harvests[19], 0
    for question in RATED:
        forms = [question.read(row) for row in harvest.rows]
        full = tabulated(question, harvest.people, forms)
        one_table = {key: count for key, count in full.items() if key[0] not in ("18 to 34", "35 to 50")}
        for facts in (harvest.known(question), full, one_table):
            sure = certain(question, harvest.people, forms, facts)
            assert sure == certain_by_trying(harvest.people, forms, facts)
            found += len(sure)
    assert found


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.code)
def test_without_protection_answers_follow_in_each_kind_of_question(question: Question) -> None:
    """All tables of few respondents, of whom some have a profile of their own."""
    found = 0
    for seed in range(5):
        rows = respondents(9, seed)
        people = [(row["1.6"], row["1.5"]) for row in rows]
        forms = [question.read(row) for row in rows]
        found += bool(certain(question, people, forms, tabulated(question, people, forms)))
    assert found


def test_without_the_protection_answers_follow_from_the_exits(
    assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("margin", "margin_several"):
        monkeypatch.setattr(breakdowns, name, lambda *given: True)
    for name in ("certain", "certain_several"):
        monkeypatch.setattr(breakdowns, name, lambda *given: set())
    harvest = Harvest(respondents(19, 4))
    fill(assessment, harvest.rows)
    release(assessment, one_in=0)
    read_json(harvest, assessment)
    sure = {question.code for question in QUESTIONS if harvest.certain(question)}
    assert {"3.1.6", "2.2", "2.3"} <= sure
