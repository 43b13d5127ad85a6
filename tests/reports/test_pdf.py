"""The tagged PDF: its structure tree, its fonts, and that it fetches nothing."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from page import ValidationProfile, validate_pdf_bytes
from PIL import Image

from analysis.charts import Chart, Series
from analysis.charts import html as charts
from assessments.models import Assessment
from reports.document.builder import build
from reports.models import Section
from reports.output.html import for_print, render
from reports.output.pages import TITLE, Pages
from reports.output.pdf import PdfUnavailable, make_pdf
from reports.services.reports import create_report
from reports.services.sections import edit_section

BODY = """
Text with a note[^1] and {{ country }}, and the same note again[^1].

[[chart survey 3.1]]

[[indicators 1]]

| A | B |
|---|---|
| 1 | 2 |

[^1]: The note.
"""


@pytest.fixture(scope="module")
def made(django_db_setup: Any, django_db_blocker: Any) -> Iterator[tuple[pikepdf.Pdf, Pages]]:
    """One document for all tests of its structure, and where it prints what."""
    from django.db import transaction

    from tests.factories import AssessmentFactory

    with django_db_blocker.unblock(), transaction.atomic():
        assessment = AssessmentFactory(reference="PDF-2016")
        report = create_report(assessment=assessment, by=None)
        kept = ["introduction", "context", "methodology", "limitations"]
        Section.objects.exclude(key__in=kept).update(hidden=True)
        edit_section(section=report.sections.get(key="context"), body=BODY, by=None)
        pages: Pages = {}
        content = make_pdf(render(build(report), "pdf"), "PDF-2016", pages=pages)
        transaction.set_rollback(True)
    with pikepdf.open(BytesIO(content)) as opened:
        yield opened, pages


@pytest.fixture(scope="module")
def pdf(made: tuple[pikepdf.Pdf, Pages]) -> pikepdf.Pdf:
    return made[0]


def elements(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """(type, element) of the structure tree in order."""

    def walk(node: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(node, pikepdf.Array):
            for child in node:
                yield from walk(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield str(node.S), node
            if "/K" in node:
                yield from walk(node.K)

    yield from walk(pdf.Root.StructTreeRoot.K)


def test_the_pdf_has_title_language_and_the_mark_of_a_tagged_file(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.Root.Lang) == "en"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert str(pdf.docinfo.Title) == "Needs assessment: responding to trafficking in persons in Azerbaijan"
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_the_page_of_each_paragraph_is_written_down(made: tuple[pikepdf.Pdf, Pages]) -> None:
    pdf, pages = made
    places = pages["context"]
    assert {TITLE, "1", "chart survey 3.1", "9"} <= set(places)  # the sentence, and a row of the table
    number = places[TITLE]
    assert 1 < number <= len(pdf.pages)
    assert all(number <= page <= len(pdf.pages) for page in places.values())


def test_the_cover_s_drawing_has_an_alternative_text(pdf: pikepdf.Pdf) -> None:
    drawings = [str(element.get("/Alt", "")) for kind, element in elements(pdf) if kind == "/Figure"]
    assert len(drawings) == 1
    assert drawings[0]


def test_bars_are_decoration_beside_their_numbers() -> None:
    series = (Series("Often", (2,), "#2166ac"), Series("Rarely", (1,), "#b35806"))
    chart = Chart("x", "A title", "stacked", ("A row",), series, unit="respondents", alt="A result", bases=(3,))
    head = '<html lang="en"><head><title>x</title><style>.bar { display: block; height: 9pt }</style></head>'
    content = make_pdf(for_print(f"{head}<body><h1>x</h1>{charts.render(chart)}</body></html>"))
    with pikepdf.open(BytesIO(content)) as opened:
        kinds = [kind for kind, _ in elements(opened)]
        page = opened.pages[0].Contents.read_bytes()
    assert "/Figure" not in kinds
    assert kinds.count("/TD") >= 2
    assert b"/Artifact" in page


def test_every_header_cell_has_a_scope(pdf: pikepdf.Pdf) -> None:
    scopes = [str(element.A.get("/Scope", "")) for kind, element in elements(pdf) if kind == "/TH"]
    # the criteria table: two heads, four levels, five criteria across; the typed table: two heads
    assert scopes.count("") == 0
    assert scopes.count("/Column") - (2 + 4 + 5 + 2) in (0, 6)  # six more where the table breaks and repeats its heads


def test_a_criterion_is_printed_above_its_cells(assessment: Assessment) -> None:
    """Wherever a table begins on a page, no criterion is left at the foot of a page without its cells."""
    report = create_report(assessment=assessment, by=None)
    Section.objects.exclude(key__in=["introduction", "context"]).update(hidden=True)
    edit_section(section=report.sections.get(key="context"), body="[[indicators 1]]", by=None)
    html = render(build(report), "pdf")
    table = re.search(r'<table class="criteria".*?</table>', html, re.S)
    assert table is not None
    placed = "".join(
        f'<div style="break-before: page; height: {height}pt"></div>{table[0]}' for height in range(460, 680, 20)
    )
    with pikepdf.open(BytesIO(make_pdf(html.replace(table[0], placed), "x"))) as pdf:
        rows = [len(element.K) for kind, element in elements(pdf) if kind == "/TBody"]
    assert rows == [2] * 5 * 11  # what a page break divides is tagged as two groups of one row


def test_the_colours_of_a_chart_are_in_the_heads_of_its_columns() -> None:
    series = (Series("Often", (2,), "#2166ac"), Series("Rarely", (1,), "#b35806"))
    chart = Chart("x", "A title", "stacked", ("A row",), series, unit="respondents", alt="A result", bases=(3,))
    shown = charts.render(chart)
    printed = for_print(f"<style></style>{shown}")
    assert ".tone-2166ac { border-top: 2.4pt solid #2166ac; }" in printed
    assert '<th scope="col" class="num tone-2166ac">Often</th><th scope="col" class="num tone-b35806">' in printed
    assert "chart-key" in shown
    assert "chart-key" not in printed
    assert '<td class="chart-unit">Respondents</td>' in printed


def test_headings_leave_no_level_out(pdf: pikepdf.Pdf) -> None:
    levels = [int(kind[2]) for kind, _ in elements(pdf) if kind[1:2] == "H" and kind[2:].isdigit()]
    assert levels[0] == 1
    assert [(a, b) for a, b in pairwise(levels) if b > a + 1] == []


def test_bookmarks_follow_the_outline(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        assert [entry.title for entry in outline.root] == ["1 Introduction"]
        assert [entry.title for entry in outline.root[0].children] == [
            "1.1 Research context",
            "1.2 Research methodology",
            "1.3 Research limitations",
        ]


def test_every_font_is_embedded(pdf: pikepdf.Pdf) -> None:
    fonts = {str(name): font for page in pdf.pages for name, font in page.Resources.get("/Font", {}).items()}
    described = [font.DescendantFonts[0].FontDescriptor for font in fonts.values() if "/DescendantFonts" in font]
    names = {str(descriptor.FontName).split("+")[-1] for descriptor in described}
    assert all("/FontFile2" in descriptor or "/FontFile3" in descriptor for descriptor in described)
    assert {" ".join(name.replace(",", "").split("-")[:2]) for name in names} <= {
        "Source Serif",
        "Source Sans",
        "Noto Sans",
    }


def test_a_checker_of_pdf_ua_finds_nothing(pdf: pikepdf.Pdf) -> None:
    target = BytesIO()
    pdf.save(target)
    report = validate_pdf_bytes(target.getvalue(), profile=ValidationProfile.PDF_UA_1)
    assert [str(failure) for failure in report.failures] == []


def test_nothing_is_fetched_from_outside(caplog: pytest.LogCaptureFixture) -> None:
    html = (
        '<html lang="en"><head><title>x</title><link rel="stylesheet" href="http://127.0.0.1:9/a.css"></head><body>'
        '<h1>x</h1><img alt="a" src="http://127.0.0.1:9/a.png"><img alt="b" src="file:///etc/passwd"></body></html>'
    )
    assert make_pdf(html).startswith(b"%PDF")
    refused = [message for message in caplog.messages if "is not part of the report" in message]
    assert len(refused) == 3


def test_without_pango_the_message_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def without_weasyprint(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_weasyprint)
    with pytest.raises(PdfUnavailable, match="libpango"):
        make_pdf("<html></html>")


@pytest.mark.django_db
def test_arabic_is_laid_out_from_right_to_left(assessment: Assessment) -> None:
    report = create_report(assessment=assessment, by=None)
    report.language = "ar"
    html = render(build(report), "pdf")
    assert '<html lang="ar" dir="rtl">' in html
    assert "الشكل" in html


@pytest.mark.django_db
def test_the_cover_of_the_demonstration_says_so_where_it_is_seen(assessment: Assessment, tmp_path: Path) -> None:
    """The band lies above the field of the cover, not below it: its colour is that of the first row of the page."""
    if not shutil.which("pdftoppm"):
        pytest.skip("no pdftoppm; run: apt-get install poppler-utils")
    data = build(create_report(assessment=assessment, by=None))
    data = replace(data, demonstration="Only a demonstration", chapters=(), annexes=())
    (tmp_path / "cover.pdf").write_bytes(make_pdf(render(data, "pdf"), "COVER"))
    command = ["pdftoppm", "-r", "20", "-f", "1", "-l", "1", "-png", "-singlefile", "cover.pdf", "cover"]
    subprocess.run(command, cwd=tmp_path, check=True)  # noqa: S603
    with Image.open(tmp_path / "cover.png") as cover:
        pixels = cover.convert("RGB")
        assert pixels.getpixel((2, 2)) == (0xFB, 0xF2, 0xDF)
        assert pixels.getpixel((2, pixels.height // 3)) == (0x0D, 0x55, 0x61)
