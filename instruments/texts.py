"""The translatable texts of a raw definition: which there are, which a translation was made from, what is protected."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ctnat.ui.languages import english_name
from instruments.schema import CONTROL, PLACEHOLDER, source_language
from instruments.schema.base import LANGUAGE_CODE, TEXT_LIMIT

CHART_LABEL = "short"  # the field of labels that only charts show


def texts(document: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """(path, {language: text}) of every text, in the order of the document."""
    if is_text(document):
        yield path, document
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from texts(value, f"{path}/{key}" if path else key)
    elif isinstance(document, list):
        for entry in document:
            if isinstance(entry, dict) and isinstance(entry.get("name"), str):
                yield from texts(entry, f"{path}/{entry['name']}")


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
    found = {language for _, text in texts(document) for language, said in text.items() if said.strip()}
    return sorted(found, key=lambda language: (language != source, language))


def is_language(code: str) -> bool:
    """Whether `code` is a language that a translation can be made into."""
    return bool(LANGUAGE_CODE.fullmatch(code)) and len(code) <= 20 and english_name(code) != code


def mark(text: str) -> str:
    """The mark of a source text, kept beside translations made from it: 12 hexadecimal digits."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:12]


def translation_faults(source: str, target: str) -> list[str]:
    """Why `target` cannot stand for `source`; empty if it can. A blank target is no fault: it is missing."""
    if not target.strip():
        return []
    faults = []
    wanted, found = Counter(PLACEHOLDER.findall(source)), Counter(PLACEHOLDER.findall(target))
    faults += [f"the placeholder {{{name}}} is missing; keep it as it is" for name in sorted(set(wanted) - set(found))]
    faults += [
        f"the placeholder {{{name}}} is not in the source; remove it" for name in sorted(set(found) - set(wanted))
    ]
    if len(target) > TEXT_LIMIT:
        faults.append(f"is longer than {TEXT_LIMIT} characters")
    if CONTROL.search(target):
        faults.append("holds a control character")
    return faults


def with_texts(document: dict[str, Any], language: str, changes: Mapping[str, str]) -> dict[str, Any]:
    """A copy with the texts at the paths of `changes` set in `language`; a blank text removes the translation."""

    def rebuilt(part: Any, path: str) -> Any:
        if is_text(part):
            if path not in changes:
                return part
            said = changes[path].strip()
            rest = {key: text for key, text in part.items() if key != language}
            return {**rest, language: said} if said else rest
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
