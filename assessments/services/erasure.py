"""Requests to erase something permanently: made by a lead, confirmed by a second person, then carried out."""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.archiving import due_in_the_archive
from assessments.audit import record
from assessments.demonstration import marked_subject
from assessments.erasers import (
    Copy,
    Eraser,
    Part,
    copies_with,
    eraser_of,
    forget_drafts,
    uses_in_all,
    withdraw_copies,
)
from assessments.erasure_register import note_erasure
from assessments.models import Assessment, ErasureRequest, Role, User
from assessments.uses import Use
from assessments.write_ahead_log import empty_log_after_commit
from ctnat.ui.errors import InputError
from ctnat.ui.formats import page_moment
from ctnat.ui.mail import written_in

LOGGER = logging.getLogger(__name__)
MOST_WAITING = 200  # requests of one assessment


@dataclass(frozen=True)
class Preview:
    """What a request would erase now. The confirming form sends `seen` to identify it."""

    parts: list[Part]
    uses: list[Use]
    copies: list[Copy]
    seen: str


@transaction.atomic
def ask_erasure(
    *, assessment: Assessment, kind: str, by: User, ground: str, note: str = "", **typed: Any
) -> ErasureRequest:
    """Request that something be erased; nothing is erased yet. `typed`: `which`, and `words` or `successor`.

    Raises `InputError` if it does not exist or its erasure has already been requested.
    """
    eraser = eraser_of(kind)
    key, place = eraser.read(assessment, typed | {"note": note}, by)
    target = eraser.find(assessment, key, place)
    waiting = ErasureRequest.objects.for_assessment(assessment).for_confirming()
    if waiting.filter(kind=kind, key=key, place=place).exists():
        raise InputError(_("This has been requested already. It waits for a second person."))
    if waiting.count() >= MOST_WAITING:
        raise InputError(_("{n} requests are waiting. Confirm or cancel some of them first.").format(n=MOST_WAITING))
    request = ErasureRequest.objects.create(
        assessment=assessment,
        reference=assessment.reference,
        kind=kind,
        key=key,
        place=place,
        label=eraser.name(target),
        ground=ground,
        note=note,
        parts=_counts(eraser.parts(target)),
        asked_by=by,
    )
    record("erasure.requested", by=by, assessment=assessment, target=request, kind=kind, ground=ground)
    transaction.on_commit(partial(_tell, request, by))
    return request


def _tell(request: ErasureRequest, by: User) -> None:
    """Mail those who can confirm it: the other leads, or the site administrators where there are none. The mail says
    what it is by its code alone; the reason that was typed stays on the page."""
    leads = User.objects.filter(memberships__assessment=request.assessment, memberships__role=Role.LEAD, is_active=True)
    others = list(leads.exclude(pk=by.pk).distinct())
    page = reverse("assessments:erasure_detail", args=[request.reference, request.pk])
    if not others:
        others = list(User.objects.filter(is_staff=True, is_active=True).exclude(pk=by.pk))
        page = reverse("assessments:site_erasure_detail", args=[request.pk])
    context = {"asked": request, "by": by, "address": settings.SITE_URL + page}
    for person in others:
        with written_in(person.language):
            text = render_to_string("assessments/mail/erasure_requested.txt", context)
            subject = _("Request to erase data of {reference}").format(reference=request.reference)
            subject = marked_subject(request.assessment, subject)
        try:
            send_mail(subject, text, None, [person.email])
        except (SMTPException, OSError):
            LOGGER.warning("A request to erase data could not be mailed.")


def _counts(parts: Iterable[Part]) -> list[list[Any]]:
    return [[part.name, part.count] for part in parts if part.count]


def preview(request: ErasureRequest) -> Preview:
    """Raises `InputError` if the object to be erased no longer exists."""
    eraser, assessment = eraser_of(request.kind), _assessment_of(request)
    return _preview(eraser, assessment, eraser.find(assessment, request.key, request.place))


def _preview(eraser: Eraser, assessment: Assessment, target: Any) -> Preview:
    uses = uses_in_all(assessment, eraser, target)
    copies = copies_with(assessment, eraser.words(target))
    seen = [eraser.seen(target), *(use.label for use in uses), *(copy.key for copy in copies)]
    digest = hashlib.sha256(repr(seen).encode()).hexdigest()
    return Preview(eraser.parts(target), uses, copies, digest)


def _assessment_of(request: ErasureRequest) -> Assessment:
    if request.assessment is None:
        raise InputError(_("The whole assessment was erased."))
    return request.assessment


@transaction.atomic
def cancel_erasure(*, request: ErasureRequest, by: User | None) -> None:
    """Raises `InputError` if it was already carried out or cancelled."""
    request = _locked(request)
    request.cancelled_by, request.cancelled_at, request.note = by, timezone.now(), ""
    request.save()
    record("erasure.cancelled", by=by, assessment=request.assessment, target=request, kind=request.kind)


def _locked(request: ErasureRequest) -> ErasureRequest:
    found: ErasureRequest = ErasureRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if found.erased_at:
        raise InputError(_("This was erased already, on {time}.").format(time=page_moment(found.erased_at)))
    if found.cancelled_at:
        raise InputError(_("This request was cancelled in the meantime. Nothing was erased."))
    return found


@due_in_the_archive()
@transaction.atomic
def confirm_erasure(*, request: ErasureRequest, by: User, seen: str, copies: Iterable[str] = ()) -> ErasureRequest:
    """Carry out another person's request. `seen`: of the confirmed preview; `copies`: keys of copies to erase too.

    Raises `InputError`: for one's own request, one already settled, or one whose target has changed since the preview.
    """
    request = _locked(request)
    if by.pk == request.asked_by_id:
        raise InputError(_("You asked for this yourself. Another lead or a site administrator has to confirm it."))
    eraser, assessment = eraser_of(request.kind), _assessment_of(request)
    target = eraser.find(assessment, request.key, request.place)
    shown = _preview(eraser, assessment, target)
    if shown.seen != seen:
        raise InputError(
            _(
                "Something has changed since this page was opened, so nothing was erased. The page now shows the "
                "present state: read it, then confirm again."
            )
        )
    chosen = sorted({copy.key for copy in shown.copies} & set(copies))
    lines = eraser.lines(target)
    request.copies_withdrawn = withdraw_copies(assessment, chosen, by=by)
    forget_drafts(assessment)
    request.label, request.parts, request.note = eraser.name(target), _counts(shown.parts), ""
    request.confirmed_by, request.erased_at = by, timezone.now()
    request.save()
    _record(request, eraser, shown, by)
    eraser.erase(target, by=by)
    note_erasure(request.kind, lines)  # last, so that little can fail after it was written to disk
    empty_log_after_commit()
    return request


def _record(request: ErasureRequest, eraser: Eraser, shown: Preview, by: User) -> None:
    """What kind, how many, why, who asked and who confirmed; nothing of the content.

    What concerns the site is recorded in the site's log, because an assessment's log is erased with it.
    """
    assessment = None if eraser.by_site else request.assessment
    detail: Mapping[str, Any] = {
        "kind": request.kind,
        "ground": request.ground,
        "asked_by": request.asked_by_id,
        "confirmed_by": by.pk,
        "erased": {part.name: part.count for part in shown.parts if part.count},
        "copies_erased": request.copies_withdrawn,
        "copies_kept": len(shown.copies) - request.copies_withdrawn,
    }
    record("erasure.done", by=by, assessment=assessment, target=request, **detail)
