"""A mission: the interviews that are planned, day by day, with those that were held on the same days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby

from django.utils import timezone

from assessments.models import Assessment
from interviews.models import Interview


@dataclass(frozen=True)
class Day:
    """`interviews` of one day in the time zone of the assessment, the earliest first."""

    day: date
    interviews: tuple[Interview, ...]
    is_past: bool

    @property
    def planned(self) -> tuple[Interview, ...]:
        return tuple(interview for interview in self.interviews if interview.planned)

    @property
    def late(self) -> bool:
        """Whether the day is over, and something that was planned for it was neither held nor moved."""
        return self.is_past and bool(self.planned)


def days_of(assessment: Assessment, interviewer: str = "", now: datetime | None = None) -> list[Day]:
    """The days with planned interviews, and today, as far as there are interviews. `interviewer`: only theirs."""
    zone = assessment.zone
    today = (now or timezone.now()).astimezone(zone).date()
    rows = Interview.objects.for_assessment(assessment).for_work().with_organisation().order_by("held_at", "pk")
    if interviewer:
        rows = rows.filter(interviewer=interviewer)
    ahead = [interview.held_at.astimezone(zone).date() for interview in rows.filter(planned=True)]
    wanted = {*ahead, today}
    first, last = _bounds(wanted, zone)
    near = rows.filter(held_at__gte=first, held_at__lt=last)
    return [
        Day(day, tuple(found), day < today)
        for day, found in groupby(near, key=lambda interview: interview.held_at.astimezone(zone).date())
        if day in wanted
    ]


def _bounds(days: Iterable[date], zone: tzinfo) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last one."""
    found = sorted(days)
    midnight = datetime.min.time()
    after = found[-1] + timedelta(days=1)
    return datetime.combine(found[0], midnight, zone), datetime.combine(after, midnight, zone)


def interviewers_of(assessment: Assessment) -> list[str]:
    """The names of those who hold the planned interviews."""
    rows = Interview.objects.for_assessment(assessment).for_work().filter(planned=True).exclude(interviewer="")
    return list(rows.order_by("interviewer").values_list("interviewer", flat=True).distinct())
