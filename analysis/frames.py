"""The only module that reads the database into tables. What never counts is left out here.

    tables = Frames(assessment)
    tables.interviews, .themes, .survey, .open_codings, .workshops, .marks
    tables.responses

Everything but the responses is read in one query when the first table is used, so that all numbers of a page are
of one moment; a table is built when it is used. The survey comes as the results of its newest data release. The
responses themselves are another query: they are for making a release, and for those who may see rows.

Left out: interviews and responses in the trash, test responses, passages whose words are no longer in the notes.
Texts are not read, only whether there is one; the exception is the answers of a survey.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Length, Trim

from analysis.models import DataRelease, OpenCoding
from assessments.fields import is_unreadable
from assessments.models import Assessment
from assessments.snapshot import PreparedSnapshot, Rows
from indicators.models import Mark
from instruments import schema
from instruments.models import Correction, Instrument
from instruments.texts import code_of
from interviews.models import Answer, Coding, Interview, Theme
from surveys.models import Invitation, Response, SealedAnswer, Survey
from surveys.responses.sharing import shared_attributes
from workshops.models import Workshop
from workshops.results import FROZEN_FIELDS, WorkshopResults


@dataclass(frozen=True)
class InterviewFrames:
    """interviews: `interview` (code), `held_at`, `sector`, `entity`, `in_capital`, `women`, `men`, `other`,
    `completed`.

    planned: `interview`, `section`. notes: `interview`, `answer` (pk), `question`; only notes that hold text.
    guides: interview (code) -> the primary key of the guide of its notes, as far as it is known.
    """

    interviews: pd.DataFrame
    planned: pd.DataFrame
    notes: pd.DataFrame
    guides: dict[str, int] = field(default_factory=dict)


INTERVIEW_COLUMNS = ["interview", "held_at", "sector", "entity", "in_capital", "women", "men", "other", "completed"]


def _interviews(found: Rows) -> InterviewFrames:
    """`found`: one row per note, and one for an interview without notes; in the order in which they were held."""
    rows: dict[str, dict[str, Any]] = {}
    planned: list[tuple[str, str]] = []
    notes: list[tuple[str, int, str]] = []
    guides: dict[str, int] = {}
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
            if row["guide_version"]:
                guides[code] = row["guide_version"]
        if row["answers__pk"] and row["length"]:
            notes.append((code, row["answers__pk"], row["answers__question"]))
    return InterviewFrames(
        pd.DataFrame(list(rows.values()), columns=INTERVIEW_COLUMNS),
        pd.DataFrame(planned, columns=["interview", "section"]),
        pd.DataFrame(notes, columns=["interview", "answer", "question"]),
        guides,
    )


@dataclass(frozen=True)
class ThemeFrames:
    """themes: `theme` (pk), `code`, `label`, `area`, `kind`, `criterion`, `retired`.

    codings: `interview`, `answer` (pk), `question`, `start`, `end`, `theme`, `coder` (name). lost: passages whose words
    were removed by edits, which do not count until they are marked again.
    """

    themes: pd.DataFrame
    codings: pd.DataFrame
    lost: int


def _themes(found: Rows) -> ThemeFrames:
    """`found`: one row per passage, and one for a theme without passages."""
    book: dict[int, tuple[Any, ...]] = {}
    codings: list[tuple[Any, ...]] = []
    lost = 0
    for row in found:
        pk, code, label, area, kind, criterion, retired, merged, *passage = row.values()
        coding, interview, trashed, answer, question, start, end, is_lost, coder = passage
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
    """A version of the questionnaire that was answered, or the one in use."""

    pk: int
    label: str
    document: schema.Survey
    number: int


@dataclass(frozen=True)
class SurveyFrames:
    """responses: `response` (code), `language`, `source`, `version` (pk), `pk`. For those who may see rows, language
    and source are blank where fewer forms than the survey's threshold share them.

    answers: one row per response, one column per item code (and `CODE_other` for free text beside an option).
    A cell is a code, a list of codes, a number or a text; None where nothing is stored.
    `days` has the day on which each response was received; for what came by link it is not known, and one day stands
    for all of them: that of the deadline, else of the opening. `versions` has the one in use first. `unreadable`
    responses are without answers, because their key is missing. `invalid` has for each response the items that it does
    not answer validly (blank among the answers); it is empty where every answer is valid.
    """

    responses: pd.DataFrame
    answers: pd.DataFrame
    versions: tuple[Version, ...]
    unreadable: int = 0
    days: tuple[date, ...] = ()
    invalid: tuple[frozenset[str], ...] = ()


RESPONSE_COLUMNS = ["response", "language", "source", "version", "pk"]
RESPONSE_FIELDS = ("code", "language", "source", "questionnaire", "pk", "opening", "received_on")
SURVEY_DAYS = ("survey__deadline", "survey__opens_at", "survey__created_at")


def responses_of(
    assessment: Assessment, found: QuerySet[Response], known: Sequence[Version], k: int = 1
) -> SurveyFrames:
    """The rows of some responses of an assessment. `known`: versions that were read, the one in use first.

    Language and source only where `k` forms share them. One query, and one more where responses are of other versions.
    """
    rows = list(found.order_by("number").values(*RESPONSE_FIELDS, *SURVEY_DAYS, "answers", "invalid"))
    used = {row["questionnaire"] for row in rows}
    versions = _versions(assessment, known[0].pk, used, known)
    unreadable = sum(is_unreadable(row["answers"]) for row in rows)
    answers = [row["answers"] if isinstance(row["answers"], dict) else {} for row in rows]
    codes = dict.fromkeys(code for version in versions for code in version.document.by_name)
    columns = [*codes, *sorted({key for row in answers for key in row} & {f"{code}_other" for code in codes})]
    openings = [row["opening"] for row in rows]
    shared = shared_attributes([(row["language"], row["source"]) for row in rows], k, openings)
    return SurveyFrames(
        pd.DataFrame(
            [
                [row["code"], language or "", source or "", row["questionnaire"], row["pk"]]
                for row, (language, source) in zip(rows, shared, strict=True)
            ],
            columns=RESPONSE_COLUMNS,
        ),
        pd.DataFrame({column: [row.get(column) for row in answers] for column in columns}, dtype=object),
        versions,
        unreadable,
        tuple(_day_of(row) for row in rows),
        tuple(_not_valid(row["invalid"] or {}, given, codes) for row, given in zip(rows, answers, strict=True)),
    )


def _not_valid(invalid: Mapping[str, Any], answers: Mapping[str, Any], codes: Collection[str]) -> frozenset[str]:
    """The items that were asked and are not answered validly. Words without their option leave a valid answer valid;
    what was answered though the questions before exclude it was not asked."""
    broken = [key for key, what in invalid.items() if what["code"] != "not_asked"]
    items = {key if key in codes else key.removesuffix("_other") for key in broken}
    return frozenset(code for code in items if code in codes and code not in answers)


def _day_of(row: Mapping[str, Any]) -> date:
    """The day for conditions that ask for it: never the present one, with which results would change."""
    moment = next(row[name] for name in SURVEY_DAYS if row[name])
    day: date = row["received_on"] or moment.date()
    return day


@dataclass(frozen=True)
class Corrected:
    """A text of the questionnaire that was corrected while it was answered. `code`: of its item; blank: of none."""

    code: str
    reason: str


@dataclass(frozen=True)
class SurveyState:
    """The state of the survey, without its responses.

    status      of the survey; blank where there is none
    so_far      responses that count now, and forms that are still sealed
    sent        personal invitations sent; `completed`: of them, those that were answered
    notes       item code -> remarks on its results
    release     the newest data release (`number`, `made_at`, `k`, `members`, `results`); None where there is none
    is_pending  whether a release is being worked out
    versions    of the questionnaire: the one in use, then those that the release counts
    smallest_group    the threshold stated to respondents when the survey was opened; 0 where it never was
    corrections       of the words of its questions that some of the respondents had not seen yet
    """

    versions: tuple[Version, ...]
    status: str = ""
    so_far: int = 0
    sent: int = 0
    completed: int = 0
    notes: dict[str, Any] = field(default_factory=dict)
    release: dict[str, Any] | None = None
    is_pending: bool = False
    smallest_group: int = 0
    corrections: tuple[Corrected, ...] = ()


def _survey(assessment: Assessment, settings: Rows, releases: Rows, corrections: Rows) -> SurveyState:
    """`settings`: of the survey, one row or none; `releases`: the newest, or none."""
    release = releases[0] if releases else None
    used = set(release["results"].get("versions", ())) if release else set()
    if not settings:
        return SurveyState(_versions(assessment, assessment.questionnaire_id, used))
    about = settings[0]
    return SurveyState(
        _versions(assessment, about["questionnaire"], used),
        status=about["status"],
        so_far=about["so_far"] + about["still_sealed"],
        sent=about["sent"],
        completed=len(about["answered"]),
        notes=about["texts"].get("item_notes", {}),
        release=release,
        is_pending=about["is_pending"],
        smallest_group=about["smallest_group"] or 0,
        corrections=tuple(Corrected(code_of(row["key"]), row["reason"]) for row in corrections),
    )


def version_of(instrument: Instrument) -> Version:
    document = instrument.document
    assert isinstance(document, schema.Survey)  # noqa: S101  (the foreign key's kind is checked where it is set)
    return Version(instrument.pk, f"{instrument.key} version {instrument.version}", document, instrument.version)


def _versions(
    assessment: Assessment, current: int, used: set[int], read: Sequence[Version] = ()
) -> tuple[Version, ...]:
    known = {version.pk: version for version in read}
    known.setdefault(assessment.questionnaire_id, version_of(assessment.questionnaire))
    if missing := ({current} | used) - set(known):
        known |= {pk: version_of(instrument) for pk, instrument in Instrument.objects.in_bulk(missing).items()}
    return tuple(known[pk] for pk in [current, *sorted(used - {current}, key=lambda pk: (-known[pk].number, pk))])


class Frames:
    """The tables of one assessment. Nothing is read before one of them is asked for."""

    def __init__(self, assessment: Assessment):
        self.assessment = assessment

    @cached_property
    def interviews(self) -> InterviewFrames:
        """All interviews that count, in the order in which they were held."""
        return _interviews(self._rows["interviews"])

    @cached_property
    def themes(self) -> ThemeFrames:
        """The codebook with its passages; a theme without passages is there too."""
        return _themes(self._rows["themes"])

    @cached_property
    def survey(self) -> SurveyState:
        """The survey as it was last released. One query more where the release counts another version."""
        return _survey(self.assessment, self._rows["survey"], self._rows["releases"], self._rows["corrections"])

    @cached_property
    def responses(self) -> SurveyFrames:
        """All responses that count now: for those who may see rows. A query of its own."""
        found = Response.objects.filter(survey__assessment=self.assessment).for_counting()
        k = max(self.survey.smallest_group, self.assessment.disclosure_threshold)
        return responses_of(self.assessment, found, self.survey.versions, k)

    @cached_property
    def open_codings(self) -> pd.DataFrame:
        """`response` (code), `item`, `pk` (of the response), `theme` (pk after merging).

        One row per answer and theme, however many coders marked it.
        """
        return self._table("open_codings", ["response", "item", "pk", "theme"]).drop_duplicates(ignore_index=True)

    @cached_property
    def workshops(self) -> tuple[WorkshopResults, ...]:
        """The frozen results of the workshops that the lead counts, in the order in which they were held."""
        return tuple(WorkshopResults.of(row) for row in self._rows["workshops"])

    @cached_property
    def marks(self) -> pd.DataFrame:
        """The marks that count: `criterion`, `cell`, `state`, `evidence` (list of keys), `rationale`."""
        return self._table("marks", ["criterion", "cell", "state", "evidence", "rationale"])

    def _table(self, name: str, columns: list[str]) -> pd.DataFrame:
        return pd.DataFrame([list(row.values()) for row in self._rows[name]], columns=columns)

    @cached_property
    def _rows(self) -> dict[str, Rows]:
        return _read(self.assessment)


def _queries(assessment: Assessment) -> dict[str, QuerySet[Any, Any]]:
    """Name -> the rows from which the tables are built, and the columns read. Only the assessment's key is used."""
    sent = Invitation.objects.filter(survey=OuterRef("pk"), sent_at__isnull=False).order_by().values("survey")
    interviews = Interview.objects.for_assessment(assessment).for_counting()
    themes = Theme.objects.for_assessment(assessment).order_by("area", "code", "codings__pk")
    counted = Response.objects.filter(survey=OuterRef("pk")).for_counting().order_by().values("survey")
    sealed = SealedAnswer.objects.filter(survey=OuterRef("pk")).order_by().values("survey")
    pending = DataRelease.objects.filter(survey=OuterRef("pk"), made_at=None)
    earlier = Response.objects.for_counting().filter(
        Q(correction=None) | Q(correction__lt=OuterRef("number")),
        questionnaire=OuterRef("instrument"),
        survey__assessment=assessment,
    )
    open_codings = OpenCoding.objects.filter(
        theme__assessment=assessment, response__is_test=False, response__deleted_at=None
    )
    return {
        "interviews": interviews.annotate(length=Coalesce(Length(Trim("answers__text")), 0))
        .order_by("held_at", "number", "answers__pk")
        .values(
            "code",
            "held_at",
            "guide_version",
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
        ),
        "themes": themes.values(
            "pk",
            "code",
            "label",
            "area",
            "kind",
            "criterion",
            "retired_at",
            "merged_into",
            "codings__pk",
            "codings__answer__interview__code",
            "codings__answer__interview__deleted_at",
            "codings__answer",
            "codings__answer__question",
            "codings__start",
            "codings__end",
            "codings__lost",
            "codings__coder__email",
        ),
        "survey": Survey.objects.for_assessment(assessment)
        .annotate(
            sent=Coalesce(Subquery(sent.annotate(count=Count("pk")).values("count")), 0),
            still_sealed=Coalesce(Subquery(sealed.annotate(count=Count("pk")).values("count")), 0),
            so_far=Coalesce(Subquery(counted.annotate(count=Count("pk")).values("count")), 0),
            is_pending=Exists(pending),
        )
        .values(
            "questionnaire",
            "status",
            "answered",
            "texts",
            "sent",
            "smallest_group",
            "so_far",
            "still_sealed",
            "is_pending",
        ),
        "releases": DataRelease.objects.for_assessment(assessment)
        .newest()
        .values("number", "made_at", "k", "one_in", "plan", "members", "results"),
        "corrections": Correction.objects.for_source()
        .filter(Exists(earlier))
        .order_by("instrument", "number")
        .values("key", "reason"),
        "open_codings": open_codings.annotate(standing=Coalesce("theme__merged_into_id", "theme_id"))
        .order_by("response__number", "item")
        .values("response__code", "item", "response", "standing"),
        "workshops": Workshop.objects.for_assessment(assessment).counted().values(*FROZEN_FIELDS),
        "marks": Mark.objects.filter(assessment=assessment, counts=True).values(
            "criterion", "cell", "state", "evidence", "rationale"
        ),
    }


_read = PreparedSnapshot(_queries)


def note_texts(assessment: Assessment) -> dict[tuple[str, str], str]:
    """(interview, question) -> the notes. For exports to those who may see rows. One query."""
    found = Answer.objects.for_assessment(assessment)
    return {(code, question): text for code, question, text in found.values_list("interview__code", "question", "text")}


def quotes(assessment: Assessment) -> QuerySet[Coding]:
    """The coded passages that count, as rows to be shown to those who may see them."""
    return Coding.objects.for_assessment(assessment).for_counting().with_place()
