"""Putting an assessment into the archive, where it is read only, and bringing it back."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.archiving import still_open
from assessments.audit import record
from assessments.locks import lock_assessment
from assessments.models import Assessment, User
from ctnat.ui.errors import InputError


@transaction.atomic
def archive_assessment(*, assessment: Assessment, by: User) -> None:
    """From now on nothing in it can be changed. Raises `InputError` while something of it is open to others."""
    lock_assessment(assessment)
    assessment.refresh_from_db(fields=["archived_at"])
    if assessment.is_archived:  # sent twice, or by another lead
        return
    if found := still_open(assessment):
        raise InputError(
            _("Close this first: {open}.").format(open=", ".join(use.label for use in found)),
        )
    record("assessment.archived", by=by, assessment=assessment, target=assessment)  # waits for changes under way
    _store(assessment, timezone.now(), by)


@transaction.atomic
def bring_back_assessment(*, assessment: Assessment, by: User) -> None:
    lock_assessment(assessment)
    assessment.refresh_from_db(fields=["archived_at"])
    if not assessment.is_archived:
        return
    record("assessment.brought_back", by=by, assessment=assessment, target=assessment)
    _store(assessment, None, None)


def _store(assessment: Assessment, at: datetime | None, by: User | None) -> None:
    assessment.archived_at, assessment.archived_by = at, by
    assessment.save(update_fields=["archived_at", "archived_by"])
