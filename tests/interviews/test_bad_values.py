"""Each form with one bad value at a time, the rest valid: a clear refusal or a clean save, never a 500."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from interviews.models import Interview
from tests.interviews.factories import InterviewFactory

pytestmark = pytest.mark.django_db
HOME = "/a/AZE-2016/interviews/"
DATES = ["0001-01-01T00:00", "9999-12-31T23:59", "2016-02-30T10:00"]
BAD = [
    *DATES,
    "\x00",
    "\ud800",
    "x" * 50_000,
    "ա" * 50_000,
    "9" * 400,
    "-1",
    "1e9",
    "٣",
    "²",
    "\u202eمرحبا\u200f",
    "' OR 1=1 --",
    "{x}%s",
]
FORMS: dict[str, dict[str, str]] = {
    "new/": {
        "held_at": "2016-01-18T10:00",
        "format": "in_person",
        "interviewer": "Somebody",
        "interviewer_organisation": "",
        "organisation": "",
        "new_organisation": "Police",
        "sector": "state",
        "respondent_title": "Officer",
        "respondent_name": "",
        "women": "1",
        "men": "0",
        "other": "0",
        "language": "en",
    },
    "AZEint999/plan/": {"sections": "3", "sections_reason": "One only"},
    "AZEint999/contact/": {"name": "A", "email": "a@example.org", "organisation": "", "sector": "", "language": "en"},
    "AZEint999/notes/": {"text-3.1": "Words", "base-3.1": "", "text-observations": "", "base-observations": "0"},
    "AZEint999/notes/3.1/": {"text": "Words", "client": "c", "sequence": "1", "base": "0"},
    "themes/new/": {"label": "New", "definition": "", "area": "3", "criterion": "", "kind": "gap"},
}


def url_encoded(fields: dict[str, str]) -> bytes:
    return urlencode([(name, text.encode("utf-8", "surrogatepass")) for name, text in fields.items()]).encode()


# Extreme dates overflow on either side of Greenwich; other values do not depend on the time zone.
ZONES = [("Asia/Baku", BAD), ("America/Lima", DATES)]


@pytest.mark.parametrize(("zone", "values"), ZONES, ids=[zone for zone, _ in ZONES])
@pytest.mark.parametrize("path", FORMS)
def test_one_bad_value_at_a_time(client_as: Any, assessment: Any, path: str, zone: str, values: list[str]) -> None:
    assessment.time_zone = zone
    assessment.save()
    interview = InterviewFactory(assessment=assessment, number=999, code="AZEint999")
    consultant: Client = client_as("consultant")
    for name in FORMS[path]:
        for bad in values:
            body = url_encoded(FORMS[path] | {name: bad})
            status = consultant.post(HOME + path, body, content_type="application/x-www-form-urlencoded").status_code
            assert status in (200, 302, 400, 422), (name, bad[:20], status)
    assert Interview.objects.filter(pk=interview.pk, held_at=interview.held_at).exists()
