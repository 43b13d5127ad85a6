"""Which rows: `for_*` narrows, `with_*` adds."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from assessments.models import Assessment

M = TypeVar("M", bound=models.Model)  # the model is given where the manager is made: importing it would be a circle


class ReportQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(assessment=assessment)


class ReportLanguageQuerySet(models.QuerySet[M]):
    def for_printing(self) -> Self:
        """Not removed."""
        return self.filter(removed_at=None)


class SectionRevisionQuerySet(models.QuerySet[M]):
    def for_language(self, language: str) -> Self:
        """Blank: the report's first language."""
        return self.filter(language=language)


class SectionQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(report__assessment=assessment)


class AssessmentExportQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(assessment=assessment)

    def expired(self) -> Self:
        return self.filter(expires_at__lte=Now())


class BuildQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(report__assessment=assessment)


class EditionQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(report__assessment=assessment)

    def with_files(self) -> Self:
        """With their files, and without the large columns until they are asked for."""
        return self.prefetch_related("files").defer("captured", "paragraphs")


class ShareLinkQuerySet(models.QuerySet[M]):
    def for_assessment(self, assessment: "Assessment") -> Self:
        return self.filter(edition__report__assessment=assessment)

    def for_opening(self) -> Self:
        """Neither expired nor revoked."""
        return self.filter(revoked_at=None, expires_at__gt=Now())
