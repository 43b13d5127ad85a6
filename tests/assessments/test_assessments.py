"""Assessments, studies, organisations: what services store, refuse and record."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from assessments.models import Assessment, AuditEvent, Membership, Organisation, Role
from assessments.services.assessments import TOOL_FIELDS, change_tool, create_assessment, update_assessment
from assessments.services.members import add_member
from assessments.services.organisations import add_organisation, remove_organisation
from instruments.models import Instrument
from tests.factories import AssessmentFactory, InstrumentFactory, OrganisationFactory, StudyFactory, UserFactory
from tests.interviews.factories import InterviewFactory

pytestmark = pytest.mark.django_db

DATES = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 5, 1)}


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def tool() -> dict[str, Instrument]:
    return {field: InstrumentFactory(kind=kind) for field, kind in TOOL_FIELDS.items()}


def test_create_assessment_makes_its_creator_lead_and_is_logged() -> None:
    user = UserFactory()

    assessment = create_assessment(
        study=StudyFactory(), country="GEO", reference="GEO-2026", by=user, **tool(), **DATES
    )

    assert Membership.objects.filter(assessment=assessment, user=user).values_list("role", flat=True)[0] == Role.LEAD
    assert actions() == ["assessment.created", "member.added"]
    assert assessment.questionnaire.kind == "survey"


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"country": "XXX"}, "country", "Choose a country from the list."),
        (
            {"ends_on": date(2025, 12, 31)},
            "ends_on",
            "The end is before the start. Give a date on or after the start.",
        ),
        (
            {"reference": "AZE-2016"},
            "reference",
            "An assessment with this reference exists already. Choose another reference.",
        ),
    ],
)
def test_create_assessment_refuses_what_cannot_be(wrong: dict, field: str, message: str) -> None:
    AssessmentFactory(reference="AZE-2016")
    fields = {"country": "GEO", "reference": "GEO-2026", **DATES} | wrong

    with pytest.raises(ValidationError) as caught:
        create_assessment(study=StudyFactory(), by=UserFactory(), **tool(), **fields)

    assert caught.value.message_dict[field][-1] == message
    assert (Assessment.objects.count(), AuditEvent.objects.count()) == (1, 0)


def test_create_assessment_takes_no_draft_and_nothing_of_another_kind() -> None:
    given = tool()
    draft = InstrumentFactory(version=5, published_at=None)
    for wrong in ({"questionnaire": draft}, {"questionnaire": given["matrix"]}):
        with pytest.raises(ValidationError, match=r"is no longer available\. Choose another version."):
            create_assessment(
                study=StudyFactory(), country="GEO", reference="GEO-1", by=None, **(given | wrong), **DATES
            )


def test_update_assessment_records_names_of_fields_only() -> None:
    assessment = AssessmentFactory()
    update_assessment(assessment=assessment, by=UserFactory(), office="A quiet street", interviews_planned=14)
    assert AuditEvent.objects.get().detail == {"fields": ["office"]}
    assert Assessment.objects.get().office == "A quiet street"


def test_update_assessment_without_a_change_writes_nothing() -> None:
    update_assessment(assessment=AssessmentFactory(), by=UserFactory(), interviews_planned=14)
    assert actions() == []


def test_add_member_refuses_a_role_given_twice(assessment, member) -> None:
    with pytest.raises(ValidationError, match="is already consultant of AZE-2016"):
        add_member(assessment=assessment, user=member("consultant"), role="consultant", by=None)


def test_change_tool_takes_a_published_version_of_the_same_kind(assessment) -> None:
    used = assessment.guide
    newer = InstrumentFactory(kind="interview_guide", version=2, definition=used.definition)
    draft = InstrumentFactory(kind="interview_guide", version=3, definition=used.definition, published_at=None)

    change_tool(assessment=assessment, field="guide", instrument=str(newer.pk), by=UserFactory())

    assert Assessment.objects.get().guide == newer
    for field, instrument in [
        ("guide", draft.pk),
        ("matrix", newer.pk),
        ("reference", newer.pk),
        ("guide", "x" * 9999),
    ]:
        with pytest.raises(ValidationError, match="nothing was changed"):
            change_tool(assessment=assessment, field=field, instrument=str(instrument), by=UserFactory())


def test_add_organisation_refuses_a_name_on_the_list(assessment) -> None:
    add_organisation(assessment=assessment, by=None, name="Shelter", sector="ngo")
    with pytest.raises(ValidationError, match="shelter is already in the list"):
        add_organisation(assessment=assessment, by=None, name="shelter", sector="ngo")
    assert Organisation.objects.count() == 1


def test_remove_organisation_refuses_one_that_has_interviews(assessment) -> None:

    organisation = InterviewFactory(
        assessment=assessment, organisation=OrganisationFactory(assessment=assessment)
    ).organisation
    with pytest.raises(ValidationError, match="has interviews"):
        remove_organisation(organisation=organisation, by=UserFactory())
    assert Organisation.objects.filter(pk=organisation.pk).exists()
    assert "organisation.removed" not in actions()
