"""Pages of the interviews: who may open them, what they do with valid and invalid input."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from assessments.models import Assessment, Contact, Organisation
from interviews.models import Answer, Interview, SetAside
from interviews.services.answers import save_answer
from interviews.services.interviews import trash_interview
from tests.factories import OrganisationFactory
from tests.interviews.factories import AnswerFactory, InterviewFactory

pytestmark = pytest.mark.django_db
HEAD = {
    "held_at": "2016-01-18T10:00",
    "format": "in_person",
    "interviewer": "Consultant",
    "new_organisation": "Border Service",
    "sector": "state",
    "women": "1",
    "men": "2",
    "other": "0",
    "language": "en",
}


@pytest.fixture
def interview(assessment: Assessment) -> Interview:
    return InterviewFactory(assessment=assessment, code="AZEint1", number=1)


def url(name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=["AZE-2016", *args])


READERS = {"allowed": "observer", "denied": "focal_point", "wrong": "post"}
EDITORS = {"allowed": "consultant", "denied": "observer", "wrong": "delete"}
ACTION = {"allowed": "consultant", "denied": "observer", "method": "post", "wrong": "get", "ok": 302}


def test_interview_list_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(url("interview_list"), **READERS)


def test_coverage_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(url("coverage"), **READERS)


def test_interview_new_roles(assessment: Assessment, check_roles: Any) -> None:
    check_roles(url("interview_new"), **EDITORS)


def test_interview_import_roles(assessment: Assessment, check_roles: Any) -> None:
    check_roles(url("interview_import"), **EDITORS)


def test_trash_list_contains_only_removed_interviews(interview: Interview, client_as: Any, check_roles: Any) -> None:
    check_roles(url("trash_list"), **EDITORS)
    InterviewFactory(assessment=interview.assessment, code="AZEint2", deleted_at=timezone.now())
    InterviewFactory(deleted_at=timezone.now())
    shown = client_as("lead").get(url("trash_list")).context["page"]
    assert [found.code for found in shown] == ["AZEint2"]


def test_notes_worker_is_a_script_for_editors(interview: Interview, client_as: Any, check_roles: Any) -> None:
    check_roles(url("notes_worker"), **EDITORS)
    script = client_as("lead").get(url("notes_worker"))
    assert script["Content-Type"] == "text/javascript"
    assert "addEventListener" in script.text


def test_interview_edit_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(url("interview_edit", "AZEint1"), **EDITORS)


def test_interview_plan_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(url("interview_plan", "AZEint1"), **EDITORS)


def test_interview_type_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(url("interview_type", "AZEint1"), **EDITORS)


def test_notes_state_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(url("notes_state", "AZEint1"), **EDITORS)


def test_interview_detail_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(url("interview_detail", "AZEint1"), allowed="observer", denied="focal_point", wrong="post")


def test_interview_reopen_roles(interview: Interview, check_roles: Any) -> None:
    Interview.objects.update(completed_at=timezone.now())
    check_roles(url("interview_reopen", "AZEint1"), **ACTION)
    assert Interview.objects.get().completed_at is None


def test_interview_trash_roles(interview: Interview, check_roles: Any) -> None:
    check_roles(url("interview_trash", "AZEint1"), **ACTION)
    assert Interview.objects.get().deleted_at is not None


def test_interview_restore_roles(interview: Interview, check_roles: Any) -> None:
    Interview.objects.update(deleted_at=timezone.now())
    check_roles(url("interview_restore", "AZEint1"), **ACTION)
    assert Interview.objects.get().deleted_at is None


@pytest.mark.parametrize("name", ["interview_detail", "interview_type", "interview_plan", "interview_edit"])
@pytest.mark.parametrize("code", ["AZEint99", "9" * 300, "ə"])
def test_an_unknown_code_is_404(name: str, code: str, assessment: Assessment, client_as: Any) -> None:
    assert client_as("lead").get(url(name, code)).status_code == 404


def test_an_interview_of_another_assessment_is_404(assessment: Assessment, client_as: Any) -> None:
    InterviewFactory(code="GEOint1", assessment__reference="GEO-9")
    assert client_as("lead").get(url("interview_detail", "GEOint1")).status_code == 404


def test_interview_list_filters(assessment: Assessment, client_as: Any) -> None:
    InterviewFactory(assessment=assessment, code="AZEint1", completed_at=timezone.now())
    InterviewFactory(assessment=assessment, code="AZEint2", organisation__sector="ngo", sections=["1", "5", "7", "8"])
    InterviewFactory(assessment=assessment, code="AZEint3", deleted_at=timezone.now())

    def codes(query: str) -> list[str]:
        return [i.code for i in client_as("lead").get(url("interview_list") + query).context["page"]]

    assert codes("") == ["AZEint1", "AZEint2"]
    assert codes("?state=complete") == ["AZEint1"]
    assert codes("?state=open") == ["AZEint2"]
    assert codes("?sector=ngo") == ["AZEint2"]
    assert codes("?section=3") == ["AZEint1"]
    assert codes("?state=none&sector=x&section=99&page=9e9") == ["AZEint1", "AZEint2"]


@pytest.mark.parametrize("rows", [1, 3])
def test_interview_list_queries(
    rows: int, assessment: Assessment, client_as: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        AnswerFactory(interview=InterviewFactory(assessment=assessment))
    client = client_as("lead")
    with django_assert_max_num_queries(20):
        assert len(client.get(url("interview_list")).context["page"]) == rows


def test_interview_new_creates_and_goes_to_the_notes(assessment: Assessment, client_as: Any) -> None:
    assessment.time_zone = "Asia/Baku"
    assessment.save()
    response = client_as("consultant").post(url("interview_new"), HEAD)
    assert response.url == url("interview_type", "AZEint1")
    made = Interview.objects.get()
    assert (made.held_at.isoformat(), made.organisation.name, made.people) == (
        "2016-01-18T06:00:00+00:00",
        "Border Service",
        3,
    )


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"held_at": (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")}, "held_at"),
        ({"held_at": "0001-01-01T00:00"}, "held_at"),
        ({"held_at": "yesterday\x00"}, "held_at"),
        ({"held_at": "9999-12-31T23:59"}, "held_at"),
        ({"women": "0", "men": "0"}, "women"),
        ({"women": "-1"}, "women"),
        ({"women": "9" * 1_000_000}, "women"),
        ({"men": "many"}, "men"),
        ({"sector": ""}, "sector"),
        ({"sector": "army"}, "sector"),
        ({"organisation": "999999999999999999999999"}, "organisation"),
        ({"interviewer": "x\x00"}, "interviewer"),
        ({"format": "dance"}, "format"),
    ],
)
def test_interview_new_bad_input_is_shown_again(
    change: dict[str, str], at: str, assessment: Assessment, client_as: Any
) -> None:
    response = client_as("consultant").post(url("interview_new"), HEAD | {"respondent_title": "Typed title"} | change)
    assert response.status_code == 200
    assert at in response.context["form"].errors
    assert "Typed title" in response.text
    assert not Interview.objects.exists()


def test_interview_edit_changes_the_head(interview: Interview, client_as: Any) -> None:
    form = HEAD | {"respondent_name": "R. Spondent", "men": "4"}
    assert client_as("lead").post(url("interview_edit", "AZEint1"), form).status_code == 302
    interview.refresh_from_db()
    assert (interview.respondent_name, interview.men) == ("R. Spondent", 4)


def test_interview_detail_hides_name_and_observations_from_readers(interview: Interview, client_as: Any) -> None:
    interview.respondent_name, interview.observations = "R. Spondent", "Seemed nervous"
    interview.save()
    for role, seen in (("lead", True), ("consultant", True), ("observer", False), ("facilitator", False)):
        page = client_as(role).get(url("interview_detail", "AZEint1")).text
        assert ("R. Spondent" in page, "Seemed nervous" in page) == (seen, seen), role


def test_interview_detail_distinguishes_not_asked_from_no_answer(interview: Interview, client_as: Any) -> None:
    sections = client_as("observer").get(url("interview_detail", "AZEint1")).context["sections"]
    assert [section.name for section in sections if section.planned] == ["1", "3", "4", "7", "8"]


def test_interview_plan_requires_a_reason_and_shows_the_choice_again(interview: Interview, client_as: Any) -> None:
    client = client_as("consultant")
    response = client.post(url("interview_plan", "AZEint1"), {"sections": ["2"]})
    assert list(response.context["form"].errors) == ["sections_reason"]
    form = {"sections": ["2"], "sections_reason": "Little time."}
    assert client.post(url("interview_plan", "AZEint1"), form).status_code == 302
    assert Interview.objects.get().sections == ["1", "2", "7", "8"]


def test_coverage_counts_sections_by_sector(assessment: Assessment, client_as: Any) -> None:
    InterviewFactory(assessment=assessment)
    InterviewFactory(assessment=assessment, organisation__sector="ngo", sections=["1", "2", "7", "8"])
    InterviewFactory(assessment=assessment, organisation=None)
    table = client_as("lead").get(url("coverage")).context["table"]
    assert table.sectors == ("State agency", "Non-governmental organisation", "Not recorded")
    assert [(row[0], row[2], row[3]) for row in table.rows] == [
        ("1", (1, 1, 1), 3),
        ("2", (0, 1, 0), 1),
        ("3", (1, 0, 1), 2),
        ("4", (1, 0, 1), 2),
        ("5", (0, 0, 0), 0),
        ("6", (0, 0, 0), 0),
        ("7", (1, 1, 1), 3),
        ("8", (1, 1, 1), 3),
    ]


@pytest.mark.parametrize("name", ["coverage", "interview_plan"])
def test_coverage_and_interview_plan_count_interviews_by_sector(
    name: str, assessment: Assessment, client_as: Any
) -> None:
    planned = InterviewFactory(assessment=assessment, code="AZEint1")
    held = {"state": 9, "ngo": 3, "igo": 1}
    for sector, count in held.items():
        InterviewFactory.create_batch(count, assessment=assessment, organisation__sector=sector)
    if name == "coverage":
        trash_interview(interview=planned, by=None)  # type: ignore[arg-type]
    page = client_as("lead").get(url(name, *(["AZEint1"] if name == "interview_plan" else []))).content.decode()
    foot = page[page.index("<tfoot>") : page.index("</tfoot>")]
    assert re.findall(r'data-label="([^"]+)">(\d+)<', foot)[-1] == ("All", "13")
    assert sorted(int(count) for _, count in re.findall(r'data-label="([^"]+)">(\d+)<', foot)) == [1, 3, 9, 13]


def test_interview_start_starts_a_planned_interview(assessment: Assessment, client_as: Any, check_roles: Any) -> None:
    later = (timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT10:00")
    form = HEAD | {"held_at": later, "women": "0", "men": "0"}
    assert client_as("lead").post(url("interview_new"), form).context["form"].errors.keys() == {"held_at"}
    response = client_as("lead").post(url("interview_new"), form | {"plan": "1"}, follow=True)
    interview = Interview.objects.get()
    assert interview.planned
    assert "Now choose its sections" in response.content.decode()
    assert "Mark as held" in client_as("lead").get(interview.get_absolute_url()).content.decode()
    page = client_as("lead").get(url("interview_list")).content.decode()
    assert "Planned" in page
    assert "0 person" not in page
    assert list(client_as("lead").get(url("interview_list"), {"state": "open"}).context["page"]) == []
    start = url("interview_start", interview.code)
    check_roles(start, allowed="consultant", denied="observer", method="post", wrong="get", ok=302)
    assert (Interview.objects.get().planned, Interview.objects.get().code) == (False, "AZEint1")


@pytest.mark.parametrize(("answer", "stored"), [("", None), ("yes", True), ("no", False)])
def test_interview_new_stores_whether_a_new_organisation_is_in_the_capital(
    answer: str, stored: bool | None, assessment: Assessment, client_as: Any
) -> None:
    response = client_as("lead").post(url("interview_new"), HEAD | {"in_capital": answer})
    assert response.status_code == 302
    assert Organisation.objects.get(name="Border Service").in_capital is stored


def test_interview_new_records_what_was_unknown_of_an_organisation_and_changes_nothing_else(
    assessment: Assessment, client_as: Any
) -> None:
    body = OrganisationFactory(assessment=assessment, name="Border Service", in_capital=None)
    for answer, stored in (("no", False), ("yes", False), ("", False)):
        client_as("lead").post(url("interview_new"), HEAD | {"in_capital": answer})
        body.refresh_from_db()
        assert body.in_capital is stored


def test_interview_new_refuses_a_capital_without_an_organisation(assessment: Assessment, client_as: Any) -> None:
    form = HEAD | {"new_organisation": "", "sector": "", "in_capital": "yes"}
    assert list(client_as("lead").post(url("interview_new"), form).context["form"].errors) == ["in_capital"]


def test_interview_new_states_nothing_that_was_not_recorded(assessment: Assessment, client_as: Any) -> None:
    page = client_as("lead").get(url("interview_new"))
    form = page.context["form"]
    assert [form[name].value() for name in ("place", "format", "interpreter", "in_capital")] == ["", "", None, None]
    client_as("lead").post(url("interview_new"), HEAD | {"format": ""})
    stored = Interview.objects.get()
    assert (stored.place, stored.format, stored.interpreter) == ("", "", None)
    page = client_as("lead").get(url("interview_detail", stored.code)).content.decode()
    assert page.count("Not recorded") >= 2
    assert "interpreter not recorded" in page
    form = HEAD | {"place": "region", "interpreter": "no"}
    client_as("lead").post(url("interview_edit", stored.code), form)
    stored.refresh_from_db()
    assert (stored.place, stored.interpreter) == ("region", False)


def test_interview_edit_records_how_long_it_took(interview: Interview, client_as: Any) -> None:
    detail = url("interview_detail", interview.code)
    assert interview.duration is None
    client_as("lead").post(url("interview_edit", interview.code), HEAD | {"duration": "75"})
    interview.refresh_from_db()
    assert interview.duration == 75
    assert "75 minutes" in client_as("lead").get(detail).content.decode()
    for typed in ("0", "-5", "1441", "an hour"):
        page = client_as("lead").post(url("interview_edit", interview.code), HEAD | {"duration": typed})
        assert list(page.context["form"].errors) == ["duration"]
        assert page.context["form"]["duration"].value() == typed
    client_as("lead").post(url("interview_edit", interview.code), HEAD | {"duration": ""})
    interview.refresh_from_db()
    assert interview.duration is None


def test_interview_new_refuses_a_duration_of_what_is_only_planned(assessment: Assessment, client_as: Any) -> None:
    page = client_as("lead").post(url("interview_new"), HEAD | {"duration": "60", "plan": "1"})
    assert list(page.context["form"].errors) == ["duration"]
    assert "duration" not in client_as("lead").get(url("interview_new") + "?plan").context["form"].fields


def test_contact_suggest(interview: Interview, client_as: Any, check_roles: Any) -> None:
    form = {"name": "A colleague", "email": "", "language": "en"}
    check_roles(url("contact_suggest", "AZEint1"), allowed="lead", denied="observer", method="post", ok=302, data=form)
    response = client_as("lead").post(url("contact_suggest", "AZEint1"), {"email": "none", "language": "en"})
    assert list(response.context["form"].errors) == ["email"]
    assert [contact.suggested_in for contact in Contact.objects.all()] == ["AZEint1"]


# The typing page without a script ------------------------------------------------------------------------------------


def test_interview_type_saves_as_a_plain_form(interview: Interview, client_as: Any) -> None:
    form = {"text-3.1": "First\r\nline", "base-3.1": "0", "text-1.1": "", "text-observations": "Mine", "base-1.1": ""}
    response = client_as("consultant").post(url("interview_type", "AZEint1"), form)
    assert response.url == url("interview_type", "AZEint1")
    assert Answer.objects.get(question="3.1").text == "First\nline"
    assert Interview.objects.get().observations == "Mine"


def test_interview_type_blank_has_nothing_that_was_said(interview: Interview, client_as: Any) -> None:
    organisation = OrganisationFactory(assessment=interview.assessment, name="Border Service")
    Interview.objects.filter(pk=interview.pk).update(organisation=organisation)
    AnswerFactory(interview=interview, question="3.1", text="Told in confidence.")
    page = client_as("consultant").get(url("interview_type", interview.code)).content.decode()
    blank = client_as("consultant").get(url("interview_type", interview.code) + "?blank=1").content.decode()
    assert page.count('data-question="') == blank.count('data-question="')
    for words in ("Told in confidence.", "Border Service"):
        assert (words in page, words in blank) == (True, False)
    assert 'data-question="3.1" data-revision="0"' in blank


def test_interview_type_sets_a_crossing_text_aside_and_shows_both(interview: Interview, client_as: Any) -> None:
    save_answer(interview=interview, question="3.1", text="By a colleague", by=None)
    client = client_as("consultant")
    client.post(url("interview_type", "AZEint1"), {"text-3.1": "By me", "base-3.1": "0"})
    page = client.get(url("interview_type", "AZEint1")).text
    assert ("By a colleague" in page, "By me" in page) == (True, True)


def test_aside_settle_joins_both_texts(interview: Interview, client_as: Any) -> None:
    save_answer(interview=interview, question="3.1", text="By a colleague", by=None)
    client = client_as("consultant")
    client.post(url("interview_type", "AZEint1"), {"text-3.1": "By me", "base-3.1": "0"})
    settle = url("aside_settle", "AZEint1", SetAside.objects.get().pk)
    assert client_as("observer").post(settle, {"choice": "join"}).status_code == 403
    assert client.post(settle, {"choice": "join"}).status_code == 302
    assert Answer.objects.get().text == "By a colleague\n\nBy me"


def test_interview_type_shows_a_refused_text_again_and_saves_the_others(interview: Interview, client_as: Any) -> None:
    long = "x" * 500_001
    form = {"text-3.1": long, "base-3.1": "0", "text-3.2": "Saved", "base-3.2": "0"}
    response = client_as("consultant").post(url("interview_type", "AZEint1"), form)
    assert list(response.context["faults"]) == ["3.1"]
    assert long in response.text
    assert list(Answer.objects.values_list("text", flat=True)) == ["Saved"]


def test_interview_type_without_a_session_shows_what_was_typed(interview: Interview, client_as: Any) -> None:
    response = client_as("anonymous").post(url("interview_type", "AZEint1"), {"text-3.1": "Typed <b>", "text-3.2": ""})
    assert response.status_code == 403
    assert response.context["texts"] == [("3.1", "Typed <b>")]
    assert "Typed &lt;b&gt;" in response.text
    assert not Answer.objects.exists()


@pytest.mark.parametrize(("language", "shown"), [("hy", "hy"), ("fr", "en")])
def test_interview_type_uses_the_language_of_the_interview_or_else_english(
    language: str, shown: str, interview: Interview, client_as: Any
) -> None:
    interview.language = language
    interview.save()
    page = client_as("lead").get(url("interview_type", "AZEint1"))
    assert {section.language for section in page.context["sections"]} == {shown}
    assert page.context["final_language"] == shown
    assert page.context["final"][0] == str(interview.guide.final_instructions[0].text.translate(shown))


@pytest.mark.parametrize("base", ["-1", "x", "9" * 1_000_000, "1.5", "\x00"])
def test_interview_type_refuses_a_forged_base_and_shows_the_text_again(
    base: str, interview: Interview, client_as: Any
) -> None:
    response = client_as("lead").post(url("interview_type", "AZEint1"), {"text-3.1": "Typed", "base-3.1": base})
    assert (response.status_code, list(response.context["faults"])) == (200, ["3.1"])
    assert "Typed" in response.text


def test_interview_type_survives_broken_utf8(interview: Interview, client_as: Any) -> None:
    response = client_as("lead").post(
        url("interview_type", "AZEint1"), b"text-3.1=a%FF%00b", content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 302
    assert Answer.objects.get().text == "a\ufffdb"


# The replies by which the page saves itself --------------------------------------------------------------------------


def test_answer_save(interview: Interview, client_as: Any, check_roles: Any) -> None:
    place = url("answer_save", "AZEint1", "3.1")
    form = {"text": "Words", "client": "a", "sequence": "1", "base": "0"}
    check_roles(place, allowed="consultant", denied="observer", method="post", wrong="get", data=form)
    reply = client_as("consultant").post(place, form).json()
    assert (reply["status"], reply["revision"]) == ("saved", 1)


def test_answer_save_replies_with_the_other_text(interview: Interview, member: Any, client_as: Any) -> None:
    save_answer(interview=interview, question="3.1", text="Theirs", by=member("lead"))
    form = {"text": "Mine", "client": "a", "sequence": "1", "base": "0"}
    response = client_as("consultant").post(url("answer_save", "AZEint1", "3.1"), form)
    reply = response.json()
    assert (response.status_code, reply["status"], reply["text"], reply["by"]) == (200, "conflict", "Theirs", "Lead")
    assert SetAside.objects.get().text == "Mine"


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("3.1", {}),
        ("9.9", {"text": "x"}),
        ("3.1", {"text": "x", "sequence": "9" * 5000}),
        ("3.1", {"text": "x", "base": "-1"}),
        ("3.1", {"text": "x", "client": "c" * 41}),
        ("3.1", {"text": "x" * 500_001}),
        ("observations", {"text": "x" * 500_001}),
    ],
)
def test_answer_save_refuses(question: str, form: dict[str, str], interview: Interview, client_as: Any) -> None:
    response = client_as("lead").post(url("answer_save", "AZEint1", question), form)
    assert (response.status_code, response.json()["status"]) == (400, "refused")
    assert not Answer.objects.exclude(text="").exists()


def test_answer_save_stores_what_is_typed_into_an_interview_in_the_trash(interview: Interview, client_as: Any) -> None:
    client_as("lead").post(url("interview_trash", "AZEint1"))
    client_as("consultant").post(url("answer_save", "AZEint1", "3.1"), {"text": "Still typing"})
    assert Answer.objects.get().text == "Still typing"


def test_notes_state_gives_the_texts_that_are_newer(interview: Interview, client_as: Any) -> None:
    AnswerFactory(interview=interview, question="3.1", text="New", revision=4)
    AnswerFactory(interview=interview, question="3.2", text="Known", revision=2)
    reply = client_as("lead").get(url("notes_state", "AZEint1") + "?3.1=3&3.2=2&1.1=x").json()
    assert reply["answers"]["3.1"] == {
        "revision": 4,
        "text": "New",
        "by": "a colleague",
        "at": reply["answers"]["3.1"]["at"],
    }
    assert reply["answers"]["3.2"] == {"revision": 2}


def test_interview_trash_is_reported_to_those_who_type(interview: Interview, member: Any, client_as: Any) -> None:
    client = client_as("lead")
    assert client.get(url("notes_state", "AZEint1")).json()["trashed"] is None
    trash_interview(interview=interview, by=member("consultant"))
    trashed = client.get(url("notes_state", "AZEint1")).json()["trashed"]
    assert trashed["by"] == "Consultant"
    for question in ("3.1", "observations"):
        reply = client.post(url("answer_save", "AZEint1", question), {"text": "Said."}).json()
        assert (reply["status"], reply["trashed"]) == ("saved", trashed)
    assert Answer.objects.get().text == "Said."


def test_answer_history_lists_the_newest_text_first(interview: Interview, client_as: Any, check_roles: Any) -> None:
    for text in ("Before", "After"):
        save_answer(interview=interview, question="3.1", text=text, by=None)
    place = url("answer_history", "AZEint1", "3.1")
    check_roles(place, allowed="consultant", denied="observer", wrong="post")
    revisions = client_as("lead").get(place).context["revisions"]
    assert [revision.text for revision in revisions] == ["After", "Before"]


def test_revision_restore_brings_an_earlier_text_back(interview: Interview, client_as: Any, check_roles: Any) -> None:
    for text in ("Before", "After"):
        save_answer(interview=interview, question="3.1", text=text, by=None)
    revisions = client_as("lead").get(url("answer_history", "AZEint1", "3.1")).context["revisions"]
    check_roles(url("revision_restore", "AZEint1", revisions[1].pk), **ACTION)
    assert Answer.objects.get().text == "Before"


@pytest.mark.parametrize("name", ["revision_restore", "aside_settle"])
def test_unknown_texts_are_404(name: str, interview: Interview, client_as: Any) -> None:
    for pk in (999, 10**30):
        assert client_as("lead").post(url(name, "AZEint1", pk)).status_code == 404
