"""The order in which the demonstration is built."""

from collections.abc import Callable
from typing import Any

from django.core.management import CommandError, call_command

from assessments.models import Assessment, Role
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


def load(*, password: str, report_progress: Callable[[str], None]) -> None:
    """Build what is missing of the demonstration. `report_progress` is called with each step.

    Raises `CommandError`, with nothing changed, where another assessment has a reference of the demonstration.
    """
    file = read("study.yaml")
    _leave_others_alone(file)
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


def _leave_others_alone(file: dict[str, Any]) -> None:
    references = [entry["reference"] for entry in file["assessments"]]
    found = Assessment.objects.filter(reference__in=references).exclude(study__title=file["study"]["title"]).first()
    if found:
        raise CommandError(f"{found} is an assessment of your own. Nothing was changed.", returncode=2)
