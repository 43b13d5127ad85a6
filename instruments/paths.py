"""Finding and changing parts of a raw definition by path, without touching the original.

A path names fields, and entries of lists by their `name`: `sections/3/items/3.1/rows/3.1.5/text`. The root is "".
"""

import copy
import hashlib
import json
from typing import Any

Document = dict[str, Any]


class PathError(LookupError):
    """A path that leads to nothing in this document."""


def entry_mark(entry: Any) -> str:
    """A hash by which to see whether an entry has changed since a page was made from it."""
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()[:16]


def order_mark(entries: list[Any]) -> str:
    """A hash of the order of the entries in a list."""
    return entry_mark([entry.get("name") if isinstance(entry, dict) else entry for entry in entries])


def split(path: str) -> list[str]:
    return [step for step in path.split("/") if step]


def _position(entries: list[Any], name: str) -> int:
    for position, entry in enumerate(entries):
        if isinstance(entry, dict) and entry.get("name") == name:
            return position
    raise PathError(name)


def at(document: Any, path: str) -> Any:
    """The part of `document` at `path`. Raises `PathError`."""
    here = document
    for step in split(path):
        if isinstance(here, list):
            here = here[_position(here, step)]
        elif isinstance(here, dict) and step in here:
            here = here[step]
        else:
            raise PathError(path)
    return here


def parent_of(path: str) -> tuple[str, str]:
    """(path of the list or map that holds it, last step)."""
    head, _, last = "/".join(split(path)).rpartition("/")
    return head, last


def replaced(document: Document, path: str, value: Any) -> Document:
    """A copy with the part at `path` replaced, or set where a map does not have it yet; `None` removes a field."""
    if not split(path):
        return copy.deepcopy(value)
    changed = copy.deepcopy(document)
    head, last = parent_of(path)
    holder = at(changed, head)
    if isinstance(holder, list):
        holder[_position(holder, last)] = value
    elif isinstance(holder, dict):
        holder[last] = value
        if value is None:
            del holder[last]
    else:
        raise PathError(path)
    return changed


def inserted(document: Document, path: str, entry: Document, after: str | None = None) -> Document:
    """A copy with `entry` in the list at `path`: behind the entry named `after`, else at the end."""
    changed = copy.deepcopy(document)
    head, last = parent_of(path)
    holder = at(changed, head)
    entries = holder.setdefault(last, []) if isinstance(holder, dict) else None
    if not isinstance(entries, list):
        raise PathError(path)
    entries.insert(len(entries) if after is None else _position(entries, after) + 1, entry)
    return changed


def inserted_at(document: Document, path: str, entry: Document, position: int) -> Document:
    """A copy with `entry` at `position` in the list at `path`, or at its end where the list is shorter by now."""
    changed = copy.deepcopy(document)
    head, last = parent_of(path)
    holder = at(changed, head)
    entries = holder.setdefault(last, []) if isinstance(holder, dict) else None
    if not isinstance(entries, list):
        raise PathError(path)
    entries.insert(position, entry)
    return changed


def position_of(document: Document, path: str) -> int:
    """The place of the entry at `path` in its list, from 0. Raises `PathError`."""
    head, last = parent_of(path)
    holder = at(document, head)
    if not isinstance(holder, list):
        raise PathError(path)
    return _position(holder, last)


def removed(document: Document, path: str) -> Document:
    """A copy without the list entry at `path`."""
    changed = copy.deepcopy(document)
    head, last = parent_of(path)
    holder = at(changed, head)
    if not isinstance(holder, list):
        raise PathError(path)
    del holder[_position(holder, last)]
    return changed


def moved(document: Document, path: str, places: int) -> Document:
    """A copy with the list entry at `path` moved by `places`, no further than the ends of its list."""
    changed = copy.deepcopy(document)
    head, last = parent_of(path)
    holder = at(changed, head)
    if not isinstance(holder, list):
        raise PathError(path)
    old = _position(holder, last)
    entry = holder.pop(old)
    holder.insert(min(max(old + places, 0), len(holder)), entry)
    return changed
