"""What each change to the matrix and to a recommendation records: history, decision, audit event, who and why.

The history of a mark records who set what and when; a field that is missing from it cannot be recovered.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import AuditEvent
from ctnat.ui.errors import ConflictError, InputError
from indicators.models import CellDecision, CellRevision, Mark, MarkChange, Recommendation, RecommendationChange
from indicators.services import marks
from indicators.services.marks import decide_cell, mark_cell, withdraw_proposal
from indicators.services.recommendations import (
    add_recommendation,
    edit_recommendation,
    move_group,
    move_recommendation,
    set_status,
)
from indicators.services.translations import save_translation
from indicators.translated import wordings_mark, wordings_of
from tests.factories import AssessmentFactory
from tests.indicators.factories import make_mark, make_recommendation

CELL = {"criterion": "1.1", "cell": "F1"}


def events(assessment: Any) -> list[tuple[str, Any, str, dict[str, Any]]]:
    """Action, actor, object and detail of each event, the first one first."""
    rows = AuditEvent.objects.filter(assessment=assessment).order_by("position")
    return [(row.action, row.actor, row.object_label, row.detail) for row in rows]


def history(**wanted: Any) -> list[tuple[Any, ...]]:
    names = ("mark__source", "revision", "state", "rationale", "no_evidence", "evidence", "counts", "withdrawn")
    found = MarkChange.objects.order_by("pk").values(*names, "reason", "by", "mark")
    return [tuple(row.values())[:-1] for row in found if all(row[name] == value for name, value in wanted.items())]


# Marks


def test_the_history_of_a_mark_contains_every_statement(assessment: Any, member: Any) -> None:
    by = member("consultant")
    make_mark(assessment, evidence=["survey:3.1.1"], by=by)
    make_mark(assessment, state="potential_improvement", rationale="", no_evidence=True, reason=" Heard. ", by=by)
    assert history() == [
        ("consultant", 1, "in_place", "The rules were approved in 2009.", False, ["survey:3.1.1"], True, False, "",
         by.pk),
        ("consultant", 2, "potential_improvement", "", True, [], True, False, "Heard.", by.pk),
    ]  # fmt: skip
    assert events(assessment) == [
        ("cell.marked", by, "1.1 F1", {"state": "in_place", "revision": 1, "asks_again": False}),
        ("cell.marked", by, "1.1 F1", {"state": "potential_improvement", "revision": 2, "asks_again": False}),
    ]
    assert Mark.objects.get().by == by


def test_a_proposal_is_recorded_as_one_and_does_not_count(assessment: Any, member: Any) -> None:
    by = member("facilitator")
    make_mark(assessment, by=None)
    make_mark(assessment, state="potential_improvement", source="workshop", rationale="Heard.", by=by)
    assert history(mark__source="workshop") == [
        ("workshop", 1, "potential_improvement", "Heard.", False, [], False, False, "", by.pk)
    ]
    assert events(assessment)[-1] == (
        "cell.proposed", by, "1.1 F1", {"state": "potential_improvement", "revision": 1, "asks_again": False}
    )  # fmt: skip


def test_a_proposal_for_a_cell_without_a_mark_does_not_count_before_the_decision(assessment: Any) -> None:
    assert make_mark(assessment, source="workshop").counts is False
    assert make_mark(assessment).counts is True


def test_a_mark_that_makes_the_lead_decide_again_is_logged_as_such(assessment: Any) -> None:
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    decide(assessment, "consultant")
    make_mark(assessment, rationale="Approved in 2010.")
    assert events(assessment)[-1][3] == {"state": "in_place", "revision": 2, "asks_again": True}
    make_mark(assessment, rationale="Approved in 2011.")
    assert events(assessment)[-1][3] == {"state": "in_place", "revision": 3, "asks_again": False}


def test_a_mark_of_another_cell_or_assessment_reopens_no_decision(assessment: Any) -> None:
    other = AssessmentFactory(reference="GEO-2016", country="GEO")
    for where in (assessment, other):
        make_mark(where)
        make_mark(where, state="potential_improvement", source="workshop")
        decide(where, "consultant")
    make_mark(assessment, "1.1/F2")
    assert Mark.objects.awaiting_decision().count() == 0
    make_mark(other, rationale="Approved in 2010.")
    assert [mark.assessment for mark in Mark.objects.awaiting_decision()] == [other]


def decide(assessment: Any, source: str = "workshop", reason: str = "Convincing.", by: Any = None, **seen: int) -> Any:
    return decide_cell(assessment=assessment, **CELL, source=source, reason=reason, by=by, **seen)


def test_a_decision_is_recorded_whole(assessment: Any, member: Any) -> None:
    lead = member("lead")
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop", rationale="", no_evidence=True)
    assert decide(assessment, reason=" Two groups. ", by=lead).source == "workshop"
    found = CellDecision.objects.get()
    assert (found.assessment, found.criterion, found.cell, found.source) == (assessment, "1.1", "F1", "workshop")
    assert (found.before, found.after) == ("in_place", "potential_improvement")
    assert (found.consultant_state, found.proposed_state) == ("in_place", "potential_improvement")
    assert (found.proposed_rationale, found.reason, found.by) == ("No evidence found.", "Two groups.", lead)
    assert events(assessment)[-1] == ("cell.decided", lead, "1.1 F1", {"source": "workshop", "revision": 1})
    assert history(reason="Two groups.") == [
        ("consultant", 1, "in_place", "The rules were approved in 2009.", False, [], False, False, "Two groups.",
         lead.pk),
        ("workshop", 1, "potential_improvement", "", True, [], True, False, "Two groups.", lead.pk),
    ]  # fmt: skip


def test_a_decision_on_a_cell_without_a_mark_of_the_consultant_stores_no_state_of_it(assessment: Any) -> None:
    make_mark(assessment, source="workshop")
    decide(assessment, consultant_revision=0, proposal_revision=1)
    found = CellDecision.objects.get()
    assert (found.before, found.after, found.consultant_state) == ("not_assessed", "in_place", "")


def test_a_decision_on_a_proposal_without_words_stores_no_words(assessment: Any) -> None:
    make_mark(assessment, source="workshop")
    make_mark(assessment, source="workshop", state="not_assessed", rationale="")
    decide(assessment)
    assert CellDecision.objects.get().proposed_rationale == ""


def test_a_decision_on_a_proposal_that_has_changed_is_refused_with_the_present_one(assessment: Any) -> None:
    for rationale in ("Heard.", "Heard twice."):
        proposal = make_mark(assessment, source="workshop", rationale=rationale)
    with pytest.raises(ConflictError, match="One of the marks has changed") as conflict:
        decide(assessment, proposal_revision=1)
    assert conflict.value.current == proposal
    assert not CellDecision.objects.exists()


def test_a_decision_touches_no_other_cell_and_no_other_assessment(assessment: Any) -> None:
    other = AssessmentFactory(reference="GEO-2016", country="GEO")
    for where, key in ((assessment, "1.1/F1"), (assessment, "1.1/F2"), (assessment, "1.2/F1"), (other, "1.1/F1")):
        make_mark(where, key)
        make_mark(where, key, state="potential_improvement", source="workshop")
    decide(assessment)
    counting = Mark.objects.counting().filter(source="workshop")
    assert [(mark.assessment, mark.criterion, mark.cell) for mark in counting] == [(assessment, "1.1", "F1")]
    assert Mark.objects.counting().count() == 4


def test_the_same_decision_sent_twice_is_one_and_other_words_are_another(assessment: Any) -> None:
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    first = decide(assessment)
    again = decide(assessment)
    assert (first, again.source, CellDecision.objects.count()) == (again, "workshop", 1)
    decide(assessment, reason="Other words.")
    decide(assessment, "consultant", reason="Other words.")
    assert decide(assessment, reason="Other words.").source == "workshop"
    assert decide(assessment).source == "workshop"  # in the wording of the first one
    assert CellDecision.objects.count() == 5


def test_a_decision_of_which_the_words_were_not_recorded_can_be_repeated(assessment: Any) -> None:
    make_mark(assessment, source="workshop")
    decide(assessment)
    CellDecision.objects.all().delete()
    decide(assessment)
    assert CellDecision.objects.count() == 1


def test_a_decision_repeated_on_a_changed_proposal_is_a_new_one(assessment: Any) -> None:
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    decide(assessment, "consultant")
    make_mark(assessment, state="potential_improvement", source="workshop", rationale="Once more.")
    assert Mark.objects.awaiting_decision().count() == 1
    decide(assessment, "consultant")
    assert (CellDecision.objects.count(), Mark.objects.awaiting_decision().count()) == (2, 0)


def test_the_same_words_about_another_cell_are_a_decision_of_its_own(assessment: Any) -> None:
    for key in ("1.1/F1", "1.1/F2", "1.2/F1"):
        make_mark(assessment, key, source="workshop")
    for criterion, cell in (("1.1", "F1"), ("1.1", "F2"), ("1.2", "F1")):
        decide_cell(assessment=assessment, criterion=criterion, cell=cell, source="workshop", reason="Yes.", by=None)
    assert CellDecision.objects.count() == 3
    decide(assessment, reason="Other words.")
    for criterion, cell in (("1.1", "F2"), ("1.2", "F1")):
        decide_cell(assessment=assessment, criterion=criterion, cell=cell, source="workshop", reason="No.", by=None)
        decide(assessment, reason="No.")
        decide(assessment, reason="Other words.")
    words = CellDecision.objects.filter(criterion="1.1", cell="F1").values_list("reason", flat=True)
    assert list(words) == ["Yes.", "Other words.", "No.", "Other words.", "No.", "Other words."]


def test_a_changed_proposal_that_does_not_count_takes_one_step_in_its_history(assessment: Any) -> None:
    make_mark(assessment)
    for rationale in ("Heard.", "Heard twice."):
        make_mark(assessment, state="potential_improvement", source="workshop", rationale=rationale)
    assert [row[0] for row in history()] == ["consultant", "workshop", "workshop"]


def test_a_proposal_that_has_changed_is_not_withdrawn_from_an_old_page(assessment: Any) -> None:
    for rationale in ("Heard.", "Heard twice."):
        make_mark(assessment, source="workshop", rationale=rationale)
    with pytest.raises(ConflictError):
        withdraw_proposal(assessment=assessment, **CELL, revision=1, by=None)
    assert not Mark.objects.get().withdrawn


def test_a_changed_proposal_that_counted_leaves_the_cell_to_the_consultant_with_the_reason(
    assessment: Any, member: Any
) -> None:
    by = member("facilitator")
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    decide(assessment)
    proposal = make_mark(assessment, state="potential_improvement", source="workshop", rationale="New.", by=by)
    assert (proposal.counts, Mark.objects.counting().get().source) == (False, "consultant")
    changes = history(reason="The workshop changed its proposal.")
    assert [(row[0], row[6], row[9]) for row in changes] == [("consultant", True, by.pk), ("workshop", False, by.pk)]


def test_a_withdrawn_proposal_is_recorded_with_who_and_why(assessment: Any, member: Any) -> None:
    by = member("facilitator")
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    decide(assessment)
    gone = withdraw_proposal(assessment=assessment, **CELL, reason=" A slip. ", by=by)
    assert (gone.withdrawn, gone.revision, gone.by, gone.counts) == (True, 2, by, False)
    assert history(reason="The workshop withdrew its proposal.")[0][9] == by.pk
    assert history(reason="A slip.") == [
        ("workshop", 2, "potential_improvement", "The rules were approved in 2009.", False, [], False, True, "A slip.",
         by.pk)
    ]  # fmt: skip
    assert events(assessment)[-1] == ("cell.proposal_withdrawn", by, "1.1 F1", {"revision": 2})
    again = withdraw_proposal(assessment=assessment, **CELL, revision=1, by=None)  # sent twice
    assert (again, again.revision, len(history(withdrawn=True))) == (gone, 2, 1)
    for revision in (None, 2, 3):
        with pytest.raises(InputError, match="nothing to withdraw"):
            withdraw_proposal(assessment=assessment, **CELL, revision=revision, by=None)


def test_the_proposal_of_another_cell_stays(assessment: Any) -> None:
    make_mark(assessment, source="workshop")
    make_mark(assessment, "1.1/F2", source="workshop")
    withdraw_proposal(assessment=assessment, **CELL, by=None)
    assert list(Mark.objects.filter(withdrawn=False).values_list("cell", flat=True)) == ["F2"]
    for odd in ({"cell": "F9"}, {"criterion": "9.9"}):
        with pytest.raises(InputError, match="There is no c"):
            withdraw_proposal(assessment=assessment, **CELL | odd, by=None)


def test_a_withdrawn_proposal_made_again_in_the_same_words_is_a_new_one(assessment: Any) -> None:
    make_mark(assessment, source="workshop")
    withdraw_proposal(assessment=assessment, **CELL, by=None)
    again = make_mark(assessment, source="workshop", revision=2)
    assert (again.withdrawn, again.revision, again.awaits_decision) == (False, 3, True)


def test_a_conflict_names_who_marked_the_cell_and_what(assessment: Any, member: Any) -> None:
    make_mark(assessment, state="potential_improvement", by=None)
    with pytest.raises(ConflictError) as error:
        make_mark(assessment, rationale="Mine.", revision=0)
    assert "".join(error.value.messages).startswith(
        "Another member marked this cell “potential improvement” while you were editing."
    )
    assert error.value.current == Mark.objects.get()


def test_two_first_marks_at_the_same_moment_are_a_conflict_that_shows_the_first(
    assessment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mark_meanwhile(mark: Mark) -> bool:
        Mark.objects.bulk_create([Mark(assessment=assessment, **CELL, state="in_place", rationale="First.")])
        return False

    monkeypatch.setattr(marks, "_counting", mark_meanwhile)
    with pytest.raises(ConflictError, match="marked this cell “in place” while you were") as error:
        make_mark(assessment, state="potential_improvement", rationale="Second.")
    assert error.value.current.rationale == "First."
    assert not MarkChange.objects.exists()


def test_an_unknown_source_is_named_in_twenty_letters(assessment: Any) -> None:
    with pytest.raises(InputError, match=r"not from ministerministermini\."):
        make_mark(assessment, source="minister" * 3, reason="x")


def test_a_withdrawn_proposal_waits_for_no_decision(assessment: Any) -> None:
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    decide(assessment, "consultant")
    withdraw_proposal(assessment=assessment, **CELL, by=None)
    make_mark(assessment, rationale="Approved in 2010.")
    assert events(assessment)[-1][3]["asks_again"] is False


def test_a_withdrawn_proposal_equal_to_the_consultants_mark_is_not_made_again(assessment: Any) -> None:
    make_mark(assessment, source="workshop", rationale="Heard.")
    withdraw_proposal(assessment=assessment, **CELL, by=None)
    make_mark(assessment)
    assert make_mark(assessment, source="workshop") is None
    assert Mark.objects.get(source="workshop").withdrawn


def test_defaults_of_a_mark(assessment: Any) -> None:
    mark = make_mark(assessment, state="not_assessed", rationale="", evidence=["survey:3.1.1"])
    assert (mark.source, mark.no_evidence) == ("consultant", False)
    plain = mark_cell(assessment=assessment, **CELL, state="in_place", no_evidence=True, by=None)
    assert (plain.rationale, history()[-1][8]) == ("", "")  # type: ignore[union-attr]
    gone = make_mark(assessment, "1.1/F2", source="workshop")
    withdraw_proposal(assessment=assessment, criterion="1.1", cell="F2", by=None)
    assert history(mark=gone.pk)[-1][8] == ""


def test_a_cells_revision_rises_when_what_it_shows_is_withdrawn_and_that_of_no_other_cell(assessment: Any) -> None:
    make_mark(assessment, "1.2/F1")
    make_mark(assessment, source="workshop")
    decide(assessment)
    assert CellRevision.objects.numbers() == {"1.2/F1": 2, "1.1/F1": 2}
    withdraw_proposal(assessment=assessment, **CELL, by=None)
    assert CellRevision.objects.numbers() == {"1.2/F1": 2, "1.1/F1": 3}


def test_a_consultants_mark_that_shows_nothing_yet_leaves_the_cells_revision(assessment: Any) -> None:
    make_mark(assessment, state="not_assessed", rationale="", evidence=["survey:3.1.1"])
    assert CellRevision.objects.numbers() == {}


def test_a_decision_moves_the_time_of_the_proposal_alone(assessment: Any) -> None:
    make_mark(assessment)
    proposal = make_mark(assessment, state="potential_improvement", source="workshop")
    Mark.objects.update(updated_at=datetime(2016, 1, 1, tzinfo=UTC))
    decide(assessment)
    changed = Mark.objects.exclude(updated_at=datetime(2016, 1, 1, tzinfo=UTC))
    assert list(changed) == [proposal]


def test_texts_that_a_mark_cannot_store_are_named(assessment: Any) -> None:
    make_mark(assessment, source="workshop")
    for act, words in (
        (lambda: make_mark(assessment, rationale="\x00"), "The rationale contains"),
        (lambda: make_mark(assessment, reason="\x00"), "The reason contains"),
        (lambda: decide(assessment, reason="\x00"), "The reason contains"),
        (lambda: withdraw_proposal(assessment=assessment, **CELL, reason="\x00", by=None), "The reason contains"),
    ):
        with pytest.raises(InputError, match=words):
            act()
    assert Mark.objects.get().source == "workshop"


def test_no_evidence_is_chosen_without_evidence_and_not_assessed_needs_no_reason(assessment: Any) -> None:
    for fields, name in (
        ({"state": "good"}, "state"),
        ({"rationale": " "}, "rationale"),
        ({"no_evidence": True, "evidence": ["survey:3.1.1"]}, "no_evidence"),
    ):
        with pytest.raises(ValidationError) as error:
            make_mark(assessment, **fields)
        assert set(error.value.error_dict) == {name}
    kept = make_mark(assessment, state="not_assessed", rationale="", evidence=["survey:3.1.1"])
    assert (kept.state, kept.rationale, kept.evidence) == ("not_assessed", "", ["survey:3.1.1"])


def test_evidence_that_a_mark_has_already_stays_when_its_source_is_gone(assessment: Any) -> None:
    make_mark(assessment, evidence=["survey:3.1.1"])
    Mark.objects.update(evidence=["document:Aze 99"])
    assert make_mark(assessment, rationale="Kept.", evidence=["document:Aze 99"]).evidence == ["document:Aze 99"]


# Recommendations


def changes(row: Recommendation) -> list[tuple[Any, ...]]:
    names = ("revision", "opening", "text", "status", "before_opening", "before_text", "before_status", "reason", "by")
    return list(RecommendationChange.objects.filter(recommendation=row).order_by("pk").values_list(*names))


def test_the_history_of_a_recommendation_contains_both_wordings(assessment: Any, member: Any) -> None:
    by, lead = member("consultant"), member("lead")
    row = make_recommendation(assessment, by=by)
    opening = "So that victims are found, authorities are invited to consider"
    row = edit_recommendation(recommendation=row, text="train all", reason=" Asked for. ", by=lead)
    row = set_status(recommendation=row, status="dropped", reason=" Done. ", by=lead)
    assert changes(row) == [
        (1, opening, "train inspectors", "draft", "", "", "", "", by.pk),
        (2, opening, "train all", "draft", opening, "train inspectors", "draft", "Asked for.", lead.pk),
        (3, opening, "train all", "dropped", opening, "train all", "draft", "Done.", lead.pk),
    ]
    label = "recommendation 1/1"
    assert events(assessment) == [
        ("recommendation.added", by, label, {"category": "1"}),
        ("recommendation.changed", lead, label, {"fields": ["text"]}),
        ("recommendation.status", lead, label, {"status": "dropped"}),
    ]


def test_a_status_is_set_with_the_translations_that_were_seen(assessment: Any) -> None:
    assessment.languages = ["en", "ka"]
    assessment.save()
    row, words = make_recommendation(assessment), "მოამზადონ ინსპექტორები"
    seen = wordings_mark(wordings_of(row))
    save_translation(assessment=assessment, language="ka", key=f"recommendation:{row.pk}/text", text=words, by=None)
    with pytest.raises(ConflictError, match="A translation of the recommendation has changed") as conflict:
        set_status(recommendation=row, status="validated", translations=seen, by=None)
    assert (conflict.value.current, Recommendation.objects.get().status) == (row, "draft")
    set_status(recommendation=row, status="validated", translations=wordings_mark(wordings_of(row)), by=None)
    assert RecommendationChange.objects.get(status="validated").translations == {"ka": {"text": words}}


@pytest.mark.parametrize(
    ("field", "named"),
    [("lead_in", "lead-in"), ("addressee", "addressee"), ("verb", "verb"), ("text", "recommendation")],
)
def test_a_character_that_cannot_be_stored_is_refused_with_the_name_of_the_field(
    assessment: Any, field: str, named: str
) -> None:
    with pytest.raises(InputError, match=f"The {named} contains a character that cannot be stored"):
        make_recommendation(assessment, **{field: "x\x00"})


def test_what_is_written_is_stored_without_blank_edges_and_doubles(assessment: Any) -> None:
    row = add_recommendation(
        assessment=assessment,
        category="2",
        lead_in=" In order to help ",
        addressee=" the ministry ",
        verb="encouraged",
        text=" train ",
        criteria=["1.2", "1.1", "1.2"],
        by=None,
    )
    row.refresh_from_db()
    assert (row.category, row.lead_in, row.addressee, row.verb) == (
        "2", "In order to help", "the ministry", "encouraged"
    )  # fmt: skip
    assert (row.text, row.criteria, row.position, row.revision) == ("train", ["1.2", "1.1"], 1, 1)
    plain = add_recommendation(assessment=assessment, category="2", lead_in="", addressee="", text="x", by=None)
    assert (plain.verb, plain.criteria, plain.position) == ("invited", [], 2)


def test_an_edit_without_a_change_leaves_no_trace(assessment: Any) -> None:
    row = make_recommendation(assessment, criteria=["1.1"])
    row = edit_recommendation(recommendation=row, text=" train inspectors ", criteria=["1.1", "1.1"], by=None)
    assert (row.revision, len(changes(row)), len(events(assessment))) == (1, 1, 1)
    row = edit_recommendation(recommendation=row, text="train all", by=None)
    assert changes(row)[-1][-2:] == ("", None)


def test_an_edit_sent_twice_is_one_and_another_one_meanwhile_is_a_conflict(assessment: Any) -> None:
    row = make_recommendation(assessment)
    edit_recommendation(recommendation=row, text="train all", criteria=["1.1"], revision=1, by=None)
    again = edit_recommendation(recommendation=row, text=" train all ", criteria=["1.1"], revision=1, by=None)
    assert (again.revision, again.text) == (2, "train all")
    for fields in ({"text": "train all", "criteria": ["1.2"]}, {"text": "none", "criteria": ["1.1"]}):
        with pytest.raises(ConflictError, match="Another member changed this recommendation"):
            edit_recommendation(recommendation=row, revision=1, by=None, **fields)


def test_a_recommendation_that_moves_to_another_category_is_numbered_there_and_leaves_no_gap(assessment: Any) -> None:
    for text in ("a", "b", "c"):
        make_recommendation(assessment, text)
    make_recommendation(assessment, "d", category="2")
    first = Recommendation.objects.get(text="a")
    edit_recommendation(recommendation=first, category="2", by=None)
    places = Recommendation.objects.order_by("category", "position").values_list("category", "position", "text")
    assert list(places) == [("1", 1, "b"), ("1", 2, "c"), ("2", 1, "a"), ("2", 2, "d")]
    assert events(assessment)[-1][3] == {"fields": ["category"]}
    assert Recommendation.objects.get(text="a").wording_revision == 1


def test_a_recommendation_given_another_opening_joins_its_group_and_is_recorded(assessment: Any) -> None:
    for text, lead_in in (("a1", "A"), ("b1", "B"), ("a2", "A")):
        make_recommendation(assessment, text, lead_in=lead_in)
    edit_recommendation(recommendation=Recommendation.objects.get(text="b1"), lead_in="A", by=None)
    assert list(Recommendation.objects.order_by("position").values_list("text", flat=True)) == ["a1", "a2", "b1"]


def test_the_same_recommendation_may_be_made_under_another_opening_or_in_another_assessment(assessment: Any) -> None:
    make_recommendation(assessment)
    other = AssessmentFactory(reference="GEO-2016", country="GEO")
    for fields in ({"lead_in": "B"}, {"addressee": "B"}, {"verb": "encouraged"}, {"category": "2"}):
        make_recommendation(assessment, **fields)
    make_recommendation(assessment, "other words")
    assert make_recommendation(other).position == 1
    assert Recommendation.objects.count() == 7


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"category": "9"}, "category"),
        ({"text": " "}, "text"),
        ({"criteria": ["1.1", "1.9"]}, "criteria"),
        ({"category": "9" * 50}, "category"),
        ({"criteria": ["9" * 50]}, "criteria"),
    ],
)
def test_an_error_is_shown_at_the_field_it_is_about(assessment: Any, fields: Any, name: str) -> None:
    with pytest.raises(InputError) as error:
        make_recommendation(assessment, **fields)
    assert set(error.value.error_dict) == {name}
    assert "9" * 41 not in error.value.messages[0]


def test_texts_that_cannot_be_stored_are_named(assessment: Any) -> None:
    for fields, words in (
        ({"text": "\x00"}, "The recommendation contains"),
        ({"lead_in": "\x00"}, "The lead-in contains"),
        ({"addressee": "\x00"}, "The addressee contains"),
    ):
        with pytest.raises(InputError, match=words):
            make_recommendation(assessment, **fields)
    row = make_recommendation(assessment)
    with pytest.raises(InputError, match="The reason contains"):
        edit_recommendation(recommendation=row, text="x", reason="\x00", by=None)
    with pytest.raises(InputError, match="The reason contains"):
        set_status(recommendation=row, status="validated", reason="\x00", by=None)


def test_a_status_is_one_of_three_and_setting_it_again_changes_nothing(assessment: Any) -> None:
    row = make_recommendation(assessment)
    with pytest.raises(InputError, match="Choose one of: Draft, Validated, Dropped"):
        set_status(recommendation=row, status="done", by=None)
    with pytest.raises(InputError, match="reason for dropping"):
        set_status(recommendation=row, status="dropped", reason=" ", by=None)
    row = set_status(recommendation=row, status="draft", by=None)
    assert (row.revision, row.validated_wording, len(events(assessment))) == (1, None, 1)
    row = set_status(recommendation=row, status="validated", wording_revision=1, by=None)
    row.refresh_from_db()
    assert (row.status, row.revision, row.validated_wording) == ("validated", 2, 1)
    Recommendation.objects.update(updated_at=datetime(2016, 1, 1, tzinfo=UTC))
    row = set_status(recommendation=row, status="dropped", reason="Done.", by=None)
    row.refresh_from_db()
    assert (row.status, row.revision, row.validated_wording) == ("dropped", 3, None)
    assert row.updated_at.year > 2016


def test_a_validated_wording_that_was_rewritten_stays_known_when_it_is_dropped(assessment: Any) -> None:
    row = set_status(recommendation=make_recommendation(assessment), status="validated", by=None)
    row = edit_recommendation(recommendation=row, text="train all", by=None)
    row = set_status(recommendation=row, status="dropped", reason="Done.", by=None)
    row.refresh_from_db()
    assert row.validated_wording == 1


def test_moves_are_recorded_and_stop_at_the_ends(assessment: Any, member: Any) -> None:
    lead = member("lead")
    rows = {text: make_recommendation(assessment, text, lead_in=text[0].upper()) for text in ("a1", "a2", "b1", "c1")}
    move_recommendation(recommendation=rows["a1"], to=1, by=lead)
    assert order(assessment) == ["a2", "a1", "b1", "c1"]
    move_recommendation(recommendation=rows["a1"], to=-3, by=lead)
    assert order(assessment) == ["a1", "a2", "b1", "c1"]
    move_group(recommendation=rows["a2"], to=1, by=lead)
    assert order(assessment) == ["b1", "a1", "a2", "c1"]
    move_group(recommendation=rows["b1"], to=9, by=lead)
    assert order(assessment) == ["a1", "a2", "c1", "b1"]
    assert [(action, actor, detail) for action, actor, _, detail in events(assessment)[4:]] == [
        ("recommendation.moved", lead, {"to": 1}),
        ("recommendation.moved", lead, {"to": -3}),
        ("recommendation.group_moved", lead, {"to": 1}),
        ("recommendation.group_moved", lead, {"to": 9}),
    ]
    moved = AuditEvent.objects.filter(action__endswith="moved").order_by("position")
    assert [event.object_id for event in moved] == [str(rows[text].pk) for text in ("a1", "a1", "a2", "b1")]
    assert list(Recommendation.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]


def test_a_dropped_recommendation_is_listed_after_those_that_remain(assessment: Any) -> None:
    rows = {text: make_recommendation(assessment, text) for text in ("a", "gone", "b")}
    set_status(recommendation=rows["gone"], status="dropped", reason="Done.", by=None)
    move_recommendation(recommendation=rows["a"], to=0, by=None)
    assert order(assessment) == ["a", "b", "gone"]
    assert sorted(Recommendation.objects.values_list("position", flat=True)) == [1, 2, 3]
    set_status(recommendation=rows["a"], status="dropped", reason="Done.", by=None)
    move_group(recommendation=rows["b"], to=0, by=None)
    assert order(assessment) == ["b", "a", "gone"]
    assert sorted(Recommendation.objects.values_list("position", flat=True)) == [1, 2, 3]


def test_a_move_writes_only_what_moved(assessment: Any) -> None:
    rows = [make_recommendation(assessment, text) for text in ("a", "b", "c")]
    with CaptureQueriesContext(connection) as queries:
        move_recommendation(recommendation=rows[2], to=1, by=None)
    updates = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "indicators_recommendation"')]
    assert len(updates) == 2


def order(assessment: Any) -> list[str]:
    rows = Recommendation.objects.for_assessment(assessment).order_by("category", "position")
    return list(rows.values_list("text", flat=True))
