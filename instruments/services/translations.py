"""Translations of a version: saved one by one or from a workbook, and reviewed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from instruments import paths
from instruments.models import Instrument, Translation
from instruments.schema import source_language
from instruments.services.drafts import ConflictError, change, lock_draft, record_change
from instruments.texts import is_language, is_text, mark, seen_mark, texts, translation_faults, with_texts


def save_translation(*, draft: Instrument, language: str, key: str, text: str, was: str, by: Any) -> Instrument:
    """Set one translated text, if it still equals `was`. A blank text removes the translation.

    Raises `ConflictError`, `ValidationError` (placeholders, language), `PublishedVersionError`, `paths.PathError`.
    """

    def edit(document: Any) -> Any:
        current = _text_at(document, key)
        if current.get(language, "").strip() not in (was.strip(), text.strip()):
            raise ConflictError(current.get(language, ""))
        return document

    with transaction.atomic():
        edit(lock_draft(draft).definition)
        return save_translations(draft=draft, language=language, changes={key: text}, by=by)


@transaction.atomic
def save_translations(
    *,
    draft: Instrument,
    language: str,
    changes: Mapping[str, str],
    by: Any,
    made_from: Mapping[str, str] | None = None,
    was: Mapping[str, str] | None = None,
) -> Instrument:
    """Set many texts of one language, all or none; they become drafts.

    `made_from` holds the marks of the English that they were made from, where it is not the present one. `was` holds
    the texts that they replace: where one is another by now, `ConflictError` is raised with the keys.
    """
    locked = lock_draft(draft)
    if was is not None:
        present = {key: text.get(language, "").strip() for key, text in texts(locked.definition)}
        if changed := [key for key, text in was.items() if present.get(key) != text]:
            raise ConflictError(changed)
    source = source_language(locked.definition)
    if language == source or not is_language(language):
        raise ValidationError(_("{language!r} is no language to translate into.").format(language=language))
    sources = {key: _text_at(locked.definition, key)[source] for key in changes}
    faults = [f"{key}: {fault}" for key, text in changes.items() for fault in translation_faults(sources[key], text)]
    if faults:
        raise ValidationError(faults)
    saved = change(
        draft=locked,
        by=by,
        edit=lambda document: with_texts(document, language, changes),
        what=f"{len(changes)} texts in {language}",
    )
    locked.translations.filter(language=language, key__in=list(changes)).delete()
    Translation.objects.bulk_create(
        Translation(instrument=locked, language=language, key=key, source_mark=source_mark)
        for key, source_mark in (made_from or {}).items()
        if source_mark != mark(sources[key]) and changes[key].strip()
    )
    return saved


def _text_at(document: Any, key: str) -> Any:
    text = paths.at(document, key)
    if not is_text(text):
        raise paths.PathError(key)
    return text


@transaction.atomic
def review(
    *,
    instrument: Instrument,
    language: str,
    keys: Iterable[str],
    by: Any,
    reviewed: bool = True,
    seen: Mapping[str, str] | None = None,
) -> int:
    """Record or withdraw a person's review of these translations. Returns how many there were.

    Allowed on published versions, because no text changes. Missing translations are skipped. `seen` has for
    each key the mark of what the person read (`TextState.seen`): where the text or its source has changed since,
    `ConflictError` is raised with those keys, and nothing is recorded; None does not ask.
    """
    locked = Instrument.objects.select_for_update().get(pk=instrument.pk)
    shown = list(texts(locked.shown_definition))
    wanted, source = set(keys), source_language(locked.definition)
    found = {
        key: text for key, text in shown if key in wanted and language != source and text.get(language, "").strip()
    }
    if seen is not None:
        now = {key: seen_mark(text[source], text.get(language, "")) for key, text in shown}
        if changed := [key for key in wanted if now.get(key) != seen.get(key)]:
            raise ConflictError(changed)
    for key, text in found.items():
        values: dict[str, Any] = {"status": Translation.Status.DRAFT, "reviewed_at": None}
        if reviewed:
            values = {
                "status": Translation.Status.REVIEWED,
                "reviewed_at": timezone.now(),
                "source_mark": mark(text[source]),
            }
        Translation.objects.update_or_create(
            instrument=locked,
            language=language,
            key=key,
            defaults=values,
            create_defaults={"source_mark": mark(text[source]), **values},
        )
    if found:
        verb = "translation_reviewed" if reviewed else "translation_reopened"
        record_change(verb, by=by, target=locked, language=language, texts=len(found))
    return len(found)
