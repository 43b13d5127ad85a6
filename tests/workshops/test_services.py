"""A workshop from plan to frozen results: one ballot per group, nothing counted twice, nothing lost."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from assessments.models import AuditEvent
from ctnat.ui.errors import ConflictError
from tests.factories import AssessmentFactory
from tests.indicators.factories import make_mark, make_recommendation
from tests.workshops.factories import make_group, make_workshop
from workshops.models import Ballot, Comment, Group, Verdict, Workshop
from workshops.services.ballots import cast_ballot, withdraw_ballot
from workshops.services.comments import add_comment, edit_comment, resolve_comment
from workshops.services.groups import device_hmac, edit_group, join_group, release_device, remove_group
from workshops.services.verdicts import agree_remaining, give_verdict, undo_agree_remaining
from workshops.services.workshops import close_workshop, open_workshop, remove_workshop, reopen_workshop


def message(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(error.value.messages)


def revision(workshop: Workshop) -> int:
    return Workshop.objects.get(pk=workshop.pk).revision


def test_open_gives_a_code_once(assessment: Any) -> None:
    workshop = make_workshop(assessment)
    assert (workshop.status, len(workshop.join_code)) == ("open", 6)
    assert open_workshop(workshop=workshop, by=None).join_code == workshop.join_code
    assert AuditEvent.objects.filter(action="workshop.opened").count() == 1


def test_close_freezes_and_reopen_thaws_under_the_same_code(assessment: Any, member: Any) -> None:
    workshop = make_workshop(assessment)
    group = make_group(workshop, ballot="JAN", women=3, men=4, categories=["1"])
    closed = close_workshop(workshop=workshop, by=member("lead"))
    assert closed.results["groups"] == [
        {
            "name": "Group 1",
            "sector": "",
            "took_part": True,
            "categories": ["1"],
            "women": 3,
            "men": 4,
            "other": 0,
            "ballot": ["J", "A", "N"],
            "other_text": "",
            "other_language": "",
            "other_translation": "",
            "source": "paper",
        }
    ]
    assert closed.results["priorities"]["O"] == "Improving cooperation between actors at the bilateral level"
    with pytest.raises(ValidationError) as error:
        cast_ballot(group=group, priorities=["A", "B", "C"])
    assert "The workshop is closed" in message(error)
    assert close_workshop(workshop=workshop, by=None).closed_at == closed.closed_at

    with pytest.raises(ValidationError):
        reopen_workshop(workshop=workshop, by=None, reason="")
    opened = reopen_workshop(workshop=workshop, by=member("lead"), reason="One paper ballot was found.")
    assert (opened.status, opened.join_code) == ("open", workshop.join_code)
    cast_ballot(group=group, priorities=["A", "B", "C"])
    again = close_workshop(workshop=workshop, by=None)
    assert again.results["groups"][0]["ballot"] == ["A", "B", "C"]


def test_only_a_workshop_that_was_never_opened_can_be_removed(assessment: Any) -> None:
    workshop = make_workshop(assessment)
    with pytest.raises(ValidationError) as error:
        remove_workshop(workshop=workshop, by=None)
    assert "has been opened and cannot be removed" in message(error)
    planned = make_workshop(assessment, opened=False)
    make_group(planned)
    remove_workshop(workshop=planned, by=None)
    assert list(Workshop.objects.all()) == [workshop]


def test_states_that_do_not_follow_are_refused(assessment: Any) -> None:
    workshop = make_workshop(assessment, opened=False)
    for verb, extra in [(close_workshop, {}), (reopen_workshop, {"reason": "x"})]:
        with pytest.raises(ValidationError) as error:
            verb(workshop=workshop, by=None, **extra)
        assert "has not been opened yet" in message(error)
    with pytest.raises(ValidationError) as error:
        cast_ballot(group=make_group(workshop), priorities=["A", "B", "C"])
    assert "not open yet" in message(error)
    close_workshop(workshop=open_workshop(workshop=workshop, by=None), by=None)
    with pytest.raises(ValidationError) as error:
        open_workshop(workshop=workshop, by=None)
    assert "choose “Reopen”" in message(error)


@pytest.mark.parametrize(
    ("letters", "source", "words"),
    [
        (["J", "A", "J"], "device", "Priority J is chosen twice, for places 1 and 3."),
        (["J", "A", "Z"], "device", "“Z” is not one of the priorities."),
        (["J", "A"], "device", "Choose a priority for place 3 too"),
        ([], "device", "The ballot is empty."),
        (["", ""], "paper", "The ballot is empty."),
        (["J", "", "A"], "paper", "Place 2 is empty, but a later place is filled."),
        (["A", "B", "C", "D"], "paper", "A ballot has 3 places, not 4."),
        (["Q", "A", "B"], "device", "Describe the “Other” priority in a few words."),
        (["A", "B", "C"], "shouted", "A ballot comes from"),
    ],
)
def test_a_bad_ballot_is_refused_with_a_clear_word_and_changes_nothing(
    assessment: Any, letters: list[str], source: str, words: str
) -> None:
    workshop = make_workshop(assessment)
    group = make_group(workshop)
    before = revision(workshop)
    with pytest.raises(ValidationError) as error:
        cast_ballot(group=group, priorities=letters, source=source)
    assert words in message(error)
    assert (Ballot.objects.count(), revision(workshop)) == (0, before)


def test_a_second_ballot_replaces_the_first_and_a_repeated_one_is_counted_once(assessment: Any, member: Any) -> None:
    workshop = make_workshop(assessment)
    group = make_group(workshop)
    assert cast_ballot(group=group, priorities=["J", "A", "N"]).revision == 1
    before = revision(workshop)
    assert cast_ballot(group=group, priorities=["J", "A", "N"]).revision == 1
    assert revision(workshop) == before
    ballot = cast_ballot(group=group, priorities=["A", "J"], source="paper", by=member("facilitator"))
    assert (ballot.revision, ballot.priorities, Ballot.objects.count()) == (2, ["A", "J"], 1)
    assert AuditEvent.objects.filter(action="ballot.cast").first().detail == {
        "source": "paper",
        "priorities": ["A", "J"],
        "replaces": ["J", "A", "N"],
    }
    assert revision(workshop) == before + 1


def test_withdraw_ballot(assessment: Any) -> None:
    group = make_group(make_workshop(assessment), ballot="JAN")
    withdraw_ballot(group=group, by=None)
    assert Ballot.objects.count() == 0
    with pytest.raises(ValidationError):
        withdraw_ballot(group=group, by=None)


def test_one_device_a_group(assessment: Any) -> None:
    group = make_group(make_workshop(assessment))
    token = join_group(group=group)
    assert Group.objects.get().device_hmac == device_hmac(token)
    with pytest.raises(ValidationError) as error:
        join_group(group=group)
    assert "already" in message(error)
    release_device(group=group, by=None)
    assert join_group(group=group) != token


def test_groups_have_names_of_their_own_and_known_categories(assessment: Any) -> None:
    workshop = make_workshop(assessment)
    make_group(workshop)
    for fields, words in [
        ({"name": "group 1"}, "There is already a group"),
        ({"name": ""}, "blank"),
        ({"name": "B", "categories": ["9"]}, "no category 9"),
        ({"name": "B", "women": 40_000}, "less than or equal"),
        ({"name": "B", "women": -1}, "greater than or equal"),
    ]:
        with pytest.raises(ValidationError) as error:
            make_group(workshop, **fields)
        assert words in message(error)
    assert Group.objects.count() == 1


def test_edit_group_and_remove_group(assessment: Any) -> None:
    workshop = make_workshop(assessment)
    group = edit_group(group=make_group(workshop), name="Prevention", categories=["4", "5"], women=2, by=None)
    assert (group.name, group.categories, group.people) == ("Prevention", ["4", "5"], 2)
    cast_ballot(group=group, priorities=["A"], source="paper")
    with pytest.raises(ValidationError):
        remove_group(group=group, by=None)
    withdraw_ballot(group=group, by=None)
    remove_group(group=group, by=None)
    assert Group.objects.count() == 0


def test_verdicts_are_of_the_groups_own_categories_and_the_last_counts(assessment: Any) -> None:
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "2.1/F1")
    row = make_recommendation(assessment)
    group = make_group(make_workshop(assessment), categories=["1"])
    give_verdict(group=group, target="cell:1.1/F1", choice="agree")
    give_verdict(group=group, target=f"recommendation:{row.pk}", choice="disagree", words="Too early.")
    give_verdict(group=group, target=f"recommendation:{row.pk}", choice="amend", words="Add NGOs.")
    assert list(Verdict.objects.values_list("target", "choice", "words")) == [
        ("cell:1.1/F1", "agree", ""),
        (f"recommendation:{row.pk}", "amend", "Add NGOs."),
    ]
    for target in ("cell:2.1/F1", "cell:1.1/F2", "recommendation:999", "cell:", "x\x00"):
        with pytest.raises(ValidationError) as error:
            give_verdict(group=group, target=target, choice="agree")
        assert "Reload the page" in message(error)
    for choice in ("amend", "disagree", "shrug"):
        with pytest.raises(ValidationError):
            give_verdict(group=group, target="cell:1.1/F1", choice=choice)


def test_words_of_groups_become_responses_once(assessment: Any) -> None:
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "1.1/F2")
    workshop = make_workshop(assessment)
    group = make_group(workshop)
    give_verdict(group=group, target="cell:1.1/F1", choice="disagree", words="Not so.")
    give_verdict(group=group, target="cell:1.1/F2", choice="amend", words="Only in the capital.")
    close_workshop(workshop=workshop, by=None)
    assert list(Comment.objects.values_list("who", "target", "kind", "statement", "disposition")) == [
        ("Group 1", "cell:1.1/F1", "disputed", "Not so.", ""),
        ("Group 1", "cell:1.1/F2", "qualified", "Only in the capital.", ""),
    ]
    resolve_comment(comment=Comment.objects.first(), disposition="noted", reason="Beside the mark.", by=None)

    reopen_workshop(workshop=workshop, by=None, reason="Late ballot.")
    give_verdict(group=group, target="cell:1.1/F1", choice="disagree", words="Still not so.")
    give_verdict(group=group, target="cell:1.1/F2", choice="amend", words="Only in two cities.")
    close_workshop(workshop=workshop, by=None)
    assert list(Comment.objects.values_list("statement", "disposition")) == [
        ("Not so.", "noted"),
        ("Only in two cities.", ""),
        ("Still not so.", ""),
    ]


def test_add_comment_and_dispose_of_it(assessment: Any, member: Any) -> None:
    comment = add_comment(
        assessment=assessment,
        statement="The ministry takes in victims whether or not they cooperate.",
        who="A ministry",
        target="criterion:1.5",
        finding="In practice the shelter takes those who cooperate.",
        kind="disputed",
        stage="after_workshop",
        by=member("facilitator"),
    )
    assert list(Comment.objects.undecided()) == [comment]
    for fields in ({"disposition": "", "reason": "x"}, {"disposition": "noted", "reason": " "}):
        with pytest.raises(ValidationError):
            resolve_comment(comment=comment, by=None, **fields)
    done = resolve_comment(
        comment=comment, disposition="declined", reason="Shelters confirmed it.", by=member("lead"), revision=1
    )
    assert (done.disposition, done.decided_by, done.finding) == ("declined", member("lead"), comment.finding)
    assert list(Comment.objects.undecided()) == []
    with pytest.raises(ConflictError):
        resolve_comment(comment=comment, disposition="accepted", reason="x", by=None, revision=1)
    with pytest.raises(ConflictError):
        edit_comment(comment=comment, statement="x", by=None, revision=1)
    assert edit_comment(comment=comment, statement="It takes in all.", by=None).statement == "It takes in all."


def test_a_response_sent_twice_is_there_once(assessment: Any) -> None:
    add_comment(assessment=assessment, statement="No.", who="A ministry", by=None)
    with pytest.raises(ValidationError) as error:
        add_comment(assessment=assessment, statement="No.", who="A ministry", by=None)
    assert "is already in the list" in message(error)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"statement": " "}, "Enter the statement."),
        ({"statement": "a\x00"}, "cannot be stored"),
        ({"target": "criterion:9.9"}, "Choose one from the list"),
        ({"target": "recommendation:99999999999999999999"}, "Choose one from the list"),
        ({"target": "recommendation:²"}, "Choose one from the list"),
        ({"target": "elsewhere"}, "Choose one from the list"),
        ({"source": "document:Aze 99"}, "There is no document Aze 99"),
        ({"kind": "praise"}, "not a valid choice"),
        ({"stage": "later"}, "not a valid choice"),
        ({"who": "x" * 201}, "at most 200 characters"),
    ],
)
def test_add_comment_refuses(assessment: Any, fields: Any, words: str) -> None:
    with pytest.raises(ValidationError) as error:
        add_comment(assessment=assessment, **{"statement": "No.", "by": None} | fields)
    assert words in message(error)
    assert Comment.objects.count() == 0


def test_a_response_cannot_speak_about_another_assessments_recommendation(assessment: Any) -> None:
    other = make_recommendation(AssessmentFactory(reference="GEO-2016", country="GEO"))
    with pytest.raises(ValidationError):
        add_comment(assessment=assessment, statement="No.", target=f"recommendation:{other.pk}", by=None)


# Agreeing with the rest at once


def cells(group: Group) -> dict[str, str]:
    return dict(group.verdicts.in_force().values_list("target", "choice"))


def test_agreeing_with_the_rest_touches_only_cells_that_were_shown_and_have_no_word(assessment: Any) -> None:
    for cell in ("1.1/F1", "1.1/F2", "1.2/F1", "2.1/F1"):
        make_mark(assessment, cell)
    make_recommendation(assessment)
    group = make_group(make_workshop(assessment))
    give_verdict(group=group, target="cell:1.1/F1", choice="disagree", words="Not in force.")
    shown = ["cell:1.1/F1", "cell:1.1/F2", "cell:2.1/F1", "cell:1.3/F1", "recommendation:1"]
    before = revision(group.workshop)
    assert agree_remaining(group=group, category="1", targets=dict.fromkeys(shown)) == 1
    assert cells(group) == {"cell:1.1/F1": "disagree", "cell:1.1/F2": "agree"}
    assert revision(group.workshop) == before + 1
    event = AuditEvent.objects.get(action="verdicts.agreed")
    assert event.detail == {"category": "1", "cells": ["cell:1.1/F2"]}


def test_undoing_leaves_verdicts_that_were_given_one_by_one(assessment: Any) -> None:
    for cell in ("1.1/F1", "1.1/F2", "1.2/F1", "2.1/F1"):
        make_mark(assessment, cell)
    group = make_group(make_workshop(assessment))
    other = make_group(group.workshop, "Group 2")
    shown = ["cell:1.1/F1", "cell:1.1/F2", "cell:1.2/F1", "cell:2.1/F1"]
    give_verdict(group=group, target="cell:1.2/F1", choice="agree")
    for who, category in ((group, "1"), (group, "2"), (other, "1")):
        agree_remaining(group=who, category=category, targets=dict.fromkeys(shown))
    give_verdict(group=group, target="cell:1.1/F2", choice="amend", words="Only in the capital.")
    assert undo_agree_remaining(group=group, category="1") == 1
    assert cells(group) == {"cell:1.1/F2": "amend", "cell:1.2/F1": "agree", "cell:2.1/F1": "agree"}
    assert len(cells(other)) == 3
    assert AuditEvent.objects.get(action="verdicts.taken_back").detail["cells"] == ["cell:1.1/F1"]
    with pytest.raises(ValidationError, match="Nothing was changed"):
        undo_agree_remaining(group=group, category="1")


def test_agreeing_with_the_rest_of_nothing_or_when_closed_is_refused(assessment: Any) -> None:
    make_mark(assessment, "1.1/F1")
    group = make_group(make_workshop(assessment))
    for category, targets in (("1", []), ("2", ["cell:1.1/F1"]), ("x", ["cell:1.1/F1"])):
        with pytest.raises(ValidationError, match="Nothing was changed"):
            agree_remaining(group=group, category=category, targets=dict.fromkeys(targets))
    agree_remaining(group=group, category="1", targets=dict.fromkeys(["cell:1.1/F1"]))
    close_workshop(workshop=group.workshop, by=None)
    acts = (
        lambda: agree_remaining(group=group, category="1", targets=dict.fromkeys(["cell:1.1/F1"])),
        lambda: undo_agree_remaining(group=group, category="1"),
    )
    for act in acts:
        with pytest.raises(ValidationError, match="results are frozen"):
            act()
    assert cells(group) == {"cell:1.1/F1": "agree"}


# A group's wording when a workshop is closed again


@pytest.fixture
def disputed(assessment: Any) -> Group:
    """A group whose disagreement was taken into the register at the first closing; the workshop is open again."""
    make_mark(assessment, "1.1/F1")
    group = make_group(make_workshop(assessment))
    give_verdict(group=group, target="cell:1.1/F1", choice="disagree", words="Not in force.")
    close_workshop(workshop=group.workshop, by=None)
    reopen_workshop(workshop=group.workshop, by=None, reason="A group wants to speak again.")
    return group


def close_again(group: Group, times: int = 1) -> list[tuple[str, str, str]]:
    for again in range(times):
        close_workshop(workshop=group.workshop, by=None)
        if again < times - 1:
            reopen_workshop(workshop=group.workshop, by=None, reason="Once more.")
    return list(Comment.objects.values_list("kind", "statement", "disposition"))


def test_closing_again_takes_nothing_twice(disputed: Group) -> None:
    assert close_again(disputed, 3) == [("disputed", "Not in force.", "")]


def test_an_undecided_response_follows_the_group(disputed: Group) -> None:
    give_verdict(group=disputed, target="cell:1.1/F1", choice="amend", words="In force since May.")
    assert close_again(disputed, 2) == [("qualified", "In force since May.", "")]


def test_a_response_taken_back_is_noted_as_withdrawn(disputed: Group) -> None:
    give_verdict(group=disputed, target="cell:1.1/F1", choice="agree")
    assert close_again(disputed, 2) == [("disputed", "Not in force.", "")]
    assert Comment.objects.get().is_withdrawn


def test_a_response_put_right_by_hand_is_not_overwritten(disputed: Group) -> None:
    edit_comment(comment=Comment.objects.get(), statement="It is not in force.", by=None)
    assert close_again(disputed, 3) == [("disputed", "It is not in force.", "")]
    reopen_workshop(workshop=disputed.workshop, by=None, reason="Once more.")
    give_verdict(group=disputed, target="cell:1.1/F1", choice="amend", words="In force since May.")
    found = [("disputed", "It is not in force.", ""), ("qualified", "In force since May.", "")]
    assert close_again(disputed, 2) == found


def test_a_decided_response_stays_and_new_words_are_another(disputed: Group) -> None:
    resolve_comment(comment=Comment.objects.get(), disposition="accepted", reason="True.", by=None)
    give_verdict(group=disputed, target="cell:1.1/F1", choice="amend", words="In force since May.")
    found = [("disputed", "Not in force.", "accepted"), ("qualified", "In force since May.", "")]
    assert close_again(disputed, 2) == found
