"""The respondents' interface in their languages, read once from words.yaml. Pure."""

from pathlib import Path

from ctnat.ui.words import Words
from surveys.questionnaire.validation import AnswerError

WORDS = Words(Path(__file__).parent / "words.yaml")
translate, translate_all = WORDS.translate, WORDS.translate_all


def complete_languages() -> frozenset[str]:
    """The languages in which every word is there."""
    return WORDS.languages


def error_text(error: AnswerError, language: str) -> str:
    return translate(f"error_{error.code}", language, **error.values)
