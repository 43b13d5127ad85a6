"""Written files can be read only by their owner, and SQLite overwrites deleted content."""

import json
import os
import subprocess
import sys
from pathlib import Path

from ctnat.private_files import create_privately, make_private

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {"SECRET_KEY": "k" * 60, "FIELD_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "CTNAT_PRODUCTION": "1"}
SCRIPT = """
import json, os, django
from pathlib import Path
os.umask(0o022)
django.setup()
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE words (word text)")
    found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("secure_delete", "temp_store")}
default_storage.save("folder/name.txt", ContentFile(b"words"))
found["modes"] = {
    str(path.relative_to(settings.VAR_DIR)): oct(path.stat().st_mode & 0o777)
    for path in (settings.VAR_DIR, *settings.VAR_DIR.rglob("*"))
}
print(json.dumps(found))
"""


def test_database_log_and_uploads_are_the_owners_alone_also_those_of_an_earlier_version(tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.mkdir(mode=0o755)
    (var / "ctnat.sqlite3").touch(mode=0o644)
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    given = clean | GIVEN | {"CTNAT_VAR": str(var), "DJANGO_SETTINGS_MODULE": "ctnat.settings"}
    command = [sys.executable, "-c", SCRIPT]
    run = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True)  # noqa: S603 -- our own script
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert (found["secure_delete"], found["temp_store"]) == (1, 2)  # on, in memory
    texts = {path: found["modes"].pop(path) for path in [*found["modes"]] if path.startswith("locale")}  # compiled
    assert set(texts.values()) == {"0o700", "0o600"}
    assert found["modes"] == {
        ".": "0o700",
        "ctnat.sqlite3": "0o600",
        "ctnat.sqlite3-wal": "0o600",
        "ctnat.sqlite3-shm": "0o600",
        "files": "0o700",
        "files/folder": "0o700",
        "files/folder/name.txt": "0o600",
    }


def test_shared_folders_and_missing_files_are_left_unchanged(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    make_private(shared, tmp_path / "missing")
    assert shared.stat().st_mode & 0o7777 == 0o1777


def test_a_stricter_mask_stays() -> None:
    before = os.umask(0o177)
    try:
        create_privately()
        assert os.umask(0o177) == 0o177
    finally:
        os.umask(before)
