"""The state of validation in the navigation, from nothing planned to everything decided."""

from typing import Any

from assessments.steps import Step, steps_of
from tests.workshops.factories import make_group, make_workshop
from workshops.services.comments import add_comment, resolve_comment
from workshops.services.workshops import close_workshop, count_workshop, open_workshop


def validation(assessment: Any) -> Step:
    return next(step for step in steps_of(assessment) if step.key == "validation")


def test_validation_from_nothing_to_done(assessment: Any) -> None:
    assert (validation(assessment).state, validation(assessment).url) == ("todo", "/a/AZE-2016/workshop/")
    workshop = make_workshop(assessment, opened=False)
    assert (validation(assessment).state, validation(assessment).note) == ("todo", "Workshop on 25 April 2016")
    open_workshop(workshop=workshop, by=None)
    make_group(workshop, "One", "JAN")
    make_group(workshop, "Two")
    assert (validation(assessment).state, validation(assessment).note) == ("current", "1 of 2 groups have voted")
    close_workshop(workshop=workshop, by=None)
    assert (validation(assessment).state, validation(assessment).note) == ("current", "1 of 2 groups voted")
    count_workshop(workshop=workshop, counted=True, by=None)
    comment = add_comment(assessment=assessment, statement="No.", by=None)
    assert validation(assessment).note == "1 response without a decision"
    resolve_comment(comment=comment, disposition="noted", reason="Yes.", by=None)
    assert (validation(assessment).state, validation(assessment).note) == ("done", "1 of 2 groups voted")
