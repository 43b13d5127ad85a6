"""Countries and time zones, from libraries: codes from ISO 3166-1, names from CLDR.

Where CLDR's name is not the one that the United Nations use, theirs is taken in English, French, Spanish, Russian and
Arabic; an assessment can name its own country otherwise (`Assessment.country_names`).
"""

import gettext
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pycountry

from ctnat.translation.plurals import locale_of
from ctnat.ui.formats import sort_key
from ctnat.ui.languages import LANGUAGES

UTC = "UTC"
KOSOVO = "XKX"  # from the range of codes that ISO 3166-1 leaves to its users; CLDR and the World Bank use the same
NUMBERS = {KOSOVO: 983}  # from the numbers that ISO 3166-1 leaves to its users
ALPHA_2 = {KOSOVO: "XK"} | {country.alpha_3: country.alpha_2 for country in pycountry.countries}
# Alpha-3 code -> language -> name, where CLDR's name is not the one used by the United Nations.
UN_NAMES = {
    "COD": {
        "en": "Democratic Republic of the Congo", "fr": "République démocratique du Congo",
        "es": "República Democrática del Congo", "ru": "Демократическая Республика Конго",
        "ar": "جمهورية الكونغو الديمقراطية",
    },
    "COG": {"en": "Congo", "fr": "Congo", "es": "Congo", "ru": "Конго", "ar": "الكونغو"},
    "FSM": {
        "en": "Micronesia (Federated States of)", "fr": "Micronésie (États fédérés de)",
        "es": "Micronesia (Estados Federados de)", "ru": "Микронезия (Федеративные Штаты)",
        "ar": "ميكرونيزيا (ولايات - الموحدة)",
    },
    "KOR": {
        "en": "Republic of Korea", "fr": "République de Corée", "es": "República de Corea", "ru": "Республика Корея",
        "ar": "جمهورية كوريا",
    },
    "PRK": {
        "en": "Democratic People’s Republic of Korea", "fr": "République populaire démocratique de Corée",
        "es": "República Popular Democrática de Corea", "ru": "Корейская Народно-Демократическая Республика",
        "ar": "جمهورية كوريا الشعبية الديمقراطية",
    },
    "MDA": {
        "en": "Republic of Moldova", "fr": "République de Moldova", "es": "República de Moldova",
        "ru": "Республика Молдова", "ar": "جمهورية مولدوفا",
    },
    "MMR": {"en": "Myanmar", "fr": "Myanmar", "es": "Myanmar", "ru": "Мьянма", "ar": "ميانمار"},
    "PSE": {
        "en": "State of Palestine", "fr": "État de Palestine", "es": "Estado de Palestina",
        "ru": "Государство Палестина", "ar": "دولة فلسطين",
    },
    "SYR": {
        "en": "Syrian Arab Republic", "fr": "République arabe syrienne", "es": "República Árabe Siria",
        "ru": "Сирийская Арабская Республика", "ar": "الجمهورية العربية السورية",
    },
    "TUR": {"fr": "Türkiye", "es": "Türkiye"},
    "VAT": {"en": "Holy See", "fr": "Saint-Siège", "es": "Santa Sede", "ru": "Святой Престол", "ar": "الكرسي الرسولي"},
    "VGB": {"en": "British Virgin Islands"},
    "VIR": {"en": "United States Virgin Islands"},
    KOSOVO: {
        "en": "Kosovo (UNSCR 1244)", "fr": "Kosovo (résolution 1244 du Conseil de sécurité)",
        "es": "Kosovo (resolución 1244 del Consejo de Seguridad)", "ru": "Косово (резолюция 1244 СБ ООН)",
        "ar": "كوسوفو (قرار مجلس الأمن 1244)",
    },
}  # fmt: skip
EVERYDAY_NAMES = {  # in use, and not in the list of ISO 3166-1
    "Bolivia": "BOL", "Britain": "GBR", "Brunei": "BRN", "Burma": "MMR", "Cape Verde": "CPV",
    "Congo-Brazzaville": "COG", "Congo-Kinshasa": "COD", "Democratic Republic of the Congo": "COD", "DR Congo": "COD",
    "East Timor": "TLS", "England": "GBR", "Great Britain": "GBR", "Holland": "NLD", "Ivory Coast": "CIV",
    "Kosovo": "XKX", "Macedonia": "MKD", "Micronesia": "FSM", "Palestine": "PSE", "Republic of the Congo": "COG",
    "Russia": "RUS", "Россия": "RUS", "Swaziland": "SWZ", "The Bahamas": "BHS", "The Gambia": "GMB",
    "The Netherlands": "NLD", "The Philippines": "PHL", "Turkey": "TUR", "UAE": "ARE", "UK": "GBR", "US": "USA",
    "Vatican": "VAT", "Vatican City": "VAT",
}  # fmt: skip


@lru_cache(maxsize=64)
def _iso_translation(language: str) -> gettext.NullTranslations:
    return gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True)


def is_country(code: str) -> bool:
    """Whether `code` is an alpha-3 code as it is stored, in capitals."""
    return code in ALPHA_2


@lru_cache(maxsize=4096)
def country_name(code: str, language: str = "en") -> str:
    """The short name ("Azerbaijan") in `language`, else in English; the code itself for no country.

    In English without the "&" and the "St" of CLDR, as ISO 3166-1 writes the name.
    """
    if code not in ALPHA_2:
        return code
    if name := UN_NAMES.get(code, {}).get(language):
        return name
    locale = locale_of(language)
    if language != "en" and locale and (name := locale.territories.get(ALPHA_2[code])):
        return f"{name} (UNSCR 1244)" if code == KOSOVO else name
    if name := UN_NAMES.get(code, {}).get("en"):
        return name
    country: Any = pycountry.countries.get(alpha_3=code)
    return str(getattr(country, "common_name", country.name))


def everyday_name(code: str) -> str:
    """The English name in CLDR ("Moldova", "Congo - Kinshasa"); the code itself for no country."""
    locale = locale_of("en")
    return str(locale.territories.get(ALPHA_2.get(code, ""), code)) if locale else code


@lru_cache(maxsize=1024)
def find_country(word: str) -> str | None:
    """The alpha-3 code of a country given by a code or a name ("mar", "MA", "Morocco", "Марокко" -> "MAR").

    Names are those of ISO 3166-1, short, common and official, in English and in the languages of the site; upper and
    lower case, accents and punctuation make no difference. None for an unknown word, and for a name of two countries.
    """
    return _country_names().get(_folded(word))


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str | None]:
    """Folded code or name -> alpha-3 code; None if two countries share the name."""
    found: dict[str, str | None] = {_folded(name): code for name, code in EVERYDAY_NAMES.items()}
    for code, alpha_2 in ALPHA_2.items():
        names = {alpha_2, code} | {country_name(code, language) for language in (*LANGUAGES, *UN_NAMES.get(code, ()))}
        names |= {locale.territories[alpha_2] for locale in map(locale_of, LANGUAGES) if locale}
        for name in map(_folded, names):
            found[name] = code if found.get(name, code) == code else None
    for country in pycountry.countries:
        names = {country.name}
        names |= {getattr(country, form) for form in ("common_name", "official_name") if hasattr(country, form)}
        names |= {_iso_translation(language).gettext(name) for language in LANGUAGES for name in list(names)}
        if ", " in country.name:  # "Korea, Republic of" is written "Republic of Korea", too
            head, _, tail = country.name.partition(", ")
            names.add(f"{tail} {head}")
        for name in map(_folded, names):
            found[name] = country.alpha_3 if found.get(name, country.alpha_3) == country.alpha_3 else None
    found.pop("", None)
    return found


def _folded(word: str) -> str:
    """Letters and digits only, without case and accents. An i without a dot, as in Turkish, is an i."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold().replace("ı", "i")) if c.isalnum())


def country_number(code: str) -> int:
    """The number of ISO 3166-1 (31 for AZE). Raises `LookupError` if the code is not a country's."""
    if code in NUMBERS:
        return NUMBERS[code]
    country = pycountry.countries.get(alpha_3=code)
    if country is None:
        raise LookupError(code)
    return int(country.numeric)


@lru_cache(maxsize=64)
def _sorted_codes(language: str) -> tuple[str, ...]:
    return tuple(sorted(ALPHA_2, key=lambda code: sort_key(country_name(code, language))))


def country_choices(language: str = "en", first: Iterable[str] = ()) -> list[tuple[str, str]]:
    """(alpha-3 code, name) of every country, those of `first` before the rest in alphabetical order."""
    head = [code for code in first if is_country(code)]
    codes = head + [code for code in _sorted_codes(language) if code not in head]
    return [(code, country_name(code, language)) for code in codes]


@lru_cache(maxsize=1)
def _zones() -> dict[str, list[str]]:
    """Time zones by the alpha-2 code of their country."""
    found: dict[str, list[str]] = {}
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return found


def zones_of(country: str) -> list[str]:
    """The time zones of a country, given by its alpha-3 code."""
    if country == KOSOVO:  # which has no zone of its own in the list
        return ["Europe/Belgrade"]
    return _zones().get(ALPHA_2.get(country, ""), [])


def zone_of(country: str) -> str:
    """The time zone of a country that has only one; UTC for the others, where it must be chosen."""
    zones = zones_of(country)
    return zones[0] if len(zones) == 1 else UTC


def zone_choices(country: str) -> list[tuple[str, str]]:
    """(name, label) of every time zone, those of the country first."""
    own = zones_of(country)
    rest = sorted({zone for zones in _zones().values() for zone in zones} - set(own))
    return [(zone, zone.replace("_", " ")) for zone in [*own, UTC, *rest]]
