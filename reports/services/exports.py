"""Request an export of everything of an assessment, restart or cancel it, and erase it when it has expired."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, User
from reports.models import AssessmentExport, Job
from reports.services.jobs import cancel, enqueue, restart_stalled
from reports.tasks import make_export

VALID_FOR = timedelta(days=7)


@transaction.atomic
def request_export(*, assessment: Assessment, with_names: bool, by: User) -> AssessmentExport:
    """A new export; one of the same kind that is under way is returned instead."""
    lock_assessment(assessment)
    running = AssessmentExport.objects.for_assessment(assessment).filter(
        with_names=with_names, status__in=(Job.Status.WAITING, Job.Status.RUNNING)
    )
    if (same := running.first()) is not None:
        if same.is_stalled:
            enqueue(same, make_export)
        return same
    job = AssessmentExport.objects.create(
        assessment=assessment, with_names=with_names, requested_by=by, expires_at=timezone.now() + VALID_FOR
    )
    record(
        "assessment.export_requested",
        by=by,
        assessment=assessment,
        target=job,
        label=f"export {job.pk}",
        with_names=with_names,
    )
    enqueue(job, make_export)
    return job


@transaction.atomic
def restart_stalled_export(*, job: AssessmentExport) -> bool:
    """Enqueue again an export whose worker was killed. Returns whether that was the case."""
    return restart_stalled(AssessmentExport.objects.select_for_update().get(pk=job.pk), make_export)


@transaction.atomic
def cancel_export(*, job: AssessmentExport, by: User) -> AssessmentExport:
    """Cancel an export. One that no worker has started ends at once."""
    row = AssessmentExport.objects.select_for_update(of=("self",)).select_related("assessment").get(pk=job.pk)
    if cancel(row):
        record(
            "assessment.export_cancelled",
            by=by,
            assessment=row.assessment,
            target=row,
            label=f"export {row.pk}",
        )
    return row
