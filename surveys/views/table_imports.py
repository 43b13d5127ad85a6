"""Importing a table of any program: file, columns, values, preview. What was confirmed is kept between the pages."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from assessments.uploads import Upload, clean_name
from ctnat.ui.days import read_day
from ctnat.ui.digits import revision_sent
from ctnat.ui.errors import ConflictError, in_one_line
from ctnat.ui.pages import page_of
from ctnat.ui.tables import TableError
from surveys.forms import ENCODING_NAMES, ImportedFormsForm, SheetForm, TableForm, separator_names
from surveys.importing.answers import ANY_OTHER, MarkQuestion, ValueQuestion
from surveys.importing.files import read_file
from surveys.importing.form_names import headings_for
from surveys.importing.numbers import read_number, written
from surveys.importing.state import ImportedRow, ImportState
from surveys.importing.targets import OUT, Target
from surveys.importing.words import (
    fault_in_words,
    meanings,
    target_from_words,
    target_in_words,
    targets_by_words,
)
from surveys.models import ImportMapping, Survey, TableImport
from surveys.questionnaire.versions import FormVersion, form_versions, is_accepted, of_version
from surveys.responses.presentation import shown_answers
from surveys.services.erasure import forget_expired
from surveys.services.table_imports import (
    choose_sheet,
    discard_table_import,
    explain_values,
    finish_table_import,
    forget_mapping,
    map_columns,
    start_table_import,
)
from surveys.views.surveys import find_survey
from surveys.words import error_text

SHOWN_ROWS, SHOWN_COLUMNS = 6, 40  # of the file
SHOWN_VALUES = 40  # of one question that are not understood; the rest are decided together
MOST_VALUES = 1_500  # of all questions, so that a page is sent whole (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)
SHOWN_FORMS, SHOWN_FAULTS = 3, 100
SHOWN_LETTERS = 5  # cells


@require_http_methods(["GET", "POST"])
@requires("responses.enter")
def response_import(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Choose a file. Imports that were begun can be continued."""
    survey = find_survey(assessment)
    forget_expired()
    versions = form_versions(survey)
    form = TableForm(request.POST or None, request.FILES or None, versions=versions)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        chosen = form.cleaned_data.get("version", versions[0].value)
        paper = next(version for version in versions if version.value == chosen)
        shown = of_version(survey, paper.questionnaire)
        try:
            made = _start(request, shown, paper, upload, form.cleaned_data)
            return redirect("surveys:table_import_sheet", assessment.reference, made.pk)
        except (TableError, ValidationError) as error:
            form.add_error("file", error.messages if isinstance(error, ValidationError) else str(error))
    context = {
        "assessment": assessment,
        "survey": survey,
        "form": form,
        "begun": survey.table_imports.all(),
        "mappings": page_of(request, survey.import_mappings.all()),
        "is_told": any(form[name].errors or form[name].value() for name in ("encoding", "separator")),
        "here": "import",
    }
    return render(request, "surveys/response_import.html", context, status=422 if form.errors else 200)


def _start(
    request: MemberRequest, survey: Survey, paper: FormVersion, upload: Upload, chosen: Mapping[str, str]
) -> TableImport:
    """Read a file as it was chosen. Raises `TableError`, `InputError`."""
    name = clean_name(upload.name or "")
    read = read_file(
        survey.pk,
        headings_for(survey.questionnaire),
        upload.read(),
        name,
        encoding=chosen["encoding"],
        separator=chosen["separator"],
        languages=survey.languages,
    )
    how = {"encoding": read.encoding, "separator": read.separator, "is_sure": read.is_sure}
    return start_table_import(
        survey=survey,
        sheets=read.sheets,
        file_name=name,
        read_as=how if read.encoding else None,
        correction=paper.correction,
        by=request.user,
    )


def _find(assessment: Assessment, key: UUID) -> TableImport | None:
    """The import, or None where it was finished, discarded or has expired."""
    found = TableImport.objects.filter(survey__assessment=assessment, pk=key).select_related(
        "survey__questionnaire", "version"
    )
    table_import = found.first()
    if table_import is not None:
        table_import.survey.assessment = assessment
    return table_import


def _with_import(
    view: Callable[[MemberRequest, Assessment, TableImport], HttpResponse],
) -> Callable[[MemberRequest, Assessment, UUID], HttpResponse]:
    """The view gets the import in place of its key; where it is gone, the first page says why."""

    @wraps(view)
    def found(request: MemberRequest, assessment: Assessment, key: UUID) -> HttpResponse:
        table_import = _find(assessment, key)
        if table_import is None:
            text = _("This import was finished, discarded or is older than a day. Choose the file again.")
        elif table_import.version and not is_accepted(of_version(table_import.survey, table_import.version)):
            text = _("The survey takes no forms of this version any more. Choose the file again.")
        else:
            return view(request, assessment, table_import)
        messages.error(request, text)
        return redirect("surveys:response_import", assessment.reference)

    return found


def _decide(request: MemberRequest, verb: Callable[..., Any], table_import: TableImport, **given: Any) -> str:
    """Run a service that confirms a page. Returns what went wrong; blank where nothing did."""
    try:
        verb(table_import=table_import, by=request.user, seen=revision_sent(request.POST.get("seen", "")), **given)
    except ValidationError as error:
        if isinstance(error, ConflictError):
            table_import.refresh_from_db(fields=["decisions", "revision"])
        return in_one_line(error)
    return ""


def _page(request: MemberRequest, state: ImportState, step: str, **context: Any) -> HttpResponse:
    survey = state.table_import.survey
    has_choice = len(form_versions(survey)) > 1
    is_wrong = bool(context.get("wrong") or context.get("error"))
    about = {
        "assessment": survey.assessment,
        "survey": survey,
        "table_import": state.table_import,
        "file_name": state.table_import.file_name,
        "version": FormVersion(state.version, state.table_import.correction).label if has_choice else "",
        "here": "import",
        "step": step,
        "import_steps": [
            ("sheet", _("File")),
            ("columns", _("Columns")),
            ("values", _("Values")),
            ("preview", _("Preview")),
        ],
    }
    return render(request, f"surveys/table_import_{step}.html", about | context, status=422 if is_wrong else 200)


# File -----------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires("responses.enter")
@_with_import
def table_import_sheet(request: MemberRequest, assessment: Assessment, table_import: TableImport) -> HttpResponse:
    """Which sheet, and which of its rows has the headings."""
    state = ImportState.of(table_import)
    sheets = [(at, sheet.name or _("The table")) for at, sheet in enumerate(state.sheets)]
    chosen = {"sheet": int(state.decisions.get("sheet", 0)), "heading": state.heading + 1}
    form = SheetForm(request.POST or None, initial=chosen, sheets=sheets)
    error = ""
    if request.method == "POST" and form.is_valid():
        sheet, heading = form.cleaned_data["sheet"], form.cleaned_data["heading"] - 1
        moved = sheet != chosen["sheet"] and heading == state.heading
        if moved:  # the row that was found on the other sheet
            heading = state.sheets[sheet].heading
        if heading >= len(state.sheets[sheet].lines):
            form.add_error("heading", _("The table has no such row. Enter the number of a row of the file."))
        elif not (error := _decide(request, choose_sheet, table_import, sheet=sheet, heading=heading)):
            if request.POST.get("do") == "show":
                return redirect("surveys:table_import_sheet", assessment.reference, table_import.pk)
            return redirect("surveys:table_import_columns", assessment.reference, table_import.pk)
    lines = state.file_sheet.lines
    first = max(0, state.heading - 2)
    shown = [
        (first + at + 1, first + at == state.heading, line[:SHOWN_COLUMNS])
        for at, line in enumerate(lines[first : state.heading + SHOWN_ROWS])
    ]
    context = {
        "form": form,
        "error": error or bool(form.errors),
        "message": error,
        "encoding": ENCODING_NAMES.get(state.decisions.get("encoding", ""), state.decisions.get("encoding", "")),
        "separator": dict(separator_names()).get(state.decisions.get("separator", ""), ""),
        "is_sure": state.decisions.get("is_sure", True),
        "letters": [] if state.decisions.get("is_sure", True) else _letters(state),
        "lines": shown,
        "rows": len(state.sheet.rows),
        "recognised": sum(column.is_sure and bool(column.target and column.target.item) for column in state.columns),
        "left_out_rows": state.rows_left_out,
        "program": "" if state.program == "Table" else state.program,
    }
    return _page(request, state, "sheet", **context)


def _letters(state: ImportState) -> list[str]:
    """Cells by which a person sees whether the encoding is right: the first with letters that are not English."""
    cells = (cell for line in state.file_sheet.lines for cell in line if not cell.isascii())
    return [cell[:60] for cell in islice(dict.fromkeys(islice(cells, 200)), SHOWN_LETTERS)]


# Columns --------------------------------------------------------------------------------------------------------------


def _why(why: str) -> str:
    return {
        "position": _("Several questions say this; proposed by its place between the columns beside it."),
        "order": _("Proposed by the order of the questions, because its code names none."),
        "several": _("Several questions say this."),
        "same": _("Another column says the same, and their cells differ."),
        "similar": _("A question begins like this."),
        "unknown": _("The questionnaire does not have this."),
    }.get(why, "")


@require_http_methods(["GET", "POST"])
@requires("responses.enter")
@_with_import
def table_import_columns(request: MemberRequest, assessment: Assessment, table_import: TableImport) -> HttpResponse:
    """What each column is: the person confirms what is proposed. Only what is doubtful is open."""
    state = ImportState.of(table_import)
    typed: dict[int, str] = {}
    wrong: dict[int, str] = {}
    error = ""
    if request.method == "POST":
        typed, chosen, wrong = _chosen_targets(state, request.POST)
        wrong |= _claimed_twice(state, chosen) if not wrong else {}
        if not wrong and not any(target.item for target in chosen):
            error = _("All columns are left out. Choose a question for at least one.")
        if not wrong and not error:
            error = _decide(request, map_columns, table_import, targets=chosen)
        if not wrong and not error:
            table_import.refresh_from_db(fields=["decisions", "revision"])
            mapped = ImportState.of(table_import)
            asks = mapped.reader.value_questions() or mapped.reader.mark_questions()
            return redirect(
                "surveys:table_import_values" if asks else "surveys:table_import_preview",
                assessment.reference,
                table_import.pk,
            )
    lines = list(_column_lines(state, typed, wrong))
    context = {
        "error": error,
        "wrong": [line for line in lines if line["error"]],
        "doubtful": [line for line in lines if line["is_open"]],
        "known": [line for line in lines if not line["is_open"] and not line["is_out"]],
        "out": [line for line in lines if not line["is_open"] and line["is_out"]],
        "targets": list(targets_by_words(state.document)),
    }
    return _page(request, state, "columns", **context)


def _chosen_targets(
    state: ImportState, posted: Mapping[str, str]
) -> tuple[dict[int, str], list[Target], dict[int, str]]:
    """(what was typed, the targets, errors), by column."""
    typed: dict[int, str] = {}
    chosen: list[Target] = []
    wrong: dict[int, str] = {}
    known = targets_by_words(state.document)
    for column in state.columns:
        text = posted.get(f"c{column.at}", "").strip()[:300]
        typed[column.at] = text
        target = target_from_words(state.headings, known, text) if text else None
        if target is None:
            wrong[column.at] = (
                _("“{text}” is not in the list. Choose a line of it.").format(text=text[:60])
                if text
                else _("Choose a question, or “Leave out”.")
            )
        chosen.append(target or OUT)
    return typed, chosen, wrong


def _claimed_twice(state: ImportState, chosen: Sequence[Target]) -> dict[int, str]:
    """Columns of the same question whose cells differ in a row: which one is right?"""
    by_target: dict[Target, list[int]] = {}
    for at, target in enumerate(chosen):
        if target.item:
            by_target.setdefault(target, []).append(at)
    wrong: dict[int, str] = {}
    for places in by_target.values():
        for number, cells in state.sheet.rows if len(places) > 1 else ():
            if len({cells[at].casefold() for at in places if cells[at]}) > 1:
                for at in places:
                    wrong[at] = _(
                        "Two columns are mapped to this question, and differ in row {row}. Leave one of them out."
                    ).format(row=number)
                break
    return wrong


def _column_lines(state: ImportState, typed: Mapping[int, str], wrong: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    for column, target in zip(state.columns, state.targets, strict=True):
        words = target_in_words(state.document, target) if target else ""
        yield {
            "at": column.at,
            "heading": column.heading or _("(no heading)"),
            "samples": [sample[:60] for sample in state.sheet.samples(column.at)],
            "value": typed.get(column.at, words),
            "why": _why(column.why),
            "candidates": [target_in_words(state.document, one) for one in column.candidates],
            "is_open": column.at in wrong or (not column.is_sure and not state.is_mapped),
            "is_out": target == OUT,
            "error": wrong.get(column.at, ""),
        }


# Values ---------------------------------------------------------------------------------------------------------------


def _field(question: ValueQuestion) -> str:
    return "v" + hashlib.sha256(f"{question.key}\x1f{question.value}".encode()).hexdigest()[:16]


def _grouped(state: ImportState) -> list[tuple[str, list[ValueQuestion], list[ValueQuestion]]]:
    """(key, values to be decided one by one, values to be decided together) of each item that has any."""
    groups: dict[str, list[ValueQuestion]] = {}
    for question in state.reader.value_questions():
        groups.setdefault(question.key, []).append(question)
    shown = min(SHOWN_VALUES, max(1, MOST_VALUES // max(1, len(groups)) - 1))
    found = []
    for key, questions in groups.items():
        most_first = sorted(questions, key=lambda question: -question.times)
        found.append((key, most_first[:shown], most_first[shown:]))
    return found


@require_http_methods(["GET", "POST"])
@requires("responses.enter")
@_with_import
def table_import_values(request: MemberRequest, assessment: Assessment, table_import: TableImport) -> HttpResponse:
    """What values mean that are no option, and how numbers and dates are written where a column cannot tell."""
    state = ImportState.of(table_import)
    if not state.is_mapped:
        return redirect("surveys:table_import_columns", assessment.reference, table_import.pk)
    groups, marks = _grouped(state), state.reader.mark_questions()
    error = ""
    if request.method == "POST":
        values, signs, orders = _decided(state, groups, marks, request.POST)
        error = _decide(request, explain_values, table_import, values=values, signs=signs, orders=orders)
        if not error:
            return redirect("surveys:table_import_preview", assessment.reference, table_import.pk)
    context = {
        "error": error,
        "groups": [_value_group(state, group, request.POST) for group in groups],
        "marks": [_mark_line(state, question, request.POST) for question in marks],
    }
    return _page(request, state, "values", **context)


def _decided(
    state: ImportState, groups: Sequence[Any], marks: Sequence[MarkQuestion], posted: Mapping[str, str]
) -> tuple[dict[str, dict[str, str]], dict[int, str], dict[int, str]]:
    """(values, signs, orders) of a posted page; what is not one of the choices is left undecided."""
    values: dict[str, dict[str, str]] = {}
    for key, shown, rest in groups:
        offered = {name for name, _words in meanings(state.document, shown[0])}
        decided = {question.value: posted.get(_field(question), "") for question in shown}
        if rest:
            decided[ANY_OTHER] = posted.get(_field(ValueQuestion(shown[0].item, ANY_OTHER, 0, shown[0].is_tick)), "")
        values[key] = {value: meaning for value, meaning in decided.items() if meaning in offered}
    signs = {q.at: sign for q in marks if q.asks == "sign" and (sign := posted.get(f"m{q.at}", "")) in (".", ",")}
    orders = {
        q.at: order for q in marks if q.asks == "order" and (order := posted.get(f"m{q.at}", "")) in ("dmy", "mdy")
    }
    return values, signs, orders


def _value_group(state: ImportState, group: Any, posted: Mapping[str, str]) -> dict[str, Any]:
    key, shown, rest = group
    item = state.document.by_name[shown[0].item]

    def line(question: ValueQuestion) -> dict[str, Any]:
        field = _field(question)
        known = state.values.get(key, {}).get(question.value, "")
        return {
            "field": field,
            "value": question.value,
            "times": question.times,
            "chosen": posted.get(field, known or question.proposal),
        }

    together = None
    if rest:
        every = ValueQuestion(shown[0].item, ANY_OTHER, sum(q.times for q in rest), shown[0].is_tick, shown[0].proposal)
        together = line(every) | {"number": len(rest)}
    return {
        "code": item.name,
        "label": str(item.label),
        "is_tick": shown[0].is_tick,
        "meanings": meanings(state.document, shown[0]),
        "lines": [line(question) for question in shown],
        "together": together,
    }


def _mark_line(state: ImportState, question: MarkQuestion, posted: Mapping[str, str]) -> dict[str, Any]:
    sample = question.because[0] if question.because else next(iter(state.sheet.columns[question.at]), "")
    kind = "signs" if question.asks == "sign" else "orders"
    choices = []
    if question.asks == "sign":
        for sign, words in ((",", _("Comma")), (".", _("Point"))):
            number = read_number(sample, sign)  # type: ignore[arg-type]
            choices.append((sign, words, written(number) if number is not None else ""))
    else:
        for order, words in (("dmy", _("Day before month")), ("mdy", _("Month before day"))):
            day = read_day(sample, order)  # type: ignore[arg-type]
            choices.append((order, words, day.isoformat() if day else ""))
    return {
        "field": f"m{question.at}",
        "heading": question.heading,
        "asks": question.asks,
        "mixed": question.mixed,
        "sample": sample,
        "choices": choices,
        "chosen": posted.get(f"m{question.at}", state.mark(kind, question.at)),
    }


# Preview --------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires("responses.enter")
@_with_import
def table_import_preview(request: MemberRequest, assessment: Assessment, table_import: TableImport) -> HttpResponse:
    """What will be stored, in the words of the form, and every fault by row. Then it is imported, all or nothing."""
    state = ImportState.of(table_import)
    if not state.is_mapped:
        return redirect("surveys:table_import_columns", assessment.reference, table_import.pk)
    form = ImportedFormsForm(request.POST or None, languages=table_import.survey.languages)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            made, known = finish_table_import(
                table_import=table_import,
                by=request.user,
                seen=revision_sent(request.POST.get("seen", "")),
                **form.cleaned_data,
            )
        except ValidationError as fault:
            table_import.refresh_from_db(fields=["decisions", "revision"])
            error = in_one_line(fault)
        else:
            messages.success(request, _imported(len(made), known))
            return redirect("surveys:survey_detail", assessment.reference)
    rows = list(state.rows())
    there = state.known()
    fresh = [row for row in rows if not there & set(row.marks)]
    faults = [line for row in rows for line in _row_faults(state, row)]
    breaks = sum(bool(row.errors) for row in rows)
    context = {
        "form": form,
        "error": error or bool(form.errors),
        "message": error,
        "forms": len(fresh),
        "before": len(rows) - len(fresh),
        "examples": [
            (row.number, _shown(state, row))
            for row in fresh
            if row.checked.answers and not row.faults and not row.errors
        ][:SHOWN_FORMS],
        "faults": faults[:SHOWN_FAULTS],
        "more_faults": max(0, len(faults) - SHOWN_FAULTS),
        "can_keep": bool(breaks) and not any(_blocks(row) for row in rows),
        "nothing_chosen": state.reader.chose_nothing(),
        "columns": sum(bool(target and target.item) for target in state.targets),
    }
    return _page(request, state, "preview", **context)


def _blocks(row: ImportedRow) -> bool:
    """Whether a row has a fault that storing its answers as given does not settle."""
    return any(fault.code != "not_this_calendar" for fault in row.faults) or not row.marks


def _row_faults(state: ImportState, row: ImportedRow) -> Iterator[tuple[int, str, str]]:
    """(row, column or question, what is wrong)."""
    for fault in row.faults:
        yield row.number, fault.column, fault_in_words(fault)
    for error in row.errors:
        if not any(fault.code == "not_understood" for fault in row.faults):
            yield row.number, error.key, error_text(error, "en")


def _shown(state: ImportState, row: ImportedRow) -> list[tuple[str, list[tuple[str, str, str]]]]:
    return [section for section in shown_answers(state.document, row.checked.answers) if section[1]]


def _imported(made: int, known: int) -> str:
    done = ngettext("{n} form imported.", "{n} forms imported.", made).format(n=made)
    if not known:
        return done
    more = ngettext("{n} had already been imported.", "{n} had already been imported.", known).format(n=known)
    return f"{done} {more}"


@require_POST
@requires("responses.enter")
def table_import_discard(request: MemberRequest, assessment: Assessment, key: UUID) -> HttpResponse:
    if (table_import := _find(assessment, key)) is not None:
        discard_table_import(table_import=table_import, by=request.user)
        messages.success(request, _("The table is discarded. Nothing was imported."))
    return redirect("surveys:response_import", assessment.reference)


@require_POST
@requires("responses.enter")
def import_mapping_forget(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    mapping = ImportMapping.objects.filter(survey__assessment=assessment, pk=pk).select_related("survey").first()
    if mapping is not None:
        mapping.survey.assessment = assessment
        forget_mapping(mapping=mapping, by=request.user)
        messages.success(request, _("What was remembered of these columns is forgotten."))
    return redirect("surveys:response_import", assessment.reference)
