"""Builds: a document made in the background, with progress and an end one can ask for, kept for its revision."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Literal, cast

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from assessments.audit import record
from assessments.models import User
from reports.builder import build
from reports.files import write_whole
from reports.models import Build, Report
from reports.pdf import PdfUnavailable, make_pdf
from reports.render import render
from reports.revision import data_revision

STALLED_AFTER = timedelta(minutes=2)  # without a sign of life a worker is taken for dead
TYPES = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
LOGGER = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody asked for the build to end."""


def is_stalled(job: Build) -> bool:
    """Waiting or running without a sign of life: its worker is gone or busy elsewhere."""
    since = job.heartbeat_at or job.created_at
    return job.status in (Build.Status.WAITING, Build.Status.RUNNING) and since < timezone.now() - STALLED_AFTER


@transaction.atomic
def request_build(*, report: Report, format: str, by: User | None) -> Build:
    """The build of the report as it is now: one that is done or under way is returned, else a new one is enqueued."""
    if format not in TYPES:
        raise ValidationError("Choose PDF or HTML.")
    Report.objects.select_for_update().get(pk=report.pk)
    revision = data_revision(report)
    same = Build.objects.filter(report=report, format=format, data_revision=revision)
    for job in same.exclude(status__in=[Build.Status.FAILED, Build.Status.CANCELLED]):
        if job.status == Build.Status.DONE and default_storage.exists(job.file.name or ""):
            return job
        if job.status == Build.Status.DONE:
            continue
        if is_stalled(job):
            _enqueue(job)
        return job
    job = Build.objects.create(report=report, format=format, data_revision=revision, requested_by=by)
    record("report.build_requested", by=by, assessment=report.assessment, target=job, label=f"{format} {job.pk}")
    _enqueue(job)
    return job


def _enqueue(job: Build) -> None:
    from reports.tasks import build_document

    Build.objects.filter(pk=job.pk).update(status=Build.Status.WAITING, heartbeat_at=timezone.now())
    transaction.on_commit(lambda: build_document.enqueue(job.pk))


@transaction.atomic
def revive(job: Build) -> bool:
    """Enqueue again what a killed worker left in the middle; says whether that was so."""
    job = Build.objects.select_for_update().get(pk=job.pk)
    left = job.status == Build.Status.RUNNING and is_stalled(job)
    if left:
        _enqueue(job)
    return left


@transaction.atomic
def cancel_build(*, job: Build, by: User | None) -> Build:
    """Ask a build to end. One that no worker has begun ends at once."""
    job = Build.objects.select_for_update().select_related("report__assessment").get(pk=job.pk)
    if job.status == Build.Status.WAITING:
        job.status, job.finished_at = Build.Status.CANCELLED, timezone.now()
    if job.status in (Build.Status.RUNNING, Build.Status.CANCELLED):
        job.cancel_requested = True
        job.save(update_fields=["status", "finished_at", "cancel_requested"])
        record("report.build_cancelled", by=by, assessment=job.report.assessment, target=job, label=str(job.pk))
    return job


def run_build(pk: int) -> None:
    """Do the work of one build. Called twice or beside another worker it does nothing the second time."""
    job = _claim(pk)
    if job is None:
        return
    tell = _teller(job)
    try:
        content = make_document(job.report, cast(Literal["html", "pdf"], job.format), tell)
        name = f"builds/{timezone.now():%Y}/{job.report.assessment.reference}-{job.pk}.{job.format}"
        tell(99, "Keeping the file")
        _finish(job, Build.Status.DONE, file=keep(name, content), checksum=hashlib.sha256(content).hexdigest())
    except Cancelled:
        _finish(job, Build.Status.CANCELLED)
    except PdfUnavailable as missing:
        _finish(job, Build.Status.FAILED, failure=str(missing)[:500])
    except Exception:
        LOGGER.exception("Build %s failed", pk)
        _finish(
            job,
            Build.Status.FAILED,
            failure="The document could not be made. Try again; if it fails again, tell the person who runs this site "
            f"the number of the build: {pk}.",
        )


@transaction.atomic
def _claim(pk: int) -> Build | None:
    """The build, marked as running, unless it is finished or another worker is at it."""
    job = Build.objects.select_for_update().select_related("report__assessment__study").filter(pk=pk).first()
    if job is None or job.status not in (Build.Status.WAITING, Build.Status.RUNNING):
        return None
    if job.status == Build.Status.RUNNING and not is_stalled(job):
        return None
    job.status, job.heartbeat_at, job.data_revision = Build.Status.RUNNING, timezone.now(), data_revision(job.report)
    job.save(update_fields=["status", "heartbeat_at", "data_revision"])
    return job


def _teller(job: Build) -> Callable[[int, str], None]:
    """Writes the progress down and stops where somebody asked for it."""

    def tell(done: int, step: str) -> None:
        mine = Build.objects.filter(pk=job.pk)
        mine.update(progress=done, step=step[:200], heartbeat_at=timezone.now())
        if mine.filter(cancel_requested=True).exists():
            raise Cancelled

    return tell


def _finish(job: Build, status: str, **fields: str) -> None:
    progress = 100 if status == Build.Status.DONE else job.progress
    Build.objects.filter(pk=job.pk).update(
        status=status, finished_at=timezone.now(), progress=progress, step="", **fields
    )


def make_document(report: Report, format: Literal["html", "pdf"], tell: Callable[[int, str], None]) -> bytes:
    """The file's content. `tell(per cent, step)` is called all along and may raise to stop the work."""
    share = 40 if format == "pdf" else 90  # writing takes the smaller part of making a PDF
    data = build(report, progress=lambda done, step: tell(done * share // 100, step))
    html = render(data, format)
    if format == "html":
        return html.encode()
    tell(share, "Laying out pages")
    with _page_by_page(lambda page: tell(min(95, share + page // 2), f"Laying out page {page}")):
        return make_pdf(html, report.assessment.reference)


@contextmanager
def _page_by_page(tell: Callable[[int], None]) -> Iterator[None]:
    """Calls `tell(page)` for each page that WeasyPrint lays out; what it raises ends the layout."""

    class Pages(logging.Handler):
        def emit(self, entry: logging.LogRecord) -> None:
            if isinstance(entry.args, tuple) and entry.args and "Page" in str(entry.msg):
                tell(int(str(entry.args[0])))

    logger, handler = logging.getLogger("weasyprint.progress"), Pages()
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False  # a line a page is no news for the log
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate


def keep(name: str, content: bytes) -> str:
    """Put a file into the storage whole; returns its name there."""
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
    return name
