"""Interviews typed elsewhere: one row per interview, with columns for its details and one per question."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.forms import known_language
from assessments.invited_lines import codes_in_words
from assessments.models import Assessment, Sector, User
from ctnat.ui.digits import plain_number, whole_number
from ctnat.ui.errors import in_one_line
from ctnat.ui.tables import Table
from interviews.guides import guide_of
from interviews.models import EARLIEST_YEAR, Interview
from interviews.services.answers import save_answer
from interviews.services.interviews import complete_interview, create_interview, find_organisation
from interviews.text import clean_text

HEAD = ("date", "format", "interviewer", "organisation", "sector", "title", "women", "men", "other", "sections")
MORE = ("name", "language", "interpreter", "note_given", "observations", "place", "in_capital")  # may be there as well
REQUIRED = ("date",)
LATEST_YEAR = 2100  # the calendar's own end cannot be stored in every time zone
REASON = "As conducted; typed elsewhere and imported."
REASON_PLANNED = "As planned elsewhere and imported."
_DATES = (
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
)


@dataclass
class Imported:
    """`faults` are lines that each name a row, a column and what to do; where there are any, nothing was changed."""

    interviews: list[Interview] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def import_interviews(*, assessment: Assessment, table: Table, by: User | None, dry_run: bool = False) -> Imported:
    """Create an interview for each row, or none where any row has a fault.

    A row with notes becomes a complete interview, one without any a planned interview, in which nothing was asked.
    """
    done = Imported(faults=_column_faults(assessment, table))
    if done.faults:
        return done
    with transaction.atomic():
        for number, row in table.rows:
            try:
                with transaction.atomic():
                    done.interviews.append(_import_row(assessment, _filled(row), by))
            except ValidationError as error:
                done.faults += _row_faults(number, error)
        if done.faults or dry_run:
            transaction.set_rollback(True)
        else:
            codes = [interview.code for interview in done.interviews]
            record("interviews.imported", by=by, assessment=assessment, codes=codes)
    if done.faults or dry_run:
        assessment.refresh_from_db(fields=["last_interview"])
    return done


def _column_faults(assessment: Assessment, table: Table) -> list[str]:
    known = {*HEAD, *MORE, *guide_of(assessment).by_name}
    faults = [
        _("Column “{column}” is not known. Use {head}, or the code of a question such as 3.1.").format(
            column=column[:60], head=", ".join(HEAD)
        )
        for column in table.header
        if column and column not in known
    ]
    faults += [
        _("Column “{column}” appears twice. Use each column name only once.").format(column=column[:60])
        for column in table.doubled
    ]
    faults += [
        _("Column “{column}” is missing. Add it to the file.").format(column=column)
        for column in REQUIRED
        if column not in table.header
    ]
    return faults or ([] if table.rows else [_("There are no rows below the column names.")])


def _filled(row: dict[str, str]) -> dict[str, str]:
    return {column: cell for column, cell in row.items() if cell.strip()}


def _row_faults(number: int, error: ValidationError) -> list[str]:
    columns = {"held_at": "date", "sections_reason": "sections", "respondent_title": "title", "respondent_name": "name"}
    if hasattr(error, "error_dict"):
        named = [(columns.get(name, name), " ".join(messages)) for name, messages in error.message_dict.items()]
        if not number:  # the only one, of a file without rows
            return [f"{name}: {messages}" for name, messages in named]
        return [
            _("Row {number}, {get}: {messages}").format(number=number, get=name, messages=messages)
            for name, messages in named
        ]
    if not number:
        return [in_one_line(error)]
    return [_("Row {number}: {messages}").format(number=number, messages=in_one_line(error))]


def _import_row(assessment: Assessment, row: dict[str, str], by: User | None) -> Interview:
    questions = guide_of(assessment).by_name
    notes = {code: clean_text(row[code]) for code in questions if row.get(code)}
    fields = _fields(assessment, row)
    if "organisation" in row:
        sector = _choice("sector", row.get("sector", ""), Sector)
        organisation = find_organisation(
            assessment=assessment,
            name=row["organisation"],
            sector=sector,
            in_capital=_yes("in_capital", row.get("in_capital", "")),
            by=by,
        )
        fields["organisation"] = organisation
    if twin := _twin(assessment, fields, notes):
        raise ValidationError(
            _("This interview already exists as {code}. Delete the row from the file.").format(code=twin.code)
        )
    sections = _sections(assessment, row.get("sections", ""), notes)
    if not notes:  # dates and people alone are no proof that anything was asked
        plan: dict[str, Any] = {"sections": sections, "sections_reason": REASON_PLANNED} if sections else {}
        return create_interview(assessment=assessment, by=by, planned=True, **plan, **fields)
    interview = create_interview(assessment=assessment, by=by, sections=sections, sections_reason=REASON, **fields)
    for code, text in notes.items():
        save_answer(interview=interview, question=code, text=text, by=by)
    return complete_interview(interview=interview, by=by)


def _fields(assessment: Assessment, row: dict[str, str]) -> dict[str, Any]:
    texts = {
        "interviewer": row.get("interviewer", ""),
        "respondent_title": row.get("title", ""),
        "respondent_name": row.get("name", ""),
        "language": _language(assessment, row.get("language", "")),
        "observations": row.get("observations", ""),
    }
    return texts | {
        "held_at": _moment(assessment, row.get("date", "")),
        "format": _choice("format", row.get("format", ""), Interview.Format),
        "place": _choice("place", row.get("place", ""), Interview.Place),
        "women": _count("women", row.get("women", "")),
        "men": _count("men", row.get("men", "")),
        "other": _count("other", row.get("other", "")),
        "interpreter": _yes("interpreter", row.get("interpreter", "")),
        "note_given": _yes("note_given", row.get("note_given", "")),
    }


def _language(assessment: Assessment, text: str) -> str:
    if not text.strip():
        return assessment.report_language
    try:
        return known_language(text)
    except ValidationError as error:
        raise ValidationError({"language": error.messages}) from None


def _moment(assessment: Assessment, text: str) -> datetime:
    text = plain_number(text)[:40]
    for form in _DATES:
        try:
            moment = datetime.strptime(text, form).replace(tzinfo=assessment.zone)
        except ValueError:
            continue
        if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            raise ValidationError(
                {"date": _("Check the year of “{text}”: it is {year}.").format(text=text, year=moment.year)}
            )
        return moment
    raise ValidationError(
        {"date": _("“{text}” is not a date. Enter it as 2016-01-18 or 2016-01-18 10:00.").format(text=text)}
    )


def _count(name: str, text: str) -> int:
    number = whole_number(text) if text.strip() else 0
    if number is None or not 0 <= number < 10_000:
        raise ValidationError(
            {name: _("“{text}” is not a number of people. Use digits only.").format(text=text.strip()[:20])}
        )
    return number


def _yes(name: str, text: str) -> bool | None:
    """None where the cell is blank: not recorded."""
    words = {"": None, "0": False, "no": False, "false": False, "1": True, "yes": True, "true": True}
    if text.strip().lower() not in words:
        raise ValidationError(
            {
                name: _("“{text}” is neither yes nor no. Enter one of them, or leave the cell empty.").format(
                    text=text[:20]
                )
            }
        )
    return words[text.strip().lower()]


def _choice(name: str, text: str, choices: type[TextChoices]) -> str:
    """A choice by its value, or by its label in one of the site's languages; "" where the cell is blank."""
    wanted = text.strip().casefold()
    if not wanted:
        return ""
    if value := codes_in_words(choices).get(wanted):
        return value
    values = ", ".join(choices.values)
    raise ValidationError(
        {name: _("“{text}” is not known. Enter one of {values}.").format(text=text[:40], values=values)}
    )


def _sections(assessment: Assessment, text: str, notes: dict[str, str]) -> list[str]:
    """The sections named; where there are none, those that have notes."""
    named = [part for part in re.split(r"[\s,;]+", text) if part]
    section_of = guide_of(assessment).section_of
    return named or sorted({section_of[code] for code in notes})


def _twin(assessment: Assessment, fields: dict[str, Any], notes: dict[str, str]) -> Interview | None:
    """An interview with the same time, organisation and notes: the file was imported before."""
    same = (
        Interview.objects.for_assessment(assessment)
        .for_work()
        .filter(held_at=fields["held_at"], organisation=fields.get("organisation"))
    )
    interview: Interview
    for interview in same.with_answers():
        if {answer.question: answer.text for answer in interview.answers.all() if answer.text} == notes:
            return interview
    return None
