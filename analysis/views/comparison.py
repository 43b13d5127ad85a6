"""Comparison of assessments: proposed by one lead, opened when the leads of all have agreed. There is no ranking."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.forms import ComparisonForm
from analysis.models import Comparison, Consent
from analysis.results import for_assessment
from analysis.results.comparison import side_by_side
from analysis.services.comparisons import answer_comparison, compared, propose_comparison
from analysis.views.rendering import page, page_language
from assessments.access import requires
from assessments.audit import record
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.errors import add_errors
from ctnat.ui.pages import page_of


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analysis.compare")
def comparison_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Comparisons that this assessment was asked to join or asked for itself; a form to propose one."""
    form = ComparisonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            propose_comparison(
                assessment=assessment,
                references=form.reference_list(),
                by=request.user,
                form_key=form.cleaned_data["form_key"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request, _("Comparison proposed. It opens when the leads of all its assessments have agreed.")
            )
            return redirect("analysis:comparison_list", assessment.reference)
    consents = (
        Consent.objects.filter(assessment=assessment)
        .select_related("comparison__proposed_for")
        .prefetch_related("comparison__consents__assessment")
        .order_by("-comparison")
    )
    shown = page_of(request, consents)
    results = for_assessment(assessment, page_language())
    rows = [_row(consent) for consent in shown]
    return page(request, "comparison_list", results, form=form, rows=rows, shown=shown)


def _row(consent: Consent) -> dict[str, Any]:
    """A comparison for one of its assessments: which have agreed; of all others only that they have not."""
    comparison = consent.comparison
    agreed = {one.assessment.reference for one in comparison.consents.all() if one.answer == Consent.Answer.AGREED}
    everybody = [comparison.proposed_for.reference, *comparison.references]
    return {
        "consent": consent,
        "comparison": comparison,
        "named": [(reference, reference in agreed) for reference in everybody],
        "open": set(everybody) == agreed,
    }


@require_POST
@requires("analysis.compare")
def comparison_answer(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    consent = get_object_or_404(Consent, comparison=pk, assessment=assessment)
    agree = request.POST.get("answer") == "agree"
    answer_comparison(consent=consent, agree=agree, by=request.user)
    messages.success(
        request, _("Agreed.") if agree else _("Declined. The comparison is now closed for all its assessments.")
    )
    return redirect("analysis:comparison_list", assessment.reference)


@require_safe
@requires("analysis.compare")
def comparison(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """Assessments side by side. Closed again as soon as one of the leads withdraws the agreement."""
    found = get_object_or_404(Comparison, pk=pk, consents__assessment=assessment)
    sides = compared(found)
    if not sides:
        messages.info(request, _("This comparison is not open yet: the leads of all its assessments must agree first."))
        return redirect("analysis:comparison_list", assessment.reference)
    record("comparison.viewed", by=request.user, assessment=assessment, target=found)
    table = side_by_side([for_assessment(side, page_language()) for side in sides])
    results = for_assessment(assessment, page_language())
    return page(request, "comparison", results, comparison=found, sides=sides, table=table)
