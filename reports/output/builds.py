"""The work of one build: assemble the document, make its file, store the progress."""

import hashlib
import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as N_

from assessments.file_encryption import protected_file
from assessments.packs import words_for
from ctnat.ui.stored import stored_text
from reports.document.builder import Progress, build
from reports.models import Build, Report
from reports.output.errors import FormatUnavailable
from reports.output.formats import FORMATS
from reports.output.revision import data_revision

LOGGER = logging.getLogger(__name__)
STORING = stored_text(N_("Storing the file"))
FAILED = stored_text(
    N_(
        "The document could not be created. Try again. If it fails again, give the administrator of this site the "
        "build number: {number}."
    )
)


class Cancelled(Exception):
    """The build was cancelled."""


def run_build(pk: int) -> None:
    """Do the work of one build. Called twice or beside another worker it does nothing the second time."""
    job = _claim(pk)
    if job is None:
        return
    progress = progress_of(job)
    try:
        content = make_document(job.report, job.format, progress, job.language)
        name = f"builds/{timezone.now():%Y}/{job.report.assessment.reference}-{job.pk}.{job.format}"
        progress(99, STORING)
        field = protected_file(Build)
        stored = field.store(name, content, field.data_key_of(job))
        _finish(job, Build.Status.DONE, file=stored, checksum=hashlib.sha256(content).hexdigest())
    except Cancelled:
        _finish(job, Build.Status.CANCELLED)
    except FormatUnavailable as missing:
        _finish(job, Build.Status.FAILED, failure=str(missing)[:500])
    except Exception:
        LOGGER.exception("Build %s failed", pk)
        _finish(
            job,
            Build.Status.FAILED,
            failure=FAILED.format(number=pk),
        )


@transaction.atomic
def _claim(pk: int) -> Build | None:
    """The build, marked as running, unless it is finished or another worker is at it."""
    rows = Build.objects.select_for_update(of=("self",)).select_related("report__assessment__study")
    job = rows.filter(pk=pk).first()
    if job is None or not job.is_running:
        return None
    if job.status == Build.Status.RUNNING and not job.is_stalled:
        return None
    job.status, job.heartbeat_at, job.data_revision = Build.Status.RUNNING, timezone.now(), data_revision(job.report)
    job.save(update_fields=["status", "heartbeat_at", "data_revision"])
    return job


def progress_of(job: Build) -> Progress:
    """A function that stores the progress, and raises `Cancelled` where the build was cancelled."""

    def progress(done: int, step: str) -> None:
        mine = Build.objects.filter(pk=job.pk)
        mine.update(progress=done, step=step[:200], heartbeat_at=timezone.now())
        if mine.filter(cancel_requested=True).exists():
            raise Cancelled

    return progress


def _finish(job: Build, status: str, **fields: str) -> None:
    progress = 100 if status == Build.Status.DONE else job.progress
    Build.objects.filter(pk=job.pk).update(
        status=status, finished_at=timezone.now(), progress=progress, step="", **fields
    )


def make_document(report: Report, format: str, progress: Progress, language: str = "") -> bytes:
    """The file's content in one of the report's languages; blank is the first one.

    `progress(per cent, step)` is called all along and may raise to stop the work.
    """
    made = FORMATS[format]
    rest = 95 - made.writing
    with words_for(report.assessment):
        data = build(report, language=language, progress=lambda done, step: progress(done * made.writing // 100, step))
        return made.make(
            data, report.assessment.reference, lambda done, step: progress(made.writing + done * rest // 100, step)
        )
