"""manage.py requeue_tasks: a worker that was killed leaves its job as running; put it back in the queue."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django_tasks_db.models import DBTaskResult


class Command(BaseCommand):
    help = "Queue jobs again that started long ago and never finished. Jobs can safely run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--minutes", type=int, default=60, help="only jobs that started at least this many minutes ago (default 60)"
        )

    def handle(self, *args: Any, minutes: int, **options: Any) -> None:
        if minutes < 0:
            raise CommandError("--minutes must be 0 or more.", returncode=2)
        before = timezone.now() - timedelta(minutes=minutes)
        stale = DBTaskResult.objects.running().filter(started_at__lte=before)
        self.stdout.write(f"{stale.update(status='READY', started_at=None)} jobs were queued again.")
