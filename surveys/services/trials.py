"""Links with which a version of the questionnaire is tried without an account: made, withdrawn."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import Assessment, User
from assessments.tokens import new_nonce
from ctnat.ui.errors import InputError
from instruments.models import Instrument
from surveys.distribution.links import TRIAL, token_digest, token_of
from surveys.models import TrialLink

DAYS = 7  # a link is valid


@transaction.atomic
def make_trial_link(*, version: Instrument, assessment: Assessment, by: User) -> TrialLink:
    """A link to try the version for `DAYS`, with the names and dates of `assessment`. A valid one stays as it is.

    Raises `InputError` for a version in the trash.
    """
    locked = Instrument.objects.select_for_update().get(pk=version.pk)
    if locked.is_discarded:
        raise InputError(_("{version} is in the trash. Restore it first.").format(version=locked))
    found = TrialLink.objects.filter(questionnaire=locked).first()
    if found and found.is_valid:
        return found
    if found:
        found.delete()
    nonce = new_nonce()
    made = TrialLink.objects.create(
        questionnaire=locked,
        assessment=assessment,
        nonce=nonce,
        token_hmac=token_digest(token_of(nonce, TRIAL), TRIAL),
        expires_at=timezone.now() + timedelta(days=DAYS),
    )
    record("trial_link.made", by=by, assessment=assessment, target=locked, days=DAYS)
    return made


@transaction.atomic
def withdraw_trial_link(*, version: Instrument, by: User) -> None:
    """The link opens nothing any more. Where there is none, nothing changes."""
    found = TrialLink.objects.select_for_update(of=("self",)).filter(questionnaire=version).first()
    if found is not None:
        record("trial_link.withdrawn", by=by, assessment=found.assessment, target=version)
        found.delete()
