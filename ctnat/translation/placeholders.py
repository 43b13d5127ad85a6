"""Whether a translation has the placeholders and the markup of its source."""

import re
from collections import Counter

from babel.messages import Message

from ctnat.translation.plurals import forms, numbers_of

# %(name)s of templates, {name} of Python and of the public texts, %% and %s; a "%" by itself is a sign.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{+\w*(?:![rsa])?(?::[^{}]*)?\}+|%%|%[sd]\b")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def placeholder_fault(message: Message, language: str) -> str:
    """What is wrong with the placeholders or the tags of a translation; empty if nothing is.

    A form of a single number, such as "one" in English, may leave its number out ("one group"); a form that stands
    for several numbers must contain it.
    """
    english = message.id
    if isinstance(english, str):
        for_none = "=" in (message.context or "")  # the part for none at all, of the domain `public`
        return _fault(str(message.string or ""), [english, *(["{n}"] if for_none else [])])
    wanted = forms(language)
    if len(message.string or ()) != len(wanted):
        return f"{len(message.string or ())} plural forms instead of {len(wanted)} ({', '.join(wanted)})"
    for form, text in zip(wanted, message.string or (), strict=True):
        single = len(numbers_of(language, form)) == 1
        if text and (
            fault := _fault(text, [message.id[1], *([message.id[0]] if single else [])], number_may_go=single)
        ):
            return f"form “{form}”: {fault}"
    return ""


def _fault(text: str, sources: list[str], *, number_may_go: bool = False) -> str:
    if not text:
        return ""
    found = placeholders(text)
    missing = placeholders(sources[0]) - found
    unknown = found - sum((placeholders(source) for source in sources), Counter())
    if unknown:
        return f"{', '.join(unknown)} is not in the English text"
    fits = any(found == placeholders(source) for source in sources) or (number_may_go and missing.total() == 1)
    if missing and not fits:
        return f"{', '.join(missing)} is missing"
    if Counter(TAG.findall(text)) != Counter(TAG.findall(sources[0])):
        return "its tags are not those of the English text"
    return ""
