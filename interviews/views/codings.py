"""Marking passages of one interview with themes."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.digits import number_sent
from ctnat.ui.errors import in_one_line
from instruments.schema import Question
from interviews.completing import waiting_questions
from interviews.consent import consent_of
from interviews.mentions import marked_pieces
from interviews.models import Answer, Coding, Interview, Theme
from interviews.services.codings import code_passage, release_passage, remove_coding, withhold_passage
from interviews.views.interviews import find_interview


def _coded(interview: Interview, answer: Answer, questions: Mapping[str, Question]) -> dict[str, Any]:
    """The context of the block of one answer. `questions`: by code, its own among them."""
    assessment = interview.assessment
    language = assessment.report_language
    question = questions.get(answer.question)
    codings = list(answer.codings.all())
    for coding in codings:
        coding.theme.assessment = assessment  # its address names it
    return {
        "answer": answer,
        "text": question.text.translate(language, **assessment.placeholders_in(language)) if question else "",
        "pieces": marked_pieces(answer.text, codings),
        "codings": codings,
        "several_coders": len({coding.coder_id for coding in codings}) > 1,
    }


@require_safe
@requires("codebook.edit")
def interview_code(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    interview = find_interview(assessment, code)
    found = interview.answers.exclude(text="").with_codings()
    place = {question: number for number, question in enumerate(interview.guide.by_name)}
    answers = sorted(found, key=lambda answer: (place.get(answer.question, len(place)), answer.pk))
    questions = interview.questions([answer.question for answer in answers])
    context = {
        "assessment": assessment,
        "interview": interview,
        "waiting": waiting_questions(interview),
        "blocks": [_coded(interview, answer, questions) for answer in answers],
        "themes": Theme.objects.for_assessment(assessment).for_coding().order_by("area", "code"),
    }
    return render(request, "interviews/interview_code.html", context)


@require_POST
@requires("codebook.edit")
def coding_add(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """Marks `quote`, near character `start` of `answer`, with `theme`. To htmx it replies with the answer's block."""
    interview = find_interview(assessment, code)
    question = request.POST.get("answer", "")[:40].replace("\x00", "")
    answer = get_object_or_404(Answer, interview=interview, question=question)
    fault = done = ""
    try:
        theme = _theme(assessment, request.POST.get("theme", ""))
        quote = request.POST.get("quote", "").replace("\r\n", "\n")
        start = _place(request.POST.get("start", ""))
        code_passage(answer=answer, theme=theme, start=start, end=start + len(quote), quote=quote, by=request.user)
        done = _("Coded as “{label}”.").format(label=theme.label)
    except ValidationError as error:
        fault = in_one_line(error)
    return _reply(request, interview, answer, done, fault)


def _theme(assessment: Assessment, pk: str) -> Theme:
    theme: Theme | None = Theme.objects.for_assessment(assessment).filter(pk=number_sent(pk, 18)).first()
    if theme is None:
        raise ValidationError(_("Choose a theme from the codebook."))
    return theme


def _place(text: str) -> int:
    return number_sent(text) or 0


def _reply(request: Any, interview: Interview, answer: Answer, done: str, fault: str) -> HttpResponse:
    if request.htmx:
        fresh = Answer.objects.with_codings().get(pk=answer.pk)
        block = _coded(interview, fresh, interview.questions([fresh.question])) | {"done": done, "fault": fault}
        context = {"assessment": interview.assessment, "interview": interview, "block": block}
        return render(request, "interviews/_coded_answer.html", context)
    if fault:
        messages.error(request, fault)
    else:
        messages.success(request, done)
    return redirect("interviews:interview_code", interview.assessment.reference, interview.code)


@require_POST
@requires("codebook.edit")
def coding_remove(request: MemberRequest, assessment: Assessment, code: str, pk: int) -> HttpResponse:
    interview = find_interview(assessment, code)
    coding = get_object_or_404(Coding.objects.select_related("theme", "answer"), answer__interview=interview, pk=pk)
    label = coding.theme.label
    remove_coding(coding=coding, by=request.user)
    return _reply(request, interview, coding.answer, _("“{label}” was removed.").format(label=label), "")


@require_POST
@requires("codebook.edit")
def coding_release(request: MemberRequest, assessment: Assessment, pk: int) -> HttpResponse:
    """Whether the report may quote the passage: `released` is 1 or 0, `words` the hash of what was read.

    `attribution` is the attribution that was shown; `name_agency` also allows the name of the agency.
    """
    found = Coding.objects.for_assessment(assessment).select_related("theme", "answer__interview")
    coding = get_object_or_404(found, pk=pk)
    try:
        if request.POST.get("released") == "1":
            release_passage(
                coding=coding,
                by=request.user,
                words_hash=request.POST.get("words", ""),
                attribution=request.POST.get("attribution", ""),
                name_agency="name_agency" in request.POST,
            )
            if consent_of(coding.answer.interview).is_quote_unasked:
                messages.warning(
                    request,
                    _("The passage may be quoted. Whether the interviewee agrees is not recorded, or was not asked."),
                )
            else:
                messages.success(request, _("The report may quote the passage."))
        else:
            withhold_passage(coding=coding, by=request.user)
            messages.success(request, _("The report may not quote the passage."))
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    return redirect(coding.theme)
