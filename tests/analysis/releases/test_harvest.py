"""An observer collects what every page and file discloses, and tries all data sets that agree with all of it.

Nothing here uses the protection: numbers are read out of HTML, the words over a chart, the description inside a
picture, CSV, XLSX, JSON and the report as a reader would, and the worlds are searched by independent code. The
attacker knows the sex and age of all respondents.
"""

import csv
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html.parser import HTMLParser
from io import BytesIO, StringIO
from itertools import product
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from analysis import gallery
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
from tests.analysis.releases.test_releases import fill, url

pytestmark = pytest.mark.django_db
ITEM = "3.1.5"
LABELS = {
    "Adequate": "adequate",
    "Somewhat adequate": "somewhat_adequate",
    "Neither adequate nor inadequate": "neither",
    "Inadequate": "inadequate",
    "Favourable": "favourable",
    "Unfavourable": "unfavourable",
}
SIDE = {"adequate": "favourable", "somewhat_adequate": "favourable", "neither": "middle", "inadequate": "unfavourable"}
ANSWERS = (*SIDE, "skipped")
GROUPS = {"Female": (0, "female"), "Male": (0, "male"), "18 to 34": (1, "age_18_34"), "35 to 50": (1, "age_35_50")}
Facts = dict[tuple[str, str], int]  # (group or "all", answer, side or "answered") -> respondents


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


def number(cell: str) -> int:
    """`9`, or `56% (9)`."""
    return int(re.findall(r"\d+", cell)[-1])


def of_table(rows: Sequence[Sequence[str]]) -> Facts:
    """A table with one row per group and one column per answer."""
    if not rows:
        return {}
    head = rows[0]
    found: Facts = {}
    for row in rows[1:]:
        if row and row[0] in GROUPS:
            for label, value in zip(head, row, strict=False):
                if label in LABELS:
                    found[row[0], LABELS[label]] = number(value)
                elif label in ("n", "base"):
                    found[row[0], "answered"] = number(value)
    return found


def of_notes(text: str) -> Facts:
    """The numbers who gave no answer, from the note under a break-down."""
    found: Facts = {}
    for words in re.findall(r"(?:Did not answer|Gave no rating): ([^.]*)\.", text):
        for part in words.split("; "):
            group, _, count = part.rpartition(": ")
            found[group, "none"] = int(count)
    return found


def of_words(text: str) -> Facts:
    """How many are in each group, from the text above a chart, which is also the description of its image."""
    sizes = re.findall(r"([^:;]+): (\d+)", text.partition("Respondents in each group:")[2])
    return {(group.strip(), "all"): int(size) for group, size in sizes}


def harvest(client: Client, assessment: Assessment) -> dict[str, Facts]:
    """Exit -> what it discloses of the item by group. Each exit is read on its own."""
    found: dict[str, Facts] = defaultdict(dict)
    pages = [url(name) for name in ("overview", "participants", "survey", "priorities", "release", "coverage")]
    pages += [url("survey_item", ITEM), url("criterion", "1.1"), url("disagreements")]
    keys = [*gallery.keys(for_assessment(assessment)), f"breakdown-{ITEM}~sex", f"breakdown-{ITEM}~age"]
    for address in [*pages, *(url("chart", key) for key in keys if ITEM in key)]:
        page = client.get(address).content.decode()
        way = "chart" if "/charts/" in address else "page"
        for words in re.findall(r'(?s)<p class="chart-result">(.*?)</p>', page) if ITEM in address else ():
            found["words"] |= of_words(words)
        for caption, *rows in Tables(page).found:
            if caption and caption[0].startswith(ITEM):
                found[way] |= of_table(rows)
        if ITEM in address:
            found[way] |= of_notes(re.sub(r"<[^>]+>", "", page))
        assert not re.search(r"AZEsur\d", page)
    for key in keys:
        answer = client.get(url("chart_file", key, "csv"))
        lines = answer.content.decode("utf-8-sig") if answer.status_code == 200 else ""
        if lines.startswith(ITEM):
            found["csv"] |= of_table([row for row in csv.reader(StringIO(lines)) if row][1:]) | of_notes(lines)
    for profile in ("sex", "age"):
        picture = client.get(url("chart_file", f"breakdown-{ITEM}~{profile}", "svg")).content.decode()
        for words in re.findall(r"(?s)<dc:description>(.*?)</dc:description>", picture):
            found["picture"] |= of_words(words)
        out = StringIO()
        try:
            call_command("analyse", assessment.reference, "--by", profile, stdout=out)
        except CommandError:  # there are no groups
            continue
        data = json.loads(out.getvalue())
        table, labels = data["breakdown"]["items"].get(ITEM), list(data["breakdown"]["groups"])
        for option, counts in table["counts"].items() if table else ():
            found["json"] |= {(label, option): count for label, count in zip(labels, counts, strict=True)}
    target = BytesIO()
    worksheet.save(for_assessment(assessment), target)
    for row in load_workbook(target)["Break-downs"].iter_rows(values_only=True):
        if row[0] == ITEM and row[3] in GROUPS:
            found["xlsx"][str(row[3]), str(row[5])] = int(str(row[7]))
    report = create_report(assessment=assessment, by=None)
    blocks = [f"[[chart breakdown {ITEM} {profile}]]" for profile in ("sex", "age")]
    edit_section(section=report.sections.get(key="context"), body="\n\n".join(blocks), by=None)
    page = render(build(report), "html")
    for caption, *rows in Tables(page).found:
        if caption and ITEM in caption[0]:
            found["report"] |= of_table(rows)
    return found


def totals(client: Client, assessment: Assessment) -> dict[str, int]:
    """How many of all gave each answer, from the page, the JSON and the comparison."""
    out = StringIO()
    call_command("analyse", assessment.reference, stdout=out)
    stored = json.loads(out.getvalue())["survey"]["items"][ITEM]
    [line] = [line for line in side_by_side([for_assessment(assessment)]).items if line.code == ITEM]
    good, bad, of = map(int, re.findall(r"\d+", line.cells[0]))
    assert good == sum(stored["counts"].get(one, 0) for one in SIDE if SIDE[one] == "favourable")
    assert (bad, of) == (stored["counts"].get("inadequate", 0), stored["answered"])
    return {one: stored["counts"].get(one, 0) for one in SIDE} | {"skipped": stored["skipped"]}


def certain(people: Counter[tuple[str, str]], total: Mapping[str, int], facts: Facts, real: Any) -> list[Any]:
    """(profile, side) that is true in every data set which agrees with totals and facts; `real` is one of them."""
    profiles = sorted(people)
    inside = {group: [profile[at] == value for profile in profiles] for group, (at, value) in GROUPS.items()}
    by_side = {
        (group, side): n for (group, side), n in facts.items() if side in ("favourable", "unfavourable", "middle")
    }

    def splits(answer: str, room: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        for *most, last in ((*some, total[answer] - sum(some)) for some in product(*(range(n + 1) for n in room[:-1]))):
            split = (*most, last)
            if 0 <= last <= room[-1] and all(
                facts.get((group, answer), count) == count
                for group, who in inside.items()
                for count in [sum(n for n, is_in in zip(split, who, strict=True) if is_in)]
            ):
                yield split

    def possible(who: int, answer: str) -> bool:
        """Whether one of a profile may have given an answer."""

        @cache
        def rest(at: int, room: tuple[int, ...], of_side: tuple[int, ...]) -> bool:
            if at == len(ANSWERS):
                return not any(room)
            one = ANSWERS[at]
            ends = at + 1 == len(ANSWERS) or SIDE.get(ANSWERS[at + 1]) != SIDE.get(one)
            for split in splits(one, room):
                if one == answer and not split[who]:
                    continue
                now = tuple(a + b for a, b in zip(of_side, split, strict=True))
                if ends and any(
                    by_side.get((group, SIDE.get(one, "none")), count) != count
                    for group, members in inside.items()
                    for count in [sum(n for n, is_in in zip(now, members, strict=True) if is_in)]
                ):
                    continue
                left = tuple(a - b for a, b in zip(room, split, strict=True))
                if rest(at + 1, left, (0,) * len(room) if ends else now):
                    return True
            return False

        start = tuple(people[profile] for profile in profiles)
        return rest(0, start, (0,) * len(profiles))

    found = []
    for at, profile in enumerate(profiles):
        sides = {SIDE.get(answer, "none") for answer in real[profile]}
        if len(sides) == 1 and not any(possible(at, one) for one in ANSWERS if SIDE.get(one, "none") not in sides):
            found.append((profile, sides.pop()))
    return found


def respondents(n: int, kind: str) -> list[dict[str, Any]]:
    """`random`; `hostile`: one woman is young, most women agree, one man left it out; `alike`: all women agree."""
    draw = random.Random(n)  # noqa: S311
    rows = []
    for number in range(n):
        woman = number % 5 < 2 if kind != "random" else draw.random() < 0.5
        young = (number == 0) if kind == "hostile" and woman else draw.random() < 0.5
        said = draw.choice(ANSWERS)
        if kind == "hostile":
            said = draw.choices(ANSWERS, [6, 2, 1, 3, 0] if woman else [2, 2, 2, 2, 0])[0]
            said = "inadequate" if number == 0 else "skipped" if number == 4 else said
        said = "adequate" if kind == "alike" and woman else said
        row = {"1.6": "female" if woman else "male", "1.5": "age_18_34" if young else "age_35_50"}
        rows.append(row | ({} if said == "skipped" else {ITEM: said}))
    return rows


SETS = [(7, "random"), (19, "hostile"), (19, "alike"), (40, "random"), (40, "hostile")]


def attack(client: Client, assessment: Assessment, rows: list[dict[str, Any]]) -> tuple[list[Any], dict[str, Facts]]:
    real = defaultdict(list)
    for row in rows:
        real[row["1.6"], row["1.5"]].append(row.get(ITEM, "skipped"))
    found = harvest(client, assessment)
    union: Facts = {}
    for facts in found.values():
        assert all(union.get(key, value) == value for key, value in facts.items())  # all exits agree
        union |= facts
    people = Counter({profile: len(said) for profile, said in real.items()})
    for group, (at, value) in GROUPS.items():
        size = sum(count for profile, count in people.items() if profile[at] == value)
        assert union.get((group, "all"), size) == size
    assert found["words"] == found["picture"]
    return certain(people, totals(client, assessment), union, real), found


@pytest.mark.parametrize(("n", "kind"), SETS)
def test_all_exits_together_make_no_answer_certain(assessment: Assessment, client_as: Any, n: int, kind: str) -> None:
    rows = respondents(n, kind)
    survey = fill(assessment, rows)
    survey.responses.filter(number=1).update(language="ka", source="paper")
    release(assessment, one_in=0)
    sure, found = attack(client_as("observer"), assessment, rows)
    assert sure == []
    who = client_as("observer").get(url("participants")).content.decode()
    assert not re.search("Georgian|paper|Languages of the answers", who)  # the only one, and the number of the others
    shown = {
        way: {key for key in facts if key[1] in LABELS.values() and facts[key]}
        for way, facts in found.items()
        if way not in ("words", "picture")  # they have only the sizes of groups
    }
    assert len({frozenset(keys) for keys in shown.values()}) <= 1  # the harvest misses none of the exits
    assert (n == 7) is not any(shown.values())


def test_without_the_protection_the_same_attacker_identifies_a_person(
    assessment: Assessment, client_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breakdowns, "margin", lambda *given: True)
    monkeypatch.setattr(breakdowns, "certain", lambda *given: set())
    rows = respondents(19, "alike")
    fill(assessment, rows)
    release(assessment, one_in=0)
    sure, found = attack(client_as("observer"), assessment, rows)
    assert sure
    assert set(found) >= {"page", "words", "picture", "chart", "csv", "json", "xlsx", "report"}
