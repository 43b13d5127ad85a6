"""Each form with one bad value at a time, the rest valid: a clear refusal or a clean save, never a 500."""

from typing import Any

import pytest
from django.test import Client

from tests.interviews.test_bad_values import ZONES, url_encoded

pytestmark = pytest.mark.django_db
HOME = "/a/AZE-2016/survey/"
MESSAGE = {"subject": "Survey", "body": "Go to {link}"}
FORMS: dict[str, dict[str, str]] = {
    "settings/": {
        "languages": "en",
        "opens_at": "2026-01-01T00:00",
        "deadline": "2030-06-30T18:00",
        "open_link": "on",
        "days_between_mails": "3",
    },
    "messages/en/": {f"{kind}_{part}": text for kind in ("invitation", "reminder") for part, text in MESSAGE.items()},
    "invitations/add/paste/": {"addresses": "a@example.org", "language": "en"},
    "enter/": {
        "source": "paper",
        "language": "en",
        "_uuid": "",
        "1.1": "AZE",
        "2.2": "1 2 3",
        "8.1": "J A B",
        "2.6": "",
    },
    "preview/": {"_uuid": "", "_to": "", "_in": "en", "_do": "send", "1.1": "AZE", "8.1:J": "", "2.6": "words"},
}


@pytest.mark.parametrize(("zone", "values"), ZONES, ids=[zone for zone, _ in ZONES])
@pytest.mark.parametrize("path", FORMS)
def test_one_bad_value_at_a_time(client_as: Any, survey: Any, path: str, zone: str, values: list[str]) -> None:
    survey.assessment.time_zone = zone
    survey.assessment.save()
    lead: Client = client_as("lead")
    for name in FORMS[path]:
        for number, bad in enumerate(values):
            body = url_encoded(FORMS[path] | {name: bad})
            status = lead.post(HOME + path, body, content_type="application/x-www-form-urlencoded").status_code
            assert status in (200, 302, 422), (name, bad[:20], status)
            if status != 302 and number + 1 < len(values):
                continue  # refused, or only shown: the pages are requested again after the last value
            assert lead.get(HOME).status_code == 200, (name, bad[:20])
            assert lead.get("/s/open/").status_code in (200, 403, 404, 410), (name, bad[:20])
