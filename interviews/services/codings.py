"""Passages marked with themes: marking, releasing for quotation, and following the notes as they are edited."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import Organisation, User
from assessments.services.organisations import organisation_changed
from interviews.attribution import Register, is_outdated
from interviews.consent import consent_of
from interviews.models import Answer, Coding, Interview, Theme
from interviews.passages import nearest, reanchor


@transaction.atomic
def code_passage(
    *, answer: Answer, theme: Theme, start: int, end: int, by: User | None, quote: str | None = None
) -> Coding:
    """Mark characters `start` to `end` of the answer's text, without white space at its edges.

    `quote` is what the coder saw there: where the text has changed since, the nearest place of these words is taken.
    Each coder has a row of their own, so that agreement can be seen; the same coder, passage and theme twice
    is one coding. Raises `ValidationError`.
    """
    answer = Answer.objects.select_for_update(of=("self",)).select_related("interview__assessment").get(pk=answer.pk)
    if theme.assessment_id != answer.interview.assessment_id:
        raise ValidationError(_("This theme belongs to another codebook. Choose one of this assessment."))
    theme.retired_at = Theme.objects.select_for_update().get(pk=theme.pk).retired_at
    if theme.retired_at:  # includes merged themes
        raise ValidationError(
            _("The theme “{label}” is no longer in use. Choose another one.").format(label=theme.label)
        )
    start, end = _edges(answer.text, start, end, quote)
    coding, created = Coding.objects.get_or_create(
        answer=answer,
        theme=theme,
        start=start,
        end=end,
        coder=by,
        lost=False,
        defaults={"quote": answer.text[start:end], "length": end - start},
    )
    if created:
        record("coding.added", by=by, assessment=theme.assessment, target=coding, label=_label(coding))
    return coding


def _edges(text: str, start: int, end: int, quote: str | None) -> tuple[int, int]:
    """Of the passage without white space around it; of `quote` the occurrence nearest to `start`."""
    if quote is not None:
        if not quote.strip():
            raise ValidationError(_("Select some text in the notes first."))
        place = nearest(text, quote, start)
        if place is None:
            raise ValidationError(
                _("This passage is no longer in the notes. Reload the page and select the passage again.")
            )
        start, end = place, place + len(quote)
    if not 0 <= start <= end <= len(text):
        raise ValidationError(_("Select some text in the notes first."))
    words = text[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    if start >= end:
        raise ValidationError(_("Select some text in the notes first: a passage cannot consist of spaces only."))
    return start, end


@transaction.atomic
def remove_coding(*, coding: Coding, by: User) -> None:
    """Twice is once."""
    if _lock_coding(coding) is None:
        return
    record("coding.removed", by=by, assessment=coding.theme.assessment, target=coding, label=_label(coding))
    coding.delete()


@transaction.atomic
def release_passage(
    *,
    coding: Coding,
    by: User | None,
    words_hash: str | None = None,
    attribution: str | None = None,
    name_agency: bool = False,
) -> Coding:
    """Allow the report to quote the passage in its current words. Raises `ValidationError` where they are gone.

    `words_hash` is of the words that the user read (`Coding.words_hash`), `attribution` the attribution that was shown:
    others are not released unseen. With `name_agency`, which is to be agreed with the agency, its
    name is stored too, for reports that may name agencies. Consent that was refused or withdrawn is an error; that
    nobody was asked is not.
    """
    # The interview is locked as it is while consent is recorded, so that the two cannot miss each other.
    Interview.objects.select_for_update(of=("self",)).filter(answers=coding.answer_id).first()
    now = _lock_coding(coding)
    if now is None:
        raise ValidationError(_("This mark was removed in the meantime, so the passage cannot be quoted."))
    coding, interview = now, now.answer.interview
    consent = consent_of(interview)
    if consent.refusal:
        raise ValidationError(consent.refusal)
    if consent.is_unattributed and name_agency:
        raise ValidationError(
            _("The interviewee agreed to be quoted only without attribution. Do not name the agency.")
        )
    offer = Register(interview.assessment).attribution_of(interview, consent)
    if coding.lost:
        raise ValidationError(_("This passage is no longer in the notes, so it cannot be quoted."))
    if words_hash is not None and words_hash != coding.words_hash:
        raise ValidationError(_("This passage has changed in the meantime. Read the current text, then decide."))
    if attribution is not None and attribution != offer.text:
        raise ValidationError(
            _(
                "The attribution of this passage has changed in the meantime, with the register of stakeholders. Read "
                "the current one, then decide."
            )
        )
    stored = dict(offer.stored)
    if name_agency and interview.organisation:
        stored["agency"] = interview.organisation.name
    if coding.released and (coding.attribution, coding.approved_hash) == (stored, coding.words_hash):
        return coding  # pressed twice: who approved it first stays
    coding.released, coding.withdrawn_at = True, None
    coding.attribution = stored
    coding.approved_quote, coding.approved_hash = coding.quote, coding.words_hash
    coding.approved_by, coding.approved_at = by, timezone.now()
    coding.save()
    record("coding.released", by=by, assessment=coding.theme.assessment, target=coding, label=_label(coding))
    return coding


@transaction.atomic
def withhold_passage(*, coding: Coding, by: User | None) -> None:
    """Withdraw the permission to quote these words, for all themes and coders."""
    now = _lock_coding(coding)
    if now is None:  # its mark was removed meanwhile: nothing of it is quoted
        return
    same = Coding.objects.filter(answer=now.answer_id, start=now.start, end=now.end)
    open_or_released = same.filter(Q(released=True) | ~Q(withdrawn_at=None))
    if not open_or_released.exists():  # pressed twice
        return
    same.update(released=False, withdrawn_at=None)
    record("coding.withheld", by=by, assessment=coding.theme.assessment, target=coding, label=_label(coding))


def _lock_coding(coding: Coding) -> Coding | None:
    """The coding as it is now, None where it was removed. Its answer is locked, as it is while its text is saved: the
    passage cannot move or change before the transaction ends."""
    Answer.objects.select_for_update().get(pk=coding.answer_id)
    found: Coding | None = Coding.objects.select_related("theme", "answer__interview").filter(pk=coding.pk).first()
    return found


@transaction.atomic
def withdraw_outdated(*, interviews: Iterable[Interview], by: User | None) -> None:
    """Withdraw releases whose attribution was agreed on facts that have changed since."""
    for interview in interviews:
        list(Answer.objects.select_for_update().filter(interview=interview).order_by("pk").values("pk"))  # as saves do
        released = Coding.objects.filter(answer__interview=interview, released=True).select_related("answer")
        for coding in released:
            named = coding.attribution.get("agency")
            renamed = named and (interview.organisation is None or interview.organisation.name != named)
            if not renamed and not is_outdated(coding.attribution, interview):
                continue
            coding.released, coding.withdrawn_at = False, timezone.now()
            coding.save(update_fields=["released", "withdrawn_at"])
            record(
                "coding.release_withdrawn",
                by=by,
                assessment=interview.assessment,
                target=coding,
                label=f"{interview.code}/{coding.answer.question}",
            )


@transaction.atomic
def withdraw_releases(*, interview: Interview, by: User | None, attributed_only: bool = False) -> int:
    """Withdraw what was released for quotation, as its consent says now; return how many passages.

    With `attributed_only`, only releases that say something of the person or name the agency.
    """
    list(Answer.objects.select_for_update().filter(interview=interview).order_by("pk").values("pk"))  # as saves do
    found = 0
    for coding in Coding.objects.filter(answer__interview=interview, released=True).select_related("answer"):
        if attributed_only and not (coding.attribution.get("attributes") or coding.attribution.get("agency")):
            continue
        coding.released, coding.withdrawn_at = False, timezone.now()
        coding.save(update_fields=["released", "withdrawn_at"])
        label = f"{interview.code}/{coding.answer.question}"
        record("coding.release_withdrawn", by=by, assessment=interview.assessment, target=coding, label=label)
        found += 1
    return found


@receiver(organisation_changed)
def _organisation_changed(organisation: Organisation, by: User | None, **kwargs: Any) -> None:
    interviews = Interview.objects.filter(organisation=organisation).select_related("organisation", "assessment")
    withdraw_outdated(interviews=interviews, by=by)


def _label(coding: Coding) -> str:
    return f"{coding.answer.interview.code}/{coding.answer.question}: {coding.theme.code}"


def follow_edit(*, answer: Answer, old: str, by: User | None) -> None:
    """Move the codings of `answer`, whose text was `old`, to where their words are now; flag those that were removed.

    A lost passage comes back when its words do. Any change of the words of a released passage withdraws the release:
    it was given for the words that were read.
    """
    for coding in answer.codings.all():
        if coding.lost:
            place = nearest(answer.text, coding.quote, coding.start)
            found = None if place is None else (place, place + len(coding.quote))
        else:
            found = reanchor(old, answer.text, coding.start, coding.end)
            if found and 2 * (found[1] - found[0]) < coding.length:
                found = None
        _store(coding, answer, found, by)


def _store(coding: Coding, answer: Answer, found: tuple[int, int] | None, by: User | None) -> None:
    before = (coding.start, coding.end, coding.quote, coding.lost)
    if found is None:
        coding.lost = True
    else:
        coding.start, coding.end = found
        coding.quote, coding.lost = answer.text[coding.start : coding.end], False
    if (coding.start, coding.end, coding.quote, coding.lost) == before:
        return
    if coding.released and (coding.lost or coding.quote != coding.approved_quote):
        coding.released, coding.withdrawn_at = False, timezone.now()
        interview = answer.interview
        record(
            "coding.release_withdrawn",
            by=by,
            assessment=interview.assessment,
            target=coding,
            label=f"{interview.code}/{answer.question}",
        )
    coding.save(update_fields=["start", "end", "quote", "lost", "released", "withdrawn_at"])  # its theme may be merged
