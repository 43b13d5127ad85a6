"""A worker that was killed leaves its job running; the command puts it back."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

pytestmark = pytest.mark.django_db


def job(status: str, minutes: int) -> DBTaskResult:
    """A job that began so many minutes ago."""
    began = timezone.now() - timedelta(minutes=minutes)
    return DBTaskResult.objects.create(
        task_path="x.y", status=status, started_at=began, args_kwargs={"args": [], "kwargs": {}}, run_after=began
    )


def test_only_what_began_long_ago_and_still_runs_is_queued_again() -> None:
    stale, fresh, done = job("RUNNING", 61), job("RUNNING", 5), job("SUCCESSFUL", 90)
    out = StringIO()
    call_command("requeue_tasks", stdout=out)
    assert out.getvalue() == "1 jobs were queued again.\n"
    for row, status in ((stale, "READY"), (fresh, "RUNNING"), (done, "SUCCESSFUL")):
        row.refresh_from_db()
        assert row.status == status
    assert stale.started_at is None


def test_a_time_to_come_would_queue_what_runs_well() -> None:
    fresh = job("RUNNING", 0)
    with pytest.raises(CommandError, match="must be 0 or more"):
        call_command("requeue_tasks", minutes=-5)
    fresh.refresh_from_db()
    assert fresh.status == "RUNNING"
