"""How often the themes of a codebook were raised, and the passages in which they were raised."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from django.db.models import QuerySet

from assessments.models import Assessment
from interviews.attribution import Attribution, attributed_to, offered
from interviews.consent import Consent, consents_of
from interviews.counting import Mentions, Passage, count_mentions, group_overlapping
from interviews.models import Answer, Coding, Interview, Theme


def mentions_of(assessment: Assessment, themes: Iterable[Theme]) -> dict[int, Mentions]:
    """Key of a theme -> its mentions, over the interviews that were asked its section. Two queries."""
    interviews = Interview.objects.for_assessment(assessment).for_counting().values_list("pk", "sections")
    sections: dict[int, list[str]] = dict(interviews)
    themes = list(themes)
    marked = Coding.objects.for_assessment(assessment).for_counting().filter(theme__in=themes).order_by()
    by_theme: dict[int, list[Passage]] = {}
    for theme, *passage in marked.values_list("theme", "answer__interview", "answer", "start", "end"):
        by_theme.setdefault(theme, []).append(Passage(*passage))
    return {
        theme.pk: count_mentions(
            by_theme.get(theme.pk, []),
            asked=[pk for pk, asked in sections.items() if not theme.area or theme.area in asked],
        )
        for theme in themes
    }


@dataclass(frozen=True)
class Mark:
    """Words of an answer marked with a theme by one or more coders. `coding` is the one that is released or not.

    `attributed_to` is what was agreed at the release, `offer` the attribution of a release now, and
    `consent` whether there may be one.
    """

    coding: Coding
    coders: tuple[str, ...]
    attributed_to: str = ""
    offer: Attribution | None = None
    consent: Consent | None = None


@dataclass(frozen=True)
class Mention:
    """Overlapping marks of one theme in one answer: they count once."""

    answer: Answer
    marks: tuple[Mark, ...]


def places_of_mentions(codings: "QuerySet[Coding]") -> list[list[int]]:
    """The keys of the codings of each mention of one theme, in the order of `list_mentions`. The passages themselves
    are not read."""
    found = list(codings.values_list("pk", "answer", "start", "end", "lost"))
    standing = [place for place in found if not place[4]]
    groups = group_overlapping(standing, lambda place: place[1:4])
    return [[place[0] for place in group] for group in groups] + [[place[0]] for place in found if place[4]]


def list_mentions(codings: Iterable[Coding]) -> list[Mention]:
    """The mentions of one theme, from its codings `with_place`; lost codings are listed one by one."""
    found = list(codings)
    standing = [coding for coding in found if not coding.lost]
    lost = [[coding] for coding in found if coding.lost]
    groups = [*group_overlapping(standing, lambda coding: (coding.answer_id, coding.start, coding.end)), *lost]
    return [Mention(group[0].answer, _marks(group)) for group in groups]


def with_attributions(mentions: Iterable[Mention], assessment: Assessment | None) -> list[Mention]:
    """Adds the attributions of quotations; with an assessment, also those on offer, and the interviews' consent."""
    found = list(mentions)
    interviews = {mention.answer.interview_id: mention.answer.interview for mention in found}
    consents = consents_of(interviews.values()) if assessment else {}
    offers = offered(interviews.values(), assessment, consents) if assessment else {}
    return [
        replace(
            mention,
            marks=tuple(
                replace(
                    mark,
                    attributed_to=attributed_to(mark.coding),
                    offer=offers.get(mention.answer.interview_id),
                    consent=consents.get(mention.answer.interview_id),
                )
                for mark in mention.marks
            ),
        )
        for mention in found
    ]


def _marks(group: list[Coding]) -> tuple[Mark, ...]:
    """Coders who marked exactly the same words share one mark."""
    marks = []
    for _, same in groupby(group, key=lambda coding: (coding.start, coding.end)):
        codings = list(same)
        first = max(codings, key=lambda coding: (coding.released, coding.withdrawn_at is not None, -coding.pk))
        coders = dict.fromkeys(str(coding.coder) for coding in codings if coding.coder)
        marks.append(Mark(first, tuple(coders)))
    return tuple(marks)


def marked_pieces(text: str, codings: Iterable[Coding]) -> list[tuple[str, tuple[str, ...]]]:
    """`text` cut where passages begin and end: (words, labels of the themes that mark them). Joins to the whole."""
    standing = [coding for coding in codings if not coding.lost]
    edges = sorted({0, len(text), *(coding.start for coding in standing), *(coding.end for coding in standing)})
    return [
        (
            text[first:last],
            tuple(dict.fromkeys(c.theme.label for c in standing if c.start <= first and last <= c.end)),
        )
        for first, last in pairwise(edges)
    ]
