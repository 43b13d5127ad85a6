"""Annex C as conducted: interviews, the notes of each answer with their history, the codebook and its codings."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from assessments.fields import EncryptedTextField, ProtectedCharField, ProtectedJSONField, ProtectedTextField
from assessments.file_encryption import ProtectedBinaryField, ProtectedFileField
from assessments.models import Assessment, ErasureRequest, Organisation
from instruments.models import Instrument
from instruments.schema import InterviewGuide, Question
from interviews.guides import guide_in, questions_of
from interviews.querysets import (
    AnswerQuerySet,
    CodingQuerySet,
    ConsentRecordQuerySet,
    FollowUpQuerySet,
    InterviewQuerySet,
    NotesImportQuerySet,
    ParticipantQuerySet,
    PhotographQuerySet,
    SetAsideQuerySet,
    ThemeQuerySet,
)
from interviews.text import hash_words

EARLIEST_YEAR = 1990
GRACE = timedelta(days=1)  # "today" differs between the clocks of an interviewer and of the server
MOST_AHEAD = timedelta(days=120)  # for which an interview is planned
MOST_PEOPLE = 500
LONGEST = 24 * 60  # minutes
MOST_LISTED = 30  # people in the table of who took part
PROMISE_LIMIT = 1000  # characters of what was promised, and of what came of it
FURTHEST_DUE = timedelta(days=3 * 365)


class Interview(models.Model):
    """An interview with one or more people. A section not planned is "not asked", which differs from "no answer"."""

    class Format(models.TextChoices):
        IN_PERSON = "in_person", gettext_lazy("In person")
        GROUP = "group", gettext_lazy("Group, in person")
        PHONE = "phone", gettext_lazy("By telephone")
        VIDEO = "video", gettext_lazy("By video call")
        WRITTEN = "written", gettext_lazy("In writing")

    class Place(models.TextChoices):
        CAPITAL = "capital", gettext_lazy("In the capital")
        REGION = "region", gettext_lazy("Outside the capital")

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="interviews")
    number = models.PositiveIntegerField(null=True, blank=True)  # None: planned, and not started yet
    code = models.CharField(max_length=20)  # AZEint1; of a planned one the name in `planned_as`
    planned_as = models.CharField(max_length=20, blank=True)  # AZEplan1: on papers printed before it had its code
    held_at = models.DateTimeField()  # of a planned interview: when it is to be held
    planned = models.BooleanField(default=False)  # not held yet: it counts nowhere until it is started
    format = models.CharField(max_length=20, choices=Format.choices, blank=True)  # blank: not recorded
    place = models.CharField(max_length=20, choices=Place.choices, blank=True)  # blank: not recorded
    interviewer = models.CharField(max_length=120, blank=True)
    interviewer_organisation = models.CharField(max_length=200, blank=True)
    respondent_name = EncryptedTextField(blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="interviews"
    )
    respondent_title = ProtectedCharField(max_length=200, blank=True)
    women = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MOST_PEOPLE)])
    men = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MOST_PEOPLE)])
    other = models.PositiveSmallIntegerField(  # other or undisclosed
        default=0, validators=[MaxValueValidator(MOST_PEOPLE)]
    )
    language = models.CharField(max_length=20, default="en")
    interpreter = models.BooleanField(null=True, blank=True)  # None: not recorded
    duration = models.PositiveSmallIntegerField(  # in minutes; None: not recorded
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    # The version of the guide that showed when its first note was typed. None: there are no notes, or it is not known.
    guide_version = models.ForeignKey(
        Instrument, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    sections = models.JSONField(default=list, blank=True)  # codes of the planned sections, those always asked included
    not_reached = models.JSONField(default=list, blank=True)  # were planned, but not asked: no longer in `sections`
    unanswered = models.JSONField(default=list, blank=True)  # in `sections`, asked without an answer, as confirmed
    sections_reason = ProtectedTextField(blank=True)  # why the plan departs from the guide's two or three
    observations = ProtectedTextField(blank=True)  # internal, never in a report
    observations_revision = models.PositiveIntegerField(default=0)
    completed_at = models.DateTimeField(null=True, blank=True)
    # The file in which it was typed, and who imported it when. None: typed here, or imported before this was stored.
    imported_from = ProtectedCharField(max_length=200, blank=True, editable=False)
    imported_at = models.DateTimeField(null=True, blank=True, editable=False)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)  # in the trash

    objects = InterviewQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="interview_number_once"),
            models.UniqueConstraint(fields=["assessment", "code"], name="interview_code_once"),
            models.UniqueConstraint(
                fields=["assessment", "planned_as"], condition=~models.Q(planned_as=""), name="interview_plan_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("interviews:interview_detail", args=[self.assessment.reference, self.code])

    def clean(self) -> None:
        """The rules between fields. Raises `ValidationError` naming the field and what to do."""
        if self.held_at:
            if not self.planned and self.held_at > timezone.now() + GRACE:
                raise ValidationError(
                    {"held_at": gettext("This date is in the future. Enter the day on which the interview was held.")}
                )
            if self.planned and self.held_at > timezone.now() + MOST_AHEAD:
                raise ValidationError(
                    {
                        "held_at": gettext(
                            "This date is more than {days} days ahead. Enter an earlier day, and move it later."
                        ).format(days=MOST_AHEAD.days)
                    }
                )
            if self.held_at.year < EARLIEST_YEAR:
                raise ValidationError(
                    {
                        "held_at": gettext("Check the year: it is before {earliest_year}.").format(
                            earliest_year=EARLIEST_YEAR
                        )
                    }
                )
        if self.planned:  # who will take part need not be known
            if self.duration is not None:
                raise ValidationError(
                    {"duration": gettext("A planned interview has not taken any time yet. Leave this blank.")}
                )
            return
        counted = self.women is not None and self.men is not None and self.other is not None
        if counted and not self.people and not self._is_stored_without_people():
            raise ValidationError({"women": gettext("Enter the number of women, men or others who took part.")})

    def _is_stored_without_people(self) -> bool:
        """Begun on a device, or imported, before it was known who takes part: only completing it asks."""
        stored = Interview.objects.filter(pk=self.pk, planned=False, women=0, men=0, other=0)
        return self.pk is not None and stored.exists()

    @property
    def people(self) -> int:
        return self.women + self.men + self.other

    @property
    def guide(self) -> InterviewGuide:
        """The guide of its notes; where that is not known, and before there are any, the one in use."""
        return guide_in(self.assessment, self.guide_version_id)

    def questions(self, codes: Iterable[str]) -> dict[str, Question]:
        """The questions of its guide, and those of `codes` that it does not have."""
        return questions_of(self.assessment, codes, self.guide_version_id)

    @property
    def is_complete(self) -> bool:
        return self.completed_at is not None

    @property
    def has_chosen_sections(self) -> bool:
        """Whether sections were chosen beside those that are always asked."""
        chosen = {*self.sections, *self.not_reached} - set(self.guide.routing.always)
        return bool(chosen) or bool(self.sections_reason)


class Participant(models.Model):
    """One of several people who took part on the respondents' side: who spoke, and who only listened.

    The table is optional, and holds nothing that the interview needs: `women`, `men` and `other` stay the numbers that
    count. `position` is the number by which `ConsentRecord.participant` refers to the person. Person 1 is the main
    respondent: what the row of person 1 leaves blank is shown from `respondent_name`, `respondent_title` and
    `organisation` of the interview, which stay where they are (`interviews/participants.py`). An interpreter is
    recorded with the interview, not here.
    """

    class Part(models.TextChoices):
        SPOKE = "spoke", pgettext_lazy("in an interview", "Spoke")
        LISTENED = "listened", pgettext_lazy("in an interview", "Listened")

    class Sex(models.TextChoices):
        WOMAN = "woman", gettext_lazy("Woman")
        MAN = "man", gettext_lazy("Man")
        OTHER = "other", gettext_lazy("Other or undisclosed")

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="participants")
    position = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_LISTED)])
    part = models.CharField(max_length=10, choices=Part.choices, blank=True)  # blank: not recorded
    title = ProtectedCharField(of="interview.assessment", max_length=200, blank=True)  # function or title
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="participants"
    )
    sex = models.CharField(max_length=10, choices=Sex.choices, blank=True)  # blank: not recorded
    name = EncryptedTextField(blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["interview", "position"]
        constraints = [models.UniqueConstraint(fields=["interview", "position"], name="participant_once")]

    def __str__(self) -> str:
        return f"person {self.position} of {self.interview_id}"


class Begun(models.Model):
    """An interview that was begun on a device without a connection, under an identifier of the device.

    The row stays when the interview is erased, so that a device that returns later does not make it anew.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="begun")
    uuid = models.UUIDField()
    interview = models.ForeignKey(  # None: erased since
        Interview, null=True, blank=True, on_delete=models.SET_NULL, related_name="begun"
    )
    at = models.DateTimeField(auto_now_add=True)  # when it arrived

    class Meta:
        ordering = ["assessment", "pk"]
        constraints = [models.UniqueConstraint(fields=["assessment", "uuid"], name="interview_begun_once")]

    def __str__(self) -> str:
        return f"begun as {self.uuid}"


class NotesImport(models.Model):
    """Files with notes typed elsewhere, from their upload to their import. The row is erased when that is done, and
    expires.

    content     the files (interviews/importing/files.py) as compressed JSON
    decisions   what was confirmed: {"targets": what each column is, "order": of day and month}
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="notes_imports")
    content = ProtectedBinaryField()
    decisions: Any = ProtectedJSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = NotesImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return "notes that are being imported"


class InformationNote(models.Model):
    """One wording of the information note, in one language, as it was given to people. It is never changed: a guide or
    a contact that changes later makes another wording."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="information_notes")
    language = models.CharField(max_length=20)
    paragraphs = models.JSONField()  # [[whether it is a heading, text], ...]
    checksum = models.CharField(max_length=64)  # SHA-256 of language and paragraphs, in hexadecimal
    created_at = models.DateTimeField(auto_now_add=True)  # when it was first recorded as given

    class Meta:
        ordering = ["assessment", "pk"]
        constraints = [models.UniqueConstraint(fields=["assessment", "checksum"], name="information_note_once")]

    def __str__(self) -> str:
        return f"information note {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("The wording of an information note that was given cannot be changed.")
        super().save(*args, **kwargs)

    @property
    def version(self) -> str:
        """What identifies the wording, also on paper."""
        return self.checksum[:8]


class ConsentRecord(models.Model):
    """What was recorded about consent at one time: that it was given, refused or withdrawn.

    The newest row that applies to a person replaces the earlier ones (`interviews/consent.py`); rows are only added.
    """

    class Means(models.TextChoices):
        READ = "read", _("Read aloud")
        PAPER = "paper", _("Handed over on paper")
        SENT = "sent", _("Sent by e-mail or post")

    class Interviewed(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        NOT_ASKED = "not_asked", _("Not asked")

    class Quoted(models.TextChoices):
        YES = "yes", _("Yes")
        UNATTRIBUTED = "unattributed", _("Only without attribution")
        NO = "no", _("No")
        NOT_ASKED = "not_asked", _("Not asked")

    class Scope(models.TextChoices):
        QUOTES = "quotes", _("Quotes")
        INTERVIEW = "interview", _("The whole interview")

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="consents")
    participant = models.PositiveSmallIntegerField(null=True, blank=True)  # of several: 1, 2, ...; None: all of them
    note_given = models.BooleanField(null=True, blank=True)  # None: not recorded
    note = models.ForeignKey(  # None: not recorded which wording
        InformationNote, null=True, blank=True, on_delete=models.PROTECT, related_name="consents"
    )
    language = models.CharField(max_length=20, blank=True)  # in which it was given; blank: not recorded
    means = models.CharField(max_length=10, choices=Means.choices, blank=True)  # blank: not recorded
    to_interview = models.CharField(max_length=10, choices=Interviewed.choices, blank=True)  # blank: not recorded
    to_quotes = models.CharField(max_length=15, choices=Quoted.choices, blank=True)  # blank: not recorded
    withdrawn = models.CharField(max_length=10, choices=Scope.choices, blank=True)  # blank: this is no withdrawal
    reason = ProtectedTextField(of="interview.assessment", blank=True)  # of a withdrawal
    happened_at = models.DateTimeField(null=True, blank=True)  # when it was given or withdrawn; None: not recorded
    given_by = models.ForeignKey(  # who gave the note and asked; None: not recorded
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    erasure = models.ForeignKey(  # the request that a withdrawal made
        ErasureRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(null=True, default=timezone.now)  # None: before this was stored

    objects = ConsentRecordQuerySet.as_manager()

    class Meta:
        ordering = ["interview", "pk"]

    def __str__(self) -> str:
        return f"consent of {self.interview_id}"


class Answer(models.Model):
    """The notes typed under one question. `revision` rises with every change."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    text = ProtectedTextField(of="interview.assessment", blank=True)
    revision = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "question"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.interview_id}/{self.question}"


class AnswerRevision(models.Model):
    """An earlier text of an answer. `client` and `sequence` identify the save, so that a repeated one is recognised.

    The saves of one sitting share a row as long as they only add words; what a save takes away stays in a row.
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    text = ProtectedTextField(of="answer.interview.assessment", blank=True)
    client = models.CharField(max_length=40, blank=True)
    sequence = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["answer", "revision"]
        constraints = [models.UniqueConstraint(fields=["answer", "revision"], name="answer_revision_once")]


class SetAside(models.Model):
    """A text that arrived after another person had changed the answer. Both are kept until a person chooses."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="set_asides")
    text = ProtectedTextField(of="answer.interview.assessment")
    client = models.CharField(max_length=40, blank=True)
    sequence = models.PositiveBigIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        ordering = ["answer", "pk"]


class Typing(models.Model):
    """That a member is typing in an answer, as a page said last. It holds for some seconds (`interviews/typing.py`)."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="typing")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    client = models.CharField(max_length=40)  # the page
    question = models.CharField(max_length=40)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "client"], name="typing_once")]

    def __str__(self) -> str:
        return f"typing in {self.interview_id}/{self.question}"


class StruckPassage(models.Model):
    """Words that were struck out of an answer for good, or of the observations where `question` is blank.

    Not the words: an HMAC of them and their length (interviews/struck.py), by which they are struck out of texts that
    were typed on a revision before `revision` and arrive later.
    """

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="struck")
    question = models.CharField(max_length=40, blank=True)
    revision = models.PositiveIntegerField()
    mac = models.CharField(max_length=32)
    length = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["interview", "pk"]

    def __str__(self) -> str:
        return f"passage struck out of {self.interview_id}/{self.question}"


class FollowUp(models.Model):
    """Something that was promised in an interview, or that remains to be done after it. It is done, or still open.

    What was promised, and what came of it, was typed about the interview: like notes, it may hold names.
    """

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="follow_ups")
    what = ProtectedTextField(of="interview.assessment", validators=[MaxLengthValidator(PROMISE_LIMIT)])
    due = models.DateField(null=True, blank=True)  # by the assessment's clocks; None: no day was given
    assigned_to = models.ForeignKey(  # kept when the member leaves; None: nobody yet
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = ProtectedTextField(of="interview.assessment", blank=True, validators=[MaxLengthValidator(PROMISE_LIMIT)])
    done_at = models.DateTimeField(null=True, blank=True)  # None: open
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["interview", "pk"]

    def __str__(self) -> str:
        return f"follow-up of {self.interview_id}"

    def clean(self) -> None:
        """Raises `ValidationError` for a year that cannot be meant."""
        if self.due and not date(EARLIEST_YEAR, 1, 1) <= self.due <= timezone.localdate() + FURTHEST_DUE:
            raise ValidationError({"due": gettext("Check the year. A day can be up to three years ahead.")})


class Photograph(models.Model):
    """A photograph or scan of notes on paper, or of a card that was handed over. Never in a report.

    It is written anew when it is added (`interviews/pictures.py`): the file that was sent is not kept, nor its name.
    """

    class Kind(models.TextChoices):
        NOTES = "notes", _("Notes on paper")
        CARD = "card", _("Card with a name or an address")
        OTHER = "other", _("Something else")

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="photographs")
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True)  # blank: not said
    description = ProtectedCharField(of="interview.assessment", max_length=300, blank=True)
    file = ProtectedFileField(of="interview.assessment", upload_to="photographs/%Y")  # a JPEG
    preview = ProtectedBinaryField(of="interview.assessment")  # a small one
    width = models.PositiveSmallIntegerField()  # of the file, in pixels
    height = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()  # of what is in the file, in bytes
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = PhotographQuerySet.as_manager()

    class Meta:
        ordering = ["interview", "pk"]

    def __str__(self) -> str:
        return f"photograph {self.pk}"

    def get_absolute_url(self) -> str:
        interview = self.interview
        names = [interview.assessment.reference, interview.code, self.pk]
        return reverse("interviews:photograph_detail", args=names)


class Theme(models.Model):
    """An entry of the codebook. Retired and merged themes keep their history but are no longer offered."""

    class Kind(models.TextChoices):
        GAP = "gap", gettext_lazy("Gap")
        GOOD_PRACTICE = "good_practice", gettext_lazy("Good practice")
        TREND = "trend", gettext_lazy("Trend")
        RECOMMENDATION = "recommendation", gettext_lazy("Recommendation")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="themes")
    code = models.SlugField(max_length=60)
    label = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    area = models.CharField(max_length=40, blank=True)  # section code of the interview guide
    criterion = models.CharField(max_length=40, blank=True)  # code of the indicator criterion, where seeded from one
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.GAP)
    retired_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    guid = models.UUIDField(default=uuid.uuid4, editable=False)  # identifies it in other programs (REFI-QDA)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["area", "code"]
        constraints = [models.UniqueConstraint(fields=["assessment", "code"], name="theme_code_once")]

    label_was_typed = True  # see `assessments.audit.record`

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("interviews:theme_detail", args=[self.assessment.reference, self.code])


class Coding(models.Model):
    """A marked passage: characters `start` to `end` of the answer's text, whose words are `quote`.

    It follows the text when that is edited. Where less than half of the passage is left, it is `lost`: `quote`
    then keeps its last words, and it no longer counts. A release is for the words that were read: any change of them
    withdraws it.
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="codings")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="codings")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = ProtectedTextField(of="answer.interview.assessment")
    length = models.PositiveIntegerField()  # characters when it was marked
    lost = models.BooleanField(default=False)  # its words are no longer in the text
    released = models.BooleanField(default=False)  # may be quoted in the report, in the approved words and no others
    approved_quote = ProtectedTextField(
        of="answer.interview.assessment", blank=True
    )  # the words that were read when quoting was allowed
    approved_hash = ProtectedCharField(  # of these words, which a hash in clear would let others try
        of="answer.interview.assessment", max_length=64, blank=True
    )
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    # who it is attributed to, as agreed at the release (`attribution.Attribution.stored`, and "agency" where it is
    # named); empty: not recorded, so that nothing is said of the person
    attribution: Any = ProtectedJSONField(of="answer.interview.assessment", default=dict, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # when a change withdrew the release
    coder = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CodingQuerySet.as_manager()

    class Meta:
        ordering = ["answer", "start", "end", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="coding_not_empty"),
        ]

    @property
    def words_hash(self) -> str:
        """The hash of the current words: a release refers to the words that were read."""
        return hash_words(self.quote)

    @property
    def quotable_words(self) -> str | None:
        """The words that a report may print; None where quoting is not allowed or the words have changed."""
        allowed = self.released and not self.lost and self.approved_hash == self.words_hash
        return self.approved_quote if allowed and self.approved_quote == self.quote else None

    @property
    def kept_words(self) -> bool:
        """Whether the words are those last approved: then a withdrawn release was withdrawn for another reason."""
        return bool(self.approved_quote) and self.approved_quote == self.quote
