"""Completing an interview together with the answers to its open points: all of them are stored, or none."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import User
from interviews.completing import waiting_questions
from interviews.models import Interview, SetAside
from interviews.services.answers import settle_aside
from interviews.services.interviews import complete_interview


@transaction.atomic
def close_open_points(
    *, interview: Interview, by: User, seconds: Mapping[int, bool] | None = None, **outcome: Any
) -> Interview:
    """Settle the second texts, then complete the interview. `seconds`: key of a `SetAside` -> whether it is added below
    the answer; else it is left out. `outcome` are the other arguments of `complete_interview`.

    Raises `ValidationError`, also where a second text arrived that was not asked about.
    """
    chosen = seconds or {}
    for aside in SetAside.objects.for_settling().filter(answer__interview=interview, pk__in=chosen):
        settle_aside(set_aside=aside, by=by, join=chosen[aside.pk])
    if waiting := waiting_questions(interview):
        raise ValidationError(
            _("{question} has a second text that you have not seen yet. Choose between the texts below.").format(
                question=waiting[0]
            )
        )
    interview.refresh_from_db(fields=["sections", "not_reached", "unanswered"])  # a joined text may add its section
    return complete_interview(interview=interview, by=by, **outcome)
