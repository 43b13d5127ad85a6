"""Whether a background worker runs: each records a heartbeat every 20 seconds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from assessments.models import WorkerBeat
from assessments.prepared import Prepared

EVERY = 20  # seconds
GONE_AFTER = timedelta(seconds=90)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_beats = Prepared(lambda since: WorkerBeat.objects.filter(seen_at__gte=since).values_list("pk")[:1], since=LONG_AGO)


def beat(worker: str) -> None:
    WorkerBeat.objects.update_or_create(worker=worker, defaults={"seen_at": timezone.now()})


def keep_beating(worker: str, stop: Event, each_time: Callable[[], object] = lambda: None) -> None:
    """Runs in a thread of the worker's process until `stop`. A busy database is tried again.

    `each_time` is called after each beat: it starts what is due.
    """
    try:
        while not stop.wait(EVERY):
            try:
                beat(worker)
                each_time()
            except Error:
                connection.close()
    finally:
        connection.close()


def stop_beating(worker: str) -> None:
    WorkerBeat.objects.filter(worker=worker).delete()


def worker_is_running() -> bool:
    """True also where jobs need no worker, because they run at once."""
    if not settings.TASKS["default"]["BACKEND"].startswith("django_tasks_db."):
        return True
    return worker_beats()


def worker_beats() -> bool:
    """Whether a process of a worker was seen alive a moment ago."""
    return bool(_beats(since=timezone.now() - GONE_AFTER))
