"""No output of the report contains a respondent's name, an unreleased quotation, or an agency not to be named."""

import re
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from assessments.models import Assessment, Contact, Organisation, Study
from interviews.models import Answer, Coding, ConsentRecord, Interview, Theme
from interviews.services.answers import save_answer
from interviews.services.codings import release_passage
from interviews.services.consents import record_consent
from reports.document.builder import build
from reports.document.open_points import find_open_points
from reports.models import Report, Section
from reports.output.html import render
from reports.output.pdf import make_pdf
from reports.services.reports import create_report, update_report
from reports.services.sections import add_section, edit_section
from tests.factories import DocumentFactory, OrganisationFactory, write_to
from workshops.models import Comment

pytestmark = pytest.mark.django_db
NAME = "Respondent Numberone"  # invented for the test


@pytest.fixture
def report(assessment: Assessment) -> Report:
    return create_report(assessment=assessment, by=None)


@pytest.fixture
def coding(assessment: Assessment) -> Coding:
    organisation = OrganisationFactory(assessment=assessment, name="Committee of Examples", sector="state")
    interview = Interview.objects.create(
        assessment=assessment,
        number=1,
        code="AZEint1",
        held_at=datetime(2016, 1, 13, tzinfo=UTC),
        organisation=organisation,
        respondent_name=NAME,
        respondent_title="Head of a unit",
        observations="Internal words",
        women=1,
    )
    ConsentRecord.objects.create(interview=interview, note_given=True, to_quotes="yes")
    answer = Answer.objects.create(interview=interview, question="3.1", text="Shelters are full.")
    theme = Theme.objects.create(assessment=assessment, code="full", label="Full shelters", area="3")
    return Coding.objects.create(answer=answer, theme=theme, start=0, end=18, length=18, quote="Shelters are full.")


def write(report: Report, body: str) -> tuple[str, list[str]]:
    edit_section(section=report.sections.get(key="context"), body=body, by=None)
    report.refresh_from_db()
    data = build(report)
    return render(data), [problem.message for problem in data.problems if problem.section == "context"]


def test_a_respondents_name_is_taken_out_of_the_text(report: Report, coding: Coding) -> None:
    html, faults = write(report, f"As {NAME.lower()} said.")
    assert NAME.lower() not in html.lower()
    assert "As █████ said." in html
    assert faults == ["The text contains the name of a respondent. The name is not printed. Delete it."]


def test_names_titles_and_observations_never_appear(report: Report, coding: Coding) -> None:
    html, _ = write(report, "Nothing special.")
    for secret in (NAME, "Head of a unit", "Internal words", "Shelters are full."):
        assert secret not in html


def test_a_quotation_needs_to_be_released(report: Report, coding: Coding) -> None:
    html, faults = write(report, f"[[quote {coding.pk}]]")
    assert "Shelters are full." not in html
    assert "is not released for quotation" in faults[0]
    release_passage(coding=coding, by=None, name_agency=True)
    html, faults = write(report, f"[[quote {coding.pk}]]\n")
    assert (html.count("Shelters are full."), html.count("Committee of Examples")) == (1, 2)  # quote and annex
    assert faults == []


def test_why_a_block_cannot_be_made_is_shown_in_the_language_of_the_member(
    report: Report, coding: Coding, client_as: Any
) -> None:
    record_consent(interview=coding.answer.interview, by=None, to_quotes="no")
    html, _ = write(report, f"[[quote {coding.pk}]]\n\n[[chart survey 99]]\n\n[[indicators]]\n\n[[no such]]")
    assert "name one category, such as [[indicators 1]]." in html  # the document is the same for every reader
    page = client_as("lead").get("/a/AZE-2016/report/check/", headers={"accept-language": "fr"}).content.decode()
    assert "La personne interrogée ne souhaite pas être citée." in page
    for text in ("l’enquête n’a pas de question 99", "indiquez une catégorie", "ce bloc n’existe pas"):
        assert text in page
    for text in ("has no item", "name one category", "no such block", "is not released"):
        assert text not in page


def test_a_quotation_without_consent_is_named_by_the_check(report: Report, coding: Coding, client_as: Any) -> None:
    release_passage(coding=coding, by=None)
    interview = coding.answer.interview
    record_consent(interview=interview, by=None, to_quotes="not_asked")
    html, faults = write(report, f"[[quote {coding.pk}]]")
    assert "Shelters are full." in html  # a warning does not withhold it
    assert len(faults) == 1
    assert "is quoted from AZEint1, but it is not recorded that the interviewee agreed" in faults[0]
    assert "is quoted from AZEint1" in client_as("lead").get("/a/AZE-2016/report/check/").content.decode()
    record_consent(interview=interview, by=None, to_quotes="no")
    html, faults = write(report, f"[[quote {coding.pk}]] ")
    assert "Shelters are full." not in html
    assert len(faults) == 1
    assert "The interviewee does not want to be quoted" in faults[0]
    record_consent(interview=interview, by=None, to_quotes="yes")
    assert "is not released for quotation" in write(report, f"[[quote {coding.pk}]]")[1][0]


def test_a_quotation_is_not_printed_even_if_its_release_was_left(report: Report, coding: Coding) -> None:
    release_passage(coding=coding, by=None)
    ConsentRecord.objects.create(interview=coding.answer.interview, withdrawn="quotes")  # past the services
    html, faults = write(report, f"[[quote {coding.pk}]]")
    assert "Shelters are full." not in html
    assert "The consent to be quoted was withdrawn" in faults[0]


def test_a_quotation_whose_words_were_changed_is_not_printed(report: Report, coding: Coding) -> None:
    release_passage(coding=coding, by=None)
    text = "Shelters, says the victim Jane Example of Ganja, are full."
    save_answer(interview=coding.answer.interview, question="3.1", text=text, by=None)
    html, faults = write(report, f"[[quote {coding.pk}]]\n")
    assert "Jane Example" not in html
    assert len(faults) == 1
    assert "its text has changed since it was released" in faults[0]
    release_passage(coding=coding, by=None)
    write_to(Coding.objects.get(), quote="Words that bypassed the services.")
    html, faults = write(report, f"[[quote {coding.pk}]]\n")
    assert "bypassed" not in html
    assert "Shelters" not in html
    assert len(faults) == 1


def test_without_agencies_only_categories_are_named(report: Report, coding: Coding) -> None:
    release_passage(coding=coding, by=None)
    update_report(report=report, by=None, name_agencies=False)
    html, faults = write(report, f"[[quote {coding.pk}]]\n\nThe Committee of Examples agreed.")
    assert "Committee of Examples" not in html
    assert "The [State agency] agreed." in html
    assert html.count("State agency") >= 3
    assert faults == [
        "The text names “Committee of Examples”, and agencies are not to be named. Its category is printed instead: "
        "write of that."
    ]


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "-1", "1.5"])
def test_a_quotation_of_no_passage_is_an_error_in_place(report: Report, number: str) -> None:
    _, faults = write(report, f"[[quote {number}]]")
    assert "is not released for quotation" in faults[0]


def test_a_passage_of_another_assessment_is_not_found(report: Report, coding: Coding) -> None:
    from tests.factories import AssessmentFactory

    release_passage(coding=coding, by=None)
    Interview.objects.update(assessment=AssessmentFactory(reference="GEO-2016", country="GEO"))
    html, faults = write(report, f"[[quote {coding.pk}]]")
    assert "Shelters are full." not in html
    assert len(faults) == 1


# Names in the whole document -----------------------------------------------------------------------------------------

PERSON = "Rashad Examplov"  # invented for the tests


@pytest.fixture
def named(report: Report, coding: Coding) -> Report:
    """A report of an assessment with a respondent whose name contains no common word."""
    Interview.objects.update(respondent_name=PERSON)
    report.refresh_from_db()
    return report


def printed(report: Report) -> str:
    report = Report.objects.select_related("assessment__study").get(pk=report.pk)
    return unescape(render(build(report)))


@pytest.mark.parametrize(
    "body",
    [
        f"As {PERSON} said.",
        "As Rashad  \nExamplov said.",
        "As Rashad\nExamplov said.",
        "As Ra**shad** *Exam*plov said.",
        "As **Rashad** [Examplov](https://example.org) said.",
        "As EXAMPLOV Rashad said.",
        "As R. Examplov said.",
        "As Examplov said.",
        "As Рашад Экзамплов said.",
        "As Rəşad Examplovun said.",
        "# About Rashad Examplov",
        "| First | Second |\n|---|---|\n| Rashad | Examplov |",
        "Text.[^1]\n\n[^1]: Told by Rashad Examplov.",
        "[Mail](mailto:rashad.examplov@example.org)",
        "See <https://example.org/rashad-examplov>.",
        "[[chart interviews sex | Told by Rashad Examplov]]\n",
        "[[participants | Told by Rashad Examplov]]\n",
        "`Rashad Examplov`",
        "Rashad&nbsp;Examplov",
        "Exam&shy;plov",
        "Examp\u200blov and Rashad",
    ],
)
def test_no_form_of_a_name_is_printed(named: Report, body: str) -> None:
    named.sections.exclude(key__in=["introduction", "context"]).update(hidden=True)
    html, faults = write(named, body)
    plain = re.sub(r"\s+", "", re.sub(r"</?(a|em|strong|code)\b[^>]*>", "", unescape(html))).casefold()
    for part in ("examplov", "экзамплов", "exam\u00adplov", "exam\u200bplov", "examp\u200blov"):
        assert part not in plain
        assert part not in re.sub(r"\s+", "", unescape(html)).casefold()
    assert any("is not printed" in fault for fault in faults)


def test_titles_and_what_is_made_of_them_contain_no_name(named: Report) -> None:
    section = named.sections.get(key="context")
    edit_section(section=section, title=f"What {PERSON} said", body="Text", by=None)
    added = add_section(report=named, title=f"More of {PERSON}", body="Text. [See](#context)", by=None)
    update_report(report=named, title=f"Report by {PERSON}", subtitle="Told by Examplov", by=None)
    html = printed(named)
    assert "xamplov" not in html.casefold()
    assert "What █████ said" in html
    assert f'id="{added.key}"' in html
    assert added.key == "more-of"
    Section.objects.filter(pk=added.pk).update(key="more-of-rashad-examplov")  # as earlier versions made it
    html = printed(named)
    assert "xamplov" not in html.casefold()
    assert f'id="section-{added.pk}"' in html
    assert "<title>Report by █████" in html


def test_a_name_in_the_metadata_of_the_pdf_is_withheld(named: Report) -> None:
    update_report(report=named, title=f"Report by {PERSON}", by=None)
    Study.objects.update(commissioner=PERSON)
    report = Report.objects.select_related("assessment__study").get(pk=named.pk)
    with pikepdf.open(BytesIO(make_pdf(render(build(report), "pdf")))) as pdf:
        told = [str(value) for value in pdf.docinfo.values()]
        with pdf.open_metadata() as metadata:
            told.append(str(metadata))
    assert any("Report by" in text for text in told)
    assert not any("xamplov" in text for text in told)


def test_a_name_in_what_is_put_in_is_withheld(named: Report) -> None:
    """Bibliography, labels of themes, statements and reasons of the validation annex."""
    assessment = named.assessment
    DocumentFactory(
        assessment=assessment,
        code="Aze 1",
        title="Told by Rashad Examplov",
        authors="Examplov, R.",
        in_bibliography=True,
    )
    Theme.objects.update(label="The complaint of Examplov")
    Interview.objects.update(sections=["3"])
    Comment.objects.create(
        assessment=assessment, statement="As Rashad Examplov says.", who=PERSON, target="report", stage="after",
        reason="Because Examplov said so",
    )  # fmt: skip
    edit_section(section=named.sections.get(key="context"), body="[[themes]]", by=None)
    html = printed(named)
    assert "Aze 1" in html
    assert "The complaint of █████" in html
    assert "As █████ says." in html
    assert "xamplov" not in html


def test_a_common_word_a_place_and_another_person_are_not_eaten(named: Report) -> None:
    Interview.objects.update(respondent_name="Georgia Young")
    html, faults = write(named, "In Georgia young people of Young Street met Petr Young.")
    assert "In Georgia young people of Young Street met Petr Young." in html
    assert faults == [
        "Words that may name a respondent or an agency: 3. Decide on the page “Names” whether they are printed."
    ]


@pytest.mark.parametrize("name", ["", "X", "Li", ".*", "(", "Azerbaijan"])
def test_a_name_that_is_hardly_one_destroys_nothing(named: Report, name: str) -> None:
    before = printed(named)
    Interview.objects.update(respondent_name=name)
    assert printed(named) == before


# Agencies that are not to be named -----------------------------------------------------------------------------------


@pytest.fixture
def unnamed(report: Report, coding: Coding) -> Report:
    organisation = Organisation.objects.get()
    organisation.name, organisation.short_name = "Committee of Examples (CoE)", "IX"
    organisation.save()
    Contact.objects.create(assessment=report.assessment, organisation="Union of Helpers", sector="ngo")
    update_report(report=report, by=None, name_agencies=False)
    return report


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("The Committee of Examples said.", "The [State agency] said."),
        ("The Committee of Examples (CoE) said.", "The [State agency] said."),
        ("The committee  \nof **Examples** said.", "The [State agency]"),
        ("By the CoE and IX, six in all.", "By the [State agency] and [State agency], six in all."),
        ("Комитет; Committee of Examples’ word", "[State agency]’ word"),
        ("The Union of Helpers said.", "The [Non-governmental organisation] said."),
        ("[[chart interviews sex | Women at the CoE]]\n", "Women at the [State agency]"),
        ("| CoE | Committee of Examples |\n|---|---|\n| a | b |", "[State agency]"),
        ("Text.[^1]\n\n[^1]: Told by the CoE.", "Told by the [State agency]."),
    ],
)
def test_no_agency_is_named_where_none_may_be(unnamed: Report, body: str, expected: str) -> None:
    unnamed.sections.exclude(key__in=["introduction", "context"]).update(hidden=True)
    html, _ = write(unnamed, body)
    assert expected in html
    for words in ("Committee of", "committee", "CoE", "IX,", "Union of Helpers"):
        assert words not in re.sub(r"</?strong>", "", html)


def test_the_annex_and_the_metadata_name_no_agency(unnamed: Report) -> None:
    Comment.objects.create(
        assessment=unnamed.assessment, statement="As the CoE says.", who="Committee Group", target="criterion:1.1",
        stage="after", reason="The IX insists",
    )  # fmt: skip
    update_report(report=unnamed, title="Report for the CoE", subtitle="With the IX", by=None)
    html = printed(unnamed)
    assert "As the [State agency] says." in html
    assert "<title>Report for the [State agency]" in html
    for words in ("CoE", "the IX", "Committee Group", "Committee of Examples"):
        assert words not in html


def test_authors_of_public_documents_are_named(unnamed: Report) -> None:
    DocumentFactory(
        assessment=unnamed.assessment,
        code="Aze 1",
        title="Report",
        authors="Committee of Examples",
        in_bibliography=True,
    )
    assert "Committee of Examples" in printed(unnamed)
    update_report(report=unnamed, by=None, name_agencies=True)
    assert "[State agency]" not in printed(unnamed)


# Quotations ----------------------------------------------------------------------------------------------------------


def test_the_report_prints_the_attribution_that_was_stored(report: Report, coding: Coding) -> None:
    attribution = {"attributes": {"sector": "ngo", "kind": "Shelter", "sex": "woman", "place": "region"}, "of": {}}
    release_passage(coding=coding, by=None, name_agency=True)
    stored = Coding.objects.get()
    write_to(stored, attribution=stored.attribution | {"attributes": attribution["attributes"]})
    html, _ = write(report, f"[[quote {coding.pk}]]\n")
    assert '<p class="by">Committee of Examples</p>' in html
    update_report(report=report, by=None, name_agencies=False)
    html, _ = write(report, f"[[quote {coding.pk}]] \n")
    assert '<p class="by">Non-governmental organisation, Shelter, woman, outside the capital</p>' in html


def test_a_release_without_an_attribution_contains_nothing_about_the_person(report: Report, coding: Coding) -> None:
    release_passage(coding=coding, by=None)
    write_to(Coding.objects.get(), attribution={})
    html, faults = write(report, f"[[quote {coding.pk}]]\n")
    assert '<p class="by">An interviewee</p>' in html
    assert faults == []
    points = {point.kind: point.items for point in find_open_points(report, [build(report)])}
    assert points["quotations"] == (f"AZEint1, passage {coding.pk}",)


def test_a_quotation_of_a_changed_interview_is_not_printed(report: Report, coding: Coding) -> None:
    release_passage(coding=coding, by=None)
    Interview.objects.update(men=1)  # bypasses the services
    html, faults = write(report, f"[[quote {coding.pk}]]\n")
    assert "Shelters are full." not in html
    assert "details of the interview were changed" in faults[0]
