"""The facilitator's pages, the projector, the register and the log."""

from typing import Any

import pytest
from django.urls import reverse

from indicators.services.marks import decide_cell
from indicators.services.recommendations import edit_recommendation, set_status
from tests.factories import InstrumentFactory, instruments_2016
from tests.indicators.factories import make_mark, make_recommendation
from tests.pages import text
from tests.workshops.factories import make_group, make_workshop, put_to_groups
from workshops.models import Ballot, Comment, Group, Verdict, Workshop
from workshops.services.comments import add_comment, edit_comment, resolve_comment, withdraw_comment
from workshops.services.groups import join_group
from workshops.services.verdicts import give_verdict
from workshops.services.workshops import close_workshop, reopen_workshop

HUGE = int("9" * 40)


def url(name: str, *args: Any) -> str:
    return reverse(f"workshops:{name}", args=["AZE-2016", *args])


@pytest.fixture
def workshop(assessment: Any) -> Workshop:
    return make_workshop(assessment)


# Who may


def test_workshop_list_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("workshop_list"), allowed="observer", wrong="post")


def test_workshop_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("workshop", workshop.pk), allowed="observer", wrong="post")


def test_workshop_groups_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("workshop_groups", workshop.pk), allowed="observer", wrong="post")


def test_projector_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("projector", workshop.pk), allowed="observer", wrong="post")


def test_projector_counts_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("projector_counts", workshop.pk), allowed="observer", wrong="post")


def test_handout_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("handout", workshop.pk), allowed="observer", wrong="post")


def test_slides_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("slides", workshop.pk), allowed="observer", wrong="post")


def test_comment_list_roles(assessment: Any, check_roles: Any) -> None:
    check_roles(url("comment_list"), allowed="observer", wrong="post")


def test_comment_roles(assessment: Any, check_roles: Any) -> None:
    row = add_comment(assessment=assessment, statement="No.", by=None)
    check_roles(url("comment", row.pk), allowed="observer", wrong="post")


def test_change_log_roles(assessment: Any, check_roles: Any) -> None:
    check_roles(url("change_log"), allowed="observer", wrong="post")


def test_workshop_new_roles(assessment: Any, check_roles: Any) -> None:
    check_roles(url("workshop_new"), allowed="facilitator", denied="consultant", wrong="put")


def test_workshop_edit_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("workshop_edit", workshop.pk), allowed="facilitator", denied="consultant", wrong="put")


def test_group_new_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("group_new", workshop.pk), allowed="facilitator", denied="consultant", wrong="put")


def test_group_edit_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("group_edit", workshop.pk, make_group(workshop).pk), allowed="facilitator", denied="consultant")


def test_group_ballot_roles(workshop: Any, check_roles: Any) -> None:
    at = url("group_ballot", workshop.pk, make_group(workshop).pk)
    check_roles(at, allowed="facilitator", denied="consultant", wrong="put")


STEP = {"allowed": "facilitator", "denied": "consultant", "method": "post", "wrong": "put", "ok": 302}


def test_workshop_open_roles(assessment: Any, check_roles: Any) -> None:
    planned = make_workshop(assessment, opened=False)
    check_roles(url("workshop_open", planned.pk), **STEP)
    planned.refresh_from_db()
    assert (planned.is_open, len(planned.join_code or "")) == (True, 6)


def test_workshop_close_roles(workshop: Any, check_roles: Any) -> None:
    make_group(workshop, ballot="JAN")
    check_roles(url("workshop_close", workshop.pk), **STEP)
    assert Workshop.objects.get().results["groups"][0]["ballot"] == ["J", "A", "N"]


def test_workshop_remove_roles(assessment: Any, check_roles: Any) -> None:
    check_roles(url("workshop_remove", make_workshop(assessment, opened=False).pk), **STEP)
    assert not Workshop.objects.exists()


def test_workshop_remove_refuses_an_opened_workshop(workshop: Any, client_as: Any) -> None:
    answer = client_as("lead").post(url("workshop_remove", workshop.pk), follow=True)
    assert "cannot be removed" in text(answer)
    assert Workshop.objects.get() == workshop


def test_group_remove_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("group_remove", workshop.pk, make_group(workshop).pk), **{**STEP, "wrong": None})
    assert not Group.objects.exists()


def test_group_release_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("group_release", workshop.pk, make_group(workshop).pk), **STEP)


def test_group_withdraw_roles(workshop: Any, check_roles: Any) -> None:
    group = make_group(workshop, ballot="JAN")
    check_roles(url("group_withdraw", workshop.pk, group.pk), **STEP, data={"revision": "1"})
    assert not Ballot.objects.exists()


def test_group_agree_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("group_agree", workshop.pk, make_group(workshop).pk), **{**STEP, "ok": 422})


def test_group_undo_agree_roles(workshop: Any, check_roles: Any) -> None:
    check_roles(url("group_undo_agree", workshop.pk, make_group(workshop).pk), **{**STEP, "ok": 422})


def test_group_verdict_withdraw_roles(workshop: Any, assessment: Any, check_roles: Any) -> None:
    make_mark(assessment)
    put_to_groups(assessment)
    group = make_group(workshop)
    give_verdict(group=group, target="cell:1.1/F1", choice="agree")
    at = url("group_verdict_withdraw", workshop.pk, group.pk)
    check_roles(at, **STEP, data={"target": "cell:1.1/F1", "given": "1"})
    assert not Verdict.objects.in_force().exists()


def test_workshop_agenda_adds_what_is_new_since_the_opening(workshop: Any, assessment: Any, check_roles: Any) -> None:
    assert workshop.agenda == []
    make_mark(assessment)
    check_roles(url("workshop_agenda", workshop.pk), **STEP)
    assert [entry["target"] for entry in Workshop.objects.get().agenda] == ["cell:1.1/F1"]


def test_workshop_count_is_decided_by_the_lead(workshop: Any, client_as: Any, check_roles: Any) -> None:
    close_workshop(workshop=workshop, by=None)
    at = url("workshop_count", workshop.pk)
    seen = str(Workshop.objects.get().revision)
    check_roles(at, **{**STEP, "allowed": "lead", "denied": "facilitator"}, data={"counted": "yes", "revision": seen})
    assert Workshop.objects.get().counted is True
    assert client_as("lead").post(at, {"counted": "perhaps"}).status_code == 422
    assert "The report does not include this workshop." in text(
        client_as("lead").post(at, {"counted": "no", "revision": str(Workshop.objects.get().revision)}, follow=True)
    )
    assert Workshop.objects.get().counted is False


def test_workshop_count_on_an_old_page_is_refused_and_sent_twice_is_done_once(workshop: Any, client_as: Any) -> None:
    close_workshop(workshop=workshop, by=None)
    seen, lead, at = str(Workshop.objects.get().revision), client_as("lead"), url("workshop_count", workshop.pk)
    reopen_workshop(workshop=workshop, by=None, reason="A ballot was missing.")
    make_group(Workshop.objects.get(), "Group 9", ballot="JAN")
    close_workshop(workshop=workshop, by=None)
    for old in ({}, {"revision": seen}):
        answer = lead.post(at, {"counted": "yes"} | old)
        assert answer.status_code == 409
        assert "Check the results as they are now, then save again." in text(answer)
        assert Workshop.objects.get().counted is None
    form = answer.context["count_form"]
    again = {name: form[name].value() for name in ("counted", "revision")}
    assert [lead.post(at, again).status_code for _ in range(2)] == [302, 302]
    assert Workshop.objects.get().counted is True


def test_workshop_empty_deletes_what_a_rehearsal_collected(workshop: Any, assessment: Any, check_roles: Any) -> None:
    make_group(workshop, ballot="BCD")
    rehearsal = make_workshop(assessment, purpose="rehearsal")
    make_group(rehearsal, ballot="JAN")
    check_roles(url("workshop_empty", rehearsal.pk), **STEP)
    assert rehearsal.groups.count() == 1
    check_roles(url("workshop_empty", workshop.pk), **STEP)  # refused with a message: it is no rehearsal
    assert [ballot.priorities for ballot in Ballot.objects.all()] == [["B", "C", "D"]]


def test_group_verdict_roles(workshop: Any, assessment: Any, check_roles: Any) -> None:
    make_mark(assessment)
    put_to_groups(assessment)
    at = url("group_verdict", workshop.pk, make_group(workshop).pk)
    data = {"target": "cell:1.1/F1", "choice": "agree", "revision": "2", "given": "0"}
    check_roles(at, allowed="facilitator", denied="consultant", method="post", wrong="put", ok=302, data=data)


def test_workshop_reopen_roles(workshop: Any, check_roles: Any) -> None:
    close_workshop(workshop=workshop, by=None)
    check_roles(
        url("workshop_reopen", workshop.pk),
        allowed="lead",
        denied="observer",
        method="post",
        wrong="put",
        ok=302,
        data={"reason": "A late ballot."},
    )


def test_comment_new_roles(assessment: Any, check_roles: Any) -> None:
    check_roles(url("comment_new"), allowed="facilitator", denied="focal_point", wrong="put")


def test_comment_edit_roles(assessment: Any, check_roles: Any) -> None:
    row = add_comment(assessment=assessment, statement="No.", by=None)
    check_roles(url("comment_edit", row.pk), allowed="facilitator", denied="observer", wrong="put")


def test_comment_resolve_roles(assessment: Any, check_roles: Any) -> None:
    row = add_comment(assessment=assessment, statement="No.", by=None)
    check_roles(
        url("comment_resolve", row.pk),
        allowed="lead",
        denied="facilitator",
        method="post",
        wrong="put",
        ok=302,
        data={"disposition": "noted", "reason": "Beside the finding.", "changed": "", "revision": "1"},
    )


def test_comment_withdraw_marks_the_response_and_does_not_delete_it(assessment: Any, check_roles: Any) -> None:
    row = add_comment(assessment=assessment, statement="No.", by=None)
    check_roles(url("comment_withdraw", row.pk), **{**STEP, "denied": "observer", "data": {"revision": "1"}})
    row.refresh_from_db()
    assert (row.is_withdrawn, row.statement) == (True, "No.")


def test_comment_restore_removes_the_mark(assessment: Any, check_roles: Any) -> None:
    row = withdraw_comment(comment=add_comment(assessment=assessment, statement="No.", by=None), by=None)
    check_roles(url("comment_restore", row.pk), **{**STEP, "denied": "observer", "data": {"revision": "2"}})
    row.refresh_from_db()
    assert not row.is_withdrawn


def test_comment_adopt_replaces_the_recommendations_wording(assessment: Any, client_as: Any, check_roles: Any) -> None:
    recommendation = make_recommendation(assessment, "train inspectors")
    target = f"recommendation:{recommendation.pk}"
    row = add_comment(assessment=assessment, statement="train all inspectors", target=target, by=None)
    at = url("comment_adopt", row.pk)
    assert client_as("lead").post(at, {}).status_code == 409
    seen = {"revision": "1", "wording_revision": "1", "reason": ""}
    check_roles(at, **{**STEP, "allowed": "lead", "denied": "facilitator"}, data=seen)
    recommendation.refresh_from_db()
    row.refresh_from_db()
    assert (recommendation.text, row.disposition) == ("train all inspectors", "accepted")


def test_verdict_panel_shows_the_verdicts_of_groups_on_one_target(
    workshop: Any, assessment: Any, client_as: Any, check_roles: Any
) -> None:
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "1.1/F2")
    put_to_groups(assessment)
    give_verdict(group=make_group(workshop), target="cell:1.1/F1", choice="amend", words="Only in the capital.")
    check_roles(url("verdict_panel"), allowed="observer", wrong="post")
    client = client_as("observer")
    assert "Only in the capital." in text(client.get(url("verdict_panel"), {"target": "cell:1.1/F1"}))
    for other in ("cell:1.1/F2", "", "\x00"):
        assert "Only in the capital." not in text(client.get(url("verdict_panel"), {"target": other}))


def test_what_belongs_to_another_assessment_is_not_found(workshop: Any, client_as: Any, outsider: Any) -> None:
    other = make_workshop(outsider.memberships.get().assessment)
    foreign = make_group(other)
    comment = add_comment(assessment=other.assessment, statement="No.", by=None)
    client = client_as("lead")
    for pk in (other.pk, HUGE):
        assert client.get(f"/a/AZE-2016/workshop/{pk}/").status_code == 404
        assert client.post(f"/a/AZE-2016/workshop/{pk}/close/").status_code == 404
    for pk in (foreign.pk, HUGE):
        assert client.get(f"/a/AZE-2016/workshop/{workshop.pk}/groups/{pk}/ballot/").status_code == 404
    for pk in (comment.pk, HUGE):
        assert client.get(f"/a/AZE-2016/workshop/responses/{pk}/").status_code == 404


# Running a workshop


def test_workshop_from_plan_to_frozen_results(assessment: Any, client_as: Any) -> None:
    client = client_as("facilitator")
    answer = client.post(url("workshop_new"), {"held_on": "2016-04-25", "place": "Baku", "purpose": "validation"})
    workshop = Workshop.objects.get()
    assert answer.url == url("workshop", workshop.pk)
    people = {"name": "Group 1", "women": "3", "men": "4", "other": "0", "categories": ["1", "2"]}
    client.post(url("group_new", workshop.pk), people)
    group = Group.objects.get()
    assert (group.people, group.categories) == (7, ["1", "2"])
    client.post(url("workshop_open", workshop.pk))
    page = text(client.get(url("workshop", workshop.pk)))
    code = Workshop.objects.get().join_code
    assert page.count(f"http://testserver/w/{code}/") == 2
    assert "<svg" in page
    paper = {"place_0": "J", "place_1": "A", "place_2": "", "other_text": "", "revision": "0"}
    answer = client.post(url("group_ballot", workshop.pk, group.pk), paper, follow=True)
    assert "The ballot of Group 1 was counted: J, A." in text(answer)
    answer = client.post(
        url("group_ballot", workshop.pk, group.pk), paper | {"place_2": "N", "revision": "1"}, follow=True
    )
    assert "is now J, A, N. It replaces the previous ballot; each group counts once." in text(answer)
    answer = client.post(url("workshop_close", workshop.pk), follow=True)
    assert "the results are frozen" in text(answer)
    answer = client.post(url("group_ballot", workshop.pk, group.pk), paper)
    assert answer.status_code == 422
    assert "The workshop is closed" in text(answer)
    answer = client.post(url("workshop_reopen", workshop.pk), {"reason": ""})
    assert answer.status_code == 422
    client.post(url("workshop_reopen", workshop.pk), {"reason": "A late ballot."})
    assert Workshop.objects.get().status == "open"


@pytest.mark.parametrize("typed", [{"held_on": "yesterday"}, {"held_on": ""}, {"place": "x" * 201}, {"place": "a\x00"}])
def test_workshop_new_bad_input(assessment: Any, client_as: Any, typed: Any) -> None:
    answer = client_as("lead").post(
        url("workshop_new"), {"held_on": "2016-04-25", "place": "Baku", "purpose": "validation"} | typed
    )
    assert answer.status_code == 422
    assert Workshop.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "group 1"}, "There is already a group “group 1”."),
        ({"women": "-1"}, "greater than or equal to 0"),
        ({"women": "9" * 1000}, "less than or equal to 1000"),
        ({"men": "many"}, "Enter a whole number"),
        ({"categories": ["9"]}, "9 is not one of the available choices"),
    ],
)
def test_group_new_bad_input_is_shown_again_with_a_message(
    workshop: Any, client_as: Any, typed: Any, words: str
) -> None:
    make_group(workshop)
    sent = {"name": "Group two", "women": "1", "men": "1", "other": "0"} | typed
    answer = client_as("lead").post(url("group_new", workshop.pk), sent)
    assert answer.status_code == 422
    assert words in text(answer)
    assert sent["name"] in text(answer)
    assert Group.objects.count() == 1


@pytest.mark.parametrize(
    ("places", "words"),
    [
        (["J", "J", ""], "Priority J is chosen twice, for places 1 and 2."),
        (["", "J", ""], "Place 1 is empty"),
        (["Z", "", ""], "Z is not one of the available choices"),
        (["", "", ""], "The ballot is empty."),
    ],
)
def test_group_ballot_bad_input(workshop: Any, client_as: Any, places: list[str], words: str) -> None:
    group = make_group(workshop)
    typed = {f"place_{n}": letter for n, letter in enumerate(places)} | {"other_text": "kept words"}
    answer = client_as("facilitator").post(url("group_ballot", workshop.pk, group.pk), typed)
    assert answer.status_code == 422
    assert words in text(answer)
    assert "kept words" in text(answer)
    assert Ballot.objects.count() == 0


def test_group_verdict_on_paper(assessment: Any, workshop: Any, client_as: Any) -> None:
    make_mark(assessment)
    put_to_groups(assessment)
    group = make_group(workshop)
    client = client_as("facilitator")
    assert 'NRM specific to THB is in place</span> <span class="entry-state">✓ in place</span>' in text(
        client.get(url("group_ballot", workshop.pk, group.pk))
    )
    data = {"target": "cell:1.1/F1", "choice": "disagree", "words": "Not in force.", "revision": "2", "given": "0"}
    client.post(url("group_verdict", workshop.pk, group.pk), data)
    assert list(Verdict.objects.values_list("choice", "source")) == [("disagree", "paper")]
    answer = client.post(
        url("group_verdict", workshop.pk, group.pk), data | {"choice": "", "words": "Long words.", "given": "1"}
    )
    assert answer.status_code == 422
    assert "Choose agree, amend or disagree." in text(answer)
    assert "Long words.</textarea>" in text(answer)
    fetch = {"X-Requested-With": "fetch"}
    answer = client.post(
        url("group_verdict", workshop.pk, group.pk), data | {"choice": "agree", "given": "1"}, headers=fetch
    )
    assert (answer.status_code, text(answer).count("<form"), "Sent" in text(answer)) == (200, 1, True)


def test_group_undo_agree_on_paper(assessment: Any, workshop: Any, client_as: Any) -> None:
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "1.1/F2")
    put_to_groups(assessment)
    group = make_group(workshop)
    client = client_as("facilitator")
    send = {
        "category": "1",
        "cell": ["cell:1.1/F1", "cell:1.1/F2", "cell:9.9/F1", "\x00", "x" * 5000],
        "seen": ["2"] * 5,
    }
    answer = client.post(url("group_agree", workshop.pk, group.pk), send, follow=True)
    assert "Agreed together: 2." in text(answer)
    assert "Undo the agreement with the remaining cells: 2" in text(answer)
    assert set(Verdict.objects.values_list("choice", "source", "with_rest")) == {("agree", "paper", True)}
    answer = client.post(
        url("group_undo_agree", workshop.pk, group.pk),
        {"category": "1", "cell": ["cell:1.1/F1", "cell:1.1/F2"], "given": ["1", "1"]},
        follow=True,
    )
    assert "Undone: 2." in text(answer)
    assert Verdict.objects.in_force().count() == 0
    for odd in ({}, {"category": "9"}, {"category": "\x00"}):
        answer = client.post(url("group_undo_agree", workshop.pk, group.pk), odd, follow=True)
        assert "Nothing was changed." in text(answer)


def test_group_release_withdraw_and_remove(workshop: Any, client_as: Any) -> None:
    group = make_group(workshop, ballot="JAN")
    join_group(group=group)
    client = client_as("facilitator")
    assert "Release device" in text(client.get(url("group_edit", workshop.pk, group.pk)))
    client.post(url("group_release", workshop.pk, group.pk))
    assert Group.objects.get().device_hmac == ""
    answer = client.post(url("group_remove", workshop.pk, group.pk), follow=True)
    assert "has voted and cannot be removed" in text(answer)
    client.post(url("group_withdraw", workshop.pk, group.pk), {"revision": "1"})
    client.post(url("group_remove", workshop.pk, group.pk))
    assert Group.objects.count() == 0


# Live parts


@pytest.mark.parametrize("name", ["workshop_groups", "projector_counts"])
def test_live_parts_are_sent_only_when_something_changed(workshop: Any, client_as: Any, name: str) -> None:
    client = client_as("observer")
    first = client.get(url(name, workshop.pk))
    revision = first["X-Revision"]
    assert (first.status_code, first["Cache-Control"]) == (200, "no-store")
    assert client.get(url(name, workshop.pk) + f"?revision={revision}").status_code == 204
    make_group(workshop, ballot="JAN")
    later = client.get(url(name, workshop.pk) + f"?revision={revision}")
    assert later.status_code == 200
    assert later["X-Revision"].split(".") == [str(int(revision.split(".")[0]) + 2), "0"]
    assert client.get(url(name, workshop.pk) + "?revision=x").status_code == 200


def test_projector_sends_few_queries_however_many_groups(
    workshop: Any, client_as: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_as("observer")
    make_group(workshop, "One", "JAN")
    client.get(url("projector_counts", workshop.pk))
    with django_assert_max_num_queries(13) as first:
        client.get(url("projector_counts", workshop.pk))
    for name in ("Two", "Three"):
        make_group(workshop, name, "JBL")
    with django_assert_max_num_queries(len(first)):
        client.get(url("projector_counts", workshop.pk))


def test_projector_shows_counts_and_ties(workshop: Any, client_as: Any) -> None:
    for name, ballot in {"One": "JAN", "Two": "JBL", "Three": "J"}.items():
        make_group(workshop, name, ballot)
    page = text(client_as("observer").get(url("projector", workshop.pk)))
    assert "3 of 3 groups voted" in page
    assert page.count('<span class="tie">tie</span>') == 4
    assert [part[1] for part in page.split("data-letter=")[1:]] == ["J", "A", "B", "L", "N"]


def test_handout_and_slides_print_marks_recommendations_and_the_ballot(
    assessment: Any, workshop: Any, client_as: Any
) -> None:
    make_mark(assessment, state="potential_improvement", rationale="Not used.")
    make_recommendation(assessment, "training inspectors")
    put_to_groups(assessment)
    client = client_as("observer")
    handout = text(client.get(url("handout", workshop.pk)))
    assert ("Not used." in handout, "training inspectors" in handout) == (True, True)
    assert "Improving cooperation between actors at the bilateral level" in handout
    slides = text(client.get(url("slides", workshop.pk)))
    assert "1 of 20 cells assessed: ✓ 0 in place, ▲ 1 for potential improvement" in slides


def test_a_survey_that_lost_its_priorities_breaks_no_page(assessment: Any, workshop: Any, client_as: Any) -> None:
    group = make_group(workshop, ballot="JAN")
    definition = instruments_2016()["survey"]
    bare = {**definition, "sections": definition["sections"][:7]}
    assessment.questionnaire = InstrumentFactory(kind="survey", version=9, definition=bare)
    assessment.save()
    client = client_as("facilitator")
    for name in ("workshop", "projector", "projector_counts", "handout", "slides"):
        assert client.get(url(name, workshop.pk)).status_code == 200
    assert client.get(url("group_ballot", workshop.pk, group.pk)).status_code == 200
    answer = client.post(url("group_ballot", workshop.pk, group.pk), {"place_0": "J", "revision": "1"})
    assert "has no ranking of the priorities" in text(answer)
    client.post(url("workshop_close", workshop.pk))
    assert Workshop.objects.get().results["groups"][0]["ballot"] == ["J", "A", "N"]


# Responses

COMMENT = {
    "target": "criterion:1.5",
    "finding": "Help hangs on cooperation.",
    "source": "",
    "statement": "It does not.",
    "who": "A ministry",
    "kind": "disputed",
    "stage": "validation",
    "revision": "0",
}


def test_comment_resolve_requires_a_reason_and_shows_what_was_typed(assessment: Any, client_as: Any) -> None:
    client = client_as("lead")
    answer = client.post(url("comment_new"), COMMENT)
    row = Comment.objects.get()
    assert answer.url == url("comment", row.pk)
    sent = {"disposition": "declined", "reason": "", "changed": "My typed change.", "revision": "1"}
    answer = client.post(url("comment_resolve", row.pk), sent)
    assert (answer.status_code, "My typed change." in text(answer)) == (422, True)
    client.post(url("comment_resolve", row.pk), sent | {"reason": "Confirmed by shelters."})
    row.refresh_from_db()
    assert (row.disposition, row.finding) == ("declined", "Help hangs on cooperation.")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"statement": ""}, "This field is required"),
        ({"target": "cell:9.9/F1"}, "Select a valid choice"),
        ({"source": "document:Aze 99"}, "There is no document Aze 99"),
        ({"who": "x" * 201}, "at most 200 characters"),
        ({"finding": "a\x00"}, "Null characters are not allowed"),
    ],
)
def test_comment_new_bad_input_is_shown_again_with_a_message(
    assessment: Any, client_as: Any, typed: Any, words: str
) -> None:
    answer = client_as("lead").post(url("comment_new"), COMMENT | {"statement": "My typed words."} | typed)
    assert answer.status_code == 422
    assert words in text(answer)
    assert Comment.objects.count() == 0
    if "statement" not in typed:
        assert "My typed words." in text(answer)


def test_comment_edit_and_resolve_show_both_texts_of_a_conflict(assessment: Any, client_as: Any) -> None:
    row = add_comment(assessment=assessment, statement="No.", by=None)
    edit_comment(comment=row, statement="The other's words.", by=None)
    answer = client_as("lead").post(url("comment_edit", row.pk), COMMENT | {"statement": "Mine.", "revision": "1"})
    assert answer.status_code == 409
    assert ("The other&#x27;s words." in text(answer), "Mine." in text(answer)) == (True, True)
    sent = {"disposition": "noted", "reason": "My reason.", "changed": "", "revision": "1"}
    answer = client_as("lead").post(url("comment_resolve", row.pk), sent)
    assert (answer.status_code, "My reason." in text(answer)) == (409, True)
    assert Comment.objects.get().disposition == ""


def test_comment_list_filters_with_a_constant_number_of_queries(
    assessment: Any, client_as: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_as("observer")
    first = add_comment(assessment=assessment, statement="First <i>words</i>.", target="criterion:1.1", by=None)
    client.get(url("comment_list"))
    with django_assert_max_num_queries(40) as one:
        client.get(url("comment_list"))
    recommendation = make_recommendation(assessment)
    for target in ("cell:1.1/F1", f"recommendation:{recommendation.pk}"):
        add_comment(assessment=assessment, statement="More.", target=target, by=None)
    with django_assert_max_num_queries(len(one) + 1):  # the recommendations' texts, however many
        client.get(url("comment_list"))
    resolve_comment(comment=first, disposition="noted", reason="Yes.", by=None)
    found = {
        chosen: len(client.get(url("comment_list") + f"?disposition={chosen}").context["rows"])
        for chosen in ("", "open", "noted", "declined", "nonsense")
    }
    assert found == {"": 3, "open": 2, "noted": 1, "declined": 0, "nonsense": 3}
    assert "First &lt;i&gt;words&lt;/i&gt;." in text(client.get(url("comment_list") + "?page=999"))


# What changed


def test_change_log_contains_decisions_with_their_reasons(assessment: Any, client_as: Any) -> None:
    make_mark(assessment, "1.1/F1", "in_place")
    for key in ("1.1/F1", "1.1/F2", "1.2/F1"):
        make_mark(assessment, key, "potential_improvement", rationale="Not in practice.", source="workshop")
    cell = {"criterion": "1.1", "by": None}
    decide_cell(assessment=assessment, cell="F1", source="workshop", reason="Convincing.", **cell)
    decide_cell(assessment=assessment, cell="F2", source="consultant", reason="Hearsay.", **cell)
    kept, changed, dropped = (make_recommendation(assessment, name) for name in ("kept", "changed", "dropped"))
    make_workshop(assessment)
    set_status(recommendation=kept, status="validated", by=None)
    edit_recommendation(recommendation=changed, text="changed by the room", reason="Asked for.", by=None)
    set_status(recommendation=dropped, status="dropped", reason="Done already.", by=None)
    make_recommendation(assessment, "new")
    comment = add_comment(assessment=assessment, statement="No.", finding="Yes.", who="A ministry", by=None)
    resolve_comment(comment=comment, disposition="amended", reason="Partly so.", changed="Two words.", by=None)
    add_comment(assessment=assessment, statement="Undecided.", by=None)

    log = client_as("observer").get(url("change_log")).context["log"]

    assert [(c.target, c.before, c.after, c.outcome, c.reason) for c in log.cells] == [
        ("cell:1.1/F1", "in_place", "potential_improvement", "accepted", "Convincing."),
        ("cell:1.1/F2", "not_assessed", "not_assessed", "not_accepted", "Hearsay."),
    ]
    opening = "So that victims are found, authorities are invited to consider"
    assert [(c.outcome, c.before, c.after, c.reason) for c in log.recommendations] == [
        ("confirmed", f"{opening}: kept", f"{opening}: kept", ""),
        ("rewritten", f"{opening}: changed", f"{opening}: changed by the room", "Asked for."),
        ("dropped", f"{opening}: dropped", "", "Done already."),
        ("added", "", f"{opening}: new", ""),
    ]
    assert [(s.statement, s.finding, s.changed, s.decision, s.reason) for s in log.statements] == [
        ("No.", "Yes.", "Two words.", "Amended", "Partly so."),
        ("Undecided.", "", "", "", ""),
    ]
    assert (log.undecided_statements, log.undecided_cells) == (1, 1)


def test_change_log_empty_teaches(assessment: Any, client_as: Any) -> None:
    assert "Nothing has changed yet" in text(client_as("observer").get(url("change_log")))


def test_workshop_shows_which_languages_of_phones_are_drafts(assessment: Any, workshop: Any, client_as: Any) -> None:
    assessment.languages = ["en", "az"]
    assessment.save()
    page = text(client_as("facilitator").get(url("workshop", workshop.pk)))
    assert '<span lang="en">English</span>, <span lang="az">Azərbaycanca</span> (draft).' in page


def test_workshop_pages_lead_to_the_words_in_each_language(workshop, client_as) -> None:
    for page in (f"{workshop.pk}/", f"{workshop.pk}/edit/", "new/"):
        html = client_as("lead").get(f"/a/AZE-2016/workshop/{page}").content.decode()
        assert 'href="/a/AZE-2016/languages/"' in html
