"""The matrix and its cells."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.access import requires
from assessments.models import Assessment
from ctnat.ui.errors import ConflictError, InputError, in_one_line
from ctnat.ui.forms import Form
from ctnat.ui.pages import Part, page_of, parts_of
from ctnat.ui.posting import posted_from
from indicators.forms import DecisionForm, MarkForm, WithdrawForm, accept_revision
from indicators.grid import GridCell, GridRow, grid, progress, unanswered
from indicators.matrix import matrix_of
from indicators.models import CellDecision, Mark, MarkChange
from indicators.services.marks import decide_cell, mark_cell, withdraw_proposal
from instruments.schema import CELLS

Place = tuple[str, str]  # criterion, cell


@require_safe
@requires("indicators.view")
def matrix(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    categories = grid(assessment, assessment.report_language)
    cells = [cell for category in categories for cell in category.cells]
    parts = [Part(row.name, f"{row.name}. {row.category.label}", f"{row.assessed}/{row.total}") for row in categories]
    chosen = parts_of(request, parts, name="category")
    return render(
        request,
        "indicators/matrix.html",
        {
            "assessment": assessment,
            "categories": [category for category in categories if chosen.shows(category.name)],
            "chosen": chosen,
            "progress": progress(assessment),
            "awaiting": [cell for cell in cells if cell.proposal and cell.proposal.awaits_decision],
            "green": sum(cell.state == Mark.State.POTENTIAL_IMPROVEMENT for cell in cells),
            "unanswered": unanswered(assessment),
        },
    )


@require_safe
@requires("indicators.view")
def cell(request: HttpRequest, assessment: Assessment, criterion: str, cell: str) -> HttpResponse:
    return _cell_page(request, assessment, criterion, cell)


@requires("indicators.mark")
@posted_from("indicators:cell")
def cell_mark(request: HttpRequest, assessment: Assessment, criterion: str, cell: str) -> HttpResponse:
    return _save_mark(request, assessment, criterion, cell, source="consultant")


@requires("indicators.propose")
@posted_from("indicators:cell")
def cell_propose(request: HttpRequest, assessment: Assessment, criterion: str, cell: str) -> HttpResponse:
    return _save_mark(request, assessment, criterion, cell, source="workshop")


@requires("indicators.decide")
@posted_from("indicators:cell")
def cell_decide(request: HttpRequest, assessment: Assessment, criterion: str, cell: str) -> HttpResponse:
    _find(assessment, criterion, cell)
    form, status = DecisionForm(request.POST), 422
    if form.is_valid():
        try:
            decide_cell(
                assessment=assessment,
                criterion=criterion,
                cell=cell,
                by=request.user,  # type: ignore[arg-type]
                **form.cleaned_data,
            )
        except ConflictError as conflict:
            form, status = form.accept(_find(assessment, criterion, cell)[1], conflict), 409
        except ValidationError as error:
            form.add_error(None, error)
        else:
            saved = (
                _("Decision saved: the workshop's mark of {criterion} {cell} is final. Both marks are kept.")
                if form.cleaned_data["source"] == Mark.Source.WORKSHOP
                else _("Decision saved: the consultant's mark of {criterion} {cell} is final. Both marks are kept.")
            )
            messages.success(request, saved.format(criterion=criterion, cell=cell))
            return redirect("indicators:cell", assessment.reference, criterion, cell)
    return _cell_page(request, assessment, criterion, cell, decision=form, status=status)


@requires("indicators.propose")
@posted_from("indicators:cell")
def cell_withdraw(request: HttpRequest, assessment: Assessment, criterion: str, cell: str) -> HttpResponse:
    """Withdraw the workshop's proposal."""
    _find(assessment, criterion, cell)
    form = WithdrawForm(request.POST)
    place = {"assessment": assessment, "criterion": criterion, "cell": cell}
    try:
        if not form.is_valid():
            raise InputError(
                _(
                    "Not withdrawn: the reason is too long. Open the cell again and give a reason of at "
                    "most 1,000 characters."
                )
            )
        withdraw_proposal(by=request.user, **place, **form.cleaned_data)  # type: ignore[arg-type]
    except ConflictError as conflict:
        messages.error(request, in_one_line(conflict))
        return _cell_page(request, assessment, criterion, cell, withdraw=form, status=409)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(request, _("Proposal withdrawn. The consultant's mark is final; the history shows both."))
    return redirect("indicators:cell", assessment.reference, criterion, cell)


def _save_mark(request: HttpRequest, assessment: Assessment, criterion: str, cell: str, *, source: str) -> HttpResponse:
    _find(assessment, criterion, cell)
    form, status = MarkForm(request.POST), 422
    if form.is_valid():
        try:
            mark = mark_cell(
                assessment=assessment,
                criterion=criterion,
                cell=cell,
                source=source,
                by=request.user,  # type: ignore[arg-type]
                **form.cleaned_data,
            )
        except ConflictError as conflict:
            form, status = accept_revision(form, conflict), 409
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if mark is None:
                messages.info(
                    request, _("No changes to save in {criterion} {cell}.").format(criterion=criterion, cell=cell)
                )
            else:
                messages.success(request, _saved_message(mark))
            return redirect(_after(request, assessment, criterion, cell))
    return _cell_page(request, assessment, criterion, cell, status=status, **{source: form})


def _saved_message(mark: Mark) -> str:
    words = _("{mark} marked “{state}”.").format(mark=mark, state=mark.get_state_display().lower())
    if mark.source == Mark.Source.WORKSHOP:
        return _("Proposal saved: {words} The lead decides which mark is final; the consultant's mark is kept.").format(
            words=words
        )
    if mark.counts and Mark.objects.for_assessment(mark.assessment).awaiting_decision().for_cell(
        mark.criterion, mark.cell
    ):
        return _("{words} The workshop proposes a different mark: the lead decides on the two as they are now.").format(
            words=words
        )
    return (
        words
        if mark.counts
        else _("{words} The workshop's mark is still final, as the lead decided.").format(words=words)
    )


def _after(request: HttpRequest, assessment: Assessment, criterion: str, cell: str) -> str:
    """The next cell where asked for, else the same place in the matrix."""
    _, following = _neighbours(assessment, criterion, cell)
    if request.POST.get("then") == "next" and following:
        return reverse("indicators:cell", args=[assessment.reference, *following])
    return _place_in_matrix(assessment, criterion, cell)


def _place_in_matrix(assessment: Assessment, criterion: str, cell: str) -> str:
    """The address of the cell in the matrix, which is shown a category at a time."""
    category = matrix_of(assessment).category_of[criterion]
    address = reverse("indicators:matrix", args=[assessment.reference], query={"category": category})
    return f"{address}#cell-{criterion}-{cell}"


def _find(assessment: Assessment, criterion: str, cell: str) -> tuple[GridRow, GridCell]:
    for category in grid(assessment, assessment.report_language):
        for row in category.rows:
            for found in row.cells:
                if (row.name, found.name) == (criterion, cell):
                    return row, found
    raise Http404(_("The matrix does not have this cell."))


def _neighbours(assessment: Assessment, criterion: str, cell: str) -> tuple[Place | None, Place | None]:
    places = [(found.name, name) for found in matrix_of(assessment).criteria for name in CELLS]
    at = places.index((criterion, cell))
    return (places[at - 1] if at else None), (places[at + 1] if at + 1 < len(places) else None)


def _cell_page(
    request: HttpRequest,
    assessment: Assessment,
    criterion: str,
    cell: str,
    *,
    status: int = 200,
    **forms: Form,
) -> HttpResponse:
    row, found = _find(assessment, criterion, cell)
    previous, following = _neighbours(assessment, criterion, cell)
    changes = MarkChange.objects.filter(
        mark__assessment=assessment, mark__criterion=criterion, mark__cell=cell
    ).select_related("by", "mark")
    return render(
        request,
        "indicators/cell.html",
        {
            "assessment": assessment,
            "row": row,
            "cell": found,
            "place": _place_in_matrix(assessment, criterion, cell),
            "previous": previous,
            "following": following,
            "changes": page_of(request, changes.order_by("-at", "-pk")),
            "mark_form": forms.get("consultant") or MarkForm.of(found.consultant),
            "propose_form": forms.get("workshop") or MarkForm.of(found.proposal or found.withdrawn),
            "earlier_decision": _earlier_decision(assessment, found),
            "proposing": "workshop" in forms or (request.GET.get("as") == "workshop"),
            "withdraw_form": forms.get("withdraw"),
            "decision_form": forms.get("decision") or DecisionForm.of(found),
        },
        status=status,
    )


def _earlier_decision(assessment: Assessment, cell: GridCell) -> CellDecision | None:
    """The lead's last decision on the cell, where the marks are no longer those on which it was made."""
    if not (cell.proposal and cell.proposal.awaits_decision):
        return None
    decisions = CellDecision.objects.for_assessment(assessment).filter(criterion=cell.criterion, cell=cell.name)
    last: CellDecision | None = decisions.order_by("-at", "-pk").first()
    return last
