"""The only door from the database to tables: a query or two a topic, and what never counts is left out here.

Left out: interviews and responses in the trash, test responses, passages whose words are no longer in the notes.
Texts do not come through, only that there is one; the exception is the answers of a survey.
"""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Length, Trim

from analysis.models import OpenCoding
from assessments.models import Assessment
from indicators.models import Mark
from instruments import schema
from instruments.models import Instrument
from interviews.models import Answer, Coding, Interview, Theme
from surveys.models import Invitation, Response, Survey
from workshops.models import Ballot


@dataclass(frozen=True)
class InterviewFrames:
    """interviews: `interview` (code), `held_at`, `sector`, `entity`, `in_capital`, `women`, `men`, `other`,
    `completed`.

    planned: `interview`, `section`. notes: `interview`, `answer` (pk), `question`; only notes that hold text.
    """

    interviews: pd.DataFrame
    planned: pd.DataFrame
    notes: pd.DataFrame


INTERVIEW_COLUMNS = ["interview", "held_at", "sector", "entity", "in_capital", "women", "men", "other", "completed"]


def interviews(assessment: Assessment) -> InterviewFrames:
    """All interviews that count, in the order in which they were held. One query."""
    found = (
        Interview.objects.filter(assessment=assessment, deleted_at=None)
        .annotate(length=Coalesce(Length(Trim("answers__text")), 0))
        .order_by("held_at", "number", "answers__pk")
        .values(
            "code",
            "held_at",
            "sections",
            "women",
            "men",
            "other",
            "completed_at",
            "organisation__sector",
            "organisation__entity_type",
            "organisation__in_capital",
            "answers__pk",
            "answers__question",
            "length",
        )
    )
    rows: dict[str, dict[str, Any]] = {}
    planned: list[tuple[str, str]] = []
    notes: list[tuple[str, int, str]] = []
    for row in found:
        code = row["code"]
        if code not in rows:
            rows[code] = {
                "interview": code,
                "held_at": row["held_at"],
                "sector": row["organisation__sector"] or "",
                "entity": row["organisation__entity_type"] or "",
                "in_capital": row["organisation__in_capital"],
                "women": row["women"],
                "men": row["men"],
                "other": row["other"],
                "completed": row["completed_at"] is not None,
            }
            planned += [(code, str(section)) for section in dict.fromkeys(row["sections"] or [])]
        if row["answers__pk"] and row["length"]:
            notes.append((code, row["answers__pk"], row["answers__question"]))
    return InterviewFrames(
        pd.DataFrame(list(rows.values()), columns=INTERVIEW_COLUMNS),
        pd.DataFrame(planned, columns=["interview", "section"]),
        pd.DataFrame(notes, columns=["interview", "answer", "question"]),
    )


@dataclass(frozen=True)
class ThemeFrames:
    """themes: `theme` (pk), `code`, `label`, `area`, `kind`, `criterion`, `retired`.

    codings: `interview`, `answer` (pk), `question`, `start`, `end`, `theme`, `coder` (name). lost: passages whose words
    were changed away, which count no more until somebody marks them again.
    """

    themes: pd.DataFrame
    codings: pd.DataFrame
    lost: int


def themes(assessment: Assessment) -> ThemeFrames:
    """The codebook with its passages. One query; a theme without passages is there too."""
    found = Theme.objects.filter(assessment=assessment).order_by("area", "code", "codings__pk")
    fields = found.values_list(
        "pk",
        "code",
        "label",
        "area",
        "kind",
        "criterion",
        "retired_at",
        "merged_into_id",
        "codings__pk",
        "codings__answer__interview__code",
        "codings__answer__interview__deleted_at",
        "codings__answer_id",
        "codings__answer__question",
        "codings__start",
        "codings__end",
        "codings__lost",
        "codings__coder__email",
    )
    book: dict[int, tuple[Any, ...]] = {}
    codings: list[tuple[Any, ...]] = []
    lost = 0
    for row in fields:
        pk, code, label, area, kind, criterion, retired, merged = row[:8]
        coding, interview, trashed, answer, question, start, end, is_lost, coder = row[8:]
        book[pk] = (pk, code, label, area, kind, criterion, bool(retired or merged))
        if coding and trashed is None:
            if is_lost:
                lost += 1
            else:
                codings.append((interview, answer, question, start, end, pk, coder or ""))
    columns = ["interview", "answer", "question", "start", "end", "theme", "coder"]
    table = pd.DataFrame(
        list(book.values()), columns=["theme", "code", "label", "area", "kind", "criterion", "retired"]
    )
    passages = pd.DataFrame(codings, columns=columns)
    used = set(passages["theme"])
    offered = table[~table["retired"].astype(bool) | table["theme"].isin(used)]
    return ThemeFrames(offered.reset_index(drop=True), passages, lost)


@dataclass(frozen=True)
class Version:
    """A version of the questionnaire that somebody answered, or the one in use."""

    pk: int
    label: str
    document: schema.Survey


@dataclass(frozen=True)
class SurveyFrames:
    """responses: `response` (code), `language`, `source`, `version` (pk).

    answers: a row a response, a column an item code (and `CODE_other` for free text beside an option).
    A cell is a code, a list of codes, a number or a text; None where nothing is stored.
    `versions` has the one in use first. `sent`, `completed` count personal invitations.
    """

    responses: pd.DataFrame
    answers: pd.DataFrame
    versions: tuple[Version, ...]
    sent: int = 0
    completed: int = 0
    notes: dict[str, Any] = field(default_factory=dict)


RESPONSE_COLUMNS = ["response", "language", "source", "version"]


def survey(assessment: Assessment) -> SurveyFrames:
    """All responses that count. Two queries, and a third one where responses are of another version."""
    sent = Invitation.objects.filter(survey=OuterRef("pk"), sent_at__isnull=False).order_by().values("survey")
    number = Coalesce(Subquery(sent.annotate(count=Count("pk")).values("count")), 0)
    found = Survey.objects.filter(assessment=assessment).annotate(sent=number).first()
    standing = Response.objects.filter(survey__assessment=assessment).for_counting()
    rows = list(standing.order_by("number").values_list("code", "language", "source", "questionnaire_id", "answers"))
    versions = _versions(
        assessment, found.questionnaire_id if found else assessment.questionnaire_id, {row[3] for row in rows}
    )
    answers = [row[4] if isinstance(row[4], dict) else {} for row in rows]
    codes = dict.fromkeys(code for version in versions for code in version.document.by_name)
    columns = [*codes, *sorted({key for row in answers for key in row} & {f"{code}_other" for code in codes})]
    frames = (
        pd.DataFrame([row[:4] for row in rows], columns=RESPONSE_COLUMNS),
        pd.DataFrame({column: [row.get(column) for row in answers] for column in columns}, dtype=object),
        versions,
    )
    if found is None:
        return SurveyFrames(*frames)
    return SurveyFrames(
        *frames,
        sent=found.sent,
        completed=len(found.answered),
        notes=found.texts.get("item_notes", {}),
    )


def _versions(assessment: Assessment, current: int, used: set[int]) -> tuple[Version, ...]:
    known = {assessment.questionnaire_id: assessment.questionnaire}
    missing = ({current} | used) - set(known)
    if missing:
        known |= Instrument.objects.in_bulk(missing)
    ordered = [current, *sorted(used - {current}, key=lambda pk: (-known[pk].version, pk))]
    found = []
    for pk in ordered:
        document = known[pk].document
        assert isinstance(document, schema.Survey)  # noqa: S101  (the foreign key's kind is checked where it is set)
        found.append(Version(pk, f"{known[pk].key} version {known[pk].version}", document))
    return tuple(found)


def open_codings(assessment: Assessment) -> pd.DataFrame:
    """`response` (code), `item`, `theme` (pk of the theme that stands, after merging): a row a coded open answer."""
    found = OpenCoding.objects.filter(
        theme__assessment=assessment, response__is_test=False, response__deleted_at=None
    ).annotate(standing=Coalesce("theme__merged_into_id", "theme_id"))
    rows = found.order_by("response__number", "item").values_list("response__code", "item", "standing")
    return pd.DataFrame(list(rows), columns=["response", "item", "theme"])


def ballots(assessment: Assessment) -> pd.DataFrame:
    """`group`, `priorities` (list of letters, the highest first): a row a group that voted. One query."""
    found = Ballot.objects.filter(group__workshop__assessment=assessment).order_by("group__workshop", "group")
    rows = [(name, letters) for name, letters in found.values_list("group__name", "priorities") if letters]
    return pd.DataFrame(rows, columns=["group", "priorities"])


def marks(assessment: Assessment) -> pd.DataFrame:
    """The marks that count: `criterion`, `cell`, `state`, `evidence` (list of keys), `rationale`. One query."""
    found = Mark.objects.filter(assessment=assessment, counts=True)
    columns = ["criterion", "cell", "state", "evidence", "rationale"]
    return pd.DataFrame(list(found.values_list(*columns)), columns=columns)


def note_texts(assessment: Assessment) -> dict[tuple[str, str], str]:
    """(interview, question) -> what was noted. For exports to those who may see rows. One query."""
    found = Answer.objects.for_assessment(assessment)
    return {(code, question): text for code, question, text in found.values_list("interview__code", "question", "text")}


def quotes(assessment: Assessment) -> QuerySet[Coding]:
    """The coded passages that count, as rows to be shown to those who may see them."""
    return Coding.objects.for_assessment(assessment).for_counting().with_place()
