"""Who took part in an interview, as it is shown: the rows of its table, with what the interview has of person 1.

An interview without a table shows nothing of this; one with a table always shows person 1, the main respondent.
Read-only: the table and the numbers of women, men and others are compared here, and neither changes the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from assessments.models import Organisation
from ctnat.ui.formats import format_list
from interviews.models import Interview, Participant


@dataclass(frozen=True)
class Listed:
    """A person who took part. What is blank or None is not recorded."""

    position: int
    part: str = ""
    title: str = ""
    organisation: Organisation | None = None
    sex: str = ""
    name: str = ""

    @property
    def part_label(self) -> str:
        return str(Participant.Part(self.part).label) if self.part else _("Not recorded")

    @property
    def sex_label(self) -> str:
        return str(Participant.Sex(self.sex).label) if self.sex else _("Not recorded")

    @property
    def about(self) -> str:
        """What tells this person from the others beside the number, without a name: the function, else the part."""
        return self.title or (self.part_label if self.part else "")

    @property
    def in_words(self) -> str:
        """Name and function, for those who may see both; the number where neither is recorded."""
        return ", ".join(filter(None, [self.name, self.title])) or _("Person {number}").format(number=self.position)


def participants_of(interview: Interview) -> list[Listed]:
    """The people of one interview by number; none where it has no table. One query."""
    return participants_in([interview])[interview.pk]


def participants_in(interviews: Iterable[Interview]) -> dict[int, list[Listed]]:
    """Key of an interview -> its people, for all of them in one query."""
    found = {interview.pk: interview for interview in interviews}
    rows: dict[int, list[Participant]] = {pk: [] for pk in found}
    stored = Participant.objects.filter(interview__in=list(found)).select_related("organisation")
    for row in stored.order_by("position"):
        rows[row.interview_id].append(row)
    return {pk: _listed(interview, rows[pk]) for pk, interview in found.items()}


def _listed(interview: Interview, rows: list[Participant]) -> list[Listed]:
    if not rows:
        return []
    first = next((row for row in rows if row.position == 1), Participant(position=1))
    main = Listed(
        position=1,
        part=first.part,
        title=first.title or interview.respondent_title,
        organisation=first.organisation or interview.organisation,
        sex=first.sex,
        name=first.name or interview.respondent_name,
    )
    others = (
        Listed(row.position, row.part, row.title, row.organisation, row.sex, row.name)
        for row in rows
        if row.position != 1
    )
    return [main, *others]


def by_part(listed: list[Listed]) -> list[tuple[str, list[Listed]]]:
    """(label, people) of those who spoke, of those who listened, and of those of whom neither is recorded."""
    parts = [
        (str(Participant.Part.SPOKE.label), Participant.Part.SPOKE.value),
        (str(Participant.Part.LISTENED.label), Participant.Part.LISTENED.value),
        (pgettext("people who took part", "Part not recorded"), ""),
    ]
    found = [(label, [person for person in listed if person.part == part]) for label, part in parts]
    return [(label, people) for label, people in found if people]


def disagreement(interview: Interview, listed: list[Listed]) -> str:
    """What the table and the numbers of the interview say, where they cannot both be right; else blank.

    A person whose sex is not recorded may be any of those who are counted.
    """
    counted = {
        Participant.Sex.WOMAN: interview.women,
        Participant.Sex.MAN: interview.men,
        Participant.Sex.OTHER: interview.other,
    }
    if not listed or not interview.people:  # nothing is counted before the interview was held
        return ""
    in_table = {sex: sum(person.sex == sex for person in listed) for sex in counted}
    fits = all(in_table[sex] <= number for sex, number in counted.items())
    if fits and len(listed) == interview.people:
        return ""
    unknown = len(listed) - sum(in_table.values())
    return _(
        "The table and the interview details differ. In the table: {listed}. In the details: {counted}. "
        "Neither was changed; correct the one that is wrong."
    ).format(listed=_numbers(*in_table.values(), unknown=unknown), counted=_numbers(*counted.values()))


def _numbers(women: int, men: int, other: int, *, unknown: int = 0) -> str:
    texts = [
        _("women {number}").format(number=women),
        _("men {number}").format(number=men),
        _("other or undisclosed {number}").format(number=other) if other else "",
        _("sex not recorded {number}").format(number=unknown) if unknown else "",
    ]
    return format_list([text for text in texts if text], get_language() or "en")
