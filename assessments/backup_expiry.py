"""Expiry of backups: the backup command removes those of this site that are too old, and nothing else.

What was erased from the site is still in its backups, so these have to expire. A folder counts as a backup of this
site only by its manifest, and of what is in it only the files that the manifest lists are removed.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

MADE_BY = "CT-NAT backup"
PART = ".part"
UNFINISHED = "unfinished.json"  # in the folder of a backup that is being written, or whose process was killed
UNFINISHED_DAYS = 2


def lies_inside(name: str) -> bool:
    """A name in a manifest must not lead out of its folder."""
    path = Path(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def expire_backups(parent: Path, *, keep: Path) -> Iterator[str]:
    """Remove the backups of this site in `parent` that are older than BACKUP_DAYS, except `keep`.

    Reports each that was removed, and each that was kept although it is too old. BACKUP_DAYS 0 keeps all.
    """
    if not settings.BACKUP_DAYS:
        return
    now = timezone.now()
    for folder in sorted(parent.iterdir()):
        if folder == keep or folder.is_symlink() or not folder.is_dir():
            continue
        if folder.name.endswith(PART):
            made = _made_at(_read(folder / UNFINISHED))
            if made and made < now - timedelta(days=UNFINISHED_DAYS) and remove_unfinished(folder):
                yield f"removed {folder}: a backup that was never finished"
            continue
        manifest = _read(folder / "manifest.json")
        made = _made_at(manifest)
        if made and made < now - timedelta(days=settings.BACKUP_DAYS):
            yield _remove(folder, manifest, made)


def backups_in(parent: Path) -> Iterator[tuple[datetime, Path]]:
    """(when it was made, its folder) of each finished backup of this site in `parent`, in no order."""
    try:
        folders = [folder for folder in parent.iterdir() if folder.is_dir() and not folder.name.endswith(PART)]
    except OSError:
        return
    for folder in folders:
        if made := _made_at(_read(folder / "manifest.json")):
            yield made, folder


def _read(path: Path) -> dict[str, Any]:
    """The manifest of a backup of this site; empty where this site wrote none."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    ours = isinstance(found, dict) and found.get("made_by") == MADE_BY and found.get("site") == settings.SITE_URL
    return found if ours else {}


def _made_at(about: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(about["made_at"])
    except (KeyError, TypeError, ValueError):
        return None


def _remove(folder: Path, manifest: dict[str, Any], made: datetime) -> str:
    listed = [name for name in manifest.get("sha256", {}) if lies_inside(name)]
    for name in listed:
        (folder / name).unlink(missing_ok=True)
    (folder / "manifest.json").unlink()
    for inner in sorted(folder.rglob("*"), reverse=True):
        if inner.is_dir() and not inner.is_symlink() and not any(inner.iterdir()):
            inner.rmdir()
    if any(folder.iterdir()):
        return f"emptied {folder} of {made:%d %B %Y}; files that no backup wrote are left in it"
    folder.rmdir()
    return f"removed {folder} of {made:%d %B %Y}: older than {settings.BACKUP_DAYS} days"


def remove_unfinished(part: Path) -> bool:
    """Remove the folder of a backup that was not finished. False, and nothing happens, where it is none of ours."""
    if not part.name.endswith(PART) or part.is_symlink() or not _read(part / UNFINISHED):
        return False
    marker = part / UNFINISHED
    inside = sorted(part.rglob("*"), reverse=True)  # the content of a folder before the folder
    for path in inside:
        if path == marker:
            continue
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()
    marker.unlink()  # last, so that a second try recognises the folder
    part.rmdir()
    return True
