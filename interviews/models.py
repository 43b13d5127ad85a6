"""Annex C as conducted: interviews, the notes of each answer with their history, the codebook and its codings."""

from django.conf import settings
from django.db import models

from assessments.fields import EncryptedTextField
from assessments.models import Assessment, Organisation


class Interview(models.Model):
    """One conversation with one or more people. A section not planned is "not asked", which is never "no answer"."""

    class Format(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        GROUP = "group", "Group, in person"
        PHONE = "phone", "By telephone"
        VIDEO = "video", "By video call"
        WRITTEN = "written", "In writing"

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="interviews")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=20)  # AZEint1
    held_at = models.DateTimeField()
    format = models.CharField(max_length=20, choices=Format.choices, default=Format.IN_PERSON)
    interviewer = models.CharField(max_length=120, blank=True)
    interviewer_organisation = models.CharField(max_length=200, blank=True)
    respondent_name = EncryptedTextField(blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="interviews"
    )
    respondent_title = models.CharField(max_length=200, blank=True)
    women = models.PositiveSmallIntegerField(default=0)
    men = models.PositiveSmallIntegerField(default=0)
    other = models.PositiveSmallIntegerField(default=0)  # other or undisclosed
    language = models.CharField(max_length=10, default="en")
    interpreter = models.BooleanField(default=False)
    note_given = models.BooleanField(default=False)  # the information note was read or handed over
    sections = models.JSONField(default=list, blank=True)  # codes of the planned sections, those always asked included
    sections_reason = models.TextField(blank=True)  # why the plan departs from the guide's two or three
    observations = models.TextField(blank=True)  # internal, never in a report
    completed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)  # in the trash

    class Meta:
        ordering = ["assessment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="interview_number_once"),
            models.UniqueConstraint(fields=["assessment", "code"], name="interview_code_once"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def people(self) -> int:
        return self.women + self.men + self.other


class Answer(models.Model):
    """The notes typed under one question. `revision` rises with every change."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "question"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.interview_id}/{self.question}"


class AnswerRevision(models.Model):
    """A text an answer has had. `client` and `sequence` name the save, so that a repeated one is recognised."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    client = models.CharField(max_length=40, blank=True)
    sequence = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["answer", "revision"]
        constraints = [models.UniqueConstraint(fields=["answer", "revision"], name="answer_revision_once")]


class Theme(models.Model):
    """An entry of the codebook. Retired and merged themes keep their history but are offered no more."""

    class Kind(models.TextChoices):
        GAP = "gap", "Gap"
        GOOD_PRACTICE = "good_practice", "Good practice"
        TREND = "trend", "Trend"
        RECOMMENDATION = "recommendation", "Recommendation"

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="themes")
    code = models.SlugField(max_length=60)
    label = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    area = models.CharField(max_length=40, blank=True)  # section code of the interview guide
    criterion = models.CharField(max_length=40, blank=True)  # code of the indicator criterion, where seeded from one
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.GAP)
    retired_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["area", "code"]
        constraints = [models.UniqueConstraint(fields=["assessment", "code"], name="theme_code_once")]

    def __str__(self) -> str:
        return self.label


class Coding(models.Model):
    """A marked passage: characters `start` to `end` of the answer's text, whose words were `quote`."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="codings")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="codings")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    lost = models.BooleanField(default=False)  # its words are no longer in the text
    released = models.BooleanField(default=False)  # may be quoted in the report
    coder = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["answer", "start", "end"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "theme", "start", "end", "coder"], name="coding_once"),
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="coding_not_empty"),
        ]
