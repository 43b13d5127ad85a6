"""The texts of the respondents' pages in their languages, from locale/*/public.po."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from assessments.public_texts import catalogue_texts, put_on_sheet
from ctnat.ui.formats import format_date, format_number
from ctnat.ui.languages import LANGUAGES
from ctnat.ui.words import Words
from instruments import schema
from surveys.questionnaire.validation import AnswerError

WORDS = Words("surveys")
translate, translate_all = WORDS.shown, WORDS.shown_all  # a page marks what is not translated as English


def _part_of(key: str) -> Promise:
    if key.startswith("mail_"):
        return gettext_lazy("E-mails")
    return gettext_lazy("Messages about answers") if key.startswith("error_") else gettext_lazy("Pages of respondents")


put_on_sheet("survey", 10, lambda: catalogue_texts("survey", "surveys", _part_of))


def complete_languages() -> frozenset[str]:
    """The languages in which every text is there."""
    return WORDS.languages


def offered_languages() -> list[str]:
    """The languages in which every text is there, English first."""
    return [code for code in LANGUAGES if code in complete_languages()]


def error_text(error: AnswerError, language: str, say: Callable[[schema.Text], str] | None = None) -> str:
    """The message, with the questionnaire's own behind it; of a constraint, only that one where there is one.

    `say` gives the words of a text of the questionnaire, with the answers that it quotes.
    """
    say = say or (lambda text: text.translate(language))
    own = error.values.get("own")
    message = say(own) if own else ""
    if message and error.code == "constraint":
        return message
    values = {
        name: say(value) if isinstance(value, schema.Text) else _written(value, language)
        for name, value in error.values.items()
        if name != "own"
    }
    text = translate(f"error_{error.code}", language, **values)
    return f"{text} {message}" if message else text


def _written(value: Any, language: str) -> Any:
    """A date or a decimal as written in `language`."""
    match value:
        case date():
            return format_date(value, language)
        case float():
            return format_number(value, language)
        case _:
            return value
