"""Someone with the whole database cannot tell who gave which answers.

Two surveys are run from the same start with the same people and the same answers, but answered in opposite order. If
everything that the database keeps about the invitations is equal in both, no trace of it leads to a response.
"""

import re
from uuid import UUID

import pytest
from django.db import connection

from surveys.distribution.links import token_digest, token_of
from surveys.models import Draft, Invitation, Response, SealedAnswer, Survey
from surveys.services.surveys import close_survey
from tests.surveys.factories import InvitationFactory, SurveyFactory
from tests.surveys.opening import open_form
from tests.surveys.test_respondent import post

pytestmark = pytest.mark.django_db

NAMES = ["a", "b", "c", "d", "e"]


def dump(tables: str = "%") -> list[str]:
    """Every row of the matching tables, as text, in the order in which the database stores them."""
    names = connection.introspection.table_names()
    lines = []
    with connection.cursor() as cursor:
        for name in sorted(n for n in names if tables in ("%", n)):
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 -- names come from the database itself
            lines += [f"{name}: {row}" for row in cursor.fetchall()]
    return lines


def run(client, assessment, order: list[str]) -> list[str]:  # type: ignore[no-untyped-def]
    """Everyone answers in `order`; returns what the database then stores about the invitations and the survey."""
    survey = SurveyFactory(assessment=assessment, open_slug="open")
    first = InvitationFactory(survey=survey, nonce="start", token_hmac=token_digest("start"), email="", name="").pk
    for name in NAMES:
        InvitationFactory(
            survey=survey, nonce=name, token_hmac=token_digest(token_of(name)), email="", name="", language="en"
        )
    Invitation.objects.update(created_at=survey.created_at)
    for name in order:
        link = f"/s/i/{token_of(name)}/"
        client.get(link)
        client.post(link + "opened/")
        assert post(client, link, **{"2.6": f"Words of {name}"}).status_code == 200
    close_survey(survey=survey, by=None)
    found = Survey.objects.values("opened", "answered", "last_response", "revision").get()
    shift = [str(sorted(pk - first for pk in found.pop(part))) for part in ("opened", "answered")]
    rows = [re.sub(r"^\D*\(\d+", "row", line) for line in dump("surveys_invitation")]
    rows = [re.sub(r"\b\d{4}-\d\d-\d\d[^']*|datetime\.datetime\([^)]*\)", "created", row) for row in rows]
    rows = [re.sub(rf", {survey.pk}(?=[,)])", ", survey", row) for row in rows]
    Response.objects.all().delete()
    Survey.objects.all().delete()
    return [*shift, str(found), *rows]


def test_the_order_of_answers_leaves_no_trace_on_invitations(client, assessment) -> None:
    assert run(client, assessment, NAMES) == run(client, assessment, NAMES[::-1])


def test_nothing_in_the_database_names_both_sides(client, survey, invitation, link) -> None:
    """No row beside the survey's changes for a personal answer more than it would for an open one."""
    before = set(dump())
    assert post(client, link).status_code == 200
    changed = [line for line in dump() if line not in before]
    assert sorted(line.split(":")[0] for line in changed) == ["surveys_sealedanswer", "surveys_survey"]
    stored = next(line for line in changed if line.startswith("surveys_sealedanswer"))
    for trace in (invitation.nonce + "'", invitation.token_hmac, token_of("n"), invitation.email):
        assert trace not in stored


def test_response_and_invitation_share_no_moment(client, survey, link) -> None:
    moments = {"DateTimeField", "TimeField"}
    kinds = {f.name: f.get_internal_type() for f in Response._meta.fields if f.get_internal_type() in moments}
    assert kinds == {"deleted_at": "DateTimeField"}
    assert {f.name for f in Invitation._meta.fields if "Date" in f.get_internal_type()} == {
        "sent_at",
        "written_at",  # the last mail: of people who had not answered then, as everybody who reads `reminders` knows
        "retry_at",
        "revoked_at",
        "created_at",
    }
    assert {f.name for f in Draft._meta.fields if f.get_internal_type() == "DateTimeField"} == set()


def test_no_foreign_key_leads_from_answers_to_people() -> None:
    related = {f.related_model.__name__ for f in Response._meta.fields if f.related_model}
    assert related == {"Survey", "Instrument"}
    assert {f.related_model.__name__ for f in SealedAnswer._meta.fields if f.related_model} == {"Survey"}
    assert {f.related_model.__name__ for f in Draft._meta.fields if f.related_model} == {"Survey"}
    assert [f.name for f in Invitation._meta.get_fields() if f.one_to_many or f.one_to_one] == []


def test_no_address_of_a_network_is_stored(client, survey, link) -> None:
    for url in ("/s/open/", link):
        client.get(url, REMOTE_ADDR="203.0.113.77", HTTP_X_FORWARDED_FOR="198.51.100.9")
        client.post(url, {"2.6": "words", "_do": "send"}, REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Traceable/1.0")
        client.post(url, {"2.6": "words", "_do": "save"}, REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Traceable/1.0")
    everything = "\n".join(dump())
    for trace in ("203.0.113", "198.51.100", "Traceable"):
        assert trace not in everything


def test_the_uuid_comes_from_the_form_and_is_random(client, survey) -> None:
    page = client.get("/s/open/").content.decode()
    found = re.search(r'name="_uuid" value="([^"]+)"', page)[1]  # type: ignore[index]
    assert UUID(found).version == 4  # not of a version that contains a time or a network address


def test_a_form_that_came_by_link_has_no_day(client, survey) -> None:
    post(client)
    assert open_form().received_on is None
    kinds = {field.get_internal_type() for field in SealedAnswer._meta.fields}
    assert kinds == {"UUIDField", "ForeignKey", "BinaryField", "CharField"}
