"""Data migrations: what they change in existing rows, run on the current models."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from assessments.audit import record
from assessments.models import Document, Organisation, RetiredCode, Study
from assessments.services.assessments import update_assessment
from tests.factories import AssessmentFactory, DocumentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def run(migration: str, function: str) -> None:
    getattr(import_module(f"assessments.migrations.{migration}"), function)(apps, None)


def test_unknown_is_a_value_removes_defaults_and_leaves_what_was_chosen(assessment: Any) -> None:
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


def test_codes_of_sources_that_are_gone_are_read_from_the_log(assessment: Any) -> None:
    user = UserFactory()
    gone, renamed, kept = (
        DocumentFactory(assessment=assessment, code=code, language="en") for code in ("Aze 30", "Aze 31", "Aze 32")
    )
    for document in (gone, renamed, kept):
        record("document.added", by=user, assessment=assessment, target=document)
    record("document.removed", by=user, assessment=assessment, target=gone)
    Document.all_objects.filter(pk=gone.pk).delete()
    Document.all_objects.filter(pk=renamed.pk).update(code="Aze 99")
    record("document.imported", by=user, assessment=assessment, count=3, codes=["Gen 4", "Gen 6"])
    imported = DocumentFactory(assessment=assessment, code="Gen 5", language="en")

    run("0003_source_codes_and_references", "retire_codes")

    rows = RetiredCode.objects.order_by("prefix", "number").values_list("prefix", "number", "document")
    assert list(rows) == [("aze", 30, None), ("aze", 31, renamed.pk), ("gen", 4, None), ("gen", 6, None)]
    languages = Document.objects.order_by("pk").values_list("code", "language")
    assert list(languages) == [("Aze 99", "en"), ("Aze 32", "en"), ("Gen 5", "")]
    assert imported.code == "Gen 5"


def test_the_study_of_the_demonstration_is_marked_by_what_told_it_until_then() -> None:
    title = "Counter-trafficking needs assessments in the South Caucasus, 2016"
    rows = [("GEO-2016", title), ("KAZ-2027", title), ("AZE-2016", "Ours")]
    made = [AssessmentFactory(reference=reference, study__title=name) for reference, name in rows]
    run("0020_study_is_demonstration", "mark")
    assert list(Study.objects.filter(is_demonstration=True)) == [made[0].study]
