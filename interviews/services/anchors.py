"""Keeps marked passages on their words while the notes are edited."""

from django.utils import timezone

from assessments.audit import record
from assessments.models import User
from interviews.models import Answer, Coding
from interviews.passages import nearest, reanchor


def follow_edit(*, answer: Answer, old: str, by: User | None) -> None:
    """Moves the codings of `answer`, whose text was `old`, to where their words now stand; flags those that are gone.

    A lost passage comes back when its words do. Any change of the words of a released passage takes the release back:
    it was given for the words that were read.
    """
    for coding in answer.codings.all():
        if coding.lost:
            place = nearest(answer.text, coding.quote, coding.start)
            found = None if place is None else (place, place + len(coding.quote))
        else:
            found = reanchor(old, answer.text, coding.start, coding.end)
            if found and 2 * (found[1] - found[0]) < coding.length:
                found = None
        _store(coding, answer, found, by)


def _store(coding: Coding, answer: Answer, found: tuple[int, int] | None, by: User | None) -> None:
    before = (coding.start, coding.end, coding.quote, coding.lost)
    if found is None:
        coding.lost = True
    else:
        coding.start, coding.end = found
        coding.quote, coding.lost = answer.text[coding.start : coding.end], False
    if (coding.start, coding.end, coding.quote, coding.lost) == before:
        return
    if coding.released and (coding.lost or coding.quote != coding.approved_quote):
        coding.released, coding.withdrawn_at = False, timezone.now()
        interview = answer.interview
        record(
            "coding.release_withdrawn",
            by=by,
            assessment=interview.assessment,
            target=coding,
            label=f"{interview.code}/{answer.question}",
        )
    coding.save()
