"""The assessment's interview guide and indicator matrix, as the types they are."""

from typing import cast

from assessments.models import Assessment
from instruments.schema import IndicatorMatrix, InterviewGuide


def guide_of(assessment: Assessment) -> InterviewGuide:
    return cast(InterviewGuide, assessment.guide.document)


def matrix_of(assessment: Assessment) -> IndicatorMatrix:
    return cast(IndicatorMatrix, assessment.matrix.document)
