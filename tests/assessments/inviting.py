"""One person, invited to an assessment."""

from collections.abc import Callable

from django.core.exceptions import ValidationError

from assessments.invited_lines import read_lines
from assessments.models import Assessment, User
from assessments.services.members import SentInvitation, invite_members


def invite_one(
    assessment: Assessment, email: str, role: str, *, by: User, link: Callable[[str], str] = str
) -> SentInvitation:
    """Raises `ValidationError` with what is wrong with the line."""
    [found] = invite_members(assessment=assessment, lines=read_lines(f"{email}, {role}"), by=by, link=link)
    if found.sent is None:
        raise ValidationError(found.fault)
    return found.sent
