"""Recommendations: the list in its order, the form, moving and status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import requires
from assessments.models import Assessment
from ctnat.ui.digits import number_sent
from ctnat.ui.errors import ConflictError, InputError, in_one_line
from ctnat.ui.pages import Part, page_of, parts_of
from ctnat.ui.posting import posted_from
from indicators.forms import MoveForm, RecommendationForm, StatusForm, accept_revision
from indicators.grid import RecommendationGroup, recommendation_groups, unanswered
from indicators.matrix import matrix_of
from indicators.models import Recommendation
from indicators.services.recommendations import (
    add_recommendation,
    edit_recommendation,
    move_group,
    move_recommendation,
    set_status,
)
from indicators.translated import Translated, Wordings, wordings_mark, wordings_of

MOST_AT_ONCE = 60  # where there are more, a category is shown at a time


@require_safe
@requires("indicators.view")
def recommendation_list(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    groups = recommendation_groups(assessment)
    every = matrix_of(assessment).categories
    numbers = {name: sum(len(group.recommendations) for group in found) for name, found in groups.items()}
    count = sum(numbers.values())
    parts = [Part(row.name, f"{row.name}. {row.label}", str(numbers[row.name])) for row in every if numbers[row.name]]
    chosen = parts_of(request, parts, name="category") if count > MOST_AT_ONCE else None
    categories = [
        (category, _placed_groups(groups[category.name]))
        for category in every
        if not chosen or chosen.shows(category.name)
    ]
    dropped = Recommendation.objects.for_assessment(assessment).filter(status=Recommendation.Status.DROPPED)
    return render(
        request,
        "indicators/recommendation_list.html",
        {
            "assessment": assessment,
            "categories": categories,
            "chosen": chosen,
            "count": count,
            "unanswered": unanswered(assessment),
            "dropped": page_of(request, dropped.prefetch_related("changes"), name="dropped"),
        },
    )


@dataclass(frozen=True)
class Placed:
    """An entry of an ordered list, with the places one up and one down (from 0); None at the ends of the list."""

    entry: Any
    up: int | None
    down: int | None


def _placed(entries: Sequence[Any]) -> list[Placed]:
    last = len(entries) - 1
    return [
        Placed(entry, place - 1 if place else None, place + 1 if place < last else None)
        for place, entry in enumerate(entries)
    ]


def _placed_groups(groups: Sequence[RecommendationGroup]) -> list[tuple[Placed, list[Placed]]]:
    return [(group, _placed(group.entry.recommendations)) for group in _placed(groups)]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("recommendations.edit")
def recommendation_new(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    form, status = RecommendationForm(assessment, request.POST or None, initial=_prefill(request, assessment)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            fields = {name: value for name, value in form.cleaned_data.items() if name not in ("revision", "reason")}
            try:
                row = add_recommendation(assessment=assessment, by=request.user, **fields)  # type: ignore[arg-type]
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Recommendation added at the end of its lead-in."))
                return redirect(_place(assessment, row))
    return render(
        request, "indicators/recommendation_new.html", {"assessment": assessment, "form": form}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("recommendations.edit")
def recommendation_edit(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row, status = _find(assessment, pk), 200
    form = _edit_form(row, request.POST or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = edit_recommendation(recommendation=row, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            except ConflictError as conflict:
                form, status = accept_revision(form, conflict), 409
                row = conflict.current
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Recommendation saved."))
                return redirect(_place(assessment, row))
    return _edit_page(request, row, form=form, status=status)


@requires("recommendations.edit")
@posted_from("indicators:recommendation_edit")
def recommendation_move(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row, form = _find(assessment, pk), MoveForm(request.POST)
    try:
        if not form.is_valid():
            raise InputError(_("Not moved: the new position is not valid. Use the arrows next to the recommendation."))
        verb = move_group if form.cleaned_data["whole_group"] else move_recommendation
        verb(recommendation=row, to=form.cleaned_data["to"], by=request.user)  # type: ignore[arg-type]
    except ValidationError as refusal:
        messages.error(request, in_one_line(refusal))
        status = 422
    else:
        messages.success(request, _("The new order is saved."))
        status = 204
    if request.headers.get("X-Requested-With") == "fetch":  # shown by the page, which is loaded again
        return HttpResponse(status=status)
    return redirect(_place(assessment, row))


@requires("recommendations.edit")
@posted_from("indicators:recommendation_edit")
def recommendation_status(request: HttpRequest, assessment: Assessment, pk: int) -> HttpResponse:
    row, form = _find(assessment, pk), StatusForm(request.POST)
    try:
        if not form.is_valid():
            raise InputError(
                _("Status not changed: choose draft, validated or dropped, with a reason of at most 1,000 characters.")
            )
        row = set_status(recommendation=row, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    except ConflictError as conflict:
        messages.error(request, in_one_line(conflict))
        return _edit_page(request, conflict.current, status_form=form, status=409)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
        return redirect("indicators:recommendation_edit", assessment.reference, pk)
    messages.success(request, _("Status changed to “{status}”.").format(status=row.get_status_display().lower()))
    return redirect(_place(assessment, row))


@dataclass(frozen=True)
class Wording:
    """A recommendation in another language. `is_draft`: part of it was not reviewed."""

    language: str
    texts: Mapping[str, str]  # "opening" and "text", where they are translated
    is_draft: bool


def _differing(before: Wordings, now: Wordings) -> list[str]:
    """The languages in which a translation is another one than at the validation."""
    return [code for code in sorted({*before, *now}) if before.get(code) != now.get(code)]


def _edit_form(row: Recommendation, data: Any = None) -> RecommendationForm:
    initial = {name: getattr(row, name) for name in RecommendationForm.base_fields if hasattr(row, name)}
    return RecommendationForm(row.assessment, data, initial=initial)


def _edit_page(request: HttpRequest, row: Recommendation, *, status: int = 200, **forms: Any) -> HttpResponse:
    words = Translated.of(row.assessment)
    wordings = wordings_of(row, words)
    validated = Recommendation.Status.VALIDATED
    approvals = row.changes.filter(status=validated).exclude(before_status=validated)
    approved = approvals.order_by("at", "pk").last()
    stands = approved is not None and row.status == validated
    context = {
        "wordings": [Wording(code, pair, words.read_as_draft(row, code)) for code, pair in wordings.items()],
        "wordings_mark": wordings_mark(wordings),
        "translations_since": _differing(approved.translations, wordings) if approved and stands else [],
        "assessment": row.assessment,
        "row": row,
        "form": forms.get("form") or _edit_form(row),
        "status_form": forms.get("status_form"),
        "changes": page_of(request, row.changes.select_related("by").order_by("-at", "-pk")),
        "conflict": status == 409,
    }
    return render(request, "indicators/recommendation_edit.html", context, status=status)


def _find(assessment: Assessment, pk: int) -> Recommendation:
    found = Recommendation.objects.for_assessment(assessment).filter(pk=pk)
    row: Recommendation | None = found.first() if pk < 2**63 else None
    if row is None:
        raise Http404(_("This recommendation does not exist in this assessment."))
    row.assessment = assessment  # its parsed matrix comes with it
    return row


def _place(assessment: Assessment, row: Recommendation) -> str:
    listed = Recommendation.objects.for_assessment(assessment).exclude(status=Recommendation.Status.DROPPED)
    query = {"category": row.category} if listed.count() > MOST_AT_ONCE else None
    address = reverse("indicators:recommendation_list", args=[assessment.reference], query=query)
    return f"{address}#recommendation-{row.pk}"


def _prefill(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    """From the address: `?criterion=1.1` of an unanswered cell, `?after=12` to go on under the same lead-in."""
    initial: dict[str, Any] = {"revision": 0}
    criterion = request.GET.get("criterion", "")
    if criterion in matrix_of(assessment).by_name:
        initial |= {"category": matrix_of(assessment).category_of[criterion], "criteria": [criterion]}
    if category := request.GET.get("category"):
        initial["category"] = category
    if (after := number_sent(request.GET.get("after", ""), 17)) is not None:
        row = Recommendation.objects.for_assessment(assessment).filter(pk=after).first()
        if row:
            initial |= {name: getattr(row, name) for name in ("category", "lead_in", "addressee", "verb", "criteria")}
    return initial
