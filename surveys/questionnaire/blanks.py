"""Blank values that a questionnaire's texts mention: asked for before the survey is opened."""

from collections.abc import Iterator

from assessments import blanks
from assessments.blanks import BlankValue
from instruments import schema
from surveys.models import Survey
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.rendering import placeholders


def blank_values(survey: Survey) -> list[BlankValue]:
    """In the order of the form; one entry for each text that mentions a value."""
    return blanks.blank_values(_texts(document_of(survey.questionnaire)), placeholders(survey, "en"))


def _texts(document: schema.Survey) -> Iterator[schema.Text]:
    yield from (paragraph.text for paragraph in (*document.introduction, *document.closing))
    for section in document.sections:
        yield section.title
        if section.instruction:
            yield section.instruction
    for item in document.items:
        yield item.text
        if item.hint:
            yield item.hint
