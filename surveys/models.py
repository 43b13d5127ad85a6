"""Annex D as distributed and answered, so that the database does not disclose who gave which answers.

An invitation records neither whether nor when it was opened or answered. Which invitations were opened and answered
is kept in two sorted lists in the survey's own row: rows of their own, or changed rows, would keep the order of the
answers (row ids, places in a table's file, transaction numbers), and that order would name the respondents.

What arrives by link is sealed until the survey closes (`SealedAnswer`), and then becomes responses in a random order,
all in one transaction in which nothing of the invitations changes. So two copies of the database disclose only that
the answers of all people whose invitation was marked between two openings are those opened together.
"""

import uuid
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.fields import EncryptedTextField, ProtectedCharField, ProtectedJSONField
from assessments.file_encryption import ProtectedBinaryField
from assessments.models import Assessment, Contact, Sector
from instruments.models import Instrument
from surveys.querysets import EntryDraftQuerySet, InvitationQuerySet, MailingQuerySet, ResponseQuerySet, SurveyQuerySet


class Survey(models.Model):
    """The survey of an assessment. `opened` and `answered` are sorted lists of invitation ids."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="survey")
    questionnaire = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    opens_at = models.DateTimeField(null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    languages = models.JSONField(default=list)
    open_slug = models.SlugField(max_length=40, unique=True, null=True, blank=True)  # the link for forwarding
    texts = models.JSONField(default=dict, blank=True)  # own mail texts: {"invitation": {"en": {"subject", "body"}}}
    days_between_mails = models.PositiveSmallIntegerField(default=3)  # between a mail to a person and the reminder
    opened: Any = models.JSONField(default=list, blank=True)
    answered: Any = models.JSONField(default=list, blank=True)
    smallest_group = models.PositiveSmallIntegerField(null=True, blank=True)  # the threshold when it was opened last
    last_response = models.PositiveIntegerField(default=0)  # the number given last
    last_test = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)  # counts changes of the five fields above, so that none is lost
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SurveyQuerySet.as_manager()

    # Fields that every answer changes; read again under a lock before the change.
    COUNTERS = ("opened", "answered", "last_response", "last_test", "revision")

    def __str__(self) -> str:
        return f"Survey {self.assessment.reference}"

    @property
    def threshold(self) -> int:
        """How many forms must be opened at once, and how many must share each attribute shown of a single form.

        Respondents were informed of the number when the survey was opened: a lower one does not apply to them, a higher
        one does.
        """
        return max(self.smallest_group or 0, self.assessment.disclosure_threshold)

    @property
    def today(self) -> date:
        """The present day where the assessment is made, for conditions that ask for it."""
        return timezone.localdate(timezone=ZoneInfo(self.assessment.time_zone))

    @property
    def is_expired(self) -> bool:
        return self.deadline is not None and self.deadline <= timezone.now()

    @property
    def is_accepting(self) -> bool:
        """Whether respondents can answer now: opened by a member, begun, and before the deadline."""
        begun = self.opens_at is None or self.opens_at <= timezone.now()
        return self.status == self.Status.OPEN and begun and not self.is_expired


class EarlierVersion(models.Model):
    """A version of the questionnaire that the survey used until it went over to another one, while it took answers.

    Pages and papers of that version are still stored by it: each form is checked by the version that it showed.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="earlier_versions")
    questionnaire = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["survey", "pk"]
        constraints = [models.UniqueConstraint(fields=["survey", "questionnaire"], name="earlier_version_once")]

    def __str__(self) -> str:
        return f"{self.questionnaire}, until {self.left_at:%Y-%m-%d}"


class TrialLink(models.Model):
    """A link with which anyone can try a version of the questionnaire for some days. Nothing that is sent is stored.

    Its token is derived from `nonce` with the server's secret and kept only as HMAC, as that of an invitation. Names
    and dates in the texts are those of `assessment`.
    """

    questionnaire = models.OneToOneField(Instrument, on_delete=models.CASCADE, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=32)
    token_hmac = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"trial of {self.questionnaire_id}, until {self.expires_at:%Y-%m-%d}"

    @property
    def is_valid(self) -> bool:
        return self.expires_at > timezone.now()


class Invitation(models.Model):
    """A personal link. Its token is derived from `nonce` with the server's secret and kept only as HMAC."""

    class Delivery(models.TextChoices):
        NEW = "new", _("Not sent")
        SENDING = "sending", _("Being sent")  # stays so where a worker was stopped between claiming and sending
        SENT = "sent", _("Sent")
        WAITING = "waiting", _("Refused for now")  # by the mail server, which is asked again at `retry_at`
        FAILED = "failed", _("Failed")
        RETURNED = "returned", _("Returned")  # the mail was sent, and came back

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations")
    email = EncryptedTextField(blank=True)
    name = EncryptedTextField(blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    sector = models.CharField(max_length=20, choices=Sector.choices, blank=True)
    language = models.CharField(max_length=20, default="en")
    nonce = models.CharField(max_length=40)
    token_hmac = models.CharField(max_length=64, unique=True)
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.NEW)
    send_key = models.CharField(max_length=40, blank=True)  # the mailing that claimed it last: none sends twice
    sent_at = models.DateTimeField(null=True, blank=True)  # the first mail
    written_at = models.DateTimeField(null=True, blank=True)  # the last mail; unknown for those before this was stored
    attempts = models.PositiveSmallIntegerField(default=0)  # refusals for now, one after the other
    retry_at = models.DateTimeField(null=True, blank=True)
    stopped = models.BooleanField(default=False)  # the person asked for no more e-mails
    handed_over = models.BooleanField(default=False)  # its link was copied, to be sent in another way
    failure = models.CharField(max_length=300, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"invitation {self.pk}"  # never the name: this text reaches logs


class Response(models.Model):
    """One respondent's answers: item code -> option, list of options, ranked list, number or text.

    `invalid` has what breaks a rule, as it was given: item code (or `CODE_other`) -> {"given": raw value, None where a
    required question was left blank; "code": the rule}. None of it is among the answers.

    `received_on` is a day, and unknown for what came by link. `uuid` is made before a paper form is sent, so that a
    repeated post is one row. `correction` is the number of the newest correction of the questionnaire that was shown;
    None: not known, or shown to so few of the forms opened together that it would say when they came. Test answers are
    kept apart (AZEtest1) and never counted. `withdrawn`: the respondent had the form removed: its answers are erased.
    """

    class Source(models.TextChoices):
        WEB = "web", _("Web")
        PAPER = "paper", _("Paper")
        EMAIL = "email", _("E-mail")

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses")
    questionnaire = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=20)  # AZEsur1
    correction = models.PositiveIntegerField(null=True, blank=True)
    uuid = models.UUIDField(default=uuid.uuid4)
    language = models.CharField(max_length=20, default="en")
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.WEB)
    is_test = models.BooleanField(default=False)
    answers: Any = ProtectedJSONField(of="survey.assessment", default=dict)
    invalid: Any = ProtectedJSONField(of="survey.assessment", default=dict)
    received_on = models.DateField(null=True, blank=True)
    opening = models.PositiveIntegerField(default=0)  # forms opened together have the same number; 0: was not sealed
    receipt_hmac = models.CharField(max_length=64, blank=True, db_index=True)  # of what came by link
    deleted_at = models.DateTimeField(null=True, blank=True)
    withdrawn = models.BooleanField(default=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["survey", "number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "uuid"], name="response_once"),
            models.UniqueConstraint(fields=["survey", "code"], name="response_code_once"),
        ]

    def __str__(self) -> str:
        return self.code


class SealedAnswer(models.Model):
    """A form that came by link, until it is opened: answers, language and version in a box (surveys/sealed/boxes.py).

    The key is random and there is no number, date or language: neither values nor order show whose box it is. On
    SQLite the table has no row ids, which would number the forms in the order of arrival (migration 0006).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="sealed_answers")
    box = models.BinaryField()
    receipt_hmac = models.CharField(max_length=64, db_index=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["survey", "receipt_hmac"], name="sealed_answer_once")]

    def __str__(self) -> str:
        return "sealed form"


class Draft(models.Model):
    """Answers saved as typed, to be continued on another device by a short code, which is kept only as HMAC.

    It refers to no invitation: an unfinished form is as anonymous as a finished one, and sealed in the same kind of
    box.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="drafts")
    code_hmac = models.CharField(max_length=64, unique=True)
    box = models.BinaryField()  # answers, language, uuid, and the version that the page showed
    saved_on = models.DateField()
    expires_on = models.DateField()


class EntryDraft(models.Model):
    """A paper form that a member has begun to type, until it is stored or discarded. It expires.

    Only the member who types it sees it. `uuid` is that of the response that it will become. `page` is the page that
    wrote it last, so that the saves of one page are no conflict with each other.

    typed    {"fields": name of the field -> text as typed, "as_given": [names], "source", "language"}
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="entry_drafts")
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    uuid = models.UUIDField()
    # What the form shows; None: the version was deleted since, or its correction is not known.
    questionnaire = models.ForeignKey(Instrument, null=True, on_delete=models.SET_NULL, related_name="+")
    correction = models.PositiveIntegerField(null=True, blank=True)
    typed: Any = ProtectedJSONField(of="survey.assessment", default=dict)
    page = models.UUIDField()
    revision = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = EntryDraftQuerySet.as_manager()

    class Meta:
        ordering = ["begun_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["survey", "typed_by", "uuid"], name="entry_draft_once")]

    def __str__(self) -> str:
        return "unfinished paper form"


class Mailing(models.Model):
    """One round of e-mails, sent by a background job. Running it again sends only what has not gone out.

    `done` were accepted by the mail server; `returned` of them came back later. A round for later has `scheduled_for`,
    and begins at `started_at` unless it is cancelled.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        REMINDER = "reminder", _("Reminder")

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="mailings")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)  # why the round stopped, for the person who started it
    created_at = models.DateTimeField(auto_now_add=True)
    scheduled_for = models.DateTimeField(null=True, blank=True)
    scheduled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} mailing {self.pk}"

    @property
    def moment(self) -> datetime:
        """When it began, else when it is to begin."""
        return self.started_at or self.scheduled_for or self.created_at

    @property
    def is_planned(self) -> bool:
        """Whether it is to begin later."""
        return self.scheduled_for is not None and self.started_at is None and self.cancelled_at is None


class TableImport(models.Model):
    """A table that is being imported, from its upload to the last page. It is erased when that is done, and expires.

    content      its sheets (surveys/importing/files.py), without metadata, as compressed JSON
    decisions    how it was read: {"encoding", "separator", "is_sure"}, and what was confirmed so far: {"sheet",
                 "heading", "targets", "values", "signs", "orders"}
    version      what all of its forms show; None: imports that were begun before it was stored, and one deleted since
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="table_imports")
    file_name = ProtectedCharField(of="survey.assessment", max_length=200)
    content = ProtectedBinaryField(of="survey.assessment")
    version = models.ForeignKey(Instrument, null=True, on_delete=models.SET_NULL, related_name="+")
    correction = models.PositiveIntegerField(null=True, blank=True)
    decisions: Any = ProtectedJSONField(of="survey.assessment", default=dict)
    revision = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return "table that is being imported"


class ImportMapping(models.Model):
    """What was confirmed for the columns and values of a program's tables, for the next table of the same survey.

    columns    heading -> key of a target (surveys/importing/targets.py)
    values     item -> value that is no option -> option; never what was typed as free text
    marks      heading -> decimal sign, or order of day and month
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="import_mappings")
    name = models.CharField(max_length=40)  # the program
    mode = models.CharField(max_length=10)  # whether its headings are names or labels
    columns: Any = ProtectedJSONField(of="survey.assessment", default=dict)
    values: Any = ProtectedJSONField(of="survey.assessment", default=dict)
    marks: Any = ProtectedJSONField(of="survey.assessment", default=dict)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["survey", "name", "mode"], name="import_mapping_once")]

    def __str__(self) -> str:
        return f"columns of {self.name}"


class LimitCount(models.Model):
    """How much of the same came from one network in a period of ten minutes, counted by all processes together.

    `key` is a hash with the server's secret and the period (`surveys/distribution/throttle.py`): no address is stored.
    """

    period = models.PositiveIntegerField()
    key = models.CharField(max_length=32)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "key"], name="limit_count_once")]

    def __str__(self) -> str:
        return f"{self.number} in period {self.period}"
