"""What is published of an item; lots are drawn only once."""

import hmac

import pytest

from analysis.statistics import breakdowns
from analysis.statistics.breakdowns import (
    NOTHING_KNOWN,
    ONE_IN,
    Known,
    by_sides_by_lot,
    published,
    published_several,
    withheld_by_lot,
)
from analysis.statistics.certainty import Chosen, Several

KEY = b"k" * 32
GROUPS = {"sex": ["f"] * 6 + ["m"] * 13, "age": ["o", "y"] * 9 + ["o"]}
ALIKE = ["a"] * 7 + ["b"] * 4 + ["c"] * 3 + ["d"] * 3 + ["e"] * 2  # all women answered "a"
MIXED = ["a", "a", "b"] * 6 + ["b"]
SEX, AGE, TOGETHER = list("fmfmmffmf"), list("yoyoooyoy"), list("bbbabbaaa")  # each table is safe, both together not
# Of eight, one is a young man. By sex and age in full he said "bad": only young people did, and only one man. By
# sides nothing follows: two of the four men and two of the four young people rated unfavourably.
RATED = {"sex": list("ffmmfmfm"), "age": list("oyoyyoyo")}
RATINGS = ["very bad", "bad", "very good", "bad", "good", "very bad", "very good", "very good"]


def favourable(answer: str) -> bool:
    return answer in ("good", "very good")


def test_all_women_alike_are_not_published_and_the_next_characteristic_is() -> None:
    assert published("1", GROUPS, ALIKE, KEY, one_in=0) == {"age": "whole"}


def test_the_sides_of_a_scale_are_protected_where_asked() -> None:
    rating = ["bad", "very bad"] * 3 + ["good", "bad"] * 6 + ["good"]
    assert "sex" in published("1", GROUPS, rating, KEY, one_in=0)
    assert "sex" not in published("1", GROUPS, rating, KEY, one_in=0, side=lambda answer: answer == "good")


def test_several_options() -> None:
    fair = [Several(frozenset("x")), Several(frozenset("xy")), Several(frozenset("y"))] * 6 + [Several(frozenset("x"))]
    assert published_several("1", GROUPS, fair, KEY, one_in=0) == {"sex": "whole", "age": "whole"}
    women = [Several(frozenset("x"))] * 6 + fair[6:]
    assert published_several("1", GROUPS, women, KEY, one_in=0) == {"age": "whole"}


def test_a_lot_depends_on_the_secret_the_item_and_the_characteristic_alone() -> None:
    drawn = [(item, name) for item in map(str, range(400)) for name in GROUPS if withheld_by_lot(KEY, item, name)]
    assert 20 <= len(drawn) <= 60  # one in twenty of 800
    assert drawn == [
        (item, name) for item in map(str, range(400)) for name in GROUPS if withheld_by_lot(KEY, item, name)
    ]
    assert drawn != [
        (item, name) for item in map(str, range(400)) for name in GROUPS if withheld_by_lot(b"x", item, name)
    ]
    item, name = drawn[0]
    assert name not in published(item, GROUPS, MIXED, KEY)
    assert name in published(item, GROUPS, MIXED, KEY, one_in=0)
    assert not withheld_by_lot(KEY, item, name, one_in=0)


def test_a_lot_is_drawn_with_the_secret_and_never_otherwise() -> None:
    """A lot drawn in another way after an update would show tables that were withheld before."""
    assert ONE_IN == 20
    for item in map(str, range(60)):
        number = int.from_bytes(hmac.digest(KEY, f"{item}|sex".encode(), "sha256"), "big")
        assert withheld_by_lot(KEY, item, "sex") is (number % 20 == 0)
        assert withheld_by_lot(KEY, item, "sex", 3) is (number % 3 == 0)
    assert withheld_by_lot(KEY, "1", "sex", 1) is True


def test_a_table_withheld_by_lot_takes_no_part_in_what_is_certain_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sex and age together disclose an answer here; if the lot withholds one, the other is safe."""
    groups = {"sex": SEX, "age": AGE}
    answers = TOGETHER
    assert published("1", groups, answers, KEY, one_in=0) == {"sex": "whole"}
    monkeypatch.setattr(breakdowns, "withheld_by_lot", lambda key, item, name, one_in: name == "sex")
    assert published("1", groups, answers, KEY) == {"age": "whole"}


def test_the_lot_uses_the_given_chance_and_one_in_twenty_by_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(breakdowns, "withheld_by_lot", lambda *given: bool(asked.append(given)))
    several = [Several(frozenset("x" if answer == "a" else "y")) for answer in MIXED]
    published("1", GROUPS, MIXED, KEY)
    published_several("2", GROUPS, several, KEY, one_in=7)
    published_several("3", {"sex": GROUPS["sex"]}, several, KEY)
    assert asked == [
        (KEY, "1", "sex", 20),
        (KEY, "1", "age", 20),
        (KEY, "2", "sex", 7),
        (KEY, "2", "age", 7),
        (KEY, "3", "sex", 20),
    ]


def test_what_earlier_releases_disclosed_is_counted() -> None:
    """By sex alone the table is safe; with the earlier one, by age, one respondent's answer follows."""
    sex, answers = SEX, TOGETHER
    several = [Several(frozenset(answer)) for answer in answers]
    before = [(group,) for group in AGE]
    assert published("1", {"sex": sex}, answers, KEY, one_in=0, known=NOTHING_KNOWN) == {"sex": "whole"}
    assert published("1", {"sex": sex}, answers, KEY, one_in=0, known=Known(before, ["whole"])) == {}
    assert published_several("1", {"sex": sex}, several, KEY, one_in=0, most=1) == {"sex": "whole"}
    assert published_several("1", {"sex": sex}, several, KEY, one_in=0, most=1, known=Known(before, ["whole"])) == {}


def test_profiles_contain_what_was_known_before_what_is_shown_now() -> None:
    assert NOTHING_KNOWN.with_groups([["f", "m"], ["o", "y"]]) == [("f", "o"), ("m", "y")]
    assert Known([("x",), ("z",)]).with_groups([["f", "m"]]) == [("x", "f"), ("z", "m")]


def test_what_the_lead_knows_withholds_nothing_and_what_others_answered_does() -> None:
    profiles = [("f",), ("m",), ("x",)]
    told = Known(told=[True, False, False])
    assert told.leaves(profiles, {(("f",), "a")}) is False
    assert told.leaves(profiles, {(("f",), "a"), (("m",), "a")}) is True
    assert told.leaves(profiles, set()) is False
    assert NOTHING_KNOWN.leaves(profiles, {(("f",), "a")}) is True


def test_how_many_options_each_chose_is_known_to_the_attacker() -> None:
    groups = {"sex": ["f"] * 4 + ["m"] * 6}
    answers = [Several(frozenset("x"))] * 2 + [Several(frozenset("y"))] * 2
    answers += [Several(frozenset("x"))] * 3 + [Several(frozenset("y"))] * 3
    given: list[tuple[int, int | None]] = []

    def certain_several(found: object, least: int, most: int | None) -> set[object]:
        given.append((least, most))
        return set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(breakdowns, "certain_several", certain_several)
        assert published_several("1", groups, answers, KEY, one_in=0) == {"sex": "whole"}
        assert published_several("1", groups, answers, KEY, one_in=0, least=2, most=3) == {"sex": "whole"}
    assert given == [(1, None), (2, 3)]


def test_the_attacker_knows_the_earlier_tables_and_those_that_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = Several(frozenset("x")), Several(frozenset("y"))
    groups = {"sex": list("ffffmmmm"), "age": list("ooyyooyy"), "role": list("pqpqpqpq")}
    known = Known([(True, "a")] * 8, ["whole", "whole"])
    seen: list[set[object]] = []

    def certain_several(found: Chosen, least: int, most: int | None) -> set[object]:
        seen.append(set(found.members))
        return set() if len(seen) != 2 else {((True, "a", "f", "o"), "x")}  # by age it is withheld

    monkeypatch.setattr(breakdowns, "certain_several", certain_several)
    shown = published_several("1", groups, [x, y, y, x, y, x, x, y], KEY, one_in=0, known=known)
    assert list(shown) == ["sex", "role"]
    before = (True, "a")
    assert seen[0] == {(*before, sex) for sex in "fm"}
    assert seen[1] == {(*before, sex, age) for sex in "fm" for age in "oy"}
    assert seen[2] == {(*before, sex, role) for sex in "fm" for role in "pq"}
    assert published_several("1", {}, [x, y], KEY) == {}


def test_a_table_that_gives_a_person_away_in_full_is_shown_by_sides() -> None:
    shown = published("1", RATED, RATINGS, KEY, one_in=0, side=favourable)
    assert shown == {"sex": "whole", "age": "sides"}
    assert published("1", RATED, RATINGS, KEY, one_in=0, side=favourable, by_sides=False) == {"sex": "whole"}
    assert published("1", RATED, RATINGS, KEY, one_in=0) == {"sex": "whole"}


def test_an_earlier_table_discloses_as_much_as_was_shown_of_it() -> None:
    age, before = {"age": RATED["age"]}, [(group,) for group in RATED["sex"]]
    whole, by_sides = Known(before, ["whole"]), Known(before, ["sides"])
    assert published("1", age, RATINGS, KEY, one_in=0, side=favourable, known=whole) == {"age": "sides"}
    assert published("1", age, RATINGS, KEY, one_in=0, side=favourable, known=by_sides) == {"age": "whole"}
    # Without sides, a table shows the answers themselves.
    assert published("1", age, RATINGS, KEY, one_in=0, known=by_sides) == {}


def test_answers_are_protected_where_all_are_on_one_side() -> None:
    praise = ["very good"] * 6 + ["good", "good", "very good"] * 4 + ["good"]
    assert published("1", GROUPS, praise, KEY, one_in=0, side=favourable) == {"age": "whole"}


def test_all_but_one_of_a_group_alike_are_not_published_though_nothing_is_certain() -> None:
    groups = {"sex": list("ffffmmmm")}
    assert published("1", groups, list("aaababbb"), KEY, one_in=0) == {}
    assert published("1", groups, list("aabbabab"), KEY, one_in=0) == {"sex": "whole"}


def test_someone_who_left_since_the_last_release_is_counted_in() -> None:
    """The earlier table by sex counts one woman more than the new one: the difference is her answer."""
    groups, answers = {"sex": list("ffffmmmm")}, list("aabbaabb")
    before = [(group,) for group in "ffffmmmmf"]
    left = Known(before, ["whole"], answers=["a"])
    told = Known(before, ["whole"], told=[False] * 8 + [True], answers=["a"])
    assert left.with_groups([*groups.values()])[-1] == ("f", None)
    assert published("1", groups, answers, KEY, one_in=0, known=left) == {}
    assert published("1", groups, answers, KEY, one_in=0, known=told) == {"sex": "whole"}
    several = [Several(frozenset(answer)) for answer in answers]
    left = Known(before, ["whole"], answers=[Several(frozenset("a"))])
    assert published_several("1", groups, several, KEY, one_in=0, known=left) == {}


def test_a_lot_shows_a_rated_table_by_sides_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(breakdowns, "withheld_by_lot", lambda *given: False)
    monkeypatch.setattr(breakdowns, "by_sides_by_lot", lambda *given: asked.append(given) or given[2] == "sex")
    rating = ["bad", "very bad", "good"] * 6 + ["good"]
    assert published("1", GROUPS, rating, KEY, side=favourable) == {"sex": "sides", "age": "whole"}
    assert asked == [(KEY, "1", "sex", 20), (KEY, "1", "age", 20)]
    assert published("1", GROUPS, rating, KEY) == {"sex": "whole", "age": "whole"}
    assert published("1", GROUPS, rating, KEY, side=favourable, by_sides=False) == {"sex": "whole", "age": "whole"}
    several = [Several(frozenset(answer[0])) for answer in rating]
    assert published_several("1", GROUPS, several, KEY) == {"sex": "whole", "age": "whole"}


def test_the_lot_for_sides_is_another_one_drawn_with_the_same_secret() -> None:
    for item in map(str, range(60)):
        number = int.from_bytes(hmac.digest(KEY, f"{item}|sex|sides".encode(), "sha256"), "big")
        assert by_sides_by_lot(KEY, item, "sex") is (number % 20 == 0)
        assert by_sides_by_lot(KEY, item, "sex", 3) is (number % 3 == 0)
    assert by_sides_by_lot(KEY, "1", "sex", 0) is False
