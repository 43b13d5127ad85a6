"""Files that come back from reviewers: taken by their link or through a member, and read in the background."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from ctnat.ui.errors import InputError
from reports.models import ReturnedFile, Reviewer, ReviewRound
from reports.services.jobs import enqueue
from reports.tasks import read_returned_file
from reports.word.opening import CannotOpen, open_package

MOST_FILES = 20  # of one reviewer in a round: a person returns one, or a few


class AlreadyReturned(InputError):
    """The same file came before, as `file`; nothing was stored."""

    def __init__(self, file: ReturnedFile):
        self.file = file
        super().__init__(
            _("This file is here already, so it was not read again. To send changes, save them in the file first.")
        )


class RoundEnded(InputError):
    """The link takes no files any more."""

    def __init__(self) -> None:
        super().__init__(_("This round has ended. Ask the person who sent the link for another day."))


def too_large() -> str:
    limit = settings.UPLOAD_LIMIT // 1024**2
    return _("The file is larger than {limit} MB. Make its pictures smaller in Word, then choose it again.").format(
        limit=limit
    )


def read_upload(upload: Any) -> bytes:
    """The bytes of a Word file, of which no more is read than may be. Raises `InputError` with what to do instead."""
    content: bytes = upload.read(settings.UPLOAD_LIMIT + 1)
    if len(content) > settings.UPLOAD_LIMIT:
        raise InputError({"file": too_large()})
    try:
        open_package(content)
    except CannotOpen as fault:
        raise InputError({"file": str(fault)}) from None
    return content


@transaction.atomic
def receive_file(*, reviewer: Reviewer, content: bytes, by: User | None) -> ReturnedFile:
    """Store a file that a reviewer returned, and have it read. `by` is the member who uploads it, None by the link.

    Through the link it is taken while the round is open, through a member also later. Raises `AlreadyReturned`,
    `RoundEnded` and other `InputError`s.
    """
    rounds = ReviewRound.objects.select_for_update(of=("self",)).select_related("report__assessment")
    of_round = rounds.get(pk=reviewer.round_id)
    reviewer = Reviewer.objects.get(pk=reviewer.pk)
    if of_round.erased_at is not None or (by is None and (not of_round.is_open or reviewer.revoked_at is not None)):
        raise RoundEnded
    if not of_round.is_ready:
        raise InputError(_("The file of this round is not ready yet, so nothing can be returned."))
    checksum = hashlib.sha256(content).hexdigest()
    if checksum == of_round.checksum:
        raise InputError(
            {"file": _("This is the file as it was sent out, without a change. Save it in Word, then return it.")}
        )
    if same := of_round.returned.filter(checksum=checksum).first():
        raise AlreadyReturned(same)
    if reviewer.returned.count() >= MOST_FILES:
        raise InputError(
            _("{n} files came from this reviewer already. Put further comments into one of them.").format(n=MOST_FILES)
        )
    reviewer.round = of_round
    file = ReturnedFile(round=of_round, reviewer=reviewer, checksum=checksum, requested_by=by)
    name = f"{of_round.report.assessment.reference}-r{of_round.number}-{checksum[:12]}.docx"
    file.file.save(name, ContentFile(content), save=False)
    file.save()
    Reviewer.objects.filter(pk=reviewer.pk).update(returned_at=timezone.now())
    record("review.file_returned", by=by, assessment=of_round.report.assessment, target=file, checksum=checksum)
    enqueue(file, read_returned_file)
    return file


@transaction.atomic
def read_again(*, file: ReturnedFile, by: User | None) -> ReturnedFile:
    """Have a file read that could not be read, or whose worker was killed."""
    row = (
        ReturnedFile.objects.select_for_update(of=("self",)).select_related("round__report__assessment").get(pk=file.pk)
    )
    failed = row.status in (ReturnedFile.Status.FAILED, ReturnedFile.Status.CANCELLED)
    if row.file and (failed or row.is_stalled):
        record("review.file_read_again", by=by, assessment=row.round.report.assessment, target=row)
        ReturnedFile.objects.filter(pk=row.pk).update(failure="", progress=0, cancel_requested=False)
        enqueue(row, read_returned_file)
    return row
