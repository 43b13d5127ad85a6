"""The comments of a returned file at their places, replies behind what they answer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reports.review.findings import Proposal
from reports.review.reading import Returned, ReturnedComment
from reports.review.reasons import NO_PLACE
from reports.review.whereabouts import Whereabouts
from reports.review.words import BREAK


def with_comments(items: Sequence[Proposal], returned: Returned, where: Whereabouts) -> list[Proposal]:
    """All items in the order of the report, replies behind what they answer; those without a place come last."""
    entries: list[tuple[Proposal, str, str]] = [(item, "", "") for item in items]
    entries += [(_comment(one, returned, where), one.id, one.parent) for one in returned.comments]
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
        place = where.order.get(first.paragraph, len(where.order))
        kind = {"new": 1, "comment": 2}.get(first.kind, 0)
        at = str(entry[0].at or "") if len(thread) > 1 else ""
        return place, first.start, kind, first.end, numbers.get(identifier, -1), len(thread) > 1, at, len(thread)

    entries.sort(key=key)
    place_of = {identifier: place for place, (_, identifier, _) in enumerate(entries) if identifier}
    return [
        replace(item, parent=place_of.get(parent), kind="reply" if parent in place_of else item.kind)
        for item, _, parent in entries
    ]


def _comment(comment: ReturnedComment, returned: Returned, where: Whereabouts) -> Proposal:
    item = Proposal(
        "comment", text=comment.text, author=comment.author, at=comment.at, resolved=comment.resolved,
        state="nothing to do", why=NO_PLACE,
    )  # fmt: skip
    if comment.first is None:
        return item
    first, last = where.find(comment.first), where.find(comment.last or comment.first)
    if first is None:
        paragraph = returned.paragraphs[comment.first.paragraph]
        return replace(item, before=paragraph.new or paragraph.old)
    one = where.paragraphs[first[0]]
    item = replace(item, section=one.section, paragraph=one.id, start=first[1], end=first[1], why="")
    if last is None or last < first:
        return item
    if last[0] == first[0]:
        return replace(item, end=last[1], before=one.text[first[1] : last[1]])
    texts = [where.paragraphs[number].text for number in range(first[0], last[0] + 1)]
    before = BREAK.join([texts[0][first[1] :], *texts[1:-1], texts[-1][: last[1]]])
    return replace(item, end=len(one.text), before=before)
