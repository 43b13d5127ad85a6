"""What the country proposes for a new assessment: languages with their scripts, time zone, office.

From CLDR and the time zone database, or from an earlier assessment of the same country to which the user belongs. They
are proposals: the form shows them, and each can be changed.
"""

from dataclasses import dataclass

from babel.core import get_global
from babel.languages import get_territory_language_info

from assessments.models import Assessment, User
from ctnat.ui.countries import ALPHA_2, country_name, zone_of, zones_of
from ctnat.ui.languages import find_code

OFFICIAL = frozenset({"official", "de_facto_official"})
# Per cent of the population: an official language that fewer people speak, or a second script of one, is not proposed.
LEAST_SPOKEN, LEAST_WRITTEN = 1, 10
MOST_LANGUAGES = 6
# Reports are usually written in a language of the United Nations: the country's own one, else English.
REPORTS_IN = ("en", "fr", "es", "ru", "ar", "zh")


@dataclass(frozen=True)
class Proposal:
    """`time_zone` is blank for a country with several. `earlier` is the assessment it was taken from, if any."""

    languages: tuple[str, ...] = ("en",)
    time_zone: str = ""
    office: str = ""
    earlier: str = ""


def proposal_for(country: str, *, user: User, commissioner: str = "") -> Proposal:
    """For a country by its alpha-3 code. One that CLDR does not know has English alone."""
    if country not in ALPHA_2:
        return Proposal()
    earlier = Assessment.objects.for_user(user).filter(country=country).order_by("-starts_on", "-pk").first()
    if earlier:
        return Proposal(tuple(earlier.languages), earlier.time_zone, earlier.office, earlier.reference)
    commissioner = commissioner or _last_commissioner(user)
    zone = zone_of(country) if len(zones_of(country)) == 1 else ""
    office = f"{commissioner.strip()}, {country_name(country)}" if commissioner.strip() else ""
    return Proposal(tuple(languages_of(country)), zone, office[:200])


def _last_commissioner(user: User) -> str:
    """Who commissioned the last assessment of the user: those who begin another one usually do it for the same."""
    mine = Assessment.objects.for_user(user).exclude(study__commissioner="").order_by("-starts_on", "-pk")
    return str(mine.values_list("study__commissioner", flat=True).first() or "")


def languages_of(country: str) -> list[str]:
    """The language of the report first, then the official languages by the number of their speakers."""
    territory = ALPHA_2[country]
    known = get_territory_language_info(territory)
    spoken = {
        code: share
        for code, about in known.items()
        for share in [float(about["population_percent"] or 0)]
        if about["official_status"] in OFFICIAL and share >= (LEAST_WRITTEN if "_" in code else LEAST_SPOKEN)
    }
    found = {code: _with_script(code, territory) for code in sorted(spoken, key=lambda code: -spoken[code])}
    by_law = [code for code in found if known[code]["official_status"] == "official"]
    first = next((found[code] for code in by_law if found[code] in REPORTS_IN), "en")
    return list(dict.fromkeys([first, *filter(None, found.values())]))[:MOST_LANGUAGES]


def _with_script(code: str, territory: str) -> str:
    """The code of a language as it is written in the country: Punjabi of Pakistan is `pa-Arab`. Blank: not known."""
    if "_" not in code:
        likely = get_global("likely_subtags")
        here, usual = likely.get(f"{code}_{territory}", ""), likely.get(code, "")
        if here and usual and here.split("_")[1] != usual.split("_")[1]:
            code = f"{code}_{here.split('_')[1]}"
    return find_code(code.replace("_", "-")) or ""
