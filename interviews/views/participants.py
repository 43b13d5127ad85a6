"""Who took part in an interview: who spoke, and who listened."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.access import requires
from assessments.audit import record_reading
from assessments.models import Assessment
from assessments.requests import MemberRequest, status_of
from ctnat.ui.errors import add_errors
from interviews.participants import Listed, disagreement, participants_of
from interviews.participants_form import ParticipantsForm
from interviews.services.participants import save_participants
from interviews.views.interviews import find_interview


@require_http_methods(["GET", "POST"])
@requires("interviews.edit")
def participants_edit(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """The table as a whole. With `more` the page comes back with further blank rows after it was saved."""
    interview = find_interview(assessment, code)
    record_reading("interview", by=request.user, assessment=assessment, target=interview)
    form = ParticipantsForm(request.POST or None, interview=interview)
    if request.method == "POST" and form.is_valid():
        try:
            save_participants(interview=interview, by=request.user, rows=form.rows(), seen=form.cleaned_data["seen"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Who took part in {code} was saved.").format(code=interview.code))
            if "more" in request.POST:
                return redirect("interviews:participants_edit", assessment.reference, interview.code)
            return redirect(interview)
    context = {
        "assessment": assessment,
        "interview": interview,
        "form": form,
        "main": Listed(1, title=interview.respondent_title, organisation=interview.organisation),
        "disagreement": disagreement(interview, participants_of(interview)),
    }
    return render(request, "interviews/participants_edit.html", context, status=status_of(form))
