"""Numbers as programs and people write them: the decimal sign of a whole column is found, or asked for. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from ctnat.ui.digits import plain_number

Sign = Literal[".", ","]
SPACES = re.compile(r"(?<=[0-9])[\u00a0\u2009\u202f '’](?=[0-9]{3}(?![0-9]))")  # between thousands
ARABIC_SIGNS = str.maketrans({"٫": ".", "٬": ""})
GROUPED = {sign: re.compile(rf"[+-]?[0-9]{{1,3}}(?:\{sign}[0-9]{{3}})+") for sign in ".,"}
PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?", re.IGNORECASE)
NUMERIC = re.compile(r"[+-]?[0-9.,]*[0-9][0-9.,]*")
LONGEST = 40  # characters


@dataclass(frozen=True)
class Marks:
    """`sign`: the decimal sign of the column; None where it must be asked for, because of the values `because`.

    `mixed`: some values have a decimal comma and others a decimal point.
    """

    sign: Sign | None
    because: tuple[str, ...] = ()
    mixed: bool = False


def _plain(text: str) -> str:
    return SPACES.sub("", plain_number(text.strip().translate(ARABIC_SIGNS) if "٫" in text or "٬" in text else text))


def _signs(text: str) -> tuple[set[str], bool]:
    """(decimal signs that `text` can have, whether it depends on that what it means)."""
    if "٫" in text or "٬" in text:
        return {".", ","}, False
    plain = _plain(text)
    if not NUMERIC.fullmatch(plain):  # "none", "n/a": says nothing about the others
        return {".", ","}, False
    dots, commas = plain.count("."), plain.count(",")
    if dots and commas:
        last = "." if plain.rindex(".") > plain.rindex(",") else ","
        return {last}, False
    sign = "." if dots else "," if commas else ""
    if not sign:
        return {".", ","}, False
    other = "," if sign == "." else "."
    if dots + commas > 1:
        return {other}, False
    if GROUPED[sign].fullmatch(plain) and not plain.lstrip("+-").startswith("0"):
        return {".", ","}, True
    return {sign}, False


def decimal_sign(texts: Iterable[str]) -> Marks:
    """The decimal sign of a column with these values."""
    possible = {".", ","}
    doubtful: list[str] = []
    seen: set[str] = set()
    for text in dict.fromkeys(texts):
        signs, depends = _signs(text)
        possible &= signs
        if len(signs) == 1:
            seen |= signs
        if depends:
            doubtful.append(text)
    if not possible:
        return Marks(None, mixed=True)
    if len(possible) == 1:
        return Marks("." if "." in possible else ",")
    return Marks(None, tuple(doubtful)) if doubtful else Marks(".")


def read_number(text: str, sign: Sign) -> Decimal | None:
    """The number that `text` is where `sign` is the decimal sign; None where it is none."""
    if len(text) > LONGEST:
        return None
    if "٫" in text:
        sign = "."  # the Arabic decimal sign is never anything else
    plain = _plain(text)
    other = "," if sign == "." else "."
    whole, mark, rest = plain.partition(sign)
    if other in rest or (other in whole and not GROUPED[other].fullmatch(whole)):
        return None
    plain = whole.replace(other, "") + (f".{rest}" if mark else "")
    if not PLAIN.fullmatch(plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def written(number: Decimal) -> str:
    """In digits alone, as the form would be filled in: 100000 for 1e+05."""
    if number.adjusted() > LONGEST:
        return str(number)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
