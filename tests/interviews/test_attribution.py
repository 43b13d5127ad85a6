"""A quotation describes a person only by what enough others share, and keeps the attributes that were agreed."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from assessments.models import Assessment, AuditEvent, Contact
from assessments.services.organisations import update_organisation
from interviews.attribution import Register, attributes_of
from interviews.models import Coding, Interview
from interviews.services.codings import release_passage
from interviews.services.interviews import update_interview
from tests.factories import OrganisationFactory, write_to
from tests.interviews.factories import AnswerFactory, CodingFactory, InterviewFactory, ThemeFactory

pytestmark = pytest.mark.django_db
FULL = {"place": "region", "sex": "woman", "kind": "Shelter", "sector": "ngo"}


def interviews(assessment: Assessment, count: int, **fields: Any) -> list[Interview]:
    """One respondent each, from different organisations."""
    own = {"sector": "ngo", "entity_type": "Shelter", "in_capital": False} | fields.pop("organisation", {})
    organisations = [OrganisationFactory(assessment=assessment, **own) for _ in range(count)]
    return [InterviewFactory(assessment=assessment, organisation=one, **fields) for one in organisations]


def offer(assessment: Assessment, interview: Interview) -> dict[str, str]:
    return Register(assessment).attribution_of(interview).attributes


def test_all_is_printed_where_enough_people_share_it(assessment: Assessment) -> None:
    first, *_ = interviews(assessment, 5)
    assert attributes_of(first) == FULL
    assert offer(assessment, first) == FULL


def test_attributes_are_dropped_in_their_order_until_enough_share_the_rest(assessment: Assessment) -> None:
    first, *_ = interviews(assessment, 4)
    assert offer(assessment, first) == {}
    interviews(assessment, 1, organisation={"entity_type": "Hotline"}, women=0, men=1)
    assert offer(assessment, first) == {"sector": "ngo"}
    interviews(assessment, 1, women=0, men=1)
    assert offer(assessment, first) == {"kind": "Shelter", "sector": "ngo"}
    interviews(assessment, 1, organisation={"in_capital": True})
    assert offer(assessment, first) == {"sex": "woman", "kind": "Shelter", "sector": "ngo"}


def test_the_threshold_is_that_of_the_assessment(assessment: Assessment) -> None:
    first, *_ = interviews(assessment, 5)
    Assessment.objects.update(disclosure_threshold=6)
    assessment.refresh_from_db()
    found = Register(assessment).attribution_of(first)
    assert (found.attributes, found.text, found.shared, found.register, found.k) == ({}, "An interviewee", 5, 5, 6)
    assert found.left_out == ["place", "sex", "kind of organisation", "sector"]


def test_contacts_and_organisations_count_and_each_person_counts_once(assessment: Assessment) -> None:
    [first] = interviews(assessment, 1, respondent_name="Rashad Examplov")  # invented, as all names here
    organisation = first.organisation
    assert organisation is not None
    Contact.objects.create(assessment=assessment, name="EXAMPLOV Rashad", organisation=organisation.name, sector="ngo")
    Contact.objects.create(assessment=assessment, name="Another Person", organisation=organisation.name, sector="ngo")
    Contact.objects.create(assessment=assessment, sector="ngo")
    OrganisationFactory(assessment=assessment, sector="ngo")
    InterviewFactory(assessment=assessment, organisation=organisation, respondent_name="Rashad Examplov")
    register = Register(assessment)
    assert len(register.people) == 4
    assert register.share({"sector": "ngo"}) == 4
    assert register.share({"kind": "Shelter"}) == 2
    assert register.share({"sex": "woman"}) == 1  # not recorded for the others


@pytest.mark.parametrize(
    "typed", ["Ministry of Examples", "the ministry of examples (MoE)", "MoE", "moe", "Ministry for  Examples"]
)
def test_an_organisation_that_a_contact_spells_otherwise_counts_once(assessment: Assessment, typed: str) -> None:
    OrganisationFactory(assessment=assessment, name="Ministry of Examples (MoE)", short_name="", sector="state")
    Contact.objects.create(assessment=assessment, name="Another Person", organisation=typed, sector="state")
    assert Register(assessment).share({"sector": "state"}) == 1


def test_an_address_without_a_name_may_be_that_of_who_was_interviewed(assessment: Assessment) -> None:
    [first] = interviews(assessment, 1)
    assert first.organisation is not None
    Contact.objects.create(assessment=assessment, email="a@example.org", organisation=first.organisation.name)
    assert len(Register(assessment).people) == 1


def test_an_empty_register_gives_no_attribute(assessment: Assessment) -> None:
    """The interview itself was moved to the trash."""
    [first] = interviews(assessment, 1)
    assessment.organisations.exclude(pk=first.organisation_id).delete()
    Interview.objects.update(deleted_at=first.held_at, organisation=None)
    assessment.organisations.all().delete()
    found = Register(assessment).attribution_of(first)
    assert (found.attributes, found.text, found.shared, found.register) == ({}, "An interviewee", 0, 0)


def test_a_person_of_no_organisation_shares_only_what_is_recorded(assessment: Assessment) -> None:
    interviews(assessment, 6)
    alone = InterviewFactory(assessment=assessment, organisation=None, women=1)
    assert offer(assessment, alone) == {"sex": "woman"}
    unrecorded = InterviewFactory(assessment=assessment, organisation=None, women=0)
    found = Register(assessment).attribution_of(unrecorded)
    assert (found.attributes, found.left_out, found.text) == ({}, [], "An interviewee")


@pytest.mark.parametrize("k", [2, 99])
def test_a_threshold_above_the_register_leaves_no_attribute_and_warns(
    assessment: Assessment, client_as: Any, k: int
) -> None:
    [first] = interviews(assessment, 1)
    theme = ThemeFactory(assessment=assessment)
    CodingFactory(answer=AnswerFactory(interview=first), theme=theme)
    Assessment.objects.update(disclosure_threshold=k)
    html = " ".join(client_as("lead").get(theme.get_absolute_url()).content.decode().split())
    assert 'Would be attributed to: <strong dir="auto">An interviewee</strong>' in html
    assert "1 person is on the register of stakeholders." in html
    assert f"fewer than {k} people would share it: place, sex, kind of organisation, sector." in html
    assert "Readers may recognise the person all the same" in html


def test_the_sex_of_a_mixed_group_is_not_printed(assessment: Assessment) -> None:
    assert "sex" not in attributes_of(InterviewFactory(assessment=assessment, women=1, men=2))
    assert attributes_of(InterviewFactory(assessment=assessment, women=3))["sex"] == "woman"
    alone = InterviewFactory(assessment=assessment, organisation=None, women=0, other=1)
    assert attributes_of(alone) == {"sex": "other"}


@pytest.fixture
def coding(assessment: Assessment) -> Coding:
    first, *_ = interviews(assessment, 5)
    made: Coding = CodingFactory(answer=AnswerFactory(interview=first), theme=ThemeFactory(assessment=assessment))
    return made


def test_a_release_stores_what_was_agreed(assessment: Assessment, coding: Coding) -> None:
    coding = release_passage(coding=coding, by=None)
    assert coding.attribution == {"attributes": FULL, "of": FULL, "shared": 5, "register": 5, "k": 5}
    Interview.objects.exclude(pk=coding.answer.interview_id).delete()
    coding.refresh_from_db()
    assert coding.attribution["attributes"] == FULL


def test_the_agency_is_named_only_where_that_was_agreed(coding: Coding) -> None:
    assert "agency" not in release_passage(coding=coding, by=None).attribution
    named = release_passage(coding=coding, by=None, name_agency=True)
    assert named.attribution["agency"] == coding.answer.interview.organisation.name


def test_another_attribution_than_was_shown_is_refused(coding: Coding) -> None:
    with pytest.raises(ValidationError, match="has changed in the meantime"):
        release_passage(coding=coding, by=None, attribution="State agency")
    coding.refresh_from_db()
    assert not coding.released


@pytest.mark.parametrize(
    "change",
    [
        lambda interview: update_interview(interview=interview, by=None, men=1),
        lambda interview: update_interview(interview=interview, by=None, place="capital"),
        lambda interview: update_interview(interview=interview, by=None, organisation=None),
        lambda interview: update_organisation(organisation=interview.organisation, by=None, sector="state"),
        lambda interview: update_organisation(organisation=interview.organisation, by=None, entity_type="Clinic"),
        lambda interview: update_organisation(organisation=interview.organisation, by=None, in_capital=True),
    ],
)
def test_a_release_is_withdrawn_when_its_attributes_change(coding: Coding, change: Any) -> None:
    release_passage(coding=coding, by=None)
    change(Interview.objects.get(pk=coding.answer.interview_id))
    coding.refresh_from_db()
    assert (coding.released, coding.withdrawn_at is None, coding.kept_words) == (False, False, True)
    assert list(Coding.objects.for_assessment(coding.theme.assessment).for_approval()) == [coding]


def test_other_changes_leave_the_release(coding: Coding) -> None:
    release_passage(coding=coding, by=None)
    interview = Interview.objects.get(pk=coding.answer.interview_id)
    update_interview(interview=interview, by=None, interviewer="Another consultant")
    update_organisation(organisation=interview.organisation, by=None, short_name="ABC")
    coding.refresh_from_db()
    assert coding.released


@pytest.mark.parametrize("what", ["interview", "organisation"])
def test_a_release_withdrawn_for_its_attribution_is_in_the_audit_log(coding: Coding, member: Any, what: str) -> None:
    other = CodingFactory(
        answer=AnswerFactory(interview=Interview.objects.exclude(pk=coding.answer.interview_id).first()),
        theme=coding.theme,
    )
    unreleased = CodingFactory(answer=coding.answer, theme=coding.theme, start=11, end=15)
    for one in (coding, other):
        release_passage(coding=one, by=None)
    interview, lead = coding.answer.interview, member("lead")
    if what == "interview":
        update_interview(interview=interview, by=lead, men=1)
    else:
        update_organisation(organisation=interview.organisation, by=lead, sector="state")
    event = AuditEvent.objects.get(action="coding.release_withdrawn")
    assert (event.actor, event.assessment, event.object_id) == (lead, interview.assessment, str(coding.pk))
    assert event.object_label == f"{interview.code}/{coding.answer.question}"
    assert Coding.objects.get(pk=other.pk).released
    assert Coding.objects.get(pk=unreleased.pk).withdrawn_at is None


def test_a_release_names_who_and_in_which_words_it_was_given(coding: Coding, member: Any) -> None:
    shown = Register(coding.theme.assessment).attribution_of(coding.answer.interview).text
    release_passage(coding=coding, by=member("lead"), attribution=shown, words_hash=coding.words_hash)
    coding.refresh_from_db()
    assert (coding.approved_by, coding.approved_quote, coding.approved_hash) == (
        member("lead"), coding.quote, coding.words_hash
    )  # fmt: skip
    assert (coding.approved_at is None, coding.withdrawn_at) == (False, None)


def test_without_an_agency_no_one_is_named(coding: Coding) -> None:
    update_interview(interview=coding.answer.interview, by=None, organisation=None)
    coding.refresh_from_db()
    assert "agency" not in release_passage(coding=coding, by=None, name_agency=True).attribution


def test_an_agency_that_is_gone_is_asked_again(coding: Coding) -> None:
    """The attributes that were agreed are removed with it, and so is the name."""
    release_passage(coding=coding, by=None, name_agency=True)
    write_to(Coding.objects.get(), attribution={"attributes": {}, "of": {}, "agency": "A shelter"})
    Interview.objects.filter(pk=coding.answer.interview_id).update(men=1)
    update_interview(interview=Interview.objects.get(pk=coding.answer.interview_id), by=None, organisation=None)
    coding.refresh_from_db()
    assert not coding.released


def test_an_agency_that_was_renamed_is_asked_again(coding: Coding) -> None:
    release_passage(coding=coding, by=None, name_agency=True)
    update_organisation(organisation=coding.answer.interview.organisation, by=None, name="Another name")
    coding.refresh_from_db()
    assert not coding.released


def test_theme_detail_shows_how_many_share_the_attribution(coding: Coding, client_as: Any) -> None:
    client, address = client_as("consultant"), coding.theme.get_absolute_url()
    html = " ".join(client.get(address).content.decode().split())
    assert 'Would be attributed to: <strong dir="auto">Non-governmental organisation, Shelter, woman, outside' in html
    assert "5 of the 5 people on the register of stakeholders share this." in html
    fields = dict(re.findall(r'name="(words|released|attribution)" value="([^"]*)"', html))
    address_of_release = re.search(r'action="([^"]*/release/)"', html)
    assert address_of_release
    assert client.post(address_of_release[1], fields | {"attribution": "x"}).status_code == 302
    coding.refresh_from_db()
    assert not coding.released
    client.post(address_of_release[1], fields)
    coding.refresh_from_db()
    assert coding.released
    assert "Attributed to: <strong" in " ".join(client.get(address).content.decode().split())
    interview = Interview.objects.get(pk=coding.answer.interview_id)
    update_interview(interview=interview, by=None, men=1)
    assert "Interview details changed, approval withdrawn" in client.get(address).content.decode()


def test_theme_detail_shows_what_is_left_out(coding: Coding, client_as: Any) -> None:
    Interview.objects.exclude(pk=coding.answer.interview_id).update(women=0, men=1)
    html = " ".join(client_as("lead").get(coding.theme.get_absolute_url()).content.decode().split())
    assert "Left out, because fewer than 5 people would share it: place, sex." in html
    Interview.objects.exclude(pk=coding.answer.interview_id).delete()
    Assessment.objects.get(pk=coding.theme.assessment_id).organisations.filter(interviews=None).delete()
    html = " ".join(client_as("lead").get(coding.theme.get_absolute_url()).content.decode().split())
    assert "Readers may recognise the person all the same" in html
    assert "Would be" not in client_as("observer").get(coding.theme.get_absolute_url()).content.decode()
