"""Entries of a draft: changed, added, removed, restored, moved."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from instruments import paths
from instruments.models import Instrument, RemovedEntry, Translation
from instruments.schema import parse
from instruments.services.drafts import ConflictError, change, lock_draft, record_change


def check_entry(*, draft: Instrument, path: str, becomes: Any) -> None:
    """Raise `DefinitionError` if the draft would be invalid with `becomes` at `path`. Changes nothing."""
    parse(draft.kind, paths.replaced(draft.definition, path, becomes))


def change_entry(*, draft: Instrument, path: str, was: Any, becomes: Any, by: Any) -> Instrument:
    """Replace the entry at `path`, if it still equals `was`. Raises `ConflictError` with the current entry."""

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


@transaction.atomic
def remove_entry(*, draft: Instrument, path: str, by: Any, seen: str | None = None) -> RemovedEntry:
    """Remove the entry at `path`, with all that belongs to it. `restore_entry` puts back what is returned.

    `seen` is the `entry_mark` of the entry as it was shown: where it has changed since, `ConflictError` is raised.
    None does not ask.
    """
    locked = lock_draft(draft)
    entry = paths.at(locked.definition, path)
    if seen is not None and seen != paths.entry_mark(entry):
        raise ConflictError(
            entry,
            _("{code} was edited since you opened the page. Read it, then remove it again.").format(
                code=path.rpartition("/")[2]
            ),
        )
    below = Q(key__startswith=f"{path}/")
    fields = ("language", "key", "status", "source_mark", "reviewed_at")
    removed = RemovedEntry.objects.create(
        instrument=locked,
        path=path,
        position=paths.position_of(locked.definition, path),
        entry=entry,
        translations=[
            {**row, "reviewed_at": row["reviewed_at"] and row["reviewed_at"].isoformat()}
            for row in locked.translations.filter(below).values(*fields)
        ],
    )
    change(draft=locked, by=by, edit=lambda document: paths.removed(document, path), what=f"{path} removed")
    return removed


@transaction.atomic
def restore_entry(*, removed: RemovedEntry, by: Any) -> Instrument:
    """Put an entry back where it was, with the review state of its translations.

    Raises `DefinitionError` or `PathError` where the draft has changed so that it no longer fits, and `ConflictError`
    where it was restored before, also by the same press sent twice.
    """
    row = _removed_still(removed)
    place = paths.parent_of(row.path)[0]
    changed = change(
        draft=row.instrument,
        by=by,
        edit=lambda document: paths.inserted_at(document, place, row.entry, row.position),
        what=f"{row.path} restored",
    )
    Translation.objects.bulk_create(
        Translation(
            instrument=changed,
            **{**kept, "reviewed_at": kept["reviewed_at"] and datetime.fromisoformat(kept["reviewed_at"])},
        )
        for kept in row.translations
    )
    row.delete()
    return changed


@transaction.atomic
def keep_removed(*, removed: RemovedEntry, by: Any) -> None:
    """Leave an entry removed for good, so that the one removed before it can be restored. Raises `ConflictError`."""
    row = _removed_still(removed)
    record_change("changed", by=by, target=row.instrument, what=f"{row.path} left removed")
    row.delete()


def _removed_still(removed: RemovedEntry) -> RemovedEntry:
    """The row under the lock of its draft."""
    lock_draft(removed.instrument)
    row: RemovedEntry | None = RemovedEntry.objects.filter(pk=removed.pk).select_related("instrument").first()
    if row is None:
        raise ConflictError(None, _("{code} is no longer among the removed entries.").format(code=removed.code))
    return row


def move_entry(*, draft: Instrument, path: str, places: int, by: Any, order: str | None = None) -> Instrument:
    """Move the entry at `path` by so many places in its list.

    `order` is the `order_mark` of the list as it was shown: where its entries are others now, or in another order,
    `ConflictError` is raised, also where the same press was sent twice. None does not ask.
    """

    def edit(document: Any) -> Any:
        entries = paths.at(document, paths.parent_of(path)[0])
        if order is not None and isinstance(entries, list) and order != paths.order_mark(entries):
            raise ConflictError(
                entries,
                _("The order of the entries has changed since you opened the page. Look at it, then move again."),
            )
        return paths.moved(document, path, places)

    return change(draft=draft, by=by, edit=edit, what=f"{path} moved")
