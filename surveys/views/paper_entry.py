"""Typing forms received on paper or by e-mail. What is typed is kept for its typist until the form is stored."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import requires
from assessments.models import Assessment
from assessments.requests import MemberRequest
from ctnat.ui.digits import revision_sent
from ctnat.ui.errors import ConflictError, in_one_line
from surveys.forms import EntryForm
from surveys.models import EntryDraft, Survey
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.paper_entry import entry_sections
from surveys.questionnaire.reading import CSRF_FIELD, from_lines
from surveys.questionnaire.validation import NEVER_AS_GIVEN, check, check_as_given
from surveys.questionnaire.versions import FormVersion, form_versions, of_version
from surveys.services.entry_drafts import StoredBefore, discard_entry, keep_entry, store_entry
from surveys.views.respondent import uuid_of
from surveys.views.surveys import find_survey
from surveys.words import error_text

HEAD = ("source", "language")


@require_http_methods(["GET", "POST"])
@requires("responses.enter")
def response_enter(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Type a paper form by numbers from the keyboard. The page is then ready for the next one."""
    survey = find_survey(assessment)
    versions = form_versions(survey)
    paper = _version_of_paper(request, versions)
    if request.method == "POST":
        return _posted(request, survey, versions, paper)
    if paper is None:
        context = {"assessment": assessment, "survey": survey, "versions": versions, "here": "enter"}
        return render(request, "surveys/_enter_version.html", context | {"unfinished": _unfinished(request, survey)})
    head = {name: request.GET.get(name, "")[:10] for name in HEAD}
    first = {"source": head["source"] or "paper", "language": head["language"] or (survey.languages or ["en"])[0]}
    survey = of_version(survey, paper.questionnaire)
    form = EntryForm(initial=first, languages=survey.languages)
    return _entry_page(request, survey, form, {}, {}, paper=paper, has_choice=len(versions) > 1)


@require_http_methods(["GET", "POST"])
@requires("responses.enter")
def entry_draft_edit(request: MemberRequest, assessment: Assessment, key: UUID) -> HttpResponse:
    """Type on a form that was begun before."""
    survey = find_survey(assessment)
    versions = form_versions(survey)
    if request.method == "POST":
        return _posted(request, survey, versions, _version_of_paper(request, versions), key)
    draft = EntryDraft.objects.for_typist(survey, request.user).filter(uuid=key).first()
    if draft is None:
        messages.error(request, _("This form was saved or discarded, or is older than two weeks."))
        return redirect("surveys:response_enter", assessment.reference)
    shown = [one for one in versions if one.questionnaire.pk == draft.questionnaire_id]
    paper = next((one for one in shown if one.correction == draft.correction), shown[0] if shown else None)
    replaced = paper is None
    paper = paper or FormVersion(survey.questionnaire, None)
    survey = of_version(survey, paper.questionnaire)
    first = {name: str(draft.typed.get(name, "")) for name in HEAD}
    form = EntryForm(initial=first, languages=survey.languages)
    return _entry_page(
        request,
        survey,
        form,
        draft.typed["fields"],
        {},
        paper=paper,
        has_choice=len(versions) > 1,
        accepted=draft.typed["as_given"],
        replaced=replaced,
        draft=draft,
        key=key,
    )


@require_POST
@requires("responses.enter")
def entry_draft_keep(request: MemberRequest, assessment: Assessment) -> JsonResponse:
    """Keeps what an open page sends while it is typed in. Replies `kept`, or (409) `refused` with the reason."""
    survey = find_survey(assessment)
    paper = _version_of_paper(request, form_versions(survey))
    if paper is None or uuid_of(request.POST) is None:
        message = _("The questionnaire was replaced since you opened the page. Save the form to go on.")
        return JsonResponse({"status": "refused", "message": message}, status=409)
    try:
        draft = _keep(request, of_version(survey, paper.questionnaire), paper)
    except ValidationError as error:
        return JsonResponse({"status": "refused", "message": in_one_line(error)}, status=409)
    at = timezone.localtime().strftime("%H:%M")
    return JsonResponse({"status": "kept", "revision": draft.revision if draft else 0, "at": at})


@require_POST
@requires("responses.enter")
def entry_draft_discard(request: MemberRequest, assessment: Assessment, key: UUID) -> HttpResponse:
    survey = find_survey(assessment)
    draft = EntryDraft.objects.for_typist(survey, request.user).filter(uuid=key).first()
    if draft is not None:
        draft.survey = survey
        discard_entry(draft=draft, by=request.user)
        messages.success(request, _("The unfinished form is discarded."))
    return redirect("surveys:response_enter", assessment.reference)


# What was sent --------------------------------------------------------------------------------------------------------


def _posted(
    request: MemberRequest,
    survey: Survey,
    versions: Sequence[FormVersion],
    paper: FormVersion | None,
    key: UUID | None = None,
) -> HttpResponse:
    """Store the form, or keep it to be typed on later. `key`: of the form that was begun before, if it was."""
    replaced = paper is None
    paper = paper or FormVersion(survey.questionnaire, None)
    survey = of_version(survey, paper.questionnaire)
    key = key if key == uuid_of(request.POST) else None  # another form, if the page was told to make one of it
    entry_page = partial(_entry_page, request, survey, paper=paper, has_choice=len(versions) > 1, key=key)
    form = EntryForm(request.POST, languages=survey.languages)
    typed = _typed(request)
    accepted = frozenset(request.POST.getlist("_as_given"))
    is_for_later = request.POST.get("_do") == "later"
    if is_for_later and not replaced and any(text.strip() for text in typed.values()):
        try:
            _keep(request, survey, paper)
        except ValidationError as refusal:
            return entry_page(form, typed, {}, accepted=accepted, refused=refusal)
        messages.success(request, _("The form is kept as unfinished. Only you see it."))
        return _next(survey.assessment, form.cleaned_data if form.is_valid() else {}, paper, versions)
    document = document_of(survey.questionnaire)
    raw = from_lines(document, typed)
    today = survey.today
    checked = check(document, raw, today)
    open_errors = check_as_given(document, raw, accepted, today).errors
    errors: dict[str, list[str]] = {}
    for error in checked.errors:
        errors.setdefault(error.key, []).append(error_text(error, "en"))
    if replaced or open_errors or not raw or not form.is_valid():
        never = {error.key for error in checked.errors if error.code in NEVER_AS_GIVEN}
        return entry_page(form, typed, errors, empty=not raw, never=never, accepted=accepted, replaced=replaced)
    try:
        response = store_entry(
            survey=survey,
            answers=raw,
            as_given=accepted & set(errors),
            today=today,
            uuid=uuid_of(request.POST) or uuid4(),
            correction=paper.correction,
            page=uuid_of(request.POST, "_page") or uuid4(),
            seen=revision_sent(request.POST.get("_seen", "")),
            by=request.user,
            **form.cleaned_data,
        )
    except ValidationError as refusal:
        return entry_page(form, typed, errors, accepted=accepted, refused=refusal)
    messages.success(request, _("{code} saved. Enter the next form.").format(code=response.code))
    return _next(survey.assessment, form.cleaned_data, paper, versions)


def _next(
    assessment: Assessment, head: Mapping[str, str], paper: FormVersion, versions: Sequence[FormVersion]
) -> HttpResponse:
    """The page for the next form, with the same head."""
    chosen = {name: head[name] for name in HEAD if name in head}
    if len(versions) > 1:
        chosen["version"] = paper.value
    address = redirect("surveys:response_enter", assessment.reference)
    address["Location"] += f"?{urlencode(chosen)}"
    return address


def _typed(request: MemberRequest) -> dict[str, str]:
    return {k: str(v) for k, v in request.POST.items() if not k.startswith("_") and k not in (*HEAD, CSRF_FIELD)}


def _keep(request: MemberRequest, survey: Survey, paper: FormVersion) -> EntryDraft | None:
    """Keep what was sent. Names of fields that the questionnaire does not have are left out."""
    document = document_of(survey.questionnaire)
    known = {*document.by_name, *(item.other_key for item in document.items if item.open_options)}
    return keep_entry(
        survey=survey,
        uuid=uuid_of(request.POST) or uuid4(),
        fields={name: text for name, text in _typed(request).items() if name in known},
        as_given=[name for name in request.POST.getlist("_as_given") if name in known],
        source=request.POST.get("source", "")[:10],
        language=request.POST.get("language", "")[:60],
        correction=paper.correction,
        page=uuid_of(request.POST, "_page") or uuid4(),
        seen=revision_sent(request.POST.get("_seen", "")),
        by=request.user,
    )


def _version_of_paper(request: MemberRequest, versions: Sequence[FormVersion]) -> FormVersion | None:
    """What the paper form shows: as chosen, or the only one that there is. None: it has to be chosen, or the version
    of the page was replaced meanwhile."""
    sent = request.POST if request.method == "POST" else {"_version": request.GET.get("version")}
    if sent.get("_version") is None:
        return versions[0] if len(versions) == 1 else None
    return next((version for version in versions if version.value == sent["_version"]), None)


# The page -------------------------------------------------------------------------------------------------------------


def _entry_page(
    request: MemberRequest,
    survey: Survey,
    form: EntryForm,
    typed: Mapping[str, str],
    errors: Mapping[str, Sequence[str]],
    *,
    paper: FormVersion,
    has_choice: bool,
    empty: bool = False,
    never: Collection[str] = (),
    accepted: Collection[str] = (),
    replaced: bool = False,
    refused: ValidationError | None = None,
    draft: EntryDraft | None = None,
    key: UUID | None = None,
) -> HttpResponse:
    """`never`: keys with an error that cannot be stored as given; `accepted`: those that are to be. `refused`: why a
    service did not store the form. `draft`: what is shown of a form that was begun before; `key`: its uuid."""
    document = document_of(survey.questionnaire)
    uuid = key or uuid_of(request.POST) or uuid4()
    seen = draft.revision if draft else request.POST.get("_seen", "0")[:20]
    if isinstance(refused, StoredBefore):  # saving it again makes another form of it
        uuid, seen, key = uuid4(), 0, None
    elif isinstance(refused, ConflictError):  # saving it again replaces what another page has kept
        seen = refused.current.revision
    context = {
        "assessment": survey.assessment,
        "survey": survey,
        "paper": paper,
        "has_choice": has_choice,
        "replaced": replaced,
        "form": form,
        "sections": entry_sections(document, typed, errors, never, accepted),
        "can_keep": any(name not in never for name in errors),
        "errors": [(name, name.removesuffix("_other"), text) for name, texts in errors.items() for text in texts],
        "empty": empty,
        "refused": refused.messages if refused else [],
        "uuid": uuid,
        "seen": seen,
        "page": uuid4(),
        "draft": draft,
        "key": key,
        "unfinished": [one for one in _unfinished(request, survey) if one.uuid != uuid],
        "here": "enter",
    }
    has_failed = errors or empty or refused or form.errors or (replaced and request.method == "POST")
    return render(request, "surveys/response_enter.html", context, status=422 if has_failed else 200)


def _unfinished(request: MemberRequest, survey: Survey) -> list[EntryDraft]:
    """The member's own, each with how many fields are filled."""
    found = list(EntryDraft.objects.for_typist(survey, request.user).select_related("questionnaire"))
    for draft in found:
        draft.survey = survey
        draft.filled = len(draft.typed["fields"])
    return found
