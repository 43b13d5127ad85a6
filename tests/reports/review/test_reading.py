"""Returned files, written by hand as Word and LibreOffice write them."""

from datetime import datetime

import pytest

from reports.review.reading import NO_HEADS, NO_PARTS, CannotRead, Mark, Returned, read
from reports.review.snapshot import NOTE, PICTURE
from tests.reports.word.packages import docx, packed, part, relationships

W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
W15 = 'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
BY = 'w:id="1" w:author="A. Reviewer" w:date="2026-11-30T10:00:00Z"'
MADE = Mark("A. Reviewer", datetime(2026, 11, 30, 10))  # noqa: DTZ001 - as Word writes it


def t(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def d(text: str) -> str:
    return f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>'


def ins(inside: str, by: str = BY) -> str:
    return f"<w:ins {by}>{inside}</w:ins>"


def dele(inside: str, by: str = BY) -> str:
    return f"<w:del {by}>{inside}</w:del>"


def p(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def mark(tag: str, by: str = BY) -> str:
    return f"<w:rPr><w:{tag} {by}/></w:rPr>"


def reading(body: str, **others: str) -> Returned:
    return read(docx(body, **others))


def views(returned: Returned) -> list[tuple[str, str]]:
    return [(one.old, one.new) for one in returned.paragraphs]


def test_both_views_of_tracked_words() -> None:
    returned = reading(p(t("We met ") + dele(d("36")) + ins(t("37")) + t(" people.")))
    assert views(returned) == [("We met 36 people.", "We met 37 people.")]
    pieces = returned.paragraphs[0].pieces
    assert [(piece.text, piece.inserted, piece.deleted) for piece in pieces] == [
        ("We met ", None, None), ("36", None, MADE), ("37", MADE, None), (" people.", None, None),
    ]  # fmt: skip


def test_words_that_one_inserted_and_another_deleted_are_in_neither_view() -> None:
    other = 'w:id="2" w:author="B" w:date="2026-11-30T11:00:00Z"'
    returned = reading(p(t("One ") + ins(t("new ") + dele(d("big "), other)) + t("word")))
    assert views(returned) == [("One word", "One new word")]


@pytest.mark.parametrize("date", ["", ' w:date=""', ' w:date="yesterday"', ' w:date="2026-13-01T00:00:00Z"'])
def test_an_author_without_a_time(date: str) -> None:
    returned = reading(p(ins(t("x"), f'w:id="1" w:author="Author"{date}')))
    assert returned.paragraphs[0].pieces[0].inserted == Mark("Author", None)


LABELLED = '<w:style w:type="character" w:styleId="a7"><w:name w:val="heading label"/></w:style>'


def label(run: str) -> str:
    """The run in the style of a label."""
    return run.replace("<w:r>", '<w:r><w:rPr><w:rStyle w:val="a7"/></w:rPr>')


@pytest.mark.parametrize(
    ("runs", "old", "new"),
    [
        (label(t("Annex ")) + label(t("A:\u00a0")) + t("Forms"), "Forms", "Forms"),
        (label(t("Annex A:\u00a0Old ")) + t("Forms"), "Old Forms", "Old Forms"),  # typed without tracking
        (label(t("Annex A:\u00a0")) + label(t("New ")) + t("Forms"), "New Forms", "New Forms"),
        (label(t("Annex A:\u00a0")) + ins(label(t("New\u00a0"))) + t("Forms"), "Forms", "New\u00a0Forms"),
        (ins(label(t("New "))) + label(t("Annex A:\u00a0")) + t("Forms"), "Forms", "New Forms"),
        (dele(label(d("Annex A:\u00a0"))) + t("Forms"), "Forms", "Forms"),  # a section deleted with its number
        (t("") + label(t("Annex A:\u00a0")) + t("Forms"), "Forms", "Forms"),
        (t("Forms ") + label(t("A:\u00a0")), "Forms A:\u00a0", "Forms A:\u00a0"),  # not before a title
    ],
)
def test_the_label_before_a_heading_is_none_of_its_words(runs: str, old: str, new: str) -> None:
    assert views(reading(p(runs), styles=LABELLED)) == [(old, new)]


def test_signs_controls_tags_fields_and_links_are_text() -> None:
    inside = (
        '<w:hyperlink r:id="rId1">' + t("link") + "</w:hyperlink>"
        "<w:smartTag w:element='place'>" + t(" Baku") + "</w:smartTag>"
        "<w:sdt><w:sdtPr/><w:sdtContent>" + t(" box") + "</w:sdtContent></w:sdt>"
        '<w:fldSimple w:instr=" SEQ Figure ">' + t(" 3") + "</w:fldSimple>"
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> PAGE </w:instrText></w:r>' + t(" 7") +
        '<w:r><w:tab/><w:br/><w:br w:type="page"/><w:noBreakHyphen/><w:sym w:font="x" w:char="2713"/></w:r>'
        '<w:r><w:footnoteReference w:id="2"/><w:drawing/><w:t> cut </w:t></w:r>'
    )  # fmt: skip
    assert views(reading(p(inside)))[0][0] == f"link Baku box 3 7\t\n\u2011\u2713{NOTE}{PICTURE}cut"


def test_marks_of_paragraphs_tell_splits_and_joins() -> None:
    returned = reading(p(t("One"), mark("ins")) + p(t("two")) + p(t("three"), mark("del")) + p(t("four")))
    assert [(one.mark_inserted, one.mark_deleted) for one in returned.paragraphs] == [
        (MADE, None), (None, None), (None, MADE), (None, None),
    ]  # fmt: skip


def test_a_move_has_its_name_at_both_ends() -> None:
    start = '<w:move{0}RangeStart w:id="{1}" w:name="move1"/>'
    body = (
        p(start.format("From", 5) + f"<w:moveFrom {BY}>{t('Moved.')}</w:moveFrom>", mark("moveFrom"))
        + p('<w:moveFromRangeEnd w:id="5"/>' + t("Stays."))
        + p(start.format("To", 6) + f"<w:moveTo {BY}>{t('Moved.')}</w:moveTo>", mark("moveTo"))
        + p('<w:moveToRangeEnd w:id="6"/>' + ins(t("After.")))
    )
    returned = reading(body)
    assert [[piece.move for piece in one.pieces] for one in returned.paragraphs] == [["move1"], [""], ["move1"], [""]]
    assert views(returned) == [("Moved.", ""), ("Stays.", "Stays."), ("", "Moved."), ("", "After.")]
    assert returned.paragraphs[0].mark_deleted == returned.paragraphs[2].mark_inserted == MADE


def test_cells_have_table_row_and_column() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(t(text))}</w:tc>"

    wide = '<w:gridSpan w:val="2"/>'
    table = (
        f"<w:tbl><w:tr>{cell('a', wide)}{cell('b')}</w:tr>"
        f"<w:tr><w:trPr><w:del {BY}/></w:trPr>{cell('c')}{cell('d')}</w:tr>"
        f"<w:sdt><w:sdtContent><w:tr><w:trPr><w:ins {BY}/></w:trPr>{cell('e')}</w:tr></w:sdtContent></w:sdt></w:tbl>"
    )
    cells = [one.cell for one in reading(table + table).paragraphs]
    assert [(one.table, one.row, one.column) for one in cells][:5] == [
        (0, 0, 0),
        (0, 0, 2),
        (0, 1, 0),
        (0, 1, 1),
        (0, 2, 0),
    ]
    assert [(one.inserted, one.deleted) for one in cells][:5] == [
        (None, None), (None, None), (None, MADE), (None, MADE), (MADE, None),
    ]  # fmt: skip
    assert {one.table for one in cells[5:]} == {1}


def test_footnotes_come_after_the_text() -> None:
    notes = (
        f'<w:footnote w:id="0" w:type="separator">{p(t("-"))}</w:footnote>'
        f'<w:footnote w:id="2">{p("<w:r><w:footnoteRef/></w:r>" + t(" The note") + ins(t(" says")))}</w:footnote>'
    )
    returned = reading(p(t(" Text")), footnotes=notes)
    assert views(returned) == [(" Text", " Text"), ("The note", "The note says")]
    assert [one.note for one in returned.paragraphs] == ["", "f2"]


@pytest.mark.parametrize("between", ["<w:r><w:tab/></w:r>", t("\u00a0 "), "<w:r><w:tab/></w:r>" + t("  "), ""])
def test_what_parts_a_footnote_from_its_number_is_none_of_its_text(between: str) -> None:
    inside = p("<w:r><w:footnoteRef/></w:r>" + between + t("The ") + '<w:commentRangeStart w:id="1"/>' + t("note"))
    returned = reading("", footnotes=f'<w:footnote w:id="2">{inside}</w:footnote>', comments=comment(1, "Which?"))
    assert views(returned) == [("The note", "The note")]
    assert (returned.comments[0].first.paragraph, returned.comments[0].first.offset) == (0, 4)


STYLES = (
    '<w:style w:styleId="H2"><w:name w:val="Text Heading 2"/></w:style>'
    '<w:style w:styleId="L"><w:name w:val="List Bullet"/></w:style>'
    '<w:style w:styleId="L2"><w:name w:val="Points"/><w:basedOn w:val="L"/></w:style>'
    '<w:style w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:styleId="A"><w:name w:val="A"/><w:basedOn w:val="A"/></w:style>'
)


def test_headings_lists_and_contents_are_told_by_their_styles() -> None:
    def styled(style: str, more: str = "") -> str:
        return p(t("x"), f'<w:pStyle w:val="{style}"/>{more}')

    plain = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = "".join(map(styled, ["H2", "L", "L2", "T1", "A", "unknown"])) + styled("L", plain)
    found = reading(body, styles=STYLES).paragraphs
    assert [(one.style, one.level, one.listed, one.made) for one in found] == [
        ("Text Heading 2", 2, False, False), ("List Bullet", 0, True, False), ("Points", 0, True, False),
        ("toc 1", 0, False, True), ("A", 0, False, False), ("", 0, False, False), ("List Bullet", 0, False, False),
    ]  # fmt: skip


def test_only_formatting_that_matters_is_told() -> None:
    def changed(style: str, was: str) -> str:
        return p(
            t("x"),
            f'<w:pStyle w:val="{style}"/><w:pPrChange {BY}><w:pPr><w:pStyle w:val="{was}"/></w:pPr></w:pPrChange>',
        )

    found = reading(changed("H2", "A") + changed("L", "L2") + changed("A", "L"), styles=STYLES).paragraphs
    assert [(one.formatted, one.was) for one in found] == [(MADE, "A"), (None, ""), (MADE, "List Bullet")]
    assert [(one.level, one.listed, one.was_look.kind) for one in found] == [
        (2, False, "text"), (0, True, "bullet"), (0, False, "bullet"),
    ]  # fmt: skip


def test_text_boxes_are_read_once() -> None:
    box = f"<wps:txbx><w:txbxContent>{p(t('In a box'))}</w:txbxContent></wps:txbx>"
    choices = f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    inside = f"<w:r><mc:AlternateContent>{choices}</mc:AlternateContent></w:r>"
    assert views(reading(p(inside + t("!")))) == [(f"{PICTURE}!", f"{PICTURE}!"), ("In a box", "In a box")]


def test_what_was_not_read_is_told() -> None:
    parts = {
        "word/document.xml": part("document", f'<w:body>{p(t("x"))}<w:altChunk r:id="rId9"/></w:body>'),
        "word/header1.xml": part("hdr", p(ins(t("Draft")))),
        "word/_rels/document.xml.rels": relationships(
            {"rId1": ("header", "header1.xml"), "rId2": ("footer", "no.xml")}
        ),
    }
    assert read(packed(parts)).notes == (NO_PARTS, NO_HEADS)


# Comments ----------------------------------------------------------------------------------------------------------


def comment(number: int, text: str, author: str = "A", paragraph: str = "") -> str:
    identifier = f' w14:paraId="{paragraph}"' if paragraph else ""
    return (
        f'<w:comment w:id="{number}" w:author="{author}" w:date="2026-11-30T10:00:00">'
        f"{p(t('First.'))}<w:p{identifier}>{t(text)}</w:p></w:comment>"
    )


def commented(number: int, inside: str) -> str:
    return (
        f'<w:commentRangeStart w:id="{number}"/>{inside}<w:commentRangeEnd w:id="{number}"/>'
        f'<w:r><w:commentReference w:id="{number}"/></w:r>'
    )


def with_comments(body: str, comments: str, extended: str = "") -> Returned:
    parts = {
        "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
        "word/comments.xml": part("comments", comments).replace("<w:comments", f"<w:comments {W14}", 1),
        "word/commentsExtended.xml": f"<w15:commentsEx {W15}>{extended}</w15:commentsEx>",
        "word/_rels/document.xml.rels": relationships(
            {"rId1": ("comments", "comments.xml"), "rId2": ("commentsExtended", "commentsExtended.xml")}
        ),
    }
    return read(packed(parts))


def test_comments_have_place_thread_and_state() -> None:
    extended = (
        '<w15:commentEx w15:paraId="AA" w15:done="1"/>'
        '<w15:commentEx w15:paraId="BB" w15:paraIdParent="AA" w15:done="0"/>'
        '<w15:commentEx w15:paraId="CC" w15:paraIdParent="BB" w15:done="0"/>'
    )
    comments = (
        comment(1, "Why?", paragraph="AA") + comment(2, "Because.", "B", "BB") + comment(3, "Ah.", paragraph="CC")
    )
    body = p(t("One ") + commented(1, commented(2, t("two")) + t(" three"))) + p(commented(3, t("four")))
    found = with_comments(body, comments, extended).comments
    assert [(one.id, one.parent, one.resolved, one.text) for one in found] == [
        ("1", "", True, "First.\nWhy?"), ("2", "1", False, "First.\nBecause."), ("3", "2", False, "First.\nAh."),
    ]  # fmt: skip
    assert [(one.first.paragraph, one.first.offset, one.last.offset) for one in found] == [
        (0, 4, 13),
        (0, 4, 7),
        (1, 0, 4),
    ]


def test_a_range_over_several_paragraphs_and_a_comment_without_one() -> None:
    body = (
        p('<w:commentRangeStart w:id="1"/>' + t("One")) + p(t("two") + '<w:commentRangeEnd w:id="1"/>' + t("!"))
        + p(t("point") + '<w:r><w:commentReference w:id="2"/></w:r>')
    )  # fmt: skip
    found = with_comments(body, comment(1, "Both") + comment(2, "Here") + comment(3, "Nowhere")).comments
    assert (found[0].first.paragraph, found[0].last.paragraph, found[0].last.offset) == (0, 1, 3)
    assert (found[1].first.paragraph, found[1].first.offset) == (2, 5)
    assert found[1].last == found[1].first
    assert found[2].first is found[2].last is None


@pytest.mark.parametrize("quote", ["First.\nWhy?", "First...", "First.…"])
def test_a_reply_as_libreoffice_writes_it(quote: str) -> None:
    comments = comment(1, "Why?", "A") + comment(2, "Other", "A")
    asked = t(f"Reply to A (30/11/2026, 10:00): &quot;{quote}&quot;")
    reply = f'<w:comment w:id="3" w:author="B"><w:p>{asked}</w:p><w:p>{t("Because.")}</w:p></w:comment>'
    body = p(commented(1, commented(3, t("one")))) + p(t("x")) + p(t("x")) + p(commented(2, t("two")))
    found = with_comments(body, comments + reply).comments
    assert (found[2].parent, found[2].text) == ("1", "Because.")


# The file ----------------------------------------------------------------------------------------------------------


def test_the_token_is_found_in_a_property_or_a_part() -> None:
    properties = '<Properties xmlns="urn:p"><property name="CT-NAT review"><v>abc</v></property></Properties>'
    root = {"rId1": ("officeDocument", "word/document.xml"), "rId2": ("custom-properties", "docProps/custom.xml")}
    by_property = {
        "word/document.xml": part("document", f"<w:body>{p(t('x'))}</w:body>"),
        "_rels/.rels": relationships(root),
        "docProps/custom.xml": properties,
    }
    assert read(packed(by_property)).token == "abc"
    by_part = {
        "word/document.xml": by_property["word/document.xml"],
        "word/_rels/document.xml.rels": relationships({"rId1": ("customXml", "../customXml/item1.xml")}),
        "customXml/item1.xml": '<review xmlns="urn:ct-nat:review" token="def"/>',
    }
    assert read(packed(by_part)).token == "def"
    assert reading(p(t("x"))).token == ""


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1doc", b"text"])
def test_another_file_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(CannotRead, match="hoose"):
        read(content)


def test_deep_nesting_and_too_many_paragraphs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "<w:sdt><w:sdtContent>" * 150 + p(t("x")) + "</w:sdtContent></w:sdt>" * 150
    with pytest.raises(CannotRead):
        reading(deep)
    monkeypatch.setattr("reports.review.reading.MOST_PARAGRAPHS", 3)
    with pytest.raises(CannotRead, match="more paragraphs"):
        reading(p(t("x")) * 4)


def test_a_strict_file_is_read() -> None:
    body = part("document", f"<w:body>{p(t('Strict'))}</w:body>").replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert views(read(packed({"word/document.xml": body}))) == [("Strict", "Strict")]
