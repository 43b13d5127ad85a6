"""The audit log can only be appended to, and contains no protected value."""

from typing import Any

import pytest
from django.db import transaction

from assessments.audit import record
from assessments.models import AuditEvent
from assessments.services.contacts import add_contact
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_record_stores_actor_action_and_object(assessment: Any) -> None:
    user = UserFactory()
    event = record("report.downloaded", by=user, assessment=assessment, target=assessment, format="pdf")
    assert (event.actor, event.object_type, event.object_label) == (user, "assessments.assessment", "AZE-2016")
    assert (event.detail, event.words) == ({"format": "pdf"}, "report downloaded")


@pytest.mark.parametrize("change", ["save", "delete", "update", "delete_all", "bulk_update"])
def test_events_cannot_be_changed_or_deleted(assessment: Any, change: str) -> None:
    event = record("a.b", by=None, assessment=assessment)
    event.action = "c.d"
    attempts: dict[str, Any] = {
        "save": event.save,
        "delete": event.delete,
        "update": lambda: AuditEvent.objects.update(action="c.d"),
        "delete_all": AuditEvent.objects.all().delete,
        "bulk_update": lambda: AuditEvent.objects.bulk_update([event], ["action"]),
    }
    with pytest.raises(TypeError, match="append-only"), transaction.atomic():
        attempts[change]()
    assert AuditEvent.objects.get().action == "a.b"


def test_events_of_contacts_contain_no_name_and_no_address(assessment: Any) -> None:
    add_contact(assessment=assessment, by=None, name="Protected Name", email="protected@example.org", sector="ngo")
    assert "rotected" not in str(list(AuditEvent.objects.values()))
