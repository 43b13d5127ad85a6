"""The wordings of the information note: those of the guide as it is now, and those that were given to people.

A paragraph that mentions a blank detail of the assessment is left out, as on the respondents' pages of the survey, so
that nobody reads “{office}” aloud; `blanks_of` says which details are blank.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from assessments.blanks import BlankValue, blank_values, each_once
from assessments.models import Assessment
from ctnat.ui.words import has_gaps
from instruments.schema import InterviewGuide, Paragraph
from interviews.guides import guide_of
from interviews.models import InformationNote

Paragraphs = list[list[bool | str]]  # [[whether it is a heading, text], ...]


@dataclass(frozen=True)
class Wording:
    """The information note in one language, with the values of the assessment filled in."""

    language: str
    paragraphs: Paragraphs

    @property
    def checksum(self) -> str:
        """SHA-256, in hexadecimal, of language and text: what differs in either is another version."""
        text = json.dumps([self.language, self.paragraphs], ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def version(self) -> str:
        return self.checksum[:8]


def wording_of(assessment: Assessment, language: str) -> Wording:
    """The note of the guide in use, in `language` where all of it is translated, else in the guide's own language."""
    note = guide_of(assessment).information_note
    if language not in languages_of(assessment):
        language = note[0].text.source_language
    return Wording(language, without_gaps(assessment, note, language))


def without_gaps(assessment: Assessment, paragraphs: Iterable[Paragraph], language: str) -> Paragraphs:
    """The paragraphs in `language`, without those that mention a blank detail of the assessment."""
    values = assessment.placeholders_in(language)
    shown = ((part.heading, part.text.translate(language, **values)) for part in paragraphs)
    return [[heading, text] for heading, text in shown if not has_gaps(text)]


def blanks_of(assessment: Assessment, guide: InterviewGuide) -> list[BlankValue]:
    """The blank details that the information note or the closing words of the guide mention, each once."""
    texts = [part.text for part in (*guide.information_note, *guide.final_instructions)]
    return each_once(blank_values(texts, assessment.placeholders_in("en")))


def languages_of(assessment: Assessment) -> list[str]:
    """The languages into which the whole note is translated."""
    note = guide_of(assessment).information_note
    return sorted(frozenset.intersection(*(paragraph.text.languages for paragraph in note)))


def wordings_of(assessment: Assessment) -> list[Wording]:
    return [wording_of(assessment, language) for language in languages_of(assessment)]


def find_wording(assessment: Assessment, checksum: str) -> Wording | InformationNote | None:
    """The wording with this checksum: one that was given, or one of the guide in use. None for an unknown one."""
    if not (len(checksum) == 64 and checksum.isascii() and checksum.isalnum()):
        return None
    given: InformationNote | None = InformationNote.objects.filter(assessment=assessment, checksum=checksum).first()
    if given is not None:
        return given
    return next((wording for wording in wordings_of(assessment) if wording.checksum == checksum), None)
