"""Pages of a running workshop show the present wording; what is printed about a statement keeps the wording judged."""

from typing import Any

import pytest
from django.urls import reverse

from analysis.results import for_assessment
from indicators.services.recommendations import edit_recommendation
from reports.document.validation import Validation
from reports.words import WORDS
from tests.indicators.factories import make_recommendation
from tests.workshops.factories import make_group, make_workshop
from workshops.changes import statements_of
from workshops.models import Workshop
from workshops.services.verdicts import give_verdict
from workshops.services.workshops import close_workshop, count_workshop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["workshop_groups", "projector_counts"])
def test_a_changed_text_is_sent(assessment: Any, client_as: Any, name: str) -> None:
    row = make_recommendation(assessment)
    workshop = make_workshop(assessment)
    client, at = client_as("observer"), reverse(f"workshops:{name}", args=["AZE-2016", workshop.pk])
    revision = client.get(at)["X-Revision"]
    assert client.get(at, {"revision": revision}).status_code == 204
    edit_recommendation(recommendation=row, text="train every inspector", by=None)
    answer = client.get(at, {"revision": revision})
    assert answer.status_code == 200
    if name == "workshop_groups":
        assert "now reads “train every inspector”" in answer.content.decode()


def test_the_facilitator_is_reported_before_opening_that_there_is_nothing_to_judge(
    assessment: Any, client_as: Any
) -> None:
    workshop = make_workshop(assessment, opened=False)
    at = reverse("workshops:workshop", args=["AZE-2016", workshop.pk])
    warning = "groups could only vote on the priorities"
    assert warning in " ".join(client_as("facilitator").get(at).content.decode().split())
    make_recommendation(assessment)
    assert warning not in " ".join(client_as("facilitator").get(at).content.decode().split())


def test_a_statement_is_printed_beside_the_words_judged(assessment: Any) -> None:
    row = make_recommendation(assessment)
    workshop = make_workshop(assessment)
    group = make_group(workshop)
    give_verdict(group=group, target=f"recommendation:{row.pk}", choice="disagree", words="Too dear.")
    close_workshop(workshop=workshop, by=None)
    count_workshop(workshop=Workshop.objects.get(), counted=True, by=None)
    edit_recommendation(recommendation=row, text="train every inspector", by=None)
    (statement,) = statements_of(assessment)
    assert statement.label == "Recommendation: train inspectors"
    printed = Validation(for_assessment(assessment), WORDS.translate_all("en")).statement(statement)
    assert (printed["about"], printed["finding"]) == ("Recommendation: train inspectors", "")
