"""What every change to a draft needs: its row locked, its document checked, its audit event."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from instruments.models import Instrument, Translation
from instruments.querysets import DiscardedDraftError, PublishedVersionError
from instruments.schema import parse, source_language
from instruments.signals import instrument_changed
from instruments.texts import mark, texts


class ConflictError(Exception):
    """Another member has changed the same part. `current` is the part as it is now; nothing was saved."""

    def __init__(self, current: Any, message: str = ""):
        self.current = current
        super().__init__(message or _("Another member has changed the same part."))


def record_change(action: str, *, by: Any, target: Instrument, **detail: Any) -> None:
    instrument_changed.send(sender=Instrument, action=f"instrument.{action}", by=by, target=target, detail=detail)


def lock_draft(draft: Instrument) -> Instrument:
    """The row as it is now, locked until the transaction ends.

    Raises `PublishedVersionError`, or `DiscardedDraftError`, which is one of them.
    """
    locked: Instrument = Instrument.objects.select_for_update().get(pk=draft.pk)
    if locked.is_discarded:
        raise DiscardedDraftError(
            _("{draft} was discarded. Restore it from the trash of the instruments first.").format(draft=locked)
        )
    if locked.is_published:
        raise PublishedVersionError(
            _("{draft} is published and cannot change. Adapt it: that makes a draft version.").format(draft=locked)
        )
    return locked


@transaction.atomic
def change(*, draft: Instrument, by: Any, edit: Callable[[Any], Any], what: str) -> Instrument:
    """Apply `edit` (document -> new document) to the current draft, if the result is a valid definition.

    Because it is applied to the current document under a lock, edits of different parts never undo each other.
    Raises `DefinitionError`, `PublishedVersionError`, `paths.PathError`, and whatever `edit` raises.
    """
    locked = lock_draft(draft)
    before = locked.definition
    after = edit(before)
    parse(locked.kind, after)
    locked.definition = after
    locked.revision += 1
    locked.save(update_fields=["definition", "revision"])
    keep_source_marks(locked, dict(texts(before)), dict(texts(after)))
    record_change("changed", by=by, target=locked, what=what)
    return locked


def keep_source_marks(draft: Instrument, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Store, for every translation whose source text has just changed, which text it was made from."""
    source = source_language(draft.definition)
    stale = [
        Translation(instrument=draft, language=language, key=key, source_mark=mark(before[key][source]))
        for key, text in after.items()
        if source in before.get(key, {}) and mark(before[key][source]) != mark(text[source])
        for language, words in text.items()
        if language != source and words.strip() and words == before[key].get(language)
    ]
    Translation.objects.bulk_create(stale, ignore_conflicts=True)  # an older mark stays: it belongs to the older source
    draft.translations.exclude(key__in=list(after)).delete()
