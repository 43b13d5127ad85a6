"""The versions of the interview guide that an assessment has used, and its indicator matrix, typed."""

from collections.abc import Iterable
from typing import cast

from assessments.models import Assessment
from instruments.models import Instrument
from instruments.schema import GuideSection, IndicatorMatrix, InterviewGuide, Question


def guide_of(assessment: Assessment) -> InterviewGuide:
    return cast(InterviewGuide, assessment.guide.document)


def matrix_of(assessment: Assessment) -> IndicatorMatrix:
    return cast(IndicatorMatrix, assessment.matrix.document)


def guide_in(assessment: Assessment, version: int | None) -> InterviewGuide:
    """The guide with this primary key; None: the one in use. A query for another one, once per assessment object."""
    if version is None or version == assessment.guide_id:
        return guide_of(assessment)
    known: dict[int, InterviewGuide] = vars(assessment).setdefault("guides_read", {})
    if version not in known:
        known[version] = cast(InterviewGuide, Instrument.objects.get(pk=version).document)
    return known[version]


def questions_of(assessment: Assessment, codes: Iterable[str], version: int | None = None) -> dict[str, Question]:
    """The questions of a version of the guide (None: the one in use), and those of `codes` that it does not have."""
    return {**guide_in(assessment, version).by_name, **dropped_questions(assessment, codes, version)}


def dropped_questions(assessment: Assessment, codes: Iterable[str], version: int | None = None) -> dict[str, Question]:
    """The questions that a version of the guide does not have, in the words of the guide in use, or else of the latest
    other published one."""
    own = version or assessment.guide_id
    wanted = set(codes) - guide_in(assessment, version).by_name.keys()
    if not wanted:
        return {}
    versions = Instrument.objects.for_kind(Instrument.Kind.INTERVIEW_GUIDE).for_published().exclude(pk=own)
    present = [] if own == assessment.guide_id else [assessment.guide]
    found: dict[str, Question] = {}
    for guide in (*present, *versions.exclude(pk=assessment.guide_id).order_by("-published_at", "-pk")):
        known = cast(InterviewGuide, guide.document).by_name
        found = {code: known[code] for code in wanted & known.keys()} | found
    return found


def guides_in(assessment: Assessment, versions: Iterable[int | None]) -> dict[int, InterviewGuide]:
    """Primary key -> guide: the one in use, then those of the other `versions`, the latest first."""
    others = {version for version in versions if version} - {assessment.guide_id}
    keys = (assessment.guide_id, *sorted(others, reverse=True))
    return {version: guide_in(assessment, version) for version in keys}


def sections_in(guides: Iterable[InterviewGuide]) -> dict[str, GuideSection]:
    """Code -> section: those of the first guide, then those that only later ones have."""
    found: dict[str, GuideSection] = {}
    for guide in guides:
        for section in guide.sections:
            found.setdefault(section.name, section)
    return found
