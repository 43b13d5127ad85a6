"""Marks keep both opinions and their history; recommendations keep their order and wording."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from assessments.models import AuditEvent
from ctnat.ui.errors import ConflictError, InputError
from indicators.models import CellDecision, CellRevision, Mark, MarkChange, Recommendation
from indicators.services.checks import EVIDENCE_KEY
from indicators.services.marks import decide_cell, mark_cell, withdraw_proposal
from indicators.services.recommendations import edit_recommendation, move_group, move_recommendation, set_status
from tests.factories import DocumentFactory
from tests.indicators.factories import make_mark, make_recommendation


def message(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(error.value.messages)


def test_mark_cell_stores_the_mark_its_history_and_an_event(assessment: Any, member: Any) -> None:
    DocumentFactory(assessment=assessment, code="Aze 16")
    mark = make_mark(assessment, evidence=["document:Aze 16#3", "survey:3.1.1"], by=member("consultant"))
    assert (mark.state, mark.counts, mark.revision) == ("in_place", True, 1)
    assert mark.evidence == ["document:Aze 16#3", "survey:3.1.1"]
    assert list(MarkChange.objects.values_list("mark", "revision", "state")) == [(mark.pk, 1, "in_place")]
    event = AuditEvent.objects.get(action="cell.marked")
    assert (event.actor, event.object_label) == (member("consultant"), "1.1 F1")


def test_mark_cell_again_the_same_changes_nothing(assessment: Any) -> None:
    make_mark(assessment)
    assert (make_mark(assessment).revision, MarkChange.objects.count()) == (1, 1)


def test_mark_cell_changed_stores_the_earlier_mark_and_the_reason(assessment: Any) -> None:
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", rationale="Not used.", reason="New interview.")
    history = MarkChange.objects.values_list("revision", "state", "rationale", "reason")
    assert list(history) == [
        (1, "in_place", "The rules were approved in 2009.", ""),
        (2, "potential_improvement", "Not used.", "New interview."),
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"criterion": "9.9"}, "There is no criterion 9.9"),
        ({"cell": "F3"}, "There is no cell F3"),
        ({"state": "good"}, "Choose one of: Not assessed, In place, Potential improvement."),
        ({"rationale": " "}, "Give a reason in a sentence"),
        ({"rationale": "x\x00"}, "cannot be stored"),
        ({"rationale": "x" * 10_001}, "10,001 characters"),
        ({"evidence": ["=cmd()"]}, "is not an evidence key"),
        ({"evidence": ["document:Aze 99"]}, "There is no document Aze 99"),
        ({"evidence": ["survey:9.9.9"]}, "The survey has no item 9.9.9"),
        ({"evidence": [f"comment:{n}" for n in range(1, 62)]}, "61 pieces of evidence"),
        ({"no_evidence": True, "evidence": ["survey:3.1.1"]}, "but evidence is attached"),
        ({"source": "minister"}, "A mark comes from"),
    ],
)
def test_mark_cell_refuses_with_a_clear_word_and_changes_nothing(assessment: Any, fields: Any, words: str) -> None:
    sound = {"criterion": "1.1", "cell": "F1", "state": "in_place", "rationale": "Seen.", "by": None}
    with pytest.raises(ValidationError) as error:
        mark_cell(assessment=assessment, **sound | fields)
    assert words in message(error)
    assert (Mark.objects.count(), MarkChange.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)


def test_no_evidence_found_replaces_a_rationale(assessment: Any) -> None:
    mark = make_mark(assessment, rationale="", no_evidence=True)
    assert mark.reason_shown == "No evidence found."


def test_two_people_at_one_cell_the_second_is_reported_and_nothing_is_lost(assessment: Any, member: Any) -> None:
    make_mark(assessment, by=member("lead"), revision=0)
    with pytest.raises(ConflictError) as error:
        make_mark(assessment, state="potential_improvement", rationale="Mine.", by=member("consultant"), revision=0)
    assert message(error).startswith("Lead marked this cell “in place” while you were editing.")
    assert error.value.current.revision == 1
    assert Mark.objects.get().rationale == "The rules were approved in 2009."
    make_mark(assessment, state="potential_improvement", rationale="Mine.", by=member("consultant"), revision=1)
    assert Mark.objects.get().rationale == "Mine."


def test_a_proposal_is_shown_beside_the_mark_until_the_lead_decides(assessment: Any, member: Any) -> None:
    mark = make_mark(assessment)
    proposal = make_mark(assessment, state="potential_improvement", rationale="Not in practice.", source="workshop")
    assert (mark.counts, proposal.counts, proposal.awaits_decision) == (True, False, True)
    assert list(Mark.objects.awaiting_decision()) == [proposal]

    counting = decide_cell(
        assessment=assessment, criterion="1.1", cell="F1", source="workshop", by=member("lead"), reason="Convincing."
    )

    assert counting == proposal
    assert list(Mark.objects.order_by("source").values_list("source", "state", "counts")) == [
        ("consultant", "in_place", False),
        ("workshop", "potential_improvement", True),
    ]
    assert list(Mark.objects.awaiting_decision()) == []
    decided = MarkChange.objects.values_list("mark__source", "counts", "reason")
    assert [(source, counts) for source, counts, reason in decided if reason == "Convincing."] == [
        ("consultant", False),
        ("workshop", True),
    ]
    assert AuditEvent.objects.get(action="cell.decided").detail == {"source": "workshop", "revision": 1}


def test_a_changed_proposal_waits_for_a_new_decision(assessment: Any) -> None:
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    decide_cell(assessment=assessment, criterion="1.1", cell="F1", source="workshop", by=None, reason="Yes.")
    make_mark(assessment, state="not_assessed", rationale="", source="workshop")
    assert Mark.objects.counting().get().source == "consultant"
    assert Mark.objects.awaiting_decision().count() == 1


def test_a_decision_for_the_consultants_mark_does_not_survive_its_change(assessment: Any) -> None:
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    decide_cell(assessment=assessment, criterion="1.1", cell="F1", source="consultant", by=None, reason="In the law.")
    make_mark(assessment)  # saved as it was opened
    assert Mark.objects.awaiting_decision().count() == 0
    make_mark(assessment, state="not_assessed", rationale="")
    assert Mark.objects.counting().get().source == "consultant"
    assert Mark.objects.awaiting_decision().count() == 1
    decide_cell(assessment=assessment, criterion="1.1", cell="F1", source="consultant", by=None, reason="Nobody knows.")
    assert Mark.objects.awaiting_decision().count() == 0
    assert list(CellDecision.objects.values_list("before", "after", "consultant_state")) == [
        ("in_place", "in_place", "in_place"),
        ("not_assessed", "not_assessed", "not_assessed"),
    ]


def test_a_decision_for_no_mark_does_not_survive_the_consultants_first(assessment: Any) -> None:
    make_mark(assessment, source="workshop")
    decide_cell(assessment=assessment, criterion="1.1", cell="F1", source="consultant", by=None, reason="No.")
    assert make_mark(assessment, state="potential_improvement").counts
    assert Mark.objects.awaiting_decision().count() == 1


def test_a_decision_for_the_proposal_survives_a_change_of_the_mark_that_it_passed_over(assessment: Any) -> None:
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    decide_cell(assessment=assessment, criterion="1.1", cell="F1", source="workshop", by=None, reason="Yes.")
    make_mark(assessment, rationale="Approved in 2010.")
    assert (Mark.objects.counting().get().source, Mark.objects.awaiting_decision().count()) == ("workshop", 0)


def test_declining_a_proposal_for_an_unmarked_cell_leaves_it_unmarked(assessment: Any) -> None:
    make_mark(assessment, source="workshop")
    counting = decide_cell(
        assessment=assessment, criterion="1.1", cell="F1", source="consultant", by=None, reason="No."
    )
    assert counting is None
    assert Mark.objects.awaiting_decision().count() == 0


def test_a_consultants_first_mark_does_not_push_aside_a_decision(assessment: Any) -> None:
    make_mark(assessment, source="workshop")
    decide_cell(assessment=assessment, criterion="1.1", cell="F1", source="workshop", by=None, reason="Yes.")
    assert make_mark(assessment, state="potential_improvement").counts is False


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": " "}, "Give the reason for the decision"),
        ({"source": "minister"}, "Choose the consultant's mark or the workshop's."),
        ({"cell": "F2"}, "the workshop has not proposed a mark for this cell"),
    ],
)
def test_decide_cell_refuses(assessment: Any, fields: Any, words: str) -> None:
    make_mark(assessment, source="workshop")
    sound = {"criterion": "1.1", "cell": "F1", "source": "workshop", "by": None, "reason": "Yes."}
    with pytest.raises(ValidationError) as error:
        decide_cell(assessment=assessment, **sound | fields)
    assert words in message(error)
    assert Mark.objects.awaiting_decision().count() == 1


@pytest.mark.parametrize(
    ("key", "sound"),
    [
        ("document:Aze 30#31", True),
        ("document:Gen 1", True),
        ("interview:AZEint14/7.2", True),
        ("survey:3.1.5", True),
        ("comment:12", True),
        ("interview:AZEint0/3.4", False),
        ("document:Aze30", False),
        ("survey:3.1.5\n", False),
        ("comment:0", False),
        ("javascript:alert(1)", False),
    ],
)
def test_evidence_keys_have_known_shapes(key: str, sound: bool) -> None:
    assert bool(EVIDENCE_KEY.fullmatch(key)) is sound


# Recommendations


def order(assessment: Any, category: str = "1") -> list[str]:
    return list(Recommendation.objects.for_assessment(assessment).for_category(category).values_list("text", flat=True))


def test_add_recommendation_joins_its_group(assessment: Any) -> None:
    for text, lead_in in [("a1", "A"), ("b1", "B"), ("a2", "A")]:
        make_recommendation(assessment, text, lead_in=lead_in)
    assert order(assessment) == ["a1", "a2", "b1"]
    assert list(Recommendation.objects.values_list("position", flat=True)) == [1, 2, 3]


def test_move_recommendation_within_its_group_and_the_group_as_a_whole(assessment: Any) -> None:
    rows = {text: make_recommendation(assessment, text, lead_in=text[0].upper()) for text in ("a1", "a2", "a3", "b1")}
    move_recommendation(recommendation=rows["a3"], to=0, by=None)
    assert order(assessment) == ["a3", "a1", "a2", "b1"]
    move_recommendation(recommendation=rows["a3"], to=99, by=None)
    assert order(assessment) == ["a1", "a2", "a3", "b1"]
    move_group(recommendation=rows["b1"], to=-1, by=None)
    assert order(assessment) == ["b1", "a1", "a2", "a3"]


def test_moving_counts_only_recommendations_that_remain(assessment: Any) -> None:
    rows = {text: make_recommendation(assessment, text) for text in ("a", "gone", "b")}
    set_status(recommendation=rows["gone"], status="dropped", reason="Not needed.", by=None)
    move_recommendation(recommendation=rows["a"], to=1, by=None)
    assert order(assessment) == ["b", "a", "gone"]
    for verb in (move_recommendation, move_group):
        with pytest.raises(ValidationError, match="has been dropped"):
            verb(recommendation=rows["gone"], to=0, by=None)
    set_status(recommendation=rows["gone"], status="draft", by=None)
    move_recommendation(recommendation=rows["gone"], to=0, by=None)
    assert order(assessment) == ["gone", "b", "a"]


def test_without_an_addressee_the_verb_makes_no_other_group(assessment: Any) -> None:
    rows = [
        make_recommendation(assessment, text, addressee="", verb=verb)
        for text, verb in (("one", "invited"), ("two", "encouraged"), ("three", "invited"))
    ]
    assert order(assessment) == ["one", "two", "three"]
    move_recommendation(recommendation=rows[2], to=1, by=None)
    assert order(assessment) == ["one", "three", "two"]


def test_edit_recommendation_stores_the_earlier_wording_and_can_change_category(assessment: Any, member: Any) -> None:
    row = make_recommendation(assessment, "train", criteria=["1.1"])
    make_recommendation(assessment, "stays")
    edit_recommendation(
        recommendation=row, by=member("lead"), revision=1, category="2", text="train all", reason="Asked for."
    )
    assert (order(assessment, "1"), order(assessment, "2")) == (["stays"], ["train all"])
    assert list(row.changes.values_list("revision", "text", "reason")) == [
        (1, "train", ""),
        (2, "train all", "Asked for."),
    ]
    assert row.changes.first().opening == "So that victims are found, authorities are invited to consider"


def test_edit_recommendation_conflict_changes_nothing(assessment: Any) -> None:
    row = make_recommendation(assessment)
    edit_recommendation(recommendation=row, by=None, revision=1, text="first")
    with pytest.raises(ConflictError) as error:
        edit_recommendation(recommendation=row, by=None, revision=1, text="second")
    assert error.value.current.text == "first"
    assert order(assessment) == ["first"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"category": "9"}, "The matrix has no category 9."),
        ({"text": ""}, "Enter the recommendation."),
        ({"criteria": ["1.9"]}, "There is no criterion 1.9"),
        ({"verb": "ordered"}, "not a valid choice"),
        ({"lead_in": "x" * 501}, "at most 500 characters"),
        ({"addressee": "a\x00"}, "cannot be stored"),
    ],
)
def test_add_recommendation_refuses(assessment: Any, fields: Any, words: str) -> None:
    with pytest.raises(ValidationError) as error:
        make_recommendation(assessment, **fields)
    assert words in message(error)
    assert Recommendation.objects.count() == 0


def test_a_recommendation_sent_twice_is_there_once(assessment: Any) -> None:
    make_recommendation(assessment)
    with pytest.raises(ValidationError) as error:
        make_recommendation(assessment)
    assert "There is already such a recommendation" in message(error)
    assert order(assessment) == ["train inspectors"]


def test_dropping_needs_a_reason_and_does_not_delete_the_row(assessment: Any) -> None:
    row = make_recommendation(assessment)
    with pytest.raises(ValidationError):
        set_status(recommendation=row, status="dropped", by=None)
    set_status(recommendation=row, status="dropped", by=None, reason="Done already.")
    assert list(Recommendation.objects.values_list("status", flat=True)) == ["dropped"]
    assert list(Recommendation.objects.standing()) == []
    assert row.changes.last().reason == "Done already."


# Decisions, proposals taken back, and the revision of what a cell shows


def cell_revision(assessment: Any) -> int:
    return CellRevision.objects.for_assessment(assessment).numbers().get("1.1/F1", 1)


def decide(assessment: Any, source: str = "workshop", reason: str = "Convincing.", **seen: int) -> Any:
    place = {"assessment": assessment, "criterion": "1.1", "cell": "F1"}
    return decide_cell(**place, source=source, reason=reason, by=None, **seen)


def test_a_decision_is_refused_on_marks_that_the_lead_did_not_see(assessment: Any) -> None:
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    for seen in ({"consultant_revision": 0}, {"proposal_revision": 2}, {"consultant_revision": 2}):
        with pytest.raises(ConflictError):
            decide(assessment, **seen)
    assert (CellDecision.objects.count(), Mark.objects.counting().get().source) == (0, "consultant")
    decide(assessment, consultant_revision=1, proposal_revision=1)
    assert Mark.objects.counting().get().source == "workshop"


def test_decide_cell_checks_cell_reason_source_and_proposal(assessment: Any) -> None:
    make_mark(assessment)
    with pytest.raises(InputError, match="nothing to decide"):
        decide(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    for odd, words in (
        ({"reason": " "}, "Give the reason for the decision"),
        ({"source": "x"}, "Choose the consultant's"),
    ):
        with pytest.raises(InputError, match=words):
            decide(assessment, **odd)
    with pytest.raises(InputError, match="no cell"):
        decide_cell(assessment=assessment, criterion="1.1", cell="F9", source="workshop", reason="Yes.", by=None)
    with pytest.raises(InputError, match="no criterion"):
        decide_cell(assessment=assessment, criterion="9.9", cell="F1", source="workshop", reason="Yes.", by=None)
    assert CellDecision.objects.count() == 0


def test_a_decision_stores_what_both_marks_contained(assessment: Any) -> None:
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop", rationale="Not applied.")
    decide(assessment)
    make_mark(assessment, state="not_assessed", rationale="Later.")
    make_mark(assessment, state="in_place", source="workshop", rationale="Later.")
    found = CellDecision.objects.get()
    assert (found.before, found.after, found.consultant_state, found.proposed_state, found.proposed_rationale) == (
        "in_place", "potential_improvement", "in_place", "potential_improvement", "Not applied."
    )  # fmt: skip


def test_a_proposal_can_be_withdrawn_and_made_again(assessment: Any) -> None:
    place = {"assessment": assessment, "criterion": "1.1", "cell": "F1"}
    with pytest.raises(InputError, match="nothing to withdraw"):
        withdraw_proposal(**place, by=None)
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    decide(assessment)
    with pytest.raises(ConflictError):
        withdraw_proposal(**place, revision=2, by=None)
    gone = withdraw_proposal(**place, revision=1, by=None)
    assert (gone.withdrawn, gone.awaits_decision, Mark.objects.awaiting_decision().count()) == (True, False, 0)
    assert Mark.objects.counting().get().source == "consultant"
    with pytest.raises(InputError):
        withdraw_proposal(**place, by=None)
    with pytest.raises(InputError, match="nothing to decide"):
        decide(assessment)
    assert make_mark(assessment, state="potential_improvement", source="workshop").awaits_decision


def test_saving_without_a_change_proposes_nothing(assessment: Any) -> None:
    empty = {"state": "not_assessed", "rationale": ""}
    assert make_mark(assessment, source="workshop", **empty) is None
    assert make_mark(assessment, **empty) is None
    make_mark(assessment)
    assert make_mark(assessment, source="workshop") is None  # the consultant's mark
    assert Mark.objects.count() == 1
    assert make_mark(assessment, source="workshop", rationale="Another reason.") is not None


def test_a_cells_revision_rises_with_what_it_shows_and_with_nothing_else(assessment: Any) -> None:
    make_mark(assessment)
    assert cell_revision(assessment) == 2
    make_mark(assessment, state="potential_improvement", source="workshop")  # shown only once it counts
    assert cell_revision(assessment) == 2
    decide(assessment)
    assert cell_revision(assessment) == 3
    decide(assessment, reason="Once more.")
    assert cell_revision(assessment) == 3
    make_mark(assessment, rationale="The consultant's, which does not count.")
    assert cell_revision(assessment) == 3


def test_a_wordings_revision_rises_with_the_words_alone(assessment: Any) -> None:
    row = make_recommendation(assessment)
    set_status(recommendation=row, status="validated", by=None)
    edit_recommendation(recommendation=row, criteria=["1.1"], by=None)
    row.refresh_from_db()
    assert (row.revision, row.wording_revision) == (3, 1)
    edit_recommendation(recommendation=row, lead_in="So that more are found", by=None)
    row.refresh_from_db()
    assert (row.revision, row.wording_revision) == (4, 2)
    change = row.changes.order_by("pk").last()
    assert change.before_opening.startswith("So that victims are found")
    assert change.opening.startswith("So that more are found")


def test_a_status_of_validated_belongs_to_the_wording_it_was_given_to(assessment: Any) -> None:
    row = make_recommendation(assessment)
    set_status(recommendation=row, status="validated", by=None)
    row = edit_recommendation(recommendation=row, criteria=["1.1"], by=None)
    assert (row.status, row.validated_wording, row.status_shown) == ("validated", 1, "Validated")
    row = edit_recommendation(recommendation=row, text="train nobody", by=None)
    assert (row.status, row.validated_wording, row.status_shown) == (
        "draft", 1, "Draft, validated in an earlier wording"
    )  # fmt: skip
    last = row.changes.order_by("pk").last()
    assert last
    assert (last.before_status, last.status) == ("validated", "draft")
    row = set_status(recommendation=row, status="validated", by=None)
    assert (row.validated_wording, row.status_shown) == (2, "Validated")
    row = set_status(recommendation=row, status="draft", by=None)
    assert row.status_shown == "Draft"


def test_a_status_given_to_words_that_changed_meanwhile_is_refused(assessment: Any) -> None:
    row = make_recommendation(assessment)
    edit_recommendation(recommendation=row, text="train nobody", by=None)
    with pytest.raises(ConflictError, match="its status was not changed"):
        set_status(recommendation=row, status="validated", wording_revision=1, by=None)
    row.refresh_from_db()
    assert row.status == "draft"
