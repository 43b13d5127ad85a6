"""Changes to assessments, members, organisations, documents and contacts. Each writes its audit event."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from assessments.audit import record
from assessments.countries import zone_of
from assessments.models import Assessment, Contact, Document, Membership, Organisation, Role, Study, User
from instruments.models import Instrument


def latest_instrument(kind: str) -> Instrument:
    """The published version of `kind` made last. Raises `ValidationError` where none is loaded."""
    found = Instrument.objects.filter(kind=kind).exclude(published_at=None).order_by("published_at", "pk").last()
    if found is None:
        raise ValidationError("No instruments are loaded. Run: manage.py loaddata fixtures/instruments_2016_*.yaml")
    return found


@transaction.atomic
def create_study(*, title: str, commissioner: str = "", funder: str = "", by: User | None) -> Study:
    study = Study.objects.create(title=title, commissioner=commissioner, funder=funder)
    record("study.created", by=by, target=study)
    return study


@transaction.atomic
def create_assessment(
    *, study: Study, country: str, reference: str, starts_on: date, ends_on: date, by: User | None, **fields: Any
) -> Assessment:
    """A new assessment on the published instruments; `by` becomes its lead. Raises `ValidationError`."""
    assessment = Assessment(
        study=study,
        country=country,
        reference=reference,
        starts_on=starts_on,
        ends_on=ends_on,
        **{
            "guide": latest_instrument("interview_guide"),
            "questionnaire": latest_instrument("survey"),
            "matrix": latest_instrument("indicators"),
            "time_zone": zone_of(country),
        }
        | fields,
    )
    assessment.full_clean()
    assessment.save()
    record("assessment.created", by=by, assessment=assessment, target=assessment)
    if by:
        add_member(assessment=assessment, user=by, role=Role.LEAD, by=by)
    return assessment


@transaction.atomic
def begin_assessment(
    *, study_title: str, commissioner: str, by: User, study: Study | None = None, **fields: Any
) -> Assessment:
    """A new assessment in `study` or in a new one of that title. Raises `ValidationError`, and then neither is kept."""
    study = study or create_study(title=study_title, commissioner=commissioner, by=by)
    return create_assessment(study=study, by=by, **fields)


@transaction.atomic
def update_assessment(*, assessment: Assessment, by: User, **fields: Any) -> Assessment:
    changed = sorted(name for name, value in fields.items() if getattr(assessment, name) != value)
    if not changed:
        return assessment
    for name in changed:
        setattr(assessment, name, fields[name])
    assessment.full_clean()
    assessment.save(update_fields=changed)
    record("assessment.changed", by=by, assessment=assessment, target=assessment, fields=changed)
    return assessment


@transaction.atomic
def update_details(*, assessment: Assessment, by: User, study: dict[str, str], **fields: Any) -> Assessment:
    """Change an assessment and what its study says. Raises `ValidationError`, and then neither is changed."""
    about = assessment.study
    changed = sorted(name for name, value in study.items() if getattr(about, name) != value)
    for name in changed:
        setattr(about, name, study[name])
    if changed:
        about.full_clean()
        about.save(update_fields=changed)
        record("study.changed", by=by, assessment=assessment, target=about, fields=changed)
    return update_assessment(assessment=assessment, by=by, **fields)


@transaction.atomic
def add_member(*, assessment: Assessment, user: User, role: str, by: User | None) -> Membership:
    """Raises `ValidationError` where the user has the role already."""
    if Membership.objects.for_assessment(assessment).for_user(user).filter(role=role).exists():
        raise ValidationError(f"{user.email} is {Role(role).label.lower()} of {assessment} already.")
    membership = Membership.objects.create(assessment=assessment, user=user, role=role)
    record("member.added", by=by, assessment=assessment, target=membership, label=user.email, role=role)
    return membership


TOOL_FIELDS = {
    "guide": Instrument.Kind.INTERVIEW_GUIDE,
    "questionnaire": Instrument.Kind.SURVEY,
    "matrix": Instrument.Kind.INDICATORS,
}


@dataclass(frozen=True)
class ToolRow:
    """One of the three instruments of an assessment: the version in use, and the others that may replace it."""

    field: str
    used: Instrument
    others: list[Instrument]


def tool_of(assessment: Assessment) -> list[ToolRow]:
    published = list(Instrument.objects.exclude(published_at=None).order_by("published_at", "pk"))
    rows = []
    for field, kind in TOOL_FIELDS.items():
        used = getattr(assessment, field)
        rows.append(ToolRow(field, used, [i for i in published if i.kind == kind and i.pk != used.pk]))
    return rows


@transaction.atomic
def change_tool(*, assessment: Assessment, field: str, instrument: str, by: User) -> None:
    """Use another published version. `instrument` is a key as typed. Raises `ValidationError`."""
    row = next((row for row in tool_of(assessment) if row.field == field), None)
    chosen = next((i for i in row.others if str(i.pk) == instrument), None) if row else None
    if chosen is None:
        raise ValidationError("Choose one of the published versions on the list; nothing was changed.")
    setattr(assessment, field, chosen)
    assessment.save(update_fields=[field])
    record("assessment.tool_changed", by=by, assessment=assessment, target=chosen, field=field)


def _refuse_double_name(organisation: Organisation) -> None:
    others = Organisation.objects.for_assessment(organisation.assessment).exclude(pk=organisation.pk)
    if others.filter(name__iexact=organisation.name).exists():
        raise ValidationError({"name": f"{organisation.name} is on the list already."})


@transaction.atomic
def add_organisation(*, assessment: Assessment, by: User | None, **fields: Any) -> Organisation:
    organisation = Organisation(assessment=assessment, **fields)
    _refuse_double_name(organisation)
    organisation.full_clean()
    organisation.save()
    record("organisation.added", by=by, assessment=assessment, target=organisation)
    return organisation


@transaction.atomic
def update_organisation(*, organisation: Organisation, by: User, **fields: Any) -> Organisation:
    for name, value in fields.items():
        setattr(organisation, name, value)
    _refuse_double_name(organisation)
    organisation.full_clean()
    organisation.save()
    record("organisation.changed", by=by, assessment=organisation.assessment, target=organisation)
    return organisation


@transaction.atomic
def remove_organisation(*, organisation: Organisation, by: User) -> None:
    """Raises `ValidationError` where an interview is recorded under it."""
    record("organisation.removed", by=by, assessment=organisation.assessment, target=organisation)
    try:
        organisation.delete()
    except ProtectedError:
        raise ValidationError(
            f"{organisation} has interviews. Give those another organisation first, then remove it."
        ) from None


@transaction.atomic
def add_document(*, assessment: Assessment, by: User | None, **fields: Any) -> Document:
    """A source on the register. Raises `ValidationError`, for a code that is taken too."""
    document = Document(assessment=assessment, **fields)
    check_document(document)
    document.save()
    record("document.added", by=by, assessment=assessment, target=document)
    return document


def check_document(document: Document) -> None:
    """Raises `ValidationError` where the document cannot stand on the register; case sets no two codes apart."""
    same_code = Document.objects.for_assessment(document.assessment).exclude(pk=document.pk)
    if (double := same_code.filter(code__iexact=document.code).first()) is not None:
        raise ValidationError({"code": f"{double.code} is taken by “{double.title}”. Choose another code."})
    document.full_clean()


def refuse_double_address(contact: Contact) -> None:
    """Raises `ValidationError` where another contact has the address. It is encrypted, so each one is compared here."""
    others = Contact.objects.for_assessment(contact.assessment).for_inviting().exclude(pk=contact.pk)
    if contact.email and contact.email.casefold() in {other.email.casefold() for other in others}:
        raise ValidationError({"email": "Somebody with this address is on the list of contacts already."})


@transaction.atomic
def add_contact(*, assessment: Assessment, by: User | None, **fields: Any) -> Contact:
    """Raises `ValidationError` for an address that is on the list."""
    contact = Contact(assessment=assessment, **fields)
    refuse_double_address(contact)
    contact.save()
    record("contact.added", by=by, assessment=assessment, target=contact)
    return contact
