"""Each change of a text carried into its Markdown, compared with what the report's own writer then prints."""

import random
import re

import pytest

from reports.review.places import Addition, Body
from reports.review.snapshot import Atom, Paragraph
from reports.review.units import Op
from reports.review.writing import citation_of
from tests.reports.review.texts import paragraphs_of, printed

BODY = """## Context of the "study"

We met {{ interviews.people }} *women* and **men and boys** in {{country}} [@Aze 30, p. 31; Gen 1].
A second "line" of the *same
paragraph*, with \\*stars\\*, &amp; a [link to it](https://example.org/a_b)[^law]. It's so.

- The first point
- The second point with **bold words**
  goes on
  - nested one
  - nested two [@Gen 1]

1. First of {{ interviews.period }}
2. Second

A paragraph before a quotation.

> Quoted words
> over "two" lines

| Body | People |
|---|:-:|
| Police \\| border | {{ interviews.people }} |
| *Courts* and `code` |  |
| Labour inspection | 4 |

[[chart roles]]

Հայաստանի ~~հին~~ նոր օրենքը և **הכללים החדשים** في البلد.

The last paragraph.

[^law]: The note [@Gen 1, p. 3] says
    more about <https://example.org/law>.
"""
NASTY = (
    *("{{ interviews.count }}", "[[chart roles]]", "a|b", "**", "*", "_", "# ", "[^a]", "[^law]", "<script>x</script>"),
    *(
        "&amp;",
        "[@Gen 1]",
        "`",
        "~~",
        "\\",
        "- ",
        "1. ",
        "> ",
        "=== ",
        "](x)",
        "![x](y)",
        "'",
        '"',
        "|",
        "https://x.org",
    ),
    *("ზრუნვა და", "في البلد", "\u00a0", "\u200c", "--- ", "+ 1", "word", " two words ", ".", ", ", "</b>", "[x]: y"),
)


def normal(text: str) -> str:
    """Blanks and quotation marks made alike."""
    return re.sub(r"[\"'“”‘’]", "'", re.sub(r"\s+", " ", text).strip())


def texts(body: str, language: str = "en") -> list[str]:
    return [normal(text) for _, text, _ in printed(body, language)]


def paragraph(text: str, body: str = BODY) -> Paragraph:
    """The paragraph that contains `text`."""
    return next(one for one in paragraphs_of(body) if text in one.text)


def op(one: Paragraph, old: str, new: str) -> Op:
    start = one.text.index(old)
    return Op(start, start + len(old), new)


def test_every_paragraph_finds_its_place_and_each_character_its_own() -> None:
    body = Body(BODY, "en")
    for one in paragraphs_of(BODY):
        block = body.find(one)
        assert block is not None, one
        assert (block.first, block.last) == (one.first, one.last)
        for unit in block.units:
            source = BODY[unit.start : unit.end]
            if unit.kind == "text":
                assert source in (unit.text, f"\\{unit.text}", "&amp;") or normal(source) == normal(unit.text)


@pytest.mark.parametrize("seed", range(12))
def test_random_edits_say_in_print_what_was_typed_or_are_refused(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same edits in every run
    body, before = Body(BODY, "en"), texts(BODY)
    paragraphs = paragraphs_of(BODY)
    done = 0
    for _ in range(60):
        place = chance.randrange(len(paragraphs))
        one = paragraphs[place]
        start = chance.randrange(len(one.text) + 1)
        end = min(len(one.text), start + chance.choice([0, 0, 1, 3, 8, 30]))
        new = "".join(chance.choice(NASTY) for _ in range(chance.choice([0, 1, 1, 2, 3])))
        if any((atom.start < end and atom.end > start) or atom.start < start < atom.end for atom in one.atoms):
            continue
        expected = one.text[:start] + new + one.text[end:]
        if not normal(expected):
            continue
        patched = body.changed(one, [Op(start, end, new)])
        if not patched:
            continue
        done += 1
        assert texts(patched) == [*before[:place], normal(expected), *before[place + 1 :]], (one.text, start, end, new)
    assert done > 38, "few are refused"


def test_no_part_of_a_fact_and_no_call_of_a_note_is_typed_over() -> None:
    body, one = Body(BODY, "en"), paragraph("We met")
    for atom in one.atoms:
        for change in (Op(atom.start, atom.end, "37"), Op(atom.start, atom.end - 1, "3")):
            patched = body.changed(one, [change])
            if change.start < change.end and (change.end < atom.end or atom.kind == "note"):
                assert patched == ""


def test_the_rest_of_the_markdown_stays_as_it_was() -> None:
    one = paragraph("The second point")
    patched = Body(BODY, "en").changed(one, [op(one, "bold words", "bold and new words"), op(one, "goes", "went")])
    assert patched == BODY.replace("bold words", "bold and new words").replace("  goes on", "  went on")


def test_several_changes_of_one_paragraph_are_made_together() -> None:
    one = paragraph("We met")
    patched = Body(BODY, "en").changed(
        one, [op(one, "women", "girls"), op(one, " and boys", ""), op(one, "It’s", "It is")]
    )
    assert patched == BODY.replace("*women*", "*girls*").replace("men and boys", "men").replace("It's", "It is")


@pytest.mark.parametrize(
    ("text", "old", "new", "source"),
    [
        ("The second", "bold words", "", "The second point with \n  goes on"),
        ("The second", "with bold", "with", "The second point with **words**\n  goes on"),
        ("Police", "Police | border", "Police|border", "| Police\\|border |"),
        ("The last", "The last", "# The last", "\n\\# The last paragraph.\n"),
        ("The last", "The last", "12. The last", "\n12\\. The last paragraph.\n"),
        ("The last", "paragraph", "{{ interviews.people }}", "The last \\{\\{ interviews.people \\}\\}."),
        ("The last", "last paragraph", "last\nparagraph", "The last\\\nparagraph."),
        ("We met", "link to it", "", "&amp; a [^law]."),
        ("Labour", "Labour inspection", "", "|  | 4 |"),
        ("The note", "says", "said", "The note [@Gen 1, p. 3] said\n    more"),
    ],
)
def test_markdown_that_a_change_leads_to(text: str, old: str, new: str, source: str) -> None:
    one = paragraph(text)
    assert source in Body(BODY, "en").changed(one, [op(one, old, new)])


def test_an_empty_cell_is_filled() -> None:
    empty = next(one for one in paragraphs_of(BODY) if one.kind == "cell" and not one.text)
    assert "| *Courts* and `code` | four |" in Body(BODY, "en").changed(empty, [Op(0, 0, "four")])


@pytest.mark.parametrize("body", ["a\rb", "a\x00b", "a\ue000b", "![picture](x)", "Inline^[a note]", "``` \ncode\n```"])
def test_what_has_no_known_place_is_left_to_a_person(body: str) -> None:
    one = Paragraph("_ct00001", "needs", "text", first=0, last=1, text="a b")
    assert Body(body, "en").changed(one, [Op(0, 1, "c")]) == ""


@pytest.mark.parametrize("text", ["something else", "We met 37 women"])
def test_a_paragraph_that_is_not_in_the_body_has_no_place(text: str) -> None:
    one = Paragraph("_ct00001", "needs", "text", first=2, last=3, text=text)
    body = Body(BODY, "en")
    assert body.find(one) is None
    assert body.changed(one, [Op(0, 1, "c")]) == ""
    assert body.split(one, [Op(1, 1, "\n\n")]) == body.joined(one, one, []) == body.without([one]) == ""
    assert body.moved(one, None) == body.with_new(one, [Addition("x")]) == body.with_row(one, ["a"]) == ""


# Citations ---------------------------------------------------------------------------------------------------------


def test_pages_of_a_citation_change_inside_its_brackets() -> None:
    one = paragraph("We met")
    atom = next(atom for atom in one.atoms if atom.kind == "cite")
    body = Body(BODY, "en")
    patched = body.with_citation(one, atom, "(Aze 30, pp. 32–33; Gen 1)")
    assert patched == BODY.replace("[@Aze 30, p. 31; Gen 1]", "[@Aze 30, pp. 32–33; Gen 1]")
    assert body.with_citation(one, atom, "(Aze 31, p. 31; Gen 1)") == ""
    assert body.with_citation(one, atom, "(Aze 30, p. 31; Gen 1)") == ""
    assert body.with_citation(one, Atom(0, 2, "cite", atom.name), "(Aze 30, p. 2; Gen 1)") == ""


@pytest.mark.parametrize(
    ("printed_as", "inside"),
    [
        ("(Aze 30, p. 32)", "@Aze 30, p. 32"),
        ("(Aze 30)", "@Aze 30"),
        (" (Aze30, x) ", "@Aze30, x"),
        ("Aze 30, p. 32", ""),
        ("(Aze 31)", ""),
        ("(Aze 30; Gen 1)", ""),
        ("(Aze 30, [x])", ""),
        ("(nothing)", ""),
        ("(Aze 30, @b)", ""),
    ],
)
def test_a_citation_keeps_its_sources(printed_as: str, inside: str) -> None:
    assert citation_of(printed_as, "Aze 30, p. 31") == inside.removeprefix("@")


# Paragraphs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "parts"),
    [
        ("A paragraph", " before", ["A paragraph", "before a quotation."]),
        ("We met", " A second", None),
        ("The second point", " goes", ["The second point with bold words", "goes on"]),
        ("Quoted", " over", ["Quoted words", "over 'two' lines"]),
        ("First of", "of", ["First", "of 13–25 January"]),
        ("nested two", "two", ["nested", "two (Gen 1)"]),
        ("The second point", " words", ["The second point with bold", "words goes on"]),
    ],
)
def test_a_paragraph_is_split(text: str, at: str, parts: list[str] | None) -> None:
    one, before = paragraph(text), texts(BODY)
    place = before.index(normal(one.text))
    start = one.text.index(at)
    patched = Body(BODY, "en").split(one, [Op(start, start, "\n\n")])
    parts = parts or [normal(one.text[:start]), normal(one.text[start:])]
    assert texts(patched) == [*before[:place], *parts, *before[place + 1 :]]


def test_a_paragraph_is_split_and_changed_in_one() -> None:
    one = paragraph("The last")
    patched = Body(BODY, "en").split(one, [op(one, "last", "last of all.\n\nNew"), op(one, "paragraph", "*")])
    assert "\nThe last of all.\n\nNew \\*.\n" in patched


@pytest.mark.parametrize("text", ["Police", "The note", "Context"])
def test_cells_notes_and_headings_are_split_by_hand(text: str) -> None:
    one = paragraph(text)
    assert Body(BODY, "en").split(one, [Op(3, 3, "\n\n")]) == ""


def test_a_split_at_the_edge_is_none() -> None:
    one = paragraph("The last")
    assert Body(BODY, "en").split(one, [Op(0, 0, "\n\n")]) == ""


@pytest.mark.parametrize(
    ("first", "second", "new", "text"),
    [
        ("The first point", "The second", " and ", "The first point and The second point with bold words goes on"),
        ("nested one", "nested two", "", "nested onenested two (Gen 1)"),
        ("First of", "Second", "; ", "First of 13–25 January; Second"),
    ],
)
def test_two_paragraphs_are_joined(first: str, second: str, new: str, text: str) -> None:
    one, two, before = paragraph(first), paragraph(second), texts(BODY)
    place = before.index(normal(one.text))
    joint = Op(len(one.text), len(one.text) + 2, new)
    patched = Body(BODY, "en").joined(one, two, [joint])
    assert texts(patched) == [*before[:place], text, *before[place + 2 :]]


def test_two_paragraphs_are_joined_over_a_passage_that_is_deleted() -> None:
    body = "One of the **two** ends here.\n\nAnd the next begins there.\n"
    one, two = paragraphs_of(body)
    start = one.text.index(" ends")
    end = len(one.text) + 2 + two.text.index(" begins")
    assert Body(body, "en").joined(one, two, [Op(start, end, "")]) == "One of the **two** begins there.\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [("A paragraph", "Quoted"), ("Police", "36"), ("The first point", "Second"), ("The last", "The note")],
)
def test_what_is_not_alike_or_not_together_is_joined_by_hand(first: str, second: str) -> None:
    one, two = paragraph(first), paragraph(second)
    assert Body(BODY, "en").joined(one, two, [Op(len(one.text), len(one.text) + 2, "")]) == ""


@pytest.mark.parametrize(
    "text", ["Context", "We met", "The first", "nested one", "First of", "A paragraph", "The last"]
)
def test_a_paragraph_is_deleted(text: str) -> None:
    one, before = paragraph(text), texts(BODY)
    before.remove(normal(one.text))
    if text == "We met":  # its note goes with it
        before = [line for line in before if not line.startswith("The note")]
    patched = Body(BODY, "en").without([one])
    assert texts(patched) == before
    assert "\n\n\n" not in patched


def test_a_row_is_deleted_whole_and_not_by_the_cell() -> None:
    row = [one for one in paragraphs_of(BODY) if one.first == paragraph("Labour").first]
    assert Body(BODY, "en").without(row) == BODY.replace("| Labour inspection | 4 |\n", "")
    assert Body(BODY, "en").without(row[:1]) == ""
    head = [one for one in paragraphs_of(BODY) if one.first == paragraph("Body").first]
    assert Body(BODY, "en").without(head) == ""
    assert Body(BODY, "en").without([paragraph("The note")]) == ""
    assert Body(BODY, "en").without([paragraph("The last"), paragraph("The first")]) == ""


def test_only_the_paragraph_of_a_section_is_deleted() -> None:
    (one,) = paragraphs_of("Alone.\n")
    assert Body("Alone.\n", "en").without([one]) == ""


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("The last", "A paragraph"),
        ("The last", "Context"),
        ("A paragraph", "The last"),
        ("The last", None),
        ("The first point", "The second"),
        ("nested two", "nested one"),
        ("Second", "First of"),
        ("We met", "The last"),
    ],
)
def test_a_paragraph_is_moved(text: str, target: str | None) -> None:
    one, before = paragraph(text), texts(BODY)
    behind = paragraph(target) if target else None
    patched = Body(BODY, "en").moved(one, behind)
    before.remove(normal(one.text))
    place = before.index(normal(behind.text)) + 1 if behind else 0
    wanted = [*before[:place], normal(one.text), *before[place:]]
    if patched == "":
        assert (text, target) in [
            ("The first point", "The second"),
            ("nested two", "nested one"),
            ("Second", "First of"),
        ]
    else:
        assert texts(patched) == wanted


@pytest.mark.parametrize(
    ("target", "additions"),
    [
        ("The last", [Addition("A new paragraph with {{ interviews.people }}.")]),
        ("The last", [Addition("A heading", level=3), Addition("Its text"), Addition("point", listed=True)]),
        ("The first point", [Addition("Another point", listed=True), Addition("And one", listed=True)]),
        ("nested two", [Addition("nested three", listed=True)]),
        ("Quoted", [Addition("After the quotation.")]),
        ("Labour", [Addition("After the table.")]),
        ("4", [Addition("# After the table.")]),
        ("Second", [Addition("After the list.")]),
        (None, [Addition("First of all.")]),
    ],
)
def test_new_paragraphs_come_behind_a_place(target: str | None, additions: list[Addition]) -> None:
    behind = next(one for one in paragraphs_of(BODY) if target in one.text) if target else None
    before = texts(BODY)
    patched = Body(BODY, "en").with_new(behind, additions)
    place = before.index(normal(behind.text)) + 1 if behind else 0
    if target == "Labour":
        place += 1
    assert texts(patched) == [*before[:place], *(normal(one.text) for one in additions), *before[place:]]


def test_new_paragraphs_come_before_a_place() -> None:
    patched = Body(BODY, "en").with_new(paragraph("The last"), [Addition("New.")], before=True)
    assert "\n\nNew.\n\nThe last paragraph." in patched


@pytest.mark.parametrize(
    ("target", "before"), [("The first point", False), ("The note", False), ("Police", True), ("nested one", True)]
)
def test_where_a_new_paragraph_would_break_something_a_person_decides(target: str, before: bool) -> None:
    assert Body(BODY, "en").with_new(paragraph(target), [Addition("New.")], before=before) == ""


def test_a_new_row_comes_below_another() -> None:
    body, above = Body(BODY, "en"), paragraph("Police")
    patched = body.with_row(above, ["New | row", "5"])
    assert "| {{ interviews.people }} |\n| New \\| row | 5 |\n| *Courts*" in patched
    assert "|---|:-:|\n| New | 5 |\n| Police" in body.with_row(paragraph("Body"), ["New", "5"])
    assert body.with_row(above, ["too", "many", "cells"]) == ""
    assert body.with_row(paragraph("The last"), ["a", "b"]) == ""


def test_the_call_of_a_block_is_found_by_its_line() -> None:
    body = Body("[[chart roles]]\n\nWords.\n\n[[chart places]]\n", "en")
    places = [("chart roles", 0), ("chart places", 4), ("chart places", 2)]
    found = [body.find(Paragraph("_ct1", "a", "block", call, line, line + 1, "Chart")) for call, line in places]
    assert [block.first if block else None for block in found] == [0, 4, None]


def test_quotation_marks_are_those_of_the_language() -> None:
    """A word beside them is changed, and the result is proved in print."""
    body = Body('They said "yes" to it.\n', "fr")
    (block,), (said,) = body.blocks, body.said
    assert "«" in block.key
    assert block.key == said.key
