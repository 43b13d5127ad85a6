"""Reviewers of a round, pasted one per line: who it is, with an address and a category or without them.

A ministry
A ministry, office@example.org
A ministry, Department of Labour; office@example.org; state agency
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.invited_lines import ADDRESS, BESIDE, address_in, codes_in_words, is_address, no_address, typed_lines
from assessments.models import Sector

MOST = 100  # lines at once
LONGEST_NAME = 200  # characters
_LAST = re.compile(r"[;,|\u060c\u061b]([^;,|\u060c\u061b]+)$")  # also the comma and semicolon of Arabic


@dataclass(frozen=True)
class ReviewerLine:
    """One pasted line: who reviews, the address (blank: the link is handed over) and the category (blank: not known),
    or `fault`, what is wrong with it, in words."""

    text: str
    name: str = ""
    email: str = ""
    category: str = ""
    fault: str = ""


def read_reviewers(text: str) -> list[ReviewerLine]:
    """The lines that are not blank. Tabs, as between the cells of a worksheet, part what is in a line."""
    return list(_read(typed_lines(text.replace("\t", "; "))))


def _read(lines: list[str]) -> Iterator[ReviewerLine]:
    seen: set[str] = set()
    for text in lines:
        found = list(ADDRESS.finditer(text))
        if len(found) > 1:
            yield ReviewerLine(text, fault=_("There are several addresses in this line. Write one reviewer per line."))
            continue
        name, email, rest = text, "", ""
        if found:
            name, email = text[: found[0].start()], address_in(found[0].group())
            rest = text[found[0].end() :].strip(BESIDE)
        category, fault = _category_of(rest)
        if not found and (last := _LAST.search(name)) and (of_end := _categories().get(last[1].strip().casefold())):
            name, category = name[: last.start()], of_end
        name = name.strip(BESIDE)
        if not fault:
            fault = _fault_of(name, email)
        if not fault and (email or name.casefold()) in seen:
            fault = _("This reviewer is in an earlier line.")
        seen.add(email or name.casefold())
        yield ReviewerLine(text, name, email, category, fault)


def _fault_of(name: str, email: str) -> str:
    if not name:
        return _("Say in the line who reviews: an office, a ministry, an expert.")
    if len(name) > LONGEST_NAME:
        return _("Shorten the name to {n} characters.").format(n=LONGEST_NAME)
    return no_address(email) if email and not is_address(email) else ""


def _category_of(word: str) -> tuple[str, str]:
    """(category, fault) of what stands behind the address: a category in any language of the pages, or nothing."""
    if not word or word.casefold() in _categories():
        return _categories().get(word.casefold(), ""), ""
    known = ", ".join(str(label) for label in Sector.labels)
    return "", _("“{word}” is not a category. Write one of: {known}, or nothing.").format(word=word[:40], known=known)


def _categories() -> dict[str, str]:
    return codes_in_words(Sector)
