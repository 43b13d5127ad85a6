"""The comments and changes of reviewers with the response to each, as an annex prints them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ctnat.ui.words import isolate
from reports.models import ReviewItem
from reports.review.matrix import changed_words


def review_rows(
    items: Iterable[ReviewItem], words: Mapping[str, str], category: Callable[[str], str]
) -> list[dict[str, Any]]:
    """`items` are decided, with the file and reviewer of each. Of a reviewer only the category is printed, and nothing
    where it is not known; `category` puts one into words."""
    around = words["at_validation"]  # comments may have another direction than the report
    return [
        {
            "section": item.section_title,
            "category": category(item.file.reviewer.category) if item.file and item.file.reviewer.category else "",
            "words": item.before if item.kind == ReviewItem.Kind.COMMENT else "",
            "runs": () if item.kind == ReviewItem.Kind.COMMENT else changed_words(item.before, item.after),
            "comment": isolate(item.text, around),
            "decision": words[f"disposition_{item.disposition}"],
            "response": isolate(item.response, around),
            "changed": isolate(item.changed, around),
        }
        for item in items
    ]
