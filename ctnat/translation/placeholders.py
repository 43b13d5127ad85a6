"""Whether a translation has the placeholders and the markup of its source."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from babel.messages import Message

from ctnat.translation.plurals import forms, numbers_of

# %(name)s of templates, {name} of Python and of the public texts, %% and %s; a "%" by itself is a sign.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{+\w*(?:![rsa])?(?::[^{}]*)?\}+|%%|%[sd]\b")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


@dataclass(frozen=True)
class PlaceholderFault:
    """What is wrong with a translation: placeholders that are "unknown" or "missing", or other "tags"."""

    kind: Literal["unknown", "missing", "tags"]
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        names = ", ".join(self.names)
        return {
            "unknown": f"{names} is not in the English text",
            "missing": f"{names} is missing",
            "tags": "its tags are not those of the English text",
        }[self.kind]


def placeholder_fault(message: Message, language: str) -> str:
    """What is wrong with the placeholders or the tags of a translation; empty if nothing is."""
    english = message.id
    if isinstance(english, str):
        form = "=" if "=" in (message.context or "") else ""  # the part for none at all, of the domain `public`
        return str(form_fault({form: english}, language, form, str(message.string or "")) or "")
    wanted = forms(language)
    if len(message.string or ()) != len(wanted):
        return f"{len(message.string or ())} plural forms instead of {len(wanted)} ({', '.join(wanted)})"
    texts = {"one": message.id[0], "other": message.id[1]}
    for form, text in zip(wanted, message.string or (), strict=True):
        if fault := form_fault(texts, language, form, text):
            return f"form “{form}”: {fault}"
    return ""


def form_fault(english: Mapping[str, str], language: str, form: str, text: str) -> PlaceholderFault | None:
    """What is wrong with one form of a translation; None if nothing is, or if it is blank.

    `english` are the forms of the source: "" for a text without plural forms, else "one" and "other", and "=0" for
    none at all. A form of a single number, such as "one" in English, may leave its number out ("one group"); a form
    that stands for several numbers must contain it.
    """
    if not text:
        return None
    if form.startswith("="):
        return _fault(text, [english[form], "{n}"])
    if not form:
        return _fault(text, [english[""]])
    single = len(numbers_of(language, form)) == 1
    return _fault(text, [english["other"], *([english["one"]] if single else [])], number_may_go=single)


def _fault(text: str, sources: list[str], *, number_may_go: bool = False) -> PlaceholderFault | None:
    found = placeholders(text)
    missing = placeholders(sources[0]) - found
    known = sum((placeholders(source) for source in sources), Counter())
    # One with a name may be repeated, as in "{country} ... in {country}".
    unknown = [name for name in found - known if not (name in known and name.startswith("{"))]
    if unknown:
        return PlaceholderFault("unknown", tuple(unknown))
    fits = any(found == placeholders(source) for source in sources) or (number_may_go and missing.total() == 1)
    if missing and not fits:
        return PlaceholderFault("missing", tuple(missing))
    if Counter(TAG.findall(text)) != Counter(TAG.findall(sources[0])):
        return PlaceholderFault("tags")
    return None
