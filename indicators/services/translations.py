"""Translations of an assessment's texts: saved one by one or from a workbook, and reviewed."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.audit import record
from assessments.known_names import certain_names
from assessments.locks import lock_assessment
from assessments.models import Assessment, User
from ctnat.ui.errors import ConflictError, InputError
from ctnat.ui.seen import Marks, check_seen
from indicators.models import Translation
from indicators.services.checks import check_text
from indicators.translation_states import TextState, may_translate_into, text_states
from instruments.texts import mark

ORIGINAL_CHANGED = gettext_lazy(
    "The original has changed since you opened this page, so your translation was not saved. It is still here: compare "
    "it with the original as it is now, then save again."
)
NAMES = gettext_lazy(
    "This text names a person, and your role may not see names. Ask a lead or a consultant to translate it."
)


@transaction.atomic
def save_translation(
    *,
    assessment: Assessment,
    language: str,
    key: str,
    text: str,
    by: User | None,
    seen: Marks | None = None,
    source_mark: str | None = None,
    sees_names: bool = True,
) -> TextState:
    """Set the translation of one text; a blank one removes it. Saving it again confirms that it fits the original.

    `key` is the text's (`recommendation:12/text`). `seen` has the mark of the translation that was shown, and
    `source_mark` is that of the original that was shown: where one of them is another by now, `ConflictError` is
    raised and nothing changes; None does not ask. Raises `InputError`.
    """
    lock_assessment(assessment)
    state = _current(assessment, language).get(key)
    if state is None:
        raise InputError(_("This text was removed, or is no longer shown. Nothing was saved. Reload the page."))
    if not sees_names and names_someone(assessment, state):
        raise InputError(NAMES)
    text = check_text(text, _("translation"))
    if source_mark is not None and source_mark != state.source_mark:
        raise ConflictError(state, str(ORIGINAL_CHANGED))
    row = state.row
    check_seen(row or Translation(), seen, {"text": text}, {"text": state.target})
    if row and row.text == text and row.source_mark == state.source_mark:  # saved without a change, or sent twice
        return state
    if row or text:
        _store(assessment, state, language, text, state.source_mark, by)
    return _current(assessment, language)[key]


@transaction.atomic
def save_translations(
    *,
    assessment: Assessment,
    language: str,
    changes: Mapping[str, str],
    was: Mapping[str, str],
    made_from: Mapping[str, str],
    by: User | None,
    sees_names: bool = True,
) -> int:
    """Set many translations into one language, all or none. Returns how many.

    `was` holds the texts that they replace, `made_from` the marks of the originals that the translator had. Where a
    text is another by now, `ConflictError` is raised with their keys. A translation made from an earlier original
    is stored as one that is out of date.
    """
    lock_assessment(assessment)
    states = _current(assessment, language)
    gone = [key for key in changes if key not in states]
    changed = [key for key, text in was.items() if key in states and states[key].target != text]
    if gone or changed:
        raise ConflictError([*gone, *changed])
    for key, text in changes.items():
        if not sees_names and names_someone(assessment, states[key]):
            raise InputError(f"{states[key].text.place}: {NAMES}")
        text = check_text(text, f"translation of {states[key].text.place}")
        _store(assessment, states[key], language, text, made_from.get(key) or states[key].source_mark, by)
    return len(changes)


@transaction.atomic
def review_translations(
    *,
    assessment: Assessment,
    language: str,
    seen: Mapping[str, str],
    by: User | None,
    reviewed: bool = True,
) -> int:
    """Record or withdraw a person's review of these translations. Returns how many there were.

    `seen` has for the key of each text the mark of what was read (`TextState.seen`), which is stored with the review:
    where original or translation are others by now, `ConflictError` is raised with their keys, and nothing changes.
    Missing translations and those out of date are skipped.
    """
    lock_assessment(assessment)
    states = _current(assessment, language)
    if changed := [key for key, read in seen.items() if key not in states or states[key].seen != read]:
        raise ConflictError(changed)
    count = 0
    for key in seen:
        row = states[key].row
        if row is None or states[key].state not in ("draft", "reviewed"):
            continue
        count += 1
        if (states[key].state == "reviewed") == reviewed:  # sent twice
            continue
        row.reviewed_by, row.reviewed_at = (by, timezone.now()) if reviewed else (None, None)
        row.reviewed_mark = states[key].seen if reviewed else ""
        row.revision += 1
        row.save(update_fields=["reviewed_by", "reviewed_at", "reviewed_mark", "revision"])
    if count:
        verb = "translation.reviewed" if reviewed else "translation.reopened"
        record(verb, by=by, assessment=assessment, language=language, texts=sorted(seen))
    return count


def forget_translations(assessment: Assessment, targets: Iterable[str]) -> None:
    """Delete the translations of objects that are deleted."""
    Translation.objects.for_assessment(assessment).filter(target__in=list(targets)).delete()


def names_someone(assessment: Assessment, state: TextState) -> bool:
    """Whether the original or the translation names a person who was interviewed or invited."""
    return bool(certain_names(assessment, f"{state.text.words}\n{state.target}"))


def _current(assessment: Assessment, language: str) -> dict[str, TextState]:
    """Key -> state of every text. Raises `InputError` for what is no language."""
    if not may_translate_into(language):
        raise InputError(
            _("“{language}” is not a language to translate into. Choose one from the list.").format(
                language=language[:20]
            )
        )
    return {state.text.key: state for state in text_states(assessment, language)}


def _store(
    assessment: Assessment, state: TextState, language: str, text: str, source_mark: str, by: User | None
) -> None:
    target, field = state.text.target, state.text.field
    rows = Translation.objects.select_for_update().for_assessment(assessment)
    row = rows.filter(target=target, field=field, language=language).first() if text else state.row
    row = row or Translation(assessment=assessment, target=target, field=field, language=language, revision=0)
    row.text, row.source_mark, row.by, row.updated_at = text, source_mark, by, timezone.now()
    row.reviewed_by, row.reviewed_at, row.reviewed_mark = None, None, ""
    row.revision += 1
    row.save()
    verb = "translation.saved" if text else "translation.removed"
    record(verb, by=by, assessment=assessment, target=row, is_current=source_mark == mark(state.text.words))
