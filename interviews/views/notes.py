"""The typing page: a plain form, and the responses to its automatic saving."""

from dataclasses import replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import asks_by_itself, requires
from assessments.audit import record_reading
from assessments.models import Assessment, AuditEvent
from assessments.requests import MemberRequest
from ctnat.ui.access import View
from ctnat.ui.digits import number_sent
from ctnat.ui.errors import in_one_line
from ctnat.ui.formats import page_clock
from ctnat.ui.pages import page_of
from interviews.consent import consent_of
from interviews.information_notes import blanks_of, without_gaps, wording_of
from interviews.models import Answer, AnswerRevision, ConsentRecord, Interview, SetAside
from interviews.notes import available_language, dropped_of, sections_of, without_notes
from interviews.services.answers import restore_revision, save_answer, save_observations, settle_aside
from interviews.services.typing import tell_typing
from interviews.views.interviews import find_interview

OBSERVATIONS = "observations"  # the name under which the page saves the interviewer's own remarks
BIGGEST = 2**53  # larger JavaScript numbers are not exact


def _answers(interview: Interview) -> Any:
    waiting = Prefetch("set_asides", SetAside.objects.for_settling().select_related("by"), to_attr="waiting")
    return interview.answers.prefetch_related(waiting)


def keeps_typed_text(view: View) -> View:
    """A form posted after the session ended shows what was typed instead of a sign-in page that would drop it."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated:
            typed = [(name.removeprefix("text-"), text) for name, text in request.POST.items() if name[:5] == "text-"]
            if kept := [(name, text) for name, text in typed if text.strip()]:
                return render(request, "interviews/interview_type_signed_out.html", {"texts": kept}, status=403)
        return view(request, *args, **kwargs)

    return guarded


@never_cache
@require_http_methods(["GET", "POST"])
@keeps_typed_text
@requires("interviews.edit")
def interview_type(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    """One long page for all questions of the plan. Posted as a whole it saves every answer: no script is needed.

    With `?blank` it is the page without anything that was said, which the browser keeps for opening off line.
    """
    interview = find_interview(assessment, code)
    if request.method == "GET" and "blank" in request.GET:
        context = _page(request, interview, {}, {})
        return render(request, "interviews/interview_type.html", _without_notes(context))
    record_reading("interview", by=request.user, assessment=assessment, target=interview)
    unsaved: dict[str, str] = {}
    faults: dict[str, str] = {}
    if request.method == "POST":
        aside = _save_form(request, interview, unsaved, faults)
        if aside:
            messages.warning(
                request,
                _("{aside} changed elsewhere in the meantime. Both texts are kept below: choose one.").format(
                    aside=aside
                ),
            )
        if not faults:
            messages.success(request, _("All notes saved."))
            return redirect("interviews:interview_type", assessment.reference, interview.code)
    context = _page(request, interview, unsaved, faults)
    return render(request, "interviews/interview_type.html", context)


def _page(
    request: MemberRequest, interview: Interview, unsaved: dict[str, str], faults: dict[str, str]
) -> dict[str, Any]:
    answers = _answers(interview)
    sections = sections_of(interview, answers, unsaved=unsaved, faults=faults)
    planned = [section for section in sections if section.planned]
    dropped = dropped_of(interview, answers, unsaved=unsaved, faults=faults)
    shown = [question for section in planned for question in section.questions] + dropped
    guide = interview.guide
    final_language = available_language((part.text for part in guide.final_instructions), interview.language)
    final = without_gaps(interview.assessment, guide.final_instructions, final_language)
    return {
        "assessment": interview.assessment,
        "interview": interview,
        "shown_guide": interview.guide_version_id or interview.assessment.guide_id,
        "sections": planned,
        "untranslated_in": next((part.language for part in planned if part.language != interview.language), ""),
        "dropped": dropped,
        "set_asides": [aside for question in shown for aside in question.set_asides],
        "faults": faults,
        "note": wording_of(interview.assessment, interview.language),
        "blanks": blanks_of(interview.assessment, guide),
        "consent": consent_of(interview),
        "photographs": interview.photographs.count(),
        "consent_choices": ConsentRecord,
        "final": [text for _, text in final],
        "final_language": final_language,
        "decide_after": guide.routing.decide_from[-1],
        "observations": request.POST.get(f"text-{OBSERVATIONS}", interview.observations)
        if faults
        else interview.observations,
    }


def _without_notes(context: dict[str, Any]) -> dict[str, Any]:
    sections = [
        replace(section, questions=tuple(map(without_notes, section.questions))) for section in context["sections"]
    ]
    dropped = [without_notes(question) for question in context["dropped"]]
    unknown: dict[str, Any] = {
        "observations": "",
        "consent": None,
        "photographs": 0,
        "set_asides": [],
        "blank": True,
    }
    return context | unknown | {"sections": sections, "dropped": dropped}


def _save_form(request: MemberRequest, interview: Interview, unsaved: dict[str, str], faults: dict[str, str]) -> str:
    """Save each posted answer by itself, so that one refused text does not keep the others from being saved.

    Returns the codes that had changed elsewhere, as text.
    """
    aside: list[str] = []
    posted = [name.removeprefix("text-") for name in request.POST if name.startswith("text-")]
    known = interview.questions(posted)
    guide = number_sent(request.POST.get("guide", ""), 18)
    for question in (code for code in posted if code in known):
        text = request.POST[f"text-{question}"]
        try:
            base = _number(request.POST.get(f"base-{question}"))
            saved = save_answer(
                interview=interview, question=question, text=text, by=request.user, base=base, guide=guide
            )
        except ValidationError as error:
            unsaved[question], faults[question] = text, in_one_line(error)
        else:
            aside += [question] if saved.set_aside else []
    if f"text-{OBSERVATIONS}" in request.POST:
        observations = request.POST[f"text-{OBSERVATIONS}"]
        try:
            base = _number(request.POST.get(f"base-{OBSERVATIONS}"))
            save_observations(interview=interview, text=observations, by=request.user, base=base)
        except ValidationError as error:
            faults[OBSERVATIONS] = in_one_line(error)
    return ", ".join(aside)


def _number(text: str | None) -> int | None:
    """A count sent by the page; None where it is blank. Raises `ValidationError` for what no page sends."""
    if text is None or text == "":
        return None
    number = number_sent(text, 16)
    if number is None or number >= BIGGEST:
        raise ValidationError(
            _("The page sent data that could not be read. Reload it; your text is saved on this device.")
        )
    return number


def _refused(message: str) -> JsonResponse:
    return JsonResponse({"status": "refused", "message": message}, status=400)


@require_POST
@requires("interviews.edit")
def answer_save(request: MemberRequest, assessment: Assessment, code: str, question: str) -> JsonResponse:
    """Saves one answer: `text`, `client`, `sequence`, `base`. Replies `saved`, `conflict` or (400) `refused`."""
    interview = find_interview(assessment, code)
    text, client = request.POST.get("text"), request.POST.get("client", "").replace("\x00", "")
    if text is None or len(client) > 40:
        return _refused(_("The page sent data that could not be read. Reload it."))
    try:
        sequence, base = _number(request.POST.get("sequence")) or 0, _number(request.POST.get("base"))
        if question == OBSERVATIONS:
            save_observations(interview=interview, text=text, by=request.user, base=base)
            return JsonResponse(
                {
                    "status": "saved",
                    "revision": interview.observations_revision,
                    "text": interview.observations,
                    "at": page_clock(interview.updated_at),
                    **_around(request, interview, client, OBSERVATIONS),
                }
            )
        saved = save_answer(
            interview=interview,
            question=question,
            text=text,
            by=request.user,
            client=client,
            sequence=sequence,
            base=base,
            guide=number_sent(request.POST.get("guide", ""), 18),
        )
    except ValidationError as error:
        return _refused(in_one_line(error))
    answer = saved.answer
    reply: dict[str, Any] = {"status": "saved", "revision": answer.revision, "at": page_clock(answer.updated_at)}
    reply |= _around(request, interview, client, question)
    if saved.set_aside is None:
        return JsonResponse(reply)
    theirs = {"status": "conflict", "text": answer.text, "by": str(answer.updated_by or _("a colleague"))}
    return JsonResponse(reply | theirs | {"set_aside": saved.set_aside.pk})


def _around(request: MemberRequest, interview: Interview, client: str, question: str) -> dict[str, Any]:
    """What a page that types is told about the interview: its code, in whose hands it is, and who else is typing."""
    return {
        "code": interview.code,
        "interviewer": interview.interviewer,
        "trashed": _trashed(interview),
        "here": tell_typing(interview=interview, by=request.user, client=client, question=question),
    }


def _trashed(interview: Interview) -> dict[str, str] | None:
    """Who moved the interview to the trash, and when; None where it is not in the trash."""
    if interview.deleted_at is None:
        return None
    events = AuditEvent.objects.for_assessment(interview.assessment).filter(action="interview.trashed")
    event = events.filter(object_id=str(interview.pk)).select_related("actor").first()
    by = event.actor if event else None
    return {"by": str(by or _("A colleague")), "at": page_clock(interview.deleted_at)}


@asks_by_itself
@never_cache
@require_safe
@requires("interviews.edit")
def notes_state(request: MemberRequest, assessment: Assessment, code: str) -> JsonResponse:
    """What changed elsewhere: each answer's revision, newer texts, a move to the trash, and a fresh form token.

    `client` is the page, and `at` the question in whose answer its cursor is: colleagues in the same answer are told.
    """
    interview = find_interview(assessment, code)
    client, at = (request.GET.get(name, "").replace("\x00", "")[:40] for name in ("client", "at"))
    answers = list(interview.answers.select_related("updated_by"))
    known_here = at == OBSERVATIONS or at in interview.guide.by_name or at in {answer.question for answer in answers}
    reply: dict[str, Any] = {
        "token": get_token(request),
        "user": request.user.pk,
        **_around(request, interview, client, at if known_here else ""),
        "answers": {a.question: {"revision": a.revision} for a in answers},
    }
    for answer in answers:
        known = number_sent(request.GET.get(answer.question, ""), 16)
        if known is not None and known < answer.revision:
            reply["answers"][answer.question] |= {
                "text": answer.text,
                "by": str(answer.updated_by or _("a colleague")),
                "at": page_clock(answer.updated_at),
            }
    return JsonResponse(reply)


@require_safe
@requires("interviews.edit")
def answer_history(request: MemberRequest, assessment: Assessment, code: str, question: str) -> HttpResponse:
    """Every text of an answer, the newest first."""
    interview = find_interview(assessment, code)
    record_reading("interview", by=request.user, assessment=assessment, target=interview)
    answer = get_object_or_404(Answer, interview=interview, question=question[:40])
    context = {
        "assessment": assessment,
        "interview": interview,
        "answer": answer,
        "question": interview.questions([answer.question]).get(answer.question),
        "revisions": page_of(request, answer.revisions.select_related("by").order_by("-revision"), size=20),
        "set_asides": page_of(request, answer.set_asides.select_related("by").order_by("-pk"), size=20, name="second"),
    }
    return render(request, "interviews/answer_history.html", context)


@require_POST
@requires("interviews.edit")
def revision_restore(request: MemberRequest, assessment: Assessment, code: str, pk: int) -> HttpResponse:
    interview = find_interview(assessment, code)
    revision = get_object_or_404(AnswerRevision.objects.select_related("answer"), answer__interview=interview, pk=pk)
    revision.answer.interview = interview
    try:
        restore_revision(revision=revision, by=request.user, seen=_number(request.POST.get("seen")))
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        question = revision.answer.question
        messages.success(
            request,
            _("The earlier text of {question} was restored. The later text is kept in the version history.").format(
                question=question
            ),
        )
    return redirect("interviews:answer_history", assessment.reference, interview.code, revision.answer.question)


@require_POST
@requires("interviews.edit")
def aside_settle(request: MemberRequest, assessment: Assessment, code: str, pk: int) -> HttpResponse:
    """`choice` is `join` (add it below the answer) or `leave` (the answer stays as it is)."""
    interview = find_interview(assessment, code)
    aside = get_object_or_404(SetAside.objects.select_related("answer"), answer__interview=interview, pk=pk)
    try:
        settle_aside(set_aside=aside, by=request.user, join=request.POST.get("choice") == "join")
    except ValidationError as error:
        messages.error(request, in_one_line(error))
    else:
        messages.success(
            request,
            _("Resolved. The version history of {question} keeps both texts.").format(question=aside.answer.question),
        )
    return redirect("interviews:interview_type", assessment.reference, interview.code)


@require_safe
@requires("interviews.edit")
def notes_worker(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """The service worker, served here so that its scope is the interviews of this assessment."""
    path = finders.find("js/interviews_worker.js")
    if not isinstance(path, str):
        raise Http404("The script is missing.")
    with open(path, "rb") as script:
        return HttpResponse(script.read(), content_type="text/javascript")
