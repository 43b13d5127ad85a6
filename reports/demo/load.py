"""The order in which the demonstration is built."""

from collections.abc import Callable

from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from assessments.models import Assessment, Role, User
from instruments.models import Instrument
from reports.demo import assessments, evidence, findings
from reports.demo.files import read

# Each step is done by a member with the role for it; by the lead where no member has the role.
STEPS = (
    (assessments.load_documents, Role.CONSULTANT),
    (evidence.load_themes, Role.CONSULTANT),
    (evidence.load_interviews, Role.CONSULTANT),
    (evidence.name_respondents, Role.LEAD),
    (evidence.load_survey, Role.FOCAL_POINT),
    (findings.load_matrix, Role.CONSULTANT),
    (findings.load_recommendations, Role.CONSULTANT),
    (findings.load_workshop, Role.FACILITATOR),
    (findings.load_responses, Role.CONSULTANT),
    (findings.load_report, Role.LEAD),
)
INSTRUMENTS = ("instruments_2016_guide", "instruments_2016_survey", "instruments_2016_indicators")


def load(*, password: str | None, report_progress: Callable[[str], None]) -> None:
    """Build what is missing of the demonstration. `report_progress` is called with each step. Without a password its
    accounts, if they are not there yet, cannot sign in.

    Raises `CommandError`, with nothing changed, where another assessment has a reference of the demonstration.
    """
    file = read("study.yaml")
    if found := other_with_its_reference():
        raise CommandError(f"{found} is an assessment of your own. Nothing was changed.", returncode=2)
    if Instrument.objects.for_use().filter(owner=None).values("kind").distinct().count() < len(INSTRUMENTS):
        report_progress("Instruments of 2016")
        call_command("loaddata", *INSTRUMENTS, verbosity=0)
    users = assessments.load_users(file["users"], password=password)
    for entry in file["assessments"]:
        report_progress(entry["reference"])
        members = {
            Role(user["role"]): users[user["email"]]
            for user in file["users"]
            if user["assessment"] == entry["reference"]
        }
        assessments.load_assessment(entry, study=file["study"], notice=file["notice"], members=members)
        assessment = Assessment.objects.with_instruments().get(reference=entry["reference"])
        for step, role in STEPS:
            step(assessment, folder=entry["folder"], by=members.get(role, members[Role.LEAD]))


def demonstration_assessments() -> QuerySet[Assessment]:
    """Those that were built, not what somebody began in the same study."""
    return Assessment.objects.filter(reference__in=_references(), study__is_demonstration=True)


def other_with_its_reference() -> Assessment | None:
    """An assessment of the site's own with a reference of the demonstration."""
    return Assessment.objects.filter(reference__in=_references()).exclude(study__is_demonstration=True).first()


def demonstration_accounts() -> QuerySet[User]:
    return User.objects.filter(email__in=[entry["email"] for entry in read("study.yaml")["users"]])


def _references() -> list[str]:
    return [entry["reference"] for entry in read("study.yaml")["assessments"]]
