"""Requests of access: what is stored about one person, as a file."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import requires
from assessments.audit import record_reading
from assessments.forms import PersonForm
from assessments.models import Assessment
from assessments.personal_data import Place
from assessments.requests import MemberRequest
from assessments.services.personal_data import MOST_FOUND, export_person, find_person
from ctnat.ui.errors import add_errors, in_one_line


@require_http_methods(["GET", "POST"])
@requires("people.export")
def person_find(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """The name is posted, so that it is in no address and in no log."""
    form = PersonForm(request.POST or None)
    return _page(request, assessment, form)


def _page(
    request: MemberRequest, assessment: Assessment, form: PersonForm, fault: str = "", chosen: tuple[str, ...] = ()
) -> HttpResponse:
    found: list[Place] | None = None
    if form.is_bound and form.is_valid():
        record_reading("contact", by=request.user, assessment=assessment)
        try:
            found = find_person(assessment=assessment, words=form.cleaned_data["words"])
        except ValidationError as error:
            add_errors(form, error)
    context = {"assessment": assessment, "form": form, "found": found, "fault": fault, "chosen": chosen}
    status = 422 if form.errors or fault else 200
    return render(request, "assessments/person_find.html", context, status=status)


@require_POST
@requires("people.export")
def person_export(request: MemberRequest, assessment: Assessment) -> HttpResponseBase:
    """`words` as they were searched, `keys` of the places that are this person."""
    keys = tuple(request.POST.getlist("keys")[:MOST_FOUND])
    words = request.POST.get("words", "")
    try:
        pieces = export_person(assessment=assessment, words=words, keys=keys, by=request.user)
    except ValidationError as error:
        return _page(request, assessment, PersonForm(request.POST), in_one_line(error), keys)
    name = f"{assessment.reference}-request-of-access-{timezone.localdate():%Y%m%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)
