"""The tables of an export: each with typed columns, from which the JSON, its schema, the CSV and the pages are made.

What was typed goes through `Exported.clear`, which withholds names unless the lead asked for them. Answers to the
survey are those that were opened, as the worksheet has them; boxes that are sealed are not opened here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from analysis import frames
from analysis.exports.worksheet import frequencies
from analysis.item_types.presentation import plain
from analysis.results import Results, for_assessment
from assessments.models import (
    Assessment,
    AuditEvent,
    Contact,
    Document,
    Membership,
    Organisation,
    PackText,
)
from indicators.models import Mark, Recommendation
from interviews.models import ConsentRecord, FollowUp, Interview, Participant, Photograph, Theme
from reports.models import Edition, Reviewer, ReviewItem, ReviewRound, Section, SectionTranslation
from workshops.models import Comment, Workshop

ROWS_AT_ONCE = 500  # read from the database
Row = Iterable[Any]


@dataclass(frozen=True)
class Exported:
    """What is exported of an assessment, with names or without them."""

    assessment: Assessment
    with_names: bool

    @cached_property
    def results(self) -> Results:
        return for_assessment(self.assessment)

    def clear(self, text: Any) -> Any:
        """A typed text as it may leave the system; with names as it was typed."""
        return text if self.with_names or not isinstance(text, str) else self.results.without_names(text)


@dataclass(frozen=True)
class Table:
    """`columns` is "name type, ...": the types of JSON, "date", "moment" or "list"; a "?" allows null.

    `named`: the table is left out of an export without names.
    """

    name: str
    title: str
    columns: str
    rows: Callable[[Exported], Iterator[Row]]
    named: bool = False

    @property
    def fields(self) -> list[tuple[str, str]]:
        found = [column.split() for column in self.columns.split(", ")]
        return [(name, type) for name, type in found]

    @property
    def heads(self) -> list[str]:
        return [name for name, _ in self.fields]

    @property
    def path(self) -> str:
        """Of its files in the folder, without their endings."""
        return f"tables/{self.name}"

    def values(self, exported: Exported) -> Iterator[list[Any]]:
        """The rows with plain values, as JSON has them."""
        for row in self.rows(exported):
            yield [_plain(value) for value in row]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if hasattr(value, "item"):  # a number of NumPy
        return value.item()
    return str(value)


Rows = Callable[[Exported], Iterator[Row]]
TABLES: list[Table] = []


def _table(name: str, title: str, columns: str, *, named: bool = False) -> Callable[[Rows], Rows]:
    def register(rows: Rows) -> Rows:
        TABLES.append(Table(name, title, columns, rows, named))
        return rows

    return register


def tables_of(exported: Exported) -> list[Table]:
    return [table for table in TABLES if exported.with_names or not table.named]


def schema() -> dict[str, Any]:
    """The JSON schema of `data.json`, as published in docs/export.schema.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Export of an assessment",
        "type": "object",
        "required": ["format", "version", "reference", "made_at", "with_names", "tables"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": "ct-nat-assessment"},
            "version": {"const": 1},
            "reference": {"type": "string"},
            "made_at": {"type": "string", "format": "date-time"},
            "with_names": {"type": "boolean"},
            "tables": {
                "type": "object",
                "required": [table.name for table in TABLES if not table.named],
                "additionalProperties": False,
                "properties": {table.name: _schema_of(table) for table in TABLES},
            },
        },
    }


def _schema_of(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "type": "array",
        "items": {
            "type": "object",
            "required": table.heads,
            "additionalProperties": False,
            "properties": {name: _schema_of_type(type) for name, type in table.fields},
        },
    }


def _schema_of_type(type: str) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        "date": {"type": "string", "format": "date"},
        "moment": {"type": "string", "format": "date-time"},
        "list": {"type": "array", "items": {"type": "string"}},
        "answer": {"type": ["string", "number", "boolean"]},
    }
    found = kinds.get(type.rstrip("?"), {"type": type.rstrip("?")})
    if not type.endswith("?"):
        return found
    plain = found["type"]
    return {**found, "type": [*(plain if isinstance(plain, list) else [plain]), "null"]}


# The tables -----------------------------------------------------------------------------------------------------------


@_table(
    "assessment",
    "The assessment",
    "reference string, country string, country_name string, study string, commissioner string, funder string, "
    "starts_on date, ends_on date, time_zone string, languages list, office string, percent_threshold integer, "
    "disclosure_threshold integer, guide string, questionnaire string, matrix string, notice string, "
    "copied_from string, copied_on date?, archived_at moment?",
)
def _assessment(exported: Exported) -> Iterator[Row]:
    one = exported.assessment
    tool = (str(one.guide), str(one.questionnaire), str(one.matrix))
    study = [exported.clear(text) for text in (one.study.title, one.study.commissioner, one.study.funder)]
    about = (one.starts_on, one.ends_on, one.time_zone, one.languages, one.office)
    rules = (one.percent_threshold, one.disclosure_threshold)
    rest = (exported.clear(one.notice), one.copied_from, one.copied_on, one.archived_at)
    yield (one.reference, one.country, one.country_name, *study, *about, *rules, *tool, *rest)


@_table(
    "members",
    "Members of the team",
    "name string, address string, role string, since moment, last_active_on date?",
    named=True,
)
def _members(exported: Exported) -> Iterator[Row]:
    for row in Membership.objects.for_assessment(exported.assessment).select_related("user"):
        yield row.user.name, row.user.email, row.role, row.created_at, row.last_seen_on


@_table("contacts", "Contacts", "name string, address string, organisation string, sector string, language string", named=True)  # fmt: skip  # noqa: E501
def _contacts(exported: Exported) -> Iterator[Row]:
    for row in Contact.objects.for_assessment(exported.assessment).for_inviting().iterator(ROWS_AT_ONCE):
        yield row.name, row.email, row.organisation, row.sector, row.language


@_table(
    "organisations",
    "Organisations",
    "name string, short_name string, sector string, type string, in_capital boolean?",
)
def _organisations(exported: Exported) -> Iterator[Row]:
    for row in Organisation.objects.for_assessment(exported.assessment):
        yield (
            exported.clear(row.name),
            exported.clear(row.short_name),
            row.sector,
            exported.clear(row.entity_type),
            row.in_capital,
        )


@_table(
    "documents",
    "Desk review",
    "code string, kind string, title string, authors string, published_in string, volume string, issue string, "
    "pages string, publisher string, place string, year integer?, ratified integer?, in_force integer?, "
    "language string, link string, accessed_on date?, doi string, reviewed boolean, in_bibliography boolean, "
    "themes list, note string, file string",
)
def _documents(exported: Exported) -> Iterator[Row]:
    for row in Document.objects.for_assessment(exported.assessment):
        texts = [row.title, row.authors, row.published_in, row.volume, row.issue, row.pages, row.publisher, row.place]
        years = (row.year, row.ratified, row.in_force)
        rest = (row.language, row.url, row.accessed_on, row.doi, row.reviewed, row.in_bibliography)
        cleared = [exported.clear(text) for text in texts]
        themes = [exported.clear(code) for code in row.themes]
        note, file = exported.clear(row.note), exported.clear(row.file_name)
        yield row.code, row.kind, *cleared, *years, *rest, themes, note, file


@_table(
    "themes",
    "Codebook",
    "code string, label string, definition string, area string, criterion string, kind string, retired boolean",
)
def _themes(exported: Exported) -> Iterator[Row]:
    for row in Theme.objects.for_assessment(exported.assessment):
        retired = bool(row.retired_at or row.merged_into_id)
        yield (
            exported.clear(row.code),
            exported.clear(row.label),
            exported.clear(row.definition),
            row.area,
            row.criterion,
            row.kind,
            retired,
        )


@_table(
    "interviews",
    "Interviews",
    "interview string, held_on date, sector string, type string, women integer, men integer, other integer, "
    "sections list, guide string, observations string, minutes integer?, imported_at moment?",
)
def _interviews(exported: Exported) -> Iterator[Row]:
    """Those that were held: as the worksheet, and with the observations."""
    for row in _held(exported):
        organisation = row.organisation
        sector, kind = (organisation.sector, organisation.entity_type) if organisation else ("", "")
        guide = f"{row.guide_version.key} version {row.guide_version.version}" if row.guide_version else ""
        people = (row.women, row.men, row.other)
        about = (timezone.localtime(row.held_at).date(), sector, exported.clear(kind), *people)
        observations = exported.clear(row.observations)
        yield row.code, *about, row.sections, guide, observations, row.duration, row.imported_at


def _codes_held(exported: Exported) -> set[str]:
    return set(exported.results.interviews.frames.interviews["interview"])


def _held(exported: Exported) -> Iterator[Interview]:
    rows = Interview.objects.filter(assessment=exported.assessment, code__in=_codes_held(exported)).order_by("number")
    yield from rows.select_related("organisation", "guide_version")


@_table(
    "respondents",
    "People interviewed",
    "interview string, name string, title string, organisation string, interviewer string",
    named=True,
)
def _respondents(exported: Exported) -> Iterator[Row]:
    for row in _held(exported):
        yield row.code, row.respondent_name, row.respondent_title, str(row.organisation or ""), row.interviewer


@_table("participants", "Who took part in interviews", "interview string, person integer, part string, sex string")
def _participants(exported: Exported) -> Iterator[Row]:
    """Of interviews with such a table. `person` is the number to which records of consent refer."""
    for row in _listed(exported):
        yield row.interview.code, row.position, row.part, row.sex


@_table(
    "participant_names",
    "Names of people who took part",
    "interview string, person integer, name string, title string, organisation string",
    named=True,
)
def _participant_names(exported: Exported) -> Iterator[Row]:
    for row in _listed(exported):
        yield row.interview.code, row.position, row.name, row.title, str(row.organisation or "")


def _listed(exported: Exported) -> Iterator[Participant]:
    rows = Participant.objects.for_assessment(exported.assessment).filter(interview__code__in=_codes_held(exported))
    yield from rows.select_related("interview", "organisation").order_by("interview__number", "position")


@_table(
    "consents",
    "Consent to interviews",
    "interview string, note_given boolean?, language string, means string, to_interview string, to_quotes string, "
    "withdrawn string, happened_at moment?",
)
def _consents(exported: Exported) -> Iterator[Row]:
    codes = _codes_held(exported)
    rows = ConsentRecord.objects.filter(interview__assessment=exported.assessment, interview__code__in=codes)
    for row in rows.select_related("interview").order_by("pk"):
        given = (row.note_given, row.language, row.means, row.to_interview, row.to_quotes)
        yield row.interview.code, *given, row.withdrawn, row.happened_at


@_table(
    "photographs",
    "Photographs of notes on paper",
    "interview string, number integer, kind string, description string, width integer, height integer, added_on date",
)
def _photographs(exported: Exported) -> Iterator[Row]:
    for row in photographs_of(exported):
        day = timezone.localtime(row.added_at).date()
        about = exported.clear(row.description)
        yield row.interview.code, row.pk, row.kind, about, row.width, row.height, day


def photographs_of(exported: Exported) -> Iterator[Photograph]:
    """Those of the interviews that were held. The pictures themselves are only in an export with names."""
    rows = Photograph.objects.for_assessment(exported.assessment).filter(interview__code__in=_codes_held(exported))
    yield from rows.for_list().order_by("interview__number", "pk").select_related("interview")


@_table("notes", "Notes", "interview string, question string, text string")
def _notes(exported: Exported) -> Iterator[Row]:
    for (code, question), text in sorted(frames.note_texts(exported.assessment).items()):
        yield code, question, exported.clear(text)


@_table(
    "follow_ups",
    "Follow-ups of interviews",
    "interview string, what string, due date?, outcome string, done_at moment?",
)
def _follow_ups(exported: Exported) -> Iterator[Row]:
    rows = FollowUp.objects.for_assessment(exported.assessment).select_related("interview").order_by("pk")
    for row in rows.iterator(ROWS_AT_ONCE):
        yield row.interview.code, exported.clear(row.what), row.due, exported.clear(row.outcome), row.done_at


@_table(
    "codings",
    "Coded passages",
    "interview string, question string, theme string, passage string, released boolean, approved string",
)
def _codings(exported: Exported) -> Iterator[Row]:
    for row in frames.quotes(exported.assessment):
        where = (row.answer.interview.code, row.answer.question, exported.clear(row.theme.code))
        approved = exported.clear(row.approved_quote) if row.released else ""
        yield *where, exported.clear(row.quote), row.released, approved


@_table(
    "answers",
    "Answers to the survey",
    "response string, language string, source string, item string, value answer",
)
def _answers(exported: Exported) -> Iterator[Row]:
    """One row per answer. Attributes of a form that too few share are left out, as on the pages."""
    found = exported.results.survey.frames
    heads = list(found.responses[["response", "language", "source"]].itertuples(index=False, name=None))
    columns = [str(column) for column in found.answers.columns]
    for head, row in zip(heads, found.answers.itertuples(index=False, name=None), strict=True):
        for column, value in zip(columns, row, strict=True):
            if (cell := plain(value)) is not None:
                yield *(str(part or "") for part in head), column, exported.clear(cell)


@_table(
    "results",
    "Results of the survey",
    "item string, text string, option string, label string, count integer, per_cent number?, asked integer, "
    "answered integer, dont_know integer, skipped integer, not_valid integer, note string",
)
def _results(exported: Exported) -> Iterator[Row]:
    """As they were released; none before that."""
    for row in frequencies(exported.results):
        yield [exported.clear(cell) for cell in row]


@_table(
    "marks",
    "Marks of the indicator matrix",
    "criterion string, cell string, source string, state string, reason string, no_evidence boolean, evidence list, "
    "counts boolean, withdrawn boolean",
)
def _marks(exported: Exported) -> Iterator[Row]:
    for row in Mark.objects.for_assessment(exported.assessment).order_by("criterion", "cell", "source"):
        evidence = [exported.clear(str(key)) for key in row.evidence]
        about = (row.criterion, row.cell, row.source, row.state, exported.clear(row.rationale), row.no_evidence)
        yield *about, evidence, row.counts, row.withdrawn


@_table(
    "recommendations",
    "Recommendations",
    "category string, lead_in string, addressee string, strength string, text string, criteria list, status string",
)
def _recommendations(exported: Exported) -> Iterator[Row]:
    for row in Recommendation.objects.for_assessment(exported.assessment):
        opening = (exported.clear(row.lead_in), exported.clear(row.addressee), row.verb)
        yield row.category, *opening, exported.clear(row.text), row.criteria, row.status


@_table("workshops", "Workshops", "held_on date, place string, purpose string, status string, counted boolean?")
def _workshops(exported: Exported) -> Iterator[Row]:
    for row in Workshop.objects.for_assessment(exported.assessment).order_by("held_on", "pk"):
        yield row.held_on, exported.clear(row.place), row.purpose, row.status, row.counted


@_table(
    "statements",
    "Statements and responses",
    "about string, statement string, made_by string, kind string, stage string, decision string, reason string, "
    "change string, withdrawn boolean",
)
def _statements(exported: Exported) -> Iterator[Row]:
    for row in Comment.objects.filter(assessment=exported.assessment).order_by("pk"):
        texts = [exported.clear(text) for text in (row.statement, row.who)]
        rest = [exported.clear(text) for text in (row.reason, row.changed)]
        yield row.target, *texts, row.kind, row.stage, row.disposition, *rest, row.withdrawn_at is not None


@_table(
    "sections",
    "Sections of the report",
    "key string, parent string, kind string, title string, text string, hidden boolean, language string",
)
def _sections(exported: Exported) -> Iterator[Row]:
    rows = Section.objects.for_assessment(exported.assessment).select_related("parent", "report")
    for row in rows.prefetch_related("translations").order_by("position", "pk"):
        where = (exported.clear(row.key), exported.clear(row.parent.key) if row.parent else "", row.kind)
        texts: list[Section | SectionTranslation] = [row, *row.translations.all()]
        for text in texts:
            language = getattr(text, "language", "") or row.report.language
            yield *where, exported.clear(text.title), exported.clear(text.body), row.hidden, language


@_table("editions", "Editions of the report", "number integer, kind string, made_at moment, erased boolean")
def _editions(exported: Exported) -> Iterator[Row]:
    for row in Edition.objects.for_assessment(exported.assessment).order_by("number"):
        yield row.number, row.kind, row.made_at, row.erased_at is not None


@_table(
    "review_rounds",
    "Review rounds of the report",
    "number integer, edition integer, language string, opened_at moment, until moment, closed_at moment?, "
    "offers_tracked boolean?",
)
def _review_rounds(exported: Exported) -> Iterator[Row]:
    rows = ReviewRound.objects.for_assessment(exported.assessment).select_related("edition", "report")
    for row in rows.order_by("number"):
        language = row.language or row.report.language
        yield row.number, row.edition.number, language, row.opened_at, row.until, row.closed_at, row.offers_tracked


@_table(
    "reviewers",
    "Reviewers of the report",
    "round integer, name string, address string, category string, invited_at moment?, reminded_at moment?, "
    "downloaded_at moment?, returned_at moment?, revoked_at moment?",
    named=True,
)
def _reviewers(exported: Exported) -> Iterator[Row]:
    rows = Reviewer.objects.for_assessment(exported.assessment).select_related("round").order_by("round__number", "pk")
    for row in rows.iterator(ROWS_AT_ONCE):
        times = (row.invited_at, row.reminded_at, row.downloaded_at, row.returned_at, row.revoked_at)
        yield row.round.number, row.name, row.email, row.category, *times


@_table(
    "review_comments",
    "Comments on the report, and changes proposed to it",
    "round integer?, number integer, reviewer string, written_at moment?, kind string, section string, page integer?, "
    "before string, after string, comment string, decision string, response string, change string",
)
def _review_comments(exported: Exported) -> Iterator[Row]:
    """The reviewer is the office that a file came from; who wrote a comment in it stays inside. Comments of members
    have no round; those that they have withdrawn are left out."""
    rows = ReviewItem.objects.for_assessment(exported.assessment).for_list().select_related("round", "file__reviewer")
    rows = rows.exclude(member_comment__withdrawn_at__isnull=False)
    for row in rows.order_by("round__number", "number", "pk").iterator(ROWS_AT_ONCE):
        reviewer = exported.clear(row.file.reviewer.name) if row.file else ""
        where = (row.round.number if row.round else None, row.number, reviewer, row.at, row.kind)
        texts = [exported.clear(text) for text in (row.before, row.after, row.text)]
        place = (row.section_key, row.page)
        yield *where, *place, *texts, row.disposition, exported.clear(row.response), exported.clear(row.changed)


@_table("pack_texts", "Texts of language packs", "language string, key string, form string, text string")
def _pack_texts(exported: Exported) -> Iterator[Row]:
    rows = PackText.objects.filter(pack__assessment=exported.assessment).exclude(text="").select_related("pack")
    for row in rows.iterator(ROWS_AT_ONCE):
        yield row.pack.language, row.key, row.form, exported.clear(row.text)


@_table("log", "Audit log", "position integer, at moment, who string, action string, object string, hash string", named=True)  # fmt: skip  # noqa: E501
def _log(exported: Exported) -> Iterator[Row]:
    rows = AuditEvent.objects.for_assessment(exported.assessment).select_related("actor").order_by("position")
    for row in rows.iterator(ROWS_AT_ONCE):
        yield row.position, row.at, str(row.actor or ""), row.action, row.object_label, row.hash
