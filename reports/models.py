"""The report of an assessment: its sections, the builds made of it, its frozen editions and share links."""

from django.conf import settings
from django.db import models

from assessments.models import Assessment
from reports.querysets import (
    BuildQuerySet,
    EditionQuerySet,
    ReportQuerySet,
    SectionQuerySet,
    ShareLinkQuerySet,
)


class Report(models.Model):
    """The living report. `revision` rises with every change of its text."""

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="report")
    title = models.CharField(max_length=300)
    subtitle = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, default="en")
    name_agencies = models.BooleanField(default=True)  # off: findings name categories of agencies only
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Report {self.assessment.reference}"


class Section(models.Model):
    """A part of the outline. `kind` says what the builder adds to its Markdown (an indicator table, an annex, ...)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(max_length=60)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    kind = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)
    hidden = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["report", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="section_key_once")]

    def __str__(self) -> str:
        return self.title


class SectionRevision(models.Model):
    """A text a section has had."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["section", "revision"]
        constraints = [models.UniqueConstraint(fields=["section", "revision"], name="section_revision_once")]


class Build(models.Model):
    """A background job that makes the document of one revision, and its result."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="builds")
    format = models.CharField(max_length=4, choices=[("pdf", "PDF"), ("html", "HTML")])
    data_revision = models.CharField(max_length=64)  # hash of everything the document is made of
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)  # per cent
    step = models.CharField(max_length=200, blank=True)
    file = models.FileField(upload_to="builds/%Y", blank=True)
    checksum = models.CharField(max_length=64, blank=True)
    failure = models.CharField(max_length=500, blank=True)
    cancel_requested = models.BooleanField(default=False)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BuildQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]


class Edition(models.Model):
    """A frozen document: HTML and PDF with their checksums and the revision of the data behind them."""

    class Kind(models.TextChoices):
        DRAFT = "draft", "Draft"
        FOR_VALIDATION = "for_validation", "For validation"
        FINAL = "final", "Final"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    html = models.FileField(upload_to="editions/%Y", blank=True)
    pdf = models.FileField(upload_to="editions/%Y", blank=True)
    html_sha256 = models.CharField(max_length=64, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    data_revision = models.CharField(max_length=64)
    paragraphs = models.JSONField(default=list)  # plain text, for comparing editions
    what_changed = models.TextField(blank=True)
    failure = models.CharField(max_length=500, blank=True)  # why a file is missing
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="edition_number_once")]

    def __str__(self) -> str:
        return f"Edition {self.number} ({self.get_kind_display()})"


class ShareLink(models.Model):
    """A read-only link to an edition, with an end. Its token is kept only as HMAC."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="share_links")
    token_hmac = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ShareLinkQuerySet.as_manager()
