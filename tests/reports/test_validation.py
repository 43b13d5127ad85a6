"""Statements made at validation are shown beside what they concern, and the annex prints the whole log."""

import re

import pytest

from assessments.models import Assessment
from indicators.services.marks import decide_cell, mark_cell
from indicators.services.recommendations import add_recommendation, edit_recommendation, set_status
from reports.document.builder import build
from reports.models import Report
from reports.output.html import render
from reports.services.reports import create_report
from reports.services.sections import edit_section, move_section
from tests.indicators.factories import make_mark, make_recommendation
from tests.workshops.factories import make_group, make_workshop
from workshops.models import Comment
from workshops.services.comments import add_comment, resolve_comment
from workshops.services.verdicts import give_verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(assessment: Assessment) -> Report:
    return create_report(assessment=assessment, by=None)


def comment_on(assessment: Assessment, target: str, statement: str, **fields: str) -> Comment:
    return add_comment(assessment=assessment, by=None, target=target, statement=statement, who="A ministry", **fields)


def printed(report: Report) -> str:
    html = re.sub(r"\s+", " ", render(build(report), "html"))
    return html.replace('<td colspan="4"> ', '<td colspan="4">')


def between(html: str, start: str, end: str) -> str:
    return html.split(start)[1].split(end)[0]


def test_a_statement_is_shown_beside_its_criterion_with_the_decision(assessment: Assessment, report: Report) -> None:
    comment = comment_on(assessment, "criterion:1.5", "This has been done.")
    comment_on(assessment, "cell:1.5/F1", "The law says so.")
    resolve_comment(comment=comment, disposition="noted", reason="The finding stays.", by=None)
    row = between(printed(report), ">1.5</span>", "</tbody>")
    assert "Criterion 1.5 – A ministry" in row
    assert "This has been done." in row
    assert "Noted: The finding stays." in row
    assert "Cell 1.5 F1 – A ministry" in row
    assert "The law says so." in row
    assert row.count("Not yet decided") == 1


def test_a_statement_is_shown_beside_its_recommendation(assessment: Assessment, report: Report) -> None:
    row = add_recommendation(
        assessment=assessment,
        category="1",
        lead_in="To do",
        addressee="authorities",
        verb="encouraged",
        text="Train the police",
        by=None,
    )
    comment_on(assessment, f"recommendation:{row.pk}", "Others too.")
    entry = between(printed(report), "<li>Train the police", "</li>")
    assert "Others too." in entry
    assert "Not yet decided" in entry


def test_a_statement_on_a_section_is_shown_at_its_end(assessment: Assessment, report: Report) -> None:
    comment_on(assessment, "section:2.1", "Too short.")
    section = between(printed(report), 'id="identification"', 'id="assistance"')
    assert "Too short." in section


def test_a_statement_stays_with_its_section_however_it_is_moved_and_named(
    assessment: Assessment, report: Report
) -> None:
    comment_on(assessment, "section:2.1", "Too short.")
    comment_on(assessment, "section:2", "A good chapter.")
    section, other = (report.sections.get(key=key) for key in ("identification", "assistance"))
    move_section(section=section, position=9, by=None)
    edit_section(section=section, title="How victims are found", body=section.body, revision=section.revision, by=None)
    section.refresh_from_db()
    edit_section(section=other, title="Protection", body="Some text.", revision=other.revision, by=None)
    html = printed(report)
    assert html.count("Too short.") == 2  # beside its section, and in the annex
    assert "Too short." in between(html, "How victims are found</span></h", "</section>")
    assert "Too short." not in between(html, "Protection</span></h", "</section>")
    annex = between(html, 'id="annex-validation"', "</main>")
    number = re.search(r"(2\.\d)[^>]*How victims are found</h", re.sub(r"<[^>]*span[^>]*>", "", html))
    assert number is not None
    assert number[1] != "2.1"
    assert f"Section {number[1]}" in annex
    assert "Section 2<" in annex.replace("</th>", "<")


def test_the_annex_prints_cells_decided_anew_with_from_what_to_what_and_why(
    assessment: Assessment, report: Report
) -> None:
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "1.1/F1", "potential_improvement", source="workshop", rationale="Heard twice.")
    make_mark(assessment, "1.1/F2", source="workshop")
    make_mark(assessment, "1.2/F1", source="workshop")
    for place, source, reason in (
        ("1.1/F1", "workshop", "Two groups said so."),
        ("1.1/F2", "consultant", "No document says so."),
    ):
        criterion, cell = place.split("/")
        decide_cell(assessment=assessment, criterion=criterion, cell=cell, source=source, reason=reason, by=None)
    make_mark(assessment, "1.1/F1", "not_assessed", source="workshop", rationale="")  # does not change the log
    annex = between(printed(report), 'id="annex-validation"', "</main>")
    rows = [
        [re.sub(r"<[^>]+>| \([^)]*\)", "", part).strip() for part in re.split(r"</t[hd]>", row)[:3]]
        for row in between(annex, "<caption>Cells", "</table>").split("<tr>")[2:]
    ]
    improve, by = "Potential improvement", "Proposed by the workshop"
    assert rows == [
        ["Cell 1.1 F1", f"In place → {improve}{by}: {improve}", "Accepted. Two groups said so."],
        ["Cell 1.1 F2", f"Not assessed → Not assessed{by}: In place", "Not accepted. No document says so."],
    ]
    assert "2 cells proposed by the workshop still await a decision." in annex  # 1.2 F1, and 1.1 F1 again


def test_the_annex_prints_recommendations_before_and_after_with_the_differences(
    assessment: Assessment, report: Report
) -> None:
    row = make_recommendation(assessment, "train inspectors once")
    gone = make_recommendation(assessment, "print leaflets")
    workshop = make_workshop(assessment)
    give_verdict(group=make_group(workshop), target=f"recommendation:{row.pk}", choice="agree")
    edit_recommendation(recommendation=row, text="train all inspectors", reason="Two groups asked for it.", by=None)
    set_status(recommendation=gone, status="dropped", reason="Done already.", by=None)
    later = edit_recommendation(recommendation=row, text="train all inspectors yearly", by=None)
    annex = between(printed(report), 'id="annex-validation"', "</main>")
    opening = f"{later.opening}: "
    table = between(annex, "<caption>Recommendations", "</table>")
    rows = [[part.strip() for part in re.split(r"</t[hd]>", entry)[:3]] for entry in table.split("<tr>")[2:]]
    before = [re.sub(r"<[^>]+>", "", cells[0]) for cells in rows]
    assert before == [opening + "train inspectors once", opening + "print leaflets", opening + "train all inspectors"]
    assert re.sub(r"<(?!/?(ins|del))[^>]+>", "", rows[0][1]).split(": ")[1].strip() == (
        "train <ins>all </ins>inspectors<del> once</del>"
    )
    assert "Two groups asked for it." in rows[0][2]
    assert re.sub(r"<[^>]+>", "", rows[1][1]) == "–"
    assert "Done already." in rows[1][2]
    assert "<ins> yearly</ins>" in rows[2][1]


def test_the_annex_prints_every_statement_with_what_it_concerns(assessment: Assessment, report: Report) -> None:
    good = comment_on(assessment, "", "A good report.")
    kept = comment_on(assessment, "criterion:1.1", "Not so.", finding="What was found")
    resolve_comment(comment=kept, disposition="declined", reason="There is evidence.", changed="Nothing", by=None)
    Comment.objects.filter(pk=good.pk).update(withdrawn_at=kept.created_at)
    annex = between(printed(report), 'id="annex-validation"', "</main>")
    assert "The report as a whole" in annex
    assert "<strong>Withdrawn</strong>" in annex
    assert 'Criterion 1.1<br><span class="finding">What was found</span>' in annex
    assert "<strong>Declined</strong>. There is evidence." in annex
    assert "What changed: Nothing" in annex


def test_the_annex_of_a_report_without_validation_states_that_there_was_none(report: Report) -> None:
    annex = between(printed(report), 'id="annex-validation"', "</main>")
    assert "No statements, decisions or changes have been recorded at validation." in annex
    assert "<table" not in annex


@pytest.mark.parametrize("language", ["ar", "ka", "ru", "az", "hy"])
def test_the_log_is_in_the_language_of_the_report(assessment: Assessment, language: str) -> None:
    assessment.languages = [language]
    assessment.save()
    report = create_report(assessment=assessment, by=None)
    mark_cell(assessment=assessment, criterion="1.1", cell="F1", state="in_place", rationale="x", evidence=[], by=None)
    comment_on(assessment, "cell:1.1/F1", "…")
    html = printed(report)
    for english in ("Cell 1.1", "Not yet decided", "At validation", "Statements and decisions"):
        assert english not in html


def test_text_of_another_direction_is_isolated(assessment: Assessment) -> None:
    assessment.languages = ["ar"]
    assessment.save()
    report = create_report(assessment=assessment, by=None)
    comment_on(assessment, "criterion:1.5", "This has been done.")
    assert "\u2068This has been done.\u2069" in printed(report)
