"""Marking passages with themes."""

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.audit import record
from assessments.models import User
from interviews.models import Answer, Coding, Theme
from interviews.passages import nearest


@transaction.atomic
def code_passage(
    *, answer: Answer, theme: Theme, start: int, end: int, by: User | None, quote: str | None = None
) -> Coding:
    """Marks characters `start` to `end` of the answer's text, white space at its edges left out.

    `quote` is what the coder saw there: where the text has changed since, the nearest place of these words is taken.
    Each coder has a row of their own, so that two who agree are seen to agree; the same coder, passage and theme twice
    is one coding. Raises `ValidationError`.
    """
    answer = Answer.objects.select_for_update().select_related("interview__assessment").get(pk=answer.pk)
    if theme.assessment_id != answer.interview.assessment_id:
        raise ValidationError("This theme belongs to another codebook. Choose one of this assessment.")
    if theme.retired_at or theme.merged_into_id:
        raise ValidationError(f"The theme “{theme.label}” is no longer offered. Choose another one.")
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
    if quote is not None and text[max(start, 0) : max(end, 0)] != quote:
        place = nearest(text, quote, start) if quote.strip() else None
        if place is None:
            raise ValidationError("These words are no longer in the notes. Reload the page and mark the passage again.")
        start, end = place, place + len(quote)
    if not 0 <= start < end <= len(text):
        raise ValidationError("Mark some words of the notes first.")
    words = text[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    if start >= end:
        raise ValidationError("Mark some words of the notes first: white space alone says nothing.")
    return start, end


@transaction.atomic
def remove_coding(*, coding: Coding, by: User) -> None:
    record("coding.removed", by=by, assessment=coding.theme.assessment, target=coding, label=_label(coding))
    coding.delete()


@transaction.atomic
def set_released(*, coding: Coding, released: bool, by: User) -> Coding:
    """Whether the report may quote the passage. Raises `ValidationError` where its words are gone."""
    if released and coding.lost:
        raise ValidationError("The words of this passage are no longer in the notes, so that it cannot be quoted.")
    coding.released = released
    coding.save(update_fields=["released"])
    action = "coding.released" if released else "coding.withheld"
    record(action, by=by, assessment=coding.theme.assessment, target=coding, label=_label(coding))
    return coding


def _label(coding: Coding) -> str:
    return f"{coding.answer.interview.code}/{coding.answer.question}: {coding.theme.code}"
