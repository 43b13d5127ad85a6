"""Which language a page speaks: what a browser asks for, among the languages that there are texts in."""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation.trans_real import parse_accept_lang_header

from ctnat.translation.catalogue import SOURCE_LANGUAGE
from ctnat.translation.plurals import language_and_script

LONGEST_HEADER = 500  # characters; Django's own limit
UNFINISHED = "unfinished"  # the line X-State in the header of a catalogue that is not to be offered yet
COMPLETE = 0.9  # of its texts a catalogue must have, otherwise pages would mix two languages


def preferred_language(header: str, offered: Sequence[str]) -> str | None:
    """The first language of an `Accept-Language` header that is among those offered; None if none of them is.

    "ro-MD" finds "ro", "pt" finds "pt-BR" and "zh-TW" finds "zh-Hant" before "zh-Hans"; another name of the same
    language in CLDR finds it too ("prs" and "fa-AF" are both Dari). A language is also found in another script, because
    its readers may know both. Django's own function knows only the languages of the settings.
    """
    for wanted, quality in parse_accept_lang_header(header[:LONGEST_HEADER].lower()):
        if quality <= 0:
            continue
        if wanted == "*":
            return offered[0] if offered else None
        language, script = language_and_script(wanted)
        known = {code: language_and_script(code) for code in offered}
        found = [code for code in offered if code.lower() == wanted]
        found += [code for code, other in known.items() if other == (language, script)]
        found += [code for code, other in known.items() if other[0] == language]
        if found:
            return found[0]
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
