"""Data migrations: what they change in rows that exist, run on the models of today."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from assessments.models import Organisation
from assessments.services.assessments import update_assessment
from tests.factories import AssessmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def run(migration: str, function: str) -> None:
    getattr(import_module(f"assessments.migrations.{migration}"), function)(apps, None)


def test_unknown_is_a_value_forgets_defaults_and_keeps_what_was_chosen(assessment: Any) -> None:
    assessment.interviews_planned = 14  # of the demonstration
    assessment.save()
    untouched, typed = AssessmentFactory(interviews_planned=14), AssessmentFactory(interviews_planned=9)
    update_assessment(assessment=typed, by=UserFactory(), interviews_planned=14)
    for name, in_capital in (("Default", True), ("Chosen", False)):
        OrganisationFactory(name=name, in_capital=in_capital)

    run("0002_unknown_is_a_value", "forget_defaults")

    for row in (assessment, untouched, typed):
        row.refresh_from_db()
    assert [row.interviews_planned for row in (assessment, untouched, typed)] == [14, None, 14]
    assert dict(Organisation.objects.values_list("name", "in_capital")) == {"Default": None, "Chosen": False}
