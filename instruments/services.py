"""Changes to instruments. Each writes its audit event, by way of `instrument_changed`, in the same transaction."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from instruments import paths
from instruments.import_notes import Note
from instruments.models import Instrument, Translation
from instruments.querysets import PublishedVersionError
from instruments.schema import DefinitionError, parse, source_language
from instruments.signals import instrument_changed
from instruments.texts import is_language, is_text, mark, texts, translation_faults, with_texts


class ConflictError(Exception):
    """A colleague changed the same part meanwhile. `current` is the part as it is now; nothing was saved."""

    def __init__(self, current: Any):
        self.current = current
        super().__init__("A colleague changed the same part meanwhile.")


def _tell(action: str, *, by: Any, target: Instrument, **detail: Any) -> None:
    instrument_changed.send(sender=Instrument, action=f"instrument.{action}", by=by, target=target, detail=detail)


def _locked_draft(draft: Instrument) -> Instrument:
    """The row as it is now, locked until the transaction ends. Raises `PublishedVersionError`."""
    locked: Instrument = Instrument.objects.select_for_update().get(pk=draft.pk)
    if locked.is_published:
        raise PublishedVersionError(f"{locked} is published and cannot change. Adapt it: that makes a draft version.")
    return locked


def _next_version(kind: str, key: str) -> int:
    """The number after the last; the versions stay locked, so that two people never get the same one."""
    found = Instrument.objects.select_for_update().for_kind(kind).filter(key=key)
    return max(found.values_list("version", flat=True), default=0) + 1


@transaction.atomic
def adapt(*, instrument: Instrument, by: Any) -> Instrument:
    """A draft copy of `instrument`, with what is known of its translations."""
    draft = Instrument.objects.create(
        kind=instrument.kind,
        key=instrument.key,
        version=_next_version(instrument.kind, instrument.key),
        definition=instrument.definition,
        parent=instrument,
    )
    Translation.objects.bulk_create(
        Translation(
            instrument=draft,
            language=known.language,
            key=known.key,
            status=known.status,
            source_mark=known.source_mark,
            reviewed_at=known.reviewed_at,
        )
        for known in instrument.translations.all()
    )
    _tell("adapted", by=by, target=draft, parent=str(instrument))
    return draft


@transaction.atomic
def import_definition(
    *,
    kind: str,
    key: str,
    definition: Any,
    by: Any,
    parent: Instrument | None = None,
    notes: Iterable[Note] = (),
) -> Instrument:
    """A new draft from a whole document; `notes` tell what the file had beyond it.

    Raises `DefinitionError` with every fault, `ValidationError` for a bad key.
    """
    parse(kind, definition)
    draft = Instrument(
        kind=kind,
        key=key,
        version=_next_version(kind, key),
        definition=definition,
        parent=parent,
        import_notes=[note.to_json() for note in notes],
    )
    draft.full_clean()
    draft.save()
    _tell("imported", by=by, target=draft)
    return draft


@transaction.atomic
def publish(*, draft: Instrument, by: Any) -> Instrument:
    """From now on the version is fixed, and assessments may use it. Raises `DefinitionError`."""
    locked = _locked_draft(draft)
    if locked.awaits_decision:
        raise DefinitionError(
            ["Conditions of the imported form were left out. Open “What was imported”, look at each, and confirm."]
        )
    parse(locked.kind, locked.definition)
    locked.published_at = timezone.now()
    locked.save(update_fields=["published_at"])
    _tell("published", by=by, target=locked)
    return locked


@transaction.atomic
def settle_import(*, draft: Instrument, favourable: Mapping[str, str], confirmed: bool, by: Any) -> Instrument:
    """Store which end of each scale is favourable ("first", "last", or blank: not said), and that a person has decided
    on the conditions that were left out. Raises `PublishedVersionError`."""
    locked = _locked_draft(draft)

    def edit(document: Any) -> Any:
        scales = [dict(scale) for scale in document.get("scales", [])]
        for scale in scales:
            said = favourable.get(scale["name"])
            if said in ("first", "last"):
                scale["favourable"] = said
            elif said == "":
                scale.pop("favourable", None)
        return {**document, "scales": scales} if scales else document

    if edit(locked.definition) != locked.definition:
        locked = change(draft=locked, by=by, edit=edit, what="favourable ends of scales")
    if confirmed and locked.awaits_decision:
        locked.import_confirmed_at = timezone.now()
        locked.save(update_fields=["import_confirmed_at"])
        _tell("import_confirmed", by=by, target=locked)
    return locked


@transaction.atomic
def discard(*, draft: Instrument, by: Any) -> None:
    """Delete a draft. Raises `PublishedVersionError`, or `ValidationError` where something was made from it."""
    locked = _locked_draft(draft)
    if locked.children.exists():
        raise ValidationError("Another version was adapted from this draft. Discard that one first.")
    _tell("discarded", by=by, target=locked)
    locked.delete()


@transaction.atomic
def change(*, draft: Instrument, by: Any, edit: Callable[[Any], Any], what: str) -> Instrument:
    """Apply `edit` (document -> new document) to the draft as it is now, if the result is a valid definition.

    Because it is applied to the present document under a lock, edits of different parts never undo each other.
    Raises `DefinitionError`, `PublishedVersionError`, `paths.PathError`, and whatever `edit` raises.
    """
    locked = _locked_draft(draft)
    before = locked.definition
    after = edit(before)
    parse(locked.kind, after)
    locked.definition = after
    locked.revision += 1
    locked.save(update_fields=["definition", "revision"])
    _keep_marks(locked, dict(texts(before)), dict(texts(after)))
    _tell("changed", by=by, target=locked, what=what)
    return locked


def check(*, draft: Instrument, path: str, becomes: Any) -> None:
    """Raise `DefinitionError` if the draft would be invalid with `becomes` at `path`. Changes nothing."""
    parse(draft.kind, paths.replaced(draft.definition, path, becomes))


def change_entry(*, draft: Instrument, path: str, was: Any, becomes: Any, by: Any) -> Instrument:
    """Replace the entry at `path`, if it is still `was`. Raises `ConflictError` with the entry as it is now."""

    def edit(document: Any) -> Any:
        current = paths.at(document, path)
        if current != was:
            raise ConflictError(current)
        return paths.replaced(document, path, becomes)

    return change(draft=draft, by=by, edit=edit, what=path or "title")


def add_entry(*, draft: Instrument, path: str, entry: dict[str, Any], after: str | None, by: Any) -> Instrument:
    """Put a new entry into the list at `path`."""
    what = f"{path}/{entry.get('name', '')} added"
    return change(draft=draft, by=by, edit=lambda document: paths.inserted(document, path, entry, after), what=what)


def remove_entry(*, draft: Instrument, path: str, by: Any) -> Instrument:
    return change(draft=draft, by=by, edit=lambda document: paths.removed(document, path), what=f"{path} removed")


def move_entry(*, draft: Instrument, path: str, places: int, by: Any) -> Instrument:
    edit = lambda document: paths.moved(document, path, places)  # noqa: E731 - as short as its neighbours
    return change(draft=draft, by=by, edit=edit, what=f"{path} moved")


def _keep_marks(draft: Instrument, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Remember, for every translation whose English has just changed, which English it was made from."""
    source = source_language(draft.definition)
    stale = [
        Translation(instrument=draft, language=language, key=key, source_mark=mark(before[key][source]))
        for key, text in after.items()
        if source in before.get(key, {}) and mark(before[key][source]) != mark(text[source])
        for language, said in text.items()
        if language != source and said.strip() and said == before[key].get(language)
    ]
    Translation.objects.bulk_create(stale, ignore_conflicts=True)  # an older mark stays: it tells the older source
    draft.translations.exclude(key__in=list(after)).delete()


def save_translation(*, draft: Instrument, language: str, key: str, text: str, was: str, by: Any) -> Instrument:
    """Set one translated text, if it still is `was`. A blank text removes the translation.

    Raises `ConflictError`, `ValidationError` (placeholders, language), `PublishedVersionError`, `paths.PathError`.
    """

    def edit(document: Any) -> Any:
        current = _text_at(document, key)
        if current.get(language, "").strip() not in (was.strip(), text.strip()):
            raise ConflictError(current.get(language, ""))
        return document

    with transaction.atomic():
        edit(_locked_draft(draft).definition)
        return save_translations(draft=draft, language=language, changes={key: text}, by=by)


@transaction.atomic
def save_translations(
    *,
    draft: Instrument,
    language: str,
    changes: Mapping[str, str],
    by: Any,
    made_from: Mapping[str, str] | None = None,
) -> Instrument:
    """Set many texts of one language, all or none; they become drafts.

    `made_from` holds the marks of the English that they were made from, where it is not the present one.
    """
    locked = _locked_draft(draft)
    source = source_language(locked.definition)
    if language == source or not is_language(language):
        raise ValidationError(f"{language!r} is no language to translate into.")
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
def review(*, instrument: Instrument, language: str, keys: Iterable[str], by: Any, reviewed: bool = True) -> int:
    """Record that a person has reviewed these translations (or take it back). How many there were.

    Allowed on published versions: the words stay as they are. Missing translations are passed over.
    """
    locked = Instrument.objects.select_for_update().get(pk=instrument.pk)
    wanted, source = set(keys), source_language(locked.definition)
    found = {
        key: text
        for key, text in texts(locked.definition)
        if key in wanted and language != source and text.get(language, "").strip()
    }
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
        _tell(verb, by=by, target=locked, language=language, texts=len(found))
    return len(found)
