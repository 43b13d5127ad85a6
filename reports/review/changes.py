"""Changes of a text: those that were tracked, those that were not, and both as changes of the text that went out."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reports.review.matching import Group, Old
from reports.review.reading import Mark, Piece
from reports.review.snapshot import Atom, Paragraph
from reports.review.words import BREAK, Edit, edits

_SENTENCE_END = re.compile(r"[.!?։؟。…:;][\"'”’»)\]\ufff9]*\s+|\n")


@dataclass(frozen=True)
class Change:
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
class Chain:
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


def starts_of(texts: Iterable[str]) -> list[int]:
    """Where each text begins once all are joined by `BREAK`."""
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + len(BREAK)
    return starts


def tracked_changes(olds: Sequence[Old]) -> list[Change]:
    """Tracked changes of the paragraphs' text in one; what one person did in one place is one change."""
    found: list[Change] = []
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
                Change(began + part.start, began + part.end, new[part.new_start : part.new_end], mark, run[0].move)
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
    spans: Sequence[tuple[int, int, Change | None]],
) -> Iterator[list[tuple[int, int, Change | None]]]:
    """The spans in clusters that have more than an edge in common."""
    cluster: list[tuple[int, int, Change | None]] = []
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


def applied(text: str, changes: Sequence[Change]) -> str:
    """The text after the changes, which do not overlap."""
    for change in sorted(changes, key=lambda change: (change.start, change.end), reverse=True):
        text = text[: change.start] + change.new + text[change.end :]
    return text


def touches(change: Change, atom: Atom) -> bool:
    """Does the change alter, or stand within, what a notation printed?"""
    if change.start == change.end:
        return atom.start < change.start < atom.end
    return atom.start < change.end and atom.end > change.start


def sentence_of(text: str, offset: int) -> int:
    """The number of the sentence in which an offset is."""
    return sum(found.end() <= offset for found in _SENTENCE_END.finditer(text))


def by_author(changes: Sequence[Change]) -> dict[tuple[bool, str], list[Change]]:
    """(tracked, author) -> the changes, in their order."""
    found: dict[tuple[bool, str], list[Change]] = defaultdict(list)
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        found[change.mark is not None, change.author].append(change)
    return found


def chain_of(groups: list[Group], ours: list[Paragraph], theirs: list[Old]) -> Chain:
    """The paragraphs of groups that follow each other as one chain; `ours` of it are places in the list `ours`."""
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
    return Chain(
        left, right, text, starts_of(ours[i].text for i in left), starts_of(theirs[k].text for k in right), found
    )


def changes_of(chain: Chain, olds: list[Old]) -> list[Change]:
    """All changes as changes of the snapshot's text: without tracking, tracked, and those that touch as one."""
    old = BREAK.join(one.text for one in olds)
    spans: list[tuple[int, int, Change | None]] = [(edit.new_start, edit.new_end, None) for edit in chain.edits]
    tracked = tracked_changes(olds)
    spans += [(change.start, change.end, change) for change in tracked]
    spans.sort(key=lambda span: (span[0], span[1], span[2] is None))
    found: list[Change] = []
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
        new = applied(old[begin:stop], [replace(c, start=c.start - begin, end=c.end - begin) for c in inside])
        one = inside[-1] if inside else Change(0, 0, "")
        for part in edits(chain.text[start:end], new):
            words = new[part.new_start : part.new_end]
            found.append(replace(one, start=start + part.start, end=start + part.end, new=words))
    return [change for change in found if chain.text[change.start : change.end] != change.new]


def mark_of(old: Old) -> Mark | None:
    """Who inserted the paragraph with tracking on."""
    marks = [piece.inserted for piece in old.pieces if piece.inserted and not piece.deleted]
    return marks[0] if old.added and marks else None


def row_deleted(old: Old) -> Mark | None:
    """Who deleted the row of a table in which the paragraph stands."""
    return old.last.cell.deleted if old.last.cell else None


def is_deleted(old: Old) -> bool:
    """Is nothing left of the paragraph?"""
    return not old.new.strip() or row_deleted(old) is not None


def call_of(paragraph: Paragraph) -> tuple[str, ...]:
    """The call of the block that made the paragraph, as the names that an entry touches."""
    return (paragraph.block,) if paragraph.block else ()
