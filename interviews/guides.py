"""The assessment's interview guide and indicator matrix, typed."""

from collections.abc import Iterable
from typing import cast

from assessments.models import Assessment
from instruments.models import Instrument
from instruments.schema import IndicatorMatrix, InterviewGuide, Question


def guide_of(assessment: Assessment) -> InterviewGuide:
    return cast(InterviewGuide, assessment.guide.document)


def matrix_of(assessment: Assessment) -> IndicatorMatrix:
    return cast(IndicatorMatrix, assessment.matrix.document)


def questions_of(assessment: Assessment, codes: Iterable[str]) -> dict[str, Question]:
    """The questions of the current guide, and those of `codes` that it has dropped."""
    return {**guide_of(assessment).by_name, **dropped_questions(assessment, codes)}


def dropped_questions(assessment: Assessment, codes: Iterable[str]) -> dict[str, Question]:
    """The questions that the current guide does not have, in the words of the latest other published guide."""
    wanted = set(codes) - guide_of(assessment).by_name.keys()
    found: dict[str, Question] = {}
    versions = Instrument.objects.for_kind(Instrument.Kind.INTERVIEW_GUIDE).for_published()
    for version in versions.exclude(pk=assessment.guide_id).order_by("-published_at", "-pk") if wanted else ():
        known = cast(InterviewGuide, version.document).by_name
        found = {code: known[code] for code in wanted & known.keys()} | found
    return found
