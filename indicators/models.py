"""Annex E as marked: the cells' marks with their history, which mark counts, and the recommendations.

`Translation` holds the translations of every text that is written in an assessment, also those of apps above.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.fields import ProtectedJSONField, ProtectedTextField
from assessments.models import Assessment
from indicators.querysets import (
    CellDecisionQuerySet,
    CellRevisionQuerySet,
    MarkQuerySet,
    RecommendationQuerySet,
    TranslationQuerySet,
)
from instruments.schema import CELLS


class Mark(models.Model):
    """What was found for one of the 100 cells. The consultant's and the workshop's marks are both kept."""

    class State(models.TextChoices):
        NOT_ASSESSED = "not_assessed", gettext_lazy("Not assessed")
        IN_PLACE = "in_place", gettext_lazy("In place")
        POTENTIAL_IMPROVEMENT = "potential_improvement", gettext_lazy("Potential improvement")

    class Source(models.TextChoices):
        CONSULTANT = "consultant", gettext_lazy("Consultant")
        WORKSHOP = "workshop", gettext_lazy("Workshop")

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="marks")
    criterion = models.CharField(max_length=40)
    cell = models.CharField(max_length=2, choices=[(cell, cell) for cell in CELLS])
    source = models.CharField(max_length=20, choices=Source.choices, default=Source.CONSULTANT)
    state = models.CharField(max_length=30, choices=State.choices, default=State.NOT_ASSESSED)
    rationale = ProtectedTextField(blank=True)
    no_evidence = models.BooleanField(default=False)  # "no evidence found", stated explicitly in place of a rationale
    evidence = models.JSONField(default=list, blank=True)  # evidence keys
    counts = models.BooleanField(default=True)  # of the two marks of a cell, the one that the lead chose
    withdrawn = models.BooleanField(default=False)  # a withdrawn proposal: kept, but no longer proposed
    decided_revision = models.PositiveIntegerField(
        null=True, blank=True
    )  # of a proposal: the one the lead decided on; None again where the consultant's mark that counts changed
    revision = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "criterion", "cell", "source"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion", "cell", "source"], name="mark_once"),
            models.UniqueConstraint(
                fields=["assessment", "criterion", "cell"], condition=models.Q(counts=True), name="mark_counts_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.cell}"

    @property
    def awaits_decision(self) -> bool:
        proposed = self.source == self.Source.WORKSHOP and not self.withdrawn
        return proposed and (self.decided_revision or 0) < self.revision

    @property
    def reason_shown(self) -> str:
        """The rationale, or "no evidence found"."""
        return self.rationale or (_("No evidence found.") if self.no_evidence else "")


class MarkChange(models.Model):
    """One step in a mark's history: the new values, by whom and why."""

    mark = models.ForeignKey(Mark, on_delete=models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField()
    state = models.CharField(max_length=30, choices=Mark.State.choices)
    rationale = ProtectedTextField(of="mark.assessment", blank=True)
    no_evidence = models.BooleanField(default=False)
    evidence = models.JSONField(default=list, blank=True)
    counts = models.BooleanField(default=True)
    withdrawn = models.BooleanField(default=False)
    reason = ProtectedTextField(of="mark.assessment", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["mark", "at", "pk"]


class CellRevision(models.Model):
    """How often what a cell shows, its state or its reason, has changed. A cell without a row is at revision 1."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=40)
    cell = models.CharField(max_length=2, choices=[(cell, cell) for cell in CELLS])
    number = models.PositiveIntegerField(default=1)

    objects = CellRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "criterion", "cell"]
        constraints = [models.UniqueConstraint(fields=["assessment", "criterion", "cell"], name="cell_revision_once")]

    def __str__(self) -> str:
        return f"{self.criterion} {self.cell}, revision {self.number}"


class CellDecision(models.Model):
    """The lead's decision on a proposed mark, stored when it is taken: both marks, and what the cell showed."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="cell_decisions")
    criterion = models.CharField(max_length=40)
    cell = models.CharField(max_length=2, choices=[(cell, cell) for cell in CELLS])
    source = models.CharField(max_length=20, choices=Mark.Source.choices)  # the mark that counts from then on
    before = models.CharField(max_length=30, choices=Mark.State.choices)  # the cell's state until then
    after = models.CharField(max_length=30, choices=Mark.State.choices)  # and from then on
    consultant_state = models.CharField(max_length=30, choices=Mark.State.choices, blank=True)  # empty: no mark
    proposed_state = models.CharField(max_length=30, choices=Mark.State.choices)
    proposed_rationale = ProtectedTextField(blank=True)
    reason = ProtectedTextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = CellDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "at", "pk"]

    def __str__(self) -> str:
        return f"decision on {self.criterion} {self.cell}"


class Recommendation(models.Model):
    """One recommendation. Those of a category with the same lead-in, addressee and verb are under it together."""

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        VALIDATED = "validated", gettext_lazy("Validated")
        DROPPED = "dropped", gettext_lazy("Dropped")

    class Verb(models.TextChoices):
        # In the language in which recommendations are written: part of what is stored and printed, not of the pages.
        INVITED = "invited", "are invited to consider"
        ENCOURAGED = "encouraged", "are encouraged to consider"

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="recommendations")
    category = models.CharField(max_length=40)
    lead_in = models.CharField(max_length=500, blank=True)  # "In order to ..."
    addressee = models.CharField(max_length=300, blank=True)
    verb = models.CharField(max_length=20, choices=Verb.choices, default=Verb.INVITED)
    text = models.TextField()
    position = models.PositiveIntegerField(default=0)  # within the category
    criteria = models.JSONField(default=list, blank=True)  # codes of the criteria it answers
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    wording_revision = models.PositiveIntegerField(default=1)  # rises only when opening or text change
    validated_wording = models.PositiveIntegerField(null=True, blank=True)  # `wording_revision` that was validated last
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "category", "position", "pk"]

    def __str__(self) -> str:
        return f"recommendation {self.category}/{self.position}"

    @property
    def was_validated_otherwise(self) -> bool:
        """Whether an earlier wording was validated, and this one is not."""
        return self.status == self.Status.DRAFT and self.validated_wording is not None

    @property
    def status_shown(self) -> str:
        """The status of this wording, in words."""
        return (
            _("Draft, validated in an earlier wording")
            if self.was_validated_otherwise
            else str(self.Status(self.status).label)  # `get_status_display` would translate every label
        )

    @property
    def opening(self) -> str:
        """The words above it: "In order to ..., authorities are encouraged to consider"."""
        if not self.addressee:
            return self.lead_in
        addressee = f"{self.addressee}," if "," in self.addressee else self.addressee
        words = f"{addressee} {self.get_verb_display()}"
        return f"{self.lead_in}, {words}" if self.lead_in else words[0].upper() + words[1:]


class RecommendationChange(models.Model):
    """One change of a recommendation: its wording before, where there was one, and after. Stored when it happens."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField()
    opening = models.TextField(blank=True)
    text = models.TextField()
    status = models.CharField(max_length=20, choices=Recommendation.Status.choices)
    before_opening = models.TextField(blank=True)
    before_text = models.TextField(blank=True)
    before_status = models.CharField(max_length=20, choices=Recommendation.Status.choices, blank=True)  # empty: new
    translations = ProtectedJSONField(
        of="recommendation.assessment", default=dict, blank=True
    )  # as they were then: {language: {"opening": text, "text": text}}, only those made from this wording
    reason = ProtectedTextField(of="recommendation.assessment", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["recommendation", "at", "pk"]


class Translation(models.Model):
    """One text of the assessment in one more language: of a recommendation, a reason, a statement, a group's words.

    `target` names the object (`recommendation:12`, `mark:3`, `comment:7`) and `field` its text. `source_mark` is the
    mark of the original that the translation was made from: where the original has another one by now, the translation
    is out of date, and is shown only to those who translate. A row whose text was cleared stays: `revision` counts on.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="text_translations")
    target = models.CharField(max_length=60)
    field = models.CharField(max_length=20)
    language = models.CharField(max_length=20)
    text = ProtectedTextField(blank=True)
    source_mark = models.CharField(max_length=16)
    revision = models.PositiveIntegerField(default=1)  # rises with each change of the text and each review
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_mark = models.CharField(max_length=16, blank=True)  # of original and translation, as reviewed

    objects = TranslationQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "target", "field", "language"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "target", "field", "language"], name="text_translated_once")
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.field} in {self.language}"
