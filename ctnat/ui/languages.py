"""The languages of the site, in one list: name, direction and quotation marks. Imports no Django, so settings read it.

A language outside the list (a translation of an instrument, the language of a source) has at least an English name,
from ISO 639, and a direction.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import pycountry

Direction = Literal["ltr", "rtl"]

# Languages written from right to left, by the primary subtag that ISO 639 gives them.
RIGHT_TO_LEFT = frozenset(["ar", "arc", "ckb", "dv", "fa", "he", "khw", "ks", "ps", "sd", "ug", "ur", "yi"])


@dataclass(frozen=True)
class Language:
    """`own_name` is what its speakers call it. `quotes` are outer opening and closing, inner opening and closing."""

    code: str
    english_name: str
    own_name: str
    quotes: str

    @property
    def direction(self) -> Direction:
        return direction(self.code)


# To add a language: a line here, its texts in each words.yaml, its translation of the instruments.
LANGUAGES = {
    language.code: language
    for language in (
        Language("en", "English", "English", "“”‘’"),
        Language("az", "Azerbaijani", "Azərbaycanca", "“”‘’"),
        Language("hy", "Armenian", "Հայերեն", "«»„“"),
        Language("ka", "Georgian", "ქართული", "„“‚‘"),
        Language("ru", "Russian", "Русский", "«»„“"),
        Language("ar", "Arabic", "العربية", "«»‹›"),
    )
}


def english_name(code: str) -> str:
    """The language's English name; the code itself where ISO 639 has no such language."""
    if code in LANGUAGES:
        return LANGUAGES[code].english_name
    base = _primary_subtag(code)
    found = pycountry.languages.get(**{"alpha_2" if len(base) == 2 else "alpha_3": base})
    return found.name if found else code


def own_name(code: str) -> str:
    """The language's name for itself, for people who choose it; the code where the site does not know the language."""
    return LANGUAGES[code].own_name if code in LANGUAGES else code


def direction(code: str | None) -> Direction:
    """The direction of a language code such as `ar` or `az-Latn`; `ltr` for an unknown one."""
    return "rtl" if _primary_subtag(code or "") in RIGHT_TO_LEFT else "ltr"


def quotes(code: str) -> str:
    """The language's four quotation marks, outer before inner; those of English where the site knows none."""
    return LANGUAGES[code if code in LANGUAGES else "en"].quotes


def plural_form(code: str, number: int) -> str:
    """The CLDR plural category of a whole number in one of the site's languages, such as "one", "few" or "other".

    Source: Unicode CLDR, language plural rules (cardinal).
    """
    tens, hundreds = number % 10, number % 100
    match code:
        case "ru":
            if tens == 1 and hundreds != 11:
                return "one"
            return "few" if tens in (2, 3, 4) and hundreds not in (12, 13, 14) else "many"
        case "ar":
            if number in (0, 1, 2):
                return ("zero", "one", "two")[number]
            if 3 <= hundreds <= 10:
                return "few"
            return "many" if hundreds >= 11 else "other"
        case "hy":
            return "one" if number in (0, 1) else "other"
        case _:
            return "one" if number == 1 else "other"


@lru_cache(maxsize=256)
def find_language(word: str) -> str | None:
    """The ISO 639 code of a language given by a name or a code ("Georgian", "ქართული", "kat", "KA" -> "ka").

    Names are English ones, and the own names of the site's languages. None for an unknown word.
    """
    word = word.strip()
    code = word.lower()
    for known in LANGUAGES.values():
        if word.casefold() in (known.own_name.casefold(), known.english_name.casefold()):
            return known.code
    languages = pycountry.languages
    try:  # codes first: "en" is English, though there is a language of the name En
        found = languages.get(alpha_2=code) or languages.get(alpha_3=code) or languages.lookup(word)
    except LookupError:
        return None
    return str(getattr(found, "alpha_2", found.alpha_3))


def _primary_subtag(code: str) -> str:
    return code.replace("_", "-").split("-")[0].lower()
