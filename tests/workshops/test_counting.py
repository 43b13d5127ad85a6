"""Which workshops count, what can be changed after closing, and what may be taken back."""

from typing import Any

import pytest

from assessments.models import Assessment
from ctnat.ui.errors import ConflictError, InputError
from indicators.services.recommendations import edit_recommendation, set_status
from tests.indicators.factories import make_mark, make_recommendation
from tests.workshops.factories import counted_results, counts_of, make_group, make_workshop
from workshops.agenda import agendas
from workshops.changes import change_log, statements_of
from workshops.differences import Piece, differences
from workshops.models import Comment, Minutes, Verdict, Workshop
from workshops.results import GroupResult, People, WorkshopResults, groups_of, people_of
from workshops.services.ballots import cast_ballot, withdraw_ballot
from workshops.services.comments import add_comment, adopt_wording, restore_comment, withdraw_comment
from workshops.services.groups import add_group, edit_group, remove_group
from workshops.services.verdicts import agree_remaining, give_verdict, withdraw_verdict
from workshops.services.workshops import (
    close_workshop,
    count_workshop,
    edit_workshop,
    empty_rehearsal,
    remove_workshop,
    reopen_workshop,
    update_agenda,
)
from workshops.words import GroupError, VerdictConflict

pytestmark = pytest.mark.django_db


def closed(assessment: Assessment, ballot: str = "JAN", **fields: Any) -> Workshop:
    workshop = make_workshop(assessment, **fields)
    make_group(workshop, ballot=ballot, women=2)
    return close_workshop(workshop=workshop, by=None)


def test_only_closed_workshops_that_the_lead_counts_are_read(assessment: Assessment) -> None:
    planned = make_workshop(assessment, opened=False)
    with pytest.raises(InputError, match="Close the workshop first"):
        count_workshop(workshop=planned, counted=True, by=None)
    workshop = closed(assessment)
    assert counted_results(assessment) == ()
    assert list(Workshop.objects.awaiting_decision()) == [workshop]
    count_workshop(workshop=workshop, counted=True, by=None)
    assert [found.workshop for found in counted_results(assessment)] == [workshop.pk]
    count_workshop(workshop=workshop, counted=False, by=None)
    assert counted_results(assessment) == ()


def test_a_second_workshop_is_counted_only_with_an_answer_about_its_people(assessment: Assessment) -> None:
    first, second = closed(assessment), closed(assessment, "BCD")
    count_workshop(workshop=first, counted=True, by=None)
    with pytest.raises(InputError, match="others or the same"):
        count_workshop(workshop=second, counted=True, by=None)
    count_workshop(workshop=second, counted=True, people="same", by=None)
    found = counted_results(assessment)
    assert [one.ballots[0].ballot for one in found] == [("J", "A", "N"), ("B", "C", "D")]
    assert (people_of(found), groups_of(found)) == (People(women=2), 1)
    count_workshop(workshop=second, counted=True, people="new", by=None)
    found = counted_results(assessment)
    assert (people_of(found), groups_of(found)) == (People(women=4), 2)


def test_people_are_unknown_where_it_was_not_recorded_whether_they_are_the_same() -> None:
    one = WorkshopResults(1, "2016-04-25", "", "", groups=(GroupResult("A", women=1, men=2, other=3),))
    two = WorkshopResults(2, "2016-04-26", "", "", groups=(GroupResult("B", women=5),))
    assert (people_of([one]), groups_of([one])) == (People(1, 2, 3), 1)
    assert people_of([one]).total == 6  # type: ignore[union-attr]
    assert (people_of([one, two]), groups_of([one, two])) == (None, None)


def test_a_rehearsal_never_counts_and_can_be_emptied_and_removed(assessment: Assessment) -> None:
    make_mark(assessment)
    rehearsal = make_workshop(assessment, purpose="rehearsal")
    group = make_group(rehearsal, ballot="JAN")
    give_verdict(group=group, target="cell:1.1/F1", choice="disagree", words="No.")
    close_workshop(workshop=rehearsal, by=None)
    assert (Comment.objects.count(), change_log(assessment).is_empty) == (0, True)
    with pytest.raises(InputError, match="cannot be included"):
        count_workshop(workshop=rehearsal, counted=True, by=None)
    emptied = empty_rehearsal(workshop=rehearsal, by=None)
    assert (emptied.status, emptied.results, emptied.agenda, Verdict.objects.count()) == ("planned", {}, None, 0)
    assert emptied.groups.count() == 1
    remove_workshop(workshop=rehearsal, by=None)
    assert not Workshop.objects.exists()


def test_data_of_a_validation_workshop_are_neither_emptied_nor_removed(assessment: Assessment) -> None:
    workshop = closed(assessment)
    with pytest.raises(InputError, match="Only a rehearsal"):
        empty_rehearsal(workshop=workshop, by=None)
    with pytest.raises(InputError, match="cannot be removed"):
        remove_workshop(workshop=workshop, by=None)


def test_a_closed_workshop_changes_only_by_reopening(assessment: Assessment) -> None:
    workshop = closed(assessment)
    group = workshop.groups.get()
    acts = (
        lambda: edit_group(group=group, women=9, by=None),
        lambda: add_group(workshop=workshop, name="Late", by=None),
        lambda: remove_group(group=group, by=None),
        lambda: edit_workshop(workshop=workshop, held_on=workshop.held_on, place="Ganja", by=None),
        lambda: cast_ballot(group=group, priorities=["A"], source="paper"),
        lambda: withdraw_ballot(group=group, by=None),
        lambda: update_agenda(workshop=workshop, by=None),
    )
    for act in acts:
        with pytest.raises(InputError):
            act()
    before = Workshop.objects.get(pk=workshop.pk)
    assert (before.place, before.results["groups"][0]["women"], before.groups.get().women) == ("Baku", 2, 2)
    reopen_workshop(workshop=workshop, reason="A slip.", by=None)
    edit_group(group=group, women=9, by=None)
    assert WorkshopResults.of_workshop(Workshop.objects.get(pk=workshop.pk)).people.women == 2
    close_workshop(workshop=workshop, by=None)
    assert WorkshopResults.of_workshop(Workshop.objects.get(pk=workshop.pk)).people.women == 9


def test_different_wishes_under_other_are_different_priorities(assessment: Assessment) -> None:
    workshop = make_workshop(assessment)
    for number, (ballot, wish) in enumerate(
        [("QJA", "More shelters"), ("QBL", "more  shelters"), ("JQE", "Legal aid"), ("QM", "")], start=1
    ):
        group = make_group(workshop, f"Group {number}")
        cast_ballot(group=group, priorities=list(ballot), other_text=wish, source="paper")
    rows = [(row.letter, row.wish, row.groups, row.places, row.tied) for row in counts_of(workshop).chosen]
    assert rows[:2] == [("J", "", 2, (1, 1, 0), True), ("Q", "More shelters", 2, (2, 0, 0), True)]
    assert ("Q", "Legal aid", 1, (0, 1, 0), True) in rows
    assert ("Q", "", 1, (1, 0, 0), True) in rows


def test_the_agenda_is_fixed_at_opening_and_extended_only_by_a_press(assessment: Assessment) -> None:
    assessment.languages = ["en", "ru"]
    assessment.save()
    make_mark(assessment, "1.1/F1")
    kept, dropped = make_recommendation(assessment, "kept"), make_recommendation(assessment, "dropped")
    workshop = make_workshop(assessment)
    group = make_group(workshop)
    entry = next(entry for entry in workshop.agenda if entry["target"] == "cell:1.1/F1")
    assert (set(entry["text"]) >= {"en", "ru"}, entry["state"], entry["revision"]) == (True, "in_place", 2)

    added = make_recommendation(assessment, "added")
    set_status(recommendation=dropped, status="dropped", reason="No.", by=None)
    edit_recommendation(recommendation=kept, text="kept, in other words", by=None)
    (agenda,) = [found for found in agendas(assessment, fixed=workshop.agenda) if found.category.name == "1"]
    assert [entry.text for entry in agenda.added] == ["added"]
    assert agenda.targets[f"recommendation:{kept.pk}"].opening["text"] == {"en": "kept"}  # type: ignore[index]
    assert [entry.text for entry in agenda.parts[-1].entries if entry.gone] == ["dropped"]
    with pytest.raises(InputError):
        give_verdict(group=group, target=f"recommendation:{added.pk}", choice="agree")
    assert update_agenda(workshop=workshop, by=None) == 1
    assert update_agenda(workshop=workshop, by=None) == 0
    group.workshop.refresh_from_db()
    give_verdict(group=group, target=f"recommendation:{added.pk}", choice="agree")


def test_a_verdict_on_earlier_words_or_over_another_is_refused(assessment: Assessment) -> None:
    make_mark(assessment, "1.1/F1")
    group = make_group(make_workshop(assessment))
    give = {"group": group, "target": "cell:1.1/F1", "choice": "agree"}
    with pytest.raises(VerdictConflict, match="text has changed"):
        give_verdict(**give, revision=1)
    verdict = give_verdict(**give, revision=2, given=0)
    assert (verdict.seen["state"], verdict.seen["revision"], verdict.seen["note"]) == (
        "in_place", 2, "The rules were approved in 2009."
    )  # fmt: skip
    assert give_verdict(**give, revision=2, given=0).revision == 1  # the same sent twice
    other = give | {"choice": "disagree", "words": "No."}
    with pytest.raises(VerdictConflict, match="answer has changed"):
        give_verdict(**other, revision=2, given=0)
    assert give_verdict(**other, revision=2, given=1).revision == 2
    with pytest.raises(VerdictConflict):
        withdraw_verdict(group=group, target="cell:1.1/F1", given=1)
    withdraw_verdict(group=group, target="cell:1.1/F1", given=2)
    assert not Verdict.objects.in_force().exists()
    with pytest.raises(InputError):
        withdraw_verdict(group=group, target="cell:1.1/F1")
    with pytest.raises(VerdictConflict, match="cells have changed"):
        agree_remaining(group=group, category="1", targets={"cell:1.1/F1": 1})
    assert agree_remaining(group=group, category="1", targets={"cell:1.1/F1": 2}) == 1
    assert Verdict.objects.get().seen["revision"] == 2


def test_a_ballot_over_another_is_refused_even_after_a_withdrawal(assessment: Assessment) -> None:
    group = make_group(make_workshop(assessment), ballot="JAN")
    with pytest.raises(ConflictError, match="J, A, N"):
        cast_ballot(group=group, priorities=["B"], source="paper", revision=0)
    withdraw_ballot(group=group, by=None)
    cast_ballot(group=group, priorities=["M"], source="paper")
    with pytest.raises(ConflictError):
        cast_ballot(group=group, priorities=["B"], source="paper", revision=1)
    assert cast_ballot(group=group, priorities=["B"], source="paper", revision=3).priorities == ["B"]


def test_a_proposed_wording_is_taken_over_once_it_was_seen(assessment: Assessment) -> None:
    row = make_recommendation(assessment, "train inspectors")
    target = f"recommendation:{row.pk}"
    comment = add_comment(assessment=assessment, statement="train all inspectors", target=target, by=None)
    with pytest.raises(ConflictError):
        adopt_wording(comment=comment, revision=2, wording_revision=1, by=None)
    with pytest.raises(ConflictError, match="recommendation has changed"):
        adopt_wording(comment=comment, revision=1, wording_revision=2, by=None)
    done = adopt_wording(comment=comment, revision=1, wording_revision=1, by=None)
    row.refresh_from_db()
    assert (row.text, done.disposition, done.edit.before_text) == (  # type: ignore[union-attr]
        "train all inspectors", "accepted", "train inspectors"
    )  # fmt: skip
    elsewhere = add_comment(assessment=assessment, statement="No.", by=None)
    with pytest.raises(InputError, match="not about a recommendation"):
        adopt_wording(comment=elsewhere, by=None)


def test_a_withdrawn_statement_stays_marked_and_can_come_back(assessment: Assessment) -> None:
    comment = add_comment(assessment=assessment, statement="No.", by=None)
    withdraw_comment(comment=comment, by=None)
    assert [row.withdrawn for row in statements_of(assessment)] == [True]
    assert Comment.objects.undecided().count() == 0
    restore_comment(comment=comment, by=None)
    assert [row.withdrawn for row in statements_of(assessment)] == [False]


def test_differences_give_both_wordings_back() -> None:
    found = differences("train inspectors every year", "train all inspectors each year")
    assert "".join(piece.text for piece in found if piece.kind != "added") == "train inspectors every year"
    assert "".join(piece.text for piece in found if piece.kind != "removed") == "train all inspectors each year"
    assert Piece("removed", "every") in found
    assert differences("same", "same") == (Piece("same", "same"),)


def test_a_workshop_that_opens_with_nothing_to_judge_puts_nothing_to_its_groups(assessment: Assessment) -> None:
    workshop = make_workshop(assessment)
    group = make_group(workshop)
    assert workshop.agenda == []
    make_mark(assessment, "1.1/F1")
    row = make_recommendation(assessment)
    for target in ("cell:1.1/F1", f"recommendation:{row.pk}"):
        with pytest.raises(GroupError) as refusal:
            give_verdict(group=group, target=target, choice="agree")
        assert refusal.value.key == "not_discussed"
    with pytest.raises(GroupError) as refusal:
        agree_remaining(group=group, category="1", targets={"cell:1.1/F1": None})
    assert refusal.value.key == "nothing_left"
    assert update_agenda(workshop=workshop, by=None) == 2
    give_verdict(group=group, target="cell:1.1/F1", choice="agree")


def test_a_workshop_whose_agenda_was_not_recorded_puts_all_there_is_to_its_groups(assessment: Assessment) -> None:
    workshop = make_workshop(assessment)
    Workshop.objects.update(agenda=None)
    make_mark(assessment, "1.1/F1")
    give_verdict(group=make_group(workshop), target="cell:1.1/F1", choice="agree")
    assert update_agenda(workshop=workshop, by=None) == 0
    close_workshop(workshop=workshop, by=None)
    assert "No agenda was recorded." in Minutes.objects.get().html
