"""Texts around an instrument's own, in the languages of the project; from locale/*/public.po."""

from ctnat.ui.words import Words

WORDS = Words("instruments")
translate = WORDS.translate
shown = WORDS.shown  # a page marks what is not translated as English
