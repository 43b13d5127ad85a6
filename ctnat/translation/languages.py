"""Which language a page speaks: what a browser asks for, among the languages that there are texts in."""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation.trans_real import parse_accept_lang_header

from ctnat.translation.catalogue import SOURCE_LANGUAGE

LONGEST_HEADER = 500  # characters; Django's own limit
UNFINISHED = "unfinished"  # the line X-State in the header of a catalogue that is not to be offered yet
COMPLETE = 0.9  # of its texts a catalogue must have, otherwise pages would mix two languages


def preferred_language(header: str, offered: Sequence[str]) -> str | None:
    """The first language of an `Accept-Language` header that is among those offered; None if none of them is.

    "ro-MD" finds "ro", and "pt" finds "pt-BR". Django's own function knows only the languages of the settings.
    """
    for wanted, quality in parse_accept_lang_header(header[:LONGEST_HEADER].lower()):
        if quality <= 0:
            continue
        for code in offered:
            if wanted in ("*", code.lower()) or wanted.split("-")[0] == code.lower().split("-")[0]:
                return code
    return None


def interface_languages() -> tuple[str, ...]:
    """English, and the languages in which at least nine of ten texts of members' pages are translated.

    Not those whose catalogue says in its header that it is unfinished.
    """
    return _interface_languages(Path(settings.LOCALE_PATHS[0]))


@lru_cache(maxsize=4)
def _interface_languages(compiled: Path) -> tuple[str, ...]:
    found = []
    for file in sorted(compiled.glob("*/LC_MESSAGES/django.json")):
        counts = json.loads(file.read_bytes())
        complete = counts["all"] and counts["translated"] >= COMPLETE * counts["all"]
        if complete and counts["state"] != UNFINISHED:
            found.append(counts["language"])
    return (SOURCE_LANGUAGE, *found)
