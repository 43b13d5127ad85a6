"""The tasks of each role in their order, for a member's first days and for the help page."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment, AuditEvent, Membership, Role, User
from ctnat.ui.lazy import StrOrPromise


class Task(NamedTuple):
    """`done`: actions of the audit log that show that it was done here; each is needed, "a|b" is one of them. `own`: by
    the member. Without actions nothing is recorded of it, and it is never said to be done."""

    text: StrOrPromise
    path: str  # below the assessment's address
    done: tuple[str, ...] = ()
    own: bool = False
    is_done: bool = False


class RoleGuide(NamedTuple):
    role: Role
    about: StrOrPromise
    tasks: tuple[Task, ...]


GUIDE = (
    RoleGuide(
        Role.LEAD,
        _("You are responsible for the assessment: who takes part, which marks are final, and what is published."),
        (
            Task(_("Invite the people you work with and give each a role."), "members/", ("member.invited",)),
            Task(
                _("Read the three instruments, and adapt them to the country where needed."),
                "tool/",
                ("assessment.tool_changed",),
            ),
            Task(
                _("Before the survey opens, choose by which groups its answers are broken down."),
                "analysis/release/",
                ("breakdowns.planned",),
            ),
            Task(_("Follow the results of the interviews and the survey, each number with its base."), "analysis/"),
            Task(
                _("Write the report, build it, and freeze an edition."),
                "report/",
                ("report.section_edited", "report.edition_made"),
            ),
        ),
    ),
    RoleGuide(
        Role.CONSULTANT,
        _(
            "You review documents, conduct interviews and assess the response. Your notes are saved as you type, "
            "online and offline."
        ),
        (
            Task(
                _("Add the documents that you review, each with its citation code."),
                "documents/",
                ("document.added|document.imported",),
            ),
            Task(
                _("Plan an interview, type the notes, and code the important passages with themes."),
                "interviews/",
                ("interview.planned|interview.started|interviews.imported", "coding.added"),
            ),
            Task(
                _("Mark the cells of the indicator matrix, each with its reason and its evidence."),
                "indicators/",
                ("cell.marked",),
            ),
            Task(_("Write the findings next to the numbers that support them."), "report/", ("report.section_edited",)),
        ),
    ),
    RoleGuide(
        Role.FOCAL_POINT,
        _(
            "You send the survey to people in their language and follow how many have answered. You never see who "
            "answered what."
        ),
        (
            Task(
                _("Set up the survey: languages, deadline and the text of the e-mails."), "survey/", ("survey.created",)
            ),
            Task(
                _("Invite people with personal links, share the open link, and remind those who have not answered."),
                "survey/",
                ("mailing.started|invitations.links_copied",),
            ),
            Task(_("Add the organisations that take part."), "organisations/", ("organisation.added",)),
            Task(
                _("Print the quick start, two pages with the dates and addresses of this assessment."),
                "quick-start/survey/",
            ),
        ),
    ),
    RoleGuide(
        Role.FACILITATOR,
        _("You run the validation workshop: groups vote on priorities and say whether they agree with the findings."),
        (
            Task(
                _("Set up the workshop and its groups, and open the vote when all groups have joined."),
                "workshop/",
                ("workshop.created", "group.added", "workshop.opened"),
            ),
            Task(
                _("Propose changes to cells of the matrix; the lead decides which mark is final."),
                "indicators/",
                ("cell.proposed",),
            ),
            Task(_("Record each statement with the finding that it concerns."), "workshop/", ("response.added",)),
            Task(
                _("Print the quick start, two pages with the dates and addresses of this assessment."),
                "quick-start/workshop/",
            ),
        ),
    ),
    RoleGuide(
        Role.OBSERVER,
        _("You can view everything that your role shows, but change nothing."),
        (
            Task(_("View the results, each number with its base."), "analysis/"),
            Task(_("Read the current report."), "report/", ("report.read",), own=True),
        ),
    ),
)


FIRST_DAYS = timedelta(days=14)


def first_days_of(user: User, assessment: Assessment) -> list[RoleGuide]:
    """The guides that the home page shows a new member: those of the user's roles, unless hidden, with what was done.
    Two queries, one where there are none."""
    own = Membership.objects.for_assessment(assessment).for_user(user).for_first_days(timezone.now() - FIRST_DAYS)
    guides = guides_for(frozenset(Role(role) for role in own.order_by().values_list("role", flat=True)))
    return with_done(guides, assessment, user) if guides else []


def with_done(guides: Iterable[RoleGuide], assessment: Assessment, user: User) -> list[RoleGuide]:
    """The guides with `is_done` of each task, as the audit log tells it. One query."""
    names = {name for guide in guides for task in guide.tasks for each in task.done for name in each.split("|")}
    events = AuditEvent.objects.for_assessment(assessment).filter(action__in=names).order_by()
    by_whom = set(events.values_list("action", "actor").distinct())
    anybody, member = {action for action, _by in by_whom}, {action for action, by in by_whom if by == user.pk}

    def is_done(task: Task) -> bool:
        known = member if task.own else anybody
        return bool(task.done) and all(known.intersection(each.split("|")) for each in task.done)

    return [
        guide._replace(tasks=tuple(task._replace(is_done=is_done(task)) for task in guide.tasks)) for guide in guides
    ]


def guides_for(roles: frozenset[Role]) -> list[RoleGuide]:
    """The guides of these roles, in the order above."""
    return [guide for guide in GUIDE if guide.role in roles]
