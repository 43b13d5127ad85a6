"""Words of a .docx as the report's Markdown: what is kept, what is left out, and what is said about it."""

import io
import subprocess
from pathlib import Path

import pytest
from docx import Document

from reports.word import importing
from reports.word.importing import Piece, Words, as_one_text, read_words
from reports.word.markdown import Known
from reports.word.opening import CannotOpen, open_package
from tests.reports.word.packages import docx, p, r

KNOWN = Known({"interviews.count"}, {"Aze 30"}, lambda line: line == "priorities")
STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Eigene"><w:name w:val="Eigene"/><w:basedOn w:val="berschrift1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Zitat"><w:name w:val="Quote"/></w:style>'
    '<w:style w:type="character" w:styleId="Fett"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Liste"><w:name w:val="List Bullet"/></w:style>'
)
NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
    "</w:lvlOverride></w:num>"
)


def words_of(content: bytes, **options: object) -> Words:
    return read_words(open_package(content), KNOWN, **options)  # type: ignore[arg-type]


def only(body: str, links: dict[str, tuple[str, str]] | None = None, **others: str) -> Piece:
    """The one piece of a document with this body."""
    pieces = words_of(docx(body, links, styles=STYLES, numbering=NUMBERING, **others)).pieces
    assert len(pieces) == 1
    return pieces[0]


def styled(text: str, style: str) -> str:
    return p(text, f'<w:pStyle w:val="{style}"/>')


def listed(text: str, number: int, level: int = 0) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_headings_of_any_language_version_begin_pieces() -> None:
    found = words_of(
        docx(p("Before") + styled("Eins", "berschrift1") + p("Text") + styled("Zwei", "Eigene"), styles=STYLES)
    )
    assert [(piece.title, piece.level, piece.body) for piece in found.pieces] == [
        ("", 0, "Before"),
        ("Eins", 1, "Text"),
        ("Zwei", 1, ""),
    ]


def test_headings_below_the_levels_stay_in_the_text() -> None:
    body = p("Deep", '<w:outlineLvl w:val="3"/>') + p("Text")
    assert [piece.body for piece in words_of(docx(body), levels=3).pieces] == ["#### Deep\n\nText"]
    assert as_one_text(words_of(docx(body)).pieces)[0] == "##### Deep\n\nText"
    assert as_one_text(words_of(docx(body)).pieces, "deep")[0] == "Text"


def test_lists_follow_numbering_and_styles() -> None:
    body = "".join(
        [listed("one", 1), listed("a", 1, 1), listed("two", 1), p("Between"), listed("three", 1), listed("new", 3)]
    )
    piece = only(body + listed("dot", 2) + styled("styled", "Liste") + p("•\ttyped"))
    assert piece.body == ("1. one\n   1. a\n2. two\n\nBetween\n\n3. three\n\n1) new\n\n- dot\n- styled\n- typed")
    assert any("Roman" in note for note in piece.notes)


def test_marks_by_style_and_directly() -> None:
    runs = [
        r("strong ", '<w:rStyle w:val="Fett"/>'),
        r("not ", '<w:rStyle w:val="Fett"/><w:b w:val="0"/>'),
        r("قوي", "<w:rtl/><w:bCs/>"),
        r(" line", '<w:u w:val="single"/>'),
        r(", m"),
        r("2", '<w:vertAlign w:val="superscript"/>'),
        r(", x"),
        r("max", '<w:vertAlign w:val="subscript"/>'),
    ]
    piece = only(f"<w:p>{''.join(runs)}</w:p>")
    assert piece.body == "**strong** not **قوي** line, m², xmax"
    assert len(piece.notes) == 2


def test_tables_with_merged_cells_and_several_paragraphs() -> None:
    def cell(inside: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"

    rows = [
        cell(p("Head")) + cell(p("a|b")),
        cell(p("one") + p("two"), '<w:vMerge w:val="restart"/>') + cell(p("x")),
        cell(p(""), "<w:vMerge/>") + cell(p("y")),
        cell(p("wide"), '<w:gridSpan w:val="2"/>'),
        '<w:trPr><w:del w:id="1" w:author="A"/></w:trPr>' + cell(p("gone")),
    ]
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    piece = only(f"<w:tbl>{table}</w:tbl>")
    assert piece.body == ("| Head | a\\|b |\n| --- | --- |\n| one two | x |\n|  | y |\n| wide |  |")
    assert "merged" in piece.notes[0]
    assert "one line" in piece.notes[1]


def test_a_box_of_one_cell_is_text() -> None:
    assert only(f"<w:tbl><w:tr><w:tc>{p('In a box')}</w:tc></w:tr></w:tbl>").body == "In a box"


def test_footnotes_and_endnotes() -> None:
    call = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    end = '<w:r><w:endnoteReference w:id="3"/></w:r>'
    notes = f'<w:footnote w:id="0" w:type="separator"/><w:footnote w:id="2">{p("First *")}{p("more")}</w:footnote>'
    found = words_of(
        docx(
            f"<w:p><w:r><w:t>Text</w:t></w:r>{call}{end}</w:p>",
            footnotes=notes,
            endnotes=f'<w:endnote w:id="3">{p("At the end")}</w:endnote>',
        )
    )
    assert found.pieces[0].body == "Text[^1][^2]\n\n[^1]: First \\* more\n\n[^2]: At the end"
    assert "Endnotes" in found.notes[0]


def test_a_footnote_of_a_heading_is_told() -> None:
    heading = (
        '<w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Title</w:t></w:r>'
        '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    )
    piece = only(heading + p("Text"), footnotes=f'<w:footnote w:id="2">{p("Thanks")}</w:footnote>')
    assert (piece.title, piece.body) == ("Title", "Text")
    assert "Thanks" in piece.notes[0]


def test_links_and_fields() -> None:
    parts = [
        f'<w:hyperlink r:id="r1">{r("web")}</w:hyperlink>',
        r(" and "),
        f'<w:hyperlink r:id="r2">{r("file")}</w:hyperlink>',
        r(" and "),
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        '<w:r><w:instrText>HYPERLINK "https://example.org/f"</w:instrText></w:r>',
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        r("field"),
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        f'<w:fldSimple w:instr=" REF _Ref1 ">{r(" Table 3")}</w:fldSimple>',
    ]
    piece = only(
        f"<w:p>{''.join(parts)}</w:p>",
        {"r1": ("hyperlink", "https://example.org/a(b) c"), "r2": ("hyperlink", "file:///C:/x.docx")},
    )
    assert piece.body == "[web](https://example.org/a%28b%29%20c) and file and [field](https://example.org/f) Table 3"
    assert any("file:///C:/x.docx" in note for note in piece.notes)
    assert any("References" in note for note in piece.notes)


def test_a_link_to_a_wrong_address_is_no_error() -> None:
    link = '<w:p><w:hyperlink r:id="r1"><w:r><w:t>web</w:t></w:r></w:hyperlink></w:p>'
    assert "web" in only(link, {"r1": ("hyperlink", "https://[bad/")}).body


def test_contents_are_left_out() -> None:
    body = styled("1 Introduction 3", "Verzeichnis1") + (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{p('Contents')}</w:sdtContent></w:sdt>"
    )
    found = words_of(docx(body + p("Text"), styles=STYLES))
    assert [piece.body for piece in found.pieces] == ["Text"]
    assert "Contents" in found.notes[0]


CHANGED = (
    f'<w:p>{r("We saw ")}<w:ins w:id="1" w:author="A">{r("two")}</w:ins>'
    '<w:del w:id="2" w:author="A"><w:r><w:delText>one</w:delText></w:r></w:del></w:p>'
    f'<w:p><w:pPr><w:rPr><w:del w:id="3" w:author="A"/></w:rPr></w:pPr>{r("Joined")}</w:p>{p(" with this")}'
)


def test_tracked_changes_are_taken_as_accepted_or_as_refused() -> None:
    accepted, refused = words_of(docx(CHANGED)), words_of(docx(CHANGED), accepted=False)
    assert accepted.pieces[0].body == "We saw two\n\nJoined with this"
    assert refused.pieces[0].body == "We saw one\n\nJoined\n\nwith this"
    assert accepted.changes == 3


def test_comments_are_counted_and_left_out() -> None:
    assert "2 comments" in words_of(docx(p("x"), comments="<w:comment/><w:comment/>")).notes[0]


def graphic(uri: str, inside: str = "") -> str:
    data = f'<a:graphicData uri="{uri}">{inside}</a:graphicData>'
    return f"<w:drawing><wp:inline><a:graphic>{data}</a:graphic></wp:inline></w:drawing>"


BOX = f"<w:txbxContent>{p('Boxed')}</w:txbxContent>"
TWICE = (
    f"<mc:AlternateContent><mc:Choice>{graphic('x/wordprocessingShape', BOX)}</mc:Choice>"
    f"<mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent>"
)


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (graphic("http://schemas.openxmlformats.org/drawingml/2006/picture"), "A picture after “Some words”"),
        (graphic("http://schemas.openxmlformats.org/drawingml/2006/chart"), "A chart after “Some words”"),
        (graphic("http://schemas.openxmlformats.org/drawingml/2006/diagram"), "A diagram"),
        (TWICE, "It says: “Boxed”"),
        ("<w:object/>", "An embedded object"),
        ("<w:pict/>", "A picture"),
        ('<w:sym w:font="Wingdings" w:char="F04A"/>', "symbol font"),
    ],
)
def test_what_a_report_cannot_show_is_left_out_and_told(inside: str, said: str) -> None:
    piece = only(f"<w:p><w:r><w:t>Some words</w:t></w:r><w:r>{inside}</w:r></w:p>")
    assert piece.body == "Some words"
    assert len(piece.notes) == 1
    assert said in piece.notes[0]


def test_equations_and_hidden_text_are_told() -> None:
    piece = only(
        "<w:p><w:r><w:t>Sum</w:t></w:r><m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>"
    )
    assert piece.body == "Sum"
    assert "a+b" in piece.notes[0]
    assert "Hidden" in piece.notes[1]


def test_notation_is_kept_where_it_is_known_and_told_where_it_is_not() -> None:
    piece = only(
        p("{{interviews.count}} {{ nobody.knows }} [@Aze 30] [@Bad 1] &lt;script&gt; =cmd()|") + p("[[priorities]]")
    )
    assert piece.body == (
        "{{ interviews.count }} \\{\\{ nobody.knows }} [@Aze 30] \\[@Bad 1\\] \\<script> =cmd()|\n\n[[priorities]]"
    )
    assert len(piece.notes) == 2


def test_a_large_document_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "PARAGRAPH_LIMIT", 3)
    with pytest.raises(CannotOpen, match="paragraphs"):
        words_of(docx(p("x") * 4))
    monkeypatch.setattr(importing, "TEXT_LIMIT", 5)
    with pytest.raises(CannotOpen, match="letters"):
        words_of(docx(p("x" * 6)))


@pytest.mark.parametrize(
    "body",
    [
        '<w:p><w:r><w:fldChar w:fldCharType="end"/><w:fldChar w:fldCharType="begin"/></w:r></w:p>' + p("Text"),
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="x"/><w:numId w:val="99999999999"/></w:numPr></w:pPr></w:p>' + p("Text"),
        '<w:p><w:hyperlink r:id="none"><w:r><w:t>Text</w:t></w:r></w:hyperlink></w:p>',
        '<w:p><w:r><w:footnoteReference w:id="7"/><w:t>Text</w:t></w:r></w:p>',
        "<w:tbl/>" + p("Text", '<w:pStyle w:val="missing"/>'),
        f"<w:tbl><w:tr/></w:tbl>{p('Text')}<mc:AlternateContent/>",
        "<w:tbl>" + "<w:tr><w:tc><w:tbl>" * 20 + "</w:tbl></w:tc></w:tr>" * 20 + "</w:tbl>" + p("Text"),
    ],
)
def test_damaged_documents_are_read_as_far_as_they_go(body: str) -> None:
    assert only(body).body == "Text"


def test_a_document_without_text() -> None:
    assert not words_of(docx("")).has_text


def test_a_document_of_python_docx() -> None:
    document = Document()
    document.add_heading("Context", 1)
    paragraph = document.add_paragraph("Some ")
    paragraph.add_run("bold").bold = True
    document.add_paragraph("dot", style="List Bullet")
    document.add_paragraph("deeper", style="List Bullet 2")
    document.add_paragraph("one", style="List Number")
    document.add_paragraph("Said", style="Intense Quote")
    table = document.add_table(2, 2)
    for place, text in enumerate(("A", "B", "1", "2")):
        table.cell(place // 2, place % 2).text = text
    out = io.BytesIO()
    document.save(out)
    piece = only_piece(out.getvalue())
    assert (piece.title, piece.level, piece.notes) == ("Context", 1, ())
    assert piece.body == (
        "Some **bold**\n\n- dot\n  - deeper\n\n1. one\n\n> Said\n\n| A | B |\n| --- | --- |\n| 1 | 2 |"
    )


def only_piece(content: bytes) -> Piece:
    pieces = words_of(content).pieces
    assert len(pieces) == 1
    return pieces[0]


PAGE = """<html><head><meta charset="utf-8"></head><body><h1>Chapter</h1>
<p>Some <b>bold</b> text<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a>.</p>
<ul><li>one<ul><li>deep</li></ul></li><li>two</li></ul><ol><li>first</li><li>second</li></ol>
<table border="1"><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>
<p dir="rtl">مرحبا <b>عربي</b></p><p>ქართული</p>
<div id="sdfootnote1"><p><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>A note.</p></div>
</body></html>"""


def test_a_document_of_libreoffice(libreoffice: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    subprocess.run(  # noqa: S603
        [
            libreoffice,
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--infilter=HTML (StarWriter)",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "page.html"),
        ],
        check=True,
        capture_output=True,
        timeout=100,
    )
    piece = only_piece((tmp_path / "page.docx").read_bytes())
    assert (piece.title, piece.notes) == ("Chapter", ())
    assert piece.body == (
        "Some **bold** text[^1].\n\n- one\n  - deep\n- two\n\n1. first\n2. second\n\n"
        "| A | B |\n| --- | --- |\n| 1 | 2 |\n\n"
        "مرحبا **عربي**\n\nქართული\n\n[^1]: A note."
    )
