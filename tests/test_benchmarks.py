"""The table of the benchmarks: its ratios, whether a goal is met, and what it prints. (It measures nothing.)"""

import pytest

from benchmarks.table import Row, written


def test_a_ratio_is_one_of_medians_and_its_range_one_of_repeats() -> None:
    row = Row("count", "times faster", 3, "s", ours=[1, 2, 4], peer=[5, 6, 8], peer_name="a peer")
    assert row.value == 3  # 6 / 2
    assert row.values == [5, 3, 2]
    assert row.met
    assert row.cells == [
        "count",
        "2.00 s",
        "6.00 s, a peer",
        "3.00 times faster (2.00 to 5.00)",
        "3.00 times faster",
        "met, disturbed",
    ]


@pytest.mark.parametrize(
    ("kind", "goal", "met"),
    [
        ("times faster", 2.0, True),
        ("times faster", 2.1, False),
        ("times", 0.5, True),
        ("times", 0.4, False),
        ("share", 0.5, True),
        ("share", 0.6, False),
        ("at most", 10, True),
        ("at most", 9.9, False),
    ],
)
def test_a_goal_is_met_at_its_own_value(kind, goal, met) -> None:
    peer = () if kind == "at most" else (20.0,)
    assert Row("count", kind, goal, "s", ours=(10.0,), peer=peer).met == met


def test_a_row_is_disturbed_where_the_peer_differs_by_more_than_15_percent() -> None:
    assert not Row("count", "share", 1, "/s", ours=[1, 9], peer=[100, 115]).disturbed
    assert Row("count", "share", 1, "/s", ours=[9, 9], peer=[100, 120]).disturbed


def test_a_row_without_a_number_per_repeat_is_refused() -> None:
    for ours, peer, kind in (([], [], "at most"), ([1], [], "share"), ([1, 2], [1], "times"), ([1], [1], "at most")):
        with pytest.raises(ValueError, match="one number per repeat"):
            Row("count", kind, 1, "s", ours=ours, peer=peer)


def test_the_table_tells_what_was_left_out() -> None:
    rows = [
        Row("page", "share", 0.5, "/s", ours=[120.0], peer=[200.0], peer_name="ping"),
        Row("release", "times faster", 3, "s", left_out="the peer cannot be installed"),
        Row("list", "at most", 100, "ms", ours=[12345.6]),
    ]
    head, line, *lines = written(rows).splitlines()
    assert len({len(one) for one in (head, line, *lines)}) == 1
    assert [[cell.strip() for cell in one.strip("|").split("|")] for one in lines] == [
        ["page", "120 /s", "200 /s, ping", "60 %", "50 %", "met"],
        ["release", "", "", "", "3.00 times faster", "left out: the peer cannot be installed"],
        ["list", "12,300 ms", "", "12,300 ms", "100 ms", "**missed**"],
    ]
