"""What a device did without a connection arrives once, in whatever order and however often it is sent."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from assessments.models import Assessment, AuditEvent, Contact, Organisation
from interviews import operations
from interviews.consent import consent_of
from interviews.forms import FieldForm
from interviews.models import Answer, AnswerRevision, Begun, Interview, SetAside
from interviews.operations import apply, head_of
from interviews.services.beginnings import begin_interview
from interviews.services.consents import record_consent
from interviews.services.erasure import erase_interview
from interviews.services.interviews import create_interview, trash_interview, update_interview
from interviews.services.themes import add_theme
from tests.concurrency import at_once
from tests.factories import AssessmentFactory, MembershipFactory, OrganisationFactory
from tests.interviews.factories import AnswerFactory, InterviewFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/a/AZE-2016/interviews/field/sync/"
HEAD = {"held_at": "2016-01-18T10:00", "language": "az", "women": "1", "format": "in_person"}


@pytest.fixture
def consultant(member: Any) -> Any:
    return member("consultant")


@pytest.fixture
def send(assessment: Assessment, consultant: Any) -> Any:
    """send(operation) -> the answer to it."""

    def apply_one(**operation: Any) -> dict[str, Any]:
        return apply(assessment=assessment, by=consultant, operation={"id": "1", **operation})

    return apply_one


def begin(uuid: Any, **fields: Any) -> dict[str, Any]:
    return {"op": "begin", "uuid": str(uuid), "fields": HEAD | fields}


def answer(interview: dict[str, Any], text: str, **how: Any) -> dict[str, Any]:
    sent = {"question": "3.1", "client": "device", "sequence": 1, "base": 0}
    return {"op": "answer", "interview": interview, "text": text} | sent | how


def test_interview_begun_on_a_device_is_created_once_with_the_next_code(send: Any, assessment: Assessment) -> None:
    uuid = uuid4()
    first, again = send(**begin(uuid, note_given="yes")), send(**begin(uuid, women="5"))
    assert first == again
    assert (first["status"], first["code"], first["near"]) == ("saved", "AZEint1", [])
    interview = Interview.objects.get()
    assert (interview.number, interview.planned, interview.women, interview.language) == (1, False, 1, "az")
    assert [row.note_given for row in interview.consents.all()] == [True]
    event = AuditEvent.objects.get(action="interview.begun_on_device")
    assert (event.object_label, event.detail) == ("AZEint1", {"begun_as": str(uuid)})


@pytest.mark.usefixtures("shared_database")
def test_sixteen_beginnings_of_one_interview_at_once_make_one() -> None:
    assessment = AssessmentFactory(reference="AZE-2016", last_interview=14)
    by, uuid = MembershipFactory(assessment=assessment, role="consultant").user, uuid4()

    def press() -> None:
        begin_interview(assessment=Assessment.objects.get(), uuid=uuid, by=by, held_at=timezone.now(), women=1)

    assert at_once([press] * 16) == [None] * 16
    assert [row.code for row in Interview.objects.all()] == ["AZEint15"]
    assert Assessment.objects.get().last_interview == 15
    assert Begun.objects.count() == AuditEvent.objects.filter(action="interview.begun_on_device").count() == 1


def test_interview_whose_people_are_unknown_is_begun_and_counts_nobody(send: Any) -> None:
    assert send(**begin(uuid4(), women=""))["code"] == "AZEint1"
    interview = Interview.objects.get()
    assert (interview.people, interview.planned, interview.interpreter, interview.place) == (0, False, None, "")


def test_beginning_that_is_refused_uses_no_code_and_leaves_no_organisation(send: Any, consultant: Any) -> None:
    tomorrow = f"{timezone.now() + timedelta(days=3):%Y-%m-%dT%H:%M}"
    for fields in (
        {"held_at": tomorrow, "new_organisation": "The mill", "sector": "ngo"},
        {"held_at": tomorrow, "women": ""},
        {"held_at": ""},
        {"women": "9" * 30},
        {"organisation": "77"},
        {"new_organisation": "The mill"},
        {"language": "\ud800"},
    ):
        reply = send(**begin(uuid4(), **fields))
        assert (reply["status"], bool(reply["message"])) == ("refused", True), fields
    assert not Interview.objects.exists()
    assert not Organisation.objects.exists()
    assert send(**begin(uuid4()))["code"] == "AZEint1"


def test_new_organisation_of_two_devices_is_stored_once_and_the_second_talk_is_pointed_out(send: Any) -> None:
    first = send(**begin(uuid4(), new_organisation="The mill", sector="ngo"))
    second = send(**begin(uuid4(), new_organisation="THE MILL", sector="ngo", held_at="2016-01-18T12:00"))
    later = send(**begin(uuid4(), new_organisation="the mill", sector="ngo", held_at="2016-01-19T12:00"))
    assert [first["near"], second["near"], later["near"]] == [[], ["AZEint1"], []]
    assert Organisation.objects.get().name == "The mill"


def test_answer_before_its_beginning_waits_and_is_then_saved_once(send: Any) -> None:
    uuid = uuid4()
    operation = answer({"uuid": str(uuid)}, "The police find them.")
    assert send(**operation) == {"id": "1", "status": "later"}
    send(**begin(uuid))
    replies = [send(**operation), send(**operation)]  # the first reply was lost
    assert [(reply["status"], reply["revision"]) for reply in replies] == [("saved", 1)] * 2
    assert [row.text for row in Answer.objects.all()] == ["The police find them."]
    assert (AnswerRevision.objects.count(), SetAside.objects.count()) == (1, 0)


def test_two_devices_in_one_answer_lose_neither_text(send: Any, assessment: Assessment) -> None:
    interview = create_interview(assessment=assessment, by=None, held_at=timezone.now(), planned=True)
    place = {"id": interview.pk}
    first, second = send(**answer(place, "One")), send(**answer(place, "Two", client="other"))
    assert (first["status"], first["code"]) == ("saved", "AZEint1")  # the plan has got its code
    assert (second["status"], second["text"]) == ("conflict", "One")
    assert [row.text for row in SetAside.objects.all()] == ["Two"]
    for _ in range(2):
        assert send(**answer(place, "Seen", question="observations"))["status"] == "saved"
    interview.refresh_from_db()
    assert (interview.observations, interview.observations_revision) == ("Seen", 1)


def test_answer_to_an_interview_in_the_trash_is_saved_and_of_an_erased_one_is_gone(
    send: Any, assessment: Assessment, consultant: Any
) -> None:
    uuid = uuid4()
    send(**begin(uuid))
    trash_interview(interview=Interview.objects.get(), by=consultant)
    assert send(**begin(uuid))["trashed"]
    assert send(**answer({"uuid": str(uuid)}, "Kept"))["trashed"]
    assert Answer.objects.get().text == "Kept"
    erase_interview(interview=Interview.objects.get())
    for operation in (begin(uuid), answer({"uuid": str(uuid)}, "Late"), answer({"id": 1}, "Late")):
        assert send(**operation)["status"] == "gone"
    assert not Interview.objects.exists()
    assert Assessment.objects.get().last_interview == 1


def test_head_is_merged_field_by_field(send: Any, assessment: Assessment, consultant: Any) -> None:
    interview = InterviewFactory(assessment=assessment, women=1, place="", respondent_name="Somebody")
    base = head_of(interview)
    update_interview(interview=interview, by=consultant, men=4, place="capital")
    fields = base | {"men": "2", "women": "3", "place": "capital", "note_given": "no"}
    place = {"id": interview.pk}
    for _ in range(2):  # the first reply was lost
        reply = send(op="head", interview=place, base=base, fields=fields)
        assert (reply["status"], reply["theirs"]) == ("conflict", {"men": "4"})
    assert (reply["head"]["women"], reply["head"]["note_given"]) == ("3", "no")
    interview.refresh_from_db()
    assert (interview.women, interview.men, interview.respondent_name) == (3, 4, "Somebody")
    assert interview.consents.count() == 1
    events = AuditEvent.objects.filter(action="interview.changed").order_by("pk")
    assert [event.detail["fields"] for event in events] == [["men", "place"], ["women"]]

    reply = send(op="head", interview=place, base=reply["head"], fields=reply["head"] | {"held_at": "not a day"})
    assert reply["status"] == "refused"
    new = {"new_organisation": "The mill", "sector": "ngo"}
    base = head_of(Interview.objects.get())
    for _ in range(2):
        assert send(op="head", interview=place, base=base, fields=base | new)["status"] == "saved"
    interview.refresh_from_db()
    assert interview.organisation.name == "The mill"


def test_details_change_while_who_took_part_is_unknown(send: Any, client_as: Any) -> None:
    """Only completing asks; what is known once is not taken back."""
    place = {"id": send(**begin(uuid4(), women=""))["interview"]}
    base = head_of(Interview.objects.get())
    reply = send(op="head", interview=place, base=base, fields=base | {"place": "region"})
    assert (reply["status"], Interview.objects.get().place) == ("saved", "region")
    edit = "/a/AZE-2016/interviews/AZEint1/head/"
    fields = reply["head"] | {"women": "0", "men": "0", "other": "0", "format": "phone"}
    assert client_as("consultant").post(edit, fields).status_code == 302
    base = head_of(Interview.objects.get())
    assert send(op="head", interview=place, base=base, fields=base | {"women": "2"})["status"] == "saved"
    base = head_of(Interview.objects.get())
    assert send(op="head", interview=place, base=base, fields=base | {"women": "0"})["status"] == "refused"
    interview = Interview.objects.get()
    assert (interview.format, interview.women) == ("phone", 2)


def test_note_given_on_a_device_keeps_what_is_known_of_the_consent(send: Any, assessment: Assessment) -> None:
    interview = InterviewFactory(assessment=assessment)
    record_consent(interview=interview, by=None, to_quotes="no")
    for given in ("yes", "no"):  # the second corrects the first
        base = head_of(interview)
        reply = send(op="head", interview={"id": interview.pk}, base=base, fields=base | {"note_given": given})
        assert (reply["status"], reply["head"]["note_given"]) == ("saved", given)
        assert consent_of(interview).to_quotes == "No"


def plan(interview: Interview, sections: list[str], base: list[str], reason: str = "") -> dict[str, Any]:
    sent = {"base": {"sections": base, "reason": ""}, "plan": {"sections": sections, "reason": reason}}
    return {"op": "plan", "interview": {"id": interview.pk}} | sent


def test_plan_of_a_device_is_joined_with_what_colleagues_chose(send: Any, assessment: Assessment) -> None:
    interview = create_interview(assessment=assessment, by=None, held_at=timezone.now(), planned=True)
    always = interview.sections
    assert send(**plan(interview, [*always, "4"], always))["message"].startswith("The guide asks for 2 to 3")
    for _ in range(2):  # the first reply was lost
        reply = send(**plan(interview, [*always, "4", "6"], always))
        assert (reply["status"], reply["code"]) == ("saved", "AZEplan1")  # choosing does not start it
        assert reply["plan"] == {"sections": sorted([*always, "4", "6"]), "reason": ""}
    assert AuditEvent.objects.filter(action="interview.planned").count() == 1
    send(**plan(interview, [*always, "4", "5"], [*always, "4", "6"]))
    reply = send(**plan(interview, [*always, "3", "4", "6"], [*always, "4", "6"]))  # another device, which saw no 5
    assert reply["plan"]["sections"] == sorted([*always, "3", "4", "5"])
    send(**answer({"id": interview.pk}, "Notes", question="3.1"))
    refused = send(**plan(interview, [*always, "4", "5"], [*always, "3", "4", "5"], "Short"))
    assert "has notes" in refused["message"]
    for reason in ("Short", "Long", "Long"):
        reply = send(**plan(interview, [*always, "4", "5"], [*always, "4", "5"], reason))
    assert reply["plan"]["reason"] == "Short\nLong"
    for wrong in (plan(interview, ["x"], []), plan(interview, [], [], "r" * 1001), plan(interview, [4], [])):  # type: ignore[list-item]
        assert (send(**wrong)["status"], bool(send(**wrong)["message"])) == ("refused", True)


def test_colleague_suggested_on_a_device_is_added_once_whatever_became_of_it(send: Any, assessment: Assessment) -> None:
    interview = create_interview(assessment=assessment, by=None, held_at=timezone.now(), planned=True)
    fields = {"name": "A colleague", "email": "a@example.org", "language": "azerbaijani"}
    operation = {"op": "contact", "interview": {"id": interview.pk}, "uuid": str(uuid4()), "fields": fields}
    assert send(**operation | {"fields": fields | {"email": "none"}})["status"] == "refused"
    assert send(**operation | {"fields": {"language": "az"}})["status"] == "refused"
    assert not Interview.objects.filter(planned=False).exists()
    replies = [send(**operation), send(**operation)]
    assert [(reply["status"], reply["code"]) for reply in replies] == [("saved", "AZEint1")] * 2
    contact = Contact.objects.get()
    assert (contact.name, contact.language, contact.suggested_in) == ("A colleague", "az", "AZEint1")
    Contact.objects.update(language="en")  # by a colleague, before the reply was lost a second time
    assert send(**operation)["status"] == "saved"
    contact.delete()
    assert send(**operation)["status"] == "saved"
    assert not Contact.objects.exists()
    assert send(**operation | {"interview": {"uuid": str(uuid4())}})["status"] == "later"


def test_duration_from_a_device_starts_what_was_planned(send: Any, assessment: Assessment) -> None:
    assert send(**begin(uuid4(), women="", duration="45"))["status"] == "saved"
    assert send(**begin(uuid4(), duration="0"))["status"] == "refused"
    assert [row.duration for row in Interview.objects.all()] == [45]
    interview = create_interview(assessment=assessment, by=None, held_at=timezone.now(), planned=True)
    base = head_of(interview)
    reply = send(
        op="head", interview={"id": interview.pk}, base=base, fields=base | {"duration": "50", "place": "region"}
    )
    assert "took part" in reply["message"]
    fields = base | {"duration": "50", "women": "1"}
    reply = send(op="head", interview={"id": interview.pk}, base=base, fields=fields)
    assert (reply["status"], reply["code"], reply["head"]["duration"]) == ("saved", "AZEint2", "50")


def test_device_of_another_assessment_reaches_nothing(send: Any) -> None:
    theirs = AnswerFactory(interview__assessment=AssessmentFactory(reference="MDA-2016"))
    assert send(**answer({"id": theirs.interview_id}, "Not mine"))["status"] == "gone"
    begun = Begun.objects.create(assessment=theirs.interview.assessment, uuid=uuid4(), interview=theirs.interview)
    assert send(**answer({"uuid": str(begun.uuid)}, "Not mine"))["status"] == "later"
    assert send(**begin(begun.uuid))["code"] == "AZEint1"  # another interview: identifiers are of an assessment
    assert OrganisationFactory(assessment=theirs.interview.assessment).pk
    assert Answer.objects.get().text == theirs.text


@pytest.mark.parametrize(
    "operation",
    [
        None,
        7,
        {},
        {"op": "erase"},
        {"op": "begin", "uuid": "x", "fields": HEAD},
        {"op": "begin", "uuid": str(uuid4()), "fields": []},
        {"op": "answer", "interview": {"uuid": ["x"]}, "question": "3.1", "text": "x"},
        {"op": "answer", "interview": {"id": True}, "question": "3.1", "text": "x"},
        {"op": "head", "interview": {"id": -1}},
        {"op": "contact", "interview": {"uuid": "x"}, "uuid": "x", "fields": {}},
    ],
)
def test_unreadable_operation_is_refused_by_itself(assessment: Assessment, consultant: Any, operation: Any) -> None:
    reply = apply(assessment=assessment, by=consultant, operation=operation)
    assert reply["status"] == "refused"
    assert "saved on this device" in reply["message"]


@pytest.mark.parametrize(
    "wrong",
    [{"question": "\x00\ud800"}, {"text": "x" * 500_001}, {"text": 5}, {"client": "c" * 41}, {"sequence": 2**60}],
)
def test_answer_that_cannot_be_stored_is_refused(send: Any, assessment: Assessment, wrong: dict[str, Any]) -> None:
    interview = InterviewFactory(assessment=assessment)
    assert send(**answer({"id": interview.pk}, "Text") | wrong)["status"] == "refused"
    assert not Answer.objects.exists()


def test_field_sync_answers_each_operation_by_itself(client_as: Any, assessment: Assessment) -> None:
    client, uuid = client_as("consultant"), uuid4()
    operations = [
        {"id": "a", **answer({"uuid": str(uuid4())}, "Of another device")},
        {"id": "b", **begin(uuid)},
        {"id": "c", "op": "nothing"},
        {"id": "d", **answer({"uuid": str(uuid)}, "ცხელი ხაზი")},
    ]
    for _ in range(2):
        reply = client.post(ADDRESS, json.dumps({"operations": operations}), content_type="application/json")
        found = [(one["id"], one["status"]) for one in reply.json()["results"]]
        assert found == [("a", "later"), ("b", "saved"), ("c", "refused"), ("d", "saved")]
    assert "no-store" in reply["Cache-Control"]
    assert Answer.objects.get().text == "ცხელი ხაზი"
    state = client.get(ADDRESS).json()
    assert (state.keys(), "results" in state) == ({"user", "token", "now"}, False)


@pytest.mark.parametrize(
    "body", ["", "[", "[]", "{}", '{"operations": 1}', "[" * 100_000, json.dumps({"operations": [0] * 201}), "1" * 5000]
)
def test_field_sync_refuses_what_no_page_sends(client_as: Any, assessment: Assessment, body: str) -> None:
    reply = client_as("consultant").post(ADDRESS, body, content_type="application/json")
    assert (reply.status_code, reply.json()["status"]) == (400, "refused")


def test_field_sync_reads_no_more_than_its_limit(
    client_as: Any, assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interviews.views.field.MOST_BYTES", 40)
    reply = client_as("consultant").post(ADDRESS, '{"operations": []}' + " " * 40, content_type="application/json")
    assert reply.status_code == 400
    assert client_as("observer").post(ADDRESS, "{}", content_type="application/json").status_code == 403


def test_archived_assessment_takes_nothing(send: Any, assessment: Assessment, consultant: Any) -> None:
    assessment.archived_at = timezone.now()
    assessment.save()
    reply = send(**begin(uuid4()))
    assert (reply["status"], "archive" in reply["message"]) == ("refused", True)
    with pytest.raises(ValidationError):
        begin_interview(assessment=assessment, uuid=uuid4(), by=consultant, held_at=timezone.now())


def test_field_page_has_nothing_of_any_interview(check_roles: Any, client_as: Any, assessment: Assessment) -> None:
    interview = InterviewFactory(assessment=assessment, interviewer="Somebody", respondent_name="The director")
    AnswerFactory(interview=interview, question="3.1", text="Told in confidence")
    check_roles("/a/AZE-2016/interviews/field/", allowed="consultant", denied="observer", wrong="post")
    page = client_as("consultant").get("/a/AZE-2016/interviews/field/").content.decode()
    for text in ("Somebody", "The director", "Told in confidence", interview.code, str(interview.organisation)):
        assert text not in page
    form = FieldForm(assessment=assessment)
    assert set(form.fields) == {*operations.HEAD, *operations.NEW, "note_given"}  # what is sent, and nothing else
    blanks = re.findall(r"<(?:input|textarea|select)\b[^>]*>", page[page.index("<main") : page.index("</main>")])
    assert blanks
    assert [field for field in blanks if 'type="hidden"' not in field and 'autocomplete="off"' not in field] == []


def test_field_kit_has_the_open_interviews_of_the_member_without_names(
    check_roles: Any, client_as: Any, assessment: Assessment, consultant: Any
) -> None:
    address = "/a/AZE-2016/interviews/field/kit/"
    check_roles(address, allowed="consultant", denied="observer", wrong="post")
    names = {"respondent_name": "The director", "respondent_title": "Head of unit"}
    seen = {"observations": "Seen at the border", "observations_revision": 3, "sections_reason": "Little time"}
    own = InterviewFactory(assessment=assessment, interviewer=consultant.name, completed_at=None, **names, **seen)
    add_theme(
        assessment=assessment, code="shelter", label="No shelter", by=None, definition="Nowhere to stay", area="4"
    )
    AnswerFactory(interview=own, question="3.1", text="Typed before", revision=2)
    InterviewFactory(assessment=assessment, interviewer=consultant.name, completed_at=timezone.now())
    InterviewFactory(assessment=assessment, interviewer="", completed_at=None)
    InterviewFactory(assessment=assessment, interviewer=consultant.name, completed_at=None, deleted_at=timezone.now())
    InterviewFactory(assessment=AssessmentFactory(), interviewer=consultant.name, completed_at=None)
    response = client_as("consultant").get(address)
    assert "no-store" in response["Cache-Control"]
    kit = response.json()
    (taken,) = kit["interviews"]
    assert (taken["id"], taken["code"]) == (own.pk, own.code)
    assert taken["answers"] == {
        "3.1": {"text": "Typed before", "revision": 2},
        "observations": {"text": "Seen at the border", "revision": 3},
    }
    assert taken["plan"] == {"sections": own.sections, "reason": "Little time"}
    assert kit["themes"] == [{"area": "4", "label": "No shelter", "definition": "Nowhere to stay"}]
    assert kit["routings"][str(kit["guide"])]["max"] == 3
    assert [own.organisation_id, own.organisation.name] in kit["organisations"]
    sections = kit["guides"][str(kit["guide"])]["en"]["sections"]
    assert [section["name"] for section in sections][:3] == ["1", "2", "3"]
    questions = [question for section in sections for question in section["questions"]]
    assert [question["name"] for question in questions if question["suggests_contacts"]] == ["8.4"]
    for text in names.values():
        assert text not in response.content.decode()
    read = AuditEvent.objects.filter(action="interview.read", object_label=own.code)
    assert read.count() == 1


def test_field_kit_of_a_member_without_a_name_has_no_interviews_of_others(
    client_as: Any, assessment: Assessment, consultant: Any
) -> None:
    consultant.name = ""
    consultant.save()
    InterviewFactory(assessment=assessment, interviewer="", completed_at=None)
    assert client_as("consultant").get("/a/AZE-2016/interviews/field/kit/").json()["interviews"] == []
