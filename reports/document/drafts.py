"""First drafts: the outline's text, and for each chart a factual paragraph whose numbers are facts, not digits."""

from assessments.models import Assessment
from instruments.schema import DefinitionError, Survey
from reports.document.outline import Entry


def first_draft(entry: Entry, assessment: Assessment) -> str:
    """The first text of one section, in the report's Markdown."""
    parts = [entry.draft.strip()] if entry.draft else []
    survey = questionnaire_of(assessment)
    for group in entry.items:
        codes = [code for code in group.split() if survey and code in survey.by_name]
        if codes and survey:
            parts.append(chart_draft(survey, codes, entry.chart_title))
    return "\n\n".join(parts)


def questionnaire_of(assessment: Assessment) -> Survey | None:
    """The parsed questionnaire, or None where its definition is not valid."""
    try:
        document = assessment.questionnaire.document
    except DefinitionError:
        return None
    return document if isinstance(document, Survey) else None


def chart_draft(survey: Survey, codes: list[str], title: str = "") -> str:
    """The chart of some items and a paragraph that describes it in plain sentences."""
    sentences = [f"{{{{ survey.{code}.sentence }}}}" for code in codes]
    block = f"[[chart survey {' '.join(codes)}{f' | {title}' if title else ''}]]"
    return f"{' '.join(sentences)}\n\n{block}"
