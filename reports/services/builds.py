"""Request a build of the living report, cancel it, or restart it."""

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from reports.document.report_text import languages_of
from reports.models import Build, Report
from reports.output.formats import FORMATS
from reports.output.revision import data_revision
from reports.services.jobs import cancel, enqueue, restart_stalled
from reports.tasks import build_document


@transaction.atomic
def request_build(*, report: Report, format: str, by: User | None, language: str = "") -> Build:
    """The build of the report as it is now: one that is done or under way is returned, else a new one is enqueued.

    `language`: a further one of the report; blank is its first one.
    """
    if format not in FORMATS:
        raise ValidationError(_("Choose {label}.").format(label=" or ".join(known.label for known in FORMATS.values())))
    report = Report.objects.select_for_update(of=("self",)).select_related("assessment").get(pk=report.pk)
    if language and language not in languages_of(report)[1:]:
        raise ValidationError(_("Choose a language of this report."))
    revision = data_revision(report)
    same = Build.objects.filter(report=report, format=format, language=language, data_revision=revision)
    for job in same.exclude(status__in=[Build.Status.FAILED, Build.Status.CANCELLED]):
        if job.status == Build.Status.DONE and default_storage.exists(job.file.name or ""):
            return job
        if job.status == Build.Status.DONE:
            continue
        if job.is_stalled:
            enqueue(job, build_document)
        return job
    job = Build.objects.create(report=report, format=format, language=language, data_revision=revision, requested_by=by)
    record("report.build_requested", by=by, assessment=report.assessment, target=job, label=f"{format} {job.pk}")
    enqueue(job, build_document)
    return job


@transaction.atomic
def restart_stalled_build(*, job: Build) -> bool:
    """Enqueue again a build whose worker was killed. Returns whether that was the case."""
    return restart_stalled(Build.objects.select_for_update().get(pk=job.pk), build_document)


@transaction.atomic
def cancel_build(*, job: Build, by: User | None) -> Build:
    """Cancel a build. One that no worker has started ends at once."""
    row = Build.objects.select_for_update(of=("self",)).select_related("report__assessment").get(pk=job.pk)
    if cancel(row):
        record("report.build_cancelled", by=by, assessment=row.report.assessment, target=row, label=str(row.pk))
    return row
