"""What is published of a small survey, against an attacker who knows the rule and tries every possible data set."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.frames import RESPONSE_COLUMNS, SurveyFrames, Version
from analysis.releases import making
from analysis.releases.answers import Answers
from analysis.releases.making import (
    Earlier,
    Groups,
    Settings,
    group_aim,
    group_size,
    group_values,
    make_results,
    others_last,
    side_of,
    sides_of,
)
from analysis.releases.plans import Characteristic, default_plan
from analysis.releases.stored import Group
from analysis.statistics import breakdowns, certainty
from analysis.statistics.breakdowns import Known, published
from analysis.statistics.groups import POOLED, even_parts
from instruments import schema
from instruments.logic.grammar import parse_condition
from tests.analysis.generated import document, generated, question, survey

KEY = b"k" * 32
SEX = ("f", "f", "f", "f", "m", "m", "m", "m")
AGE = ("o", "o", "y", "y", "o", "o", "y", "y")
SMALL = survey(
    question("sex", "f", "m", profile="sex"),
    question("age", "o", "y", profile="age"),
    question("q", "a", "b", "c"),
    question("after", "a", "b", relevant={"item": "q", "options": ["a"]}),
    question("many", "x", "y", "z") | {"type": "select_multiple"},
)
BOTH = (Characteristic("sex"), Characteristic("age"))


def frames(first: int = 1, **answers: Sequence[Any]) -> SurveyFrames:
    """Item -> the answers of the respondents, whose ids are counted from `first`."""
    count = len(next(iter(answers.values())))
    cells = {code: list(answers.get(code, [None] * count)) for code in SMALL.by_name}
    return SurveyFrames(
        pd.DataFrame([[f"s{n}", "en", "web", 1, n] for n in range(first, first + count)], columns=RESPONSE_COLUMNS),
        pd.DataFrame(cells, dtype=object),
        (Version(1, "small", SMALL, 1),),
    )


def settings(k: int = 2, one_in: int = 0, characteristics: tuple[Characteristic, ...] = BOTH, **more: Any) -> Settings:
    return Settings(k, one_in, KEY, characteristics, **more)


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups of two are large enough, so that every data set of eight can be tried."""
    monkeypatch.setattr(making, "SMALL_GROUP", 2)


def test_no_release_of_eight_respondents_discloses_an_answer(
    small_groups: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for drawn in ((), ("sex",), ("age",), ("sex", "age")):
        monkeypatch.setattr(breakdowns, "withheld_by_lot", lambda key, item, name, one_in, drawn=drawn: name in drawn)
        for answers in product("ab", repeat=8):
            results = make_results(frames(sex=SEX, age=AGE, q=answers), settings())
            outputs[repr(results)].append(answers)
    given_away = [
        worlds
        for worlds in outputs.values()
        if len(set(worlds[0])) > 1 and any(len({world[person] for world in worlds}) == 1 for person in range(8))
    ]
    assert given_away == []
    assert any("'sex': {'options'" in output for output in outputs)


def test_without_lot_and_margin_the_same_attacker_identifies_a_person(
    small_groups: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three women and five men, totals 4, 2, 2: only the table in which all three women agree is withheld."""
    monkeypatch.setattr(breakdowns, "margin", lambda of, answers, kind, times: True)
    sex = ("f",) * 3 + ("m",) * 5
    worlds: list[tuple[str, ...]] = []
    for answers in product("abc", repeat=8):
        if Counter(answers) == {"a": 4, "b": 2, "c": 2}:
            results = make_results(frames(sex=sex, q=answers), settings(characteristics=BOTH[:1]))
            if results["items"]["q"]["by"] == {}:
                worlds.append(answers)
    assert worlds
    assert all(world[:3] == ("a", "a", "a") for world in worlds)


def test_items_that_are_not_broken_down() -> None:
    results = make_results(frames(sex=SEX + SEX, q=("a", "b", "c", "a") * 4), settings())
    assert {code for code, item in results["items"].items() if "by" in item} == {"q", "many"}


def test_below_the_threshold_there_is_nothing_but_the_number() -> None:
    assert make_results(frames(q="abca"), settings(k=5)) == {"responses": 4, "versions": [1]}


@pytest.mark.parametrize(("responses", "groups"), [(5, 0), (9, 0), (10, 1), (12, 1)])
def test_groups_begin_with_twice_five_respondents(responses: int, groups: int) -> None:
    sex = ["f" if number % 2 else "m" for number in range(responses)]
    results = make_results(frames(sex=sex, q=["a"] * responses), settings(k=5))
    assert len(results["groups"]) == groups
    assert results["items"]["q"]["counts"]["a"] == responses  # unanimous totals are shown


@pytest.mark.parametrize(("responses", "k", "least"), [(19, 5, 5), (59, 5, 5), (60, 5, 10), (60, 12, 12), (19, 7, 7)])
def test_the_smallest_group_grows_with_the_survey(responses: int, k: int, least: int) -> None:
    assert group_size(responses, k) == least


def test_groups_are_never_smaller_than_they_were() -> None:
    before = Earlier(frozenset(), {"k": 10, "groups": {"sex": []}})
    assert group_size(20, 5, [before]) == 10


def test_a_later_release_only_joins_groups() -> None:
    age = ["o"] * 6 + ["y"] * 6 + [None] * 6
    first = make_results(frames(age=age, q=["a", "b"] * 9), settings(k=5))
    assert [group["values"] for group in first["groups"]["age"]] == [["o"], ["y"]]
    assert [group["pooled"] for group in first["groups"]["age"]] == [False, True]  # with those who did not state it
    more = [*age[:12], *["o"] * 8]
    later = make_results(frames(age=more, q=["a", "b"] * 10), settings(k=5), [Earlier(frozenset(range(1, 19)), first)])
    assert [group["values"] for group in later["groups"]["age"]] == [["o"], ["y"]]


def test_small_values_of_a_characteristic_are_pooled() -> None:
    values = ["a"] * 6 + ["b"] * 2 + ["c"] * 2 + [None]
    made = group_values(values, (), 5, ["a", "b", "c"])
    assert made is not None
    assert [(group.values, group.size, group.is_pooled) for group in made.groups] == [
        (("a",), 6, False),
        (("b", "c"), 5, True),
    ]


def test_one_blank_sex_and_one_old_person_disclose_nothing() -> None:
    sex = ["f"] * 8 + ["m"] * 10 + [None]
    results = make_results(frames(sex=sex, q=["a"] * 19), settings(k=5))
    assert results["profiles"]["sex"] == [
        {"values": ["f"], "size": 9, "pooled": True},
        {"values": ["m"], "size": 10, "pooled": False},
    ]
    assert results["items"]["sex"]["counts"] == {}
    named = make_results(frames(sex=sex, q=["a"] * 19), settings(k=5, names_everybody=True))
    assert named["profiles"] == {}
    assert named["items"]["sex"]["skipped"] == 1


def test_a_release_does_not_depend_on_the_order_of_the_responses() -> None:
    """Not even the order of options, groups or languages discloses which form came first."""
    draw = random.Random(2)  # noqa: S311
    rows = [(draw.choice("fm"), draw.choice("abc"), draw.choice(["en", "ru"])) for _ in range(14)]
    stored = set()
    for _ in range(5):
        draw.shuffle(rows)
        sex, q, languages = zip(*rows, strict=True)
        found = frames(sex=sex, q=q, many=[[one] for one in q])
        found.responses["language"] = languages
        stored.add(repr(make_results(found, settings(k=5))))
    assert len(stored) == 1


def test_groups_of_break_downs_join_groups_of_those_who_took_part() -> None:
    """Otherwise the two together would disclose that one did not state their age: 9 and 8 of "18 to 34"."""
    results = make_results(generated(19, 4), Settings(5, 20, KEY, default_plan(document())))
    named = {item.profile: item.name for item in document().items}
    assert set(results["profiles"]) >= {"1.2", "1.5"}
    for profile, groups in results["groups"].items():
        for group in groups if named[profile] in results["profiles"] else ():
            inside = [
                part for part in results["profiles"][named[profile]] if set(part["values"]) <= set(group["values"])
            ]
            assert sum(part["size"] for part in inside) == group["size"]
            assert any(part["pooled"] for part in inside) is group["pooled"]


def test_the_characteristic_in_reserve_is_used_where_another_has_no_groups() -> None:
    sex = ["f"] * 11 + ["m"]
    assert set(make_results(frames(sex=sex, age=["o", "y"] * 6, q=["a"] * 12), settings(k=5))["groups"]) == {"age"}
    many = Settings(5, 20, KEY, default_plan(document()))
    assert list(make_results(generated(40), many)["groups"]) == ["sex", "role", "age"]  # tenure is not needed
    women = generated(40)
    women.answers["1.6"] = "female"
    assert list(make_results(women, many)["groups"]) == ["role", "age", "tenure"]


@pytest.mark.parametrize(
    ("sizes", "k", "aim", "parts"),
    [
        ([11, 8], 5, 7, [[0], [1]]),
        ([5, 5, 9], 5, 7, [[0, 1], [2]]),
        ([6, 9, 6, 7, 7, 5], 5, 12, [[0, 1], [2, 3], [4, 5]]),
        ([6, 9, 6, 7, 7, 5], 5, 14, [[0, 1, 2], [3, 4, 5]]),
        ([5, 14], 5, 7, [[0], [1]]),  # smaller than the aim: better than none
        ([4, 15], 5, 7, None),
        ([52, 8], 10, 15, None),
        ([19], 5, 7, None),
        ([], 5, 7, None),
    ],
)
def test_groups_of_about_the_same_size(sizes: list[int], k: int, aim: int, parts: list[list[int]] | None) -> None:
    found = even_parts(sizes, k, aim)
    assert (found and [list(part) for part in found]) == parts


def test_twenty_roles_with_one_person_each_are_no_groups() -> None:
    options = [str(number) for number in range(20)]
    assert group_values(options, (), 5, []) is None
    in_order = group_values(options, (), 5, options)  # options that are neighbours in the form are joined
    assert in_order is not None
    assert [len(group.values) for group in in_order.groups] == [8, 12]


def test_everybody_skipped_is_published_because_it_follows_from_the_total() -> None:
    results = make_results(frames(sex=["f", "m"] * 6), settings(k=5))
    assert results["items"]["q"]["by"]["sex"]["skipped"] == [6, 6]


def test_six_women_on_one_side_are_withheld() -> None:
    scale = next(scale for scale in document().scales if scale.name == "adequacy")
    side = side_of(scale)
    assert side
    assert side("inadequate") == side("somewhat_inadequate") != side("neither")
    assert side("dont_know") == side("skipped")
    answers = ["inadequate", "somewhat_inadequate"] * 3 + ["adequate", "neither", "inadequate"] * 3 + ["adequate"] * 4
    groups = {"sex": ["f"] * 6 + ["m"] * 13}
    assert published("1", groups, answers, KEY, one_in=0) == {"sex": "whole"}
    assert published("1", groups, answers, KEY, one_in=0, side=side) == {}


def test_where_all_are_on_one_side_the_answers_themselves_are_protected() -> None:
    groups = {"sex": ["f"] * 6 + ["m"] * 7}
    assert published("1", groups, ["good"] * 6 + ["very good"] * 7, KEY, one_in=0, side=lambda answer: "good") == {}


def certain_in_every_world(tables: list[Sequence[Any]], answers: Sequence[str]) -> set[int]:
    """Respondents whose answer is the same in all data sets that agree with the tables, each by one grouping.

    None: not in that table.
    """

    def published_of(world: Sequence[str]) -> list[Any]:
        pairs = (zip(of, world, strict=True) for of in tables)
        return [sorted(Counter((group, said) for group, said in pair if group is not None).items()) for pair in pairs]

    real = published_of(answers)
    worlds = [world for world in product("ab", repeat=len(answers)) if published_of(world) == real]
    return {person for person in range(len(answers)) if len({world[person] for world in worlds}) == 1}


def test_respondents_who_are_alike_count_one_by_one(small_groups: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are looked at once, with their number; what is published is what looking at each of them publishes."""
    drawn = random.Random(5)  # noqa: S311 -- the same surveys each time
    surveys = [
        frames(
            sex=drawn.choices("fm", k=14),
            age=drawn.choices("oy", k=14),
            q=drawn.choices("abc", weights=(8, 1, 1), k=14),
            many=[drawn.choice((["x"], ["x", "y"], ["z"])) for _ in range(14)],
        )
        for _ in range(12)
    ]
    once = [make_results(found, settings()) for found in surveys]
    monkeypatch.setattr(making._Making, "_together", making._Making._each)
    each = [make_results(found, settings()) for found in surveys]
    assert once == each
    for item in ("q", "many"):  # some are published, and some are not
        assert len({bool(results["items"][item].get("by")) for results in once}) == 2


def test_two_releases_are_safe_together_where_each_alone_is() -> None:
    """Other groups of the same respondents: their table is published only if nothing follows from both."""
    draw, refused = random.Random(0), 0  # noqa: S311
    for _ in range(1000):
        count = draw.choice([9, 10])
        first, second, answers = (draw.choices(letters, k=count) for letters in ("wxyz", "uv", "ab"))
        if len(set(answers)) < 2 or certainty.certain([(group,) for group in first], answers):
            continue
        known = Known([(group,) for group in first], ["whole"], [False] * count)
        alone = published("q", {"g": second}, answers, KEY, one_in=0)
        together = published("q", {"g": second}, answers, KEY, one_in=0, known=known)
        if alone:
            assert bool(together) is not bool(certain_in_every_world([first, second], answers))
            refused += not together
    assert refused


def test_those_who_left_between_two_releases_follow_from_neither() -> None:
    """The earlier table includes them, the new one does not; their answers are protected like those of the others."""
    draw, refused = random.Random(1), 0  # noqa: S311
    for _ in range(1500):
        now, left = 8, 2
        first, answers = draw.choices("wxyz", k=now + left), draw.choices("ab", k=now + left)
        second = draw.choices("uv", k=now)
        before = [[*[True] * now, *[None] * left], [True] * (now + left), first]
        profiles = list(zip(*before, strict=True))
        alone = published("q", {"g": second}, answers[:now], KEY, one_in=0)
        if not alone or len(set(answers)) < 2 or certainty.certain(profiles, answers):
            continue
        known = Known(profiles, ["whole"] * 3, [False] * (now + left), answers[now:])
        together = published("q", {"g": second}, answers[:now], KEY, one_in=0, known=known)
        all_tables: list[Sequence[Any]] = [*before, [*second, *[None] * left]]
        assert bool(together) is not bool(certain_in_every_world(all_tables, answers))
        refused += not together
    assert refused


@pytest.mark.parametrize(("answers", "shown"), [("aaaaa", False), ("aabbc", True)])
def test_of_an_item_on_which_all_who_left_agreed_no_more_is_shown(answers: str, shown: bool) -> None:
    sex, q = ["f", "m"] * 9, ["a", "b", "c"] * 6
    first = make_results(frames(sex=[*sex, *"fmfmf"], q=[*q, *answers]), settings(k=5, characteristics=BOTH[:1]))
    left = frames(first=19, sex="fmfmf", q=answers)
    later = make_results(frames(sex=sex, q=q), settings(k=5), [Earlier(frozenset(range(1, 24)), first, left)])
    assert bool(later["items"]["q"]["by"]) is shown


SIDES = {"a": "good", "b": "good", "c": "bad", "d": "none"}
SEVEN = {"sex": "fffmmmm", "age": "oyyooyy"}  # profiles of one, two, two and two


def given_away_by_sides(lots: Sequence[dict[str, str]]) -> tuple[int, int]:
    """(outputs that disclose an answer, outputs with a table by sides) of all ratings of seven, in all these lots."""
    worlds: dict[tuple[Any, ...], list[tuple[str, ...]]] = defaultdict(list)
    for parts in product(*(combinations_with_replacement("abcd", size) for size in (1, 2, 2, 2))):
        answers = [answer for part in parts for answer in part]
        for lot in lots:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(breakdowns, "withheld_by_lot", lambda key, item, name, one_in, lot=lot: lot[name] == "-")
                patch.setattr(breakdowns, "by_sides_by_lot", lambda key, item, name, one_in, lot=lot: lot[name] == "s")
                shown = published("q", SEVEN, answers, KEY, side=SIDES.get)
            output: list[Any] = [sorted(answers)]
            for name, detail in shown.items():
                cells = zip(SEVEN[name], answers if detail == "whole" else map(SIDES.get, answers), strict=True)
                output.append((name, detail, sorted(map(str, cells))))
            worlds[repr(output),].append(tuple(answers))
    bad = 0
    for found in worlds.values():
        sides = {SIDES[answer] for answer in found[0]}
        if len(sides) > 1:
            profiles = (
                [{SIDES[world[at]] for at in places} for world in found] for places in ([0], [1, 2], [3, 4], [5, 6])
            )
            bad += any(len(set().union(*said)) == 1 for said in profiles)
    return bad, sum("'sides'" in output for (output,) in worlds)


LOTS = [dict(zip(("sex", "age"), drawn, strict=True)) for drawn in product(("", "s", "-"), repeat=2)]


def test_a_table_by_sides_does_not_disclose_why_the_whole_is_not_shown() -> None:
    bad, by_sides = given_away_by_sides(LOTS)
    assert (bad, bool(by_sides)) == (0, True)


def test_without_the_lot_of_sides_the_same_attacker_identifies_a_person() -> None:
    bad, by_sides = given_away_by_sides([lot for lot in LOTS if "s" not in lot.values()])
    assert bad
    assert by_sides


def test_newcomers_known_to_the_lead_do_not_withhold_a_table() -> None:
    sex = ["f"] * 6 + ["m"] * 6
    q = ["a", "b"] * 6
    first = make_results(frames(sex=sex, q=q), settings(k=5))
    more = frames(sex=[*sex, "f"], q=[*q, "a"])
    later = make_results(more, settings(k=5), [Earlier(frozenset(range(1, 13)), first)])
    assert later["items"]["q"]["by"]["sex"]["options"]["a"] == [4, 3]


def test_the_lot_is_the_same_in_every_release() -> None:
    def withheld(found: SurveyFrames) -> set[str]:
        return {
            code
            for code, item in make_results(found, Settings(5, 2, KEY, BOTH[:1]))["items"].items()
            if item.get("by") == {}
        }

    found = generated(40)
    assert withheld(found) == withheld(found)
    drawn = [name for name in document().by_name if breakdowns.withheld_by_lot(KEY, name, "sex", 2)]
    shown = make_results(found, Settings(5, 2, KEY, BOTH[:1]))["items"]
    assert all("sex" not in shown[code].get("by", {}) for code in drawn)


def test_a_large_release_stays_within_its_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """1000 respondents, 75 items, three characteristics, 20 roles: counted in programmes and nodes, not in seconds."""
    nodes: list[int] = []
    solve = certainty.milp

    def counted(*args: Any, **more: Any) -> Any:
        assert more["options"] == {"node_limit": certainty.NODES}
        found = solve(*args, **more)
        nodes.append(int(found.mip_node_count or 0))
        return found

    monkeypatch.setattr(certainty, "milp", counted)
    results = make_results(generated(1000), Settings(5, 20, KEY, default_plan(document())))
    assert len(results["groups"]) == 3
    assert (len(nodes) <= 150, sum(nodes) <= 150) == (True, True), (len(nodes), sum(nodes))


def test_undecided_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    class Undecided:
        status = 1
        x = None

    monkeypatch.setattr(certainty, "milp", lambda *args, **more: Undecided())
    profiles = [("f", "o"), ("f", "o"), ("m", "o"), ("m", "y"), ("m", "y")]
    assert certainty.certain(profiles, ["a", "a", "b", "a", "b"])
    assert np.isfinite(certainty.NODES)


@pytest.mark.parametrize(("responses", "aim"), [(1, 1), (7, 4), (19, 7), (40, 12), (60, 15), (200, 34), (1000, 100)])
def test_the_aim_for_groups_grows_more_slowly_than_the_survey(responses: int, aim: int) -> None:
    assert group_aim(responses) == aim


def test_a_release_without_groups_sets_no_smallest_group() -> None:
    few = Earlier(frozenset(), {"responses": 3, "versions": [1]})
    none = Earlier(frozenset(), {"k": 10, "groups": {}})
    assert group_size(20, 5, [few, none]) == 5


def test_what_is_stored_of_twelve_respondents() -> None:
    """Six and six, seven and five; every third chose a: by sex two and two, by age three and one."""
    found = frames(sex=["f", "m"] * 6, age=["o"] * 7 + ["y"] * 5, q=["a", "b", "c"] * 4)

    def item(asked: int, answered: int, counts: dict[str, int], **by: Any) -> dict[str, Any]:
        stored = {"asked": asked, "answered": answered, "dont_know": 0, "skipped": asked - answered, "counts": counts}
        return stored | {"versions": [1]} | by

    def table(options: dict[str, list[int]], answered: list[int], skipped: list[int]) -> dict[str, Any]:
        return {"options": options, "answered": answered, "dont_know": [0, 0], "skipped": skipped}

    def group(value: str, size: int) -> dict[str, Any]:
        return {"values": [value], "size": size, "pooled": False}

    by_sex = table({"a": [2, 2], "b": [2, 2], "c": [2, 2]}, [6, 6], [0, 0])
    by_age = table({"a": [3, 1], "b": [2, 2], "c": [2, 2]}, [7, 5], [0, 0])
    nobody = {"sex": table({}, [0, 0], [6, 6]), "age": table({}, [0, 0], [7, 5])}
    assert make_results(found, settings(k=5)) == {
        "responses": 12,
        "versions": [1],
        "k": 5,
        "items": {
            "sex": item(12, 12, {"f": 6, "m": 6}),
            "age": item(12, 12, {"o": 7, "y": 5}),
            "q": item(12, 12, {"a": 4, "b": 4, "c": 4}, by={"sex": by_sex, "age": by_age}),
            "after": item(4, 0, {"a": 0, "b": 0}),
            "many": item(12, 0, {"x": 0, "y": 0, "z": 0}, by=nobody),
        },
        "groups": {"sex": [group("f", 6), group("m", 6)], "age": [group("o", 7), group("y", 5)]},
        "profiles": {},
        "languages": [group("en", 12)],
    }


@pytest.mark.parametrize(
    ("languages", "everybody", "found"),
    [
        ("e" * 5 + "r" * 6, False, [("r", 6, False), ("e", 5, False)]),
        ("r" * 5 + "e" * 5, False, [("e", 5, False), ("r", 5, False)]),
        ("r" * 3 + "k" * 3 + "e" * 6, False, [("e", 6, False), ("kr", 6, True)]),
        ("r" * 3 + "k" * 3 + "e" * 6, True, [("e", 6, False), ("k", 3, False), ("r", 3, False)]),
        ("r" * 3 + "e" * 6, False, []),
    ],
)
def test_small_languages_are_joined(languages: str, everybody: bool, found: list[tuple[str, int, bool]]) -> None:
    answers = frames(q="a" * len(languages))
    answers.responses["language"] = list(languages)
    stored = make_results(answers, settings(k=5, names_everybody=everybody))["languages"]
    assert [("".join(one["values"]), one["size"], one["pooled"]) for one in stored] == found


def earlier(members: set[int], left: SurveyFrames | None = None, **items: Any) -> Earlier:
    groups = {"sex": [{"values": [one], "size": 5, "pooled": False} for one in "fm"]}
    results = {"responses": len(members), "versions": [1], "k": 3, "items": items, "groups": groups}
    return Earlier(frozenset(members), results, left)


def without_q(found: SurveyFrames) -> SurveyFrames:
    """As from a version of the questionnaire that asked for the sex alone."""
    document = survey(question("sex", "f", "m", profile="sex"))
    return SurveyFrames(found.responses, found.answers[["sex"]], (Version(1, "other", document, 1),))


def known(k: int, sex: str = "fmfmfm", *before: Earlier) -> Known:
    found = frames(sex=[one if one != "-" else None for one in sex], q="abcabc")
    return making._Making(found, settings(k=k), before)._known(SMALL.by_name["q"])


def test_what_earlier_releases_disclosed_of_each_respondent() -> None:
    """Of the respondents 1 to 6 four were in the first release, with 7 and 8, who left; its table by sex was whole. Of
    the second, with 1 to 5 and 9, of whom nothing is stored any more, the table was by sides."""
    first = earlier({1, 2, 3, 4, 7, 8}, frames(first=7, sex="fm", q="bc"), q={"by": {"sex": {"options": {}}}})
    second = earlier({1, 2, 3, 4, 5, 9}, q={"by": {"sex": {"sides": {}}}})
    other = without_q(frames(first=9, sex="f"))
    found = known(2, "fmfmf-", earlier({1, 2}, other, sex={}), earlier({1, 2}), first, second)
    assert found.groups == [
        # now, first release, by sex, second release, by sex
        (True, True, 0, True, 0),
        (True, True, 1, True, 1),
        (True, True, 0, True, 0),
        (True, True, 1, True, 1),
        (True, None, None, True, 0),
        (True, None, None, None, None),
        (None, True, 0, None, None),
        (None, True, 1, None, None),
    ]
    assert found.cells == ["whole", "whole", "whole", "whole", "sides"]
    assert list(found.answers) == ["b", "c"]
    assert found.told == [False] * 5 + [True] + [False] * 2  # 6 alone came after the second release


def test_those_disclosed_to_the_lead_are_fewer_than_the_threshold() -> None:
    first = earlier({1, 2, 3, 4, 7, 8}, frames(first=7, sex="fm", q="bc"), q={})
    assert known(2, "fmfmfm", first).told == [False] * 8
    assert known(3, "fmfmfm", first).told == [False] * 4 + [True] * 4
    assert known(3, "fmfmfm", first).cells == ["whole", "whole"]


def test_who_stated_none_or_another_value_is_pooled_in_the_table_of_an_earlier_release() -> None:
    first = earlier({1, 2, 3, 7}, frames(first=7, sex=["x"], q="b"), q={"by": {"sex": {"options": {}}}})
    assert [group for *_, group in known(2, "f-mfmf", first).groups] == [0, POOLED, 1, None, None, None, POOLED]


def test_what_is_known_of_those_who_left_with_an_older_version() -> None:
    """Not asked for their age, or with two options where one can be chosen now: then their answers are not used."""
    left = frames(first=7, sex="fm", q="bc")
    without = Version(2, "old", survey(question("sex", "f", "m", profile="sex")), 1)
    older = SurveyFrames(left.responses, left.answers[["sex", "q"]], (*left.versions, without))
    first = earlier({1, 2, 3, 4, 7, 8}, older, q={"by": {"sex": {"options": {}}}})
    assert list(known(2, "fmfmfm", first).answers) == ["b", "c"]
    assert [group for *_, group in known(2, "fmfmfm", first).groups][6:] == [0, 1]
    two = earlier({1, 7, 8}, frames(first=7, sex="fm", q=["b", ["b", "c"]]), q={"by": {}})
    assert list(known(2, "fmfmfm", two).answers) == []


def test_an_earlier_table_by_what_not_all_were_asked_now_pools_the_present_respondents() -> None:
    found = made(SMALL, OLD, sex="fmfmf", q="abcab")
    first = earlier({1, 2, 3, 6}, frames(first=6, sex="m", q="b"), q={"by": {"sex": {"options": {}}}})
    groups = making._Making(found, settings(k=2), [first])._known(SMALL.by_name["q"]).groups
    assert [group for *_, group in groups] == [POOLED, POOLED, POOLED, None, None, 1]


def took_part(roles: Sequence[Any], *before: Earlier) -> list[Any]:
    """Role is asked after a question, and after the sex, of which no value is small."""
    sex = question("sex", "f", "m", profile="sex")
    asked = survey(question("q", "x", "y"), sex, question("role", *"abcdef", profile="role"))
    characteristics = (Characteristic("role"),)
    answers = made(asked, role=roles, sex=["f", "m"] * (len(roles) // 2))
    found = make_results(answers, settings(k=5, characteristics=characteristics), before)
    assert set(found["profiles"]) == {"role"}
    return [("".join(one["values"]), one["size"], one["pooled"]) for one in found["profiles"]["role"]]


def before_by_role(*groups: tuple[str, bool]) -> Earlier:
    stored = [{"values": list(values), "size": 9, "pooled": pooled} for values, pooled in groups]
    return Earlier(frozenset(), {"k": 5, "items": {}, "groups": {"role": stored}})


def test_participants_are_shown_in_finer_groups_in_the_first_release_only() -> None:
    roles = "a" * 12 + "b" * 6 + "c" * 6 + "d" * 2
    assert took_part(roles) == [("a", 12, False), ("b", 6, False), ("cd", 8, False)]
    assert took_part(roles, before_by_role(("a", False), ("bcd", False))) == [("a", 12, False), ("bcd", 14, False)]
    none = before_by_role(("abc", False), ("def", True))  # of which one has too few now
    assert took_part("a" * 6 + "b" * 6 + "d" * 2, none) == [("a", 6, False), ("bd", 8, False)]


def test_who_does_not_know_a_characteristic_has_not_stated_it() -> None:
    roles = [*"aaaaaa", *"bbbbbb", *["dont_know"] * 3, *[None] * 3]
    assert role_groups(roles) == [("a", 6, False), ("b", 12, True)]


def test_of_an_item_that_no_release_had_nothing_is_known() -> None:
    assert known(2, "fmfmfm", earlier({1, 2}, sex={})) is breakdowns.NOTHING_KNOWN
    assert known(2) is breakdowns.NOTHING_KNOWN


def made(document: schema.Survey, *older: schema.Survey, **answers: Sequence[Any]) -> SurveyFrames:
    """The answers in versions of a questionnaire, the newest first. The respondents of an older one come last: one
    each."""
    count = len(next(iter(answers.values())))
    versions = tuple(Version(1 + at, "made", one, 1) for at, one in enumerate([document, *older]))
    number = [1] * (count - len(older)) + list(range(2, len(older) + 2))
    cells = {code: list(answers.get(code, [None] * count)) for code in document.by_name}
    rows = [[f"s{n}", "en", "web", number[n - 1], n] for n in range(1, count + 1)]
    return SurveyFrames(pd.DataFrame(rows, columns=RESPONSE_COLUMNS), pd.DataFrame(cells, dtype=object), versions)


ROLES = survey(question("role", *"abcdef", profile="role"), question("q", "x", "y", "dont_know"))


def role_groups(roles: Sequence[Any], *before: Earlier, units: tuple[tuple[str, ...], ...] = ()) -> list[Any]:
    characteristics = (Characteristic("sex"), Characteristic("role", units))  # nobody was asked for the sex
    found = make_results(made(ROLES, role=roles), settings(k=5, characteristics=characteristics), before)
    assert set(found["groups"]) <= {"role"}
    return [("".join(one["values"]), one["size"], one["pooled"]) for one in found["groups"].get("role", ())]


def test_values_pooled_in_an_earlier_release_stay_pooled() -> None:
    groups = [("a", 6, False), ("bc", 6, False), ("de", 5, True)]
    stored = [{"values": list(values), "size": size, "pooled": pooled} for values, size, pooled in groups]
    before = Earlier(frozenset(), {"k": 5, "items": {}, "groups": {"role": stored}})
    other = Earlier(frozenset(), {"k": 5, "items": {}, "groups": {}})
    roles = [*"a" * 12, *"b" * 6, *"c" * 6, *"d" * 11, None]
    for one in (roles, [*roles[:-1], "d"]):
        assert role_groups(one, before, other) == [("a", 12, False), ("bc", 12, False), ("d", 12, True)]
    assert role_groups([*roles[:-1], "d"]) == [("a", 12, False), ("bc", 12, False), ("d", 12, False)]


def test_a_pool_of_more_than_three_values_comes_last_as_other() -> None:
    roles = [*"aabcd", None, *"eeeeee", *"ffffff"]
    assert role_groups(roles) == [("ef", 12, False), ("abcd", 6, True)]
    assert role_groups(roles, units=(("a", "b"),)) == [("abcd", 6, True), ("ef", 12, False)]


OLD = survey(question("q", "x", "y", "dont_know"))


def test_a_question_missing_in_an_older_version_is_counted_and_not_broken_down() -> None:
    """The last of twelve had a version with one question alone: its table, too, is by no characteristic."""
    document = survey(question("sex", "f", "m", profile="sex"), *(question(name, "x", "y") for name in "qr"))
    found = make_results(
        made(document, OLD, sex=[*"fm" * 5, "f", None], q="xy" * 6, r=[*"xy" * 5, "x", None]), settings(k=5)
    )
    items = found["items"]
    assert found["groups"] == {}
    assert {code: (item["asked"], item["versions"]) for code, item in items.items()} == {
        "sex": (11, [1]),
        "q": (12, [1, 2]),
        "r": (11, [1]),
    }
    assert {code for code, item in items.items() if "by" in item} == {"q"}
    assert (items["q"]["by"], found["versions"]) == ({}, [1, 2])


def test_an_item_that_depends_on_another_is_not_broken_down_even_if_all_were_asked() -> None:
    found = make_results(frames(sex="fm" * 6, q="a" * 12, after="ab" * 6), settings(k=5))
    assert found["items"]["after"]["asked"] == 12
    assert {code for code, item in found["items"].items() if "by" in item} == {"q", "many"}


def with_conditions(conditions: dict[str, str]) -> schema.Survey:
    items = [question("q", "a", "b"), question("many", "x", "y") | {"type": "select_multiple"}, question("r", "a", "b")]
    return survey(
        *[
            one | ({"relevant": parse_condition(conditions[one["name"]])} if one["name"] in conditions else {})
            for one in items
        ]
    )


def asked(
    document: schema.Survey, *older: schema.Survey, days: Sequence[date] = (), **answers: Sequence[Any]
) -> list[bool]:
    found = made(document, *older, **answers)
    return list(Answers(replace(found, days=tuple(days))).asked("r"))


def test_the_base_of_an_item_are_those_whom_its_condition_reaches() -> None:
    only_x = with_conditions({"r": "${many} = 'x'"})
    many = [["x"], ["x", "y"], ["y"], None]
    assert asked(only_x, q="aaaa", many=many) == [True, False, False, False]
    assert asked(with_conditions({"r": "selected(${many}, 'x')"}), q="aaaa", many=many) == [True, True, False, False]
    assert asked(only_x, q="aaaa", many=many, r=[None, "b", None, None]) == [True, True, False, False], "on paper"
    assert asked(with_conditions({"r": "false()"}), q="ab") == [False, False]
    assert asked(with_conditions({"r": "not(${q} = 'a')"}), q=["a", "b", None]) == [False, True, True]


def test_each_form_is_asked_by_the_conditions_of_its_version_on_its_day() -> None:
    new, old = with_conditions({"r": "${q} = 'a'"}), with_conditions({})
    assert asked(new, old, q="abb") == [True, False, True]
    today = with_conditions({"r": "today() >= date('2026-06-01')"})
    assert asked(today, q="ab", days=[date(2026, 5, 31), date(2026, 6, 1)]) == [False, True]


def test_dont_know_is_counted_apart_from_the_options() -> None:
    found = make_results(made(ROLES, role="a" * 6, q=["x", "x", "y", "dont_know", "dont_know", None]), settings(k=5))
    assert found["items"]["q"]["counts"] == {"x": 2, "y": 1}
    assert [found["items"]["q"][name] for name in ("answered", "dont_know", "skipped")] == [3, 2, 1]


def test_of_a_characteristic_with_small_values_only_the_number_asked_is_stored() -> None:
    found = make_results(frames(sex=["f"] * 5 + ["m"], q=["a"] * 6), settings(k=5))
    nothing = {"asked": 6, "answered": 0, "dont_know": 0, "skipped": 0, "counts": {}, "versions": [1]}
    assert found["items"]["sex"] == nothing
    assert found["profiles"]["sex"] == []


def test_numbers_and_dates_of_fewer_than_the_threshold_are_not_stored() -> None:
    texts = {"text": {"en": "How many?"}}
    document = survey(
        *({"name": f"n{count}", "type": "integer", **texts} for count in (4, 5)),
        *({"name": f"d{count}", "type": "date", **texts} for count in (4, 5)),
    )
    answers = {f"n{count}": [7] * count + [None] * (6 - count) for count in (4, 5)}
    answers |= {f"d{count}": ["2016-01-20"] * count + [None] * (6 - count) for count in (4, 5)}
    items = make_results(made(document, **answers), settings(k=5))["items"]
    assert {code: {"numbers", "days"} & set(item) for code, item in items.items()} == {
        "n4": set(),
        "n5": {"numbers"},
        "d4": set(),
        "d5": {"days"},
    }
    assert items["n5"]["numbers"]["values"] == ["7"] * 5
    assert items["d5"]["days"]["range"] == ["2016-01-20", "2016-01-20"]


def asked_to_publish(monkeypatch: pytest.MonkeyPatch, *given: Any, detail: str = "whole") -> dict[str, dict[str, Any]]:
    """Item -> by what limits it was decided which of its tables are published."""
    asked: dict[str, dict[str, Any]] = {}

    def decide(item: str, groups: Any, answers: Any, key: bytes, **limits: Any) -> dict[str, str]:
        asked[item] = limits
        return {"sex": detail} if "sex" in groups else {}

    monkeypatch.setattr(making, "published", decide)
    monkeypatch.setattr(making, "published_several", decide)
    make_results(*given)
    return asked


def test_how_many_options_may_be_chosen_is_widened_by_what_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers of an earlier version, or on paper, may break the limits of the form."""
    several = [question(name, *"xyzw") | {"type": "select_multiple"} for name in ("free", "two", "broken")]
    few = question("few", *"xyzw") | {"type": "select_multiple", "min": 1, "max": 3}
    document = survey(few, *several[:1], *(one | {"min": 2, "max": 2} for one in several[1:]))
    chosen = {
        "few": [["x"]] * 6,
        "free": [["x", "y"]] * 6,
        "two": [["x", "y"]] * 5 + [None],
        "broken": [["x"], ["x", "y", "z"]] * 3,
    }
    asked = asked_to_publish(monkeypatch, made(document, **chosen), settings(k=5, one_in=7))
    assert {item: (limits["least"], limits["most"]) for item, limits in asked.items()} == {
        "few": (1, 3),
        "free": (1, None),
        "two": (2, 2),
        "broken": (1, 3),
    }
    assert {(limits["one_in"], limits["known"]) for limits in asked.values()} == {(7, breakdowns.NOTHING_KNOWN)}


@pytest.mark.parametrize(("responses", "by_sides"), [(59, True), (60, False)])
def test_tables_by_sides_are_for_small_surveys(monkeypatch: pytest.MonkeyPatch, responses: int, by_sides: bool) -> None:
    found = generated(responses)
    asked = asked_to_publish(monkeypatch, found, Settings(5, 20, KEY, default_plan(document())))
    assert asked["3.1.5"]["by_sides"] is by_sides
    side = asked["3.1.5"]["side"]
    points = ("adequate", "neither", "inadequate", "dont_know", "skipped")
    assert [side(one) for one in points] == ["favourable", "middle", "unfavourable", "no_rating", "no_rating"]
    stored = make_results(found, Settings(5, 20, KEY, default_plan(document())))["items"]
    assert set(stored["3.1.5"]["by"]["sex"]) == {"options", "answered", "dont_know", "skipped"}  # whole, as was decided
    asked_to_publish(monkeypatch, found, Settings(5, 20, KEY, default_plan(document())), detail="sides")
    stored = make_results(found, Settings(5, 20, KEY, default_plan(document())))["items"]
    assert set(stored["3.1.5"]["by"]["sex"]) == {"sides", "no_rating"}
    assert set(stored["2.2"]["by"]["sex"]) == {"options", "answered", "dont_know", "skipped"}  # it has no sides


def test_what_is_known_of_several_options_is_passed_on_too(monkeypatch: pytest.MonkeyPatch) -> None:
    first = earlier({1, 2, 3, 4, 5, 6}, many={"by": {}}, q={"by": {}})
    asked = asked_to_publish(monkeypatch, frames(sex="fmfmfm", q="abcabc"), settings(k=5), [first])
    assert asked["many"]["known"].groups == asked["q"]["known"].groups == [(True, True)] * 6


def grouped(values: Sequence[Any], order: str, *units: str, k: int = 5, only_units: bool = False) -> list[Any]:
    found = group_values(values, tuple(map(tuple, units)), k, list(order), only_units=only_units)
    assert found is not None
    assert Counter(found.of) == {at: group.size for at, group in enumerate(found.groups)}
    return [("".join(group.values), group.size, group.is_pooled) for group in found.groups]


def test_groups_are_in_the_order_of_the_form_or_the_largest_first() -> None:
    assert grouped("aaaddbbbbb", "abcd", "ad") == [("ad", 5, False), ("b", 5, False)]
    assert grouped("bbbbbaaaaaa", "") == [("a", 6, False), ("b", 5, False)]
    assert grouped("bbbbbbaaaaa", "") == [("b", 6, False), ("a", 5, False)]
    assert grouped("bbbbbaaaaa", "") == [("a", 5, False), ("b", 5, False)]
    assert grouped([*"bbbbbaaaaa", *[None] * 7], "") == [("a", 5, False), ("b", 5, False), ("", 7, True)]
    assert grouped([*"bbbbbaaaaa", *[None] * 7], "ab") == [("a", 5, False), ("b", 5, False), ("", 7, True)]


def test_values_outside_of_the_units_are_pooled_in_the_order_of_the_form() -> None:
    values = [*"aaaaa", *"yyzz", *"qp", None]
    assert grouped(values, "zya", "a", only_units=True) == [("zypq", 7, True), ("a", 5, False)]


def test_with_a_threshold_of_one_no_values_are_joined() -> None:
    assert grouped("ab", "ab", k=1) == grouped("ab", "ab", k=0) == [("a", 1, False), ("b", 1, False)]


@pytest.mark.parametrize(
    ("first", "units", "comes_last"),
    [
        (Group(("a", "b", "c", "d"), 6, True), (), True),
        (Group(("a", "b", "c"), 6, True), (), False),
        (Group(("a", "b", "c", "d"), 6, True), (("a", "b"),), False),  # three names
        (Group(("a", "b", "c", "d", "f"), 6, True), (("a", "b"),), True),
        (Group(("a", "b", "c", "d"), 6, False), (), False),  # joined by the plan
    ],
)
def test_others_come_last(first: Group, units: tuple[tuple[str, ...], ...], comes_last: bool) -> None:
    second, third = Group(("e",), 6), Group(("g",), 6)
    found = others_last(Groups((first, second, third), (0, 1, 2, 0)), units)
    if comes_last:
        assert found == Groups((second, third, first), (2, 0, 1, 2))
    else:
        assert found == Groups((first, second, third), (0, 1, 2, 0))


def test_ratings_are_counted_by_group_and_side() -> None:
    groups = Groups((Group(("f",), 3), Group(("m",), 4)), (0, 1, 1, 0, 1, 0, 1))
    side = {"good": "favourable", "bad": "unfavourable", "so": "middle", "skipped": "no_rating"}
    answers = ["good", "good", "good", "bad", "so", "skipped", "good"]
    assert sides_of(answers, groups, side.__getitem__) == {
        "sides": {"favourable": [1, 3], "middle": [0, 1], "unfavourable": [1, 0]},
        "no_rating": [1, 0],
    }


def test_a_scale_without_a_favourable_end_has_no_sides() -> None:
    scale = next(scale for scale in document().scales if scale.favourable)
    assert side_of(scale)
    assert side_of(scale.model_copy(update={"favourable": None})) is None
    assert side_of(None) is None


CELLS = ["a", "b", "c", "a", "b", None, "", "of another version", "dont_know", ["a"]]
LISTS = [["x"], ["x", "y"], ["y", "x"], ["z", "dont_know"], ["dont_know"], [], None, "y", ["x", "x"], ["strange"]]


def one_by_one(answers: Sequence[Any], of: Sequence[int], groups: int) -> dict[str, Any]:
    """A table counted respondent by respondent, without any of the code that counts them together."""
    found: dict[str, Any] = {"options": {}, **{name: [0] * groups for name in ("answered", "dont_know", "skipped")}}
    for answer, group in zip(answers, of, strict=True):
        chosen = set(answer if isinstance(answer, list) else [answer]) - {None, ""}
        if not chosen or chosen == {"dont_know"}:
            found["dont_know" if chosen else "skipped"][group] += 1
            continue
        found["answered"][group] += 1
        for option in chosen - {"dont_know"}:
            found["options"].setdefault(option, [0] * groups)[group] += 1
    return found


def test_tables_are_those_of_counting_respondents_one_by_one() -> None:
    tables = 0
    for seed in range(12):
        draw = random.Random(seed)  # noqa: S311
        people = draw.choice([12, 25, 61])
        who = {"sex": draw.choices(["f", "m", None], [6, 6, 1], k=people), "age": draw.choices("oy", k=people)}
        said = {"q": draw.choices(CELLS, k=people), "many": draw.choices(LISTS, k=people)}
        results = make_results(frames(**who, **said), settings(k=2))
        for item, answers in said.items():
            found = results["items"][item]
            total = one_by_one(answers, [0] * people, 1)
            assert {option: [count] for option, count in found["counts"].items() if count} == total["options"]
            bases = [found[name] for name in ("answered", "dont_know", "skipped")]
            assert bases == [total[name][0] for name in ("answered", "dont_know", "skipped")]
            for profile, table in found["by"].items():
                groups = results["groups"][profile]
                place = {value: at for at, group in enumerate(groups) for value in group["values"]}
                pooled = next((at for at, group in enumerate(groups) if group["pooled"]), 0)
                of = [place.get(value or "", pooled) for value in who[profile]]
                assert table == one_by_one(answers, of, len(groups))
                tables += 1
    assert tables > 20
