"""What was said at validation stands beside what it concerns, and the annex prints the whole log."""

import re

import pytest

from assessments.models import Assessment
from indicators.services.marks import mark_cell
from indicators.services.recommendations import add_recommendation
from reports.document.builder import build
from reports.models import Report
from reports.output.html import render
from reports.services.reports import create_report
from workshops.models import Comment
from workshops.services.comments import add_comment, resolve_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(assessment: Assessment) -> Report:
    return create_report(assessment=assessment, by=None)


def said(assessment: Assessment, target: str, statement: str, **fields: str) -> Comment:
    return add_comment(assessment=assessment, by=None, target=target, statement=statement, who="A ministry", **fields)


def printed(report: Report) -> str:
    html = re.sub(r"\s+", " ", render(build(report), "html"))
    return html.replace('<td colspan="4"> ', '<td colspan="4">')


def between(html: str, start: str, end: str) -> str:
    return html.split(start)[1].split(end)[0]


def test_a_statement_stands_beside_its_criterion_with_the_decision(assessment: Assessment, report: Report) -> None:
    comment = said(assessment, "criterion:1.5", "This has been done.")
    said(assessment, "cell:1.5/F1", "The law says so.")
    resolve_comment(comment=comment, disposition="noted", reason="The finding stays.", by=None)
    row = between(printed(report), ">1.5</span>", "</tbody>")
    assert "Criterion 1.5 – A ministry" in row
    assert "This has been done." in row
    assert "Noted: The finding stays." in row
    assert "Cell 1.5 F1 – A ministry" in row
    assert "The law says so." in row
    assert row.count("Not yet decided") == 1


def test_a_statement_stands_beside_its_recommendation(assessment: Assessment, report: Report) -> None:
    row = add_recommendation(
        assessment=assessment,
        category="1",
        lead_in="To do",
        addressee="authorities",
        verb="encouraged",
        text="Train the police",
        by=None,
    )
    said(assessment, f"recommendation:{row.pk}", "Others too.")
    entry = between(printed(report), "<li>Train the police", "</li>")
    assert "Others too." in entry
    assert "Not yet decided" in entry


def test_a_statement_on_a_section_stands_at_its_end(assessment: Assessment, report: Report) -> None:
    said(assessment, "section:2.1", "Too short.")
    section = between(printed(report), 'id="identification"', 'id="assistance"')
    assert "Too short." in section


def test_the_annex_prints_every_statement_with_what_it_concerns(assessment: Assessment, report: Report) -> None:
    said(assessment, "", "A good report.")
    kept = said(assessment, "criterion:1.1", "Not so.", finding="What was found")
    resolve_comment(comment=kept, disposition="declined", reason="There is evidence.", changed="Nothing", by=None)
    Comment.objects.filter(statement="A good report.").update(withdrawn_at=kept.created_at)
    annex = between(printed(report), 'id="annex-validation"', "</main>")
    assert "The report as a whole" in annex
    assert "<strong>Withdrawn</strong>" in annex
    assert 'Criterion 1.1<br><span class="finding">What was found</span>' in annex
    assert "<strong>Declined</strong>. There is evidence." in annex
    assert "What changed: Nothing" in annex


def test_the_annex_of_a_report_without_validation_says_so(report: Report) -> None:
    annex = between(printed(report), 'id="annex-validation"', "</main>")
    assert "No statements, decisions or changes have been recorded at validation." in annex
    assert "<table" not in annex


@pytest.mark.parametrize("language", ["ar", "ka", "ru", "az", "hy"])
def test_the_log_is_in_the_language_of_the_report(assessment: Assessment, language: str) -> None:
    assessment.languages = [language]
    assessment.save()
    report = create_report(assessment=assessment, by=None)
    mark_cell(assessment=assessment, criterion="1.1", cell="F1", state="in_place", rationale="x", evidence=[], by=None)
    said(assessment, "cell:1.1/F1", "…")
    html = printed(report)
    for english in ("Cell 1.1", "Not yet decided", "At validation", "Statements and decisions"):
        assert english not in html


def test_what_was_said_in_another_direction_is_isolated(assessment: Assessment) -> None:
    assessment.languages = ["ar"]
    assessment.save()
    report = create_report(assessment=assessment, by=None)
    said(assessment, "criterion:1.5", "This has been done.")
    assert "\u2068This has been done.\u2069" in printed(report)
