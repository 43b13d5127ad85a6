"""The agenda of a workshop: recommendations and assessed cells of the categories that its groups discuss.

It is fixed when the workshop opens, in every language of the assessment. What is added later is not put to the groups
until the facilitator adds it; what is changed later is shown as changed, and groups are asked again. Nothing is put to
the groups of a workshop that opened with nothing to judge. Where no agenda was recorded (None), everything is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Sum

from assessments.models import Assessment
from indicators.grid import GridCategory, GridCell, GridRow, RecommendationGroup, grid, recommendation_groups
from indicators.models import CellRevision, Recommendation
from workshops.models import Group, Workshop
from workshops.words import offered, translate

Seen = Mapping[str, Any]  # {"heading" and "text" by language, "state", "note", "revision"}: see `Verdict.seen`


@dataclass(frozen=True)
class Entry:
    """One item to vote on: `text` in `language`, a cell's state as sign and word, and the reason for it.

    `revision` rises when any of them changes. `opening` is how it was when the workshop opened, where it has changed
    since. One that is `gone` was dropped or is no longer assessed: groups are no longer asked about it.
    """

    target: str
    text: str
    language: str = "en"
    revision: int = 1
    opening: Seen | None = None
    gone: bool = False
    sign: str = ""
    state: str = ""
    note: str = ""
    note_language: str = "en"

    @property
    def line(self) -> str:
        return f"{self.text}: {self.state}" if self.state else self.text

    @property
    def code(self) -> str:
        """`1.1 F1` of a cell; a recommendation has none."""
        return self.target.partition(":")[2].replace("/", " ") if self.is_cell else ""

    @property
    def is_cell(self) -> bool:
        return self.target.startswith("cell:")


@dataclass(frozen=True)
class Part:
    """Entries under one heading, which is in `language`."""

    heading: str
    language: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Agenda:
    """What a group discusses of one category: its recommendations under their openings and its assessed cells.

    The instrument's words are in `language` where it has them; what was written for the assessment is in `written`.
    """

    category: GridCategory
    recommendations: tuple[RecommendationGroup, ...]
    language: str = "en"
    written: str = "en"
    fixed: Mapping[str, Seen] | None = None  # put to the groups at the opening; None: not recorded, everything

    @property
    def cells(self) -> tuple[GridCell, ...]:
        return tuple(cell for cell in self.category.cells if cell.is_assessed)

    @property
    def all_cells(self) -> tuple[str, ...]:
        """The targets of all its cells, assessed or not: a mark may have been removed since it was judged."""
        return tuple(f"cell:{cell.key}" for cell in self.category.cells)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Each group of recommendations, then each criterion that has an assessed cell, then what is gone."""
        found = [
            Part(
                group.opening,
                self.written,
                self._put(
                    Entry(f"recommendation:{row.pk}", row.text, self.written, revision=row.wording_revision)
                    for row in group.recommendations
                ),
            )
            for group in self.recommendations
        ]
        for row in self.category.rows:
            cells = self._put(self._cell(row, cell) for cell in row.cells if cell.is_assessed)
            found.append(Part(f"{row.name} {row.text}", row.criterion.text.language_for(self.language), cells))
        found.append(Part(translate("no_longer_asked", self.language), self.language, self.gone))
        return tuple(part for part in found if part.entries)

    @property
    def asked(self) -> tuple[Part, ...]:
        """The parts without what is gone."""
        found = [replace(part, entries=tuple(entry for entry in part.entries if not entry.gone)) for part in self.parts]
        return tuple(part for part in found if part.entries)

    def _put(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """Those of `entries` that were put to the groups; those changed since the opening are marked."""
        if self.fixed is None:
            return tuple(entries)
        return tuple(
            replace(entry, opening=seen if seen["revision"] != entry.revision else None)
            for entry in entries
            if (seen := self.fixed.get(entry.target))
        )

    @property
    def gone(self) -> tuple[Entry, ...]:
        """Entries put to the groups at the opening that no longer exist, with their words of that time."""
        there = {f"recommendation:{row.pk}" for group in self.recommendations for row in group.recommendations}
        there |= {f"cell:{cell.key}" for cell in self.cells}
        gone = [(target, seen) for target, seen in (self.fixed or {}).items() if target not in there]
        return tuple(
            Entry(
                target=target,
                text=in_language(seen["text"], self.language),
                language=language_shown(seen["text"], self.language),
                revision=seen["revision"],
                state=translate(seen["state"], self.language) if seen["state"] else "",
                gone=True,
            )
            for target, seen in gone
            if seen["category"] == self.category.name
        )

    @property
    def added(self) -> tuple[Entry, ...]:
        """Current entries that were not put to the groups at the opening."""
        if self.fixed is None:
            return ()
        return tuple(entry for target, entry in replace(self, fixed=None).targets.items() if target not in self.fixed)

    def _cell(self, row: GridRow, cell: GridCell) -> Entry:
        text = next(known.text for known in row.criterion.cells if known.name == cell.name)
        reason = cell.mark.rationale if cell.mark else ""
        return Entry(
            target=f"cell:{cell.key}",
            text=cell.text,
            language=text.language_for(self.language),
            revision=cell.revision,
            sign=cell.sign,
            state=translate(cell.state, self.language),
            note=reason or translate("no_evidence", self.language),
            note_language=self.written if reason else self.language,
        )

    @cached_property
    def targets(self) -> dict[str, Entry]:
        """target -> its entry, recommendations first; without those that are gone."""
        return {entry.target: entry for part in self.parts for entry in part.entries if not entry.gone}


def agendas(
    assessment: Assessment, categories: Iterable[str] = (), language: str = "en", *, fixed: Iterable[Seen] | None
) -> tuple[Agenda, ...]:
    """One per category, those in `categories` only where any are named.

    `fixed` is `Workshop.agenda`: None puts everything to the groups, an empty one nothing.
    """
    put = None if fixed is None else {seen["target"]: seen for seen in fixed}
    wanted = set(categories)
    groups = recommendation_groups(assessment)
    return tuple(
        Agenda(category, groups[category.name], language, assessment.report_language, put)
        for category in grid(assessment, language)
        if not wanted or category.name in wanted
    )


def agendas_of(group: Group, language: str = "en") -> tuple[Agenda, ...]:
    return agendas(group.workshop.assessment, group.categories, language, fixed=group.workshop.agenda)


def entry_of(group: Group, target: str, language: str = "en") -> Entry:
    """An entry of the group's agenda by its target; an empty one where the agenda has no such entry."""
    found = [agenda.targets[target] for agenda in agendas_of(group, language) if target in agenda.targets]
    return found[0] if found else Entry(target, "")


def fix_agenda(assessment: Assessment) -> list[dict[str, Any]]:
    """All current entries, in order, in the form of `Workshop.agenda`: JSON in all languages that are offered.

    One entry: {"target", "category", "heading": {language: text}, "text": {language: text}, "state", "note",
    "revision"}. `state` is a state of `indicators.Mark`, empty for a recommendation.
    """
    languages = agenda_languages(assessment)
    written = assessment.report_language
    found: list[dict[str, Any]] = []
    groups = recommendation_groups(assessment)
    for category in grid(assessment, written):
        for group in groups[category.name]:
            found += [
                {
                    "target": f"recommendation:{row.pk}",
                    "category": category.name,
                    "heading": {written: group.opening},
                    "text": {written: row.text},
                    "state": "",
                    "note": "",
                    "revision": row.wording_revision,
                }
                for row in group.recommendations
            ]
        for row in category.rows:
            for cell in row.cells:
                if cell.is_assessed:
                    text = next(known.text for known in row.criterion.cells if known.name == cell.name)
                    found.append(
                        {
                            "target": f"cell:{cell.key}",
                            "category": category.name,
                            "heading": _in_all(row.criterion.text, languages),
                            "text": _in_all(text, languages),
                            "state": cell.state,
                            "note": cell.mark.rationale if cell.mark else "",
                            "revision": cell.revision,
                        }
                    )
    return found


def agenda_revision(assessment: Assessment) -> int:
    """Rises with every change of a recommendation or of what a cell shows."""
    recommendations = Recommendation.objects.for_assessment(assessment).aggregate(n=Sum("revision"))["n"] or 0
    cells = CellRevision.objects.for_assessment(assessment).aggregate(n=Sum("number"))["n"] or 0
    return int(recommendations + cells)


def agenda_languages(assessment: Assessment) -> list[str]:
    """The languages in which the agenda is stored: those offered on phones, and the report's."""
    return list(dict.fromkeys([*offered(assessment.languages), assessment.report_language]))


def seen_now(workshop: Workshop, targets: Iterable[str], language: str) -> dict[str, dict[str, Any]]:
    """target -> what is shown now to a group that reads `language`, in the form of `Verdict.seen`."""
    wanted = set(targets)
    return {
        entry["target"]: {key: entry[key] for key in ("heading", "text", "state", "note", "revision")}
        | {"language": language}
        for entry in fix_agenda(workshop.assessment)
        if entry["target"] in wanted
    }


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, else in the first that it has."""
    return texts.get(language) or next(iter(texts.values()), "")


def language_shown(texts: Mapping[str, str], language: str) -> str:
    return language if texts.get(language) else next(iter(texts), language)


def seen_line(seen: Seen, language: str = "en") -> str:
    """What was judged, as one line: "NRM specific to THB is in place: in place". Empty where it was not recorded."""
    text = in_language(seen.get("text", {}), language)
    return f"{text}: {translate(seen['state'], language)}" if text and seen.get("state") else text


def _in_all(text: Any, languages: Iterable[str]) -> dict[str, str]:
    """Only those languages that the instrument has; English where it has none of them."""
    there = {language: text.translate(language) for language in languages if text.language_for(language) == language}
    return there or {text.language_for("en"): text.translate("en")}
