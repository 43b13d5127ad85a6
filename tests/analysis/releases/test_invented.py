"""Releases of invented surveys, attacked by `attacker.py`: every question, by up to three characteristics at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from analysis.frames import SurveyFrames
from analysis.releases.making import Settings, make_results
from analysis.releases.plans import default_plan
from analysis.statistics import breakdowns
from instruments.schema.items import RankItem, SelectMultipleItem, SelectOneItem
from tests.analysis.generated import document, generated
from tests.analysis.releases.attacker import (
    STATES,
    Facts,
    Form,
    Question,
    Ranked,
    Rated,
    Several,
    certain,
    tabulated,
)
from tests.analysis.simulated import simulated

KINDS = {
    "generated, mixed": lambda n, seed: generated(n, seed, leaning=0.6, spread=1.0),
    "simulated, mixed": lambda n, seed: simulated(n, seed, sector=0.7, person=0.7),
    "generated, alike": lambda n, seed: generated(n, seed, leaning=1.2, spread=0.6),
    "simulated, alike": lambda n, seed: simulated(n, seed, sector=1.6, person=0.5),
}
FORM = document()


class FewOrders(Ranked):
    """A ranking of many options: the orders that were given, and those that differ from one of them in one place.

    The attacker knows of fewer data sets than there are, so that she may be certain where she could not be.
    """

    given: Sequence[Form] = ()

    def forms(self, offered: Sequence[str]) -> Iterator[Form]:
        orders = {form for form in self.given if form not in STATES}
        for order in list(orders):
            for at in range(len(order)):
                orders |= {(*order[:at], one, *order[at + 1 :]) for one in offered if one not in order}
        yield from (*sorted(orders), *STATES)


def question_of(code: str) -> Question | None:
    """None for a question that is not broken down, or of which the invented respondents give no answers."""
    item = FORM.by_name[code]
    if item.profile or FORM.depends_on(item):
        return None
    if isinstance(item, SelectOneItem):
        scale = FORM.scale_of(item)
        if scale is None:
            return Question(code)
        points, neutral = scale.from_favourable, scale.neutral
        middle = points.index(neutral) if neutral else len(points) // 2
        side = {one: "favourable" if at < middle else "unfavourable" for at, one in enumerate(points)}
        return Rated(code, side | ({neutral: "middle"} if neutral else {}) | dict.fromkeys(STATES, "no_rating"))
    if isinstance(item, SelectMultipleItem):
        return Several(code, item.min or 1, item.max or len(item.options))
    if isinstance(item, RankItem):
        every = item.places == len(item.options)
        return Ranked(code, item.places, first=True) if every else FewOrders(code, item.places)
    return None


def read(found: SurveyFrames, results: Mapping[str, Any]) -> tuple[list[Any], dict[str, tuple[int, Any]]]:
    """The profile of each respondent, which is all that is published of who took part; and the groups."""
    groups, columns = {}, []
    for at, (profile, parts) in enumerate(results["groups"].items()):
        item = FORM.profile_item(profile)
        assert item
        place = {value: number for number, part in enumerate(parts) for value in part["values"]}
        pooled = [number for number, part in enumerate(parts) if part["pooled"]]
        given = found.answers[item.name]
        columns.append([place[value] if value in place else pooled[0] for value in given])
        groups |= {f"{profile} {number}": (at, number) for number in range(len(parts))}
    return list(zip(*columns, strict=True)), groups


def attacked(found: SurveyFrames, results: Mapping[str, Any]) -> Iterator[tuple[str, int, set[Any]]]:
    """(question, how many tables were published, certain answers)."""
    people, groups = read(found, results)
    for code, item in results["items"].items():
        question = question_of(code)
        if question is None or not item.get("by"):
            continue
        rows = found.answers[code]
        forms = [question.read({code: answer} if isinstance(answer, (str, list)) else {}) for answer in rows]
        if isinstance(question, FewOrders):
            question.given = forms
        facts: Facts = {key: n for key, n in tabulated(question, people, forms).items() if key[0] == "everyone"}
        for profile, table in item["by"].items():
            counts = table["sides"] if "sides" in table else table["options"]
            counts = counts | {what: table[what] for what in ("answered", *STATES, "no_rating") if what in table}
            for what, by_group in counts.items():
                facts |= {(f"{profile} {number}", what): count for number, count in enumerate(by_group)}
        yield code, len(item["by"]), certain(question, people, forms, facts, groups)


@pytest.mark.parametrize(("kind", "seed"), [("generated, mixed", 501), ("simulated, alike", 502)])
def test_no_answer_of_an_invented_survey_is_certain(kind: str, seed: int) -> None:
    found, tables = KINDS[kind](19, seed), 0
    results = make_results(found, Settings(5, 20, seed.to_bytes(4) * 8, default_plan(FORM)))
    for code, shown, sure in attacked(found, results):
        tables += shown
        assert sure == set(), code
    assert tables > 100


def test_without_the_protection_some_answers_are_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("margin", "margin_several"):
        monkeypatch.setattr(breakdowns, name, lambda *given: True)
    for name in ("certain", "certain_several"):
        monkeypatch.setattr(breakdowns, name, lambda *given: set())
    found = KINDS["simulated, alike"](19, 502)
    results = make_results(found, Settings(5, 0, b"s" * 32, default_plan(FORM)))
    assert next(code for code, _, sure in attacked(found, results) if sure)


@pytest.mark.parametrize("responses", [19, 40])
def test_three_fifths_of_the_tables_of_mixed_surveys_are_shown(responses: int) -> None:
    for kind in ("generated, mixed", "simulated, mixed"):
        results = make_results(KINDS[kind](responses, 503), Settings(5, 20, b"s" * 32, default_plan(FORM)))
        shown = [item["by"] for item in results["items"].values() if "by" in item]
        assert sum(map(len, shown)) >= 0.6 * 3 * len(shown)
