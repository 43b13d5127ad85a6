"""The indicator matrix that an assessment uses, as its parsed and frozen document."""

from typing import cast

from assessments.models import Assessment
from instruments.schema import IndicatorMatrix


def matrix_of(assessment: Assessment) -> IndicatorMatrix:
    return cast(IndicatorMatrix, assessment.matrix.document)
