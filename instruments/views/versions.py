"""Reading instruments: the list, one version, two side by side; making, publishing and discarding a draft."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ctnat.ui.access import editors_only, signed_in
from ctnat.ui.languages import english_name
from instruments.compare import compared
from instruments.forms import WithdrawForm
from instruments.models import Instrument
from instruments.querysets import PublishedVersionError
from instruments.schema import DefinitionError, source_language
from instruments.services.versions import adapt, discard, publish, reinstate, withdraw
from instruments.texts import languages_of

MEDIA_TYPES = {
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def page_language(request: HttpRequest, instrument: Instrument) -> str:
    """The language asked for in the address, if the version has it."""
    asked = request.GET.get("language", "")
    return asked if asked in languages_of(instrument.definition) else source_language(instrument.definition)


def language_choices(instrument: Instrument) -> list[tuple[str, str]]:
    return [(code, english_name(code)) for code in languages_of(instrument.definition)]


@require_safe
@signed_in
def instrument_list(request: HttpRequest) -> HttpResponse:
    versions = Instrument.objects.with_title().select_related("parent").order_by("kind", "key", "-version")
    kinds = [
        (kind, Instrument.Kind(kind).label, [version for version in versions if version.kind == kind])
        for kind in ("interview_guide", "survey", "indicators")
    ]
    return render(request, "instruments/instrument_list.html", {"kinds": kinds, "any": any(row[2] for row in kinds)})


@require_safe
@signed_in
def instrument_detail(request: HttpRequest, pk: int) -> HttpResponse:
    instrument = get_object_or_404(Instrument.objects.select_related("parent").defer("parent__definition"), pk=pk)
    others = (
        Instrument.objects.for_kind(instrument.kind).without_definition().exclude(pk=pk).order_by("key", "-version")
    )
    context = {
        "instrument": instrument,
        "document": instrument.document,
        "language": page_language(request, instrument),
        "languages": language_choices(instrument),
        "others": others,
        "body": f"instruments/_{instrument.kind}.html",
    }
    return render(request, "instruments/instrument_detail.html", context)


@require_safe
@signed_in
def instrument_compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    before, after = (get_object_or_404(Instrument, pk=each) for each in (pk, other))
    if before.kind != after.kind:
        raise Http404("Only versions of one kind can be compared.")
    language = page_language(request, after)
    rows = compared(before.definition, after.definition, language)
    everything = request.GET.get("show") == "all"
    context = {
        "before": before,
        "after": after,
        "rows": [row for row in rows if everything or row.state != "same"],
        "everything": everything,
        "counts": {state: sum(row.state == state for row in rows) for state in ("changed", "added", "removed", "same")},
        "language": language,
        "languages": language_choices(after),
    }
    return render(request, "instruments/instrument_compare.html", context)


@require_safe
@signed_in
def instrument_compare_choice(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the form "compare with" of a version's page leads."""
    other = request.GET.get("other", "")[:18]
    if not other.isascii() or not other.isdigit():
        raise Http404("No such version.")
    return redirect("instruments:instrument_compare", int(other), pk)


@require_safe
@signed_in
def instrument_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The definition as a file that the import page takes again."""
    instrument = get_object_or_404(Instrument, pk=pk)
    return download(json.dumps(instrument.definition, ensure_ascii=False, indent=2), instrument, ".json")


def download(content: bytes | str, instrument: Instrument, ending: str) -> HttpResponse:
    """A file to keep, named after the version and then `ending`, such as "-az.xlsx"."""
    name = f"{instrument.key}-{instrument.kind}-v{instrument.version}{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=MEDIA_TYPES[ending.rpartition(".")[2]], headers=headers)


@require_POST
@editors_only
def instrument_adapt(request: HttpRequest, pk: int) -> HttpResponse:
    draft = adapt(instrument=get_object_or_404(Instrument, pk=pk), by=request.user)
    messages.success(
        request, f"Version {draft.version} was created as a draft. Change what your country needs, then publish it."
    )
    return redirect("instruments:instrument_edit", draft.pk)


@require_POST
@editors_only
def instrument_publish(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        published = publish(draft=get_object_or_404(Instrument, pk=pk), by=request.user)
    except PublishedVersionError:
        messages.info(request, "This version is already published.")
    except DefinitionError as error:
        for fault in error.faults[:20]:
            messages.error(request, fault)
    else:
        messages.success(
            request, f"{published} was published. Assessments can use it from now on; it can no longer be changed."
        )
    return redirect("instruments:instrument_detail", pk)


@require_http_methods(["GET", "POST"])
@editors_only
def instrument_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a published version was a mistake, and why."""
    instrument: Instrument = get_object_or_404(Instrument.objects.for_use(), pk=pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw(instrument=instrument, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"{instrument} was withdrawn. It is no longer offered to assessments.")
        return redirect("instruments:instrument_detail", pk)
    return render(request, "instruments/instrument_withdraw.html", {"instrument": instrument, "form": form})


@require_POST
@editors_only
def instrument_reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    instrument = reinstate(instrument=get_object_or_404(Instrument.objects.for_published(), pk=pk), by=request.user)
    messages.success(request, f"{instrument} is offered to assessments again.")
    return redirect("instruments:instrument_detail", pk)


@require_POST
@editors_only
def instrument_discard(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        discard(draft=get_object_or_404(Instrument, pk=pk), by=request.user)
    except (PublishedVersionError, ValidationError) as error:
        messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
        return redirect("instruments:instrument_detail", pk)
    messages.success(request, "The draft was discarded.")
    return redirect("instruments:instrument_list")
