"""Contacts: listed for those who invite, corrected, and erased permanently."""

from typing import Any

import pytest
from django.db import connection

from assessments.models import AuditEvent, Contact, ErasureRequest
from assessments.services.erasure import ask_erasure, confirm_erasure, preview
from surveys.models import Invitation, Survey
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LIST = "/a/AZE-2016/contacts/"


@pytest.fixture
def contact(assessment: Any) -> Contact:
    return Contact.objects.create(assessment=assessment, name="Xyzzy Quux", email="xyzzy@example.org", sector="ngo")


READERS = {"allowed": "focal_point", "denied": "facilitator"}


def test_contact_list_roles(check_roles: Any, contact: Contact) -> None:
    check_roles(LIST, **READERS, wrong="post")


def test_contact_new_roles(check_roles: Any, contact: Contact) -> None:
    check_roles(LIST + "new/", **READERS)


def test_contact_edit_roles(check_roles: Any, contact: Contact) -> None:
    check_roles(f"{LIST}{contact.pk}/", **READERS)


def erase(contact: Contact) -> None:
    """As two people do it."""
    asked = ask_erasure(
        assessment=contact.assessment, kind="contact", by=UserFactory(), ground="person", which=str(contact.pk)
    )
    confirm_erasure(request=asked, by=UserFactory(), seen=preview(asked).seen)


def test_contact_erase_roles(check_roles: Any, contact: Contact) -> None:
    check_roles(f"{LIST}{contact.pk}/erase/", **READERS, wrong="put")


def test_contact_erase_only_requests_it_and_a_lead_confirms(client_as: Any, contact: Contact) -> None:
    focal, lead = client_as("focal_point"), client_as("lead")
    page, address = f"{LIST}{contact.pk}/", f"{LIST}{contact.pk}/erase/"
    assert f'href="{address}"' in focal.get(page).content.decode()
    typed = {"ground": "", "note": "She has left."}
    refused = focal.post(address, typed)
    assert refused.status_code == 422
    assert "She has left." in refused.content.decode()
    typed["ground"] = "person"
    assert focal.post(address, typed).url == page
    contact.refresh_from_db()
    assert contact.name == "Xyzzy Quux"
    asked = ErasureRequest.objects.get()
    assert (asked.kind, asked.key, asked.note) == ("contact", str(contact.pk), "She has left.")
    assert "requested already" in focal.post(address, typed).content.decode()
    detail = f"/a/AZE-2016/erasures/{asked.pk}/"
    assert detail not in focal.get(page).content.decode()  # it is a lead's
    assert "until a second person" in focal.get(page).content.decode()
    assert f'href="{detail}"' in lead.get(page).content.decode()
    assert focal.post(f"{detail}confirm/", {"seen": preview(asked).seen}).status_code == 403
    lead.post(f"{detail}confirm/", {"seen": preview(asked).seen})
    assert not Contact.objects.exists()
    assert focal.get(address).status_code == 404


def test_contact_new_begins_with_the_first_language_of_the_assessment(client_as: Any, assessment: Any) -> None:
    assessment.languages = ["ru", "en"]
    assessment.save()
    assert client_as("focal_point").get(LIST + "new/").context["form"]["language"].value() == "Russian"


def test_contact_new_and_edit(client_as: Any, assessment: Any) -> None:
    focal = client_as("focal_point")
    empty = focal.post(LIST + "new/", {"organisation": "Typed office", "language": "en"})
    assert "Enter a name or an e-mail address." in empty.content.decode()
    assert 'value="Typed office"' in empty.content.decode()
    wrong = focal.post(LIST + "new/", {"name": "A", "email": "not an address", "language": "en"})
    assert "Enter a valid email address." in wrong.content.decode()
    focal.post(LIST + "new/", {"name": "A", "email": "a@example.org", "language": "az"})
    made = Contact.objects.get()
    focal.post(f"{LIST}{made.pk}/", {"name": "B", "email": "a@example.org", "language": "az"})
    made.refresh_from_db()
    assert (made.name, made.language) == ("B", "az")


def test_contact_new_and_edit_refuse_an_address_on_the_list(client_as: Any, contact: Contact) -> None:
    focal, refusal = (
        client_as("focal_point"),
        "There is already a contact with this e-mail address. Edit that contact instead.",
    )
    again = {"name": "Another", "email": "XYZZY@example.org", "language": "en"}
    refused = focal.post(LIST + "new/", again)
    assert refusal in refused.content.decode()
    assert 'value="Another"' in refused.content.decode()
    other = Contact.objects.create(assessment=contact.assessment, name="B", email="b@example.org")
    assert refusal in focal.post(f"{LIST}{other.pk}/", again).content.decode()
    other.refresh_from_db()
    assert (Contact.objects.count(), other.email) == (2, "b@example.org")
    erase(contact)
    assert focal.post(LIST + "new/", again).status_code == 302  # an erased contact does not count as a duplicate


def test_an_erased_contact_is_forgotten_everywhere(contact: Contact, assessment: Any) -> None:
    survey = Survey.objects.create(assessment=assessment, questionnaire=assessment.questionnaire)
    invitation = Invitation.objects.create(
        survey=survey, contact=contact, name=contact.name, email=contact.email, token_hmac="x", nonce="y"
    )

    erase(contact)

    assert not Contact.objects.exists()
    invitation.refresh_from_db()
    assert (invitation.name, invitation.email, invitation.revoked_at is None) == ("", "", False)
    assert "yzzy" not in str(list(AuditEvent.objects.values()))


def test_contact_is_encrypted_at_rest(contact: Contact) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select name, email from assessments_contact")
        stored = cursor.fetchone()
    assert "yzzy" not in str(stored)


def test_contact_erase_leaves_only_a_count(client_as: Any, contact: Contact) -> None:
    pk = contact.pk
    erase(contact)
    focal = client_as("focal_point")
    assert focal.get(f"{LIST}{pk}/").status_code == 404
    assert "1 erased on request." in focal.get(LIST).content.decode()
