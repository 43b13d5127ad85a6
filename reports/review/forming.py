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
MOST_SIGNS = 6  # before a heading in Markdown
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
    blocks = [block for one in paragraphs if (block := body.find(one)) and block.mapped]
    places = [body.place(block) for block in blocks]
    if len(blocks) != len(paragraphs) or places != list(range(places[0], places[0] + len(places))) or places[0] < 0:
        return ""
    if any(block.path not in PATHS.values() for block in blocks) or (look.is_listed and look.level):
        return ""
    if any(_source(body, one, other).strip() for one, other in pairwise(blocks)):
        return ""
    after = body.blocks[places[-1] + 1] if places[-1] + 1 < len(body.blocks) else None
    if _is_in_list(after, "number") and (look.kind == "number" or _is_in_list(blocks[-1], "number")):
        return ""  # the entries below would get other numbers
    signs = _signs(body, look.level, paragraphs, headings) if look.kind == "heading" else ""
    if look.kind == "heading" and not signs:
        return ""
    before = body.blocks[places[0] - 1] if places[0] else None
    path = PATHS[look.kind]
    wanted = [(path if at in places else said.path, said.key) for at, said in enumerate(body.said)]
    typed = [_BREAK.sub(" ", body.text[block.start : block.end]) for block in blocks]
    anew = ([markdown_of(block.units, hard, lines=False) for block in blocks] for hard in (False, True))
    for texts in (typed, *anew):
        text = _written(body, blocks, texts, look, signs, before, after)
        if body.proves(text, wanted) and text != body.text and _keeps_levels(body, text, places):
            return text
    return ""


def _source(body: Body, one: Block, other: Block) -> str:
    """What stands between two blocks."""
    return body.text[body.lines[one.last] : body.lines[other.first]]


def _is_in_list(block: Block | None, kind: str) -> bool:
    """Is the block in a list of this kind, if it is a kind of list?"""
    return block is not None and len(PATHS[kind]) > 1 and block.path[0] == PATHS[kind][0]


def _gap(body: Body, kind: str, above: Block | None, below: Block | None, entry: Block | None) -> str:
    """What parts two blocks: only an entry of the same list follows the other in the next line."""
    if above and below and _is_in_list(entry, kind) and not _source(body, above, below).strip():
        return "\n"
    return "\n\n"


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
        new = f"{head}{_gap(body, look.kind, before, blocks[0], before)}{new}"
    return f"{new}{_gap(body, look.kind, blocks[-1], after, after)}{tail}" if tail.strip() else f"{new}\n"


def _lead(body: Body, look: Look, before: Block | None, after: Block | None) -> str:
    """The sign of the first new entry: as in the list above or below which it joins."""
    if _is_in_list(before, look.kind):
        place = next(place for place, block in enumerate(body.blocks) if block is before)
        above = (block for block in reversed(body.blocks[: place + 1]) if block.path == PATHS[look.kind])
        if (block := next(above, None)) and ITEM.fullmatch(body.lead(block)):
            return _counted(body.lead(block), 1)
    if after and after.path == PATHS[look.kind] and ITEM.fullmatch(body.lead(after)):
        return body.lead(after)
    return "- " if look.kind == "bullet" else "1. "


def _counted(lead: str, steps: int) -> str:
    """The sign of an entry so many below."""
    return re.sub(r"[0-9]+", lambda found: str(int(found[0]) + steps), lead)


# Headings ------------------------------------------------------------------------------------------------------------


def _signs(body: Body, level: int, changed: Sequence[Paragraph], headings: Sequence[Paragraph]) -> str:
    """The signs of a heading of a level: those that others of the section have, or one more than the deepest has.

    The writer counts levels from the signs that are in use, so that none can be told for one above all others.
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
    count = known.get(level, known[deepest] + 1 if level > deepest else 0)
    return "#" * count if count <= MOST_SIGNS else ""


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
        levels.append({place: used.index(count) for place, count in typed.items() if place not in changed})
    return levels[0] == levels[1]
