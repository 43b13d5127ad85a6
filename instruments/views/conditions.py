"""When a question, a matrix or a section is asked, an option offered, an answer allowed: chosen from lists."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from instruments import paths
from instruments.access import changes_draft
from instruments.addresses import version_url
from instruments.condition_form import ConditionForm
from instruments.earlier import earlier_items
from instruments.entry_shapes import condition_field, has_constraint
from instruments.fault_words import shown_faults
from instruments.logic.rows import view
from instruments.logic.sentence import describe, kinds
from instruments.logic.tree import from_stored, item_as_own, own_as_item
from instruments.models import Instrument
from instruments.paths import entry_mark
from instruments.schema import DefinitionError, Survey
from instruments.services.drafts import ConflictError
from instruments.services.entries import change_entry
from instruments.texts import languages_of
from instruments.views.entries import outline_url


@require_http_methods(["GET", "POST"])
@changes_draft
def entry_condition(request: HttpRequest, draft: Instrument) -> HttpResponse:
    """Choose when the entry at `path` is asked, or the option offered. Each step shows the form again; only “Save”
    stores it."""
    path = request.GET.get("path", "")
    entry = _entry_at(draft, path)
    field = condition_field(draft.kind, path)
    if not field:
        raise Http404(_("There is nothing to edit at this address."))
    document = cast(Survey, draft.document)
    earlier = earlier_items(document, path)
    stored = from_stored(entry[field]) if entry.get(field) else None
    back = outline_url(request, draft, path)
    if field == "offered_if":  # options are edited with their item
        item_path = path.rpartition("/options/")[0]
        back = version_url(request, "entry_edit", draft.pk, query={"path": item_path})
    faults: list[tuple[str, str]] = []
    notice = ""
    if request.method != "POST":
        form = ConditionForm.of(document, earlier, view(stored, kinds(document)))
    else:
        form = ConditionForm.posted(document, earlier, request.POST)
        if request.POST.get("_do") == "save":
            becomes = {key: value for key, value in entry.items() if key != field}
            tree = form.tree()
            faults = form.faults()
            if tree is not None:
                becomes[field] = tree
            if not faults:
                faults, notice = _save(request, draft, path, entry, becomes)
                if not faults and not notice:
                    return redirect(back)
    context = {
        "instrument": draft,
        "path": path,
        "own_code": paths.parent_of(path)[1],
        "form": form,
        "was": entry_mark(entry),
        "faults": faults,
        "notice": notice,
        "stored": describe(stored, document, document.source_language),
        "of_option": field == "offered_if",
        "of_row": "/rows/" in path,
        "outline_url": back,
    }
    return render(request, "instruments/entry_condition.html", context)


@require_http_methods(["GET", "POST"])
@changes_draft
def entry_constraint(request: HttpRequest, draft: Instrument) -> HttpResponse:
    """Choose which answers to the item at `path` are allowed, and say it in each language. Only “Save” stores it."""
    path = request.GET.get("path", "")
    entry = _entry_at(draft, path)
    if not has_constraint(draft.kind, path, entry):
        raise Http404(_("There is nothing to edit at this address."))
    document, code = cast(Survey, draft.document), entry["name"]
    earlier = [*earlier_items(document, path), code]
    stored = own_as_item(from_stored(entry["constraint"], own=True), code) if entry.get("constraint") else None
    languages = languages_of(draft.definition)
    message: dict[str, str] = dict(entry.get("constraint_message") or {})
    faults: list[tuple[str, str]] = []
    notice = ""
    if request.method != "POST":
        form = ConditionForm.of(document, earlier, view(stored, kinds(document)), code)
    else:
        form = ConditionForm.posted(document, earlier, request.POST, code)
        typed = {language: request.POST.get(f"message-{language}", "") for language in languages}
        message = message | {language: words.replace("\r\n", "\n").strip() for language, words in typed.items()}
        if request.POST.get("_do") == "save":
            becomes = {key: value for key, value in entry.items() if key not in ("constraint", "constraint_message")}
            tree = form.tree()
            faults = form.faults()
            if tree is not None:
                becomes["constraint"] = item_as_own(tree, code)
            if kept := {language: words for language, words in message.items() if words}:
                becomes["constraint_message"] = kept
            if (tree is not None or kept) and not message.get(languages[0]):
                faults.append(
                    (f"message-{languages[0]}", _("Write which answers are allowed: respondents read it first."))
                )
            if not faults:
                faults, notice = _save(request, draft, path, entry, becomes)
                if not faults and not notice:
                    return redirect(outline_url(request, draft, path))
    context = {
        "instrument": draft,
        "path": path,
        "own_code": code,
        "form": form,
        "was": entry_mark(entry),
        "faults": faults,
        "notice": notice,
        "stored": describe(stored, document, document.source_language),
        "unapplied": entry.get("unapplied", ""),
        "of_answer": True,
        "messages_typed": [(language, message.get(language, "")) for language in languages],
        "outline_url": outline_url(request, draft, path),
    }
    return render(request, "instruments/entry_constraint.html", context)


def _entry_at(draft: Instrument, path: str) -> Any:
    try:
        return paths.at(draft.definition, path)
    except paths.PathError:
        raise Http404(_("This entry does not exist.")) from None


def _save(
    request: HttpRequest, draft: Instrument, path: str, entry: Any, becomes: Any
) -> tuple[list[tuple[str, str]], str]:
    """Store the entry; what is wrong with it, and what happened meanwhile. Both are empty where it was stored."""
    if request.POST.get("was") != entry_mark(entry):
        return [], _(
            "Another member has changed this entry, so nothing was saved. Your condition is below. Save again "
            "to replace the saved one with it."
        )
    try:
        change_entry(draft=draft, path=path, was=entry, becomes=becomes, by=request.user)
    except DefinitionError as error:
        return [("", fault) for fault in shown_faults(error)], ""
    except ConflictError:
        return [], _("Another member saved this version at the same moment, so nothing was saved. Save again.")
    messages.success(request, _("Saved."))
    return [], ""
