"""When a question, a matrix or a section is asked: chosen from lists."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from instruments import paths
from instruments.access import changes_draft
from instruments.condition_form import ConditionForm
from instruments.entry_shapes import has_condition
from instruments.logic.rows import view
from instruments.logic.sentence import describe, kinds
from instruments.logic.tree import from_stored
from instruments.models import Instrument
from instruments.paths import entry_mark
from instruments.schema import DefinitionError, Survey
from instruments.services.drafts import ConflictError
from instruments.services.entries import change_entry
from instruments.views.entries import outline_url


def earlier_items(document: Survey, entry: Any) -> list[str]:
    """Codes of the items that come before an item, a matrix or a section."""
    first = entry
    while any(key in first for key in ("items", "rows")):
        first = (first.get("items") or first["rows"])[0]
    codes = list(document.by_name)
    return codes[: codes.index(first["name"])]


@require_http_methods(["GET", "POST"])
@changes_draft
def entry_condition(request: HttpRequest, draft: Instrument) -> HttpResponse:
    """Choose when the entry at `path` is asked. Each step shows the form again; only “Save” stores it."""
    path = request.GET.get("path", "")
    try:
        entry = paths.at(draft.definition, path)
    except paths.PathError:
        raise Http404(_("This entry does not exist.")) from None
    if not has_condition(draft.kind, path):
        raise Http404(_("There is nothing to edit at this address."))
    document = cast(Survey, draft.document)
    earlier = earlier_items(document, entry)
    stored = from_stored(entry["relevant"]) if entry.get("relevant") else None
    faults: list[tuple[str, str]] = []
    notice = ""
    if request.method != "POST":
        form = ConditionForm.of(document, earlier, view(stored, kinds(document)))
    else:
        form = ConditionForm.posted(document, earlier, request.POST)
        if request.POST.get("_do") == "save":
            becomes = {key: value for key, value in entry.items() if key != "relevant"}
            tree = form.tree()
            faults = form.faults()
            if tree is not None:
                becomes["relevant"] = tree
            if not faults and request.POST.get("was") != entry_mark(entry):
                notice = _(
                    "Another member has changed this entry, so nothing was saved. Your condition is below. Save again "
                    "to replace the saved one with it."
                )
            elif not faults:
                try:
                    change_entry(draft=draft, path=path, was=entry, becomes=becomes, by=request.user)
                except DefinitionError as error:
                    faults = [("", fault) for fault in error.faults]
                except ConflictError:
                    notice = _(
                        "Another member saved this version at the same moment, so nothing was saved. Save again."
                    )
                else:
                    messages.success(request, _("Saved."))
                    return redirect(outline_url(draft, path))
    context = {
        "instrument": draft,
        "path": path,
        "own_code": paths.parent_of(path)[1],
        "form": form,
        "was": entry_mark(entry),
        "faults": faults,
        "notice": notice,
        "stored": describe(stored, document, document.source_language),
        "outline_url": outline_url(draft, path),
    }
    return render(request, "instruments/entry_condition.html", context)
