"""The report of an assessment: its sections, the builds made of it, its frozen editions and share links."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.fields import EncryptedTextField, ProtectedJSONField, ProtectedTextField
from assessments.file_encryption import ProtectedFileField
from assessments.models import Assessment
from ctnat.ui.names import language_name
from reports.querysets import (
    AssessmentExportQuerySet,
    BuildQuerySet,
    EditionQuerySet,
    ReportLanguageQuerySet,
    ReportQuerySet,
    SectionQuerySet,
    SectionRevisionQuerySet,
    ShareLinkQuerySet,
)

STALLED_AFTER = timedelta(minutes=2)  # a worker without a heartbeat for so long is considered gone


def file_label(format: str, language: str) -> str:
    return f"{language_name(language)} {format.upper()}" if language else format.upper()


class Report(models.Model):
    """The living report. `revision` rises with every change of its text."""

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="report")
    title = models.CharField(max_length=300)
    subtitle = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=20, default="en")
    name_agencies = models.BooleanField(default=True)  # off: findings name categories of agencies only
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Report {self.assessment.reference}"


class ReportLanguage(models.Model):
    """A further language of a report, with its title there. `of_title` and `of_subtitle` are what was translated.

    Removing a language keeps its texts; adding it again brings them back.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="further_languages")
    language = models.CharField(max_length=20)
    title = models.CharField(max_length=300, blank=True)
    subtitle = models.CharField(max_length=300, blank=True)
    of_title = models.CharField(max_length=300, blank=True)
    of_subtitle = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ReportLanguageQuerySet.as_manager()

    class Meta:
        ordering = ["report", "added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["report", "language"], name="report_language_once")]

    def __str__(self) -> str:
        return language_name(self.language)

    @property
    def is_stale(self) -> bool:
        """Whether the report's own title or subtitle was changed after it was translated."""
        now = (self.report.title, self.report.subtitle)
        return bool(self.title or self.subtitle) and (self.of_title, self.of_subtitle) != now


class Section(models.Model):
    """A part of the outline. `kind` is what the builder adds to its Markdown (an indicator table, an annex, ...)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(max_length=60)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    kind = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=300)
    body = ProtectedTextField(of="report.assessment", blank=True)
    position = models.PositiveIntegerField(default=0)
    hidden = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["report", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="section_key_once")]

    label_was_typed = True  # see `assessments.audit.record`
    title_language = ""  # of a section as it is printed: the language of its title, where it is not the document's
    body_language = ""  # of a section as it is printed: the language of its text, where it is not the document's

    def __str__(self) -> str:
        return self.title


class SectionTranslation(models.Model):
    """The text of a section in a further language of the report.

    `of_revision` is the section's revision with which somebody declared it to be up to date; null: nobody has yet.
    """

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    body = ProtectedTextField(of="section.report.assessment", blank=True)
    of_revision = models.PositiveIntegerField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["section", "language"]
        constraints = [models.UniqueConstraint(fields=["section", "language"], name="section_translation_once")]

    label_was_typed = True

    def __str__(self) -> str:
        return self.title


class SectionRevision(models.Model):
    """An earlier text of a section. `language` is blank for the report's first one; see `SectionTranslation`."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="revisions")
    language = models.CharField(max_length=20, blank=True)
    revision = models.PositiveIntegerField()
    of_revision = models.PositiveIntegerField(null=True, blank=True)
    title = models.CharField(max_length=300)
    body = ProtectedTextField(of="section.report.assessment", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = SectionRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["section", "language", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["section", "language", "revision"], name="section_revision_once")
        ]


class NameDecision(models.Model):
    """A lead's decision on words that name, or may name, a respondent or an agency.

    `keep`: they do not, and are printed; otherwise they are withheld. `fingerprint` is an HMAC of the words, their
    place and the words around them: the name itself is not stored here.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="name_decisions")
    fingerprint = models.CharField(max_length=64)
    place = models.CharField(max_length=60)  # key of the section, or "cover"
    keep = models.BooleanField()
    reason = EncryptedTextField()  # may repeat the name
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["report", "pk"]
        constraints = [models.UniqueConstraint(fields=["report", "fingerprint"], name="name_decision_once")]


class Job(models.Model):
    """Work of the background worker that ends in a file; each kind of job has its `file`."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)  # per cent
    step = models.CharField(max_length=200, blank=True)
    checksum = models.CharField(max_length=64, blank=True)
    failure = models.CharField(max_length=500, blank=True)
    cancel_requested = models.BooleanField(default=False)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    @property
    def is_running(self) -> bool:
        """Waiting for a worker, or being worked on."""
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    @property
    def is_stalled(self) -> bool:
        """Waiting or running without a heartbeat: its worker is gone or busy elsewhere."""
        return self.is_running and (self.heartbeat_at or self.created_at) < timezone.now() - STALLED_AFTER


class Build(Job):
    """A background job that makes the document of one revision, and its result."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="builds")
    format = models.CharField(max_length=10)  # a name of `reports.output.formats.FORMATS`
    language = models.CharField(max_length=20, blank=True)  # blank: the report's first one
    data_revision = models.CharField(max_length=64)  # hash of everything the document is made of
    file = ProtectedFileField(of="report.assessment", upload_to="builds/%Y", blank=True)

    objects = BuildQuerySet.as_manager()

    @property
    def label(self) -> str:
        """Such as "PDF" or "French PDF"."""
        return file_label(self.format, self.language)


class AssessmentExport(Job):
    """A background job that puts everything of an assessment into one ZIP file, which is erased when it expires."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="exports")
    with_names = models.BooleanField(default=False)
    file = ProtectedFileField(of="assessment", upload_to="exports/%Y", blank=True)
    expires_at = models.DateTimeField()

    objects = AssessmentExportQuerySet.as_manager()


class Edition(models.Model):
    """A frozen document. `captured` is what it holds, stored when it was made; its files are made from that alone.

    `captured` is the JSON of `document.capture`; it is null in editions made before documents were captured.
    """

    class Kind(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FOR_VALIDATION = "for_validation", _("For validation")
        FINAL = "final", _("Final")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    captured = ProtectedJSONField(of="report.assessment", null=True, blank=True)
    data_revision = models.CharField(max_length=64)
    paragraphs = ProtectedJSONField(of="report.assessment", default=list)  # plain text, for comparing editions
    what_changed = ProtectedTextField(of="report.assessment", blank=True)
    # what was open when a final edition was made: [{"kind", "label", "items", "reason"}]
    open_points = ProtectedJSONField(of="report.assessment", default=list, blank=True)
    failure = models.CharField(max_length=500, blank=True)  # why a file is missing
    erased_at = models.DateTimeField(null=True, blank=True)  # its text and files, because of what was erased in them
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="edition_number_once")]

    def __str__(self) -> str:
        return gettext("Edition {number} ({kind})").format(number=self.number, kind=self.get_kind_display())

    @property
    def previous_number(self) -> int:
        """The number of the edition before it, 0 for the first one."""
        return self.number - 1

    @property
    def is_ready(self) -> bool:
        """Whether it can be read: its HTML is there."""
        return self.file_of("html") is not None

    def file_of(self, format: str, language: str = "") -> "EditionFile | None":
        """Its file in a format, or None. All its files are read once where they were prefetched."""
        files = self.files.all()
        return next((file for file in files if (file.format, file.language) == (format, language)), None)


class EditionTranslation(models.Model):
    """What an edition holds in a further language: `captured` and `paragraphs` as in the edition itself."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=20)
    captured = ProtectedJSONField(of="edition.report.assessment", null=True, blank=True)
    paragraphs = ProtectedJSONField(of="edition.report.assessment", default=list)

    class Meta:
        ordering = ["edition", "pk"]
        constraints = [models.UniqueConstraint(fields=["edition", "language"], name="edition_translation_once")]

    def __str__(self) -> str:
        return f"{self.edition} in {language_name(self.language)}"


class EditionFile(models.Model):
    """One file of an edition, never changed. `checksum` is the SHA-256 of its content.

    `language` is blank for the report's first one.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="files")
    language = models.CharField(max_length=20, blank=True)
    format = models.CharField(max_length=10)  # a name of `reports.output.formats.FORMATS`
    file = ProtectedFileField(of="edition.report.assessment", upload_to="editions/%Y")
    checksum = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["edition", "language", "format"]
        constraints = [models.UniqueConstraint(fields=["edition", "language", "format"], name="edition_file_once")]

    @property
    def label(self) -> str:
        """Such as "PDF" or "French PDF"."""
        return file_label(self.format, self.language)


class ShareLink(models.Model):
    """A read-only link to an edition, with an end. Its token is kept only as HMAC."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="share_links")
    token_hmac = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ShareLinkQuerySet.as_manager()
