"""What an imported form brought, what it had beyond the definition, and what a person must say about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from ctnat.ui.access import editors_only
from instruments import services
from instruments.import_notes import CHANGED, CONDITION, LEFT_OUT
from instruments.models import Instrument
from instruments.schema import Survey


def open_scales(instrument: Instrument) -> list[dict[str, Any]]:
    """The rating scales of which nobody has said which end is favourable: name, first and last point, their use."""
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
def import_review(request: HttpRequest, pk: int) -> HttpResponse:
    instrument: Instrument = get_object_or_404(Instrument, pk=pk)
    scales = open_scales(instrument)
    if request.method == "POST" and not instrument.is_published:
        services.settle_import(
            draft=instrument,
            favourable={scale["name"]: request.POST.get(f"favourable-{scale['name']}", "") for scale in scales},
            confirmed=bool(request.POST.get("confirmed")),
            by=request.user,
        )
        messages.success(request, "Saved.")
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
