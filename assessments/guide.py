"""What each role does, in the order in which it does it: the first visit's guide and the help page."""

from typing import NamedTuple

from assessments.models import Role


class Task(NamedTuple):
    text: str
    path: str  # below the assessment's address


class RoleGuide(NamedTuple):
    role: Role
    about: str
    tasks: tuple[Task, ...]


GUIDE = (
    RoleGuide(
        Role.LEAD,
        "You answer for the assessment: who takes part, which mark counts, and what is published.",
        (
            Task("Invite those who work with you, each to a role.", "members/"),
            Task("Read the three instruments, and adapt them where the country needs it.", "tool/"),
            Task("See what interviews and survey say so far, each number with its base.", "analysis/"),
            Task("Write the report, build it, and freeze an edition.", "report/"),
        ),
    ),
    RoleGuide(
        Role.CONSULTANT,
        "You read, listen, write down and weigh. What you type is saved as you type it, online or offline.",
        (
            Task("Register the documents that you read, each with the code by which you will cite it.", "documents/"),
            Task("Plan an interview, type the notes, and mark the passages that matter with themes.", "interviews/"),
            Task("Mark the cells of the indicator matrix, each with its reason and its evidence.", "indicators/"),
            Task("Write the findings beside the numbers they rest on.", "report/"),
        ),
    ),
    RoleGuide(
        Role.FOCAL_POINT,
        "You send the survey to people in their language, and follow how many have answered, never who answered what.",
        (
            Task("Set the survey up: languages, deadline, the words of the mails.", "survey/"),
            Task(
                "Invite people by personal links, pass on the open link, and remind those who have not answered.",
                "survey/",
            ),
            Task("Note the organisations that take part.", "organisations/"),
        ),
    ),
    RoleGuide(
        Role.FACILITATOR,
        "You run the validation workshop: groups vote on priorities and say what they agree with and what not.",
        (
            Task("Set up the workshop and its groups, and open it when all groups have joined.", "workshop/"),
            Task("Propose changes to cells of the matrix; the lead decides which mark counts.", "indicators/"),
            Task("Keep each statement beside the finding that it concerns.", "workshop/"),
        ),
    ),
    RoleGuide(
        Role.OBSERVER,
        "You may read, and change nothing.",
        (
            Task("Look at the numbers, each with its base.", "analysis/"),
            Task("Read the report as it is now.", "report/"),
        ),
    ),
)


def guides_for(roles: frozenset[Role]) -> list[RoleGuide]:
    """The guides of these roles, in the order above."""
    return [guide for guide in GUIDE if guide.role in roles]
