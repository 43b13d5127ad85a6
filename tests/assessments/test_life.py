"""Handing an assessment over: the other has to accept, and there is always a lead."""

from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from assessments.models import Assessment, AuditEvent, LeadOffer, Membership, User
from assessments.services.handing_over import accept_lead, end_offer, offer_lead
from assessments.services.members import remove_member
from tests.factories import UserFactory
from tests.pages import text

pytestmark = pytest.mark.django_db
HOME = "/a/AZE-2016/"


@pytest.fixture
def offer(assessment: Assessment, member: Any) -> LeadOffer:
    return offer_lead(assessment=assessment, member=member("consultant"), stays_as="observer", by=member("lead"))


def roles_of(user: User) -> list[str]:
    return sorted(user.memberships.values_list("role", flat=True))


def test_assessment_manage_names_what_can_be_done_with_an_assessment(check_roles: Any, client_as: Any) -> None:
    check_roles(HOME + "manage/", allowed="lead", denied="consultant")
    page = text(client_as("lead").get(HOME + "manage/"))
    for words in ("Export everything", "Copy as a start", "Hand over", "Archive", "Erase for good", "What remains:"):
        assert words in page


def test_lead_offer_changes_nothing_until_it_is_accepted(
    client_as: Any, member: Any, django_capture_on_commit_callbacks: Any
) -> None:
    consultant, lead = member("consultant"), client_as("lead")
    typed = {"member": consultant.pk, "stays_as": "observer"}
    with django_capture_on_commit_callbacks(execute=True):
        assert lead.post(HOME + "lead/", typed).url == HOME + "manage/"
    offer = LeadOffer.objects.get()
    assert (mail.outbox[0].to, f"/a/AZE-2016/lead/{offer.pk}/" in mail.outbox[0].body) == ([consultant.email], True)
    assert (roles_of(member("lead")), roles_of(consultant)) == (["lead"], ["consultant"])
    lead.post(HOME + "lead/", typed)  # sent twice
    assert LeadOffer.objects.count() == 1
    assert "was asked on" in text(lead.get(HOME + "manage/"))
    other = client_as("consultant")
    assert "asks you to take over as lead" in text(other.get(HOME))
    assert client_as("observer").get(f"{HOME}lead/{offer.pk}/").status_code == 404


def test_lead_answer_says_what_accepting_means(client_as: Any, offer: LeadOffer) -> None:
    page = text(client_as("consultant").get(f"{HOME}lead/{offer.pk}/"))
    assert "will no longer be lead, and stays as observer" in page
    assert "You will be the only lead." in page


def test_lead_accept_gives_both_the_roles_that_were_agreed(client_as: Any, member: Any, offer: LeadOffer) -> None:
    consultant = client_as("consultant")
    assert "offer is for another member" in text(
        client_as("observer").post(f"{HOME}lead/{offer.pk}/accept/", follow=True)
    )
    consultant.post(f"{HOME}lead/{offer.pk}/accept/")
    assert (roles_of(member("lead")), roles_of(member("consultant"))) == (["observer"], ["consultant", "lead"])
    assert "was answered or withdrawn" in text(consultant.get(f"{HOME}lead/{offer.pk}/"))
    assert "answered or withdrawn in the meantime" in text(
        consultant.post(f"{HOME}lead/{offer.pk}/accept/", follow=True)
    )
    event = AuditEvent.objects.get(action="lead.accepted")
    assert (event.actor, event.detail) == (member("consultant"), {"stays_as": "observer"})


def test_lead_decline_ends_the_offer_for_either_of_the_two(client_as: Any, member: Any, offer: LeadOffer) -> None:
    assert "between other members" in text(client_as("observer").post(f"{HOME}lead/{offer.pk}/decline/", follow=True))
    client_as("consultant").post(f"{HOME}lead/{offer.pk}/decline/")
    offer.refresh_from_db()
    assert offer.ended_at
    assert roles_of(member("consultant")) == ["consultant"]
    with pytest.raises(ValidationError, match="answered or withdrawn in the meantime"):
        end_offer(offer=offer, by=member("lead"))


@pytest.mark.parametrize(("stays_as", "roles"), [("", []), ("lead", ["lead"]), ("consultant", ["consultant"])])
def test_the_former_lead_has_the_role_that_was_agreed(
    assessment: Assessment, member: Any, stays_as: str, roles: list[str]
) -> None:
    lead = member("lead")
    offer = offer_lead(assessment=assessment, member=member("observer"), stays_as=stays_as, by=lead)
    accept_lead(offer=offer, by=member("observer"))
    assert roles_of(lead) == roles
    assert "lead" in roles_of(member("observer"))


def test_an_offer_ends_with_the_lead_who_made_it(assessment: Assessment, member: Any, offer: LeadOffer) -> None:
    second = UserFactory()
    Membership.objects.create(user=second, assessment=assessment, role="lead")
    remove_member(membership=Membership.objects.get(user=member("lead")), by=second)
    with pytest.raises(ValidationError, match="is no longer lead, so the offer has ended"):
        accept_lead(offer=offer, by=member("consultant"))


def test_who_cannot_take_over(assessment: Assessment, member: Any, outsider: Any) -> None:
    lead = member("lead")
    for other in (lead, outsider, UserFactory(is_active=False)):
        with pytest.raises(ValidationError, match="Choose another member"):
            offer_lead(assessment=assessment, member=other, stays_as="", by=lead)
    second = Membership.objects.create(user=UserFactory(), assessment=assessment, role="lead").user
    with pytest.raises(ValidationError, match="is lead already"):
        offer_lead(assessment=assessment, member=second, stays_as="", by=lead)


def test_the_last_lead_who_can_sign_in_cannot_leave(assessment: Assessment, member: Any) -> None:
    only = Membership.objects.get(user=member("lead"))
    Membership.objects.create(user=UserFactory(is_active=False), assessment=assessment, role="lead")
    with pytest.raises(ValidationError, match="the only lead"):
        remove_member(membership=only, by=member("lead"))
