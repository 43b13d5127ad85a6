"""Which rows of the analysis."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from assessments.models import Assessment
from interviews.models import Theme


class OpenCodingQuerySet(models.QuerySet[Any]):
    def of_theme(self, theme: Theme) -> "OpenCodingQuerySet":
        """Those of a theme, and of the themes that were merged into it."""
        return self.filter(Q(theme=theme) | Q(theme__merged_into=theme))


class DataReleaseQuerySet(models.QuerySet[Any]):
    def for_assessment(self, assessment: Assessment) -> "DataReleaseQuerySet":
        return self.filter(survey__assessment=assessment)

    def made(self) -> "DataReleaseQuerySet":
        """Those whose results are worked out."""
        return self.filter(made_at__isnull=False)

    def newest(self) -> "DataReleaseQuerySet":
        """Of each survey the made release with the highest number."""
        later = self.model.objects.made().filter(survey=OuterRef("survey"), number__gt=OuterRef("number"))
        return self.made().filter(~Exists(later))
