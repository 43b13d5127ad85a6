"""What changed in a review round since the edition that was reviewed before."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from analysis.charts import Chart
from analysis.results import Results
from reports.document import capture
from reports.document.builder import Node, ReportData
from reports.document.confidentiality import COVER, Guard
from reports.document.evidence import guard_of
from reports.models import Edition, ReviewRound
from reports.output.comparison import Change, compare
from reports.word.document import Since
from reports.words import translate


def reviewed_before(of_round: ReviewRound) -> Edition | None:
    """The edition of the last round before this one, where it is an earlier one and its text is still there."""
    earlier = ReviewRound.objects.filter(report=of_round.report_id, number__lt=of_round.number)
    found = earlier.filter(edition__number__lt=of_round.edition.number, edition__erased_at=None)
    last = found.select_related("edition").defer("edition__captured").order_by("-edition__number").first()
    return last.edition if last else None


def changes_since(of_round: ReviewRound) -> tuple[Edition, list[Change]] | None:
    """The earlier edition and what differs from it; None where there is none in the round's language."""
    found = _compared(of_round)
    return (found[0], compare(*found[1:])) if found else None


def since_of(of_round: ReviewRound, language: str) -> Since | None:
    """What the file for reviewers lists, with words in `language`; None where nothing differs.

    The words of the earlier edition are without names that may not be printed now.
    """
    found = _compared(of_round)
    if found is None:
        return None
    before, old, new = found
    changes = compare(_without_names(old, new, of_round, language), new)
    if not changes:
        return None
    heading = translate("changed_since", language, number=before.number)
    return Since(heading, translate("changed_since_how", language), changes)


def _compared(of_round: ReviewRound) -> tuple[Edition, list[list[str]], list[list[str]]] | None:
    """The earlier edition, its paragraphs, and those of the edition of the round."""
    before = reviewed_before(of_round)
    old = _paragraphs(before, of_round.language) if before else []
    if before is None or not old or of_round.erased_at or of_round.edition.erased_at:
        return None
    return before, old, _paragraphs(of_round.edition, of_round.language)


def _without_names(old: list[list[str]], new: list[list[str]], of_round: ReviewRound, language: str) -> list[list[str]]:
    """The paragraphs of the earlier edition, made when a name was perhaps still printed: before agencies were not to be
    named, or before somebody decided on it. What the new edition says too stays, such as the title of a source."""
    guard = guard_of(of_round.report, Results(of_round.report.assessment, language))
    said = {text for row in new for text in row}

    def clear(text: str, key: str) -> str:
        return text if text in said else guard.clear_text(text, key)

    return [[key, clear(title, key), clear(text, key)] for key, title, text in old]


def _paragraphs(edition: Edition, language: str) -> list[list[str]]:
    """In a further language of the report, or in its first one (blank); none where it is not in that language."""
    if not language:
        return list(edition.paragraphs)
    found = edition.translations.filter(language=language).first()
    return list(found.paragraphs) if found else []


# The changes as tracked changes ---------------------------------------------------------------------------------------


def earlier_document(of_round: ReviewRound, new: ReportData) -> tuple[Edition, ReportData] | None:
    """The edition that was reviewed before `new`, and its document in the language of the round, without names that may
    not be printed now; None where there is none, or where its text was not stored."""
    before = reviewed_before(of_round)
    captured = captured_of(before, of_round.language) if before else None
    if before is None or not captured:
        return None
    guard = guard_of(of_round.report, Results(of_round.report.assessment, new.language))
    return before, _cleared(capture.unpack(captured), new, guard)


def captured_of(edition: Edition, language: str) -> Any:
    """What an edition holds in a language, blank for its first one; None where it holds nothing in it."""
    if not language:
        return edition.captured
    return edition.translations.filter(language=language).values_list("captured", flat=True).first()


def _cleared(old: ReportData, new: ReportData, guard: Guard) -> ReportData:
    """The earlier document without names; what the later one says in the same words is printed there already."""
    printed = {text for node in _nodes(new) for text in (node.title, node.html)} | {new.title, new.subtitle, *new.notes}

    def text(words: str, key: str = COVER) -> str:
        return words if words in printed else guard.clear_text(words, key)

    def html(words: str, key: str) -> str:
        return words if words in printed else guard.clear_html(words, key)

    def node(one: Node) -> Node:
        children = tuple(map(node, one.children))
        return replace(one, title=text(one.title, one.key), html=html(one.html, one.key), children=children)

    def chart(one: Chart) -> Chart:
        series = tuple(replace(each, label=text(each.label)) for each in one.series)
        categories = tuple(map(text, one.categories))
        title, alt, base, note = (text(words) for words in (one.title, one.alt, one.base, one.note))
        return replace(one, series=series, categories=categories, title=title, alt=alt, base=base, note=note)

    return replace(
        old,
        title=text(old.title),
        subtitle=text(old.subtitle),
        commissioner=text(old.commissioner),
        funder=text(old.funder),
        notice=text(old.notice),
        chapters=tuple(map(node, old.chapters)),
        annexes=tuple(map(node, old.annexes)),
        notes=tuple(html(note, COVER) for note in old.notes),
        charts={anchor: chart(one) for anchor, one in old.charts.items()},
    )


def _nodes(data: ReportData) -> Iterator[Node]:
    waiting = [*data.chapters, *data.annexes]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += one.children
