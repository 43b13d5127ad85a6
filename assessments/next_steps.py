"""What there is to do in an assessment, for each role: what is due, overdue, waiting for others, and still missing.

Each app registers one function in its module `steps`. It names the rows that it needs, and derives the tasks from them:

    @tasks_of("interviews", open=lambda assessment: Interview.objects.for_assessment(assessment).values("code"))
    def tasks(seen: Situation, rows: Mapping[str, Rows]) -> Iterator[Task]: ...

The rows of all apps are read in one query, which is compiled once per process (`assessments.snapshot`): they may
depend on nothing of the assessment but its key, and not on the time.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from assessments.access import ACTIONS
from assessments.models import Assessment, Role
from assessments.navigation import METHOD, action_at
from assessments.snapshot import PreparedSnapshot, Rows

SOON = timedelta(days=7)  # what is due within this time comes before what has no day
ABOUT = "about"  # the step of a task that belongs to none of the six


@dataclass(frozen=True)
class Situation:
    """Of what a task depends beside rows: `today` is the day in the time zone of the assessment; `is_collecting`:
    interviews or the survey have begun; `is_final`: the newest edition is a final one."""

    assessment: Assessment
    user: int
    now: datetime
    today: date
    is_collecting: bool = False
    is_final: bool = False


@dataclass(frozen=True)
class Task:
    """Something to do, in words that say how many.

    step      key of a step of the method, or ABOUT
    path      where it is done, below the assessment's address
    action    what it takes (`assessments.access.ACTIONS`)
    due       the day until which it is to be done
    urgent    something has failed or waits for a decision: it comes before what has no day
    missing   the report lacks it
    remains   it is to be done after a final edition too
    first     others can begin only then: it comes before what is no more pressing
    """

    step: str
    text: str
    path: str
    action: str
    due: date | None = None
    urgent: bool = False
    missing: bool = False
    remains: bool = False
    first: bool = False


@dataclass(frozen=True)
class ShownTask:
    """A task for one member. `state` is late, soon, urgent or empty; `who` may do it, where the member may not."""

    task: Task
    url: str
    state: str
    who: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.task.text

    @property
    def due(self) -> date | None:
        return self.task.due


@dataclass(frozen=True)
class NextSteps:
    """`own` tasks, the most pressing first; those that `others` have to do first; `missing`: step -> tasks, without
    which the report is not complete, each with an address where the member may open it."""

    own: list[ShownTask]
    others: list[ShownTask]
    missing: dict[str, list[ShownTask]]


RowsOf = Callable[[Assessment], QuerySet[Any, Any]]
TasksOf = Callable[[Situation, Mapping[str, Rows]], Iterable[Task]]
_apps: dict[str, tuple[dict[str, RowsOf], TasksOf]] = {}
_rows = PreparedSnapshot(
    lambda assessment: {
        f"{app} {name}": rows(assessment) for app, (queries, _) in _apps.items() for name, rows in queries.items()
    }
)
ORDER = {key: number for number, key in enumerate([*(method.key for method in METHOD), ABOUT])}
PRESSING = ("late", "urgent", "soon", "")


def tasks_of(app: str, **rows: RowsOf) -> Callable[[TasksOf], TasksOf]:
    """Register the function that yields the tasks of an app from `rows`, `.values(...)` queries that depend on the
    assessment's key alone."""

    def register(function: TasksOf) -> TasksOf:
        _apps[app] = (rows, function)
        return function

    return register


def all_tasks(seen: Situation) -> list[Task]:
    """The tasks of everybody, in the order of the steps. One query."""
    found = _rows(seen.assessment)
    tasks = [
        task
        for app, (queries, function) in sorted(_apps.items(), key=lambda pair: pair[0])  # analysis before the report
        for task in function(seen, {name: found[f"{app} {name}"] for name in queries})
    ]
    if seen.is_final:
        tasks = [task for task in tasks if task.remains]
    return sorted(tasks, key=lambda task: ORDER[task.step])


def next_steps(seen: Situation, may: frozenset[str]) -> NextSteps:
    """The tasks as a member with the actions `may` sees them. One query."""
    tasks = [_shown(task, seen, may) for task in all_tasks(seen)]
    own = [shown for shown in tasks if not shown.who]
    others = [shown for shown in tasks if shown.who and shown.url and (shown.state or shown.task.missing)]
    missing: dict[str, list[ShownTask]] = {}
    for shown in tasks:
        if shown.task.missing:
            missing.setdefault(shown.task.step, []).append(shown)
    return NextSteps(sorted(own, key=_order), sorted(others, key=_order), missing)


def _shown(task: Task, seen: Situation, may: frozenset[str]) -> ShownTask:
    who = [] if task.action in may else [str(role.label) for role in Role if role in ACTIONS[task.action]]
    path = _nearest(task.path, may)
    return ShownTask(task, seen.assessment.get_absolute_url() + path if path else "", _state(task, seen), who)


def _nearest(path: str, may: frozenset[str]) -> str:
    """The page at the path, or the nearest above it that the member may open; empty where there is none."""
    while path:
        try:
            if action_at(path) in may:
                return path
        except LookupError:  # part of an address, such as `report/sections/`
            pass
        path = f"{path.rstrip('/').rpartition('/')[0]}/".lstrip("/")
    return ""


def _state(task: Task, seen: Situation) -> str:
    if task.due is not None and task.due < seen.today:
        return "late"
    if task.urgent:
        return "urgent"
    return "soon" if task.due is not None and task.due <= seen.today + SOON else ""


def _order(shown: ShownTask) -> tuple[int, bool, date]:
    return PRESSING.index(shown.state), not shown.task.first, shown.due or date.min


def situation_of(assessment: Assessment, user: int, states: Mapping[str, str]) -> Situation:
    """`states`: the key of each step, and its state (`assessments.steps.StepState`)."""
    final = states["report"] == "done"
    collecting = any(states[step] != "todo" for step in ("interviews", "survey"))
    now = timezone.now()
    return Situation(assessment, user, now, now.astimezone(assessment.zone).date(), collecting, final)
