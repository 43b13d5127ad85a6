"""Where in the snapshot the paragraphs of a returned file stand."""

from reports.review.changes import Chain
from reports.review.matching import Old
from reports.review.reading import Place
from reports.review.snapshot import Snapshot


class Whereabouts:
    """What was found out so far. A "place in the file" is that of a paragraph in `Returned.paragraphs`."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.paragraphs = snapshot.paragraphs
        self.order = {paragraph.id: number for number, paragraph in enumerate(snapshot.paragraphs)}
        self._near: dict[int, str] = {}  # place in the file -> id of the nearest paragraph before it
        self._chains: dict[int, tuple[Chain, int]] = {}  # place in the file -> chain, and where it begins in its text
        self._olds: dict[int, Old] = {}

    def know(self, chain: Chain, theirs: list[Old], numbers: list[int]) -> None:
        """The paragraphs of a chain; from now on `ours` are their numbers in the snapshot."""
        for start, k in zip(chain.old_starts, chain.theirs, strict=True):
            for place, _ in theirs[k].members:
                self._chains[place] = (chain, start)
                self._olds[place] = theirs[k]
        chain.ours = [numbers[i] for i in chain.ours]

    def put_beside(self, place: int, number: int) -> None:
        """A paragraph of the file has none of its own in the snapshot, and stands beside or behind this one."""
        self._near[place] = self.paragraphs[number].id if number >= 0 else ""

    def known(self, place: int) -> int | None:
        """The number of the snapshot's paragraph with which one of the file begins; None for a new one."""
        if place not in self._chains:
            return None
        chain, start = self._chains[place]
        return chain.ours[chain.paragraph_at(chain.to_ours(start))]

    def is_alone(self, place: int) -> bool:
        """Is the paragraph of the file one of the snapshot, neither split nor joined, and none typed before it?"""
        if place not in self._chains:
            return False
        chain, _ = self._chains[place]
        return len(chain.ours) == len(chain.theirs) == len(self._olds[place].members) == 1

    def find(self, place: Place) -> tuple[int, int] | None:
        """The paragraph of the snapshot and the offset in its text."""
        known = self._chains.get(place.paragraph)
        if known is None:
            identifier = self._near.get(place.paragraph, "")
            return (self.order[identifier], 0) if identifier in self.order else None
        chain, start = known
        old = self._olds[place.paragraph]
        offset = dict(old.members)[place.paragraph] + place.offset
        length = 0
        for piece in old.pieces:
            if offset <= 0:
                break
            if piece.inserted is None:
                length += min(offset, len(piece.text))
            offset -= len(piece.text)
        if not length and place.paragraph != old.members[-1][0] and (before := chain.ours[0] - 1) >= 0:
            return before, len(self.paragraphs[before].text)  # in a new paragraph, before this one
        at = chain.to_ours(start + length, end=True)
        number = chain.paragraph_at(at)
        local = min(at - chain.starts[number], len(self.paragraphs[chain.ours[number]].text))
        return chain.ours[number], local
