"""Assessments cannot be compared until the leads of all of them have agreed."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from analysis.models import Consent
from analysis.services.comparisons import answer_comparison, compared, propose_comparison
from assessments.models import AuditEvent
from tests.analysis.builders import make_interview, mark
from tests.factories import AssessmentFactory, MembershipFactory, StudyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def georgia(assessment):
    return AssessmentFactory(reference="GEO-2015", country="GEO", study=assessment.study)


@pytest.fixture
def georgian_lead(georgia):
    return MembershipFactory(assessment=georgia, role="lead").user


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def url(name, *args, reference="AZE-2016"):
    return reverse(f"analysis:{name}", args=[reference, *args])


def agree(comparison, assessment, by):
    answer_comparison(consent=comparison.consents.get(assessment=assessment), agree=True, by=by)


def test_a_comparison_opens_when_all_have_agreed(assessment, georgia, georgian_lead, member):
    comparison = propose_comparison(assessment=assessment, references=["GEO-2015"], by=member("lead"))
    assert compared(comparison) == []
    agree(comparison, georgia, georgian_lead)
    assert compared(comparison) == [assessment, georgia]


def test_taking_an_agreement_back_closes_it(assessment, georgia, georgian_lead, member):
    comparison = propose_comparison(assessment=assessment, references=["GEO-2015"], by=member("lead"))
    agree(comparison, georgia, georgian_lead)
    answer_comparison(consent=comparison.consents.get(assessment=assessment), agree=False, by=member("lead"))
    assert compared(comparison) == []


def test_every_step_is_logged_with_its_own_assessment(assessment, georgia, georgian_lead, member):
    comparison = propose_comparison(assessment=assessment, references=["GEO-2015"], by=member("lead"))
    agree(comparison, georgia, georgian_lead)
    found = AuditEvent.objects.filter(action__startswith="comparison").order_by("pk")
    assert [(event.action, event.assessment, event.actor) for event in found] == [
        ("comparison.proposed", assessment, member("lead")),
        ("comparison.agreed", georgia, georgian_lead),
    ]


def test_proposing_does_not_disclose_which_assessments_exist(assessment, member):
    AssessmentFactory(reference="KAZ-2020", country="KAZ", study=StudyFactory(title="Another study"))
    unknown = propose_comparison(assessment=assessment, references=["XXX-1"], by=member("lead"))
    stranger = propose_comparison(assessment=assessment, references=["KAZ-2020"], by=member("lead"))
    assert [list(one.consents.values_list("assessment__reference", "answer")) for one in (unknown, stranger)] == [
        [("AZE-2016", "agreed")],
        [("AZE-2016", "agreed")],
    ]
    assert compared(unknown) == compared(stranger) == []


def test_two_dates_of_one_country_can_be_compared(assessment, member):
    later = AssessmentFactory(reference="AZE-2020", country="AZE", study=StudyFactory(title="Another study"))
    comparison = propose_comparison(assessment=assessment, references=["AZE-2020"], by=member("lead"))
    assert set(comparison.consents.values_list("assessment", flat=True)) == {assessment.pk, later.pk}


@pytest.mark.parametrize(
    ("references", "words"),
    [
        ([], "Enter the reference of at least one other assessment"),
        (["AZE-2016"], "Enter the reference of at least one other assessment"),
        (["GEO 2016"], "is no reference"),
        (["x" * 41], "is no reference"),
        ([f"A-{n}" for n in range(9)], "at most 6 assessments"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused_in_words(assessment, member, references, words):
    with pytest.raises(ValidationError, match=words):
        propose_comparison(assessment=assessment, references=references, by=member("lead"))


def test_comparison_list_allows_the_right_roles(assessment, check_roles):
    check_roles(url("comparison_list"), allowed="lead", denied="consultant", wrong="put")


def test_comparison_list_proposes_and_shows_bad_input_again(assessment, client_as):
    client = client_as("lead")
    response = client.post(url("comparison_list"), {"references": "GEO_2016"})
    assert (response.status_code, 'value="GEO_2016"' in response.content.decode()) == (200, True)
    assert client.post(url("comparison_list"), {"references": "GEO-2015, ARM-2016"}).status_code == 302
    assert Consent.objects.get().comparison.references == ["GEO-2015", "ARM-2016"]


def test_comparison_answer_allows_the_right_roles(assessment, georgia, member, check_roles):
    comparison = propose_comparison(assessment=assessment, references=["GEO-2015"], by=member("lead"))
    check_roles(
        url("comparison_answer", comparison.pk),
        allowed="lead",
        denied="consultant",
        method="post",
        wrong="get",
        ok=302,
        data={"answer": "decline"},
    )
    assert comparison.consents.get(assessment=assessment).answer == "declined"
    assert comparison.consents.get(assessment=georgia).answer == "waiting"  # no one can agree for another assessment


def test_comparison_shows_both_sides_in_the_order_of_references(assessment, georgia, georgian_lead, member):
    make_interview(assessment, 1, {}, women=1, men=2)
    mark(georgia, "1.1", "F1", "in_place")
    comparison = propose_comparison(assessment=assessment, references=["GEO-2015"], by=member("lead"))
    agree(comparison, georgia, georgian_lead)
    response = signed_in(georgian_lead).get(url("comparison", comparison.pk, reference="GEO-2015"))
    table = response.context["table"]
    assert [(line.label, line.cells) for line in table.participants[:3]] == [
        ("Interviews", ("1", "0")),
        ("People in interviews", ("3", "0")),
        ("Women among them", ("1 of 3", "0 of 0")),
    ]
    assert (table.matrix[0].code, table.matrix[0].cells, table.matrix[0].differs) == (
        "1.1 F1",
        ("Not assessed", "In place"),
        True,
    )
    assert AuditEvent.objects.filter(action="comparison.viewed", assessment=georgia).count() == 1


def test_comparison_is_refused_without_agreement(assessment, georgia, member, client_as, georgian_lead):
    comparison = propose_comparison(assessment=assessment, references=["GEO-2015"], by=member("lead"))
    assert client_as("lead").get(url("comparison", comparison.pk)).status_code == 302
    assert client_as("consultant").get(url("comparison", comparison.pk)).status_code == 403
    other = MembershipFactory(role="lead", assessment__reference="ARM-2016", assessment__country="ARM").user
    assert signed_in(other).get(url("comparison", comparison.pk, reference="ARM-2016")).status_code == 404
