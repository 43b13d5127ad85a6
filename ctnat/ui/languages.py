"""The languages of the site, in one list: name, direction and quotation marks. Imports no Django, so settings read it.

A language outside the list (a translation of an instrument, the language of a source) has the names, the direction and
the plural rules of CLDR; where CLDR does not know it either, an English name from ISO 639.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import pycountry
from babel import Locale
from babel.localedata import locale_identifiers

from ctnat.translation.plurals import locale_of

Direction = Literal["ltr", "rtl"]

RIGHT_TO_LEFT = frozenset(["arc", "dv", "khw"])  # written from right to left, and not in CLDR


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


# To add a language: one line here, its texts in locale/<code>/public.po, its translation of the instruments.
LANGUAGES = {
    language.code: language
    for language in (
        Language("en", "English", "English", "“”‘’"),
        Language("az", "Azerbaijani", "Azərbaycanca", "“”‘’"),
        Language("hy", "Armenian", "Հայերեն", "«»„“"),
        Language("ka", "Georgian", "ქართული", "„“‚‘"),
        Language("ru", "Russian", "Русский", "«»„“"),
        Language("ar", "Arabic", "العربية", "«»‹›"),
        Language("fr", "French", "Français", "«»“”"),
        Language("es", "Spanish", "Español", "«»“”"),
        Language("pt", "Portuguese", "Português", "«»“”"),
        Language("ro", "Romanian", "Română", "„”«»"),
        Language("uk", "Ukrainian", "Українська", "«»„“"),
        Language("tr", "Turkish", "Türkçe", "“”‘’"),
        Language("fa", "Persian", "فارسی", "«»‹›"),
    )
}


def english_name(code: str) -> str:
    """The language's English name; the code itself where neither CLDR nor ISO 639 has such a language."""
    if code in LANGUAGES:
        return LANGUAGES[code].english_name
    base = _primary_subtag(code)
    found = pycountry.languages.get(**{"alpha_2" if len(base) == 2 else "alpha_3": base})
    return str(_english().languages.get(base) or (found.name if found else code))


def own_name(code: str) -> str:
    """The language's name for itself, for people who choose it; its English name where CLDR does not know it."""
    if code in LANGUAGES:
        return LANGUAGES[code].own_name
    locale = locale_of(code)
    name = locale.display_name if locale else None
    return name[0].title() + name[1:] if name else english_name(code)


def direction(code: str | None) -> Direction:
    """The direction of a language code such as `ar` or `az-Latn`; `ltr` for an unknown one."""
    base = _primary_subtag(code or "")
    locale = locale_of(base)
    return "rtl" if base in RIGHT_TO_LEFT or (locale and locale.text_direction == "rtl") else "ltr"


def quotes(code: str) -> str:
    """The language's four quotation marks, outer before inner; those of English for a language outside the list."""
    return LANGUAGES[code if code in LANGUAGES else "en"].quotes


@lru_cache(maxsize=256)
def find_language(word: str) -> str | None:
    """The ISO 639 code of a language given by a name or a code ("Georgian", "ქართული", "kat", "KA" -> "ka").

    Names are English ones, own names of every language of CLDR, and those in the languages of the site ("грузинский").
    None for an unknown word.
    """
    word = word.strip()
    code = word.lower()
    for known in LANGUAGES.values():
        if word.casefold() in (known.own_name.casefold(), known.english_name.casefold()):
            return known.code
    languages = pycountry.languages
    try:  # codes first: "en" is English, although a language is named En
        found = languages.get(alpha_2=code) or languages.get(alpha_3=code) or languages.lookup(word)
    except LookupError:
        return _names().get(word.casefold())
    return str(getattr(found, "alpha_2", found.alpha_3))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Name of a language, folded -> its code: first in the languages of the site, then as its speakers call it."""
    names: dict[str, str] = {}
    for own in sorted(code for code in locale_identifiers() if "_" not in code):
        locale = Locale.parse(own)
        names.setdefault(str(locale.languages.get(own, own)).casefold(), own)
    for site in LANGUAGES:
        locale = Locale.parse(site)
        names |= {name.casefold(): code for code, name in locale.languages.items() if "_" not in code and name}
    return names


def _english() -> Locale:
    return Locale.parse("en_GB")


def _primary_subtag(code: str) -> str:
    return code.replace("_", "-").split("-")[0].lower()
