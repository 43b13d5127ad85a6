"""Addresses of people to invite, pasted one per line, each with a role or without one.

amina@example.org
amina@example.org, consultant
Amina Example <amina@example.org>; Focal point
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.models import Role
from ctnat.translation.languages import interface_languages

MOST = 100  # lines at once
LONGEST = 254  # characters of an address
ADDRESS = re.compile(r"[^\s<>,;|\u060c\u061b]+@[^\s<>,;|\u060c\u061b]+")
BESIDE = " \t,;:|<>()\"'–-\u060c\u061b"  # what may be between an address and its role; also in Arabic


@dataclass(frozen=True)
class Line:
    """One pasted line: the address and the role read from it, or `fault`, what is wrong with it, in words."""

    text: str
    email: str = ""
    role: str = ""
    fault: str = ""


def read_lines(text: str, role: str = "") -> list[Line]:
    """The lines that are not blank. `role` is that of lines without one of their own; blank: each needs its own."""
    return list(_read(typed_lines(text), role))


def typed_lines(text: str) -> list[str]:
    """The lines that are not blank, with single blanks in them."""
    lines = (" ".join(line.split()) for line in text.replace("\x00", "").splitlines())
    return [line for line in lines if line]


def address_in(found: str) -> str:
    """An address as it is stored, of what `ADDRESS` found."""
    return found.strip(".'\"").removeprefix("mailto:").lower()


def _read(lines: list[str], role: str) -> Iterator[Line]:
    seen: set[tuple[str, str]] = set()
    for text in lines:
        found = list(ADDRESS.finditer(text))
        if not found:
            yield Line(text, fault=_("There is no e-mail address in this line."))
            continue
        if len(found) > 1:
            yield Line(text, fault=_("There are several addresses in this line. Write one per line."))
            continue
        email = address_in(found[0].group())
        own, fault = _role_of(text, found[0].end(), role)
        if not fault and not is_address(email):
            fault = no_address(email)
        if not fault and (email, own) in seen:
            fault = _("This person is in an earlier line with the same role.")
        seen.add((email, own))
        yield Line(text, email, own, fault)


def _role_of(text: str, end: int, otherwise: str) -> tuple[str, str]:
    """(role, fault) of what stands behind the address: a role in English or in another language of the pages."""
    word = text[end:].strip(BESIDE)
    if not word:
        return (otherwise, "") if otherwise else ("", _("Add a role to this line, or choose one for all lines."))
    if role := codes_in_words(Role).get(word.casefold()):
        return role, ""
    roles = ", ".join(str(label) for label in Role.labels)
    return "", _("“{word}” is not a role. Write one of: {roles}.").format(word=word[:40], roles=roles)


@lru_cache
def codes_in_words(choices: type[TextChoices]) -> dict[str, str]:
    """A choice in words, in each language of the pages, or its code -> its code."""
    found = {choice.value: choice.value for choice in choices}
    for language in interface_languages():
        with override(language):
            found |= {str(choice.label).casefold(): choice.value for choice in choices}
    return found


def no_address(email: str) -> str:
    """What is told of an address that is none."""
    return _("“{email}” is not a valid e-mail address.").format(email=email[:60])


def is_address(email: str) -> bool:
    try:
        EmailValidator()(email)
    except ValidationError:
        return False
    return len(email) <= LONGEST
