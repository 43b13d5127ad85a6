"""Codes that LimeSurvey gives by itself, such as G01Q02, SQ001 and AO01: they say an order and nothing else. Pure.

What they may mean is proposed and never sure: a questionnaire that was rebuilt there may have another order.
"""

import re
from collections.abc import Mapping, Sequence

from ctnat.ui.digits import ascii_digits
from ctnat.ui.folding import fold
from instruments.schema import DONT_KNOW, Item, Matrix, Survey
from surveys.importing.headings import Column, Headings
from surveys.importing.targets import Target
from surveys.item_types import answer_kind, option_names, places_of

CODE = re.compile(
    r"(?P<question>[a-z][a-z0-9.]*?)(?:[\[_](?P<part>SQ[0-9]{1,5}|[0-9]{1,2}|other|comment)\]?)?(?:\.\s.*)?",
    re.IGNORECASE | re.DOTALL,
)
GIVEN = re.compile(r"(?:G[0-9]{1,3})?Q[0-9]{1,4}", re.IGNORECASE)  # the code of a question that nobody has named
ANSWER = re.compile(r"AO?0*([1-9][0-9]{0,2})", re.IGNORECASE)
OWN_WORDS = frozenset(["other", "comment"])
Parts = Sequence[tuple[int, str]]  # (column, what follows the code of the question), in the order of the table


def by_order(known: Headings, columns: Sequence[Column]) -> dict[int, Target]:
    """What columns may be of which the code says only an order: those of a known question, or of a whole table."""
    questions: dict[str, list[tuple[int, str]]] = {}
    for column in columns:
        found = CODE.fullmatch(ascii_digits(column.heading.strip()))
        if found and column.why == "unknown":
            questions.setdefault(found["question"].casefold(), []).append((column.at, (found["part"] or "").casefold()))
    document = known.document
    entries = [entry for section in document.sections for entry in section.items]
    proposed: dict[int, Target] = {}
    by_code = {fold(code): entry for entry in entries for code in (entry.name, f"q{entry.name}")}
    for code, parts in list(questions.items()):
        if entry := by_code.get(fold(code)):
            proposed |= _matched(document, entry, parts)
            del questions[code]
    unnamed = [parts for code, parts in questions.items() if GIVEN.fullmatch(code)]
    if len(unnamed) != len(entries):
        return proposed
    matched = [_matched(document, entry, parts) for entry, parts in zip(entries, unnamed, strict=True)]
    return proposed | {at: target for found in matched for at, target in found.items()} if all(matched) else proposed


def _matched(document: Survey, entry: Item | Matrix, parts: Parts) -> dict[int, Target]:
    """The columns of one question or matrix; empty where their number or kind is not its own."""
    if isinstance(entry, Matrix):
        targets = [Target("item", row.name) for row in entry.rows]
        return _paired(parts, targets) if all(part.startswith("sq") for _, part in parts) else {}
    words = [at for at, part in parts if part in OWN_WORDS]
    rest = [(at, part) for at, part in parts if part not in OWN_WORDS]
    if words and (not entry.open_options or len(words) > 1):
        return {}
    others = {at: Target("other", entry.name) for at in words}
    match answer_kind(entry):
        case "several":
            options = [name for name in option_names(document, entry) if not (others and name in entry.open_options)]
            dont_know = [DONT_KNOW] if document.dont_know(entry) and DONT_KNOW not in options else []
            known = [Target("option", entry.name, name) for name in (*options, *dont_know)]
            found = _paired(rest, known) or _paired(rest, known[: len(options)])
        case "ranked":
            found = _paired(rest, [Target("place", entry.name, str(n)) for n in range(1, places_of(entry) + 1)])
        case _:
            found = {rest[0][0]: Target("item", entry.name)} if [part for _, part in rest] == [""] else {}
    return found | others if found else {}


def _paired(parts: Parts, targets: Sequence[Target]) -> dict[int, Target]:
    if len(parts) != len(targets) or not all(part for _, part in parts):
        return {}
    return {at: target for (at, _), target in zip(parts, targets, strict=True)}


def options_by_order(options: Sequence[str], values: Mapping[str, int]) -> dict[str, str]:
    """value -> option, where each value says which one it is in order: AO02 the second."""
    found = {}
    for value in values:
        number = ANSWER.fullmatch(ascii_digits(value))
        if number is None or int(number[1]) > len(options):
            return {}
        found[value] = options[int(number[1]) - 1]
    return found
