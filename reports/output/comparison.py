"""Compare two editions paragraph by paragraph, and within each by words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Literal

from reports.document.builder import Node, ReportData

BREAKS = frozenset(
    ["p", "li", "tr", "h2", "h3", "h4", "h5", "h6", "caption", "figcaption", "blockquote", "pre", "div", "figure"]
)


class _Text(HTMLParser):
    """The plain text of each paragraph, list entry and table row."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._now = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in BREAKS:
            self._break()
        elif tag in ("td", "th", "br"):
            self._now += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in BREAKS:
            self._break()

    def handle_data(self, data: str) -> None:
        self._now += data

    def _break(self) -> None:
        if text := " ".join(self._now.split()):
            self.found.append(text)
        self._now = ""

    def close(self) -> None:
        super().close()
        self._break()


def plain_paragraphs(html: str) -> list[str]:
    parser = _Text()
    parser.feed(re.sub(r"<svg.*?</svg>", "", html, flags=re.S))
    parser.close()
    return parser.found


def paragraphs(data: ReportData) -> list[list[str]]:
    """[section's key, its heading, text] of every paragraph in order; a heading is a paragraph of its own."""

    def walk(node: Node) -> Iterator[list[str]]:
        yield [node.key, node.title, node.title]
        for text in plain_paragraphs(node.html):
            yield [node.key, node.title, text]
        for child in node.children:
            yield from walk(child)

    return [row for chapter in (*data.chapters, *data.annexes) for row in walk(chapter)]


@dataclass(frozen=True)
class Change:
    """One difference: `kind` added, removed or changed; `before` and `after` are (words, differs) runs."""

    section: str
    kind: Literal["added", "removed", "changed"]
    before: tuple[tuple[str, bool], ...]
    after: tuple[tuple[str, bool], ...]


def compare(old: list[list[str]], new: list[list[str]]) -> list[Change]:
    """What differs between two editions, paragraph by paragraph and within each by words."""
    changes = []
    matcher = SequenceMatcher(a=[row[2] for row in old], b=[row[2] for row in new], autojunk=False)
    for how, a, b, c, d in matcher.get_opcodes():
        if how == "equal":
            continue
        gone, come = old[a:b], new[c:d]
        for before, after in _pairs(gone, come):
            section = (after or before or ["", "", ""])[1]
            if before and after:
                changes.append(Change(section, "changed", *_words(before[2], after[2])))
            elif after:
                changes.append(Change(section, "added", (), ((after[2], True),)))
            elif before:
                changes.append(Change(section, "removed", ((before[2], True),), ()))
    return changes


def compare_texts(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """What differs between two texts, each a list of paragraphs."""
    return compare([["", "", paragraph] for paragraph in old], [["", "", paragraph] for paragraph in new])


def _pairs(gone: list[list[str]], come: list[list[str]]) -> Iterator[tuple[list[str] | None, list[str] | None]]:
    """Rewritten paragraphs beside their new text; the others alone."""
    left = list(come)
    for before in gone:
        like = next((row for row in left if SequenceMatcher(None, before[2], row[2]).quick_ratio() > 0.6), None)
        while like and left and left[0] is not like:
            yield None, left.pop(0)
        yield before, left.pop(0) if like else None
    for after in left:
        yield None, after


def _words(before: str, after: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    old, new = before.split(" "), after.split(" ")
    left, right = [], []
    for how, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if a < b:
            left.append((" ".join(old[a:b]), how != "equal"))
        if c < d:
            right.append((" ".join(new[c:d]), how != "equal"))
    return tuple(left), tuple(right)
