"""An instrument on paper and as a file, and back from a file."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from ctnat.ui.access import editors_only, signed_in
from ctnat.ui.forms import Form
from ctnat.ui.languages import find_language
from instruments import services, words
from instruments.models import Instrument
from instruments.printed import pdf_of
from instruments.schema import PLACEHOLDERS, DefinitionError
from instruments.uploads import definition_from
from instruments.views.imports import open_scales
from instruments.views.pages import download, language_choices, page_language
from instruments.workbooks import LARGEST_FILE
from instruments.xlsform import to_xlsform

PARTS = ("whole", "note")
BLANK = "…………………………"  # where a placeholder has no value, to be filled in by hand


class ImportForm(Form):
    key = forms.RegexField(
        r"^[A-Za-z0-9_-]+$",
        max_length=60,
        label="Key",
        error_messages={"invalid": "Use letters, digits, hyphens and underscores only."},
        help_text="What this tool is called for short, such as ct-nat-2016. Versions of one key follow each other.",
    )
    file = forms.FileField(
        label="File",
        help_text="A definition as .json or .yaml, or a survey as XLSForm (.xlsx), as KoboToolbox and ODK export it.",
    )
    language = forms.CharField(
        required=False,
        max_length=60,
        label="Language of the form",
        help_text="Needed only for an XLSForm whose columns do not name the language of its texts.",
    )

    def clean_language(self) -> str:
        said = self.cleaned_data["language"].strip()
        if said and find_language(said) is None:
            raise ValidationError(f"“{said}” is not known as a language. Write its English name, such as French.")
        return (find_language(said) or "") if said else ""

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise ValidationError(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
        return upload


@require_safe
@signed_in
def instrument_files(request: HttpRequest, pk: int) -> HttpResponse:
    instrument = get_object_or_404(Instrument, pk=pk)
    filled = urlencode({name: value for name, value in request.GET.items() if name in PLACEHOLDERS})
    context = {"instrument": instrument, "languages": language_choices(instrument), "filled": filled}
    return render(request, "instruments/instrument_files.html", context)


@require_safe
@signed_in
def instrument_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The blank form for hard copies, as a page or as PDF. Placeholders are filled from the address."""
    instrument = get_object_or_404(Instrument, pk=pk)
    part, how = request.GET.get("part", "whole"), request.GET.get("format", "html")
    if part not in PARTS or (part == "note" and instrument.kind != Instrument.Kind.INTERVIEW_GUIDE):
        raise Http404("There is no such part to print.")
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
    if how != "pdf":
        return render(request, "instruments/instrument_print.html", context)
    css = (settings.BASE_DIR / "static/css/instruments_print.css").read_text()
    html = render_to_string("instruments/instrument_print.html", {**context, "css": css})
    try:
        content = pdf_of(html)
    except RuntimeError as error:  # the layout program is missing on this machine; its text says what to do
        messages.error(request, str(error))
        return redirect("instruments:instrument_files", pk)
    return download(content, instrument, f"-{part}-{language}.pdf")


@require_safe
@signed_in
def instrument_xlsform(request: HttpRequest, pk: int) -> HttpResponse:
    instrument = get_object_or_404(Instrument.objects.for_kind(Instrument.Kind.SURVEY), pk=pk)
    content = to_xlsform(instrument.definition, form_id=instrument.key, version=instrument.version)
    return download(content, instrument, "-xlsform.xlsx")


@require_http_methods(["GET", "POST"])
@editors_only
def instrument_import(request: HttpRequest) -> HttpResponse:
    """A new draft from a file, or, with a fault anywhere in it, nothing."""
    form = ImportForm(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            read = definition_from(upload.read(), upload.name, language=form.cleaned_data["language"])
            draft = services.import_definition(
                kind=read.kind,
                key=form.cleaned_data["key"],
                definition=read.definition,
                notes=read.notes,
                by=request.user,
            )
        except DefinitionError as error:
            faults = error.faults
        except ValidationError as error:
            faults = error.messages
        else:
            messages.success(request, f"{draft} is imported as a draft. Look it through, then publish it.")
            page = "import_review" if read.notes or open_scales(draft) else "instrument_detail"
            return redirect(f"instruments:{page}", draft.pk)
    return render(request, "instruments/instrument_import.html", {"form": form, "faults": faults})
