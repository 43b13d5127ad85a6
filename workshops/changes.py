""" "What changed at validation": statements with their decisions, cells decided anew, recommendations rewritten.

    statements_of(assessment)      statements on findings, each with its target and decision
    change_log(assessment)         the whole log, as the annex of the report prints it

Every line is read from what was stored at the time; later edits do not change it. Rehearsals, and workshops that
the lead does not count, leave nothing here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from assessments.models import Assessment
from indicators.models import CellDecision, Mark, Recommendation, RecommendationChange
from indicators.translated import Translated
from workshops.agenda import seen_line
from workshops.differences import Piece, differences
from workshops.models import Comment, Workshop
from workshops.targets import labels


@dataclass(frozen=True)
class Statement:
    """One statement of the register, in the order in which they were made.

    `finding` is what it answers, as it was then. `sector` is the kind of group (`GROUP_SECTORS`), empty where it is not
    recorded. `decision` is the decision as a word ("Accepted"), empty while there is none: print it as undecided.
    `before` and `after` are the wordings of the edit by which it was taken over, empty where there was none.
    """

    pk: int
    target: str
    label: str  # what it is about: "Cell 1.1 F1", "Criterion 1.5", "The report as a whole"
    finding: str
    who: str
    sector: str
    kind: str  # `Comment.Kind`
    stage: str  # `Comment.Stage`
    statement: str
    disposition: str  # `Comment.Disposition`
    decision: str
    reason: str
    changed: str
    withdrawn: bool
    at: datetime | None
    before: str = ""
    after: str = ""
    judged: str = ""  # the words that the group judged; empty where the statement was not taken from a verdict
    language: str = ""  # of the statement; empty where it was not recorded
    translation: str = ""  # a working translation into the language of the log

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The two wordings with their differences marked."""
        return differences(self.before, self.after) if self.before or self.after else ()


@dataclass(frozen=True)
class CellChange:
    """One decision of the lead on a mark that the workshop proposed. `before` to `proposed` are `Mark.State`."""

    target: str
    label: str
    before: str
    after: str
    consultant: str  # the consultant's mark then, empty where there was none
    proposed: str
    rationale: str  # of the proposal
    accepted: bool
    reason: str
    at: datetime

    @property
    def outcome(self) -> str:
        return "accepted" if self.accepted else "not_accepted"


@dataclass(frozen=True)
class WordingChange:
    """One edit of a recommendation since the first workshop opened. `outcome` is added, rewritten, dropped, restored
    or confirmed; `who` proposed the wording, where it was taken over from a statement."""

    target: str
    label: str
    before: str
    after: str
    outcome: str
    who: str
    reason: str
    at: datetime
    pieces: tuple[Piece, ...] = field(default=())


@dataclass(frozen=True)
class ChangeLog:
    """The three lists in order of time. Statements include those that still wait for a decision and those withdrawn."""

    statements: tuple[Statement, ...]
    cells: tuple[CellChange, ...]
    recommendations: tuple[WordingChange, ...]
    undecided_cells: int

    @property
    def undecided_statements(self) -> int:
        return sum(not row.disposition and not row.withdrawn for row in self.statements)

    @property
    def is_empty(self) -> bool:
        return not (self.statements or self.cells or self.recommendations)


def change_log(assessment: Assessment, language: str = "") -> ChangeLog:
    """`language` is that of the working translations, empty for the report's."""
    proposals = Mark.objects.for_assessment(assessment).for_source("workshop")
    return ChangeLog(
        statements=statements_of(assessment, language),
        cells=tuple(_cells(assessment)),
        recommendations=tuple(_recommendations(assessment)),
        undecided_cells=proposals.awaiting_decision().count(),
    )


def statements_of(assessment: Assessment, language: str = "") -> tuple[Statement, ...]:
    """All statements that the report prints, decided or not; none from interviews, none of a rehearsal.

    Each has a working translation into `language` (empty: the report's), where there is one of its present words.
    """
    words, language = Translated.of(assessment), language or assessment.report_language
    rows = list(
        Comment.objects.for_assessment(assessment).for_report().select_related("verdict__group", "edit", "assessment")
    )
    names = labels(assessment, [row.target for row in rows])
    judged = {row.pk: seen_line(row.seen, assessment.report_language) for row in rows}
    return tuple(
        Statement(
            pk=row.pk,
            target=row.target,
            label=_("Recommendation: {judged}").format(judged=judged[row.pk])
            if judged[row.pk] and row.target.startswith("recommendation:")
            else names[row.target],
            judged=judged[row.pk],
            finding=row.finding,
            who=row.who,
            sector=row.verdict.group.sector if row.verdict else "",
            kind=row.kind,
            stage=row.stage,
            statement=row.statement,
            language=row.language,
            translation=_translation(words, row, language),
            disposition=row.disposition,
            decision=row.get_disposition_display() if row.disposition else "",
            # Without a decision it is that of an earlier one, kept for the lead.
            reason=_decision(words, row, "reason", language) if row.disposition else "",
            changed=_decision(words, row, "changed", language) if row.disposition else "",
            withdrawn=row.is_withdrawn,
            at=row.decided_at,
            before=row.edit.before_text if row.edit else "",
            after=row.edit.text if row.edit else "",
        )
        for row in rows
    )


def _translation(words: Translated, row: Comment, language: str) -> str:
    if row.language == language:
        return ""
    shown = words.shown(f"comment:{row.pk}", "statement", row.statement, "", language)
    return shown.text if shown.language else ""


def _decision(words: Translated, row: Comment, name: str, language: str) -> str:
    """ "reason" or "changed" as the team wrote it, or its translation."""
    written = row.assessment.report_language
    return words.shown(f"comment:{row.pk}", name, getattr(row, name), written, language).text


def _cells(assessment: Assessment) -> Iterator[CellChange]:
    for row in CellDecision.objects.for_assessment(assessment):
        yield CellChange(
            target=f"cell:{row.criterion}/{row.cell}",
            label=_("Cell {criterion} {cell}").format(criterion=row.criterion, cell=row.cell),
            before=row.before,
            after=row.after,
            consultant=row.consultant_state,
            proposed=row.proposed_state,
            rationale=row.proposed_rationale,
            accepted=row.source == Mark.Source.WORKSHOP,
            reason=row.reason,
            at=row.at,
        )


def _recommendations(assessment: Assessment) -> Iterator[WordingChange]:
    workshops = Workshop.objects.for_assessment(assessment).for_validation().exclude(counted=False)
    opened = workshops.exclude(opened_at=None).order_by("opened_at").values_list("opened_at", flat=True).first()
    if opened is None:
        return
    changes = RecommendationChange.objects.filter(recommendation__assessment=assessment, at__gte=opened)
    who = dict(Comment.objects.for_assessment(assessment).exclude(edit=None).values_list("edit", "who"))
    for change in changes.select_related("recommendation").order_by("at", "pk"):
        outcome = _outcome(change)
        if not outcome:
            continue
        before = _wording(change.before_opening, change.before_text)
        after = "" if outcome == "dropped" else _wording(change.opening, change.text)
        yield WordingChange(
            target=f"recommendation:{change.recommendation_id}",
            label=_("Recommendation under {category}").format(category=change.recommendation.category),
            before=before,
            after=after,
            outcome=outcome,
            who=who.get(change.pk, ""),
            reason=change.reason,
            at=change.at,
            pieces=differences(before, after) if outcome == "rewritten" else (),
        )


def _outcome(change: RecommendationChange) -> str:
    """What the edit did, as a word; empty where nothing changed that a reader of the report sees."""
    dropped = Recommendation.Status.DROPPED
    if not change.before_status:
        return "added"
    if change.status == dropped:
        return "dropped" if change.before_status != dropped else ""
    if change.before_status == dropped:
        return "restored"
    if (change.before_opening, change.before_text) != (change.opening, change.text):
        return "rewritten"
    validated = Recommendation.Status.VALIDATED
    return "confirmed" if change.status == validated and change.before_status != validated else ""


def _wording(opening: str, text: str) -> str:
    return f"{opening}: {text}" if opening and text else text
