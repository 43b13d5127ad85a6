"""Changes to assessments, members, organisations, documents and contacts. Each writes its audit event."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.audit import record
from assessments.models import Assessment, Contact, Document, Membership, Organisation, Role, Study, User
from instruments.models import Instrument


def latest_instrument(kind: str) -> Instrument:
    """The published version of `kind` made last. Raises `ValidationError` where none is loaded."""
    found = Instrument.objects.filter(kind=kind).exclude(published_at=None).order_by("published_at", "pk").last()
    if found is None:
        raise ValidationError("No published instruments are loaded. Run: manage.py loaddata instruments_2016")
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
def update_assessment(*, assessment: Assessment, by: User, **fields: Any) -> Assessment:
    changed = sorted(name for name, value in fields.items() if getattr(assessment, name) != value)
    for name in changed:
        setattr(assessment, name, fields[name])
    assessment.full_clean()
    assessment.save(update_fields=changed)
    record("assessment.changed", by=by, assessment=assessment, target=assessment, fields=changed)
    return assessment


@transaction.atomic
def add_member(*, assessment: Assessment, user: User, role: str, by: User | None) -> Membership:
    """Raises `ValidationError` where the user has the role already."""
    if Membership.objects.for_assessment(assessment).for_user(user).filter(role=role).exists():
        raise ValidationError(f"{user.email} is {Role(role).label.lower()} of {assessment} already.")
    membership = Membership.objects.create(assessment=assessment, user=user, role=role)
    record("member.added", by=by, assessment=assessment, target=membership, label=user.email, role=role)
    return membership


@transaction.atomic
def add_organisation(*, assessment: Assessment, by: User | None, **fields: Any) -> Organisation:
    organisation = Organisation(assessment=assessment, **fields)
    organisation.full_clean()
    organisation.save()
    record("organisation.added", by=by, assessment=assessment, target=organisation)
    return organisation


@transaction.atomic
def add_document(*, assessment: Assessment, by: User | None, **fields: Any) -> Document:
    document = Document(assessment=assessment, **fields)
    document.full_clean()
    document.save()
    record("document.added", by=by, assessment=assessment, target=document)
    return document


@transaction.atomic
def add_contact(*, assessment: Assessment, by: User | None, **fields: Any) -> Contact:
    contact = Contact.objects.create(assessment=assessment, **fields)
    record("contact.added", by=by, assessment=assessment, target=contact)
    return contact
