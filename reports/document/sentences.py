"""Facts that are whole sentences. Each states only what has been recorded, and what has not.

The sentences are in locale/public.pot, one for each case; plural forms are chosen there.
"""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from analysis.results import Results
from assessments.models import Assessment
from ctnat.ui.formats import format_date, format_list
from reports.words import translate
from workshops.models import Workshop
from workshops.results import WorkshopResults


def carried_out(assessment: Assessment, language: str, today: date | None = None) -> str:
    """When the assessment was, is or will be carried out, seen from `today`."""
    today = today or timezone.localdate()
    tense = "past" if assessment.ends_on < today else "now" if assessment.starts_on <= today else "future"
    starts, ends = format_date(assessment.starts_on, language), format_date(assessment.ends_on, language)
    return translate(f"carried_out_{tense}", language, starts=starts, ends=ends)


def sources(results: Results, documents: int, workshops: int) -> str:
    """Which kinds of evidence there are; a workshop only once it has been held."""
    present = {
        "source_documents": documents,
        "source_interviews": results.interviews.participants.interviews,
        "source_survey": results.survey.responses,
        "source_workshop": workshops,
    }
    found = [translate(key, results.language) for key, count in present.items() if count]
    if not found:
        return translate("sources_none", results.language)
    return translate("sources", results.language, sources=format_list(found, results.language))


def instruments(results: Results) -> str:
    guide, survey, matrix = results.guide, results.survey.document, results.indicators
    return translate(
        "instruments_used",
        results.language,
        questions=len(guide.questions),
        sections=len(guide.sections),
        items=len(survey.items),
        parts=len(survey.sections),
        criteria=len(matrix.criteria),
        categories=len(matrix.categories),
    )


def corrections(results: Results) -> str:
    """Which questions were corrected while the survey was answered, and why; blank where none was."""
    found = results.survey.corrections
    if not found:
        return ""
    reasons = [(one.code, results.without_names(one.reason)) for one in found]
    texts = format_list([f"{code} ({reason})" if code else reason for code, reason in reasons], results.language)
    return translate("survey_corrected", results.language, n=len(found), texts=texts)


def not_valid(results: Results) -> str:
    """Which questions were answered in a way that breaks a rule, and how often; blank where none was."""
    found = [f"{code} ({count})" for code, count in results.survey.not_valid]
    items = format_list(found, results.language)
    return translate("survey_invalid", results.language, items=items) if found else ""


def interviews(results: Results) -> str:
    """How many interviews with how many people; other or undisclosed sex only where there is any."""
    who, language = results.interviews.participants, results.language
    if not who.interviews:
        return translate("interviews_none", language)
    if not who.people:
        return translate("interviews_unknown", language, interviews=who.interviews)

    def share(count: int) -> str:
        percent = results.percentages.percent(count, who.people)
        if percent is None:
            return results.translate("share", count=count, base=who.people)
        return f"{percent}%"

    return translate(
        "interviews_held_other" if who.other else "interviews_held",
        language,
        interviews=who.interviews,
        people=who.people,
        women=who.women,
        women_share=share(who.women),
        men=who.men,
        men_share=share(who.men),
        other=who.other,
    )


def reach(results: Results) -> str:
    """How many interviews were with organisations in the capital, of those of which it was recorded."""
    language, capital = results.language, results.interviews.in_capital
    if capital is None:
        return translate("reach_unknown", language)
    unknown = results.interviews.participants.interviews - capital.base
    outside = capital.base - capital.count
    if unknown:
        return translate("reach_partly", language, count=capital.count, outside=outside, unknown=unknown)
    if not outside:
        return translate("reach_all", language, n=capital.base)
    return translate("reach", language, count=capital.count, outside=outside)


def evidence(results: Results) -> str:
    """On how many responses and interviews the report rests."""
    responses, interviews = results.survey.responses, results.interviews.participants.interviews
    if responses and interviews:
        return translate("rests_on", results.language, responses=responses, interviews=interviews)
    if responses:
        return translate("rests_on_responses", results.language, n=responses)
    if interviews:
        return translate("rests_on_interviews", results.language, n=interviews)
    return translate("rests_on_nothing", results.language)


def response_rate(results: Results) -> str:
    rate = results.response_rate
    if rate is None:
        return translate("rate_none", results.language)
    return translate("rate", results.language, base=rate.base, count=rate.count)


def priorities(results: Results) -> str:
    """Who has named priorities: respondents, groups, both or neither."""
    respondents = results.priorities.survey.base.answered
    groups = any(votes.base.answered for _, votes in results.priorities.workshops)
    who = "both" if respondents and groups else "respondents" if respondents else "groups" if groups else "neither"
    return translate(f"priorities_{who}", results.language)


def workshop(
    held: Sequence[WorkshopResults], workshops: Sequence[Workshop], language: str, today: date | None = None
) -> str:
    """The workshops that count, one by one, with the people of the groups that took part; else what is planned."""
    if held:
        return " ".join(_held(one, language) for one in held)
    today = today or timezone.localdate()
    planned = [row for row in workshops if row.status == Workshop.Status.PLANNED and row.held_on >= today]
    opened = [row for row in workshops if row.status == Workshop.Status.OPEN]
    key = "workshop_open" if opened else "workshop_planned" if planned else "workshop_none"
    return translate(key, language, days=_days([row.held_on for row in opened or planned], language))


def _held(one: WorkshopResults, language: str) -> str:
    people = one.people
    key = "workshop_people_other" if people.other else "workshop_people" if people.total else "workshop_groups"
    return translate(
        key if one.present else "workshop_days",
        language,
        days=_days([one.day], language),
        groups=len(one.present),
        people=people.total,
        women=people.women,
        men=people.men,
        other=people.other,
    )


def _days(days: list[date], language: str) -> str:
    return format_list([format_date(day, language) for day in days], language)
