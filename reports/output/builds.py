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
from reports.output.formats import FORMATS, make_file
from reports.output.jobs import STORING, Cancelled, claim, finish, progress_of
from reports.output.revision import data_revision

LOGGER = logging.getLogger(__name__)
FAILED = stored_text(
    N_(
        "The document could not be created. Try again. If it fails again, give the administrator of this site the "
        "build number: {number}."
    )
)


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
        finish(job, Build.Status.DONE, file=stored, checksum=hashlib.sha256(content).hexdigest())
    except Cancelled:
        finish(job, Build.Status.CANCELLED)
    except FormatUnavailable as missing:
        finish(job, Build.Status.FAILED, failure=str(missing)[:500])
    except Exception:
        LOGGER.exception("Build %s failed", pk)
        finish(
            job,
            Build.Status.FAILED,
            failure=FAILED.format(number=pk),
        )


@transaction.atomic
def _claim(pk: int) -> Build | None:
    job = claim(Build.objects.select_related("report__assessment__study"), pk)
    if job is not None:
        job.data_revision = data_revision(job.report)
        job.save(update_fields=["data_revision"])
    return job


def make_document(report: Report, format: str, progress: Progress, language: str = "") -> bytes:
    """The file's content in one of the report's languages; blank is the first one.

    `progress(per cent, step)` is called all along and may raise to stop the work.
    """
    made = FORMATS[format]
    rest = 95 - made.writing
    with words_for(report.assessment):
        data = build(report, language=language, progress=lambda done, step: progress(done * made.writing // 100, step))
        return make_file(
            made,
            report,
            data,
            report.assessment.reference,
            lambda done, step: progress(made.writing + done * rest // 100, step),
        )
