"""Languages in which readers see English in place of some texts: listed before a survey, a workshop or an edition is
made for them. The person goes on knowingly; nothing is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from assessments.models import Assessment
from assessments.packs import pack_states
from ctnat.translation.catalogue import SOURCE_LANGUAGE
from ctnat.ui.names import language_name


@dataclass(frozen=True)
class LackingLanguage:
    """`missing` of the `total` texts of a sheet are shown in English, plural forms counted one by one."""

    code: str
    sheet: str
    missing: int
    total: int

    @property
    def name(self) -> str:
        return language_name(self.code)


def lacking_languages(assessment: Assessment, languages: Iterable[str], sheet: str) -> list[LackingLanguage]:
    """Those of `languages` in which a text of the sheet ("survey", "workshop" or "report") is missing or no longer
    fits. No query for an assessment without language packs."""
    found = []
    for code in dict.fromkeys(languages):
        if code == SOURCE_LANGUAGE:
            continue
        states = pack_states(assessment, code, sheet)
        if missing := sum(state.is_in_english for state in states):
            found.append(LackingLanguage(code, sheet, missing, len(states)))
    return found


def counts(rows: Iterable[LackingLanguage]) -> dict[str, int]:
    """Code -> number of missing texts, for the audit log."""
    return {row.code: row.missing for row in rows}
