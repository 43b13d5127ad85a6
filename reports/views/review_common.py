"""Shared by the pages of review rounds: finding a round, a reviewer, a file or an entry of the assessment."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from django.shortcuts import get_object_or_404

from assessments.models import Assessment
from reports.models import ReturnedFile, Reviewer, ReviewItem, ReviewRound

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def find_round(assessment: Assessment, number: int) -> ReviewRound:
    rows = ReviewRound.objects.for_assessment(assessment).select_related("report", "edition", "opened_by")
    found = get_object_or_404(rows, number=number)
    found.report.assessment = assessment
    return found


def find_reviewer_of(of_round: ReviewRound, pk: int) -> Reviewer:
    found = get_object_or_404(Reviewer, round=of_round, pk=pk)
    found.round = of_round
    return found


def find_returned(of_round: ReviewRound, pk: int) -> ReturnedFile:
    found = get_object_or_404(ReturnedFile.objects.select_related("reviewer"), round=of_round, pk=pk)
    found.round = of_round
    return found


def find_item(of_round: ReviewRound, number: int) -> ReviewItem:
    rows = ReviewItem.objects.select_related("section", "file__reviewer", "assigned_to", "decided_by", "parent")
    found = get_object_or_404(rows, round=of_round, number=number)
    found.round, found.report = of_round, of_round.report
    if found.section is not None:
        found.section.report = of_round.report
    return found


def same_place(one: ReviewItem, other: ReviewItem) -> bool:
    """Whether two entries are about the same words: their passages in a paragraph overlap, or are one place."""
    if not one.paragraph or one.paragraph != other.paragraph or None in (one.start, one.end, other.start, other.end):
        return False
    first, second = sorted(((one.start or 0, one.end or 0), (other.start or 0, other.end or 0)))
    return second[0] < first[1] or first == second


def in_groups(items: Sequence[ReviewItem]) -> list[list[ReviewItem]]:
    """Entries in the order of the report; those about the same words are one group, to be read side by side."""
    groups: list[list[ReviewItem]] = [[item] for item in items[:1]]
    for before, item in pairwise(items):
        if same_place(before, item) or any(same_place(each, item) for each in groups[-1]):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def are_conflicting(group: Iterable[ReviewItem]) -> bool:
    """Whether different reviewers propose different words for one place."""
    proposals = [item for item in group if item.after != item.before and item.kind not in ("comment", "reply")]
    return len({item.file_id for item in proposals}) > 1 and len({item.after for item in proposals}) > 1
