"""Pages of the house: the list of one's assessments and each one's home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.access import public, requires, signed_in
from assessments.models import Assessment


@require_safe
@public
def healthz(request: HttpRequest) -> HttpResponse:
    Assessment.objects.exists()  # the database answers
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@signed_in
def assessment_list(request: HttpRequest) -> HttpResponse:
    assessments = Assessment.objects.for_user(request.user).select_related("study")  # type: ignore[arg-type]
    return render(request, "assessments/assessment_list.html", {"assessments": assessments})


@require_safe
@requires("assessment.view")
def assessment_home(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    return render(request, "assessments/assessment_home.html", {"assessment": assessment})
