"""Names of languages and countries in the language of the page, as members read them.

Files, the audit log and what is stored have the English names of `ctnat.ui.languages` and `ctnat.ui.countries`.
"""

from django.utils.functional import lazy
from django.utils.translation import get_language

from ctnat.ui import countries
from ctnat.ui.languages import name_in


def language_name(code: str) -> str:
    """Such as “Georgian”, “géorgien”, “грузинский”, in the words of the page; the code itself if it is unknown."""
    return name_in(code, get_language() or "en")


language_name_lazy = lazy(language_name, str)  # in the words of the page that shows it


def country_name(code: str) -> str:
    """The short name of a country, given by its alpha-3 code, in the words of the page."""
    return countries.country_name(code, get_language() or "en")
