"""Data of the analysis: themes of open survey answers, plans of break-downs, data releases of surveys,
and agreements to comparisons."""

import secrets
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from analysis.querysets import DataReleaseQuerySet, OpenCodingQuerySet
from assessments.fields import EncryptedTextField
from assessments.models import Assessment
from interviews.models import Theme
from surveys.models import Response, Survey


def draw_lot_key() -> str:
    return secrets.token_hex(32)


class OpenCoding(models.Model):
    """A theme that a coder assigned to a respondent's words: an answer in words, or the text of an open option."""

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


class BreakdownPlan(models.Model):
    """By which characteristics of respondents the survey of an assessment is broken down, decided before it opens.

    characteristics   [{"profile": "sex", "groups": [["law_police", "law_border"], ...]}], the most important first;
                      values that are in no group are groups of their own
    one_in            one table in so many is withheld by lot; 0: none
    lot_key           the secret of the lot, drawn once: a lot drawn anew could be averaged away
    named_because     why groups of fewer than the threshold are named among those who took part; blank: they are pooled
    """

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, related_name="breakdown_plan")
    characteristics: Any = models.JSONField(default=list)
    one_in = models.PositiveSmallIntegerField(default=20, validators=[MaxValueValidator(1000)])
    lot_key = EncryptedTextField(default=draw_lot_key)
    named_because = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"break-downs of {self.assessment.reference}"


class DataRelease(models.Model):
    """The results of a survey, computed once from the responses of one moment. Pages only look them up.

    members     ids of those responses, so that a later release can tell by how many it differs
    plan        the characteristics with the groups of the plan, at that moment
    results     totals and break-downs (analysis/releases/stored.py); empty until they are worked out
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="releases")
    number = models.PositiveSmallIntegerField()
    requested_at = models.DateTimeField(auto_now_add=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    members: Any = models.JSONField(default=list)
    k = models.PositiveSmallIntegerField()
    one_in = models.PositiveSmallIntegerField()
    plan: Any = models.JSONField(default=list)
    names_everybody = models.BooleanField(default=False)  # small groups are named among those who took part
    results: Any = models.JSONField(default=dict)

    objects = DataReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["survey", "number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="release_number_once")]

    def __str__(self) -> str:
        return f"release {self.number} of {self.survey.assessment.reference}"


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
    """The decision of one assessment's leads on a comparison."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("Not yet answered")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Declined")

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="consents")
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="comparison_consents")
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["assessment__reference"]
        constraints = [models.UniqueConstraint(fields=["comparison", "assessment"], name="consent_once")]
