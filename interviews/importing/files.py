"""Files with notes typed elsewhere as they are kept until they are imported: one table, or Word files."""

import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessments.uploads import Upload, check_upload, clean_name
from ctnat.ui.errors import FileError, InputError, RowError, in_one_line
from ctnat.ui.tables import TableError, read_lines
from ctnat.ui.word_files import WordError, WordParagraph, read_word

WORD = ".docx"
ALLOWED = frozenset({".csv", ".xlsx", WORD})
MOST_FILES = 40
MOST_ROWS = 300  # of a table: more take a page too long
MOST_COLUMNS = 250
UNPACKED_LIMIT = 200 * 1024 * 1024  # bytes of all parts of all Word files
TEXT_LIMIT = 10_000_000  # characters of all Word files


@dataclass(frozen=True)
class SentFile:
    """`lines`: rows of cells of a table, the headings first. `paragraphs`: of a Word file. One of them is empty."""

    name: str
    lines: Sequence[Sequence[str]] = ()
    paragraphs: Sequence[WordParagraph] = ()

    @property
    def is_table(self) -> bool:
        return is_table(self.name)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SentFile":
        paragraphs = [
            WordParagraph(**{**one, "cell": tuple(one["cell"]) if one["cell"] else None}) for one in data["paragraphs"]
        ]
        return cls(data["name"], data["lines"], paragraphs)


def is_table(name: str) -> bool:
    return PurePath(name).suffix.lower() != WORD


def packed(files: Sequence[SentFile]) -> bytes:
    return zlib.compress(json.dumps([asdict(file) for file in files], ensure_ascii=False).encode())


def unpacked(content: bytes | memoryview) -> list[SentFile]:
    return [SentFile.from_json(data) for data in json.loads(zlib.decompress(bytes(content)))]


def read_uploads(uploads: Sequence[Upload]) -> list[SentFile]:
    """One table, or Word files with an interview each. Raises `FileError`, naming each file that cannot be read, and
    `InputError` for what does not belong together or is too much at once."""
    names = _names(uploads)
    if len(uploads) > 1 and any(is_table(name) for name in names):
        raise InputError(_("Choose one table, or Word files only."))
    if len(uploads) > MOST_FILES:
        raise InputError(
            _("These are {n} files; the limit is {limit} at once. Choose fewer.").format(
                n=len(uploads), limit=MOST_FILES
            )
        )
    if len(uploads) > 1 and sum(upload.size or 0 for upload in uploads) > settings.UPLOAD_LIMIT:
        raise InputError(
            _("These files have more than {limit} MB together. Choose fewer.").format(
                limit=settings.UPLOAD_LIMIT // 1024**2
            )
        )
    files: list[SentFile] = []
    faults: list[RowError] = []
    left = _Left()
    for name, upload in zip(names, uploads, strict=True):
        try:
            files.append(_read(name, upload, left))
        except (TableError, WordError) as error:
            faults.append(RowError(name, str(error)))
        except InputError:
            raise
        except ValidationError as error:
            faults.append(RowError(name, in_one_line(error)))
    if faults:
        raise FileError(*faults)
    return files


def _names(uploads: Sequence[Upload]) -> list[str]:
    """The names without folders; of several files with the same name each gets a number."""
    found: list[str] = []
    for upload in uploads:
        name = clean_name(upload.name or "")
        same = sum(other == name for other in (clean_name(one.name or "") for one in uploads[: len(found)]))
        path = PurePath(name)
        found.append(f"{path.stem} ({same + 1}){path.suffix}" if same else name)
    return found


@dataclass
class _Left:
    """What the Word files may still unpack to, and the characters that they may still have."""

    size: int = UNPACKED_LIMIT
    characters: int = TEXT_LIMIT


def _read(name: str, upload: Upload, left: _Left) -> SentFile:
    check_upload(upload, allowed=ALLOWED)
    if is_table(name):
        return SentFile(name, lines=_lines(name, upload.read()))
    with zipfile.ZipFile(cast(BinaryIO, upload)) as package:
        left.size -= sum(part.file_size for part in package.infolist())
    if left.size >= 0:
        upload.seek(0)
        paragraphs = read_word(cast(BinaryIO, upload))
        left.characters -= sum(len(paragraph.text) for paragraph in paragraphs)
    if left.size < 0 or left.characters < 0:
        raise InputError(_("These files contain too much. Choose fewer at once."))
    return SentFile(name, paragraphs=paragraphs)


def _lines(name: str, content: bytes) -> list[list[str]]:
    """Raises `TableError`."""
    lines = read_lines(content, name)
    if not any(lines[1:]):
        raise TableError(_("There are no rows below the column names."))
    if sum(bool(line) for line in lines[1:]) > MOST_ROWS:
        raise TableError(
            _("The table has more than {limit} rows. Split it into several files.").format(limit=MOST_ROWS)
        )
    if len(lines[0]) > MOST_COLUMNS:
        raise TableError(
            _("The table has more than {limit} columns. Delete those that are not notes.").format(limit=MOST_COLUMNS)
        )
    return lines
