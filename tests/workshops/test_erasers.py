"""Minutes and statements that repeat erased content."""

from datetime import date
from typing import Any

import pytest

from assessments.erasers import copies_with, withdraw_copies
from assessments.models import Assessment, Role
from assessments.services.erasure import ask_erasure, preview
from tests.factories import DocumentFactory, MembershipFactory
from workshops.models import Comment, Minutes, Workshop

pytestmark = pytest.mark.django_db


def test_minutes_with_the_words_are_erased_where_that_is_chosen(assessment: Assessment, member: Any) -> None:
    workshop = Workshop.objects.create(assessment=assessment, held_on=date(2016, 5, 1))
    for number, html in enumerate(("<p>Xyzzy spoke.</p>", "<p>Nothing.</p>"), start=1):
        Minutes.objects.create(workshop=workshop, number=number, html=html)
    found = copies_with(assessment, ["Xyzzy", "no"])  # too short to be looked for
    assert [copy.label for copy in found] == ["Validation: minutes 1 of the workshop of 1 May 2016"]
    assert withdraw_copies(assessment, [found[0].key, "minutes:999999"], by=member("lead")) == 1
    assert [row.number for row in Minutes.objects.all()] == [2]
    assert assessment.audit_events.filter(action="minutes.erased").count() == 1


def test_statements_that_answer_a_source_or_repeat_it_are_named(assessment: Assessment) -> None:
    lead = MembershipFactory(assessment=assessment, role=Role.LEAD).user
    document = DocumentFactory(assessment=assessment, code="Aze 1", title="On the long road")
    cited = Comment.objects.create(assessment=assessment, source="document:Aze 1#4", statement="No.")
    repeated = Comment.objects.create(assessment=assessment, statement="“On the long road” is wrong.")
    Comment.objects.create(assessment=assessment, source="document:Aze 11", statement="Yes.")
    asked = ask_erasure(assessment=assessment, kind="document", by=lead, ground="mistake", which=str(document.pk))
    assert [use.path for use in preview(asked).uses] == [
        f"workshop/responses/{cited.pk}/",
        f"workshop/responses/{repeated.pk}/",
    ]
