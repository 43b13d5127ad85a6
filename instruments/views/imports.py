"""Importing an instrument, and the decisions that the file leaves to a person."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ctnat.ui.access import editors_only
from instruments.access import closed, find_changeable, owner_of
from instruments.definition_files import definition_from
from instruments.forms import ImportForm
from instruments.import_notes import CHANGED, CONDITION, LEFT_OUT
from instruments.models import Instrument
from instruments.schema import DefinitionError, Survey
from instruments.services.versions import import_definition, settle_import


def open_scales(instrument: Instrument) -> list[dict[str, Any]]:
    """The rating scales whose favourable end is not set: name, first and last point, items that use them."""
    document = instrument.document
    if not isinstance(document, Survey):
        return []
    return [
        {
            "name": scale.name,
            "first": str(scale.points[0].text),
            "last": str(scale.points[-1].text),
            "points": [str(point.text) for point in scale.points],
            "items": [item.name for item in document.items if document.scale_of(item) == scale],
        }
        for scale in document.scales
        if scale.favourable is None
    ]


@require_http_methods(["GET", "POST"])
@editors_only
def instrument_import(request: HttpRequest) -> HttpResponseBase:
    """Create a draft from a file; with a fault anywhere in it, nothing."""
    form = ImportForm(request.POST or None, request.FILES or None, user=request.user)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            read = definition_from(upload.read(), upload.name, language=form.cleaned_data["language"])
            draft = import_definition(
                kind=read.kind,
                key=form.cleaned_data["key"],
                definition=read.definition,
                notes=read.notes,
                owner=owner_of(request.user, form.cleaned_data["owner"]),
                by=request.user,
            )
        except DefinitionError as error:
            faults = error.faults
        except ValidationError as error:
            faults = error.messages
        else:
            messages.success(
                request, _("{draft} was imported as a draft. Review it, then publish it.").format(draft=draft)
            )
            page = "import_review" if read.notes or open_scales(draft) else "instrument_detail"
            return redirect(f"instruments:{page}", draft.pk)
    return render(request, "instruments/instrument_import.html", {"form": form, "faults": faults})


@require_http_methods(["GET", "POST"])
@editors_only
def import_review(request: HttpRequest, pk: int) -> HttpResponseBase:
    instrument = find_changeable(request.user, pk)
    scales = open_scales(instrument)
    if request.method == "POST" and not instrument.is_draft:
        return closed(request, instrument)
    if request.method == "POST":
        settle_import(
            draft=instrument,
            favourable={scale["name"]: request.POST.get(f"favourable-{scale['name']}", "") for scale in scales},
            confirmed=bool(request.POST.get("confirmed")),
            by=request.user,
        )
        messages.success(request, _("Saved."))
        return redirect("instruments:instrument_edit", pk)
    notes = instrument.import_notes
    document = instrument.document
    context = {
        "instrument": instrument,
        "scales": scales,
        "questions": len(document.items) if isinstance(document, Survey) else None,
        "sections": len(document.sections) if isinstance(document, Survey) else None,
        "conditions": [note for note in notes if note["kind"] == CONDITION],
        "changed": [note for note in notes if note["kind"] == CHANGED],
        "left_out": [note for note in notes if note["kind"] == LEFT_OUT],
    }
    return render(request, "instruments/import_review.html", context)
