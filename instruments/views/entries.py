"""Editing a draft in the browser: the outline, one entry, adding, moving, removing."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ctnat.ui.digits import number_sent
from ctnat.ui.lazy import StrOrPromise
from instruments import paths
from instruments.access import changes_draft
from instruments.addresses import version_url
from instruments.earlier import earlier_items, items_before_new
from instruments.entry_shapes import (
    BLANK_ROWS,
    CHOICES_MATRIX,
    CODE,
    ITEM,
    MATRIX,
    FormFault,
    Shape,
    Table,
    condition_field,
    get,
    has_constraint,
    read,
    row_count,
    shape_of,
    shown,
)
from instruments.fault_words import shown_faults, shown_field_faults
from instruments.item_types import FILTERED, NEW_CHILD, NEW_ITEM
from instruments.logic.sentence import allowed_only_if, asked_only_if, describe
from instruments.logic.tree import from_stored
from instruments.models import Instrument
from instruments.outline import NEW, noun_of, outline
from instruments.paths import entry_mark
from instruments.querysets import PublishedVersionError
from instruments.quote_form import QuoteForm, quote_form, with_quote
from instruments.schema import DefinitionError, Survey, source_language
from instruments.services.drafts import ConflictError
from instruments.services.entries import (
    add_entry,
    change_entry,
    check_entry,
    keep_removed,
    move_entry,
    remove_entry,
    restore_entry,
)

Made = TypeVar("Made")
GONE = gettext_lazy("Another member has removed this entry. Your entries are shown below so that you can copy them.")


def outline_url(request: HttpRequest, draft: Instrument, path: str) -> str:
    return f"{version_url(request, 'instrument_edit', draft.pk)}#{path.replace('/', '.')}"


@require_safe
@changes_draft
def instrument_edit(request: HttpRequest, draft: Instrument) -> HttpResponse:
    removed = list(draft.removed_entries.all())
    context = {
        "instrument": draft,
        "branches": outline(draft.kind, draft.definition),
        "removed": removed[0] if removed else None,
        "removed_before": len(removed) - 1,
    }
    return render(request, "instruments/instrument_edit.html", context)


def fields_for(
    shape: Shape, entry: Mapping[str, Any], data: Mapping[str, str] | None, source: str
) -> list[dict[str, Any]]:
    """The form's fields with what was typed, or else with what the entry holds."""
    found = []
    for field in shape.fields:
        name = field.name or "text"
        value = shown(entry, field, source) if data is None else data.get(name, "")
        found.append({"field": field, "name": name, "value": value, "stored": shown(entry, field, source)})
    return found


def rows_for(
    table: Table, entry: Mapping[str, Any], data: Mapping[str, str] | None, source: str
) -> list[dict[str, Any]]:
    """The table's rows with what was typed, or else with what the entry holds and some blank ones."""
    stored = list(entry.get(table.name, ()))
    count = len(stored) if data is None else row_count(table, data)
    spare = 0 if table.fixed else BLANK_ROWS
    found = []
    for index in range(count + (spare if data is None else 0)):
        prefix = f"{table.name}-{index}-"
        row = stored[index] if data is None and index < len(stored) else {}
        cells = [
            {
                "field": field,
                "name": f"{prefix}{field.name}",
                "value": (shown(row, field, source) if row else "")
                if data is None
                else data.get(f"{prefix}{field.name}", ""),
            }
            for field in table.columns
        ]
        was = get(row, "name") or "" if data is None else data.get(f"{prefix}was", "")
        found.append(
            {
                "prefix": prefix,
                "was": was,
                "code": was if data is None else data.get(f"{prefix}name", ""),
                "place": index + 1 if data is None else data.get(f"{prefix}place", ""),
                "remove": data is not None and bool(data.get(f"{prefix}remove")),
                "cells": cells,
            }
        )
    return found


def _form(
    request: HttpRequest,
    draft: Instrument,
    path: str,
    shape: Shape,
    entry: Mapping[str, Any],
    *,
    data: Mapping[str, str] | None = None,
    faults: list[tuple[str, str]] | None = None,
    notice: StrOrPromise = "",
    new: str = "",
    was: str = "",
) -> HttpResponse:
    """The page with what the entry holds, or with what was typed (`data`). `was`: the mark of an earlier page, which
    is kept where nothing was saved yet."""
    source = source_language(draft.definition)
    fields = fields_for(shape, entry, data, source)
    more = [row for row in fields if row["field"].more]
    rows = rows_for(shape.table, entry, data, source) if shape.table else []
    context = {
        "instrument": draft,
        "path": path,
        "own_code": paths.parent_of(path)[1],
        "shape": shape,
        "fields": fields,
        "more": bool(more),
        "more_open": any(row["value"] for row in more),
        "table": shape.table,
        "rows": [row | {"condition": _condition_of_row(draft, path, shape, entry, row["was"])} for row in rows],
        "shared": {"table": shape.shared, "rows": rows_for(shape.shared, entry, data, source)}
        if shape.shared
        else None,
        "was": was or entry_mark(entry),
        "faults": faults or [],
        "fault_names": {name for name, _ in faults or []},
        "notice": notice,
        "new": new,
        "new_heading": NEW[new] if new else "",
        "after": request.GET.get("after", ""),
        "code": (data or {}).get("name", ""),
        "outline_url": outline_url(request, draft, path),
        "has_condition": not new and condition_field(draft.kind, path) == "relevant",
        "condition": _condition(draft, path, entry),
        "has_constraint": not new and has_constraint(draft.kind, path, entry),
        "constraint": "" if new else _constraint(draft, path, entry),
        "entry_unapplied": entry.get("unapplied", ""),
        "rows_have_conditions": not new
        and (shape in (MATRIX, CHOICES_MATRIX) or (shape is ITEM and entry.get("type") in FILTERED)),
        "quote": _quote_form(request, draft, path, shape, rows, data, new=bool(new)),
        "quote_open": bool(data and data.get("_do") == "quote"),
    }
    return render(request, "instruments/entry_edit.html", context)


def _condition(draft: Instrument, path: str, entry: Mapping[str, Any]) -> str:
    """When the entry is asked, as a sentence; blank: of everybody."""
    if not entry.get("relevant") or condition_field(draft.kind, path) != "relevant":
        return ""
    document = cast(Survey, draft.document)
    return asked_only_if(from_stored(entry["relevant"]), document, document.source_language)


def _constraint(draft: Instrument, path: str, entry: Mapping[str, Any]) -> str:
    """Which answers to the item are allowed, as a sentence; blank: no further rule."""
    if not has_constraint(draft.kind, path, entry):
        return ""
    document = cast(Survey, draft.document)
    item = document.by_name.get(entry.get("name", ""))
    return allowed_only_if(item, document, document.source_language) if item else ""


def _condition_of_row(draft: Instrument, path: str, shape: Shape, entry: Mapping[str, Any], name: str) -> str:
    """When a row of a matrix is asked, or an option offered, as a sentence; blank: always."""
    table = shape.table.name if shape.table else ""
    field = condition_field(draft.kind, f"{path}/{table}/{name}")
    row: Mapping[str, Any] = next((row for row in entry.get(table, ()) if row["name"] == name), {})
    if not field or not row.get(field):
        return ""
    document = cast(Survey, draft.document)
    condition = describe(from_stored(row[field]), document, document.source_language)
    if field == "offered_if":
        return _("offered only if {condition}").format(condition=condition)
    return _("asked only if {condition}").format(condition=condition)


def _quote_form(
    request: HttpRequest,
    draft: Instrument,
    path: str,
    shape: Shape,
    rows: list[dict[str, Any]],
    data: Mapping[str, str] | None,
    *,
    new: bool,
) -> QuoteForm | None:
    """The lists from which an earlier answer is chosen and inserted into a text; None where none can be."""
    if draft.kind != "survey":
        return None
    try:
        document = cast(Survey, draft.document)
    except DefinitionError:  # an older draft; its page says elsewhere what is wrong
        return None
    after = request.GET.get("after", "")
    earlier = items_before_new(document, path, after) if new else earlier_items(document, path)
    return quote_form(document, earlier, shape, rows, data)


def _with_quote(
    request: HttpRequest,
    draft: Instrument,
    path: str,
    shape: Shape,
    entry: Mapping[str, Any],
    data: Mapping[str, str],
    new: str = "",
) -> HttpResponse:
    """The form again, with an earlier answer inserted into one of its texts; nothing is saved."""
    source = source_language(draft.definition)
    rows = rows_for(shape.table, entry, data, source) if shape.table else []
    form = _quote_form(request, draft, path, shape, rows, data, new=bool(new))
    changed, faults = with_quote(form, data)
    return _form(request, draft, path, shape, entry, data=changed, faults=faults, new=new, was=data.get("was", ""))


@require_http_methods(["GET", "POST"])
@changes_draft
def entry_edit(request: HttpRequest, draft: Instrument) -> HttpResponse:
    """Edit texts, options and constraints of an entry. A colleague's change to the same entry is shown, not
    overwritten."""
    path = request.GET.get("path", "")
    data = request.POST.dict()
    try:
        entry = paths.at(draft.definition, path)
    except paths.PathError:
        gone = shape_of(draft.kind, path, None)
        if gone is None or request.method != "POST":
            raise Http404(_("This entry does not exist.")) from None
        return _form(request, draft, path, gone, {}, data=data, notice=GONE)
    shape = shape_of(draft.kind, path, entry)
    if shape is None:
        raise Http404(_("There is nothing to edit at this address."))
    if request.method != "POST":
        return _form(request, draft, path, shape, entry)
    if data.get("_do") == "quote":
        return _with_quote(request, draft, path, shape, entry, data)
    if data.get("was") != entry_mark(entry):
        notice = _(
            "Another member has changed this entry, so nothing was saved. Your entries are below, with the saved "
            "text shown where it differs. Save again to replace it with your entries."
        )
        return _form(request, draft, path, shape, entry, data=data, notice=notice)
    try:
        becomes = read(shape, entry, data, source_language(draft.definition))
        change_entry(draft=draft, path=path, was=entry, becomes=becomes, by=request.user)
    except FormFault as error:
        return _form(request, draft, path, shape, entry, data=data, faults=shown_field_faults(error.faults))
    except DefinitionError as error:
        return _form(
            request, draft, path, shape, entry, data=data, faults=[("", fault) for fault in shown_faults(error)]
        )
    except ConflictError:
        notice = _("Another member saved this version at the same moment, so nothing was saved. Save again.")
        return _form(request, draft, path, shape, entry, data=data, notice=notice)
    messages.success(request, _("Saved."))
    if "more" in data:
        return redirect(request.get_full_path())
    return redirect(outline_url(request, draft, path))


@require_POST
@changes_draft
def entry_check(request: HttpRequest, draft: Instrument) -> HttpResponse:
    """What would be wrong if the form were saved now; requested while a person types."""
    path = request.GET.get("path", "")
    faults: list[str] = []
    try:
        entry = paths.at(draft.definition, path)
        shape = shape_of(draft.kind, path, entry)
        if shape is None:
            raise Http404(gettext("There is nothing to edit at this address."))
        becomes = read(shape, entry, request.POST.dict(), source_language(draft.definition))
        check_entry(draft=draft, path=path, becomes=becomes)
    except FormFault as error:
        faults = [fault for _, fault in shown_field_faults(error.faults)]
    except DefinitionError as error:
        faults = shown_faults(error)
    except paths.PathError:
        faults = [gettext("Another member has removed this entry.")]
    return render(request, "instruments/_check.html", {"faults": faults})


def new_entry(noun: str, source: str) -> dict[str, Any]:
    """A blank entry as the form for a new one shows it."""
    blank, cells = {source: ""}, ("F1", "F2", "O1", "O2")
    entries: Mapping[str, dict[str, Any]] = {
        "paragraph": {"text": blank},
        "label": {"text": blank},
        "section": {"title": blank},
        "item": {"type": NEW_ITEM, "text": blank},
        "matrix": {"type": "matrix", "text": blank, "scale": "", "rows": []},
        "choices": {"type": "matrix", "text": blank, "options": [], "rows": []},
        "question": {"text": blank},
        "scale": {"points": []},
        "category": {"title": blank},
        "criterion": {"text": blank, "cells": [{"name": name, "text": blank} for name in cells]},
    }
    return entries[noun]


def first_child(kind: str, noun: str, code: str, source: str) -> dict[str, Any]:
    """The first entry of a new section, because a section cannot be empty."""
    cells = [{"name": name, "text": {source: "New cell"}} for name in ("F1", "F2", "O1", "O2")]
    children: Mapping[tuple[str, str], tuple[str, dict[str, Any]]] = {
        ("survey", "section"): ("items", {"type": NEW_CHILD, "text": {source: "New item"}}),
        ("interview_guide", "section"): ("questions", {"text": {source: "New question"}}),
        ("indicators", "category"): ("criteria", {"text": {source: "New criterion"}, "cells": cells}),
    }
    if (kind, noun) not in children:
        return {}
    place, child = children[kind, noun]
    return {place: [{"name": f"{code}.1", **child}]}


@require_http_methods(["GET", "POST"])
@changes_draft
def entry_add(request: HttpRequest, draft: Instrument) -> HttpResponse:
    """A new entry in the list at `list`, behind the entry named `after` or at the end."""
    place = request.GET.get("list", "")
    noun = noun_of(draft.kind, place)
    if noun is None:
        raise Http404(_("This list does not exist."))
    if noun == "item" and request.GET.get("matrix"):
        noun = "choices" if request.GET["matrix"] == "choices" else "matrix"
    source = source_language(draft.definition)
    blank = new_entry(noun, source)
    shape = shape_of(draft.kind, f"{place}/new", blank)
    if shape is None:
        raise Http404(_("This list does not exist."))
    if request.method != "POST":
        return _form(request, draft, place, shape, blank, new=noun)
    data = request.POST.dict()
    if data.get("_do") == "quote":
        return _with_quote(request, draft, place, shape, blank, data, new=noun)
    code = data.get("name", "").strip()
    try:
        entry = {
            "name": code,
            **_read_new(shape, blank, data, code, source),
            **first_child(draft.kind, noun, code, source),
        }
        add_entry(draft=draft, path=place, entry=entry, after=request.GET.get("after") or None, by=request.user)
    except FormFault as error:
        return _form(request, draft, place, shape, blank, data=data, faults=shown_field_faults(error.faults), new=noun)
    except DefinitionError as error:
        faults = [("", fault) for fault in shown_faults(error)]
        return _form(request, draft, place, shape, blank, data=data, faults=faults, new=noun)
    except paths.PathError:
        faults = [
            (
                "",
                _("Another member has removed the section to which this belongs. Open the outline and choose another."),
            )
        ]
        return _form(request, draft, place, shape, blank, data=data, faults=faults, new=noun)
    messages.success(request, _("{code} was added.").format(code=code))
    return redirect(outline_url(request, draft, f"{place}/{code}"))


def _read_new(
    shape: Shape, blank: Mapping[str, Any], data: Mapping[str, str], code: str, source: str
) -> dict[str, Any]:
    """What `read` gives for a new entry. Raises `FormFault`, with the fault of its code before the others."""
    faults = []
    if not CODE.fullmatch(code):
        faults.append(("name", _("Code: enter a code of up to 40 letters, digits, dots, hyphens and underscores.")))
    try:
        found = read(shape, blank, data, source)
    except FormFault as error:
        faults += error.faults
    if faults:
        raise FormFault(faults)
    return found


@require_POST
@changes_draft
def entry_move(request: HttpRequest, draft: Instrument) -> HttpResponse:
    path = request.POST.get("path", "")
    places, order = -1 if request.POST.get("direction") == "up" else 1, request.POST.get("order")
    _apply(request, lambda: move_entry(draft=draft, path=path, places=places, by=request.user, order=order), "")
    return redirect(outline_url(request, draft, path))


@require_POST
@changes_draft
def entry_remove(request: HttpRequest, draft: Instrument) -> HttpResponse:
    path = request.POST.get("path", "")
    if shape_of(draft.kind, path, None) is None or "/" not in path:
        raise Http404(_("There is nothing to remove at this address."))
    seen = request.POST.get("seen")
    _apply(request, lambda: remove_entry(draft=draft, path=path, by=request.user, seen=seen), "")
    return redirect(outline_url(request, draft, paths.parent_of(path)[0]))


@require_POST
@changes_draft
def entry_restore(request: HttpRequest, draft: Instrument) -> HttpResponse:
    """Undo a removal, or leave the entry removed for good. The page offers the newest one of the draft."""
    removed = draft.removed_entries.filter(pk=number_sent(request.POST.get("removed", ""), 18) or 0).first()
    if removed is None:
        messages.info(request, _("This removal was undone before. The outline shows the draft as it is now."))
        return redirect(version_url(request, "instrument_edit", draft.pk))
    if request.POST.get("do") == "keep":
        text = _("{code} stays removed.").format(code=removed.code)
        _apply(request, lambda: keep_removed(removed=removed, by=request.user) or draft, text)
        return redirect(version_url(request, "instrument_edit", draft.pk))
    text = _("{code} was restored.").format(code=removed.code)
    _apply(request, lambda: restore_entry(removed=removed, by=request.user), text)
    return redirect(outline_url(request, draft, removed.path))


def _apply(request: HttpRequest, change: Callable[[], Made], done: str) -> Made | None:
    """The result of the change; None, with a message, where it would break the definition."""
    try:
        made = change()
    except DefinitionError as error:
        for fault in shown_faults(error)[:10]:
            messages.error(request, _("Not changed: {fault}").format(fault=fault))
    except paths.PathError:
        messages.error(request, _("Not changed: another member has moved or removed this entry. Reload the page."))
    except PublishedVersionError as error:
        messages.error(request, _("Not changed: {error}").format(error=error))
    except ConflictError as conflict:
        messages.error(request, _("Not changed: {conflict}").format(conflict=conflict))
    else:
        if done:
            messages.success(request, done)
        return made
    return None
