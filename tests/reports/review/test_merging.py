import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.review.merging import merge
from reports.review.words import edits, edits_by_line

WORDS = st.lists(st.sampled_from(["people", "were", "36", "{{ x }}", "|", "ზრუნვა", "في", ".", " ", " ", "\n", "\n\n"]))
TEXT = WORDS.map("".join)


def apply(base: str, changed: str, by_line: bool = True) -> str:
    text, at = "", 0
    for edit in (edits_by_line if by_line else edits)(base, changed):
        assert edit.start >= at
        text += base[at : edit.start] + changed[edit.new_start : edit.new_end]
        at = edit.end
    return text + base[at:]


@given(TEXT, TEXT)
def test_edits_turn_the_one_text_into_the_other(base: str, changed: str) -> None:
    assert apply(base, changed) == changed
    assert apply(base, changed, by_line=False) == changed


@given(TEXT, TEXT)
def test_what_one_side_changed_is_taken_as_it_is(base: str, changed: str) -> None:
    for merged in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
        assert merged.text == changed
        assert merged.clashes == ()


@given(TEXT, TEXT, TEXT)
def test_of_a_clash_our_words_stay_and_both_are_told(base: str, ours: str, theirs: str) -> None:
    merged = merge(base, ours, theirs)
    other = merge(base, theirs, ours)
    assert len(merged.clashes) == len(other.clashes)
    for mine, there in zip(merged.clashes, other.clashes, strict=True):
        assert (mine.base, mine.ours, mine.theirs) == (there.base, there.theirs, there.ours)
        assert mine.ours != mine.theirs
        assert merged.text[mine.start : mine.end] == mine.ours
    if not merged.clashes:
        assert merged.text == other.text
    swapped = merged.text
    for clash in reversed(merged.clashes):
        swapped = swapped[: clash.start] + clash.theirs + swapped[clash.end :]
    assert swapped == other.text


@pytest.mark.parametrize(
    ("ours", "theirs", "text"),
    [
        ("One two three.\n\nFour.", "One 2 three.", "One 2 three.\n\nFour."),
        ("One and two three.", "One two three, four.", "One and two three, four."),
        ("two three.", "One two.", "two."),
        ("One  two three.", "One two three!", "One  two three!"),
    ],
)
def test_changes_that_do_not_touch_are_both_taken(ours: str, theirs: str, text: str) -> None:
    merged = merge("One two three.", ours, theirs)
    assert (merged.text, merged.clashes) == (text, ())


@pytest.mark.parametrize(
    ("ours", "theirs", "clash"),
    [
        ("One 2 three.", "One zwei three.", (4, 5, "two", "2", "zwei")),
        ("One three.", "One zwei three.", (4, 4, "two ", "", "zwei ")),
        ("One and two three.", "One or two three.", (4, 8, "", "and ", "or ")),
    ],
)
def test_changes_that_touch_clash(ours: str, theirs: str, clash: tuple[int, int, str, str, str]) -> None:
    merged = merge("One two three.", ours, theirs)
    assert merged.clashes == (clash,)
    assert merged.text == ours


def test_a_clash_has_the_whole_passage_of_each_side() -> None:
    base, ours, theirs = "So one, two, three, four.", "Now 1; two, three, four.", "So one, 2 and 3, four."
    assert merge(base, ours, theirs).clashes == (), "a word between them"
    (clash,) = merge(base, "Now this is another passage, four.", theirs).clashes
    assert (clash.base, clash.theirs) == ("So one, two, three", "So one, 2 and 3")
    (clash,) = merge(base, theirs, "Now this is another passage, four.").clashes
    assert (clash.ours, clash.theirs) == ("So one, 2 and 3", "Now this is another passage")


def test_several_edits_of_one_side_clash_with_one_of_the_other() -> None:
    base, ours, theirs = "z a b c d e f g h", "z X h", "zz zz a B c d e F g h"
    merged = merge(base, ours, theirs)
    assert merged.text == "zz zz X h"
    assert merged.clashes == ((6, 7, "a b c d e f g", "X", "a B c d e F g"),)
    merged = merge(base, theirs, ours)
    assert merged.text == theirs
    assert merged.clashes == ((6, 19, "a b c d e f g", "a B c d e F g", "X"),)


def test_a_long_text_is_merged_in_a_moment() -> None:
    base = "\n\n".join(f"Paragraph {number} " + "of the same words " * 40 for number in range(400))
    ours, theirs = base.replace("Paragraph 7 ", "Section 7 "), base.replace("Paragraph 300 ", "")
    assert merge(base, ours, theirs).text == ours.replace("Paragraph 300 ", "")
    assert merge(base, "other " * 60_000, theirs).clashes
