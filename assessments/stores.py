"""Where uploaded and made files are: a folder, or a store with the interface of S3 (`assessments/object_store.py`).

Both keep only what is encrypted with the keys of the assessments. Beside Django's own methods they have

    put_whole(name, pieces)    a file under exactly this name, in place of an earlier one; never half of it
    sizes(names)               name -> bytes, of those that are there
    is_usable(), place         whether files can be stored now, and where, for administrators
"""

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from django.core.files.storage import FileSystemStorage

from assessments.file_encryption import write_whole

LEFT_BEHIND: Final = 3600  # seconds after which a half-written file is of a process that was stopped


class FolderStore(FileSystemStorage):
    """A folder, which several machines may share."""

    @property
    def place(self) -> str:
        return str(self.location)

    def put_whole(self, name: str, pieces: Iterable[bytes]) -> None:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, pieces)

    def remove_halves(self, name: str) -> None:
        """Remove what a process that was stopped has left of this file."""
        path = Path(self.path(name))
        for half in path.parent.glob(f".{path.name}.*"):
            if half.stat().st_mtime < time.time() - LEFT_BEHIND:
                half.unlink(missing_ok=True)

    def sizes(self, names: Iterable[str]) -> Mapping[str, int]:
        paths = {name: Path(self.path(name)) for name in names}
        return {name: path.stat().st_size for name, path in paths.items() if path.is_file()}

    def is_usable(self) -> bool:
        folder = os.fspath(self.location)
        while not os.path.exists(folder) and folder != os.path.dirname(folder):
            folder = os.path.dirname(folder)  # it is made with the first file
        return os.access(folder, os.W_OK | os.X_OK)
