"""Pages that are kept compressed, with gaps for the few things that differ each time.

    page = ReadyPage(html, ["~uuid~", "~mark~"])
    page.filled({"~uuid~": "9f1c...", "~mark~": "..."})        gzip of the whole page

To render and compress a questionnaire takes twenty times as long as all else that a respondent's page needs. The parts
between the gaps are compressed once; what fills a gap goes between them as it is (a "stored" block of deflate).
"""

import re
import secrets
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.decorators import decorator_from_middleware

HEAD: Final = b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x02\xff"  # gzip, deflate, with a name, no time, best compression
NOTHING: Final[Mapping[str, str]] = {}
REFUSED: Final = re.compile(r"\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)", re.IGNORECASE)
MOST_PADDING: Final = 100  # letters, as Django's own: the length of a page discloses nothing (BREACH)


def accepts_gzip(request: HttpRequest) -> bool:
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and not REFUSED.search(accepted)


class _Compression(GZipMiddleware):
    """Django's, which also compresses for those who say that they do not take it (`gzip;q=0`)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if accepts_gzip(request):
            return super().process_response(request, response)
        patch_vary_headers(response, ["Accept-Encoding"])
        return response


compressed = decorator_from_middleware(_Compression)


class ReadyPage:
    """`gaps`: marks in the HTML in place of what differs. Each may stand in several places."""

    def __init__(self, html: str, gaps: Sequence[str] = ()):
        parts = re.split("(" + "|".join(map(re.escape, gaps)) + ")", html) if gaps else [html]
        self.gaps = parts[1::2]
        texts = [part.encode() for part in parts[::2]]
        self.size = sum(map(len, texts))
        last = len(texts) - 1
        self.parts = [_deflated(text, is_last=place == last) for place, text in enumerate(texts)]
        self.sums = [(zlib.crc32(text), _moved_by(len(text))) for text in texts]

    def filled(self, values: Mapping[str, str] = NOTHING) -> bytes:
        """The page as gzip; a value has at most 65,535 bytes."""
        pieces = [HEAD, b"a" * secrets.randbelow(MOST_PADDING), b"\0", self.parts[0]]
        size, checksum = self.size, self.sums[0][0]
        for gap, part, (crc, table) in zip(self.gaps, self.parts[1:], self.sums[1:], strict=True):
            value = values[gap].encode()
            length = len(value)
            pieces += (b"\0", struct.pack("<HH", length, length ^ 0xFFFF), value, part)
            size += length
            checksum = zlib.crc32(value, checksum)
            moved = table[0][checksum & 255] ^ table[1][checksum >> 8 & 255]
            checksum = moved ^ table[2][checksum >> 16 & 255] ^ table[3][checksum >> 24] ^ crc
        pieces.append(struct.pack("<II", checksum, size & 0xFFFFFFFF))
        return b"".join(pieces)


def _deflated(text: bytes, *, is_last: bool) -> bytes:
    """A part of a stream of deflate that ends with a whole byte, so that another may follow."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush(zlib.Z_FINISH if is_last else zlib.Z_FULL_FLUSH)


def _moved_by(length: int) -> list[list[int]]:
    """What becomes of a checksum by a text of so many bytes after it, for each value of its four bytes.

    The checksum of A + B is that of A, moved by the length of B, exclusive-or that of B; moving is linear.
    """
    zeros = bytes(length)
    nothing = zlib.crc32(zeros)
    bits = [zlib.crc32(zeros, 1 << bit) ^ nothing for bit in range(32)]
    tables = []
    for start in range(0, 32, 8):
        table = [0]
        for bit in bits[start : start + 8]:
            table += [value ^ bit for value in table]
        tables.append(table)
    return tables
