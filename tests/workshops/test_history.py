"""What each action at a workshop stores and records: who did it, to what, and that the rest is unchanged."""

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError

from assessments.lacking import lacking_languages
from assessments.models import AuditEvent
from assessments.tokens import token_hmac
from ctnat.ui.errors import ConflictError, InputError
from ctnat.ui.seen import SeenConflict, marks_of
from indicators.models import Recommendation, Translation
from indicators.translated import wordings_mark
from tests.factories import AssessmentFactory
from tests.indicators.factories import make_mark, make_recommendation
from tests.workshops.factories import make_group, make_workshop
from workshops.agenda import wording_of
from workshops.models import Ballot, Comment, Group, Minutes, Verdict, Workshop
from workshops.services import groups as groups_module
from workshops.services import minutes as minutes_module
from workshops.services import workshops as workshops_module
from workshops.services.ballots import cast_ballot, withdraw_ballot
from workshops.services.comments import (
    add_comment,
    adopt_wording,
    edit_comment,
    resolve_comment,
    restore_comment,
    statement_translations,
    take_from_verdicts,
    withdraw_comment,
)
from workshops.services.groups import add_group, edit_group, join_group, release_device, remove_group
from workshops.services.minutes import print_minutes, renew_minutes
from workshops.services.verdicts import agree_remaining, give_verdict, undo_agree_remaining, withdraw_verdict
from workshops.services.workshops import (
    close_workshop,
    count_workshop,
    create_workshop,
    edit_workshop,
    empty_rehearsal,
    open_workshop,
    remove_workshop,
    reopen_workshop,
    update_agenda,
)
from workshops.words import BallotConflict, GroupError, VerdictConflict

F1, F2 = "cell:1.1/F1", "cell:1.1/F2"


def last(assessment: Any, action: str) -> tuple[Any, str, dict[str, Any]]:
    """Actor, object and detail of the last event of that name, which must be the last of the assessment."""
    row = AuditEvent.objects.filter(assessment=assessment).order_by("position").last()
    assert row is not None
    assert row.action == action
    return row.actor, row.object_label, row.detail


def count_events() -> int:
    return AuditEvent.objects.count()


def revision(workshop: Workshop) -> int:
    return Workshop.objects.get(pk=workshop.pk).revision


@pytest.fixture
def workshop(assessment: Any) -> Workshop:
    """An open workshop at which two cells of the first category and one of the second are discussed."""
    for cell in ("1.1/F1", "1.1/F2", "2.1/F1"):
        make_mark(assessment, cell)
    return make_workshop(assessment)


# Ballots


def test_a_ballot_is_stored_with_its_source_and_who_typed_it(workshop: Workshop, member: Any) -> None:
    by, group = member("facilitator"), make_group(workshop)
    before = revision(workshop)
    ballot = cast_ballot(
        group=group, priorities=[" Q ", "A", "B", ""], source="paper", by=by, other_text=" Shelters ", revision=0
    )
    ballot.refresh_from_db()
    assert (ballot.priorities, ballot.other_text, ballot.source, ballot.by) == (
        ["Q", "A", "B"], "Shelters", "paper", by
    )  # fmt: skip
    assert (ballot.revision, Group.objects.get().ballot_revision, revision(workshop)) == (1, 1, before + 1)
    detail = {"priorities": ["Q", "A", "B"], "source": "paper"}
    assert last(workshop.assessment, "ballot.cast") == (by, "Group 1", detail)


def test_a_ballot_comes_from_a_device_by_default_and_from_paper_if_given(workshop: Workshop) -> None:
    ballot = cast_ballot(group=make_group(workshop), priorities=["J", "A", "N"])
    assert (ballot.source, ballot.other_text, ballot.by) == ("device", "", None)
    with pytest.raises(InputError, match="A ballot comes from device or paper"):
        cast_ballot(group=ballot.group, priorities=["J", "A", "N"], source="shouted")


@pytest.mark.parametrize(("given", "stored"), [({"language": "ka"}, "ka"), ({}, "")])
def test_the_language_of_a_ballot_is_that_of_its_own_words(
    workshop: Workshop, given: dict[str, str], stored: str
) -> None:
    group = make_group(workshop)
    ballot = cast_ballot(group=group, priorities=["Q", "A", "B"], other_text="Shelters", **given)
    assert ballot.other_language == stored
    assert cast_ballot(group=group, priorities=["J", "A", "B"], **given).other_language == ""


@pytest.mark.parametrize("again", [{"priorities": ["A"]}, {"other_text": "More"}, {"source": "device"}])
def test_a_ballot_that_differs_in_anything_is_another(workshop: Workshop, again: dict[str, Any]) -> None:
    first = {"priorities": ["Q", "A", "B"], "other_text": "Shelters", "source": "paper"}
    group = make_group(workshop)
    cast_ballot(group=group, **first)
    assert cast_ballot(group=group, **first).revision == 1
    assert cast_ballot(group=group, **first | again).revision == 2


@pytest.mark.parametrize(
    ("letters", "source", "key", "values"),
    [
        (["A", "B", "A"], "paper", "twice", {"letter": "A", "first": 1, "second": 3}),
        (["Z" * 12], "paper", "unknown_letter", {"letter": "Z" * 10}),
        (["", "A"], "paper", "gap", {"place": 1}),
        (["A", "", "", "B"], "paper", "too_many_places", {"ranks": 3, "given": 4}),
        ([" ", ""], "paper", "empty_ballot", {}),
        (["A"], "device", "incomplete", {"place": 2, "ranks": 3}),
        (["A", "B", "Q"], "device", "other_missing", {}),
    ],
)
def test_errors_of_a_ballot_are_named_with_their_place(
    workshop: Workshop, letters: list[str], source: str, key: str, values: dict[str, Any]
) -> None:
    with pytest.raises(GroupError) as error:
        cast_ballot(group=make_group(workshop), priorities=letters, source=source)
    assert (error.value.key, error.value.values) == (key, values)


def test_words_for_other_may_be_missing_on_paper_and_are_not_asked_without_it(workshop: Workshop) -> None:
    group = make_group(workshop)
    cast_ballot(group=group, priorities=["Q", "A", "B"], source="paper")
    cast_ballot(group=group, priorities=["C", "A", "B"])
    assert cast_ballot(group=group, priorities=["Q", "A", "B"], other_text="Shelters").other_text == "Shelters"
    with pytest.raises(InputError, match="words for “Other” contains"):
        cast_ballot(group=group, priorities=["Q", "A", "B"], other_text="\x00")
    with pytest.raises(ValidationError, match="at most 300"):
        cast_ballot(group=group, priorities=["Q", "A", "B"], other_text="x" * 301)


def test_a_withdrawn_ballot_is_recorded_and_the_group_can_vote_again(workshop: Workshop, member: Any) -> None:
    by, group, other = (
        member("facilitator"),
        make_group(workshop, ballot="JAN"),
        make_group(workshop, "Group 2", ballot="ABC"),
    )
    before = revision(workshop)
    with pytest.raises(BallotConflict) as error:
        withdraw_ballot(group=group, by=by, revision=0)
    assert (error.value.key, error.value.current) == ("ballot_not_withdrawn", Ballot.objects.get(group=group))
    withdraw_ballot(group=group, by=by, revision=1)
    assert list(Ballot.objects.all()) == [other.ballot]
    assert (Group.objects.get(pk=group.pk).ballot_revision, revision(workshop)) == (2, before + 1)
    assert last(workshop.assessment, "ballot.withdrawn") == (by, "Group 1", {"priorities": ["J", "A", "N"]})
    events = count_events()
    withdraw_ballot(group=group, by=by, revision=1)  # sent twice
    assert (count_events(), revision(workshop)) == (events, before + 1)
    for seen in (None, 0, 2):
        with pytest.raises(GroupError) as error:
            withdraw_ballot(group=group, by=by, revision=seen)
        assert (error.value.key, error.value.values) == ("has_none", {"group": group})
    assert cast_ballot(group=group, priorities=["A", "B", "C"], revision=2).revision == 3


def test_a_ballot_on_an_old_page_is_refused_with_the_one_in_force(workshop: Workshop) -> None:
    group = make_group(workshop, ballot="JAN")
    with pytest.raises(BallotConflict) as error:
        cast_ballot(group=group, priorities=["A"], source="paper", revision=0)
    assert (error.value.key, error.value.current) == ("ballot_conflict", Ballot.objects.get())
    withdraw_ballot(group=group, by=None)
    with pytest.raises(BallotConflict) as error:
        cast_ballot(group=group, priorities=["A"], source="paper", revision=1)
    assert error.value.values == {"letters": "–"}


# Verdicts


def test_a_verdict_is_stored_with_what_was_seen_and_recorded(workshop: Workshop, member: Any) -> None:
    by, group = member("facilitator"), make_group(workshop)
    before = revision(workshop)
    verdict = give_verdict(
        group=group, target=F1, choice="disagree", words=" Not so. ", source="paper", by=by, language="ru",
        revision=2, given=0,
    )  # fmt: skip
    verdict.refresh_from_db()
    assert (verdict.group, verdict.target, verdict.choice, verdict.words) == (group, F1, "disagree", "Not so.")
    assert (verdict.source, verdict.revision, verdict.with_rest, verdict.withdrawn_at) == ("paper", 1, False, None)
    assert (verdict.seen["language"], verdict.seen["revision"], verdict.seen["state"]) == ("ru", 2, "in_place")
    assert revision(workshop) == before + 1
    detail = {"about": F1, "choice": "disagree", "revision": 2}
    assert last(workshop.assessment, "verdict.given") == (by, "Group 1", detail)


def test_a_verdict_comes_from_a_device_in_english_without_words_by_default(workshop: Workshop) -> None:
    verdict = give_verdict(group=make_group(workshop), target=F1, choice="agree")
    assert (verdict.source, verdict.seen["language"], verdict.words) == ("device", "en", "")


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({"choice": "amend", "words": "Hardly."}, "ru"),
        ({"choice": "agree"}, ""),
        ({"choice": "amend", "words": "Hardly.", "source": "paper"}, ""),
    ],
)
def test_the_language_of_words_is_recorded_where_they_were_typed_on_a_device(
    workshop: Workshop, fields: dict[str, str], stored: str
) -> None:
    verdict = give_verdict(group=make_group(workshop), target=F1, language="ru", **fields)
    assert verdict.words_language == stored


def test_a_verdict_on_other_words_than_those_of_the_agenda_is_refused(workshop: Workshop) -> None:
    group = make_group(workshop)
    given = give_verdict(group=group, target=F1, choice="agree")
    with pytest.raises(VerdictConflict) as error:
        give_verdict(group=group, target=F1, choice="amend", words="Hardly.", wording="other")
    assert (error.value.key, error.value.current) == ("text_changed", given)
    seen = wording_of(given.seen, "en")
    assert give_verdict(group=group, target=F1, choice="amend", words="Hardly.", wording=seen).words == "Hardly."


def test_the_same_verdict_sent_twice_is_one_and_anything_else_another(workshop: Workshop) -> None:
    group = make_group(workshop)
    send = {"group": group, "target": F1, "choice": "disagree", "words": "Not so."}
    give_verdict(**send)
    before, events = revision(workshop), count_events()
    assert give_verdict(**send, given=0).revision == 1
    assert (revision(workshop), count_events()) == (before, events)
    assert give_verdict(**send | {"words": "Never."}, given=1).revision == 2
    assert give_verdict(**send | {"choice": "amend", "words": "Never."}, given=2).revision == 3
    withdraw_verdict(group=group, target=F1)
    assert give_verdict(**send | {"choice": "amend", "words": "Never."}, given=4).revision == 5
    assert not Verdict.objects.get().is_withdrawn


def test_a_verdict_of_its_own_on_what_was_agreed_with_the_rest_is_a_new_one(workshop: Workshop) -> None:
    group = make_group(workshop)
    agree_remaining(group=group, category="1", targets={F1: None})
    verdict = give_verdict(group=group, target=F1, choice="agree")
    assert (verdict.with_rest, verdict.revision) == (False, 2)


def test_the_same_verdict_on_changed_words_is_a_new_one(workshop: Workshop) -> None:
    group = make_group(workshop)
    give_verdict(group=group, target=F1, choice="agree")
    make_mark(workshop.assessment, rationale="Approved in 2010.")
    verdict = give_verdict(group=group, target=F1, choice="agree")
    assert (verdict.revision, verdict.seen["revision"], verdict.seen["note"]) == (2, 3, "Approved in 2010.")


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"target": "cell:1.1/F9"}, "not_discussed"),
        ({"choice": "shrug"}, "choose_verdict"),
        ({"choice": "amend"}, "say_amend"),
        ({"choice": "disagree", "words": " "}, "say_disagree"),
        ({"revision": 1}, "text_changed"),
        ({"given": 1}, "verdict_conflict"),
    ],
)
def test_why_a_verdict_is_refused(workshop: Workshop, fields: dict[str, Any], key: str) -> None:
    group = make_group(workshop)
    before = revision(workshop)
    with pytest.raises(GroupError) as error:
        give_verdict(**{"group": group, "target": F1, "choice": "agree"} | fields)
    assert error.value.key == key
    assert (Verdict.objects.count(), revision(workshop)) == (0, before)
    with pytest.raises(InputError, match="The words contains"):
        give_verdict(group=group, target=F1, choice="agree", words="\x00")


def test_a_conflict_of_verdicts_shows_the_one_in_force_of_this_group_and_target(workshop: Workshop) -> None:
    group, other = make_group(workshop), make_group(workshop, "Group 2")
    for who, target in ((other, F1), (group, F2), (group, F1)):
        give_verdict(group=who, target=target, choice="agree")
    mine = Verdict.objects.get(group=group, target=F1)
    for act in (
        lambda: give_verdict(group=group, target=F1, choice="disagree", words="No.", given=0),
        lambda: give_verdict(group=group, target=F1, choice="disagree", words="No.", revision=1),
        lambda: withdraw_verdict(group=group, target=F1, given=3),
    ):
        with pytest.raises(VerdictConflict) as error:
            act()
        assert error.value.current == mine
    assert error.value.key == "verdict_conflict"


def test_a_withdrawn_verdict_is_kept_and_recorded(workshop: Workshop, member: Any) -> None:
    by, group, other = member("facilitator"), make_group(workshop), make_group(workshop, "Group 2")
    for who, target in ((group, F1), (group, F2), (other, F1)):
        give_verdict(group=who, target=target, choice="agree")
    before = revision(workshop)
    gone = withdraw_verdict(group=group, target=F1, by=by, given=1)
    gone.refresh_from_db()
    assert (gone.is_withdrawn, gone.with_rest, gone.revision, revision(workshop)) == (True, False, 2, before + 1)
    assert Verdict.objects.in_force().count() == 2
    assert last(workshop.assessment, "verdict.withdrawn") == (by, "Group 1", {"about": F1})
    events = count_events()
    assert withdraw_verdict(group=group, target=F1, by=by, given=1) == gone  # sent twice
    assert (count_events(), Verdict.objects.get(pk=gone.pk).revision) == (events, 2)
    for given in (None, 0, 2):
        with pytest.raises(GroupError):
            withdraw_verdict(group=group, target=F1, by=by, given=given)


def test_a_group_without_verdicts_withdraws_none_of_its_own_or_of_others(workshop: Workshop) -> None:
    group, silent = make_group(workshop), make_group(workshop, "Group 2")
    give_verdict(group=group, target=F1, choice="agree")
    for given in (None, 0, 1):
        with pytest.raises(GroupError):
            withdraw_verdict(group=silent, target=F1, given=given)
    assert not Verdict.objects.get().is_withdrawn


def test_a_verdict_agreed_with_the_rest_leaves_the_rest_when_it_is_withdrawn(workshop: Workshop) -> None:
    group = make_group(workshop)
    agree_remaining(group=group, category="1", targets=dict.fromkeys([F1, F2]))
    assert withdraw_verdict(group=group, target=F1).with_rest is False
    assert undo_agree_remaining(group=group, category="1", given={F2: 1}) == 1


def test_agreement_with_the_rest_is_stored_and_recorded(workshop: Workshop, member: Any) -> None:
    by, group = member("facilitator"), make_group(workshop)
    give_verdict(group=group, target=F1, choice="disagree", words="No.")
    withdraw_verdict(group=group, target=F1)
    before = revision(workshop)
    targets = {F1: 2, F2: 2, "cell:2.1/F1": 2}
    assert agree_remaining(group=group, category="1", targets=targets, source="paper", by=by, language="ru") == 2
    rows = {row.target: row for row in Verdict.objects.all()}
    assert set(rows) == {F1, F2}
    for row in rows.values():
        assert (row.group, row.choice, row.words, row.source) == (group, "agree", "", "paper")
        assert (row.with_rest, row.withdrawn_at, row.seen["language"]) == (True, None, "ru")
    assert [rows[F1].revision, rows[F2].revision, revision(workshop)] == [3, 1, before + 1]
    assert rows[F1].seen["text"] != rows[F2].seen["text"]
    assert last(workshop.assessment, "verdicts.agreed") == (by, "Group 1", {"category": "1", "cells": [F1, F2]})


def test_agreement_with_the_rest_comes_from_a_device_in_english_by_default(workshop: Workshop) -> None:
    agree_remaining(group=make_group(workshop), category="1", targets={F1: None})
    verdict = Verdict.objects.get()
    assert (verdict.source, verdict.seen["language"]) == ("device", "en")


def test_agreement_with_the_rest_sent_twice_is_given_once(workshop: Workshop) -> None:
    group, other = make_group(workshop), make_group(workshop, "Group 2")
    agree_remaining(group=other, category="1", targets={F1: 2})
    assert agree_remaining(group=group, category="1", targets={F1: 2, F2: 2}) == 2
    events = count_events()
    assert agree_remaining(group=group, category="1", targets={F1: 2, F2: 2}) == 2
    assert count_events() == events
    for targets in ({F1: 2}, {F1: 2, F2: 1}, {F1: None, F2: None}, {F1: 2, F2: 2, "cell:1.1/F9": 2}):
        if targets == {F1: 2}:  # one of the two: those that were shown are included
            assert agree_remaining(group=group, category="1", targets=targets) == 1
            continue
        with pytest.raises(GroupError) as error:
            agree_remaining(group=group, category="1", targets=targets)
        assert error.value.key == "nothing_left"


def test_agreement_with_a_rest_that_has_changed_is_refused_whole(workshop: Workshop) -> None:
    group = make_group(workshop)
    with pytest.raises(VerdictConflict) as error:
        agree_remaining(group=group, category="1", targets={F1: 2, F2: 1})
    assert (error.value.key, error.value.current, Verdict.objects.count()) == ("rest_changed", None, 0)


def test_agreement_with_other_words_than_those_of_the_agenda_is_refused_whole(workshop: Workshop) -> None:
    group, other = make_group(workshop), make_group(workshop, "Group 2")
    seen = {target: give_verdict(group=other, target=target, choice="agree").seen for target in (F1, F2)}
    wordings = {target: wording_of(one, "en") for target, one in seen.items()}
    for wrong in (wordings | {F2: "other"}, {F1: wordings[F1]}, {}):
        with pytest.raises(VerdictConflict) as error:
            agree_remaining(group=group, category="1", targets={F1: None, F2: None}, wordings=wrong)
        assert (error.value.key, error.value.current) == ("rest_changed", None)
    assert not Verdict.objects.filter(group=group).exists()
    assert agree_remaining(group=group, category="1", targets={F1: None, F2: None}, wordings=wordings) == 2


def test_an_undone_agreement_is_recorded_and_kept_as_withdrawn(workshop: Workshop, member: Any) -> None:
    by, group, other = member("facilitator"), make_group(workshop), make_group(workshop, "Group 2")
    for who in (group, other):
        agree_remaining(group=who, category="1", targets=dict.fromkeys([F1, F2]))
    agree_remaining(group=group, category="2", targets={"cell:2.1/F1": None})
    before = revision(workshop)
    with pytest.raises(VerdictConflict) as error:
        undo_agree_remaining(group=group, category="1", given={F1: 1, F2: 2}, by=by)
    assert (error.value.key, error.value.current) == ("rest_changed", None)
    assert undo_agree_remaining(group=group, category="1", given={F1: 1, F2: 1}, by=by) == 2
    gone = Verdict.objects.filter(group=group, target__in=[F1, F2])
    assert {(row.is_withdrawn, row.with_rest, row.revision) for row in gone} == {(True, False, 2)}
    assert (Verdict.objects.in_force().count(), revision(workshop)) == (3, before + 1)
    assert last(workshop.assessment, "verdicts.taken_back") == (by, "Group 1", {"category": "1", "cells": [F1, F2]})
    events = count_events()
    assert undo_agree_remaining(group=group, category="1", given={F1: 1, F2: 1}, by=by) == 2  # sent twice
    assert count_events() == events
    for given in (None, {}, {F1: 2, F2: 2}, {F1: 1, F2: 1, "cell:1.1/F9": 1}, {F1: 0, F2: 1}):
        with pytest.raises(GroupError) as error:
            undo_agree_remaining(group=group, category="1", given=given)
        assert error.value.key == "nothing_to_undo"


# Groups


def test_a_group_is_stored_and_recorded(workshop: Workshop, member: Any) -> None:
    by, before = member("facilitator"), revision(workshop)
    group = add_group(
        workshop=workshop, name=" Prevention ", categories=["2", "1", "2"], women=1, men=2, other=3, sector="ngo", by=by
    )
    group.refresh_from_db()
    assert (group.workshop, group.name, group.categories, group.sector) == (workshop, "Prevention", ["2", "1"], "ngo")
    assert (group.women, group.men, group.other, revision(workshop)) == (1, 2, 3, before + 1)
    assert last(workshop.assessment, "group.added") == (by, "Prevention", {})
    plain = add_group(workshop=workshop, name="Plain", by=None)
    assert (plain.categories, plain.women, plain.men, plain.other, plain.sector) == ([], 0, 0, 0, "")


def test_the_same_form_with_the_same_entries_makes_one_group(workshop: Workshop, member: Any) -> None:
    by, key = member("facilitator"), UUID(int=7)
    entries = {"categories": ["1"], "women": 1, "men": 2, "other": 3, "sector": "ngo"}
    first = add_group(workshop=workshop, name="One", by=by, form_key=key, **entries)
    assert last(workshop.assessment, "group.added") == (by, "One", {"form": str(key)})
    before = revision(workshop)
    again = add_group(workshop=workshop, name=" One ", by=by, form_key=key, **entries | {"categories": ["1", "1"]})
    assert (again, Group.objects.count(), revision(workshop)) == (first, 1, before)
    for number, (name, value) in enumerate(
        {"categories": ["2"], "women": 4, "men": 4, "other": 4, "sector": "state"}.items(), start=2
    ):
        with pytest.raises(InputError, match="There is already a group"):  # with other entries it is another group
            add_group(workshop=workshop, name="One", by=by, form_key=key, **entries | {name: value})
        add_group(workshop=workshop, name=f"Group {number}", by=by, form_key=key, **entries)
        assert Group.objects.count() == number
    add_group(workshop=workshop, name="Another form", by=by, form_key=UUID(int=8), **entries)
    workshop.groups.filter(name="Another form").delete()
    with pytest.raises(InputError, match="has been removed since"):
        add_group(workshop=workshop, name="Another form", by=by, form_key=UUID(int=8), **entries)


def test_a_form_that_made_a_group_of_another_workshop_makes_one_here(workshop: Workshop, member: Any) -> None:
    other = make_workshop(AssessmentFactory(reference="GEO-2016", country="GEO"))
    by, key = member("facilitator"), UUID(int=7)
    first = add_group(workshop=other, name="One", by=by, form_key=key)
    assert add_group(workshop=workshop, name="One", by=by, form_key=key) != first


def test_editing_a_group_leaves_fields_that_were_not_given(workshop: Workshop, member: Any) -> None:
    fields = {"categories": ["1"], "women": 1, "men": 2, "other": 3, "sector": "ngo"}
    group = make_group(workshop, "Prevention", **fields)
    by, before = member("facilitator"), revision(workshop)
    for name, value in (
        ("name", "Protection"), ("categories", ["2"]), ("women", 4), ("men", 5), ("other", 6), ("sector", "state")
    ):  # fmt: skip
        edit_group(group=Group.objects.get(), by=by, **{name: value})
    group.refresh_from_db()
    assert (group.name, group.categories, group.women, group.men, group.other, group.sector) == (
        "Protection", ["2"], 4, 5, 6, "state"
    )  # fmt: skip
    assert revision(workshop) == before + 6
    assert last(workshop.assessment, "group.changed") == (by, "Protection", {})
    edit_group(group=group, name="protection", by=None)  # its own name in different case


def test_an_edit_on_an_old_page_is_refused_and_one_without_a_change_leaves_no_trace(workshop: Workshop) -> None:
    make_group(workshop, "First", women=9)
    group = make_group(workshop, "Prevention", women=1)
    seen = marks_of({"women": 1, "men": 0})
    edit_group(group=group, women=2, by=None)
    with pytest.raises(ConflictError) as error:
        edit_group(group=group, women=3, men=0, seen=seen, by=None)
    assert error.value.current == group
    before, events = revision(workshop), count_events()
    assert edit_group(group=group, women=2, men=0, seen=seen, by=None).women == 2  # sent twice
    assert (revision(workshop), count_events()) == (before, events)
    assert edit_group(group=group, men=1, by=None).women == 2


def test_a_group_that_was_removed_meanwhile_is_neither_changed_nor_removed(workshop: Workshop) -> None:
    make_group(workshop, "First")
    group = make_group(workshop)
    stale = Group.objects.get(pk=group.pk)
    remove_group(group=group, by=None)
    for act in (
        lambda: edit_group(group=stale, women=2, by=None),
        lambda: remove_group(group=stale, by=None),
        lambda: release_device(group=stale, by=None),
    ):
        with pytest.raises(InputError, match="Group 1 was removed in the meantime"):
            act()
    assert Group.objects.count() == 1


def test_a_group_that_sent_nothing_stays_where_the_workshop_is_closed(workshop: Workshop) -> None:
    group = make_group(workshop)
    close_workshop(workshop=workshop, by=None)
    with pytest.raises(InputError, match="its results are frozen"):
        remove_group(group=group, by=None)
    assert Group.objects.exists()


def test_a_device_is_released_once_and_not_from_an_old_page(workshop: Workshop) -> None:
    make_group(workshop, "First")
    group = make_group(workshop)
    join_group(group=group)
    now = Group.objects.get(pk=group.pk)
    edit_group(group=Group.objects.get(pk=group.pk), name="Renamed", by=None)
    with pytest.raises(ConflictError, match="Another device has joined") as error:
        release_device(group=now, device="x", by=None)
    assert error.value.current == now
    release_device(group=now, device=now.device_mark, by=None)  # loaded before the group was renamed
    stored = Group.objects.get(pk=group.pk)
    assert (stored.name, stored.device_hmac) == ("Renamed", "")
    before, events = revision(workshop), count_events()
    assert release_device(group=now, device="x", by=None).device_hmac == ""
    assert (revision(workshop), count_events()) == (before, events)


def test_an_edit_leaves_the_device_that_joined_meanwhile(workshop: Workshop) -> None:
    stale = make_group(workshop)
    join_group(group=stale)
    stale.device_hmac = ""
    edit_group(group=stale, women=2, by=None)
    assert Group.objects.get().device_hmac != ""


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"categories": ["1", "9" * 50]}, "categories", "no category " + "9" * 40 + "."),
        ({"name": "GROUP 1"}, "name", "already a group “GROUP 1”"),
        ({"sector": "x"}, "sector", "not a valid choice"),
    ],
)
def test_an_error_about_a_group_is_shown_at_its_field(
    workshop: Workshop, fields: dict[str, Any], name: str, words: str
) -> None:
    make_group(workshop)
    with pytest.raises(ValidationError) as error:
        add_group(workshop=workshop, by=None, **{"name": "Group 2"} | fields)
    assert set(error.value.error_dict) == {name}
    assert words in error.value.messages[0]
    with pytest.raises(InputError, match="The name contains"):
        add_group(workshop=workshop, name="\x00", by=None)


def test_a_name_with_a_character_that_cannot_be_stored_is_refused(workshop: Workshop) -> None:
    with pytest.raises(InputError, match="The name contains a character that cannot be stored"):
        add_group(workshop=workshop, name="x\x00", by=None)
    with pytest.raises(InputError, match="The name contains a character that cannot be stored"):
        edit_group(group=make_group(workshop), name="x\x00", by=None)


def test_the_same_name_may_be_used_at_another_workshop(workshop: Workshop) -> None:
    make_group(workshop)
    assert make_group(make_workshop(workshop.assessment)).name == "Group 1"


def test_a_workshop_takes_so_many_groups_and_no_more(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert groups_module.MOST_GROUPS == 40
    monkeypatch.setattr(groups_module, "MOST_GROUPS", 2)
    make_group(make_workshop(workshop.assessment), "Elsewhere")
    for number in (1, 2):
        make_group(workshop, f"Group {number}")
    with pytest.raises(InputError, match="at most 2 groups"):
        make_group(workshop, "Group 3")


def test_a_group_that_has_only_judged_cannot_be_removed(workshop: Workshop, member: Any) -> None:
    by, group, other = member("facilitator"), make_group(workshop), make_group(workshop, "Group 2", ballot="JAN")
    for voted in (group, other):
        if voted == group:
            give_verdict(group=group, target=F1, choice="agree")
        with pytest.raises(InputError, match=f"{voted} has voted"):
            remove_group(group=voted, by=None)
    third = make_group(workshop, "Group 3")
    before = revision(workshop)
    remove_group(group=third, by=by)
    assert (Group.objects.count(), revision(workshop)) == (2, before + 1)
    assert last(workshop.assessment, "group.removed") == (by, "Group 3", {})


def test_devices_join_and_leave_on_record_and_only_one_at_a_time(workshop: Workshop, member: Any) -> None:
    by, group = member("facilitator"), make_group(workshop)
    before = revision(workshop)
    token = join_group(group=group)
    assert (len(token) > 20, revision(workshop)) == (True, before + 1)
    assert last(workshop.assessment, "group.joined") == (None, "Group 1", {})
    with pytest.raises(GroupError) as error:
        join_group(group=group)
    assert (error.value.key, error.value.values) == ("taken", {"group": group})
    released = release_device(group=Group.objects.get(), by=by)
    assert (released.device_hmac, Group.objects.get().device_hmac, revision(workshop)) == ("", "", before + 2)
    assert last(workshop.assessment, "group.device_released") == (by, "Group 1", {})


def test_a_device_token_of_a_group_is_of_no_use_elsewhere() -> None:
    assert groups_module.device_hmac("token") == token_hmac("token", purpose="workshop-group")


# Workshops


def test_a_workshop_is_planned_changed_and_removed_on_record(assessment: Any, member: Any) -> None:
    by = member("facilitator")
    row = create_workshop(assessment=assessment, held_on=date(2016, 4, 25), place=" Baku ", purpose="rehearsal", by=by)
    row.refresh_from_db()
    assert (row.held_on, row.place, row.purpose, row.status) == (date(2016, 4, 25), "Baku", "rehearsal", "planned")
    label = f"Workshop {assessment.reference} 2016-04-25"
    assert last(assessment, "workshop.created") == (by, label, {})
    row = edit_workshop(workshop=row, held_on=date(2016, 4, 26), place=" Ganja ", by=by)
    row.refresh_from_db()
    assert (row.held_on, row.place) == (date(2016, 4, 26), "Ganja")
    label = f"Workshop {assessment.reference} 2016-04-26"
    assert last(assessment, "workshop.changed") == (by, label, {})
    remove_workshop(workshop=row, by=by)
    assert last(assessment, "workshop.removed") == (by, label, {})
    plain = create_workshop(assessment=assessment, held_on=date(2016, 4, 25), by=None)
    assert (plain.purpose, plain.place) == ("validation", "")
    for act in (
        lambda: create_workshop(assessment=assessment, held_on=date(2016, 4, 25), place="\x00", by=None),
        lambda: edit_workshop(workshop=plain, held_on=date(2016, 4, 25), place="\x00", by=None),
    ):
        with pytest.raises(InputError, match="The place contains"):
            act()
    with pytest.raises(ValidationError, match="not a valid choice"):
        create_workshop(assessment=assessment, held_on=date(2016, 4, 25), purpose="party", by=None)
    with pytest.raises(ValidationError, match="at most 200"):
        edit_workshop(workshop=plain, held_on=date(2016, 4, 25), place="x" * 201, by=None)


def test_the_same_form_with_the_same_entries_makes_one_workshop(assessment: Any, member: Any) -> None:
    by, key = member("facilitator"), UUID(int=7)
    entries = {"held_on": date(2016, 4, 25), "place": "Baku", "purpose": "rehearsal", "language": "en"}
    first = create_workshop(assessment=assessment, by=by, form_key=key, **entries)
    label = f"Workshop {assessment.reference} 2016-04-25"
    assert last(assessment, "workshop.created") == (by, label, {"form": str(key)})
    assert create_workshop(assessment=assessment, by=by, form_key=key, **entries) == first
    assert Workshop.objects.count() == 1
    others = {"held_on": date(2016, 4, 26), "place": "Ganja", "purpose": "validation", "language": ""}
    for number, (name, value) in enumerate(others.items(), start=2):
        create_workshop(assessment=assessment, by=by, form_key=key, **entries | {name: value})
        assert Workshop.objects.count() == number
    elsewhere = AssessmentFactory(reference="GEO-2016", country="GEO")
    assert create_workshop(assessment=elsewhere, by=by, form_key=key, **entries) != first


def test_the_language_of_a_room_is_a_known_one(assessment: Any) -> None:
    assessment.languages = ["ka", "en"]
    assessment.save()
    row = create_workshop(assessment=assessment, held_on=date(2016, 4, 25), language="en", by=None)
    row.refresh_from_db()
    assert row.language == "en"
    edit = {"workshop": row, "held_on": row.held_on, "place": row.place, "by": None}
    assert edit_workshop(**edit).language == "en"
    events = count_events()
    edit_workshop(**edit, language="en")
    assert count_events() == events
    edit_workshop(**edit, language="ka")
    row.refresh_from_db()
    assert (row.language, count_events()) == ("ka", events + 1)
    for act in (
        lambda: create_workshop(assessment=assessment, held_on=date(2016, 4, 25), language="xx", by=None),
        lambda: edit_workshop(**edit, language="xx"),
    ):
        with pytest.raises(InputError, match="“xx” is not a known language") as refused:
            act()
        assert list(refused.value.message_dict) == ["language"]


def test_an_edit_replaces_nothing_that_was_not_seen(assessment: Any) -> None:
    row = make_workshop(assessment, opened=False)
    shown = {"held_on": row.held_on, "place": row.place, "language": row.room_language}
    edit = {"workshop": row, "held_on": row.held_on, "language": None, "by": None, "seen": marks_of(shown)}
    edit_workshop(**edit, place="Ganja")
    with pytest.raises(SeenConflict) as refused:
        edit_workshop(**edit, place="Sheki")
    assert (refused.value.names, refused.value.values["place"]) == (["place"], "Ganja")
    assert Workshop.objects.get().place == "Ganja"


def test_the_texts_that_a_language_of_the_room_lacks_are_recorded_when_it_opens(assessment: Any) -> None:
    row = make_workshop(assessment, opened=False)
    edit_workshop(workshop=row, held_on=row.held_on, place="", language="am", by=None)
    open_workshop(workshop=row, by=None)
    missing = last(assessment, "workshop.opened")[2]["missing"]
    sheets = [lacking_languages(assessment, ["am"], sheet)[0].missing for sheet in ("workshop", "survey")]
    assert missing == {"am": sheets[0]}
    assert sheets[0] != sheets[1]


def test_a_workshop_without_a_question_of_priorities_does_not_open(
    assessment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = make_workshop(assessment, opened=False)
    monkeypatch.setattr("workshops.priorities.find_priority_item", lambda assessment: None)
    with pytest.raises(GroupError) as refused:
        open_workshop(workshop=row, by=None)
    assert refused.value.key == "no_priority_item"
    assert not Workshop.objects.get().is_open


def test_what_a_group_sends_raises_the_revision_of_its_workshop_alone(workshop: Workshop) -> None:
    other = make_workshop(workshop.assessment)
    before = revision(other)
    cast_ballot(group=make_group(workshop), priorities=["J", "A", "N"])
    assert revision(other) == before


def test_an_edit_leaves_what_happened_to_the_workshop_meanwhile(assessment: Any) -> None:
    stale = make_workshop(assessment, opened=False)
    open_workshop(workshop=stale, by=None)
    edit_workshop(workshop=stale, held_on=date(2016, 4, 26), place="Ganja", by=None)
    assert Workshop.objects.get().is_open


def test_opening_closing_and_reopening_are_recorded_and_raise_the_revision(assessment: Any, member: Any) -> None:
    by = member("lead")
    planned = make_workshop(assessment, opened=False)
    label = f"Workshop {assessment.reference} 2016-04-25"
    row = open_workshop(workshop=planned, by=by)
    assert last(assessment, "workshop.opened") == (by, label, {})
    row.refresh_from_db()
    assert (row.status, row.revision, row.agenda, row.opened_at is None) == ("open", 1, [], False)
    assert set(row.join_code) <= set(workshops_module.CODE_LETTERS)
    row = close_workshop(workshop=row, by=by)
    assert last(assessment, "workshop.closed") == (by, label, {"responses_taken": 0})
    row.refresh_from_db()
    assert (row.status, row.revision, row.closed_at is None, bool(row.results)) == ("closed", 2, False, True)
    events = count_events()
    close_workshop(workshop=row, by=by)
    assert count_events() == events
    row = reopen_workshop(workshop=row, by=by, reason=" One came late. ")
    assert last(assessment, "workshop.reopened") == (by, label, {"reason": "One came late."})
    row.refresh_from_db()
    assert (row.status, row.revision) == ("open", 3)
    assert reopen_workshop(workshop=row, by=by, reason="Once more.").revision == 3
    with pytest.raises(InputError, match="The reason contains"):
        reopen_workshop(workshop=row, by=None, reason="\x00")
    with pytest.raises(InputError, match="Give the reason for reopening"):
        reopen_workshop(workshop=row, by=None, reason=" ")


def test_a_join_code_is_of_six_clear_letters_and_of_one_workshop(
    assessment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workshops_module.CODE_LETTERS == "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    letters = iter("AAAAAA" + "AAAAAA" + "BBBBBB")
    monkeypatch.setattr(workshops_module.secrets, "choice", lambda choices: next(letters))
    assert [make_workshop(assessment).join_code for _ in range(2)] == ["AAAAAA", "BBBBBB"]


def test_closing_logs_how_many_responses_it_took(workshop: Workshop) -> None:
    group = make_group(workshop)
    give_verdict(group=group, target=F1, choice="disagree", words="No.")
    give_verdict(group=group, target=F2, choice="amend", words="Hardly.")
    close_workshop(workshop=workshop, by=None)
    assert last(workshop.assessment, "workshop.closed")[2] == {"responses_taken": 2}


def test_the_decision_to_count_a_workshop_is_recorded(workshop: Workshop, member: Any) -> None:
    by, label = member("lead"), f"Workshop {workshop.assessment.reference} 2016-04-25"
    make_group(workshop, ballot="JAN")
    row = close_workshop(workshop=workshop, by=None)
    before = row.revision
    row = count_workshop(workshop=row, counted=True, people="same", by=by, revision=before)
    row.refresh_from_db()
    assert (row.counted, row.people, row.revision) == (True, "", before + 1)
    assert last(workshop.assessment, "workshop.counted") == (by, label, {"counted": True, "people": ""})
    events = count_events()
    assert count_workshop(workshop=row, counted=True, by=by, revision=before).revision == before + 1  # sent twice
    assert count_events() == events
    with pytest.raises(ConflictError, match="so your answer was not saved") as error:
        count_workshop(workshop=row, counted=False, by=by, revision=before)
    assert error.value.current == row
    second = make_workshop(workshop.assessment)
    second = close_workshop(workshop=second, by=None)
    for people in ("", "x"):
        with pytest.raises(InputError) as refused:
            count_workshop(workshop=second, counted=True, people=people, by=by)
        assert set(refused.value.error_dict) == {"people"}
    assert count_workshop(workshop=second, counted=False, by=by).people == ""
    assert count_workshop(workshop=second, counted=False, people="new", by=by).people == ""
    assert count_workshop(workshop=second, counted=True, people="new", by=by).people == "new"
    assert last(workshop.assessment, "workshop.counted")[2] == {"counted": True, "people": "new"}
    assert count_workshop(workshop=second, counted=True, people="same", by=by).people == "same"
    assert Workshop.objects.get(pk=second.pk).people == "same"


def test_a_counted_workshop_of_another_assessment_requires_no_decision(workshop: Workshop) -> None:
    other = AssessmentFactory(reference="GEO-2016", country="GEO")
    for assessment in (other, workshop.assessment):
        row = close_workshop(workshop=make_workshop(assessment), by=None)
        assert count_workshop(workshop=row, counted=True, by=None).counted


def test_what_is_added_to_the_agenda_is_recorded(workshop: Workshop, member: Any) -> None:
    by = member("facilitator")
    before, events = revision(workshop), count_events()
    assert (update_agenda(workshop=workshop, by=by), revision(workshop), count_events()) == (0, before, events)
    make_mark(workshop.assessment, "1.1/O1")
    assert (update_agenda(workshop=workshop, by=by), revision(workshop)) == (1, before + 1)
    extended = (by, f"Workshop {workshop.assessment.reference} 2016-04-25", {"added": ["cell:1.1/O1"]})
    assert last(workshop.assessment, "workshop.agenda_extended") == extended
    assert [entry["target"] for entry in Workshop.objects.get().agenda] == [F1, F2, "cell:2.1/F1", "cell:1.1/O1"]
    planned = make_workshop(workshop.assessment, opened=False)
    with pytest.raises(InputError, match="The workshop is not open"):
        update_agenda(workshop=planned, by=None)


def test_an_emptied_rehearsal_is_planned_anew_and_no_other_workshop_loses_anything(
    workshop: Workshop, member: Any
) -> None:
    by = member("facilitator")
    rehearsal = make_workshop(workshop.assessment, purpose="rehearsal")
    for each in (workshop, rehearsal):
        group = make_group(each, ballot="JAN")
        join_group(group=group)
        give_verdict(group=group, target=F1, choice="disagree", words="No.")
        close_workshop(workshop=each, by=None)
        comment = add_comment(assessment=workshop.assessment, workshop=each, statement=f"At {each.pk}", by=None)
        for kind, sent in (("comment", comment), ("verdict", group.verdicts.get()), ("ballot", group.ballot)):
            Translation.objects.create(
                assessment=workshop.assessment, target=f"{kind}:{sent.pk}", field=str(each.pk), language="az", text="x"
            )
    row = empty_rehearsal(workshop=rehearsal, by=by)
    row.refresh_from_db()
    assert list(Translation.objects.values_list("field", flat=True)) == [str(workshop.pk)] * 3
    assert (row.status, row.join_code, row.opened_at, row.closed_at) == ("planned", None, None, None)
    assert (row.agenda, row.results, row.groups.get().device_hmac) == (None, {}, "")
    assert last(workshop.assessment, "workshop.emptied") == (by, str(rehearsal), {})
    for model, path in ((Ballot, "group__workshop"), (Verdict, "group__workshop"), (Minutes, "workshop")):
        assert [getattr(one, "workshop", None) or one.group.workshop for one in model.objects.all()] == [workshop], path
    assert set(Comment.objects.values_list("workshop", flat=True)) == {workshop.pk}
    assert workshop.groups.get().device_hmac != ""
    assert row.revision > rehearsal.revision
    make_group(rehearsal, "Group 2")
    close_workshop(workshop=open_workshop(workshop=rehearsal, by=None), by=None)
    remove_workshop(workshop=rehearsal, by=None)
    assert list(Workshop.objects.all()) == [workshop]


# Minutes


def test_minutes_are_numbered_printed_once_and_recorded(workshop: Workshop, member: Any, monkeypatch: Any) -> None:
    by, printed = member("facilitator"), []

    def print_html(html: str) -> bytes:
        printed.append(html)
        return b"pdf"

    monkeypatch.setattr(minutes_module, "print_html", print_html)
    close_workshop(workshop=workshop, by=by)
    reopen_workshop(workshop=workshop, by=None, reason="Once more.")
    close_workshop(workshop=workshop, by=by)
    first, second = Minutes.objects.order_by("number")
    assert [(one.number, one.made_by, one.pdf, one.checksum) for one in (first, second)] == [
        (1, by, None, ""), (2, by, None, "")
    ]  # fmt: skip
    done = print_minutes(minutes=first)
    assert (done.pk, done.pdf, done.checksum) == (first.pk, b"pdf", sha256(b"pdf").hexdigest())
    first.refresh_from_db()
    assert (bytes(first.pdf), first.checksum) == (b"pdf", done.checksum)
    assert last(workshop.assessment, "minutes.printed") == (by, str(first), {"checksum": done.checksum})
    events = count_events()
    print_minutes(minutes=first)
    assert (printed, count_events()) == ([first.html], events)


def test_minutes_are_renewed_once_and_recorded(workshop: Workshop, member: Any) -> None:
    by = member("facilitator")
    other = make_workshop(AssessmentFactory(reference="GEO-2016", country="GEO"))
    close_workshop(workshop=other, by=None)
    with pytest.raises(InputError, match="Close the workshop first"):
        renew_minutes(workshop=workshop, number=0, by=by)
    close_workshop(workshop=workshop, by=None)
    renewed = renew_minutes(workshop=workshop, number=1, by=by)
    assert (renewed.workshop, renewed.number, renewed.made_by) == (workshop, 2, by)
    assert last(workshop.assessment, "minutes.renewed") == (by, str(renewed), {})
    events = count_events()
    assert renew_minutes(workshop=workshop, number=1, by=by) == renewed  # sent twice
    assert (workshop.minutes.count(), count_events()) == (2, events)
    assert renew_minutes(workshop=workshop, number=2, by=by).number == 3
    workshop.minutes.all().delete()
    assert renew_minutes(workshop=workshop, number=0, by=by).number == 1


def test_minutes_print_no_translation_of_a_statement_in_their_language(workshop: Workshop) -> None:
    add_comment(assessment=workshop.assessment, workshop=workshop, statement="Not so.", language="en", by=None)
    close_workshop(workshop=workshop, by=None)
    html = workshop.minutes.get().html
    assert ("Not so." in html, "Working translation" in html) == (True, False)


def test_minutes_that_cannot_be_printed_here_stay_unprinted(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minutes_module, "print_html", lambda html: None)
    close_workshop(workshop=workshop, by=None)
    events = count_events()
    assert print_minutes(minutes=Minutes.objects.get()).pdf is None
    assert (Minutes.objects.get().checksum, count_events()) == ("", events)


def test_minutes_are_printed_when_the_closing_is_stored(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(minutes_module, "print_html", lambda html: b"pdf")
    with django_capture_on_commit_callbacks(execute=True):
        close_workshop(workshop=workshop, by=None)
    assert bytes(Minutes.objects.get().pdf or b"") == b"pdf"


def test_a_failure_to_print_leaves_the_workshop_closed(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def fail(html: str) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(minutes_module, "print_html", fail)
    with django_capture_on_commit_callbacks(execute=True):
        close_workshop(workshop=workshop, by=None)
    assert Workshop.objects.get().is_closed
    assert Minutes.objects.get().pdf is None


@pytest.fixture
def with_statements(workshop: Workshop) -> Workshop:
    """Two groups judged a cell, one of them withdrew its wording; a statement was noted here, and one elsewhere."""
    for name, words in (("Police", "Not so."), ("Shelter", "Never.")):
        group = make_group(workshop, name, ballot="JAN" if name == "Police" else "")
        give_verdict(group=group, target=F1, choice="disagree", words=words)
    withdraw_verdict(group=group, target=F1)
    give_verdict(group=group, target=F2, choice="agree")
    for held_at in (workshop, None):
        about = {"workshop": held_at, "target": F1 if held_at else ""}
        add_comment(assessment=workshop.assessment, statement="It is.", who="Police", by=None, **about)
    return workshop


def content_of(workshop: Workshop, patch: pytest.MonkeyPatch, *, named: bool) -> tuple[dict[str, Any], list[Any]]:
    """The context of the template of the minutes, and the function that withholds names from its output."""
    given: dict[str, Any] = {}
    withheld: list[Any] = []

    def render(template: str, content: dict[str, Any]) -> str:
        assert template == "workshops/minutes_document.html"
        given.update(content)
        return "made"

    def withhold(html: str, finder: Any, *, agencies: bool = True) -> str:
        withheld.append((html, type(finder).__name__, agencies))
        return "withheld"

    patch.setattr(minutes_module, "render_to_string", render)
    patch.setattr(minutes_module, "withhold_in_html", withhold)
    patch.setattr(minutes_module, "may_name_agencies", lambda assessment: named)
    close_workshop(workshop=workshop, by=None)
    assert Minutes.objects.get().html == "withheld"
    return given, withheld


def test_minutes_contain_the_results_the_agenda_and_the_statements_of_this_workshop(
    with_statements: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, withheld = content_of(with_statements, monkeypatch, named=True)
    assert withheld == [("made", "NameFinder", False)]
    results = given.pop("results")
    assert [(group.name, group.ballot) for group in results.groups] == [("Police", ("J", "A", "N")), ("Shelter", ())]
    words = {word.group: word.words for row in results.verdicts for word in row.words}
    taken_back = {word.group: word.words for row in results.verdicts for word in row.withdrawn}
    assert (words, taken_back) == ({"Police": "Not so."}, {"Shelter": "Never."})
    statements = [(row.statement, row.who, name) for row, name, _ in given.pop("statements")]
    assert sorted(statements) == [("It is.", "Police", "Cell 1.1 F1"), ("Not so.", "Police", "Cell 1.1 F1")]
    counts = given.pop("counts")
    assert {row.letter: row.groups for row in counts.rows if row.groups} == {"J": 1, "A": 1, "N": 1}
    row = Workshop.objects.get()
    assert given == {
        "assessment": row.assessment,
        "workshop": row,
        "number": 1,
        "agenda": row.agenda,
        "language": row.assessment.report_language,
    }


def test_minutes_number_the_groups_where_agencies_are_not_named(
    with_statements: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, withheld = content_of(with_statements, monkeypatch, named=False)
    assert withheld == [("made", "NameFinder", True)]
    results = given["results"]
    assert [group.name for group in results.groups] == ["Group 1", "Group 2"]
    assert [word.group for row in results.verdicts for word in row.words] == ["Group 1"]
    assert [word.group for row in results.verdicts for word in row.withdrawn] == ["Group 2"]
    assert {row.who for row, _, _ in given["statements"]} == {""}
    assert set(Comment.objects.values_list("who", flat=True)) == {"Police"}  # only in the minutes
    assert [group["name"] for group in Workshop.objects.get().results["groups"]] == ["Police", "Shelter"]


# Responses


def test_a_response_is_stored_and_recorded(workshop: Workshop, member: Any) -> None:
    by = member("facilitator")
    comment = add_comment(
        assessment=workshop.assessment, workshop=workshop, statement=" Not so. ", who=" a ministry ",
        target="criterion:1.1", finding=" It is so. ", source="survey:3.1.1", kind="disputed",
        stage="after_workshop", by=by,
    )  # fmt: skip
    comment.refresh_from_db()
    assert (comment.workshop, comment.statement, comment.who, comment.target) == (
        workshop, "Not so.", "a ministry", "criterion:1.1"
    )  # fmt: skip
    assert (comment.finding, comment.source, comment.kind, comment.stage, comment.revision) == (
        "It is so.", "survey:3.1.1", "disputed", "after_workshop", 1
    )  # fmt: skip
    label, detail = f"comment {comment.pk}", {"about": "criterion:1.1", "stage": "after_workshop"}
    assert last(workshop.assessment, "response.added") == (by, label, detail)
    plain = add_comment(assessment=workshop.assessment, statement="No.", by=None)
    assert (plain.who, plain.target, plain.finding, plain.source) == ("", "", "", "")
    assert (plain.kind, plain.stage, plain.workshop) == ("note", "validation", None)


@pytest.mark.parametrize(
    "other", [{"who": "B"}, {"target": "criterion:1.1"}, {"finding": "B"}, {"stage": "interview"}, {"statement": "B"}]
)
def test_a_response_with_other_content_is_another(assessment: Any, other: dict[str, str]) -> None:
    add_comment(assessment=assessment, statement="No.", by=None)
    add_comment(assessment=assessment, by=None, **{"statement": "No."} | other)
    with pytest.raises(InputError, match="already in the list"):
        add_comment(assessment=assessment, by=None, **{"statement": "No."} | other)
    elsewhere = AssessmentFactory(reference="GEO-2016", country="GEO")
    add_comment(assessment=elsewhere, statement="No.", by=None)
    assert Comment.objects.count() == 3


@pytest.mark.parametrize("field", ["finding", "statement", "who"])
def test_a_character_that_cannot_be_stored_is_refused_with_the_name_of_the_field(assessment: Any, field: str) -> None:
    with pytest.raises(InputError, match=f"The {field} contains a character that cannot be stored"):
        add_comment(assessment=assessment, by=None, **{"statement": "No."} | {field: "x\x00"})


def test_the_language_of_a_response_is_stored_and_can_be_corrected(assessment: Any) -> None:
    comment = add_comment(assessment=assessment, statement="No.", language="ka", by=None)
    comment.refresh_from_db()
    assert comment.language == "ka"
    assert edit_comment(comment=comment, statement="Never.", by=None).language == "ka"
    assert edit_comment(comment=comment, language="ru", by=None).language == "ru"
    for act in (
        lambda: add_comment(assessment=assessment, statement="B", language="qqq", by=None),
        lambda: edit_comment(comment=comment, language="qqq", by=None),
    ):
        with pytest.raises(InputError, match="is not a known language") as refused:
            act()
        assert list(refused.value.message_dict) == ["language"]
    assert Comment.objects.get().language == "ru"


def test_an_edit_opens_nothing_again_that_was_not_decided(assessment: Any) -> None:
    comment = add_comment(assessment=assessment, statement="No.", by=None)
    edit_comment(comment=comment, statement="Never.", by=None)
    assert last(assessment, "response.changed")[2] == {"open_again": False}
    with pytest.raises(InputError) as error:
        edit_comment(comment=comment, statement=" ", by=None)
    assert set(error.value.error_dict) == {"statement"}


def test_editing_a_response_leaves_fields_that_were_not_given(assessment: Any, member: Any) -> None:
    by = member("facilitator")
    add_comment(assessment=assessment, statement="No.", by=None)
    new = {
        "finding": "F", "statement": "S", "who": "W", "target": "criterion:1.1", "source": "survey:3.1.1",
        "kind": "disputed", "stage": "interview",
    }  # fmt: skip
    for name, value in new.items():
        edit_comment(comment=Comment.objects.get(), by=by, **{name: value})
    row = Comment.objects.get()
    assert {name: getattr(row, name) for name in new} == new
    assert row.revision == 8
    assert last(assessment, "response.changed") == (by, f"comment {row.pk}", {"open_again": False})
    assert edit_comment(comment=row, source="", by=None).source == ""


@pytest.mark.parametrize(
    ("fields", "open_again"),
    [
        ({"statement": "B"}, True),
        ({"finding": "B"}, True),
        ({"target": "criterion:1.1"}, True),
        ({"kind": "disputed"}, True),
        ({"who": "B"}, False),
        ({"source": "survey:3.1.1"}, False),
        ({"stage": "interview"}, False),
    ],
)
def test_which_edits_open_a_decided_response_again(
    assessment: Any, member: Any, fields: dict[str, str], open_again: bool
) -> None:
    comment = add_comment(assessment=assessment, statement="No.", by=None)
    resolve_comment(comment=comment, disposition="declined", reason="It is.", by=member("lead"))
    edit_comment(comment=comment, by=None, **fields)
    row = Comment.objects.get()
    decided = ("", None, None) if open_again else ("declined", member("lead"), row.decided_at)
    assert (row.disposition, row.decided_by, row.decided_at) == decided
    assert (row.decided_at is None, row.reason) == (open_again, "It is.")
    assert last(assessment, "response.changed")[2] == {"open_again": open_again}


def test_a_source_that_a_response_has_already_stays_when_it_is_gone(assessment: Any) -> None:
    comment = add_comment(assessment=assessment, statement="No.", source="survey:3.1.1", by=None)
    Comment.objects.update(source="document:Aze 99")
    assert edit_comment(comment=comment, who="B", by=None).source == "document:Aze 99"


def test_a_decision_on_a_response_is_recorded(assessment: Any, member: Any) -> None:
    by = member("lead")
    comment = add_comment(assessment=assessment, statement="No.", by=None)
    send = {"comment": comment, "disposition": "amended", "reason": " True. ", "changed": " Chapter 2. "}
    row = resolve_comment(**send, by=by, revision=1)
    row.refresh_from_db()
    assert (row.disposition, row.reason, row.changed, row.decided_by) == ("amended", "True.", "Chapter 2.", by)
    assert (row.revision, row.decided_at is None) == (2, False)
    assert last(assessment, "response.disposed") == (by, f"comment {row.pk}", {"disposition": "amended"})
    events = count_events()
    assert resolve_comment(**send, by=by, revision=1).revision == 2  # sent twice
    assert count_events() == events
    for other in ({"disposition": "noted"}, {"reason": "Other."}, {"changed": "Chapter 3."}):
        with pytest.raises(ConflictError, match="Another member changed this response") as error:
            resolve_comment(**send | other, by=by, revision=1)
        assert error.value.current == row
    edit_comment(comment=comment, who="a ministry", by=None)
    with pytest.raises(ConflictError):  # the same wording, but not on the present response
        resolve_comment(**send, by=by, revision=1)
    assert resolve_comment(comment=comment, disposition="noted", reason="B", by=None).changed == ""
    for fields, name in (({"disposition": "maybe"}, "disposition"), ({"reason": " "}, "reason")):
        with pytest.raises(InputError) as refused:
            resolve_comment(**send | fields, by=None)
        assert set(refused.value.error_dict) == {name}
    for fields, words in (({"reason": "\x00"}, "The reason contains"), ({"changed": "\x00"}, "The change contains")):
        with pytest.raises(InputError, match=words):
            resolve_comment(**send | fields, by=None)


def test_a_decision_with_the_translations_that_were_seen_is_stored(assessment: Any) -> None:
    comment = add_comment(assessment=assessment, statement="No.", by=None)
    seen = wordings_mark(statement_translations(comment))
    decided = resolve_comment(comment=comment, disposition="noted", reason="Heard.", translations=seen, by=None)
    assert (decided.disposition, decided.decided_on) == ("noted", {})


def test_withdrawing_and_restoring_a_response_are_recorded(assessment: Any, member: Any) -> None:
    by = member("facilitator")
    comment = add_comment(assessment=assessment, statement="No.", by=None)
    with pytest.raises(ConflictError):
        withdraw_comment(comment=comment, revision=0, by=by)
    row = withdraw_comment(comment=comment, revision=1, by=by)
    assert (row.is_withdrawn, row.revision) == (True, 2)
    assert last(assessment, "response.withdrawn") == (by, f"comment {row.pk}", {})
    events = count_events()
    assert withdraw_comment(comment=comment, revision=1, by=by).revision == 2  # sent twice
    assert count_events() == events
    with pytest.raises(ConflictError):
        restore_comment(comment=comment, revision=1, by=by)
    row = restore_comment(comment=comment, revision=2, by=by)
    assert (row.is_withdrawn, row.revision, Comment.objects.get().is_withdrawn) == (False, 3, False)
    assert last(assessment, "response.restored") == (by, f"comment {row.pk}", {})
    events = count_events()
    assert restore_comment(comment=comment, revision=2, by=by).revision == 3  # sent twice
    assert count_events() == events


def test_a_wording_taken_over_is_recorded_with_whose_it_was(assessment: Any, member: Any) -> None:
    by, advice = member("lead"), make_recommendation(assessment, "train inspectors")
    about = {"target": f"recommendation:{advice.pk}", "by": None}
    comment = add_comment(assessment=assessment, statement="train all", who="Group 3", **about)
    row = adopt_wording(comment=comment, revision=1, wording_revision=1, by=by)
    row.refresh_from_db()
    reason = "Wording proposed by Group 3 at validation."
    assert (row.disposition, row.reason, row.decided_by, row.revision) == ("accepted", reason, by, 2)
    assert row.decided_at is not None
    assert (row.edit.text, row.edit.reason, row.edit.by, row.edit.revision) == ("train all", reason, by, 2)
    detail = {"recommendation": advice.pk}
    assert last(assessment, "response.adopted") == (by, f"comment {row.pk}", detail)
    events = count_events()
    assert adopt_wording(comment=comment, revision=1, wording_revision=1, by=by).revision == 2  # sent twice
    assert (count_events(), advice.changes.count()) == (events, 2)
    second = add_comment(assessment=assessment, statement="train none", **about)
    with pytest.raises(ConflictError, match="so nothing was replaced") as error:
        adopt_wording(comment=second, wording_revision=1, by=by)
    assert error.value.current == second
    assert adopt_wording(comment=second, reason=" Agreed. ", by=by).reason == "Agreed."
    third = add_comment(assessment=assessment, statement="train some", **about)
    assert adopt_wording(comment=third, by=by).reason == "Wording proposed by a group at validation."
    with pytest.raises(InputError, match="The reason contains"):
        adopt_wording(comment=third, reason="\x00", by=by)
    resolve_comment(comment=third, disposition="declined", reason="No.", by=by)
    with pytest.raises(ConflictError, match="Another member changed this response"):
        adopt_wording(comment=third, revision=2, by=by)
    assert Recommendation.objects.get().text == "train some"


def test_only_the_adoption_that_was_sent_twice_is_done_once(assessment: Any) -> None:
    rows = [make_recommendation(assessment, text) for text in ("train inspectors", "train judges")]
    first, second = (
        add_comment(assessment=assessment, statement="train all", target=f"recommendation:{row.pk}", by=None)
        for row in rows
    )
    resolve_comment(comment=first, disposition="accepted", reason="True.", by=None)
    with pytest.raises(ConflictError):  # accepted, but its wording was not taken over
        adopt_wording(comment=first, revision=1, by=None)
    assert [adopt_wording(comment=second, revision=1, by=None).revision for _ in range(2)] == [2, 2]
    edit_comment(comment=second, who="a ministry", by=None)
    with pytest.raises(ConflictError):
        adopt_wording(comment=second, revision=1, by=None)
    assert [row.text for row in Recommendation.objects.order_by("pk")] == ["train inspectors", "train all"]


def test_words_withdrawn_before_the_closing_are_not_taken(workshop: Workshop) -> None:
    group = make_group(workshop)
    give_verdict(group=group, target=F1, choice="disagree", words="Not so.")
    withdraw_verdict(group=group, target=F1)
    assert take_from_verdicts(workshop=workshop, by=None) == 0
    assert not Comment.objects.exists()


def test_words_behind_a_withdrawn_verdict_are_taken(workshop: Workshop) -> None:
    group, other = make_group(workshop), make_group(workshop, "Group 2")
    give_verdict(group=group, target=F1, choice="disagree", words="Not so.")
    withdraw_verdict(group=group, target=F1)
    give_verdict(group=group, target=F2, choice="agree")
    give_verdict(group=other, target=F1, choice="disagree", words="Never.")
    assert take_from_verdicts(workshop=workshop, by=None) == 1
    assert Comment.objects.get().statement == "Never."


def test_other_words_after_some_were_taken_back_are_another_response(workshop: Workshop) -> None:
    group = make_group(workshop)
    give_verdict(group=group, target=F1, choice="disagree", words="Not so.")
    take_from_verdicts(workshop=workshop, by=None)
    withdraw_verdict(group=group, target=F1)
    take_from_verdicts(workshop=workshop, by=None)
    give_verdict(group=group, target=F1, choice="disagree", words="Never.")
    assert take_from_verdicts(workshop=workshop, by=None) == 1
    rows = sorted((row.statement, row.is_withdrawn) for row in Comment.objects.all())
    assert rows == [("Never.", False), ("Not so.", True)]


def test_a_decided_response_is_not_taken_again_when_only_the_verdict_changes(workshop: Workshop) -> None:
    group = make_group(workshop)
    give_verdict(group=group, target=F1, choice="disagree", words="Not so.")
    take_from_verdicts(workshop=workshop, by=None)
    resolve_comment(comment=Comment.objects.get(), disposition="noted", reason="Kept.", by=None)
    give_verdict(group=group, target=F1, choice="amend", words="Not so.")
    assert take_from_verdicts(workshop=workshop, by=None) == 0
    assert not Comment.objects.get().is_withdrawn


def test_a_groups_words_become_a_response_with_all_that_was_judged(workshop: Workshop) -> None:
    group = make_group(workshop)
    verdict = give_verdict(group=group, target=F1, choice="disagree", words="Not so.")
    give_verdict(group=group, target=F2, choice="agree")
    assert take_from_verdicts(workshop=workshop, by=None) == 1
    row = Comment.objects.get()
    assert (row.assessment, row.workshop, row.verdict, row.target) == (workshop.assessment, workshop, verdict, F1)
    assert (row.statement, row.who, row.kind, row.seen) == ("Not so.", "Group 1", "disputed", verdict.seen)
    assert row.finding == "NRM specific to THB is in place: in place"
    assert take_from_verdicts(workshop=workshop, by=None) == 0
    Verdict.objects.update(seen={})
    give_verdict(group=group, target=F2, choice="amend", words="Hardly.")
    Verdict.objects.update(seen={})
    take_from_verdicts(workshop=workshop, by=None)
    assert sorted(Comment.objects.values_list("finding", "kind")) == [
        ("Cell 1.1 F1", "disputed"), ("Cell 1.1 F2", "qualified")
    ]  # fmt: skip


def test_the_words_of_another_workshop_are_not_taken(workshop: Workshop) -> None:
    other = make_workshop(workshop.assessment)
    give_verdict(group=make_group(other), target=F1, choice="disagree", words="No.")
    assert take_from_verdicts(workshop=workshop, by=None) == 0
    assert not Comment.objects.exists()


def test_an_undecided_response_follows_its_group_and_counts_from_then_on(workshop: Workshop) -> None:
    group = make_group(workshop)
    give_verdict(group=group, target=F1, choice="disagree", words="Not so.")
    take_from_verdicts(workshop=workshop, by=None)
    Comment.objects.update(created_at=datetime(2016, 1, 1, tzinfo=UTC))
    make_mark(workshop.assessment, rationale="Approved in 2010.")
    verdict = give_verdict(group=group, target=F1, choice="amend", words="Hardly.")
    assert take_from_verdicts(workshop=workshop, by=None) == 0
    row = Comment.objects.get()
    assert (row.statement, row.kind, row.seen["note"]) == ("Hardly.", "qualified", "Approved in 2010.")
    assert row.created_at > verdict.updated_at


def test_words_taken_back_and_given_again_restore_the_response(workshop: Workshop, member: Any) -> None:
    by, group = member("facilitator"), make_group(workshop)
    give_verdict(group=group, target=F1, choice="disagree", words="Not so.")
    take_from_verdicts(workshop=workshop, by=by)
    resolve_comment(comment=Comment.objects.get(), disposition="noted", reason="Kept.", by=None)
    withdraw_verdict(group=group, target=F1)
    take_from_verdicts(workshop=workshop, by=by)
    row = Comment.objects.get()
    assert (row.is_withdrawn, row.disposition) == (True, "noted")
    assert last(workshop.assessment, "response.withdrawn")[0] == by
    give_verdict(group=group, target=F1, choice="disagree", words="Not so.")
    assert take_from_verdicts(workshop=workshop, by=by) == 0
    assert not Comment.objects.get().is_withdrawn
    assert last(workshop.assessment, "response.restored")[0] == by


def test_other_words_after_a_decision_are_another_response_and_the_first_is_withdrawn(
    workshop: Workshop, member: Any
) -> None:
    by, group = member("facilitator"), make_group(workshop)
    give_verdict(group=group, target=F1, choice="disagree", words="Not so.")
    take_from_verdicts(workshop=workshop, by=by)
    resolve_comment(comment=Comment.objects.get(), disposition="noted", reason="Kept.", by=None)
    give_verdict(group=group, target=F1, choice="disagree", words="Never.")
    assert take_from_verdicts(workshop=workshop, by=by) == 1
    assert sorted((row.statement, row.is_withdrawn) for row in Comment.objects.all()) == [
        ("Never.", False), ("Not so.", True)
    ]  # fmt: skip
    assert AuditEvent.objects.get(action="response.withdrawn").actor == by
