"""How far a survey is: in one sentence; invited, opened and answered by language and sector; responses by source."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils import timezone

from assessments.models import Sector
from ctnat.ui.languages import english_name
from surveys.models import Invitation, Response, Survey


@dataclass(frozen=True)
class Progress:
    """How far a survey is. `days_left` counts calendar days in the assessment's time zone, None without a deadline."""

    status: str
    invited: int
    answered: int
    responses: int
    days_left: int | None

    @property
    def left(self) -> str:
        if self.days_left is None:
            return ""
        if self.days_left < 0:
            return "deadline passed"
        words = {0: "deadline today", 1: "deadline tomorrow"}
        return words.get(self.days_left, f"deadline in {self.days_left} days")

    @property
    def text(self) -> str:
        """`7 of 20 invited have answered, deadline in 4 days`."""
        responses = "1 response" if self.responses == 1 else f"{self.responses} responses"
        if self.status == "closed":
            return f"Closed with {responses}"
        had = f"{self.answered} of {self.invited} invited have answered" if self.invited else responses
        return ", ".join(part for part in (had, self.left) if part)


def days_until(moment: datetime | None, zone: str) -> int | None:
    if moment is None:
        return None
    tz = ZoneInfo(zone)
    return (timezone.localtime(moment, tz).date() - timezone.localtime(timezone.now(), tz).date()).days


def progress(survey: "Survey") -> Progress:
    """Of a survey read `with_counts`; its assessment's time zone counts the days."""
    left = days_until(survey.deadline, survey.assessment.time_zone)
    if left == 0 and survey.is_expired:
        left = -1
    counts: Any = survey
    return Progress(survey.status, counts.sent, len(survey.answered), counts.responses_counted, left)


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
