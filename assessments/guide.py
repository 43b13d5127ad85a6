"""The tasks of each role in their order, for the guide on the first visit and for the help page."""

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
        "You are responsible for the assessment: who takes part, which marks are final, and what is published.",
        (
            Task("Invite the people you work with and give each a role.", "members/"),
            Task("Read the three instruments, and adapt them to the country where needed.", "tool/"),
            Task("Before the survey opens, choose by which groups its answers are broken down.", "analysis/release/"),
            Task("Follow the results of the interviews and the survey, each number with its base.", "analysis/"),
            Task("Write the report, build it, and freeze an edition.", "report/"),
        ),
    ),
    RoleGuide(
        Role.CONSULTANT,
        "You review documents, conduct interviews and assess the response. Your notes are saved as you type, "
        "online and offline.",
        (
            Task("Add the documents that you review, each with its citation code.", "documents/"),
            Task("Plan an interview, type the notes, and code the important passages with themes.", "interviews/"),
            Task("Mark the cells of the indicator matrix, each with its reason and its evidence.", "indicators/"),
            Task("Write the findings next to the numbers that support them.", "report/"),
        ),
    ),
    RoleGuide(
        Role.FOCAL_POINT,
        "You send the survey to people in their language and follow how many have answered. You never see who "
        "answered what.",
        (
            Task("Set up the survey: languages, deadline and the text of the e-mails.", "survey/"),
            Task(
                "Invite people with personal links, share the open link, and remind those who have not answered.",
                "survey/",
            ),
            Task("Add the organisations that take part.", "organisations/"),
        ),
    ),
    RoleGuide(
        Role.FACILITATOR,
        "You run the validation workshop: groups vote on priorities and say whether they agree with the findings.",
        (
            Task("Set up the workshop and its groups, and open the vote when all groups have joined.", "workshop/"),
            Task("Propose changes to cells of the matrix; the lead decides which mark is final.", "indicators/"),
            Task("Record each statement with the finding that it concerns.", "workshop/"),
        ),
    ),
    RoleGuide(
        Role.OBSERVER,
        "You can view everything that your role shows, but change nothing.",
        (
            Task("View the results, each number with its base.", "analysis/"),
            Task("Read the current report.", "report/"),
        ),
    ),
)


def guides_for(roles: frozenset[Role]) -> list[RoleGuide]:
    """The guides of these roles, in the order above."""
    return [guide for guide in GUIDE if guide.role in roles]
