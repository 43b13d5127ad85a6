"""What migrations make of existing data."""

import importlib
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from assessments.audit import cut_chain, record
from assessments.models import Assessment
from assessments.services.assessments import change_tool
from interviews.models import AnswerRevision, Coding, Interview
from interviews.services.answers import save_answer
from tests.factories import InstrumentFactory
from tests.interviews.factories import AnswerFactory, CodingFactory, InterviewFactory

pytestmark = pytest.mark.django_db


def test_a_release_of_before_is_kept_only_for_the_words_that_were_there(assessment: Assessment, member: Any) -> None:
    def released(code: str, text: str) -> Coding:
        answer = AnswerFactory(interview=InterviewFactory(assessment=assessment), question=code, text="")
        save_answer(interview=answer.interview, question=code, text=text, by=None)
        coding = CodingFactory(answer=answer, start=0, end=10, quote=text[:10], released=True)
        record("coding.released", by=member("lead"), assessment=assessment, target=coding)
        return coding

    same, edited, changed = (released(code, "The police find them.") for code in ("3.1", "3.2", "4.1"))
    AnswerRevision.objects.update(at=timezone.now() - timedelta(hours=1))
    for coding, text in ((edited, "The police find them. More."), (changed, "The arrests find them.")):
        save_answer(interview=coding.answer.interview, question=coding.answer.question, text=text, by=None)
    Coding.objects.update(released=True, withdrawn_at=None)
    changed.refresh_from_db()
    changed.quote = "The arrest"
    changed.save()
    migration = importlib.import_module("interviews.migrations.0002_passage_release")
    migration.approve_released_words(apps, None)
    for coding in (same, edited, changed):
        coding.refresh_from_db()
    assert [coding.quotable_words for coding in (same, edited, changed)] == ["The police", "The police", None]
    assert same.approved_by == member("lead")
    assert changed.withdrawn_at is not None


def test_since_when_a_guide_is_in_use_is_read_from_the_log() -> None:
    in_use_since = importlib.import_module("interviews.migrations.0013_guide_version").in_use_since
    day = [timezone.now() + timedelta(days=n) for n in range(3)]
    created, of_guide, of_matrix = "assessment.created", {"field": "guide"}, {"field": "matrix"}
    assert in_use_since([(created, {}, day[0])]) is None
    assert in_use_since([(created, {}, day[0]), ("assessment.tool_changed", of_matrix, day[1])]) is None
    assert in_use_since([(created, {}, day[0]), ("assessment.tool_changed", of_guide, day[1])]) == day[1]
    assert in_use_since([("audit.cut", {}, day[1]), ("assessment.tool_changed", of_matrix, day[2])]) == day[1]
    assert in_use_since([]) is None


def test_interviews_of_before_get_the_guide_as_far_as_the_log_tells_it(assessment: Assessment, member: Any) -> None:
    def held(*, noted: bool = True) -> Interview:
        interview = InterviewFactory(assessment=assessment)
        if noted:
            save_answer(interview=interview, question="1.1", text="Words", by=None)
        return interview

    def migrate() -> list[int | None]:
        Interview.objects.update(guide_version=None)
        importlib.import_module("interviews.migrations.0013_guide_version").store_known_guides(apps, None)
        return list(Interview.objects.order_by("pk").values_list("guide_version", flat=True))

    record("assessment.created", by=member("lead"), assessment=assessment, target=assessment)
    held(), held(noted=False)
    first = assessment.guide_id
    assert migrate() == [first, None]
    second = InstrumentFactory(kind="interview_guide", version=2).pk
    change_tool(assessment=assessment, field="guide", instrument=str(second), by=member("lead"))
    held()
    assert migrate() == [None, None, second]
    cut_chain(assessment, before=None, by=member("lead"))
    assert migrate() == [None, None, None]
