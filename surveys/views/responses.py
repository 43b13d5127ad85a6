"""Forms received on paper or by e-mail: typing in, importing; and the list of responses."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import requires
from assessments.audit import record_reading
from assessments.models import Assessment
from assessments.requests import MemberRequest, page_number
from ctnat.ui.digits import revision_sent
from ctnat.ui.names import language_name
from surveys.forms import EntryForm
from surveys.models import Response, Survey
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.paper_entry import entry_sections
from surveys.questionnaire.reading import CSRF_FIELD, from_lines
from surveys.questionnaire.validation import NEVER_AS_GIVEN, check, check_as_given
from surveys.questionnaire.versions import FormVersion, form_versions, of_version
from surveys.responses.presentation import shown_answers
from surveys.responses.progress import forms_shown
from surveys.services.responses import enter_response, set_counted, times_counted_anew
from surveys.views.respondent import uuid_of
from surveys.views.surveys import find_survey
from surveys.words import error_text

PAGE = 100
HEAD = ("source", "language")


@require_http_methods(["GET", "POST"])
@requires("responses.enter")
def response_enter(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Type a paper form by numbers from the keyboard. The page is then ready for the next one."""
    survey = find_survey(assessment)
    versions = form_versions(survey)
    paper = _version_of_paper(request, versions)
    if paper is None and request.method != "POST":
        context = {"assessment": assessment, "survey": survey, "versions": versions, "here": "enter"}
        return render(request, "surveys/_enter_version.html", context)
    replaced = paper is None
    paper = paper or FormVersion(survey.questionnaire, None)
    survey = of_version(survey, paper.questionnaire)
    entry_page = partial(_entry_page, request, survey, paper=paper, has_choice=len(versions) > 1)
    head = {name: request.GET.get(name, "")[:10] for name in HEAD}
    if request.method != "POST":
        first = {"source": head["source"] or "paper", "language": head["language"] or (survey.languages or ["en"])[0]}
        form = EntryForm(initial=first, languages=survey.languages)
        return entry_page(form, {}, {})
    form = EntryForm(request.POST, languages=survey.languages)
    typed = {k: str(v) for k, v in request.POST.items() if not k.startswith("_") and k not in (*HEAD, CSRF_FIELD)}
    document = document_of(survey.questionnaire)
    raw = from_lines(document, typed)
    today = survey.today
    checked = check(document, raw, today)
    accepted = frozenset(request.POST.getlist("_as_given"))
    open_errors = check_as_given(document, raw, accepted, today).errors
    errors: dict[str, list[str]] = {}
    for error in checked.errors:
        errors.setdefault(error.key, []).append(error_text(error, "en"))
    if replaced or open_errors or not raw or not form.is_valid():
        never = {error.key for error in checked.errors if error.code in NEVER_AS_GIVEN}
        return entry_page(form, typed, errors, empty=not raw, never=never, accepted=accepted, replaced=replaced)
    response = enter_response(
        survey=survey,
        answers=raw,
        as_given=accepted & set(errors),
        today=today,
        uuid=uuid_of(request.POST) or uuid4(),
        correction=paper.correction,
        by=request.user,
        **form.cleaned_data,
    )
    messages.success(request, _("{code} saved. Enter the next form.").format(code=response.code))
    chosen = "&".join(f"{name}={form.cleaned_data[name]}" for name in HEAD)
    chosen += f"&version={paper.value}" if len(versions) > 1 else ""
    address = redirect("surveys:response_enter", assessment.reference)
    address["Location"] += f"?{chosen}"
    return address


def _version_of_paper(request: MemberRequest, versions: Sequence[FormVersion]) -> FormVersion | None:
    """What the paper form shows: as chosen, or the only one that there is. None: it has to be chosen, or the version
    of the page was replaced meanwhile."""
    sent = request.POST if request.method == "POST" else {"_version": request.GET.get("version")}
    if sent.get("_version") is None:
        return versions[0] if len(versions) == 1 else None
    return next((version for version in versions if version.value == sent["_version"]), None)


def _entry_page(
    request: MemberRequest,
    survey: Survey,
    form: EntryForm,
    typed: Any,
    errors: dict[str, list[str]],
    *,
    paper: FormVersion,
    has_choice: bool,
    empty: bool = False,
    never: Collection[str] = (),
    accepted: Collection[str] = (),
    replaced: bool = False,
) -> HttpResponse:
    """`never`: keys with an error that cannot be stored as given; `accepted`: those that are to be."""
    document = document_of(survey.questionnaire)
    context = {
        "assessment": survey.assessment,
        "survey": survey,
        "paper": paper,
        "has_choice": has_choice,
        "replaced": replaced,
        "form": form,
        "sections": entry_sections(document, typed, errors, never, accepted),
        "can_keep": any(key not in never for key in errors),
        "errors": [(key, key.removesuffix("_other"), text) for key, texts in errors.items() for text in texts],
        "empty": empty,
        "uuid": uuid_of(request.POST) or uuid4(),
        "here": "enter",
    }
    status = 422 if errors or empty or replaced or form.errors else 200
    return render(request, "surveys/response_enter.html", context, status=status)


@require_safe
@requires("responses.view")
def response_list(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    survey = find_survey(assessment)
    rows = Response.objects.filter(survey=survey).order_by("is_test", "number")
    page = Paginator(rows, PAGE).get_page(page_number(request))
    shown = forms_shown(survey)
    for response in page:
        response.language_shown, source, response.day_shown = _shown(response, shown)
        response.source_words = dict(Response.Source.choices).get(source, "")
    context = {"assessment": assessment, "survey": survey, "page": page, "here": "responses"}
    return render(request, "surveys/response_list.html", context)


def _shown(response: Response, shown: Mapping[int, Sequence[Any]]) -> Sequence[Any]:
    """(language, source, day) as far as enough forms share them; all of them for test answers."""
    return shown.get(response.pk) or (response.language, response.source, response.received_on)


def find_response(assessment: Assessment, code: str) -> Response:
    rows = Response.objects.filter(survey__assessment=assessment).select_related("questionnaire", "survey")
    found: Response = get_object_or_404(rows, code=code[:20])
    return found


@require_safe
@requires("responses.view")
def response_detail(request: MemberRequest, assessment: Assessment, code: str) -> HttpResponse:
    response = find_response(assessment, code)
    record_reading("response", by=request.user, assessment=assessment, target=response)
    response.survey.assessment = assessment
    language, source, day = _shown(response, forms_shown(response.survey))
    sources = dict(Response.Source.choices)
    about = [
        str(sources.get(source, "")),
        language_name(language) if language else "",
        date_format(day, "j F Y") if day else "",
    ]
    context = {
        "about": ", ".join(words for words in about if words),
        "assessment": assessment,
        "survey": response.survey,
        "response": response,
        "times_counted_anew": times_counted_anew(response),
        "sections": shown_answers(document_of(response.questionnaire), response.answers, response.invalid),
        "here": "responses",
    }
    return render(request, "surveys/response_detail.html", context)


@require_POST
@requires("survey.manage")
def response_trash(request: MemberRequest, assessment: Assessment, code: str, action: str) -> HttpResponse:
    """Take a form out of the count (typed twice, sent as a trial), or bring it back."""
    if action not in ("remove", "restore"):
        raise Http404(_("This action does not exist."))
    response = find_response(assessment, code)
    response.survey.assessment = assessment
    try:
        seen = revision_sent(request.POST.get("seen"))
        set_counted(response=response, counted=action == "restore", by=request.user, seen=seen)
        done = _("{code} is restored.") if action == "restore" else _("{code} is removed from the results.")
        messages.success(request, done.format(code=code))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(
        "surveys:response_list" if "responses.view" in request.may else "surveys:survey_detail", assessment.reference
    )
