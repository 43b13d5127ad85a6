"""Answers by number, against the same answers one by one."""

import random
from collections import Counter
from typing import Any

import numpy as np
import pytest

from analysis.statistics.certainty import Chosen, Several, certain, certain_several, margin, margin_several
from analysis.statistics.coded import Coded, Coder, crossed
from analysis.statistics.counts import INVALID, alike, count_answers
from analysis.statistics.ranking import rank

ANSWERS = [None, "", " ", "a", "b", "dont_know", ["a"], ["a", "b"], ["b", "a"], ["dont_know"], [], 1, 1.0, True, 2.5]


def same(found: Any, expected: list[Any]) -> bool:
    return list(map(repr, found)) == list(map(repr, expected))


@pytest.mark.parametrize("seed", range(20))
def test_answers_by_number_are_the_answers(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    few = draw.sample(ANSWERS, draw.randint(1, len(ANSWERS)))
    answers = [draw.choice(few) for _ in range(draw.randint(0, 40))]
    coder = Coder()
    for start in range(0, len(answers), 7):
        coder.add(answers[start : start + 7])
    for coded in (Coded.of(answers), coder.coded()):
        assert (len(coded), same(coded, answers), same(coded.objects(), answers)) == (len(answers), True, True)
        assert same([coded[at] for at in range(len(coded))], answers)
        assert same(coded[2:5], answers[2:5])
        assert sum(coded.times) == len(answers)
        assert len(set(map(repr, coded.kinds))) == len(coded.kinds)
        assert alike(coded) == alike(answers)
        assert coded.are(lambda one: one == "a").tolist() == [one == "a" for one in answers]
        assert same(coded.map(str), list(map(str, answers)))
        mask = [draw.random() < 0.5 for _ in answers]
        kept = coded.where(np.array(mask, dtype=bool))
        assert same(kept, [one for one, is_in in zip(answers, mask, strict=True) if is_in])
        assert all(kept.times)
        assert count_answers(coded, ["a", "b"]) == count_answers(answers, ["a", "b"])


def test_what_a_table_puts_for_nothing_is_one_kind() -> None:
    coded = Coded.of([float("nan"), 1.0, float("nan")])
    assert coded.times == [2, 1]
    assert count_answers(coded, []).skipped == 2


def test_what_was_read_before_the_first_list_or_number_stays() -> None:
    coder = Coder()
    for part in (["a", "b"], ["b", ["x"]], ["a", 1, 1.0], ["c"]):
        coder.add(part)
    coded = coder.coded()
    assert same(coded, ["a", "b", "b", ["x"], "a", 1, 1.0, "c"])
    assert coded.codes.tolist() == [0, 1, 1, 2, 0, 3, 4, 5]


def test_kinds_that_nobody_has_are_counted_and_left_out() -> None:
    coded = Coded(("a", "b", "c", ["d"]), np.array([1, 1]))
    assert coded.times == [0, 2, 0, 0]
    assert dict(coded.counter()) == {"b": 2}
    kept = coded.where(np.array([True, False]))
    assert (kept.kinds, kept.codes.tolist()) == (("b",), [0])


def test_an_invalid_answer_stays_one() -> None:
    assert count_answers(Coded.of(["a", INVALID, INVALID]), ["a"]).invalid == 2


def test_seventy_thousand_different_rankings_are_counted() -> None:
    draw = random.Random(1)  # noqa: S311
    options = [f"o{n}" for n in range(45)]
    orders = [draw.sample(options, 3) for _ in range(70_000)]
    found = rank(Coded.of(orders), options, 3)
    for place in range(3):
        times = Counter(order[place] for order in orders)
        assert [one.by_place[place] for one in found.options] == [times[option] for option in options]


def test_sorts_are_of_those_who_are_alike_in_all_columns() -> None:
    columns = [np.array([1, 0, 1, 1, 0]), np.array([2, 2, 0, 2, 2])]
    first, sort = crossed(columns, 5)
    assert (first.tolist(), sort.tolist()) == ([0, 1, 2], [0, 1, 2, 0, 1])
    first, sort = crossed([], 3)
    assert (first.tolist(), sort.tolist()) == ([0], [0, 0, 0])
    for part in (*crossed([np.array([], dtype=int)], 0), Coded.of([]).codes):
        assert (part.tolist(), part.dtype.kind) == ([], "i")


@pytest.mark.parametrize("seed", range(20))
def test_sorts_are_numbered_in_the_order_in_which_they_are_found(seed: int) -> None:
    draw = np.random.default_rng(seed)
    columns = [draw.integers(0, size, 200) for size in draw.integers(1, 9, draw.integers(1, 5))]
    numbers: dict[tuple[int, ...], int] = {}
    found = [numbers.setdefault(key, len(numbers)) for key in zip(*(one.tolist() for one in columns), strict=True)]
    first, sort = crossed(columns, 200)
    assert sort.tolist() == found
    assert first.tolist() == [found.index(number) for number in range(len(numbers))]


def test_many_columns_of_many_numbers_stay_apart() -> None:
    columns = [np.arange(300) % 7 * 10_000 for _ in range(20)]
    assert len(crossed(columns, 300)[0]) == 7


def test_lists_are_numbered_as_they_are_kept() -> None:
    coder = Coder()
    coder.add(["a", ["x", "y"], None, ["x", "y"], ["a"]])
    coder.add([1, 1.0, ["x", "y"], True])
    found = coder.coded()
    assert list(found) == ["a", ["x", "y"], None, ["x", "y"], ["a"], 1, 1.0, ["x", "y"], True]
    assert found.codes.tolist() == [0, 1, 2, 1, 3, 4, 5, 1, 6]


@pytest.mark.parametrize("seed", range(30))
def test_respondents_who_are_alike_can_be_counted_together(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    people = [(draw.choice("ab"), draw.choice("cde"), draw.choice("xyz")) for _ in range(draw.randint(4, 14))]
    together = Counter(people)
    times = list(together.values())

    def profiles(of: Any) -> list[Any]:
        return [one[:2] for one in of]

    def answers(of: Any) -> list[str]:
        return [one[2] for one in of]

    side = {"x": "good", "y": "good", "z": "bad"}.__getitem__
    for kind in (str, side):
        assert certain(profiles(together), answers(together), kind, times=times) == certain(
            profiles(people), answers(people), kind
        )
        for place in (0, 1):
            assert margin([one[place] for one in together], answers(together), kind, times) == margin(
                [one[place] for one in people], answers(people), kind
            )
    several = {"x": Several(frozenset("pq")), "y": Several(frozenset("p")), "z": Several(state="skipped")}

    def chosen(of: Any, *more: Any) -> Chosen:
        return Chosen.of(profiles(of), [several[one] for one in answers(of)], *more)

    assert chosen(together, times) == chosen(people)
    assert certain_several(chosen(together, times)) == certain_several(chosen(people))
    for place in (0, 1):
        part = Chosen.of([(one[place],) for one in people], [several[one[2]] for one in people])
        assert chosen(people).by([place]) == part
        assert margin_several(chosen(together, times).by([place])) == margin_several(part)
