"""What a reviewer proposes, one entry a proposal, each at its place in the report and proved before it is offered."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any, Literal

from reports.review.matching import Group, Old, align, old_paragraphs, pair_moved, pair_rewritten, split_by_place
from reports.review.places import Addition, Body, Op
from reports.review.reading import Mark, Piece, Place, Returned, ReturnedComment
from reports.review.snapshot import NOTE, PICTURE, Atom, Paragraph, Snapshot
from reports.review.words import BREAK, Edit, edits

ProposalKind = Literal[
    "comment",  # also a wish about what the program makes: contents, captions, charts
    "reply",  # to the entry `parent`
    "change",  # of words
    "fact",  # words that contain a number from the data
    "citation",
    "block",  # of a chart, table or list that the program makes
    "new",  # paragraph, row or entry of a list
    "deleted",
    "moved",
    "split",
    "joined",  # with the paragraph after it
    "format",  # heading or list
]
ProposalState = Literal[
    "fits",  # `patched` is the body with it, and says what the reviewer wrote
    "by hand",  # a person has to edit the text, or the data
    "gone",  # its place is no longer in the text; nothing here says so, as only today's text can tell
    "nothing to do",  # a comment, or a change that the text has already
]


@dataclass(frozen=True)
class Proposal:
    """One entry: what one author proposes about one passage.

    `section` and `paragraph` (an id of the snapshot) are "" where its place was not found. `start` and `end` are
    characters of that paragraph's text in the snapshot; `before` are its words, `after` the words proposed for them. In
    both, "\\n\\n" is the end of a paragraph, and " | " parts the cells of a row. `text` is what a comment says. `names`
    are the facts, citations and blocks that it touches. `parent` is the place, in `Findings.items`, of the comment that
    a reply answers. `at` has no time zone. `patched` is the Markdown of the section's body at export with this proposal
    alone taken over, and "" unless the state is "fits"; `why` says in English why it is not, or why there is no place.
    `target` is the paragraph behind which a moved one stands now.
    """

    kind: ProposalKind
    tracked: bool = False
    section: str = ""
    paragraph: str = ""
    start: int = 0
    end: int = 0
    before: str = ""
    after: str = ""
    text: str = ""
    names: tuple[str, ...] = ()
    author: str = ""
    at: datetime | None = None
    parent: int | None = None
    resolved: bool = False
    state: ProposalState = "by hand"
    patched: str = ""
    why: str = ""
    target: str = ""


@dataclass(frozen=True)
class Findings:
    """Everything a returned file holds, in the order of the report; what was not placed comes last, in `items` too.

    `found` is the share, 0 to 1, of the snapshot's paragraphs that were found again. `same_round`: the file's token is
    that of the snapshot; None where the file has none. `notes` are sentences in English about the file as a whole.
    """

    items: tuple[Proposal, ...] = ()
    notes: tuple[str, ...] = ()
    found: float = 1.0
    same_round: bool | None = None

    @property
    def unplaced(self) -> tuple[Proposal, ...]:
        return tuple(item for item in self.items if not item.paragraph)


# Finding them --------------------------------------------------------------------------------------------------------

IN_DATA = "These words come from the data. They change where the data change, or stay with an answer."
BY_PROGRAM = "The program makes this part of the report, such as a chart, a caption or the contents."
IS_TITLE = "This is the title of the section, which is changed in the outline."
NOT_PROVED = "The program cannot make this change without changing other words. Make it in the section."
IS_TABLE = "A whole table was added. Type it in the section, or take it over from Word there."
IS_COLUMN = "A column of a table was added or deleted. Change the table in the section."
IS_PICTURE = "It has a picture or a footnote, which the program does not take over. Add it in the section."
IS_FORMAT = "Only the look of the paragraph was changed, to a heading or a list, or from one."
ELSEWHERE = "The paragraph was moved to another section."
NO_PLACE = "The program did not find which part of the report this is about."
FEW_FOUND = "Less than half of the report was found again in the file. It may be of another edition, or translated."
OTHER_ROUND = "The file belongs to another review."

MOST_PROVED = 5_000  # proposals that are tried in the Markdown; further ones are left to a person
FEW = 0.5  # a file in which less was found is of another report, or translated
_SENTENCE_END = re.compile(r"[.!?։؟。…:;][\"'”’»)\]\ufff9]*\s+|\n")
_ONLY_NUMBERS = re.compile(r"[\d\s.\u2009\u00a0]*")


def proposals_of(returned: Returned, snapshot: Snapshot) -> Findings:
    """What the file proposes and comments: nothing of an untouched file, or where all changes were rejected."""
    return _Finder(returned, snapshot).findings()


@dataclass(frozen=True)
class _Change:
    """`new` in place of the characters `start` to `end` of a text; `mark` where it was tracked."""

    start: int
    end: int
    new: str
    mark: Mark | None = None
    move: str = ""

    @property
    def author(self) -> str:
        return self.mark.author if self.mark else ""


@dataclass
class _Chain:
    """Paragraphs of the snapshot and of the file that belong together; `start_of` of each in their texts in one."""

    ours: list[int]
    theirs: list[int]
    text: str
    starts: list[int]
    old_starts: list[int]
    edits: list[Edit]

    def to_ours(self, offset: int, *, end: bool = False) -> int:
        """An offset of the file's text as one of the snapshot's."""
        shift = 0
        for edit in self.edits:
            if offset < edit.new_start or (offset == edit.new_start and not end):
                break
            if offset < edit.new_end or (offset == edit.new_end and end and edit.new_end > edit.new_start):
                return edit.end if end else edit.start
            if offset == edit.new_start == edit.new_end and end:
                break
            shift = edit.end - edit.new_end
        return min(max(offset + shift, 0), len(self.text))

    def paragraph_at(self, offset: int) -> int:
        """Which of `ours` an offset is in, by its place in `ours`."""
        return max(bisect_right(self.starts, offset) - 1, 0)


class _Finder:
    def __init__(self, returned: Returned, snapshot: Snapshot) -> None:
        self.returned, self.snapshot = returned, snapshot
        self.bodies = {key: Body(text, snapshot.language) for key, text in snapshot.bodies.items()}
        self.items: list[Proposal] = []
        self.places: dict[int, tuple[str, int]] = {}  # place in the file -> nearest paragraph before, for comments
        self.chains: dict[int, tuple[_Chain, int]] = {}  # place in the file -> chain, and where it begins in its text
        self.moved_from: dict[str, tuple[int, _Change]] = {}
        self.moved_to: dict[str, tuple[int, bool, _Change]] = {}
        self.order = {paragraph.id: number for number, paragraph in enumerate(snapshot.paragraphs)}
        self.olds: dict[int, Old] = {}
        self.additions: list[Addition] = []  # of the last item, if that is of new paragraphs
        self.matched = self.known = 0  # paragraphs with text that the program did not make

    def findings(self) -> Findings:
        texts, notes = split_by_place(self.returned)
        all_ours = list(enumerate(self.snapshot.paragraphs))
        self._compare([i for i, one in all_ours if one.kind != "note"], texts)
        self._compare([i for i, one in all_ours if one.kind == "note"], notes)
        self._pair_moves()
        self._contents()
        self._formats()
        items = self._with_comments(_blocks_together(self.items, self.snapshot))
        token = self.returned.token
        same = token == self.snapshot.token if token else None
        told = [
            *self.returned.notes,
            *([OTHER_ROUND] if same is False else []),
            *([FEW_FOUND] if self.found < FEW else []),
        ]
        return Findings(tuple(items), tuple(told), self.found, same)

    @property
    def found(self) -> float:
        """The share of the snapshot's paragraphs that were found again, of those that were compared so far."""
        return min(1.0, self.matched / self.known) if self.known else 1.0

    # Pairs -----------------------------------------------------------------------------------------------------

    def _compare(self, numbers: list[int], theirs: list[Old]) -> None:
        ours = [self.snapshot.paragraphs[number] for number in numbers]
        groups = align(ours, theirs)
        moved = pair_moved(groups, ours, theirs)
        self.matched += len(moved) + sum(
            bool(ours[i].text) and ours[i].kind != "made" for group in groups if group.theirs for i in group.ours
        )
        self.known += sum(bool(one.text) and one.kind != "made" for one in ours)
        if self.found < FEW:  # nothing of another text is taken over, and proving it would take long
            self.bodies = {}
        groups = pair_rewritten(groups, ours, theirs)
        self._rows(groups, numbers, theirs)
        at = -1  # the last paragraph of ours that was passed
        k = 0
        while k < len(groups):
            group = groups[k]
            if len(self.items) > MOST_PROVED:
                self.bodies = {}
            if group.ours and group.theirs:
                chained = [group]
                while theirs[chained[-1].theirs[-1]].joined and k + 1 < len(groups) and groups[k + 1].theirs:
                    k += 1
                    chained.append(groups[k])
                ours_here = [i for one in chained for i in one.ours]
                chain = self._chain(chained, ours, theirs)
                self._know(chain, theirs, numbers)
                self._changes(chain, numbers, theirs)
                at = numbers[ours_here[-1]]
            elif group.theirs:
                self._new(theirs[group.theirs[0]], at, theirs)
            else:
                self._gone([numbers[i] for i in group.ours])
                at = numbers[group.ours[-1]] if at < 0 else at
            k += 1
        for i, place in moved:
            before = [numbers[j] for group in groups for j in group.ours if group.theirs and group.theirs[-1] < place]
            self._moved(numbers[i], max(before, default=-1), False, _Change(0, 0, theirs[place].new))
            self.places[theirs[place].place] = (ours[i].id, 0)

    def _chain(self, groups: list[Group], ours: list[Paragraph], theirs: list[Old]) -> _Chain:
        left = [i for group in groups for i in group.ours]
        right = [k for group in groups for k in group.theirs]
        text, old = BREAK.join(ours[i].text for i in left), BREAK.join(theirs[k].text for k in right)
        found: list[Edit] = []
        if all(group.ours and group.theirs for group in groups):
            at = new_at = 0
            for group in groups:
                one = BREAK.join(ours[i].text for i in group.ours)
                other = BREAK.join(theirs[k].text for k in group.theirs)
                found += [
                    Edit(e.start + at, e.end + at, e.new_start + new_at, e.new_end + new_at) for e in edits(one, other)
                ]
                at, new_at = at + len(one) + len(BREAK), new_at + len(other) + len(BREAK)
        else:
            found = edits(text, old)
        return _Chain(
            left, right, text, _starts(ours[i].text for i in left), _starts(theirs[k].text for k in right), found
        )

    def _know(self, chain: _Chain, theirs: list[Old], numbers: list[int]) -> None:
        for start, k in zip(chain.old_starts, chain.theirs, strict=True):
            for place, _ in theirs[k].members:
                self.chains[place] = (chain, start)
                self.olds[place] = theirs[k]
        chain.ours = [numbers[i] for i in chain.ours]

    # Changes ---------------------------------------------------------------------------------------------------

    def _changes(self, chain: _Chain, numbers: list[int], theirs: list[Old]) -> None:
        plain: dict[int, list[_Change]] = defaultdict(list)
        olds = [theirs[k] for k in chain.theirs]
        for change in self._in_ours(chain, olds):
            self._sort_out(chain, change, plain, olds)
        for number, changes in plain.items():
            self._of_paragraph(number, changes)

    def _in_ours(self, chain: _Chain, olds: list[Old]) -> list[_Change]:
        """All changes as changes of the snapshot's text: without tracking, tracked, and those that touch as one."""
        old = BREAK.join(one.text for one in olds)
        spans: list[tuple[int, int, _Change | None]] = [(edit.new_start, edit.new_end, None) for edit in chain.edits]
        tracked = _tracked(olds)
        spans += [(change.start, change.end, change) for change in tracked]
        spans.sort(key=lambda span: (span[0], span[1], span[2] is None))
        found: list[_Change] = []
        for cluster in _overlapping(spans):
            inside = [change for _, _, change in cluster if change]
            if len(cluster) == len(inside) == 1:
                (change,) = inside
                start = chain.to_ours(change.start)
                end = max(start, chain.to_ours(change.end, end=True) if change.end > change.start else start)
                found.append(replace(change, start=start, end=end))
                continue
            begin, stop = min(span[0] for span in cluster), max(span[1] for span in cluster)
            edits_here = [edit for edit in chain.edits if begin <= edit.new_start and edit.new_end <= stop]
            start, end = chain.to_ours(begin), chain.to_ours(stop, end=True)
            if edits_here:
                start, end = min(start, edits_here[0].start), max(end, edits_here[-1].end)
            new = _applied(old[begin:stop], [replace(c, start=c.start - begin, end=c.end - begin) for c in inside])
            one = inside[-1] if inside else _Change(0, 0, "")
            for part in edits(chain.text[start:end], new):
                words = new[part.new_start : part.new_end]
                found.append(replace(one, start=start + part.start, end=start + part.end, new=words))
        return [change for change in found if chain.text[change.start : change.end] != change.new]

    def _sort_out(self, chain: _Chain, change: _Change, plain: dict[int, list[_Change]], olds: list[Old]) -> None:
        """Puts a change of words into `plain`; of whole paragraphs it makes items at once."""
        texts = [self.snapshot.paragraphs[number].text for number in chain.ours]
        first = chain.paragraph_at(change.start)
        last = first
        while last + 1 < len(texts) and chain.starts[last + 1] <= change.end and change.end > change.start:
            last += 1
        ends = [start + len(text) for start, text in zip(chain.starts, texts, strict=True)]
        if change.start > ends[first] and first + 1 < len(texts):  # between two paragraphs
            first = min(first + 1, last)

        def local(place: int, start: int, end: int, new: str) -> None:
            base = chain.starts[place]
            if start < end or new:
                plain[chain.ours[place]].append(replace(change, start=start - base, end=end - base, new=new))

        whole = [p for p in range(first, last + 1) if chain.starts[p] >= change.start and ends[p] <= change.end]
        if first == last and BREAK not in change.new:
            one = self.snapshot.paragraphs[chain.ours[first]]
            if whole and not change.new and one.text and one.kind != "cell":
                self._gone([chain.ours[first]], change)
            else:
                local(first, change.start, min(change.end, ends[first]), change.new)
        elif first == last:
            self._with_breaks(chain, first, change, local, olds, ends[first])
        elif not change.new:
            for place in whole:
                self._gone([chain.ours[place]], change)
            if last - first > len(whole):
                self._joined(chain, first, last, change)
            else:
                if first not in whole:
                    local(first, change.start, ends[first], "")
                if last not in whole:
                    local(last, chain.starts[last], change.end, "")
        elif change.new.count(BREAK) == last - first:
            for place, part in zip(range(first, last + 1), change.new.split(BREAK), strict=True):
                local(place, max(change.start, chain.starts[place]), min(change.end, ends[place]), part)
        else:
            self._joined(chain, first, last, change)

    def _with_breaks(
        self, chain: _Chain, place: int, change: _Change, local: Callable[[int, int, int, str], None],
        olds: list[Old], end: int,
    ) -> None:  # fmt: skip
        """Words with ends of paragraphs in them were typed into one paragraph."""
        start, number = chain.starts[place], chain.ours[place]
        parts = change.new.split(BREAK)
        members = [member for old in olds for member, _ in old.members]
        if change.start == change.end == end and end > start:
            local(place, change.start, change.end, parts[0])
            self._added(parts[1:], members[-len(parts) + 1 :], number, False, change)
        elif change.start == change.end == start:
            self._added(parts[:-1], members[: len(parts) - 1], number, True, change)
            local(place, change.start, change.end, parts[-1])
        else:
            one = self.snapshot.paragraphs[number]
            ops = [Op(change.start - start, change.end - start, change.new)]
            body = self.bodies.get(one.section)
            patched = body.split(one, ops) if body and one.kind == "text" else ""
            self._add("split", number, ops, change, patched)

    def _joined(self, chain: _Chain, first: int, last: int, change: _Change) -> None:
        one, two = (self.snapshot.paragraphs[chain.ours[place]] for place in (first, last))
        body, patched, shift = self.bodies.get(one.section), "", chain.starts[first]
        if body and last == first + 1 and one.section == two.section and one.kind == two.kind == "text":
            patched = body.joined(one, two, [Op(change.start - shift, change.end - shift, change.new)])
        before = chain.text[change.start : change.end]
        start = min(change.start - shift, len(one.text))
        self._item(
            "joined", chain.ours[first], change, start=start, end=len(one.text), before=before, after=change.new,
            patched=patched,
        )  # fmt: skip

    def _of_paragraph(self, number: int, changes: list[_Change]) -> None:
        """Items of the changes of words in one paragraph: each fact and citation by itself, others by sentence."""
        paragraph = self.snapshot.paragraphs[number]
        if paragraph.kind in ("block", "made"):
            self._of_program(number, changes)
            return
        groups: dict[tuple[Any, ...], list[_Change]] = defaultdict(list)
        for change in changes:
            atoms = [atom for atom in paragraph.atoms if atom.kind in ("fact", "cite") and _touches(change, atom)]
            kept = [atom for atom in atoms if change.new.strip() or change.start > atom.start or change.end < atom.end]
            if kept or any(atom.kind == "cite" for atom in atoms):
                key: tuple[Any, ...] = ("atom", (kept or atoms)[0].start)
            else:
                key = ("sentence", _sentence(paragraph.text, change.start))
            groups[(change.mark is not None, change.author, *key)].append(change)
        for some in groups.values():
            self._words(number, sorted(some, key=lambda change: (change.start, change.end)))

    def _words(self, number: int, changes: list[_Change]) -> None:
        paragraph = self.snapshot.paragraphs[number]
        body = self.bodies.get(paragraph.section)
        ops = [Op(change.start, change.end, change.new) for change in changes]
        touched = [
            atom
            for atom in paragraph.atoms
            if atom.kind in ("fact", "cite") and any(_touches(change, atom) for change in changes)
        ]
        names = tuple(atom.name for atom in touched)
        deleted = all(not op.new.strip() for op in ops) and all(
            any(change.start <= atom.start and change.end >= atom.end for change in changes) for atom in touched
        )
        kind: ProposalKind = "change"
        patched = why = ""
        if any(atom.kind == "fact" for atom in touched) and not deleted:
            kind, why = "fact", IN_DATA
        elif touched and body:
            kind = "citation" if any(atom.kind == "cite" for atom in touched) else "change"
            atom = touched[0]
            inside = atom.start <= ops[0].start and ops[-1].end <= atom.end
            if deleted:
                patched = body.changed(paragraph, ops)
            elif len(touched) == 1 and inside:
                moved = [
                    replace(change, start=change.start - atom.start, end=change.end - atom.start) for change in changes
                ]
                patched = body.with_citation(paragraph, atom, _applied(paragraph.text[atom.start : atom.end], moved))
        elif paragraph.kind == "title":
            why = IS_TITLE
        elif body:
            patched = body.changed(paragraph, ops)
        self._add(kind, number, ops, changes[-1], patched, names=names, why=why)

    def _of_program(self, number: int, changes: list[_Change]) -> None:
        paragraph = self.snapshot.paragraphs[number]
        for (tracked, _), some in _by_author(changes).items():
            ops = [Op(change.start, change.end, change.new) for change in some]
            numbers = all(_ONLY_NUMBERS.fullmatch(paragraph.text[op.start : op.end] + op.new) for op in ops)
            if tracked or paragraph.kind != "made" or not numbers:  # a program that counts anew changes numbers only
                self._add("block", number, ops, some[-1], "", names=_call(paragraph), why=BY_PROGRAM)

    # Whole paragraphs ------------------------------------------------------------------------------------------

    def _rows(self, groups: list[Group], numbers: list[int], theirs: list[Old]) -> None:
        """Takes whole rows and columns of tables out of the groups and makes items of them."""
        in_row: dict[tuple[int, int], list[int]] = defaultdict(list)
        for k, old in enumerate(theirs):
            if old.last.cell:
                in_row[old.last.cell.table, old.last.cell.row].append(k)
        pairs = {k: numbers[i] for group in groups for i in group.ours for k in group.theirs}
        alone = {group.theirs[0]: group for group in groups if not group.ours}
        self._new_tables(in_row, alone, groups, numbers, theirs)
        columns: set[tuple[int, str]] = set()
        for (table, _), row in in_row.items():
            mark = _row_deleted(theirs[row[0]])
            ours_here = [pairs[k] for k in row if k in pairs]
            new = [k for k in row if k in alone and alone[k] in groups]
            whole_cells = all(self.snapshot.paragraphs[number].kind == "cell" for number in ours_here)
            if mark and ours_here and whole_cells and all(_is_deleted(theirs[k]) for k in row):
                text = " | ".join(self.snapshot.paragraphs[number].text for number in ours_here)
                self._gone(ours_here, _Change(0, 0, "", mark), text=text)
                groups[:] = [group for group in groups if not set(group.theirs) & set(row)]
                for k in row:
                    self.places[theirs[k].place] = (self.snapshot.paragraphs[ours_here[0]].id, 0)
            elif new and len(new) == len(row):
                first = next(number for number, group in enumerate(groups) if group is alone[row[0]])
                before = [numbers[i] for group in groups[:first] for i in group.ours]
                self._new_row([theirs[k] for k in row], before[-1] if before else -1)
                groups[:] = [group for group in groups if not set(group.theirs) & set(row)]
            elif new and any(theirs[k].new.strip() for k in new):
                author = self._mark_of(theirs[new[0]])
                anchor = ours_here[0] if ours_here else -1
                if (table, author.author if author else "") not in columns and anchor >= 0:
                    columns.add((table, author.author if author else ""))
                    after = BREAK.join(
                        theirs[k].new for r, ks in in_row.items() if r[0] == table for k in ks if k in alone
                    )
                    self._item("new", anchor, _Change(0, 0, after, author), after=after, why=IS_COLUMN)
                groups[:] = [group for group in groups if not set(group.theirs) & set(new)]
        self._rows_gone(groups, numbers)

    def _new_tables(
        self, in_row: Mapping[tuple[int, int], list[int]], alone: Mapping[int, Group], groups: list[Group],
        numbers: list[int], theirs: list[Old],
    ) -> None:  # fmt: skip
        """A table of which nothing is in the snapshot is one item."""
        tables: dict[int, list[list[int]]] = defaultdict(list)
        for (table, _), row in in_row.items():
            tables[table].append(row)
        for rows in tables.values():
            cells = [k for row in rows for k in row]
            if not all(k in alone for k in cells):
                continue
            first = next(number for number, group in enumerate(groups) if group is alone[cells[0]])
            anchor = max((numbers[i] for group in groups[:first] for i in group.ours), default=-1)
            after = "\n".join(" | ".join(theirs[k].new for k in row) for row in rows)
            mark = next((mark for k in cells if (mark := self._mark_of(theirs[k]))), None)
            end = len(self.snapshot.paragraphs[anchor].text) if anchor >= 0 else 0
            self._item("new", anchor, _Change(0, 0, after, mark), start=end, end=end, after=after, why=IS_TABLE)
            for k in cells:
                self.places[theirs[k].place] = (self.snapshot.paragraphs[anchor].id if anchor >= 0 else "", 0)
            groups[:] = [group for group in groups if not set(group.theirs) & set(cells)]

    def _rows_gone(self, groups: list[Group], numbers: list[int]) -> None:
        gone = {numbers[group.ours[0]] for group in groups if group.ours and not group.theirs}
        rows: dict[tuple[str, int], list[int]] = defaultdict(list)
        for number in numbers:
            one = self.snapshot.paragraphs[number]
            if one.kind == "cell" and one.first >= 0:
                rows[one.section, one.first].append(number)
        done: set[int] = set()
        for row in rows.values():
            left = [number for number in row if number in gone]
            filled = [number for number in row if self.snapshot.paragraphs[number].text]
            if left and set(filled) <= set(left):
                self._gone(row, text=" | ".join(self.snapshot.paragraphs[number].text for number in row))
                done |= set(left)
        groups[:] = [group for group in groups if group.theirs or numbers[group.ours[0]] not in done]

    def _gone(self, numbers: list[int], change: _Change | None = None, *, text: str = "") -> None:
        """A paragraph, or the cells of a row, was deleted."""
        change = change or _Change(0, 0, "")
        first = self.snapshot.paragraphs[numbers[0]]
        if change.move and len(numbers) == 1:
            self.moved_from[change.move] = (numbers[0], change)
            return
        if first.kind == "made" or (not text and not first.text):
            return
        paragraphs = [self.snapshot.paragraphs[number] for number in numbers]
        names = tuple(atom.name for one in paragraphs for atom in one.atoms if atom.kind in ("fact", "cite"))
        body, patched = self.bodies.get(first.section), ""
        if first.kind == "block":
            names = _call(first)
            why = BY_PROGRAM
        elif first.kind == "title":
            why = IS_TITLE
        else:
            why = "" if first.kind != "cell" or text else IS_COLUMN
            patched = body.without(paragraphs) if body and not why else ""
        kind: ProposalKind = "block" if first.kind == "block" else "deleted"
        self._item(
            kind, numbers[0], change, end=len(first.text), before=text or first.text, after="", patched=patched,
            names=names, why=why,
        )  # fmt: skip

    def _new(self, old: Old, at: int, theirs: list[Old]) -> None:
        """A paragraph that the snapshot does not have, behind its paragraph `at`."""
        self.places[old.place] = (self.snapshot.paragraphs[at].id if at >= 0 else "", 0)
        if not old.new.strip():
            return
        parts = old.new.split(BREAK)
        change = _Change(0, 0, old.new, self._mark_of(old), next((p.move for p in old.pieces if p.move), ""))
        self._added(parts, [place for place, _ in old.members][-len(parts) :], at, False, change)

    def _mark_of(self, old: Old) -> Mark | None:
        """Who inserted the paragraph with tracking on."""
        marks = [piece.inserted for piece in old.pieces if piece.inserted and not piece.deleted]
        return marks[0] if old.added and marks else None

    def _added(self, parts: list[str], members: list[int], number: int, before: bool, change: _Change) -> None:
        """New paragraphs behind the snapshot's paragraph `number`, or before it."""
        kept = [(part, place) for part, place in zip_longest(parts, members, fillvalue=0) if str(part).strip()]
        if not kept:
            return
        text = BREAK.join(str(part) for part, _ in kept)
        change = replace(change, new=text)
        if change.move:
            self.moved_to[change.move] = (number, before, change)
            return
        additions = []
        for part, place in kept:
            style = self.returned.paragraphs[int(place)]
            additions.append(Addition(str(part), style.level, style.listed))
        last = self.items[-1] if self.items else None
        one = self.snapshot.paragraphs[number] if number >= 0 else None
        if (
            last
            and one
            and last.kind == "new"
            and not before
            and last.paragraph == one.id
            and self.additions
            and (
                (last.tracked, last.author) == (change.mark is not None, change.author) and last.start == len(one.text)
            )
        ):  # the same person went on
            additions = [*self.additions, *additions]
            text = last.after + BREAK + text
            self.items.pop()
        self.additions = additions
        patched = self._patched_new(number, additions, before)
        start = 0 if before or one is None else len(one.text)
        self._item("new", number, change, start=start, end=start, after=text, patched=patched)

    def _patched_new(self, number: int, additions: list[Addition], before: bool) -> str:
        section, target = self._behind(number, before)
        body = self.bodies.get(section)
        return body.with_new(target, additions) if body else ""

    def _behind(self, number: int, before: bool) -> tuple[str, Paragraph | None]:
        """The section, and the paragraph in it behind which something stands; None where that is first in it.

        Before the title of a section means at the end of the section above.
        """
        if before:
            number -= 1
        while (
            number >= 0 and self.snapshot.paragraphs[number].kind == "made" and self.snapshot.paragraphs[number].section
        ):
            number -= 1
        if number < 0:
            return "", None
        one = self.snapshot.paragraphs[number]
        return one.section, None if one.kind == "title" else one

    def _new_row(self, row: list[Old], number: int) -> None:
        cells = [old.new if old.new.strip("\u200d") else "" for old in row]  # LibreOffice's sign in an empty cell
        mark = next((mark for old in row if (mark := self._mark_of(old))), None)
        for old in row:
            self.places[old.place] = (self.snapshot.paragraphs[number].id if number >= 0 else "", 0)
        above = self.snapshot.paragraphs[number] if number >= 0 else None
        body = self.bodies.get(above.section) if above else None
        if above and above.kind == "block":
            after = " | ".join(cells)
            self._item("block", number, _Change(0, 0, after, mark), after=after, names=_call(above), why=BY_PROGRAM)
            return
        patched = body.with_row(above, cells) if body and above and above.kind == "cell" else ""
        after = " | ".join(cells)
        end = len(above.text) if above else 0
        self._item("new", number, _Change(0, 0, after, mark), start=end, end=end, after=after, patched=patched)

    # Moves -----------------------------------------------------------------------------------------------------

    def _pair_moves(self) -> None:
        for name, (number, change) in self.moved_from.items():
            if name in self.moved_to:
                target, before, there = self.moved_to.pop(name)
                self._moved(number, target, before, there)
            else:
                self._gone([number], replace(change, move=""))
        for target, before, change in self.moved_to.values():
            self._added([change.new], [], target, before, replace(change, move=""))

        self._pair_pasted()

    def _pair_pasted(self) -> None:
        """What one person deleted in one place and typed in another, word by word, was cut and pasted."""
        for new in [item for item in self.items if item.kind == "new" and item.tracked and item.paragraph]:
            gone = [
                item
                for item in self.items
                if item.kind == "deleted" and (item.author, item.before) == (new.author, new.after) and item.tracked
            ]
            if len(gone) != 1:
                continue
            self.items = [item for item in self.items if item is not new and item is not gone[0]]
            number, target = self.order[gone[0].paragraph], self.order[new.paragraph]
            before = not new.start and bool(self.snapshot.paragraphs[target].text)
            self._moved(number, target, before, _Change(0, 0, new.after, Mark(new.author, new.at)))

    def _moved(self, number: int, target: int, before: bool, change: _Change) -> None:
        one = self.snapshot.paragraphs[number]
        section, behind = self._behind(target, before)
        body, patched, why = self.bodies.get(one.section), "", ""
        if one.kind == "title":
            why = IS_TITLE
        elif section != one.section:
            why = ELSEWHERE
        elif body and change.new == one.text:
            patched = body.moved(one, behind)
        place = self.snapshot.paragraphs[target].id if target >= 0 else ""
        self._item(
            "moved", number, change, end=len(one.text), before=one.text, after=change.new, patched=patched, why=why,
            target=place,
        )  # fmt: skip

    # What is not text ------------------------------------------------------------------------------------------

    def _contents(self) -> None:
        """Tracked changes in the contents, which are no place to change anything."""
        for old in old_paragraphs([one for one in self.returned.paragraphs if one.made]):
            marks = [
                piece.inserted or piece.deleted
                for piece in old.pieces
                if (piece.inserted is None) != (piece.deleted is None)
            ]
            if marks and old.text != old.new:
                self.items.append(
                    Proposal(
                        "block",
                        True,
                        before=old.text,
                        after=old.new,
                        author=marks[0].author if marks[0] else "",
                        at=marks[0].at if marks[0] else None,
                        why=BY_PROGRAM,
                    )
                )

    def _formats(self) -> None:
        for place, one in enumerate(self.returned.paragraphs):
            known = self.chains.get(place)
            if not one.formatted or not known or one.made:
                continue
            number = known[0].ours[known[0].paragraph_at(known[0].to_ours(known[1]))]
            paragraph = self.snapshot.paragraphs[number]
            change = _Change(0, 0, "", one.formatted)
            self._item(
                "format", number, change, end=len(paragraph.text), before=one.was, after=one.style, why=IS_FORMAT
            )

    # Items -----------------------------------------------------------------------------------------------------

    def _add(
        self, kind: ProposalKind, number: int, ops: Sequence[Op], change: _Change, patched: str,
        *, names: tuple[str, ...] = (), why: str = "",
    ) -> None:  # fmt: skip
        """An item of `ops` in the text of one paragraph."""
        text = self.snapshot.paragraphs[number].text
        start, end = ops[0].start, max(op.end for op in ops)
        local = [_Change(op.start - start, op.end - start, op.new) for op in ops]
        after = _applied(text[start:end], local)
        while end > start and after.endswith(" ") and text[end - 1] == " ":  # a blank that both end with
            end, after = end - 1, after[:-1]
        self._item(
            kind, number, change, start=start, end=end, before=text[start:end], after=after, patched=patched,
            names=names, why=why,
        )  # fmt: skip

    def _item(
        self, kind: ProposalKind, number: int, change: _Change, *, start: int = 0, end: int = 0, before: str = "",
        after: str = "", patched: str = "", names: tuple[str, ...] = (), why: str = "", target: str = "",
    ) -> None:  # fmt: skip
        one = self.snapshot.paragraphs[number] if number >= 0 else Paragraph("", "", "made")
        if not patched and not why:
            why = NOT_PROVED if one.section in self.bodies else BY_PROGRAM if one.id else NO_PLACE
        signs = [sign for sign in (NOTE, PICTURE) if after.count(sign) > before.count(sign)]
        if signs:
            patched, why = "", IS_PICTURE
        self.items.append(
            Proposal(
                kind=kind,
                tracked=change.mark is not None,
                section=one.section,
                paragraph=one.id,
                start=start,
                end=end,
                before=before,
                after=after,
                names=names,
                author=change.author,
                at=change.mark.at if change.mark else None,
                state="fits" if patched else "by hand",
                patched=patched,
                why="" if patched else why,
                target=target,
            )
        )

    # Comments --------------------------------------------------------------------------------------------------

    def _with_comments(self, items: list[Proposal]) -> list[Proposal]:
        """All items in the order of the report, replies behind what they answer; those without a place come last."""
        entries: list[tuple[Proposal, str, str]] = [(item, "", "") for item in items]
        entries += [(self._comment(one), one.id, one.parent) for one in self.returned.comments]
        by_id = {identifier: entry for entry in entries if (identifier := entry[1])}

        def line(entry: tuple[Proposal, str, str]) -> list[tuple[Proposal, str, str]]:
            """The entry, what it answers, and so on up to the first of the thread."""
            seen = [entry]
            while seen[-1][2] in by_id and by_id[seen[-1][2]] not in seen:
                seen.append(by_id[seen[-1][2]])
            return seen

        numbers = {identifier: number for number, (_, identifier, _) in enumerate(entries) if identifier}

        def key(entry: tuple[Proposal, str, str]) -> tuple[Any, ...]:
            thread = line(entry)
            first, identifier, _ = thread[-1]
            place = self.order.get(first.paragraph, len(self.order))
            kind = {"new": 1, "comment": 2}.get(first.kind, 0)
            at = str(entry[0].at or "") if len(thread) > 1 else ""
            return place, first.start, kind, first.end, numbers.get(identifier, -1), len(thread) > 1, at, len(thread)

        entries.sort(key=key)
        place_of = {identifier: place for place, (_, identifier, _) in enumerate(entries) if identifier}
        return [
            replace(item, parent=place_of.get(parent), kind="reply" if parent in place_of else item.kind)
            for item, _, parent in entries
        ]

    def _comment(self, comment: ReturnedComment) -> Proposal:
        item = Proposal(
            "comment", text=comment.text, author=comment.author, at=comment.at, resolved=comment.resolved,
            state="nothing to do", why=NO_PLACE,
        )  # fmt: skip
        if comment.first is None:
            return item
        first, last = self._find(comment.first), self._find(comment.last or comment.first)
        if first is None:
            paragraph = self.returned.paragraphs[comment.first.paragraph]
            return replace(item, before=paragraph.new or paragraph.old)
        one = self.snapshot.paragraphs[first[0]]
        item = replace(item, section=one.section, paragraph=one.id, start=first[1], end=first[1], why="")
        if last is None or last < first:
            return item
        if last[0] == first[0]:
            return replace(item, end=last[1], before=one.text[first[1] : last[1]])
        texts = [self.snapshot.paragraphs[number].text for number in range(first[0], last[0] + 1)]
        before = BREAK.join([texts[0][first[1] :], *texts[1:-1], texts[-1][: last[1]]])
        return replace(item, end=len(one.text), before=before)

    def _find(self, place: Place) -> tuple[int, int] | None:
        """The paragraph of the snapshot and the offset in its text."""
        known = self.chains.get(place.paragraph)
        if known is None:
            identifier, offset = self.places.get(place.paragraph, ("", 0))
            return (self.order[identifier], offset) if identifier in self.order else None
        chain, start = known
        old = self.olds[place.paragraph]
        offset = dict(old.members)[place.paragraph] + place.offset
        length = 0
        for piece in old.pieces:
            if offset <= 0:
                break
            if piece.inserted is None:
                length += min(offset, len(piece.text))
            offset -= len(piece.text)
        if not length and place.paragraph != old.members[-1][0] and (before := chain.ours[0] - 1) >= 0:
            return before, len(self.snapshot.paragraphs[before].text)  # in a new paragraph, before this one
        at = chain.to_ours(start + length, end=True)
        number = chain.paragraph_at(at)
        local = min(at - chain.starts[number], len(self.snapshot.paragraphs[chain.ours[number]].text))
        return chain.ours[number], local


def _starts(texts: Iterable[str]) -> list[int]:
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + len(BREAK)
    return starts


def _tracked(olds: Sequence[Old]) -> list[_Change]:
    """Tracked changes of the paragraphs' text in one; what one person did in one place is one change."""
    found: list[_Change] = []
    at = 0
    run: list[Piece] = []
    began = 0

    def close() -> None:
        if not run:
            return
        new = "".join(piece.text for piece in run if piece.inserted)
        gone = "".join(piece.text for piece in run if piece.deleted)
        marks = [mark for piece in run if (mark := piece.inserted or piece.deleted)]
        mark = max(marks, key=lambda mark: mark.at or datetime.min)  # noqa: DTZ901
        parts = edits(gone, new) if gone and new else [Edit(0, len(gone), 0, len(new))]
        for part in parts:
            found.append(
                _Change(began + part.start, began + part.end, new[part.new_start : part.new_end], mark, run[0].move)
            )
        run.clear()

    pieces: list[Piece] = []
    for number, old in enumerate(olds):
        pieces += old.pieces
        if number + 1 < len(olds) or old.joined:
            pieces.append(Piece(BREAK, None, old.joined))
    if pieces and olds and olds[-1].joined:
        pieces.pop()
    for piece in pieces:
        mark = piece.inserted or piece.deleted
        if piece.inserted and piece.deleted:
            continue
        if mark is None:
            close()
        else:
            if run:
                author = (run[0].inserted or run[0].deleted or Mark("")).author
                brought = run[-1].move if run[-1].text != BREAK else piece.move
                if author != mark.author or (brought != piece.move and piece.text != BREAK):
                    close()
            if not run:
                began = at
            run.append(piece)
        if piece.inserted is None:
            at += len(piece.text)
    close()
    return found


def _overlapping(
    spans: Sequence[tuple[int, int, _Change | None]],
) -> Iterator[list[tuple[int, int, _Change | None]]]:
    """The spans in clusters that have more than an edge in common."""
    cluster: list[tuple[int, int, _Change | None]] = []
    end = -1
    for span in spans:
        if cluster and span[0] < end:
            cluster.append(span)
        else:
            if cluster:
                yield cluster
            cluster = [span]
            end = -1
        end = max(end, span[1])
    if cluster:
        yield cluster


def _applied(text: str, changes: Sequence[_Change]) -> str:
    for change in sorted(changes, key=lambda change: (change.start, change.end), reverse=True):
        text = text[: change.start] + change.new + text[change.end :]
    return text


def _touches(change: _Change, atom: Atom) -> bool:
    if change.start == change.end:
        return atom.start < change.start < atom.end
    return atom.start < change.end and atom.end > change.start


def _sentence(text: str, offset: int) -> int:
    """The number of the sentence in which an offset is."""
    return sum(found.end() <= offset for found in _SENTENCE_END.finditer(text))


def _by_author(changes: Sequence[_Change]) -> dict[tuple[bool, str], list[_Change]]:
    found: dict[tuple[bool, str], list[_Change]] = defaultdict(list)
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        found[change.mark is not None, change.author].append(change)
    return found


def _call(paragraph: Paragraph) -> tuple[str, ...]:
    return (paragraph.block,) if paragraph.block else ()


def _row_deleted(old: Old) -> Mark | None:
    return old.last.cell.deleted if old.last.cell else None


def _is_deleted(old: Old) -> bool:
    return not old.new.strip() or _row_deleted(old) is not None


def _blocks_together(items: Sequence[Proposal], snapshot: Snapshot) -> list[Proposal]:
    """What one person did in one chart or table of the program is one item."""
    found: list[Proposal] = []
    for item in items:
        last = found[-1] if found else None
        if (
            last
            and item.kind == last.kind == "block"
            and item.names
            and (item.names, item.section, item.tracked, item.author)
            == (last.names, last.section, last.tracked, last.author)
        ):
            found[-1] = replace(
                last, before=f"{last.before}{BREAK}{item.before}", after=f"{last.after}{BREAK}{item.after}".strip("\n")
            )
        else:
            found.append(item)
    return found
