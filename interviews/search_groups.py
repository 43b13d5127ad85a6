"""What of interviews is found by the search over an assessment: interviews, notes, follow-ups and themes."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.search import Hit, Search, searches
from assessments.snapshot import Rows
from interviews.models import Answer, FollowUp, Interview, Theme
from interviews.search import notes_in

AT_ONCE = 500  # read from the database


def _list_page(search: Search) -> str:
    return reverse("interviews:interview_list", args=[search.assessment.reference])


@searches("interviews", _("Interviews"), action="interviews.view", page=_list_page)
def interviews(search: Search, rows: Rows) -> Iterator[Hit]:
    """By code and organisation; by the names of who took part for those who may see them."""
    found = Interview.objects.for_assessment(search.assessment).for_work().select_related("organisation")
    may_see = "interviews.names" in search.may
    if may_see:
        found = found.prefetch_related("participants")
    for interview in found.in_order().iterator(AT_ONCE):
        interview.assessment = search.assessment
        organisation = str(interview.organisation or "")
        names = [interview.respondent_name, *(p.name for p in interview.participants.all())] if may_see else []
        texts = (
            interview.code,
            interview.planned_as,
            *names,
            interview.organisation.name if interview.organisation else "",
            organisation,
        )
        if (shown := search.found(*texts)) is not None:
            yield Hit(interview.code, interview.get_absolute_url(), shown)


@searches(
    "notes",
    _("Notes"),
    action="interviews.view",
    page=lambda search: reverse("interviews:search", args=[search.assessment.reference]),
)
def notes(search: Search, rows: Rows) -> Iterator[Hit]:
    for note in notes_in(Answer.objects.for_assessment(search.assessment)):
        if (text := search.found(note.text)) is not None:
            interview = Interview(assessment=search.assessment, code=note.code)
            yield Hit(f"{note.code}/{note.question}", f"{interview.get_absolute_url()}#q-{note.question}", text)


@searches(
    "follow_ups",
    _("Follow-ups"),
    action="interviews.view",
    page=lambda search: reverse("interviews:follow_up_list", args=[search.assessment.reference]),
)
def follow_ups(search: Search, rows: Rows) -> Iterator[Hit]:
    found = FollowUp.objects.for_assessment(search.assessment).select_related("interview").in_order()
    for row in found.iterator(chunk_size=500):
        row.interview.assessment = search.assessment
        if (text := search.found(row.interview.code, row.outcome, row.what)) is not None:
            yield Hit(row.interview.code, f"{row.interview.get_absolute_url()}#follow-up-{row.pk}", text)


@searches(
    "themes",
    _("Themes"),
    action="interviews.view",
    page=lambda search: reverse("interviews:theme_list", args=[search.assessment.reference]),
    rows=lambda assessment: Theme.objects.for_assessment(assessment).values("code", "label", "definition"),
)
def themes(search: Search, rows: Rows) -> Iterator[Hit]:
    for row in rows:
        if (definition := search.found(row["label"], row["definition"])) is not None:
            url = reverse("interviews:theme_detail", args=[search.assessment.reference, row["code"]])
            yield Hit(search.read(row["label"]), url, definition)
