"""The table of who spoke and who listened: saving it, who reads it, where it disagrees, and how it is erased."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from assessments.erasers import eraser_of
from assessments.fields import UNREADABLE
from assessments.models import Assessment, AuditEvent
from assessments.services.personal_data import export_person, find_person
from ctnat.ui.seen import SeenConflict, marks_of
from interviews.models import Interview, Participant
from interviews.names import finder_for, withhold
from interviews.participants import Listed, disagreement, participants_of
from interviews.services.answers import save_answer
from interviews.services.consents import record_consent
from interviews.services.erasure import erase_interview, forget_respondents
from interviews.services.participants import save_participants
from interviews.signals import forget_names
from reports.output.export_tables import Exported, tables_of
from reports.output.interview_documents import html_of
from tests.factories import AssessmentFactory, OrganisationFactory
from tests.interviews.factories import InterviewFactory
from tests.pages import text

pytestmark = pytest.mark.django_db
MAIN, AIDE = "Rashad Examplov", "Nigar Samplova"  # invented, as all names here


@pytest.fixture
def interview(assessment: Assessment) -> Interview:
    """A director, named in the details, with an aide who listened and somebody of whom little is recorded."""
    interview: Interview = InterviewFactory(
        assessment=assessment, code="AZEint1", number=1, women=2, men=1, respondent_name=MAIN, respondent_title="Head"
    )
    save(interview, Listed(2, part="listened", title="Aide", sex="woman", name=AIDE), Listed(3, title="Clerk"))
    return interview


def save(interview: Interview, *rows: Listed, **more: Any) -> list[Participant]:
    return save_participants(interview=interview, by=None, rows=rows, **more)


def url(name: str = "participants_edit", code: str = "AZEint1") -> str:
    return reverse(f"interviews:{name}", args=["AZE-2016", code])


# Saving ---------------------------------------------------------------------------------------------------------------


def test_table_is_saved_as_a_whole_and_the_event_names_no_contents(interview: Interview) -> None:
    police = OrganisationFactory(assessment=interview.assessment, name="Border Police")
    aide = Participant.objects.get(position=2)
    save(
        interview,
        Listed(1, part="spoke"),
        Listed(2, part="spoke", title=" Aide\x00 ", sex="woman", name=AIDE),
        Listed(3),
        Listed(5, organisation=police),
    )
    rows = Participant.objects.order_by("position")
    assert [(row.position, row.part, row.title, row.organisation) for row in rows] == [
        (1, "spoke", "", None),
        (2, "spoke", "Aide", None),
        (5, "", "", police),  # keeps its number: records of consent refer to it
    ]
    assert rows[1].pk == aide.pk
    event = AuditEvent.objects.filter(action="interview.participants_changed").order_by("pk").last()
    assert event is not None
    assert (event.object_label, event.detail) == (
        "AZEint1",
        {"people": 3, "added": [1, 5], "changed": {"2": ["part"]}, "removed": [3]},
    )
    save(interview, *participants_rows(interview))
    assert AuditEvent.objects.filter(action="interview.participants_changed").count() == 2  # that of the fixture too


def test_name_that_cannot_be_read_stays_stored_when_the_row_is_changed(interview: Interview, client_as: Any) -> None:
    table, token = Participant._meta.db_table, "made with a key that is gone"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET name = %s WHERE position = 2", [token])  # noqa: S608 -- a name of ours
    shown = client_as("lead").get(url()).context["form"]
    sent = {name: shown[name].value() or "" for name in shown.fields if name != "seen"}
    assert sent["name_2"] == UNREADABLE
    assert client_as("lead").post(url(), sent | {"title_2": "Clerk"}).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM {table} WHERE position = 2")  # noqa: S608 -- a name of ours
        assert cursor.fetchone() == (token,)
    assert Participant.objects.get(position=2).title == "Clerk"


def participants_rows(interview: Interview) -> list[Listed]:
    return [
        Listed(row.position, row.part, row.title, row.organisation, row.sex, row.name)
        for row in interview.participants.all()
    ]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (Listed(2, part="sang"), "part_2"),
        (Listed(2, sex="x"), "sex_2"),
        (Listed(2, title="x" * 201), "title_2"),
        (Listed(31, title="Aide"), "__all__"),
        (Listed(0, title="Aide"), "__all__"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(interview: Interview, row: Listed, field: str) -> None:
    before = participants_rows(interview)
    with pytest.raises(ValidationError) as refused:
        save(interview, row)
    assert list(getattr(refused.value, "error_dict", {"__all__": 1})) == [field]
    assert participants_rows(interview) == before


def test_trash_archive_other_assessments_and_plans_refuse(interview: Interview, assessment: Assessment) -> None:
    other = OrganisationFactory(assessment=AssessmentFactory(reference="GEO-2016"))
    with pytest.raises(ValidationError, match="organisation of this assessment"):
        save(interview, Listed(2, organisation=other))
    plan = InterviewFactory(assessment=assessment, code="AZEplan1", number=None, planned=True)
    save(plan, Listed(2, title="Aide"))
    with pytest.raises(ValidationError, match="nobody has spoken"):
        save(plan, Listed(2, title="Aide", part="spoke"))
    Interview.objects.filter(pk=interview.pk).update(deleted_at=timezone.now())
    with pytest.raises(ValidationError, match="is in the trash"):
        save(interview, Listed(2, title="Other"))
    Interview.objects.filter(pk=interview.pk).update(deleted_at=None)
    Assessment.objects.filter(pk=assessment.pk).update(archived_at=timezone.now())
    with pytest.raises(ValidationError, match="in the archive"):
        save(interview, Listed(2, title="Other"))
    assert [row.title for row in interview.participants.all()] == ["Aide", "Clerk"]


def test_person_whom_a_colleague_added_meanwhile_is_not_lost(interview: Interview, client_as: Any) -> None:
    shown = client_as("lead").get(url()).context["form"]
    seen = marks_of({name: shown.initial[name] for name in shown.initial})
    save(interview, *participants_rows(interview), Listed(7, title="Guard"))
    with pytest.raises(SeenConflict):
        save(interview, Listed(2, title="Aide"), seen=seen)
    assert interview.participants.filter(position=7).exists()


# Reading --------------------------------------------------------------------------------------------------------------


def test_participants_edit_follows_the_access_ladder(interview: Interview, check_roles: Any) -> None:
    check_roles(url(), allowed="consultant", denied="observer")
    check_roles(url(), allowed="lead", denied="facilitator", method="post", ok=302, data={"title_1": "Head"})


def test_participants_edit_stores_what_is_typed_without_a_script(interview: Interview, client_as: Any) -> None:
    client = client_as("consultant")
    page = client.get(url())
    assert page.context["form"].count == 6  # three more than there are
    assert "The main respondent." in text(page)
    assert f'value="{AIDE}"' in page.text
    typed = {"title_4": "<b>Guard</b>", "part_4": "listened", "name_2": AIDE, "more": "1"}
    again = client.post(url(), typed, follow=True)
    assert again.redirect_chain == [(url(), 302)]
    assert "&lt;b&gt;Guard&lt;/b&gt;" in again.text
    assert "Who took part in AZEint1 was saved." in again.text
    assert again.context["form"].count == 7
    refused = client.post(url(), {"title_2": "Typed", "organisation_2": "999999"})
    assert "organisation_2" in refused.context["form"].errors
    assert 'value="Typed"' in refused.text
    for bad in ({"sex_2": "x"}, {"title_99": "x"}, {"title_2": "\x00"}, {"part_0": "spoke"}, {"seen": "{"}):
        assert client.post(url(), bad).status_code in {200, 302, 409}


def test_interview_detail_shows_functions_and_names_only_with_the_right(interview: Interview, client_as: Any) -> None:
    for role, seen in (("lead", True), ("consultant", True), ("observer", False), ("facilitator", False)):
        page = client_as(role).get(url("interview_detail")).text
        table = page[page.index('class="table-quiet stack participants"') : page.index("</table>")]
        assert "Listened" in table
        assert [word in table for word in (MAIN, AIDE, "Aide", "Head")] == [seen] * 4, role
    Participant.objects.all().delete()
    assert "table-quiet stack participants" not in client_as("lead").get(url("interview_detail")).text


def test_person_one_is_the_main_respondent_of_the_details(interview: Interview) -> None:
    first, *others = participants_of(interview)
    assert (first.position, first.title, first.name, first.part) == (1, "Head", MAIN, "")
    assert first.organisation == interview.organisation
    assert [person.organisation for person in others] == [None, None]
    save(interview, Listed(1, part="spoke", title="Deputy"), *participants_rows(interview))
    first = participants_of(interview)[0]
    assert (first.title, first.name, first.part) == ("Deputy", MAIN, "spoke")
    interview.refresh_from_db()
    assert interview.respondent_title == "Head"


def test_table_and_numbers_that_disagree_are_shown_and_neither_is_changed(interview: Interview, client_as: Any) -> None:
    assert disagreement(interview, participants_of(interview)) == ""  # 1 and 3 may be a woman and a man
    save(interview, Listed(1, sex="man"), *participants_rows(interview), Listed(4, sex="man"))
    for name in ("participants_edit", "interview_detail"):
        page = text(client_as("lead").get(url(name)))
        assert "In the table: women 1, men 2 and sex not recorded 1. In the details: women 2 and men 1." in page, name
    interview.refresh_from_db()
    assert (interview.women, interview.men, interview.participants.count()) == (2, 1, 4)
    interview.women = interview.men = 0
    assert disagreement(interview, participants_of(interview)) == ""  # nothing is counted yet


def test_consent_pages_name_the_person_by_function(interview: Interview, client_as: Any) -> None:
    client = client_as("lead")
    assert "Person 2 of 3: Aide" in text(client.get(url("consent_new")))
    assert "Person 3 of 3: Clerk" in text(client.get(url("consent_withdraw")))
    record_consent(interview=interview, by=None, participant=2, to_quotes="no")
    assert "Person 2: <bdi>Aide</bdi>" in text(client.get(url("consent_list")))


# Names at the exits ---------------------------------------------------------------------------------------------------


def test_name_that_only_the_table_has_is_withheld_in_notes(interview: Interview, client_as: Any) -> None:
    save_answer(interview=interview, question="3.1", text=f"{AIDE} nodded.", by=None)
    assert withhold(f"{AIDE} nodded.", finder_for(interview.assessment)) == "█████ nodded."
    assert AIDE not in client_as("observer").get(url("interview_detail")).text
    assert AIDE in client_as("lead").get(url("interview_detail")).text
    Participant.objects.update(name="")
    assert withhold(f"{AIDE} nodded.", finder_for(interview.assessment)) == f"{AIDE} nodded."


def test_document_of_all_interviews_has_functions_only_with_names(interview: Interview) -> None:
    def document(with_names: bool) -> str:
        made = html_of(
            interview.assessment, "day", with_names=with_names, language="en", progress=lambda done, step: None
        )
        return " ".join(made.split())

    named, plain = document(True), document(False)
    assert f"Listened: <bdi>{AIDE}, Aide</bdi>" in named
    assert f"Part not recorded: <bdi>{MAIN}, Head</bdi>; <bdi>Clerk</bdi>" in named
    assert "Listened: 1 · Part not recorded: 2" in plain
    assert not any(word in plain for word in (AIDE, MAIN, "Aide", "Clerk"))


def test_export_of_everything_has_the_table_and_names_only_where_they_were_asked_for(interview: Interview) -> None:
    def rows(with_names: bool) -> dict[str, list[list[Any]]]:
        exported = Exported(interview.assessment, with_names=with_names)
        return {
            table.name: list(table.values(exported))
            for table in tables_of(exported)
            if table.name.startswith("participant")
        }

    parts = [["AZEint1", 2, "listened", "woman"], ["AZEint1", 3, "", ""]]
    assert rows(False) == {"participants": parts}
    assert rows(True) == {
        "participants": parts,
        "participant_names": [["AZEint1", 2, AIDE, "Aide", ""], ["AZEint1", 3, "", "Clerk", ""]],
    }


def test_search_finds_the_interview_by_the_name_for_those_who_may_see_it(interview: Interview, client_as: Any) -> None:
    for role, found in (("lead", True), ("observer", False)):
        page = client_as(role).post(
            reverse("assessments:search", args=["AZE-2016"]), {"words": "Samplova"}, follow=True
        )
        assert ("AZEint1" in page.text) is found, role


# Erasure and access ---------------------------------------------------------------------------------------------------


def test_names_and_functions_are_erased_with_names_and_rows_with_the_interview(interview: Interview) -> None:
    eraser = eraser_of("interview")
    parts = {part.name: part.count for part in eraser.parts(interview)}
    assert parts["people in the table of who took part"] == 2
    assert AIDE in eraser.words(interview)
    forget_names(interview.assessment)  # its key is destroyed
    assert [(row.name, row.title) for row in Participant.objects.all()] == [("", "Aide"), ("", "Clerk")]
    forget_respondents(assessment=interview.assessment)
    assert [(row.title, row.part) for row in Participant.objects.all()] == [("", "listened"), ("", "")]
    erase_interview(interview=interview)
    assert not Participant.objects.exists()


def personal(assessment: Assessment, by: Any, words: str) -> tuple[list[str], dict[str, Any], str]:
    """(notes for the lead, tables, the whole file) of everything found under these words."""
    places = find_person(assessment=assessment, words=words)
    content = b"".join(export_person(assessment=assessment, words=words, keys=[p.key for p in places], by=by))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        whole = "\n".join(archive.read(name).decode("utf-8-sig") for name in archive.namelist())
        return [place.note for place in places], json.loads(archive.read("data.json"))["tables"], whole


def test_file_of_a_person_who_listened_has_the_row_and_no_notes(interview: Interview, member: Any) -> None:
    save_answer(interview=interview, question="3.1", text=f"{AIDE} and {MAIN} agreed.", by=None)
    record_consent(interview=interview, by=None, participant=2, to_quotes="no")
    record_consent(interview=interview, by=None, participant=3, to_quotes="yes")
    notes, tables, whole = personal(interview.assessment, member("lead"), AIDE)
    assert notes[0].startswith("Only listened")
    assert "notes" not in tables
    assert "interviews" not in tables
    [row] = tables["took_part"]
    assert (row["interview"], row["person"], row["part"], row["title"], row["name"]) == (
        "AZEint1",
        2,
        "Listened",
        "Aide",
        AIDE,
    )
    assert [record["participant"] for record in tables["consent"]] == [2]
    assert MAIN not in whole


def test_file_of_a_person_who_spoke_has_the_notes_without_the_others(interview: Interview, member: Any) -> None:
    save_answer(interview=interview, question="3.1", text=f"{AIDE} and {MAIN} agreed.", by=None)
    save(interview, Listed(2, part="spoke", title="Aide", name=AIDE))
    notes, tables, whole = personal(interview.assessment, member("lead"), AIDE)
    assert notes[0].startswith("Held with 3 people")
    assert tables["notes"][0]["notes"] == f"{AIDE} and █████ agreed."
    assert (tables["interviews"][0]["name"], tables["interviews"][0]["title"]) == ("", "")
    assert MAIN not in whole
    _, tables, whole = personal(interview.assessment, member("lead"), MAIN)
    assert tables["notes"][0]["notes"] == f"█████ and {MAIN} agreed."
    assert AIDE not in whole
