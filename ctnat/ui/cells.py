"""Cells of spreadsheets and CSV: typed text stays text and never becomes a formula."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from typing import Any, Literal

FORMULA = ("=", "+", "-", "@", "\t", "\r")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XLSX cannot hold these
LONGEST = 32_767  # characters in a cell of a worksheet


@dataclass(frozen=True)
class Run:
    """Words of a cell: as they are, struck through because they were deleted, or underlined because they are new."""

    words: str
    how: Literal["", "deleted", "inserted"] = ""


Rich = tuple[Run, ...]  # the whole of a cell


def plain(rich: Rich) -> str:
    """The same without any formatting, for formats that have none: [-deleted-] and {+inserted+}."""
    signs = {"": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}
    return "".join(f"{signs[run.how][0]}{run.words}{signs[run.how][1]}" for run in rich)


def clean(text: str) -> str:
    """The text as a worksheet can store it: without control characters, and cut at the longest."""
    text = CONTROL.sub("", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def safe(value: Any) -> Any:
    """For CSV, which has no types: a text that could start a formula gets an apostrophe before it."""
    if not isinstance(value, str):
        return value
    text = value.replace("\x00", "")
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_bytes(rows: Iterable[Iterable[Any]]) -> bytes:
    """UTF-8 with the mark by which spreadsheets read every script; no cell is taken for a formula."""
    return csv_of_safe([safe(value) for value in row] for row in rows)


def csv_of_safe(rows: Iterable[Iterable[Any]]) -> bytes:
    """The same of values that went through `safe`."""
    target = StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue().encode("utf-8-sig")


def csv_cells(values: Iterable[Any]) -> list[str]:
    """Each value that went through `safe` as it is written between two commas, for those who join cells by themselves:
    where a value comes thousands of times, it is written once."""
    target = StringIO(newline="")
    writer = csv.writer(target)
    found = []
    for value in values:
        writer.writerow(("", value))  # in a row by itself a blank would be quoted
        found.append(target.getvalue()[1:-2])
        target.seek(0)
        target.truncate()
    return found
