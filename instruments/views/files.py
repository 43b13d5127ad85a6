"""An instrument on paper and as a file."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ctnat.ui.access import as_read, in_english, signed_in
from ctnat.ui.word_files import word_response
from instruments import words
from instruments.access import find_readable
from instruments.addresses import version_url
from instruments.models import Instrument
from instruments.pdf_cache import pdf_of
from instruments.schema import PLACEHOLDERS
from instruments.views.versions import download, language_choices, page_language
from instruments.xlsform import to_xlsform

PARTS = ("whole", "note")
BLANK = "…………………………"  # where a placeholder has no value, to be filled in by hand


@require_safe
@signed_in
def instrument_files(request: HttpRequest, pk: int) -> HttpResponse:
    instrument = find_readable(request.user, pk)
    filled = urlencode({name: value for name, value in request.GET.items() if name in PLACEHOLDERS})
    context = {"instrument": instrument, "languages": language_choices(instrument), "filled": filled}
    return render(request, "instruments/instrument_files.html", context)


@in_english
@require_safe
@signed_in
def instrument_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The blank form for hard copies, as a page, as PDF or as a Word file. Placeholders are filled from the address."""
    instrument = find_readable(request.user, pk)
    part, how = request.GET.get("part", "whole"), request.GET.get("format", "html")
    if part not in PARTS or (part == "note" and instrument.kind != Instrument.Kind.INTERVIEW_GUIDE):
        raise Http404(_("This part does not exist."))
    document, language = instrument.document, page_language(request, instrument)
    context = {
        "instrument": instrument,
        "document": document,
        "language": language,
        "title": words.translate("information_note", language)
        if part == "note"
        else document.title.translate(language),
        "body": "instruments/_note.html" if part == "note" else f"instruments/_{instrument.kind}.html",
        "placeholders": {name: request.GET.get(name, "")[:200] or BLANK for name in PLACEHOLDERS},
        "printing": True,
    }
    if how == "docx":
        html = render_to_string("instruments/instrument_print.html", {**context, "css": "/* none in a Word file */"})
        return word_response(
            request, html, f"{instrument.key}-{instrument.kind}-v{instrument.version}-{part}-{language}"
        )
    if how != "pdf":
        return render(request, "instruments/instrument_print.html", context)
    css = (settings.BASE_DIR / "static/css/instruments_print.css").read_text()
    html = render_to_string("instruments/instrument_print.html", {**context, "css": css})
    try:
        content = pdf_of(as_read(request, html))
    except RuntimeError as error:  # the layout program is missing on this machine; its text says what to do
        messages.error(request, str(error))
        return redirect(version_url(request, "instrument_files", pk))
    return download(content, instrument, f"-{part}-{language}.pdf")


@in_english
@require_safe
@signed_in
def instrument_xlsform(request: HttpRequest, pk: int) -> HttpResponse:
    instrument = find_readable(request.user, pk, Instrument.objects.for_kind(Instrument.Kind.SURVEY))
    content = to_xlsform(instrument.shown_definition, form_id=instrument.key, version=instrument.version_number)
    return download(content, instrument, "-xlsform.xlsx")
