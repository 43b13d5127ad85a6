"""What a group's own pages say, in their languages, and why an act of a group is refused. Pure."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from ctnat.ui.words import Words

WORDS = Words(Path(__file__).parent / "words.yaml")
REVIEWED = frozenset({"en"})  # languages whose words a native speaker has read; the others are drafts
translate, translate_all = WORDS.translate, WORDS.translate_all


def offered(languages: Iterable[str]) -> list[str]:
    """Those of `languages` in which every word is there, in their order; English where there is none."""
    return [language for language in languages if language in WORDS.languages] or ["en"]


class Refusal(ValidationError):
    """Why an act of a group is refused: in English for the facilitator, `in_language(language)` for the group."""

    def __init__(self, key: str, **values: Any):
        super().__init__(translate(key, "en", **values), code=key)
        self.key, self.values = key, values

    def in_language(self, language: str) -> str:
        return translate(self.key, language, **self.values)


def error_messages(error: ValidationError, language: str) -> list[str]:
    """The messages of `error` in `language`; what is no `Refusal` speaks the language that is active."""
    lines: list[str] = []
    for part in error.error_list if hasattr(error, "error_list") else [error]:
        lines += [part.in_language(language)] if isinstance(part, Refusal) else part.messages
    return lines
