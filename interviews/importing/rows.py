"""Rows of interviews typed elsewhere, read and checked before anything is stored."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from assessments.forms import known_language
from assessments.invited_lines import codes_in_words
from assessments.models import Assessment, Organisation, Sector
from ctnat.ui.days import Order, day_order, read_moment
from ctnat.ui.digits import ascii_digits, plain_number, whole_number
from ctnat.ui.folding import fold
from interviews.guides import guide_of
from interviews.importing.columns import PEOPLE
from interviews.models import EARLIEST_YEAR, GRACE, Interview
from interviews.services.interviews import NOT_TYPED, check_plan, differing_capital
from interviews.text import ANSWER_LIMIT, clean_text, cleaned

LATEST_YEAR = 2100  # the calendar's own end cannot be stored in every time zone
REASON = "As conducted; typed elsewhere and imported."
REASON_PLANNED = "As planned elsewhere and imported."
OF_FIELD = {"held_at": "date", "sections_reason": "sections", "respondent_title": "title", "respondent_name": "name"}
_YEAR = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")


@dataclass(frozen=True)
class Entry:
    """One interview as a file has it. `cells`: column of ours or code of a question -> text. `place`: where its author
    finds it, "Row 3" or the name of its file. `unplaced`: texts of a Word file that stand under no question."""

    place: str
    cells: Mapping[str, str]
    file: str = ""
    unplaced: Sequence[str] = ()

    @property
    def date(self) -> str:
        return self.cells.get("date", "").strip()


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row. `column`: as in `Entry.cells`; blank where it concerns the whole row."""

    column: str
    text: str


@dataclass
class ReadRow:
    """What is stored of an entry, unless it has faults, or the interview is there already: `known` is its code.

    `fields` are those of `create_interview`; `organisation` are (name, sector, whether it is in the capital).
    """

    entry: Entry
    fields: dict[str, Any] = field(default_factory=dict)
    organisation: tuple[str, str, bool | None] | None = None
    sections: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    people_given: bool = False
    faults: list[Fault] = field(default_factory=list)
    known: str = ""

    @property
    def planned(self) -> bool:
        """Dates and people alone are no proof that anything was asked."""
        return not self.notes

    @property
    def complete(self) -> bool:
        """Not where nothing is said about who took part: completing the interview asks."""
        return bool(self.notes) and self.people_given

    @property
    def people(self) -> int:
        return sum(self.fields.get(name) or 0 for name in PEOPLE)

    @property
    def plan(self) -> dict[str, Any]:
        """The arguments of `create_interview` about sections."""
        if self.planned and not self.sections:
            return {}
        return {"sections": self.sections, "sections_reason": REASON_PLANNED if self.planned else REASON}


def read_rows(assessment: Assessment, entries: Sequence[Entry], order: Order | None = None) -> list[ReadRow]:
    """The entries with all their faults. `order` of day and month, where it was said; else it is found in the dates."""
    order = order or day_order(entry.date for entry in entries).order
    organisations = _Organisations(assessment)
    rows = [_Reader(assessment, entry, order, organisations).row for entry in entries]
    _mark_known(assessment, rows, organisations)
    return rows


class _Reader:
    """Reads one entry, collecting its faults."""

    def __init__(self, assessment: Assessment, entry: Entry, order: Order | None, organisations: "_Organisations"):
        self.assessment, self.order = assessment, order
        self.cells = {column: text for column, text in entry.cells.items() if text.strip()}
        self.row = ReadRow(entry)
        self._read_notes()
        self._read_fields()
        self._read_organisation(organisations)
        self._read_sections()
        if not self.row.faults:
            self._check()

    def _fault(self, column: str, *texts: str) -> None:
        self.row.faults += [Fault(column, text) for text in texts]

    def _try(self, column: str, read: Any, *args: Any) -> Any:
        """What `read` gives; None where it raises, which becomes a fault."""
        try:
            return read(self.cells.get(column, ""), *args)
        except ValidationError as error:
            self._fault(column, *error.messages)
            return None

    def _read_notes(self) -> None:
        for code in guide_of(self.assessment).by_name:
            text = clean_text(self.cells.get(code, "")).strip("\n")
            if len(text) > ANSWER_LIMIT:
                self._fault(
                    code,
                    _("These notes have {n:,} characters; the limit is {limit:,}. Shorten them.").format(
                        n=len(text), limit=ANSWER_LIMIT
                    ),
                )
            elif text.strip():
                self.row.notes[code] = text

    def _read_fields(self) -> None:
        cells = self.cells
        self.row.people_given = any(name in cells for name in PEOPLE)
        observations = [cells.get("observations", ""), *self.row.entry.unplaced]
        self.row.fields = {
            "held_at": self._try("date", read_date, self.assessment, self.order),
            "format": self._try("format", _choice, Interview.Format),
            "place": self._try("place", _choice, Interview.Place),
            "interviewer": cells.get("interviewer", ""),
            "respondent_title": cells.get("title", ""),
            "respondent_name": cells.get("name", ""),
            "language": self._try("language", _language, self.assessment),
            "observations": "\n\n".join(filter(None, observations)),
            **{name: self._try(name, _count) for name in PEOPLE},
            "interpreter": self._try("interpreter", _yes),
            "note_given": self._try("note_given", _yes),
        }

    def _read_organisation(self, organisations: "_Organisations") -> None:
        if "organisation" not in self.cells:
            return
        sector = self._try("sector", _choice, Sector)
        in_capital = self._try("in_capital", _yes)
        name = clean_text(self.cells["organisation"]).strip()
        self.row.organisation = (name, sector or "", in_capital)
        if any(fault.column in ("sector", "in_capital") for fault in self.row.faults):
            return
        try:
            organisations.check(name, sector, in_capital)
        except ValidationError as error:
            self._take(error, {"name": "organisation"})

    def _read_sections(self) -> None:
        """Those named; where there are none, those that have notes."""
        named = [part for part in re.split(r"[\s,;،؛]+", ascii_digits(self.cells.get("sections", ""))) if part]
        section_of = guide_of(self.assessment).section_of
        self.row.sections = named or sorted({section_of[code] for code in self.row.notes})

    def _check(self) -> None:
        """The rules of an interview, which are also checked when it is stored."""
        row = self.row
        fields = {name: value for name, value in row.fields.items() if name != "note_given"}
        unknown_people = bool(row.notes) and not row.people_given
        interview = Interview(assessment=self.assessment, planned=row.planned or unknown_people, **cleaned(fields))
        try:
            interview.full_clean(exclude=[*NOT_TYPED, "assessment"], validate_constraints=False)
            if row.plan:
                check_plan(guide_of(self.assessment), row.sections, row.plan["sections_reason"])
        except ValidationError as error:
            self._take(error, {})
        if unknown_people and row.fields["held_at"] > timezone.now() + GRACE:
            self._fault("date", _("This date is in the future. Enter the day on which the interview was held."))

    def _take(self, error: ValidationError, columns: Mapping[str, str]) -> None:
        if not hasattr(error, "error_dict"):
            self._fault("", *error.messages)
            return
        for name, messages in error.message_dict.items():
            self._fault(columns.get(name) or OF_FIELD.get(name, name), *messages)


class _Organisations:
    """Those of the assessment, and those that earlier rows add."""

    def __init__(self, assessment: Assessment):
        self.assessment = assessment
        rows = Organisation.objects.for_assessment(assessment)
        self.by_name: dict[str, Organisation] = {row.name.casefold(): row for row in rows}

    def check(self, name: str, sector: str, in_capital: bool | None) -> None:
        """Raises `ValidationError`, by field, as storing it would."""
        found = self.by_name.get(name.casefold())
        if found is None:
            found = Organisation(assessment=self.assessment, name=name, sector=sector, in_capital=in_capital)
            found.full_clean(exclude=["assessment"], validate_unique=False, validate_constraints=False)
            self.by_name[name.casefold()] = found
        elif in_capital is not None:
            if found.in_capital not in (None, in_capital):
                raise differing_capital(found)
            found.in_capital = in_capital

    def key(self, row: ReadRow) -> int | str | None:
        if row.organisation is None:
            return None
        found = self.by_name.get(row.organisation[0].casefold())
        return found.pk if found and found.pk else row.organisation[0].casefold()


def _mark_known(assessment: Assessment, rows: Iterable[ReadRow], organisations: _Organisations) -> None:
    """An interview with the same time, organisation and notes was imported before, or stands in the file twice."""
    rows = [row for row in rows if not row.faults]
    moments = {row.fields["held_at"] for row in rows}
    there: dict[tuple[Any, Any], list[tuple[str, dict[str, str]]]] = {}
    same_time = Interview.objects.for_assessment(assessment).for_work().filter(held_at__in=moments)
    for interview in same_time.with_answers():
        notes = {answer.question: answer.text for answer in interview.answers.all() if answer.text}
        there.setdefault((interview.held_at, interview.organisation_id), []).append((interview.code, notes))
    seen: dict[tuple[Any, Any], list[ReadRow]] = {}
    for row in rows:
        key = row.fields["held_at"], organisations.key(row)
        row.known = next((code for code, notes in there.get(key, ()) if notes == row.notes), "")
        for other in seen.get(key, ()):
            if other.notes == row.notes and not row.known:
                text = _("This is the same interview as in {place}. Leave one out.")
                row.faults.append(Fault("", text.format(place=other.entry.place)))
                break
        seen.setdefault(key, []).append(row)


# Cells ----------------------------------------------------------------------------------------------------------------


def read_date(text: str, assessment: Assessment, order: Order | None) -> datetime:
    """The moment that a cell names, in the zone of the assessment where it names none. Raises `ValidationError`.

    `order` None: it is not known whether the day or the month comes first, so that some dates cannot be read.
    """
    shown = plain_number(text)[:40]
    if not shown:
        raise ValidationError(_("The date is missing. Enter it as 2016-01-18 or 2016-01-18 10:00."))
    moments = {read_moment(text, one) for one in ([order] if order else ("dmy", "mdy"))} - {None}
    if len(moments) > 1:
        raise ValidationError(
            _("“{text}” can be read as two dates. Enter it with the year first: 2016-01-18.").format(text=shown)
        )
    for moment in moments:
        if moment is not None and EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            return moment if moment.tzinfo else moment.replace(tzinfo=assessment.zone)
    year = _YEAR.search(shown)
    if year and not EARLIEST_YEAR <= int(year[0]) <= LATEST_YEAR:
        raise ValidationError(_("Check the year of “{text}”: it is {year}.").format(text=shown, year=int(year[0])))
    raise ValidationError(_("“{text}” is not a date. Enter it as 2016-01-18 or 2016-01-18 10:00.").format(text=shown))


def _language(text: str, assessment: Assessment) -> str:
    return known_language(text) if text.strip() else assessment.report_language


def _count(text: str) -> int:
    number = whole_number(text) if text.strip() else 0
    if number is None or not 0 <= number < 10_000:
        raise ValidationError(_("“{text}” is not a number of people. Use digits only.").format(text=text.strip()[:20]))
    return number


@lru_cache(maxsize=1)
def _yes_and_no() -> Mapping[str, bool]:
    """Folded word, in a language of the site -> whether it means yes."""
    found = {"0": False, "false": False, "1": True, "true": True}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {fold(_("Yes")): True, fold(_("No")): False}
    return found


def _yes(text: str) -> bool | None:
    """None where the cell is blank: not recorded."""
    if not text.strip():
        return None
    found = _yes_and_no().get(fold(text[:40]))
    if found is None:
        raise ValidationError(
            _("“{text}” is neither yes nor no. Enter one of them, or leave the cell empty.").format(text=text[:20])
        )
    return found


def _choice(text: str, choices: type[TextChoices]) -> str:
    """A choice by its value, or by its label in one of the site's languages; "" where the cell is blank."""
    wanted = text.strip().casefold()
    if not wanted:
        return ""
    if value := codes_in_words(choices).get(wanted):
        return value
    values = ", ".join(choices.values)
    raise ValidationError(
        _("“{text}” is not known. Enter one of {values}.").format(text=text.strip()[:40], values=values)
    )
