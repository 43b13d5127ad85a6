"""The answers of each row of a table, once its columns are mapped, and what must be asked before. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ctnat.ui.days import Order, day_order, read_day
from ctnat.ui.folding import fold
from instruments.schema import Item, Survey
from surveys.importing.numbered import options_by_order
from surveys.importing.numbers import Sign, decimal_sign, read_number, written
from surveys.importing.options import BLANK_WORDS, Mode, OptionFinder, tick
from surveys.importing.sheets import Sheet
from surveys.importing.targets import Target
from surveys.item_types import answer_kind, option_names
from surveys.questionnaire.values import clean_text

KEEP_WORDS = "_words"  # a value that is no option becomes the words beside the open option
LEAVE_OUT = "_blank"  # a value that is no option is left out: the question counts as skipped
CHOSEN, NOT_CHOSEN = "_chosen", "_not_chosen"  # of a value in a column per option
ANY_OTHER = "*"  # stands for all other values of an item that are no option
TICKS = ":ticks"  # values in the columns per option of an item are asked for together


@dataclass(frozen=True)
class Decisions:
    """What a person has confirmed.

    targets   for each column
    values    item -> value that is no option -> option, `KEEP_WORDS` or `LEAVE_OUT`; for columns per option, under
              item + `TICKS`, -> `CHOSEN` or `NOT_CHOSEN`
    signs     column -> decimal sign
    orders    column -> order of day and month
    """

    targets: Sequence[Target]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    signs: Mapping[int, Sign] = field(default_factory=dict)
    orders: Mapping[int, Order] = field(default_factory=dict)


@dataclass(frozen=True)
class ValueQuestion:
    """A value of which it must be said what it means. `proposal` is blank where nothing can be proposed."""

    item: str
    value: str
    times: int
    is_tick: bool = False
    proposal: str = ""

    @property
    def key(self) -> str:
        return self.item + (TICKS if self.is_tick else "")


@dataclass(frozen=True)
class MarkQuestion:
    """A column whose decimal sign or order of day and month must be said. `mixed`: its values contradict each other."""

    at: int
    heading: str
    asks: Literal["sign", "order"]
    because: tuple[str, ...]
    mixed: bool


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row before its answers are checked."""

    column: str
    code: Literal["columns_differ", "not_understood", "not_this_calendar"]
    value: str = ""


@dataclass
class ReadRow:
    """Raw answers of one row, for `questionnaire.validation.check`; `as_written`: the cells of items with a fault."""

    number: int
    raw: dict[str, Any] = field(default_factory=dict)
    language: str = ""
    source: str = ""
    faults: list[Fault] = field(default_factory=list)


class Reader:
    """Reads the rows of a sheet. `questions` must be answered before `rows` are without faults of their own."""

    def __init__(self, document: Survey, sheet: Sheet, decisions: Decisions):
        self.document, self.sheet, self.decisions = document, sheet, decisions
        self.of_item: dict[str, list[int]] = {}
        self.of_other: dict[str, list[int]] = {}
        self.ticks: dict[str, list[tuple[int, str]]] = {}
        self.places: dict[str, list[tuple[int, int]]] = {}
        self.single: dict[str, list[int]] = {}
        for at, target in enumerate(decisions.targets):
            match target.kind:
                case "item":
                    self.of_item.setdefault(target.item, []).append(at)
                case "other":
                    self.of_other.setdefault(target.item, []).append(at)
                case "option":
                    self.ticks.setdefault(target.item, []).append((at, target.part))
                case "place":
                    self.places.setdefault(target.item, []).append((at, int(target.part)))
                case "language" | "source":
                    self.single.setdefault(target.kind, []).append(at)
        self.finders: dict[str, OptionFinder] = {}
        self.writes_na = self._writes_na()
        self.modes = {name: self._mode(name) for name in {*self.of_item, *self.places}}
        self.signs = {
            at: decisions.signs.get(at) or decimal_sign(self._values(at)).sign for at in self._of("fractional")
        }
        self.signs |= {at: decisions.signs.get(at) or decimal_sign(self._values(at)).sign for at in self._of("whole")}
        self.orders = {at: decisions.orders.get(at) or day_order(self._values(at)).order for at in self._of("date")}

    # -- columns ---------------------------------------------------------------------------------------------------
    def item(self, name: str) -> Item:
        return self.document.by_name[name]

    def finder(self, name: str) -> OptionFinder:
        if name not in self.finders:
            self.finders[name] = OptionFinder(self.document, self.item(name))
        return self.finders[name]

    def _items(self) -> list[tuple[str, int]]:
        return [(name, at) for name, columns in self.of_item.items() for at in columns]

    def _of(self, kind: str) -> list[int]:
        return [at for name, at in self._items() if answer_kind(self.item(name)) == kind]

    def _values(self, at: int) -> list[str]:
        return [value for value in self.sheet.columns[at] if value.casefold() not in BLANK_WORDS]

    def _writes_na(self) -> bool:
        """Whether the program writes NA for a blank cell, as R does: there is one where it can be no answer."""
        kinds = ("whole", "fractional", "date")
        asked = [at for name, at in self._items() if answer_kind(self.item(name)) in kinds]
        ticked = [at for columns in self.ticks.values() for at, _ in columns]
        return any("NA" in self.sheet.columns[at] for at in (*asked, *ticked))

    def _is_blank(self, name: str, cell: str) -> bool:
        """Whether a cell is blank, or has a word that programs write for that and that is no answer."""
        if not cell or not clean_text(cell):
            return True
        if self.finder(name).box and tick(cell) is False:
            return True
        if cell.casefold() not in BLANK_WORDS:
            return False
        kind = answer_kind(self.item(name))
        if kind == "words":
            return cell == "NA" and self.writes_na
        if kind in ("one", "several", "ranked"):
            finder = self.finder(name)
            if cell in finder.codes or finder.labels.get(fold(cell)):
                return False
            return not (finder.countries and finder.find(cell) and self._has_short_codes(name))
        return True

    def _has_short_codes(self, name: str) -> bool:
        """Whether countries are given by two letters: then NA is Namibia."""
        columns = self.of_item.get(name, [])
        return any(
            len(value) == 2 and value.isalpha() and value != "NA" for at in columns for value in self.sheet.columns[at]
        )

    def _mode(self, name: str) -> Mode:
        if answer_kind(self.item(name)) not in ("one", "several", "ranked"):
            return "codes"
        values: dict[str, int] = {}
        for at in [*self.of_item.get(name, []), *(at for at, _ in self.places.get(name, []))]:
            values |= self.sheet.columns[at]
        finder = self.finder(name)
        if answer_kind(self.item(name)) == "one" or name not in self.of_item:
            return finder.mode_of(values)
        coded = sum(not finder.split(value, "codes")[1] and all(map(finder.by_code, value.split())) for value in values)
        return "codes" if coded * 2 >= len(values) else "labels"

    # -- what must be asked ----------------------------------------------------------------------------------------
    def value_questions(self) -> list[ValueQuestion]:
        """The values that are not understood, also those that were explained since, in the order of the form."""
        found: list[ValueQuestion] = []
        for item in self.document.items:
            strange: dict[str, int] = {}
            columns = [*self.of_item.get(item.name, []), *(at for at, _ in self.places.get(item.name, []))]
            if answer_kind(item) in ("one", "several", "ranked"):
                for at in columns:
                    for value, times in self.sheet.columns[at].items():
                        for word in self._strange(item.name, value):
                            strange[word] = strange.get(word, 0) + times
                words = KEEP_WORDS if len(self.finder(item.name).open) == 1 else ""
                proposed = options_by_order(option_names(self.document, item), strange)
                found += [
                    ValueQuestion(item.name, value, times, proposal=proposed.get(value, words))
                    for value, times in strange.items()
                ]
            found += self._tick_questions(item)
        return found

    def _strange(self, name: str, value: str) -> list[str]:
        if self._is_blank(name, value) or self._covered_by_ticks(name):
            return []
        finder, mode = self.finder(name), self.modes.get(name, "codes")
        if answer_kind(self.item(name)) == "one" or (name in self.places and name not in self.of_item):
            return [] if finder.find(value, mode) else [value.strip()]
        return finder.split(value, mode)[1]

    def _covered_by_ticks(self, name: str) -> bool:
        """Whether there is a column for each option, so that one with all of them together is not needed."""
        options = {part for _, part in self.ticks.get(name, [])}
        return bool(options) and set(option_names(self.document, self.item(name))) <= options

    def _tick_questions(self, item: Item) -> Iterator[ValueQuestion]:
        strange: dict[str, int] = {}
        for at, option in self.ticks.get(item.name, []):
            for value, times in self.sheet.columns[at].items():
                if not self._is_blank(item.name, value) and self._ticked(item, option, value) is None:
                    strange[value] = strange.get(value, 0) + times
        for value, times in strange.items():
            yield ValueQuestion(item.name, value, times, is_tick=True)

    def mark_questions(self) -> list[MarkQuestion]:
        """The columns whose decimal sign or order of day and month is not known from their values."""
        found: list[MarkQuestion] = []
        for at in sorted([*self._of("fractional"), *self._of("whole")]):
            marks = decimal_sign(self._values(at))
            if marks.sign is None:
                found.append(MarkQuestion(at, self.sheet.headings[at], "sign", marks.because, marks.mixed))
        for at in self._of("date"):
            days = day_order(self._values(at))
            if days.order is None:
                found.append(MarkQuestion(at, self.sheet.headings[at], "order", days.because, days.mixed))
        return sorted(found, key=lambda question: question.at)

    # -- rows ------------------------------------------------------------------------------------------------------
    def rows(self) -> Iterator[ReadRow]:
        for number, cells in self.sheet.rows:
            row = ReadRow(number)
            for item in self.document.items:
                self._read(item, cells, row)
            for at in self.single.get("language", []):
                row.language = row.language or cells[at]
            for at in self.single.get("source", []):
                row.source = row.source or cells[at]
            yield row

    def _one_cell(self, name: str, columns: Sequence[int], cells: Sequence[str], row: ReadRow) -> tuple[int, str]:
        """(column, cell) of the columns of one item; at most one may be filled in, or all say the same."""
        filled = [(at, cells[at]) for at in columns if not self._is_blank(name, cells[at])]
        if not filled:
            return -1, ""
        if len({fold(cell) for _, cell in filled}) > 1:
            row.faults.append(Fault(self.sheet.headings[filled[1][0]], "columns_differ", filled[1][1]))
        return filled[0]

    def _read(self, item: Item, cells: Sequence[str], row: ReadRow) -> None:
        name, kind = item.name, answer_kind(item)
        at, cell = self._one_cell(name, self.of_item.get(name, []), cells, row)
        words = self._other_words(item, cells, row)
        value: Any = None
        match kind:
            case "one" if cell:
                value, kept = self._option(item, at, cell, row)
                words = words or kept
            case "several":
                value, kept = self._several(item, at, cell, cells, bool(words), row)
                words = words or kept
            case "ranked":
                value, kept = self._ranked(item, at, cell, cells, row)
                words = words or kept
            case "whole" | "fractional" if cell:
                number = read_number(cell, self.signs[at] or ".")
                if self.signs[at] is None:
                    row.faults.append(Fault(self.sheet.headings[at], "not_understood", cell))
                value = cell if number is None else written(number)
            case "date" if cell:
                day = read_day(cell, self.orders[at] or "dmy")
                if self.orders[at] is None:
                    row.faults.append(Fault(self.sheet.headings[at], "not_understood", cell))
                elif day is None:
                    row.faults.append(Fault(self.sheet.headings[at], "not_this_calendar", cell))
                value = day.isoformat() if day else cell
            case "words" if cell:
                value = cell
        if value:
            row.raw[name] = value
        if words:
            row.raw[item.other_key] = words

    def _other_words(self, item: Item, cells: Sequence[str], row: ReadRow) -> str:
        columns = self.of_other.get(item.name, [])
        filled = [cells[at] for at in columns if cells[at] and not (cells[at] == "NA" and self.writes_na)]
        if len(set(filled)) > 1:
            row.faults.append(Fault(self.sheet.headings[columns[1]], "columns_differ", filled[1]))
        return filled[0] if filled else ""

    def _decided(self, item: Item, word: str) -> str:
        known = self.decisions.values.get(item.name, {})
        return known.get(word.strip()) or known.get(ANY_OTHER, "")

    def _option(self, item: Item, at: int, cell: str, row: ReadRow) -> tuple[str, str]:
        """(option, words to keep beside it)."""
        finder = self.finder(item.name)
        if found := finder.find(cell, self.modes.get(item.name, "codes")):
            return found, ""
        decided = self._decided(item, cell)
        if decided == KEEP_WORDS and finder.open:
            return finder.open[0], cell
        if not decided or decided == KEEP_WORDS:
            row.faults.append(Fault(self.sheet.headings[at], "not_understood", cell))
        return ("" if decided in ("", LEAVE_OUT, KEEP_WORDS) else decided), ""

    def _options(self, item: Item, at: int, cell: str, row: ReadRow) -> tuple[list[str], str]:
        finder = self.finder(item.name)
        options, strange = finder.split(cell, self.modes.get(item.name, "codes"))
        kept: list[str] = []
        for word in strange:
            decided = self._decided(item, word)
            if decided == KEEP_WORDS and finder.open:
                kept.append(word)
                options.append(finder.open[0])
            elif not decided or decided == KEEP_WORDS:
                row.faults.append(Fault(self.sheet.headings[at], "not_understood", word))
            elif decided != LEAVE_OUT:
                options.append(decided)
        return (list(dict.fromkeys(options)) if kept else options), "; ".join(kept)

    def _ticked(self, item: Item, option: str, cell: str) -> bool | None:
        """Whether a cell in the column of an option says that it is chosen; None where it is not understood."""
        found = tick(cell)
        if found is not None:
            return found
        finder = self.finder(item.name)
        if finder.find(cell) == option or option in finder.open:
            return True
        decided = self.decisions.values.get(item.name + TICKS, {}).get(cell, "")
        return {CHOSEN: True, NOT_CHOSEN: False}.get(decided)

    def _several(
        self, item: Item, at: int, cell: str, cells: Sequence[str], has_words: bool, row: ReadRow
    ) -> tuple[list[str] | None, str]:
        finder, columns = self.finder(item.name), self.ticks.get(item.name, [])
        chosen: list[str] = []
        kept, is_given = "", False
        for place, option in columns:
            if self._is_blank(item.name, cells[place]):
                continue
            is_given = True
            ticked = self._ticked(item, option, cells[place])
            if ticked is None:
                row.faults.append(Fault(self.sheet.headings[place], "not_understood", cells[place]))
            elif ticked:
                chosen.append(option)
                if option in finder.open and tick(cells[place]) is None and finder.find(cells[place]) != option:
                    kept = cells[place]
        open_is_ticked = any(option in finder.open for _, option in columns)
        if has_words and columns and not open_is_ticked and len(finder.open) == 1 and not cell:
            chosen.append(finder.open[0])  # LimeSurvey has no column for it: the words are the tick
            is_given = True
        if not cell or (is_given and self._covered_by_ticks(item.name)):
            return list(dict.fromkeys(chosen)), kept
        options, words = self._options(item, at, cell, row)
        if is_given and any(option not in options for option in chosen):
            row.faults.append(Fault(self.sheet.headings[at], "columns_differ", cell))
        return options, kept or words

    def _ranked(
        self, item: Item, at: int, cell: str, cells: Sequence[str], row: ReadRow
    ) -> tuple[list[str] | dict[str, str] | None, str]:
        kept = ""
        if cell:
            return self._options(item, at, cell, row)
        by_place: list[tuple[int, str]] = []
        for column, place in self.places.get(item.name, []):
            if not self._is_blank(item.name, cells[column]):
                option, words = self._option(item, column, cells[column], row)
                kept = kept or words
                if option:
                    by_place.append((place, option))
        if by_place:
            by_place.sort()
            places = [place for place, _ in by_place]
            if places == list(range(1, len(places) + 1)) or len({option for _, option in by_place}) < len(by_place):
                return [option for _, option in by_place], kept
            return {option: str(place) for place, option in by_place}, kept
        given = {option: cells[column] for column, option in self.ticks.get(item.name, []) if cells[column]}
        return {option: place for option, place in given.items() if not self._is_blank(item.name, place)}, kept

    def chose_nothing(self) -> int:
        """How many answers are skipped because none of an item's columns per option is ticked, though none is blank."""
        found = 0
        for name, columns in self.ticks.items():
            if answer_kind(self.item(name)) == "several":
                for _, cells in self.sheet.rows:
                    given = [cells[at] for at, _ in columns if not self._is_blank(name, cells[at])]
                    found += bool(given) and all(tick(cell) is False for cell in given)
        return found
