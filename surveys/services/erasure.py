"""Erasing single forms for good, sealed or opened."""

from django.db import transaction
from django.utils import timezone

from assessments.write_ahead_log import empty_log_after_commit
from surveys.models import Draft, EntryDraft, Response, SealedAnswer, Survey, TableImport, TrialLink
from surveys.sealed.boxes import UnreadableBox, unseal


@transaction.atomic
def erase_response(*, response: Response) -> None:
    """Erase a form with what refers to it. Its code is never given again; results released before stay."""
    response.delete()
    empty_log_after_commit()


@transaction.atomic
def erase_sealed_answer(*, sealed: SealedAnswer) -> None:
    """Erase a form that was not opened yet. The mark of its invitation stays."""
    sealed.delete()
    empty_log_after_commit()


@transaction.atomic
def forget_expired() -> int:
    """Erase forms that were saved to be continued, by link or from paper, tables that were not imported, and links to
    try a version, once their time is over."""
    now = timezone.now()
    drafts, _ = Draft.objects.filter(expires_on__lt=now.date()).delete()
    tables, _ = TableImport.objects.filter(expires_at__lt=now).delete()
    entries, _ = EntryDraft.objects.filter(expires_at__lte=now).delete()
    TrialLink.objects.filter(expires_at__lte=now).delete()
    if drafts or tables or entries:
        empty_log_after_commit()
    return drafts + tables + entries


def find_in_boxes(survey: Survey, receipt_hmac: str) -> SealedAnswer | None:
    """The box of which a response with this HMAC of its receipt would be made."""
    for sealed in SealedAnswer.objects.filter(survey=survey):
        try:
            content = unseal(survey.pk, sealed.box)
        except UnreadableBox:
            continue
        if content.get("receipt_hmac") == receipt_hmac:
            return sealed
    return None


def line_of(response: Response) -> dict[str, str]:
    """Random identifiers of a response for the register: its uuid, and the HMAC of its receipt if it came by link."""
    return {"uuid": str(response.uuid), "receipt": response.receipt_hmac}
