"""Erasing documents of the desk review, contacts, accounts and whole assessments permanently."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.utils.translation import gettext_noop as N_

from assessments.audit import cut_chain
from assessments.erasers import (
    AssessmentRows,
    Eraser,
    Line,
    Part,
    erases,
    expires,
    find_known,
    holds_rows,
    identity,
    retained_rows,
    retains,
    rows_of_assessment,
    to_number,
)
from assessments.models import (
    Assessment,
    AuditEvent,
    Contact,
    Device,
    Document,
    LeadOffer,
    MemberInvitation,
    Membership,
    RefusedSignIn,
    RetentionDate,
    SignIn,
    User,
)
from assessments.personal_data import Person, Place, Table, matches, work_under_name
from assessments.services.accounts import erase_account, leads_alone
from assessments.services.contacts import purge_contact
from assessments.services.devices import erase_old_shares
from assessments.services.documents import erase_document
from assessments.services.whole_assessments import erase_assessment
from ctnat.ui.errors import InputError
from ctnat.ui.languages import english_name
from ctnat.ui.stored import stored_text
from instruments.models import Instrument

DOCUMENT, DRAFT = stored_text(N_("Document {code}")), stored_text(N_("Draft {number}"))
CONTACT, ACCOUNT = stored_text(N_("Contact {number}")), stored_text(N_("Account {number}"))
ASSESSMENT = stored_text(N_("Assessment {reference}"))


@erases
class DocumentEraser(Eraser):
    kind = "document"
    label = gettext_lazy("A document")
    help = gettext_lazy("Its entry in the register and its file are erased. Its code is never given again.")
    order = 20

    def choices(self, assessment: Assessment) -> list[tuple[str, str]] | None:
        rows = Document.all_objects.for_assessment(assessment).order_by("code")
        in_trash = _("{document}, in the trash")
        return [
            (str(row.pk), in_trash.format(document=str(row)[:100]) if row.removed_at else str(row)[:120])
            for row in rows
        ]

    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> Document:
        found: Document | None = Document.all_objects.for_assessment(assessment).filter(pk=to_number(key)).first()
        if found is None:
            raise InputError(_("This document does not exist any more. Cancel the request."))
        return found

    def name(self, target: Document) -> str:
        return DOCUMENT.format(code=target.code)

    def parts(self, target: Document) -> list[Part]:
        return [Part(N_("entries in the register"), 1), Part(N_("files"), int(bool(target.file)))]

    def seen(self, target: Document) -> str:
        return f"{super().seen(target)} {target.updated_at.isoformat()}"

    def words(self, target: Document) -> list[str]:
        return [target.title]

    def cited_as(self, target: Document) -> str:
        return f"document:{target.code}"

    def lines(self, target: Document) -> list[Line]:
        return [identity(target)]

    def in_trash(self, assessment: Assessment, before: datetime) -> list[Document]:
        return list(Document.all_objects.for_assessment(assessment).filter(removed_at__lt=before))

    def erase(self, target: Document, *, by: User | None) -> None:
        erase_document(document=target, by=by)

    def again(self, line: Line) -> bool:
        found = find_known(Document.all_objects.all(), line)
        if found is None:
            return False
        erase_document(document=found, by=None)
        return True


@erases
class InstrumentEraser(Eraser):
    """A discarded draft: only emptying the trash erases it."""

    kind = "instrument"
    label = gettext_lazy("A discarded draft of an instrument")
    help = gettext_lazy("A draft in the trash is erased.")
    offered = False

    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> Instrument:
        raise InputError(_("Discard the draft: the trash erases it when its time is over."))

    def name(self, target: Instrument) -> str:
        return DRAFT.format(number=target.pk)

    def parts(self, target: Instrument) -> list[Part]:
        return [Part(N_("drafts"), 1)]

    def lines(self, target: Instrument) -> list[Line]:
        return [identity(target)]

    def in_trash(self, assessment: Assessment, before: datetime) -> list[Instrument]:
        rows = Instrument.objects.filter(owner=assessment, published_at=None, discarded_at__lt=before)
        return list(rows.filter(children=None))

    def erase(self, target: Instrument, *, by: User | None) -> None:
        target.delete()

    def again(self, line: Line) -> bool:
        found = find_known(Instrument.objects.filter(published_at=None, children=None), line)
        if found is None:
            return False
        found.delete()
        return True


@erases
class ContactEraser(Eraser):
    kind = "contact"
    label = gettext_lazy("A contact")
    help = gettext_lazy("Name, address and organisation are erased, also in invitations, and the person’s links end.")
    order = 21

    def choices(self, assessment: Assessment) -> list[tuple[str, str]] | None:
        rows = Contact.objects.for_assessment(assessment).for_inviting()
        return sorted(((str(row.pk), row.name or row.email) for row in rows), key=lambda pair: pair[1].casefold())

    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> Contact:
        found: Contact | None = Contact.objects.for_assessment(assessment).filter(pk=to_number(key)).first()
        if found is None:
            raise InputError(_("This contact does not exist any more. Cancel the request."))
        return found

    def name(self, target: Contact) -> str:
        return CONTACT.format(number=target.pk)

    def parts(self, target: Contact) -> list[Part]:
        invitations = getattr(target, "invitations")  # noqa: B009 - of the app surveys, which lies above
        return [
            Part(N_("contacts"), 1),
            Part(N_("invitations that forget the person"), invitations.count()),
        ]

    def words(self, target: Contact) -> list[str]:
        return [target.name, target.email]

    def lines(self, target: Contact) -> list[Line]:
        return [identity(target)]

    def erase(self, target: Contact, *, by: User | None) -> None:
        purge_contact(contact=target)

    def again(self, line: Line) -> bool:
        found = find_known(Contact.objects.all(), line)
        if found is None:
            return False
        purge_contact(contact=found)
        return True


@dataclass(frozen=True)
class Leaving:
    """A person whose account is erased, and who becomes lead of assessments that had no other lead."""

    user: User
    successor: User | None


@erases
class AccountEraser(Eraser):
    """A member's account. What the person did stays in the logs under a pseudonym."""

    kind = "account"
    label = gettext_lazy("A member’s account")
    help = gettext_lazy(
        "The person can no longer sign in; name, address, second factors and sign-ins are erased, and their roles end. "
        "The logs call them “Former member” and a number."
    )
    order = 30
    by_site = True

    def choices(self, assessment: Assessment) -> list[tuple[str, str]] | None:
        rows = User.objects.filter(memberships__assessment=assessment, erased_at=None).distinct().order_by("email")
        return [(str(row.pk), f"{row} ({row.email})") for row in rows]

    def read(self, assessment: Assessment, typed: Mapping[str, Any], by: User) -> tuple[str, dict[str, Any]]:
        key, successor = str(typed.get("which", "")), str(typed.get("successor") or "")
        target = self.find(assessment, key, {}).user
        elsewhere = target.memberships.exclude(assessment=assessment).exists()
        if (elsewhere or target.is_staff) and not by.is_staff:
            raise InputError(
                {
                    "which": _(
                        "This account is also used outside of this assessment. Ask a site administrator to "
                        "erase it, or remove the person from the members."
                    )
                }
            )
        if target == by:
            raise InputError({"which": _("Ask another lead to request this for you: somebody has to take over.")})
        if leads_alone(target) and not successor:
            raise InputError({"successor": _("This is the only lead. Choose who becomes lead.")})
        if successor == key:
            raise InputError({"successor": _("Choose another member.")})
        return key, {"successor": to_number(successor)} if successor else {}

    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> Leaving:
        rows = User.objects.filter(pk=to_number(key), memberships__assessment=assessment, erased_at=None)
        user = rows.distinct().first()
        if user is None:
            raise InputError(_("This account does not exist any more. Cancel the request."))
        successor = User.objects.filter(pk=place.get("successor") or 0, is_active=True).first()
        return Leaving(user, successor)

    def name(self, target: Leaving) -> str:
        return ACCOUNT.format(number=target.user.pk)

    def parts(self, target: Leaving) -> list[Part]:
        return [
            Part(N_("accounts"), 1),
            Part(N_("roles that end"), target.user.memberships.count()),
            Part(N_("assessments that get another lead"), len(leads_alone(target.user))),
            Part(N_("sign-ins that end"), target.user.sign_ins.count()),
        ]

    def seen(self, target: Leaving) -> str:
        """Without the sign-ins, which change by themselves."""
        return repr([(part.name, part.count) for part in self.parts(target)[:-1]])

    def words(self, target: Leaving) -> list[str]:
        return [target.user.name, target.user.email]

    def lines(self, target: Leaving) -> list[Line]:
        line = identity(target.user, born="date_joined")
        return [line | ({"successor": identity(target.successor, born="date_joined")} if target.successor else {})]

    def erase(self, target: Leaving, *, by: User | None) -> None:
        if leads_alone(target.user) and target.successor is None:
            raise InputError(
                _("Who was to become lead is no longer there. Cancel the request, and choose somebody else.")
            )
        erase_account(user=target.user, successor=target.successor, by=by)

    def again(self, line: Line) -> bool:
        found = find_known(User.objects.filter(erased_at=None), line, born="date_joined")
        if found is None:
            return False
        heir = line.get("successor") or {"id": "0"}
        successor = find_known(User.objects.filter(is_active=True), heir, born="date_joined")
        erase_account(user=found, successor=successor, by=None)
        return True


@erases
class AssessmentEraser(Eraser):
    kind = "assessment"
    label = gettext_lazy("The whole assessment")
    help = gettext_lazy(
        "Everything in it is erased: interviews, survey, desk review, indicators, validation, report, members’ roles "
        "and its audit log, of which the length and the last hash are kept in the log of the site."
    )
    order = 90
    by_site = True

    def choices(self, assessment: Assessment) -> list[tuple[str, str]] | None:
        return [(str(assessment.pk), _("{reference}, all of it").format(reference=assessment.reference))]

    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> Assessment:
        if key != str(assessment.pk):
            raise InputError(_("This assessment does not exist any more. Cancel the request."))
        return assessment

    def name(self, target: Assessment) -> str:
        return ASSESSMENT.format(reference=target.reference)

    def parts(self, target: Assessment) -> list[Part]:
        return [
            *rows_of_assessment(target),
            Part(N_("roles"), Membership.objects.filter(assessment=target).count()),
            Part(N_("events of the audit log"), target.audit_events.count()),
        ]

    def seen(self, target: Assessment) -> str:
        """Without the log: every page view adds to it."""
        return repr([(part.name, part.count) for part in rows_of_assessment(target)])

    def lines(self, target: Assessment) -> list[Line]:
        return [identity(target)]

    def erase(self, target: Assessment, *, by: User | None) -> None:
        erase_assessment(assessment=target, by=by)

    def again(self, line: Line) -> bool:
        found = find_known(Assessment.objects.all(), line)
        if found is None:
            return False
        erase_assessment(assessment=found, by=None)
        return True


@erases
class RetentionEraser(Eraser):
    """What was erased because of a retention date. It is erased again only in backups made before that day."""

    kind = "retained"
    label = gettext_lazy("Data whose time of retention is over")
    help = gettext_lazy("Each assessment has dates until which its data are kept.")
    offered = False

    def find(self, assessment: Assessment, key: str, place: Mapping[str, Any]) -> RetentionDate:
        raise InputError(_("Set a date on the page “How long data are kept”."))

    def name(self, target: RetentionDate) -> str:
        with override(settings.LANGUAGE_CODE):  # stored
            return f"{target.get_kind_display()} of {target.assessment.reference}"

    def parts(self, target: RetentionDate) -> list[Part]:
        return [part for rows in retained_rows(target.kind) for part in rows.parts(target.assessment)]

    def lines(self, target: RetentionDate) -> list[Line]:
        return [identity(target.assessment) | {"what": target.kind, "due": target.due_on.isoformat()}]

    def erase(self, target: RetentionDate, *, by: User | None) -> None:
        for rows in retained_rows(target.kind):
            rows.erase(target.assessment)

    def again(self, line: Line) -> bool:
        found = find_known(Assessment.objects.all(), line)
        if found is None:
            return False
        due = date.fromisoformat(line["due"])
        row, _ = RetentionDate.objects.get_or_create(assessment=found, kind=line["what"], defaults={"due_on": due})
        if row.done_at:  # the backup is newer
            return False
        self.erase(row, by=None)
        row.due_on, row.done_at = due, timezone.now()
        row.save()
        return True


@holds_rows(1)
class OwnRows(AssessmentRows):
    """This app's rows are erased with the assessment itself (`services/whole_assessments.py`)."""

    exported: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "assessments.Contact": ("contacts",),
        "assessments.User": ("accounts",),
        "assessments.Membership": ("roles",),
        "assessments.MemberInvitation": ("team_invitations",),
        "assessments.LeadOffer": ("lead_offers",),
        "assessments.SignIn": ("sign_ins",),
        "assessments.Device": ("devices",),
        "assessments.RefusedSignIn": ("refused_sign_ins",),
        "assessments.AuditEvent": ("log",),
        "account.EmailAddress": ("addresses",),
        "mfa.Authenticator": ("second_factors",),
        "socialaccount.SocialAccount": ("providers",),
    }
    impersonal: ClassVar[Mapping[str, str]] = {
        "assessments.Study": "about the study",
        "assessments.Assessment": "about the assessment",
        "assessments.DataKey": "a key",
        "assessments.Organisation": "about organisations",
        "assessments.Document": "published works",
        "assessments.RetiredCode": "codes",
        "assessments.LanguagePack": "languages",
        "assessments.PackText": "texts of pages and reports; who wrote and reviewed one is in the table of work",
        "assessments.AuditChain": "hashes",
        "assessments.ErasureRequest": "what was erased, by codes; who asked is in the table of work",
        "assessments.RetentionDate": "dates of kinds of data",
        "assessments.DeletionCertificate": "counts",
        "assessments.DailyRun": "days",
        "assessments.MailFailure": "without an address",
        "assessments.SiteDetails": "about the site",
        "assessments.WorkerBeat": "about the site",
        "account.EmailConfirmation": "a link that was sent to an address, which is in its own table",
        "auth.Group": "not used",
        "auth.Permission": "not used",
        "contenttypes.ContentType": "names of models",
        "socialaccount.SocialApp": "settings of a provider",
        "socialaccount.SocialToken": "not stored",
        "sessions.Session": "who is signed in now, without a name; sign-ins are in a table",
        "django_tasks_database.DBTaskResult": "jobs, which are deleted when they are done",
        "instruments.Instrument": "questionnaires",
        "instruments.Translation": "texts of questionnaires",
        "instruments.RemovedEntry": "texts of questionnaires",
        "instruments.Correction": "texts of questionnaires; who corrected them is in the table of work",
    }

    def parts(self, assessment: Assessment) -> list[Part]:
        return []

    def erase(self, assessment: Assessment) -> None:
        """Nothing here."""

    def find_person(self, assessment: Assessment, words: str) -> list[Place]:
        return [
            *_contacts_named(assessment, words),
            *_members_named(assessment, words),
            *_asked_to_join(assessment, words),
        ]

    def tables_of(self, assessment: Assessment, person: Person) -> list[Table]:
        contacts = Contact.objects.for_assessment(assessment).filter(pk__in=person.keys("contact"))
        users = User.objects.filter(pk__in=person.keys("member"))
        return [
            Table.of(
                "contacts",
                "Contact for the survey",
                "name address organisation sector language suggested_in added erased",
                (
                    (
                        row.name,
                        row.email,
                        row.organisation,
                        row.get_sector_display(),
                        english_name(row.language),
                        row.suggested_in,
                        row.created_at,
                        row.erased_at,
                    )
                    for row in contacts
                ),
            ),
            *_of_accounts(assessment, users),
            _invitations_to_join(assessment, person, users),
            _work(assessment, users),
            _log(assessment, person),
        ]


def _contacts_named(assessment: Assessment, words: str) -> Iterator[Place]:
    for row in Contact.objects.for_assessment(assessment).for_inviting():
        if matches(words, row.name, row.email):
            yield Place(
                "contact",
                row.pk,
                _("Contact for the survey"),
                row.name,
                row.email,
                model="assessments.contact",
                known_as=f"contact {row.pk}",
                path="contacts/",
            )


def _members_named(assessment: Assessment, words: str) -> Iterator[Place]:
    for row in User.objects.filter(memberships__assessment=assessment, erased_at=None).distinct().order_by("email"):
        if matches(words, row.name, row.email):
            label = _("Member of the team")
            yield Place("member", row.pk, label, row.name, row.email, model="assessments.user", path="members/")


def _asked_to_join(assessment: Assessment, words: str) -> Iterator[Place]:
    for row in MemberInvitation.objects.filter(assessment=assessment, accepted_at=None):
        if matches(words, "", row.email):
            label = _("Invitation to the team")
            model = "assessments.memberinvitation"
            yield Place("asked", row.pk, label, "", row.email, model=model, path="members/")


def _of_accounts(assessment: Assessment, users: QuerySet[User]) -> list[Table]:
    accounts = users.values_list("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    roles = Membership.objects.filter(user__in=users, assessment=assessment)
    pks = set(users.values_list("pk", flat=True))
    offers = LeadOffer.objects.for_assessment(assessment).filter(Q(offered_to__in=pks) | Q(offered_by__in=pks))
    devices = "device", "begun_at", "last_used_at"
    addresses = EmailAddress.objects.filter(user__in=users).values_list("email", "verified", "primary")
    factors = Authenticator.objects.filter(user__in=users).values_list("type", "created_at", "last_used_at")
    providers = SocialAccount.objects.filter(user__in=users)
    refused = RefusedSignIn.objects.filter(user__in=users)
    return [
        Table.of("accounts", "Account", "address name active administers_the_site since last_sign_in", accounts),
        Table.of(
            "roles",
            "Roles in this assessment",
            "role since last_active_on",
            ((row.get_role_display(), row.created_at, row.last_seen_on) for row in roles),
        ),
        Table.of(
            "lead_offers",
            "Offers to take over as lead",
            "offered_to_the_person offered accepted ended",
            ((row.offered_to_id in pks, row.offered_at, row.accepted_at, row.ended_at) for row in offers),
        ),
        Table.of("addresses", "Addresses of the account", "address confirmed first", addresses),
        Table.of("second_factors", "Second factors, without their secrets", "kind since last_used", factors),
        Table.of(
            "providers",
            "Accounts of the organisation that sign in here",
            "provider identifier since last_used told_by_the_provider",
            ((row.provider, row.uid, row.date_joined, row.last_login, json.dumps(row.extra_data)) for row in providers),
        ),
        Table.of(
            "sign_ins",
            "Sign-ins",
            "device since last_used",
            SignIn.objects.filter(user__in=users).values_list(*devices),
        ),
        Table.of(
            "devices",
            "Devices that keep what was not saved, without their keys",
            "device since last_used revoked",
            Device.objects.filter(user__in=users).values_list("name", "created_at", "seen_at", "revoked_at"),
        ),
        Table.of(
            "refused_sign_ins",
            "Refused sign-ins",
            "at device reason",
            ((row.at, row.device, row.get_reason_display()) for row in refused),
        ),
    ]


def _invitations_to_join(assessment: Assessment, person: Person, users: QuerySet[User]) -> Table:
    addresses = {user.email.casefold() for user in users}
    rows = [
        row
        for row in MemberInvitation.objects.filter(assessment=assessment).order_by("pk")
        if row.pk in person.keys("asked") or row.email.casefold() in addresses
    ]
    return Table.of(
        "team_invitations",
        "Invitations to the team",
        "address role sent expires accepted revoked",
        (
            (row.email, row.get_role_display(), row.sent_at, row.expires_at, row.accepted_at, row.revoked_at)
            for row in rows
        ),
    )


def _work(assessment: Assessment, users: QuerySet[User]) -> Table:
    """In how many rows of each kind a member is named as who made or changed it."""
    return Table.of(
        "work",
        "Work in this assessment under the person’s name: how many entries of each kind",
        "kind named_as entries",
        work_under_name(assessment, list(users)),
    )


def _log(assessment: Assessment, person: Person) -> Table:
    members = person.keys("member")
    about = Q(actor__in=members)
    for place in person.places:
        about |= Q(object_type=place.model, object_id=str(place.pk))
        if place.kind == "interview":
            about |= Q(object_label=place.label) | Q(object_label__startswith=f"{place.label}/")
    rows = AuditEvent.objects.for_assessment(assessment).filter(about).order_by("position")
    return Table.of(
        "log",
        "Entries of the log",
        "at by action about",
        (
            (
                row.at,
                "this person" if row.actor_id in members else "a member of the team" if row.actor_id else "the system",
                row.words,
                person.clear(row.object_label),
            )
            for row in rows
        ),
    )


@retains("names")
class Contacts(AssessmentRows):
    def parts(self, assessment: Assessment) -> list[Part]:
        return [Part(N_("contacts"), Contact.objects.for_assessment(assessment).for_inviting().count())]

    def erase(self, assessment: Assessment) -> None:
        for contact in Contact.objects.for_assessment(assessment):
            purge_contact(contact=contact)


@retains("audit")
class AuditLog(AssessmentRows):
    def parts(self, assessment: Assessment) -> list[Part]:
        return [Part(N_("events of the audit log"), AuditEvent.objects.for_assessment(assessment).count())]

    def erase(self, assessment: Assessment) -> None:
        cut_chain(assessment, before=None, by=None)


expires(erase_old_shares)
