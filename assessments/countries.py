"""Countries and time zones come from the lists of libraries, names translated."""

import gettext
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

import pycountry

from ctnat.ui.languages import LANGUAGES

UTC = "UTC"
GARBLED = frozenset(["am"])  # the library's translations into these languages are unreadable
EVERYDAY_NAMES = {  # in use, and not in the list of ISO 3166-1
    "Bolivia": "BOL", "Britain": "GBR", "Brunei": "BRN", "Burma": "MMR", "Cape Verde": "CPV",
    "Congo-Brazzaville": "COG", "Congo-Kinshasa": "COD", "Democratic Republic of the Congo": "COD", "DR Congo": "COD",
    "East Timor": "TLS", "England": "GBR", "Great Britain": "GBR", "Holland": "NLD", "Ivory Coast": "CIV",
    "Macedonia": "MKD", "Micronesia": "FSM", "Palestine": "PSE", "Republic of the Congo": "COG", "Russia": "RUS",
    "Россия": "RUS", "Swaziland": "SWZ", "The Bahamas": "BHS", "The Gambia": "GMB", "The Netherlands": "NLD",
    "The Philippines": "PHL", "Turkey": "TUR", "UAE": "ARE", "UK": "GBR", "US": "USA", "Vatican": "VAT",
    "Vatican City": "VAT",
}  # fmt: skip


@lru_cache(maxsize=64)
def _translation(domain: str, language: str) -> gettext.NullTranslations:
    return gettext.translation(domain, pycountry.LOCALES_DIR, languages=[language], fallback=True)


def is_country(code: str) -> bool:
    """Whether `code` is an alpha-3 code as it is stored, in capitals."""
    country = pycountry.countries.get(alpha_3=code)  # which finds "mar" too
    return country is not None and country.alpha_3 == code


def country_name(code: str, language: str = "en") -> str:
    """The short name ("Azerbaijan") in `language`, else in English; the code itself for no country of ISO 3166-1."""
    country = pycountry.countries.get(alpha_3=code)
    if country is None:
        return code
    if language == "en" or language.replace("_", "-").split("-")[0].lower() in GARBLED:
        return getattr(country, "common_name", country.name)
    return _translation("iso3166-1", language).gettext(country.name)


@lru_cache(maxsize=1024)
def find_country(word: str) -> str | None:
    """The alpha-3 code of a country given by a code or a name ("mar", "MA", "Morocco", "Марокко" -> "MAR").

    Names are those of ISO 3166-1, short, common and official, in English and in the languages of the site; upper and
    lower case, accents and punctuation make no difference. None for an unknown word, and for a name of two countries.
    """
    return _country_names().get(_folded(word))


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str | None]:
    """Folded code or name -> alpha-3 code; None where two countries share the name."""
    found: dict[str, str | None] = {_folded(name): code for name, code in EVERYDAY_NAMES.items()}
    for country in pycountry.countries:
        names = {country.alpha_2, country.alpha_3, country.name}
        names |= {getattr(country, form) for form in ("common_name", "official_name") if hasattr(country, form)}
        names |= {_translation("iso3166-1", language).gettext(name) for language in LANGUAGES for name in list(names)}
        if ", " in country.name:  # "Korea, Republic of" is written "Republic of Korea", too
            head, _, tail = country.name.partition(", ")
            names.add(f"{tail} {head}")
        for name in map(_folded, names):
            found[name] = country.alpha_3 if found.get(name, country.alpha_3) == country.alpha_3 else None
    found.pop("", None)
    return found


def _folded(word: str) -> str:
    """Letters and digits alone, without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if c.isalnum())


def country_number(code: str) -> int:
    """The number of ISO 3166-1 (31 for AZE). Raises `LookupError` for a code that is no country."""
    country = pycountry.countries.get(alpha_3=code)
    if country is None:
        raise LookupError(code)
    return int(country.numeric)


@lru_cache(maxsize=64)
def _sorted_codes(language: str) -> tuple[str, ...]:
    return tuple(sorted((c.alpha_3 for c in pycountry.countries), key=lambda code: country_name(code, language)))


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
    found = pycountry.countries.get(alpha_3=country)
    return _zones().get(found.alpha_2, []) if found else []


def zone_of(country: str) -> str:
    """The time zone of a country that has a single one; UTC for the others, where it has to be chosen."""
    zones = zones_of(country)
    return zones[0] if len(zones) == 1 else UTC


def zone_choices(country: str) -> list[tuple[str, str]]:
    """(name, name to read) of every time zone, those of the country first."""
    own = zones_of(country)
    rest = sorted({zone for zones in _zones().values() for zone in zones} - set(own))
    return [(zone, zone.replace("_", " ")) for zone in [*own, UTC, *rest]]
