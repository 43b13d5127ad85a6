"""A page for paper as a Word file, made by the program that `settings.WORD_WRITER` names: it lies above all apps."""

from collections.abc import Callable

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
