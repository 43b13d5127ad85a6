"""Who must have a second factor: the members of an assessment whose lead requires it, or everyone on the site."""

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from assessments.models import Assessment, AuditEvent

pytestmark = pytest.mark.django_db
EDIT = "/a/AZE-2016/members/second-factor/"


def give_factor(user: Any) -> None:
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")


def test_second_factor_edit_requires_it_of_the_members_of_the_assessment(client_as: Any, member: Any) -> None:
    lead, observer = client_as("lead"), client_as("observer")
    give_factor(member("lead"))
    assert observer.get("/a/AZE-2016/").status_code == 200
    lead.post(EDIT, {"required": "yes"})
    response = observer.get("/a/AZE-2016/", follow=True)
    assert response.redirect_chain == [("/accounts/2fa/", 302)]
    assert "AZE-2016 asks its members for a second factor" in response.content.decode()
    assert observer.get("/").status_code == 200  # nothing of the assessment
    assert lead.get("/a/AZE-2016/").status_code == 200
    give_factor(member("observer"))
    assert observer.get("/a/AZE-2016/").status_code == 200
    assert list(AuditEvent.objects.filter(action__startswith="assessment.second").values_list("action", flat=True)) == [
        "assessment.second_factor_required"
    ]
    lead.post(EDIT, {"required": "no"})
    assert not Assessment.objects.get().second_factor_required


def test_what_is_sent_without_a_second_factor_is_refused_with_words(
    client_as: Any, assessment: Assessment, member: Any
) -> None:
    Assessment.objects.update(second_factor_required=True)
    response = client_as("lead").post("/a/AZE-2016/organisations/new/", {"name": "Shelter", "sector": "ngo"})
    assert response.status_code == 403
    assert "Set one up in another tab" in response.content.decode()
    assert not assessment.organisations.exists()


def test_an_outsider_gets_404_where_it_is_required(client_as: Any, assessment: Assessment) -> None:
    Assessment.objects.update(second_factor_required=True)
    assert client_as("outsider").get("/a/AZE-2016/").status_code == 404


def test_a_lead_without_a_second_factor_cannot_require_it(client_as: Any, assessment: Assessment) -> None:
    response = client_as("lead").post(EDIT, {"required": "yes"}, follow=True)
    assert "Set up your own second factor first" in response.content.decode()
    assert not Assessment.objects.get().second_factor_required


def test_second_factor_edit_allows_the_right_roles(check_roles: Any) -> None:
    check_roles(EDIT, allowed="lead", denied="consultant", method="post", wrong="get", ok=302, data={"required": "no"})


def test_member_list_shows_only_to_leads_who_has_no_second_factor(client_as: Any, member: Any) -> None:
    give_factor(member("lead"))
    member("observer")
    page = " ".join(client_as("lead").get("/a/AZE-2016/members/").content.decode().split())
    assert "1 of the members has none yet" in page
    assert page.count(", no second factor") == 1
    assert "second factor" not in client_as("observer").get("/a/AZE-2016/members/").content.decode().lower()


@pytest.mark.parametrize("path", ["/", "/help/", "/instruments/", "/a/AZE-2016/"])
def test_the_site_can_require_it_of_everyone(
    client_as: Any, member: Any, assessment: Any, settings: Any, path: str
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    client = client_as("lead")
    assert client.get(path).url == "/accounts/2fa/"
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.get("/healthz").status_code == 200
    give_factor(member("lead"))
    assert client.get(path).status_code == 200
    assert Client().get(path).url.startswith("/accounts/login/")
