"""The tabs of the results and of the evidence."""

from django.utils.translation import gettext_lazy

from assessments.navigation import Tab, tabs_of

tabs_of(
    "results",
    Tab("analysis/", gettext_lazy("Overview")),
    Tab("analysis/survey/", gettext_lazy("Survey")),
    Tab("analysis/priorities/", gettext_lazy("Priorities")),
    Tab("analysis/themes/", gettext_lazy("Themes")),
    Tab("analysis/release/", gettext_lazy("Break-downs")),
    Tab("analysis/exports/", gettext_lazy("Export")),
)
tabs_of(
    "evidence",
    Tab("analysis/evidence/", gettext_lazy("Search"), also=("analysis/criteria/",)),
    Tab("analysis/disagreements/", gettext_lazy("Disagreements")),
    Tab("analysis/participants/", gettext_lazy("Participants")),
    Tab("analysis/coverage/", gettext_lazy("Coverage and limits")),
    Tab("analysis/comparisons/", gettext_lazy("Comparison")),
)
