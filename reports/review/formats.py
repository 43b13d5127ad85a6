"""Paragraphs that became a heading or an entry of a list, or are none any more, whether that was tracked or not.

With tracking off only the snapshot tells what a paragraph was. Programs lose or rename styles in whole files: a look
that not one of its paragraphs has kept is their doing, and no proposal.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import takewhile

from reports.review.changes import Change
from reports.review.forming import formed
from reports.review.items import Items
from reports.review.reading import Mark, Returned
from reports.review.reasons import IS_FORMAT, IS_TITLE, LOOKS_LOST
from reports.review.snapshot import Look, Paragraph
from reports.review.words import BREAK

MANY = 4  # paragraphs of one look; that of fewer a reviewer may well have changed everywhere


@dataclass
class _Formed:
    """Paragraphs of the snapshot, by their numbers, all of which became the same."""

    numbers: list[int]
    was: Look
    look: Look
    mark: Mark | None

    @property
    def author(self) -> str | None:
        """None where the change was not tracked."""
        return self.mark.author if self.mark else None

    def goes_on(self, other: "_Formed") -> bool:
        """Is `other` the next entry of the same list, changed by the same person?"""
        return (
            other.numbers[0] == self.numbers[-1] + 1
            and (self.was, self.look, self.author) == (other.was, other.look, other.author)
            and (self.was.is_listed or self.look.is_listed)
        )


def take_formats(items: Items, returned: Returned) -> list[str]:
    """Makes the entries, and returns what is to be told of the file. All its paragraphs are known to `items.where`."""
    changed, told = _changed(items, returned)
    found: list[_Formed] = []
    for one in changed:
        if found and found[-1].goes_on(one):
            found[-1].numbers += one.numbers
        else:
            found.append(one)
    for one in found:
        _add(items, one)
    return told


def _changed(items: Items, returned: Returned) -> tuple[list[_Formed], list[str]]:
    """Each paragraph of the file that looks different, in their order, and what is to be told of the file."""
    tracked, untracked = [], []
    kept: dict[Look, list[Look]] = defaultdict(list)
    titles: list[bool] = []
    for place, one in enumerate(returned.paragraphs):
        number = items.where.known(place)
        if number is None or not one.new.strip():
            continue
        paragraph = items.snapshot.paragraphs[number]
        was = paragraph.look if paragraph.look.kind else one.was_look
        if one.formatted:
            if one.look != was:
                tracked.append((place, _Formed([number], was, one.look, one.formatted)))
        elif paragraph.look.kind and paragraph.kind in ("text", "title") and items.where.is_alone(place):
            kept[was].append(one.look)
            if paragraph.kind == "title":
                titles.append(one.look.kind == "heading")
            if one.look != was:
                untracked.append((place, _Formed([number], was, one.look, None)))
    lost = {look for look, theirs in kept.items() if len(theirs) >= MANY and look not in theirs}
    if 2 * sum(titles) < len(titles):
        lost |= set(kept)
    fits = [(place, one) for place, one in untracked if one.was not in lost]
    return [one for _, one in sorted([*tracked, *fits])], [LOOKS_LOST] * bool(lost)


def _add(items: Items, one: _Formed) -> None:
    paragraphs = [items.snapshot.paragraphs[number] for number in one.numbers]
    first = paragraphs[0]
    body, patched = items.bodies.get(first.section), ""
    if body and first.kind == "text":
        headings = [
            other
            for other in items.snapshot.paragraphs
            if other.section == first.section and other.kind == "text" and other.look.kind == "heading"
        ]
        patched = formed(body, paragraphs, one.look, headings)
    change = Change(0, 0, "", one.mark)
    above = reversed(items.snapshot.paragraphs[: one.numbers[0]])
    begins = 1 + sum(1 for _ in takewhile(lambda other: other.look == one.was, above))  # as which entry of its list
    before, after = _signed(one.was, paragraphs, begins), _signed(one.look, paragraphs)
    items.item(
        "format", one.numbers[0], change, end=len(first.text), before=before, after=after, patched=patched,
        why=IS_TITLE if first.kind == "title" else IS_FORMAT,
    )  # fmt: skip


def _signed(look: Look, paragraphs: list[Paragraph], begins: int = 1) -> str:
    """The words with the signs of their look as in Markdown, which need no translation."""
    found = []
    for number, one in enumerate(paragraphs, begins):
        signs = {"heading": "#" * look.level, "bullet": "-", "number": f"{number}."}.get(look.kind, "")
        indent = "  " * look.level if look.is_listed else ""
        found.append(f"{indent}{signs} {one.text}" if signs else one.text)
    return BREAK.join(found)
