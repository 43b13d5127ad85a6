"""The document's own words in the languages a report may be written in, from locale/*/public.po."""

from django.utils.translation import gettext_lazy

from assessments.public_texts import catalogue_texts, put_on_sheet
from ctnat.ui.words import Words
from reports.document.outline import public_texts

WORDS = Words("reports")
translate, words_of = WORDS.translate, WORDS.translate_all

put_on_sheet("report", 10, lambda: catalogue_texts("report", "reports", lambda key: gettext_lazy("Report")))
put_on_sheet("report", 30, public_texts)
