"""Files in a bucket of a store with the interface of S3, with the methods of `assessments/stores.py`."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

PATIENCE: Final = 10  # seconds
MOST_IN_MEMORY: Final = 8 * 2**20  # bytes of a file on its way; larger ones wait on the disk


def _as_os_error(method: Callable[..., Any]) -> Callable[..., Any]:
    """What uses a store expects the errors of a disk."""

    @wraps(method)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except (BotoCoreError, ClientError) as error:
            raise OSError(f"The store of files answers: {error}") from error

    return guarded


class ObjectStore(S3Storage):  # type: ignore[misc]  # without types
    """A bucket of a store with the interface of S3."""

    def __init__(self, **settings: Any):
        patience = Config(connect_timeout=PATIENCE, read_timeout=PATIENCE, retries={"max_attempts": 2})
        super().__init__(file_overwrite=False, client_config=patience, **settings)

    @property
    def place(self) -> str:
        return f"{self.endpoint_url or 's3:/'}/{self.bucket_name}"

    _open = _as_os_error(S3Storage._open)

    @_as_os_error
    def _save(self, name: str, content: Any) -> str:
        """At once: what is encrypted while it is written can be read once, and the library reads it again."""
        whole = ContentFile(b"".join(content.chunks()), name=content.name)
        return str(super()._save(name, whole))

    delete = _as_os_error(S3Storage.delete)
    exists = _as_os_error(S3Storage.exists)
    size = _as_os_error(S3Storage.size)

    @_as_os_error
    def put_whole(self, name: str, pieces: Iterable[bytes]) -> None:
        with SpooledTemporaryFile(MOST_IN_MEMORY) as whole:  # it is encrypted already
            whole.writelines(pieces)
            whole.seek(0)
            self.bucket.Object(self._normalize_name(name)).upload_fileobj(whole)

    def remove_halves(self, name: str) -> None:
        """There are none: an object is replaced in one step."""

    @_as_os_error
    def sizes(self, names: Iterable[str]) -> Mapping[str, int]:
        wanted = set(names)
        return {found.key: found.size for found in self.bucket.objects.all() if found.key in wanted} if wanted else {}

    def is_usable(self) -> bool:
        try:
            self.connection.meta.client.head_bucket(Bucket=self.bucket_name)
        except (BotoCoreError, ClientError):
            return False
        return True
