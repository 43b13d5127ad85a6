"""The whole document: built from an empty assessment, as HTML, as a tagged PDF."""

import re
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from assessments.models import Assessment, AuditEvent
from assessments.services.documents import remove_document
from reports.document.builder import build
from reports.document.registry import Block
from reports.models import Report
from reports.output.html import render
from reports.services.reports import create_report
from reports.services.sections import edit_section
from tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(assessment: Assessment) -> Report:
    return create_report(assessment=assessment, by=None)


def test_an_empty_assessment_builds_without_errors(report: Report) -> None:
    data = build(report)
    assert [problem for problem in data.problems if problem.kind == "error"] == []
    assert [(node.number, node.title) for node in data.chapters] == [
        ("1", "Introduction"),
        ("2", "Findings"),
        ("3", "Recommendations"),
    ]
    assert [node.number for node in data.annexes] == ["A", "B", "C", "D", "E", "F"]
    assert [node.number for node in data.chapters[1].children] == ["", "2.1", "2.2", "2.3", "2.4", "2.5"]


def test_a_cited_document_enters_the_bibliography(assessment: Assessment, report: Report) -> None:
    DocumentFactory(assessment=assessment, code="Aze 7", title="Cited")
    DocumentFactory(assessment=assessment, code="Aze 8", title="Neither cited nor listed")
    edit_section(section=report.sections.get(key="context"), body="As said [@Aze 7].", by=None)
    html = render(build(report))
    assert html.count('<li id="source-Aze-7">') == 1
    assert html.count('id="source-Aze-8"') == 0


def test_one_wrong_block_leaves_the_rest_standing(report: Report) -> None:
    edit_section(
        section=report.sections.get(key="context"), body="Before.\n\n[[chart survey 9.9.9]]\n\nAfter.", by=None
    )
    data = build(report)
    assert '<p data-src="0:1">Before.</p>' in data.chapters[0].children[0].html
    assert '<p data-src="4:5">After.</p>' in data.chapters[0].children[0].html
    assert [(problem.section, problem.kind) for problem in data.problems] == [("context", "error")]


def test_build_report_writes_a_tagged_pdf(assessment: Assessment, tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    call_command("build_report", assessment.reference, "--format", "pdf", "-o", str(out), stderr=StringIO())
    with pikepdf.open(BytesIO(out.read_bytes())) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "en"
        assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]
    assert AuditEvent.objects.get(action="report.built").detail == {"format": "pdf"}


@pytest.mark.parametrize("arguments", [("XXX-1", "out.pdf"), ("AZE-2016", "no/such/folder/out.pdf")])
def test_build_report_refuses_with_a_clear_line(assessment: Assessment, tmp_path: Path, arguments: Any) -> None:
    reference, name = arguments
    with pytest.raises(CommandError) as caught:
        call_command("build_report", reference, "-o", str(tmp_path / name), stderr=StringIO())
    assert caught.value.returncode == 2


def test_a_citation_is_no_link_where_the_bibliography_is_hidden(assessment: Assessment, report: Report) -> None:
    DocumentFactory(assessment=assessment, code="Aze 7")
    edit_section(section=report.sections.get(key="context"), body="As said [@Aze 7].", by=None)
    assert '<a class="cite" href="#source-Aze-7">Aze 7</a>' in render(build(report))
    report.sections.filter(key="annex-bibliography").update(hidden=True)
    assert "As said (Aze 7)." in render(build(report))


def test_dates_are_written_in_the_language_of_the_report(report: Report) -> None:
    report.language = "ru"
    assert build(report).period == "13 января 2016\u202fг. – 30 июня 2016\u202fг."


def test_a_block_that_fails_leaves_the_rest_standing(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    from reports.document import blocks

    def fail(*args: Any) -> Any:
        raise RuntimeError("boom")

    monkeypatch.setitem(blocks.BLOCKS, "treaties", blocks.BlockKind(fail))
    html = render(build(report))
    assert "[[treaties]]: this block could not be created." in html
    assert "boom" not in html


def test_a_footnote_called_twice_is_one_note(report: Report) -> None:
    body = "First[^a], again[^a], and once more[^a].\n\n[^a]: The note."
    edit_section(section=report.sections.get(key="context"), body=body, by=None)
    data = build(report)
    html = render(data, "html")
    ids = re.findall(r' id="([^"]+)"', html)
    calls = [anchor for anchor in ids if anchor.startswith("call-")]
    assert (calls, len(ids)) == (["call-1", "call-1-2", "call-1-3"], len(set(ids)))
    assert (html.count("The note."), html.count('href="#note-1"')) == (1, 3)
    printed = render(data, "pdf")
    assert (printed.count('class="footnote"'), printed.count('<a class="note-again" href="#note-1">1</a>')) == (1, 2)


def test_a_removed_source_is_printed_as_removed_and_nothing_else(assessment: Assessment, report: Report) -> None:
    document = DocumentFactory(assessment=assessment, code="Aze 30", title="A title of its own", in_bibliography=True)
    body = "Known [@Aze 30, p. 31]."
    edit_section(section=report.sections.get(key="context"), body=body, by=None)
    assert "A title of its own" in render(build(report), "html")
    remove_document(document=document, by=None)
    data = build(report)
    html = render(data, "html")
    assert "Known (Aze 30: removed source)." in html
    assert "A title of its own" not in html
    assert "p. 31" not in html
    assert [problem.message for problem in data.problems if problem.section == "context"] == [
        "Aze 30 was removed from the desk review. Cite another source, or restore it."
    ]


def test_a_new_block_is_in_the_palette_and_in_the_text(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line of `BLOCKS` adds a block: what it is made from, and how the palette offers it."""
    from reports.document import blocks, palette
    from reports.document.evidence import evidence_of

    def make(context: Any, words: Any, title: str) -> Block:
        return Block("text", title, lambda caption, anchor: f"<p>New: {' '.join(words)}</p>")

    kind = blocks.BlockKind(make, "List", lambda results: [("A new list", "of things")])
    monkeypatch.setitem(blocks.BLOCKS, "novelty", kind)
    found, _ = palette.search(evidence_of(report), "a new list")
    assert [(entry.group, entry.insert, entry.own_line) for entry in found] == [("List", "[[novelty of things]]", True)]
    edit_section(section=report.sections.get(key="context"), body=found[0].insert, by=None)
    assert "<p>New: of things</p>" in render(build(report))


def test_every_chart_leads_to_the_page_of_its_numbers(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis import gallery
    from reports.document import charts
    from reports.document.evidence import evidence_of
    from reports.document.links import member_link

    monkeypatch.setattr(gallery, "chart", lambda results, key: key)
    context, link = evidence_of(report).context, member_link(report.assessment)
    words = {"profile": ["sex"], "pair": ["3.2.3", "3.2.4"], "breakdown": ["3.1.5", "sex"], "survey": ["3.1.5"]}
    made = {name: chart.make(context, words.get(name, [])) for name, chart in charts.CHARTS.items()}
    assert [name for name, (_, source) in made.items() if not link(source)] == []
    assert made["pair"] == ("pair-3.2.3~3.2.4", "survey:3.2.3")
    assert made["saturation"] == ("saturation", "page:themes")
