"""The data collected: the codebook, the interviews with their notes and codings, and the survey's responses."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from analysis.services.breakdown_plans import name_participants
from assessments.models import Assessment, User
from interviews.models import Interview, Theme
from interviews.services.answers import save_answer
from interviews.services.codings import code_passage
from interviews.services.interviews import complete_interview, create_interview
from interviews.services.themes import add_theme
from reports.demo.assessments import organisation
from reports.demo.files import ROOT, read
from surveys.models import Survey
from surveys.questionnaire.documents import document_of
from surveys.responses.imports import plan_import
from surveys.services.responses import import_responses
from surveys.services.surveys import close_survey, create_survey, open_survey, update_survey


@transaction.atomic
def load_themes(assessment: Assessment, *, folder: str, by: User) -> None:
    if Theme.objects.filter(assessment=assessment).exists():
        return
    for entry in read(folder, "themes.yaml").get("themes", []):
        fields = {name: entry[name] for name in ("code", "label", "definition", "area", "kind")}
        add_theme(assessment=assessment, by=by, **fields)


@transaction.atomic
def load_interviews(assessment: Assessment, *, folder: str, by: User) -> None:
    """The interviews in the order of the file, so that the third is `AZEint3`."""
    if Interview.objects.filter(assessment=assessment).exists():
        return
    file = read(folder, "interviews.yaml")
    themes = {theme.code: theme for theme in Theme.objects.filter(assessment=assessment)}
    for entry in file["interviews"]:
        _load_interview(assessment, entry, note=file["note"], themes=themes, by=by)


def _load_interview(
    assessment: Assessment, entry: dict[str, Any], *, note: str, themes: dict[str, Theme], by: User
) -> None:
    women, men = entry["people"]
    day = datetime.strptime(entry["date"], "%Y-%m-%d %H:%M")  # noqa: DTZ007 -- the zone follows
    body = {"name": entry["organisation"], "sector": entry["sector"], "entity_type": entry.get("entity_type", "")}
    interview = create_interview(
        assessment=assessment,
        by=by,
        held_at=day.replace(tzinfo=ZoneInfo(assessment.time_zone)),
        format=Interview.Format.GROUP if women + men > 1 else Interview.Format.IN_PERSON,
        organisation=organisation(assessment, by=by, **body),
        women=women,
        men=men,
        sections={"1", "7", "8", *map(str, entry["sections"])},
        interviewer=by.name,
        respondent_title=entry.get("title", ""),
        note_given=True,
        observations=note,
    )
    answers = {
        question: save_answer(interview=interview, question=question, text=text, by=by).answer
        for question, text in entry.get("answers", {}).items()
    }
    for question, theme, quote in entry.get("codings", []):
        start = answers[question].text.index(quote)
        code_passage(answer=answers[question], theme=themes[theme], start=start, end=start + len(quote), by=by)
    complete_interview(interview=interview, by=by)


def name_respondents(assessment: Assessment, *, folder: str, by: User) -> None:
    """The lead's decision to list all characteristics of respondents, as the source did; before the survey."""
    if not Survey.objects.filter(assessment=assessment).exists():
        name_participants(assessment=assessment, reason=read(folder, "survey.yaml")["named_because"], by=by)


@transaction.atomic
def load_survey(assessment: Assessment, *, folder: str, by: User) -> None:
    """The survey with its responses, closed. The deadline comes last: a survey past its deadline cannot be opened."""
    if Survey.objects.filter(assessment=assessment).exists():
        return
    file = read(folder, "survey.yaml")
    zone = ZoneInfo(assessment.time_zone)
    survey = create_survey(
        assessment=assessment,
        by=by,
        opens_at=datetime.combine(file["opens"], time(), zone),
        languages=file["languages"],
    )
    open_survey(survey=survey, by=by)
    plan = plan_import(survey, (ROOT / folder / "responses.csv").read_bytes(), "responses.csv")
    if plan.errors:
        raise ValueError(f"{folder}/responses.csv: " + "; ".join(plan.errors))
    import_responses(survey=survey, rows=plan.rows, by=by)
    close_survey(survey=survey, by=by)
    update_survey(
        survey=survey,
        by=by,
        deadline=datetime.combine(file["deadline"], time(23, 59), zone),
        texts={"item_notes": _item_notes(survey, file)},
    )


def _item_notes(survey: Survey, file: dict[str, Any]) -> dict[str, str]:
    """Item code -> the note below its results: how it was read, or that it is filler."""
    items = document_of(survey.questionnaire).items if "published" in file else ()
    filler: dict[str, str] = {item.name: file["filler_note"] for item in items if item.name not in file["published"]}
    return {**filler, **file.get("item_notes", {})}
