"""What groups decided at a workshop. One count is one group; it is never added to the survey's, where one is a person.

    WorkshopResults.of(row)         the frozen results of one workshop, from the values of `FROZEN_FIELDS`
    people_of(results)              the people of several workshops; None where that is unknown
    results_of(workshop)            one workshop: as now while it is open, as frozen once it is closed
    priority_counts(results, item)  how many groups chose each priority

Analysis, report and exports read only frozen results, of the workshops that the lead counts, and never add them up.
`Workshop.results` keeps them as JSON (`to_json`), made at closing; a reopened workshop keeps its earlier results until
it is closed again.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Self

from indicators.translated import Translated
from instruments.schema.items import RankItem
from workshops.agenda import Entry, agendas, seen_line
from workshops.models import Group, Verdict, Workshop
from workshops.priorities import find_priority_item
from workshops.targets import stored_labels

FROZEN_FIELDS = ("pk", "held_on", "place", "people", "results")  # of `Workshop`, what frozen results are read from
VERSION = 2  # of the JSON; results of version 1 have neither the wording judged nor who took part


@dataclass(frozen=True)
class GroupResult:
    """One group. `took_part`: it cast a ballot or gave a verdict. `sector` is empty where it was not recorded."""

    name: str
    sector: str = ""
    categories: tuple[str, ...] = ()
    women: int = 0
    men: int = 0
    other: int = 0
    took_part: bool = True
    ballot: tuple[str, ...] = ()  # letters, the highest first
    other_text: str = ""  # what "Other" means on this ballot
    other_language: str = ""  # of these words; empty where it was not recorded
    other_translation: str = ""  # of these words, as for `GroupWords`
    source: str = ""  # "device" or "paper"; empty without a ballot

    @property
    def people(self) -> int:
        return self.women + self.men + self.other

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        known |= {name: tuple(known.get(name, ())) for name in ("categories", "ballot")}
        return cls(**{"took_part": bool(known["ballot"])} | known)


@dataclass(frozen=True)
class GroupWords:
    """A group's own words: `choice` is agree, amend or disagree.

    `language` is that of the words, empty where it was not recorded. `translation` is a working translation of them:
    as it was at closing in frozen results, and as it is now after `with_translations`.
    """

    group: str
    choice: str
    words: str
    sector: str = ""
    language: str = ""
    translation: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})


@dataclass(frozen=True)
class VerdictCount:
    """The verdicts of the groups on one wording of a recommendation or cell.

    `text` is the wording that was judged, in the report's language; for a cell with `state` (a state of a mark).
    `current` is whether that was still the wording at closing, None where the wording judged was not recorded: then
    `text` only names the target. `withdrawn` are verdicts that groups withdrew; they are in no count.
    """

    target: str
    label: str  # "Cell 1.1 F1", "Recommendation: train ..."
    text: str
    state: str
    revision: int | None
    current: bool | None
    agree: int
    amend: int
    disagree: int
    words: tuple[GroupWords, ...] = ()
    withdrawn: tuple[GroupWords, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)  # the wording in every language in which groups read it

    @property
    def is_cell(self) -> bool:
        return self.target.startswith("cell:")

    @property
    def code(self) -> str:
        """`1.1 F1` of a cell; a recommendation has none."""
        return self.target.removeprefix("cell:").replace("/", " ") if self.is_cell else ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        unknown = {"label": data["text"], "state": "", "revision": None, "current": None}
        known = unknown | {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        known |= {name: tuple(map(GroupWords.of, known.get(name, ()))) for name in ("words", "withdrawn")}
        return cls(**known)


@dataclass(frozen=True)
class WorkshopResults:
    """One workshop. `missing` are groups that were planned and did not take part; no figure of people includes them."""

    workshop: int  # primary key
    held_on: str  # ISO date
    place: str
    people_are: str  # beside other workshops: "new", "same" or "" (not recorded); `Workshop.People`
    groups: tuple[GroupResult, ...] = ()
    verdicts: tuple[VerdictCount, ...] = ()
    priorities: Mapping[str, str] = field(default_factory=dict)  # letter -> the words under which groups voted

    @property
    def day(self) -> date:
        return date.fromisoformat(self.held_on)

    @property
    def present(self) -> tuple[GroupResult, ...]:
        return tuple(group for group in self.groups if group.took_part)

    @property
    def missing(self) -> tuple[GroupResult, ...]:
        return tuple(group for group in self.groups if not group.took_part)

    @property
    def ballots(self) -> tuple[GroupResult, ...]:
        """The groups that voted."""
        return tuple(group for group in self.groups if group.ballot)

    @property
    def people(self) -> "People":
        return People(*(sum(getattr(group, name) for group in self.present) for name in ("women", "men", "other")))

    def wishes(self, letter: str) -> dict[str, tuple[str, ...]]:
        """Texts that groups wrote under "Other" (`letter`) -> the names of these groups.

        The same words in other capitals are the same wish. A ballot without words is under none.
        """
        found: dict[str, list[str]] = {}
        spelled: dict[str, str] = {}
        for group in self.ballots:
            words = " ".join(group.other_text.split())
            if letter in group.ballot and words:
                found.setdefault(spelled.setdefault(words.casefold(), words), []).append(group.name)
        return {wish: tuple(names) for wish, names in found.items()}

    def verdicts_on(self, target: str) -> tuple[VerdictCount, ...]:
        """One row for each wording that was judged, the latest last."""
        return tuple(row for row in self.verdicts if row.target == target)

    def to_json(self) -> dict[str, Any]:
        return {"version": VERSION, **json.loads(json.dumps(asdict(self)))}  # lists, as they are read again

    @classmethod
    def of_workshop(cls, workshop: Workshop) -> Self:
        """The frozen results of a workshop that was closed at least once."""
        return cls.of({name: getattr(workshop, name) for name in FROZEN_FIELDS})

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The same from the values of `FROZEN_FIELDS`."""
        data = row["results"]
        return cls(
            workshop=row["pk"],
            held_on=data.get("held_on") or str(row["held_on"]),
            place=data.get("place", row["place"]),
            people_are=row["people"],
            groups=tuple(GroupResult.of(group) for group in data.get("groups", ())),
            verdicts=tuple(VerdictCount.of(row) for row in data.get("verdicts", ())),
            priorities=data.get("priorities", {}),
        )


@dataclass(frozen=True)
class People:
    women: int = 0
    men: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        return self.women + self.men + self.other


def people_of(results: Sequence[WorkshopResults]) -> People | None:
    """The people of all of them, each once. None where it is not recorded whether later ones had the same people."""
    found = People()
    for number, one in enumerate(results):
        if number and not one.people_are:
            return None
        if number == 0 or one.people_are == Workshop.People.NEW:
            found = People(*(getattr(found, name) + getattr(one.people, name) for name in ("women", "men", "other")))
    return found


def groups_of(results: Sequence[WorkshopResults]) -> int | None:
    """How many groups took part, each counted once. None where that was not recorded."""
    if any(not one.people_are for one in results[1:]):
        return None
    new = [one for number, one in enumerate(results) if number == 0 or one.people_are == Workshop.People.NEW]
    return sum(len(one.present) for one in new)


def results_of(workshop: Workshop) -> WorkshopResults:
    """As now while it is open or planned, as frozen once it is closed."""
    return WorkshopResults.of_workshop(workshop) if workshop.is_closed else live_results(workshop)


def live_results(workshop: Workshop) -> WorkshopResults:
    """What would be frozen if the workshop were closed now, apart from translations."""
    groups = list(Group.objects.for_workshop(workshop).select_related("ballot"))
    verdicts = list(Verdict.objects.filter(group__workshop=workshop).select_related("group"))
    judged = {verdict.group_id for verdict in verdicts if not verdict.is_withdrawn}
    item, language = find_priority_item(workshop.assessment), workshop.assessment.report_language
    return WorkshopResults(
        workshop=workshop.pk,
        held_on=str(workshop.held_on),
        place=workshop.place,
        people_are=workshop.people,
        groups=tuple(_group_result(group, group.pk in judged) for group in groups),
        verdicts=tuple(_verdict_counts(workshop, verdicts, language)),
        priorities={option.name: option.text.translate(language) for option in (item.options if item else ())},
    )


def with_translations(results: WorkshopResults, words: Translated, language: str) -> WorkshopResults:
    """The results with the working translation of each group's own words into `language`, where there is one now."""

    def known(text: str, written: str, before: str) -> str:
        return before if written == language else words.working(text, language) or before

    def translated(rows: tuple[GroupWords, ...]) -> tuple[GroupWords, ...]:
        return tuple(replace(one, translation=known(one.words, one.language, one.translation)) for one in rows)

    return replace(
        results,
        groups=tuple(
            replace(one, other_translation=known(one.other_text, one.other_language, one.other_translation))
            for one in results.groups
        ),
        verdicts=tuple(
            replace(row, words=translated(row.words), withdrawn=translated(row.withdrawn)) for row in results.verdicts
        ),
    )


def _group_result(group: Group, judged: bool) -> GroupResult:
    ballot = getattr(group, "ballot", None)
    return GroupResult(
        name=group.name,
        sector=group.sector,
        categories=tuple(group.categories),
        women=group.women,
        men=group.men,
        other=group.other,
        took_part=bool(ballot) or judged,
        ballot=tuple(ballot.priorities) if ballot else (),
        other_text=ballot.other_text if ballot else "",
        other_language=ballot.other_language if ballot else "",
        source=ballot.source if ballot else "",
    )


def _verdict_counts(workshop: Workshop, verdicts: Sequence[Verdict], language: str) -> Iterable[VerdictCount]:
    """A row for each wording that was judged, in the order of the agenda; what is gone from it comes last."""
    found: dict[tuple[str, int], list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault((verdict.target, verdict.seen_revision or 0), []).append(verdict)
    if not found:
        return
    entries: dict[str, Entry] = {}
    for agenda in agendas(workshop.assessment, language=language, fixed=workshop.agenda):
        entries |= agenda.targets
    order = {target: place for place, target in enumerate(entries)}
    names = stored_labels(workshop.assessment, [target for target, _ in found])
    for target, revision in sorted(found, key=lambda key: (order.get(key[0], len(order)), key)):
        given = found[target, revision]
        standing = [verdict for verdict in given if not verdict.is_withdrawn]
        withdrawn = tuple(_group_words(verdict) for verdict in given if verdict.is_withdrawn and verdict.words)
        if not standing and not withdrawn:
            continue
        chosen = Counter(verdict.choice for verdict in standing)
        seen, entry = given[0].seen, entries.get(target)
        yield VerdictCount(
            target=target,
            label=names[target],
            text=seen_line({**seen, "state": ""}, language) if seen else names[target],
            state=seen.get("state", ""),
            revision=seen.get("revision"),
            current=(entry is not None and entry.revision == revision) if seen else None,
            agree=chosen[Verdict.Choice.AGREE],
            amend=chosen[Verdict.Choice.AMEND],
            disagree=chosen[Verdict.Choice.DISAGREE],
            words=tuple(_group_words(verdict) for verdict in standing if verdict.words),
            withdrawn=withdrawn,
            texts=seen.get("text", {}),
        )


def _group_words(verdict: Verdict) -> GroupWords:
    group = verdict.group
    return GroupWords(group.name, verdict.choice, verdict.words, group.sector, verdict.words_language)


@dataclass(frozen=True)
class PriorityCount:
    """A priority: how many groups chose it, and how many at each place. `place` is shared by equals, 0 if none did.

    Each wish written under "Other" is a priority of its own: `wish` holds its words, `letter` that of "Other".
    """

    letter: str
    text: str
    label: str
    groups: int
    places: tuple[int, ...]
    place: int = 0
    tied: bool = False
    wish: str = ""


@dataclass(frozen=True)
class PriorityCounts:
    """The rows, most groups first and then in the order of the survey; `ballots` of `groups` groups have voted."""

    rows: tuple[PriorityCount, ...]
    ballots: int
    groups: int

    @property
    def chosen(self) -> tuple[PriorityCount, ...]:
        return tuple(row for row in self.rows if row.groups)


def count_places(ballots: Iterable[Sequence[str]], letters: Sequence[str], places: int) -> dict[str, tuple[int, ...]]:
    """letter -> how many ballots have it first, second, third; unknown letters are left out."""
    found = {letter: [0] * places for letter in letters}
    for ballot in ballots:
        for place, letter in enumerate(ballot[:places]):
            if letter in found:
                found[letter][place] += 1
    return {letter: tuple(counts) for letter, counts in found.items()}


def wish_key(letter: str, wish: str) -> str:
    """The key of a wish written under "Other" where options have letters: "Q: more shelters"."""
    return f"{letter}: {wish}"


def priority_counts(results: WorkshopResults, item: RankItem | None, language: str = "en") -> PriorityCounts:
    """Counts of one workshop's ballots. Without an item of priorities there are no rows."""
    voted = results.ballots
    if item is None:
        return PriorityCounts((), len(voted), len(results.groups))
    places = item.places
    counts = count_places((group.ballot for group in voted), [option.name for option in item.options], places)
    rows: list[PriorityCount] = []
    for option in item.options:
        text = results.priorities.get(option.name) or option.text.translate(language)
        label = option.label.translate(language)
        wishes = results.wishes(option.name) if option.name in item.open_options else {}
        named = {name for names in wishes.values() for name in names}
        unnamed = [group.ballot for group in voted if group.name not in named]
        found = count_places(unnamed, [option.name], places)[option.name] if wishes else counts[option.name]
        if sum(found) or not wishes:
            rows.append(PriorityCount(option.name, text, label, sum(found), found))
        for wish, names in wishes.items():
            ballots = [group.ballot for group in voted if group.name in names]
            found = count_places(ballots, [option.name], places)[option.name]
            rows.append(PriorityCount(option.name, text, label, sum(found), found, wish=wish))
    totals = [row.groups for row in rows]
    ranked = [
        replace(row, place=1 + sum(other > row.groups for other in totals), tied=totals.count(row.groups) > 1)
        if row.groups
        else row
        for row in rows
    ]
    return PriorityCounts(tuple(sorted(ranked, key=lambda row: -row.groups)), len(voted), len(results.groups))
