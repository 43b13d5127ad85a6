"""Plans of the survey's break-downs. Each change is logged."""

from collections.abc import Sequence
from typing import cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.models import BreakdownPlan
from analysis.releases.plans import (
    MOST,
    Characteristic,
    default_plan,
    finer_than,
    form_values,
    from_json,
    offered,
    options_of,
)
from assessments.audit import record
from assessments.models import Assessment, User
from ctnat.ui.errors import ConflictError
from ctnat.ui.seen import Marks, SeenConflict, mark
from instruments import schema
from surveys.models import Survey

ONLY_COARSER = gettext_lazy(
    "Groups can only be made coarser now, and characteristics left out: two groupings side by side could give single "
    "answers away. Join groups, or leave the plan as it is."
)
LOT_IS_SETTLED = gettext_lazy(
    "The share of tables left out by lot is settled when the survey opens. Leave it as it is."
)


def document_of(assessment: Assessment) -> schema.Survey:
    """The questionnaire of the survey, or the one that the assessment has chosen."""
    survey = Survey.objects.for_assessment(assessment).select_related("questionnaire").first()
    return cast(schema.Survey, (survey.questionnaire if survey else assessment.questionnaire).document)


def plan_of(assessment: Assessment) -> BreakdownPlan:
    """The plan as it is stored, or the default, not stored yet."""
    found = BreakdownPlan.objects.filter(assessment=assessment).first()
    if found is None:
        default = [one.to_json() for one in default_plan(document_of(assessment))]
        found = BreakdownPlan(assessment=assessment, characteristics=default)
    return found


def stored_plan_of(assessment: Assessment) -> BreakdownPlan:
    """The plan, stored now where it was not yet, and locked. Inside a transaction."""
    default = [one.to_json() for one in default_plan(document_of(assessment))]
    BreakdownPlan.objects.get_or_create(assessment=assessment, defaults={"characteristics": default})
    return BreakdownPlan.objects.select_for_update().get(assessment=assessment)


def is_settled(assessment: Assessment) -> bool:
    """Whether the survey was opened, or has responses: then the plan can only be made coarser."""
    survey = Survey.objects.for_assessment(assessment).first()
    if survey is None:
        return False
    return bool(survey.status != Survey.Status.DRAFT or survey.last_response or survey.responses.exists())


@transaction.atomic
def change_plan(
    *,
    assessment: Assessment,
    characteristics: Sequence[Characteristic],
    one_in: int,
    by: User,
    seen: Marks | None = None,
) -> BreakdownPlan:
    """Break the survey down by these characteristics, the most important first. Raises `ValidationError`:
    `SeenConflict` where another lead has changed the plan since it was shown (`seen`, the marks of `form_values`)."""
    document = document_of(assessment)
    _check(characteristics, document)
    if one_in != 0 and not 2 <= one_in <= 1000:
        raise ValidationError({"one_in": _("Write a number from 2 to 1000, or 0 for no lot.")})
    plan = stored_plan_of(assessment)
    new = [one.to_json() for one in characteristics]
    if (new, one_in) != (plan.characteristics, plan.one_in):
        _check_seen(plan, seen)
    if is_settled(assessment):
        if finer_than(characteristics, from_json(plan.characteristics)):
            raise ValidationError(ONLY_COARSER)
        if one_in != plan.one_in:
            raise ValidationError({"one_in": LOT_IS_SETTLED})
    if (new, one_in) != (plan.characteristics, plan.one_in):
        plan.characteristics, plan.one_in = new, one_in
        plan.save(update_fields=["characteristics", "one_in"])
        names = [one.profile for one in characteristics]
        record("breakdowns.planned", by=by, assessment=assessment, target=plan, characteristics=names, one_in=one_in)
    return plan


def _check_seen(plan: BreakdownPlan, seen: Marks | None) -> None:
    if seen is None:
        return
    stored = form_values(from_json(plan.characteristics), plan.one_in)
    values = {name: stored.get(name, "") for name in {*stored, *seen}}
    if changed := sorted(name for name, value in values.items() if seen.get(name, mark("")) != mark(value)):
        raise SeenConflict(plan, values, changed)


def _check(characteristics: Sequence[Characteristic], document: schema.Survey) -> None:
    names, items = [one.profile for one in characteristics], offered(document)
    if len(names) > MOST:
        raise ValidationError(
            _("Choose at most {most} characteristics: with more, few tables are left to be shown.").format(most=MOST)
        )
    if len(set(names)) < len(names):
        raise ValidationError(_("Choose each characteristic only once."))
    for one in characteristics:
        if one.profile not in items:
            raise ValidationError(_("The questionnaire does not ask for one of these characteristics. Choose another."))
        joined = [value for group in one.groups for value in group]
        if len(set(joined)) < len(joined) or not set(joined) <= set(options_of(document, items[one.profile])):
            raise ValidationError(_("An option can be in one group only, and has to be one of the questionnaire's."))


@transaction.atomic
def name_participants(*, assessment: Assessment, reason: str, by: User) -> BreakdownPlan:
    """Name groups of fewer than the threshold among the participants in the next release. Raises `ValidationError`."""
    if not reason.strip():
        raise ValidationError({"reason": _("Write why it may be told who took part. The reason is kept in the log.")})
    plan = stored_plan_of(assessment)
    if plan.named_because == reason.strip():  # sent twice
        return plan
    if plan.named_because:
        raise ConflictError(
            plan,
            _(
                "Another lead has done this since you opened the page, with the reason: {reason} "
                "Nothing was saved. To replace it, open this page again, join small groups again, and then "
                "give your reason."
            ).format(reason=plan.named_because),
        )
    plan.named_because = reason.strip()
    plan.save(update_fields=["named_because"])
    record("participants.named", by=by, assessment=assessment, target=plan, reason=plan.named_because)
    return plan


@transaction.atomic
def pool_participants(*, assessment: Assessment, by: User) -> BreakdownPlan:
    """Join groups of fewer than the threshold again in the next release."""
    plan = stored_plan_of(assessment)
    if plan.named_because:
        plan.named_because = ""
        plan.save(update_fields=["named_because"])
        record("participants.pooled", by=by, assessment=assessment, target=plan)
    return plan
