"""Passages of a section: chosen in its text, found again after edits, marked in its HTML."""

import random
import re

import pytest

from reports.document.passages import KEPT_AROUND, LONGEST_QUOTE, Passage, ReadText

HTML = """<h3>Shelters</h3>
<p>There are <strong>three</strong> shelters &amp; two help
lines in the capital.</p>
<ul><li>One shelter takes men.</li><li>Two shelters take women.</li></ul>
<figure class="chart"><svg viewBox="0 0 1 1"><text>99 &lt; 100</text></svg>
<table><tr><th>Shelters</th><td>3</td></tr></table></figure>
<p title="a > b">Two shelters take women. Children wait.</p>"""


def read(html: str = HTML) -> ReadText:
    return ReadText(html)


def found(html: str, passage: Passage | None) -> tuple[str, str]:
    assert passage is not None
    place = ReadText(html).find(passage)
    return place.how, place.words


def test_the_text_is_a_line_for_each_paragraph_without_drawings() -> None:
    assert read().lines == [
        "Shelters",
        "There are three shelters & two help lines in the capital.",
        "One shelter takes men.",
        "Two shelters take women.",
        "Shelters 3",
        "Two shelters take women. Children wait.",
    ]
    assert ReadText("").lines == []


def test_words_are_chosen_as_a_browser_selects_them() -> None:
    passage = read().choose("three shelters &\n two  help lines")
    assert passage == Passage("three shelters & two help lines", "There are ", " in the capital.")
    over_lines = read().choose("takes men.\nTwo shelters")
    assert over_lines is not None
    assert (over_lines.before, over_lines.after) == ("One shelter ", " take women.")
    assert read().choose("") is None
    assert read().choose("Two shelters take boys") is None
    assert read().choose("a" * (LONGEST_QUOTE + 1)) is None


def test_of_the_same_words_the_chosen_occurrence_is_kept() -> None:
    second = read().choose("Two shelters take women.", 1)
    assert second is not None
    assert second.after == " Children wait."
    assert found("<p>New.</p>" + HTML, second) == ("same", "Two shelters take women.")
    assert read().find(second).start == read().text.rindex("Two shelters")
    assert read().choose("Two shelters take women.", 7) == read().choose("Two shelters take women.", 0)


def test_a_line_is_chosen_by_its_number() -> None:
    passage = read().choose_line(3)
    assert passage == Passage("One shelter takes men.")
    assert read().choose_line(0) is None
    assert read().choose_line(7) is None


def test_words_that_moved_are_found_and_edited_ones_are_shown_as_changed() -> None:
    passage = read().choose("three shelters")
    moved = "<p>Before.</p><p>In the capital there are three shelters, said all.</p>"
    assert found(moved, passage) == ("same", "three shelters")
    edited = HTML.replace("<strong>three</strong> shelters", "<strong>three</strong> state shelters")
    assert found(edited, passage) == ("changed", "three state shelters")


def test_words_that_are_no_longer_there_are_gone() -> None:
    passage = read().choose("One shelter takes men.")
    assert found("<p>Nothing of it is left here.</p>", passage) == ("gone", "")
    assert found("", passage) == ("gone", "")
    assert ReadText(HTML).find(Passage()).how == "gone"


def test_a_changed_number_in_a_long_line_is_found_in_its_line() -> None:
    lines = [
        f"<p>In region {n} the office counted {n * 7} people who asked for help in that year.</p>" for n in range(60)
    ]
    passage = ReadText("".join(lines)).choose("In region 17 the office counted 119 people")
    lines[17] = lines[17].replace("119", "121")
    assert found("".join(lines), passage) == ("changed", "In region 17 the office counted 121 people")


def test_marks_leave_the_markup_as_it_is() -> None:
    text = read()
    passage = text.choose("three shelters & two help lines")
    assert passage is not None
    place = text.find(passage)
    html = text.marked([("5", place.start, place.end)])
    assert '<strong><mark class="passage" id="passage-5" data-passage="5">three</mark></strong>' in html
    assert '<mark class="passage" data-passage="5">shelters &amp; two help\nlines</mark> in' in html
    assert re.sub("</?mark[^>]*>", "", html) == HTML
    assert ReadText(html).text == text.text


def test_marks_that_overlap_do_not_nest() -> None:
    text = read("<p>One two three four.</p>")
    html = text.marked([("2", 4, 13), ("1", 0, 7)])
    assert html == (
        '<p><mark class="passage" id="passage-1" data-passage="1">One two</mark>'
        ' <mark class="passage" id="passage-2" data-passage="2">three</mark> four.</p>'
    )


@pytest.mark.parametrize(
    "words", ["", "<", "&", "&amp", "&#0;", "<p", '<p title="', "a\u00a0b\u200f\u05d0", "\x00", "<svg>"]
)
def test_any_text_can_be_read_and_marked(words: str) -> None:
    text = ReadText(words)
    text.marked([("1", 0, len(text.text))])
    text.find(Passage("x", "y", "z"))


def test_random_passages_are_found_in_the_unchanged_text() -> None:
    rng = random.Random(7)  # noqa: S311
    text = read()
    flat = text.text
    for _ in range(300):
        start = rng.randrange(len(flat) - 1)
        end = rng.randrange(start + 1, len(flat) + 1)
        if not (words := flat[start:end].strip()):
            continue
        nth = len(re.findall(f"(?={re.escape(words)})", flat[: start + len(words)].replace("\n", " "))) - 1
        passage = text.choose(words, max(nth, 0))
        assert passage is not None
        assert len(passage.before) <= KEPT_AROUND
        place = text.find(passage)
        assert (place.how, " ".join(place.words.split())) == ("same", " ".join(words.split()))
        marked = text.marked([("1", place.start, place.end)])
        assert re.sub("</?mark[^>]*>", "", marked) == HTML
