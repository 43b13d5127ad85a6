"""Texts around an instrument's own, in the languages of the project; read once from words.yaml."""

from pathlib import Path

from ctnat.ui.words import Words

WORDS = Words(Path(__file__).parent / "words.yaml")
translate = WORDS.translate
