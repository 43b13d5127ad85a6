"""What the answer to a decision on an imported form changes in the draft's document."""

import copy
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from instruments import import_notes as kinds
from instruments.import_notes import ANSWERS, NONE, Decision
from instruments.removing import Loosened, items_in, remove
from instruments.schema import SOURCE_LANGUAGE, DefinitionError, source_language
from instruments.texts import is_language, languages_of, texts

UNKNOWN_LANGUAGE = "und"  # as BCP 47 calls it; a person says which it is before the draft can be published
Document = dict[str, Any]


def decided(
    document: Document, decision: Decision, answer: str, reversed_items: Collection[str] = ()
) -> tuple[Document, list[Loosened]]:
    """A copy of `document` as the answer wants it, and what went with questions that it removes.

    `reversed_items`: those of a scale for which its other end is the favourable one. Raises `DefinitionError` for an
    answer that is none.
    """
    loosened: list[Loosened] = []
    if answer not in answers_to(decision, document):
        raise DefinitionError([_("Choose one of the answers.")])
    changed = copy.deepcopy(document)
    match decision.kind, answer:
        case kinds.LANGUAGE, _:
            _name_language(changed, answer)
        case ((kinds.CONDITION | kinds.REPEAT), "remove"):
            loosened = remove(changed, decision.items)
        case kinds.FAVOURABLE, ("first" | "last") as end:
            _set_favourable(changed, decision, end, reversed_items)
        case kinds.MATRIX, "table":
            _make_table(changed, decision)
        case kinds.PROFILE, code if code != NONE:
            for item in items_in(changed):
                if item.get("profile") == decision.subject:
                    del item["profile"]
                if item["name"] == code:
                    item["profile"] = decision.subject
        case kinds.OFFER_DONT_KNOW, "all":
            for item in items_in(changed):
                if item["name"] in decision.items:
                    item["dont_know"] = True
    return changed, loosened


def answers_to(decision: Decision, document: Document) -> Collection[str]:
    """The answers that a decision may have."""
    if decision.kind == kinds.LANGUAGE:
        return _Languages(set(languages_of(document)) - {source_language(document)})
    if decision.kind == kinds.PROFILE:
        return (NONE, *(item["name"] for item in items_in(document) if item["name"] in decision.items))
    return ANSWERS[decision.kind]


class _Languages(Collection[str]):
    """Every language that the document does not have yet."""

    def __init__(self, taken: set[str]):
        self.taken = taken

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and is_language(code) and code != UNKNOWN_LANGUAGE and code not in self.taken

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def favourable_ends(definition: Document) -> Iterator[Decision]:
    """One for each scale whose favourable end is not known."""
    for scale in definition.get("scales", ()):
        rows = [
            row["name"]
            for section in definition["sections"]
            for entry in section["items"]
            if entry.get("scale") == scale["name"]
            for row in entry.get("rows", [entry])
        ]
        if rows and not scale.get("favourable"):
            yield Decision(
                f"{kinds.FAVOURABLE}-{scale['name']}", kinds.FAVOURABLE, subject=scale["name"], items=tuple(rows)
            )


def is_moot(document: Document, decision: Decision) -> bool:
    """Whether the draft no longer has what the decision is about."""
    if decision.kind == kinds.LANGUAGE:
        return source_language(document) != UNKNOWN_LANGUAGE
    if decision.kind == kinds.FAVOURABLE:
        return all(scale["name"] != decision.subject for scale in document.get("scales", ()))
    if decision.kind == kinds.MATRIX:
        return not _run(document, decision.items)
    return bool(decision.items) and not {item["name"] for item in items_in(document)} & set(decision.items)


def _name_language(document: Document, code: str) -> None:
    unknown = source_language(document)
    for _path, text in texts(document):
        if unknown in text:
            words = text.pop(unknown)
            others = dict(text)
            text.clear()
            text |= {code: words, **others}
    document.pop("source_language", None)
    if code != SOURCE_LANGUAGE:
        document["source_language"] = code


def _set_favourable(document: Document, decision: Decision, end: str, reversed_items: Collection[str]) -> None:
    for scale in document.get("scales", ()):
        if scale["name"] == decision.subject:
            scale["favourable"] = end
    for item in items_in(document):
        if item["name"] in decision.items and item["name"] in reversed_items:
            item["reverse"] = True


def _run(document: Document, codes: Collection[str]) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    """(section, its items with these codes) if they are still single questions one after the other."""
    for section in document["sections"]:
        places = [place for place, entry in enumerate(section["items"]) if entry["name"] in codes]
        if len(places) > 1 and places[-1] - places[0] == len(places) - 1:
            return section, section["items"][places[0] : places[-1] + 1]
    return None


def _make_table(document: Document, decision: Decision) -> None:
    found = _run(document, decision.items)
    if found is None:
        raise DefinitionError([_("The questions are no longer next to each other. Keep them as single questions.")])
    section, items = found
    options = [{key: value for key, value in option.items() if key != "open"} for option in items[0]["options"]]
    if any(_codes(item["options"]) != _codes(options) for item in items):
        raise DefinitionError([_("The questions no longer share their options. Keep them as single questions.")])
    dont_know = items[0].get("dont_know")
    scales = document.setdefault("scales", [])
    scale = next((each for each in scales if each["points"] == options), None)
    if scale is None:
        scale = {"name": _free(decision.subject, [each["name"] for each in scales], "scale"), "points": options}
        if isinstance(dont_know, Mapping):
            scale["dont_know"] = dict(dont_know)
        scales.append(scale)
    taken = [entry["name"] for each in document["sections"] for entry in each["items"]]
    taken += [item["name"] for item in items_in(document)]
    rows = [{key: value for key, value in item.items() if key not in ("options", "dont_know")} for item in items]
    table = {
        "name": _free(f"table_{items[0]['name']}", taken, "table"),
        "type": "matrix",
        "text": copy.deepcopy(section["title"]),
        "scale": scale["name"],
        "rows": rows,
    }
    place = section["items"].index(items[0])
    section["items"][place : place + len(items)] = [table]


def _codes(options: list[dict[str, Any]]) -> list[str]:
    return [option["name"] for option in options]


def _free(name: str, taken: Collection[str], otherwise: str) -> str:
    """A code like `name` that is not taken."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "_", name).lstrip("_.-")[:36] or otherwise
    code, number = plain, 1
    while code in taken:
        number += 1
        code = f"{plain}_{number}"
    return code
