"""The paragraphs of a Word file for the apps below `reports`, read as what reviewers return is read."""

from typing import BinaryIO

from ctnat.ui.word_files import WordError, WordParagraph
from reports.review.reading import CannotRead, read
from reports.review.snapshot import NOTE, PICTURE


def paragraphs_of(file: BinaryIO) -> list[WordParagraph]:
    """All paragraphs but those of a list of contents. Raises `WordError`."""
    try:
        found = read(file).paragraphs
    except CannotRead as refused:
        raise WordError(str(refused)) from None
    return [
        WordParagraph(
            text=one.new.replace(NOTE, "").replace(PICTURE, ""),
            heading=one.level,
            is_listed=one.listed,
            is_note=bool(one.note),
            cell=(one.cell.table, one.cell.row, one.cell.column) if one.cell else None,
        )
        for one in found
        if not one.made
    ]
