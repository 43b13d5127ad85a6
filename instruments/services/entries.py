"""Entries of a draft: changed, added, removed, moved."""

from typing import Any

from instruments import paths
from instruments.models import Instrument
from instruments.schema import parse
from instruments.services.drafts import ConflictError, change


def check_entry(*, draft: Instrument, path: str, becomes: Any) -> None:
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
