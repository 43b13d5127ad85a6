"""Which rows: `for_*` narrows, `with_*` adds."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from assessments.models import Assessment


class ReportQuerySet(models.QuerySet):
    def for_assessment(self, assessment: "Assessment") -> "ReportQuerySet":
        return self.filter(assessment=assessment)


class SectionQuerySet(models.QuerySet):
    def for_assessment(self, assessment: "Assessment") -> "SectionQuerySet":
        return self.filter(report__assessment=assessment)


class BuildQuerySet(models.QuerySet):
    def for_assessment(self, assessment: "Assessment") -> "BuildQuerySet":
        return self.filter(report__assessment=assessment)

    def for_running(self) -> "BuildQuerySet":
        return self.filter(status__in=["waiting", "running"])


class EditionQuerySet(models.QuerySet):
    def for_assessment(self, assessment: "Assessment") -> "EditionQuerySet":
        return self.filter(report__assessment=assessment)


class ShareLinkQuerySet(models.QuerySet):
    def for_assessment(self, assessment: "Assessment") -> "ShareLinkQuerySet":
        return self.filter(edition__report__assessment=assessment)

    def for_opening(self) -> "ShareLinkQuerySet":
        """Neither ended nor withdrawn."""
        return self.filter(revoked_at=None, expires_at__gt=Now())
