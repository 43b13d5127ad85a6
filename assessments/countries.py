"""Countries and languages come from the ISO lists of a library, names translated; no table of our own."""

import gettext
from collections.abc import Iterable
from functools import lru_cache

import pycountry

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv"})


def direction(language: str) -> str:
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


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


def language_name(code: str) -> str:
    """The English name of an ISO 639 language ("ka" -> "Georgian"); the code itself where it is unknown."""
    language = pycountry.languages.get(alpha_2=code) or pycountry.languages.get(alpha_3=code)
    return language.name if language else code
