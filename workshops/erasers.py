"""Where workshops contain words of what is erased: minutes, which can be erased, and the statements made there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from assessments.audit import record
from assessments.erasers import AssessmentRows, Copies, Copy, Part, cites, holds_rows, keeps_copies
from assessments.models import Assessment, User
from assessments.uses import Use
from ctnat.ui.formats import page_day
from workshops.models import Comment, Minutes, Workshop

PREFIX = "minutes:"


def _label(row: Minutes) -> str:
    text = _("Validation: minutes {number} of the workshop of {day}")
    return text.format(number=row.number, day=page_day(row.workshop.held_on))


@keeps_copies("workshops")
class MinutesOfWorkshops(Copies):
    def find(self, assessment: Assessment, words: Sequence[str]) -> list[Copy]:
        return [
            Copy(f"{PREFIX}{row.pk}", _label(row), f"workshop/{row.workshop_id}/")
            for row in Minutes.objects.filter(workshop__assessment=assessment).select_related("workshop__assessment")
            if any(word in row.html for word in words)
        ]

    @transaction.atomic
    def withdraw(self, assessment: Assessment, keys: Iterable[str], *, by: User) -> int:
        """Erase minutes with their PDF; closing the workshop once more makes new ones."""
        pks = [int(key.removeprefix(PREFIX)) for key in keys if key.startswith(PREFIX)]
        rows = Minutes.objects.filter(workshop__assessment=assessment, pk__in=pks)
        for row in rows:
            record("minutes.erased", by=by, assessment=assessment, target=row)
        count, _ = rows.delete()
        return count

    def forget_drafts(self, assessment: Assessment) -> None:
        """Workshops have no drafts."""


@cites("workshops")
def comments(assessment: Assessment, key: str, words: Sequence[str]) -> list[Use]:
    """Statements that respond to a source, or contain one of the words."""
    found = []
    for row in Comment.objects.filter(assessment=assessment):
        texts = (row.finding, row.statement, row.reason, row.changed, *row.decided_on.values())
        cited = bool(key) and (row.source == key or row.source.startswith((f"{key}#", f"{key}/")))
        if cited or any(word in text for text in texts for word in words):
            label = _("Statement {number} made at validation").format(number=row.pk)
            found.append(Use(label, f"workshop/responses/{row.pk}/"))
    return found


@holds_rows(4)
class WorkshopRows(AssessmentRows):
    impersonal: ClassVar[Mapping[str, str]] = {
        "workshops.Workshop": "about the workshop",
        "workshops.Group": "groups are counted, nobody is named",
        "workshops.Ballot": "of a group; who typed one from paper is in the table of work",
        "workshops.Verdict": "of a group",
        "workshops.Comment": "made by a group or a body; who decided is in the table of work",
        "workshops.Minutes": "about the workshop",
    }

    def parts(self, assessment: Assessment) -> list[Part]:
        return [
            Part(N_("workshops"), Workshop.objects.filter(assessment=assessment).count()),
            Part(N_("statements made at validation"), Comment.objects.filter(assessment=assessment).count()),
        ]

    def erase(self, assessment: Assessment) -> None:
        Comment.objects.filter(assessment=assessment).delete()
        Minutes.objects.filter(workshop__assessment=assessment).delete()
        Workshop.objects.filter(assessment=assessment).delete()
