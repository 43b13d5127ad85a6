"""A request of access: who is found, what the file holds, and what it keeps from the person who asked."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from assessments.audit import record
from assessments.erasers import assessment_rows
from assessments.models import Assessment, AuditEvent, Contact, MemberInvitation, Role, User
from assessments.personal_data import matches, own_part
from assessments.services.personal_data import export_person, find_person
from interviews.models import Interview
from interviews.services.answers import save_answer
from interviews.services.consents import record_consent
from tests.interviews.factories import CodingFactory, FollowUpFactory, InterviewFactory
from tests.surveys.factories import VALID, InvitationFactory, ResponseFactory, SurveyFactory

pytestmark = pytest.mark.django_db
PERSON, OTHER = "Rashad Examplov", "Nigar Samplova"  # invented


@pytest.fixture
def interview(assessment: Assessment, member: Any) -> Interview:
    """The person said something of somebody else, who was interviewed too and spoke of the person."""
    made: Interview = InterviewFactory(
        assessment=assessment, code="AZEint1", number=1, respondent_name=PERSON, observations=f"Knows {OTHER} well."
    )
    other = InterviewFactory(assessment=assessment, code="AZEint2", number=2, respondent_name=OTHER)
    save_answer(interview=made, question="3.1", text=f"=Shelters are full, {OTHER} told {PERSON}.", by=member("lead"))
    save_answer(interview=other, question="3.1", text=f"{PERSON} is slow.", by=member("lead"))
    record_consent(interview=made, by=member("lead"), note_given=True, to_quotes="yes")
    return made


def url(name: str) -> str:
    return reverse(f"assessments:{name}", args=["AZE-2016"])


def unpacked(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def exported(assessment: Assessment, by: User, words: str, *keys: str) -> dict[str, str]:
    return unpacked(b"".join(export_person(assessment=assessment, words=words, keys=keys, by=by)))


def keys_of(assessment: Assessment, words: str) -> list[str]:
    return [place.key for place in find_person(assessment=assessment, words=words)]


# Completeness ---------------------------------------------------------------------------------------------------------


def test_every_model_states_its_personal_data() -> None:
    """A new model fails here until it is exported or has a reason why not."""
    named = [label for rows in assessment_rows() for label in (*rows.exported, *rows.impersonal)]
    assert sorted(named) == sorted(model._meta.label for model in apps.get_models())


def test_every_table_that_is_promised_is_made(assessment: Assessment, member: Any) -> None:
    from assessments.personal_data import Person

    promised = {name for rows in assessment_rows() for names in rows.exported.values() for name in names}
    made = {table.name for rows in assessment_rows() for table in rows.tables_of(assessment, Person((), ""))}
    assert made - promised == {"work"}
    assert promised <= made


# Finding --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "name", "address", "found"),
    [
        ("Rashad Examplov", "Examplov, Rashad", "", True),
        ("examplov", "Rashad Examplov", "", True),
        ("Рашад Экзамплов", "Rashad Ekzamplov", "", True),
        ("Rashad Examplov", "Nigar Samplova", "", False),
        ("Rashad Examplov", "", "r@example.org", False),
        ("R@Example.org", "", "r@example.org", True),
        ("r@example.org", "r@example.org", "other@example.org", False),
        ("a", "a b", "", False),
    ],
)
def test_matches(words: str, name: str, address: str, found: bool) -> None:
    assert matches(words, name, address) is found


def test_of_several_names_in_one_field_only_the_persons_own_is_given() -> None:
    assert own_part("Rashad Examplov; Nigar Samplova", "Examplov") == "Rashad Examplov"
    assert own_part("Rashad Examplov", "Examplov") == "Rashad Examplov"


def test_a_person_is_found_in_every_app(assessment: Assessment, interview: Interview, member: Any) -> None:
    contact = Contact.objects.create(assessment=assessment, name=PERSON, email="r@example.org", language="en")
    survey = SurveyFactory(assessment=assessment)
    InvitationFactory(survey=survey, contact=contact, name=PERSON, email="r@example.org")
    alone = InvitationFactory(survey=survey, contact=None, name="R. Examplov", email="r@example.org")
    user = member("observer")
    User.objects.filter(pk=user.pk).update(name=PERSON)
    assert sorted(keys_of(assessment, PERSON)) == [
        f"contact:{contact.pk}", f"interview:{interview.pk}", f"invitation:{alone.pk}", f"member:{user.pk}"
    ]  # fmt: skip
    assert keys_of(assessment, "r@example.org") == [f"contact:{contact.pk}", f"invitation:{alone.pk}"]
    assert keys_of(assessment, "Somebody Else") == []
    for short in ("", "  a ", "\x00"):
        with pytest.raises(ValidationError, match="at least three letters"):
            find_person(assessment=assessment, words=short)


# The file -------------------------------------------------------------------------------------------------------------


def test_the_file_of_a_respondent_contains_no_names_of_others(
    assessment: Assessment, interview: Interview, member: Any
) -> None:
    CodingFactory(answer=interview.answers.get(), theme__assessment=assessment, theme__label="Full shelters")
    FollowUpFactory(interview=interview, what=f"Write to {PERSON}, not to {OTHER}.", outcome=f"{OTHER} answered.")
    files = exported(assessment, member("lead"), PERSON, f"interview:{interview.pk}")
    assert {"index.html", "style.css", "data.json", "tables/notes.csv", "tables/consent.csv"} <= set(files)
    tables = json.loads(files["data.json"])["tables"]
    assert set(tables) == {"interviews", "consent", "notes", "earlier_notes", "passages", "follow_ups", "log"}
    assert tables["notes"][0]["notes"] == f"=Shelters are full, █████ told {PERSON}."
    assert tables["interviews"][0]["name"] == PERSON
    assert tables["interviews"][0]["observations"] == "Knows █████ well."
    assert tables["consent"][0]["to_be_quoted"] == "Yes"
    assert tables["passages"][0]["theme"] == "Full shelters"
    promised = tables["follow_ups"][0]
    assert (promised["what"], promised["outcome"]) == (f"Write to {PERSON}, not to █████.", "█████ answered.")
    whole = "\n".join(files.values())
    assert OTHER not in whole
    assert "is slow" not in whole  # what others said in confidence
    assert "cannot be joined with an invitation" in files["index.html"]
    rows = list(csv.reader(io.StringIO(files["tables/notes.csv"])))
    assert rows[1][3].startswith("'=Shelters")  # no formula
    assert "<script" not in files["index.html"]


def test_times_of_the_file_are_those_of_the_assessments_clocks(
    assessment: Assessment, interview: Interview, client_as: Any
) -> None:
    """The pieces are taken after the view has returned."""
    assessment.time_zone = "Pacific/Kiritimati"  # 14 hours ahead
    assessment.save()
    reply = client_as("lead").post(url("person_export"), {"words": PERSON, "keys": [f"interview:{interview.pk}"]})
    data = json.loads(unpacked(b"".join(reply.streaming_content))["data.json"])
    assert data["tables"]["interviews"][0]["date"] == "2016-01-19 00:00"
    made, logged = (datetime.fromisoformat(text) for text in (data["made_at"], data["tables"]["log"][-1]["at"]))
    assert made - logged < timedelta(hours=1)  # the entry of a moment before


def test_the_file_does_not_depend_on_the_language_of_the_member(
    assessment: Assessment, interview: Interview, member: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: Any = translation._trans  # type: ignore[attr-defined]
    real = found.gettext
    monkeypatch.setattr(
        found, "gettext", lambda text: f"⟦{text}⟧" if translation.get_language() == "fr" else real(text)
    )
    with translation.override("fr"):
        assert translation.gettext("Yes") == "⟦Yes⟧"
        files = exported(assessment, member("lead"), PERSON, f"interview:{interview.pk}")
    assert "⟦" not in "".join(files.values())
    assert json.loads(files["data.json"])["tables"]["consent"][0]["to_be_quoted"] == "Yes"


def test_markup_that_was_typed_stays_text(assessment: Assessment, interview: Interview, member: Any) -> None:
    text = "<script>alert(1)</script>"
    save_answer(interview=interview, question="3.2", text=text, by=member("lead"))
    files = exported(assessment, member("lead"), PERSON, f"interview:{interview.pk}")
    assert text not in files["index.html"]
    assert "&lt;script&gt;" in files["index.html"]


def test_of_an_interview_with_several_people_every_name_is_withheld_in_notes(
    assessment: Assessment, interview: Interview, member: Any
) -> None:
    interview.respondent_name, interview.women = f"{PERSON}; Aysel Thirdova", 2
    interview.save()
    save_answer(interview=interview, question="3.2", text=f"Aysel Thirdova and {PERSON} agreed.", by=member("lead"))
    assert "Held with 2 people" in find_person(assessment=assessment, words=PERSON)[0].note
    files = exported(assessment, member("lead"), PERSON, f"interview:{interview.pk}")
    assert "Thirdova" not in "\n".join(files.values())
    assert json.loads(files["data.json"])["tables"]["interviews"][0]["name"] == PERSON


def test_the_file_of_a_contact_has_its_invitations_and_no_answers(assessment: Assessment, member: Any) -> None:
    contact = Contact.objects.create(assessment=assessment, name=PERSON, email="r@example.org", language="az")
    survey = SurveyFactory(assessment=assessment)
    invitation = InvitationFactory(survey=survey, contact=contact, name=PERSON, email="r@example.org", reminders=2)
    ResponseFactory(survey=survey, number=1, answers=VALID | {"2.6": "A view of my own"})
    survey.answered = [invitation.pk]
    survey.save()
    files = exported(assessment, member("lead"), PERSON, f"contact:{contact.pk}")
    tables = json.loads(files["data.json"])["tables"]
    assert tables["contacts"][0]["language"] == "Azerbaijani"
    assert (tables["survey_invitations"][0]["reminders"], tables["survey_invitations"][0]["answered"]) == (2, True)
    assert "A view of my own" not in "\n".join(files.values())
    assert invitation.nonce not in "\n".join(files.values())


def test_the_file_of_a_member_has_roles_sign_ins_log_and_work_of_this_assessment(
    assessment: Assessment, interview: Interview, member: Any, outsider: Any
) -> None:
    lead = member("lead")
    lead.sign_ins.create(device="Firefox on Linux", session_key="secret-key")
    lead.refused.create(device="Chrome on Windows", reason="password")
    MemberInvitation.objects.create(
        assessment=assessment, email=lead.email.upper(), role=Role.LEAD, token_hmac="h" * 64,
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    record("theme.added", by=lead, assessment=assessment, label=f"As {OTHER} said")
    record("theme.added", by=lead, assessment=outsider.memberships.get().assessment, label="Elsewhere")
    files = exported(assessment, lead, lead.email, f"member:{lead.pk}")
    tables = json.loads(files["data.json"])["tables"]
    assert {"accounts", "roles", "team_invitations", "sign_ins", "refused_sign_ins", "log", "work"} == set(tables)
    assert tables["roles"][0]["role"] == "Lead"
    assert {"kind": "answer revision", "named_as": "by", "entries": 2} in tables["work"]
    told = "\n".join(files.values())
    assert "As █████ said" in told
    for secret in ("secret-key", "h" * 64, lead.password, "Elsewhere", OTHER):
        assert secret not in told


def test_the_export_is_logged_without_the_name(assessment: Assessment, interview: Interview, member: Any) -> None:
    exported(assessment, member("lead"), PERSON, f"interview:{interview.pk}")
    event = AuditEvent.objects.get(action="person.exported")
    assert event.detail["rows"] == [f"interview:{interview.pk}"]
    assert event.detail["tables"]["notes"] == 1
    assert "Examplov" not in f"{event.object_label} {event.detail}"


def test_only_what_is_found_can_be_chosen(assessment: Assessment, interview: Interview, member: Any) -> None:
    other = Interview.objects.get(code="AZEint2")
    foreign = InterviewFactory(assessment__reference="GEO-2016", assessment__country="GEO", respondent_name=PERSON)
    for key in (f"interview:{other.pk}", f"interview:{foreign.pk}", "user:1", "'; --"):
        with pytest.raises(ValidationError, match="no longer found"):
            export_person(assessment=assessment, words=PERSON, keys=[key], by=member("lead"))
    with pytest.raises(ValidationError, match="Choose at least one"):
        export_person(assessment=assessment, words=PERSON, keys=[], by=member("lead"))
    assert not AuditEvent.objects.filter(action="person.exported").exists()


# Pages ----------------------------------------------------------------------------------------------------------------


def test_person_find_is_for_leads_and_posts_the_name(interview: Interview, client_as: Any, check_roles: Any) -> None:
    check_roles(url("person_find"), allowed="lead", denied="consultant", wrong="delete")
    client = client_as("lead")
    page = client.post(url("person_find"), {"words": PERSON})
    assert [place.label for place in page.context["found"]] == ["AZEint1"]
    assert AuditEvent.objects.filter(action="contact.read").exists()
    page = client.post(url("person_find"), {"words": "Nobody Known"})
    assert "has this name or address" in page.content.decode()
    page = client.post(url("person_find"), {"words": "x"})
    assert (page.status_code, "at least three letters" in page.content.decode()) == (422, True)


def test_person_export_is_a_file_that_is_not_stored(interview: Interview, client_as: Any, check_roles: Any) -> None:
    sent = {"words": PERSON, "keys": [f"interview:{interview.pk}"]}
    check_roles(url("person_export"), allowed="lead", denied="consultant", method="post", wrong="get", data=sent)
    client = client_as("lead")
    reply = client.post(url("person_export"), sent)
    assert reply.streaming
    assert reply.headers["Content-Disposition"].startswith('attachment; filename="AZE-2016-request-of-access-')
    assert "no-store" in reply.headers["Cache-Control"]
    assert "index.html" in unpacked(b"".join(reply.streaming_content))
    page = client.post(url("person_export"), {"words": PERSON})
    assert page.status_code == 422
    assert "Choose at least one entry" in page.content.decode()
    assert page.context["found"]  # what was searched is still there
    page = client.post(url("person_export"), sent | {"keys": ["interview:0"]})
    assert "no longer found" in page.content.decode()
