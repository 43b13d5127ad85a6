"""Annex D as distributed and answered. A completed invitation has no link to its response and no exact time."""

import uuid
from typing import Any

from django.db import models

from assessments.fields import EncryptedTextField
from assessments.models import Assessment, Contact, Sector
from instruments.models import Instrument


class Survey(models.Model):
    """The survey of an assessment."""

    class Status(models.TextChoices):
        DRAFT = "draft", "In preparation"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="survey")
    questionnaire = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    opens_at = models.DateTimeField(null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    languages = models.JSONField(default=list)
    open_slug = models.SlugField(max_length=40, unique=True, null=True, blank=True)  # the link for forwarding
    texts = models.JSONField(default=dict, blank=True)  # mail templates and own words: {"invitation": {"en": {...}}}
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Survey {self.assessment.reference}"


class Invitation(models.Model):
    """A personal link. Its token is kept only as HMAC; once completed it says so, with the day and nothing more."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations")
    email = EncryptedTextField(blank=True)
    name = EncryptedTextField(blank=True)
    sector = models.CharField(max_length=20, choices=Sector.choices, blank=True)
    language = models.CharField(max_length=10, default="en")
    token_hmac = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    send_key = models.CharField(
        max_length=60, blank=True
    )  # the round that was sent last: repeating it sends nothing twice
    failure = models.CharField(max_length=300, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Response(models.Model):
    """One respondent's answers: item code -> option, list of options, ranked list, number or text.

    `received_on` is a day. `uuid` is made by the client, so that a repeated post is one row.
    """

    class Source(models.TextChoices):
        WEB = "web", "Web"
        PAPER = "paper", "Paper"
        EMAIL = "email", "E-mail"

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses")
    questionnaire = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=20)  # AZEsur1
    uuid = models.UUIDField(default=uuid.uuid4)
    language = models.CharField(max_length=10, default="en")
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.WEB)
    is_test = models.BooleanField(default=False)  # kept apart, never counted
    answers: Any = models.JSONField(default=dict)
    received_on = models.DateField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["survey", "number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "uuid"], name="response_once"),
            models.UniqueConstraint(fields=["survey", "code"], name="response_code_once"),
        ]

    def __str__(self) -> str:
        return self.code


class Draft(models.Model):
    """Answers saved to be continued on another device by a short code, which is kept only as HMAC."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="drafts")
    code_hmac = models.CharField(max_length=64, unique=True)
    answers = models.JSONField(default=dict)
    language = models.CharField(max_length=10, default="en")
    uuid = models.UUIDField(default=uuid.uuid4)
    saved_on = models.DateField()
    expires_on = models.DateField()
