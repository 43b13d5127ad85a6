"""Invite people; renew and revoke links, mark them as opened or answered."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from assessments.audit import record
from assessments.models import Contact, User
from assessments.tokens import new_nonce
from ctnat.translation.languages import preferred_language
from ctnat.ui.stored import stored_text
from surveys.distribution.invitees import Person
from surveys.distribution.links import personal_link, token_digest, token_of
from surveys.models import Invitation, Mailing, Survey
from surveys.questionnaire.translations import codes, unreviewed

PEOPLE_LIMIT = 2000  # at once
RETURNED = stored_text(N_("returned with status {status}"))
RETURNED_WITHOUT_REASON = stored_text(N_("returned without a reason"))


@transaction.atomic
def invite(*, survey: Survey, people: Iterable[Person], by: User | None) -> tuple[int, int]:
    """Create a personal link for each; addresses already invited are left unchanged. Returns (created, known)."""
    people = list(people)
    if len(people) > PEOPLE_LIMIT:
        raise ValidationError(
            _("You can invite at most {people_limit} people at once. Invite them in several parts.").format(
                people_limit=PEOPLE_LIMIT
            )
        )
    there = [i for i in Invitation.objects.filter(survey=survey) if i.email]
    known = {i.email.lower() for i in there if i.revoked_at is None}
    stopped = {i.email.lower() for i in there if i.stopped}  # also of a revoked invitation
    made: list[Invitation] = []
    for person in people:
        address = person.email.lower()
        if address and address in known:
            continue
        known.add(address)
        nonce = new_nonce()
        made.append(
            Invitation(
                survey=survey,
                contact=person.contact,
                email=person.email,
                name=person.name,
                organisation=person.organisation,
                sector=person.sector,
                language=language_for(survey, person.language),
                nonce=nonce,
                token_hmac=token_digest(token_of(nonce)),
                stopped=bool(address) and address in stopped,
            )
        )
    Invitation.objects.bulk_create(made)
    if made:
        record("invitations.made", by=by, assessment=survey.assessment, target=survey, count=len(made))
    return len(made), len(people) - len(made)


def language_for(survey: Survey, wanted: str) -> str:
    """The survey's language for somebody who reads `wanted`: the first one where it has neither that nor a variant."""
    return preferred_language(wanted, survey.languages) or survey.languages[0]


def invite_contacts(*, survey: Survey, contacts: Iterable[Contact], by: User | None) -> tuple[int, int]:
    people = [
        Person(c.email, c.name, c.organisation, c.sector, c.language, c)
        for c in contacts
        if c.erased_at is None and (c.email or c.name)
    ]
    return invite(survey=survey, people=people, by=by)


def _change(invitation: Invitation, action: str, by: User | None, **fields: object) -> None:
    for name, value in fields.items():
        setattr(invitation, name, value)
    invitation.save(update_fields=list(fields))
    record(action, by=by, assessment=invitation.survey.assessment, target=invitation)


@transaction.atomic
def renew_invitation(*, invitation: Invitation, by: User | None) -> Invitation:
    """A new link; the old one ends. It has to be sent again."""
    nonce = new_nonce()
    fresh: dict[str, Any] = {"delivery": Invitation.Delivery.NEW, "send_key": "", "failure": "", "sent_at": None}
    fresh |= {"written_at": None, "attempts": 0, "retry_at": None, "handed_over": False}
    _change(invitation, "invitation.renewed", by, nonce=nonce, token_hmac=token_digest(token_of(nonce)), **fresh)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User | None) -> None:
    """End a link, and delete whether it was opened or answered."""
    _change(invitation, "invitation.revoked", by, revoked_at=timezone.now())
    _set_lists(invitation, opened=False, answered=False)


@transaction.atomic
def mark_handed_over(*, invitation: Invitation, by: User | None) -> None:
    """Record that its link was copied, to be sent in another way."""
    if not invitation.handed_over:
        _change(invitation, "invitation.handed_over", by, handed_over=True)


@transaction.atomic
def export_links(*, survey: Survey, by: User | None) -> list[list[str]]:
    """(name, e-mail, organisation, language, link) of all who have not answered, for other channels than our mail."""
    waiting = list(Invitation.objects.for_survey(survey).exclude(pk__in=survey.answered))
    drafts = codes(unreviewed(survey, {i.language for i in waiting}))
    record("invitations.links_copied", by=by, assessment=survey.assessment, target=survey, unreviewed=drafts)
    return [[i.name, i.email, i.organisation, i.language, personal_link(i)] for i in waiting]


@transaction.atomic
def mark_opened(*, survey: Survey, invitation: Invitation) -> None:
    """Store that a personal link was opened, but not when."""
    if invitation.pk in survey.opened:
        return
    survey.refresh_from_db(fields=Survey.COUNTERS, from_queryset=Survey.objects.select_for_update())
    survey.opened = sorted({*survey.opened, invitation.pk})
    survey.revision += 1
    survey.save(update_fields=["opened", "revision"])


@transaction.atomic
def mark_answered(*, invitation: Invitation, by: User | None) -> None:
    """The person answered on paper or by e-mail: no more reminders, and the link ends. The log does not name the
    person."""
    _set_lists(invitation, opened=True, answered=True)
    survey = invitation.survey
    record("invitation.answered_otherwise", by=by, assessment=survey.assessment, target=survey)


@transaction.atomic
def mark_bounced(*, invitation: Invitation, reason: str, by: User | None) -> None:
    """Record that a message came back. No round includes it until a member allows it."""
    _change(invitation, "invitation.bounced", by, **_returned(reason))


@transaction.atomic
def mark_returned(*, mailing: int, invitation: int, status: str) -> bool:
    """Record what a mailbox says: the mail of a round to an invitation came back, with a status such as "5.1.1".

    False where this is known, or where there is no such mail: the report may be old, or read twice.
    """
    row = Invitation.objects.select_for_update(of=("self",)).select_related("survey__assessment")
    found = row.filter(pk=invitation, survey__mailings=mailing, delivery=Invitation.Delivery.SENT).first()
    if found is None:
        return False
    reason = RETURNED.format(status=status) if status else RETURNED_WITHOUT_REASON
    _change(found, "invitation.returned", None, **_returned(reason))
    Mailing.objects.filter(pk=mailing).update(returned=F("returned") + 1)
    return True


def _returned(reason: str) -> dict[str, Any]:
    return {"delivery": Invitation.Delivery.RETURNED, "failure": reason[:300], "send_key": ""}


@transaction.atomic
def allow_resending(*, invitation: Invitation, by: User | None) -> None:
    """Let the next round send again what was unfinished when a worker stopped, or came back."""
    _change(invitation, "invitation.to_send_again", by, delivery=Invitation.Delivery.NEW, send_key="", failure="")


@transaction.atomic
def stop_writing(*, invitation: Invitation) -> None:
    """The person asked for no more e-mails about the survey. The personal link still works."""
    if not invitation.stopped:
        _change(invitation, "invitation.stopped", None, stopped=True)


@transaction.atomic
def allow_writing(*, invitation: Invitation, by: User | None) -> None:
    """The person who had asked for no more e-mails agrees to receive them again."""
    _change(invitation, "invitation.writing_allowed", by, stopped=False)


@transaction.atomic
def erase_invitees(*, survey: Survey, by: User | None) -> None:
    """Erase names and addresses of all invitations of a closed survey; the numbers of invited and answered are kept."""
    if survey.status != Survey.Status.CLOSED:
        raise ValidationError(_("Close the survey first. Without addresses, no reminders can be sent."))
    Invitation.objects.filter(survey=survey).update(email="", name="", organisation="", failure="", contact=None)
    record("invitations.erased", by=by, assessment=survey.assessment, target=survey)


def _set_lists(invitation: Invitation, *, opened: bool, answered: bool) -> None:
    survey = invitation.survey
    survey.refresh_from_db(fields=Survey.COUNTERS, from_queryset=Survey.objects.select_for_update())
    for name, listed in (("opened", opened), ("answered", answered)):
        kept = set(getattr(survey, name)) - {invitation.pk}
        setattr(survey, name, sorted(kept | {invitation.pk} if listed else kept))
    survey.revision += 1
    survey.save(update_fields=["opened", "answered", "revision"])
