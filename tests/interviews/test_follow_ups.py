"""Follow-ups: what was promised in an interview, by when and who does it; where it is shown, and what becomes of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from assessments.archiving import ArchivedError
from assessments.erasers import eraser_of
from assessments.models import Assessment, AuditEvent, Membership, Role, User
from assessments.services.archive import archive_assessment
from interviews.models import FollowUp, Interview
from interviews.services.erasure import erase_interview, forget_notes
from interviews.services.follow_ups import (
    add_follow_up,
    change_follow_up,
    complete_follow_up,
    remove_follow_up,
    reopen_follow_up,
)
from interviews.services.interviews import trash_interview
from tests.interviews.factories import AnswerFactory, FollowUpFactory, InterviewFactory
from tests.pages import text as html_of

pytestmark = pytest.mark.django_db
LIST = "/a/AZE-2016/interviews/follow-ups/"


@pytest.fixture
def interview(assessment: Assessment) -> Interview:
    interview: Interview = InterviewFactory(
        assessment=assessment, code="AZEint1", number=1, respondent_name="Jana Novak"
    )
    return interview


def text(page: Any) -> str:
    """The words of a page."""
    return " ".join(strip_tags(html_of(page)).split())


def url(name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=["AZE-2016", "AZEint1", *args])


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


# What is stored -------------------------------------------------------------------------------------------------------


def test_a_follow_up_is_kept_encrypted_and_the_log_says_nothing_of_its_words(interview: Interview, member: Any) -> None:
    lead = member("lead")
    row = add_follow_up(interview=interview, by=lead, what=" Send it to\r\nJana. ", due=in_days(5), assigned_to=lead)
    assert (row.what, row.created_by, row.done_at) == ("Send it to\nJana.", lead, None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT what FROM interviews_followup")
        assert "Jana" not in cursor.fetchone()[0]
    change_follow_up(follow_up=row, by=lead, what="Send it to Jana Novak.", due=None)
    change_follow_up(follow_up=row, by=lead, what="Send it to Jana Novak.")  # nothing changes
    complete_follow_up(follow_up=row, by=lead, outcome="Jana has it.")
    complete_follow_up(follow_up=row, by=member("consultant"), outcome="Jana has it.")  # sent twice
    done = FollowUp.objects.get()
    assert (done.done_by, done.outcome, done.due) == (lead, "Jana has it.", None)
    with pytest.raises(ValidationError, match="It was marked as done on"):
        complete_follow_up(follow_up=row, by=lead, outcome="Lost in the post.")
    reopen_follow_up(follow_up=row, by=lead)
    again = FollowUp.objects.get()
    assert (again.done_at, again.done_by, again.outcome) == (None, None, "Jana has it.")
    remove_follow_up(follow_up=row, by=lead)
    with pytest.raises(ValidationError, match="removed in the meantime"):
        reopen_follow_up(follow_up=row, by=lead)
    events = AuditEvent.objects.filter(action__startswith="follow_up.").order_by("pk")
    assert [event.action.partition(".")[2] for event in events] == [
        "added", "changed", "completed", "reopened", "removed"
    ]  # fmt: skip
    assert {event.object_label for event in events} == {"AZEint1"}
    assert events[1].detail == {"fields": ["due", "what"]}
    assert "Jana" not in "".join(str(event.detail) for event in events)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"what": "   "}, "This field cannot be blank"),
        ({"what": "x" * 1001}, "at most 1000 characters"),
        ({"due": date(216, 5, 1)}, "Check the year"),
        ({"due": date(9999, 12, 31)}, "Check the year"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], message: str, interview: Interview) -> None:
    with pytest.raises(ValidationError, match=message):
        add_follow_up(interview=interview, by=None, **{"what": "Call again.", **given})


def test_only_members_who_may_change_interviews_are_chosen_and_who_left_stays_named(
    interview: Interview, member: Any, client_as: Any, outsider: Any
) -> None:
    for user in (outsider, member("observer"), member("focal_point")):
        with pytest.raises(ValidationError, match="may not change interviews in this assessment"):
            add_follow_up(interview=interview, by=None, what="Call again.", assigned_to=user)
    consultant, client = member("consultant"), client_as("lead")
    row = add_follow_up(interview=interview, by=None, what="Call again.", assigned_to=consultant)
    own = Membership.objects.get(user=consultant)
    own.role = Role.OBSERVER
    own.save()
    assert f"{consultant}, who may no longer change interviews" in text(client.get(url("interview_detail")))
    own.delete()
    for address in (url("interview_detail"), LIST, f"{LIST}?person={consultant.pk}"):
        assert f"{consultant}, no longer a member" in text(client.get(address)), address
    page = client.get(url("follow_up_edit", row.pk)).context["form"]
    kept = {"what": "Call them again.", "assigned_to": consultant.pk, "seen": page["seen"].value()}
    assert client.post(url("follow_up_edit", row.pk), kept).status_code == 302
    row.refresh_from_db()
    assert (row.what, row.assigned_to) == ("Call them again.", consultant)
    change_follow_up(follow_up=row, by=None, assigned_to=None)
    with pytest.raises(ValidationError, match="may not change interviews"):
        change_follow_up(follow_up=row, by=None, assigned_to=consultant)


def test_nothing_changes_in_the_trash_and_in_the_archive(
    interview: Interview, assessment: Assessment, member: Any, client_as: Any
) -> None:
    row, done = FollowUpFactory(interview=interview), FollowUpFactory(interview=interview, done_at=timezone.now())
    changes: list[Any] = [
        lambda: add_follow_up(interview=interview, by=None, what="Call again."),
        lambda: change_follow_up(follow_up=row, by=None, what="Call again."),
        lambda: complete_follow_up(follow_up=row, by=None),
        lambda: reopen_follow_up(follow_up=done, by=None),
        lambda: remove_follow_up(follow_up=row, by=None),
    ]
    trash_interview(interview=interview, by=None)
    client = client_as("lead")
    for change in changes:
        with pytest.raises(ValidationError, match="AZEint1 is in the trash"):
            change()
    for name in ("reopen", "remove"):
        shown = client.post(url(f"follow_up_{name}", row.pk), follow=True)
        assert "AZEint1 is in the trash" in text(shown)
    page = client.get(url("interview_detail"))
    assert "Ask the ministry" in text(page)
    assert "Mark as done" not in text(page)
    assert "Ask the ministry" not in text(client.get(LIST))
    Interview.objects.update(deleted_at=None)
    interview.refresh_from_db()
    archive_assessment(assessment=assessment, by=member("lead"))
    for change in changes:
        with pytest.raises(ArchivedError):
            change()
    assert FollowUp.objects.count() == 2


# Where it is shown ----------------------------------------------------------------------------------------------------


def test_follow_up_list_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(LIST, allowed="observer", denied="focal_point", wrong="post")


def test_follow_up_new_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(url("follow_up_new"), allowed="consultant", denied="facilitator", wrong="put")


def test_follow_up_edit_roles(interview: Interview, check_roles: Any) -> None:
    address = url("follow_up_edit", FollowUpFactory(interview=interview).pk)
    check_roles(address, allowed="consultant", denied="observer", wrong="put")


def test_follow_up_done_roles(interview: Interview, check_roles: Any) -> None:
    address = url("follow_up_done", FollowUpFactory(interview=interview).pk)
    check_roles(address, allowed="consultant", denied="observer", wrong="put")


def test_follow_up_reopen_roles(interview: Interview, check_roles: Any) -> None:
    address = url("follow_up_reopen", FollowUpFactory(interview=interview).pk)
    check_roles(address, allowed="consultant", denied="observer", method="post", wrong="get", ok=302)


def test_follow_up_remove_roles(interview: Interview, check_roles: Any) -> None:
    address = url("follow_up_remove", FollowUpFactory(interview=interview).pk)
    check_roles(address, allowed="consultant", denied="observer", method="post", wrong="get", ok=302)


def test_follow_up_new_and_the_other_pages_lead_back_to_the_interview(
    interview: Interview, member: Any, client_as: Any
) -> None:
    client, lead = client_as("lead"), member("lead")
    form = client.get(url("follow_up_new")).context["form"]
    assert form["assigned_to"].value() == lead.pk
    bad = client.post(url("follow_up_new"), {"what": "Call <b>again</b>", "due": "soon"})
    assert bad.status_code == 422
    assert 'value="soon"' in bad.content.decode()
    typed = {"what": "Call <b>again</b>", "due": in_days(-1).isoformat(), "assigned_to": lead.pk}
    page = client.post(url("follow_up_new"), typed, follow=True)
    assert page.redirect_chain == [(f"{url('interview_detail')}#follow-ups", 302)]
    assert "The follow-up was added." in text(page)
    assert "Overdue" in text(page)
    assert "Call &lt;b&gt;again" in page.content.decode()
    row = FollowUp.objects.get()
    assert "Call &lt;b&gt;again" in text(client.get(url("follow_up_done", row.pk)))
    page = client.post(url("follow_up_done", row.pk), {"outcome": "They will write."}, follow=True)
    assert "The follow-up was marked as done." in text(page)
    assert f"What came of it: They will write. Done by {lead}" in text(page)
    assert "Overdue" not in text(page)
    assert client.get(url("follow_up_edit", row.pk)).context["form"]["outcome"].value() == "They will write."
    assert "open again" in text(client.post(url("follow_up_reopen", row.pk), follow=True))
    assert "was removed" in text(client.post(url("follow_up_remove", row.pk), follow=True))
    assert client.get(url("follow_up_edit", row.pk)).status_code == 404


def test_follow_up_list_has_open_ones_by_day_then_without_a_day_then_what_was_done(
    interview: Interview, member: Any, client_as: Any
) -> None:
    lead = member("lead")
    for what, due, done, by in (
        ("done first", None, datetime(2026, 1, 1, tzinfo=UTC), lead),
        ("no day", None, None, lead),
        ("next week", in_days(7), None, None),
        ("today", in_days(0), None, lead),
        ("done last", in_days(-9), datetime(2026, 2, 1, tzinfo=UTC), None),
        ("late", in_days(-2), None, None),
    ):
        FollowUpFactory(interview=interview, what=what, due=due, done_at=done, assigned_to=by)
    other = FollowUpFactory(interview__assessment=interview.assessment, what="of another one", due=in_days(1))
    client = client_as("observer")

    def shown(address: str, name: str) -> list[str]:
        page = client.get(address)
        return [one.row.what for one in getattr(page.context[name], "object_list", page.context[name])]

    own = ["late", "today", "next week", "no day", "done last", "done first"]
    assert shown(url("interview_detail"), "follow_ups") == own
    assert shown(f"{LIST}?interview=AZEint1", "page") == own
    assert shown(LIST, "page") == ["late", "today", "of another one", *own[2:]]
    assert shown(f"{LIST}?person={lead.pk}", "page") == ["today", "no day", "done first"]
    assert shown(f"{LIST}?person=nobody", "page") == ["late", "of another one", "next week", "done last"]
    for strange in ("0", "9" * 30, "٣", "x"):
        assert shown(f"{LIST}?person={strange}", "page") == []
    page = text(client.get(LIST))
    assert page.count("Overdue") == 1
    assert page.count("Due today") == 1
    assert "Mark as done" not in page
    assert other.interview.code in page


def test_the_mission_shows_what_is_due_on_its_days_and_the_calendar_what_is_the_members_own(
    interview: Interview, member: Any, client_as: Any
) -> None:
    lead, client = member("lead"), client_as("lead")
    mission = reverse("interviews:mission", args=["AZE-2016"])
    calendar = reverse("interviews:mission_calendar", args=["AZE-2016"])
    assert calendar not in client.get(mission).content.decode()
    Interview.objects.create(
        assessment=interview.assessment, code="AZEplan1", planned=True, interviewer=lead.name,
        held_at=timezone.now() + timedelta(days=2),
    )  # fmt: skip
    day = timezone.localdate(timezone.now() + timedelta(days=2))
    mine = FollowUpFactory(interview=interview, what="Call Jana Novak; again", due=day, assigned_to=lead)
    FollowUpFactory(interview=interview, what="Of nobody", due=day)
    FollowUpFactory(interview=interview, what="Late one", due=in_days(-3), assigned_to=lead)
    FollowUpFactory(interview=interview, what="No day", assigned_to=lead)
    page = text(client.get(mission))
    assert "1 follow-up is overdue." in page
    assert "Follow-ups due on this day Call Jana Novak; again" in page
    assert "Of nobody" in page
    assert "Late one" not in page
    assert "Of nobody" not in text(client.get(mission, {"interviewer": lead.name}))
    file = client.get(calendar).content.decode().replace("\r\n ", "")
    assert file.count("BEGIN:VEVENT") == 3
    assert f"UID:follow-up-{mine.pk}-AZE-2016@" in file
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in file
    assert "SUMMARY:Follow-up of AZEint1" in file
    assert "Novak" not in file
    assert "\\; again" in file
    assert "Of nobody" not in file
    of_day = reverse("interviews:mission_calendar", args=["AZE-2016", day.isoformat()])
    assert client.get(of_day).content.decode().count("BEGIN:VEVENT") == 2
    assert client.get(calendar, {"interviewer": "Somebody else"}).status_code == 404
    assert "Follow-up of" not in client_as("consultant").get(calendar).content.decode()
    Interview.objects.filter(planned=True).delete()
    assert calendar in client.get(mission).content.decode()
    assert client.get(calendar).content.decode().count("BEGIN:VEVENT") == 2


def test_the_home_page_names_ones_own_from_three_days_before_they_are_due(
    interview: Interview, assessment: Assessment, member: Any, client_as: Any
) -> None:
    lead, home = member("lead"), "/a/AZE-2016/"
    later = FollowUpFactory(interview=interview, due=in_days(4), assigned_to=lead)
    FollowUpFactory(interview=interview, assigned_to=lead)
    FollowUpFactory(interview=interview, due=in_days(-4), assigned_to=lead, done_at=timezone.now())
    FollowUpFactory(interview=interview, due=in_days(-4), assigned_to=member("consultant"))
    FollowUpFactory(interview=interview, due=in_days(-4))
    client = client_as("lead")
    assert "follow-up of the interviews" not in text(client.get(home))
    FollowUp.objects.filter(pk=later.pk).update(due=in_days(3))
    page = client.get(home)
    assert "Do 1 follow-up of the interviews" in text(page)
    assert f"{LIST}?person={lead.pk}" in page.content.decode()
    FollowUpFactory(interview=interview, due=in_days(-1), assigned_to=lead)
    assert "Do 2 follow-ups of the interviews overdue since" in text(client.get(home))
    assert "Choose who does 1 follow-up overdue since" in text(client.get(home))  # a lead is told of those of nobody
    Membership.objects.filter(user=member("consultant")).update(role=Role.OBSERVER)
    assert "Choose who does 2 follow-ups overdue since" in text(client.get(home))
    interview.deleted_at = timezone.now()
    interview.save()
    page = text(client.get(home))
    assert "of the interviews overdue" not in page
    assert "Choose who does" not in page


def test_names_are_withheld_from_members_who_may_not_see_them(interview: Interview, client_as: Any) -> None:
    row = FollowUpFactory(interview=interview, what="Call Jana Novak.", outcome="Novak was ill.", due=in_days(0))
    Interview.objects.filter(pk=interview.pk).update(held_at=timezone.now())
    mission = reverse("interviews:mission", args=["AZE-2016"])
    for address in (LIST, url("interview_detail"), mission):
        assert "Novak" not in text(client_as("observer").get(address)), address
        assert "Novak" in text(client_as("lead").get(address)), address
    search = reverse("assessments:search", args=["AZE-2016"])

    def found(role: str) -> dict[str, list[str]]:
        page = client_as(role).post(search, {"words": "novak call"}, follow=True)
        return {group.key: [hit.url for hit in group.hits] for group in page.context["groups"]}

    assert found("lead") == {"follow_ups": [f"{url('interview_detail')}#follow-up-{row.pk}"]}
    assert found("observer") == {}


# What becomes of it ---------------------------------------------------------------------------------------------------


def test_follow_ups_are_erased_with_the_interview_and_with_the_notes(interview: Interview, member: Any) -> None:
    FollowUpFactory(interview=interview)
    eraser = eraser_of("interview")
    assert ("follow-ups", 1) in [(part.name, part.count) for part in eraser.parts(interview)]
    forget_notes(assessment=interview.assessment)
    assert not FollowUp.objects.exists()
    FollowUpFactory(interview=interview)
    erase_interview(interview=interview)
    assert not FollowUp.objects.exists()


def test_follow_ups_stay_when_an_account_is_deleted(interview: Interview, member: Any) -> None:
    lead = member("lead")
    row = FollowUpFactory(interview=interview, assigned_to=lead, created_by=lead, done_by=lead, done_at=timezone.now())
    User.objects.filter(pk=lead.pk).delete()
    row.refresh_from_db()
    assert (row.assigned_to, row.created_by, row.done_by) == (None, None, None)


def test_erasing_a_passage_names_the_follow_ups_that_repeat_its_words(interview: Interview, member: Any) -> None:
    answer = AnswerFactory(interview=interview, text="The border police paid for it.")
    FollowUpFactory(interview=interview, what="Ask who in the border police paid.")
    eraser = eraser_of("passage")
    lead, typed = member("lead"), {"which": "AZEint1 3.1", "words": "border police"}
    key, place = eraser.read(interview.assessment, typed, lead)
    assert key == str(answer.pk)
    target = eraser.find(interview.assessment, key, place)
    assert "The same words in a follow-up of AZEint1" in [use.label for use in eraser.uses(target)]
