"""The receipt of a form: a respondent can use it to have the form removed, and a form sent twice is recognised by it.

It is derived from the random uuid in the form's page, never stored in clear text. The database stores only HMACs,
and a different one with a sealed form than with the response made from it: two copies of the database, from
before and after an opening, would otherwise link an invitation's mark to the answers.
"""

from typing import Final
from uuid import UUID

from assessments.tokens import token_hmacs
from ctnat.ui.digits import ascii_digits

LETTERS: Final = "BCDFGHJKMNPQRSTVWXYZ23456789"  # no vowels, so no words; no letters that are easily confused
LENGTH: Final = 12


def receipt_of(uuid: UUID) -> str:
    """The receipt of the form whose page had `uuid`: `XXXX-XXXX-XXXX`."""
    return receipts_of(uuid)[0]


def receipts_of(uuid: UUID) -> list[str]:
    """The receipt, and those that the form would have had with the keys that were in use before."""
    return [_written(int(found, 16)) for found in token_hmacs(str(uuid), purpose="survey-receipt")]


def _written(number: int) -> str:
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
    return marks_while_sealed(receipt)[0]


def marks_while_sealed(receipt: str) -> list[str]:
    """What may be stored of a receipt beside the sealed form, the present key's first."""
    return token_hmacs(letters_of(receipt), purpose="survey-receipt-sealed")


def mark_once_opened(receipt: str) -> str:
    """The HMAC of a receipt that is stored beside the response."""
    return marks_once_opened(receipt)[0]


def marks_once_opened(receipt: str) -> list[str]:
    """What may be stored of a receipt beside the response, the present key's first."""
    return token_hmacs(letters_of(receipt), purpose="survey-receipt-opened")
