"""A workshop from its plan to its frozen results."""

import secrets
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.lacking import counts, lacking_languages
from assessments.locks import lock_assessment
from assessments.models import Assessment, User
from assessments.once import key_detail, made_before
from ctnat.ui.errors import ConflictError, InputError
from ctnat.ui.seen import Marks, check_seen
from indicators.services.checks import check_text
from indicators.services.translations import forget_translations
from indicators.translated import Translated
from instruments.texts import is_language
from workshops.agenda import fix_agenda
from workshops.models import Ballot, Group, Verdict, Workshop
from workshops.priorities import priority_item
from workshops.results import live_results, with_translations
from workshops.services.comments import take_from_verdicts
from workshops.services.minutes import make_minutes
from workshops.words import GroupError

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letters that look alike from a distance
CODE_LENGTH = 6


@transaction.atomic
def create_workshop(
    *,
    assessment: Assessment,
    held_on: date,
    place: str = "",
    purpose: str = "validation",
    language: str = "",
    by: User | None,
    form_key: UUID | None = None,
) -> Workshop:
    """`purpose` is validation or rehearsal; a rehearsal never counts, and cannot become a validation. `language` is the
    room's, empty for the report's.

    The same form (`form_key`) with the same entries makes one workshop.
    """
    lock_assessment(assessment)
    workshop = Workshop(assessment=assessment, held_on=held_on, place=check_text(place, _("place")), purpose=purpose)
    workshop.language = _check_language(language)
    workshop.full_clean(exclude=["results"])
    if same := made_before(
        "workshop.created",
        form_key,
        new=workshop,
        names=("held_on", "place", "purpose", "language"),
        rows=Workshop.objects.filter(assessment=assessment),
        assessment=assessment,
        by=by,
    ):
        return same
    workshop.save()
    record("workshop.created", by=by, assessment=assessment, target=workshop, **key_detail(form_key))
    return workshop


@transaction.atomic
def edit_workshop(
    *,
    workshop: Workshop,
    held_on: date,
    place: str,
    language: str | None = None,
    by: User | None,
    seen: Marks | None = None,
) -> Workshop:
    """Raises `InputError`: `SeenConflict` where another facilitator has changed it since it was shown (`seen`)."""
    row = lock_workshop(workshop)
    check_not_closed(row)
    language = _check_language(row.language if language is None else language) or row.room_language
    wanted = {"held_on": held_on, "place": place, "language": language}
    there = {"held_on": row.held_on, "place": row.place, "language": row.room_language}
    check_seen(row, seen, wanted, there)
    if there == wanted:  # saved without a change, or sent twice on a slow line
        return row
    workshop.held_on, workshop.place, workshop.language = held_on, check_text(place, _("place")), language
    workshop.full_clean(exclude=["results"])
    workshop.save(update_fields=["held_on", "place", "language"])
    record("workshop.changed", by=by, assessment=workshop.assessment, target=workshop)
    return workshop


@transaction.atomic
def remove_workshop(*, workshop: Workshop, by: User | None) -> None:
    """Remove a rehearsal, or a workshop that was never opened, with its groups and all they sent."""
    row = lock_workshop(workshop)
    if row.opened_at and not row.is_rehearsal:
        raise InputError(_("This workshop has been opened and cannot be removed. Close it if it is over."))
    record("workshop.removed", by=by, assessment=row.assessment, target=row)
    if row.is_rehearsal:
        _erase_rehearsal(row)
    row.delete()


@transaction.atomic
def empty_rehearsal(*, workshop: Workshop, by: User | None) -> Workshop:
    """Delete everything that groups sent in a rehearsal; the groups stay, and the rehearsal is planned again."""
    row = lock_workshop(workshop)
    if not row.is_rehearsal:
        raise InputError(_("Only a rehearsal can be cleared. The results of a validation workshop are kept."))
    _erase_rehearsal(row)
    row.groups.update(device_hmac="")
    row.status, row.join_code, row.opened_at, row.closed_at = Workshop.Status.PLANNED, None, None, None
    row.agenda, row.results = None, {}
    _save(row, "status", "join_code", "opened_at", "closed_at", "agenda", "results")
    record("workshop.emptied", by=by, assessment=row.assessment, target=row)
    return row


@transaction.atomic
def count_workshop(
    *, workshop: Workshop, counted: bool, people: str = "", by: User | None, revision: int | None = None
) -> Workshop:
    """Store the lead's decision whether the report covers a closed workshop.

    `people`: whether it had other people than the workshops counted before ("new") or the same ("same"): asked
    where there are others, so that no person is counted twice. `revision` is that of the workshop as the lead saw it;
    where it has changed since, `ConflictError` is raised and nothing changes; None does not ask.
    """
    row = lock_workshop(workshop)
    if row.is_rehearsal:
        raise InputError(_("A rehearsal cannot be included in the report. Plan a validation workshop instead."))
    if not row.results:
        raise InputError(_("Close the workshop first: the report uses only frozen results."))
    others = Workshop.objects.for_assessment(row.assessment).counted().exclude(pk=row.pk)
    if counted and others.exists() and people not in Workshop.People.values:
        raise InputError(
            {
                "people": _(
                    "Another workshop is already included. Choose whether the people here were others or the same."
                )
            }
        )
    people = people if counted and others.exists() else ""
    if (row.counted, row.people) == (counted, people):  # sent twice on a slow line
        return row
    if revision is not None and row.revision != revision:
        raise ConflictError(
            row,
            _(
                "The workshop was changed after you opened this page, so your answer was not saved. Check the results "
                "as they are now, then save again."
            ),
        )
    row.counted, row.people = counted, people
    _save(row, "counted", "people")
    record("workshop.counted", by=by, assessment=row.assessment, target=row, counted=counted, people=row.people)
    return row


@transaction.atomic
def update_agenda(*, workshop: Workshop, by: User | None) -> int:
    """Put to the groups what was added since the opening. Returns how many entries are new."""
    row = lock_workshop(workshop)
    if not row.is_open:
        raise InputError(_("The workshop is not open. Its agenda is set when it opens."))
    if row.agenda is None:  # opened before agendas were stored: its groups are asked about everything
        return 0
    known = {entry["target"] for entry in row.agenda}
    added = [entry for entry in fix_agenda(row.assessment) if entry["target"] not in known]
    if added:
        row.agenda = [*row.agenda, *added]
        _save(row, "agenda")
        targets = [entry["target"] for entry in added]
        record("workshop.agenda_extended", by=by, assessment=row.assessment, target=row, added=targets)
    return len(added)


@transaction.atomic
def open_workshop(*, workshop: Workshop, by: User | None) -> Workshop:
    """Let groups join and vote: set the short code and fix the agenda. Opening an open one changes nothing."""
    row = lock_workshop(workshop)
    priority_item(row.assessment)  # refused here, not at the first ballot, where there is nothing to vote on
    if row.is_closed:
        raise InputError(_("This workshop was closed. To open it again, choose “Reopen” and give a reason."))
    if row.is_open:
        return row
    row.status = Workshop.Status.OPEN
    row.join_code, row.opened_at = _new_code(), timezone.now()
    row.agenda = fix_agenda(row.assessment)
    _save(row, "status", "join_code", "opened_at", "agenda")
    missing = counts(lacking_languages(row.assessment, row.languages, "workshop"))
    detail: dict[str, Any] = {"missing": missing} if missing else {}
    record("workshop.opened", by=by, assessment=row.assessment, target=row, **detail)
    return row


@transaction.atomic
def close_workshop(*, workshop: Workshop, by: User | None) -> Workshop:
    """Freeze the results, make the minutes, take the groups' own words into the register of responses.

    Words of a rehearsal are not taken. Closing twice has no further effect.
    """
    row = lock_workshop(workshop)
    if row.is_closed:
        return row
    if not row.is_open:
        raise InputError(_("This workshop has not been opened yet, so there is nothing to close."))
    words, language = Translated.of(row.assessment), row.assessment.report_language
    row.results = with_translations(live_results(row), words, language).to_json()
    row.status, row.closed_at = Workshop.Status.CLOSED, timezone.now()
    _save(row, "results", "status", "closed_at")
    taken = 0 if row.is_rehearsal else take_from_verdicts(workshop=row, by=by)
    make_minutes(workshop=row, by=by)
    record("workshop.closed", by=by, assessment=row.assessment, target=row, responses_taken=taken)
    return row


@transaction.atomic
def reopen_workshop(*, workshop: Workshop, by: User | None, reason: str) -> Workshop:
    """Let groups vote again under the same code. Until the next closing the earlier results are in force."""
    reason = check_text(reason, _("reason"))
    if not reason:
        raise InputError(_("Give the reason for reopening the workshop: its results were frozen."))
    row = lock_workshop(workshop)
    if row.is_open:
        return row
    if not row.is_closed:
        raise InputError(_("This workshop has not been opened yet. Open it instead."))
    row.status = Workshop.Status.OPEN
    _save(row, "status")
    record("workshop.reopened", by=by, assessment=row.assessment, target=row, reason=reason)
    return row


def _check_language(language: str) -> str:
    """Any language, or blank. Words that it lacks are shown in English."""
    if language and not is_language(language):
        raise InputError({"language": _("“{word}” is not a known language.").format(word=language[:40])})
    return language


def lock_workshop(workshop: Workshop) -> Workshop:
    """The row as it is now, locked until the transaction ends."""
    rows = Workshop.objects.select_for_update(of=("self",))
    locked: Workshop = rows.select_related("assessment__questionnaire", "assessment__matrix").get(pk=workshop.pk)
    return locked


def touch_workshop(workshop: Workshop) -> None:
    """Raise the revision, by which the projector and the phones notice a change."""
    Workshop.objects.filter(pk=workshop.pk).update(revision=F("revision") + 1)


def check_not_closed(workshop: Workshop) -> None:
    """Raises `InputError` where the results are frozen: they change only after a reopening."""
    if workshop.is_closed:
        raise InputError(_("The workshop is closed and its results are frozen. Reopen it first, with a reason."))


def _erase_rehearsal(row: Workshop) -> None:
    found = [("comment", row.comments.all()), ("verdict", Verdict.objects.filter(group__workshop=row))]
    found.append(("ballot", Ballot.objects.filter(group__workshop=row)))
    targets = [f"{name}:{pk}" for name, rows in found for pk in rows.values_list("pk", flat=True)]
    forget_translations(row.assessment, targets)
    row.comments.all().delete()
    row.minutes.all().delete()
    Verdict.objects.filter(group__workshop=row).delete()
    Ballot.objects.filter(group__workshop=row).delete()


def lock_open_workshop(group: Group) -> Workshop:
    """The group's workshop, locked. Raises `ValidationError` unless it is open."""
    workshop = lock_workshop(group.workshop)
    if workshop.is_closed:
        raise GroupError("closed")
    if not workshop.is_open:
        raise GroupError("not_open")
    return workshop


def _save(row: Workshop, *fields: str) -> None:
    row.revision += 1
    row.save(update_fields=[*fields, "revision"])


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        if not Workshop.objects.filter(join_code=code).exists():
            return code
