"""The order in which the demonstration is built."""

from collections.abc import Callable

from django.core.management import call_command

from assessments.models import Assessment, Role
from instruments.models import Instrument
from reports.demo import evidence, findings, house
from reports.demo.files import read

STEPS = (
    house.load_documents,
    evidence.load_themes,
    evidence.load_interviews,
    evidence.load_survey,
    findings.load_matrix,
    findings.load_recommendations,
    findings.load_workshop,
    findings.load_responses,
    findings.load_report,
)
INSTRUMENTS = ("instruments_2016_guide", "instruments_2016_survey", "instruments_2016_indicators")


def load(*, password: str, say: Callable[[str], None]) -> None:
    """Build what is missing of the demonstration. `say` is told each step."""
    if Instrument.objects.filter(published_at__isnull=False).values("kind").distinct().count() < len(INSTRUMENTS):
        say("Instruments of 2016")
        call_command("loaddata", *INSTRUMENTS, verbosity=0)
    file = read("study.yaml")
    users = house.load_users(file["users"], password=password)
    for entry in file["assessments"]:
        say(entry["reference"])
        members = {
            users[user["email"]]: Role(user["role"])
            for user in file["users"]
            if user["assessment"] == entry["reference"]
        }
        house.load_assessment(entry, study=file["study"], notice=file["notice"], members=members)
        assessment = Assessment.objects.with_instruments().get(reference=entry["reference"])
        lead = next(user for user, role in members.items() if role == Role.LEAD)
        for step in STEPS:
            step(assessment, folder=entry["folder"], by=lead)
