"""What migrations make of existing data."""

import importlib
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from assessments.audit import record
from assessments.models import Assessment
from interviews.models import AnswerRevision, Coding
from interviews.services.answers import save_answer
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
