"""Keeps marked passages on their words while the notes are edited."""

from interviews.models import Answer, Coding
from interviews.passages import nearest, reanchor


def follow_edit(*, answer: Answer, old: str) -> None:
    """Moves the codings of `answer`, whose text was `old`, to where their words now stand; flags those that are gone.

    A lost passage comes back when its words do. What is lost is no longer released for quotation.
    """
    for coding in answer.codings.all():
        if coding.lost:
            place = nearest(answer.text, coding.quote, coding.start)
            found = None if place is None else (place, place + len(coding.quote))
        else:
            found = reanchor(old, answer.text, coding.start, coding.end)
            if found and 2 * (found[1] - found[0]) < coding.length:
                found = None
        _store(coding, answer.text, found)


def _store(coding: Coding, text: str, found: tuple[int, int] | None) -> None:
    before = (coding.start, coding.end, coding.quote, coding.lost)
    if found is None:
        coding.lost, coding.released = True, False
    else:
        coding.start, coding.end = found
        coding.quote, coding.lost = text[coding.start : coding.end], False
    if (coding.start, coding.end, coding.quote, coding.lost) != before:
        coding.save()
