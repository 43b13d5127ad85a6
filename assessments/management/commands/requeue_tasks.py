"""manage.py requeue_tasks: a worker that was killed leaves its job as running; put it back in the queue."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django_tasks_db.models import DBTaskResult


class Command(BaseCommand):
    help = "Queue again the jobs that began long ago and never ended. Jobs may safely run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--minutes", type=int, default=60, help="how long ago they began, at least (default 60)")

    def handle(self, *args: Any, minutes: int, **options: Any) -> None:
        if minutes < 0:
            raise CommandError("--minutes counts back from now: give 0 or more.", returncode=2)
        before = timezone.now() - timedelta(minutes=minutes)
        stale = DBTaskResult.objects.running().filter(started_at__lte=before)
        self.stdout.write(f"{stale.update(status='READY', started_at=None)} jobs are in the queue again.")
