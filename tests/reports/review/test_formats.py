"""Paragraphs that become a heading or an entry of a list, or are none any more, with tracking on and off."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from reports.review import reasons
from reports.review.findings import Findings, Proposal
from reports.review.forming import formed
from reports.review.places import Body
from reports.review.proposals import proposals_of
from reports.review.reading import read
from reports.review.snapshot import TEXT, Look, Paragraph, Snapshot
from tests.reports.review.returned import BY, OTHER, dele, file_of, find, ins, mark, p, r
from tests.reports.review.texts import printed, snapshot_of

BODY = """## Needs

A paragraph with {{ interviews.people }} *people*
over two lines.

- A point
- Another point
- The last point

Between the lists.

1. First of all
2. Second of all

### Of these

The end[^x].

[^x]: A note.
"""
BULLET, NUMBER = Look("bullet"), Look("number")
SECOND, THIRD = Look("heading", 2), Look("heading", 3)
STYLES = "".join(
    f'<w:style w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
    for key, name in {
        "H1": "heading 1",
        "H2": "Text Heading 2",
        "H3": "Text Heading 3",
        "H4": "Text Heading 4",
        "N": "Normal",
    }.items()
)
NUMBERING = "".join(
    f'<w:abstractNum w:abstractNumId="{n}"><w:lvl w:ilvl="0"><w:numFmt w:val="{form}"/></w:lvl>'
    f'<w:lvl w:ilvl="1"><w:numFmt w:val="{form}"/></w:lvl></w:abstractNum>'
    for n, form in enumerate(("bullet", "decimal"))
) + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n - 1}"/></w:num>' for n in (1, 2))


def looking(snapshot: Snapshot) -> Snapshot:
    """With the looks that the Markdown gives."""

    def looks() -> Iterator[Paragraph]:
        for one in snapshot.paragraphs:
            look = Look("heading", 1) if one.kind == "title" else TEXT
            if one.kind == "text":
                body = Body(snapshot.bodies[one.section], "en")
                block = body.find(one)
                assert block is not None
                if block.path == ("h",):
                    look = Look("heading", len(body.lead(block).strip()))
                elif "list_item" in block.path:
                    look = Look("bullet" if block.path[-3] == "bullet_list" else "number", len(block.path) // 2 - 1)
            yield replace(one, look=look)

    return replace(snapshot, paragraphs=tuple(looks()))


SNAPSHOT = looking(snapshot_of({"needs": BODY}))


def one(text: str) -> Paragraph:
    return find(SNAPSHOT, text, "text")


def xml(look: Look) -> str:
    if look.kind == "heading":
        return f'<w:pStyle w:val="H{look.level}"/>'
    if look.is_listed:
        number = 1 if look.kind == "bullet" else 2
        return f'<w:numPr><w:ilvl w:val="{look.level}"/><w:numId w:val="{number}"/></w:numPr>'
    return ""


def found(changed: dict[str, Look], snapshot: Snapshot = SNAPSHOT, sent: Snapshot = SNAPSHOT, **more: str) -> Findings:
    """What a file proposes in which the paragraphs that begin so look otherwise; `more` is XML of paragraphs."""
    other = {one(text).id: look for text, look in changed.items()}
    edited = {each.id: p(r(each.text), xml(other.get(each.id, each.look)), each.id) for each in sent.paragraphs}
    edited |= {one(text).id: inside for text, inside in more.items()}
    return proposals_of(read(file_of(sent, edited, styles=STYLES, numbering=NUMBERING)), snapshot)


def only(changed: dict[str, Look], **more: str) -> Proposal:
    (item,) = found(changed, **more).items
    assert (item.kind, item.section) == ("format", "needs")
    return item


def changes(item: Proposal) -> tuple[str, str]:
    """The lines of the Markdown that differ, before and after."""
    assert item.state == "fits"
    old, new = BODY.split("\n"), item.patched.split("\n")
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return "\n".join(old), "\n".join(new)


def test_a_file_in_which_all_looks_as_it_did_proposes_nothing() -> None:
    assert found({}) == Findings()


@pytest.mark.parametrize(
    ("changed", "before", "after", "lines"),
    [
        ({"The end": SECOND}, "The end\ufff9.", "## The end\ufff9.", ("The end[^x].", "## The end[^x].")),
        ({"The end": THIRD}, "The end\ufff9.", "### The end\ufff9.", ("The end[^x].", "### The end[^x].")),
        ({"Of these": TEXT}, "### Of these", "Of these", ("### Of these", "Of these")),
        ({"Of these": SECOND}, "### Of these", "## Of these", ("### Of these", "## Of these")),
        ({"The end": BULLET}, "The end\ufff9.", "- The end\ufff9.", ("The end[^x].", "- The end[^x].")),
        (
            {"A paragraph": THIRD},
            "A paragraph with 36 people over two lines.",
            "### A paragraph with 36 people over two lines.",
            (
                "A paragraph with {{ interviews.people }} *people*\nover two lines.",
                "### A paragraph with {{ interviews.people }} *people* over two lines.",
            ),
        ),
        ({"Another": TEXT}, "- Another point", "Another point", ("- Another point", "\nAnother point\n")),
        (
            {"A point": NUMBER, "Another": NUMBER, "The last": NUMBER},
            "- A point\n\n- Another point\n\n- The last point",
            "1. A point\n\n2. Another point\n\n3. The last point",
            (
                "- A point\n- Another point\n- The last point",
                "1. A point\n2. Another point\n3. The last point",
            ),
        ),
        (
            {"First of all": BULLET, "Second": BULLET},
            "1. First of all\n\n2. Second of all",
            "- First of all\n\n- Second of all",
            ("1. First of all\n2. Second of all", "- First of all\n- Second of all"),
        ),
        ({"Second": TEXT}, "2. Second of all", "Second of all", ("2. Second of all", "\nSecond of all")),
    ],
)
def test_what_looks_otherwise_with_tracking_off_is_proposed_and_fits(
    changed: dict[str, Look], before: str, after: str, lines: tuple[str, str]
) -> None:
    item = only(changed)
    assert (item.tracked, item.author, item.before, item.after) == (False, "", before, after)
    assert changes(item) == lines
    first = one(next(iter(changed)))
    assert (item.paragraph, item.start, item.end) == (first.id, 0, len(first.text))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"First of all": TEXT}, reasons.IS_FORMAT),  # those below would be counted anew
        ({"Needs": TEXT}, reasons.IS_FORMAT),  # the heading below would become one of its level
        ({"Needs": Look("heading", 1)}, reasons.IS_FORMAT),
        ({"Another": Look("bullet", 1)}, reasons.IS_FORMAT),
    ],
)
def test_what_the_program_cannot_write_is_left_to_a_person(changed: dict[str, Look], why: str) -> None:
    item = only(changed)
    assert (item.state, item.patched, item.why) == ("by hand", "", why)


def test_a_title_that_is_none_any_more_is_told() -> None:
    """Of two, as a file without any has lost its styles."""
    snapshot = looking(snapshot_of({"needs": BODY, "more": "Text of more.\n"}))
    title = find(snapshot, "Chapter more", "title")
    edited = {each.id: p(r(each.text), xml(each.look)) for each in snapshot.paragraphs if each != title}
    file = file_of(snapshot, edited, styles=STYLES, numbering=NUMBERING)
    (item,) = proposals_of(read(file), snapshot).items
    assert (item.kind, item.paragraph, item.state, item.why) == ("format", title.id, "by hand", reasons.IS_TITLE)


def test_a_tracked_change_has_its_author_and_fits() -> None:
    end = one("The end")
    change = f"{xml(SECOND)}<w:pPrChange {BY}><w:pPr/></w:pPrChange>"
    item = only({}, **{"The end": p(r(end.text), change)})
    assert (item.tracked, item.author, item.before, item.after) == (True, "A. Reviewer", end.text, f"## {end.text}")
    assert changes(item) == ("The end[^x].", "## The end[^x].")
    back = f"<w:pPrChange {BY}><w:pPr>{xml(SECOND)}</w:pPr></w:pPrChange>"
    assert found({}, **{"The end": p(r(end.text), back)}).items == (), "it is what it was when it went out"


def test_entries_that_follow_each_other_are_one_proposal_of_each_author() -> None:
    def tracked(text: str, by: str = BY) -> str:
        return p(r(one(text).text), f"{xml(NUMBER)}<w:pPrChange {by}><w:pPr>{xml(BULLET)}</w:pPr></w:pPrChange>")

    later = BY.replace("10:00", "12:00")
    items = found({}, **{"A point": tracked("A point"), "Another": tracked("Another", later)}).items
    assert [item.before for item in items] == ["- A point\n\n- Another point"]
    both = found({"The last": NUMBER}, **{"A point": tracked("A point"), "Another": tracked("Another", OTHER)}).items
    assert [(item.author, item.before) for item in both] == [
        ("A. Reviewer", "- A point"), ("B. Other", "- Another point"), ("", "- The last point"),
    ]  # fmt: skip


def test_all_that_looks_otherwise_arrives_in_the_order_of_the_report() -> None:
    between = p(r("Between the lists."), f"{xml(THIRD)}<w:pPrChange {BY}><w:pPr/></w:pPrChange>")
    new = p(r(one("Needs").text), xml(SECOND)) + p(r("New."), xml(THIRD))
    changed = {"A paragraph": THIRD, "A point": NUMBER, "Another": TEXT, "The last": TEXT, "Second": TEXT}
    items = found(changed, Between=between, Needs=new).items
    assert [item.before for item in items if item.kind == "format"] == [
        "A paragraph with 36 people over two lines.",
        "- A point",
        "- Another point\n\n- The last point",
        "Between the lists.",
        "2. Second of all",
    ]
    assert [item.after for item in items if item.kind == "new"] == ["New."]


def test_two_headings_are_two_proposals_and_entries_apart_are_two() -> None:
    snapshot = looking(snapshot_of({"needs": "One.\n\nTwo.\n\n- a\n- b\n- c\n\nThree.\n\nFour.\n\nFive.\n"}))
    looks = {"One.": SECOND, "Two.": SECOND, "a": TEXT, "c": TEXT, "Three.": BULLET, "Four.": BULLET}
    edited = {each.id: p(r(each.text), xml(looks.get(each.text, each.look))) for each in snapshot.paragraphs}
    items = proposals_of(read(file_of(snapshot, edited, styles=STYLES, numbering=NUMBERING)), snapshot).items
    assert [(item.before, item.state) for item in items] == [
        ("One.", "fits"), ("Two.", "fits"), ("- a", "fits"), ("- c", "fits"),
        ("Three.\n\nFour.", "fits"),
    ]  # fmt: skip
    assert items[2].patched == "One.\n\nTwo.\n\na\n\n- b\n- c\n\nThree.\n\nFour.\n\nFive.\n"


def test_levels_are_those_of_the_section() -> None:
    """Another section types the same level with other signs, and its title says what a heading of the text says."""
    body = "Some text.\n\n#### Same\n\nMore text.\n\n##### Below\n"
    snapshot = looking(snapshot_of({"one": "## Same\n\nThe text of one.\n", "Same": body}))
    looks = {"Same": THIRD, "Below": Look("heading", 4)}
    paragraphs = tuple(
        replace(each, text="Same") if each.kind == "title" and each.section == "Same"
        else replace(each, look=looks[each.text]) if each.section == "Same" and each.text in looks
        else each
        for each in snapshot.paragraphs
    )  # fmt: skip
    snapshot = replace(snapshot, paragraphs=paragraphs)

    def patched(text: str, look: Look) -> str:
        edited = {each.id: p(r(each.text), xml(look if each.text == text else each.look)) for each in paragraphs}
        (item,) = proposals_of(read(file_of(snapshot, edited, styles=STYLES, numbering=NUMBERING)), snapshot).items
        return item.patched

    assert patched("Some text.", THIRD) == body.replace("Some", "#### Some")
    assert patched("More text.", Look("heading", 4)) == body.replace("More", "##### More")
    assert patched("More text.", SECOND) == patched("More text.", Look("heading", 1)) == ""
    assert patched("The text of one.", SECOND) == "## Same\n\n## The text of one.\n"


def test_changed_words_are_proposed_beside_it() -> None:
    item, words = found({}, **{"A point": p(dele("A") + ins("One") + r(" point"), xml(TEXT))}).items
    assert {item.kind, words.kind} == {"change", "format"}
    assert {item.tracked, words.tracked} == {True, False}


@pytest.mark.parametrize(
    "inside", [p(dele("Of these")), p(r("Of ")) + p(r("these")), p(ins("New."), mark("ins")) + p(r("Of these"))]
)
def test_of_what_is_deleted_or_split_nothing_is_told_by_its_look(inside: str) -> None:
    assert "format" not in {item.kind for item in found({}, **{"Of these": inside}).items}


def test_where_the_look_was_not_stored_only_tracked_changes_are_found() -> None:
    old = replace(SNAPSHOT, paragraphs=tuple(replace(each, look=Look()) for each in SNAPSHOT.paragraphs))
    assert found({"Of these": TEXT, "A point": NUMBER}, old) == Findings()
    change = f"{xml(BULLET)}<w:pPrChange {BY}><w:pPr/></w:pPrChange>"
    (item,) = found({}, old, **{"The end": p(r(one("The end").text), change)}).items
    assert (item.kind, item.tracked, item.state) == ("format", True, "fits")
    plain = replace(SNAPSHOT, paragraphs=tuple(replace(each, look=TEXT) for each in SNAPSHOT.paragraphs))
    assert found({}, old, plain) == Findings(), "nor is any look missed"


def test_where_all_styles_are_lost_that_is_told_once() -> None:
    plain = replace(SNAPSHOT, paragraphs=tuple(replace(each, look=TEXT) for each in SNAPSHOT.paragraphs))
    assert found({}, sent=plain) == Findings(notes=(reasons.LOOKS_LOST,))
    change = f"<w:pPrChange {BY}><w:pPr>{xml(THIRD)}</w:pPr></w:pPrChange>"
    told = found({}, sent=plain, **{"A point": p(r("A point"), change)})
    assert [(item.before, item.tracked) for item in told.items] == [("- A point", True)]
    bare = replace(SNAPSHOT, bodies={})
    (item,) = found({"The end": THIRD}, bare).items
    assert (item.state, item.why) == ("by hand", reasons.IS_FORMAT)


@pytest.mark.parametrize(("kept", "is_lost"), [(2, True), (3, False)])
def test_titles_tell_whether_the_styles_are_lost(kept: int, is_lost: bool) -> None:
    snapshot = looking(snapshot_of({f"part {n}": f"Chapter part {n}\n\nThe text of part {n}.\n" for n in range(5)}))
    titles = [each.id for each in snapshot.paragraphs if each.kind == "title"]
    edited = {
        each.id: p(r(each.text), xml(TEXT if each.id in titles[kept:] else each.look)) for each in snapshot.paragraphs
    }
    told = proposals_of(read(file_of(snapshot, edited, styles=STYLES)), snapshot)
    assert told.notes == ((reasons.LOOKS_LOST,) if is_lost else ())
    assert [item.why for item in told.items] == ([] if is_lost else [reasons.IS_TITLE] * 2)


def test_cells_that_look_otherwise_are_not_compared() -> None:
    snapshot = looking(snapshot_of({"needs": "| a | b |\n|---|---|\n| c | d |\n\nText below.\n"}))
    edited = {each.id: p(r(each.text), xml(BULLET if each.text == "d" else each.look)) for each in snapshot.paragraphs}
    assert proposals_of(read(file_of(snapshot, edited, styles=STYLES, numbering=NUMBERING)), snapshot) == Findings()


@pytest.mark.parametrize(("entries", "is_lost"), [(3, False), (4, True)])
def test_lists_that_all_became_something_else_are_the_program_s_doing(entries: int, is_lost: bool) -> None:
    body = "\n".join(f"- Point number {n}" for n in range(entries)) + "\n\nText below.\n"
    snapshot = looking(snapshot_of({"needs": body}))
    edited = {
        each.id: p(r(each.text), xml(each.look if each.kind == "title" else TEXT)) for each in snapshot.paragraphs
    }
    file = read(file_of(snapshot, edited, styles=STYLES, numbering=NUMBERING))
    told = proposals_of(file, snapshot)
    first = next(each for each in snapshot.paragraphs if each.look == BULLET)
    edited[first.id] = p(r(first.text), xml(BULLET))
    assert proposals_of(read(file_of(snapshot, edited, styles=STYLES, numbering=NUMBERING)), snapshot).items
    assert told.notes == ((reasons.LOOKS_LOST,) if is_lost else ())
    assert [item.patched for item in told.items] == (
        [] if is_lost else ["\n\n".join(f"Point number {n}" for n in range(entries)) + "\n\nText below.\n"]
    )


# The Markdown --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "texts", "look", "expected"),
    [
        ("One.\n", ["One."], SECOND, "## One.\n"),
        ("One.\n", ["One."], NUMBER, "1. One.\n"),
        ("# 1. Not, no entry\n", ["1. Not, no entry"], TEXT, "1\\. Not, no entry\n"),
        ("One.\n\n* two\n* three\n", ["One."], BULLET, "* One.\n* two\n* three\n"),
        ("7. six\n\nOne.\n", ["One."], NUMBER, "7. six\n8. One.\n"),
        ("- a\n  - b\n\nOne.\n", ["One."], BULLET, "- a\n  - b\n- One.\n"),
        ("a\n\n- b\n\n1. c\n", ["b"], TEXT, "a\n\nb\n\n1. c\n"),
        (
            "- a\n\n  - b\n\n[x]: https://example.org\n\nOne.\n",
            ["One."],
            BULLET,
            "- a\n\n  - b\n\n[x]: https://example.org\n\n- One.\n",
        ),
        ("> - a\n\nOne.\n\n1. b\n\nTwo.\n", ["Two."], NUMBER, "> - a\n\nOne.\n\n1. b\n2. Two.\n"),
        ("1. a\n\nOne.\n\n* b\n\nx\n\n- c\n", ["One."], BULLET, "1. a\n\n* One.\n* b\n\nx\n\n- c\n"),
        ("* a\n\nOne.\n\nx\n\n- c\n", ["One."], BULLET, "* a\n* One.\n\nx\n\n- c\n"),
        ("X\n\nOne.\n\nX\n", ["One."], SECOND, "X\n\n## One.\n\nX\n"),
        ("One *two\nthree*.\n", ["One two three."], BULLET, "- One *two three*.\n"),
        ("## a\n\n### b\n\nc\n", ["c"], Look("heading", 4), "## a\n\n### b\n\n#### c\n"),
        ("## a\n\nc\n", ["c"], Look("heading", 1), ""),  # none is above all
        ("##### a\n\nb\n", ["b"], Look("heading", 6), "##### a\n\n###### b\n"),
        ("One\\\ntwo\n", ["One\ntwo"], SECOND, ""),  # a heading is one line
        ("C\nD #\n", ["C D #"], SECOND, "## C D \\#\n"),
        ('X\n\nA "b" c.\n', ["A “b” c."], SECOND, 'X\n\n## A "b" c.\n'),
        ("* z\n\nX\n\nOne.\n", ["One."], BULLET, "* z\n\nX\n\n- One.\n"),
        ("* a\n\n  b\n\nOne.\n", ["One."], BULLET, "* a\n\n  b\n* One.\n"),
        ("One.\n\n1. c\n", ["One."], BULLET, "- One.\n\n1. c\n"),
        ("## a\n\nb\n", ["a"], THIRD, ""),  # which it is already, as the only one
        ("- a\n\nb\n", ["b"], Look("bullet", 1), ""),
        ("a\n\n> b\n", ["a", "b"], BULLET, ""),
        ("> One.\n", ["One."], SECOND, ""),
        ("- a\n\n  b\n", ["a"], TEXT, ""),  # b would be code or text of its own
        ("- a\n  - b\n", ["a"], NUMBER, ""),  # b would be no part of it
        ("- a\n\n1. b\n", ["a"], NUMBER, ""),  # b would be the second
        ("- a\n- b\n- c\n", ["a", "c"], TEXT, ""),  # they do not follow each other
        ("- a\n\n[x]: https://example.org\n\n- b [x]\n", ["a", "b x"], TEXT, ""),  # nor here
        ("###### a\n\nb\n", ["b"], Look("heading", 3), ""),  # there are no more signs
        ("## Title ##\n", ["Title"], TEXT, "Title\n"),
        ("C #\n", ["C #"], SECOND, "## C \\#\n"),
    ],
)
def test_paragraphs_are_written_as_they_are_to_look(body: str, texts: list[str], look: Look, expected: str) -> None:
    snapshot = looking(snapshot_of({"needs": body}))
    paragraphs = [find(snapshot, text, "text") for text in texts]
    headings = [each for each in snapshot.paragraphs if each.look.kind == "heading" and each.kind == "text"]
    if body.startswith("######"):
        headings = [replace(each, look=SECOND) for each in headings]
    text = formed(Body(body, "en"), paragraphs, look, headings)
    assert text == expected
    if text:
        assert [said for _, said, _ in printed(text)] == [said for _, said, _ in printed(body)]


def test_a_paragraph_that_is_not_there_is_not_written() -> None:
    other = Paragraph("_ct00009", "needs", "text", text="Other.", look=SECOND)
    body, (paragraph,) = Body("One.\n", "en"), looking(snapshot_of({"needs": "One.\n"})).paragraphs[2:]
    assert formed(body, [other], SECOND, []) == formed(body, [paragraph, other], SECOND, []) == ""
    assert formed(body, [paragraph], SECOND, [other]) == "## One.\n", "nor is its level one of the section"
