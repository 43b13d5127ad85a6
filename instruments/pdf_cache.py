"""PDFs of blank forms, kept so that the same form is laid out once: a survey takes 4 to 8 seconds.

A file is named by the checksum of the page it was made from, so a changed draft, another language or another deadline
makes another file. Nothing of an assessment's answers is in them. The folder may be deleted at any time.
"""

import os
import time
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.utils.module_loading import import_string

DAYS = 7  # then it is made anew: the layout itself may have been improved
MOST = 100  # files, some 100 kB each


def folder() -> Path:
    return Path(settings.VAR_DIR) / "printed"


def pdf_of(html: str) -> bytes:
    """The PDF of a page. Raises `RuntimeError` where the layout program is missing; its text says what to do."""
    kept = folder() / f"{sha256(html.encode()).hexdigest()}.pdf"
    try:
        if time.time() - kept.stat().st_mtime < DAYS * 86_400:
            return kept.read_bytes()
    except OSError:
        pass  # not made yet
    content: bytes = import_string(settings.PDF_RENDERER)(html)
    _keep(kept, content)
    return content


def _keep(path: Path, content: bytes) -> None:
    """Store the whole file or nothing, because others may read meanwhile. On a full disk the PDF is still delivered."""
    try:
        path.parent.mkdir(exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as written:
            written.write(content)
        os.replace(written.name, path)
        newest_first = sorted(path.parent.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
        for old in newest_first[MOST:]:
            old.unlink(missing_ok=True)
    except OSError:
        pass
