"""Work in the background."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django_tasks import default_task_backend, task

from surveys.distribution.bounces import read_mailbox
from surveys.distribution.sending import send_mailing

# After a round. Most mails come back within minutes; servers that cannot be reached are given up after some days.
MAILBOX_AFTER = (timedelta(minutes=15), timedelta(hours=3), timedelta(days=1), timedelta(days=5))


@task()
def send_mailing_job(pk: int) -> None:
    if again := send_mailing(pk):
        enqueue_at(again, send_mailing_job, pk)
    elif settings.BOUNCE_MAILBOX:
        for delay in MAILBOX_AFTER:
            enqueue_at(timezone.now() + delay, read_mailbox_job)


@task()
def read_mailbox_job() -> None:
    read_mailbox()


def enqueue_at(moment: datetime, job: Any, *arguments: Any) -> None:
    """Run `job` at `moment`. Nothing happens where jobs run at once, without a queue."""
    if default_task_backend.supports_defer:
        job.using(run_after=moment).enqueue(*arguments)
