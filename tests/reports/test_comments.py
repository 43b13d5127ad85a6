"""Comments of members on the words of a section: who may write, what is kept, whom they tell, and what is undone."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from assessments.erasers import withdraw_copies
from assessments.models import Assessment, AuditEvent, User
from assessments.next_steps import all_tasks, situation_of
from assessments.services.archive import archive_assessment
from interviews.models import Interview
from reports.document.passages import Passage
from reports.erasers import CommentsOfMembers
from reports.models import Mention, Report, ReviewItem, Section
from reports.output.export_tables import Exported, _review_comments
from reports.services.comments import (
    LONGEST_COMMENT,
    add_comment,
    edit_comment,
    may_edit,
    named_in,
    read_comment,
    reply_to_comment,
    resolve_comment,
    restore_comment,
    withdraw_comment,
)
from reports.services.reports import create_report
from reports.services.sections import edit_section
from tests.factories import UserFactory
from tests.interviews.factories import InterviewFactory

pytestmark = pytest.mark.django_db
BASE = "/a/AZE-2016/report/"
BODY = "There are **three** shelters in the capital.\n\nTwo of them take women.\n\nTwo of them take women. One is full."
PAGE = f"{BASE}sections/context/comments/"


@pytest.fixture
def report(assessment: Assessment) -> Report:
    return create_report(assessment=assessment, by=None)


@pytest.fixture
def section(report: Report) -> Section:
    found = report.sections.get(key="context")
    return edit_section(section=found, body=BODY, by=None)


@pytest.fixture
def lead(client_as: Any) -> Client:
    return client_as("lead")


@pytest.fixture
def observer(client_as: Any) -> Client:
    return client_as("observer")


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def commented(section: Section, by: User, **more: Any) -> ReviewItem:
    passage = Passage("three shelters", "There are ", " in the capital.")
    return add_comment(section=section, text="Which three?", passage=passage, start=10, by=by, **more)


# The pages


def test_section_comments_may_be_read_and_written_by_every_member(section: Section, check_roles: Any) -> None:
    check_roles(PAGE, allowed="observer", wrong="put")
    check_roles(PAGE, allowed="facilitator", method="post", data={"text": "Good."}, ok=302)


def test_section_comments_keeps_the_words_that_were_selected(section: Section, observer: Client) -> None:
    typed = {"words": "Two of them take\n women.", "occurrence": "1", "text": "All of them?", "paragraph": ""}
    assert observer.post(PAGE, typed).status_code == 302
    item = ReviewItem.objects.get()
    assert (item.number, item.kind, item.round, item.resolved) == (1, "comment", None, False)
    assert (item.before, item.text, item.of_revision) == ("Two of them take women.", "All of them?", section.revision)
    assert item.member_comment.after == " One is full."
    page = text_of(observer.get(PAGE))
    assert (
        f'<mark class="passage" id="passage-{item.pk}" data-passage="{item.pk}">Two of them take women.</mark> One'
        in page
    )
    assert "Show in the text" in page
    assert "All of them?" in page


def test_section_comments_without_a_script_takes_a_paragraph_or_the_section(section: Section, lead: Client) -> None:
    page = text_of(lead.get(PAGE))
    assert '<option value="2">2: Two of them take women.</option>' in page
    lead.post(PAGE, {"paragraph": "2", "text": "Which?"})
    lead.post(PAGE, {"text": "Too short."})
    whole, one = ReviewItem.objects.order_by("place", "pk")
    assert (whole.before, whole.start, one.before) == ("", None, "Two of them take women.")
    assert "On the section as a whole" in text_of(lead.get(PAGE))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"words": "Four shelters", "text": "Typed"}, "These words are not in the section as it is now."),
        ({"words": "three shelters", "text": " "}, "Write the comment."),
        ({"words": "three shelters", "text": "x" * (LONGEST_COMMENT + 1)}, "at most 5000"),
        ({"paragraph": "99", "text": "Typed"}, "Select a valid choice"),
        ({"words": "three shelters", "text": "Typed\x00"}, "Null characters"),
        ({"members": "999", "text": "Typed"}, "Select a valid choice"),
        ({"occurrence": "x", "text": "Typed"}, "whole number"),
    ],
)
def test_section_comments_refuses_with_what_to_do_and_keeps_what_was_typed(
    section: Section, lead: Client, client_as: Any, typed: dict[str, str], message: str
) -> None:
    client_as("observer")
    response = lead.post(PAGE, typed)
    assert response.status_code == 422
    page = text_of(response)
    assert message in page
    assert typed["text"].strip().replace("\x00", "") in page
    assert not ReviewItem.objects.exists()


def test_section_comments_of_an_occurrence_that_is_gone_takes_the_first(section: Section, lead: Client) -> None:
    lead.post(PAGE, {"words": "Two of them take women.", "occurrence": "7", "text": "Which?"})
    assert ReviewItem.objects.get().member_comment.after == ""


def test_section_comments_are_found_after_edits_and_never_dropped(section: Section, lead: Client, member: Any) -> None:
    item = commented(section, member("lead"))
    edit_section(section=section, body=f"New.\n\n{BODY}", by=None)
    assert f'id="passage-{item.pk}"' in text_of(lead.get(PAGE))
    edit_section(section=section, body=BODY.replace("**three** shelters", "three state shelters"), by=None)
    page = text_of(lead.get(PAGE))
    assert "The words were changed since. The text says now:" in page
    assert re.search(r"<q[^>]*>three state shelters</q>", page)
    edit_section(section=section, body="Nothing is left.", by=None)
    page = text_of(lead.get(PAGE))
    assert "no longer in the section" in page
    assert "three shelters</blockquote>" in page
    assert "Which three?" in page


def test_section_comments_of_a_section_without_text(section: Section, lead: Client, member: Any) -> None:
    commented(section, member("lead"))
    edit_section(section=section, body="", by=None)
    assert "This section has no text yet." in text_of(lead.get(PAGE))


def test_section_comments_are_paged(section: Section, lead: Client, member: Any) -> None:
    for number in range(25):
        add_comment(section=section, text=f"Comment no. {number}.", by=member("lead"))
    page = text_of(lead.get(PAGE))
    assert page.count('<article class="thread') == 10
    assert text_of(lead.get(f"{PAGE}?page=3")).count('<article class="thread') == 5


def test_comment_shows_the_thread(section: Section, check_roles: Any, lead: Client, member: Any) -> None:
    item = commented(section, member("observer"))
    reply_to_comment(comment=item, text="The three in Baku.", by=member("lead"))
    check_roles(f"{BASE}comments/{item.pk}/", allowed="observer", wrong="post")
    assert "The three in Baku." in text_of(lead.get(f"{BASE}comments/{item.pk}/"))
    assert lead.get(f"{BASE}comments/999/").status_code == 404
    assert lead.get(f"{BASE}comments/{2**70}/").status_code == 404


def test_comment_reply(section: Section, lead: Client, member: Any) -> None:
    item = commented(section, member("observer"))
    address = f"{BASE}comments/{item.pk}/reply/"
    assert lead.post(address, {"text": "In Baku.", "beside": "1"}).url == f"{PAGE}#comment-{item.pk}"
    reply = item.replies.get()
    assert (reply.kind, reply.text, reply.number) == ("reply", "In Baku.", 2)
    refused = lead.post(address, {"text": ""})
    assert refused.status_code == 422
    assert "Write the comment." in text_of(refused)
    assert lead.post(f"{BASE}comments/{reply.pk}/reply/", {"text": "No."}).status_code == 404
    withdrawn = commented(section, member("observer"))
    withdraw_comment(comment=withdrawn, by=member("observer"))
    refused = lead.post(f"{BASE}comments/{withdrawn.pk}/reply/", {"text": "Kept here."})
    assert "was withdrawn in the meantime" in text_of(refused)


def test_comment_edit_is_for_its_writer_until_somebody_replies(
    section: Section, lead: Client, observer: Client, member: Any
) -> None:
    item = commented(section, member("observer"))
    address = f"{BASE}comments/{item.pk}/edit/"
    assert lead.get(address).status_code == 302
    shown = observer.get(address)
    assert "Which three?" in text_of(shown)
    assert observer.post(address, {"text": "", "revision": "1"}).status_code == 422
    assert observer.post(address, {"text": "Which of them?", "revision": "1"}).status_code == 302
    item.refresh_from_db()
    assert (item.text, item.revision) == ("Which of them?", 2)
    assert "(edited)" in text_of(observer.get(PAGE))
    older = observer.post(address, {"text": "Other words", "revision": "1"})
    assert older.status_code == 409
    assert "Other words" in text_of(older)
    assert 'name="revision" value="2"' in older.content.decode()
    reply_to_comment(comment=item, text="In Baku.", by=member("lead"))
    assert observer.post(address, {"text": "Too late", "revision": "2"}).status_code == 302
    with pytest.raises(ValidationError, match="Somebody has replied"):
        edit_comment(comment=item, text="Too late", by=member("observer"))
    with pytest.raises(ValidationError, match="Only the member"):
        edit_comment(comment=item, text="Not mine", by=member("lead"))
    item.refresh_from_db()
    assert item.text == "Which of them?"


def test_comment_withdraw_and_comment_restore(section: Section, lead: Client, observer: Client, member: Any) -> None:
    item = commented(section, member("observer"))
    lead.post(f"{BASE}comments/{item.pk}/withdraw/")
    item.member_comment.refresh_from_db()
    assert not item.member_comment.is_withdrawn
    for _ in range(2):  # pressed twice
        assert observer.post(f"{BASE}comments/{item.pk}/withdraw/").status_code == 302
    assert "Which three?" not in text_of(lead.get(f"{PAGE}?all"))
    assert "Withdrawn by its writer." in text_of(lead.get(f"{PAGE}?all"))
    assert "Which three?" not in text_of(lead.get(f"{BASE}comments/"))
    assert "Which three?" in text_of(observer.get(f"{PAGE}?all"))
    assert "Which three?" not in text_of(observer.get(PAGE))
    observer.post(f"{BASE}comments/{item.pk}/restore/")
    assert "Which three?" in text_of(lead.get(PAGE))
    assert AuditEvent.objects.filter(action="report.comment_withdrawn").count() == 1


def test_comment_restore_needs_its_writer(section: Section, lead: Client, member: Any) -> None:
    item = commented(section, member("observer"))
    withdraw_comment(comment=item, by=member("observer"))
    with pytest.raises(ValidationError, match="Only the member"):
        restore_comment(comment=item, by=member("lead"))


def test_comment_resolve_is_for_leads_and_consultants(
    section: Section, check_roles: Any, lead: Client, member: Any
) -> None:
    item = commented(section, member("observer"))
    address = f"{BASE}comments/{item.pk}/resolve/"
    for denied in ("observer", "facilitator", "focal_point"):
        check_roles(address, allowed="consultant", denied=denied, method="post", data={"resolved": "yes"}, ok=302)
    item.refresh_from_db()
    assert (item.resolved, item.member_comment.resolved_by) == (True, member("consultant"))
    assert "No open comments." in text_of(lead.get(PAGE))
    assert "Show 1 more that is resolved or withdrawn" in text_of(lead.get(PAGE))
    lead.post(address, {"resolved": "x"})
    item.refresh_from_db()
    assert item.resolved
    lead.post(address, {"resolved": "no"})
    item.refresh_from_db()
    item.member_comment.refresh_from_db()
    assert (item.resolved, item.member_comment.resolved_by, item.member_comment.resolved_at) == (False, None, None)
    reply = reply_to_comment(comment=item, text="In Baku.", by=member("lead"))
    with pytest.raises(ValidationError, match="with the comment"):
        resolve_comment(comment=reply, by=member("lead"))


def test_comment_list_is_of_members_and_reviewers(
    section: Section, check_roles: Any, lead: Client, member: Any
) -> None:
    item = commented(section, member("observer"))
    reply_to_comment(comment=item, text="In Baku.", by=member("lead"))
    done = commented(section, member("observer"))
    resolve_comment(comment=done, by=member("lead"))
    check_roles(f"{BASE}comments/", allowed="observer", wrong="post")
    page = text_of(lead.get(f"{BASE}comments/"))
    assert page.count("Which three?") == 2
    assert "In Baku." not in page
    assert text_of(lead.get(f"{BASE}comments/?from=members&state=open")).count("Which three?") == 1
    assert "No comments match." in text_of(lead.get(f"{BASE}comments/?state=mine"))
    assert text_of(lead.get(f"{BASE}comments/?from=nonsense&state=9")).count("Which three?") == 2


def test_comment_list_leads_to_the_form_of_ones_own(section: Section, lead: Client, member: Any) -> None:
    own, others = commented(section, member("lead")), commented(section, member("observer"))
    again, answered, withdrawn = (commented(section, member("lead")) for _ in range(3))
    reply_to_comment(comment=again, text="In Baku.", by=member("lead"))
    reply_to_comment(comment=answered, text="Both.", by=member("observer"))
    withdraw_comment(comment=withdrawn, by=member("lead"))
    page = text_of(lead.get(f"{BASE}comments/"))
    linked = {row.pk for row in (own, others, again, answered, withdrawn) if f"comments/{row.pk}/edit/" in page}
    assert linked == {own.pk, again.pk}


def test_comment_list_without_comments(report: Report, lead: Client) -> None:
    assert "No comments yet" in text_of(lead.get(f"{BASE}comments/"))


# What is stored


def test_comment_form_sent_twice_makes_one_comment(section: Section, lead: Client) -> None:
    page = lead.get(PAGE).content.decode()
    found = re.search(r'name="form_key" value="([^"]*)"', page)
    assert found
    for _ in range(2):
        lead.post(PAGE, {"words": "three shelters", "text": "Which?", "form_key": found[1]})
    assert ReviewItem.objects.count() == 1
    key = uuid4()
    item = ReviewItem.objects.get()
    for _ in range(2):
        reply_to_comment(comment=item, text="These.", by=User.objects.get(email="lead@example.org"), form_key=key)
    assert item.replies.count() == 1


def test_numbers_are_never_given_twice_and_events_hold_no_words(section: Section, member: Any) -> None:
    first = commented(section, member("lead"))
    withdraw_comment(comment=first, by=member("lead"))
    second = commented(section, member("observer"))
    assert (first.number, second.number) == (1, 2)
    details = [event.detail for event in AuditEvent.objects.filter(action__startswith="report.comment")]
    assert len(details) == 3
    assert "three" not in repr(details)


def test_comments_are_sorted_by_their_place_in_the_report(report: Report, section: Section, member: Any) -> None:
    later = report.sections.exclude(parent=None).order_by("-parent__position", "-position").first()
    assert later is not None
    add_comment(section=later, text="Later", by=member("lead"))
    add_comment(section=section, text="Second", passage=Passage("Two"), start=30, by=member("lead"))
    add_comment(section=section, text="First", passage=Passage("There"), start=0, by=member("lead"))
    assert [item.text for item in ReviewItem.objects.order_by("place")] == ["First", "Second", "Later"]


def test_nothing_is_written_in_the_archive(section: Section, assessment: Assessment, lead: Client, member: Any) -> None:
    archive_assessment(assessment=assessment, by=member("lead"))
    lead.post(PAGE, {"text": "Too late"})
    assert not ReviewItem.objects.exists()


# Mentions


def test_names_after_an_at_sign_are_members() -> None:
    anna, annas, mail = (UserFactory.build(pk=pk, name=name) for pk, name in ((1, "Anna"), (2, "Anna Lee"), (3, "")))
    mail.email = "ct@example.org"
    members = [anna, annas, mail]
    assert named_in("@Anna, see", members) == [anna]
    assert named_in("@anna lee: see", members) == [annas]
    assert named_in("(@ct@example.org)", members) == [mail]
    assert named_in("@Annabel, me@Anna, @", members) == []
    other = UserFactory.build(pk=4, name="anna")
    assert named_in("@Anna", [anna, other]) == [anna, other]


def test_who_is_mentioned_gets_a_task_and_a_mail_without_the_words(
    section: Section, assessment: Assessment, member: Any, mailoutbox: list[Any], client_as: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    lead, observer = member("lead"), member("observer")
    with django_capture_on_commit_callbacks(execute=True):
        item = add_comment(section=section, text=f"@{observer} please look, not @{lead}", by=lead, members=[observer])
    assert [mention.member for mention in item.mentions.all()] == [observer]  # once, and not the writer
    (mail,) = mailoutbox
    assert mail.to == [observer.email]
    assert "AZE-2016" in mail.subject
    assert f"{PAGE}#comment-{item.pk}" in mail.body
    assert "please look" not in mail.body
    page = text_of(client_as("observer").get("/a/AZE-2016/"))
    assert "Read 1 comment that mentions you" in page
    assert f"/a/AZE-2016/report/comments/{item.pk}/" in page
    assert "mentions you" not in text_of(client_as("lead").get("/a/AZE-2016/"))
    assert "Which" not in text_of(client_as("observer").get(f"{BASE}comments/?state=mine"))
    assert "please look" in text_of(client_as("observer").get(f"{BASE}comments/?state=mine"))


def waiting(assessment: Assessment, user: User) -> int:
    states = dict.fromkeys(("report", "interviews", "survey"), "todo")
    tasks = all_tasks(situation_of(assessment, user.pk, states))
    return sum("mention" in task.text for task in tasks)


def test_a_mention_is_read_by_a_reply_or_by_saying_so(section: Section, assessment: Assessment, member: Any) -> None:
    lead, observer = member("lead"), member("observer")
    first = commented(section, lead, members=[observer])
    assert waiting(assessment, observer) == 1
    reply_to_comment(comment=first, text="These.", by=observer)
    assert waiting(assessment, observer) == 0
    reply_to_comment(comment=first, text=f"Thanks @{observer}.", by=lead)
    assert waiting(assessment, observer) == 1
    assert read_comment(comment=first, by=observer) == 1
    assert read_comment(comment=first, by=observer) == 0
    assert waiting(assessment, observer) == 0
    second = commented(section, lead, members=[observer])
    resolve_comment(comment=second, by=lead)
    assert waiting(assessment, observer) == 0


def test_comment_read(section: Section, member: Any, client_as: Any) -> None:
    item = commented(section, member("lead"), members=[member("observer")])
    observer = client_as("observer")
    assert "Mark as read" in text_of(observer.get(PAGE))
    assert observer.post(f"{BASE}comments/{item.pk}/read/", {"beside": "1"}).url == f"{PAGE}#comment-{item.pk}"
    assert "Mark as read" not in text_of(observer.get(PAGE))
    assert Mention.objects.get().read_at is not None


def test_nobody_outside_the_assessment_is_mentioned(
    section: Section, member: Any, outsider: User, lead: Client
) -> None:
    member("observer")
    response = lead.post(PAGE, {"text": f"@{outsider.email}", "members": str(outsider.pk)})
    assert response.status_code == 422
    item = add_comment(section=section, text=f"@{outsider.email}", by=member("lead"), members=[outsider])
    assert not item.mentions.exists()


# Names of respondents


def test_names_in_a_comment_are_withheld_from_those_who_may_not_see_them(
    section: Section, assessment: Assessment, member: Any, client_as: Any, lead: Client
) -> None:
    InterviewFactory(assessment=assessment, respondent_name="Gulnara Mammadova")
    assert Interview.objects.exists()
    body = f"Gulnara Mammadova runs the three shelters.\n\n{BODY}"
    edit_section(section=section, body=body, by=None)
    lead.post(PAGE, {"words": "runs the three shelters", "text": "Gulnara Mammadova told us."})
    lead.post(PAGE, {"paragraph": "1", "text": "Who?"})
    assert "Gulnara" not in repr([item.before for item in ReviewItem.objects.all()])
    named, _ = ReviewItem.objects.order_by("pk")
    assert "Gulnara Mammadova told us." in text_of(lead.get(PAGE))
    facilitator = client_as("facilitator")
    for address in (PAGE, f"{BASE}comments/", f"{BASE}comments/{named.pk}/"):
        page = text_of(facilitator.get(address))
        assert "Gulnara" not in page, address
        assert "told us." in page, address


def test_words_of_comments_are_erased_and_that_they_were_written_is_kept(section: Section, member: Any) -> None:
    assessment, lead = section.report.assessment, member("lead")
    item = commented(section, lead)
    reply = reply_to_comment(comment=item, text="The home of Xyzzy.", by=member("observer"))
    found = CommentsOfMembers().find(assessment, ["in the capital"])
    assert [(copy.key, copy.path) for copy in found] == [(f"comment:{item.pk}", f"report/comments/{item.pk}/")]
    found = CommentsOfMembers().find(assessment, ["home of Xyzzy"])
    assert [copy.path for copy in found] == [f"report/comments/{item.pk}/"]
    keys = [f"comment:{item.pk}", f"comment:{reply.pk}", "edition:1"]
    assert withdraw_copies(assessment, keys, by=lead) == 2
    item = ReviewItem.objects.get(pk=item.pk)
    around = item.member_comment
    assert (item.before, item.text, around.before, around.after) == ("", "", "", "")
    assert CommentsOfMembers().find(assessment, ["Xyzzy"]) == []


def test_withdrawn_comments_are_not_exported(section: Section, member: Any) -> None:
    kept, withdrawn = commented(section, member("lead")), commented(section, member("lead"))
    withdraw_comment(comment=withdrawn, by=member("lead"))
    rows = list(_review_comments(Exported(section.report.assessment, with_names=True)))
    assert [list(row)[1] for row in rows] == [kept.number]


def test_own_comments_may_be_edited_after_own_replies(section: Section, member: Any) -> None:
    lead, observer = member("lead"), member("observer")
    item = commented(section, lead)
    own = reply_to_comment(comment=item, text="I mean the ones in Baku.", by=lead)
    assert may_edit(item, lead)
    assert may_edit(own, lead)
    later = reply_to_comment(comment=item, text="I see.", by=observer)
    assert [may_edit(row, row.made_by) for row in (item, own, later)] == [False, False, True]
