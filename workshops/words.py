"""Texts of a group's own pages in their languages, and the errors of groups. Pure."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from assessments.public_texts import catalogue_texts, put_on_sheet
from ctnat.ui.errors import ConflictError, InputError
from ctnat.ui.words import Words

WORDS = Words("workshops")
REVIEWED = frozenset({"en"})  # languages whose texts a native speaker has reviewed; the others are drafts
translate, translate_all = WORDS.shown, WORDS.shown_all  # a page marks what is not translated as English

put_on_sheet(
    "workshop",
    10,
    lambda: catalogue_texts("workshop", "workshops", lambda key: gettext_lazy("Phones, handout, slides and projector")),
)


def offered(languages: Iterable[str], room: str = "") -> list[str]:
    """Those of an assessment in their order, and that of the room; English where there is none.

    Any language can be among them: words that it lacks are shown in English.
    """
    return list(dict.fromkeys([*languages, *([room] if room else [])])) or ["en"]


def room_language(chosen: str, languages: Iterable[str]) -> str:
    """The language of a room: the one chosen for it, else the first of the assessment."""
    return chosen or offered(languages)[0]


class GroupError(InputError):
    """A group's input cannot be accepted. In English for the facilitator, `in_language(language)` for the group."""

    def __init__(self, key: str, **values: Any):
        InputError.__init__(self, translate(key, "en", **values), code=key)
        self.key, self.values = key, values

    def in_language(self, language: str) -> str:
        return translate(self.key, language, **self.values)


class BallotConflict(GroupError, ConflictError):
    """The group's ballot was changed on another device or from paper after this page was loaded."""

    def __init__(self, current: Any, key: str = "ballot_conflict"):
        letters = ", ".join(current.priorities) if current.pk else "–"
        GroupError.__init__(self, key, letters=letters)
        self.current = current


class VerdictConflict(GroupError, ConflictError):
    """What was judged has changed ("text_changed"), or the group's own verdict has ("verdict_conflict")."""

    def __init__(self, key: str, current: Any):
        GroupError.__init__(self, key)
        self.current = current


def error_messages(error: ValidationError, language: str) -> list[str]:
    """The messages of `error` in `language`; those of other errors are in the active language."""
    lines: list[str] = []
    for part in error.error_list if hasattr(error, "error_list") else [error]:
        lines += [part.in_language(language)] if isinstance(part, GroupError) else part.messages
    return lines
