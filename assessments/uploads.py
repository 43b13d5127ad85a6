"""Checks of uploaded files: size, name, and whether the content matches the name's ending."""

import zipfile
from collections.abc import Callable
from functools import wraps
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopFutureHandlers
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

if TYPE_CHECKING:
    Upload = UploadedFile[Any]
else:  # generic for type checkers only
    Upload = UploadedFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the older Microsoft formats

# suffix -> the part that a package of that format must contain
PACKAGES = {
    ".docx": "word/",
    ".xlsx": "xl/",
    ".pptx": "ppt/",
    ".odt": "mimetype",
    ".ods": "mimetype",
    ".odp": "mimetype",
}
OLDER = frozenset({".doc", ".xls", ".ppt"})
TEXTS = frozenset({".txt", ".csv", ".md", ".bib", ".ris"})
# suffix -> media types that filetype may find in its first bytes
SIGNED = {
    ".pdf": {"application/pdf"},
    ".rtf": {"application/rtf"},
    ".png": {"image/png"},
    ".jpg": {"image/jpeg"},
    ".jpeg": {"image/jpeg"},
}
ALLOWED = frozenset({*PACKAGES, *OLDER, *TEXTS, *SIGNED})


def check_upload(upload: Upload, *, allowed: frozenset[str] = ALLOWED) -> None:
    """Raises `ValidationError` in plain words. The file's position is back at its start afterwards."""
    name = clean_name(upload.name or "")
    if (upload.size or 0) > settings.UPLOAD_LIMIT:
        limit, size = settings.UPLOAD_LIMIT // 1024**2, (upload.size or 0) / 1024**2
        raise ValidationError(
            _(
                "“{name}” is {size:.0f} MB; the limit is {limit} MB. Choose a smaller file, or enter a link instead."
            ).format(name=name, size=size, limit=limit)
        )
    if not upload.size:
        raise ValidationError(_("“{name}” is empty. Choose another file.").format(name=name))
    suffix = PurePath(name).suffix.lower()
    if suffix not in allowed:
        known = ", ".join(sorted(s.removeprefix(".") for s in allowed))
        raise ValidationError(
            _("“{name}” is a type of file that cannot be uploaded. Save it as one of these types: {known}.").format(
                name=name, known=known
            )
        )
    try:
        matches = _content_matches(upload, name, suffix)
    finally:
        upload.seek(0)
    if not matches:
        raise ValidationError(
            _(
                "The content of “{name}” does not match its extension “{suffix}”. Open it in its program, "
                "save it again in that format, and choose it again."
            ).format(name=name, suffix=suffix)
        )


def _content_matches(upload: Upload, name: str, suffix: str) -> bool:
    upload.seek(0)
    if suffix in TEXTS:
        return _is_text(upload, name)
    if suffix in OLDER:
        return bool(upload.read(len(OLE)) == OLE)
    if suffix in PACKAGES:
        try:
            with zipfile.ZipFile(upload) as package:
                return any(entry.startswith(PACKAGES[suffix]) for entry in package.namelist())
        except zipfile.BadZipFile:
            return False
    return filetype.guess_mime(upload.read(8192)) in SIGNED[suffix]


def _is_text(upload: Upload, name: str) -> bool:
    """Raises `ValidationError` for a text in another encoding."""
    content = upload.read()
    if b"\0" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise ValidationError(
            _("“{name}” is not encoded in UTF-8. Save it again with the encoding “UTF-8”, and choose it again.").format(
                name=name
            )
        ) from None
    return True


def clean_name(name: str) -> str:
    """A file name without folders and control characters, at most 200 characters long, its ending kept."""
    name = "".join(c for c in PurePath(name.replace("\\", "/")).name if c.isprintable()).strip() or "file"
    suffix = PurePath(name).suffix[:10]
    return name if len(name) <= 200 else name[: 200 - len(suffix)] + suffix


class InMemory(FileUploadHandler):
    """Keeps the files of a request in memory, `UPLOAD_LIMIT` bytes of them together. Those that are too much are
    read past; `left_out` has their names."""

    def __init__(self, request: HttpRequest):
        super().__init__(request)
        self.left_out: list[str] = []
        self._kept = 0  # bytes of the files before
        self._content = BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._content = BytesIO()
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._kept + start + len(raw_data) > settings.UPLOAD_LIMIT:
            self.left_out.append(clean_name(self.file_name or ""))
            self._content = BytesIO()
            raise SkipFile
        self._content.write(raw_data)

    def file_complete(self, file_size: int) -> Upload:
        self._kept += file_size
        self._content.seek(0)
        name, kind = self.file_name or "", self.content_type or ""
        return InMemoryUploadedFile(
            self._content, self.field_name, name, kind, file_size, self.charset, self.content_type_extra
        )


def in_memory(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For a form whose files are confidential and are not kept as they are sent: they never lie on the disk in clear,
    as Django's own temporary files do. `request.left_out` has the names of those for which there was no room.

    The outermost decorator of the view: the token against forged posts is checked here, because Django's middleware
    would read the files before.
    """
    checked: Callable[..., HttpResponseBase] = csrf_protect(view)

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        handler = InMemory(request)
        request.upload_handlers = [handler]
        request.left_out = handler.left_out
        return checked(request, *args, **kwargs)

    made: Callable[..., HttpResponseBase] = csrf_exempt(guarded)
    return made
