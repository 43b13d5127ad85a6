"""The report of an assessment: its sections, builds, frozen editions with share links, and review rounds."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from assessments.fields import EncryptedTextField, ProtectedCharField, ProtectedJSONField, ProtectedTextField
from assessments.file_encryption import ProtectedFileField
from assessments.models import Assessment, Sector
from ctnat.ui.names import language_name
from reports.querysets import (
    AssessmentExportQuerySet,
    BuildQuerySet,
    EditionQuerySet,
    InterviewDocumentQuerySet,
    MentionQuerySet,
    ReportLanguageQuerySet,
    ReportQuerySet,
    ReturnedFileQuerySet,
    ReviewerQuerySet,
    ReviewItemQuerySet,
    ReviewRoundQuerySet,
    SectionQuerySet,
    SectionRevisionQuerySet,
    ShareLinkQuerySet,
)
from workshops.models import Comment

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


class InterviewDocument(Job):
    """A background job that writes all interviews as one document, which is erased when it expires."""

    class Format(models.TextChoices):
        PDF = "pdf", _("PDF")
        DOCX = "docx", _("Word file (DOCX)")

    class Order(models.TextChoices):
        DAY = "day", _("By day")
        SECTOR = "sector", _("By sector")
        SECTION = "section", _("By section: the answers of all interviews under each question")

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="interview_documents")
    format = models.CharField(max_length=10, choices=Format.choices)
    order = models.CharField(max_length=10, choices=Order.choices)
    with_names = models.BooleanField(default=False)
    language = models.CharField(max_length=20)  # of the member who asked for it: headings and labels
    file = ProtectedFileField(of="assessment", upload_to="interviews/%Y", blank=True)
    expires_at = models.DateTimeField()

    objects = InterviewDocumentQuerySet.as_manager()


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

    `language` is blank for the report's first one. `pages` tells of a PDF where its text is printed: `Pages` of
    `reports.output.pages`; null where that is not known, as of other formats.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="files")
    language = models.CharField(max_length=20, blank=True)
    format = models.CharField(max_length=10)  # a name of `reports.output.formats.FORMATS`
    file = ProtectedFileField(of="edition.report.assessment", upload_to="editions/%Y")
    checksum = models.CharField(max_length=64)
    pages = models.JSONField(null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["edition", "language", "format"]
        constraints = [models.UniqueConstraint(fields=["edition", "language", "format"], name="edition_file_once")]

    @property
    def label(self) -> str:
        """Such as "PDF" or "French PDF"."""
        return file_label(self.format, self.language)


class WordTemplate(models.Model):
    """The organisation's Word file whose styles, page and running heads the report's own Word files have."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="word_template")
    name = ProtectedCharField(of="report.assessment", max_length=200)
    file = ProtectedFileField(of="report.assessment", upload_to="templates/%Y")
    checksum = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.name)


class ShareLink(models.Model):
    """A read-only link to an edition, with an end. Its token is kept only as HMAC."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="share_links")
    token_hmac = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ShareLinkQuerySet.as_manager()


class ReviewRound(models.Model):
    """An edition that reviewers read and comment on in Word, until a deadline.

    `file` is the DOCX that they get, `snapshot` the JSON of `reports.review.snapshot.Snapshot`: what each of its
    paragraphs was, without its token. The token in the DOCX, by which a returned file is recognised, is kept only as
    HMAC; null until the file is made. `tracked_file` is the same DOCX with the changes since the edition of the number
    `tracked_since` as tracked changes of `tracked_by`, an organisation, on the day of this edition; it is blank where
    none was reviewed before, or where it could not be made. `offers_tracked`: whether the lead has it offered on the
    reviewers' page too; null where nobody was asked.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="review_rounds")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="review_rounds")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=20, blank=True)  # of the edition's text; blank: the report's first one
    note = ProtectedTextField(of="report.assessment", blank=True)  # what the reviewers are asked, in their mail
    until = models.DateTimeField()  # files are taken and given until then
    token_hmac = models.CharField(max_length=64, unique=True, null=True, blank=True)
    file = ProtectedFileField(of="report.assessment", upload_to="reviews/%Y", blank=True)
    checksum = models.CharField(max_length=64, blank=True)  # SHA-256 of the DOCX, in hexadecimal
    snapshot = ProtectedFileField(of="report.assessment", upload_to="reviews/%Y", blank=True)
    tracked_file = ProtectedFileField(of="report.assessment", upload_to="reviews/%Y", blank=True)
    tracked_since = models.PositiveIntegerField(null=True, blank=True)
    tracked_by = ProtectedCharField(of="report.assessment", max_length=200, blank=True)
    offers_tracked = models.BooleanField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True)  # why the file is missing
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)  # by itself, before the deadline: once
    erased_at = models.DateTimeField(null=True, blank=True)  # its files and words, because of what was erased in them
    revision = models.PositiveIntegerField(default=1)  # rises with each change of the deadline and of the note

    objects = ReviewRoundQuerySet.as_manager()

    class Meta:
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="review_round_number_once")]

    def __str__(self) -> str:
        return gettext("Review round {number}").format(number=self.number)

    @property
    def is_open(self) -> bool:
        """Whether files are given to reviewers and taken from them."""
        return self.closed_at is None and self.erased_at is None and self.until > timezone.now()

    @property
    def is_ready(self) -> bool:
        return bool(self.file)

    @property
    def gives_tracked(self) -> bool:
        """Whether reviewers get the file with tracked changes."""
        return self.offers_tracked is True and bool(self.tracked_file)


class Reviewer(models.Model):
    """An office or a person who reviews an edition, in general terms, with a link that needs no account.

    The link's token is derived from `nonce` with the server's secret (`assessments.tokens`), so that it can be sent
    again, and kept only as HMAC. What was done with the link is stored as a time, nothing about the device.
    """

    round = models.ForeignKey(ReviewRound, on_delete=models.CASCADE, related_name="reviewers")
    name = ProtectedCharField(of="round.report.assessment", max_length=200)
    email = EncryptedTextField(blank=True)  # blank: the link is handed over by a member
    language = models.CharField(max_length=20)  # of the mails and of the page
    category = models.CharField(max_length=20, choices=Sector.choices, blank=True)  # in the annex; blank: not known
    nonce = models.CharField(max_length=40)
    token_hmac = models.CharField(max_length=64, unique=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    invited_at = models.DateTimeField(null=True, blank=True)  # a mail with the link left this site
    reminded_at = models.DateTimeField(null=True, blank=True)  # the last reminder
    downloaded_at = models.DateTimeField(null=True, blank=True)  # the first time
    returned_at = models.DateTimeField(null=True, blank=True)  # the last file, by the link or through a member
    mail_failed_at = models.DateTimeField(null=True, blank=True)  # the last mail could not be sent
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewerQuerySet.as_manager()

    class Meta:
        ordering = ["round", "pk"]

    label_was_typed = True

    def __str__(self) -> str:
        return self.name or gettext("Reviewer {number}").format(number=self.pk)


class ReturnedFile(Job):
    """A file that came back from a reviewer, and its reading by the worker.

    `requested_by` is the member who uploaded it, null where it came by the link; `created_at` is when it came, and
    `checksum` the SHA-256 of its content: the same file is taken once in a round. `failure` tells why it could not be
    read. `unplaced` lists what was found in it and has no place in the report: [{"kind", "text", "author"}].
    """

    round = models.ForeignKey(ReviewRound, on_delete=models.CASCADE, related_name="returned")
    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="returned")
    file = ProtectedFileField(of="round.report.assessment", upload_to="reviews/%Y", blank=True)  # blank: erased
    unplaced = ProtectedJSONField(of="round.report.assessment", default=list, blank=True)

    objects = ReturnedFileQuerySet.as_manager()

    class Meta:
        ordering = ["round", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "checksum"], name="returned_file_once")]

    def __str__(self) -> str:
        return gettext("File {number}").format(number=self.pk)


class ReviewItem(models.Model):
    """One comment on the report, or one change proposed to it, and what was answered.

    From a reviewer's file: `file` and `round` are set, and `author` and `at` are as written in the file. A comment
    that a member writes in the product has neither file nor round; `made_by` is the member, `at` the moment, `kind`
    "comment" or "reply", `parent` what it replies to, `before` the words it is about, `section` with `of_revision` the
    text in which they were, and `start` and `end` their place in it as it is shown (in a file: in the paragraph's
    text). What else it has is its `MemberComment`.

    `number` is counted in the round, or in the report for comments of members, and never given twice. `section_key`
    and `section_title` are as they were when it was made; `section` is null where the section is gone, or there was
    none (the cover). `patched` is the section's Markdown of that time with this change alone taken over, blank where
    that cannot be done by the program. `about` names facts, sources and blocks that it touches. `section_revision` is
    the revision that was made by taking it over, null where nothing was.
    """

    class Kind(models.TextChoices):
        COMMENT = "comment", pgettext_lazy("kind of review item", "Comment")
        REPLY = "reply", pgettext_lazy("kind of review item", "Reply")
        CHANGE = "change", pgettext_lazy("kind of review item", "Change of words")
        FACT = "fact", pgettext_lazy("kind of review item", "Question about data")
        CITATION = "citation", pgettext_lazy("kind of review item", "Change of a source")
        BLOCK = "block", pgettext_lazy("kind of review item", "Chart or table")
        NEW = "new", pgettext_lazy("kind of review item", "New paragraph")
        DELETED = "deleted", pgettext_lazy("kind of review item", "Paragraph deleted")
        MOVED = "moved", pgettext_lazy("kind of review item", "Paragraph moved")
        SPLIT = "split", pgettext_lazy("kind of review item", "Paragraph split")
        JOINED = "joined", pgettext_lazy("kind of review item", "Paragraphs joined")
        FORMAT = "format", pgettext_lazy("kind of review item", "Formatting")

    class State(models.TextChoices):
        FITS = "fits", _("Can be taken over")
        BY_HAND = "by hand", _("By hand")
        GONE = "gone", _("Its place is gone")
        NOTHING = "nothing to do", _("Nothing to do")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="review_items")
    round = models.ForeignKey(ReviewRound, null=True, blank=True, on_delete=models.CASCADE, related_name="items")
    file = models.ForeignKey(ReturnedFile, null=True, blank=True, on_delete=models.CASCADE, related_name="items")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    tracked = models.BooleanField(null=True, blank=True)  # as a change in Word; null: not a change
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.SET_NULL, related_name="review_items")
    section_key = models.CharField(max_length=60, blank=True)
    section_title = models.CharField(max_length=300, blank=True)
    of_revision = models.PositiveIntegerField(null=True, blank=True)  # of the section's text that it is about
    paragraph = models.CharField(max_length=20, blank=True)  # id in the snapshot, such as "_ct00042"
    place = models.PositiveIntegerField(default=0)  # by which a list is sorted: place in the document
    page = models.PositiveIntegerField(null=True, blank=True)  # of the edition's PDF; null: not known
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    before = ProtectedTextField(of="report.assessment", blank=True)
    after = ProtectedTextField(of="report.assessment", blank=True)
    text = ProtectedTextField(of="report.assessment", blank=True)  # of a comment
    patched = ProtectedTextField(of="report.assessment", blank=True)
    about = ProtectedJSONField(of="report.assessment", default=list, blank=True)
    author = ProtectedCharField(of="report.assessment", max_length=200, blank=True)
    at = models.DateTimeField(null=True, blank=True)  # as written in the file; null: not written there
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replies")
    resolved = models.BooleanField(null=True, blank=True)  # of a comment, as in the file
    state = models.CharField(max_length=20, choices=State.choices, blank=True)  # of a change
    why = models.CharField(max_length=300, blank=True)  # it does not fit, or has no place: one of `review_texts.SAID`
    disposition = models.CharField(max_length=20, choices=Comment.Disposition.choices, blank=True, default="")
    response = ProtectedTextField(of="report.assessment", blank=True)
    changed = ProtectedTextField(of="report.assessment", blank=True)  # what is now different in the report
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    section_revision = models.PositiveIntegerField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)  # rises with each change of the row
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReviewItemQuerySet.as_manager()

    class Meta:
        ordering = ["report", "round", "place", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "number"], condition=models.Q(round__isnull=False), name="review_item_number_once"
            ),
            models.UniqueConstraint(
                fields=["report", "number"], condition=models.Q(round=None), name="member_comment_number_once"
            ),
        ]

    def __str__(self) -> str:
        return gettext("Comment {number}").format(number=self.number)

    @property
    def is_open(self) -> bool:
        return not self.disposition

    @property
    def was_taken_over(self) -> bool:
        return self.section_revision is not None


class MemberComment(models.Model):
    """What a comment that a member writes in the product has beside its `ReviewItem`.

    `before` and `after` are what stood around the words that it is about (`reports.document.passages`), by which they
    are found again. A reply has none of them.
    """

    item = models.OneToOneField(ReviewItem, on_delete=models.CASCADE, related_name="member_comment")
    before = ProtectedTextField(of="item.report.assessment", blank=True)
    after = ProtectedTextField(of="item.report.assessment", blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # by the member who wrote it; it can be brought back
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["item"]

    def __str__(self) -> str:
        return f"{self.item}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class Mention(models.Model):
    """A member whom a comment names with an @, until they have answered it or marked it as read."""

    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="mentions")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        ordering = ["item", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.member} in {self.item}"
