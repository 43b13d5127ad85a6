"""Handing the lead of an assessment over to another member, who has to accept."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, LeadOffer, Membership, Role, User
from ctnat.ui.errors import InputError
from ctnat.ui.mail import written_in

LOGGER = logging.getLogger(__name__)


@transaction.atomic
def offer_lead(*, assessment: Assessment, member: User, stays_as: str, by: User) -> LeadOffer:
    """Offer the lead to another member. `stays_as`: the role of `by` afterwards, blank for none.

    Nothing changes until the other accepts. Raises `InputError`.
    """
    lock_assessment(assessment)
    members = Membership.objects.for_assessment(assessment).for_user(member)
    if member == by or not member.is_active or not members.exists():
        raise InputError({"member": _("Choose another member of this assessment. Invite the person first if needed.")})
    if members.filter(role=Role.LEAD).exists():
        raise InputError({"member": _("This person is lead already. You can give up your own role under “Members”.")})
    if stays_as and stays_as not in Role.values:
        raise InputError({"stays_as": _("Choose one of the roles.")})
    waiting = LeadOffer.objects.for_assessment(assessment).open().filter(offered_by=by)
    same: LeadOffer | None = waiting.filter(offered_to=member, stays_as=stays_as).first()
    if same:  # sent twice
        return same
    waiting.update(ended_at=timezone.now())
    offer: LeadOffer = LeadOffer.objects.create(
        assessment=assessment, offered_to=member, offered_by=by, stays_as=stays_as
    )
    record("lead.offered", by=by, assessment=assessment, target=offer, label=member.email, stays_as=stays_as)
    transaction.on_commit(lambda: _tell(offer))
    return offer


def _tell(offer: LeadOffer) -> None:
    """Mail the member. The home page shows the offer as well, so that a mail that is not sent is no harm."""
    address = settings.SITE_URL + reverse("assessments:lead_answer", args=[offer.assessment.reference, offer.pk])
    with written_in(offer.offered_to.language):
        text = render_to_string("assessments/mail/lead_offered.txt", {"offer": offer, "address": address})
        subject = _("Will you take over as lead of {assessment}?").format(assessment=offer.assessment)
    try:
        send_mail(subject, text, None, [offer.offered_to.email])
    except (SMTPException, OSError):
        LOGGER.warning("An offer to take over as lead could not be mailed.")


@transaction.atomic
def accept_lead(*, offer: LeadOffer, by: User) -> None:
    """Make `by` lead, and give the other the role that was agreed. Raises `InputError` where the offer has ended."""
    row = _open(offer)
    if row.offered_to != by:
        raise InputError(_("This offer is for another member."))
    theirs = Membership.objects.for_assessment(row.assessment).for_user(row.offered_by)
    if not theirs.filter(role=Role.LEAD).exists():
        raise InputError(_("{person} is no longer lead, so the offer has ended.").format(person=row.offered_by))
    own = Membership.objects.for_assessment(row.assessment).for_user(by)
    if not own.exists():
        raise InputError(_("You are no longer a member of this assessment, so the offer has ended."))
    row.accepted_at = timezone.now()
    row.save(update_fields=["accepted_at"])
    Membership.objects.get_or_create(assessment=row.assessment, user=by, role=Role.LEAD)
    if row.stays_as != Role.LEAD:
        theirs.filter(role=Role.LEAD).delete()
        if row.stays_as:
            Membership.objects.get_or_create(assessment=row.assessment, user=row.offered_by, role=row.stays_as)
        else:
            theirs.delete()
    record(
        "lead.accepted",
        by=by,
        assessment=row.assessment,
        target=row,
        label=row.offered_by.email,
        stays_as=row.stays_as,
    )


@transaction.atomic
def end_offer(*, offer: LeadOffer, by: User) -> None:
    """Decline an offer, or withdraw one's own. Raises `InputError`."""
    row = _open(offer)
    if by not in (row.offered_to, row.offered_by):
        raise InputError(_("This offer is between other members."))
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    verb = "declined" if by == row.offered_to else "withdrawn"
    record(f"lead.offer_{verb}", by=by, assessment=row.assessment, target=row, label=row.offered_to.email)


def _open(offer: LeadOffer) -> LeadOffer:
    """The offer as it is now, its assessment locked. Raises `InputError` where it waits no longer."""
    lock_assessment(offer.assessment)
    rows = LeadOffer.objects.open().select_related("assessment", "offered_to", "offered_by")
    row: LeadOffer | None = rows.filter(pk=offer.pk).first()
    if row is None:
        raise InputError(_("This offer was answered or withdrawn in the meantime."))
    return row
