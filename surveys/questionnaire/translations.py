"""Languages of a survey whose translation is not reviewed: shown before it is opened or its links are sent."""

from collections.abc import Iterable

from ctnat.ui.names import language_name
from instruments.models import Instrument
from instruments.schema import source_language
from instruments.translation_states import LanguageState, language_states
from surveys.models import Survey
from surveys.questionnaire.versions import of_version


def unreviewed(survey: Survey, among: Iterable[str] | None = None) -> list[LanguageState]:
    """The survey's languages (or those `among` them) in which some text is missing, stale or a draft.

    The source language is never among them. Two queries, none where it is the only one.
    """
    chosen = set(survey.languages) if among is None else set(among)
    foreign = [
        code for code in survey.languages if code in chosen and code != source_language(survey.questionnaire.definition)
    ]
    if not foreign:
        return []
    known = {state.code: state for state in language_states(survey.questionnaire)}
    states = [known.get(code) or _nothing(code, known) for code in foreign]
    return [state for state in states if state.reviewed < state.total]


def unreviewed_in(survey: Survey, questionnaire: Instrument) -> list[LanguageState]:
    """`unreviewed` if the survey used this version."""
    return unreviewed(of_version(survey, questionnaire))


def _nothing(code: str, known: dict[str, LanguageState]) -> LanguageState:
    """The state of a language that the version does not have: every text is shown in English."""
    total = max((state.total for state in known.values()), default=1)
    return LanguageState(code, language_name(code), total, missing=total, stale=0, draft=0, reviewed=0)


def codes(states: Iterable[LanguageState]) -> list[str]:
    """Their codes, for the audit log."""
    return [state.code for state in states]
