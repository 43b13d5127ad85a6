"""The receipt of a form: a respondent can use it to have the form removed, and a form sent twice is recognised by it.

It is derived from the random uuid in the form's page, never stored in clear text. The database stores only HMACs,
and a different one with a sealed form than with the response made from it: two copies of the database, from
before and after an opening, would otherwise link an invitation's mark to the answers.
"""

from typing import Final
from uuid import UUID

from assessments.tokens import token_hmac
from ctnat.ui.digits import ascii_digits

LETTERS: Final = "BCDFGHJKMNPQRSTVWXYZ23456789"  # no vowels, so no words; no letters that are easily confused
LENGTH: Final = 12


def receipt_of(uuid: UUID) -> str:
    """The receipt of the form whose page had `uuid`: `XXXX-XXXX-XXXX`."""
    number = int(token_hmac(str(uuid), purpose="survey-receipt"), 16)
    letters = ""
    for _ in range(LENGTH):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    return "-".join(letters[start : start + 4] for start in range(0, LENGTH, 4))


def letters_of(code: str) -> str:
    """The letters of a typed code, regardless of its case, spaces, hyphens and script of digits."""
    return "".join(letter for letter in ascii_digits(code[:40]).upper() if letter in LETTERS)


def mark_while_sealed(receipt: str) -> str:
    """The HMAC of a receipt that is stored beside the sealed form."""
    return token_hmac(letters_of(receipt), purpose="survey-receipt-sealed")


def mark_once_opened(receipt: str) -> str:
    """The HMAC of a receipt that is stored beside the response."""
    return token_hmac(letters_of(receipt), purpose="survey-receipt-opened")
