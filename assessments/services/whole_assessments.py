"""Erasing a whole assessment. What remains: the requests that led to it, and the end of its log in the site's log."""

from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from assessments.audit import cut_chain, erase_labels, record
from assessments.erasers import assessment_rows
from assessments.models import Assessment, AuditChain, AuditEvent, Document, ErasureRequest, Study, User
from instruments.models import Instrument


@transaction.atomic
def erase_assessment(*, assessment: Assessment, by: User | None) -> None:
    """Erase everything in it, files and audit log included; of the log, its length and last hash are kept."""
    Assessment.objects.select_for_update().get(pk=assessment.pk)
    for rows in assessment_rows():
        rows.erase(assessment)
    _erase_documents(assessment)
    for draft in Instrument.objects.filter(owner=assessment, published_at=None):
        try:
            with transaction.atomic():
                draft.delete()
        except ProtectedError:
            continue  # a version of another assessment was made from it
    waiting = ErasureRequest.objects.for_assessment(assessment).for_confirming()
    waiting.update(cancelled_at=timezone.now(), note="")
    study = assessment.study
    _forget_log(assessment, by)
    assessment.delete()
    if not study.assessments.exists():
        erase_labels(AuditEvent.objects.filter(object_type="assessments.study", object_id=str(study.pk)), by=by)
        Study.objects.filter(pk=study.pk).delete()


def _erase_documents(assessment: Assessment) -> None:
    documents = Document.all_objects.for_assessment(assessment)
    for name in documents.exclude(file="").values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, name))
    documents.delete()


def _forget_log(assessment: Assessment, by: User | None) -> None:
    """Erase the assessment's events, and record their number and last hash in the site's log."""
    chain = AuditChain.objects.filter(assessment=assessment).first()
    events, last_hash = (chain.length, chain.head) if chain else (0, "")
    cut_chain(assessment, before=None, by=by, silently=True)
    AuditChain.objects.filter(assessment=assessment).delete()
    record("assessment.erased", by=by, label=assessment.reference, events=events, last_hash=last_hash)
