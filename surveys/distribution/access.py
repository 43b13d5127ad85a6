"""Access to a survey: by the open link, a personal link, or a member's preview. One query each."""

from copy import copy
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from instruments.models import Instrument
from surveys.distribution.links import token_digests
from surveys.models import Invitation, Survey
from surveys.sealed.receipts import receipts_of
from surveys.sealed.received import forms_with, receipt_given


@dataclass(frozen=True)
class SurveyAccess:
    """`receipt` is the receipt of a form that was already stored under the posted uuid."""

    survey: Survey
    kind: str  # "open" or "personal"; "preview" has no link
    key: str  # the secret in the link
    invitation: Invitation | None = None
    receipt: str = ""
    preview_url: str = ""

    def of_version(self, questionnaire: Instrument) -> "SurveyAccess":
        """The same access for a page of another version of the questionnaire; the survey in the database stays."""
        survey = copy(self.survey)
        survey.questionnaire = questionnaire
        return replace(self, survey=survey)

    @property
    def form_url(self) -> str:
        return self.preview_url or reverse(f"surveys_public:{self.kind}_form", args=[self.key])

    @property
    def resume_url(self) -> str:
        return "" if self.preview_url else reverse(f"surveys_public:{self.kind}_resume", args=[self.key])

    @property
    def is_used(self) -> bool:
        return self.invitation is not None and self.invitation.pk in self.survey.answered


def _with_sent_before(rows: QuerySet[Any], uuid: UUID | None, survey: Any) -> QuerySet[Any]:
    if uuid is None:
        return rows
    sealed, opened = forms_with(survey, receipts_of(uuid))
    found: QuerySet[Any] = rows.annotate(sent_before=Q(Exists(sealed)) | Q(Exists(opened)))
    return found


def _receipt(row: Any, survey: Any, uuid: UUID | None) -> str:
    return receipt_given(survey, uuid) if uuid and row.sent_before else ""


def open_access(slug: str, uuid: UUID | None = None) -> SurveyAccess | None:
    rows = Survey.objects.with_document().filter(open_slug=slug)
    survey = _with_sent_before(rows, uuid, OuterRef("pk")).first()
    return survey and SurveyAccess(survey, "open", slug, receipt=_receipt(survey, survey, uuid))


def personal_access(token: str, uuid: UUID | None = None) -> SurveyAccess | None:
    rows = Invitation.objects.filter(token_hmac__in=token_digests(token), revoked_at=None).select_related(
        "survey__assessment__study", "survey__questionnaire"
    )
    invitation = _with_sent_before(rows, uuid, OuterRef("survey")).first()
    if invitation is None:
        return None
    return SurveyAccess(invitation.survey, "personal", token, invitation, _receipt(invitation, invitation.survey, uuid))
