"""Daily work: emptying the trash and applying retention dates. A worker starts it once a day."""

import logging
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.erasers import erase_expired
from assessments.file_encryption import encrypt_files
from assessments.models import Assessment, DailyRun
from assessments.services.retention import keep_retention
from assessments.services.trash import empty_trash
from ctnat.ui.errors import in_one_line

LOGGER = logging.getLogger(__name__)


def begin_day() -> bool:
    """Whether this process is the one that starts today's run. Called by each worker every few seconds."""
    today = timezone.localdate()
    if DailyRun.objects.filter(day=today).exists():
        return False
    try:
        with transaction.atomic():
            DailyRun.objects.create(day=today)
    except IntegrityError:  # another worker was faster
        return False
    return True


def erase_what_is_due() -> Iterator[str]:
    """One line for each thing that was done. Failures are logged, and tried again the next day."""
    yield from encrypt_files()  # of an earlier version, or from a backup of one
    for assessment in Assessment.objects.all():
        try:
            for kind, count in empty_trash(assessment).items():
                yield f"{assessment}: {count} of kind {kind} erased from the trash"
        except ValidationError as error:
            LOGGER.error("%s: the trash was not emptied: %s", assessment, in_one_line(error))
    if count := erase_expired():
        yield f"{count} rows that had expired erased"
    try:
        yield from keep_retention()
    except ValidationError as error:
        LOGGER.error("Dates of retention were not kept: %s", in_one_line(error))


def finish_day() -> None:
    DailyRun.objects.filter(day=timezone.localdate()).update(finished_at=timezone.now())
