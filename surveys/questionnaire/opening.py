"""When a respondent's page was opened, as the page itself carries it: signed, and stored nowhere.

It lets a form that was opened before the deadline be sent for some hours after it.
"""

from datetime import timedelta
from typing import Final

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils import timezone

from surveys.models import Survey

SALT: Final = "survey-opened"
GRACE: Final = timedelta(hours=6)  # after the deadline, for pages opened before it


def opening_mark(survey: Survey) -> str:
    """The present moment, signed for the forms of this survey."""
    return TimestampSigner(salt=SALT).sign(str(survey.pk))


def is_in_time(survey: Survey, mark: str) -> bool:
    """Whether the form of a page with this mark is accepted now: until the deadline, and some hours longer where the
    page was opened before it. A survey that was closed accepts none."""
    if survey.is_accepting:
        return True
    late = timezone.now() - survey.deadline if survey.deadline else timedelta()
    if survey.status != Survey.Status.OPEN or not timedelta() <= late < GRACE or not mark:
        return False
    signer = TimestampSigner(salt=SALT)
    try:
        signer.unsign(mark, max_age=late)
    except SignatureExpired:  # so it is older than the deadline
        return signer.unsign(mark) == str(survey.pk)
    except BadSignature:
        return False
    return False
