"""Completing asks for what is not recorded; a section that was not reached is left out of the base."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from analysis.results import Results
from assessments.models import Assessment, AuditEvent
from interviews.completing import OpenPoints, open_points
from interviews.consent import consent_of
from interviews.mentions import mentions_of
from interviews.models import Interview, SetAside
from interviews.services.answers import save_answer
from interviews.services.completion import close_open_points
from interviews.services.consents import record_consent
from interviews.services.interviews import (
    complete_interview,
    plan_sections,
    reopen_interview,
    suggest_contact,
)
from reports.output.export_tables import Exported, tables_of
from tests.interviews.factories import CodingFactory, InterviewFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def interview(assessment: Assessment) -> Interview:
    """Sections 1, 3, 4, 7 and 8; notes in 1 and 3."""
    interview = InterviewFactory(assessment=assessment, code="AZEint1")
    for question in ("1.1", "3.1"):
        save_answer(interview=interview, question=question, text="Said.", by=None)
    return interview


def url(name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=["AZE-2016", *args])


def asked(assessment: Assessment) -> dict[str, tuple[int, int]]:
    return {part.section: (part.asked, part.answered) for part in Results(assessment).interviews.sections}


def test_open_points(interview: Interview) -> None:
    assert open_points(interview) == OpenPoints(
        sections=("4", "7", "8"), note_unknown=True, no_people=False, no_place=True, waiting=()
    )
    save_answer(interview=interview, question="4.1", text="One", by=None, client="a", sequence=1, base=0)
    save_answer(interview=interview, question="4.1", text="Two", by=None, client="b", sequence=1, base=0)
    suggest_contact(interview=interview, by=None, name="A colleague")  # type: ignore[arg-type]
    record_consent(interview=interview, by=None, note_given=True)
    Interview.objects.update(place="region", women=0, unanswered=["7"])
    assert open_points(Interview.objects.get()) == OpenPoints(
        sections=(), note_unknown=False, no_people=True, no_place=False, waiting=("4.1",)
    )


def test_a_section_not_reached_leaves_the_base_and_an_unanswered_one_stays(
    interview: Interview, assessment: Assessment
) -> None:
    complete_interview(interview=interview, by=None, not_reached=["4"], unanswered=["7", "8"])
    stored = Interview.objects.get()
    assert (stored.sections, stored.not_reached, stored.unanswered) == (["1", "3", "7", "8"], ["4"], ["7", "8"])
    numbers = asked(assessment)
    assert [numbers[section] for section in "13478"] == [(1, 1), (1, 1), (0, 0), (1, 0), (1, 0)]
    event = AuditEvent.objects.get(action="interview.completed")
    assert event.detail == {"not_reached": ["4"], "unanswered": ["7", "8"]}


def test_notes_that_come_later_bring_the_section_back(interview: Interview, assessment: Assessment) -> None:
    complete_interview(interview=interview, by=None, not_reached=["4"], unanswered=["7"])
    reopen_interview(interview=interview, by=None)  # type: ignore[arg-type]
    for question in ("4.1", "7.1"):
        save_answer(interview=interview, question=question, text="After all.", by=None)
    stored = Interview.objects.get()
    assert (stored.sections, stored.not_reached, stored.unanswered) == (["1", "3", "4", "7", "8"], [], [])


def test_a_section_planned_again_is_no_longer_not_reached(interview: Interview) -> None:
    complete_interview(interview=interview, by=None, not_reached=["4"], unanswered=["7"])
    plan_sections(interview=interview, sections=["3", "4"], by=None)
    stored = Interview.objects.get()
    assert (stored.sections, stored.not_reached, stored.unanswered) == (["1", "3", "4", "7", "8"], [], ["7"])


def test_a_section_with_notes_is_neither_not_reached_nor_unanswered(interview: Interview) -> None:
    for outcome in ("not_reached", "unanswered"):
        with pytest.raises(ValidationError, match="Section 3 now has notes"):
            complete_interview(interview=interview, by=None, **{outcome: ["3"]})
    assert not Interview.objects.get().is_complete


def test_all_chosen_sections_not_reached_can_still_be_completed(interview: Interview) -> None:
    save_answer(interview=interview, question="3.1", text="", by=None)
    complete_interview(interview=interview, by=None, not_reached=["3", "4"])
    reopen_interview(interview=interview, by=None)  # type: ignore[arg-type]
    complete_interview(interview=Interview.objects.get(), by=None)
    assert Interview.objects.get().is_complete


def test_interview_complete_requires_each_outcome_and_shows_what_was_chosen(
    interview: Interview, client_as: Any, check_roles: Any
) -> None:
    check_roles(url("interview_complete", "AZEint1"), allowed="consultant", denied="observer", wrong="delete")
    client = client_as("lead")
    response = client.post(url("interview_complete", "AZEint1"))
    assert response.status_code == 200
    assert not response.context["form"].errors
    form = {"asked": "1", "section_4": "not_reached", "section_7": "unanswered", "note_given": "no"}
    response = client.post(url("interview_complete", "AZEint1"), form)
    assert list(response.context["form"].errors) == ["section_8", "place"]
    assert response.context["form"]["section_4"].value() == "not_reached"
    assert not Interview.objects.get().is_complete
    form |= {"section_8": "unanswered", "place": "unknown"}
    assert client.post(url("interview_complete", "AZEint1"), form).status_code == 302
    stored = Interview.objects.get()
    assert (stored.is_complete, stored.not_reached, stored.unanswered) == (True, ["4"], ["7", "8"])
    assert (consent_of(stored).note_given, stored.place) == (False, "")
    page = client.get(url("interview_detail", "AZEint1")).content.decode()
    assert "Planned, but not reached." in page
    assert "Asked, no answer." in page


def test_interview_complete_requires_people_note_and_place(interview: Interview, client_as: Any) -> None:
    Interview.objects.update(women=0, unanswered=["4", "7", "8"])
    form = {"asked": "1", "note_given": "yes", "place": "region"}
    response = client_as("lead").post(url("interview_complete", "AZEint1"), form)
    assert list(response.context["form"].errors) == ["women"]
    assert client_as("lead").post(url("interview_complete", "AZEint1"), form | {"men": "2"}).status_code == 302
    stored = Interview.objects.get()
    assert (stored.men, consent_of(stored).note_given, stored.place, stored.is_complete) == (2, True, "region", True)


def test_the_note_is_asked_about_where_only_other_consent_is_known_and_keeps_it(interview: Interview) -> None:
    record_consent(interview=interview, by=None, to_interview="yes", to_quotes="no")
    assert open_points(interview).note_unknown
    complete_interview(interview=interview, by=None, note_given=True)
    consent = consent_of(interview)
    assert (consent.note_given, consent.to_quotes, consent.records[0].to_interview) == (True, "No", "yes")
    assert not open_points(interview).note_unknown


def test_the_note_is_recorded_for_each_person_of_whom_it_is_not_known(interview: Interview) -> None:
    Interview.objects.update(women=2, men=1)
    interview.refresh_from_db()
    record_consent(interview=interview, by=None, participant=1, note_given=False)
    record_consent(interview=interview, by=None, participant=2, to_quotes="unattributed")
    complete_interview(interview=interview, by=None, note_given=True)
    made = interview.consents.order_by("pk").values_list("participant", "note_given", "to_quotes")
    assert list(made)[2:] == [(2, True, "unattributed"), (3, True, "")]
    assert consent_of(interview).note_given is False  # as recorded of person 1


def test_after_a_withdrawal_the_note_is_not_asked_about(interview: Interview) -> None:
    interview.consents.create(withdrawn="quotes")
    assert not open_points(interview).note_unknown
    complete_interview(interview=interview, by=None, note_given=True)
    assert interview.consents.count() == 1


def test_interview_complete_with_nothing_open_completes_at_once(interview: Interview, client_as: Any) -> None:
    record_consent(interview=interview, by=None, note_given=False)  # known, so it is not asked again
    Interview.objects.update(place="capital", unanswered=["4", "7", "8"])
    assert client_as("lead").post(url("interview_complete", "AZEint1")).status_code == 302
    assert Interview.objects.get().is_complete
    assert client_as("lead").get(url("interview_complete", "AZEint1")).status_code == 302


def test_a_second_text_is_chosen_before_completing_and_shown_on_every_page(
    interview: Interview, client_as: Any
) -> None:
    save_answer(interview=interview, question="3.1", text="Crossing text", by=None, client="b", sequence=1, base=0)
    assert SetAside.objects.for_settling().exists()
    client = client_as("lead")
    for name in ("interview_detail", "interview_code"):
        assert "The answer to 3.1 has a second text" in client.get(url(name, "AZEint1")).content.decode()
    assert (
        "The answer to 3.1 has a second text"
        in client_as("observer").get(url("interview_detail", "AZEint1")).content.decode()
    )
    assert "Two texts to choose from" in client.get(url("interview_list")).content.decode()
    form = {"asked": "1", "note_given": "unknown", "place": "unknown"} | {f"section_{n}": "unanswered" for n in "478"}
    response = client.post(url("interview_complete", "AZEint1"), form)
    aside = SetAside.objects.get()
    assert list(response.context["form"].errors) == [f"second_{aside.pk}"]
    assert "Crossing text" in response.content.decode()
    assert not Interview.objects.get().is_complete
    assert client.post(url("interview_complete", "AZEint1"), form | {f"second_{aside.pk}": "join"}).status_code == 302
    stored = Interview.objects.get()
    assert stored.is_complete
    assert stored.answers.get(question="3.1").text == "Said.\n\nCrossing text"
    assert not SetAside.objects.for_settling().exists()


def test_a_second_text_that_comes_while_the_page_is_open_is_asked_about(
    interview: Interview, client_as: Any, member: Any
) -> None:
    save_answer(interview=interview, question="3.1", text="Seen", by=None, client="b", sequence=1, base=0)
    seen = SetAside.objects.get()
    save_answer(interview=interview, question="1.1", text="Not seen", by=None, client="c", sequence=1, base=0)
    with pytest.raises(ValidationError, match=r"1\.1 has a second text that you have not seen"):
        close_open_points(interview=interview, by=member("lead"), seconds={seen.pk: False})
    assert SetAside.objects.for_settling().count() == 2  # all or nothing
    form = {"asked": "1", "note_given": "unknown", "place": "unknown"} | {f"section_{n}": "unanswered" for n in "478"}
    response = client_as("lead").post(url("interview_complete", "AZEint1"), form | {f"second_{seen.pk}": "leave"})
    assert len(response.context["form"].errors) == 1
    assert "Not seen" in response.content.decode()
    assert response.context["form"][f"second_{seen.pk}"].value() == "leave"


def test_counting_coverage_report_and_exports_agree_on_a_section_that_was_not_reached(
    assessment: Assessment, client_as: Any
) -> None:
    """Worked out by hand. Section 4 was planned in three interviews: answered in the first, asked without an answer in
    the second, not reached in the third. Asked in 2, answered in 1; a theme of it is raised in 1 of 2."""
    rows = [InterviewFactory(assessment=assessment, code=f"AZEint{n}", number=n) for n in (1, 2, 3)]
    for row in rows:
        save_answer(interview=row, question="3.1", text="Said.", by=None)
    save_answer(interview=rows[0], question="4.1", text="Said of four.", by=None)
    theme = ThemeFactory(assessment=assessment, area="4")
    CodingFactory(answer=rows[0].answers.get(question="4.1"), theme=theme)
    rest = {"unanswered": ["7", "8"], "place": "capital"}
    complete_interview(interview=rows[0], by=None, **rest)
    complete_interview(interview=rows[1], by=None, **rest | {"unanswered": ["4", "7", "8"]})
    complete_interview(interview=rows[2], by=None, not_reached=["4"], **rest)

    results = Results(assessment)
    assert asked(assessment)["4"] == (2, 1)
    assert results.interviews.asked("4.1") == {"AZEint1", "AZEint2"}
    count = next(one for one in results.themes.counts if one.theme == theme.pk)
    assert (count.interviews, count.asked) == (1, 2)
    table = client_as("lead").get(url("coverage")).context["table"]
    assert {code: total for code, _, _, total in table.rows}["4"] == 2
    exported = {table.name: table for table in tables_of(Exported(assessment, with_names=True))}["interviews"]
    listed = {row[0]: row for row in map(list, exported.values(Exported(assessment, with_names=True)))}
    sections = exported.heads.index("sections")
    assert {code: "4" in row[sections] for code, row in listed.items()} == {
        "AZEint1": True,
        "AZEint2": True,
        "AZEint3": False,
    }
    mentioned = mentions_of(assessment, [theme])[theme.pk]
    assert (mentioned.interviews, mentioned.asked) == (1, 2)


def test_interview_complete_of_one_without_sections_shows_what_to_do(assessment: Assessment, client_as: Any) -> None:
    InterviewFactory(assessment=assessment, code="AZEint2", sections=["1", "7", "8"])
    response = client_as("lead").post(url("interview_complete", "AZEint2"), follow=True)
    assert "Choose the sections of this interview first" in response.content.decode()
    InterviewFactory(assessment=assessment, code="AZEint3", planned=True)
    response = client_as("lead").post(url("interview_complete", "AZEint3"), follow=True)
    assert "has not been started yet" in response.content.decode()
