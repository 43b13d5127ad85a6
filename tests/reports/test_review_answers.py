"""Answering entries of a round: taken over three-way, in part, declined, undone; who may, and what clashes."""

from typing import Any

import pytest
from django.core.files.storage import default_storage

from assessments.models import Assessment, AuditEvent
from ctnat.ui.errors import ConflictError, InputError
from reports.models import ReviewItem, ReviewRound, Section, SectionRevision
from reports.services.review_answers import answer_item, assign_item, take_over, takeover_of, undo_answer
from reports.services.sections import edit_section, hide_section
from reports.services.translations import add_language, translate_section
from reports.views.review_common import are_conflicting, in_groups
from reports.views.review_items import difference
from tests.reports.reviews import (
    BODY,
    COMMENT,
    FACT,
    OPEN,
    SAFE,
    change,
    made_edition,
    make_items,
    make_reviewer,
    make_round,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(of_round: ReviewRound) -> ReviewItem:
    return make_items(of_round, change())[0]


def context() -> Section:
    return Section.objects.get(key="context")


def take(item: ReviewItem, by: Any = None, **fields: Any) -> ReviewItem:
    item.refresh_from_db()
    return take_over(item=item, by=by, **{"revision": item.revision, "section_revision": context().revision, **fields})


def test_taking_over_changes_the_section_and_says_who_did(item: ReviewItem, member: Any) -> None:
    taken = take(item, member("lead"), response="Thank you.")
    assert context().body == BODY.replace(OPEN, SAFE)
    assert (taken.disposition, taken.response, taken.section_revision) == ("accepted", "Thank you.", context().revision)
    assert (taken.decided_by, context().updated_by) == (member("lead"), member("lead"))
    assert AuditEvent.objects.get(action="review.taken_over").detail["disposition"] == "accepted"


def test_the_text_that_went_out_is_that_of_the_snapshot(item: ReviewItem, of_round: ReviewRound) -> None:
    SectionRevision.objects.filter(section=context()).delete()
    found = takeover_of(item)
    assert found
    assert (found.base, found.text) == (BODY, BODY.replace(OPEN, SAFE))
    default_storage.delete(of_round.snapshot.name)
    assert takeover_of(item) is None
    with pytest.raises(InputError):
        take(item)


def test_what_was_edited_meanwhile_is_merged(item: ReviewItem) -> None:
    edit_section(section=context(), body=BODY.replace("hotline", "helpline") + "\nNew.\n", by=None)
    take(item)
    assert context().body == BODY.replace("hotline", "helpline").replace(OPEN, SAFE) + "\nNew.\n"


def test_other_words_than_those_proposed_are_an_amendment(item: ReviewItem) -> None:
    found = takeover_of(item)
    assert found
    assert (found.words, found.instead_of) == (SAFE, OPEN)
    taken = take(item, words="The shelter is open\r\nin winter and spring.")
    assert taken.disposition == "amended"
    assert context().body == BODY.replace(OPEN, "The shelter is open\nin winter and spring.")


def test_a_clash_is_shown_and_left_to_the_author(item: ReviewItem) -> None:
    edit_section(section=context(), body=BODY.replace("all year", "at night"), by=None)
    found = takeover_of(item)
    assert found
    assert found.clashes
    before = context().body
    with pytest.raises(InputError):
        take(item)
    assert context().body == before
    assert answer_item(item=item, disposition="amended", response="Done.", by=None, revision=1).disposition == "amended"


@pytest.mark.parametrize("fields", [{"revision": 9}, {"section_revision": 9}])
def test_what_was_not_seen_is_not_changed(item: ReviewItem, fields: dict[str, int]) -> None:
    with pytest.raises(ConflictError):
        take(item, **fields)
    assert context().body == BODY


def test_what_the_text_says_already_is_not_taken_over(item: ReviewItem) -> None:
    edit_section(section=context(), body=BODY.replace(OPEN, SAFE), by=None)
    with pytest.raises(InputError):
        take(item)


def test_undoing_takes_the_words_out_and_keeps_later_edits(item: ReviewItem) -> None:
    taken = take(item, response="Yes.")
    edit_section(section=context(), body=context().body + "\nLater.\n", by=None)
    undone = undo_answer(item=taken, by=None, revision=taken.revision)
    assert context().body == BODY + "\nLater.\n"
    assert (undone.disposition, undone.section_revision, undone.response) == ("", None, "Yes.")
    take(item)
    assert SAFE in context().body


def test_what_was_edited_since_cannot_be_undone_by_the_program(item: ReviewItem) -> None:
    taken = take(item)
    edit_section(section=context(), body=context().body.replace("in winter", "in the winter of 2016"), by=None)
    with pytest.raises(InputError):
        undo_answer(item=taken, by=None, revision=taken.revision)
    assert "2016" in context().body
    taken.refresh_from_db()
    assert taken.disposition == "accepted"


def test_a_hidden_section_takes_changes_and_a_deleted_one_does_not(item: ReviewItem) -> None:
    hide_section(section=context(), by=None)
    take(item)
    assert SAFE in context().body
    context().delete()
    item.refresh_from_db()
    assert (takeover_of(item), item.section_key) == (None, "context")


def test_in_a_further_language_the_translation_changes(assessment: Assessment) -> None:
    first = make_round(assessment)
    add_language(report=first.report, language="fr", by=None)
    french = {"title": "Contexte", "body": BODY, "revision": 0, "of_revision": None}
    translate_section(section=context(), language="fr", by=None, **french)
    made_edition(assessment)
    [item] = make_items(make_round(assessment, language="fr"), change())
    row = context().translations.get()
    taken = take_over(item=item, by=None, revision=1, section_revision=row.revision)
    row.refresh_from_db()
    assert (row.body, row.of_revision, context().body) == (BODY.replace(OPEN, SAFE), None, BODY)
    undo_answer(item=taken, by=None, revision=taken.revision)
    row.refresh_from_db()
    assert row.body == BODY


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"disposition": ""}, "disposition"),
        ({"disposition": "perhaps"}, "disposition"),
        ({"response": "  "}, "response"),
        ({"response": "x" * 5001}, "response"),
        ({"changed": "\x00"}, "changed"),
    ],
)
def test_an_answer_that_cannot_be_kept_is_refused(item: ReviewItem, fields: dict[str, str], name: str) -> None:
    given: dict[str, Any] = {"disposition": "declined", "response": "No.", "by": None, "revision": 1}
    with pytest.raises(InputError) as fault:
        answer_item(item=item, **{**given, **fields})
    assert set(fault.value.message_dict) == {name}


def test_an_answer_sent_twice_is_one(item: ReviewItem) -> None:
    for _ in range(2):
        answered = answer_item(item=item, disposition="declined", response="No.", by=None, revision=1)
    assert answered.revision == 2
    with pytest.raises(ConflictError):
        answer_item(item=item, disposition="noted", response="No.", by=None, revision=1)


def test_what_is_in_the_text_is_not_declined_before_it_is_undone(item: ReviewItem) -> None:
    taken = take(item)
    with pytest.raises(InputError):
        answer_item(item=taken, disposition="declined", response="No.", by=None, revision=taken.revision)
    with pytest.raises(InputError):
        take(item)


def test_an_entry_is_given_to_those_who_may_edit(item: ReviewItem, member: Any) -> None:
    assert assign_item(item=item, member=member("consultant"), by=None).assigned_to == member("consultant")
    with pytest.raises(InputError):
        assign_item(item=item, member=member("observer"), by=None)
    assert assign_item(item=item, member=None, by=None).assigned_to is None


def test_facts_and_comments_are_never_taken_over(of_round: ReviewRound) -> None:
    for item in make_items(of_round, COMMENT, FACT):
        assert takeover_of(item) is None
        with pytest.raises(InputError):
            take(item)


def test_different_proposals_for_one_place_are_side_by_side(of_round: ReviewRound) -> None:
    make_items(of_round, COMMENT, change())
    make_items(of_round, change("The shelter is closed."), reviewer=make_reviewer(of_round, "B"))
    rows = list(ReviewItem.objects.order_by("place", "start", "number"))
    groups = in_groups(rows)
    assert [[item.number for item in group] for group in groups] == [[1], [2, 3]]
    assert [are_conflicting(group) for group in groups] == [False, True]


def test_difference_names_what_is_deleted_and_inserted() -> None:
    assert difference("open all year", "open in winter") == [
        ("same", "open "),
        ("del", "all year"),
        ("ins", "in winter"),
    ]
    assert difference("", "new") == [("ins", "new")]
