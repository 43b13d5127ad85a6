"""Coverage of the interviews so far: sections by sector of the respondent's organisation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from interviews.models import Interview


@dataclass(frozen=True)
class Coverage:
    """How many interviews asked each section, by sector of the respondent's organisation."""

    sectors: tuple[str, ...]  # labels of the columns
    rows: tuple[tuple[str, str, tuple[int, ...], int], ...]  # section, title, counts in the order of `sectors`, total
    interviews: tuple[int, ...]  # held with each sector

    @property
    def total(self) -> int:
        """Interviews held with all sectors."""
        return sum(self.interviews)

    @property
    def labelled(self) -> list[tuple[str, str, list[tuple[str, int]], int]]:
        """The rows with each count beside its sector, for small screens."""
        return [(code, title, [*zip(self.sectors, counts, strict=True)], n) for code, title, counts, n in self.rows]

    @property
    def held(self) -> list[tuple[str, int]]:
        return [*zip(self.sectors, self.interviews, strict=True)]


def coverage_of(
    interviews: Sequence[Interview], sections: Iterable[tuple[str, str]], sectors: dict[str, str]
) -> Coverage:
    """`sections` are (code, title), `sectors` code -> label; interviews without an organisation count under ""."""
    seen = {i.organisation.sector if i.organisation else "" for i in interviews}
    columns = [code for code in sectors if code in seen] + ([""] if "" in seen else [])
    by_sector = {
        code: [i for i in interviews if (i.organisation.sector if i.organisation else "") == code] for code in columns
    }

    def row(code: str, title: str) -> tuple[str, str, tuple[int, ...], int]:
        counts = tuple(sum(code in interview.sections for interview in by_sector[column]) for column in columns)
        return code, title, counts, sum(counts)

    return Coverage(
        sectors=tuple(sectors.get(code, _("Not recorded")) for code in columns),
        rows=tuple(row(code, title) for code, title in sections),
        interviews=tuple(len(by_sector[column]) for column in columns),
    )
