"""What is to be done, for each role and in each state of the work."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessments.access import ACTIONS
from assessments.models import Assessment, ErasureRequest, MemberInvitation, PackText, RetentionDate, Role
from assessments.next_steps import NextSteps, Situation, next_steps
from assessments.services.packs import save_pack_text
from instruments.models import Translation
from instruments.services.drafts import change
from instruments.services.versions import adapt, discard
from instruments.texts import is_shown, mark, texts, with_texts
from reports.models import Build, Edition, ReportLanguage, SectionTranslation
from reports.services.reports import create_report
from surveys.models import EntryDraft, Mailing, SealedAnswer, Survey
from tests.factories import DocumentFactory, InstrumentFactory, UserFactory
from tests.interviews.factories import InterviewFactory
from tests.pages import text
from tests.workshops.factories import make_workshop

pytestmark = pytest.mark.django_db
NOON = datetime(2016, 3, 1, 12, tzinfo=UTC)
HOME = "/a/AZE-2016/"


def found(assessment: Assessment, role: str = "lead", user: int = 0, **state: Any) -> NextSteps:
    may = frozenset(action for action, roles in ACTIONS.items() if role in roles)
    return next_steps(Situation(assessment, user, NOON, NOON.date(), **state), may)


def own(assessment: Assessment, role: str = "lead", user: int = 0, **state: Any) -> list[str]:
    return [shown.text for shown in found(assessment, role, user, **state).own]


def survey_of(assessment: Assessment, **fields: Any) -> Survey:
    fields = {"status": Survey.Status.OPEN, "open_slug": "open"} | fields
    return Survey.objects.create(assessment=assessment, questionnaire=assessment.questionnaire, **fields)


def test_at_the_beginning_each_role_has_its_own_tasks(assessment: Any) -> None:
    assert own(assessment, "lead")[:4] == [
        "Invite the people you work with",  # as the message says after the assessment was created
        "Add the first documents",
        "Read the three instruments and adapt them to the country where needed",
        "Start the first interview",
    ]
    assert own(assessment, "consultant")[0] == "Add the first documents"
    assert own(assessment, "focal_point") == ["Set up the survey: languages, deadline, invitations"]
    assert own(assessment, "facilitator") == ["Plan the validation workshop"]
    assert own(assessment, "observer") == []


def test_what_others_have_to_do_first_is_shown_with_their_roles(assessment: Any) -> None:
    others = {shown.text: shown.who for shown in found(assessment, "observer").others}
    assert others["Set up the survey: languages, deadline, invitations"] == ["Lead", "Focal point"]
    assert "Start the first interview" in others
    assert "Start the first interview" not in {shown.text for shown in found(assessment, "focal_point").others}
    assert found(assessment, "lead").others == []


def test_each_step_lists_what_the_report_lacks(assessment: Any) -> None:
    missing = found(assessment, "observer").missing
    assert [shown.text for shown in missing["report"]] == [
        "Mark the indicators",
        "Write the recommendations",
        "Create the report",
    ]
    assert set(missing) == {"desk_review", "interviews", "survey", "report", "validation"}


def test_what_is_overdue_comes_before_what_has_failed_and_what_is_due_soon(assessment: Any) -> None:
    assessment.ends_on = date(2016, 2, 28)
    survey = survey_of(assessment, deadline=NOON + timedelta(days=4))
    Mailing.objects.create(survey=survey, kind="invitation", error="The mail server does not answer.")
    tasks = found(assessment).own
    assert [(shown.text, shown.state) for shown in tasks[:3]] == [
        ("Finish the report, or change the dates of the assessment", "late"),
        ("Continue the e-mails that were not all sent", "urgent"),
        ("Close the survey", "soon"),
    ]
    assert tasks[0].due == date(2016, 2, 28)


def test_members_are_invited_and_expired_invitations_sent_again(assessment: Any, member: Any) -> None:
    member("lead")
    assert "Invite the people you work with" in own(assessment)
    MemberInvitation.objects.create(
        assessment=assessment, email="a@example.org", role=Role.OBSERVER, token_hmac="x", expires_at=NOON
    )
    assert "Send the invitation of 1 member again: it has expired" in own(assessment)
    assert "Invite the people you work with" not in own(assessment)


def test_versions_are_published_used_and_replaced(assessment: Any) -> None:
    draft = InstrumentFactory(kind="survey", version=3, published_at=None, owner=assessment)
    assert "Publish the draft of “Survey”, version 3" in own(assessment)
    draft.published_at = NOON
    draft.save()
    assert "Use version 3 of “Survey” here, or keep version 1" in own(assessment)
    assessment.guide.withdrawn_at = NOON
    (urgent,) = [shown for shown in found(assessment).own if "withdrawn" in shown.text]
    assert (urgent.state, urgent.url) == ("urgent", HOME + "tool/")


def test_interviews_that_are_planned_open_or_have_two_texts(assessment: Any) -> None:
    InterviewFactory(assessment=assessment, planned=True, held_at=NOON - timedelta(days=2), code="AZEint1")
    InterviewFactory(assessment=assessment, completed_at=None)
    late = found(assessment, "consultant").own[0]
    assert (late.text, late.state) == ("Hold interview AZEint1, or change its day", "late")
    tasks = own(assessment, "consultant")
    assert {"Complete 1 open interview", "Record the consent to 1 interview", "Start the next interview"} <= set(tasks)
    assert not any("interview" in task for task in own(assessment, "focal_point"))


def test_documents_that_are_not_reviewed(assessment: Any) -> None:
    DocumentFactory(assessment=assessment, reviewed=False)
    assert "Review 1 document" in own(assessment, "consultant")
    assessment.stage = Assessment.Stage.ANALYSIS  # as it was set by hand
    assert "Review 1 document" not in own(assessment, "consultant")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "draft", "open_slug": None}, ["Invite people to the survey", "Open the survey"]),
        ({"deadline": None}, ["Set a deadline for the survey", "Close the survey"]),
        ({"deadline": NOON + timedelta(days=30)}, ["Close the survey"]),
        ({"status": "closed"}, []),
    ],
)
def test_the_survey_in_each_state(assessment: Any, fields: dict[str, Any], expected: list[str]) -> None:
    survey_of(assessment, **fields)
    assert own(assessment, "focal_point") == expected


def test_an_expired_survey_is_closed_and_sealed_forms_opened(assessment: Any) -> None:
    survey = survey_of(assessment, deadline=NOON - timedelta(days=1))
    first = found(assessment, "focal_point").own[0]
    assert (first.text, first.state) == ("Close the survey", "late")
    SealedAnswer.objects.create(survey=survey, box=b"x", receipt_hmac="x")
    Survey.objects.update(status="closed")
    assert "Open 1 sealed form" in own(assessment, "lead")
    assert "Open 1 sealed form" not in own(assessment, "focal_point")


def test_unfinished_forms_are_tasks_of_who_types_them(assessment: Any, member: Any) -> None:
    survey = survey_of(assessment, status="closed")
    EntryDraft.objects.create(
        survey=survey,
        typed_by=member("focal_point"),
        uuid="00000000-0000-0000-0000-000000000001",
        page="00000000-0000-0000-0000-000000000002",
        expires_at=NOON + timedelta(days=1),
    )
    task = "Finish the paper form that you began"
    assert task in own(assessment, "focal_point", member("focal_point").pk)
    assert task not in own(assessment, "focal_point", member("lead").pk)


def test_the_workshop_from_planned_to_counted(assessment: Any) -> None:
    workshop = make_workshop(assessment, opened=False)
    assert own(assessment, "facilitator") == ["Prepare the groups, then open the workshop"]
    type(workshop).objects.update(status="open")
    assert own(assessment, "facilitator") == ["Run the workshop, then close it"]
    type(workshop).objects.update(status="closed")
    assert own(assessment, "facilitator") == []
    assert "Decide whether to include the workshop in the report" in own(assessment)


def test_the_report_from_created_to_final(assessment: Any) -> None:
    report = create_report(assessment=assessment, by=None)
    tasks = own(assessment, "consultant")
    assert "Check the report and create an edition" in tasks
    assert any(task.startswith("Write ") and "still empty" in task for task in tasks)
    Build.objects.create(report=report, format="pdf", data_revision="x", status="failed")
    assert "Try again: a file of the report could not be made" in own(assessment, "consultant")
    Build.objects.create(report=report, format="pdf", data_revision="x", status="done")
    assert "Try again: a file of the report could not be made" not in own(assessment, "consultant")
    Edition.objects.create(report=report, number=1, kind=Edition.Kind.DRAFT, data_revision="x")
    assert "Make the final edition" in own(assessment, "lead")
    assert "Make the final edition" not in own(assessment, "consultant")


def test_translations_of_the_report_that_are_out_of_date(assessment: Any) -> None:
    report = create_report(assessment=assessment, by=None)
    ReportLanguage.objects.create(report=report, language="az")
    section = report.sections.first()
    row = SectionTranslation.objects.create(section=section, language="az", title="x", of_revision=section.revision)
    assert not any("translation" in task for task in own(assessment))
    row.of_revision = section.revision - 1
    row.save()
    assert "Update the translation of 1 section: Azerbaijani" in own(assessment)


def test_after_the_final_edition_only_what_remains_is_told(assessment: Any, client_as: Any) -> None:
    report = create_report(assessment=assessment, by=None)
    Edition.objects.create(report=report, number=1, kind=Edition.Kind.FINAL, data_revision="x")
    survey = survey_of(assessment, deadline=NOON + timedelta(days=30))
    assert own(assessment, is_final=True) == [
        "Share the final edition with a link",
        "Decide how long data are kept",
        "Close the survey",
    ]
    SealedAnswer.objects.create(survey=survey, box=b"x", receipt_hmac="x")
    Survey.objects.update(status="closed")
    RetentionDate.objects.create(assessment=assessment, kind="answers", due_on=date(2016, 3, 20), warned_at=NOON)
    ErasureRequest.objects.create(assessment=assessment, reference="AZE-2016", kind="contact", key="1", label="x")
    assert own(assessment, is_final=True) == [
        "Confirm 1 request to erase data",
        "Raw answers will be erased for good on 20 March 2016: export what you need, or change the date",
        "Open 1 sealed form",
        "Share the final edition with a link",
    ]
    assert own(assessment, "consultant", is_final=True) == []
    page = text(client_as("consultant").get(HOME))
    assert "Nothing remains for you to do." in page


def _busy(assessment: Any, lead: Any) -> None:
    """Something to do everywhere."""
    assessment.ends_on = timezone.localdate() - timedelta(days=1)
    assessment.save()
    DocumentFactory(assessment=assessment, reviewed=False)
    InterviewFactory(assessment=assessment, planned=True, held_at=timezone.now())
    InterviewFactory(assessment=assessment, completed_at=None)
    survey = survey_of(assessment, deadline=timezone.now() - timedelta(days=1))
    Mailing.objects.create(survey=survey, kind="invitation", error="No.")
    InstrumentFactory(kind="survey", version=3, published_at=None, owner=assessment)
    make_workshop(assessment, opened=False)
    report = create_report(assessment=assessment, by=lead)
    Build.objects.create(report=report, format="pdf", data_revision="x", status="failed")
    ReportLanguage.objects.create(report=report, language="az")
    SectionTranslation.objects.create(section=report.sections.first(), language="az", title="x")
    Edition.objects.create(report=report, number=1, kind="draft", data_revision="x", failure="No.")
    ErasureRequest.objects.create(
        assessment=assessment, reference="AZE-2016", kind="contact", key="1", label="x", asked_by=UserFactory()
    )


def test_every_link_that_is_offered_opens_for_its_role(client_as: Any, assessment: Any, member: Any) -> None:
    _busy(assessment, member("lead"))
    followed = 0
    for role in Role:
        client = client_as(role)
        context = client.get(HOME).context
        shown = [context["next_step"], *context["own"], *context["later"], *context["others"]]
        urls = {task.url for task in shown if task}
        urls |= {link.url for step, _ in context["steps"] for link in step.links}
        urls |= {step.url for step, _ in context["steps"] if step.url}
        answers = {url: client.get(url, follow=True).status_code for url in urls if url}
        followed += len(answers)
        assert {url: status for url, status in answers.items() if status != 200} == {}, role
    assert followed > 60


def test_the_home_page_takes_few_queries(
    client_as: Any, assessment: Any, member: Any, django_assert_max_num_queries: Any
) -> None:
    _busy(assessment, member("lead"))
    lead = client_as("lead")
    lead.get(HOME)
    with django_assert_max_num_queries(10):  # session, user, assessment with roles, first days, steps, tasks
        lead.get(HOME)


def test_tasks_take_one_query(assessment: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        own(assessment)


def test_translations_whose_original_was_changed_are_named_where_they_are_translated(assessment: Any) -> None:
    version = assessment.questionnaire
    version.owner = assessment
    version.save()
    key, source = next((key, text) for key, text in texts(version.definition) if is_shown(key) and text.get("az"))
    Translation.objects.create(instrument=version, language="az", key=key, source_mark=mark(source["en"]))
    save_pack_text(assessment=assessment, language="sw", key="surveys.send", text="Tuma", by=None)
    assert not any(words.startswith("Translate") for words in own(assessment, "focal_point"))
    Translation.objects.update(source_mark="another")
    PackText.objects.update(source_mark="another")
    shown = {task.text: task.url for task in found(assessment, "focal_point").own}
    words = "Translate 1 text again in {}: its original was changed"
    address = f"{HOME}tool/versions/{version.pk}/translations/az/?show=stale"
    assert shown[words.format("Azerbaijani")] == address
    assert shown[words.format("Swahili")] == f"{HOME}languages/sw/?sheet=survey&show=stale"
    assert not any(task.startswith("Translate") for task in own(assessment, "facilitator"))


def test_translations_of_a_draft_are_named_until_it_is_discarded(
    assessment: Any, member: Any, django_assert_num_queries: Any
) -> None:
    lead = member("lead")
    draft = adapt(instrument=assessment.questionnaire, owner=assessment, by=lead)
    key = next(key for key, text in texts(draft.definition) if is_shown(key) and text.get("az"))
    words = "Translate 1 text of the draft of “Survey” again in Azerbaijani: its original was changed"
    assert words not in own(assessment, "focal_point")
    change(draft=draft, by=lead, edit=lambda before: with_texts(before, "en", {key: "Other words"}), what=key)
    with django_assert_num_queries(1):
        shown = {task.text: task.url for task in found(assessment, "focal_point").own}
    assert shown[words] == f"{HOME}tool/versions/{draft.pk}/translations/az/?show=stale"
    discard(draft=draft, by=lead)
    assert words not in own(assessment, "focal_point")
