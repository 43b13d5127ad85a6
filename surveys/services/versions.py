"""A survey goes over to a later version of its questionnaire, also while it takes answers."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.audit import record
from assessments.models import User
from ctnat.ui.errors import ConflictError, InputError
from instruments.models import Instrument
from instruments.version_changes import ItemChange, item_changes, joined_codes
from surveys.models import EarlierVersion, Survey
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.versions import accepted_versions
from surveys.sealed.boxes import UnreadableBox, unseal
from surveys.services.surveys import lock_survey


@dataclass(frozen=True)
class Switch:
    """What going over to a version would mean.

    changes     question by question, against the version in use
    refused     why it is not possible, in words; empty where it is
    is_free     there is neither a form nor an open page of the present version: it is replaced without a trace
    is_back     the survey used it before the present one, to which it went over by mistake
    """

    to: Instrument
    changes: tuple[ItemChange, ...]
    refused: tuple[str, ...]
    is_free: bool
    is_back: bool = False

    @property
    def doubtful(self) -> list[ItemChange]:
        """Questions that have to be confirmed."""
        return [] if self.is_free or self.is_back else [change for change in self.changes if change.doubts]


def takes_forms(survey: Survey) -> bool:
    """Whether forms of the present version were received or may be on their way. Test answers do not count."""
    return (
        survey.status == Survey.Status.OPEN
        or survey.responses.filter(is_test=False).exists()
        or survey.sealed_answers.exists()
        or survey.drafts.exists()
    )


def plan_switch(survey: Survey, to: Instrument) -> Switch:
    """Compare the version with those that the survey has used."""
    changes = tuple(item_changes(document_of(survey.questionnaire), document_of(to)))
    is_free = not takes_forms(survey)
    is_back = not is_free and to == version_before(survey)
    refused = [*_unusable(to)]
    if is_back and not refused:
        refused += _answered(survey)
    elif not is_free and not refused:
        refused += _not_joinable(survey, to, changes)
    return Switch(to, changes, tuple(refused), is_free, is_back)


def version_before(survey: Survey) -> Instrument | None:
    """The version that the survey used before the present one, while it took forms. One query."""
    return next(iter(accepted_versions(survey)[1:]), None)


def _answered(survey: Survey) -> list[str]:
    """Why the survey cannot go back: forms of the present version were received, saved, or are being typed."""
    used = survey.questionnaire
    received = survey.responses.filter(questionnaire=used, is_test=False, withdrawn=False).count()
    number = received + _boxes_of(survey, survey.sealed_answers)
    found = ngettext("{n} form was answered in {used}.", "{n} forms were answered in {used}.", number)
    if not number:
        now = timezone.now()
        number = _boxes_of(survey, survey.drafts.filter(expires_on__gte=now.date()))
        number += survey.entry_drafts.filter(questionnaire=used, expires_at__gt=now).count()
        found = ngettext("{n} form of {used} has been begun.", "{n} forms of {used} have been begun.", number)
    if not number:
        return []
    how = _(
        "Each form keeps the version that it showed, so the survey cannot go back. To use the earlier texts again, "
        "adapt {used}, enter them there, publish that version, and let the survey go over to it."
    )
    return [f"{found} {how}".format(n=number, used=used)]


def _boxes_of(survey: Survey, boxes: Any) -> int:
    """How many sealed forms show the present version. One that no key opens may be one of them, and is counted."""
    return sum(_may_show_present(survey, box) for box in boxes.values_list("box", flat=True))


def _may_show_present(survey: Survey, box: bytes | memoryview) -> bool:
    try:
        version: int | None = unseal(survey.pk, box).get("questionnaire")
    except UnreadableBox:
        return True
    return version == survey.questionnaire_id  # None: saved before versions were noted, and so of an earlier one


def _unusable(to: Instrument) -> list[str]:
    if to.kind != Instrument.Kind.SURVEY or not to.is_published:
        return [_("Publish this version of the questionnaire first. A draft can still change.")]
    if to.withdrawn_at:
        return [_("This version was withdrawn. Choose another one.")]
    return []


def _not_joinable(survey: Survey, to: Instrument, changes: Collection[ItemChange]) -> list[str]:
    """Why answers to both versions could not be counted together."""
    if not _descends(to, survey.questionnaire):
        return [
            _(
                "{to} was not adapted from {used}, which has forms already: answers to the two cannot be counted "
                "together. Adapt {used}, and make the changes there."
            ).format(to=to, used=survey.questionnaire)
        ]
    others = {change.code: change for change in changes if change.kind == "another"}
    for earlier in accepted_versions(survey)[1:]:
        for change in item_changes(document_of(earlier), document_of(to)):
            if change.kind == "another":
                others.setdefault(change.code, change)
    return [
        _(
            "{code} is another question: {why} Its code belongs to the earlier one, whose answers would be mixed with "
            "the new ones. In a draft, remove {code} and add the new question under a code of its own, such as {code}b."
        ).format(code=code, why=" ".join(change.details))
        for code, change in others.items()
    ]


def _descends(to: Instrument, present: Instrument) -> bool:
    parents = dict(Instrument.objects.for_kind(to.kind).values_list("pk", "parent"))
    above, seen = parents.get(to.pk), {to.pk}
    while above and above not in seen:
        if above == present.pk:
            return True
        seen.add(above)
        above = parents.get(above)
    return False


@transaction.atomic
def switch_version(
    *, survey: Survey, to: Instrument, by: User | None, confirmed: Collection[str] = (), used: int | None = None
) -> Switch:
    """Use the version `to` for all pages that are opened from now on; forms keep the version that they showed.

    To the version that it used before it goes back, as long as no form was answered in the present one; the mistaken
    version is then no longer accepted.

    `confirmed`: codes of the questions whose doubts a person has looked at. `used` is the key of the version that the
    page showed as used: where the survey has gone over to another one since, `ConflictError` is raised. The same form
    sent twice is one. Raises `InputError` where answers to both versions could not be counted together.
    """
    row = lock_survey(survey)
    before = row.questionnaire
    if before.pk == to.pk:
        return Switch(to, (), (), is_free=True)
    if used is not None and before.pk != used:
        raise ConflictError(
            before,
            _(
                "Another member has made the survey use {now} since you opened the page. Nothing was changed. Look at "
                "it, then choose again."
            ).format(now=before),
        )
    found = plan_switch(row, Instrument.objects.get(pk=to.pk))
    if found.refused:
        raise InputError(list(found.refused))
    if missing := [change.code for change in found.doubtful if change.code not in confirmed]:
        raise InputError(
            _("Look at {codes} and confirm that it is the same question.").format(codes=", ".join(missing))
        )
    if found.is_free:
        row.earlier_versions.all().delete()
    elif found.is_back:
        row.earlier_versions.filter(questionnaire=found.to).delete()
    else:
        EarlierVersion.objects.get_or_create(survey=row, questionnaire=before)
    row.questionnaire = found.to
    row.revision += 1  # a form that arrives at this moment looks again at which versions are accepted
    row.save(update_fields=["questionnaire", "revision"])
    survey.questionnaire, survey.revision = found.to, row.revision
    changed = {} if found.is_free or found.is_back else joined_codes(list(found.changes))
    record(
        "survey.version_switched_back" if found.is_back else "survey.version_changed",
        by=by,
        assessment=survey.assessment,
        target=row,
        was=str(before),
        becomes=str(found.to),
        **changed,
    )
    return found
