"""What all jobs of the worker share: claiming one, storing its progress, and its end."""

from typing import TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as N_

from ctnat.ui.stored import stored_text
from reports.document.builder import Progress
from reports.models import Job

STORING = stored_text(N_("Storing the file"))
AnyJob = TypeVar("AnyJob", bound=Job)


class Cancelled(Exception):
    """The job was cancelled."""


@transaction.atomic
def claim(rows: "models.QuerySet[AnyJob]", pk: int) -> AnyJob | None:
    """The job, marked as running, unless it is finished or another worker is at it."""
    job = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if job is None or not job.is_running:
        return None
    if job.status == Job.Status.RUNNING and not job.is_stalled:
        return None
    job.status, job.heartbeat_at = Job.Status.RUNNING, timezone.now()
    job.save(update_fields=["status", "heartbeat_at"])
    return job


def progress_of(job: Job) -> Progress:
    """A function that stores the progress, and raises `Cancelled` where the job was cancelled."""

    def progress(done: int, step: str) -> None:
        mine = type(job)._default_manager.filter(pk=job.pk)
        mine.update(progress=done, step=step[:200], heartbeat_at=timezone.now())
        if mine.filter(cancel_requested=True).exists():
            raise Cancelled

    return progress


def finish(job: Job, status: str, **fields: str) -> None:
    progress = 100 if status == Job.Status.DONE else job.progress
    type(job)._default_manager.filter(pk=job.pk).update(
        status=status, finished_at=timezone.now(), progress=progress, step="", **fields
    )
