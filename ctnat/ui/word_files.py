"""Word files: a page for paper as one, and what a file says that somebody sends.

The programs that `settings.WORD_WRITER` and `settings.WORD_READER` name do it: they lie above all apps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from ctnat.ui.access import as_read

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word_file(html: str) -> bytes:
    """The Word file of a whole HTML document: its `<main>`, in the language and direction of `<html>`."""
    write: Callable[[str], bytes] = import_string(settings.WORD_WRITER)
    return write(html)


def word_response(request: HttpRequest, html: str, name: str) -> HttpResponse:
    """That file to keep, under a name without its ending. What the page would withhold is withheld in it too."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.docx"'}
    return HttpResponse(word_file(as_read(request, html)), content_type=MEDIA_TYPE, headers=headers)


class WordError(ValueError):
    """The file cannot be read; the message says what to do next."""


@dataclass(frozen=True)
class WordParagraph:
    """A paragraph with all tracked changes accepted. `heading`: its level, 1 to 9; 0 of what is none.

    `cell`: (table, row, column), counted from 0, `table` through the whole file; None outside tables.
    """

    text: str
    heading: int = 0
    is_listed: bool = False
    is_note: bool = False  # of a footnote; these come last
    cell: tuple[int, int, int] | None = None


def read_word(file: BinaryIO) -> list[WordParagraph]:
    """The paragraphs of a .docx, read within bounds. Raises `WordError`."""
    read: Callable[[BinaryIO], list[WordParagraph]] = import_string(settings.WORD_READER)
    return read(file)
