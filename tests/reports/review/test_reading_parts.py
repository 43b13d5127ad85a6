"""What of a returned file is read element by element, where programs write the same in several ways."""

import re
from datetime import datetime
from typing import Any

import pytest

from reports.review import reading
from reports.review.reading import NO_HEADS, Mark, Piece, Place, Returned, ReturnedComment, ReturnedParagraph, read
from reports.review.snapshot import NOTE, PICTURE, TEXT
from tests.reports.review.test_reading import (
    BY,
    MADE,
    comment,
    commented,
    d,
    dele,
    ins,
    mark,
    p,
    t,
    views,
    with_comments,
)
from tests.reports.review.test_reading import reading as read_body
from tests.reports.word.packages import docx, packed, part, relationships

B = Mark("B", datetime(2026, 11, 30, 11))  # noqa: DTZ001 - as Word writes it
OTHER = 'w:id="2" w:author="B" w:date="2026-11-30T11:00:00Z"'


BEGIN, END = '<w:commentRangeStart w:id="1"/>', '<w:commentRangeEnd w:id="1"/>'
CALLED = '<w:r><w:commentReference w:id="1"/></w:r>'


def run(inside: str) -> str:
    return f"<w:r>{inside}</w:r>"


def test_what_a_file_does_not_say_is_nothing() -> None:
    assert Piece("x") == Piece("x", None, None, "")
    assert ReturnedParagraph() == ReturnedParagraph((), None, None, "", TEXT, "", TEXT, None, "", None, (), False)
    assert ReturnedComment("1", "x") == ReturnedComment("1", "x", "", None, False, "", None, None)
    assert Returned() == Returned((), (), "", (), {})
    bare = read_body(p("<w:ins>" + t("x") + "</w:ins>"))
    assert bare.paragraphs[0].pieces == (Piece("x", Mark("", None)),)
    assert bare.paragraphs[0].bookmarks == ()
    found = read_body(f"<w:p>{t('x')}</w:p>").paragraphs[0]
    assert (found.style, found.level, found.listed, found.made) == ("", 0, False, False)


# Around paragraphs ----------------------------------------------------------------------------------------------------


def test_whole_paragraphs_that_were_inserted_or_deleted_together() -> None:
    returned = read_body(ins(p(t("One")) + p(t("two"))) + dele(p(d("three"))) + p(t("four")))
    assert views(returned) == [("", "One"), ("", "two"), ("three", ""), ("four", "four")]
    marks = [(one.mark_inserted, one.mark_deleted) for one in returned.paragraphs]
    assert marks == [(MADE, None), (MADE, None), (None, MADE), (None, None)]
    both = read_body(ins(dele(p(d("x")), OTHER)))
    assert both.paragraphs[0].pieces == (Piece("x", MADE, B),)


def test_a_range_that_begins_and_ends_between_paragraphs() -> None:
    body = p(t("One")) + '<w:commentRangeStart w:id="1"/>' + p(t("two")) + '<w:commentRangeEnd w:id="1"/>' + p(t("x"))
    (found,) = with_comments(body, comment(1, "On two")).comments
    assert (found.first, found.last) == (Place(1, 0), Place(2, 0))


def test_a_move_that_begins_and_ends_between_paragraphs() -> None:
    start, end = '<w:moveToRangeStart w:id="5" w:name="m1"/>', '<w:moveToRangeEnd w:id="5"/>'
    moved = p(f"<w:moveTo {BY}>{t('x')}</w:moveTo>")
    found = read_body(start + moved + end + moved).paragraphs
    assert [one.pieces[0].move for one in found] == ["m1", "move"]
    other = '<w:moveFromRangeStart w:id="6"/>'
    found = read_body(other + moved.replace("moveTo", "moveFrom") + '<w:moveFromRangeEnd w:id="6"/>' + moved).paragraphs
    assert [one.pieces[0].move for one in found] == ["move", "move"]
    nested = read_body(start + other.replace("/>", ' w:name="m2"/>') + moved + '<w:moveFromRangeEnd w:id="6"/>' + moved)
    assert [one.pieces[0].move for one in nested.paragraphs] == ["m2", "m1"]


@pytest.mark.parametrize(
    ("gallery", "made"), [("Table of Contents", True), ("Table of Figures", True), ("Cover Pages", False), ("", False)]
)
def test_contents_are_told_by_the_box_around_them(gallery: str, made: bool) -> None:
    kind = f'<w:docPartObj><w:docPartGallery w:val="{gallery}"/></w:docPartObj>' if gallery else ""

    def box(inside: str, kind: str = kind) -> str:
        return f"<w:sdt><w:sdtPr>{kind}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"

    found = read_body(box(p(t("One")) + box(p(t("two")), "")) + p(t("three"))).paragraphs
    assert [one.made for one in found] == [made, made, False]
    assert [one.old for one in found] == ["One", "two", "three"]
    empty = box(p(t("x")), "<w:docPartObj><w:docPartGallery/></w:docPartObj>")
    assert [one.made for one in read_body(empty).paragraphs] == [False]


def test_cells_that_were_inserted_or_deleted_by_themselves() -> None:
    def cell(properties: str) -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(t('x'))}</w:tc>"

    row = f"<w:tr>{cell(f'<w:cellIns {BY}/>')}{cell(f'<w:cellDel {BY}/>')}<w:tc>{p(t('x'))}</w:tc></w:tr>"
    found = [one.cell for one in read_body(f"<w:tbl>{row}</w:tbl>").paragraphs]
    assert [(one.inserted, one.deleted) for one in found] == [(MADE, None), (None, MADE), (None, None)]


@pytest.mark.parametrize("tag", ["customXml", "ins", "del", "moveFrom", "moveTo", "sdt"])
def test_rows_are_found_in_what_is_around_them(tag: str) -> None:
    row = f"<w:tr><w:tc>{p(t('x'))}</w:tc></w:tr>"
    inside = f"<w:{tag} {BY}>{row}</w:{tag}>" if tag != "sdt" else f"<w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt>"
    assert [one.cell.row for one in read_body(f"<w:tbl>{row}{inside}</w:tbl>").paragraphs] == [0, 1]


@pytest.mark.parametrize(("span", "column"), [("3", 3), ("999", 999), ("1000", 1), ("x", 1), ("0", 1), ("", 1)])
def test_cells_that_cover_columns(span: str, column: int) -> None:
    cells = f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{p("")}</w:tc><w:tc>{p("")}</w:tc>'
    returned = read_body(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>")
    assert [one.cell.column for one in returned.paragraphs] == [0, column]


# In paragraphs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        ("<w:tab/>", "\t"), ("<w:ptab/>", "\t"), ("<w:cr/>", "\n"), ("<w:br/>", "\n"), ('<w:br w:type="page"/>', ""),
        ('<w:br w:type="textWrapping"/>', "\n"), ("<w:noBreakHyphen/>", "\u2011"), ("<w:softHyphen/>", "\u00ad"),
        ('<w:footnoteReference w:id="2"/>', NOTE), ('<w:endnoteReference w:id="2"/>', NOTE),
        ("<w:drawing/>", PICTURE), ("<w:pict/>", PICTURE), ("<w:object/>", PICTURE),
        ('<w:sym w:char="0020"/>', " "), ('<w:sym w:char="001F"/>', ""), ('<w:sym w:char="D7FF"/>', "\ud7ff"),
        ('<w:sym w:char="D800"/>', ""), ('<w:sym w:char="E003"/>', ""), ('<w:sym w:char="E004"/>', "\ue004"),
        ('<w:sym w:char="FFFD"/>', "\ufffd"), ('<w:sym w:char="FFFE"/>', ""), ('<w:sym w:char="x"/>', ""),
        ("<w:sym/>", ""), ("<w:instrText>x</w:instrText>", ""), ("<w:unknown><w:t>x</w:t></w:unknown>", "x"),
        ("<w:ruby><w:rt><w:r><w:t>x</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>y</w:t></w:r></w:rubyBase></w:ruby>", "y"),
    ],
)  # fmt: skip
def test_signs_are_text_of_who_inserted_or_deleted_them(sign: str, text: str) -> None:
    body = p(t("a") + run(sign) + ins(run(sign)) + dele(run(sign), OTHER) + t("b"))
    pieces = read_body(body).paragraphs[0].pieces
    tracked = [Piece(text, MADE), Piece(text, None, B), Piece("b")]
    assert list(pieces) == ([Piece(f"a{text}"), *tracked] if text else [Piece("ab")])


def test_a_text_box_that_is_given_twice_in_a_drawing_is_read_once() -> None:
    box = f"<wps:txbx><w:txbxContent>{p(t('In a box'))}</w:txbxContent></wps:txbx>"
    inside = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    assert [one.old for one in read_body(p(run(f"<w:drawing>{inside}</w:drawing>"))).paragraphs] == [
        PICTURE,
        "In a box",
    ]


def test_stops_of_a_tabulator_are_no_tabs() -> None:
    assert views(read_body(p(t("x"), '<w:tabs><w:tab w:val="left" w:pos="9"/></w:tabs>'))) == [("x", "x")]


def test_a_change_within_a_move_is_of_the_move() -> None:
    inside = f"<w:moveTo {BY}>{t('a')}{dele(d('b'), OTHER)}{ins(t('c'), OTHER)}</w:moveTo>"
    start = '<w:moveToRangeStart w:id="5" w:name="m1"/>'
    (one,) = read_body(p(start + inside)).paragraphs
    assert one.pieces == (Piece("a", MADE, None, "m1"), Piece("b", MADE, B, "m1"), Piece("c", B, None, "m1"))


def test_bookmarks_are_told_by_name() -> None:
    inside = '<w:bookmarkStart w:id="1" w:name="_ct00001"/>' + t("x") + '<w:bookmarkEnd w:id="1"/><w:bookmarkStart/>'
    assert read_body(p(inside)).paragraphs[0].bookmarks == ("_ct00001", "")


def test_marks_of_paragraphs_by_moves() -> None:
    found = read_body(p(t("x"), mark("moveTo")) + p(t("y"), mark("moveFrom", OTHER))).paragraphs
    assert [(one.mark_inserted, one.mark_deleted) for one in found] == [(MADE, None), (None, B)]


@pytest.mark.parametrize(
    ("inside", "places"),
    [
        (f"a{BEGIN}b{END}c", (1, 2)),
        (f"a{BEGIN}bc", (1, 1)),
        (f"ab{END}c", (2, 2)),
        (f"a{CALLED}bc", (1, 1)),
        (f"a{BEGIN}b{END}c{CALLED}", (1, 2)),
        (f"a{CALLED}b{BEGIN}c{END}", (2, 3)),
    ],
)  # fmt: skip
def test_where_a_comment_is(inside: str, places: tuple[int, int]) -> None:
    body = re.sub(r"(^|(?<=>))([abc]+)", lambda found: t(found[2]), inside)
    (found,) = with_comments(p(body), comment(1, "Here")).comments
    assert (found.first.offset, found.last.offset) == places


# Styles ---------------------------------------------------------------------------------------------------------------


def numbered(name: str, number: int) -> str:
    number_of = f'<w:pPr><w:numPr><w:numId w:val="{number}"/></w:numPr></w:pPr>'
    return f'<w:style w:styleId="S"><w:name w:val="{name}"/>{number_of}</w:style>'


@pytest.mark.parametrize(
    ("styles", "found"),
    [
        ('<w:style w:styleId="S"/>', ("S", 0, False)),
        ('<w:style w:styleId="S"><w:name w:val="heading 4"/></w:style>', ("heading 4", 4, False)),
        (numbered("Quote", 3), ("Quote", 0, True)),
        (numbered("Quote", 0), ("Quote", 0, False)),
        (numbered("heading 1", 3), ("heading 1", 1, False)),
        ('<w:style w:styleId="S"><w:name w:val="Mine"/><w:basedOn w:val="H"/></w:style>'
         '<w:style w:styleId="H"><w:name w:val="heading 2"/><w:basedOn w:val="L"/></w:style>'
         '<w:style w:styleId="L"><w:name w:val="List Number"/></w:style>', ("Mine", 2, False)),
        ('<w:style w:styleId="S"><w:name w:val="Mine"/><w:basedOn w:val="L"/></w:style>'
         '<w:style w:styleId="L"><w:name w:val="List Number"/><w:basedOn w:val="H"/></w:style>'
         '<w:style w:styleId="H"><w:name w:val="heading 2"/></w:style>', ("Mine", 0, True)),
    ],
)  # fmt: skip
def test_what_a_style_is_it_says_itself_or_what_it_is_based_on(styles: str, found: tuple[str, int, bool]) -> None:
    (one,) = read_body(p(t("x"), '<w:pStyle w:val="S"/>'), styles=styles).paragraphs
    assert (one.style, one.level, one.listed) == found


def test_a_number_makes_an_entry_of_a_list_but_not_of_a_heading() -> None:
    number = '<w:numPr><w:numId w:val="3"/></w:numPr>'
    heading = '<w:style w:styleId="S"><w:name w:val="heading 1"/></w:style>'
    found = read_body(p(t("x"), number) + p(t("x"), f'<w:pStyle w:val="S"/>{number}'), styles=heading).paragraphs
    assert [(one.level, one.listed) for one in found] == [(0, True), (1, False)]


# Comments -------------------------------------------------------------------------------------------------------------


def test_comments_that_are_empty_long_or_answer_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LONGEST_COMMENT", 5)
    extended = (
        '<w15:commentEx w15:paraId="AA" w15:paraIdParent="AA" w15:done="true"/>'
        '<w15:commentEx w15:paraId="BB" w15:paraIdParent="CC"/><w15:commentEx/>'
    )
    three = f'<w:comment w:id="2">{p("")}{p("")}<w:p w14:paraId="BB">{t("  too long ")}</w:p></w:comment>'
    comments = f'{comment(1, "Self", paragraph="AA")}{three}<w:comment/><w:comment w:id="4">{p("")}</w:comment>'
    found = with_comments(p(t("x")), comments, extended).comments
    assert [(one.id, one.text, one.author, one.at, one.resolved, one.parent) for one in found] == [
        ("1", "First", "A", datetime(2026, 11, 30, 10), True, ""),  # noqa: DTZ001
        ("2", "too l", "", None, False, ""),
        ("", "", "", None, False, ""),
        ("4", "", "", None, False, ""),
    ]


def test_the_text_of_a_comment_is_as_it_would_be_with_its_changes_accepted() -> None:
    inside = t("One") + run("<w:tab/>") + dele(d("gone") + t("gone")) + ins(t("new")) + run("<w:br/>") + t("end")
    (found,) = with_comments(p(t("x")), f'<w:comment w:id="1">{p(inside)}</w:comment>').comments
    assert found.text == "One new end"


@pytest.mark.parametrize(
    ("author", "quote", "is_reply"), [("A", "Why?", True), ("B", "Why?", False), ("A", "What?", False), ("A", "", True)]
)
def test_a_reply_in_words_names_whom_it_answers(author: str, quote: str, is_reply: bool) -> None:
    asked = f'<w:comment w:id="1" w:author="A">{p(t("Why?"))}</w:comment>'
    words = f"Reply to {author} (30/11/2026): &quot;{quote}&quot;"
    reply = f'<w:comment w:id="2" w:author="C">{p(t(words))}{p(t("Because."))}</w:comment>'
    first, second = with_comments(p(commented(1, t("x")) + commented(2, t("y"))), asked + reply).comments
    assert (first.parent, first.text) == ("", "Why?")
    assert (second.parent, second.text.endswith("Because.")) == ("1" if is_reply else "", True)
    assert (second.text == "Because.") is is_reply
    bare = f'<w:comment w:id="2" w:author="C">{p(t("Reply to A (x): &quot;Why?&quot;"))}</w:comment>'
    assert with_comments(p(t("x")), asked + bare).comments[1].text.startswith("Reply to A")


def test_a_reply_in_words_is_to_a_comment_at_its_place() -> None:
    asked = f'<w:comment w:id="1" w:author="A">{p(t("Why?"))}</w:comment>'
    reply = f'<w:comment w:id="2" w:author="C">{p(t("Reply to A (x): &quot;Why?&quot; So."))}</w:comment>'
    over = p('<w:commentRangeStart w:id="1"/>' + t("a")) + p(t("b")) + p(t("c") + '<w:commentRangeEnd w:id="1"/>')

    def parent(place: str) -> str:
        body = over.replace(t(place), commented(2, t(place))) + p(commented(2, t("z")) if place == "z" else "")
        return with_comments(body, asked + reply).comments[1].parent

    assert [parent(place) for place in "abcz"] == ["1", "1", "1", ""]
    assert with_comments(p(commented(1, t("x"))), asked + reply).comments[1].parent == "1", "it has no place"
    assert with_comments(p(commented(2, t("x"))), asked + reply).comments[1].parent == "1", "the other has none"


def test_what_was_tracked_and_commented_when_the_file_went_out_is_read_as_accepted() -> None:
    body = p(t("a") + ins(t("b")) + dele(d("c")) + ins(t("d"), OTHER) + dele(d("e"), OTHER))
    note = f'<w:footnote w:id="2">{p(ins(t("b")) + dele(d("c"), OTHER))}</w:footnote>'
    comments = comment(1, "Ours") + f"<w:comment {OTHER}>{p(t('Theirs'))}</w:comment>"
    content = docx(body, footnotes=note, comments=comments.replace('T10:00:00"', 'T10:00:00Z" w:x=""'))
    for sent, text, of_note, texts in (
        (None, ("ace", "abd"), ("c", "b"), 2),
        (MADE, ("abe", "abd"), ("bc", "b"), 2),
        (B, ("acd", "abd"), ("", "b"), 1),
        (Mark("A", MADE.at), ("ace", "abd"), ("c", "b"), 1),
    ):
        returned = read(content, sent)
        assert views(returned) == [text, of_note], sent
        assert len(returned.comments) == texts, sent
    assert read(docx(body), MADE).comments == (), "a file without footnotes and comments"


# The file -------------------------------------------------------------------------------------------------------------


def test_endnotes_are_read_as_notes_and_separators_are_not() -> None:
    notes = (
        f'<w:endnote w:id="0" w:type="separator">{p(t("-"))}</w:endnote>'
        f'<w:endnote w:id="2">{p(t("Note"))}</w:endnote><w:endnote w:type="normal">{p(t("Other"))}</w:endnote>'
    )
    found = read_body(p(t("x")), endnotes=notes).paragraphs
    assert [(one.note, one.old) for one in found] == [("", "x"), ("e2", "Note"), ("e", "Other")]


def file_with(rows: dict[str, tuple[str, str]], parts: dict[str, str], root: dict[str, Any] | None = None) -> Returned:
    base = {"rId1": ("officeDocument", "word/document.xml")}
    return read(
        packed(
            {
                "word/document.xml": part("document", f"<w:body>{p(t('x'))}</w:body>"),
                "word/_rels/document.xml.rels": relationships(rows),
                "_rels/.rels": relationships(base | (root or {})),
                **parts,
            }
        )
    )


@pytest.mark.parametrize(
    ("kind", "inside", "told"),
    [
        ("header", ins(t("x")), True),
        ("footer", dele(d("x")), True),
        ("header", t("x"), False),
        ("theme", ins(""), False),
    ],
)
def test_tracked_changes_of_running_heads_are_told(kind: str, inside: str, told: bool) -> None:
    returned = file_with({"rId5": (kind, "part.xml")}, {"word/part.xml": part("hdr", p(inside))})
    assert returned.notes == ((NO_HEADS,) if told else ())


def test_who_saved_the_file_last_and_what_else_it_says_of_itself() -> None:
    core = (
        '<c xmlns="urn:c"><lastModifiedBy> Ms <b>Two</b> </lastModifiedBy><modified>now</modified><title>T</title>'
        "<x>y</x></c>"
    )
    custom = '<P xmlns="urn:p"><property name="Other"> a<v>b</v> </property><property><v>c</v></property></P>'
    found = file_with(
        {},
        {"docProps/core.xml": core, "docProps/custom.xml": custom, "docProps/app.xml": core.replace("now", "never")},
        {
            "rId2": ("core-properties", "docProps/core.xml"),
            "rId3": ("custom-properties", "docProps/custom.xml"),
            "rId4": ("extended-properties", "docProps/app.xml"),
            "rId5": ("core-properties", "docProps/missing.xml"),
            "rId6": ("custom-properties", "docProps/missing.xml"),
        },
    )
    assert found.properties == {"lastModifiedBy": "Ms Two", "modified": "now", "title": "T", "Other": "ab", "": "c"}
    assert found.token == ""


def test_the_token_is_in_the_part_of_a_review_only() -> None:
    own = '<review xmlns="urn:ct-nat:review" token="abc"/>'
    rows = {"rId1": ("customXml", "../customXml/item1.xml"), "rId2": ("customXml", "../customXml/item2.xml")}
    other = {"customXml/item1.xml": '<review xmlns="urn:other" token="no"/>'}
    assert file_with(rows, other | {"customXml/item2.xml": own}).token == "abc"
    assert file_with(rows, other).token == "", "a part that is missing"
    assert file_with(rows, other | {"customXml/item2.xml": own.replace(' token="abc"', "")}).token == ""
    theme = {"rId1": ("theme", "../customXml/item2.xml")}
    assert file_with(theme, {"customXml/item2.xml": own}).token == ""


def test_comments_of_xml_and_blanks_are_no_text() -> None:
    assert views(read(docx("<w:p><!-- x --><w:r><w:t> a </w:t><w:t/></w:r></w:p>"))) == [("a", "a")]
