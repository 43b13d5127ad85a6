"""An old page of a facilitator does not undo what happened since: devices that joined, groups that were removed."""

import re
from typing import Any

import pytest
from django.urls import reverse

from assessments.models import Assessment, AuditEvent
from ctnat.ui.errors import ConflictError
from tests.workshops.factories import make_group, make_workshop
from workshops.models import Group
from workshops.services.groups import join_group, release_device, remove_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(assessment: Assessment) -> Group:
    return make_group(make_workshop(assessment))


def test_device_that_joined_since_the_page_was_opened_is_not_released(group: Group, client_as: Any) -> None:
    join_group(group=group)
    facilitator = client_as("facilitator")
    here = [group.workshop.assessment.reference, group.workshop_id, group.pk]
    page = facilitator.get(reverse("workshops:group_edit", args=here)).content.decode()
    shown = re.search(r'name="device" value="(\w+)"', page)
    assert shown
    sent = {"device": shown[1]}
    facilitator.post(reverse("workshops:group_release", args=here), sent)
    join_group(group=group)  # another phone, in the meantime

    refused = facilitator.post(reverse("workshops:group_release", args=here), sent, follow=True)

    group.refresh_from_db()
    assert group.device_hmac
    assert "Another device has joined" in refused.content.decode()


def test_phone_that_leaves_twice_releases_no_other(group: Group) -> None:
    join_group(group=group)
    old = Group.objects.get(pk=group.pk)
    for _ in range(2):
        release_device(group=old, by=None, device=old.device_mark or "x")
    assert AuditEvent.objects.filter(action="group.device_released").count() == 1
    join_group(group=group)
    with pytest.raises(ConflictError):
        release_device(group=Group.objects.get(pk=group.pk), by=None, device="of the first phone")
    assert Group.objects.get().device_hmac


def test_group_that_a_colleague_removed_gives_a_message(group: Group, client_as: Any) -> None:
    there = Group.objects.get(pk=group.pk)
    remove_group(group=group, by=None)
    with pytest.raises(Exception, match="was removed in the meantime"):
        remove_group(group=there, by=None)
