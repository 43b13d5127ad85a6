"""Corrections of a published version: what was corrected, which text to correct, and the form."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ctnat.ui.access import lists_members, signed_in
from ctnat.ui.errors import ConflictError, InputError, add_errors
from ctnat.ui.names import language_name
from ctnat.ui.pages import page_of
from instruments.access import find_changeable, find_readable, find_translatable, may_change, may_translate
from instruments.addresses import version_url
from instruments.forms import CorrectionForm
from instruments.models import Instrument
from instruments.schema import source_language
from instruments.services.corrections import SameAsAnotherError, correct
from instruments.texts import is_language, languages_of, place_of, texts

ROWS = 25  # on one page, which is read on phones too


def _published(request: HttpRequest, pk: int, *, language: str = "") -> Instrument:
    """A published version: with a language, one that the user may correct in it. Raises `Http404`."""
    among = Instrument.objects.for_published()
    if not language:
        return find_readable(request.user, pk, among)
    instrument = find_translatable(request.user, pk, among)
    if language == source_language(instrument.definition):
        return find_changeable(request.user, pk, among)
    if not is_language(language):
        raise Http404(_("This language is not available for translation."))
    return instrument


def _corrects_in(request: HttpRequest, instrument: Instrument) -> list[tuple[str, str]]:
    """The languages in which the user may correct texts, as (code, name)."""
    if not may_translate(request.user, instrument):
        return []
    source = source_language(instrument.definition)
    codes = [code for code in languages_of(instrument.shown_definition) if code != source]
    return [(code, language_name(code)) for code in ([source] if may_change(request.user, instrument) else []) + codes]


@lists_members
@require_safe
@signed_in
def correction_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What was corrected, the newest first."""
    instrument = _published(request, pk)
    rows = page_of(request, instrument.corrections.select_related("by").order_by("-number"), size=ROWS)
    for row in rows:
        row.language_name = language_name(row.language)
    context = {"instrument": instrument, "rows": rows, "languages": _corrects_in(request, instrument)}
    return render(request, "instruments/correction_list.html", context)


@require_safe
@signed_in
def correction_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The texts of the version in one language, to choose the one to correct."""
    instrument = _published(request, pk)
    asked = request.GET.get("language", "")[:20] or source_language(instrument.definition)
    instrument = _published(request, pk, language=asked)
    wanted, source = request.GET.get("q", "").strip()[:200], source_language(instrument.definition)
    found = [
        {"key": key, "place": place_of(key), "source": text[source], "text": text.get(asked, "").strip()}
        for key, text in texts(instrument.shown_definition)
    ]
    folded = wanted.casefold()
    rows = [row for row in found if any(folded in row[name].casefold() for name in ("place", "source", "text"))]
    context = {
        "instrument": instrument,
        "language": asked,
        "name": language_name(asked),
        "languages": _corrects_in(request, instrument),
        "q": wanted,
        "rows": page_of(request, rows, size=ROWS),
        "is_source": asked == source,
    }
    return render(request, "instruments/correction_choose.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def correction_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one text in one language. Another member's correction of it is shown, not overwritten."""
    language, key = request.GET.get("language", "")[:20], request.GET.get("key", "")[:250]
    if not language:
        raise Http404(_("This language is not available for translation."))
    instrument = _published(request, pk, language=language)
    text = dict(texts(instrument.shown_definition)).get(key)
    if text is None:
        raise Http404(_("This version has no such text. Choose one from the list of its texts."))
    source = source_language(instrument.definition)
    present, is_source = text.get(language, "").strip(), language == source
    about: dict[str, Any] = {"language": language, "is_source": is_source}
    context: dict[str, Any] = {
        "instrument": instrument,
        "key": key,
        "place": place_of(key),
        "source_language": source,
        "source_text": text[source],
        "present": present,
        "name": language_name(language),
        **about,
    }
    if request.method != "POST":
        form = CorrectionForm(initial={"becomes": present, "was": present}, **about)
        return render(request, "instruments/correction_new.html", {**context, "form": form})
    form = CorrectionForm(request.POST, asks_again="same_as_another" in request.POST, **about)
    if form.is_valid():
        try:
            made = correct(instrument=instrument, key=key, language=language, by=request.user, **form.cleaned_data)
        except ConflictError as conflict:
            form = CorrectionForm({**request.POST.dict(), "was": conflict.current}, **about)
            add_errors(form, conflict)
            return render(request, "instruments/correction_new.html", {**context, "form": form}, status=409)
        except SameAsAnotherError as error:
            form = CorrectionForm(request.POST, asks_again=True, **about)
            add_errors(form, error)
        except InputError as error:
            add_errors(form, error)
        else:
            done = _("Correction {number} was stored. It is shown on every page that is opened from now on.")
            messages.success(request, done.format(number=made.number))
            return redirect(version_url(request, "correction_list", pk))
    return render(request, "instruments/correction_new.html", {**context, "form": form}, status=422)
