"""The languages of the site, in one list: name, direction and quotation marks. Imports no Django, so settings read it.

A language outside the list (a translation of an instrument, the language of a source) has the names, the direction and
the plural rules of CLDR; where CLDR does not know it either, an English name from ISO 639.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from unicodedata import bidirectional

import pycountry
from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers

from ctnat.translation.plurals import language_and_script, locale_of
from ctnat.ui.overlays import current_overlay

Direction = Literal["ltr", "rtl"]
LONGEST_CODE = 20  # characters, as the columns have: ca-ES-VALENCIA has 14
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})+")

RIGHT_TO_LEFT = frozenset(["adlm", "arab", "armi", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"])  # scripts
# Quotation marks, as in `Language`, of languages outside the list, where they are not those of English. Source: CLDR,
# delimiters. Languages of which CLDR says nothing have those of English too.
QUOTES = {
    "«»‹›": ("am", "ku", "mzn", "ps", "ug"),
    "«»„“": ("be", "ky"),
    "«»“”": ("ast", "ca", "el", "eu", "it", "mg", "oc", "sq"),
    "«»‘’": ("nb", "nn", "no", "rw"),
    "„“‚‘": ("bg", "cs", "da", "de", "dsb", "et", "hr", "hsb", "is", "lb", "lt", "mk", "sk", "sl"),
    "„“‘’": ("sr",),
    "„”‘’": ("bs",),
    "„”«»": ("pl",),
    "„”»«": ("hu",),
    "””’’": ("fi", "he", "rn", "sv"),
    "‘’“”": ("cy", "nl", "st", "ti", "tn"),
    "「」『』": ("ja", "yue", "zh-Hant"),
    "“”‘’": ("pt-BR",),
}


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
    return _name_in(_english(), code) or (found.name if found else code)


@lru_cache(maxsize=1024)
def name_in(code: str, language: str) -> str:
    """The name of `code` in the words of `language`, as within a sentence; its English name where CLDR has none."""
    locale = locale_of(language) if language != "en" else None
    return (_name_in(locale, code) if locale else "") or english_name(code)


def own_name(code: str) -> str:
    """The language's name for itself, for people who choose it; its English name where CLDR does not know it."""
    if code in LANGUAGES:
        return LANGUAGES[code].own_name
    if given := current_overlay().own_names.get(code):
        return given
    locale = locale_of(code)
    name = _name_in(locale, code) if locale else ""
    return name[0].title() + name[1:] if name else english_name(code)


def _name_in(locale: Locale, code: str) -> str:
    """The name of a language in the words of `locale`, with its script or region: "Azerbaijani (Cyrillic)"."""
    base, *rest = code.replace("-", "_").split("_")
    subtags = [*get_global("language_aliases").get(base, base).split("_"), *rest]
    if name := locale.languages.get(base) if not rest else locale.languages.get("_".join([base.lower(), *rest])):
        return str(name)
    if name := locale.languages.get("_".join(subtags)):
        return str(name)
    name = locale.languages.get(subtags[0])
    known = [locale.scripts.get(subtag.title()) or locale.territories.get(subtag.upper()) for subtag in subtags[1:]]
    more = ", ".join(word for word in known if word)
    return f"{name} ({more})" if name and more else str(name or "")


def direction(code: str | None) -> Direction:
    """The direction in which the script of a language such as `ar` or `az-Arab` is written; `ltr` if it is unknown."""
    if given := current_overlay().directions.get(code or ""):
        return "rtl" if given == "rtl" else "ltr"
    return "rtl" if language_and_script(code or "")[1] in RIGHT_TO_LEFT else "ltr"


def direction_of_text(text: str) -> Direction:
    """That of its first letter which has one, as `dir="auto"` means; from left to right where there is none."""
    strong = (bidirectional(character) for character in text)
    return "rtl" if next((one for one in strong if one in ("L", "R", "AL")), "L") != "L" else "ltr"


def script_in(code: str, language: str) -> str:
    """The name of the script of a language such as `az-Cyrl`, in the words of `language`; blank if CLDR lacks it."""
    locale = locale_of(language) or _english()
    return str(locale.scripts.get(language_and_script(code)[1].title()) or "")


def quotes(code: str) -> str:
    """The language's four quotation marks, outer before inner; those of English where CLDR does not know them."""
    base = language_and_script(code)[0]
    for one in (code, base):
        if one in LANGUAGES:
            return LANGUAGES[one].quotes
        if found := [marks for marks, codes in QUOTES.items() if one in codes]:
            return found[0]
    return LANGUAGES["en"].quotes


def suggested_languages(first: Iterable[str] = ()) -> list[str]:
    """English names for a field in which any language can be typed: those of `first`, those of the site, then all
    others of CLDR by name."""
    head = [english_name(code) for code in dict.fromkeys([*first, *LANGUAGES])]
    return [*head, *(name for name in _names_of_cldr() if name not in head)]


@lru_cache(maxsize=1)
def _names_of_cldr() -> list[str]:
    """English names of the languages that CLDR has the words of, by alphabet."""
    names = {english_name(code) for code in locale_identifiers() if "_" not in code}
    return sorted(name for name in names if find_language(name))


@lru_cache(maxsize=2_000)  # more than CLDR has names: a form asks for the code of each
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


def find_code(word: str) -> str | None:
    """As `find_language`; also the code of a language in a script, a region or a variant, in its usual letters:
    "zh_hant_hk" -> "zh-Hant-HK". None for an unknown word, and where CLDR does not know a part of the code.
    """
    return find_language(word) or _tag(word.strip().replace("_", "-"))


def _tag(word: str) -> str | None:
    if len(word) > LONGEST_CODE or not _TAG.fullmatch(word):
        return None
    base, *subtags = word.split("-")
    if find_language(base) != base.lower():
        return None
    usual = [part.title() if len(part) == 4 and part.isalpha() else part.upper() for part in subtags]
    known = (_english().scripts, _english().territories, _variants())
    return "-".join((base.lower(), *usual)) if all(any(part in names for names in known) for part in usual) else None


@lru_cache(maxsize=1)
def _variants() -> frozenset[str]:
    """The variants of languages that CLDR has words of, such as VALENCIA."""
    return frozenset(part for code in locale_identifiers() for part in code.split("_")[1:] if len(part) > 4)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Name of a language, folded -> its code: first in the languages of the site, then as its speakers call it."""
    names: dict[str, str] = {}
    for own in sorted(code for code in locale_identifiers() if "_" not in code):
        locale = Locale.parse(own)
        names.setdefault(str(locale.languages.get(own, own)).casefold(), own)
    for code, name in _english().languages.items():
        if "_" in code and name:  # "Traditional Chinese", "Brazilian Portuguese"
            names.setdefault(name.casefold(), code.replace("_", "-"))
    for code in sorted(locale_identifiers()):
        language, *rest = code.split("_")
        if len(rest) == 1 and len(rest[0]) == 4:  # with a script: "Azerbaijani (Cyrillic)"
            names.setdefault(english_name(f"{language}-{rest[0]}").casefold(), f"{language}-{rest[0]}")
    for site in LANGUAGES:
        locale = Locale.parse(site)
        names |= {name.casefold(): code for code, name in locale.languages.items() if "_" not in code and name}
    return names


def _english() -> Locale:
    return Locale.parse("en_GB")


def _primary_subtag(code: str) -> str:
    return code.replace("_", "-").split("-")[0].lower()
