"""Themes of open answers of the survey."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analysis.models import OpenCoding
from analysis.services.open_answers import code_open_answer, remove_open_coding
from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.errors import in_one_line
from interviews.models import Theme
from surveys.models import Response


@require_POST
@requires("codebook.edit")
def open_coding(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """Assign a theme to an open answer, or (`do=remove`) remove it: the user's own mark, else those of others."""
    standing = Response.objects.filter(survey__assessment=assessment).for_counting()
    related = standing.select_related("survey", "questionnaire")
    response = get_object_or_404(related, code=request.POST.get("response", "")[:20])
    chosen = request.POST.get("theme", "")[:18]
    theme = Theme.objects.for_assessment(assessment).filter(pk=chosen if chosen.isdecimal() else 0).first()
    if theme is None:
        messages.error(request, _("Choose a theme from the codebook first."))
    elif request.POST.get("do") == "remove":
        heard = OpenCoding.objects.filter(response=response, item=code).of_theme(theme)
        own = list(heard.filter(coder=request.user))
        for coding in own or heard:
            remove_open_coding(coding=coding, by=request.user)
        if own and heard.exists():
            messages.info(request, _("Your code was removed. Another coder has also coded this theme here."))
        else:
            messages.success(request, _("The theme “{theme}” was removed from the answer.").format(theme=theme.label))
    else:
        try:
            code_open_answer(response=response, item=code, theme=theme, by=request.user)
        except ValidationError as error:
            messages.error(request, in_one_line(error))
        else:
            messages.success(request, _("The answer was coded with “{theme}”.").format(theme=theme.label))
    page = request.GET.get("page", "1")[:6]
    query = f"?page={page}" if page.isdecimal() else ""
    return redirect(f"{reverse('analysis:survey_item', args=[assessment.reference, code])}{query}#words")
