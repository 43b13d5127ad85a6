"""Numbers as people type them: digits of any script, a decimal comma or point; and as pages send them back."""

import re
import unicodedata
from decimal import Decimal

_SIGNS = str.maketrans({"−": "-", "﹣": "-", "－": "-", "＋": "+", "٫": ".", "．": "."})
_INVISIBLE = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")  # marks of direction, pasted with a number
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")


def ascii_digits(text: str) -> str:
    """`text` with the decimal digits of every script ("١٢", "१२", "１２") as 0 to 9; all else stays as it is."""
    if text.isascii():
        return text
    return "".join(letter if (value := unicodedata.decimal(letter, None)) is None else str(value) for letter in text)


def plain_number(text: str) -> str:
    """`text`, a number or a date, without outer space and marks of direction, in digits and signs of ASCII."""
    return _INVISIBLE.sub("", ascii_digits(text.strip()).translate(_SIGNS)).strip()


def number_sent(text: str, digits: int = 9) -> int | None:
    """The number that a page sends back in a field or an address, such as the id or the revision of a row; None for
    what no page sends. At most `digits` digits: what does not fit into a column is an error of the database."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def revision_sent(text: str | None) -> int | None:
    """The revision of a row that a page showed; None where it showed none, -1, which no row has, for what no page
    sends."""
    if text is None:
        return None
    revision = number_sent(text)
    return -1 if revision is None else revision


def whole_number(text: str) -> int | None:
    """The whole number that `text` is, None where it is none. At most 18 digits."""
    plain = plain_number(text)
    return int(plain) if len(plain) < 20 and _WHOLE.fullmatch(plain) else None


def decimal_number(text: str) -> Decimal | None:
    """The number that `text` is, None where it is none: "2.5", "2,5", "٢٫٥". At most 30 characters.

    One comma or point is a decimal one: "1,234" is a little more than one. Thousands are not separated, because
    "1,234" and "1.234" mean different numbers in different languages.
    """
    plain = plain_number(text)
    return Decimal(plain.replace(",", ".")) if len(plain) < 31 and _DECIMAL.fullmatch(plain) else None
