"""The translatable texts of a raw definition, their marks, and the parts of a text that no translation may change."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, get_args

from django.utils.translation import gettext as _

from ctnat.ui.languages import english_name
from instruments import paths
from instruments.schema import CONTROL, PLACEHOLDER, QUOTE, source_language
from instruments.schema.base import LANGUAGE_CODE, TEXT_LIMIT, Frozen

CHART_LABEL = "short"  # the field of labels that only charts show
Overlay = dict[str, dict[str, str]]  # path of a text -> language -> words
PLAIN = frozenset(["sections", "items", "rows", "options", "questions", "prompts", "points", "categories", "criteria"])


def texts(document: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """(path, {language: text}) of every text, in the order of reading.

    That is the order of the fields in the schema: PostgreSQL keeps the keys of an object in an order of its own.
    """
    kind = document.get("kind") if isinstance(document, dict) else None
    yield from _texts(document, "", _field_order(kind if isinstance(kind, str) else ""))


def _texts(part: Any, path: str, order: Mapping[str, int]) -> Iterator[tuple[str, dict[str, str]]]:
    if is_text(part):
        yield path, part
    elif isinstance(part, dict):
        for key in sorted(part, key=lambda name: order.get(name, len(order))):
            yield from _texts(part[key], f"{path}/{key}" if path else key, order)
    elif isinstance(part, list):
        for entry in part:
            if isinstance(entry, dict) and isinstance(entry.get("name"), str):
                yield from _texts(entry, f"{path}/{entry['name']}", order)


@lru_cache(8)
def _field_order(kind: str) -> dict[str, int]:
    """Field -> its place among the fields of all parts of a definition of a kind, the definition's own first."""
    parts = list(Frozen.__subclasses__())
    for part in parts:
        parts += part.__subclasses__()
    found: dict[str, int] = {}
    for part in sorted(parts, key=lambda part: kind not in get_args(_annotation(part, "kind"))):
        for name in part.model_fields:
            found.setdefault(name, len(found))
    return found


def _annotation(part: type[Frozen], field: str) -> Any:
    return part.model_fields[field].annotation if field in part.model_fields else None


def is_text(value: Any) -> bool:
    """Whether `value` is a text in one or more languages: a map from languages to words."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(isinstance(text, str) and LANGUAGE_CODE.fullmatch(language) for language, text in value.items())
    )


def is_shown(path: str) -> bool:
    """Whether people who answer or are interviewed see the text; labels of charts are only seen in reports."""
    return not path.endswith(f"/{CHART_LABEL}")


def languages_of(document: Any) -> list[str]:
    """Languages that occur in any text, the source language first, then by code."""
    source = source_language(document)
    found = {language for _, text in texts(document) for language, words in text.items() if words.strip()}
    return sorted(found, key=lambda language: (language != source, language))


def is_language(code: str) -> bool:
    """Whether `code` is a language that a translation can be made into."""
    return bool(LANGUAGE_CODE.fullmatch(code)) and len(code) <= 20 and english_name(code) != code


def mark(text: str) -> str:
    """The mark of a source text, kept beside translations made from it: 12 hexadecimal digits."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:12]


def seen_mark(source: str, target: str) -> str:
    """The mark of a translation as a reviewer read it, beside its source."""
    return mark(f"{source.strip()}\n\n{target.strip()}")


def translation_faults(source: str, target: str) -> list[str]:
    """Why `target` cannot be a translation of `source`; empty if it can. A blank target is no fault: it is missing."""
    if not target.strip():
        return []
    faults = []
    wanted, found = _placeholders(source), _placeholders(target)
    faults += [
        _("the placeholder {{{name}}} is missing; keep it as it is").format(name=name)
        for name in sorted(set(wanted) - set(found))
    ]
    faults += [
        _("the placeholder {{{name}}} is not in the source; remove it").format(name=name)
        for name in sorted(set(found) - set(wanted))
    ]
    if len(target) > TEXT_LIMIT:
        faults.append(_("is longer than {limit} characters").format(limit=TEXT_LIMIT))
    if CONTROL.search(target):
        faults.append(_("holds a control character"))
    return faults


def _placeholders(text: str) -> Counter[str]:
    """The names in braces: values of the assessment, and earlier answers (`answer:2.1`)."""
    return Counter([*PLACEHOLDER.findall(text), *(f"answer:{code}" for code in QUOTE.findall(text))])


def place_of(path: str) -> str:
    """Where a text is, in words: `3 › 3.1 › 3.1.5 › text`."""
    return " › ".join(step for step in path.split("/") if step not in PLAIN)


def code_of(path: str) -> str:
    """The code of the question, row or criterion to which a text belongs; blank where it belongs to none."""
    steps = path.split("/")
    inner = ("items", "rows", "questions", "criteria")
    return next((steps[at + 1] for at in reversed(range(len(steps) - 1)) if steps[at] in inner), "")


def with_texts(document: dict[str, Any], language: str, changes: Mapping[str, str]) -> dict[str, Any]:
    """A copy with the texts at the paths of `changes` set in `language`; a blank text removes the translation."""
    return overlaid(document, {path: {language: words} for path, words in changes.items()})


def overlaid(document: dict[str, Any], overlay: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """A copy with texts replaced: `overlay` is path -> language -> words. Blank words remove the translation."""

    def rebuilt(part: Any, path: str) -> Any:
        if is_text(part):
            if path not in overlay:
                return part
            words = {language: text.strip() for language, text in overlay[path].items()}
            rest = {language: text for language, text in part.items() if language not in words}
            return {**rest, **{language: text for language, text in words.items() if text}}
        if isinstance(part, dict):
            return {key: rebuilt(value, f"{path}/{key}" if path else key) for key, value in part.items()}
        if isinstance(part, list):
            return [
                rebuilt(entry, f"{path}/{entry['name']}") if isinstance(entry, dict) and "name" in entry else entry
                for entry in part
            ]
        return part

    changed: dict[str, Any] = rebuilt(document, "")
    return changed


def siblings_of(document: dict[str, Any], path: str, language: str) -> list[tuple[str, str]]:
    """(code, words in `language`) of the other options, points or rows of the list to which the text belongs."""
    place, _, field = path.rpartition("/")
    holder, _, name = place.rpartition("/")
    if holder.rpartition("/")[2] not in ("options", "points", "rows") or field != "text":
        return []
    entries = [entry for entry in paths.at(document, holder) if entry["name"] != name]
    found = [(entry["name"], entry["text"].get(language, "").strip()) for entry in entries]
    return [(code, words) for code, words in found if words]
