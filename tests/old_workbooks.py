"""Makes small workbooks as Excel wrote them until 2007 (.xls), to read them back."""

import struct
from collections.abc import Mapping, Sequence

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def old_workbook(sheets: Mapping[str, Sequence[Sequence[str | float | bool]]]) -> bytes:
    """The workbook with these sheets, in BIFF5 inside a compound file."""
    return _compound(_stream(sheets))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _stream(sheets: Mapping[str, Sequence[Sequence[str | float | bool]]]) -> bytes:
    bodies = [_sheet(rows) for rows in sheets.values()]
    codepage = _record(0x42, struct.pack("<H", 1252))
    start = len(_record(0x809, struct.pack("<HHHH", 0x500, 0x5, 0, 0)) + codepage)
    start += sum(4 + 7 + len(name) for name in sheets) + 4
    globals_ = _record(0x809, struct.pack("<HHHH", 0x500, 0x5, 0, 0)) + codepage
    for name, body in zip(sheets, bodies, strict=True):
        globals_ += _record(0x85, struct.pack("<IHB", start, 0, len(name)) + name.encode("latin-1"))
        start += len(body)
    return globals_ + _record(0x0A, b"") + b"".join(bodies)


def _sheet(rows: Sequence[Sequence[str | float | bool]]) -> bytes:
    body = _record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0))
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            place = struct.pack("<HHH", y, x, 0)
            if isinstance(value, bool):
                body += _record(0x205, place + struct.pack("<BB", value, 0))
            elif isinstance(value, float):
                body += _record(0x203, place + struct.pack("<d", value))
            elif value:
                text = str(value).encode("cp1252")
                body += _record(0x204, place + struct.pack("<H", len(text)) + text)
    return body + _record(0x0A, b"")


def _compound(stream: bytes) -> bytes:
    """A file with one stream, `Book`: the header, one sector of the table, one of the directory, and the stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    count = len(stream) // SECTOR
    assert count + 2 <= SECTOR // 4
    table = [FAT, END, *range(3, count + 2), END]
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(10) + struct.pack("<8I", 1, 1, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", 0, *[FREE] * 108)
    fat = struct.pack(f"<{SECTOR // 4}I", *table, *[FREE] * (SECTOR // 4 - len(table)))
    return (
        header
        + fat
        + _entry("Root Entry", 5, END, 0, child=1)
        + _entry("Book", 2, 2, len(stream))
        + bytes(256)
        + stream
    )


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    entry = written.ljust(64, b"\0") + struct.pack("<HBBIII", len(written), kind, 1, FREE, FREE, child)
    return entry.ljust(116, b"\0") + struct.pack("<III", start, size, 0)
