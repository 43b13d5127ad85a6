"""Request all interviews as one document, restart or cancel it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, User
from reports.models import InterviewDocument, Job
from reports.services.jobs import cancel, enqueue, restart_stalled
from reports.tasks import make_interview_document

VALID_FOR = timedelta(days=7)


@transaction.atomic
def request_document(
    *, assessment: Assessment, by: User, format: str, order: str, with_names: bool, language: str
) -> InterviewDocument:
    """A new document; one of the same kind that the same member asked for and that is under way is returned instead."""
    lock_assessment(assessment)
    kind = {"format": format, "order": order, "with_names": with_names, "language": language, "requested_by": by}
    running = InterviewDocument.objects.for_assessment(assessment).filter(
        **kind, status__in=(Job.Status.WAITING, Job.Status.RUNNING)
    )
    if (same := running.first()) is not None:
        if same.is_stalled:
            enqueue(same, make_interview_document)
        return same
    job = InterviewDocument.objects.create(assessment=assessment, expires_at=timezone.now() + VALID_FOR, **kind)
    record(
        "interviews.document_requested",
        by=by,
        assessment=assessment,
        target=job,
        label=f"document {job.pk}",
        with_names=with_names,
        format=format,
        order=order,
    )
    enqueue(job, make_interview_document)
    return job


@transaction.atomic
def restart_stalled_document(*, job: InterviewDocument) -> bool:
    """Enqueue again a document whose worker was killed. Returns whether that was the case."""
    return restart_stalled(InterviewDocument.objects.select_for_update().get(pk=job.pk), make_interview_document)


@transaction.atomic
def cancel_document(*, job: InterviewDocument, by: User) -> InterviewDocument:
    """Cancel a document. One that no worker has started ends at once."""
    rows = InterviewDocument.objects.select_for_update(of=("self",)).select_related("assessment")
    row: InterviewDocument = rows.get(pk=job.pk)
    if cancel(row):
        record(
            "interviews.document_cancelled",
            by=by,
            assessment=row.assessment,
            target=row,
            label=f"document {row.pk}",
        )
    return row
