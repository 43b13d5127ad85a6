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

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

import pandas as pd
from django.db.models import Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Coalesce, Length, Trim

from analysis.models import DataRelease, OpenCoding
from analysis.statistics.coded import Coded, Coder
from assessments.fields import is_unreadable, opener_of
from assessments.models import Assessment
from assessments.snapshot import PreparedSnapshot, Rows
from ctnat.ui.bulk import without_collecting
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


def _interviews(found: Rows, notes: Rows) -> InterviewFrames:
    """`found`: one row per interview, in the order in which they were held. `notes`: one per note with text."""
    rows: list[dict[str, Any]] = []
    planned: list[tuple[str, str]] = []
    guides: dict[str, int] = {}
    for row in found:
        code = row["code"]
        rows.append(
            {
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
        )
        planned += [(code, str(section)) for section in dict.fromkeys(row["sections"] or [])]
        if row["guide_version"]:
            guides[code] = row["guide_version"]
    return InterviewFrames(
        pd.DataFrame(rows, columns=INTERVIEW_COLUMNS),
        pd.DataFrame(planned, columns=["interview", "section"]),
        pd.DataFrame([list(note.values()) for note in notes], columns=["interview", "answer", "question"]),
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
    not answer validly (blank among the answers); it is empty where every answer is valid. `coded` has columns of
    `answers` by number, as they were read.
    """

    responses: pd.DataFrame
    answers: pd.DataFrame
    versions: tuple[Version, ...]
    unreadable: int = 0
    days: tuple[date, ...] = ()
    invalid: tuple[frozenset[str], ...] = ()
    coded: Mapping[str, Coded] = field(default_factory=dict)


RESPONSE_COLUMNS = ["response", "language", "source", "version", "pk"]
RESPONSE_FIELDS = ("code", "language", "source", "questionnaire", "pk", "opening", "received_on", "invalid", "answers")
SURVEY_DAYS = ("deadline", "opens_at", "created_at")
AT_ONCE = 80  # responses that are decrypted and counted together: few, so that they stay in the processor's cache


def responses_of(
    assessment: Assessment,
    found: QuerySet[Response],
    known: Sequence[Version],
    day: date,
    k: int = 1,
    shared: Sequence[Sequence[Any]] | None = None,
) -> SurveyFrames:
    """The rows of some responses of an assessment. `known`: versions that were read, the one in use first; `day`:
    `day_of` their survey.

    Language and source only where `k` forms share them; `shared` has them where `found` are not all of the forms. One
    query, and one more where responses are of other versions.
    The responses are read one after the other, and different answers kept once: ten thousand need little memory.
    """
    about: list[list[Any]] = [[] for _ in RESPONSE_FIELDS[:-2]]
    coders: dict[str, Coder] = {}
    broken: dict[int, Mapping[str, Any]] = {}
    unreadable = responses = 0
    with without_collecting():
        for *parts, invalid, documents in _read_in_parts(found):
            for column, values in zip(about, parts, strict=True):
                column += values
            unreadable += sum(map(is_unreadable, documents))
            broken |= {at: what for at, what in enumerate(invalid, start=responses) if what}
            _code([answers if isinstance(answers, dict) else {} for answers in documents], coders, responses)
            responses += len(documents)
    names, languages, sources, questionnaires, pks, openings, days = about
    versions = _versions(assessment, known[0].pk, set(questionnaires), known)
    codes = dict.fromkeys(code for version in versions for code in version.document.by_name)
    columns = [*codes, *sorted(coders.keys() & {f"{code}_other" for code in codes})]
    coded = {code: coders[code].coded() if code in coders else Coded.of([None] * responses) for code in columns}
    if shared is None:
        shared = shared_attributes(list(zip(languages, sources, strict=True)), k, openings)
    return SurveyFrames(
        pd.DataFrame(
            {
                "response": names,
                "language": [language or "" for language, _ in shared],
                "source": [source or "" for _, source in shared],
                "version": questionnaires,
                "pk": pks,
            },
            columns=RESPONSE_COLUMNS,
        ),
        pd.DataFrame({code: answers.objects() for code, answers in coded.items()}, dtype=object),
        versions,
        unreadable,
        tuple(received or day for received in days),
        tuple(_not_valid(broken[at], at, coded, codes) if at in broken else frozenset() for at in range(responses)),
        coded,
    )


def _read_in_parts(found: QuerySet[Response]) -> Iterator[list[Sequence[Any]]]:
    """`RESPONSE_FIELDS` of a few responses at a time, in order: a column for each. The last two come from the database
    as they are stored, and are opened here, which is quicker for many."""
    plain, protected = RESPONSE_FIELDS[:-2], RESPONSE_FIELDS[-2:]
    stored = {f"stored_{name}": ExpressionWrapper(F(name), output_field=TextField()) for name in protected}
    openers = [opener_of(Response, name) for name in protected]
    rows = found.order_by("number").values_list(*plain, *stored.values()).iterator(chunk_size=500)
    while part := list(islice(rows, AT_ONCE)):
        columns = list(zip(*part, strict=True))
        yield [
            *columns[:-2],
            *(list(map(opened, column)) for opened, column in zip(openers, columns[-2:], strict=True)),
        ]


def _code(documents: Sequence[dict[str, Any]], coders: dict[str, Coder], before: int) -> None:
    """Give numbers to the answers of some responses; `before` were read earlier."""
    for document in documents:
        if not document.keys() <= coders.keys():
            for code in document.keys() - coders.keys():
                coders[code] = Coder()
                coders[code].add([None] * before)
    blank = dict.fromkeys(coders)  # merged with it, all documents have their answers in one order
    for coder, answers in zip(coders.values(), zip(*[(blank | one).values() for one in documents])):  # noqa: B905
        coder.add(answers)


def day_of(survey: Survey | Mapping[str, Any]) -> date:
    """The day for conditions that ask for it in forms of which the day is not known: never the present one, with which
    results would change."""
    found = [survey[name] if isinstance(survey, Mapping) else getattr(survey, name) for name in SURVEY_DAYS]
    day: date = next(moment for moment in found if moment).date()
    return day


def _not_valid(
    invalid: Mapping[str, Any], at: int, answers: Mapping[str, Coded], codes: Collection[str]
) -> frozenset[str]:
    """The items that response `at` was asked and does not answer validly. Words without their option leave a valid
    answer valid; what was answered though the questions before exclude it was not asked."""
    broken = [key for key, what in invalid.items() if what["code"] != "not_asked"]
    items = {key if key in codes else key.removesuffix("_other") for key in broken}
    return frozenset(code for code in items if code in codes and answers[code][at] is None)


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
    day               for conditions that ask for it in forms of which the day is not known
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
    day: date = date.max


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
        day=day_of(about),
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
        return _interviews(self._rows["interviews"], self._rows["notes"])

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
        return responses_of(self.assessment, found, self.survey.versions, self.survey.day, k)

    @cached_property
    def _in_order(self) -> tuple[list[int], list[tuple[Any, ...]]]:
        """The responses that count now: their ids, and what may be shown of language and source."""
        found = Response.objects.filter(survey__assessment=self.assessment).for_counting().order_by("number")
        rows = list(found.values_list("pk", "language", "source", "opening"))
        k = max(self.survey.smallest_group, self.assessment.disclosure_threshold)
        return [row[0] for row in rows], shared_attributes([row[1:3] for row in rows], k, [row[3] for row in rows])

    @property
    def responses_now(self) -> int:
        return len(self._in_order[0])

    def part(self, first: int, last: int) -> SurveyFrames:
        """The responses at these places (`first` included, `last` not), for a page that shows them: two queries."""
        pks, shared = self._in_order
        found = Response.objects.filter(pk__in=pks[first:last])
        return responses_of(self.assessment, found, self.survey.versions, self.survey.day, shared=shared[first:last])

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
        "interviews": interviews.order_by("held_at", "number").values(
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
        ),
        "notes": Answer.objects.filter(interview__in=interviews)
        .annotate(length=Length(Trim("text")))
        .filter(length__gt=0)
        .order_by("interview__held_at", "interview__number", "pk")
        .values("interview__code", "pk", "question"),
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
            *SURVEY_DAYS,
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
