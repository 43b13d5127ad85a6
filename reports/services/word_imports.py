"""Take over words that were written in Word: into one section, or heading by heading into the outline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import User
from ctnat.ui.errors import InputError
from reports.models import Report, Section
from reports.services.sections import EditConflict, add_section, edit_section
from reports.word.importing import Piece, with_heading
from reports.word.markdown import joined

How = Literal["replace", "append", "new", "text", "leave"]


@dataclass(frozen=True)
class Choice:
    """What becomes of a piece: it replaces the text of the section `target` or is added to it, makes a new section,
    is a heading in the text of the piece before it, or is left out."""

    how: How
    target: str = ""


@dataclass
class _Place:
    """A section that takes text: an existing one, or a new one with the title of its piece."""

    piece: Piece
    section: Section | None
    replaces: bool
    body: str


@transaction.atomic
def take_over_section(*, section: Section, body: str, append: bool, revision: int, by: User | None) -> Section:
    """Replace a section's text by `body`, or add it at the end. `revision` is the one that the person saw.

    Footnotes get labels of their own. Sent twice, it is added once. Raises `EditConflict` where the section was saved
    meanwhile, and `ValidationError`.
    """
    if append:
        body = joined(_text_at(section, revision), body)
    return edit_section(section=section, body=body, by=by, revision=revision)


def _text_at(section: Section, revision: int) -> str:
    """The text that the person saw. Raises `EditConflict` where there is no such revision."""
    seen = section.revisions.for_language("").filter(revision=revision).first()
    if seen is None:
        raise EditConflict(section)
    text: str = seen.body
    return text


@transaction.atomic
def take_over_outline(
    *,
    report: Report,
    pieces: Sequence[Piece],
    choices: Sequence[Choice],
    seen: Mapping[str, int],
    by: User | None,
    form_key: UUID | None = None,
) -> tuple[int, int]:
    """Put each piece where its choice says; returns how many sections were changed, and how many are new.

    `seen`: key of a section -> the revision that the person saw. New sections come after the one before them in the
    document, under the section of the next higher heading. All is done or nothing. Raises `EditConflict` where one of
    the sections was saved meanwhile, `ValidationError` for choices that do not go together.
    """
    sections = {section.key: section for section in report.sections.select_related("parent")}
    places = _places(pieces, choices, sections)
    changed = made = 0
    path: list[tuple[int, Section]] = []  # (level of the heading, its section), from the chapter down
    for place in places:
        while path and path[-1][0] >= max(1, place.piece.level):
            path.pop()
        if place.section is not None:
            now = place.section
            saved = take_over_section(
                section=now, body=place.body, append=not place.replaces, revision=seen.get(now.key, 0), by=by
            )
            changed += saved.revision != now.revision
            section = now
        else:
            parent = path[-1][1] if path else None
            section = add_section(
                report=report,
                title=place.piece.title,
                body=place.body,
                parent=parent,
                position=_after(report, parent, places, place),
                by=by,
                form_key=form_key,
            )
            place.section = section
            made += 1
        path.append((max(1, place.piece.level), section))
    return changed, made


def _places(pieces: Sequence[Piece], choices: Sequence[Choice], sections: Mapping[str, Section]) -> list[_Place]:
    """The sections that take text, each with all of it."""
    places: list[_Place] = []
    taken: dict[str, _Place] = {}
    last: _Place | None = None
    for piece, choice in zip(pieces, choices, strict=True):
        if choice.how == "leave":
            last = None
        elif choice.how == "text":
            if last is not None:
                last.body = joined(last.body, with_heading(piece))
        elif choice.how == "new":
            last = _Place(piece, None, True, piece.body)
            places.append(last)
        elif (section := sections.get(choice.target)) is None:
            raise InputError(_("Choose the section for “{title}”.").format(title=piece.title))
        elif (before := taken.get(section.key)) is not None:
            if choice.how == "replace":
                raise InputError(
                    _(
                        "The text of “{title}” can be replaced once. Add the other headings to it, or choose others."
                    ).format(title=section.title)
                )
            before.body = joined(before.body, piece.body)
            last = before
        else:
            last = taken[section.key] = _Place(piece, section, choice.how == "replace", piece.body)
            places.append(last)
    return places


def _after(report: Report, parent: Section | None, places: Sequence[_Place], place: _Place) -> int | None:
    """The position behind the section that comes before in the document and has the same parent; None: the last."""
    parent_id = parent.pk if parent else None
    for before in reversed(places[: places.index(place)]):
        if before.section is not None and before.section.parent_id == parent_id:
            siblings = list(Section.objects.filter(report=report, parent=parent).values_list("pk", flat=True))
            return siblings.index(before.section.pk) + 1
    return None
