"""Input of the analysis."""

import re

from django import forms

from ctnat.ui.forms import Form


class ComparisonForm(Form):
    references = forms.CharField(
        label="References of the other assessments",
        max_length=300,
        help_text="For instance GEO-2016, ARM-2016. They must be of the same study or of the same country.",
    )

    def reference_list(self) -> list[str]:
        return [part for part in re.split(r"[\s,;]+", self.cleaned_data["references"]) if part]
