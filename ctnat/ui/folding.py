"""Words reduced to what does not differ between two programs' spellings of them. Pure."""

import re
import unicodedata
from functools import lru_cache

from ctnat.ui.digits import ascii_digits

MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&nbsp;")
JOINERS = "\u200c\u200d"  # between letters of Persian and Indic words; written or not


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Letters, digits and vowel signs only, without capitals, punctuation, white space and markup."""
    plain = unicodedata.normalize("NFKC", ascii_digits(MARKUP.sub(" ", text))).casefold()
    if plain.isascii():
        return "".join(sign for sign in plain if sign.isalnum())
    plain = unicodedata.normalize("NFC", plain)
    return "".join(s for s in plain if s.isalnum() or (unicodedata.category(s) in ("Mn", "Mc") and s not in JOINERS))


NUMBERING = re.compile(
    r"^\s*[\[(]?(?:q\s?)?[0-9]{1,3}(?:\.[0-9]{1,3})*(?:\s*[.:)\]]\s+|\s+[-–—=]\s+|=\s*)(?=\S)", re.IGNORECASE
)


def without_number(text: str) -> str:
    """`text` without a number that a program has put before it ("3. Adequate", "Q12: Where ..."). Not "3 persons"."""
    return NUMBERING.sub("", ascii_digits(text), count=1)
