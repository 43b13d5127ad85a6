"""Groups of respondents: of at least `k`, made from sizes alone, small ones joined to a neighbour or pooled."""

import random
from collections import Counter
from itertools import combinations, pairwise

import pytest

from analysis.statistics.groups import MOST_GROUPS, POOLED, Grouping, even_parts, make_groups

AGES_UP = ("18", "35", "51", "66")


@pytest.mark.parametrize(
    ("values", "k", "order", "groups"),
    [
        (["f"] * 6 + ["m"] * 5, 5, None, {"f": ("f",), "m": ("m",)}),
        (["f"] * 6 + ["m"] * 4, 5, None, None),  # the pool of four takes in the six: one group
        (["f"] * 6 + ["m"] * 8 + [None], 5, None, {"m": ("m",), POOLED: ("f",)}),
        (["a"] * 5 + ["b"] * 3 + ["c"] * 2, 5, None, {"a": ("a",), POOLED: ("b", "c")}),
        ([*["18", "66"] * 2, *["35"] * 6, *["51"] * 3], 5, AGES_UP, {"18+35": ("18", "35"), "51+66": ("51", "66")}),
        ([str(n) for n in range(20)], 5, None, None),
        (["AZE"] * 9, 5, None, None),
        ([], 5, None, None),
    ],
)  # fmt: skip
def test_groups_are_made_from_sizes_alone(values, k, order, groups):
    found = make_groups(values, k, order)
    assert (found and found.groups) == groups
    if found:
        assert min(Counter(found.of).values()) >= k
        assert len(found.of) == len(values)


def test_there_are_at_most_six_groups():
    values = [name for name in "abcdefgh" for _ in range(6)]
    found = make_groups(values, 5)
    assert len(found.groups) == 6
    assert min(Counter(found.of).values()) >= 5


@pytest.mark.parametrize(
    ("sizes", "joined"),
    [
        ({"18": 6, "35": 2, "51": 5, "66": 7}, [("18",), ("35", "51"), ("66",)]),  # to the smaller of two neighbours
        ({"18": 5, "35": 2, "51": 6, "66": 7}, [("18", "35"), ("51",), ("66",)]),
        ({"18": 6, "35": 2, "51": 6, "66": 7}, [("18", "35"), ("51",), ("66",)]),  # to the first of two equal ones
        ({"18": 2, "35": 6, "51": 5, "66": 7}, [("18", "35"), ("51",), ("66",)]),  # the first has one neighbour
        ({"18": 7, "35": 5, "51": 6, "66": 2}, [("18",), ("35",), ("51", "66")]),  # and so has the last
        ({"18": 1, "35": 1, "51": 1, "66": 9}, None),
        ({"18": 9, "35": 4, "51": 3, "66": 4}, [("18",), ("35", "51", "66")]),
        ({"18": 5, "66": 5}, [("18",), ("66",)]),
        ({"18": 6, "66": 6, "99": 5}, [("18",), ("66",), ("99",)]),  # a value that is not in the order comes last
        ({"18": 6, "66": 6, "99": 3}, [("18",), ("66", "99")]),
    ],
)
def test_a_small_group_is_joined_to_the_smaller_of_its_neighbours(sizes, joined):
    values = [value for value, size in sizes.items() for _ in range(size)]
    found = make_groups(values, 5, AGES_UP)
    assert (found and list(found.groups.values())) == joined


def test_too_many_ordered_groups_are_joined_from_the_smallest_up():
    sizes = {"a": 9, "b": 6, "c": 7, "d": 8}
    values = [value for value, size in sizes.items() for _ in range(size)]
    assert make_groups(values, 5, "abcd", most=3).groups == {"a": ("a",), "b+c": ("b", "c"), "d": ("d",)}
    assert make_groups(values, 5, "abcd", most=4).groups.keys() == {"a", "b", "c", "d"}


def test_the_largest_groups_are_kept_and_the_others_pooled():
    values = [name for name, size in zip("abcd", (5, 8, 6, 7), strict=True) for _ in range(size)]
    assert make_groups(values, 5, most=4).groups == {name: (name,) for name in "abcd"}
    assert make_groups(values, 5, most=3).groups == {"b": ("b",), "d": ("d",), POOLED: ("a", "c")}
    assert make_groups(values, 5, most=2).groups == {"b": ("b",), POOLED: ("a", "c", "d")}
    alike = [name for name in "cba" for _ in range(5)]
    assert make_groups(alike, 5, most=2).groups == {"a": ("a",), POOLED: ("b", "c")}


def test_those_who_stated_nothing_are_pooled_and_never_fewer_than_k():
    found = make_groups(["a"] * 5 + ["b"] * 6 + [None] * 3 + [""] * 2, 5)
    assert found.groups == {"a": ("a",), "b": ("b",), POOLED: ()}
    assert found.of == ("a",) * 5 + ("b",) * 6 + (POOLED,) * 5
    found = make_groups(["a"] * 5 + ["b"] * 6 + [None] * 4, 5)
    assert found == Grouping((POOLED,) * 5 + ("b",) * 6 + (POOLED,) * 4, {"b": ("b",), POOLED: ("a",)})
    assert make_groups(["a"] * 5 + [None] * 5, 5).groups == {"a": ("a",), POOLED: ()}
    assert make_groups([None] * 20, 5) is None


def test_blanks_beside_as_many_groups_as_there_may_be_take_in_the_smallest():
    values = [name for name, size in zip("abc", (7, 5, 6), strict=True) for _ in range(size)] + [None] * 5
    assert make_groups(values, 5, most=3).groups == {"a": ("a",), "c": ("c",), POOLED: ("b",)}
    assert make_groups(values, 5, most=4).groups.keys() == {"a", "b", "c", POOLED}


def test_joined_groups_are_named_after_their_values_and_every_value_finds_its_group():
    values = ["18"] * 2 + ["35"] * 4 + ["51"] * 5 + [None] * 5
    found = make_groups(values, 5, AGES_UP)
    assert found.groups == {"18+35": ("18", "35"), "51": ("51",), POOLED: ()}
    assert found.of == ("18+35",) * 6 + ("51",) * 5 + (POOLED,) * 5


def test_there_are_six_groups_at_most_by_default():
    assert MOST_GROUPS == 6
    values = [name for name in "abcdef" for _ in range(5)]
    assert len(make_groups(values, 5).groups) == 6


@pytest.mark.parametrize("seed", range(30))
def test_whatever_the_sizes_each_group_is_large_enough_and_everybody_is_in_one(seed):
    draw = random.Random(seed)  # noqa: S311
    k, most = draw.randint(2, 6), draw.randint(2, 5)
    values = [draw.choice(["a", "b", "c", "d", "e", "", None]) for _ in range(draw.randint(0, 40))]
    for order in (None, "abc"):
        found = make_groups(values, k, order, most)
        if found is None:
            continue
        sizes = Counter(found.of)
        assert min(sizes.values()) >= k
        assert 2 <= len(sizes) <= most
        assert sizes.keys() == found.groups.keys()
        for value, group in zip(values, found.of, strict=True):
            assert value in found.groups[group] if value else group == POOLED


@pytest.mark.parametrize(
    ("sizes", "blank", "groups"),
    [
        ((6, 6, 3), 2, {"18": ("18",), "35": ("35",), POOLED: ("51",)}),  # blanks fill up the smallest to five
        ((6, 6, 4), 1, {"18": ("18",), "35": ("35",), POOLED: ("51",)}),
        ((6, 5, 3), 2, {"18": ("18",), "35": ("35",), POOLED: ("51",)}),
        ((6, 6, 3), 1, {"35+51": ("35", "51"), POOLED: ("18",)}),  # or they do not, and it is joined
        ((6, 4, 3), 2, {"35+51": ("35", "51"), POOLED: ("18",)}),  # two small ones are joined
        ((9, 3), 1, None),
        ((9, 3), 2, {"18": ("18",), POOLED: ("35",)}),
    ],
)
def test_those_who_stated_nothing_may_fill_up_the_smallest_group(sizes, blank, groups):
    values = [value for value, size in zip(AGES_UP, sizes, strict=False) for _ in range(size)] + [None] * blank
    found = make_groups(values, 5, AGES_UP)
    assert (found and found.groups) == groups


@pytest.mark.parametrize(
    ("sizes", "k", "aim", "most", "parts"),
    [
        ([5, 5], 5, 5, 6, [[0], [1]]),
        ([4, 5], 5, 5, 6, None),
        ([20], 5, 5, 6, None),
        ([], 5, 5, 6, None),
        ([3, 3, 3, 3], 5, 6, 6, [[0, 1], [2, 3]]),
        ([7, 7, 7], 5, 7, 6, [[0], [1], [2]]),
        ([6, 6, 6], 5, 7, 6, [[0], [1, 2]]),  # not three below the aim; of equally good cuts the first
        ([7, 7, 7, 7], 8, 5, 6, [[0, 1], [2, 3]]),  # k counts where the aim is lower
        ([6, 6, 6], 7, 5, 6, None),
        ([6] * 6, 5, 6, 3, [[0, 1], [2, 3], [4, 5]]),
        ([6] * 6, 5, 6, 2, [[0, 1, 2], [3, 4, 5]]),
        ([6] * 8, 5, 6, 8, [[at] for at in range(8)]),
        ([1, 2, 3, 4, 5, 6], 5, 6, 6, [[0, 1, 2], [3, 4], [5]]),
        ([9, 1, 1, 9], 5, 10, 6, [[0, 1], [2, 3]]),
    ],
)
def test_neighbours_are_joined_to_as_many_even_parts_as_reach_the_aim(sizes, k, aim, most, parts):
    found = even_parts(sizes, k, aim, most)
    assert (found and [list(part) for part in found]) == parts


def cuts(sizes, count):
    """The smallest part of every way to cut `sizes` into `count` parts."""
    for inner in combinations(range(1, len(sizes)), count - 1):
        ends = [0, *inner, len(sizes)]
        yield min(sum(sizes[first:last]) for first, last in pairwise(ends))


@pytest.mark.parametrize("seed", range(40))
def test_no_other_cut_has_a_larger_smallest_part(seed):
    draw = random.Random(seed)  # noqa: S311
    sizes = [draw.randint(1, 9) for _ in range(draw.randint(2, 8))]
    k, aim, most = draw.randint(1, 8), draw.randint(1, 12), draw.randint(2, 6)
    best = {count: max(cuts(sizes, count)) for count in range(2, min(most, len(sizes)) + 1)}
    many = [count for count, least in best.items() if least >= max(aim, k)]
    expected = max(many) if many else 2 if best[2] >= k else None
    found = even_parts(sizes, k, aim, most)
    assert (found and len(found)) == expected
    if found:
        assert [at for part in found for at in part] == list(range(len(sizes)))
        assert min(sum(sizes[at] for at in part) for part in found) == best[len(found)]


def test_there_are_six_even_parts_at_most_by_default():
    assert len(even_parts([9] * 9, 5, 5)) == 6
