"""The six steps of the method, each with its state: the navigation of an assessment.

Each app that a step belongs to has a module `steps`, which is imported at start and computes the step's state. It
names the rows that it needs and reads the state from them:

    @state_of("interviews", lambda assessment: Interview.objects.for_assessment(assessment).values(...))
    def interviews(assessment: Assessment, rows: Rows) -> StepState: ...

The navigation is on every page, therefore the rows of all steps are read in one query, which is compiled once per
process: the rows may depend on nothing of the assessment but its key.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment, Document
from assessments.navigation import METHOD, Link, Tab, TabRows, links_within, place_of, rows_of, step_urls, tabs_of
from assessments.querysets import DocumentCounts
from assessments.snapshot import PreparedSnapshot, Rows
from ctnat.ui.lazy import StrOrPromise
from instruments.models import Instrument


@dataclass(frozen=True)
class StepState:
    """How far a step is: `state` of ctnat.ui (todo, current, done, late, closed) and a short `note`. `ends_when_used`:
    it is done as soon as interviews or the survey begin."""

    state: str = "todo"
    note: str = ""
    ends_when_used: bool = False
    hidden: tuple[str, ...] = ()  # paths of tabs that have no use yet


@dataclass(frozen=True)
class Step:
    """A step of one assessment, as a page shows it."""

    number: int
    key: str
    label: StrOrPromise
    about: StrOrPromise
    url: str  # empty where the member may open none of its pages
    current: bool
    state: str
    note: str
    hidden: tuple[str, ...]
    links: tuple[Link, ...]  # its parts, or the tabs of the only one


RowsOf = Callable[[Assessment], QuerySet[Any, Any]]
StateOf = Callable[[Assessment, Rows], StepState]
_states: dict[str, tuple[RowsOf, StateOf]] = {}

_rows = PreparedSnapshot(lambda assessment: {key: rows(assessment) for key, (rows, _) in _states.items()})


def state_of(key: str, rows: RowsOf) -> Callable[[StateOf], StateOf]:
    """Register the function that returns the state of step `key` from `rows`, a `.values(...)` query that depends on
    the assessment's key alone."""

    def register(function: StateOf) -> StateOf:
        _states[key] = (rows, function)
        return function

    return register


def steps_of(assessment: Assessment, path: str = "", may: Collection[str] | None = None) -> list[Step]:
    """The steps with their states, for a member with the actions `may`; the one that `path` lies in is the current
    one."""
    home = assessment.get_absolute_url()
    place = place_of(path.removeprefix(home)) if path.startswith(home) else None
    rows = _rows(assessment)
    urls = step_urls(assessment, may)
    states = {method.key: _states[method.key][1](assessment, rows[method.key]) for method in METHOD}
    is_collecting = any(states[key].state != "todo" for key in ("interviews", "survey"))
    steps = []
    for number, method in enumerate(METHOD, start=1):
        found = states[method.key]
        steps.append(
            Step(
                number=number,
                key=method.key,
                label=method.label,
                about=method.about,
                url=urls[method.key],
                current=place is not None and place.method == method,
                state="done" if found.ends_when_used and is_collecting else found.state,
                note=found.note,
                hidden=found.hidden,
                links=links_within(assessment, method, may, found.hidden) if may is not None else (),
            )
        )
    return steps


@dataclass(frozen=True)
class Frame:
    """What every page of an assessment has around it: the six steps, and the rows of the step in which it is."""

    steps: list[Step]
    rows: TabRows
    home: str  # whether it is on the assessment's home ("page"), or on another page about it ("true")


def frame_of(assessment: Assessment, path: str, may: Collection[str]) -> Frame:
    steps = steps_of(assessment, path, may)
    hidden = {tab for step in steps for tab in step.hidden}
    within = path.startswith(assessment.get_absolute_url()) and not any(step.current for step in steps)
    home = ("page" if path == assessment.get_absolute_url() else "true") if within else ""
    return Frame(steps, rows_of(assessment, path, may, hidden), home)


PAST_PREPARATION = {
    Assessment.Stage.DATA_COLLECTION,
    Assessment.Stage.ANALYSIS,
    Assessment.Stage.VALIDATION,
    Assessment.Stage.FINAL,
}


@state_of("desk_review", lambda assessment: Document.objects.for_assessment(assessment).status_counts())
def desk_review(assessment: Assessment, rows: Rows) -> StepState:
    counts = DocumentCounts(**next(iter(rows), {}))
    if not counts.registered:
        return StepState()
    note = _("{documents_reviewed} reviewed, {included} in the bibliography").format(
        documents_reviewed=assessment.documents_reviewed or counts.reviewed, included=counts.included
    )
    if assessment.stage in PAST_PREPARATION:
        return StepState("done", note)
    return StepState("current", note, ends_when_used=counts.reviewed >= counts.registered)


@state_of("tool", lambda assessment: Instrument.objects.none().values("pk"))  # read with the assessment
def tool(assessment: Assessment, rows: Rows) -> StepState:
    versions = {i.version for i in (assessment.guide, assessment.questionnaire, assessment.matrix)}
    adapted = any(i.parent_id for i in (assessment.guide, assessment.questionnaire, assessment.matrix))
    note = _("Adapted") if adapted or len(versions) > 1 else _("As published")
    if assessment.stage in PAST_PREPARATION:
        return StepState("done", note)
    return StepState("current" if adapted else "todo", note, ends_when_used=True)


tabs_of("home", Tab("", gettext_lazy("Overview"), also=("search/", "first-days/", "quick-start/")))
tabs_of("members", Tab("members/", gettext_lazy("Members")))
tabs_of("organisations", Tab("organisations/", gettext_lazy("Organisations")))
tabs_of("contacts", Tab("contacts/", gettext_lazy("Contacts")))
tabs_of("languages", Tab("languages/", gettext_lazy("Languages")))
tabs_of(
    "settings",
    Tab("edit/", gettext_lazy("Details")),
    Tab("retention/", gettext_lazy("Retention")),
    Tab("erasures/", gettext_lazy("Erase data")),
    Tab("people/", gettext_lazy("Request of access")),
    Tab("audit/", gettext_lazy("Audit log")),
    Tab(
        "manage/",
        gettext_lazy("Manage the assessment"),
        also=("archive/", "bring-back/", "copy/", "export/", "lead/"),
    ),
)
tabs_of(
    "documents",
    Tab("documents/", gettext_lazy("Register")),
    Tab("documents/bibliography/", gettext_lazy("Bibliography")),
    Tab("documents/import/", gettext_lazy("Import")),
    Tab("documents/trash/", gettext_lazy("Trash")),
)
tabs_of(
    "tool",
    Tab("tool/", gettext_lazy("In use here")),
    Tab("tool/versions/", gettext_lazy("All versions")),
    Tab("tool/versions/import/", gettext_lazy("Import"), action="assessment.edit"),
    Tab("tool/versions/trash/", gettext_lazy("Trash"), action="assessment.edit"),
)
