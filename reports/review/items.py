"""Entries as they are found: of words in a paragraph, of whole paragraphs that are new, gone or moved."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from reports.review.changes import Change, applied, call_of, mark_of
from reports.review.findings import Proposal, ProposalKind
from reports.review.matching import Old
from reports.review.places import Addition, Body
from reports.review.reading import Mark, Returned
from reports.review.reasons import BY_PROGRAM, ELSEWHERE, IS_COLUMN, IS_PICTURE, IS_TITLE, NO_PLACE, NOT_PROVED
from reports.review.snapshot import NOTE, PICTURE, Paragraph, Snapshot
from reports.review.units import Op
from reports.review.whereabouts import Whereabouts
from reports.review.words import BREAK


class Items:
    """Makes the entries of one file. Paragraphs of the snapshot are given by their numbers."""

    def __init__(self, returned: Returned, snapshot: Snapshot) -> None:
        self.returned, self.snapshot = returned, snapshot
        self.bodies = {key: Body(text, snapshot.language) for key, text in snapshot.bodies.items()}
        self.found: list[Proposal] = []
        self.where = Whereabouts(snapshot)
        self.moved_from: dict[str, tuple[int, Change]] = {}
        self.moved_to: dict[str, tuple[int, bool, Change]] = {}
        self.additions: list[Addition] = []  # of the last item, if that is of new paragraphs

    # Whole paragraphs ----------------------------------------------------------------------------------------------

    def gone(self, numbers: list[int], change: Change | None = None, *, text: str = "") -> None:
        """A paragraph, or the cells of a row, was deleted."""
        change = change or Change(0, 0, "")
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
            names = call_of(first)
            why = BY_PROGRAM
        elif first.kind == "title":
            why = IS_TITLE
        else:
            why = "" if first.kind != "cell" or text else IS_COLUMN
            patched = body.without(paragraphs) if body and not why else ""
        kind: ProposalKind = "block" if first.kind == "block" else "deleted"
        self.item(
            kind, numbers[0], change, end=len(first.text), before=text or first.text, after="", patched=patched,
            names=names, why=why,
        )  # fmt: skip

    def new(self, old: Old, at: int) -> None:
        """A paragraph that the snapshot does not have, behind its paragraph `at`."""
        self.where.put_beside(old.place, at)
        if not old.new.strip():
            return
        parts = old.new.split(BREAK)
        change = Change(0, 0, old.new, mark_of(old), next((p.move for p in old.pieces if p.move), ""))
        self.added(parts, [place for place, _ in old.members][-len(parts) :], at, False, change)

    def added(self, parts: list[str], members: list[int], number: int, before: bool, change: Change) -> None:
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
        last = self.found[-1] if self.found else None
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
            self.found.pop()
        self.additions = additions
        patched = self._patched_new(number, additions, before)
        start = 0 if before or one is None else len(one.text)
        self.item("new", number, change, start=start, end=start, after=text, patched=patched)

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

    # Words in a paragraph, and what an entry holds -----------------------------------------------------------------

    def add(
        self, kind: ProposalKind, number: int, ops: Sequence[Op], change: Change, patched: str,
        *, names: tuple[str, ...] = (), why: str = "",
    ) -> None:  # fmt: skip
        """An item of `ops` in the text of one paragraph."""
        text = self.snapshot.paragraphs[number].text
        start, end = ops[0].start, max(op.end for op in ops)
        local = [Change(op.start - start, op.end - start, op.new) for op in ops]
        after = applied(text[start:end], local)
        while end > start and after.endswith(" ") and text[end - 1] == " ":  # a blank that both end with
            end, after = end - 1, after[:-1]
        self.item(
            kind, number, change, start=start, end=end, before=text[start:end], after=after, patched=patched,
            names=names, why=why,
        )  # fmt: skip

    def item(
        self, kind: ProposalKind, number: int, change: Change, *, start: int = 0, end: int = 0, before: str = "",
        after: str = "", patched: str = "", names: tuple[str, ...] = (), why: str = "", target: str = "",
    ) -> None:  # fmt: skip
        """An entry of any kind; `number` is -1 where it stands before all paragraphs."""
        one = self.snapshot.paragraphs[number] if number >= 0 else Paragraph("", "", "made")
        if not patched and not why:
            why = NOT_PROVED if one.section in self.snapshot.bodies else BY_PROGRAM if one.id else NO_PLACE
        signs = [sign for sign in (NOTE, PICTURE) if after.count(sign) > before.count(sign)]
        if signs:
            patched, why = "", IS_PICTURE
        self.found.append(
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

    # Moves -----------------------------------------------------------------------------------------------------

    def pair_moves(self) -> None:
        """Entries of what was taken from one place and put in another, once the whole file was compared."""
        for name, (number, change) in self.moved_from.items():
            if name in self.moved_to:
                target, before, there = self.moved_to.pop(name)
                self.moved(number, target, before, there)
            else:
                self.gone([number], replace(change, move=""))
        for target, before, change in self.moved_to.values():
            self.added([change.new], [], target, before, replace(change, move=""))
        self._pair_pasted()

    def _pair_pasted(self) -> None:
        """What one person deleted in one place and typed in another, word by word, was cut and pasted."""
        for new in [item for item in self.found if item.kind == "new" and item.tracked and item.paragraph]:
            gone = [
                item
                for item in self.found
                if item.kind == "deleted" and (item.author, item.before) == (new.author, new.after) and item.tracked
            ]
            if len(gone) != 1:
                continue
            self.found = [item for item in self.found if item is not new and item is not gone[0]]
            number, target = self.where.order[gone[0].paragraph], self.where.order[new.paragraph]
            before = not new.start and bool(self.snapshot.paragraphs[target].text)
            self.moved(number, target, before, Change(0, 0, new.after, Mark(new.author, new.at)))

    def moved(self, number: int, target: int, before: bool, change: Change) -> None:
        """A paragraph stands behind another one now, or before it."""
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
        self.item(
            "moved", number, change, end=len(one.text), before=one.text, after=change.new, patched=patched, why=why,
            target=place,
        )  # fmt: skip
