"""The respondents' interface in their languages, read once from words.yaml. Pure."""

from pathlib import Path

from ctnat.ui.words import Words
from surveys.questionnaire.validation import Fault

WORDS = Words(Path(__file__).parent / "words.yaml")
translate, translate_all = WORDS.translate, WORDS.translate_all


def complete_languages() -> frozenset[str]:
    """The languages in which every word is there."""
    return WORDS.languages


def fault_text(fault: Fault, language: str) -> str:
    return translate(f"fault_{fault.code}", language, **fault.values)
