"""The names of an assessment's respondents, contacts and agencies, and texts in which they are withheld."""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import fields, is_dataclass, replace
from html import escape, unescape
from typing import Any

import pycountry
from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast, Concat

from assessments.fields import UNREADABLE
from assessments.known_names import WITHHELD, knows_names
from assessments.models import Assessment, Contact, Sector
from assessments.names import Agency, NameFinder, Person, romanise
from ctnat.ui.countries import country_choices
from ctnat.ui.languages import LANGUAGES
from interviews.html_text import HtmlText, rough_text
from interviews.models import Interview, Participant

__all__ = ["WITHHELD", "finder_for", "may_name_agencies", "reading", "withhold", "withhold_in_html", "withhold_within"]
# What of a page is read besides its text. Not what a form holds: its writer gets that back as it was typed.
_READ_ATTRIBUTE = re.compile(
    r'(\s(?:alt|title|aria-label|aria-description|content|placeholder|data-[a-z-]+)=")([^"]*)"'
)
_SMALL_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{3,}")


def sector_name(sector: str) -> str:
    return str(Sector(sector).label) if sector in Sector.values else "Organisation"


@knows_names
def finder_for(assessment: Assessment, category: Callable[[str], str] = sector_name) -> NameFinder:
    """A finder of respondents, contacts and agencies on the list. `category` returns the name of a sector.

    A finder is kept in memory until a name changes: reading thousands of encrypted names for each page
    would take longer than the page.
    """
    tool = (assessment.guide, assessment.questionnaire, assessment.matrix)
    instruments = [(instrument.pk, instrument.corrections_made) for instrument in tool]
    categories = tuple(category(sector) for sector in (*Sector.values, ""))
    key = hashlib.sha256(repr((assessment.pk, instruments, categories, _stored_names(assessment))).encode()).hexdigest()
    if (finder := _kept.get(key)) is None:
        finder = NameFinder(
            people_of(assessment),
            agencies_of(assessment, category),
            common=lambda: common_words(assessment),
            places=lambda: places_of(assessment),
        )
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = finder
    return finder


MOST_KEPT = 4
_kept: dict[str, NameFinder] = {}


def _stored_names(assessment: Assessment) -> list[tuple[Any, ...]]:
    """All that a finder is made of, as it is stored, without decrypting it, in one query: each page asks for it."""
    nothing = Value("", output_field=TextField())

    def rows(found: Any, *columns: Any) -> Any:
        named = {f"column_{number}": Cast(column, TextField()) for number, column in enumerate(columns)}
        return found.order_by().annotate(**named).values_list(*named)

    interviews = rows(
        Interview.objects.filter(assessment=assessment), Value("interview"), "code", "respondent_name", nothing
    )
    took_part = Participant.objects.for_assessment(assessment).exclude(name="")
    listed_people = rows(took_part, Value("participant"), "pk", "name", nothing)
    contacts = Contact.objects.for_assessment(assessment).filter(Q(erased_at=None) | ~Q(organisation=""))
    invited = rows(contacts, Value("contact"), "pk", "name", Concat("organisation", Value("/"), "sector"))
    listed = rows(assessment.organisations.all(), "sector", "pk", "name", "short_name")
    return sorted(interviews.union(listed_people, invited, listed, all=True))


def people_of(assessment: Assessment) -> Iterator[Person]:
    """All people interviewed, also in interviews that were moved to the trash, and all contacts."""
    interviews = Interview.objects.filter(assessment=assessment).order_by("number")
    for code, name in interviews.values_list("code", "respondent_name"):
        if name and name != UNREADABLE:
            yield Person(code, name)
    took_part = Participant.objects.for_assessment(assessment).exclude(name="").select_related("interview")
    for row in took_part.order_by("interview__number", "interview", "position"):
        if row.name != UNREADABLE:
            yield Person(label_of(row), row.name)
    for pk, name in Contact.objects.for_assessment(assessment).for_inviting().values_list("pk", "name"):
        if name and name != UNREADABLE:
            yield Person(f"contact {pk}", name)


def label_of(row: Participant) -> str:
    """Under which the finder knows a person of the table of who took part: "AZEint1 (2)", so that one of them is told
    from the others of the interview; "AZEint1" for the main respondent whom the interview names too."""
    code = str(row.interview.code)
    return code if row.name == row.interview.respondent_name else f"{code} ({row.position})"


def agencies_of(assessment: Assessment, category: Callable[[str], str] = sector_name) -> Iterator[Agency]:
    """The organisations on the list, and those of contacts."""
    rows = assessment.organisations.order_by("pk").values_list("name", "short_name", "sector")
    for name, short_name, sector in rows:
        yield Agency(category(sector), (name, short_name))
    known = {name.casefold() for name, _, _ in rows}
    contacts = Contact.objects.for_assessment(assessment).exclude(organisation="")
    for name, sector in contacts.order_by("pk").values_list("organisation", "sector").distinct():
        if name.casefold() not in known:
            yield Agency(category(sector or "other"), (name,))


def common_words(assessment: Assessment) -> Collection[str]:
    """The lower-case words of the three instruments, in all their languages."""
    found: set[str] = set()
    for instrument in (assessment.guide, assessment.questionnaire, assessment.matrix):
        text = json.dumps(instrument.shown_definition, ensure_ascii=False)
        found.update(word for word in _SMALL_WORD.findall(text) if word.islower())
    return {romanise(word) for word in found}


def places_of(assessment: Assessment) -> Collection[str]:
    """The words of the names of all countries, and of the regions and towns of the assessment's country."""
    names = {name for _, name in country_choices()}
    names |= {assessment.country_in(language) for language in (*LANGUAGES, *assessment.languages)}
    own = pycountry.countries.get(alpha_3=assessment.country)
    if own is not None:
        names |= {part.name for part in pycountry.subdivisions if part.country_code == own.alpha_2}
    return {romanise(word) for name in names for word in re.findall(r"[^\W\d_]{3,}", name)}


def withhold(text: str, finder: NameFinder, agencies: bool = False) -> str:
    """The text without certain names of respondents and contacts; with `agencies`, these are replaced by their
    categories."""
    for match in reversed([match for match in finder.find(text, agencies) if match.certain]):
        instead = WITHHELD if match.kind == "person" else f"[{match.label}]"
        text = text[: match.start] + instead + text[match.end :]
    return text


def withhold_in_html(html: str, finder: NameFinder, agencies: bool = False) -> str:
    """A page, or a part of one, likewise: in its text and in attributes that are read. Values of fields are left."""
    attributes = " ".join(unescape(value) for _, value in _READ_ATTRIBUTE.findall(html))
    if not any(finder.may_hold(text, agencies) for text in (rough_text(html), attributes)):
        return html
    text = HtmlText(html)
    for match in reversed([match for match in finder.find(text.plain, agencies) if match.certain]):
        text.replace(match.start, match.end, WITHHELD if match.kind == "person" else f"[{match.label}]")

    def attribute(found: re.Match[str]) -> str:
        return f'{found[1]}{escape(withhold(unescape(found[2]), finder, agencies))}"'

    text.change_attributes(_READ_ATTRIBUTE, attribute)
    return str(text)


def withhold_within(value: Any, finder: NameFinder, agencies: bool = False) -> Any:
    """Likewise for every text in lists, tuples, dictionaries and dataclasses; keys and other values stay."""
    if isinstance(value, str):
        return withhold(value, finder, agencies)
    if isinstance(value, dict):
        return {key: withhold_within(inner, finder, agencies) for key, inner in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return type(value)(withhold_within(inner, finder, agencies) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.init]
        return replace(value, **{name: withhold_within(getattr(value, name), finder, agencies) for name in names})
    return value


def may_name_agencies(assessment: Assessment) -> bool:
    """As is set in the assessment's report, which is of an app above this one; they may where there is none."""
    return bool(getattr(getattr(assessment, "report", None), "name_agencies", True))


def reading(assessment: Assessment, may: Collection[str]) -> Callable[[str], str]:
    """A function that returns a text as a member with these rights may read it: names only with the right to see
    them."""
    if "interviews.names" in may:
        return str
    finder = finder_for(assessment)
    return lambda text: withhold(text, finder)
