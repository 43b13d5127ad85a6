"""What several files of these tests begin with."""

import pytest

from assessments.models import Assessment
from reports.models import ReviewRound
from tests.reports.reviews import make_round


@pytest.fixture
def of_round(assessment: Assessment) -> ReviewRound:
    return make_round(assessment)
