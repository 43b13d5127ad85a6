"""Results and break-downs: by what the survey is broken down, and which results were released."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from analysis.forms import BreakdownPlanForm, NameParticipantsForm
from analysis.models import DataRelease
from analysis.releases.plans import form_values, from_json, offered, options_of
from analysis.results import for_assessment
from analysis.services.breakdown_plans import (
    change_plan,
    document_of,
    is_settled,
    name_participants,
    plan_of,
    pool_participants,
)
from analysis.services.releases import difference, release_results, warning
from analysis.views.rendering import page, page_language
from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest, run_service, status_of
from ctnat.ui.errors import add_errors, in_one_line
from surveys.models import Response, Survey


@require_safe
@requires("analysis.view")
def release(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    return _page(request, assessment)


def _page(
    request: MemberRequest,
    assessment: Assessment,
    plan_form: BreakdownPlanForm | None = None,
    naming_form: NameParticipantsForm | None = None,
) -> HttpResponse:
    results = for_assessment(assessment, page_language())
    survey = Survey.objects.for_assessment(assessment).first()
    last, differs = difference(survey) if survey else (None, 0)
    plan, settled = plan_of(assessment), is_settled(assessment)
    labels = {name: label for name, (label, _) in _offered(assessment).items()}
    return page(
        request,
        "release",
        results,
        plan=plan,
        planned=[labels.get(one.profile, one.profile) for one in from_json(plan.characteristics)],
        is_settled=settled,
        plan_form=plan_form or _plan_form(assessment, settled),
        naming_form=naming_form or NameParticipantsForm(),
        survey=survey,
        last=last,
        warning=warning(differs) if last and differs else "",
        releases=_releases(assessment),
        groups=[(labels.get(profile, profile), groups) for profile, groups in results.survey.groups.items()],
    )


def _releases(assessment: Assessment) -> list[DataRelease]:
    """The newest first, each with `erased`: how many of its responses were erased since."""
    rows = DataRelease.objects.for_assessment(assessment).select_related("requested_by").order_by("-number")
    there = set(Response.objects.filter(survey__assessment=assessment, withdrawn=False).values_list("pk", flat=True))
    releases = list(rows)
    for release in releases:
        release.erased = len(set(release.members) - there)
    return releases


def _offered(assessment: Assessment) -> dict[str, tuple[str, dict[str, str]]]:
    document = document_of(assessment)
    return {profile: (str(item.label), options_of(document, item)) for profile, item in offered(document).items()}


def _plan_form(assessment: Assessment, settled: bool, data: Any = None) -> BreakdownPlanForm:
    plan = plan_of(assessment)
    initial = form_values(from_json(plan.characteristics), plan.one_in)
    return BreakdownPlanForm(data, offered=_offered(assessment), is_settled=settled, initial=initial)


@require_POST
@requires("analysis.release")
def breakdown_plan(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Choose the characteristics and their groups."""
    form = _plan_form(assessment, is_settled(assessment), request.POST)
    if not form.is_valid():
        return _page(request, assessment, plan_form=form)
    try:
        change_plan(
            assessment=assessment,
            characteristics=form.characteristics(),
            one_in=form.cleaned_data["one_in"],
            by=request.user,
            seen=form.cleaned_data["seen"],
        )
    except ValidationError as error:
        add_errors(form, error)
        response = _page(request, assessment, plan_form=form)
        response.status_code = status_of(form)
        return response
    messages.success(request, _("Saved."))
    return redirect("analysis:release", assessment.reference)


@require_POST
@requires("analysis.release")
def release_make(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Release the results of the present responses."""
    survey = Survey.objects.for_assessment(assessment).first()
    if survey is None:
        messages.error(request, _("There is no survey yet. Set it up under step 4."))
        return redirect("analysis:release", assessment.reference)
    try:
        made = release_results(survey=survey, by=request.user, confirmed="confirmed" in request.POST)
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        done = (
            _("Results released.")
            if made.made_at
            else _("The results are being calculated. Reload the page in a minute.")
        )
        messages.success(request, done)
    return redirect("analysis:release", assessment.reference)


@require_POST
@requires("analysis.release")
def participants_named(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Name small groups among those who took part, with a reason, or (`do=pool`) join them again."""
    if request.POST.get("do") == "pool":
        pool_participants(assessment=assessment, by=request.user)
        messages.success(request, _("Small groups are joined in the next release."))
        return redirect("analysis:release", assessment.reference)
    form = NameParticipantsForm(request.POST)
    if not run_service(request, form, name_participants, assessment=assessment):
        return _page(request, assessment, naming_form=form)
    messages.success(request, _("The next release names all groups of those who took part."))
    return redirect("analysis:release", assessment.reference)
