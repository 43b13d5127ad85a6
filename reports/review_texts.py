"""The texts of reviewers' pages and mails in their languages, from locale/*/public.po."""

from django.utils.translation import gettext_lazy

from assessments.public_texts import catalogue_texts, put_on_sheet
from ctnat.ui.languages import LANGUAGES
from ctnat.ui.words import Words

WORDS = Words("review")


def offered_languages() -> list[str]:
    """The languages in which every text is there, English first."""
    return [code for code in LANGUAGES if code in WORDS.languages]


put_on_sheet("report", 40, lambda: catalogue_texts("report", "review", lambda key: gettext_lazy("Pages of reviewers")))
