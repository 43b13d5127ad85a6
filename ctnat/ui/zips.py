"""ZIP files written in one pass, piece by piece, so that none is in memory as a whole."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any


class _Pieces(io.RawIOBase):
    """What was written since it was last taken. It cannot be sought, so that the archive is written in one pass."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self.waiting)
        self.waiting.clear()
        return taken


def packed(files: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """The bytes of a ZIP with these files, each given by its name and the pieces of its content."""
    written = _Pieces()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            with archive.open(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), "w", force_zip64=True) as member:
                for piece in content:
                    member.write(piece)
                    if len(written.waiting) >= LARGE:
                        yield written.take()
            yield written.take()
    yield written.take()


LARGE = 64 * 1024  # bytes that are handed on
