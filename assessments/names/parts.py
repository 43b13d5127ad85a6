"""The people in a field, and the parts of a person's name."""

import re
from dataclasses import dataclass

from assessments.names.sounds import romanise
from assessments.names.vocabulary import HONORIFICS, PARTICLES, TITLES, WORD


@dataclass(frozen=True)
class Part:
    """One word of a name. `family`: it may be the family name."""

    word: str
    latin: str
    family: bool


def parts_of(name: str) -> list[Part]:
    """The words of a person's name, without titles, particles and single letters."""
    head, comma, tail = name.partition(",")
    if comma and len(head.split()) == 1:
        name = f"{tail} {head}"  # "Example, Rashad"
    words = [found[0] for found in WORD.finditer(name)]
    while len(words) > 1 and romanise(words[0]) in TITLES:
        del words[0]
    while len(words) > 1 and romanise(words[-1]) in HONORIFICS:
        del words[-1]
    kept = [word for word in words if len(romanise(word)) > 1 and romanise(word) not in PARTICLES]
    capitals = [word for word in kept if word.isupper() and len(word) > 2]
    shouted = len(capitals) == len(kept)  # then capitals mean nothing
    return [
        Part(
            word=word,
            latin=romanise(word),
            family=(word in capitals) if capitals and not shouted else place == len(kept) - 1 or _looks_family(word),
        )
        for place, word in enumerate(kept)
    ]


_FAMILY = re.compile(r"(ov|ev|yev|ova|eva|yeva|li|lu|zade|zadeh|yan|ian|ants|shvili|dze|iani|ava|skiy|sky|ski|enko)$")


def _looks_family(word: str) -> bool:
    return len(word) > 5 and bool(_FAMILY.search(romanise(word)))


def people_in(name: str) -> list[str]:
    """The names in one field: "Rashad Example; Nigar Sample (deputy)" are two people."""
    name = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", name)
    found = []
    for piece in re.split(r"[;/|\n&+]|\band\b|\bи\b|\bvə\b|\bև\b|\bდა\b", name):
        by_comma = [part for part in piece.split(",") if part.strip()]
        several = len(by_comma) > 1 and not (len(by_comma) == 2 and len(by_comma[0].split()) == 1)
        found += by_comma if several else [piece]
    return [entry.strip() for entry in found if entry.strip()]
