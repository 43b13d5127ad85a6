"""The six steps of the method, each with its state: the navigation of an assessment.

Each app that a step belongs to has a module `steps`, which is imported at start and computes the step's state. It
names the rows that it needs and reads the state from them:

    @state_of("interviews", lambda assessment: Interview.objects.for_assessment(assessment).values(...))
    def interviews(assessment: Assessment, rows: Rows) -> StepState: ...

The navigation is on every page, therefore the rows of all steps are read in one query, which is compiled once per
process: the rows may depend on nothing of the assessment but its key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment, Document
from assessments.querysets import DocumentCounts
from assessments.snapshot import PreparedSnapshot, Rows
from ctnat.ui.lazy import StrOrPromise
from instruments.models import Instrument


@dataclass(frozen=True)
class StepState:
    """How far a step is: `state` of ctnat.ui (todo, current, done, late, closed), a short `note`, and the next `task`.

    `path` is where the task is done, below the assessment's address; `action` is what it takes (assessments.access).
    """

    state: str = "todo"
    note: str = ""
    task: str = ""
    path: str = ""
    action: str = "assessment.view"


@dataclass(frozen=True)
class Part:
    """One part of a step. `path` is what its addresses begin with, below the assessment's."""

    path: str
    label: StrOrPromise


@dataclass(frozen=True)
class Method:
    """A step as the method knows it. `parts` are the pages that belong to it, the first being the step's own."""

    key: str
    label: StrOrPromise
    about: StrOrPromise
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class StepPart:
    label: StrOrPromise
    url: str
    current: bool


@dataclass(frozen=True)
class Step:
    """A step of one assessment, as a page shows it. `url` and `task_url` are addresses on this site."""

    number: int
    key: str
    label: StrOrPromise
    about: StrOrPromise
    url: str
    current: bool
    state: str
    note: str
    task: str
    task_url: str
    action: str
    parts: tuple[StepPart, ...]


METHOD = (
    Method(
        "desk_review",
        gettext_lazy("Desk review"),
        gettext_lazy("Review laws, reports and statistics. Each source gets a code for citing it in the report."),
        (Part("documents", gettext_lazy("Desk review")),),
    ),
    Method(
        "tool",
        gettext_lazy("Tool"),
        gettext_lazy("Choose the interview guide, the survey and the indicator matrix, and adapt them to the country."),
        (Part("tool", gettext_lazy("Tool")),),
    ),
    Method(
        "interviews",
        gettext_lazy("Interviews"),
        gettext_lazy("Interview the people who do the work, and type the notes question by question."),
        (Part("interviews", gettext_lazy("Interviews")),),
    ),
    Method(
        "survey",
        gettext_lazy("Survey"),
        gettext_lazy("Survey more people, each in their own language."),
        (Part("survey", gettext_lazy("Survey")),),
    ),
    Method(
        "report",
        gettext_lazy("Analysis and report"),
        gettext_lazy(
            "Count the answers, find the themes, mark the indicators, and write the findings next to their evidence."
        ),
        (
            Part("analysis", gettext_lazy("Analysis")),
            Part("indicators", gettext_lazy("Indicators and recommendations")),
            Part("report", gettext_lazy("Report")),
        ),
    ),
    Method(
        "validation",
        gettext_lazy("Validation"),
        gettext_lazy("Present the findings to the stakeholders and record their responses."),
        (Part("workshop", gettext_lazy("Validation")),),
    ),
)

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


def steps_of(assessment: Assessment, path: str = "") -> list[Step]:
    """The steps with their states; the one that `path` lies in is the current one."""
    home = assessment.get_absolute_url()
    here = path.removeprefix(home).split("/")[0] if path.startswith(home) else ""
    rows = _rows(assessment)
    steps = []
    for number, method in enumerate(METHOD, start=1):
        found = _states[method.key][1](assessment, rows[method.key])
        parts = tuple(StepPart(part.label, f"{home}{part.path}/", part.path == here) for part in method.parts)
        steps.append(
            Step(
                number=number,
                key=method.key,
                label=method.label,
                about=method.about,
                url=parts[0].url,
                current=any(part.current for part in parts),
                state=found.state,
                note=found.note,
                task=found.task,
                task_url=home + found.path if found.path else parts[0].url,
                action=found.action,
                parts=parts,
            )
        )
    return steps


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
        return StepState(
            task=_("Add the first documents, by hand or from your reference manager"),
            path="documents/",
            action="documents.edit",
        )
    note = _("{documents_reviewed} reviewed, {included} in the bibliography").format(
        documents_reviewed=assessment.documents_reviewed or counts.reviewed, included=counts.included
    )
    if assessment.stage in PAST_PREPARATION:
        return StepState("done", note)
    return StepState("current", note, _("Continue reviewing and adding documents"), "documents/", "documents.edit")


@state_of("tool", lambda assessment: Instrument.objects.none().values("pk"))  # read with the assessment
def tool(assessment: Assessment, rows: Rows) -> StepState:
    versions = {i.version for i in (assessment.guide, assessment.questionnaire, assessment.matrix)}
    adapted = any(i.parent_id for i in (assessment.guide, assessment.questionnaire, assessment.matrix))
    note = _("Adapted") if adapted or len(versions) > 1 else _("As published")
    if assessment.stage in {*PAST_PREPARATION, Assessment.Stage.TOOL}:
        return StepState("done" if assessment.stage in PAST_PREPARATION else "current", note)
    return StepState("todo", note, _("Read the three instruments and adapt them to the country where needed"), "tool/")
