"""Follow-ups as pages show them: how pressing each is, and whether who is to do it still can."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.access import ACTIONS
from assessments.models import Assessment, Membership, User
from interviews.models import FollowUp

ACTION = "interviews.edit"
SOON = timedelta(days=3)  # the home page names what is due within this time


def may_be_assigned(assessment: Assessment) -> QuerySet[User, User]:
    """The members who may change interviews, by name."""
    able = Membership.objects.for_assessment(assessment).filter(role__in=ACTIONS[ACTION])
    return User.objects.filter(pk__in=able.values("user")).order_by("name", "email")


class People:
    """Who is a member of an assessment, and who of them may change interviews, read when it is asked for."""

    def __init__(self, assessment: Assessment):
        self.assessment = assessment

    @cached_property
    def _roles(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for pk, role in Membership.objects.for_assessment(self.assessment).order_by().values_list("user", "role"):
            found.setdefault(pk, set()).add(role)
        return found

    def named(self, user: User | None) -> str:
        """The member's name; of one who left, or has another role now, with that."""
        if user is None:
            return _("Nobody yet")
        if user.pk not in self._roles:
            return _("{name}, no longer a member").format(name=user)
        if self._roles[user.pk].isdisjoint(ACTIONS[ACTION]):
            return _("{name}, who may no longer change interviews").format(name=user)
        return str(user)


@dataclass(frozen=True)
class Shown:
    """A follow-up on a page. `state`: done, late, today, or open; `assigned`: to whom, in words."""

    row: FollowUp
    state: str
    assigned: str

    @property
    def is_done(self) -> bool:
        return self.state == "done"


def shown(rows: Iterable[FollowUp], people: People) -> list[Shown]:
    """As they are today, by the assessment's clocks."""
    today = timezone.localdate(timezone=people.assessment.zone)
    return [Shown(row, _state(row, today), people.named(row.assigned_to)) for row in rows]


def _state(row: FollowUp, today: date) -> str:
    if row.done_at:
        return "done"
    if row.due is None or row.due > today:
        return "open"
    return "today" if row.due == today else "late"


@dataclass(frozen=True)
class Due:
    """What is open on the days of a page: `by_day`, the first of them, and whether there is `more`; `late`: how many
    are overdue in all."""

    by_day: dict[date, list[Shown]]
    more: bool
    late: int


def due_on(days: Collection[date], assessment: Assessment, *, person: str = "", most: int = 20) -> Due:
    """`person`: only what is assigned to the member of that name, and what is assigned to nobody of the interviews that
    this member holds."""
    rows = FollowUp.objects.for_assessment(assessment).for_doing()
    if person:
        rows = rows.filter(assigned_to__name=person) | rows.filter(assigned_to=None, interview__interviewer=person)
    late = rows.filter(due__lt=timezone.localdate(timezone=assessment.zone)).count()
    found = list(rows.filter(due__in=days).with_people().order_by("due", "pk")[: most + 1])
    by_day: dict[date, list[Shown]] = {}
    for one in shown(found[:most], People(assessment)):
        if one.row.due:
            by_day.setdefault(one.row.due, []).append(one)
    return Due(by_day, len(found) > most, late)
