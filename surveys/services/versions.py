"""A survey goes over to a later version of its questionnaire, also while it takes answers."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from ctnat.ui.errors import ConflictError, InputError
from instruments.models import Instrument
from instruments.version_changes import ItemChange, item_changes, joined_codes
from surveys.models import EarlierVersion, Survey
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.versions import accepted_versions
from surveys.services.surveys import lock_survey


@dataclass(frozen=True)
class Switch:
    """What going over to a version would mean.

    changes     question by question, against the version in use
    refused     why it is not possible, in words; empty where it is
    is_free     there is neither a form nor an open page of the present version: it is replaced without a trace
    """

    to: Instrument
    changes: tuple[ItemChange, ...]
    refused: tuple[str, ...]
    is_free: bool

    @property
    def doubtful(self) -> list[ItemChange]:
        """Questions that have to be confirmed."""
        return [] if self.is_free else [change for change in self.changes if change.doubts]


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
    refused = [*_unusable(to)]
    if not is_free and not refused:
        refused += _not_joinable(survey, to, changes)
    return Switch(to, changes, tuple(refused), is_free)


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
    else:
        EarlierVersion.objects.get_or_create(survey=row, questionnaire=before)
    row.questionnaire = found.to
    row.save(update_fields=["questionnaire"])
    survey.questionnaire = found.to
    changed = {} if found.is_free else joined_codes(list(found.changes))
    record(
        "survey.version_changed",
        by=by,
        assessment=survey.assessment,
        target=row,
        was=str(before),
        becomes=str(found.to),
        **changed,
    )
    return found
