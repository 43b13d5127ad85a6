"""Changing the plan of the break-downs, and naming small groups of those who took part."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from analysis.models import BreakdownPlan
from analysis.releases.plans import Characteristic, default_plan, form_values, from_json, offered, options_of
from analysis.services.breakdown_plans import (
    LOT_IS_SETTLED,
    ONLY_COARSER,
    change_plan,
    document_of,
    is_settled,
    name_participants,
    plan_of,
    pool_participants,
    stored_plan_of,
)
from assessments.models import Assessment, AuditEvent
from ctnat.ui.errors import ConflictError
from ctnat.ui.seen import SeenConflict, mark, marks_of
from surveys.models import Survey
from tests.analysis.builders import make_survey, respond
from tests.analysis.generated import document, question
from tests.factories import AssessmentFactory, InstrumentFactory

pytestmark = pytest.mark.django_db

SEX, AGE = Characteristic("sex"), Characteristic("age")
ROLES = Characteristic("role", (("igo_un", "igo_iom"), ("expert", "academic")))
WIDER = Characteristic("role", (("igo_un", "igo_iom", "expert", "academic"),))


def change(
    assessment: Assessment, member: Any, *characteristics: Characteristic, one_in: int = 20, **more: Any
) -> BreakdownPlan:
    by = member("lead")
    return change_plan(assessment=assessment, characteristics=characteristics, one_in=one_in, by=by, **more)


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk"))


# The questionnaire and the stored plan -------------------------------------------------------------------------------


def small_questionnaire() -> Any:
    items = [question("1", "f", "m", profile="sex")]
    definition = {
        "kind": "survey",
        "title": {"en": "Small"},
        "sections": [{"name": "1", "title": {"en": "One"}, "items": items}],
    }
    return InstrumentFactory(kind="survey", key="small", definition=definition)


def test_the_document_is_that_of_the_survey_or_else_of_the_assessment(assessment: Assessment) -> None:
    make_survey(AssessmentFactory(), questionnaire=small_questionnaire())
    assert len(document_of(assessment).items) == len(document().items)
    make_survey(assessment, questionnaire=small_questionnaire())
    assert [item.name for item in document_of(assessment).items] == ["1"]
    assert from_json(plan_of(assessment).characteristics) == (SEX,)
    assert from_json(stored_plan_of(assessment).characteristics) == (SEX,)


def test_the_default_plan_is_shown_without_storing_it(assessment: Assessment) -> None:
    other = AssessmentFactory()
    BreakdownPlan.objects.create(assessment=other, characteristics=[AGE.to_json()])
    plan = plan_of(assessment)
    assert (plan.pk, plan.assessment) == (None, assessment)
    assert from_json(plan.characteristics) == default_plan(document())
    assert BreakdownPlan.objects.count() == 1


def test_the_stored_plan_is_made_once_from_the_default(assessment: Assessment) -> None:
    BreakdownPlan.objects.create(assessment=AssessmentFactory(), characteristics=[])
    plan = stored_plan_of(assessment)
    assert from_json(plan.characteristics) == default_plan(document())
    BreakdownPlan.objects.update(characteristics=[AGE.to_json()])
    assert stored_plan_of(assessment).characteristics == plan_of(assessment).characteristics == [AGE.to_json()]
    assert stored_plan_of(assessment).pk == plan_of(assessment).pk == plan.pk


@pytest.mark.parametrize(
    ("fields", "settled"),
    [
        ({}, False),
        ({"status": Survey.Status.OPEN}, True),
        ({"status": Survey.Status.CLOSED}, True),
        ({"last_response": 1}, True),  # of a response that was erased since
    ],
)
def test_the_plan_is_settled_once_the_survey_was_opened_or_answered(
    assessment: Assessment, fields: dict[str, Any], settled: bool
) -> None:
    make_survey(AssessmentFactory(), status="open")
    assert is_settled(assessment) is False
    make_survey(assessment, **fields)
    assert is_settled(assessment) is settled


def test_the_plan_is_settled_by_a_response_typed_in_a_draft(assessment: Assessment) -> None:
    respond(make_survey(assessment), 1, {})
    assert is_settled(assessment) is True


# Changing it ---------------------------------------------------------------------------------------------------------


def test_a_changed_plan_is_stored_and_logged_once(assessment: Assessment, member: Any) -> None:
    plan = change(assessment, member, ROLES, SEX, one_in=7)
    stored = BreakdownPlan.objects.get()
    assert (plan, plan.one_in, plan.characteristics) == (stored, stored.one_in, stored.characteristics)
    assert (from_json(stored.characteristics), stored.one_in) == ((ROLES, SEX), 7)
    change(assessment, member, ROLES, SEX, one_in=7)
    [event] = events("breakdowns.planned")
    assert (event.actor, event.assessment) == (member("lead"), assessment)
    assert (event.object_type, event.object_id) == ("analysis.breakdownplan", str(plan.pk))
    assert event.detail == {"characteristics": ["role", "sex"], "one_in": 7}


def test_a_change_of_the_lot_or_of_the_characteristics_alone_is_stored(assessment: Assessment, member: Any) -> None:
    change(assessment, member, SEX)
    change(assessment, member, SEX, one_in=0)
    assert BreakdownPlan.objects.get().one_in == 0
    change(assessment, member, AGE, one_in=0)
    assert from_json(BreakdownPlan.objects.get().characteristics) == (AGE,)
    assert len(events("breakdowns.planned")) == 3


def test_changing_the_plan_writes_no_other_field(assessment: Assessment, member: Any) -> None:
    plan = stored_plan_of(assessment)
    change(assessment, member, SEX)
    assert BreakdownPlan.objects.get().lot_key == plan.lot_key


@pytest.mark.parametrize("one_in", [0, 2, 1000])
def test_the_lot_takes_from_2_to_1000_or_0(assessment: Assessment, member: Any, one_in: int) -> None:
    assert change(assessment, member, SEX, one_in=one_in).one_in == one_in


@pytest.mark.parametrize("one_in", [-1, 1, 1001])
def test_another_lot_is_refused(assessment: Assessment, member: Any, one_in: int) -> None:
    with pytest.raises(ValidationError) as refused:
        change(assessment, member, SEX, one_in=one_in)
    assert refused.value.message_dict == {"one_in": ["Write a number from 2 to 1000, or 0 for no lot."]}
    assert not BreakdownPlan.objects.exists()


FOUR = (SEX, AGE, Characteristic("tenure"), ROLES)


@pytest.mark.parametrize(
    ("characteristics", "words"),
    [
        ((*FOUR, Characteristic("country")), "Choose at most 4 characteristics"),
        ((SEX, AGE, SEX), "Choose each characteristic only once."),
        ((SEX, Characteristic("experience")), "does not ask for one of these characteristics"),
        ((Characteristic("role", (("igo_un", "igo_iom"), ("igo_un", "expert"))),), "in one group only"),
        ((Characteristic("role", (("igo_un", "female"),)),), "has to be one of the questionnaire's"),
    ],
)
def test_a_plan_that_the_questionnaire_does_not_offer_is_refused(
    assessment: Assessment, member: Any, characteristics: tuple[Characteristic, ...], words: str
) -> None:
    with pytest.raises(ValidationError, match=re.escape(words)):
        change(assessment, member, *characteristics)
    assert not BreakdownPlan.objects.exists()


def test_as_many_characteristics_as_are_allowed_are_stored(assessment: Assessment, member: Any) -> None:
    assert from_json(change(assessment, member, *FOUR).characteristics) == FOUR
    assert from_json(change(assessment, member).characteristics) == ()


def test_all_options_can_be_joined(assessment: Assessment, member: Any) -> None:
    survey = document()
    joined = Characteristic("sex", (tuple(options_of(survey, offered(survey)["sex"])),))
    assert from_json(change(assessment, member, joined).characteristics) == (joined,)


def test_once_settled_the_plan_can_only_be_made_coarser(assessment: Assessment, member: Any) -> None:
    change(assessment, member, ROLES, SEX)
    make_survey(assessment, status="open")
    for finer in ((Characteristic("role"), SEX), (SEX, ROLES), (ROLES, SEX, AGE)):
        with pytest.raises(ValidationError, match=re.escape(str(ONLY_COARSER))):
            change(assessment, member, *finer)
    with pytest.raises(ValidationError) as refused:
        change(assessment, member, ROLES, SEX, one_in=21)
    assert refused.value.message_dict == {"one_in": [str(LOT_IS_SETTLED)]}
    assert from_json(BreakdownPlan.objects.get().characteristics) == (ROLES, SEX)
    change(assessment, member, WIDER)
    assert from_json(BreakdownPlan.objects.get().characteristics) == (WIDER,)


# Two leads at once ---------------------------------------------------------------------------------------------------


def shown(assessment: Assessment) -> dict[str, str]:
    """The marks of the form as it is shown now."""
    plan = plan_of(assessment)
    return marks_of(form_values(from_json(plan.characteristics), plan.one_in))


def test_a_plan_changed_since_it_was_shown_is_not_overwritten(assessment: Assessment, member: Any) -> None:
    change(assessment, member, SEX)
    seen = shown(assessment)
    change(assessment, member, ROLES, one_in=9)
    with pytest.raises(SeenConflict) as conflict:
        change(assessment, member, AGE, seen=seen)
    stored = BreakdownPlan.objects.get()
    assert conflict.value.current == stored
    letters = {"role:igo_un": "A", "role:igo_iom": "A", "role:expert": "B", "role:academic": "B"}
    assert conflict.value.values == {"one_in": 9, "first": "role", **letters}
    assert conflict.value.names == sorted(["one_in", "first", *letters])
    assert (from_json(stored.characteristics), stored.one_in) == ((ROLES,), 9)


def test_a_characteristic_taken_out_since_it_was_shown_is_a_conflict_with_a_blank_value(
    assessment: Assessment, member: Any
) -> None:
    change(assessment, member, SEX, AGE)
    seen = shown(assessment)
    change(assessment, member, SEX)
    with pytest.raises(SeenConflict) as conflict:
        change(assessment, member, SEX, Characteristic("tenure"), seen=seen)
    assert (conflict.value.names, conflict.value.values["second"]) == (["second"], "")


def test_a_field_that_was_shown_blank_and_is_blank_is_no_conflict(assessment: Assessment, member: Any) -> None:
    change(assessment, member, SEX)
    change(assessment, member, AGE, seen=shown(assessment) | {"third": mark("")})
    assert from_json(BreakdownPlan.objects.get().characteristics) == (AGE,)


def test_the_same_plan_sent_twice_is_no_conflict(assessment: Assessment, member: Any) -> None:
    seen = shown(assessment)
    change(assessment, member, SEX, seen=seen)
    change(assessment, member, SEX, seen=seen)
    for other in ({"one_in": 9}, {}):
        with pytest.raises(SeenConflict):
            change(assessment, member, SEX if other else AGE, seen=seen, **other)


# Small groups of those who took part ---------------------------------------------------------------------------------


def test_naming_participants_stores_and_logs_the_reason_once(assessment: Assessment, member: Any) -> None:
    for reason in (" They agreed. ", "They agreed."):
        plan = name_participants(assessment=assessment, reason=reason, by=member("lead"))
        assert plan == BreakdownPlan.objects.get()
        assert plan.named_because == BreakdownPlan.objects.get().named_because == "They agreed."
    [event] = events("participants.named")
    assert (event.actor, event.assessment) == (member("lead"), assessment)
    assert (event.object_id, event.detail) == (str(plan.pk), {"reason": "They agreed."})


def test_naming_participants_needs_a_reason(assessment: Assessment, member: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        name_participants(assessment=assessment, reason=" ", by=member("lead"))
    assert refused.value.message_dict == {
        "reason": ["Write why it may be told who took part. The reason is kept in the log."]
    }
    assert not BreakdownPlan.objects.exists()


def test_a_reason_given_by_another_lead_is_shown_and_not_replaced(assessment: Assessment, member: Any) -> None:
    name_participants(assessment=assessment, reason="They agreed.", by=member("lead"))
    with pytest.raises(ConflictError, match=re.escape("with the reason: They agreed. Nothing was saved.")) as conflict:
        name_participants(assessment=assessment, reason="A list is public.", by=member("lead"))
    assert conflict.value.current == BreakdownPlan.objects.get()
    assert BreakdownPlan.objects.get().named_because == "They agreed."
    assert len(events("participants.named")) == 1


def test_pooling_participants_removes_the_reason_and_is_logged_once(assessment: Assessment, member: Any) -> None:
    name_participants(assessment=assessment, reason="They agreed.", by=member("lead"))
    for _ in range(2):
        plan = pool_participants(assessment=assessment, by=member("lead"))
        assert plan == BreakdownPlan.objects.get()
        assert plan.named_because == BreakdownPlan.objects.get().named_because == ""
    [event] = events("participants.pooled")
    assert (event.actor, event.assessment, event.object_id) == (member("lead"), assessment, str(plan.pk))
