"""Progress of a survey: in one sentence; invited, opened and answered by language and sector; responses by source.

Of sealed forms only the number is known.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _

from assessments.models import Sector
from ctnat.ui.names import language_name
from surveys.models import Invitation, Response, Survey
from surveys.responses.sharing import shared_attributes


@dataclass(frozen=True)
class Progress:
    """Progress of a survey. `days_left` counts calendar days in the assessment's time zone, None without a deadline.

    `responses` are all that were received, `sealed` those that cannot be read yet.
    """

    status: str
    invited: int
    answered: int
    responses: int
    days_left: int | None
    sealed: int = 0

    @property
    def left(self) -> str:
        if self.days_left is None:
            return ""
        if self.days_left < 0:
            return _("deadline passed")
        if self.days_left == 0:
            return _("deadline today")
        if self.days_left == 1:
            return _("deadline tomorrow")
        return ngettext("deadline in {n} days", "deadline in {n} days", self.days_left).format(n=self.days_left)

    @property
    def text(self) -> str:
        """`7 of 20 invited have answered, deadline in 4 days`."""
        n = self.responses
        if self.status == "closed" and self.sealed:
            closed = ngettext(
                "Closed with {n} response, {sealed} of them sealed",
                "Closed with {n} responses, {sealed} of them sealed",
                n,
            )
            return closed.format(n=n, sealed=self.sealed)
        if self.status == "closed":
            return ngettext("Closed with {n} response", "Closed with {n} responses", n).format(n=n)
        responses = ngettext("{n} response", "{n} responses", n).format(n=n)
        had = (
            _("{answered} of {invited} invited have answered").format(answered=self.answered, invited=self.invited)
            if self.invited
            else responses
        )
        return ", ".join(part for part in (had, self.left) if part)


def days_until(moment: datetime | None, zone: str) -> int | None:
    if moment is None:
        return None
    tz = ZoneInfo(zone)
    return (timezone.localtime(moment, tz).date() - timezone.localtime(timezone.now(), tz).date()).days


def progress(survey: "Survey") -> Progress:
    """Progress of a survey read `with_counts`, with days in its assessment's time zone."""
    left = days_until(survey.deadline, survey.assessment.time_zone)
    if left == 0 and survey.is_expired:
        left = -1
    counts: Any = survey
    responses = counts.responses_counted + counts.sealed
    return Progress(survey.status, counts.sent, len(survey.answered), responses, left, counts.sealed)


def breakdown(survey: Survey) -> list[tuple[str, list[dict[str, Any]]]]:
    """("Language" | "Sector", rows with label, invited, opened, answered). One query."""
    standing = list(Invitation.objects.for_survey(survey).values_list("pk", "language", "sector"))
    opened, answered = set(survey.opened) | set(survey.answered), set(survey.answered)
    sectors = dict(Sector.choices) | {"": _("Not known")}
    tables = []
    for position, heading, name in ((1, _("Language"), language_name), (2, _("Sector"), sectors.get)):
        invited: Counter[str] = Counter(row[position] for row in standing)
        rows = [
            {
                "label": str(name(value)),
                "invited": count,
                "opened": sum(row[0] in opened for row in standing if row[position] == value),
                "answered": sum(row[0] in answered for row in standing if row[position] == value),
            }
            for value, count in sorted(invited.items())
        ]
        tables.append((heading, rows))
    return tables


def responses_by(survey: Survey) -> list[str]:
    """`4 in English, web`, the most frequent first, of the forms that are not sealed. One query.

    A language or a source shared by fewer forms than the survey's threshold is not named; with fewer forms than that
    only their number is given.
    """
    forms = Response.objects.for_counting().filter(survey=survey).order_by()
    rows = list(forms.values_list("language", "source", "opening"))
    counted = Counter(shared_attributes([row[:2] for row in rows], survey.threshold, [row[2] for row in rows]))
    some_named = any(language for language, _ in counted)
    lines = []
    for (language, source), count in sorted(counted.items(), key=lambda row: (-row[1], str(row[0]))):
        if language:
            words = gettext("{n} in {language}").format(n=count, language=language_name(language))
        elif some_named:
            words = gettext("{n} in other languages").format(n=count)
        else:
            words = str(count)
        lines.append(f"{words}, {Response.Source(source).label.lower()}" if source else words)
    return lines


def forms_shown(survey: Survey) -> dict[int, tuple[str | None, str | None, date | None]]:
    """Primary key of each form that no member made as a test -> (language, source, day) as far as they may be shown.

    The day is None where it is not known, too. One query.
    """
    forms = Response.objects.filter(survey=survey, is_test=False)
    rows = list(forms.values_list("pk", "opening", "language", "source", "received_on"))
    shown = shared_attributes([row[2:] for row in rows], survey.threshold, [row[1] for row in rows])
    return {row[0]: attributes for row, attributes in zip(rows, shown, strict=True)}
