"""What counts as one mention, and over which base."""

from hypothesis import given
from hypothesis import strategies as st

from interviews.counting import Mentions, Passage, count_mentions, group_overlapping


def test_a_theme_is_counted_over_the_interviews_that_were_asked_its_section() -> None:
    raised = [Passage(code, f"{code}/7.1", 0, 5) for code in ("A", "B", "C")]
    assert count_mentions(raised, asked=["D", "E"]) == Mentions(interviews=0, asked=2, unprompted=3, passages=3)


def test_overlapping_marks_are_one_passage_and_touching_ones_are_two() -> None:
    marks = [("a", 0, 10), ("a", 2, 3), ("a", 9, 12), ("a", 12, 14), ("b", 0, 10), ("a", 0, 10)]
    groups = group_overlapping(marks, lambda mark: mark)
    assert groups == [[("a", 0, 10), ("a", 0, 10), ("a", 2, 3), ("a", 9, 12)], [("a", 12, 14)], [("b", 0, 10)]]
    passages = [Passage("A", *mark) for mark in marks]
    assert count_mentions(passages, asked=["A"]) == Mentions(interviews=1, asked=1, unprompted=0, passages=3)


def test_marks_need_no_order_of_their_own() -> None:
    marks = [{"at": ("a", 5, 7)}, {"at": ("a", 0, 3)}, {"at": ("a", 2, 4)}]
    groups = group_overlapping(marks, lambda mark: mark["at"])
    assert [[mark["at"][1] for mark in group] for group in groups] == [[0, 2], [5]]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(1, 5)), max_size=8))
def test_the_order_of_marks_and_a_second_coder_change_no_count(marks: list) -> None:
    passages = [Passage("A", answer, start, start + size) for answer, start, size in marks]
    twice = [*passages[::-1], *passages]
    assert count_mentions(twice, ["A"]) == count_mentions(passages, ["A"])
    covered = {(p.answer, place) for p in passages for place in range(p.start, p.end)}
    runs = [(answer, place) for answer, place in covered if (answer, place - 1) not in covered]
    # A run of covered characters consists of one passage, or of several that only touch.
    assert len(runs) <= count_mentions(passages, ["A"]).passages <= len(set(passages))
