"""The form around the questions: its language, its head, its hidden fields."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from assessments.demonstration import band
from ctnat.translation.languages import preferred_language
from ctnat.ui.digits import number_sent
from ctnat.ui.formats import patterns
from ctnat.ui.languages import own_name
from ctnat.ui.ready import ReadyPage
from instruments import schema
from instruments.models import Instrument
from instruments.rules import skipping_note
from surveys.distribution.access import SurveyAccess
from surveys.models import Survey
from surveys.questionnaire import rendering
from surveys.questionnaire.documents import document_of
from surveys.questionnaire.opening import opening_mark
from surveys.questionnaire.quotes import Quotes
from surveys.questionnaire.validation import AnswerError
from surveys.words import offered_languages, translate, translate_all

# In place of what differs on each page that is kept. No text of a questionnaire can have them.
KEY_GAP, UUID_GAP, MARK_GAP = (secrets.token_hex(16) for _ in range(3))


def page_language(access: SurveyAccess | None, request: HttpRequest) -> str:
    """The language asked for, else the invitation's, else the browser's, among those of the survey."""
    offered = (access.survey.languages if access else offered_languages()) or ["en"]
    fields: Mapping[str, Any] = request.POST if request.method == "POST" and access else {}
    asked = [fields.get("_to"), fields.get("_in"), request.GET.get("lang")]
    if access and access.invitation:
        asked.append(access.invitation.language)
    asked.append(preferred_language(request.headers.get("Accept-Language", ""), offered))
    return next((str(language) for language in asked if language in offered), offered[0])


def known_only(document: schema.Survey, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that the page can show again."""
    keys = set(document.by_name) | {item.other_key for item in document.items if item.open_options}
    return {key: value for key, value in raw.items() if key in keys}


def shown_version(questionnaire: Instrument) -> str:
    """The version and the correction that a page shows, as it posts them: `12.3`."""
    return f"{questionnaire.pk}.{questionnaire.corrections_made}"


def version_of(fields: Mapping[str, Any]) -> int | None:
    """The primary key of the version that the posted page showed; None where it does not say."""
    version = str(fields.get("_version", ""))[:40].partition(".")[0]
    return number_sent(version, 18)


def correction_of(fields: Mapping[str, Any], questionnaire: Instrument) -> int | None:
    """The number of the correction that the posted page showed of this version; None where it does not say."""
    version, _, correction = str(fields.get("_version", ""))[:40].partition(".")
    return number_sent(correction, 18) if version == str(questionnaire.pk) else None


def only_shown(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where the post asks for the form again and nothing else: in another language, or with `focus` on a question
    that offers what was chosen by now. None where it asks for more."""
    action = fields.get("_do", "")
    if "_to" in fields:
        return {}
    return {"focus": action.removeprefix("show ")[:40]} if action.startswith("show ") else None


def form_head(survey: Survey, language: str) -> dict[str, Any]:
    """The texts around the questions on every form of this survey."""
    document_key = ("contents", *rendering.page_key(survey, language))
    return {
        "words": translate_all(language),
        "page_language": language,
        "title": rendering.title(survey, language),
        "languages": [(code, own_name(code)) for code in survey.languages],
        "stored": translate("stored_answers", language, k=survey.threshold),
        "readers": translate("stored_readers", language, k=survey.threshold),
        "introduction": rendering.introduction(survey, language),
        "deadline": rendering.local_time(survey.deadline, survey.assessment.time_zone, language),
        "skipping": skipping_note(document_of(survey.questionnaire), language),
        "contact": survey.assessment.survey_contact,
        "demonstration": band(survey.assessment, language),
        "sections": rendering.cached(
            document_key, lambda: contents(Quotes(document_of(survey.questionnaire), language, {}))
        ),
    }


def contents(quotes: Quotes) -> list[tuple[str, str]]:
    """Code and title of each section."""
    return [(section.name, quotes.text(section.title)) for section in quotes.document.sections]


def form_page(
    access: SurveyAccess,
    language: str,
    *,
    raw: Mapping[str, Any] | None = None,
    errors: Sequence[AnswerError] = (),
    uuid: UUID | str | None = None,
    mark: str = "",
    draft: str = "",
    saved: Mapping[str, Any] | None = None,
    refusal: str = "",
    nothing: bool = False,
    changed: bool = False,
    focus: str = "",
    preview: str = "",
    trial: bool = False,
    csrf: str = "",
    around: str = "",
) -> str:
    """The whole page as HTML, blank and from the cache, or filled in with `raw` answers.

    `mark` is that of the page which was posted, so that it counts as opened when that one was.
    `changed`: the answers were given to a version that is no longer accepted, and have to be looked at again.
    `around`: markup of the assessment's navigation, for members who try the form.
    """
    survey = access.survey
    personal = access.invitation is not None
    known = document_of(survey.questionnaire).by_name if errors else {}
    quotes = rendering.quotes_of(survey, language, raw or {})
    context = form_head(survey, language) | {
        "form_url": access.form_url,
        "resume_url": "" if raw or refusal else access.resume_url,
        "opened": reverse("surveys_public:personal_opened", args=[access.key]) if personal else "",
        "personal": personal,
        "uuid": uuid or uuid4(),
        "mark": mark or opening_mark(survey),
        "draft": draft,
        "shown": shown_version(survey.questionnaire),
        "printed": f"{survey.questionnaire.key} · {survey.questionnaire.version_number}",
        "fresh": raw is None,
        "today": survey.today.isoformat(),
        "patterns": json.dumps(patterns(language)) if document_of(survey.questionnaire).quotes else "",
        "refusal": translate(refusal, language) if refusal else "",
        "refusal_kept": translate(f"{refusal}_kept", language) if refusal else "",
        "nothing": nothing,
        "changed": changed,
        "preview": preview,
        "trial": trial,
        "csrf": csrf,
        "around": around,
        "errors": rendering.error_summary(errors, language, known, quotes.plain),
        "questions": rendering.questions(survey, quotes, raw, errors, focus),
    }
    if quotes.answers:
        context["sections"] = contents(quotes)
    if saved:
        context |= {
            "saved_code": saved["code"],
            "saved_how": translate("saved_how", language, date=saved["until"].isoformat()),
        }
    return render_to_string("surveys/_respondent_form.html", context)


def ready_form(access: SurveyAccess, language: str) -> bytes | None:
    """`form_page` of a blank form as gzip, from memory; None where it is not kept."""
    if access.known is None:
        return None
    page = access.known.page((access.kind, language, access.survey.today), lambda: _form_with_gaps(access, language))
    return page.filled({KEY_GAP: access.key, UUID_GAP: str(uuid4()), MARK_GAP: opening_mark(access.survey)})


def _form_with_gaps(access: SurveyAccess, language: str) -> ReadyPage:
    html = form_page(replace(access, key=KEY_GAP), language, uuid=UUID_GAP, mark=MARK_GAP)
    return ReadyPage(html, [KEY_GAP, UUID_GAP, MARK_GAP])
