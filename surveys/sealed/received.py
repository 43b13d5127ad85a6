"""Whether a form was received: a form sent twice is one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from surveys.models import Response, SealedAnswer
from surveys.sealed.receipts import marks_once_opened, marks_while_sealed, receipts_of


def marks_of(receipts: Sequence[str]) -> tuple[list[str], list[str]]:
    """What may be stored of one of the receipts: with a sealed form, and with a response."""
    return (
        [mark for receipt in receipts for mark in marks_while_sealed(receipt)],
        [mark for receipt in receipts for mark in marks_once_opened(receipt)],
    )


def forms_marked(
    survey: Any, sealed: Sequence[str], opened: Sequence[str]
) -> tuple[QuerySet[SealedAnswer], QuerySet[Response]]:
    """(sealed forms, responses) of a survey with one of the marks. `survey` may be an `OuterRef`."""
    return (
        SealedAnswer.objects.filter(survey=survey, receipt_hmac__in=sealed),
        Response.objects.filter(survey=survey, receipt_hmac__in=opened),
    )


def receipt_given(survey: Any, uuid: UUID) -> str:
    """The receipt that was given for a form that was received; it was made with the key of that time."""
    receipts = receipts_of(uuid)
    for receipt in receipts[1:]:
        if any(rows.exists() for rows in forms_marked(survey, *marks_of([receipt]))):
            return receipt
    return receipts[0]
