"""Texts around an instrument's own, in the languages of the project; from locale/*/public.po."""

from ctnat.ui.words import Words

WORDS = Words("instruments")
translate = WORDS.translate
shown = WORDS.shown  # a page marks what is not translated as English

# What interview guides and matrices alone print. Every other text stands on pages or paper of respondents, so that a
# survey in a language is not complete without it.
NOT_FOR_RESPONDENTS = frozenset(
    [
        "criterion",
        "for_interviewer",
        "form_head",
        "framework_1",
        "framework_2",
        "information_note",
        "operational_1",
        "operational_2",
    ]
)
