"""Saving answers: no text that reached the server is lost, even if it comes late, twice, or from two people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from assessments.archiving import check_not_archived
from assessments.audit import record
from assessments.fields import is_unreadable
from assessments.models import User
from ctnat.ui.errors import InputError
from instruments.models import Instrument
from interviews.models import Answer, AnswerRevision, Interview, SetAside
from interviews.services.codings import follow_edit
from interviews.services.erasure import strike_late
from interviews.services.interviews import in_order, start_interview
from interviews.text import ANSWER_LIMIT, clean_text

SITTING = timedelta(minutes=10)  # saves of one person this close together share a row of the history
CORRECTED = 40  # characters that a save may replace, as in correcting a word, without a row of its own
TELL = gettext_lazy(
    "Your text is still on the screen. Tell the person who runs the site that a key is missing from FIELD_KEYS."
)


@dataclass(frozen=True)
class Saved:
    """`set_aside` is None where the text was saved; else it holds the text, because a colleague changed the answer."""

    answer: Answer
    set_aside: SetAside | None = None


@transaction.atomic
def save_answer(
    *,
    interview: Interview,
    question: str,
    text: str,
    by: User | None,
    client: str = "",
    sequence: int = 0,
    base: int | None = None,
    guide: int | None = None,
) -> Saved:
    """Save the notes under one question. Raises `ValidationError` for an unknown question or a text too long.

    `client` names the page that types and `sequence` rises with each of its saves: one that comes twice, or late, is
    recognised. `base` is the revision the text was typed upon; where another person has changed the answer since, the
    text is set aside instead. Without `base` there is no check. `guide` is the version of the guide that the page
    showed; the interview keeps that of its first note. None: the one in use.
    """
    check_not_archived(interview.assessment)
    if question not in interview.questions([question]):
        raise ValidationError(
            gettext("The guide has no question {question}. Reload the page.").format(question=question[:20])
        )
    text = _checked(text)
    answer, _ = Answer.objects.select_for_update().get_or_create(interview=interview, question=question)
    answer.interview = interview  # that of the caller, who sees the code which it gets with its first note
    if is_unreadable(answer.text):
        raise ValidationError(
            gettext("The notes under this question cannot be read, so they cannot be changed. ") + TELL
        )
    text = strike_late(interview=interview, question=question, text=text, base=base)
    if client and _is_known(answer, client, sequence, text):
        return Saved(answer)
    if base is not None and text != answer.text and _changed_elsewhere(answer, client, base):
        return Saved(answer, _set_aside(answer, text, by, client, sequence))
    if text != answer.text:
        _keep_guide(answer, guide)
        _change(answer, text, by, client, sequence)
    if client:
        answer.set_asides.for_settling().filter(client=client).update(settled_at=timezone.now())
    return Saved(answer)


def _checked(text: str) -> str:
    """The text as it is stored. Raises `ValidationError`."""
    text = clean_text(text)
    if len(text) > ANSWER_LIMIT:
        raise ValidationError(
            gettext(
                "This answer has {n:,} characters; the limit is {limit:,}. Move part of it to another answer."
            ).format(n=len(text), limit=ANSWER_LIMIT)
        )
    return text


@transaction.atomic
def save_first_answers(*, interview: Interview, texts: Mapping[str, str], by: User | None) -> list[Answer]:
    """Save the notes of an interview that was started and has none yet, by question: as `save_answer` of each, in a few
    queries and with one event. Raises `ValidationError`."""
    check_not_archived(interview.assessment)
    if interview.planned or Answer.objects.filter(interview=interview).exists():
        raise ValueError("Only of an interview that was started, and has no notes.")
    if unknown := sorted(texts.keys() - interview.questions(texts).keys()):
        raise ValidationError(
            gettext("The guide has no question {question}. Reload the page.").format(question=unknown[0][:20])
        )
    cleaned = {question: _checked(text) for question, text in texts.items()}
    answers = Answer.objects.bulk_create(
        Answer(interview=interview, question=question, text=text, revision=1, updated_by=by)
        for question, text in cleaned.items()
        if text
    )
    AnswerRevision.objects.bulk_create(
        AnswerRevision(answer=answer, revision=answer.revision, text=answer.text, by=by) for answer in answers
    )
    if answers:
        section_of = interview.guide.section_of
        asked = {section_of[answer.question] for answer in answers if answer.question in section_of}
        interview.sections = in_order(interview.guide, [*interview.sections, *asked])
        interview.guide_version_id = interview.assessment.guide_id
        interview.save(update_fields=["sections", "guide_version", "updated_at"])
        record(
            "answers.saved",
            by=by,
            assessment=interview.assessment,
            target=interview,
            questions=[answer.question for answer in answers],
        )
    return answers


def _keep_guide(answer: Answer, shown: int | None) -> None:
    """Store which version of the guide the interview was held with, at its first note. It stays unknown where notes
    were typed before that was stored."""
    interview = answer.interview
    before = Answer.objects.filter(interview=interview, revision__gt=0)
    if interview.guide_version_id is not None or before.exists():
        return
    guides = Instrument.objects.for_kind(Instrument.Kind.INTERVIEW_GUIDE).for_published()
    known = shown is not None and guides.filter(pk=shown).exists()
    version = shown if known else interview.assessment.guide_id
    Interview.objects.filter(pk=interview.pk, guide_version=None).update(guide_version=version)
    interview.refresh_from_db(fields=["guide_version"])


def _is_known(answer: Answer, client: str, sequence: int, text: str) -> bool:
    """Whether this save was applied before, or overtaken by a later one of the same page."""
    last = answer.revisions.filter(client=client).order_by("-sequence").first()
    return last is not None and (sequence < last.sequence or (sequence == last.sequence and text == last.text))


def _changed_elsewhere(answer: Answer, client: str, base: int) -> bool:
    """A client whose response got lost finds its own saves after `base`: those are no conflict."""
    since = answer.revisions.filter(revision__gt=base)
    return (since.exclude(client=client) if client else since).exists()


def _set_aside(answer: Answer, text: str, by: User | None, client: str, sequence: int) -> SetAside:
    waiting = answer.set_asides.for_settling().filter(client=client).first() if client else None
    if waiting is None:
        waiting = next((row for row in answer.set_asides.for_settling() if row.text == text), None)
    if waiting is None:
        waiting = SetAside(answer=answer)
    waiting.text, waiting.by, waiting.client, waiting.sequence = text, by, client, sequence
    waiting.save()
    return waiting


def _change(answer: Answer, text: str, by: User | None, client: str, sequence: int) -> None:
    old = answer.text
    if text:
        start_interview(interview=answer.interview, by=by)
    answer.text, answer.revision, answer.updated_by = text, answer.revision + 1, by
    answer.save()
    last, before = (*answer.revisions.order_by("-revision")[:2], None, None)[:2]
    if last and _same_sitting(last, by, client) and _may_replace(last, before, text):
        last.revision, last.text, last.sequence, last.at = answer.revision, text, sequence, timezone.now()
        last.save()
    else:
        AnswerRevision.objects.create(
            answer=answer, revision=answer.revision, text=text, client=client, sequence=sequence, by=by
        )
        record(
            "answer.saved",
            by=by,
            assessment=answer.interview.assessment,
            target=answer,
            label=f"{answer.interview.code}/{answer.question}",
            revision=answer.revision,
        )
    follow_edit(answer=answer, old=old, by=by)
    if text:
        _plan_section_of(answer)


def _same_sitting(last: AnswerRevision, by: User | None, client: str) -> bool:
    same_person = last.by_id == (by.pk if by else None) and last.client == client
    return bool(client) and same_person and timezone.now() - last.at < SITTING


def _may_replace(last: AnswerRevision, before: AnswerRevision | None, text: str) -> bool:
    """Whether `text` may replace the row's text: it only adds words, or the longer text is in the row before."""
    if len(text) >= len(last.text):
        return _taken_away(last.text, text) <= CORRECTED
    return before is not None and len(before.text) > len(last.text)


def _taken_away(old: str, new: str) -> int:
    """Characters of `old` between the start and the end that both texts share."""
    shorter = min(len(old), len(new))
    before = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    after = next((i for i in range(shorter - before) if old[-1 - i] != new[-1 - i]), shorter - before)
    return len(old) - before - after


def _plan_section_of(answer: Answer) -> None:
    """Notes show that their section was asked: where the plan lacks it, it is added."""
    interview = answer.interview
    section = interview.guide.section_of.get(answer.question)
    if section is None:  # a question of an earlier version: its section was planned then
        return
    if section in interview.sections and section not in interview.unanswered:
        return
    interview.refresh_from_db(fields=["sections", "not_reached", "unanswered"])  # a colleague may have changed the plan
    interview.sections = in_order(interview.guide, [*interview.sections, section])
    interview.not_reached = [name for name in interview.not_reached if name != section]
    interview.unanswered = [name for name in interview.unanswered if name != section]
    interview.save(update_fields=["sections", "not_reached", "unanswered", "updated_at"])


@transaction.atomic
def restore_revision(*, revision: AnswerRevision, by: User, seen: int | None = None) -> Saved:
    """Make an earlier text the current one; the text it replaces stays in the history.

    `seen` is the answer's revision that the page showed as the current one: where it was saved since with another
    text, `InputError` is raised and nothing changes; None does not ask.
    """
    answer = Answer.objects.select_for_update().get(pk=revision.answer_id)
    if seen is not None and answer.revision != seen and answer.text != revision.text:
        raise InputError(
            _(
                "The text of {question} was saved after you opened this page. Nothing was restored. Read "
                "its current text first."
            ).format(question=answer.question)
        )
    interview = revision.answer.interview  # its guide is parsed already
    return save_answer(interview=interview, question=answer.question, text=revision.text, by=by)


@transaction.atomic
def settle_aside(*, set_aside: SetAside, by: User, join: bool) -> Answer:
    """Settle a text that was set aside: with `join` it is added below the answer's text, else it is left out.

    It stays in the database either way.
    """
    answer: Answer = Answer.objects.select_for_update().get(pk=set_aside.answer_id)
    if set_aside.settled_at is None:
        set_aside.settled_at = timezone.now()
        set_aside.save()
        if join:
            both = f"{answer.text.rstrip()}\n\n{set_aside.text}".strip("\n")
            answer = save_answer(interview=answer.interview, question=answer.question, text=both, by=by).answer
        record(
            "answer.settled",
            by=by,
            assessment=answer.interview.assessment,
            target=answer,
            label=f"{answer.interview.code}/{answer.question}",
            joined=join,
        )
    return answer


@transaction.atomic
def save_observations(*, interview: Interview, text: str, by: User, base: int | None = None) -> Interview:
    """Save the interviewer's own observations, which stay internal. Raises `ValidationError` for a text too long.

    `base` is the revision the text was typed upon. Where another person has written since, both texts are kept, one
    below the other.
    """
    text = clean_text(text)
    if len(text) > ANSWER_LIMIT:
        raise ValidationError(
            _("The observations have {n:,} characters; the limit is {answer_limit:,}. Shorten them.").format(
                n=len(text), answer_limit=ANSWER_LIMIT
            )
        )
    now = Interview.objects.select_for_update().get(pk=interview.pk)
    present, revision = now.observations, now.observations_revision
    if is_unreadable(present):
        raise ValidationError(_("The observations cannot be read, so they cannot be changed. ") + TELL)
    text = strike_late(interview=interview, question="", text=text, base=base)
    if base is not None and base != revision and present not in text:
        text = present if text in present else f"{present.rstrip()}\n\n{text}"
    if text != present:
        interview.observations, interview.observations_revision = text, revision + 1
        interview.save(update_fields=["observations", "observations_revision", "updated_at"])
        record("interview.observed", by=by, assessment=interview.assessment, target=interview)
    else:
        interview.observations, interview.observations_revision = text, revision
    return interview
