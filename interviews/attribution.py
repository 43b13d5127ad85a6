"""The attribution of a quotation: as many attributes as enough people on the register of stakeholders share.

The register: the people interviewed, the contacts, and one person for each organisation that has neither. A person who
is on it twice under one name counts once. A detail that is not recorded for a person matches no other person's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.models import Assessment, Contact, Organisation, Sector
from assessments.names import people_in, romanise
from assessments.names.vocabulary import STOPWORDS
from interviews.consent import Consent
from interviews.models import Coding, Interview

DROPPED_FIRST = ("place", "sex", "kind", "sector")  # in this order, until enough people share the rest
LABELS = {"place": "place", "sex": "sex", "kind": "kind of organisation", "sector": "sector"}
SEXES = {"woman": "woman", "man": "man", "other": "other or undisclosed sex"}
PLACES = {"capital": "in the capital", "region": "outside the capital"}

Attributes = dict[str, str]  # name of DROPPED_FIRST -> value; what is not recorded is left out


@dataclass(frozen=True)
class Attribution:
    """What would be printed with a quotation. `shared` people of the `register` share `attributes`."""

    attributes: Attributes
    of: Attributes  # all that is recorded about the person
    shared: int
    register: int
    k: int

    @property
    def left_out(self) -> list[str]:
        return [LABELS[name] for name in DROPPED_FIRST if name in self.of and name not in self.attributes]

    @property
    def text(self) -> str:
        return describe(self.attributes)

    @property
    def stored(self) -> dict[str, Any]:
        """What is stored with a release."""
        return {
            "attributes": self.attributes,
            "of": self.of,
            "shared": self.shared,
            "register": self.register,
            "k": self.k,
        }


def describe(attributes: Mapping[str, str]) -> str:
    """In English, for members: "State agency, shelter, woman"."""
    sector = attributes.get("sector", "")
    parts = [
        str(Sector(sector).label) if sector else "",
        attributes.get("kind", ""),
        SEXES.get(attributes.get("sex", ""), ""),
        PLACES.get(attributes.get("place", ""), ""),
    ]
    return ", ".join(filter(None, parts)) or "An interviewee"


def attributes_of(interview: Interview) -> Attributes:
    """What is recorded about the participants; their sex where it is the same for all."""
    counts = zip(SEXES, (interview.women, interview.men, interview.other), strict=True)
    sexes = [name for name, count in counts if count]
    found = _of_organisation(interview.organisation)
    found |= {"place": interview.place or found.get("place", ""), "sex": sexes[0] if len(sexes) == 1 else ""}
    return _recorded(found)


def _of_organisation(organisation: Organisation | None) -> Attributes:
    if organisation is None:
        return {}
    place = {True: "capital", False: "region"}.get(organisation.in_capital, "")  # type: ignore[arg-type]  # None is not recorded
    return {"sector": organisation.sector, "kind": organisation.entity_type.strip(), "place": place}


def _recorded(attributes: Attributes) -> Attributes:
    return {name: attributes[name] for name in DROPPED_FIRST if attributes.get(name)}


class Register:
    """The people of one assessment, read once for a page."""

    def __init__(self, assessment: Assessment):
        self.k = assessment.disclosure_threshold
        self.people = list(_people(assessment))

    def share(self, attributes: Attributes) -> int:
        return sum(attributes.items() <= person.items() for person in self.people)

    def attribution_of(self, interview: Interview, consent: Consent | None = None) -> Attribution:
        """As many attributes as at least `k` people share; none where too few share any, and none where that is what
        the interviewee agreed to."""
        of = attributes_of(interview)
        kept = {} if consent and consent.is_unattributed else dict(of)
        for name in DROPPED_FIRST:
            if not kept or self.share(kept) >= self.k:
                break
            kept.pop(name, None)
        return Attribution(kept, of, self.share(kept), len(self.people), self.k)


def _people(assessment: Assessment) -> Iterator[Attributes]:
    seen: set[str] = set()
    reached: set[int] = set()  # organisations with at least one person on the register
    interviews = Interview.objects.for_assessment(assessment).for_counting().select_related("organisation")
    for interview in interviews.order_by("number"):
        reached.add(interview.organisation_id or 0)
        shared = _of_organisation(interview.organisation)
        shared["place"] = interview.place or shared.get("place", "")
        counts = zip(SEXES, (interview.women, interview.men, interview.other), strict=True)
        sexes = [name for name, count in counts for _ in range(count)] or [""]
        if len(sexes) == 1 and not _is_new(interview.respondent_name, seen):
            continue
        yield from (_recorded(shared | {"sex": sex}) for sex in sexes)
    organisations = list(Organisation.objects.for_assessment(assessment))
    by_name = {key: row for row in organisations for name in (row.name, row.short_name) for key in _spellings(name)}
    for contact in Contact.objects.for_assessment(assessment).for_inviting():
        organisation = next((by_name[key] for key in _spellings(contact.organisation) if key in by_name), None)
        is_known = not contact.name.strip() and organisation is not None and organisation.pk in reached
        reached.add(organisation.pk if organisation else 0)
        if not is_known and _is_new(contact.name, seen):  # an address without a name may be that of who was interviewed
            own = _of_organisation(organisation)
            yield _recorded(own | {"sector": contact.sector or own.get("sector", "")})
    yield from (_recorded(_of_organisation(row)) for row in organisations if row.pk not in reached)


def _spellings(name: str) -> list[str]:
    """What an organisation's name is compared by: "The Ministry of Examples (MoE)" is "Ministry of examples" and "MoE".

    An organisation that is typed in two ways would otherwise count as two people, and a detail would seem shared.
    """
    parts = [re.sub(r"\([^()]*\)", " ", name), *re.findall(r"\(([^()]*)\)", name)]
    words = ([romanise(word) for word in re.findall(r"[^\W_]+", part)] for part in parts)
    keys = (" ".join(word for word in found if word not in STOPWORDS) for found in words)
    return [key for key in dict.fromkeys(keys) if key]


def _is_new(name: str, seen: set[str]) -> bool:
    """Whether no person of this name has been counted yet. People without a name cannot be distinguished."""
    keys = {" ".join(sorted(romanise(word) for word in one.split())) for one in people_in(name or "")}
    keys.discard("")
    if keys & seen:
        return False
    seen |= keys
    return True


def attributed_to(coding: Coding) -> str:
    """What was agreed at the release, in English, for members."""
    agency = coding.attribution.get("agency")
    text = describe(coding.attribution.get("attributes", {}))
    return f"{agency}; where agencies may not be named: {text}" if agency else text


def is_outdated(attribution: Mapping[str, Any], interview: Interview) -> bool:
    """Whether what is recorded about the person has changed since the attribution was agreed."""
    return bool(attribution) and attribution.get("of") != attributes_of(interview)


def offered(
    interviews: Iterable[Interview], assessment: Assessment, consents: Mapping[int, Consent]
) -> dict[int, Attribution]:
    """Key of an interview -> the attribution that its quotations would have. `consents` by the same keys."""
    register = Register(assessment)
    return {interview.pk: register.attribution_of(interview, consents[interview.pk]) for interview in interviews}
