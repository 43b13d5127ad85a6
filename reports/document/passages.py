"""The words of a section that a comment is about: chosen in the text, kept with what stood around them, found again.

Pure functions on the HTML of a section as it is shown. Its text is read as one line for each paragraph, list entry and
table row, with single spaces; drawings of charts are left out, since their numbers are in the table beside them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Literal

from interviews.passages import reanchor

LONGEST_QUOTE = 2000  # characters; a comment on more is a comment on the section
KEPT_AROUND = 400  # characters that are kept before the words and after them
LIKE = 0.5  # share of the words that a paragraph must have in common with the earlier one to be taken for it
PIECE = re.compile(
    r"""<!--.*?-->|<(?:"[^"]*"|'[^']*'|[^>"'])*>|&(?:#\d+|#[xX][\da-fA-F]+|[A-Za-z]\w*);|[^<&]+|[<&]""", re.S
)
TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
HEADS = ("h1", "h2", "h3", "h4", "h5", "h6", "caption", "figcaption")
LISTS = ("ul", "ol", "li", "dl", "dt", "dd", "table", "tr")
BLOCKS = frozenset(["p", "blockquote", "pre", "div", "figure", "aside", "section", *HEADS, *LISTS])
SPACED = frozenset(["td", "th", "br"])
UNREAD = frozenset(["svg", "script", "style"])


@dataclass(frozen=True)
class Passage:
    """Words and what stood around them in the same lines. No words: the section as a whole."""

    words: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Place:
    """Where a passage is in the present text: `start` and `end` of `ReadText.text`.

    how     "same": the words are there; "changed": other words are in their place; "gone": neither was found
    words   what the text says there now; empty where it is gone
    """

    how: Literal["same", "changed", "gone"]
    start: int = 0
    end: int = 0
    words: str = ""


class ReadText:
    """The text of some HTML with the place of each character in it, so that passages can be found and marked."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._spots: list[tuple[int, int]] = []  # of each character of the text: where its source begins and ends
        characters: list[str] = []
        at, unread, gap = 0, "", ""

        for piece in PIECE.findall(html):
            start, at = at, at + len(piece)
            if piece[0] == "<" and len(piece) > 1:
                tag = TAG.match(piece)
                name = tag[1].lower() if tag else ""
                if unread:
                    unread = "" if piece.startswith("</") and name == unread else unread
                elif name in UNREAD and not piece.endswith("/>"):
                    unread = name if not piece.startswith("</") else ""
                elif name in BLOCKS:
                    gap = "\n"
                elif name in SPACED:
                    gap = gap or " "
                continue
            if unread:
                continue
            shown = unescape(piece)
            for offset, character in enumerate(shown):
                if character.isspace():
                    gap = gap or " "
                    continue
                if gap and characters:
                    characters.append(gap)
                    self._spots.append((-1, -1))
                gap = ""
                characters.append(character)
                whole = shown == piece
                self._spots.append((start + offset, start + offset + 1) if whole else (start, at))
        self.text = "".join(characters)

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n") if self.text else []

    def choose(self, words: str, occurrence: int = 0) -> Passage | None:
        """The passage with these words, as they were selected or typed; None where the text does not contain them.

        White space does not count. `occurrence` says which one where they occur several times; the first otherwise.
        """
        wanted = " ".join(words.split())
        if not wanted or len(wanted) > LONGEST_QUOTE:
            return None
        flat = self.text.replace("\n", " ")
        starts = [found.start() for found in re.finditer(f"(?={re.escape(wanted)})", flat)]
        if not starts:
            return None
        start = starts[occurrence] if 0 <= occurrence < len(starts) else starts[0]
        return self._passage(start, start + len(wanted))

    def choose_line(self, number: int) -> Passage | None:
        """The line with this number, from 1, or None where there is none."""
        lines = self.lines
        if not 1 <= number <= len(lines):
            return None
        start = sum(len(line) + 1 for line in lines[: number - 1])
        return self._passage(start, start + min(len(lines[number - 1]), LONGEST_QUOTE))

    def _passage(self, start: int, end: int) -> Passage:
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", end)
        last = len(self.text) if last < 0 else last
        before, after = (
            self.text[max(first, start - KEPT_AROUND) : start],
            self.text[end : min(last, end + KEPT_AROUND)],
        )
        return Passage(self.text[start:end], before, after)

    def find(self, passage: Passage) -> Place:
        """Where the passage is now. Of several places with the same words, the one with most of the same around it."""
        words = passage.words
        exact = [found.start() for found in re.finditer(f"(?={re.escape(words)})", self.text)] if words else []
        if exact:
            start = max(exact, key=lambda place: (self._agreement(passage, place), -place))
            return Place("same", start, start + len(words), words)
        old = passage.before + words + passage.after
        window = self._most_like(old) if words else None
        if window is None:
            return Place("gone")
        first, last = window
        place = reanchor(old, self.text[first:last], len(passage.before), len(passage.before) + len(words))
        if place is None:
            return Place("gone")
        start, end = first + place[0], first + place[1]
        return Place("changed", start, end, self.text[start:end])

    def _agreement(self, passage: Passage, start: int) -> int:
        """How many characters before and after the words are as they were; one more for each end of what was kept."""
        there = self._passage(start, start + len(passage.words))
        before = self.text[max(0, start - len(passage.before)) : start]
        after = self.text[start + len(passage.words) :][: len(passage.after)]
        ahead = zip(reversed(before), reversed(passage.before), strict=False)
        behind = zip(after, passage.after, strict=False)
        ends = (there.before == passage.before) + (there.after == passage.after)
        return _equal(list(ahead)) + _equal(list(behind)) + ends

    def _most_like(self, old: str) -> tuple[int, int] | None:
        """The run of as many lines as `old` has with most of its words, if they are enough to take it for the same."""
        lines = self.lines
        wanted, many = Counter(old.split()), old.count("\n") + 1
        total = sum(wanted.values())
        best, found, start = LIKE, None, 0
        for number in range(len(lines)):
            text = "\n".join(lines[number : number + many])
            has = Counter(text.split())
            alike = 2 * sum((wanted & has).values()) / max(1, total + sum(has.values()))
            whole = sum((wanted & has).values()) / max(1, total)  # the line may have grown by far
            if max(alike, whole * 0.9) > best:
                best, found = max(alike, whole * 0.9), (start, start + len(text))
            start += len(lines[number]) + 1
        return found

    def marked(self, places: Sequence[tuple[str, int, int]]) -> str:
        """The HTML with `<mark>` round the words of each place: (what is written into `data-passage`, start, end).

        Marks do not cross tags: a passage with emphasis in it becomes several marks. Of places that overlap, each
        character belongs to the one that begins first.
        """
        taken = 0
        out: list[str] = []
        at = 0
        for key, start, end in sorted(places, key=lambda place: (place[1], -place[2])):
            spots = [spot for spot in self._spots[max(start, taken) : end] if spot[0] >= 0]
            taken = max(taken, end)
            runs: list[list[int]] = []
            for first, last in spots:
                between = self._html[runs[-1][1] : first] if runs else "<"
                if runs and "<" not in between:
                    runs[-1][1] = max(runs[-1][1], last)
                else:
                    runs.append([first, last])
            for number, (first, last) in enumerate(runs):
                name = f' id="passage-{key}"' if number == 0 else ""
                out += [
                    self._html[at:first],
                    f'<mark class="passage"{name} data-passage="{key}">',
                    self._html[first:last],
                ]
                out.append("</mark>")
                at = last
        return "".join([*out, self._html[at:]])


def _equal(pairs: list[tuple[str, str]]) -> int:
    return next((number for number, (one, other) in enumerate(pairs) if one != other), len(pairs))
