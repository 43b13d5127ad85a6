"""Personal links: read from lists, made once, renewed, revoked."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from openpyxl import Workbook

from assessments.models import AuditEvent
from surveys.distribution.invitees import Person, read_pasted, read_people
from surveys.distribution.links import personal_link, token_digest, token_of
from surveys.models import Invitation, Survey
from surveys.services import invitations as services
from tests.surveys.factories import InvitationFactory

pytestmark = pytest.mark.django_db


def test_read_pasted_takes_lines_commas_and_names() -> None:
    text = 'a@example.org, "B, C" <b@example.org>\n\nD <d@example.org>; e@example.org'
    people, errors = read_pasted(text, language="az")
    assert errors == []
    assert [(p.name, p.email, p.language) for p in people] == [
        ("", "a@example.org", "az"),
        ("B, C", "b@example.org", "az"),
        ("D", "d@example.org", "az"),
        ("", "e@example.org", "az"),
    ]


def test_read_pasted_names_the_line_of_each_error() -> None:
    _, errors = read_pasted("a@example.org\nnobody\n<x>", language="en")
    assert errors == [
        "line 2: “nobody” is not an e-mail address. Correct it.",
        "line 3: “x” is not an e-mail address. Correct it.",
    ]


def test_read_people_from_a_workbook(survey) -> None:
    book = Workbook()
    for row in (
        ["Email", "name", "sector", "language"],
        ["a@example.org", "A", "NGO", "az"],
        [None, "B", "State agency"],
    ):
        book.active.append(row)
    book.save(buffer := BytesIO())
    people, errors = read_people(buffer.getvalue(), "people.xlsx", survey)
    assert errors == []
    assert [(p.email, p.name, p.sector, p.language) for p in people] == [
        ("a@example.org", "A", "ngo", "az"),
        ("", "B", "state", "en"),
    ]


def test_read_people_lists_every_error(survey) -> None:
    content = b"email,sector,language\nnobody,army,ka\n"
    assert read_people(content, "people.csv", survey)[1] == [
        "row 2, column email: “nobody” is not an e-mail address. Correct it.",
        "row 2, column sector: Write one of state, ngo, igo, academic, private, other.",
        "row 2, column language: The survey is not available in this language. Write one of en, ar, az.",
    ]
    assert read_people(b"a,b\n1,2\n", "x.csv", survey)[1] == [
        "row 1: The first row must name a column email or a column name."
    ]


def test_invite_makes_each_address_one_link(survey, member) -> None:
    people = [Person("A@example.org"), Person("a@example.org"), Person("", "B"), Person("", "C")]
    assert services.invite(survey=survey, people=people, by=member("lead")) == (3, 1)
    assert services.invite(survey=survey, people=people[:1], by=member("lead")) == (0, 1)
    made = list(Invitation.objects.all())
    assert len({personal_link(invitation) for invitation in made}) == 3
    assert [(i.token_hmac, i.language) for i in made] == [(token_digest(token_of(i.nonce)), "en") for i in made]
    assert AuditEvent.objects.get().detail == {"count": 3}


def test_invite_takes_no_more_than_its_limit(survey, monkeypatch) -> None:
    monkeypatch.setattr(services, "PEOPLE_LIMIT", 1)
    with pytest.raises(ValidationError, match="in several parts"):
        services.invite(survey=survey, people=[Person("a@example.org"), Person("b@example.org")], by=None)


def test_tokens_names_and_addresses_are_not_in_the_database_in_clear(survey) -> None:
    services.invite(survey=survey, people=[Person("a@example.org", "Somebody")], by=None)
    invitation = Invitation.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM surveys_invitation")
        row = str(cursor.fetchall())
    for secret in ("a@example.org", "Somebody", token_of(invitation.nonce)):
        assert secret not in row


def test_renew_ends_the_old_link(client, survey, invitation, link) -> None:
    services.renew_invitation(invitation=invitation, by=None)
    assert client.get(link).status_code == 404
    assert client.get(f"/s/i/{token_of(invitation.nonce)}/").status_code == 200


def test_revoke_forgets_what_was_noted(client, survey, invitation, link) -> None:
    Survey.objects.update(opened=[invitation.pk], answered=[invitation.pk])
    services.revoke_invitation(invitation=invitation, by=None)
    found = Survey.objects.get()
    assert (found.opened, found.answered) == ([], [])


def test_mark_answered_ends_reminders_and_the_log_does_not_name_the_person(survey, invitation) -> None:
    services.mark_answered(invitation=invitation, by=None)
    assert Survey.objects.get().answered == [invitation.pk]
    event = AuditEvent.objects.get()
    assert (event.action, event.object_type, event.detail) == ("invitation.answered_otherwise", "surveys.survey", {})


def test_reminders_go_to_those_reached_who_have_not_answered(survey) -> None:
    now = timezone.now() - timedelta(days=3)
    answered = InvitationFactory(survey=survey, sent_at=now, delivery="sent")
    waiting = InvitationFactory(survey=survey, sent_at=now, delivery="sent")
    InvitationFactory(survey=survey)
    InvitationFactory(survey=survey, sent_at=now, revoked_at=now)
    InvitationFactory(survey=survey, sent_at=now, email="")
    survey.answered = [answered.pk]
    assert list(Invitation.objects.for_reminding(survey)) == [waiting]
