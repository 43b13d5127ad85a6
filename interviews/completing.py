"""Open points of an interview that is about to be completed."""

from dataclasses import dataclass

from assessments.models import Contact
from interviews.consent import without_note
from interviews.models import Interview, SetAside


@dataclass(frozen=True)
class OpenPoints:
    """Points that are unknown, and are asked when the interview is completed."""

    sections: tuple[str, ...]  # planned, without a note: not reached, or asked without an answer?
    note_unknown: bool  # whether the information note was given
    no_people: bool
    no_place: bool
    waiting: tuple[str, ...]  # questions with a second text for which no choice was made

    def __bool__(self) -> bool:
        return bool(self.sections or self.note_unknown or self.no_people or self.no_place or self.waiting)


def open_points(interview: Interview) -> OpenPoints:
    noted = interview.answers.exclude(text="").values_list("question", flat=True)
    known = {section.name for section in interview.guide.sections}  # those of other versions are not asked about
    answered = {interview.guide.section_of.get(question) for question in noted}
    if Contact.objects.for_assessment(interview.assessment).filter(suggested_in=interview.code).exists():
        answered |= {s.name for s in interview.guide.sections if any(q.suggests_contacts for q in s.questions)}
    return OpenPoints(
        sections=tuple(
            section
            for section in interview.sections
            if section not in answered and section not in interview.unanswered and section in known
        ),
        note_unknown=bool(without_note(interview)),
        no_people=not interview.people,
        no_place=not interview.place,
        waiting=waiting_questions(interview),
    )


def waiting_questions(interview: Interview) -> tuple[str, ...]:
    """The questions with a second text for which no choice was made, in the order of the guide."""
    waiting = SetAside.objects.for_settling().filter(answer__interview=interview)
    found = set(waiting.values_list("answer__question", flat=True))
    order = list(interview.guide.by_name)
    return tuple(sorted(found, key=lambda code: (order.index(code) if code in order else len(order), code)))
