"""The words that a change deletes and inserts, as the response matrix shows them."""

import random
from datetime import date
from itertools import pairwise

import pytest

from ctnat.ui.cells import Run, plain
from reports.review.matrix import COMPARED, MatrixRow, changed_words


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("There are 36 offices.", "There are 37 offices.", "There are [-36-]{+37+} offices."),
        ("", "A new paragraph.", "{+A new paragraph.+}"),
        ("A paragraph.", "", "[-A paragraph.-]"),
        ("Same.", "Same.", "Same."),
        ("", "", ""),
        ("two old words here", "some new terms here", "[-two old words-]{+some new terms+} here"),
        ("ორი თავშესაფარი", "სამი თავშესაფარი", "[-ორი-]{+სამი+} თავშესაფარი"),
        ("=1+1", "=1+2", "=1+[-1-]{+2+}"),
    ],
)
def test_changed_words(before: str, after: str, shown: str) -> None:
    assert plain(changed_words(before, after)) == shown


def test_both_texts_can_be_read_from_the_runs() -> None:
    rng = random.Random(3)  # noqa: S311
    words = ["the", "shelter", "of", "Baku", ",", ".", "36", "\n", "  ", "é"]
    for _ in range(300):
        before, after = (" ".join(rng.choices(words, k=rng.randrange(12))) for _ in range(2))
        runs = changed_words(before, after)
        assert "".join(run.words for run in runs if run.how != "inserted") == before
        assert "".join(run.words for run in runs if run.how != "deleted") == after
        assert all(one.how != other.how for one, other in pairwise(runs))


def test_long_texts_are_not_compared_word_by_word() -> None:
    before, after = "a " * COMPARED, "b " * COMPARED
    assert changed_words(before, after) == (Run(before, "deleted"), Run(after, "inserted"))


def test_cells_of_a_row() -> None:
    row = MatrixRow(
        "1", "Context", "Paragraph 2", "A ministry", date(2016, 3, 1), "Comment", "a", (Run("b"),), "", "", ""
    )
    assert row.cells == (
        "1",
        "Context\nParagraph 2",
        "A ministry",
        date(2016, 3, 1),
        "Comment",
        "a",
        (Run("b"),),
        "",
        "",
        "",
    )
