"""Patterns that a text answer may have to fit, by name. `fits` in `static/js/logic.js` decides the same.

They are a closed list: a pattern of a foreign form is never run, because a regular expression can take hours. Letters
and digits are those of every script.
"""

import unicodedata
from collections.abc import Mapping

LETTERS, DIGITS, LETTERS_DIGITS, PERCENTAGE, YEAR = "letters", "digits", "letters_digits", "percentage", "year"
PATTERNS = (LETTERS, DIGITS, LETTERS_DIGITS, PERCENTAGE, YEAR)
IN_NAMES = frozenset(" -'’‐.·\u200c\u200d")  # between letters; the last two stand inside words of some scripts
PERCENT_SIGNS = "%٪％﹪"

# What an export writes for each. Programs for XLSForm know neither letters nor digits of every script.
XLSFORM: Mapping[str, str] = {
    LETTERS: r"^[^0-9!-&(-,/:-@\[-`{-~]+$",
    DIGITS: r"^[0-9\u0660-\u0669\u06F0-\u06F9\u0966-\u096F]+$",
    LETTERS_DIGITS: r"^[^!-&(-,/:-@\[-`{-~]+$",
    PERCENTAGE: r"^(100|[0-9]{1,2}) ?%?$",
    YEAR: r"^[1-9][0-9]{3}$",
}


def fits(pattern: str, text: str) -> bool:
    """Whether `text` has the form that `pattern` names."""
    match pattern:
        case "letters":
            return any(map(_is_letter, text)) and all(sign in IN_NAMES or _is_letter(sign) for sign in text)
        case "letters_digits":
            found = [sign for sign in text if sign not in IN_NAMES]
            return bool(found) and all(_is_letter(sign) or _is_digit(sign) for sign in found)
        case "digits":
            return bool(text) and all(map(_is_digit, text))
        case "percentage":
            number = (text[:-1] if text[-1:] in PERCENT_SIGNS else text).rstrip(" ")
            return 0 < len(number) <= 3 and all(map(_is_digit, number)) and int(number) <= 100
        case "year":
            return len(text) == 4 and all(map(_is_digit, text)) and int(text) >= 1000
    return False


def _is_letter(sign: str) -> bool:
    """Of any script, with the marks that are written on letters."""
    return unicodedata.category(sign)[0] in "LM"


def _is_digit(sign: str) -> bool:
    return unicodedata.category(sign) == "Nd"
