"""The state of the step "analysis and report"."""

import pytest

from assessments.models import Assessment
from assessments.steps import Step, steps_of
from reports.models import Edition
from reports.services.reports import create_report
from reports.services.sections import edit_section

pytestmark = pytest.mark.django_db


def state(assessment: Assessment) -> Step:
    return next(step for step in steps_of(assessment) if step.key == "report")


def test_report_step_from_nothing_to_the_final_edition(assessment: Assessment) -> None:
    assert state(assessment).state == "todo"
    report = create_report(assessment=assessment, by=None)
    assert (state(assessment).state, state(assessment).url) == ("todo", "/a/AZE-2016/analysis/")
    edit_section(section=report.sections.get(key="context"), body="A first sentence.", by=None)
    assert (state(assessment).state, state(assessment).note) == ("current", "Report in draft")
    Edition.objects.create(report=report, number=1, kind=Edition.Kind.FOR_VALIDATION, data_revision="x")
    assert (state(assessment).state, state(assessment).note) == ("current", "Edition 1: for validation")
    Edition.objects.create(report=report, number=2, kind=Edition.Kind.FINAL, data_revision="x")
    assert (state(assessment).state, state(assessment).note) == ("done", "Edition 2: final")
