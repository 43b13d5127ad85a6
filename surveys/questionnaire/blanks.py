"""Blank values that a questionnaire's texts mention: asked for before the survey is opened."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from instruments import schema
from instruments.schema import PLACEHOLDER
from surveys.models import Survey
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.rendering import placeholders

LABELS = {
    "commissioner": _("Commissioned by"),
    "deadline": _("Deadline"),
    "interviewer_contact": _("Contact for interviews"),
    "office": _("Office known to stakeholders"),
    "research_contact": _("Contact for the research"),
    "survey_contact": _("Contact for the survey"),
}


@dataclass(frozen=True)
class BlankValue:
    """A value that one text mentions. `left_out`: without it, the whole sentence is not shown."""

    name: str
    text: str
    left_out: bool

    @property
    def label(self) -> str:
        return str(LABELS.get(self.name, self.name))

    @property
    def is_of_survey(self) -> bool:
        """Whether it is a setting of the survey; otherwise it is one of the assessment."""
        return self.name == "deadline"


def blank_values(survey: Survey) -> list[BlankValue]:
    """In the order of the form; one entry for each text that mentions a value. In English, which every text has."""
    values = placeholders(survey, "en")
    return [
        BlankValue(name, PLACEHOLDER.sub("…", shown), bool(PLACEHOLDER.search(shown)))
        for text in _texts(document_of(survey.questionnaire))
        for shown in [text.translate("en", **values)]
        for name in dict.fromkeys(PLACEHOLDER.findall(str(text)))
        if not values.get(name)
    ]


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
