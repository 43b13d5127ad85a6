"""How someone reaches a survey: by the open link, a personal link, or the preview of a member. One query each."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from surveys.distribution.links import token_digest
from surveys.models import Invitation, Response, Survey


@dataclass(frozen=True)
class SurveyAccess:
    """`sent_before` is the code of a response that was stored under the posted uuid already."""

    survey: Survey
    kind: str  # "open" or "personal"; "preview" has no link
    key: str  # the secret in the link
    invitation: Invitation | None = None
    sent_before: str = ""
    preview_url: str = ""

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
    same = Response.objects.filter(survey=survey, uuid=uuid).values("code")
    found: QuerySet[Any] = rows.annotate(sent_before=Subquery(same[:1]))
    return found


def open_access(slug: str, uuid: UUID | None = None) -> SurveyAccess | None:
    rows = Survey.objects.with_document().filter(open_slug=slug)
    survey = _with_sent_before(rows, uuid, OuterRef("pk")).first()
    return survey and SurveyAccess(survey, "open", slug, sent_before=getattr(survey, "sent_before", "") or "")


def personal_access(token: str, uuid: UUID | None = None) -> SurveyAccess | None:
    rows = Invitation.objects.filter(token_hmac=token_digest(token), revoked_at=None).select_related(
        "survey__assessment__study", "survey__questionnaire"
    )
    invitation = _with_sent_before(rows, uuid, OuterRef("survey")).first()
    if invitation is None:
        return None
    sent_before = getattr(invitation, "sent_before", "") or ""
    return SurveyAccess(invitation.survey, "personal", token, invitation, sent_before)
