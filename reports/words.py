"""The document's own words in the languages a report may be written in, read once from words.yaml."""

from pathlib import Path

from ctnat.ui.words import Words

WORDS = Words(Path(__file__).parent / "words.yaml")
translate, words_of = WORDS.translate, WORDS.translate_all
