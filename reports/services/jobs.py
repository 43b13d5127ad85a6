"""What all jobs of the worker share when members ask for them: enqueueing one, restarting it, cancelling it."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task

from reports.models import Job


def enqueue(job: Job, task: Task[Any, Any]) -> None:
    """Let a worker do the task once this transaction is stored."""
    type(job)._default_manager.filter(pk=job.pk).update(status=Job.Status.WAITING, heartbeat_at=timezone.now())
    transaction.on_commit(lambda: task.enqueue(job.pk))


def restart_stalled(row: Job, task: Task[Any, Any]) -> bool:
    """Enqueue again a job, whose row is locked, where its worker was killed. Returns whether that was the case."""
    stalled = row.status == Job.Status.RUNNING and row.is_stalled
    if stalled:
        enqueue(row, task)
    return stalled


def cancel(row: Job) -> bool:
    """Cancel a job, whose row is locked. One that no worker has started ends at once.

    Returns False where there was nothing to cancel: it is finished, or was cancelled before.
    """
    if row.cancel_requested or row.status not in (Job.Status.WAITING, Job.Status.RUNNING):
        return False
    if row.status == Job.Status.WAITING:
        row.status, row.finished_at = Job.Status.CANCELLED, timezone.now()
    row.cancel_requested = True
    row.save(update_fields=["status", "finished_at", "cancel_requested"])
    return True
