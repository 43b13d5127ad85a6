"""Translations of a version: progress by language, editing, reviewing, and the translators' workbook."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ctnat.ui.access import in_english, signed_in
from ctnat.ui.errors import shortened
from ctnat.ui.languages import find_code
from ctnat.ui.names import language_name
from ctnat.ui.pages import page_of, preview_of
from instruments import paths
from instruments.access import closed, find_readable, find_translatable, may_translate
from instruments.addresses import version_url
from instruments.models import Instrument
from instruments.querysets import PublishedVersionError
from instruments.schema import source_language
from instruments.services.drafts import ConflictError
from instruments.services.translations import review, save_translation, save_translations
from instruments.texts import is_language
from instruments.translation_sheets import LARGEST_FILE
from instruments.translation_states import TextState, language_states, text_states
from instruments.translation_workbooks import read_sheet, to_sheet
from instruments.views.versions import download

ROWS = 25  # on one page, which is read on phones too
STATES = ("missing", "stale", "draft", "reviewed")


def _instrument(request: HttpRequest, pk: int, language: str | None = None, *, change: bool = False) -> Instrument:
    find = find_translatable if change else find_readable
    instrument = find(request.user, pk, Instrument.objects.prefetch_related("translations"))
    if language is not None and (language == source_language(instrument.definition) or not is_language(language)):
        raise Http404(_("This language is not available for translation."))
    return instrument


@require_safe
@signed_in
def translation_status(request: HttpRequest, pk: int) -> HttpResponse:
    instrument = _instrument(request, pk)
    asked = request.GET.get("language", "").strip()[:60]
    asked = find_code(asked) or asked.lower()
    if asked:
        if is_language(asked) and asked != source_language(instrument.definition):
            return redirect(version_url(request, "translation_edit", pk, asked))
        messages.error(
            request, _("“{asked}” is not a language code. Enter a code such as fr, uk or ckb.").format(asked=asked)
        )
    context = {"instrument": instrument, "states": language_states(instrument), "asked": asked}
    return render(request, "instruments/translation_status.html", context)


@require_safe
@signed_in
def translation_edit(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    instrument = _instrument(request, pk, language)
    every = text_states(instrument, language)
    states, charts = [row for row in every if row.shown], [row for row in every if not row.shown]
    show = request.GET.get("show", "")
    rows = [row for row in states if row.state == show] if show in STATES else charts if show == "charts" else states
    context = {
        "instrument": instrument,
        "language": language,
        "name": language_name(language),
        "rows": page_of(request, rows, size=ROWS),
        "show": show,
        "counts": [(state, sum(row.state == state for row in states)) for state in STATES],
        "total": len(states),
        "charts": len(charts),
        "may_edit": may_translate(request.user, instrument) and instrument.is_draft,
        "may_review": may_translate(request.user, instrument),
    }
    return render(request, "instruments/translation_edit.html", context)


def _row(request: HttpRequest, instrument: Instrument, language: str, row: TextState, **more: Any) -> HttpResponse:
    context = {
        "instrument": instrument,
        "language": language,
        "row": row,
        "may_edit": instrument.is_draft or "fault" in more,
        "may_review": True,
        **more,
    }
    return render(request, "instruments/_translation_row.html", context)


def _back(request: HttpRequest, pk: int, language: str, key: str) -> HttpResponse:
    """To the row of a text, on the page on which it is."""
    every = text_states(_instrument(request, pk), language)
    row = next((row for row in every if row.key == key), None)
    alike = [other.key for other in every if row and other.shown == row.shown]
    query = {} if not row or row.shown else {"show": "charts"}
    if row and (page := alike.index(key) // ROWS + 1) > 1:
        query["page"] = str(page)
    return redirect(
        f"{version_url(request, 'translation_edit', pk, language, query=query or None)}#{key.replace('/', '.')}"
    )


def _state_or_404(instrument: Instrument, language: str, key: str) -> TextState:
    found = next((row for row in text_states(instrument, language) if row.key == key), None)
    if found is None:
        raise Http404(_("Another member has removed this text. Reload the page."))
    return found


@require_POST
@signed_in
def translation_save(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Save one text. With htmx the response is its row, which always holds what was typed."""
    instrument, key = _instrument(request, pk, language, change=True), request.POST.get("key", "")
    row = _state_or_404(instrument, language, key)
    typed, was = (request.POST.get(name, "").replace("\r\n", "\n") for name in ("text", "was"))
    fault = ""
    try:
        save_translation(draft=instrument, language=language, key=key, text=typed, was=was, by=request.user)
    except ConflictError as error:
        fault = _(
            "Not saved: another member has changed this text to “{current}”. Save again to replace it with yours."
        ).format(current=error.current)
        was = str(error.current)
    except ValidationError as error:
        fault = _("Not saved: ") + "; ".join(message.removeprefix(f"{key}: ") for message in error.messages)
    except PublishedVersionError as error:
        fault = _("Not saved: {error}").format(error=error)
    if not getattr(request, "htmx", False):
        if not fault:
            messages.success(request, _("Saved."))
            return _back(request, pk, language, key)
        context = {"instrument": instrument, "language": language, "row": row, "typed": typed, "was": was}
        context |= {"fault": fault, "may_edit": True, "may_review": True, "name": language_name(language)}
        return render(request, "instruments/_translation_not_saved.html", context)
    if fault:
        return _row(request, instrument, language, row, typed=typed, was=was, fault=fault)
    return _row(request, instrument, language, _state_or_404(_instrument(request, pk), language, key), saved=True)


@require_POST
@signed_in
def translation_review(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Mark texts as reviewed by a person, or withdraw that."""
    instrument, keys = _instrument(request, pk, language, change=True), request.POST.getlist("key")
    reviewed = request.POST.get("reviewed") != "no"
    marks = request.POST.getlist("seen")
    seen = dict(zip(keys, marks + [""] * (len(keys) - len(marks)), strict=False)) if marks else None
    by_row = getattr(request, "htmx", False) and len(keys) == 1
    try:
        count = review(
            instrument=instrument, language=language, keys=keys, by=request.user, reviewed=reviewed, seen=seen
        )
    except ConflictError as conflict:
        return _not_reviewed(request, pk, language, conflict.current, by_row)
    if by_row:
        return _row(request, instrument, language, _state_or_404(_instrument(request, pk), language, keys[0]))
    messages.success(
        request,
        (
            ngettext("{n} text was marked as reviewed.", "{n} texts were marked as reviewed.", count)
            if reviewed
            else ngettext("{n} text was marked as draft.", "{n} texts were marked as draft.", count)
        ).format(n=count),
    )
    return redirect(version_url(request, "translation_edit", pk, language))


def _not_reviewed(request: HttpRequest, pk: int, language: str, changed: list[str], by_row: bool) -> HttpResponse:
    """Another person has changed what was read: the texts as they are now, to be read first."""
    instrument = _instrument(request, pk)
    if by_row:
        row = _state_or_404(instrument, language, changed[0])
        return _row(request, instrument, language, row, changed=True)
    places = {row.key: row.place for row in text_states(instrument, language)}
    named = shortened([places.get(key, key) for key in changed], 5)
    messages.error(
        request,
        _(
            "Nothing was marked, because texts have changed since you opened the page: {named}. Read "
            "them as they are now, then mark them."
        ).format(named="; ".join(named)),
    )
    return _back(request, pk, language, changed[0])


@in_english
@require_safe
@signed_in
def translation_sheet(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    instrument = _instrument(request, pk, language)
    return download(to_sheet(instrument, language), instrument, f"-{language}.xlsx")


@require_http_methods(["GET", "POST"])
@signed_in
def translation_import(request: HttpRequest, pk: int, language: str) -> HttpResponseBase:
    """Upload a translators' workbook, preview its changes, then apply them. With a fault, the whole workbook is
    refused."""
    instrument = _instrument(request, pk, language, change=True)
    if instrument.is_published:
        messages.info(request, _("A published version cannot change. Adapt it, then import into the draft."))
        return redirect(version_url(request, "translation_status", pk))
    if instrument.is_discarded:
        return closed(request, instrument)
    context: dict[str, Any] = {"instrument": instrument, "language": language, "name": language_name(language)}
    if request.method == "POST" and "changes" in request.POST:
        return _apply_import(request, instrument, language, context)
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            context["faults"] = [_("Choose the workbook that you received from the translator.")]
        elif upload.size is None or upload.size > LARGEST_FILE:
            context["faults"] = [
                _("The file is larger than {megabytes} MB.").format(megabytes=LARGEST_FILE // 1024 // 1024)
            ]
        else:
            plan = read_sheet(instrument, language, upload.read())
            context |= {"plan": plan, "faults": plan.faults, **preview_of(plan.changes)}
            context["changes"] = json.dumps([[c.key, c.before, c.after, c.made_from] for c in plan.changes])
    return render(request, "instruments/translation_import.html", context)


def _apply_import(request: HttpRequest, instrument: Instrument, language: str, context: dict[str, Any]) -> HttpResponse:
    try:
        rows = json.loads(request.POST["changes"])
        changes = {str(key): str(after) for key, _, after, _ in rows}
        marks = {str(key): str(made_from)[:16] for key, _, _, made_from in rows}
        was = {str(key): str(before) for key, before, _, _ in rows}
    except (ValueError, TypeError, RecursionError):
        context["faults"] = [gettext("The preview has expired. Upload the file again.")]
        return render(request, "instruments/translation_import.html", context)
    saved: dict[str, Any] = {"language": language, "changes": changes, "made_from": marks, "was": was}
    try:
        save_translations(draft=instrument, by=request.user, **saved)
    except ConflictError as conflict:
        context["faults"] = [gettext("{key}: changed since the preview.").format(key=key) for key in conflict.current]
        context["faults"].append(gettext("Nothing was imported. Upload the file again to preview its changes."))
        return render(request, "instruments/translation_import.html", context)
    except (ValidationError, PublishedVersionError, paths.PathError) as error:
        context["faults"] = getattr(error, "messages", [str(error)])
        return render(request, "instruments/translation_import.html", context)
    messages.success(
        request,
        ngettext(
            "{n} text was imported as drafts, to be reviewed.",
            "{n} texts were imported as drafts, to be reviewed.",
            len(changes),
        ).format(n=len(changes)),
    )
    return redirect(version_url(request, "translation_edit", instrument.pk, language))
