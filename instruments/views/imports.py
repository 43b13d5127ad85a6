"""Importing an instrument, what came of the rows of the form, and the decisions that it leaves to a person."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ctnat.ui.access import editors_only
from ctnat.ui.languages import find_code
from instruments.access import changes_draft, find_changeable, owner_of
from instruments.addresses import version_url
from instruments.decision_texts import answer_text, grouped, title
from instruments.definition_files import definition_from
from instruments.fault_words import shown_faults
from instruments.forms import ImportForm
from instruments.import_notes import CHANGED, CONDITION, LANGUAGE, LEFT_OUT, MATRIX, REPEAT, TAKEN, Decision, Note
from instruments.item_types import LABELS
from instruments.models import Instrument
from instruments.schema import DefinitionError, Survey
from instruments.services.imports import Answer, decide
from instruments.services.versions import import_definition

FEW = 40  # rows of a list that are shown without unfolding


@require_http_methods(["GET", "POST"])
@editors_only
def instrument_import(request: HttpRequest) -> HttpResponseBase:
    """Create a draft from a file; with a fault that concerns the whole of it, nothing."""
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
                decisions=read.decisions,
                owner=owner_of(request.user, form.cleaned_data["owner"]),
                by=request.user,
            )
        except DefinitionError as error:
            faults = shown_faults(error)
        except ValidationError as error:
            faults = error.messages
        else:
            messages.success(request, _("{draft} was imported as a draft.").format(draft=draft))
            page = "import_review" if draft.import_notes else "instrument_detail"
            return redirect(version_url(request, page, draft.pk))
    return render(request, "instruments/instrument_import.html", {"form": form, "faults": faults})


@require_safe
@editors_only
def import_review(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What of the form was taken, what is to be decided, and what was left out and why, row by row."""
    instrument = find_changeable(request.user, pk)
    notes = [Note.from_json(each) for each in instrument.import_notes]
    decisions = [Decision.from_json(each) for each in instrument.import_decisions]
    open_decisions = instrument.open_decisions
    still_open = {each.key for each in open_decisions}
    taken_rows = {(note.sheet, note.row) for note in notes if note.kind == TAKEN}
    document = instrument.document
    taken = list(_taken(notes, document))
    changed = [note for note in notes if note.kind == CHANGED and (note.sheet, note.row) not in taken_rows]
    left_out = [note for note in notes if note.kind == LEFT_OUT]
    groups = _groups(request, open_decisions, document) if instrument.is_draft else []
    shown = [
        {
            "title": title(each),
            "answer": answer_text(each, document) if each.answer else "",
            "open": each.key in still_open,
        }
        for each in decisions
    ]
    context = {
        "instrument": instrument,
        "questions": len(document.items) if isinstance(document, Survey) else None,
        "sections": len(document.sections) if isinstance(document, Survey) else None,
        "open": len(still_open) if instrument.is_draft else 0,
        "decisions": shown,
        "made": [each for each in shown if not (each["open"] and groups)],
        "groups": groups,
        "taken": taken,
        "taken_by_section": _by_section(taken),
        "changed": changed,
        "changed_by_reason": _by_reason(changed),
        "left_out": left_out,
        "left_out_by_reason": _by_reason(left_out),
        "few": FEW,
    }
    return render(request, "instruments/import_review.html", context)


def _by_reason(notes: list[Note]) -> list[tuple[str, list[Note]]]:
    """(reason, its rows), in the order of the form."""
    found: dict[str, list[Note]] = {}
    for note in notes:
        found.setdefault(note.text, []).append(note)
    return list(found.items())


def _by_section(taken: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that became questions by section of the draft; those whose question was removed come last."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in taken:
        found.setdefault(row["section"], []).append(row)
    return [
        {"title": title, "rows": rows, "remarks": sum(bool(row["remarks"]) for row in rows)}
        for title, rows in sorted(found.items(), key=lambda pair: not pair[0])
    ]


def _taken(notes: list[Note], document: Any) -> Iterator[dict[str, Any]]:
    """The rows that became questions: row, name, text, type, section, and what was changed in them."""
    remarks: dict[tuple[str, int], list[str]] = {}
    for note in notes:
        if note.kind == CHANGED:
            remarks.setdefault((note.sheet, note.row), []).append(note.text)
    titles = {part.name: str(part.title) for part in document.sections} if isinstance(document, Survey) else {}
    for note in notes:
        if note.kind == TAKEN:
            item = document.by_name.get(note.reason) if isinstance(document, Survey) else None
            yield {
                "row": note.row,
                "name": note.name,
                "text": str(item.text) if item else "",
                "type": LABELS[type(item)] if item else "",
                "section": titles[document.section_of[item.name]] if item else "",
                "remarks": remarks.get((note.sheet, note.row), []),
            }


@require_http_methods(["GET", "POST"])
@changes_draft
def import_decisions(request: HttpRequest, draft: Instrument) -> HttpResponseBase:
    """The decisions that are open, as one form; what is answered is stored, the rest stays open.

    The import report has the same form, and comes back if it sent it.
    """
    faults: dict[str, str] = {}
    back = "import_review" if request.POST.get("from") == "report" else "import_decisions"
    open_decisions = draft.open_decisions
    if request.method == "POST":
        answers, faults = _posted(request, open_decisions)
        draft, refused = decide(draft=draft, answers=answers, by=request.user)
        faults |= refused
        open_decisions = draft.open_decisions
        left = len(open_decisions)
        stored = len(answers) - len(refused)
        if not left:
            messages.success(request, _("All decisions are made. Read the draft, then publish it."))
            return redirect(version_url(request, "instrument_detail", draft.pk))
        if not faults:
            message = ngettext("Saved. {n} decision is open.", "Saved. {n} decisions are open.", left).format(n=left)
            if not stored:
                message = _("Nothing was saved: no answer was chosen.")
            (messages.success if stored else messages.info)(request, message)
            return redirect(version_url(request, back, draft.pk))
    groups = _groups(request, open_decisions, draft.document, faults)
    context = {"instrument": draft, "groups": groups, "open": len(open_decisions), "faults": len(faults)}
    return render(request, "instruments/import_decisions.html", context)


def _groups(
    request: HttpRequest, decisions: list[Decision], document: Any, faults: Mapping[str, str] = MappingProxyType({})
) -> list[dict[str, Any]]:
    """The open decisions by kind, each with what was typed and why it was not stored."""
    groups = grouped(decisions, document) if isinstance(document, Survey) else []
    for group in groups:
        group["fields"] = [
            {
                "question": each,
                "fault": faults.get(each.decision.key, ""),
                "given": request.POST.get(each.field, ""),
                "reversed": request.POST.getlist(f"reversed-{each.decision.key}"),
            }
            for each in group["questions"]
        ]
    return groups


def _posted(request: HttpRequest, decisions: list[Decision]) -> tuple[dict[str, Answer], dict[str, str]]:
    """(answers, faults) by key of the decision. `rest-KIND` is the answer to those of a kind that have none."""
    answers: dict[str, Answer] = {}
    faults: dict[str, str] = {}
    for decision in decisions:
        value = request.POST.get(f"answer-{decision.key}", "").strip()[:60]
        if not value and decision.kind in (REPEAT, CONDITION, MATRIX):
            value = request.POST.get(f"rest-{decision.kind}", "")[:60]
        if value and decision.kind == LANGUAGE:
            code = find_code(value)
            if code is None:
                faults[decision.key] = _(
                    "“{name}” is not a known language. Enter its English name, such as French."
                ).format(name=value)
                continue
            value = code
        if value:
            answers[decision.key] = Answer(value, request.POST.getlist(f"reversed-{decision.key}"))
    return answers, faults
