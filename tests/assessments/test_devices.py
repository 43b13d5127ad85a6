"""The keys of browsers: given to their own account alone, taken away from elsewhere, and erased in time."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from assessments.erasers import erase_expired
from assessments.models import Assessment, AuditEvent, Device
from assessments.services.accounts import erase_account
from assessments.services.devices import MOST_DEVICES

pytestmark = pytest.mark.django_db
KEY = "/account/devices/key/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def ask(client: Client, user: Any, device: Any, *, new: bool = False) -> Any:
    fields = {"user": user.pk, "device": device, "new": "1" if new else ""}
    return client.post(KEY, fields, headers={"User-Agent": FIREFOX})


@pytest.fixture
def lead(client_as: Any) -> Client:
    client: Client = client_as("lead")
    return client


@pytest.fixture
def device(lead: Client, member: Any) -> Device:
    uuid = uuid4()
    assert ask(lead, member("lead"), uuid, new=True).status_code == 200
    return Device.objects.get(uuid=uuid)


def test_device_key_is_the_same_share_each_time_and_stored_encrypted(lead: Client, member: Any, device: Device) -> None:
    Device.objects.update(seen_at=timezone.now() - timedelta(days=3))
    response = ask(lead, member("lead"), device.uuid)
    assert response.json() == {"status": "open", "share": device.share}
    assert "no-store" in response.headers["Cache-Control"]
    assert len(device.share) == 44
    device.refresh_from_db()
    assert (device.name, device.seen_at.date()) == ("Firefox on Linux", timezone.now().date())
    assert ask(lead, member("lead"), device.uuid, new=True).json()["share"] == device.share  # a second tab
    assert AuditEvent.objects.filter(action="user.device_added").count() == 1


def test_device_key_of_another_account_is_not_found(
    lead: Client, client_as: Any, member: Any, device: Device, client: Client
) -> None:
    consultant = client_as("consultant")
    assert ask(consultant, member("consultant"), device.uuid).status_code == 404
    assert ask(consultant, member("consultant"), device.uuid, new=True).status_code == 404
    assert ask(consultant, member("lead"), device.uuid).status_code == 404, "a page of the account before"
    refused = ask(client, member("lead"), device.uuid)
    assert (refused.status_code, refused.url.split("?")[0]) == (302, "/accounts/login/")
    assert "no-store" in refused.headers["Cache-Control"]
    assert lead.post(KEY, {"user": member("lead").pk, "device": "../x"}).status_code == 400
    assert lead.post(KEY, {"user": member("lead").pk, "device": uuid4()}).json() == {"status": "erased"}


def test_device_key_is_not_given_to_endless_devices(lead: Client, member: Any) -> None:
    user = member("lead")
    Device.objects.bulk_create(Device(user=user, uuid=uuid4(), share="x", name="Edge") for _ in range(MOST_DEVICES))
    response = ask(lead, user, uuid4(), new=True)
    assert (response.status_code, response.json()["status"]) == (409, "too_many")


def test_device_revoke_ends_the_other_sign_ins_and_can_be_undone(lead: Client, member: Any, device: Device) -> None:
    user = member("lead")
    elsewhere = Client()
    elsewhere.force_login(user)
    assert "Firefox on Linux" in lead.get("/account/devices/").content.decode()
    page = lead.post(f"/account/devices/{device.uuid}/revoke/", follow=True)
    assert "Firefox on Linux gets no key any more." in page.content.decode()
    assert ask(lead, user, device.uuid).json() == {"status": "revoked"}
    assert elsewhere.get("/").status_code == 302
    lead.post(f"/account/devices/{device.uuid}/revoke/")
    page = lead.post(f"/account/devices/{device.uuid}/allow/", follow=True)
    assert "is allowed again" in page.content.decode()
    assert ask(lead, user, device.uuid).json()["share"] == device.share
    actions = list(AuditEvent.objects.filter(action__startswith="user.device").values_list("action", flat=True))
    assert sorted(actions) == ["user.device_added", "user.device_allowed", "user.device_revoked"]


def test_device_allow_and_revoke_are_refused_to_another_account(client_as: Any, device: Device) -> None:
    for verb in ("revoke", "allow"):
        assert client_as("consultant").post(f"/account/devices/{device.uuid}/{verb}/").status_code == 404
    device.refresh_from_db()
    assert device.revoked_at is None


def test_member_device_revoke_by_a_lead_is_undone_by_a_lead_alone(
    client_as: Any, member: Any, assessment: Assessment, lead: Client
) -> None:
    consultant, user = client_as("consultant"), member("consultant")
    uuid = uuid4()
    ask(consultant, user, uuid, new=True)
    membership = assessment.memberships.get(user=user)
    address = f"/a/AZE-2016/members/{membership.pk}/devices/"
    lead.post(f"{address}{uuid}/revoke/")
    assert consultant.get("/").status_code == 302, "the member is signed out"
    assert AuditEvent.objects.get(action="user.device_revoked").assessment == assessment
    consultant.force_login(user)
    page = consultant.post(f"/account/devices/{uuid}/allow/", follow=True)
    assert "Ask a lead to allow it again." in page.content.decode()
    assert ask(consultant, user, uuid).status_code == 410
    lead.post(f"{address}{uuid}/allow/")
    assert ask(consultant, user, uuid).status_code == 200
    own = assessment.memberships.get(user=member("lead"))
    assert lead.post(f"/a/AZE-2016/members/{own.pk}/devices/{uuid}/revoke/").status_code == 404


def test_device_list_shows_ones_own_devices(lead: Client, client_as: Any, device: Device) -> None:
    page = " ".join(lead.get("/account/devices/").content.decode().split())
    assert page.count("Firefox on Linux") == 2  # once for screen readers
    assert "No device keeps unsaved texts." in client_as("consultant").get("/account/devices/").content.decode()


def test_member_device_list_is_for_leads(
    lead: Client, assessment: Assessment, check_roles: Any, device: Device
) -> None:
    membership = assessment.memberships.get(user=device.user)
    address = f"/a/AZE-2016/members/{membership.pk}/devices/"
    check_roles(address, allowed="lead", denied="consultant", wrong="post")
    assert "Firefox on Linux" in lead.get(address).content.decode()


def test_member_device_allow_and_revoke_are_for_leads(
    lead: Client, client_as: Any, assessment: Assessment, device: Device
) -> None:
    membership = assessment.memberships.get(user=device.user)
    for verb in ("revoke", "allow"):
        address = f"/a/AZE-2016/members/{membership.pk}/devices/{device.uuid}/{verb}/"
        assert client_as("consultant").post(address).status_code == 403


def test_shares_are_erased_after_a_while_and_the_device_learns_it(lead: Client, member: Any, device: Device) -> None:
    now = timezone.now()
    Device.objects.update(revoked_at=now - timedelta(days=29), seen_at=now - timedelta(days=89))
    assert erase_expired() == 0
    Device.objects.update(revoked_at=now - timedelta(days=31))
    assert erase_expired() == 1
    assert ask(lead, member("lead"), device.uuid).json() == {"status": "erased"}
    page = lead.post(f"/account/devices/{device.uuid}/allow/", follow=True)
    assert "can no longer be opened" in page.content.decode()
    other = uuid4()
    ask(lead, member("lead"), other, new=True)
    Device.objects.filter(uuid=other).update(seen_at=now - timedelta(days=91))
    assert erase_expired() == 1
    assert AuditEvent.objects.filter(action="user.device_key_erased").count() == 2


def test_an_erased_account_leaves_no_device(member: Any, device: Device) -> None:
    erase_account(user=device.user, successor=member("consultant"), by=None)
    assert not Device.objects.exists()
