"""What the analysis stores of an assessment."""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_noop as N_

from analysis.models import BreakdownPlan, Comparison, Consent, DataRelease, OpenCoding
from assessments.erasers import AssessmentRows, Part, holds_rows
from assessments.models import Assessment


@holds_rows(5)
class AnalysisRows(AssessmentRows):
    impersonal: ClassVar[Mapping[str, str]] = {
        "analysis.OpenCoding": "a theme of an answer without a name; who coded is in the table of work",
        "analysis.BreakdownPlan": "settings",
        "analysis.DataRelease": "counts; who requested one is in the table of work",
        "analysis.Comparison": "of countries; who proposed one is in the table of work",
        "analysis.Consent": "of an assessment to be compared; who gave it is in the table of work",
    }

    def parts(self, assessment: Assessment) -> list[Part]:
        return [Part(N_("releases of results"), DataRelease.objects.for_assessment(assessment).count())]

    def erase(self, assessment: Assessment) -> None:
        OpenCoding.objects.filter(theme__assessment=assessment).delete()
        DataRelease.objects.for_assessment(assessment).delete()
        BreakdownPlan.objects.filter(assessment=assessment).delete()
        Consent.objects.filter(assessment=assessment).delete()
        Comparison.objects.filter(proposed_for=assessment).delete()
