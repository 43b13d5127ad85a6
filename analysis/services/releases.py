"""Making the results of a survey: once when it closes, and again at the lead's request. Each release is logged."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analysis.models import BreakdownPlan, DataRelease
from analysis.releases.work import work_out
from analysis.services.breakdown_plans import stored_plan_of
from analysis.tasks import work_out_release
from assessments.audit import record
from assessments.fields import UNREADABLE
from assessments.models import User
from surveys.models import Survey

IN_THE_BACKGROUND = 40  # with so many responses a release takes seconds


def difference(survey: Survey) -> tuple[DataRelease | None, int]:
    """The newest release, and by how many responses the current ones differ from it."""
    last = DataRelease.objects.filter(survey=survey).order_by("number").last()
    now = set(survey.responses.for_counting().values_list("pk", flat=True))
    return last, len(now ^ set(last.members)) if last else 0


@transaction.atomic
def release_results(*, survey: Survey, by: User | None, confirmed: bool = False) -> DataRelease:
    """Freeze the present responses, and work out their results: at once, or in the background where there are many.

    A release that is still being computed is started again instead. After an earlier release, it must be `confirmed`:
    whoever has both can work out the answers by which they differ. Raises `ValidationError`.
    """
    survey = Survey.objects.select_for_update(of=("self",)).select_related("assessment").get(pk=survey.pk)
    assessment = survey.assessment
    if survey.status == Survey.Status.OPEN:
        raise ValidationError(
            _("The survey is open. Close it first: results of a survey that goes on tell who came late.")
        )
    last, differs = difference(survey)
    if last and last.made_at is None:
        _begin(last)
        return last
    members = sorted(survey.responses.for_counting().values_list("pk", flat=True))
    if len(members) < survey.threshold:
        raise ValidationError(
            _("There are {n} responses. Results can be released when there are at least {threshold}.").format(
                n=len(members), threshold=survey.threshold
            )
        )
    plan = stored_plan_of(assessment)
    if plan.lot_key == UNREADABLE:
        raise ValidationError(
            _(
                "The secret of the lot cannot be read, because its key is missing from FIELD_KEYS. Tell the person who "
                "runs this site. Nothing was changed, and nothing is lost."
            )
        )
    if last and _is_same(last, members, plan, survey.threshold):
        raise ValidationError(_("Nothing has changed since the last release."))
    if last and differs and not confirmed:
        raise ValidationError(warning(differs))
    release = DataRelease.objects.create(
        survey=survey,
        number=last.number + 1 if last else 1,
        requested_by=by,
        members=members,
        k=survey.threshold,
        one_in=plan.one_in,
        plan=plan.characteristics,
        names_everybody=bool(plan.named_because),
    )
    counts = {"responses": len(members), **({"differs": differs} if last else {})}
    record("results.released", by=by, assessment=assessment, target=release, label=str(release.number), **counts)
    _begin(release)
    return release


def warning(differs: int) -> str:
    return ngettext(
        "This release would differ from the last by {n} response. Whoever has both can work out what this respondent "
        "answered. Confirm that you want it all the same.",
        "This release would differ from the last by {n} responses. Whoever has both can work out what these {n} "
        "answered. Confirm that you want it all the same.",
        differs,
    ).format(n=differs)


def _is_same(last: DataRelease, members: list[int], plan: BreakdownPlan, k: int) -> bool:
    then = (last.members, last.plan, last.names_everybody, last.k)
    now = (members, plan.characteristics, bool(plan.named_because), k)
    return then == now


def _begin(release: DataRelease) -> None:
    if len(release.members) < IN_THE_BACKGROUND:
        work_out(release.pk)
        release.refresh_from_db()
    else:
        transaction.on_commit(lambda: work_out_release.enqueue(release.pk))
