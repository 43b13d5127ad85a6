"""Corrections of words in a published version, while it is in use. The stored definition stays as it was published."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ctnat.ui.errors import ConflictError, InputError
from instruments import paths
from instruments.fault_words import shown_faults
from instruments.models import Correction, Instrument, Translation
from instruments.schema import DefinitionError, parse, source_language
from instruments.services.drafts import keep_source_marks, record_change
from instruments.texts import Overlay, is_language, is_text, mark, overlaid, siblings_of, texts, translation_faults

REASON_LIMIT = 500
NEEDS_REASON = gettext_lazy("Give the reason: it is printed with the limits of the results.")
NEEDS_SAME = gettext_lazy(
    "Only words that mean the same can be corrected while answers come in. Tick the box if they do. Otherwise adapt "
    "this version, and let the survey go over to the new one."
)


class SameAsAnotherError(InputError):
    """Another option of the question has the same words in this language: two labels may have been swapped."""


@transaction.atomic
def correct(
    *,
    instrument: Instrument,
    language: str,
    key: str,
    was: str,
    becomes: str,
    by: Any,
    reason: str = "",
    means_same: bool = False,
    same_as_another: bool = False,
) -> Correction:
    """Show other words for one text of a published version from now on; its translations then have to be checked.

    `was` are the words that the page showed: where others have been stored since, `ConflictError` is raised. The same
    form sent twice is one correction. In the source language a `reason` is needed and `means_same`. A translation with
    the words of another option needs `same_as_another`. Raises `ValidationError`.
    """
    locked: Instrument = Instrument.objects.select_for_update().get(pk=instrument.pk)
    source = source_language(locked.definition)
    if not locked.is_published:
        raise InputError(_("{draft} is a draft: edit it instead of correcting it.").format(draft=locked))
    if language != source and not is_language(language):
        raise InputError(_("{language!r} is no language to translate into.").format(language=language))
    before = locked.shown_definition
    present = _text_at(before, key)
    words, now = becomes.replace("\r\n", "\n").strip(), present.get(language, "").strip()
    shown = was.replace("\r\n", "\n").strip()
    last: Correction | None = locked.corrections.filter(key=key, language=language).last()
    if last and words == now and last.was.strip() == shown != now:  # sent twice
        return last
    if now != shown:
        raise ConflictError(
            now,
            _(
                "Another member has corrected this text to “{current}” since you opened the page. Nothing was stored. "
                "Compare it with yours, then save again if yours should replace it."
            ).format(current=now),
        )
    _check_words(before, key, language, words, now, present[source], same_as_another)
    if language == source:
        _check_meaning(reason, means_same)
    if len(reason.strip()) > REASON_LIMIT:
        raise InputError({"reason": _("Use at most {n} characters.").format(n=REASON_LIMIT)})
    corrected: Overlay = {**locked.corrected, key: {**locked.corrected.get(key, {}), language: words}}
    after = overlaid(locked.definition, corrected)
    try:
        parse(locked.kind, after)
    except DefinitionError as error:
        raise InputError({"becomes": shown_faults(error)}) from None
    made: Correction = Correction.objects.create(
        instrument=locked,
        number=locked.corrections_made + 1,
        language=language,
        key=key,
        was=now,
        becomes=words,
        reason=reason.strip(),
        is_source=language == source,
        means_same=True if language == source else None,
        by=by,
    )
    locked.corrections_made, locked.corrected = made.number, corrected
    locked.save(update_fields=["corrections_made", "corrected"])
    if language == source:
        keep_source_marks(locked, dict(texts(before)), dict(texts(after)))
    else:
        locked.translations.filter(language=language, key=key).delete()  # a draft, made from the present source text
    record_change("corrected", by=by, target=locked, number=made.number, language=language, text=key)
    return made


@transaction.atomic
def correct_translations(
    *,
    instrument: Instrument,
    language: str,
    changes: Mapping[str, str],
    was: Mapping[str, str],
    made_from: Mapping[str, str],
    by: Any,
) -> int:
    """Show translations from a workbook in a published version from now on, all or none. Returns how many.

    `was` holds the words that they replace: where others have been stored since, `ConflictError` is raised with the
    keys. `made_from` are the marks of the source texts that the translator had. Raises `ValidationError`.
    """
    locked: Instrument = Instrument.objects.select_for_update().get(pk=instrument.pk)
    source, before = source_language(locked.definition), locked.shown_definition
    if not locked.is_published or language == source or not is_language(language):
        raise InputError(_("{language!r} is no language to translate into.").format(language=language))
    present = dict(texts(before))
    if changed := [key for key in changes if key not in present or present[key].get(language, "").strip() != was[key]]:
        raise ConflictError(changed)
    corrected: Overlay = {key: dict(given) for key, given in locked.corrected.items()}
    for key, words in changes.items():
        corrected.setdefault(key, {})[language] = words.strip()
    after = overlaid(locked.definition, corrected)
    faults = [f"{key}: {fault}" for key, words in changes.items() for fault in _faults_of(after, key, language, words)]
    if faults:
        raise InputError(faults)
    try:
        parse(locked.kind, after)
    except DefinitionError as error:
        raise InputError(shown_faults(error)) from None
    Correction.objects.bulk_create(
        [
            Correction(
                instrument=locked,
                number=number,
                language=language,
                key=key,
                was=was[key],
                becomes=words.strip(),
                is_source=False,
                by=by,
            )
            for number, (key, words) in enumerate(changes.items(), start=locked.corrections_made + 1)
        ],
        batch_size=100,
    )
    locked.corrections_made, locked.corrected = locked.corrections_made + len(changes), corrected
    locked.save(update_fields=["corrections_made", "corrected"])
    locked.translations.filter(language=language, key__in=list(changes)).delete()
    Translation.objects.bulk_create(
        Translation(instrument=locked, language=language, key=key, source_mark=source_mark)
        for key, source_mark in made_from.items()
        if key in changes and source_mark != mark(present[key][source])
    )
    record_change("corrected", by=by, target=locked, language=language, texts=sorted(changes))
    return len(changes)


def _faults_of(after: Any, key: str, language: str, words: str) -> list[str]:
    """What is wrong with the words of a workbook, once all of them are in place."""
    if not words.strip():
        return [_("Enter the corrected text.")]
    found = translation_faults(_text_at(after, key)[source_language(after)], words)
    same = [name for name, other in siblings_of(after, key, language) if _same(other, words)]
    return found + [_("{code} has the same words in this language.").format(code=code) for code in same[:1]]


def _text_at(document: Any, key: str) -> dict[str, str]:
    try:
        found: Any = paths.at(document, key)
    except paths.PathError:
        found = None
    if not is_text(found):
        raise InputError(_("This version has no such text. Choose one from the list of its texts."))
    return dict(found)


def _check_words(
    document: Any, key: str, language: str, words: str, now: str, source: str, same_as_another: bool
) -> None:
    if not words:
        raise InputError({"becomes": _("Enter the corrected text.")})
    if words == now:
        raise InputError({"becomes": _("This is the text as it is. Change what is wrong, then save.")})
    is_source = language == source_language(document)
    if faults := translation_faults(now if is_source else source, words):
        raise InputError({"becomes": faults})
    code = next((name for name, other in siblings_of(document, key, language) if _same(other, words)), None)
    if code is None or (same_as_another and not is_source):
        return
    if is_source:
        raise InputError(
            {
                "becomes": _(
                    "{code} has the same words. Two options with the same words cannot be told apart, and exchanging "
                    "two labels would change what was answered. Adapt this version instead."
                ).format(code=code)
            }
        )
    raise SameAsAnotherError(
        {
            "becomes": _(
                "{code} has the same words in this language. If two translations were exchanged by mistake, tick the "
                "box below, save, and then correct {code} too."
            ).format(code=code)
        }
    )


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _check_meaning(reason: str, means_same: bool) -> None:
    faults: dict[str, Any] = {}
    if not means_same:
        faults["means_same"] = NEEDS_SAME
    if not reason.strip():
        faults["reason"] = NEEDS_REASON
    if faults:
        raise InputError(faults)
