"""Factories for interviews."""

from datetime import UTC, datetime

import factory

from interviews.models import Answer, Coding, FollowUp, Interview, Theme
from tests.factories import AssessmentFactory, OrganisationFactory

SECTIONS = ["1", "3", "4", "7", "8"]


class InterviewFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Interview

    assessment = factory.SubFactory(AssessmentFactory)
    organisation = factory.SubFactory(OrganisationFactory, assessment=factory.SelfAttribute("..assessment"))
    number = factory.Sequence(lambda n: n + 101)
    code = factory.LazyAttribute(lambda o: f"{o.assessment.country}int{o.number}")
    held_at = datetime(2016, 1, 18, 10, 0, tzinfo=UTC)
    women = 1
    sections = factory.LazyFunction(lambda: list(SECTIONS))


class AnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Answer

    interview = factory.SubFactory(InterviewFactory)
    question = "3.1"
    text = "The police find them. A hotline helps."
    revision = 1


class FollowUpFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FollowUp

    interview = factory.SubFactory(InterviewFactory)
    what = "Ask the ministry for the decree."


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme

    assessment = factory.SubFactory(AssessmentFactory)
    code = factory.Sequence(lambda n: f"theme-{n}")
    label = factory.Sequence(lambda n: f"Theme {n}")
    area = "3"


class CodingFactory(factory.django.DjangoModelFactory):
    """A coding of the first ten characters of the answer."""

    class Meta:
        model = Coding

    answer = factory.SubFactory(AnswerFactory)
    theme = factory.SubFactory(ThemeFactory, assessment=factory.SelfAttribute("..answer.interview.assessment"))
    start = 0
    end = 10
    quote = factory.LazyAttribute(lambda o: o.answer.text[o.start : o.end])
    length = factory.LazyAttribute(lambda o: o.end - o.start)
