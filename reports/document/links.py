"""Links for members from a fact, chart, cell or citation to the page of its source."""

from collections.abc import Callable

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from assessments.models import Assessment

# source of a fact or block -> (URL name, its further arguments)
PAGES: dict[str, str] = {
    "participants": "analysis:participants",
    "participants-sex": "analysis:participants",
    "participants-sector": "analysis:participants",
    "entities": "analysis:participants",
    "respondents": "analysis:participants",
    "coverage": "analysis:coverage",
    "sections": "analysis:coverage",
    "themes": "analysis:themes",
    "priorities": "analysis:priorities",
    "matrix": "indicators:matrix",
    "workshop": "workshops:workshop_list",
    "comments": "workshops:comment_list",
    "recommendations": "indicators:recommendation_list",
}


def member_link(assessment: Assessment) -> Callable[[str], str]:
    """A function from a source to its address, "" where no page shows it."""

    def address(name: str) -> str:
        try:
            return reverse(name, args=[assessment.reference])
        except NoReverseMatch:
            return ""

    def link(source: str) -> str:
        kind, _, rest = source.partition(":")
        if kind in ("document", "interview", "survey", "comment"):
            page = address("analysis:evidence_source")
            return f"{page}?{urlencode({'key': source})}" if page else ""
        name = PAGES.get(rest) or PAGES.get(rest.split("-")[0]) or ("analysis:themes" if kind == "theme" else "")
        return address(name) if name else ""

    return link
