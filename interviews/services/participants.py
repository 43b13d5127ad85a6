"""The table of the people who took part in an interview, saved as a whole."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from ctnat.ui.errors import InputError
from ctnat.ui.seen import Marks, check_seen, values_of
from interviews.models import MOST_LISTED, Interview, Participant
from interviews.participants import Listed
from interviews.services.consents import lock_interview
from interviews.text import cleaned

COLUMNS = ("part", "title", "organisation", "sex", "name")


@transaction.atomic
def save_participants(
    *, interview: Interview, by: User | None, rows: Iterable[Listed], seen: Marks | None = None
) -> list[Participant]:
    """Store the table. A person of whom `rows` says nothing is taken out of it; the others keep their numbers, since
    records of consent refer to them.

    Raises `InputError`, by field ("title_2" is the title of person 2), `SeenConflict` where the table has changed
    since it was shown (`seen`, by the same names). The event says which fields of which persons changed, not what
    is in them.
    """
    interview = lock_interview(interview)
    if interview.deleted_at:
        raise InputError(_("{code} is in the trash. Restore it first, then save again.").format(code=interview.code))
    wanted = _rows_of(interview, rows)
    stored = {row.position: row for row in interview.participants.select_for_update()}
    last = max([*wanted, *stored], default=0)
    check_seen(interview, seen, _flat(wanted, last), _flat(stored, last))
    kept = {number: row for number, row in wanted.items() if _says_something(row)}
    changed = {
        str(number): names
        for number in sorted(kept.keys() & stored.keys())
        if (names := _different(kept[number], stored[number]))
    }
    added, removed = sorted(kept.keys() - stored.keys()), sorted(stored.keys() - kept.keys())
    if changed or added or removed:
        _check(interview, kept.values())
        interview.participants.filter(position__in=removed).delete()
        for number in added:
            kept[number].save()
        for key, names in changed.items():
            row = kept[int(key)]
            row.pk = stored[int(key)].pk
            row.save(update_fields=names)  # not the others: one that cannot be read stays as it is stored
        record(
            "interview.participants_changed",
            by=by,
            assessment=interview.assessment,
            target=interview,
            people=len(kept),
            added=added,
            changed=changed,
            removed=removed,
        )
    return list(interview.participants.all())


def _rows_of(interview: Interview, rows: Iterable[Listed]) -> dict[int, Participant]:
    """Number of a person -> the row as it is to be stored, those that say nothing included."""
    found: dict[int, Participant] = {}
    for row in rows:
        values = cleaned({name: getattr(row, name) for name in COLUMNS})
        if row.position in found or not 1 <= row.position <= MOST_LISTED:
            raise InputError(
                _("The table has room for {most} people, each with a number of their own.").format(most=MOST_LISTED)
            )
        found[row.position] = Participant(interview=interview, position=row.position, **values)
    return dict(sorted(found.items()))


def _says_something(row: Participant) -> bool:
    return any(values_of(row, COLUMNS).values())


def _different(row: Participant, other: Participant) -> list[str]:
    before, after = values_of(other, COLUMNS), values_of(row, COLUMNS)
    return [name for name in COLUMNS if before[name] != after[name]]


def _flat(rows: dict[int, Participant], last: int) -> dict[str, Any]:
    """The values of persons 1 to `last` under the names of the form's fields: "title_2"."""
    blank = Participant()
    return {
        f"{name}_{number}": value
        for number in range(1, last + 1)
        for name, value in values_of(rows.get(number, blank), COLUMNS).items()
    }


def _check(interview: Interview, rows: Iterable[Participant]) -> None:
    errors: dict[str, Any] = {}
    for row in rows:
        try:
            row.full_clean(exclude=["interview"], validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            errors |= {f"{name}_{row.position}": found for name, found in error.message_dict.items()}
        if row.organisation and row.organisation.assessment_id != interview.assessment_id:
            errors[f"organisation_{row.position}"] = _("Choose an organisation of this assessment.")
        if interview.planned and row.part:
            errors[f"part_{row.position}"] = _(
                "{code} has not been held yet, so nobody has spoken or listened. Leave this blank."
            ).format(code=interview.code)
    if errors:
        raise InputError(errors)
