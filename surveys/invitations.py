"""Personal links: people invited from a list, a table or the contacts; links renewed, revoked, marked as answered."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.audit import record
from assessments.models import Contact, Sector, User
from assessments.tokens import token_hmac
from ctnat.ui.tables import Table, TableError, read_table
from surveys.models import Invitation, Survey
from surveys.services import COUNTERS
from surveys.translations import codes, unreviewed
from surveys.validation import clean_text

PURPOSE = "survey-invitation"
COLUMNS = ("email", "name", "organisation", "sector", "language")
PEOPLE_LIMIT = 2000  # at once
ENTRY = re.compile(r"""(?:"[^"]*"|<[^>]*>|[^;,"<])+|["<]""")  # what stands between commas, not those in quotes
NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]+)>")


@dataclass(frozen=True)
class Person:
    """Someone to invite. Without an e-mail address the link is handed over another way."""

    email: str = ""
    name: str = ""
    organisation: str = ""
    sector: str = ""
    language: str = ""
    contact: Contact | None = None


# Links ----------------------------------------------------------------------------------------------------------------


def token_of(nonce: str) -> str:
    """The token in a personal link. Derived with the server's secret, so that no dump of the database holds links."""
    return token_hmac(nonce, purpose=f"{PURPOSE}-token")[:32]


def stored_form(token: str) -> str:
    """What the database keeps of a token."""
    return token_hmac(token, purpose=PURPOSE)


def new_nonce() -> str:
    return secrets.token_hex(16)


def personal_link(invitation: Invitation) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("surveys_public:personal_form", args=[token_of(invitation.nonce)])


def open_link(survey: Survey) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("surveys_public:open_form", args=[survey.open_slug])


# Reading lists --------------------------------------------------------------------------------------------------------


def read_pasted(text: str, *, language: str) -> tuple[list[Person], list[str]]:
    """People from lines such as `someone@example.org` or `Name <someone@example.org>`, and the faults by line."""
    people, faults = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        for piece in ENTRY.findall(clean_text(line)):
            if not (entry := piece.strip()):
                continue
            named = NAMED.fullmatch(entry)
            name, email = (named["name"].strip(' "'), named["email"].strip()) if named else ("", entry)
            if fault := _email_fault(email):
                faults.append(f"line {number}: {fault}")
            people.append(Person(email=email, name=name[:200], language=language))
    return people, faults


def read_people(content: bytes, name: str, survey: Survey) -> tuple[list[Person], list[str]]:
    """People from a table with the columns email, name, organisation, sector, language; faults by row and column."""
    try:
        table = read_table(content, name)
    except TableError as error:
        return [], [str(error)]
    header = {column.lower(): column for column in table.header}
    if "email" not in header and "name" not in header:
        return [], ["row 1: There is neither a column email nor a column name. Name the columns in the first row."]
    return _people_in(table, header, survey)


def _people_in(table: Table, header: dict[str, str], survey: Survey) -> tuple[list[Person], list[str]]:
    people, faults = [], []
    sectors = {word.lower(): value for value, label in Sector.choices for word in (value, label)}
    for number, cells in table.rows:
        given = {column: clean_text(cells.get(header.get(column, ""), "")) for column in COLUMNS}
        sector, language = given["sector"].lower(), given["language"].lower()
        if given["email"] and (fault := _email_fault(given["email"])):
            faults.append(f"row {number}, column email: {fault}")
        if sector and sector not in sectors:
            faults.append(f"row {number}, column sector: Write one of {', '.join(Sector.values)}.")
        if language and language not in survey.languages:
            offered = ", ".join(survey.languages)
            faults.append(f"row {number}, column language: The survey does not speak it. Write one of {offered}.")
        people.append(
            Person(
                given["email"],
                given["name"][:200],
                given["organisation"][:200],
                sectors.get(sector, ""),
                language or survey.languages[0],
            )
        )
    return people, faults


def _email_fault(email: str) -> str:
    try:
        validate_email(email)
    except ValidationError:
        return f"“{email[:80]}” is no e-mail address. Correct it."
    return ""


# Changes --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(*, survey: Survey, people: Iterable[Person], by: User | None) -> tuple[int, int]:
    """Make a personal link for each; addresses invited already are left as they are. Returns (made, known)."""
    people = list(people)
    if len(people) > PEOPLE_LIMIT:
        raise ValidationError(f"These are more than {PEOPLE_LIMIT} people. Invite them in several parts.")
    known = {i.email.lower() for i in Invitation.objects.for_survey(survey) if i.email}
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
                language=person.language if person.language in survey.languages else survey.languages[0],
                nonce=nonce,
                token_hmac=stored_form(token_of(nonce)),
            )
        )
    Invitation.objects.bulk_create(made)
    if made:
        record("invitations.made", by=by, assessment=survey.assessment, target=survey, count=len(made))
    return len(made), len(people) - len(made)


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
    fresh = {"delivery": Invitation.Delivery.NEW, "send_key": "", "failure": "", "sent_at": None, "handed_over": False}
    _change(invitation, "invitation.renewed", by, nonce=nonce, token_hmac=stored_form(token_of(nonce)), **fresh)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User | None) -> None:
    """End a link, and forget whether it was opened or answered."""
    _change(invitation, "invitation.revoked", by, revoked_at=timezone.now())
    _set_lists(invitation, opened=False, answered=False)


@transaction.atomic
def hand_over_invitation(*, invitation: Invitation, by: User | None) -> None:
    """Its link was copied to reach the person another way."""
    if not invitation.handed_over:
        _change(invitation, "invitation.handed_over", by, handed_over=True)


@transaction.atomic
def links_to_hand_over(*, survey: Survey, by: User | None) -> list[list[str]]:
    """(name, e-mail, organisation, language, link) of all who have not answered, for other channels than our mail."""
    waiting = list(Invitation.objects.for_survey(survey).exclude(pk__in=survey.answered))
    drafts = codes(unreviewed(survey, {i.language for i in waiting}))
    record("invitations.links_copied", by=by, assessment=survey.assessment, target=survey, unreviewed=drafts)
    return [[i.name, i.email, i.organisation, i.language, personal_link(i)] for i in waiting]


@transaction.atomic
def mark_answered(*, invitation: Invitation, by: User | None) -> None:
    """The person answered on paper or by e-mail: no reminders any more, and the link ends. The log does not say who."""
    _set_lists(invitation, opened=True, answered=True)
    survey = invitation.survey
    record("invitation.answered_otherwise", by=by, assessment=survey.assessment, target=survey)


@transaction.atomic
def note_failure(*, invitation: Invitation, reason: str, by: User | None) -> None:
    """A message came back. The invitation can be sent again, best with another address."""
    _change(
        invitation, "invitation.bounced", by, delivery=Invitation.Delivery.FAILED, failure=reason[:300], send_key=""
    )


@transaction.atomic
def allow_again(*, invitation: Invitation, by: User | None) -> None:
    """Let the next mailing send what was left unfinished when a worker stopped."""
    _change(invitation, "invitation.to_send_again", by, delivery=Invitation.Delivery.NEW, send_key="")


@transaction.atomic
def erase_people(*, survey: Survey, by: User | None) -> None:
    """Erase names and addresses of all invitations of a closed survey; how many were invited and answered stays."""
    if survey.status != Survey.Status.CLOSED:
        raise ValidationError("Close the survey first: nobody could be reminded any more.")
    Invitation.objects.filter(survey=survey).update(email="", name="", organisation="", failure="", contact=None)
    record("invitations.erased", by=by, assessment=survey.assessment, target=survey)


def _set_lists(invitation: Invitation, *, opened: bool, answered: bool) -> None:
    survey = invitation.survey
    survey.refresh_from_db(fields=COUNTERS, from_queryset=Survey.objects.select_for_update())
    for name, holds in (("opened", opened), ("answered", answered)):
        kept = set(getattr(survey, name)) - {invitation.pk}
        setattr(survey, name, sorted(kept | {invitation.pk} if holds else kept))
    survey.revision += 1
    survey.save(update_fields=["opened", "answered", "revision"])
