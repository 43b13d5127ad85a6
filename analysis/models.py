"""What the analysis keeps of its own: themes of open survey answers, and who has agreed to a comparison."""

from django.conf import settings
from django.db import models

from analysis.querysets import OpenCodingQuerySet
from assessments.models import Assessment
from interviews.models import Theme
from surveys.models import Response


class OpenCoding(models.Model):
    """A theme that one coder hears in what a respondent wrote: to a text item, or beside an open option."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="open_codings")
    item = models.CharField(max_length=40)
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="open_codings")
    coder = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OpenCodingQuerySet.as_manager()

    class Meta:
        ordering = ["response", "item", "theme"]
        constraints = [
            models.UniqueConstraint(fields=["response", "item", "theme", "coder"], name="open_coding_once_per_coder")
        ]


class Comparison(models.Model):
    """A proposal to look at several assessments side by side. It opens when the leads of all of them have agreed."""

    proposed_for = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="proposed_comparisons")
    references = models.JSONField(default=list)  # as the proposer wrote them: whether one exists is confidential
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"comparison {self.pk}"


class Consent(models.Model):
    """The say of one assessment's leads about a comparison."""

    class Answer(models.TextChoices):
        WAITING = "waiting", "Not yet answered"
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="consents")
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="comparison_consents")
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["assessment__reference"]
        constraints = [models.UniqueConstraint(fields=["comparison", "assessment"], name="consent_once")]
