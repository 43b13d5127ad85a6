"""Which sections to ask in an interview that is being planned: those that were asked least so far, with the reason.

A proposal is never stored: what a member saves is the plan. Planned interviews count beside those that were held, so
that six that are planned in a row do not all get the same sections.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from interviews.models import Interview


@dataclass(frozen=True)
class Proposed:
    """A section that may be chosen, and how often it was asked: `asked` of the interviews `held`, and `in_sector` of
    the `held_in_sector` with organisations of the same sector. `ahead`: other planned interviews that have it."""

    section: str
    title: str
    asked: int
    held: int
    in_sector: int
    held_in_sector: int
    ahead: int
    sector: str  # its name; blank: the organisation, and so the sector, is not known

    @property
    def reason(self) -> str:
        """Such as "asked in 1 of 9 interviews, in 0 of 3 with the sector Police; planned in 1 more"."""
        if not self.held:
            text = _("no interview was held yet")
        elif self.sector:
            text = _(
                "asked in {asked} of {held} interviews, in {in_sector} of {held_in_sector} with “{sector}”"
            ).format(
                asked=self.asked,
                held=self.held,
                in_sector=self.in_sector,
                held_in_sector=self.held_in_sector,
                sector=self.sector,
            )
        else:
            text = _("asked in {asked} of {held} interviews").format(asked=self.asked, held=self.held)
        return _("{reason}; planned in {n} more").format(reason=text, n=self.ahead) if self.ahead else text


def counted_sections(
    interview: Interview, others: Iterable[Interview], sections: Iterable[tuple[str, str]]
) -> list[Proposed]:
    """Each of `sections`, (code, title), that may be chosen for `interview`: that asked least comes first.

    `others` are the other interviews, held and planned. Equal ones are ordered by how often they were asked in the
    sector of the interviewee's organisation, then as the guide has them.
    """
    choose_from = interview.guide.routing.choose_from
    organisation = interview.organisation
    sector = organisation.sector if organisation else ""
    found = list(others)
    held, ahead = [i for i in found if not i.planned], [i for i in found if i.planned]
    alike = [i for i in held if sector and i.organisation and i.organisation.sector == sector]
    counted = [
        Proposed(
            section=code,
            title=title,
            asked=_with(code, held),
            held=len(held),
            in_sector=_with(code, alike),
            held_in_sector=len(alike),
            ahead=_with(code, ahead),
            sector=organisation.get_sector_display() if organisation and sector else "",
        )
        for code, title in sections
        if code in choose_from
    ]
    return sorted(counted, key=lambda one: (one.asked + one.ahead, one.in_sector, choose_from.index(one.section)))


def _with(section: str, interviews: Iterable[Interview]) -> int:
    return sum(section in interview.sections for interview in interviews)


def proposed_sections(counted: list[Proposed], interview: Interview) -> list[Proposed]:
    """The first of `counted`: as many as the guide wants at least, in the order of the guide."""
    routing = interview.guide.routing
    wanted = counted[: max(routing.min, 1)]
    return sorted(wanted, key=lambda one: routing.choose_from.index(one.section))
