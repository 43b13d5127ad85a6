"""The agenda of a workshop: recommendations and assessed cells of the categories that its groups discuss.

It is fixed when the workshop opens, in every language of the assessment. What is added later is not put to the groups
until the facilitator adds it; what is changed later is shown as changed, and groups are asked again. Nothing is put to
the groups of a workshop that opened with nothing to judge. Where no agenda was recorded (None), everything is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from assessments.models import Assessment
from assessments.prepared import Prepared
from indicators.grid import GridCategory, GridCell, GridRow, RecommendationGroup, grid, recommendation_groups
from indicators.models import CellRevision, Recommendation, Translation
from indicators.translated import Shown, Translated
from instruments.texts import mark
from workshops.models import Group, Workshop
from workshops.words import WORDS, offered, translate

Seen = Mapping[str, Any]  # `SEEN` with their values: see `Verdict.seen`
SEEN = ("heading", "text", "state", "note", "notes", "written", "revision")


@dataclass(frozen=True)
class Entry:
    """One item to vote on: `text` in `language`, a cell's state as sign and word, and the reason for it.

    `revision` rises when any of them changes in the language in which it was written; `wording` is the mark of the
    words as they are shown here, in whichever language. `opening` is how it was when the workshop opened, where it has
    changed since. One that is `gone` was dropped or is no longer assessed: groups are no longer asked about it.
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
    wording: str = ""
    asked_in: str = ""  # the language that was asked for; empty for an entry of the past
    is_draft: bool = False  # a part of it is shown in a translation that was not reviewed

    @property
    def is_untranslated(self) -> bool:
        """Whether a part of it is shown in the original's language in place of the one that was asked for."""
        shown = {self.language, self.note_language if self.note else self.language}
        return bool(self.asked_in) and shown != {self.asked_in}

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
    """Entries under one heading, which is in `language`; `asked_in` is the language that was asked for."""

    heading: str
    language: str
    entries: tuple[Entry, ...]
    asked_in: str = ""

    @property
    def is_untranslated(self) -> bool:
        return bool(self.heading and self.asked_in) and self.language != self.asked_in


@dataclass(frozen=True)
class Agenda:
    """What a group discusses of one category: its recommendations under their openings and its assessed cells.

    All is in `language` where the instrument has its words, and where what was written for the assessment, in
    `written`, is translated.
    """

    category: GridCategory
    recommendations: tuple[RecommendationGroup, ...]
    words: Translated
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
        found = []
        for group in self.recommendations:
            heading = self.opening_of(group)
            entries = self._put(self._recommendation(row, heading) for row in group.recommendations)
            found.append(Part(heading.text, heading.language, entries, self.language))
        for row in self.category.rows:
            cells = self._put(self._cell(row, cell) for cell in row.cells if cell.is_assessed)
            language = row.criterion.text.language_for(self.language)
            found.append(Part(f"{row.name} {row.text}", language, cells, self.language))
        language = WORDS.language_of("no_longer_asked", self.language)
        found.append(Part(translate("no_longer_asked", self.language), language, self.gone))
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
                text=read(seen, "text", self.language).text,
                language=read(seen, "text", self.language).language,
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

    def opening_of(self, group: RecommendationGroup) -> Shown:
        return self._shown(f"recommendation:{group.recommendations[0].pk}", "opening", group.opening)

    def _shown(self, target: str, name: str, words: str) -> Shown:
        return self.words.shown(target, name, words, self.written, self.language)

    def _recommendation(self, row: Recommendation, heading: Shown) -> Entry:
        shown = self._shown(f"recommendation:{row.pk}", "text", row.text)
        return Entry(
            target=f"recommendation:{row.pk}",
            text=shown.text,
            language=shown.language,
            revision=row.wording_revision,
            wording=_wording(heading.text, shown.text, ""),
            asked_in=self.language,
            is_draft=shown.is_draft or heading.is_draft,
        )

    def reason_of(self, cell: GridCell) -> Shown:
        """The reason of the cell's mark; empty where no reason was given."""
        return self._shown(f"mark:{cell.mark.pk}", "rationale", cell.mark.rationale) if cell.mark else Shown("", "")

    def _cell(self, row: GridRow, cell: GridCell) -> Entry:
        text = next(known.text for known in row.criterion.cells if known.name == cell.name)
        reason = self.reason_of(cell)
        return Entry(
            target=f"cell:{cell.key}",
            text=cell.text,
            language=text.language_for(self.language),
            revision=cell.revision,
            sign=cell.sign,
            state=translate(cell.state, self.language),
            note=reason.text or translate("no_evidence", self.language),
            note_language=reason.language if reason.text else WORDS.language_of("no_evidence", self.language),
            wording=_wording("", "", reason.text),
            asked_in=self.language,
            is_draft=reason.is_draft,
        )

    @property
    def has_drafts(self) -> bool:
        return any(entry.is_draft for part in self.asked for entry in part.entries)

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
    groups, words = recommendation_groups(assessment), Translated.of(assessment)
    return tuple(
        Agenda(category, groups[category.name], words, language, assessment.report_language, put)
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
    "notes": {language: text}, "written", "revision"}. `state` is that of a mark, empty for a recommendation. `note`
    is the reason of a mark as it was written, `notes` has it in all languages. `written` is the language of what was
    written for the assessment, which is shown where there is no translation.
    """
    languages = agenda_languages(assessment)
    written, words = assessment.report_language, Translated.of(assessment)

    def in_all(target: str, name: str, text: str) -> dict[str, str]:
        return words.in_all(target, name, text, written, languages)

    found: list[dict[str, Any]] = []
    groups = recommendation_groups(assessment)
    for category in grid(assessment, written):
        for group in groups[category.name]:
            heading = in_all(f"recommendation:{group.recommendations[0].pk}", "opening", group.opening)
            found += [
                {
                    "target": f"recommendation:{row.pk}",
                    "category": category.name,
                    "heading": heading,
                    "text": in_all(f"recommendation:{row.pk}", "text", row.text),
                    "state": "",
                    "note": "",
                    "notes": {},
                    "written": written,
                    "revision": row.wording_revision,
                }
                for row in group.recommendations
            ]
        for row in category.rows:
            for cell in row.cells:
                if cell.is_assessed:
                    text = next(known.text for known in row.criterion.cells if known.name == cell.name)
                    note = cell.mark.rationale if cell.mark else ""
                    found.append(
                        {
                            "target": f"cell:{cell.key}",
                            "category": category.name,
                            "heading": _in_all(row.criterion.text, languages),
                            "text": _in_all(text, languages),
                            "state": cell.state,
                            "note": note,
                            "notes": in_all(f"mark:{cell.mark.pk}", "rationale", note) if cell.mark and note else {},
                            "written": written,
                            "revision": cell.revision,
                        }
                    )
    return found


def translations_changed(before: Iterable[Seen], now: Iterable[Seen]) -> dict[str, list[str]]:
    """target -> the languages in which it reads otherwise now, although its original is the same."""
    current, found = {seen["target"]: seen for seen in now}, {}
    for seen in before:
        there = current.get(seen["target"])
        if there and there["revision"] == seen["revision"] and "notes" in seen:
            pairs = [(seen[name], there[name]) for name in ("heading", "text", "notes")]
            languages = sorted({language for one, other in pairs for language in (*one, *other)})
            changed = [code for code in languages if any(one.get(code) != other.get(code) for one, other in pairs)]
            if changed:
                found[seen["target"]] = changed
    return found


def wording_of(seen: Seen, language: str) -> str:
    """The mark of what a group read in `language`, as `Entry.wording`."""
    if seen.get("state"):
        return _wording("", "", read(seen, "notes", language).text or seen.get("note", ""))
    return _wording(read(seen, "heading", language).text, read(seen, "text", language).text, "")


def _wording(heading: str, text: str, note: str) -> str:
    """Words of the instrument are left out: they do not change."""
    return mark("\n".join((heading, text, note)))


def agenda_revision(assessment: Assessment) -> int:
    """Rises with every change of a recommendation, of what a cell shows, or of a translation."""
    [(revision,)] = _agenda_revision(pk=assessment.pk)
    return int(revision)


def with_agenda_revision(rows: QuerySet[Any], assessment: str) -> QuerySet[Any]:
    """Adds `agenda_revision`; `assessment` is the path to the assessment."""

    def total(model: Any, column: str) -> Coalesce:
        of_assessment = model.objects.filter(assessment=OuterRef(assessment)).order_by().values("assessment")
        return Coalesce(Subquery(of_assessment.annotate(total=Sum(column)).values("total")), 0)

    parts = total(Recommendation, "revision"), total(CellRevision, "number"), total(Translation, "revision")
    found: QuerySet[Any] = rows.annotate(agenda_revision=parts[0] + parts[1] + parts[2])
    return found


# Asked for by every poll of every phone.
_agenda_revision = Prepared(
    lambda pk: with_agenda_revision(Assessment.objects.filter(pk=pk).order_by(), "pk").values_list("agenda_revision"),
    pk=-1,
)


def agenda_languages(assessment: Assessment) -> list[str]:
    """The languages in which the agenda is stored: those offered on phones, and those of the rooms."""
    rooms = Workshop.objects.for_assessment(assessment).exclude(language="").values_list("language", flat=True)
    return list(dict.fromkeys([*offered(assessment.languages), *rooms.order_by("pk")]))


def seen_now(workshop: Workshop, targets: Iterable[str], language: str) -> dict[str, dict[str, Any]]:
    """target -> what is shown now to a group that reads `language`, in the form of `Verdict.seen`."""
    wanted = set(targets)
    return {
        entry["target"]: {key: entry[key] for key in SEEN} | {"language": language}
        for entry in fix_agenda(workshop.assessment)
        if entry["target"] in wanted
    }


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, else in the first that it has."""
    return texts.get(language) or next(iter(texts.values()), "")


def read(seen: Seen, name: str, language: str) -> Shown:
    """ "heading", "text" or "notes" of what was put to the groups, in `language`, else as it was written."""
    texts = seen.get(name) or {}
    chosen = next(
        (code for code in (language, seen.get("written", "")) if texts.get(code)), next(iter(texts), language)
    )
    return Shown(texts.get(chosen, ""), chosen)


def seen_line(seen: Seen, language: str = "en") -> str:
    """What was judged, as one line: "NRM specific to THB is in place: in place". Empty where it was not recorded."""
    text = read(seen, "text", language).text
    return f"{text}: {translate(seen['state'], language)}" if text and seen.get("state") else text


def _in_all(text: Any, languages: Iterable[str]) -> dict[str, str]:
    """Only those languages that the instrument has; English where it has none of them."""
    there = {language: text.translate(language) for language in languages if text.language_for(language) == language}
    return there or {text.language_for("en"): text.translate("en")}
