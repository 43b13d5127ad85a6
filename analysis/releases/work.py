"""Compute the results of a requested release from the responses that it froze."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from analysis.frames import SurveyFrames, Version, day_of, responses_of, version_of
from analysis.models import BreakdownPlan, DataRelease
from analysis.releases.making import Earlier, Settings, make_results
from analysis.releases.plans import from_json
from assessments.audit import record
from assessments.fields import UNREADABLE
from surveys.models import Response


@transaction.atomic
def work_out(pk: int) -> None:
    """Compute and store the results of a release. Running it again changes nothing."""
    release = (
        DataRelease.objects.select_for_update(of=("self",))
        .select_related("survey__assessment__questionnaire", "survey__questionnaire")
        .get(pk=pk)
    )
    if release.made_at:
        return
    assessment = release.survey.assessment
    plan = BreakdownPlan.objects.get(assessment=assessment)
    if plan.lot_key == UNREADABLE:
        raise ValidationError("The secret of the lot cannot be read: its key is missing from FIELD_KEYS.")
    used = version_of(release.survey.questionnaire)
    members = Response.objects.filter(survey=release.survey, pk__in=release.members).for_counting()
    found = responses_of(assessment, members, [used], day_of(release.survey))
    if found.unreadable:
        raise ValidationError("Answers cannot be read: the key of their assessment is missing or was destroyed.")
    earlier = [
        Earlier(frozenset(one.members), one.results, _left(one, release, used))
        for one in DataRelease.objects.filter(survey=release.survey, number__lt=release.number)
    ]
    settings = Settings(
        k=release.k,
        one_in=release.one_in,
        key=bytes.fromhex(plan.lot_key),
        characteristics=from_json(release.plan),
        names_everybody=release.names_everybody,
    )
    release.results = make_results(found, settings, earlier)
    release.members = sorted(int(pk) for pk in found.responses["pk"])  # without those withdrawn since
    release.made_at = timezone.now()
    release.save(update_fields=["members", "results", "made_at"])
    record("results.worked_out", by=None, assessment=assessment, target=release, label=str(release.number))


def _left(earlier: DataRelease, release: DataRelease, used: Version) -> SurveyFrames | None:
    """Stored responses that are in an earlier release but not in this one: the two must not disclose them."""
    pks = set(earlier.members) - set(release.members)
    if not pks:
        return None
    found = Response.objects.filter(survey=release.survey, pk__in=pks)
    return responses_of(release.survey.assessment, found, [used], day_of(release.survey))
