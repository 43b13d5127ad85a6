"""Data stored by an earlier version is corrected when the database is migrated."""

from importlib import import_module
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.apps import apps
from django_tasks_db.models import DBTaskResult

from surveys.models import Response, Survey
from surveys.sealed.boxes import unseal
from tests.surveys.factories import ResponseFactory, SurveyFactory

pytestmark = pytest.mark.django_db


def test_country_codes_in_stored_answers_become_those_of_iso_3166() -> None:
    module = import_module("surveys.migrations.0003_country_codes")
    wrong = ResponseFactory(answers={"1.1": "mar", "2.6": "mar", "2.1": ["origin"]})
    right = ResponseFactory(survey=wrong.survey, answers={"1.1": "MAR"})
    module.use_listed_codes(apps, None)
    assert Response.objects.get(pk=wrong.pk).answers == {"1.1": "MAR", "2.6": "mar", "2.1": ["origin"]}
    assert Response.objects.get(pk=right.pk).answers == {"1.1": "MAR"}
    assert module.as_listed(["mar", "MAR", "dont_know"]) == ["MAR", "dont_know"]


def test_mailings_in_the_queue_find_their_job() -> None:
    module = import_module("surveys.migrations.0002_queued_mailings")
    row = DBTaskResult.objects.create(
        task_path=module.OLD, args_kwargs={"args": [1], "kwargs": {}}, backend_name="default"
    )
    module.move(apps, module.OLD, module.NEW)
    row.refresh_from_db()
    assert row.task.func.__name__ == "send_mailing_job"


def test_drafts_that_were_kept_in_clear_are_sealed() -> None:
    """The clear-text columns no longer exist, so the rows are created here."""
    module = import_module("surveys.migrations.0005_seal_drafts")
    stored: dict[int, bytes] = {}
    row = SimpleNamespace(pk=4, survey_id=7, answers={"2.6": "words"}, language="ar", uuid=UUID(int=9))

    class Drafts:
        @staticmethod
        def iterator() -> list[SimpleNamespace]:
            return [row]

        @staticmethod
        def filter(pk: int) -> SimpleNamespace:
            return SimpleNamespace(update=lambda box: stored.update({pk: box}))

    old = SimpleNamespace(get_model=lambda app, name: SimpleNamespace(objects=Drafts))
    module.seal_drafts(old, None)
    assert unseal(7, stored[4]) == {"answers": {"2.6": "words"}, "language": "ar", "uuid": str(UUID(int=9))}


def test_surveys_that_were_opened_get_the_threshold_of_today() -> None:
    module = import_module("surveys.migrations.0005_seal_drafts")
    opened = SurveyFactory(assessment__disclosure_threshold=7)
    draft = SurveyFactory(assessment__reference="ARM-2016", status="draft")
    module.keep_thresholds(apps, None)
    kept = dict(Survey.objects.values_list("pk", "smallest_group"))
    assert (kept[opened.pk], kept[draft.pk]) == (7, None)
