"""What people consented to, from the records of an interview. Read-only.

For each person who took part, the newest record that applies counts. Notes do not say which of several people said
something, so the refusal or withdrawal of one of them applies to the whole interview.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from interviews.models import ConsentRecord, Interview

NO, NOT_ASKED, UNATTRIBUTED = "no", "not_asked", "unattributed"


@dataclass(frozen=True)
class Consent:
    """The present state. `records` are those that count, without repetition; `missing`: people without any.

    `given` are those that count of the note: a withdrawal does not change that it was given.
    """

    records: tuple[ConsentRecord, ...] = ()
    missing: int = 0
    given: tuple[ConsentRecord, ...] = ()

    @property
    def note_given(self) -> bool | None:
        """None: not recorded for everybody."""
        answers = {record.note_given for record in self.given}
        if False in answers:
            return False
        return None if self.missing or None in answers or not answers else True

    @property
    def withdrawal(self) -> ConsentRecord | None:
        """The one that reaches furthest."""
        found = [record for record in self.records if record.withdrawn]
        return max(found, key=lambda record: record.withdrawn == ConsentRecord.Scope.INTERVIEW, default=None)

    @property
    def withdrew_interview(self) -> bool:
        return self.withdrawal is not None and self.withdrawal.withdrawn == ConsentRecord.Scope.INTERVIEW

    @property
    def refusal(self) -> str:
        """Why nothing of the interview may be quoted; blank where it may be."""
        if self.withdrew_interview:
            return _("The consent to this interview was withdrawn. Nothing of it can be quoted.")
        if self.withdrawal:
            return _("The consent to be quoted was withdrawn. Nothing of this interview can be quoted.")
        if any(record.to_interview == NO for record in self.records):
            return _("The consent to this interview was refused. Nothing of it can be quoted.")
        if any(record.to_quotes == NO for record in self.records):
            return _("The interviewee does not want to be quoted. Nothing of this interview can be quoted.")
        return ""

    @property
    def is_unattributed(self) -> bool:
        """Whether somebody agreed to be quoted only without attribution."""
        return any(record.to_quotes == UNATTRIBUTED for record in self.records)

    @property
    def is_quote_unasked(self) -> bool:
        """Whether somebody was not asked, or no answer is recorded."""
        return bool(self.missing) or any(record.to_quotes in ("", NOT_ASKED) for record in self.records)

    @property
    def to_quotes(self) -> str:
        """In words, for a page."""
        if self.refusal:
            return _("No")
        if self.is_quote_unasked:
            asked = any(record.to_quotes == NOT_ASKED for record in self.records)
            return _("Not asked") if asked else _("Not recorded")
        return _("Only without attribution") if self.is_unattributed else _("Yes")

    @property
    def given_at(self) -> datetime | None:
        """When consent was last recorded as given, or refused."""
        return max((record.happened_at for record in self.given if record.happened_at), default=None)


def consent_of(interview: Interview) -> Consent:
    return consents_of([interview])[interview.pk]


def consents_of(interviews: Iterable[Interview]) -> dict[int, Consent]:
    """Key of an interview -> its state, in one query."""
    found = {interview.pk: interview for interview in interviews}
    rows: dict[int, list[ConsentRecord]] = {pk: [] for pk in found}
    for record in ConsentRecord.objects.filter(interview__in=list(found)).select_related("note").order_by("pk"):
        rows[record.interview_id].append(record)
    return {pk: _state(rows[pk], interview.people) for pk, interview in found.items()}


def without_note(
    interview: Interview, known: Collection[bool | None] = (None,)
) -> dict[int | None, ConsentRecord | None]:
    """Of whom it is not recorded whether the information note was given -> the newest record, None for one without any.

    `known`: the recorded values with which people are named. The key None stands for everybody who took part, where
    they all have the same record. After a withdrawal nobody is named: consent that was given later has to say when.
    """
    newest = _newest(list(interview.consents.order_by("pk")), interview.people)
    if any(record is not None and record.withdrawn for record in newest):
        return {}
    by_person: dict[int | None, ConsentRecord | None] = dict(enumerate(newest, 1))
    if len(set(newest)) == 1:
        by_person = {None: newest[0]}
    return {who: last for who, last in by_person.items() if last is None or last.note_given in known}


def _state(records: list[ConsentRecord], people: int) -> Consent:
    """`records` in the order in which they were made."""
    counted = _newest(records, people)
    given = _newest([record for record in records if not record.withdrawn], people)
    return Consent(_once(counted), sum(record is None for record in counted), _once(given))


def _newest(records: list[ConsentRecord], people: int) -> list[ConsentRecord | None]:
    """The newest record of each person, None for one without any."""
    newest: dict[int, ConsentRecord | None] = dict.fromkeys(range(1, max(people, 1) + 1))
    for record in records:
        if record.participant is None:
            newest = dict.fromkeys(newest, record)
        else:  # also of a person who is no longer counted among those who took part
            newest[record.participant] = record
    return list(newest.values())


def _once(records: Iterable[ConsentRecord | None]) -> tuple[ConsentRecord, ...]:
    found = {record.pk: record for record in records if record is not None}
    return tuple(found[pk] for pk in sorted(found))
