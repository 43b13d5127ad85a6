"""How the survey runs: invited, opened and answered by language and sector; answers by language and source."""

from collections import Counter
from typing import Any

from django.db.models import Count

from assessments.models import Sector
from ctnat.ui.languages import english_name
from surveys.models import Invitation, Response, Survey


def breakdown(survey: Survey) -> list[tuple[str, list[dict[str, Any]]]]:
    """("Language" | "Sector", rows with label, invited, opened, answered). One query."""
    standing = list(Invitation.objects.for_survey(survey).values_list("pk", "language", "sector"))
    opened, answered = set(survey.opened) | set(survey.answered), set(survey.answered)
    sectors = dict(Sector.choices) | {"": "Not known"}
    tables = []
    for position, heading, name in ((1, "Language", english_name), (2, "Sector", sectors.get)):
        invited: Counter[str] = Counter(row[position] for row in standing)
        rows = [
            {
                "label": name(value),
                "invited": count,
                "opened": sum(row[0] in opened for row in standing if row[position] == value),
                "answered": sum(row[0] in answered for row in standing if row[position] == value),
            }
            for value, count in sorted(invited.items())
        ]
        tables.append((heading, rows))
    return tables


def responses_by(survey: Survey) -> list[str]:
    """`4 in English by web`, the most frequent first. One query."""
    counted = Response.objects.for_counting().filter(survey=survey).order_by()
    rows = counted.values("language", "source").annotate(n=Count("pk")).order_by("-n", "language", "source")
    sources = dict(Response.Source.choices)
    return [f"{row['n']} in {english_name(row['language'])}, {sources[row['source']].lower()}" for row in rows]
