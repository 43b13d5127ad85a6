"""An open survey, an invitation to it, and counters that start at zero."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from surveys.distribution import throttle
from surveys.distribution.links import token_digest, token_of
from surveys.models import Invitation, Survey
from tests.surveys.factories import InvitationFactory, SurveyFactory


@pytest.fixture(autouse=True)
def _uncounted() -> None:
    throttle.forget()


@pytest.fixture
def survey(assessment: Any) -> Survey:
    assessment.survey_contact, assessment.office = "survey@example.org", "Baku office"
    assessment.research_contact = "research@example.org"
    assessment.study.commissioner = "The commission"
    assessment.study.save()
    assessment.save()
    return SurveyFactory(assessment=assessment, open_slug="open", deadline=timezone.now() + timedelta(days=4))


@pytest.fixture
def invitation(survey: Survey) -> Invitation:
    return InvitationFactory(survey=survey, nonce="n", token_hmac=token_digest(token_of("n")), language="ar")


@pytest.fixture
def link(invitation: Invitation) -> str:
    return f"/s/i/{token_of('n')}/"
