"""The document's own words in the languages a report may be written in, from locale/*/public.po."""

from ctnat.ui.words import Words

WORDS = Words("reports")
translate, words_of = WORDS.translate, WORDS.translate_all
