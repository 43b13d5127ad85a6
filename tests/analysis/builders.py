"""Creates rows of other apps directly: an interview with notes and codings, a response, a ballot, a mark."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from analysis.models import BreakdownPlan, DataRelease
from analysis.releases.work import work_out
from analysis.services.breakdown_plans import stored_plan_of
from analysis.services.releases import release_results
from assessments.models import Assessment, Organisation
from indicators.models import Mark
from interviews.models import Answer, Coding, Interview, Theme
from surveys.models import Response, Survey
from workshops.models import Ballot, Group, Workshop
from workshops.results import live_results


def make_interview(
    assessment: Assessment, number: int, notes: dict[str, str] | None = None, **fields: Any
) -> Interview:
    sector = fields.pop("sector", None)
    if sector:
        fields["organisation"] = Organisation.objects.get_or_create(
            assessment=assessment, name=f"A {sector} body", defaults={"sector": sector}
        )[0]
    interview = Interview.objects.create(
        assessment=assessment,
        number=number,
        code=f"AZEint{number}",
        held_at=datetime(2016, 1, 13, 9, tzinfo=UTC) + timedelta(hours=number),
        **{"sections": ["1", "7", "8"]} | fields,
    )
    Answer.objects.bulk_create(
        Answer(interview=interview, question=question, text=text) for question, text in (notes or {}).items()
    )
    return interview


def make_theme(assessment: Assessment, code: str, **fields: Any) -> Theme:
    return Theme.objects.create(assessment=assessment, code=code, **{"label": code, "area": "", "kind": "gap"} | fields)


def code(interview: Interview, question: str, theme: Theme, start: int = 0, end: int = 3, **fields: Any) -> Coding:
    answer = interview.answers.get(question=question)
    quote = answer.text[start:end]
    return Coding.objects.create(
        answer=answer, theme=theme, start=start, end=end, quote=quote, length=end - start, **fields
    )


def make_survey(assessment: Assessment, **fields: Any) -> Survey:
    return Survey.objects.create(assessment=assessment, **{"questionnaire": assessment.questionnaire} | fields)


def respond(survey: Survey, number: int, answers: dict[str, Any], **fields: Any) -> Response:
    return Response.objects.create(
        survey=survey,
        number=number,
        code=f"AZEsur{number}",
        answers=answers,
        received_on=date(2016, 1, 20),
        **{"questionnaire": survey.questionnaire} | fields,
    )


def release(assessment: Assessment, k: int | None = None, **plan: Any) -> DataRelease:
    """Release the results of the answers so far, shown from `k` responses on. `plan`: fields of the `BreakdownPlan`."""
    if k is not None:
        Assessment.objects.filter(pk=assessment.pk).update(disclosure_threshold=k)
        assessment.disclosure_threshold = k
    if plan:
        stored_plan_of(assessment)
        BreakdownPlan.objects.filter(assessment=assessment).update(**plan)
    survey = Survey.objects.get(assessment=assessment)
    made = release_results(survey=survey, by=None, confirmed=True)
    work_out(made.pk)
    made.refresh_from_db()
    return made


def make_workshop(assessment: Assessment, *ballots: list[str]) -> Workshop:
    workshop = Workshop.objects.create(assessment=assessment, held_on=date(2016, 4, 25))
    for number, letters in enumerate(ballots, start=1):
        group = Group.objects.create(workshop=workshop, name=f"Group {number}", women=2, men=3)
        Ballot.objects.create(group=group, priorities=letters)
    workshop.results, workshop.status, workshop.counted = live_results(workshop).to_json(), "closed", True
    workshop.save()
    return workshop


def mark(assessment: Assessment, criterion: str, cell: str, state: str, **fields: Any) -> Mark:
    return Mark.objects.create(assessment=assessment, criterion=criterion, cell=cell, state=state, **fields)
