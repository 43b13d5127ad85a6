"""Paragraphs of a section that become headings, entries of a list or plain text, in its Markdown."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from reports.review.parsing import signs_of_headings
from reports.review.places import ITEM, Body
from reports.review.snapshot import Look, Paragraph
from reports.review.units import Block, Path
from reports.review.writing import markdown_of

_BREAK = re.compile(r"[ \t]*\n[ \t]*")
PATHS: Mapping[str, Path] = {
    "text": ("p",),
    "heading": ("h",),
    "bullet": ("bullet_list", "list_item", "p"),
    "number": ("ordered_list", "list_item", "p"),
}


def formed(body: Body, paragraphs: Sequence[Paragraph], look: Look, headings: Sequence[Paragraph]) -> str:
    """The Markdown of the section with `paragraphs`, which follow each other, looking like `look`; "" where it cannot.

    `headings` are those of the section in the snapshot, from which follows how many signs a level has. As with the
    methods of `Body`, the result is proved: nothing says anything else, and all other paragraphs are what they were.
    """
    blocks = [block for one in paragraphs if (block := body.find(one))]
    if len(blocks) != len(paragraphs) or any(block.path not in PATHS.values() for block in blocks):
        return ""
    if any(_source(body, one, other).strip() for one, other in pairwise(blocks)) or (look.is_listed and look.level):
        return ""
    places = [body.place(block) for block in blocks]
    before = body.blocks[places[0] - 1] if places[0] else None
    after = body.blocks[places[-1] + 1] if places[-1] + 1 < len(body.blocks) else None
    if after and _is_in_list(after, "number") and (look.kind == "number" or _is_in_list(blocks[-1], "number")):
        return ""  # the entries below would get other numbers
    signs = _signs(body, look.level, paragraphs, headings)
    path = PATHS[look.kind]
    wanted = [(path if at in places else said.path, said.key) for at, said in enumerate(body.said)]
    typed = [_BREAK.sub(" ", body.text[block.start : block.end]) for block in blocks]
    anew = ([markdown_of(block.units, hard, lines=False) for block in blocks] for hard in (False, True))
    for texts in (typed, *anew):
        text = _written(body, blocks, texts, look, signs, before, after)
        if body.proves(text, wanted) and _keeps_levels(body, text, places):
            return text
    return ""


def _source(body: Body, one: Block, other: Block) -> str:
    """What stands between two blocks."""
    return body.text[body.lines[one.last] : body.lines[other.first]]


def _is_in_list(block: Block, kind: str) -> bool:
    """Is the block in a list of this kind, if it is a kind of list?"""
    return kind in ("bullet", "number") and block.path[0] == PATHS[kind][0]


def _gap(body: Body, kind: str, own: Block, neighbour: Block | None) -> str:
    """What parts a changed block from one above or below: entries of one list follow each other in the next line."""
    if neighbour is None or not _is_in_list(neighbour, kind):
        return "\n\n"
    above, below = sorted((own, neighbour), key=lambda block: block.first)
    return "\n\n" if _source(body, above, below).strip() else "\n"


def _written(
    body: Body, blocks: Sequence[Block], texts: Sequence[str], look: Look, signs: str,
    before: Block | None, after: Block | None,
) -> str:  # fmt: skip
    if look.is_listed:
        lead = _lead(body, look, before, after)
        texts = [f"{_counted(lead, n)}{text}" for n, text in enumerate(texts)]
    elif look.kind == "heading":
        texts = [f"{signs} {text}" for text in texts]
    new = ("\n" if look.is_listed else "\n\n").join(texts)
    begin, end = body.lines[blocks[0].first], min(body.lines[blocks[-1].last], len(body.text))
    head, tail = body.text[:begin].rstrip("\n"), body.text[end:].lstrip("\n")
    if head.strip():
        new = f"{head}{_gap(body, look.kind, blocks[0], before)}{new}"
    return f"{new}{_gap(body, look.kind, blocks[-1], after)}{tail}" if tail.strip() else f"{new}\n"


def _lead(body: Body, look: Look, before: Block | None, after: Block | None) -> str:
    """The sign of the first new entry: as in the list above or below which it joins."""
    path = PATHS[look.kind]
    if before and _is_in_list(before, look.kind):
        above = [body.lead(block) for block in body.blocks if block.path == path and block.first <= before.first]
        if entries := [lead for lead in above if ITEM.fullmatch(lead)]:
            return _counted(entries[-1], 1)
    if after and after.path == path:
        return body.lead(after)
    return "- " if look.kind == "bullet" else "1. "


def _counted(lead: str, steps: int) -> str:
    """The sign of an entry so many below."""
    return re.sub(r"[0-9]+", lambda found: str(int(found[0]) + steps), lead)


# Headings ------------------------------------------------------------------------------------------------------------


def _signs(body: Body, level: int, changed: Sequence[Paragraph], headings: Sequence[Paragraph]) -> str:
    """The signs of a heading of a level: those that others of the section have, or one more than the deepest has.

    The writer counts levels from the signs that are in use, so that none can be told for one above all others: then
    there are none, and the proof refuses it, as it does where there are more than Markdown knows.
    """
    typed = _typed(body)
    known: dict[int, int] = {}
    for one in headings:
        place = body.place(body.find(one))
        if one not in changed and place in typed:
            known[one.look.level] = typed[place]
    if not known:
        return "" if typed else "##"
    deepest = max(known)
    if level > deepest:
        known[level] = known[deepest] + 1
    return "#" * known.get(level, 0)


def _typed(body: Body) -> dict[int, int]:
    """Place of a heading in `body.said` -> how many signs it has."""
    places = [place for place, said in enumerate(body.said) if said.path[-1] == "h"]
    return dict(zip(places, signs_of_headings(body.text, body.language), strict=True))


def _keeps_levels(body: Body, text: str, changed: Sequence[int]) -> bool:
    """Do all other headings print with the level that they had? Signs out of use leave no level out."""
    levels = []
    for one in (body, Body(text, body.language)):
        typed = _typed(one)
        used = sorted(set(typed.values()))
        levels.append([used.index(count) for place, count in typed.items() if place not in changed])
    return levels[0] == levels[1]
