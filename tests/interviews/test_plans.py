"""Interviews planned ahead: they use no code and count nowhere before their first note; the mission page, its calendar
file and its printed pack."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from analysis.results import Results
from assessments.models import Assessment, AuditEvent, Contact
from interviews.attribution import Register
from interviews.mission import days_of
from interviews.models import Interview
from interviews.proposals import counted_sections, proposed_sections
from interviews.services.answers import save_answer
from interviews.services.interviews import (
    create_interview,
    start_interview,
    suggest_contact,
    trash_interview,
    update_interview,
)
from interviews.views import mission
from interviews.views.interviews import guide_sections
from tests.factories import OrganisationFactory
from tests.interviews.factories import InterviewFactory

pytestmark = pytest.mark.django_db
SOON = timezone.now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=3)


def url(name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=["AZE-2016", *args])


def plan(assessment: Assessment, held_at: datetime = SOON, **fields: Any) -> Interview:
    return create_interview(assessment=assessment, by=None, held_at=held_at, planned=True, **fields)


def day_of(assessment: Assessment) -> str:
    return f"{timezone.localtime(SOON, assessment.zone):%Y-%m-%d}"


def test_a_plan_gets_its_code_with_the_first_note_and_a_dropped_one_uses_none(
    assessment: Assessment, member: Any
) -> None:
    lead = member("lead")
    first, second, third = (plan(assessment) for _ in range(3))
    assert [(row.code, row.number) for row in (first, second, third)] == [
        ("AZEplan1", None),
        ("AZEplan2", None),
        ("AZEplan3", None),
    ]
    update_interview(interview=second, by=lead, held_at=SOON + timedelta(days=1))
    trash_interview(interview=first, by=lead)
    save_answer(interview=third, question="1.1", text="", by=lead)  # nothing was noted
    assert Assessment.objects.get().last_interview == 0
    stale = Interview.objects.get(pk=third.pk)  # as a colleague's page has it
    save_answer(interview=third, question="1.1", text="Said.", by=lead)
    start_interview(interview=stale, by=lead)
    for row in (third, stale, Interview.objects.get(pk=third.pk)):
        assert (row.code, row.number, row.planned_as, row.planned) == ("AZEint1", 1, "AZEplan3", False)
        assert row.held_at <= timezone.now()
    assert [event.object_label for event in AuditEvent.objects.filter(action="answer.saved")] == ["AZEint1/1.1"]
    started = AuditEvent.objects.get(action="interview.started")
    assert (started.object_label, started.detail) == ("AZEint1", {"planned_as": "AZEplan3"})
    suggest_contact(interview=second, by=lead, name="A colleague")
    assert Contact.objects.get().suggested_in == second.code == "AZEint2"
    assert plan(assessment).code == "AZEplan4"


def test_an_interview_is_found_by_its_code_and_by_the_name_of_its_plan(assessment: Assessment, client_as: Any) -> None:
    client, lead_plan = client_as("lead"), plan(assessment)
    address = url("answer_save", lead_plan.code, "1.1")
    reply = client.post(address, {"text": "Said.", "client": "a", "sequence": "1", "base": "0"}).json()
    assert reply["code"] == "AZEint1"
    assert client.post(address, {"text": "Said more.", "client": "a", "sequence": "2", "base": "1"}).json()["code"] == (
        "AZEint1"
    )
    for code in ("AZEint1", "AZEplan1"):
        assert "Planned as AZEplan1" in client.get(url("interview_detail", code)).content.decode()
    Interview.objects.update(planned_as="")
    assert client.get(url("interview_detail", "AZEplan1")).status_code == 404


def test_a_plan_reaches_120_days_ahead(assessment: Assessment) -> None:
    now = timezone.now()
    assert plan(assessment, now + timedelta(days=119)).planned
    with pytest.raises(ValidationError, match="more than 120 days ahead"):
        plan(assessment, now + timedelta(days=121))
    with pytest.raises(ValidationError, match="in the future"):
        create_interview(assessment=assessment, by=None, held_at=now + timedelta(days=3), women=1)


def test_a_plan_counts_nowhere_until_its_first_note(assessment: Assessment, client_as: Any, member: Any) -> None:
    held = InterviewFactory(assessment=assessment, code="AZEint90", number=90, sections=["1", "3", "7", "8"])
    save_answer(interview=held, question="3.1", text="Said.", by=None)
    ahead = plan(
        assessment, women=3, men=2, sections=["3", "4"], organisation=OrganisationFactory(assessment=assessment)
    )

    def numbers() -> dict[str, Any]:
        found = Results(assessment).interviews
        coverage = client_as("lead").get(url("coverage")).context["table"]
        return {
            "people": found.participants.people,
            "interviews": found.participants.interviews,
            "asked": {part.section: part.asked for part in found.sections if part.section in ("3", "4")},
            "coverage": {code: total for code, _, _, total in coverage.rows if code in ("3", "4")},
            "shared": len(Register(assessment).people),
        }

    before = numbers()
    assert before["interviews"] == 1
    assert before["asked"] == before["coverage"] == {"3": 1, "4": 0}
    people = before["people"]
    save_answer(interview=ahead, question="3.1", text="Said too.", by=None)
    after = numbers()
    assert after["asked"] == after["coverage"] == {"3": 2, "4": 1}
    assert (after["interviews"], after["people"]) == (2, people + 5)
    assert after["shared"] > before["shared"]


def test_sections_are_proposed_from_those_asked_least_with_the_reason(assessment: Assessment, client_as: Any) -> None:
    """Worked out by hand: nine interviews. 2: 0 + 0 planned; 3: 9; 4: 1 (and 1 planned); 5: 5; 6: 2."""
    police, ngo = (OrganisationFactory(assessment=assessment, sector=sector) for sector in ("state", "ngo"))
    asked = ["35", "35", "35", "35", "35", "36", "36", "34", "3"]
    for number, sections in enumerate(asked, start=1):
        InterviewFactory(
            assessment=assessment,
            code=f"AZEint{number}",
            number=number,
            sections=["1", *sections, "7", "8"],
            organisation=police if number <= 6 else ngo,
        )
    plan(assessment, sections=["3", "4"], organisation=ngo)
    mine = plan(assessment, organisation=police)
    others = Interview.objects.for_assessment(assessment).for_work().with_organisation().exclude(pk=mine.pk)
    counted = counted_sections(mine, others, guide_sections(assessment))
    order = [(one.section, one.asked, one.ahead) for one in counted]
    chosen = mine.guide.routing.choose_from
    by_hand = {"3": (9, 1), "4": (1, 1), "5": (5, 0), "6": (2, 0)}
    expected = sorted(chosen, key=lambda code: (sum(by_hand.get(code, (0, 0))), chosen.index(code)))
    assert [section for section, _, _ in order if section in by_hand] == [code for code in expected if code in by_hand]
    assert {section: (asked, ahead) for section, asked, ahead in order if section in by_hand} == by_hand
    reasons = {one.section: one.reason for one in counted}
    sector = police.get_sector_display()
    assert reasons["4"] == f"asked in 1 of 9 interviews, in 0 of 6 with “{sector}”; planned in 1 more"
    assert reasons["6"] == f"asked in 2 of 9 interviews, in 1 of 6 with “{sector}”"
    proposed = [one.section for one in proposed_sections(counted, mine)]
    assert len(proposed) == mine.guide.routing.min
    client = client_as("lead")
    page = client.get(url("interview_plan", mine.code))
    assert set(proposed) <= set(page.context["form"]["sections"].value())
    assert "These sections were asked least so far" in page.content.decode()
    saved = client.post(url("interview_plan", mine.code), {"sections": proposed, "sections_reason": ""})
    assert saved.url == url("mission")
    assert set(proposed) <= set(Interview.objects.get(pk=mine.pk).sections)
    started = InterviewFactory(assessment=assessment, code="AZEint20", number=20, sections=["1", "7", "8"])
    page = client.get(url("interview_plan", started.code))  # of one that was begun, the answers decide
    assert page.context["form"]["sections"].value() == ["1", "7", "8"]
    assert page.context["proposed"]


def test_mission_days_are_those_of_the_assessments_clocks(assessment: Assessment) -> None:
    assessment.time_zone = "Asia/Baku"  # four hours ahead
    assessment.save()
    late = SOON.replace(hour=21)  # the next day there
    for held_at, code in ((SOON, "b"), (SOON - timedelta(hours=1), "a"), (late, "c")):
        plan(assessment, held_at, interviewer=code)
    InterviewFactory(assessment=assessment, code="AZEint1", held_at=SOON - timedelta(days=40))  # of no day of the plan
    plan(assessment, timezone.now() - timedelta(days=2), interviewer="d")
    days = days_of(assessment)
    assert [[row.interviewer for row in day.interviews] for day in days] == [["d"], ["a", "b"], ["c"]]
    assert [day.late for day in days] == [True, False, False]
    assert [[row.interviewer for row in day.interviews] for day in days_of(assessment, "c")] == [["c"]]


def test_the_home_page_has_one_task_for_each_day_of_a_mission(assessment: Assessment, client_as: Any) -> None:
    for hours in (0, 1, 2):
        plan(assessment, SOON + timedelta(hours=hours))
    plan(assessment, SOON + timedelta(days=1))
    page = client_as("consultant").get("/a/AZE-2016/").content.decode()
    assert "Interviews to hold on one day, or to move: 3" in page
    assert page.count("Hold interview") == 1
    assert "Hold interview AZEplan4, or change its day" in page


def test_mission_shows_as_many_interviews_as_fit_on_a_page_whatever_their_days(
    assessment: Assessment, client_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mission, "INTERVIEWS_SHOWN", 2)
    for hours in (0, 1, 2):
        plan(assessment, SOON + timedelta(hours=hours))
    plan(assessment, SOON + timedelta(days=1))
    pages = [client_as("consultant").get(f"{url('mission')}?page={number}").context for number in (1, 2)]
    shown = [[(day.day.isoformat(), len(found)) for day, found, _ in page["days"]] for page in pages]
    first, second = day_of(assessment), (SOON + timedelta(days=1)).astimezone(assessment.zone).date().isoformat()
    assert shown == [[(first, 2)], [(first, 1), (second, 1)]]
    assert [page["planned"] for page in pages] == [4, 4]


def test_mission_roles(assessment: Assessment, check_roles: Any) -> None:
    readers = {"allowed": "observer", "denied": "focal_point", "wrong": "post"}
    plan(assessment)
    check_roles(url("mission"), **readers)
    check_roles(url("mission_calendar"), **readers)
    check_roles(url("mission_calendar", day_of(assessment)), **readers)


def test_mission_pack_roles(assessment: Assessment, check_roles: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plan(assessment)
    monkeypatch.setattr("interviews.views.mission.print_html", lambda html: b"%PDF-")
    address = url("mission_pack", day_of(assessment))
    check_roles(address, allowed="consultant", denied="observer", wrong="post")


@pytest.mark.parametrize("day", ["2026-13-40", "today", "2031-01-01", "٢٠٢٦-١٢-٠٢", "x" * 300])
def test_a_day_without_plans_is_404(day: str, assessment: Assessment, client_as: Any) -> None:
    plan(assessment)
    for name in ("mission_calendar", "mission_pack"):
        assert client_as("lead").get(url(name, day)).status_code == 404
    Interview.objects.all().delete()
    assert client_as("lead").get(url("mission_calendar")).status_code == 404


def test_mission_calendar_names_no_respondent_and_its_events_stay_the_same_when_moved(
    assessment: Assessment, client_as: Any
) -> None:
    organisation = OrganisationFactory(assessment=assessment, name="Border Police; Baku")
    row = plan(
        assessment,
        respondent_name="Jana Novak",
        organisation=organisation,
        language="ru",
        interpreter=True,
        interviewer="With Jana Novak",
    )
    response = client_as("lead").get(url("mission_calendar"))
    text = response.content.decode().replace("\r\n ", "")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Novak" not in text
    assert "SUMMARY:AZEplan1: Border Police\\; Baku" in text
    assert "Language: Russian" in text
    uid = next(line for line in text.splitlines() if line.startswith("UID:"))
    save_answer(interview=row, question="1.1", text="", by=None)
    update_interview(interview=row, by=None, held_at=SOON + timedelta(days=5))
    moved = client_as("lead").get(url("mission_calendar")).content.decode().replace("\r\n ", "")
    assert uid in moved
    assert f"DTSTART:{SOON + timedelta(days=5):%Y%m%dT%H%M%SZ}" in moved


def test_the_pack_has_the_note_and_the_guide_in_the_language_of_each_interview(
    assessment: Assessment, client_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(assessment, language="ru", respondent_name="Jana Novak", sections=["3", "4"])
    plan(assessment, SOON + timedelta(hours=2), language="en", sections=["5", "6"], interviewer="Jana Novak")
    day = day_of(assessment)
    response = client_as("lead").get(url("mission_pack", day))
    assert response["Content-Type"] == "application/pdf"
    pdf = pikepdf.open(BytesIO(response.content))
    assert len(pdf.pages) > 6
    seen: list[str] = []
    monkeypatch.setattr("interviews.views.mission.print_html", lambda html: seen.append(html))
    assert client_as("lead").get(url("mission_pack", day)).url == url("mission")  # says that no PDF could be made
    html = seen[0]
    assert 'lang="ru" dir="ltr"' in html
    assert html.index('lang="ru"') < html.index('lang="en" dir="ltr"', html.index('lang="ru"'))
    assert html.count("AZEplan1") >= 2
    monkeypatch.setattr("interviews.views.mission.MOST_PACKED", 1)
    refused = client_as("lead").get(url("mission_pack", day), follow=True).content.decode()
    assert "2 interviews are planned for this day; a pack holds 1." in refused
    assert client_as("lead").get(url("mission_pack", day), {"interviewer": "Jana Novak"}).status_code == 302
    assert len(seen) == 2


def test_mission_queries(
    assessment: Assessment, client_as: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for hours in range(6):
        plan(assessment, SOON + timedelta(hours=hours), organisation=OrganisationFactory(assessment=assessment))
    client = client_as("lead")
    with django_assert_max_num_queries(20):
        assert client.get(url("mission")).context["planned"] == 6
