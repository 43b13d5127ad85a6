"""Marks and recommendations as the services make them."""

from typing import Any

from assessments.models import Assessment
from indicators.models import Mark, Recommendation
from indicators.services.marks import mark_cell
from indicators.services.recommendations import add_recommendation


def make_mark(assessment: Assessment, key: str = "1.1/F1", state: str = "in_place", **fields: Any) -> Mark:
    """`key` is criterion/cell."""
    criterion, _, cell = key.partition("/")
    return mark_cell(
        assessment=assessment,
        criterion=criterion,
        cell=cell,
        state=state,
        **{"rationale": "The rules were approved in 2009.", "by": None} | fields,
    )


def make_recommendation(assessment: Assessment, text: str = "train inspectors", **fields: Any) -> Recommendation:
    head = {"category": "1", "lead_in": "So that victims are found", "addressee": "authorities", "by": None}
    return add_recommendation(assessment=assessment, text=text, **head | fields)
