"""Notes typed in a word processor: the sheet to type them on, and what such a file says when it comes back.

A column of the import is named in brackets behind the words of its row in the sheet, "Date and time (date)", so that a
sheet in any language is read. Questions are found by the code that their heading begins with, or by their own words.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.models import Assessment, Sector
from ctnat.ui.languages import direction
from ctnat.ui.word_files import WordParagraph
from instruments.schema import InterviewGuide
from interviews.guides import guide_of
from interviews.importing.columns import column_in_brackets, labels
from interviews.models import Interview
from interviews.notes import SectionNotes, sections_of

GAP = "…"  # where notes are typed


@dataclass(frozen=True)
class SheetRow:
    """A row of the sheet's head: `column` is that of the import, `hint` what may be entered."""

    column: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Sheet:
    language: str
    direction: str
    head: list[SheetRow]
    sections: list[SectionNotes]


def sheet_of(assessment: Assessment, language: str) -> Sheet:
    """The empty sheet. Its head is in English where the site has no texts in `language`."""
    with translation.override(language):
        head = _head()
    interview = Interview(assessment=assessment, language=language)
    return Sheet(language, direction(language), head, sections_of(interview, ()))


def title() -> str:
    return _("Notes of an interview")


def instruction() -> str:
    return _("Type below each question and leave its heading as it is: the import finds your notes by it.")


def _head() -> list[SheetRow]:
    yes_no = "yes / no"  # as the import reads them
    choices = {
        "format": " / ".join(str(label) for label in Interview.Format.labels),
        "place": " / ".join(str(label) for label in Interview.Place.labels),
        "sector": " / ".join(str(label) for label in Sector.labels),
    }
    hints = {
        "date": "2016-01-18 10:00",
        "in_capital": yes_no,
        "interpreter": yes_no,
        "note_given": yes_no,
        "sections": "3, 4, 7",
        **choices,
    }
    return [
        SheetRow(column, label, hints.get(column, "")) for column, label in labels().items() if column != "observations"
    ]


@dataclass
class WordNotes:
    """`row`: column of the import -> text. `unplaced`: texts that stand under no question; they become observations."""

    row: dict[str, str] = field(default_factory=dict)
    unplaced: list[str] = field(default_factory=list)


def notes_in(assessment: Assessment, paragraphs: Iterable[WordParagraph]) -> WordNotes:
    """What a file says, whether it was typed on the sheet or only has the guide's questions as headings."""
    guide = guide_of(assessment)
    questions, own = _known_texts(assessment, guide), _own_texts()
    sections = {section.name for section in guide.sections}
    found = WordNotes()
    texts: dict[str, list[str]] = {}
    loose: list[str] = []
    lines = texts.setdefault("", loose)
    for text, heading, is_note in _rows(paragraphs, found.row):
        if is_note:
            loose.append(text)
        elif (code := _question(text, heading, questions, guide)) is not None:
            lines = texts.setdefault(code, [])
        elif _plain(text) in own or (heading and _begins_with(text, sections)):
            lines = loose if heading else lines
        else:
            lines.append(text)
    for code, notes in texts.items():
        if text := "\n".join(notes).strip():
            if code:
                found.row[code] = text
            else:
                found.unplaced.append(text)
    return found


def _rows(paragraphs: Iterable[WordParagraph], head: dict[str, str]) -> Iterator[tuple[str, int, bool]]:
    """(text, level of the heading, whether it is a footnote), the cells of a row in one line. Rows of the sheet's head
    go into `head`, by column."""
    cells: dict[int, list[str]] = {}
    at: tuple[int, int] | None = None

    def end() -> Iterator[tuple[str, int, bool]]:
        first = " ".join(cells.get(0, []))
        named = column_in_brackets(first)
        if named and 1 in cells:
            if value := " ".join(filter(None, cells[1])).strip(" _"):  # what is left of the line to write on
                head[named] = value
        elif text := " | ".join(filter(None, (" ".join(filter(None, cells[key])) for key in sorted(cells)))):
            yield text, 0, False
        cells.clear()

    for one in paragraphs:
        place = one.cell[:2] if one.cell else None
        if place != at:
            yield from end()
            at = place
        if one.cell:
            cells.setdefault(one.cell[2], []).append(one.text.strip())
        else:
            yield f"– {one.text}" if one.is_listed and one.text.strip() else one.text, one.heading, one.is_note
    yield from end()


def _question(text: str, heading: int, questions: dict[str, str], guide: InterviewGuide) -> str | None:
    """The column that begins here: a question, or observations."""
    if code := questions.get(_plain(text)):
        return code
    if not heading:
        return None
    if named := column_in_brackets(text):
        return named
    return _begins_with(text, guide.by_name)


def _begins_with(text: str, names: Container[str]) -> str | None:
    first = (text.split() or [""])[0].rstrip(".:)")
    return first if first in names else None


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _known_texts(assessment: Assessment, guide: InterviewGuide) -> dict[str, str]:
    """The words of a question in each language, with and without its code -> its code."""
    found: dict[str, str] = {}
    for code, question in guide.by_name.items():
        for language in sorted(question.text.languages):
            words = question.text.translate(language, **assessment.placeholders_in(language))
            found |= {_plain(words): code, _plain(f"{code} {words}"): code}
    return found


def _own_texts() -> set[str]:
    """What the sheet itself says outside its table, in each language of the site."""
    found = {GAP}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {_plain(title()), _plain(instruction())}
    return found
