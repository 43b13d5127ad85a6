"""The printed pack of a day: for each interview the information note and the guide, in its own language."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessments.models import Assessment
from interviews.information_notes import Wording, without_gaps, wording_of
from interviews.models import Interview
from interviews.notes import SectionNotes, available_language, sections_of


@dataclass(frozen=True)
class Sheet:
    """What is printed for one interview: `sections` are those that are planned."""

    interview: Interview
    note: Wording
    sections: list[SectionNotes]
    instruction: str  # which sections to choose
    language: str  # of the instruction and the closing words
    final: list[str]


def sheets_of(assessment: Assessment, interviews: Iterable[Interview]) -> list[Sheet]:
    return [_sheet(assessment, interview) for interview in interviews]


def spare_of(sheets: Iterable[Sheet]) -> list[SectionNotes]:
    """The sections that some interview lacks, once in each language: answers may call for another one than planned."""
    found: dict[tuple[str, str], SectionNotes] = {}
    for sheet in sheets:
        planned = {section.name for section in sheet.sections}
        for section in sections_of(sheet.interview, ()):
            if section.name not in planned:
                found.setdefault((section.language, section.name), section)
    return [found[key] for key in sorted(found)]


def _sheet(assessment: Assessment, interview: Interview) -> Sheet:
    interview.assessment = assessment  # its guide is parsed already
    guide = interview.guide
    texts = [guide.routing.instruction, *(part.text for part in guide.final_instructions)]
    language = available_language(texts, interview.language)
    values = assessment.placeholders_in(language)
    return Sheet(
        interview=interview,
        note=wording_of(assessment, interview.language),
        sections=[section for section in sections_of(interview, ()) if section.planned],
        instruction=guide.routing.instruction.translate(language, **values),
        language=language,
        final=[str(text) for _, text in without_gaps(assessment, guide.final_instructions, language)],
    )
