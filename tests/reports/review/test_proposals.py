"""What is found in files as reviewers return them: every change at its place, and nothing else."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from reports.review import proposals, reasons
from reports.review.findings import Findings, Proposal
from reports.review.proposals import proposals_of
from reports.review.reading import Returned, ReturnedComment, read
from reports.review.snapshot import Look, Paragraph, Snapshot
from tests.reports.review.returned import BY, OTHER, dele, file_of, find, ins, mark, p, r, tracked
from tests.reports.review.test_places import BODY, normal, texts
from tests.reports.review.texts import TOKEN, snapshot_of

BODIES = {
    "context": BODY,
    "needs": (
        "A first paragraph stands here.\n\nA second one follows it, with {{ interviews.people }}.\n\nThe third ends.\n"
    ),
    "empty": "",
}
SNAPSHOT = snapshot_of(BODIES)
AT = datetime(2026, 11, 30, 10)  # noqa: DTZ001 - as Word writes it


def one(text: str, kind: str = "") -> Paragraph:
    return find(SNAPSHOT, text, kind)


def found(edited: dict[str, str] | None = None, snapshot: Snapshot = SNAPSHOT, **others: Any) -> Findings:
    return proposals_of(read(file_of(snapshot, edited, **others)), snapshot)


def only(edited: dict[str, str] | None = None, **others: Any) -> Proposal:
    (item,) = found(edited, **others).items
    return item


def short(findings: Findings) -> list[tuple[str, str, str, str]]:
    return [(item.kind, item.before, item.after, item.state) for item in findings.items]


def says(item: Proposal) -> list[str]:
    """The paragraphs of the section with the proposal alone."""
    assert item.state == "fits"
    return texts(item.patched)


@pytest.mark.parametrize("bookmarks", [True, False])
def test_an_untouched_file_proposes_nothing(bookmarks: bool) -> None:
    findings = found(bookmarks=bookmarks)
    assert findings == Findings(found=1.0, same_round=None)


def test_the_token_tells_the_round() -> None:
    returned = read(file_of(SNAPSHOT))
    assert proposals_of(replace(returned, token=TOKEN), SNAPSHOT).same_round is True
    other = proposals_of(replace(returned, token="other"), SNAPSHOT)
    assert other.same_round is False
    assert other.notes == (reasons.OTHER_ROUND,)


def test_a_file_of_something_else_is_told_by_what_was_found() -> None:
    other = snapshot_of({"a": "Nothing of this is there.\n\nNor this.\n", "b": "Nor this at all.\n"})
    findings = found(snapshot=replace(other, paragraphs=other.paragraphs))
    assert findings.found == 1.0
    findings = proposals_of(read(file_of(other)), SNAPSHOT)
    assert findings.found < 0.5
    assert findings.notes == (reasons.FEW_FOUND,)
    assert findings.items, "all is listed"


def section_of(*texts: str, **fields: Any) -> Snapshot:
    """A snapshot with the paragraphs of one section, and what the program makes before them."""
    made = Paragraph("_ct1", "", "made", text="Contents")
    empty = Paragraph("_ct2", "a", "text", text="")
    paragraphs = [Paragraph(f"_ct{number}", "a", "text", text=text, **fields) for number, text in enumerate(texts, 3)]
    return Snapshot("", "en", (made, empty, *paragraphs), {"a": "\n\n".join(texts)}, {"a": "A"}, {"a": 1}, {"a": ""})


def test_how_much_was_found_is_a_share_of_the_words_that_people_wrote() -> None:
    """Neither what the program makes counts, nor paragraphs without words. Half is enough."""
    snapshot = section_of("The police came.", "Shelters are full.", "Trains run late.", "Rain fell there.")
    gone = {one.id: "" for one in snapshot.paragraphs[4:]}
    findings = found(gone, snapshot)
    assert (findings.found, findings.notes) == (0.5, ())
    assert [item.state for item in findings.items] == ["fits", "fits"]
    findings = found({one.id: "" for one in snapshot.paragraphs[3:]}, snapshot)
    assert (findings.found, findings.notes) == (0.25, (reasons.FEW_FOUND,))
    assert found({one.id: "" for one in snapshot.paragraphs[2:]}, snapshot).found == 0.0


def test_where_nobody_wrote_words_all_was_found() -> None:
    assert found(snapshot=section_of()).found == 1.0


def test_what_is_told_of_the_file_stands_before_what_was_not_found() -> None:
    """What reading tells comes first, then another round, then that little was found, then what looks are lost."""
    snapshot = section_of(*(f"Entry {word}." for word in ("one", "two", "three", "four", "five")), look=Look("bullet"))
    returned = replace(read(file_of(snapshot)), notes=("What reading told.",), token="other")
    assert proposals_of(returned, snapshot).notes == ("What reading told.", reasons.OTHER_ROUND, reasons.LOOKS_LOST)


# Words -------------------------------------------------------------------------------------------------------------


def test_a_tracked_change_has_author_time_place_and_markdown() -> None:
    paragraph = one("We met")
    item = only({paragraph.id: p(tracked(paragraph.text, ("women", "girls")))})
    assert replace(item, patched="") == Proposal(
        "change", True, "context", paragraph.id, 10, 15, "women", "girls", author="A. Reviewer", at=AT, state="fits"
    )
    assert item.patched == BODY.replace("*women*", "*girls*")


def test_several_changes_of_a_sentence_by_one_person_are_one() -> None:
    paragraph = one("We met")
    edited = {paragraph.id: p(tracked(paragraph.text, ("women", "girls"), ("boys", "children"), ("It’s", "It is")))}
    assert short(found(edited)) == [
        ("change", "women and men and boys", "girls and men and children", "fits"),
        ("change", "’s", " is", "fits"),
    ]


def test_two_people_in_one_sentence_are_two() -> None:
    paragraph = one("The last")
    inside = r("The ") + dele("last") + ins("final") + r(" paragraph") + ins(" of all", OTHER) + r(".")
    first, second = found({paragraph.id: p(inside)}).items
    assert (first.author, first.before, first.after) == ("A. Reviewer", "last", "final")
    assert (second.author, second.before, second.after) == ("B. Other", "", " of all")
    assert "The last paragraph of all.\n" in second.patched, "each by itself"


def test_what_a_second_person_deleted_of_the_first_one_s_words_is_gone() -> None:
    paragraph = one("The last")
    inside = r("The ") + f"<w:ins {BY}>{r('very ')}{dele('very very ', OTHER)}</w:ins>" + r("last paragraph.")
    assert short(found({paragraph.id: p(inside)})) == [("change", "", "very ", "fits")]


def test_words_changed_without_tracking() -> None:
    paragraph = one("The first point")
    item = only({paragraph.id: p(r("The very first point"))})
    assert (item.kind, item.tracked, item.author, item.at, item.after) == ("change", False, "", None, "very ")
    assert "- The very first point\n" in item.patched


def test_after_all_changes_were_accepted_the_same_is_found_without_an_author() -> None:
    paragraph = one("We met")
    changes = (("women", "girls"), ("36", "37"), ("31", "32"))
    tracked_items = found(
        {paragraph.id: p(tracked(paragraph.text.replace("It", "It"), *changes[1:1], changes[0]))}
    ).items
    text = paragraph.text.replace("women", "girls")
    assert [
        replace(item, tracked=True, author="A. Reviewer", at=AT) for item in found({paragraph.id: p(r(text))}).items
    ] == [*tracked_items]


def test_what_was_typed_is_text_and_never_notation() -> None:
    paragraph = one("The third")
    new = "{{ interviews.count }} [[chart x]] <script>a|b</script> =cmd() **b** [^a]"
    item = only({paragraph.id: p(tracked(paragraph.text, ("ends", new)))})
    assert says(item)[-1] == normal(f"The third {new}.")


def test_a_change_without_and_one_with_tracking_in_one_paragraph() -> None:
    paragraph = one("A first")
    inside = r("A very first paragraph ") + dele("stands") + ins("lies") + r(" here.")
    assert short(found({paragraph.id: p(inside)})) == [
        ("change", "", "very ", "fits"),
        ("change", "stands", "lies", "fits"),
    ]
    inside = r("A first text ") + dele("that ") + r("stands here.")
    assert short(found({paragraph.id: p(inside)})) == [("change", "paragraph", "text", "fits")]


@pytest.mark.parametrize(
    ("language", "body", "old", "new"),
    [
        ("ar", "نص **عربي غامق** يتبعه\u00a0نص آخر، وفيه\u200cوصل.\n", "نص آخر", "كلام جديد"),
        ("ka", "ქართული **მსხვილი** ტექსტი\u00a0აქ.\n", "აქ", "იქ"),
        ("hy", "Հայերեն **թավ** տեքստ «այստեղ»։\n", "այստեղ", "այնտեղ"),
    ],
)
def test_other_scripts(language: str, body: str, old: str, new: str) -> None:
    snapshot = snapshot_of({"needs": body}, language)
    paragraph = snapshot.paragraphs[-1]
    findings = found({paragraph.id: p(tracked(paragraph.text, (old, new)))}, snapshot)
    (item,) = findings.items
    assert item.patched == body.replace(old, new)


# Facts and sources ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_tracking", [True, False])
@pytest.mark.parametrize(("old", "new"), [("36", "37"), ("36 women", "40 girls"), ("36", "many")])
def test_a_changed_number_of_the_data_is_a_question_about_it(old: str, new: str, with_tracking: bool) -> None:
    paragraph = one("We met")
    inside = tracked(paragraph.text, (old, new)) if with_tracking else r(paragraph.text.replace(old, new))
    items = found({paragraph.id: p(inside)}).items
    item = next(item for item in items if item.kind == "fact")
    assert item.names == ("interviews.people",)
    assert (item.tracked, item.state, item.patched, item.why) == (with_tracking, "by hand", "", reasons.IN_DATA)
    assert item.before.startswith("36")


def test_beside_a_fact_words_can_be_changed() -> None:
    paragraph = one("We met")
    items = found({paragraph.id: p(tracked(paragraph.text, ("met", "saw"), ("36", "37"), ("women", "girls")))}).items
    assert [(item.kind, item.before, item.after, item.state) for item in items] == [
        ("change", "met 36 women", "saw 36 girls", "fits"), ("fact", "36", "37", "by hand"),
    ]  # fmt: skip


def test_words_deleted_with_a_fact_are_offered_and_name_it() -> None:
    paragraph = one("A second")
    item = only({paragraph.id: p(tracked(paragraph.text, (", with 36", "")))})
    assert (item.kind, item.names, item.state) == ("change", ("interviews.people",), "fits")
    assert "A second one follows it.\n" in item.patched


@pytest.mark.parametrize("with_tracking", [True, False])
def test_pages_of_a_citation_are_taken_over_and_other_sources_not(with_tracking: bool) -> None:
    paragraph = one("We met")

    def change(old: str, new: str) -> Proposal:
        inside = tracked(paragraph.text, (old, new)) if with_tracking else r(paragraph.text.replace(old, new))
        return only({paragraph.id: p(inside)})

    item = change("31", "32")
    assert (item.kind, item.names, item.state) == ("citation", ("Aze 30, p. 31; Gen 1",), "fits")
    assert item.patched == BODY.replace("p. 31", "p. 32")
    item = change("Gen 1", "Gen 2")
    assert (item.kind, item.state, item.patched) == ("citation", "by hand", "")
    item = change(" (Aze 30, p. 31; Gen 1)", "")
    assert (item.kind, item.state) == ("citation", "fits")
    assert "in {{country}}.\n" in item.patched


def test_a_call_of_a_note_is_deleted_by_hand() -> None:
    paragraph = one("We met")
    before, after = paragraph.text.split("\ufff9")
    item = only({paragraph.id: p(r(before) + dele("\ufff9") + r(after))})
    assert (item.kind, item.state, item.why) == ("change", "by hand", reasons.NOT_PROVED)


# Paragraphs ----------------------------------------------------------------------------------------------------------


def test_a_tracked_split() -> None:
    paragraph = one("A first")
    item = only({paragraph.id: p(r("A first paragraph"), mark("ins")) + p(r(" stands here."))})
    assert (item.kind, item.tracked, item.start, item.after) == ("split", True, 17, "\n\n")
    assert says(item)[:2] == ["A first paragraph", "stands here."]


def test_an_untracked_split_with_a_change_in_the_second_half() -> None:
    paragraph = one("A second")
    findings = found({paragraph.id: p(r("A second one"), name=paragraph.id) + p(r("follows it now, with 36."))})
    assert short(findings) == [("split", " ", "\n\n", "fits"), ("change", "", " now", "fits")]
    assert says(findings.items[0])[1:3] == ["A second one", "follows it, with 36."]


def test_a_bookmark_in_the_second_half_misleads_nobody() -> None:
    paragraph = one("A second")
    findings = found({paragraph.id: p(r("A second one")) + p(r("follows it, with 36."), name=paragraph.id)})
    assert [item.kind for item in findings.items] == ["split"]


@pytest.mark.parametrize("with_tracking", [True, False])
def test_two_paragraphs_joined(with_tracking: bool) -> None:
    first, second = one("A first"), one("A second")
    edited = {first.id: p(r(first.text), mark("del"))}
    if not with_tracking:
        edited = {first.id: p(r(f"{first.text} {second.text}")), second.id: ""}
    item = only(edited)
    assert (item.kind, item.tracked, item.before) == ("joined", with_tracking, "\n\n")
    assert len(says(item)) == 2


def test_a_paragraph_joined_with_nothing_is_as_it_was() -> None:
    """Its end was deleted with tracking on: at the end of the report, or before a paragraph that is gone."""
    snapshot = section_of("The police came.", "Shelters are full.", "Trains run late.")
    first, second, last = snapshot.paragraphs[2:]
    assert short(found({last.id: p(r(last.text), mark("del"))}, snapshot)) == []
    edited = {first.id: p(r(first.text), mark("del")), second.id: "", last.id: p(r("Trains run early."))}
    assert short(found(edited, snapshot)) == [
        ("deleted", second.text, "", "fits"),
        ("change", "late", "early", "fits"),
    ]


def test_words_deleted_over_the_end_of_a_paragraph() -> None:
    first, second = one("A first"), one("A second")
    item = only(
        {
            first.id: p(r("A first ") + dele("paragraph stands here."), mark("del")),
            second.id: p(dele("A second one ") + r("follows it, with 36.")),
        }
    )
    assert (item.kind, item.before) == ("joined", "paragraph stands here.\n\nA second one ")
    assert says(item)[0] == "A first follows it, with 36."


def test_a_paragraph_deleted_in_each_way() -> None:
    first, second = one("A first"), one("A second")
    for edited in (
        {second.id: p(dele(second.text), mark("del"))},
        {second.id: p(dele(second.text))},
        {first.id: p(r(first.text), mark("del")), second.id: p(dele(second.text))},
        {second.id: ""},
        {second.id: p("")},
    ):
        item = only(edited)
        assert (item.kind, item.paragraph, item.before) == ("deleted", second.id, second.text)
        assert item.names == ("interviews.people",), "its facts are named"
        assert says(item) == ["A first paragraph stands here.", "The third ends."]


def test_two_paragraphs_deleted_in_one_are_two() -> None:
    first, second = one("A first"), one("A second")
    findings = found({first.id: p(dele(first.text), mark("del")), second.id: p(dele(second.text), mark("del"))})
    assert [(item.kind, item.paragraph) for item in findings.items] == [("deleted", first.id), ("deleted", second.id)]


def test_new_paragraphs_in_each_way() -> None:
    first = one("A first")
    for edited in (
        {first.id: p(r(first.text), mark("ins")) + p(ins("New one."), mark("ins")) + p(ins("New two."))},
        {first.id: p(r(first.text)) + p(ins("New one."), mark("ins")) + p(ins("New two."), mark("ins"))},
        {first.id: p(r(first.text)) + p(r("New one.")) + p(r("New two."))},
    ):
        item = only(edited)
        assert (item.kind, item.after) == ("new", "New one.\n\nNew two.")
        assert says(item)[:3] == ["A first paragraph stands here.", "New one.", "New two."]


def test_words_and_a_paragraph_typed_at_the_end_are_two() -> None:
    first = one("A first")
    findings = found({first.id: p(r(first.text) + ins(" More."), mark("ins")) + p(ins("New."))})
    assert short(findings) == [("change", "", " More.", "fits"), ("new", "", "New.", "fits")]


def test_a_new_entry_of_a_list_and_a_new_heading() -> None:
    styles = (
        '<w:style w:styleId="L"><w:name w:val="List Bullet"/></w:style>'
        '<w:style w:styleId="H"><w:name w:val="heading 3"/></w:style>'
    )
    point, third = one("The first point"), one("The third")
    item = only({point.id: p(r(point.text)) + p(r("Another"), '<w:pStyle w:val="L"/>')}, styles=styles)
    assert "- The first point\n- Another\n- The second" in item.patched
    item = only({third.id: p(r(third.text)) + p(r("Other needs"), '<w:pStyle w:val="H"/>')}, styles=styles)
    assert item.patched.endswith("The third ends.\n\n## Other needs\n")


def test_a_new_paragraph_behind_a_title_is_first_in_the_section() -> None:
    title = one("Chapter needs")
    item = only({title.id: p(r(title.text)) + p(r("New.")) })  # fmt: skip
    assert item.section == "needs"
    assert says(item)[0] == "New."
    title = one("Chapter empty")
    item = only({title.id: p(r(title.text)) + p(r("New."))})
    assert item.patched == "New.\n"


def test_a_new_paragraph_before_everything_has_no_section() -> None:
    cover = SNAPSHOT.paragraphs[0]
    item = only({cover.id: p(r("New.")) + p(r(cover.text))})
    assert (item.section, item.paragraph, item.state, item.why) == ("", "", "by hand", reasons.NO_PLACE)
    assert found({cover.id: p(r("New.")) + p(r(cover.text))}).unplaced == (item,)


def moved(number: int, to: int) -> Any:
    def order(paragraphs: list[Paragraph]) -> list[Paragraph]:
        paragraphs.insert(to, paragraphs.pop(number))
        return paragraphs

    return order


def test_a_paragraph_cut_and_pasted_was_moved() -> None:
    body = [paragraph for paragraph in SNAPSHOT.paragraphs if paragraph.kind != "note"]
    third = body.index(one("The third"))
    item = only(order=moved(third, third - 2), bookmarks=False)
    assert (item.kind, item.tracked, item.paragraph, item.target) == (
        "moved",
        False,
        body[third].id,
        one("Chapter needs").id,
    )
    assert says(item)[0] == "The third ends."
    item = only(order=moved(third, 3))
    assert (item.kind, item.state, item.why) == ("moved", "by hand", reasons.ELSEWHERE)


def test_a_tracked_move() -> None:
    first, second, third = one("A first"), one("A second"), one("The third")
    begin, stop = '<w:move{0}RangeStart w:id="{1}" w:name="move1"/>', '<w:move{0}RangeEnd w:id="{1}"/>'
    there = begin.format("To", 6) + f"<w:moveTo {BY}>{r(third.text)}</w:moveTo>"
    gone = begin.format("From", 5) + f"<w:moveFrom {BY}>{r(third.text)}</w:moveFrom>"
    item = only(
        {
            first.id: p(r(first.text)) + p(there, mark("moveTo")),
            second.id: p(stop.format("To", 6) + r(second.text)),
            third.id: p(gone, mark("moveFrom")) + p(stop.format("From", 5)),
        }
    )
    assert (item.kind, item.tracked, item.author, item.paragraph) == ("moved", True, "A. Reviewer", third.id)
    assert says(item) == [first.text, third.text, second.text]


def test_a_paragraph_written_anew_is_one_change() -> None:
    first = one("A first")
    findings = found({first.id: p(r("Voici tout autre chose"))}, bookmarks=False)
    assert short(findings) == [("change", "A first paragraph stands here.", "Voici tout autre chose", "fits")]


# Tables, notes, titles, what the program makes -----------------------------------------------------------------------


def cells(*texts_of: str, properties: str = "", tag: Any = r) -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(f'<w:tc>{p(tag(text))}</w:tc>' for text in texts_of)}</w:tr>"


def test_rows_are_deleted_and_added_whole() -> None:
    line = one("Labour").first
    kept = cells("Labour inspection", "4")
    deleted = cells("Labour inspection", "4", properties=f"<w:del {BY}/>", tag=dele)
    added = cells("Prisons", "2", properties=f"<w:ins {BY}/>", tag=ins)
    for rows, with_tracking in (("", False), (deleted, True)):
        item = only(rows={line: rows})
        assert (item.kind, item.tracked, item.before) == ("deleted", with_tracking, "Labour inspection | 4")
        assert item.patched == BODY.replace("| Labour inspection | 4 |\n", "")
    for rows, with_tracking in ((kept + cells("Prisons", "2"), False), (kept + added, True)):
        item = only(rows={line: rows})
        assert (item.kind, item.tracked, item.after) == ("new", with_tracking, "Prisons | 2")
        assert "| Labour inspection | 4 |\n| Prisons | 2 |\n" in item.patched


def test_a_cell_is_changed() -> None:
    four = one("4", "cell")
    for inside in (dele("4") + ins("5"), r("5")):
        item = only({four.id: p(inside, name=four.id)})
        assert (item.kind, item.before, item.after) == ("change", "4", "5")
        assert "| Labour inspection | 5 |" in item.patched


def test_a_column_is_added_by_hand() -> None:
    rows = dict.fromkeys(range(0), "")
    for line, texts_of in ((20, ("Body", "People")), (22, ("Police | border", "36")), (24, ("Labour inspection", "4"))):
        rows[line] = cells(*texts_of, "more")
    rows[one("Courts").first] = cells("Courts and code", "", "more")
    lines = {paragraph.first for paragraph in SNAPSHOT.paragraphs if paragraph.kind == "cell"}
    rows = dict(zip(sorted(lines), [rows[20], rows[22], rows[one("Courts").first], rows[24]], strict=True))
    item = only(rows=rows)
    assert (item.kind, item.state, item.why) == ("new", "by hand", reasons.IS_COLUMN)
    assert item.after.count("more") == 4


def test_a_pasted_table_and_a_pasted_picture_are_one_item_each_and_by_hand() -> None:
    first = one("A first")
    table = f"<w:tbl>{cells('Year', 'Cases')}{cells('2015', '3')}</w:tbl>"
    item = only({first.id: p(r(first.text)) + table})
    assert (item.kind, item.section, item.paragraph, item.after) == ("new", "needs", first.id, "Year | Cases\n2015 | 3")
    assert (item.state, item.why) == ("by hand", reasons.IS_TABLE)
    for edited in (p(r(first.text)) + p(DRAWING), p(r(first.text) + f"<w:ins {BY}>{DRAWING}</w:ins>")):
        item = only({first.id: edited})
        assert (item.after, item.state, item.why) == ("\ufffc", "by hand", reasons.IS_PICTURE)


def test_a_footnote_that_was_added_is_by_hand() -> None:
    first = one("A first")
    item = only({first.id: p(r(first.text) + ins("\ufff9"))})
    assert (item.kind, item.state, item.why) == ("change", "by hand", reasons.IS_PICTURE)


def test_after_so_many_proposals_no_more_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "MOST_PROVED", 0)
    edited = {one(text).id: p(r(f"New: {one(text).text}")) for text in ("A first", "A second")}
    assert [(item.state, item.why) for item in found(edited).items] == [("fits", ""), ("by hand", reasons.NOT_PROVED)]


def test_a_footnote_is_changed() -> None:
    note = one("The note")
    item = only({note.id: p(tracked(note.text, ("says more", "tells")))})
    assert (item.section, item.paragraph) == ("context", note.id)
    assert "The note [@Gen 1, p. 3] tells\n    about <https" in item.patched or "tells about" in item.patched


def test_a_title_is_changed_in_the_outline() -> None:
    title = one("Chapter needs")
    item = only({title.id: p(r("Chapter of needs"))})
    assert (item.kind, item.section, item.state, item.why) == ("change", "needs", "by hand", reasons.IS_TITLE)
    assert only({title.id: ""}).why == reasons.IS_TITLE


CHART = Paragraph("_ct00900", "needs", "block", "chart roles", 8, 9, "\ufffc")
LABEL = Paragraph("_ct00901", "needs", "block", "chart roles", 8, 9, "Police 5")
CAPTION = Paragraph("_ct00902", "needs", "made", "chart roles", 8, 9, "Figure 3. Roles of respondents")
WITH_CHART = replace(SNAPSHOT, paragraphs=(*SNAPSHOT.paragraphs, CHART, LABEL, CAPTION))
DRAWING = "<w:r><w:drawing/></w:r>"


def in_chart(edited: dict[str, str]) -> list[Proposal]:
    return list(found({CHART.id: p(DRAWING, name=CHART.id), **edited}, WITH_CHART).items)


def test_charts_and_captions_are_no_place_to_change_anything() -> None:
    assert in_chart({}) == []
    (item,) = in_chart({LABEL.id: p(r("Police 6"), name=LABEL.id)})
    assert (item.kind, item.section, item.names, item.state) == ("block", "needs", ("chart roles",), "by hand")
    assert item.why == reasons.BY_PROGRAM
    (item,) = in_chart({CHART.id: "", LABEL.id: ""})
    assert (item.kind, item.names) == ("block", ("chart roles",)), "one, though it has two paragraphs"
    (item,) = in_chart({CAPTION.id: p(tracked(CAPTION.text, ("Roles", "Tasks")))})
    assert (item.kind, item.before, item.after) == ("block", "Roles", "Tasks")
    assert in_chart({CAPTION.id: p(r(CAPTION.text.replace("3", "4")))}) == [], "programs count anew"


def test_a_paragraph_after_a_chart_is_placed_in_the_text() -> None:
    line = BODIES["context"].split("\n").index("[[chart roles]]")
    chart = Paragraph("_ct00900", "context", "block", "chart roles", line, line + 1, "Police 5")
    paragraphs = list(SNAPSHOT.paragraphs)
    place = paragraphs.index(one("Հայաստանի"))
    snapshot = replace(SNAPSHOT, paragraphs=(*paragraphs[:place], chart, *paragraphs[place:]))
    (item,) = found({chart.id: p(r(chart.text)) + p(ins("New."), mark("ins"))}, snapshot).items
    assert "[[chart roles]]\n\nNew.\n\nՀայաստանի" in item.patched


def test_tracked_changes_in_the_contents_are_told_and_untracked_are_not() -> None:
    toc = '<w:style w:styleId="T"><w:name w:val="toc 1"/></w:style>'
    cover = SNAPSHOT.paragraphs[0]

    def with_contents(inside: str) -> Findings:
        return found({cover.id: p(r(cover.text)) + p(inside, '<w:pStyle w:val="T"/>')}, styles=toc)

    assert with_contents(r("Chapter needs\t7")).items == ()
    (item,) = with_contents(r("Chapter ") + ins("of ") + r("needs\t7")).items
    assert (item.kind, item.paragraph, item.why) == ("block", "", reasons.BY_PROGRAM)


def test_formatting_that_matters() -> None:
    styles = '<w:style w:styleId="H"><w:name w:val="heading 3"/></w:style>'
    first = one("A first")
    change = f'<w:pStyle w:val="H"/><w:pPrChange {BY}><w:pPr/></w:pPrChange>'
    item = only({first.id: p(r(first.text), change)}, styles=styles)
    assert (item.kind, item.author, item.state) == ("format", "A. Reviewer", "fits")
    assert (item.before, item.after) == (first.text, f"### {first.text}")


# Comments ------------------------------------------------------------------------------------------------------------


def comments(*texts_of: str) -> str:
    return "".join(
        f'<w:comment w:id="{number}" w:author="A" w:date="2026-11-30T1{number}:00:00">{p(r(text))}</w:comment>'
        for number, text in enumerate(texts_of)
    )


def start(number: int) -> str:
    return f'<w:commentRangeStart w:id="{number}"/>'


def end(number: int) -> str:
    return f'<w:commentRangeEnd w:id="{number}"/><w:r><w:commentReference w:id="{number}"/></w:r>'


def about(findings: Findings) -> list[tuple[str, str, str, str]]:
    return [(item.kind, item.section, item.before, item.text) for item in findings.items]


def test_a_comment_on_words_after_changes_of_both_kinds() -> None:
    first = one("A first")
    inside = r("A very first ") + ins("new ") + start(0) + r("paragraph ") + dele("stands") + end(0) + r(" here.")
    findings = found({first.id: p(inside)}, comments=comments("Why?"))
    comment = next(item for item in findings.items if item.kind == "comment")
    assert (comment.before, comment.start, comment.end) == ("paragraph stands", 8, 24)
    assert (comment.state, comment.author, comment.at) == ("nothing to do", "A", datetime(2026, 11, 30, 10))  # noqa: DTZ001


def test_a_comment_over_a_table_and_two_sections() -> None:
    cell, first = one("Labour"), one("A first")
    edited = {cell.id: p(start(0) + r("Labour inspection")), first.id: p(r("A first") + end(0) + r(first.text[7:]))}
    ((kind, section, before, _),) = about(found(edited, comments=comments("All of it")))
    assert (kind, section) == ("comment", "context")
    assert before.startswith("Labour inspection\n\n4\n\n")
    assert before.endswith("A first")


def test_comments_on_deleted_and_on_new_words_in_a_note_and_on_a_title() -> None:
    first, third, note, title = one("A first"), one("The third"), one("The note"), one("Chapter needs")
    edited = {
        first.id: p(r("A ") + start(0) + dele("first ") + end(0) + r("paragraph stands here.")),
        third.id: p(r(third.text)) + p(ins("New ") + start(1) + ins("words") + end(1), mark("ins")),
        note.id: p(start(2) + r(note.text) + end(2)),
        title.id: p(r("Chapter ") + start(3) + r("needs") + end(3)),
    }
    findings = found(edited, comments=comments("On deleted", "On new", "On note", "On title"))
    by_text = {item.text: item for item in findings.items if item.kind == "comment"}
    assert (by_text["On deleted"].paragraph, by_text["On deleted"].before) == (first.id, "first ")
    assert by_text["On new"].paragraph == third.id
    assert (by_text["On note"].paragraph, by_text["On note"].section) == (note.id, "context")
    assert (by_text["On title"].section, by_text["On title"].before) == ("needs", "needs")


def test_a_comment_on_a_paragraph_that_was_cut_and_pasted_is_on_that_paragraph() -> None:
    """Also where it was pasted before everything, and has lost its bookmark."""
    body = [paragraph for paragraph in SNAPSHOT.paragraphs if paragraph.kind != "note"]
    third = one("The third")
    for to in (body.index(third) - 2, 0):
        findings = found(
            {third.id: p(start(0) + r(third.text) + end(0))},
            order=moved(body.index(third), to),
            comments=comments("On what was moved"),
        )
        move, comment = sorted(findings.items, key=lambda item: item.kind, reverse=True)
        assert (move.kind, move.paragraph, move.start, move.end) == ("moved", third.id, 0, len(third.text))
        assert (comment.text, comment.paragraph) == ("On what was moved", third.id)


def test_a_comment_without_a_place_is_listed_last_and_replies_follow_what_they_answer() -> None:
    returned = read(
        file_of(SNAPSHOT, {one("A first").id: p(start(0) + r(one("A first").text) + end(0))}, comments=comments("?"))
    )
    place = returned.comments[0].first
    threads = (
        ReturnedComment("9", "Nowhere"),
        ReturnedComment("2", "Reply to the reply", parent="1"),
        ReturnedComment("0", "Asked", first=place, last=place, resolved=True),
        ReturnedComment("1", "Reply", parent="0", first=place),
        ReturnedComment("5", "Its own parent", parent="5", first=place),
        ReturnedComment("6", "To nobody", parent="77", first=place),
    )
    items = proposals_of(Returned(returned.paragraphs, threads), SNAPSHOT).items
    assert sorted(item.text for item in items) == sorted(comment.text for comment in threads), "none is dropped"
    texts_of = [item.text for item in items]
    asked = texts_of.index("Asked")
    assert texts_of[asked : asked + 3] == ["Asked", "Reply", "Reply to the reply"]
    assert [item.parent for item in items[asked : asked + 3]] == [None, asked, asked + 1]
    assert [item.kind for item in items[asked : asked + 3]] == ["comment", "reply", "reply"]
    assert items[asked].resolved
    assert (items[-1].text, items[-1].section, items[-1].why) == ("Nowhere", "", reasons.NO_PLACE)


# In order -------------------------------------------------------------------------------------------------------------


def test_items_come_in_the_order_of_the_report_and_the_same_each_time() -> None:
    edited = {
        paragraph.id: p(tracked(paragraph.text, (paragraph.text[:3], "New")))
        for paragraph in SNAPSHOT.paragraphs
        if paragraph.kind == "text" and len(paragraph.text) > 3
    }
    findings = found(edited)
    order = [paragraph.id for paragraph in SNAPSHOT.paragraphs]
    places = [order.index(item.paragraph) for item in findings.items]
    assert places == sorted(places)
    assert len(places) == len(edited)
    assert found(edited) == findings


def test_long_paragraphs_of_other_words_are_compared_in_a_moment() -> None:
    body = " ".join(f"word{number % 700}" for number in range(1200)) + ".\n"
    snapshot = snapshot_of({"a": f"{body}\nAnother paragraph stays.\n"})
    paragraph = next(each for each in snapshot.paragraphs if each.text.startswith("word0"))
    other = " ".join(f"mot{number % 700}" for number in range(1200))
    (item,) = found({paragraph.id: p(r(other), name=paragraph.id)}, snapshot).items
    assert item.state == "fits"


def test_a_long_file_of_something_else_is_read_in_a_moment() -> None:
    many = snapshot_of({"a": "\n\n".join(f"Paragraph {n} of words." for n in range(900))})
    other = snapshot_of({"b": "\n\n".join(f"Absatz {n} mit Wort." for n in range(900))})
    assert proposals_of(read(file_of(other)), many).found <= 1.0
