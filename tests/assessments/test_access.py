"""The table of roles and actions, written out a second time, so that no line of it changes unnoticed."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from assessments.access import ACTIONS, allows, find_assessment, requires
from assessments.models import Assessment, Role

# L lead, C consultant, P focal point, F facilitator, O observer
TABLE = """
    L - - - -  analysis.compare
    L - - - -  analysis.export
    L - - - -  analysis.release
    L C - - -  analysis.rows
    L C P F O  analysis.view
    L - - - -  assessment.edit
    L - - - -  assessment.export
    L - - - -  assessment.manage
    L C P F O  assessment.view
    L - - - -  audit.view
    L C - - -  codebook.edit
    L C - F -  comments.edit
    L C - - -  comments.resolve
    L C P - -  contacts.edit
    L C P - -  contacts.view
    L C - - -  documents.edit
    L C P F O  documents.view
    L - - - -  erasures.manage
    L - - - -  indicators.decide
    L C - - -  indicators.mark
    L - - F -  indicators.propose
    L C P F O  indicators.view
    L C - - -  interviews.edit
    L C - - -  interviews.names
    L C - F O  interviews.view
    L - - - -  members.manage
    L C P - -  organisations.edit
    L - - - -  people.export
    L C - - -  recommendations.edit
    L C - - -  report.build
    L C P F O  report.comment
    L C - - -  report.edit
    L - - - -  report.publish
    L C - - -  report.resolve
    L - - - -  report.share
    L C P F O  report.view
    L C P - -  responses.enter
    L - - - -  responses.open
    L C - - -  responses.view
    L - P - -  survey.manage
    L C P F O  survey.view
    L C P - -  translations.edit
    L - - - -  workshop.count
    L - - F -  workshop.run
    L C P F O  workshop.view
"""
ROLES = dict(zip("LCPFO", ("lead", "consultant", "focal_point", "facilitator", "observer"), strict=True))


def written(action: str) -> str:
    marks = [mark if ROLES[mark] in ACTIONS[action] else "-" for mark in ROLES]
    return f"{' '.join(marks)}  {action}"


def test_each_role_may_do_what_is_written_here() -> None:
    assert [written(action) for action in sorted(ACTIONS)] == [line.strip() for line in TABLE.split("\n") if line]
    assert set(ROLES.values()) == set(Role)


def test_one_of_several_roles_is_enough() -> None:
    assert allows(frozenset({Role.OBSERVER, Role.LEAD}), "report.publish") is True
    assert allows(frozenset({Role.OBSERVER, Role.CONSULTANT}), "report.publish") is False


def test_a_view_cannot_require_an_action_that_is_not_in_the_table() -> None:
    with pytest.raises(KeyError, match=r"no\.such"):
        requires("no.such")


def resolve(request: Any, assessment: Assessment, number: int) -> HttpResponse:
    request.zone = timezone.get_current_timezone_name()
    return HttpResponse(f"{assessment.reference} {number}")


def ask(user: Any, reference: str = "AZE-2016") -> Any:
    request: Any = RequestFactory().get("/")
    request.user = user
    request.view = requires("comments.resolve")(resolve)
    request.answer = request.view(request, 7, reference=reference)
    return request


def test_a_view_gets_the_assessment_the_roles_and_what_they_may(assessment: Assessment, member: Any) -> None:
    assessment.time_zone = "Asia/Baku"
    assessment.save()
    request = ask(member("consultant"))
    assert request.answer.content == b"AZE-2016 7"
    assert (request.assessment, request.roles) == (assessment, {Role.CONSULTANT})
    assert request.may == {action for action, roles in ACTIONS.items() if Role.CONSULTANT in roles}
    assert (request.zone, timezone.get_current_timezone_name()) == ("Asia/Baku", "UTC")
    assert (request.view.access, request.view.__name__) == ("comments.resolve", "resolve")


def test_a_member_without_the_action_is_refused_and_an_outsider_finds_nothing(member: Any, outsider: Any) -> None:
    with pytest.raises(PermissionDenied, match="does not allow this"):
        ask(member("observer"))
    with pytest.raises(Http404, match="This assessment does not exist"):
        ask(outsider)
    with pytest.raises(Http404):
        ask(member("consultant"), "no-such")


def test_the_roles_of_a_member_are_read_in_one_query(
    assessment: Assessment, member: Any, django_assert_num_queries: Any
) -> None:
    lead = member("lead")
    with django_assert_num_queries(1):
        found, roles = find_assessment(lead, "AZE-2016")
        assert (found.guide.version, found.questionnaire.version) == (1, 1)
    assert (found, roles) == (assessment, {Role.LEAD})
