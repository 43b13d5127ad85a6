"""Data that an earlier version stored is put right when the database is migrated."""

from importlib import import_module

import pytest
from django.apps import apps
from django_tasks_db.models import DBTaskResult

from surveys.models import Response
from tests.surveys.factories import ResponseFactory

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
