"""What is published of an item, and that a lot is drawn once."""

from analysis.statistics.breakdowns import published, published_several, withheld_by_lot
from analysis.statistics.certainty import Several

KEY = b"k" * 32
GROUPS = {"sex": ["f"] * 6 + ["m"] * 13, "age": ["o", "y"] * 9 + ["o"]}
ALIKE = ["a"] * 7 + ["b"] * 4 + ["c"] * 3 + ["d"] * 3 + ["e"] * 2  # all women say "a"
MIXED = ["a", "a", "b"] * 6 + ["b"]


def test_all_women_alike_are_not_published_and_the_next_characteristic_is() -> None:
    assert published("1", GROUPS, ALIKE, KEY, one_in=0) == ["age"]


def test_the_sides_of_a_scale_are_protected_where_asked() -> None:
    rating = ["bad", "very bad"] * 3 + ["good", "bad"] * 6 + ["good"]
    assert "sex" in published("1", GROUPS, rating, KEY, one_in=0)
    assert "sex" not in published("1", GROUPS, rating, KEY, one_in=0, kind=lambda answer: answer == "good")


def test_several_options() -> None:
    fair = [Several(frozenset("x")), Several(frozenset("xy")), Several(frozenset("y"))] * 6 + [Several(frozenset("x"))]
    assert published_several("1", GROUPS, fair, KEY, one_in=0) == ["sex", "age"]
    women = [Several(frozenset("x"))] * 6 + fair[6:]
    assert published_several("1", GROUPS, women, KEY, one_in=0) == ["age"]


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
