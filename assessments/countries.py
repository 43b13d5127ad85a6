"""Countries and time zones come from the lists of libraries, names translated; no table of our own."""

import gettext
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

import pycountry

UTC = "UTC"


@lru_cache(maxsize=64)
def _translation(domain: str, language: str) -> gettext.NullTranslations:
    return gettext.translation(domain, pycountry.LOCALES_DIR, languages=[language], fallback=True)


def is_country(code: str) -> bool:
    return pycountry.countries.get(alpha_3=code) is not None


def country_name(code: str, language: str = "en") -> str:
    """The short name ("Azerbaijan") in `language`; the code itself where ISO 3166-1 has no such country."""
    country = pycountry.countries.get(alpha_3=code)
    if country is None:
        return code
    if language == "en":
        return getattr(country, "common_name", country.name)
    return _translation("iso3166-1", language).gettext(country.name)


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
    """The time zone of a country that has a single one; UTC for the others, who choose."""
    zones = zones_of(country)
    return zones[0] if len(zones) == 1 else UTC


def zone_choices(country: str) -> list[tuple[str, str]]:
    """(name, name to read) of every time zone, those of the country first."""
    own = zones_of(country)
    rest = sorted({zone for zones in _zones().values() for zone in zones} - set(own))
    return [(zone, zone.replace("_", " ")) for zone in [*own, UTC, *rest]]
