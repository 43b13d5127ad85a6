"""The comments and changes of reviewers with the response to each, as an annex prints them."""

from collections.abc import Iterable, Mapping
from typing import Any

from assessments.names import NameFinder
from ctnat.ui.words import isolate
from reports.models import ReviewItem
from reports.review.matrix import changed_words


def review_rows(items: Iterable[ReviewItem], words: Mapping[str, str], finder: NameFinder) -> list[dict[str, Any]]:
    """`items` are decided, with the file and reviewer of each. Of a reviewer only the category is printed."""
    around = words["at_validation"]  # comments may have another direction than the report
    return [
        {
            "section": item.section_title,
            "category": category_of(item.file.reviewer.name if item.file else "", finder),
            "words": item.before if item.kind == ReviewItem.Kind.COMMENT else "",
            "runs": () if item.kind == ReviewItem.Kind.COMMENT else changed_words(item.before, item.after),
            "comment": isolate(item.text, around),
            "decision": words[f"disposition_{item.disposition}"],
            "response": isolate(item.response, around),
            "changed": isolate(item.changed, around),
        }
        for item in items
    ]


def category_of(name: str, finder: NameFinder) -> str:
    """The category of the organisation that the name of a reviewer contains; blank for one that is not on the list."""
    agencies = [match.label for match in finder.find(name, agencies=True) if match.kind == "agency"]
    return agencies[0] if agencies else ""
