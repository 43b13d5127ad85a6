"""What must not stand in the text: names of respondents ever, names of agencies where they are not to be named.

A name typed by hand cannot be recognised in the text by looking it up, so the text is searched for every name that the
assessment knows. Names of respondents are taken out of the document; names of agencies are pointed out.
"""

import re
from collections.abc import Iterable

from assessments.models import Assessment
from interviews.models import Interview
from reports.document.registry import Problem

WITHHELD = "█████"
SHORTEST = 5  # letters: a shorter name would strike common words


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    wanted = sorted({name.strip() for name in names if len(name.strip()) >= SHORTEST}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, wanted))})(?!\w)", re.I) if wanted else None


class Guard:
    """Knows the names of one assessment; read from the database once, for a whole document."""

    def __init__(self, assessment: Assessment, name_agencies: bool):
        interviews = Interview.objects.filter(assessment=assessment)
        self._people = _pattern(interviews.values_list("respondent_name", flat=True))
        agencies = () if name_agencies else assessment.organisations.values_list("name", "short_name")
        self._agencies = _pattern(name for pair in agencies for name in pair)

    def clear(self, body: str) -> tuple[str, list[Problem]]:
        """(the text without names of respondents, what the author should put right)."""
        problems = []
        if self._people and self._people.search(body):
            body = self._people.sub(WITHHELD, body)
            problems.append(Problem("", "The text holds the name of a respondent. It is withheld here: take it out."))
        if self._agencies:
            named = dict.fromkeys(found[0] for found in self._agencies.finditer(body))
            problems += [
                Problem(
                    "", f"The text names “{name}”, and agencies are not to be named. Write of its category.", "warning"
                )
                for name in named
            ]
        return body, problems
