"""Who may do what: one table of role x action, and the decorators by which each view declares its line of the table.

An outsider gets 404 (whether an assessment exists is not disclosed), a member without the action 403, an anonymous
visitor the sign-in page. A view without a declaration fails tests/test_access.py.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Assessment, Membership, Role, User
from assessments.packs import words_for
from assessments.second_factor import ask_for_second_factor, passed_second_factor
from ctnat.ui.access import View, asks_by_itself, editors_only, public, signed_in, staff_only, without_members

__all__ = [
    "ACTIONS",
    "allows",
    "asks_by_itself",
    "editors_only",
    "find_assessment",
    "inside",
    "public",
    "requires",
    "signed_in",
    "staff_only",
    "without_members",
]

LEAD, CONSULTANT, FOCAL_POINT = Role.LEAD, Role.CONSULTANT, Role.FOCAL_POINT
FACILITATOR, OBSERVER = Role.FACILITATOR, Role.OBSERVER
EVERYONE = frozenset(Role)

ACTIONS: dict[str, frozenset[Role]] = {
    "assessment.view": EVERYONE,
    "assessment.edit": frozenset({LEAD}),
    "assessment.manage": frozenset({LEAD}),
    "assessment.export": frozenset({LEAD}),
    "members.manage": frozenset({LEAD}),
    "audit.view": frozenset({LEAD}),
    "erasures.manage": frozenset({LEAD}),
    "people.export": frozenset({LEAD}),
    "organisations.edit": frozenset({LEAD, CONSULTANT, FOCAL_POINT}),
    "documents.view": EVERYONE,
    "documents.edit": frozenset({LEAD, CONSULTANT}),
    "contacts.view": frozenset({LEAD, CONSULTANT, FOCAL_POINT}),
    "contacts.edit": frozenset({LEAD, CONSULTANT, FOCAL_POINT}),
    "interviews.view": frozenset({LEAD, CONSULTANT, FACILITATOR, OBSERVER}),
    "interviews.edit": frozenset({LEAD, CONSULTANT}),
    "interviews.names": frozenset({LEAD, CONSULTANT}),
    "codebook.edit": frozenset({LEAD, CONSULTANT}),
    "survey.view": EVERYONE,
    "survey.manage": frozenset({LEAD, FOCAL_POINT}),
    "responses.enter": frozenset({LEAD, CONSULTANT, FOCAL_POINT}),
    "responses.view": frozenset({LEAD, CONSULTANT}),
    "responses.open": frozenset({LEAD}),
    "indicators.view": EVERYONE,
    "indicators.mark": frozenset({LEAD, CONSULTANT}),
    "indicators.propose": frozenset({LEAD, FACILITATOR}),
    "indicators.decide": frozenset({LEAD}),
    "recommendations.edit": frozenset({LEAD, CONSULTANT}),
    "translations.edit": frozenset({LEAD, CONSULTANT, FOCAL_POINT}),
    "workshop.view": EVERYONE,
    "workshop.run": frozenset({LEAD, FACILITATOR}),
    "workshop.count": frozenset({LEAD}),
    "comments.edit": frozenset({LEAD, CONSULTANT, FACILITATOR}),
    "comments.resolve": frozenset({LEAD, CONSULTANT}),
    "analysis.view": EVERYONE,
    "analysis.rows": frozenset({LEAD, CONSULTANT}),
    "analysis.export": frozenset({LEAD}),
    "analysis.release": frozenset({LEAD}),
    "analysis.compare": frozenset({LEAD}),
    "report.view": EVERYONE,
    "report.comment": EVERYONE,
    "report.resolve": frozenset({LEAD, CONSULTANT}),
    "report.edit": frozenset({LEAD, CONSULTANT}),
    "report.build": frozenset({LEAD, CONSULTANT}),
    "report.publish": frozenset({LEAD}),
    "report.share": frozenset({LEAD}),
}


def allows(roles: frozenset[Role], action: str) -> bool:
    return bool(roles & ACTIONS[action])


def find_assessment(user: User, reference: str) -> tuple[Assessment, frozenset[Role]]:
    """The assessment and the user's roles in it, in one query. Raises `Http404` for outsiders."""
    rows = Assessment.objects.with_instruments().with_roles_of(user).filter(reference=reference)
    found = list(rows.order_by())  # a third of the time of this query, which every page needs, went into its order
    if not found:
        raise Http404(_("This assessment does not exist."))
    return found[0], frozenset(Role(row.role) for row in found)


def note_day(user: User, assessment: Assessment) -> None:
    """Store today as the last day on which the member was active, for the list of members: one write a day.

    `assessment` is as `find_assessment` returns it.
    """
    today = timezone.localdate(timezone=assessment.zone)
    if getattr(assessment, "seen_on", None) == today:
        return
    try:
        Membership.objects.for_assessment(assessment).for_user(user).update(last_seen_on=today)
    except OperationalError:  # the database is busy: the next page notes it
        return


def requires(action: str) -> Callable[[View], View]:
    """For views under `a/<reference>/`: the view is called with the assessment in place of its reference.

    `request.roles` holds the user's roles, `request.may` the set of actions they allow.
    """
    if action not in ACTIONS:
        raise KeyError(action)

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: Any, *args: Any, reference: str, **kwargs: Any) -> HttpResponseBase:
            assessment, request.roles = find_assessment(request.user, reference)
            request.may = frozenset(name for name, roles in ACTIONS.items() if request.roles & roles)
            if action not in request.may:
                raise PermissionDenied(
                    _("Your role in {assessment} does not allow this.").format(assessment=assessment)
                )
            if assessment.second_factor_required and not passed_second_factor(request):
                return ask_for_second_factor(
                    request, _("{assessment} asks its members for a second factor.").format(assessment=assessment)
                )
            request.assessment = assessment
            if not getattr(request, "asks_by_itself", False):
                note_day(request.user, assessment)
            # Times are read and typed as the assessment's clocks show them; words for readers are its own.
            with timezone.override(assessment.zone), words_for(assessment):
                return view(request, assessment, *args, **kwargs)

        guarded.access = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def inside(namespace: str, patterns: Iterable[URLPattern]) -> list[URLPattern]:
    """Pages that belong to no assessment, for an address below one: each is shown within it, with its six steps, and
    still decides by itself what the user may do there. They find it in `request.assessment`; `same_as` of the view is
    the name of the page outside."""

    def within(view: View, name: str) -> View:
        @wraps(view)
        def shown(request: Any, _assessment: Assessment, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        guarded: Any = requires("assessment.view")(shown)
        guarded.same_as = name
        return cast(View, guarded)

    return [
        URLPattern(entry.pattern, within(entry.callback, f"{namespace}:{entry.name}"), name=entry.name)
        for entry in patterns
    ]
