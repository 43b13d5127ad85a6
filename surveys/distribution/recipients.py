"""To whom a round of e-mails goes, and whom it leaves out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from surveys.models import Invitation, Mailing, Survey


@dataclass(frozen=True)
class Recipients:
    """Numbers of people. `recent`: written to less than `Survey.days_between_mails` days ago; `stopped`: asked for no
    more e-mails; `returned`: their mail came back. `last`: the round of this kind that began last."""

    languages: Mapping[str, int]
    recent: int
    stopped: int
    returned: int
    last: Mailing | None

    @property
    def total(self) -> int:
        return sum(self.languages.values())


def recipients_of(survey: Survey, kind: str) -> Recipients:
    rows = Invitation.objects
    languages: Counter[str] = rows.for_mailing(survey, kind).count_by_language()
    reached = rows.for_writing(survey).for_reached()
    return Recipients(
        languages=dict(languages.most_common()),
        recent=reached.count() - reached.exclude_recent(survey).count() if kind == Mailing.Kind.REMINDER else 0,
        stopped=rows.for_survey(survey).filter(stopped=True).exclude(pk__in=survey.answered).count(),
        returned=rows.for_writing(survey).filter(delivery=Invitation.Delivery.RETURNED).count(),
        last=survey.mailings.filter(kind=kind, started_at__isnull=False).first(),
    )
