"""Surveys, invitations and answers for tests."""

from datetime import date
from typing import Any
from uuid import uuid4

import factory

from instruments.schema import Survey as Document
from instruments.schema import parse
from surveys.models import Invitation, Response, Survey
from tests.factories import AssessmentFactory, instruments_2016

VALID: dict[str, Any] = {
    "1.1": "AZE",
    "1.2": "other",
    "1.2_other": "Nurse",
    "1.6": "female",
    "2.1": ["origin", "transit"],
    "2.2": ["prostitution", "forced_labour", "other"],
    "2.2_other": "Begging",
    "2.2.1": "other",
    "2.3": ["agriculture", "construction"],
    "2.4": ["women", "girls", "men", "boys"],
    "2.5": "dont_know",
    "2.6": "Poverty",
    "3.1.1": "adequate",
    "3.1.5": "dont_know",
    "4.1.10": "adequate_for_some",
    "8.1": ["J", "A", "B"],
    "8.3": "Thank you",
}


def document_2016() -> Document:
    document = parse("survey", instruments_2016()["survey"])
    assert isinstance(document, Document)
    return document


class SurveyFactory(factory.django.DjangoModelFactory):
    """An open survey without a deadline."""

    class Meta:
        model = Survey

    assessment = factory.SubFactory(AssessmentFactory)
    questionnaire = factory.SelfAttribute("assessment.questionnaire")
    status = Survey.Status.OPEN
    languages = ["en", "ar", "az"]
    open_slug = factory.Sequence(lambda n: f"open{n:06}")


class ResponseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Response

    survey = factory.SubFactory(SurveyFactory)
    questionnaire = factory.SelfAttribute("survey.questionnaire")
    number = factory.Sequence(lambda n: n + 1)
    code = factory.LazyAttribute(lambda o: f"AZEsur{o.number}")
    uuid = factory.LazyFunction(uuid4)
    answers = factory.LazyFunction(lambda: dict(VALID))
    received_on = date(2016, 2, 1)


class InvitationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Invitation

    survey = factory.SubFactory(SurveyFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.org")
    name = factory.Sequence(lambda n: f"Invited {n}")
    sector = "ngo"
    nonce = factory.Sequence(lambda n: f"nonce{n}")
    token_hmac = factory.Sequence(lambda n: f"{n:064}")
