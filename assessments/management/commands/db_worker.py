"""manage.py db_worker: the worker of django-tasks-db, with a heartbeat."""

from threading import Event, Thread
from typing import Any

from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Command as Worker

from assessments.at_start import warn_at_start
from assessments.daily import begin_day
from assessments.tasks import daily_round
from assessments.this_site import this_site
from assessments.worker import beat, keep_beating, stop_beating


def start_daily_round() -> None:
    if begin_day():
        daily_round.enqueue()


class Command(Worker):
    def handle(self, *, worker_id: str, **options: Any) -> None:
        stop = Event()
        warn_at_start()
        beat(worker_id)
        timezone.activate(this_site().zone)  # the day of a job is that of the pages
        thread = Thread(target=keep_beating, args=(worker_id, stop, start_daily_round), daemon=True)
        thread.start()
        try:
            super().handle(worker_id=worker_id, **options)
        finally:
            stop.set()
            thread.join(timeout=10)
            stop_beating(worker_id)
