"""What a device takes along for working without a connection: a member's open interviews, their guides, and lists."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from assessments.forms import typed_language
from assessments.models import Assessment, Organisation, User
from interviews.guides import guide_in, guide_of
from interviews.information_notes import wording_of
from interviews.models import Interview, Theme
from interviews.notes import sections_of
from interviews.operations import OBSERVATIONS, head_of, plan_of

VERSION = 2  # of the form of a kit
MOST_TAKEN = 60  # interviews: a mission of two weeks


def taken_by(assessment: Assessment, user: User) -> list[Interview]:
    """The interviews of a member that are planned or not complete, the earliest first."""
    rows = Interview.objects.for_assessment(assessment).for_work().filter(completed_at=None)
    own = Q(created_by=user)
    if user.name:
        own |= Q(interviewer__iexact=user.name)
    found = list(rows.filter(own).with_answers().prefetch_related("begun").order_by("held_at", "pk")[:MOST_TAKEN])
    for interview in found:
        interview.assessment = assessment  # its guide is parsed already
    return found


def kit_of(assessment: Assessment, user: User, interviews: Sequence[Interview]) -> dict[str, Any]:
    """The kit with these `interviews` (`taken_by`) as JSON. It has no names or titles of respondents, and no suggested
    colleagues.

    `guides`: version -> language -> the sections with their questions and prompts, and the information note;
    `routings`: version -> which sections are always asked, and how many of which others. The interviews that are begun
    on the device use `guide`, in one of `languages`. `themes`: those of the codebook that are on offer.
    """
    languages = list(dict.fromkeys([*assessment.languages, *(interview.language for interview in interviews), "en"]))
    versions = {assessment.guide_id} | {_version(interview) for interview in interviews}
    return {
        "version": VERSION,
        "taken_at": timezone.now().isoformat(),
        "interviewer": user.name,
        "guide": assessment.guide_id,
        "always": list(guide_of(assessment).routing.always),
        "routings": {version: _routing(assessment, version) for version in versions},
        "languages": {code: typed_language(code) for code in languages},
        "report_language": assessment.report_language,
        "themes": [
            {"area": row.area, "label": row.label, "definition": row.definition}
            for row in Theme.objects.for_assessment(assessment).for_coding()
        ],
        "organisations": [
            [row.pk, row.name] for row in Organisation.objects.for_assessment(assessment).order_by("name", "pk")
        ],
        "guides": {version: _guide(assessment, version, languages) for version in versions},
        "interviews": [_interview(interview) for interview in interviews],
    }


def _version(interview: Interview) -> int:
    return interview.guide_version_id or interview.assessment.guide_id


def _routing(assessment: Assessment, version: int) -> dict[str, Any]:
    routing = guide_in(assessment, version).routing
    return {
        "always": list(routing.always),
        "choose_from": list(routing.choose_from),
        "min": routing.min,
        "max": routing.max,
    }


def _guide(assessment: Assessment, version: int, languages: Iterable[str]) -> dict[str, Any]:
    return {
        language: {
            "sections": [
                {
                    "name": section.name,
                    "title": section.title,
                    "language": section.language,
                    "questions": [
                        {
                            "name": question.name,
                            "text": question.text,
                            "prompts": question.prompts,
                            "suggests_contacts": question.suggests_contacts,
                        }
                        for question in section.questions
                    ],
                }
                for section in sections_of(
                    Interview(assessment=assessment, guide_version_id=version), [], language=language
                )
            ],
            "note": wording_of(assessment, language).paragraphs,
        }
        for language in languages
    }


def _interview(interview: Interview) -> dict[str, Any]:
    answers = {row.question: {"text": row.text, "revision": row.revision} for row in interview.answers.all()}
    observations = {"text": interview.observations, "revision": interview.observations_revision}
    return {
        "id": interview.pk,
        "uuid": next((str(row.uuid) for row in interview.begun.all()), None),  # where it was begun on a device
        "code": interview.code,
        "address": interview.get_absolute_url(),
        "guide": _version(interview),
        "completing": reverse("interviews:interview_complete", args=[interview.assessment.reference, interview.code]),
        "plan": plan_of(interview),
        "head": head_of(interview),
        "answers": answers | {OBSERVATIONS: observations},
    }
