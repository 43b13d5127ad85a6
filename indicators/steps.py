"""The tabs of the indicators."""

from django.utils.translation import gettext_lazy

from assessments.navigation import Tab, tabs_of

tabs_of(
    "indicators",
    Tab("indicators/", gettext_lazy("Matrix")),
)
tabs_of(
    "recommendations",
    Tab("indicators/recommendations/", gettext_lazy("Recommendations")),
    Tab("indicators/translations/", gettext_lazy("Translations")),
)
