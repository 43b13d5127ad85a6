"""Which rows of the analysis."""

from typing import Any

from django.db import models
from django.db.models import Q

from interviews.models import Theme


class OpenCodingQuerySet(models.QuerySet[Any]):
    def of_theme(self, theme: Theme) -> "OpenCodingQuerySet":
        """Those of a theme, and of the themes that were merged into it."""
        return self.filter(Q(theme=theme) | Q(theme__merged_into=theme))
