"""By which link someone came: the open link, a personal link, or the preview of a member. One query each."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from surveys.invitations import stored_form
from surveys.models import Invitation, Response, Survey


@dataclass(frozen=True)
class Door:
    """`sent_before` is the code of a response that was stored under the posted uuid already."""

    survey: Survey
    name: str  # of the address that leads here
    key: str  # the secret in it
    invitation: Invitation | None = None
    sent_before: str = ""
    address: str = ""  # of the preview, which has no link

    @property
    def action(self) -> str:
        return self.address or reverse(f"surveys_public:{self.name}_form", args=[self.key])

    @property
    def go_on(self) -> str:
        return "" if self.address else reverse(f"surveys_public:{self.name}_continue", args=[self.key])

    @property
    def is_used(self) -> bool:
        return self.invitation is not None and self.invitation.pk in self.survey.answered


def _with_sent_before(rows: QuerySet[Any], uuid: UUID | None, survey: Any) -> QuerySet[Any]:
    if uuid is None:
        return rows
    same = Response.objects.filter(survey=survey, uuid=uuid).values("code")
    return rows.annotate(sent_before=Subquery(same[:1]))


def open_door(slug: str, uuid: UUID | None = None) -> Door | None:
    rows = Survey.objects.with_document().filter(open_slug=slug)
    survey = _with_sent_before(rows, uuid, OuterRef("pk")).first()
    return survey and Door(survey, "open", slug, sent_before=getattr(survey, "sent_before", "") or "")


def personal_door(token: str, uuid: UUID | None = None) -> Door | None:
    rows = Invitation.objects.filter(token_hmac=stored_form(token), revoked_at=None).select_related(
        "survey__assessment__study", "survey__questionnaire"
    )
    invitation = _with_sent_before(rows, uuid, OuterRef("survey")).first()
    if invitation is None:
        return None
    sent_before = getattr(invitation, "sent_before", "") or ""
    return Door(invitation.survey, "personal", token, invitation, sent_before)
