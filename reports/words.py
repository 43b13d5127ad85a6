"""The document's own words in the languages a report may be written in, from locale/*/public.po."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from assessments.public_texts import catalogue_texts, put_on_sheet
from ctnat.ui.foreign import in_page
from ctnat.ui.words import Words
from reports.document.outline import public_texts

WORDS = Words("reports")
translate, words_of = WORDS.translate, WORDS.translate_all


def as_shown(words: Mapping[str, str], language: str) -> dict[str, str]:
    """The words of a document, perhaps of an earlier edition, for its pages: English ones are marked as English."""
    if language in WORDS.languages:
        return dict(words)
    english = WORDS.translate_all("en")
    return {key: in_page(text, "en" if text == english.get(key) else language, language) for key, text in words.items()}


put_on_sheet("report", 10, lambda: catalogue_texts("report", "reports", lambda key: gettext_lazy("Report")))
put_on_sheet("report", 30, public_texts)
# Here, since only modules of this name are imported in every process (`reports/review_texts.py` uses the texts).
put_on_sheet("report", 50, lambda: catalogue_texts("report", "review", lambda key: gettext_lazy("Pages of reviewers")))
