"""Retention dates: setting them, warning the leads in time, erasing the data, and certifying it."""

import hashlib
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from assessments.archiving import due_in_the_archive
from assessments.audit import record
from assessments.demonstration import marked_subject
from assessments.erasers import eraser_of, forget_drafts
from assessments.erasure_register import note_erasure
from assessments.models import Assessment, AuditEvent, DeletionCertificate, RetentionDate, Role, User
from assessments.write_ahead_log import empty_log_after_commit
from ctnat.ui.errors import InputError
from ctnat.ui.formats import page_day
from ctnat.ui.mail import written_in

LOGGER = logging.getLogger(__name__)
WARN_BEFORE = timedelta(days=30)  # the leads are warned this long before
NOTICE = timedelta(days=14)  # nothing is erased sooner than this after the warning


@transaction.atomic
def set_retention(
    *, assessment: Assessment, by: User, trash_days: int | None = None, dates: Mapping[str, date | None]
) -> None:
    """Set, change or remove the retention dates of kinds of data, and the days in the trash.

    Raises `InputError` for a date in the past. When a date is changed, the leads are warned again.
    """
    today = timezone.localdate()
    rows = {row.kind: row for row in RetentionDate.objects.select_for_update().for_assessment(assessment)}
    changed = []
    for kind, due_on in dates.items():
        row = rows.get(kind)
        if (row.due_on if row else None) == due_on:
            continue
        if due_on and due_on <= today:
            raise InputError({kind: _("This date is not in the future. Give a later one, or leave it blank.")})
        changed.append(kind)
        if due_on is None and row:
            row.delete()
        elif due_on:
            RetentionDate.objects.update_or_create(
                assessment=assessment, kind=kind, defaults={"due_on": due_on, "warned_at": None, "done_at": None}
            )
    if assessment.trash_days != trash_days:
        changed.append("trash_days")
        assessment.trash_days = trash_days
        assessment.full_clean(exclude=["reference"])
        assessment.save(update_fields=["trash_days"])
    if changed:
        dates_set = {kind: str(dates[kind]) for kind in changed if dates.get(kind)}
        record("retention.changed", by=by, assessment=assessment, target=assessment, fields=changed, dates=dates_set)


def keep_retention() -> Iterator[str]:
    """Warn of approaching dates, and erase what is due. Returns one line for each."""
    today = timezone.localdate()
    for row in RetentionDate.objects.ahead().select_related("assessment__study"):
        if row.warned_at is None and row.due_on - WARN_BEFORE <= today:
            yield warn(row)
        elif row.due_on <= today and row.warned_at and row.warned_at <= timezone.now() - NOTICE:
            certificate = carry_out(row)
            yield f"{row.assessment}: {row.get_kind_display().lower()} erased, {certificate}"


def erased_from(row: RetentionDate) -> date:
    """The day on which the data are erased: later than the date if the warning was late."""
    warned = row.warned_at or timezone.now()
    return max(row.due_on, timezone.localdate(warned + NOTICE))


@transaction.atomic
def warn(row: RetentionDate) -> str:
    """Mail the leads, once. The home page shows the warning too, even if no mail can be sent."""
    row.warned_at = timezone.now()
    row.save(update_fields=["warned_at"])
    record("retention.warned", by=None, assessment=row.assessment, target=row, kind=row.kind)
    leads = User.objects.filter(memberships__assessment=row.assessment, memberships__role=Role.LEAD, is_active=True)
    address = settings.SITE_URL + reverse("assessments:retention_edit", args=[row.assessment.reference])
    context = {"row": row, "day": erased_from(row), "address": address}
    sent = 0
    for lead in leads.distinct():
        with written_in(lead.language):
            text = render_to_string("assessments/mail/retention.txt", context)
            subject = _("{kind} of {reference} will be erased on {day}").format(
                kind=row.get_kind_display(), reference=row.assessment, day=page_day(erased_from(row))
            )
            subject = marked_subject(row.assessment, subject)
        try:
            sent += send_mail(subject, text, None, [lead.email])
        except (SMTPException, OSError):
            LOGGER.warning("A warning of a date of retention could not be mailed.")
    return f"{row.assessment}: {sent} leads warned that {row.get_kind_display().lower()} will be erased"


@due_in_the_archive()
@transaction.atomic
def carry_out(row: RetentionDate) -> DeletionCertificate:
    """Erase what is due, and certify it."""
    row = RetentionDate.objects.select_for_update(of=("self",)).select_related("assessment").get(pk=row.pk)
    eraser, assessment = eraser_of("retained"), row.assessment
    parts = [[part.name, part.count] for part in eraser.parts(row)]
    lines = eraser.lines(row)
    row.done_at = timezone.now()
    row.save(update_fields=["done_at"])
    forget_drafts(assessment)
    eraser.erase(row, by=None)
    rule = f"{row.get_kind_display()} are kept until {row.due_on:%-d %B %Y}, as set by the leads of {assessment}."
    if row.kind == RetentionDate.Kind.AUDIT:
        rule = rule.replace("are kept", "is kept")
    certificate = DeletionCertificate(
        assessment=assessment,
        reference=assessment.reference,
        kind=row.kind,
        rule=rule,
        parts=parts,
        erased_at=row.done_at,
    )
    certificate.content_checksum = hashlib.sha256(certificate.content().encode()).hexdigest()
    certificate.save()
    print_certificate(certificate)
    counts = {name: count for name, count in parts if count}
    detail: dict[str, Any] = {"kind": row.kind, "rule": rule, "erased": counts, "checksum": certificate.checksum}
    detail["content_checksum"] = certificate.content_checksum
    record("retention.erased", by=None, assessment=assessment, target=certificate, **detail)
    note_erasure("retained", lines)
    empty_log_after_commit()
    return certificate


def print_certificate(certificate: DeletionCertificate) -> bool:
    """Make the PDF if there is none yet; return whether there is one now. It never changes afterwards."""
    if certificate.pdf:
        return True
    context = {"certificate": certificate, "site": settings.SITE_URL, "version": settings.VERSION}
    try:
        pdf: bytes = import_string(settings.PDF_RENDERER)(render_to_string("assessments/_certificate.html", context))
    except Exception:  # whatever the layout library raises: the data are erased, and the certificate is printed later
        LOGGER.exception("The certificate could not be printed.")
        return False
    certificate.pdf, certificate.checksum = pdf, hashlib.sha256(pdf).hexdigest()
    certificate.save(update_fields=["pdf", "checksum"])
    return True


def fault_of(certificate: DeletionCertificate) -> str:
    """What is wrong with a certificate; blank if its content, its file and the audit log agree."""
    content = hashlib.sha256(certificate.content().encode()).hexdigest()
    if certificate.content_checksum and certificate.content_checksum != content:
        return _("what it certifies was changed afterwards")
    if certificate.pdf and hashlib.sha256(bytes(certificate.pdf)).hexdigest() != certificate.checksum:
        return _("its file was changed afterwards")
    events = AuditEvent.objects.filter(action="retention.erased", object_id=str(certificate.pk))
    event = events.filter(object_type=certificate._meta.label_lower).first()
    if event is None:  # its own retention date may have been reached, or the whole assessment was erased
        return ""
    logged = event.detail.get("content_checksum", ""), event.detail.get("checksum", "")
    if logged[0] != certificate.content_checksum or (logged[1] and logged[1] != certificate.checksum):
        return _("the audit log has another checksum")
    return ""


def find_certificate(certificates: QuerySet[DeletionCertificate], typed: str) -> DeletionCertificate | None:
    """The certificate with this checksum, of its content or of its file. Spaces and capitals do not matter."""
    checksum = "".join(typed.split()).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", checksum):
        return None
    return certificates.filter(Q(content_checksum=checksum) | Q(checksum=checksum)).first()
