"""Which item, option or place a column belongs to, by its heading alone. Pure.

Tried in this order: the item's name; the last part after / - : . ; our codes as other programs change them (`q2/q2.1`,
`q8.1_1`, `q1.2_other`, Excel's date 2001-01-03 for 3.1.1); item and option of a column per option; the name without
punctuation; what programs add (metadata); the label. Whether headings are names or labels is decided once for the whole
table. What two items say maps to none.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from ctnat.ui.digits import ascii_digits
from ctnat.ui.folding import fold, without_number
from instruments.schema import Item, Matrix, Survey, Text
from instruments.schema.base import PLACEHOLDER, QUOTE
from surveys.importing.metadata import is_language_column, is_metadata
from surveys.importing.options import OptionFinder
from surveys.importing.targets import LANGUAGE, OUT, SOURCE, Target
from surveys.item_types import answer_kind, places_of

Mode = Literal["names", "labels"]
Why = Literal[
    "remembered",
    "name",
    "label",
    "position",
    "metadata",
    "left_out",
    "blank",
    "no_question",
    "order",
    "several",
    "same",
    "similar",
    "unknown",
]
SURE = frozenset(["remembered", "name", "label", "metadata", "left_out", "blank", "no_question"])
AFTER = re.compile(
    r"[/:.|\\-]+\s*|\s-\s|(?<=[\w\]])\s*\[|\s*[>›»]\s*|(?<=\w)_"
)  # what separates an item and its option
SPLIT_LABEL = re.compile(r"\s*/\s*|\s-\s|\s[–—]\s|:\s+|\s*[>›»|]\s*|\s*\[(?=[^\[\]]*\]\s*$)")
PLACE_LABEL = re.compile(r"(.+?)\s*[\[(](?:rank(?:ing)?|place|choice|#)?\s*([0-9]{1,2})[\])]", re.IGNORECASE)
DAY_HEADING = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00:00(?:\.0+)?)?")
CODE_BEFORE = re.compile(
    r"(?P<code>[a-z]\w*(?:\[[^\[\]]{1,60}\])?)\.\s+(?P<text>\S.*)", re.IGNORECASE | re.DOTALL
)  # q21[a]. What ...
REPEATED = re.compile(r"\[[0-9]+\]/")  # of a question asked for several things: bed_net[1]/member[2]/name
OTHER_ENDS = frozenset(
    map(fold, ("other", "specify", "other_specify", "other_text", "autre", "otro", "comment", "text", "oth"))
)
FILLED = re.compile(f"(?:{PLACEHOLDER.pattern})|(?:{QUOTE.pattern})")  # what a program shows something else for
LONG = 25  # folded letters; so long a beginning of a label is not there by chance
MOST_CANDIDATES = 8
MOST_CUTS = 24
LONGEST_NAME, LONGEST_LABEL = 500, 6_000  # characters; nothing longer is a name with its groups, or a label
ENDS = re.compile(r"[/:|.\\-]+")
LEAST_IN_ORDER, IN_ORDER = 3, 0.9  # columns, and the part of the steps between them, that follow the order of the form


@dataclass(frozen=True)
class Column:
    """The proposal for one column, to be checked by a person unless it is sure.

    `target` is None where nothing can be proposed; `candidates`: what it could be.

    remembered  confirmed for an earlier file
    name, label, metadata    as the heading says
    left_out    a question that the questionnaire did not take over from its form
    blank       a column without any heading or without any cell
    no_question nothing says it, and no question that lacks a column can be it (surveys/importing/spare.py)
    position    several items say the same; only this one fits between the columns beside it
    order       its code says an order only: G01Q02[SQ001] (surveys/importing/numbered.py)
    several     several items say the same
    same        another column says the same, and their cells differ
    similar     a label begins like the heading
    unknown     nothing says it; left out unless a person decides otherwise
    """

    at: int
    heading: str
    target: Target | None
    why: Why
    candidates: tuple[Target, ...] = ()

    @property
    def is_sure(self) -> bool:
        return self.target is not None and self.why in SURE


class Headings:
    """The names and labels of one questionnaire.

    `form_names`: further names, of the form from which it was imported; those of several questions find none.
    """

    def __init__(self, document: Survey, form_names: Iterable[tuple[str, Target]] = ()):
        self.document = document
        self.place = {item.name: at for at, item in enumerate(document.items)}
        self.finders: dict[str, OptionFinder] = {}
        self.names: dict[str, set[Target]] = {}
        self.folded_names: dict[str, set[Target]] = {}
        self.labels: dict[str, set[Target]] = {}
        self.filled_in: list[tuple[str, Target]] = []  # labels with placeholders, which their readers see filled
        self.full_labels: dict[str, set[Target]] = {}  # with the section or matrix before it
        for item in document.items:
            self._name(item)
        for section in document.sections:
            for entry in section.items:
                if isinstance(entry, Matrix):
                    for row in entry.rows:
                        for written in (entry.name, f"q{entry.name}"):  # as LimeSurvey exports it: q31[q311]
                            for own in (row.name, f"q{row.name}"):
                                self._put_name(f"{written}[{own}]", Target("item", row.name))
                        self._label(document.by_name[row.name], [entry.text, entry.short], [section.title])
                else:
                    self._label(entry, [section.title], [])
        for name, target in form_names:
            if target.kind == "item":
                self._name(document.by_name[target.item], name)
            else:
                self._put_name(name, target)
        self.labels.pop("", None)
        self.folded_names.pop("", None)
        self.filled = [(_pattern(text), target) for text, target in self.filled_in if _pattern(text).pattern]

    # -- what the questionnaire says -------------------------------------------------------------------------------
    def _name(self, item: Item, name: str = "") -> None:
        """The names of an item and of what belongs to it; of one in the form from which it comes: `name`."""
        whole = Target("item", item.name)
        written = {name} if name else {item.name, f"q{item.name}"}
        for name in written:
            self._put_name(name, whole)
        if item.open_options:
            for name in written:
                for end in ("_other", "/other_text", "[other]", "[comment]", "_other_specify"):
                    self._put_name(name + end, Target("other", item.name))
        for place in range(1, places_of(item) + 1):
            for name in written:
                for end in (f"_{place}", f"[{place}]"):
                    self._put_name(name + end, Target("place", item.name, str(place)))

    def _put_name(self, name: str, target: Target) -> None:
        self.names.setdefault(name.casefold(), set()).add(target)
        self.folded_names.setdefault(fold(name), set()).add(target)

    def _label(self, item: Item, before: Sequence[Text | None], outer: Sequence[Text | None]) -> None:
        whole = Target("item", item.name)
        heads = [text for text in before if text is not None]
        for own in filter(None, (item.text, item.short)):
            for language, text in own.root.items():
                if FILLED.search(text):
                    self.filled_in.append((text, whole))
                for label in (text, without_number(text)):
                    self.labels.setdefault(fold(label), set()).add(whole)
                for code in (item.name, f"q{item.name}"):
                    self.full_labels.setdefault(fold(f"{code}{text}"), set()).add(whole)
                for head in (*heads, *(text for text in outer if text is not None)):
                    if prefix := head.root.get(language):
                        self.full_labels.setdefault(fold(prefix + text), set()).add(whole)

        for option in (option for option in self.document.options(item) if option.name in item.open_options):
            for text in option.text.root.values():
                self.labels.setdefault(fold(text), set()).add(Target("other", item.name))

    def finder(self, item: str) -> OptionFinder:
        if item not in self.finders:
            self.finders[item] = OptionFinder(self.document, self.document.by_name[item])
        return self.finders[item]

    # -- what a heading says ---------------------------------------------------------------------------------------
    def by_name(self, heading: str) -> set[Target]:
        """What a heading that is a name means, from the surest way of reading it to the least sure."""
        plain = ascii_digits(heading.strip()).casefold()
        if len(plain) > LONGEST_NAME:
            return self._before_text(heading.strip())
        for text in _as_written(plain):
            if found := self.names.get(text) or self._split_name(text):  # an option may be called like another item
                return found
        for text in _as_written(plain):
            for end in _ends(text):
                if last := self.names.get(end):
                    return last
        for text in _as_written(plain):
            if found := self._split_name(text, underscore=True):
                return found
        if found := self._of_day(plain):
            return found
        for text in _as_written(plain) if not is_metadata(heading) else ():
            if found := self._loosely(text):
                return found
        return self._before_text(heading.strip())

    def _before_text(self, heading: str) -> set[Target]:
        """Of LimeSurvey's code with the text behind it. A code that may be a word of the text counts if both agree."""
        if not (before := CODE_BEFORE.fullmatch(heading)):
            return set()
        found = self.by_name(before["code"])
        is_code = any(sign.isdigit() or sign in "[_" for sign in before["code"])
        return found if is_code or found & self.by_label(before["text"]) else set()

    def _split_name(self, text: str, *, underscore: bool = False) -> set[Target]:
        """Item and option, or item and what stands for the words beside its open option."""
        for at in _cuts(AFTER, text):
            if (at[0] == "_") != underscore:
                continue
            left, right = text[: at.start()], text[at.end() :].rstrip("] ")
            if not left or not right:
                continue
            for end in _ends(left.rstrip("] ")):
                items = {target for target in self.names.get(end, ()) if target.kind == "item"}
                if len(items) == 1:
                    found = self._part_of(next(iter(items)).item, right, exact=underscore)
                    if found:
                        return {found}
        return set()

    def _part_of(self, name: str, part: str, *, exact: bool = False) -> Target | None:
        """The option, place or words of an item that `part` of a heading names."""
        item, finder = self.document.by_name[name], self.finder(name)
        kind = answer_kind(item)
        if kind == "ranked" and item.open_options and fold(part) in OTHER_ENDS:  # beside the places
            return Target("other", name)
        if kind in ("several", "ranked"):
            if (code := finder.by_code(part) if not exact else finder.folded_codes.get(fold(part))) is not None:
                return Target("option", name, code)
            if not exact and (code := finder.by_label(part)):
                return Target("option", name, code)
            if kind == "ranked" and part.isdigit() and 1 <= int(part) <= places_of(item):
                return Target("place", name, part)
        if item.open_options and fold(part) in OTHER_ENDS:
            return Target("other", name)
        return None

    def _of_day(self, plain: str) -> set[Target]:
        """3.1.1 is a day for Excel: the third of January 2001."""
        found = DAY_HEADING.fullmatch(plain)
        if not found:
            return set()
        year, month, day = (int(part) for part in found.groups())
        codes = {f"{day}.{month}.{year - 2000}", f"{month}.{day}.{year - 2000}", f"{day}.{month}", f"{month}.{day}"}
        targets: set[Target] = set()
        for code in codes if 2000 < year < 2100 else ():
            targets |= self.names.get(code, set())
        longest = {target for target in targets if target.item.count(".") == 2}
        return longest or targets

    def _loosely(self, text: str) -> set[Target]:
        for end in _ends(text):
            found = self.folded_names.get(fold(end))
            if found and (end == text or not fold(end).isdigit()):
                return found
        for at in _cuts(AFTER, text):
            left, right = text[: at.start()], text[at.end() :].rstrip("] ")
            for end in _ends(left) if left and right else ():
                items = {target for target in self.folded_names.get(fold(end), ()) if target.kind == "item"}
                if len(items) == 1 and not (fold(end).isdigit() and end != left):
                    found_part = self._part_of(next(iter(items)).item, right, exact="_" in at[0])
                    if found_part:
                        return {found_part}
        return set()

    def by_label(self, heading: str) -> set[Target]:
        """What a heading that is a label means. Several targets where several items say the same."""
        if len(heading) > LONGEST_LABEL:
            return set()
        for text in dict.fromkeys((heading, without_number(heading))):
            if found := self._said(text):
                return found
        for at in _cuts(SPLIT_LABEL, heading):  # group/question, or matrix [row]
            left, right = heading[: at.start()], heading[at.end() :].rstrip("] ")
            if together := self.full_labels.get(fold(left + right)):
                return together
        if found := self._option_label(heading) or self._place_label(heading):
            return found
        for at in _cuts(SPLIT_LABEL, heading):
            right = heading[at.end() :].strip("[] ")
            if right and (found := self._said(right)):
                return found
        return set()

    def _option_label(self, heading: str) -> set[Target]:
        found: set[Target] = set()
        for at in _cuts(SPLIT_LABEL, heading):
            left, right = heading[: at.start()], heading[at.end() :].strip("[] ")
            items = self._said(left) or self._last_label(left)
            for target in items or ():
                if part := self._part_of(target.item, right):
                    found.add(part)
            if found:
                return found
        return found

    def _place_label(self, heading: str) -> set[Target]:
        """A ranked item and a place: "Which come first? (2)", "Which come first? [Rank 2]"."""
        if not (found := PLACE_LABEL.fullmatch(heading)):
            return set()
        items = self._said(found[1]) or self._last_label(found[1])
        ranked = [t for t in items if int(found[2]) in range(1, places_of(self.document.by_name[t.item]) + 1)]
        return {Target("place", target.item, str(int(found[2]))) for target in ranked}

    def _last_label(self, left: str) -> set[Target]:
        for at in _cuts(SPLIT_LABEL, left):
            if found := self._said(left[at.end() :]):
                return found
        return set()

    def _said(self, text: str) -> set[Target]:
        """The items that say just this."""
        folded = fold(text)
        if said := self.labels.get(folded) or self.full_labels.get(folded):
            return said
        return {target for pattern, target in self.filled if pattern.fullmatch(folded)} if folded else set()

    def beginning(self, heading: str) -> set[Target]:
        """Items whose label begins like a heading that was cut off, or the other way round: never sure."""
        folded = fold(without_number(heading))
        if len(folded) < LONG:
            return set()
        found: set[Target] = set()
        for label, targets in self.labels.items():
            if label.startswith(folded) or (len(label) >= LONG and folded.startswith(label)):
                found |= targets
        return found if len(found) <= MOST_CANDIDATES else set()


_known: list[tuple[Survey, Headings]] = []


def headings_of(document: Survey | Headings) -> Headings:
    """The names and labels of a questionnaire, collected once as long as it is used."""
    if isinstance(document, Headings):
        return document
    for known, headings in _known:
        if known is document:
            return headings
    _known.insert(0, (document, Headings(document)))
    del _known[8:]
    return _known[0][1]


def _pattern(text: str) -> re.Pattern[str]:
    """Folded texts that `text` may become once its placeholders are filled in."""
    pieces = [re.escape(fold(piece)) for piece in FILLED.split(text)[::3]]
    return re.compile(r"\w{1,80}?".join(pieces) if len("".join(pieces)) >= LONG else "")


def _as_written(plain: str) -> Iterator[str]:
    """A name, and the name without the X that R puts before a digit or an underscore."""
    yield plain
    if re.match(r"x[0-9_.]", plain):
        yield plain[1:]


def _cuts(separator: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """Where `text` may be cut: the last places only, because each is tried with each."""
    return list(separator.finditer(text))[-MOST_CUTS:]


def _ends(text: str) -> Iterator[str]:
    """`text`, and what is left of it behind each separator of groups; behind a point or hyphen not mere digits."""
    yield text
    for at in _cuts(ENDS, text):
        end = text[at.end() :]
        if end and (at[0] in "/:|" or not end.replace(".", "").isdigit()):
            yield end


def propose(
    document: Survey | Headings,
    headings: Sequence[str],
    *,
    remembered: Mapping[str, Target] | None = None,
    left_out: Collection[str] = (),
) -> tuple[Mode, list[Column]]:
    """Whether the headings are names or labels, and a proposal for each.

    `remembered`: heading -> what was confirmed before. `left_out`: names of questions that the questionnaire did not
    take over from its form.
    """
    known = headings_of(document)
    by_name = [known.by_name(heading) for heading in headings]
    by_label = [known.by_label(heading) for heading in headings]
    named = sum(len(found) == 1 for found in by_name)
    labelled = sum(len(found) == 1 for found in by_label)
    mode: Mode = "labels" if labelled > named else "names"
    gone = frozenset(fold(name) for name in left_out)
    columns = [
        _column(known, mode, at, heading, by_name[at], by_label[at], remembered or {}, gone)
        for at, heading in enumerate(headings)
    ]
    return mode, _by_position(known, columns)


def _column(
    known: Headings,
    mode: Mode,
    at: int,
    heading: str,
    name: set[Target],
    label: set[Target],
    remembered: Mapping[str, Target],
    left_out: Collection[str],
) -> Column:
    if not heading.strip():
        return Column(at, heading, OUT, "blank")
    if heading in remembered:
        return Column(at, heading, remembered[heading], "remembered")
    first, second = (name, label) if mode == "names" else (label, name)
    if REPEATED.search(heading) and mode == "names":
        return Column(at, heading, OUT, "left_out")
    for found in (first, second):
        if len(found) == 1:
            return Column(at, heading, next(iter(found)), "name" if found is name else "label")
        if found:
            return Column(at, heading, None, "several", _in_order(known, found))
    if is_language_column(heading):
        return Column(at, heading, LANGUAGE, "name")
    if fold(heading) == "source":
        return Column(at, heading, SOURCE, "name")
    if is_metadata(heading):
        return Column(at, heading, OUT, "metadata")
    if any(fold(end) in left_out for end in _ends(heading)):
        return Column(at, heading, OUT, "left_out")
    if candidates := known.beginning(heading):
        return Column(at, heading, None, "similar", _in_order(known, candidates))
    return Column(at, heading, OUT, "unknown")


def _in_order(known: Headings, found: Iterable[Target]) -> tuple[Target, ...]:
    ordered = sorted(found, key=lambda target: (known.place[target.item], target.key))
    return tuple(ordered[:MOST_CANDIDATES])


def known_places(known: Headings, columns: Iterable[Column]) -> list[tuple[int, int]]:
    """(column, place in the form) of the columns of which it is known which question they belong to."""
    return [(column.at, known.place[column.target.item]) for column in columns if column.target and column.target.item]


def are_in_order(places: Sequence[tuple[int, int]]) -> bool:
    """Whether columns follow the order of the form, as programs export them. `places`: those of `known_places`."""
    steps = list(pairwise(place for _, place in places))
    return sum(one <= two for one, two in steps) >= IN_ORDER * len(steps)


def _by_position(known: Headings, columns: list[Column]) -> list[Column]:
    """Columns whose label several items share, where only one of them fits between the columns beside it.

    Only where the table is in the order of the form, as programs export it.
    """
    fixed = known_places(known, columns)
    if len(fixed) < LEAST_IN_ORDER or not are_in_order(fixed):
        return columns
    taken = {column.target for column in columns if column.target and column.target.item}
    found = list(columns)
    at = 0
    while at < len(columns):
        column = columns[at]
        if column.why != "several":
            at += 1
            continue
        end = at  # of the columns up to the next one that is fixed
        while end < len(columns) and not (columns[end].target and columns[end].target.item):  # type: ignore[union-attr]
            end += 1
        before = max((place for place_at, place in fixed if place_at < at), default=-1)
        after = min((place for place_at, place in fixed if place_at >= end), default=len(known.place))
        alike: dict[tuple[Target, ...], list[int]] = {}
        for position in range(at, end):
            if columns[position].why == "several":
                alike.setdefault(columns[position].candidates, []).append(position)
        for candidates, positions in alike.items():
            fitting = [t for t in candidates if before <= known.place[t.item] <= after and t not in taken]
            if len(fitting) == len(positions):
                for position, target in zip(positions, fitting, strict=True):
                    found[position] = replace(columns[position], target=target, why="position")
        at = end
    return found
