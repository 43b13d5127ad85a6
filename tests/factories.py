"""Test objects. Each is valid by default; pass the values that the test is about."""

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import factory
import yaml
from django.utils import timezone

from assessments.models import Assessment, Document, Membership, Organisation, Role, Study, User
from instruments.models import Instrument

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
PASSWORD = "correct horse battery staple"


@cache
def instruments_2016() -> dict[str, Any]:
    """kind -> definition of the 2016 tool, read from fixtures/."""
    found = {}
    for path in sorted(FIXTURES.glob("instruments_2016*.yaml")):
        for entry in yaml.load(path.read_text(), Loader=yaml.CSafeLoader):
            if entry["model"] == "instruments.instrument":
                found[entry["fields"]["kind"]] = entry["fields"]["definition"]
    return found


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.org")
    name = factory.Sequence(lambda n: f"User {n}")
    password = factory.django.Password(PASSWORD)


class InstrumentFactory(factory.django.DjangoModelFactory):
    """The 2016 version of `kind`, once per test database."""

    class Meta:
        model = Instrument
        django_get_or_create = ("kind", "key", "version")

    kind = "survey"
    key = "ct-nat-2016"
    version = 1
    definition = factory.LazyAttribute(lambda o: instruments_2016().get(o.kind, {}))
    published_at = datetime(2016, 1, 1, tzinfo=UTC)


class StudyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Study

    title = "South Caucasus"
    commissioner = "Regional office"


class AssessmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assessment
        skip_postgeneration_save = True

    study = factory.SubFactory(StudyFactory)
    country = "AZE"
    reference = factory.Sequence(lambda n: f"AZE-{2016 + n}")
    starts_on = date(2016, 1, 13)
    ends_on = date(2016, 6, 30)
    interviews_planned = 14
    guide = factory.SubFactory(InstrumentFactory, kind="interview_guide")
    questionnaire = factory.SubFactory(InstrumentFactory, kind="survey")
    matrix = factory.SubFactory(InstrumentFactory, kind="indicators")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    assessment = factory.SubFactory(AssessmentFactory)
    role = Role.CONSULTANT
    # Active today already, so that pages are counted as they are from the second one of a day on.
    last_seen_on = factory.LazyAttribute(lambda o: timezone.localdate(timezone=o.assessment.zone))


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    assessment = factory.SubFactory(AssessmentFactory)
    name = factory.Sequence(lambda n: f"Organisation {n}")
    sector = "state"


class DocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Document

    assessment = factory.SubFactory(AssessmentFactory)
    code = factory.Sequence(lambda n: f"Aze {n + 1}")
    title = factory.Sequence(lambda n: f"Document {n}")


def write_to(row: Any, **values: Any) -> None:
    """Store values without the services; `QuerySet.update` cannot do it for encrypted columns."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
