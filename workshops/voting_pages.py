"""What the group's own page and the facilitator's paper page have in common."""

from typing import Any

from workshops.models import Ballot, Group, Verdict
from workshops.targets import agendas_of


def said_of_ballot(ballot: Ballot) -> str:
    letters = ", ".join(ballot.priorities)
    if ballot.revision > 1:
        return f"The ballot of {ballot.group} is now {letters}. It replaces the one before; a group counts once."
    return f"The ballot of {ballot.group} is counted: {letters}."


def agenda_context(group: Group, verdict_url: str) -> dict[str, Any]:
    """What the group discusses and what it has said so far. Empty where nothing is written or marked yet."""
    said = {verdict.target: verdict for verdict in Verdict.objects.filter(group=group)}
    agendas = [agenda for agenda in agendas_of(group) if agenda.targets]
    total = sum(len(agenda.targets) for agenda in agendas)
    answered = sum(target in said for agenda in agendas for target in agenda.targets)
    return {
        "group": group,
        "agendas": [
            (
                agenda.category,
                [
                    (heading, [(entry, said.get(entry.target)) for entry in entries])
                    for heading, entries in agenda.parts
                ],
            )
            for agenda in agendas
        ],
        "answered": answered,
        "total": total,
        "verdict_url": verdict_url,
    }
