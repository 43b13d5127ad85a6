"""What a device did without a connection, as it sends it later: a list of operations, each answered by itself.

    {"id": "1", "op": "begin", "uuid": "…", "fields": {"held_at": "2026-12-02T10:00", "language": "az", …}}
    {"id": "2", "op": "head", "interview": {"uuid": "…"}, "base": {…}, "fields": {…}}
    {"id": "3", "op": "answer", "interview": {"id": 7}, "question": "3.1", "text": "…", "client": "…", "sequence": 4,
     "base": 0, "guide": 12}
    {"id": "4", "op": "plan", "interview": {"id": 7}, "base": {"sections": ["1"], "reason": ""},
     "plan": {"sections": ["1", "4", "6"], "reason": ""}}
    {"id": "5", "op": "contact", "interview": {"id": 7}, "uuid": "…", "fields": {"name": "…", "language": "az", …}}

Every operation may be sent again: a reply that was lost changes nothing. The answer to each has its `id` and a status:

    saved     it is stored; the device may drop it
    conflict  a colleague changed the same. A text was set aside beside the answer and may be dropped; a changed detail
              was not stored, and `theirs` has the present values
    refused   it was not stored, and `message` says what to do
    later     it belongs to an interview whose beginning has not arrived yet
    gone      its interview was erased, or belongs to no assessment of this member
"""

from collections.abc import Mapping
from copy import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Assessment, User
from ctnat.ui.digits import number_sent
from ctnat.ui.errors import in_one_line
from ctnat.ui.formats import page_clock
from interviews.consent import consent_of
from interviews.forms import ContactForm, InterviewForm
from interviews.models import Begun, Interview
from interviews.services.answers import save_answer, save_observations
from interviews.services.beginnings import PEOPLE, begin_interview, change_head, change_plan, suggest_once
from interviews.text import clean_text

OBSERVATIONS = "observations"  # the question under which the interviewer's own remarks are sent
HEAD = (
    "held_at",
    "place",
    "format",
    "interviewer",
    "interviewer_organisation",
    "organisation",
    *PEOPLE,
    "language",
    "interpreter",
    "duration",
)
MOST_SECTIONS = 200  # that a plan may name
LONGEST_REASON = 1000  # characters, as in the form for it
NEW = ("new_organisation", "sector")
NEAR = timedelta(hours=3)  # two interviews with one organisation this close together may be the same talk
BIGGEST = 2**53  # larger JavaScript numbers are not exact
YES_NO = {True: "yes", False: "no", None: ""}
ANSWERS = {"yes": True, "no": False}


class _UnreadableError(ValidationError):
    """What no page sends."""

    def __init__(self) -> None:
        super().__init__(_("The page sent data that could not be read. Reload it; your text is saved on this device."))


def apply(*, assessment: Assessment, by: User, operation: Any) -> dict[str, Any]:
    """Apply one operation, and say what became of it. Nothing that is sent raises an error."""
    given = operation if isinstance(operation, dict) else {}
    reply = {"id": str(given.get("id", ""))[:80]}
    verb = _VERBS.get(str(given.get("op")))
    try:
        if verb is None:
            raise _UnreadableError
        return reply | verb(assessment, by, given)
    except ValidationError as error:
        return reply | {"status": "refused", "message": in_one_line(error)}
    except Interview.DoesNotExist:  # erased while this was on its way
        return reply | _gone()


def _begin(assessment: Assessment, by: User, given: Mapping[str, Any]) -> dict[str, Any]:
    fields = _words(given.get("fields"))
    people = any(fields.get(name, "").strip("0 ") for name in PEOPLE)
    row = Interview(assessment=assessment, planned=not people)  # who took part may be unknown
    uuid = _uuid(given.get("uuid"))
    known = Begun.objects.filter(assessment=assessment, uuid=uuid).exists()
    form = _form(fields | {"duration": ""}, assessment, row)
    if not known and not form.is_valid():
        raise ValidationError(form.errors.as_data())
    header = {} if known else form.header() | {name: form.cleaned_data[name] for name in NEW}
    header["duration"] = None if known else InterviewForm.base_fields["duration"].clean(fields.get("duration", ""))
    begun = begin_interview(
        assessment=assessment,
        uuid=uuid,
        by=by,
        note_given=ANSWERS.get(fields.get("note_given", "")),
        **({"held_at": timezone.now()} | header),
    )
    if begun.interview is None:
        return _gone()
    return {"status": "saved", **_about(begun.interview), "near": _near(begun.interview)}


def _near(interview: Interview) -> list[str]:
    """Codes of other interviews with the same organisation at about the same time."""
    if interview.organisation_id is None:
        return []
    rows = Interview.objects.for_assessment(interview.assessment).for_work().exclude(pk=interview.pk)
    around = (interview.held_at - NEAR, interview.held_at + NEAR)
    near = rows.filter(organisation=interview.organisation_id, held_at__range=around)
    return list(near.order_by("pk").values_list("code", flat=True)[:3])


def _head(assessment: Assessment, by: User, given: Mapping[str, Any]) -> dict[str, Any]:
    """Field by field: what nobody else has changed since `base` is stored, the rest is a conflict."""
    interview, missing = _interview(assessment, given)
    if interview is None:
        return missing
    base, fields, now = _words(given.get("base")), _words(given.get("fields")), head_of(interview)
    wanted = {name: text for name, text in fields.items() if name in now and text != base.get(name, "")}
    theirs = {name: now[name] for name, text in wanted.items() if now[name] not in (base.get(name, ""), text)}
    changed = {name: text for name, text in wanted.items() if name not in theirs and now[name] != text}
    new = {name: fields.get(name, "") for name in NEW}
    if new["new_organisation"] and now["organisation"] == base.get("organisation", ""):
        changed |= new | {"organisation": ""}
    if changed:
        note_given = ANSWERS.get(changed.pop("note_given", ""))
        row = copy(interview)
        row.planned = row.planned and not changed.get("duration")  # what took time was held
        form = _form(now | changed, assessment, row)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        header = {name: value for name, value in form.header().items() if name in changed}
        if not form.cleaned_data["new_organisation"]:
            new = {}
        change_head(interview=interview, by=by, header=header, note_given=note_given, **new)
    reply = {"status": "conflict" if theirs else "saved", **_about(interview), "theirs": theirs}
    return reply | {"head": head_of(interview)}


def _answer(assessment: Assessment, by: User, given: Mapping[str, Any]) -> dict[str, Any]:
    interview, missing = _interview(assessment, given)
    if interview is None:
        return missing
    text, question, client = given.get("text"), given.get("question"), given.get("client", "")
    if not isinstance(text, str) or not isinstance(question, str) or not isinstance(client, str) or len(client) > 40:
        raise _UnreadableError
    question, client = clean_text(question)[:40], clean_text(client)
    sequence, base = _number(given.get("sequence")) or 0, _number(given.get("base"))
    if question == OBSERVATIONS:
        save_observations(interview=interview, text=text, by=by, base=base)
        stored = {"revision": interview.observations_revision, "text": interview.observations}
        return {"status": "saved", **_about(interview), **stored, "at": page_clock(interview.updated_at)}
    saved = save_answer(
        interview=interview,
        question=question,
        text=text,
        by=by,
        client=client,
        sequence=sequence,
        base=base,
        guide=number_sent(str(given.get("guide", "")), 18),
    )
    answer = saved.answer
    reply = {"status": "saved", **_about(interview), "revision": answer.revision, "text": answer.text}
    reply |= {"at": page_clock(answer.updated_at)}
    if saved.set_aside is None:
        return reply
    return reply | {"status": "conflict", "by": str(answer.updated_by or _("a colleague"))}


def _plan(assessment: Assessment, by: User, given: Mapping[str, Any]) -> dict[str, Any]:
    """Section by section: what was added and removed on the device is added to and removed from the present plan."""
    interview, missing = _interview(assessment, given)
    if interview is None:
        return missing
    base, plan = _plan_sent(given.get("base")), _plan_sent(given.get("plan"))
    change_plan(interview=interview, by=by, base=base, plan=plan)
    return {"status": "saved", **_about(interview), "plan": plan_of(interview)}


def _plan_sent(given: Any) -> tuple[frozenset[str], str]:
    sections, reason = (given.get("sections"), given.get("reason", "")) if isinstance(given, dict) else (None, "")
    if not isinstance(sections, list) or len(sections) > MOST_SECTIONS or not isinstance(reason, str):
        raise _UnreadableError
    if not all(isinstance(name, str) for name in sections):
        raise _UnreadableError
    reason = clean_text(reason).strip()
    if len(reason) > LONGEST_REASON:
        raise ValidationError(
            _("The reason has {n} characters; the limit is {limit}. Shorten it.").format(
                n=len(reason), limit=LONGEST_REASON
            )
        )
    return frozenset(clean_text(name)[:40] for name in sections), reason


def _contact(assessment: Assessment, by: User, given: Mapping[str, Any]) -> dict[str, Any]:
    interview, missing = _interview(assessment, given)
    if interview is None:
        return missing
    uuid, form = _uuid(given.get("uuid")), ContactForm(_words(given.get("fields")), assessment=assessment)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    suggest_once(interview=interview, by=by, **form.cleaned_data | {"form_key": uuid})
    return {"status": "saved", **_about(interview)}


_VERBS = {"begin": _begin, "head": _head, "answer": _answer, "plan": _plan, "contact": _contact}


def plan_of(interview: Interview) -> dict[str, Any]:
    """The plan as a device keeps it: the sections that are asked, and the reason for an unusual number."""
    return {"sections": interview.sections, "reason": interview.sections_reason}


def head_of(interview: Interview) -> dict[str, str]:
    """The head as a device keeps it: each field as its form would send it, and whether the note was given."""
    found = {name: str(getattr(interview, name)) for name in HEAD}
    return found | {
        "held_at": f"{timezone.localtime(interview.held_at, interview.assessment.zone):%Y-%m-%dT%H:%M}",
        "organisation": str(interview.organisation_id or ""),
        "interpreter": YES_NO[interview.interpreter],
        "duration": "" if interview.duration is None else str(interview.duration),
        "note_given": YES_NO[consent_of(interview).note_given],
    }


def _about(interview: Interview) -> dict[str, Any]:
    """What a device keeps of an interview that has arrived."""
    return {
        "interview": interview.pk,
        "code": interview.code,
        "address": interview.get_absolute_url(),
        "completing": reverse("interviews:interview_complete", args=[interview.assessment.reference, interview.code]),
        "trashed": interview.deleted_at is not None,
    }


def _gone() -> dict[str, Any]:
    text = _("This interview was erased in the meantime. Nothing was saved.")
    return {"status": "gone", "message": text}


def _interview(assessment: Assessment, given: Mapping[str, Any]) -> tuple[Interview | None, dict[str, Any]]:
    """The interview that an operation is about, in the trash or not; else what is answered instead."""
    named = given.get("interview")
    named = named if isinstance(named, dict) else {}
    rows = Interview.objects.for_assessment(assessment).select_related("organisation")
    if "uuid" in named:
        begun = Begun.objects.filter(assessment=assessment, uuid=_uuid(named["uuid"])).first()
        if begun is None:
            return None, {"status": "later"}
        found: Interview | None = rows.filter(pk=begun.interview_id).first()
    else:
        found = rows.filter(pk=_number(named.get("id")) or 0).first()
    if found is None:
        return None, _gone()
    found.assessment = assessment  # its guide is parsed already
    return found, {}


def _form(fields: Mapping[str, str], assessment: Assessment, interview: Interview) -> InterviewForm:
    words = {name: fields.get(name, "") for name in (*HEAD, *NEW)}
    words |= {name: words[name].strip() or "0" for name in PEOPLE}
    kept = {name: getattr(interview, name) for name in ("respondent_name", "respondent_title")}  # not on devices
    return InterviewForm(words | kept, assessment=assessment, instance=interview)


def _words(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        raise _UnreadableError
    return {name: clean_text(value) for name, value in given.items() if isinstance(value, str)}


def _uuid(given: Any) -> UUID:
    try:
        return UUID(str(given))
    except ValueError:
        raise _UnreadableError from None


def _number(given: Any) -> int | None:
    """A count; None where there is none."""
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < BIGGEST:
        raise _UnreadableError
    return given
