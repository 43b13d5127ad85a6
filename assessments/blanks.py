"""Details of an assessment that are blank although texts of its instruments mention them (`{office}`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from instruments import schema
from instruments.schema import PLACEHOLDER

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


def blank_values(texts: Iterable[schema.Text], values: Mapping[str, str]) -> list[BlankValue]:
    """In the order of the texts; one entry for each text that mentions a value. `values` and sentences: English,
    which every text has."""
    return [
        BlankValue(name, PLACEHOLDER.sub("…", shown), bool(PLACEHOLDER.search(shown)))
        for text in texts
        for shown in [text.translate("en", **values)]
        for name in dict.fromkeys(PLACEHOLDER.findall(str(text)))
        if not values.get(name)
    ]


def each_once(values: Iterable[BlankValue]) -> list[BlankValue]:
    """One entry for each value, however many texts mention it."""
    return list({value.name: value for value in values}.values())
