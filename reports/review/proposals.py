"""What a reviewer proposes, one entry a proposal, each at its place in the report and proved before it is offered."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from reports.review.changes import (
    Chain,
    Change,
    applied,
    by_author,
    call_of,
    chain_of,
    changes_of,
    sentence_of,
    touches,
)
from reports.review.commented import with_comments
from reports.review.findings import Findings, Proposal, ProposalKind
from reports.review.formats import take_formats
from reports.review.items import Items
from reports.review.matching import Old, align, old_paragraphs, pair_moved, pair_rewritten, split_by_place
from reports.review.reading import Returned
from reports.review.reasons import BY_PROGRAM, FEW_FOUND, IN_DATA, IS_TITLE, OTHER_ROUND
from reports.review.rows import take_rows
from reports.review.snapshot import Snapshot
from reports.review.units import Op
from reports.review.words import BREAK

MOST_PROVED = 5_000  # proposals that are tried in the Markdown; further ones are left to a person
FEW = 0.5  # a file in which less was found is of another report, or translated
_ONLY_NUMBERS = re.compile(r"[\d\s.\u2009\u00a0]*")


def proposals_of(returned: Returned, snapshot: Snapshot) -> Findings:
    """What the file proposes and comments: nothing of an untouched file, or where all changes were rejected."""
    return _Finder(returned, snapshot).findings()


class _Finder:
    """Compares a file with the snapshot, paragraph by paragraph, and makes an entry of what differs."""

    def __init__(self, returned: Returned, snapshot: Snapshot) -> None:
        self.returned, self.snapshot = returned, snapshot
        self.items = Items(returned, snapshot)
        self.where = self.items.where
        self.matched = self.known = 0  # paragraphs with text that the program did not make

    def findings(self) -> Findings:
        texts, notes = split_by_place(self.returned)
        all_ours = list(enumerate(self.snapshot.paragraphs))
        self._compare([i for i, one in all_ours if one.kind != "note"], texts)
        self._compare([i for i, one in all_ours if one.kind == "note"], notes)
        self.items.pair_moves()
        self._contents()
        looks = take_formats(self.items, self.returned)
        items = with_comments(_blocks_together(self.items.found), self.returned, self.where)
        token = self.returned.token
        same = token == self.snapshot.token if token else None
        told = [
            *self.returned.notes,
            *([OTHER_ROUND] if same is False else []),
            *([FEW_FOUND] if self.found < FEW else []),
            *looks,
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
            self.items.bodies = {}
        groups = pair_rewritten(groups, ours, theirs)
        take_rows(self.items, groups, numbers, theirs)
        at = -1  # the last paragraph of ours that was passed
        k = 0
        while k < len(groups):
            group = groups[k]
            if len(self.items.found) > MOST_PROVED:
                self.items.bodies = {}
            if group.ours and group.theirs:
                chained = [group]
                while theirs[chained[-1].theirs[-1]].joined and k + 1 < len(groups) and groups[k + 1].theirs:
                    k += 1
                    chained.append(groups[k])
                ours_here = [i for one in chained for i in one.ours]
                chain = chain_of(chained, ours, theirs)
                self.where.know(chain, theirs, numbers)
                self._changes(chain, numbers, theirs)
                at = numbers[ours_here[-1]]
            elif group.theirs:
                self.items.new(theirs[group.theirs[0]], at)
            else:
                self.items.gone([numbers[i] for i in group.ours])
                at = numbers[group.ours[-1]] if at < 0 else at
            k += 1
        for i, place in moved:
            before = [numbers[j] for group in groups for j in group.ours if group.theirs and group.theirs[-1] < place]
            self.items.moved(numbers[i], max(before, default=-1), False, Change(0, 0, theirs[place].new))
            self.where.put_beside(theirs[place].place, numbers[i])

    # Changes ---------------------------------------------------------------------------------------------------

    def _changes(self, chain: Chain, numbers: list[int], theirs: list[Old]) -> None:
        plain: dict[int, list[Change]] = defaultdict(list)
        olds = [theirs[k] for k in chain.theirs]
        for change in changes_of(chain, olds):
            self._sort_out(chain, change, plain, olds)
        for number, changes in plain.items():
            self._of_paragraph(number, changes)

    def _sort_out(self, chain: Chain, change: Change, plain: dict[int, list[Change]], olds: list[Old]) -> None:
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
                self.items.gone([chain.ours[first]], change)
            else:
                local(first, change.start, min(change.end, ends[first]), change.new)
        elif first == last:
            self._with_breaks(chain, first, change, local, olds, ends[first])
        elif not change.new:
            for place in whole:
                self.items.gone([chain.ours[place]], change)
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
        self, chain: Chain, place: int, change: Change, local: Callable[[int, int, int, str], None],
        olds: list[Old], end: int,
    ) -> None:  # fmt: skip
        """Words with ends of paragraphs in them were typed into one paragraph."""
        start, number = chain.starts[place], chain.ours[place]
        parts = change.new.split(BREAK)
        members = [member for old in olds for member, _ in old.members]
        if change.start == change.end == end and end > start:
            local(place, change.start, change.end, parts[0])
            self.items.added(parts[1:], members[-len(parts) + 1 :], number, False, change)
        elif change.start == change.end == start:
            self.items.added(parts[:-1], members[: len(parts) - 1], number, True, change)
            local(place, change.start, change.end, parts[-1])
        else:
            one = self.snapshot.paragraphs[number]
            ops = [Op(change.start - start, change.end - start, change.new)]
            body = self.items.bodies.get(one.section)
            patched = body.split(one, ops) if body and one.kind == "text" else ""
            self.items.add("split", number, ops, change, patched)

    def _joined(self, chain: Chain, first: int, last: int, change: Change) -> None:
        one, two = (self.snapshot.paragraphs[chain.ours[place]] for place in (first, last))
        body, patched, shift = self.items.bodies.get(one.section), "", chain.starts[first]
        if body and last == first + 1 and one.section == two.section and one.kind == two.kind == "text":
            patched = body.joined(one, two, [Op(change.start - shift, change.end - shift, change.new)])
        before = chain.text[change.start : change.end]
        start = min(change.start - shift, len(one.text))
        self.items.item(
            "joined", chain.ours[first], change, start=start, end=len(one.text), before=before, after=change.new,
            patched=patched,
        )  # fmt: skip

    def _of_paragraph(self, number: int, changes: list[Change]) -> None:
        """Items of the changes of words in one paragraph: each fact and citation by itself, others by sentence."""
        paragraph = self.snapshot.paragraphs[number]
        if paragraph.kind in ("block", "made"):
            self._of_program(number, changes)
            return
        groups: dict[tuple[Any, ...], list[Change]] = defaultdict(list)
        for change in changes:
            atoms = [atom for atom in paragraph.atoms if atom.kind in ("fact", "cite") and touches(change, atom)]
            kept = [atom for atom in atoms if change.new.strip() or change.start > atom.start or change.end < atom.end]
            if kept or any(atom.kind == "cite" for atom in atoms):
                key: tuple[Any, ...] = ("atom", (kept or atoms)[0].start)
            else:
                key = ("sentence", sentence_of(paragraph.text, change.start))
            groups[(change.mark is not None, change.author, *key)].append(change)
        for some in groups.values():
            self._words(number, sorted(some, key=lambda change: (change.start, change.end)))

    def _words(self, number: int, changes: list[Change]) -> None:
        paragraph = self.snapshot.paragraphs[number]
        body = self.items.bodies.get(paragraph.section)
        ops = [Op(change.start, change.end, change.new) for change in changes]
        touched = [
            atom
            for atom in paragraph.atoms
            if atom.kind in ("fact", "cite") and any(touches(change, atom) for change in changes)
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
                patched = body.with_citation(paragraph, atom, applied(paragraph.text[atom.start : atom.end], moved))
        elif paragraph.kind == "title":
            why = IS_TITLE
        elif body:
            patched = body.changed(paragraph, ops)
        self.items.add(kind, number, ops, changes[-1], patched, names=names, why=why)

    def _of_program(self, number: int, changes: list[Change]) -> None:
        paragraph = self.snapshot.paragraphs[number]
        for (tracked, _), some in by_author(changes).items():
            ops = [Op(change.start, change.end, change.new) for change in some]
            numbers = all(_ONLY_NUMBERS.fullmatch(paragraph.text[op.start : op.end] + op.new) for op in ops)
            if tracked or paragraph.kind != "made" or not numbers:  # a program that counts anew changes numbers only
                self.items.add("block", number, ops, some[-1], "", names=call_of(paragraph), why=BY_PROGRAM)

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
                self.items.found.append(
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


def _blocks_together(items: Sequence[Proposal]) -> list[Proposal]:
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
