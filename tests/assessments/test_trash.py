"""The trash empties itself: after the days of the assessment or of the site, once a day, and records it in the log."""

from datetime import timedelta
from io import StringIO
from threading import Event
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from assessments.erasure_register import ensure_register, read_register
from assessments.health import all_checks
from assessments.management.commands.db_worker import start_daily_round
from assessments.models import Assessment, DailyRun, Document
from assessments.services.documents import remove_document
from assessments.services.trash import empty_trash
from assessments.worker import keep_beating
from instruments.models import Instrument
from interviews.models import Interview
from surveys.models import Response
from tests.factories import DocumentFactory, InstrumentFactory, UserFactory, instruments_2016
from tests.interviews.factories import InterviewFactory
from tests.surveys.factories import ResponseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def trashed(assessment: Assessment) -> Assessment:
    """For each kind that has a trash: one row trashed 31 days ago, one 29 days ago, one in use."""
    for days in (31, 29, None):
        since = timezone.now() - timedelta(days=days) if days else None
        InterviewFactory(assessment=assessment, deleted_at=since)
        DocumentFactory(assessment=assessment, removed_at=since, title="A title")
        InstrumentFactory(
            key=f"draft-{days}",
            published_at=None,
            owner=assessment,
            discarded_at=since,
            definition=instruments_2016()["survey"],
        )
    survey = ResponseFactory(survey__assessment=assessment).survey
    for days, withdrawn in ((31, False), (29, False), (31, True)):
        ResponseFactory(survey=survey, deleted_at=timezone.now() - timedelta(days=days), withdrawn=withdrawn)
    return assessment


def left() -> tuple[int, int, int, int]:
    drafts = Instrument.objects.filter(published_at=None).count()
    return Interview.objects.count(), Document.all_objects.count(), Response.objects.count(), drafts


def test_what_is_in_the_trash_too_long_is_erased(trashed: Assessment) -> None:
    ensure_register()
    before = len(read_register())
    assert empty_trash(trashed) == {"interview": 1, "document": 1, "response": 1, "instrument": 1}
    assert left() == (2, 2, 3, 2)
    events = trashed.audit_events.filter(action="trash.emptied")
    assert sorted(event.detail["kind"] for event in events) == ["document", "instrument", "interview", "response"]
    assert {(event.detail["count"], event.detail["days"]) for event in events} == {(1, 30)}
    assert len(read_register()) == before + 4
    assert empty_trash(trashed) == {}


def test_an_assessment_has_days_of_its_own(trashed: Assessment, settings: Any) -> None:
    trashed.trash_days = 28
    assert sum(empty_trash(trashed).values()) == 8
    trashed.trash_days, settings.TRASH_DAYS = None, 0
    remove_document(document=Document.objects.get(), by=UserFactory())
    Document.all_objects.update(removed_at=timezone.now() - timedelta(days=4000))
    assert empty_trash(trashed) == {}  # 0: this site keeps its trash


def test_erase_due_is_the_daily_round_by_hand(trashed: Assessment) -> None:
    out = StringIO()
    call_command("erase_due", stdout=out)
    assert out.getvalue().splitlines()[0] == "AZE-2016: 1 of kind interview erased from the trash"
    assert left() == (2, 2, 3, 2)
    out = StringIO()
    call_command("erase_due", stdout=out)
    assert out.getvalue() == "Nothing is due.\n"


def test_an_error_in_one_assessment_does_not_stop_the_others(
    trashed: Assessment, settings: Any, tmp_path: Any, caplog: Any
) -> None:
    settings.ERASURE_REGISTER = tmp_path
    call_command("erase_due", stdout=StringIO())
    assert left() == (3, 3, 4, 3)
    assert "AZE-2016: the trash was not emptied" in caplog.text


class Once(Event):
    """An event whose `wait` returns at once and which is set after two rounds."""

    rounds = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.rounds += 1
        return self.rounds > 2


def test_a_worker_starts_the_round_once_a_day(trashed: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)  # the thread's own connection; here it is that of the test
    keep_beating("worker", Once(), start_daily_round)
    assert left() == (2, 2, 3, 2)
    run = DailyRun.objects.get()
    assert (run.day, run.finished_at is not None) == (timezone.localdate(), True)
    Interview.objects.update(deleted_at=timezone.now() - timedelta(days=99))
    keep_beating("worker", Once(), start_daily_round)
    assert Interview.objects.count() == 2  # done for today


def test_the_page_of_the_site_shows_whether_what_is_due_is_erased(assessment: Assessment) -> None:
    def state() -> tuple[str, str]:
        check = all_checks()[-1]
        return check.name, check.state

    assert state() == ("erasing what is due", "late")
    run = DailyRun.objects.create(day=timezone.localdate(), finished_at=timezone.now())
    assert state() == ("erasing what is due", "done")
    run.day -= timedelta(days=3)
    run.save()
    assert state() == ("erasing what is due", "late")
