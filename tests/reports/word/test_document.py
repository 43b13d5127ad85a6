"""The Word file of a report: what it holds, that it is valid, and what is remembered of each paragraph."""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from analysis.charts import Chart, Series, figure
from analysis.charts.figure import export
from analysis.charts.html import render as render_chart
from reports.document.builder import Node, ReportData
from reports.document.registry import Block
from reports.document.writer import Writer
from reports.review.reading import read
from reports.review.snapshot import NOTE, PICTURE, TEXT, Look, Paragraph
from reports.word.document import make_docx
from reports.word.importing import read_words
from reports.word.opening import open_package
from reports.words import words_of
from tests.reports.test_writer import Registry
from tests.reports.word.packages import changed

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CHART = Chart(
    key="roles",
    title="",
    kind="bars",
    categories=("Police", "Shelter"),
    series=(Series("Respondents", (4, 2)),),
    unit="respondents",
    alt="Police: 4 of 6.",
    base="n=6",
)
CRITERIA = (
    '<table class="criteria" id="table-1"><caption>Table 1. Shelters</caption><thead><tr><th scope="colgroup" '
    'colspan="2">Framework</th><th scope="colgroup" colspan="2">Operational</th></tr><tr><th scope="col">Level 1</th>'
    '<th scope="col">Level 2</th><th scope="col">Level 1</th><th scope="col">Level 2</th></tr></thead><tbody>'
    '<tr class="criterion"><th scope="colgroup" colspan="4"><span class="number">1.1</span> Shelter</th></tr>'
    '<tr class="cells"><td class="is-in_place"><span class="mark">– In place</span> Law</td>'
    '<td class="is-potential_improvement"><span class="mark">▲ Potential improvement</span> Funds</td>'
    "<td>c</td><td>d</td></tr></tbody></table>"
)


class Evidence(Registry):
    def block(self, words: Sequence[str], title: str) -> Block:
        if words[0] == "chart":
            draw = lambda caption, anchor: render_chart(replace(CHART, key=anchor, title=caption))  # noqa: E731
            return Block("figure", title or "Roles", draw, chart=CHART)
        if words[0] == "indicators":
            return Block("table", "Shelters", lambda caption, anchor: CRITERIA)
        return super().block(words, title)


def document(*bodies: str, language: str = "en", titles: Sequence[str] = (), **more: Any) -> ReportData:
    """A report with a chapter for each body."""
    writer = Writer(Evidence(), words_of(language), language=language, traced=True)
    nodes = []
    for number, body in enumerate(bodies, start=1):
        title = titles[number - 1] if titles else f"Chapter {number}"
        html = writer.write(body, section=f"part-{number}", level=2)
        nodes.append(Node(f"part-{number}", title, str(number), 1, False, html))
    values: dict[str, Any] = {
        "reference": "AZE-2016",
        "title": "Needs assessment",
        "subtitle": "",
        "country": "Azerbaijan",
        "language": language,
        "direction": "rtl" if language == "ar" else "ltr",
        "commissioner": "An office",
        "funder": "",
        "period": "2015 – 2016",
        "made_on": "1 June 2016",
        "notice": "",
        "edition": "Edition 1 (draft)",
        "words": writer.words,
        "chapters": tuple(nodes),
        "annexes": (),
        "notes": tuple(writer.footnotes),
        "figures": tuple(writer.figures),
        "tables": tuple(writer.tables),
        "problems": (),
        "cells": (("in_place", "potential_improvement", "not_assessed", "in_place"),),
        "charts": writer.charts,
    }
    return ReportData(**values | more)


class Made:
    """A file that was made, opened again."""

    def __init__(self, data: ReportData, **options: Any) -> None:
        self.content, self.paragraphs = make_docx(data, identifier="AZE-2016-1", **options)
        self.file = zipfile.ZipFile(BytesIO(self.content))

    def xml(self, name: str = "word/document.xml") -> etree._Element:
        return etree.fromstring(self.file.read(name))

    def said(self, text: str) -> Paragraph:
        """The paragraph that begins with a text, leaving out the contents."""
        return next(one for one in self.paragraphs if one.text.startswith(text) and one.kind != "made")

    def element(self, text: str) -> etree._Element:
        """The element of that paragraph."""
        mark = self.said(text).id
        return next(
            paragraph
            for part in ("word/document.xml", "word/footnotes.xml")
            for paragraph in self.xml(part).iter(f"{W}p")
            if any(start.get(f"{W}name") == mark for start in paragraph.iter(f"{W}bookmarkStart"))
        )

    def looks(self) -> dict[str, Look]:
        """By id of a title or a paragraph of the text: what `read` makes of it."""
        found = {name: one.look for one in read(self.content).paragraphs for name in one.bookmarks}
        return {one.id: found[one.id] for one in self.paragraphs if one.kind in ("title", "text")}

    def table(self, title: str) -> etree._Element:
        """The table with a title for those who hear the document."""
        titles = {one.get(f"{W}val"): one for one in self.xml().iter(f"{W}tblCaption")}
        return titles[title].getparent().getparent()


def text_of(paragraph: etree._Element) -> str:
    """What a paragraph says, in the way of the snapshot."""
    signs = {"tab": "\t", "br": "\n", "footnoteReference": NOTE, "drawing": PICTURE}
    said = ""
    for element in paragraph.iter():
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        inside_tabs = element.getparent() is not None and element.getparent().tag == f"{W}tabs"
        said += (element.text or "") if name == "t" else "" if inside_tabs else signs.get(name, "")
    return said


EVERYTHING = """\
We met {{ interviews.people }} people **in**
the [country](https://example.org/a?b=1&c=2) [@Aze 30, p. 31].[^a] Again[^a].

- one
- two

  1. three

| a | b |
|---|--:|
| 1 | {{ interviews.people }} |

> said

### A heading

[[chart roles | Roles]]

[[indicators 1]]

    code  here

***

<script>alert(1)</script> \x0b and ~~struck~~.

[^a]: Some note with {{ interviews.people }} and [mail](mailto:a@example.org).
"""


def faults(content: bytes, tmp_path: Any) -> list[str]:
    path = tmp_path / "made.docx"
    path.write_bytes(content)
    return [fault.description for fault in OpenXmlValidator().validate(str(path)).errors]


@pytest.mark.parametrize("language", ["en", "ar", "ka"])
def test_the_file_is_valid(language: str, tmp_path: Any) -> None:
    made = Made(document(EVERYTHING, "Second.", language=language, notice="Mind."), token="t" * 20, tracked=True)
    assert faults(made.content, tmp_path) == []


def test_what_is_remembered_is_what_the_file_says() -> None:
    made = Made(document(EVERYTHING, "Second."), token="t" * 20, tracked=True)
    found = {}
    for part in ("word/document.xml", "word/footnotes.xml"):
        for paragraph in made.xml(part).iter(f"{W}p"):
            names = [start.get(f"{W}name") for start in paragraph.iter(f"{W}bookmarkStart")]
            if marks := [name for name in names if name.startswith("_ct")]:
                found[marks[0]] = text_of(paragraph)
    assert list(found) == [paragraph.id for paragraph in made.paragraphs]
    assert found == {paragraph.id: paragraph.text for paragraph in made.paragraphs}


def test_what_is_remembered_of_looks_is_what_a_reader_of_the_file_finds() -> None:
    made = Made(document(EVERYTHING), token="t" * 20, tracked=True)
    assert made.looks() == {one.id: one.look for one in made.paragraphs if one.kind in ("title", "text")}
    assert [made.said(text).look for text in ("Chapter 1", "one", "three", "said", "A heading")] == [
        Look("heading", 1), Look("bullet", 0), Look("number", 1), TEXT, Look("heading", 2),
    ]  # fmt: skip


def test_facts_citations_notes_and_links_are_remembered_with_their_names() -> None:
    made = Made(document(EVERYTHING))
    line = made.said("We met 36 people")
    assert (line.section, line.kind, line.first, line.last) == ("part-1", "text", 0, 2)
    assert [(line.text[atom.start : atom.end], atom.kind, atom.name) for atom in line.atoms] == [
        ("36", "fact", "interviews.people"),
        ("country", "link", "https://example.org/a?b=1&c=2"),
        ("(Aze 30, p. 31)", "cite", "Aze 30, p. 31"),
        (NOTE, "note", "a"),
        ("1", "note", "a"),  # called again
    ]
    note = made.said("Some note")
    assert (note.kind, note.section, note.first) == ("note", "part-1", 26)
    assert [(atom.kind, atom.name) for atom in note.atoms] == [
        ("fact", "interviews.people"),
        ("link", "mailto:a@example.org"),
    ]


def test_each_kind_of_paragraph_has_its_lines() -> None:
    made = Made(document(EVERYTHING))
    expected = {
        "Chapter 1": ("title", "", -1, -1),
        "one": ("text", "", 3, 4),
        "three": ("text", "", 6, 7),
        "said": ("text", "", 12, 13),
        "A heading": ("text", "", 14, 15),
        "Police: 4 of 6.": ("block", "chart roles", 16, 17),
        "1.1 Shelter": ("block", "indicators 1", 18, 19),
        "code  here": ("text", "", 20, 21),
    }
    for text, (kind, block, first, last) in expected.items():
        line = made.said(text)
        assert (line.kind, line.block, line.first, line.last) == (kind, block, first, last), text
    cells = [line for line in made.paragraphs if line.kind == "cell"]
    assert [(cell.text, cell.first) for cell in cells] == [("a", 8), ("b", 8), ("1", 10), ("36", 10)]


def test_headings_are_counted_by_word_and_a_jump_begins_anew() -> None:
    data = document("One.", "Two.", "Three.")
    chapters = (data.chapters[0], replace(data.chapters[2], number="3"))
    made = Made(replace(data, chapters=chapters, annexes=(replace(data.chapters[1], number="B", annex=True),)))
    numbering = made.xml("word/numbering.xml")
    starts = []
    for title in ("Chapter 1", "Chapter 3", "Chapter 2"):
        paragraph = made.element(title)
        assert paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == "Heading1"
        number = paragraph.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val")
        listed = next(one for one in numbering.iter(f"{W}num") if one.get(f"{W}numId") == number)
        start = listed.find(f"{W}lvlOverride/{W}startOverride")
        starts.append(None if start is None else start.get(f"{W}val"))
    assert starts == [None, "3", "2"]
    assert any(text.get(f"{W}val") == "Annex %1:\u00a0" for text in numbering.iter(f"{W}lvlText"))


def test_contents_and_captions_are_fields_and_lead_to_their_place() -> None:
    made = Made(document(EVERYTHING))
    codes = [code.text.strip() for code in made.xml().iter(f"{W}instrText")]
    assert 'TOC \\o "1-3" \\h \\z' in codes
    assert 'TOC \\h \\z \\c "Figure"' in codes
    fields = [field.get(f"{W}instr").strip() for field in made.xml().iter(f"{W}fldSimple")]
    assert fields == ["SEQ Figure \\* ARABIC", "SEQ Table \\* ARABIC"]
    marks = {start.get(f"{W}name") for start in made.xml().iter(f"{W}bookmarkStart")}
    leads = {link.get(f"{W}anchor") for link in made.xml().iter(f"{W}hyperlink") if link.get(f"{W}anchor")}
    assert len(leads) == 3
    assert leads <= marks


def test_rows_do_not_break_heads_repeat_and_green_has_sign_and_word() -> None:
    made = Made(document(EVERYTHING))
    table = made.table("Table 1. Shelters")
    rows = list(table.iter(f"{W}tr"))
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, True, False, False]
    cells = list(rows[3].iter(f"{W}tc"))
    fills = [cell.find(f"{W}tcPr/{W}shd") for cell in cells]
    assert [None if fill is None else fill.get(f"{W}fill") for fill in fills] == [None, "CFE8CF", None, None]
    assert [text_of(line) for line in cells[1].iter(f"{W}p")] == ["▲ Potential improvement", "Funds"]


def test_a_chart_is_a_picture_with_words_for_it_and_a_table_of_its_numbers() -> None:
    made = Made(document(EVERYTHING))
    pictures = [name for name in made.file.namelist() if name.startswith("word/media/")]
    assert len(pictures) == 2  # the cover's and the chart
    descriptions = [element.get("descr") for element in made.xml().iter() if etree.QName(element).localname == "docPr"]
    assert descriptions[1] == "Police: 4 of 6."
    table = made.table("Figure 1. Roles")
    assert [text_of(line) for line in table.iter(f"{W}p")] == ["", "Respondents", "Police", "4", "Shelter", "2"]
    without = Made(replace(document(EVERYTHING), charts={}))
    assert len([name for name in without.file.namelist() if name.startswith("word/media/")]) == 1


def test_a_file_for_review_tracks_changes_marks_facts_and_says_of_which_review_it_is() -> None:
    made = Made(document(EVERYTHING), token="secret-token", tracked=True)
    assert made.xml("word/settings.xml").find(f"{W}trackRevisions") is not None
    assert b"secret-token" in made.file.read("customXml/item1.xml")
    assert b"secret-token" in made.file.read("docProps/custom.xml")
    fact = next(style for style in made.xml("word/styles.xml") if style.get(f"{W}styleId") == "Fact")
    assert fact.find(f"{W}rPr/{W}u").get(f"{W}val") == "dotted"
    plain = Made(document(EVERYTHING))
    assert plain.xml("word/settings.xml").find(f"{W}trackRevisions") is None
    assert "docProps/custom.xml" not in plain.file.namelist()


def test_only_links_lead_out_and_nothing_says_who_made_the_file() -> None:
    made = Made(document(EVERYTHING))
    outside = [
        relation.get("Target")
        for name in made.file.namelist()
        if name.endswith(".rels")
        for relation in made.xml(name)
        if relation.get("TargetMode") == "External"
    ]
    assert sorted(outside) == ["https://example.org/a?b=1&c=2", "mailto:a@example.org"]
    core = made.file.read("docProps/core.xml").decode()
    assert "An office" in core
    assert "python-docx" not in core
    assert "lastModifiedBy" not in core


def test_the_same_document_is_the_same_file() -> None:
    assert Made(document(EVERYTHING)).content == Made(document(EVERYTHING)).content


def test_a_report_from_right_to_left() -> None:
    made = Made(document("عدد {{ interviews.people }} من (IOM).\n\n| أ | ب |\n|---|---|\n| 1 | 2 |", language="ar"))
    line = made.element("عدد")
    assert line.find(f"{W}pPr/{W}bidi") is not None
    runs = [(text_of(run), run.find(f"{W}rPr/{W}rtl") is not None) for run in line.iter(f"{W}r")]
    assert runs == [("عدد ", True), ("36", False), (" من (", True), ("IOM", False), (").", True)]
    assert all(table.find(f"{W}tblPr/{W}bidiVisual") is not None for table in made.xml().iter(f"{W}tbl"))


@pytest.mark.parametrize("kind", ["pie", "line"])
def test_charts_with_one_series_are_bars_as_in_the_other_formats(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    monkeypatch.setattr(figure, "export", lambda chart, *how: drawn.append(chart.kind) or export(chart, *how))
    data = document(EVERYTHING)
    Made(replace(data, charts={key: replace(chart, kind=kind) for key, chart in data.charts.items()}))
    assert drawn == ["bars"]


def test_from_right_to_left_numbers_of_headings_are_words() -> None:
    """What Word counts is in the margin in LibreOffice, where the label of an annex would be cut."""
    data = document("أولا", "ثانيا", language="ar")
    annexes = (replace(data.chapters[1], number="B", annex=True),)
    made = Made(replace(data, chapters=data.chapters[:1], annexes=annexes, words=data.words | {"annex": "المرفق"}))
    titles = [line for line in made.paragraphs if line.kind == "title"]
    for line, label in zip(titles, ["1\u00a0", "المرفق B:\u00a0"], strict=True):
        paragraph = made.element(line.text)
        assert text_of(paragraph) == f"{label}{line.text}"
        assert paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == "Heading1"
        assert paragraph.find(f"{W}pPr/{W}numPr") is None


def test_the_label_of_an_annex_is_no_part_of_its_title() -> None:
    """Also where the title alone is in a language written from right to left."""
    data = document("One", "Two", titles=["الإطار", "Forms"])
    first, second = (replace(one, number=letter, annex=True) for one, letter in zip(data.chapters, "AB", strict=True))
    made = Made(replace(data, chapters=(), annexes=(replace(first, title_language="ar"), second)))
    assert text_of(made.element("الإطار")) == "Annex A:\u00a0الإطار"
    number = made.element("Forms").find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val")
    listed = next(one for one in made.xml("word/numbering.xml").iter(f"{W}num") if one.get(f"{W}numId") == number)
    assert listed.find(f"{W}lvlOverride/{W}startOverride").get(f"{W}val") == "2"
    returned = {name: one for one in read(made.content).paragraphs for name in one.bookmarks}
    assert returned[made.said("الإطار").id].new == "الإطار"
    assert "الإطار" in [piece.title for piece in read_words(open_package(made.content)).pieces]


@pytest.mark.parametrize("around", ["<w:ins w:id='9001' w:author='A'>{}</w:ins>", "{}"])
def test_words_typed_behind_the_label_of_an_annex_are_read(around: str) -> None:
    """Word and LibreOffice give them the style of the characters before them."""
    data = document("نص", language="ar", titles=["الإطار"])
    made = Made(replace(data, chapters=(), annexes=(replace(data.chapters[0], number="A", annex=True),)))
    tree = made.xml()
    run = "<w:r><w:rPr><w:rStyle w:val='HeadingLabel'/></w:rPr><w:t xml:space='preserve'>جديد </w:t></w:r>"
    new = etree.fromstring(f"<w:p xmlns:w='{W[1:-1]}'>{around.format(run)}</w:p>")[0]
    heading = next(
        one for one in tree.iter(f"{W}p") if made.said("الإطار").id in [mark.get(f"{W}name") for mark in one]
    )
    last = [one for one in heading.iter(f"{W}r") if one.find(f"{W}rPr/{W}rStyle") is not None][-1]
    last.addnext(new)
    returned = read(changed(made.content, {"word/document.xml": etree.tostring(tree)}))
    assert [one.new for one in returned.paragraphs if made.said("الإطار").id in one.bookmarks] == ["جديد الإطار"]


@pytest.mark.parametrize(("language", "side"), [("en", "left"), ("ar", "right")])
def test_a_quotation_has_its_bar_where_lines_begin(language: str, side: str) -> None:
    styles = Made(document("> عدد", language=language)).xml("word/styles.xml")
    quote = next(one for one in styles.iter(f"{W}style") if one.find(f"{W}name").get(f"{W}val") == "Quote")
    assert [border.tag.removeprefix(W) for border in quote.find(f"{W}pPr/{W}pBdr")] == [side]


def test_stress_is_italic_where_the_letters_have_italics() -> None:
    made = Made(document("*ქალი* *The law* *Закон 5* *5* *ქალი, law*", language="ka"))
    line = made.element("ქალი")
    looks = {
        text_of(run): [name for name in ("b", "i") if run.find(f"{W}rPr/{W}{name}") is not None]
        for run in line.iter(f"{W}r")
        if text_of(run).strip()
    }
    assert looks == {"ქალი": ["b"], "The law": ["i"], "Закон 5": ["i"], "5": ["b"], "ქალი, law": ["b"]}


def test_a_column_has_room_for_its_head_in_bold_letters() -> None:
    head, more = "Organisation", "| word " * 5
    made = Made(document(f"| {head} {more}|\n{'|---' * 6}|\n| {head} {more}|"))
    regular = Made(document(f"| x {more}|\n{'|---' * 6}|\n| {head} {more}|"))

    def first(file: Made) -> int:
        return int(next(file.xml().iter(f"{W}gridCol")).get(f"{W}w"))

    assert first(made) > first(regular)


def test_a_wide_table_is_on_pages_in_landscape() -> None:
    columns = 14
    row = "| " + " | ".join(f"Organisation{number}" for number in range(columns)) + " |"
    made = Made(document(f"Before.\n\n{row}\n{'|---' * columns}|\n{row}\n\nAfter."))
    turned = [size.get(f"{W}orient") == "landscape" for size in made.xml().iter(f"{W}pgSz")]
    assert turned == [False, True, False]


def test_a_heading_of_another_language_says_so() -> None:
    data = document("Text.")
    node = replace(data.chapters[0], title="Введение", title_language="ru")
    made = Made(replace(data, chapters=(node,)))
    assert made.element("Введение").find(f".//{W}lang").get(f"{W}val") == "ru-RU"
