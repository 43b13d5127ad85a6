"""The few expressions of XLSForm that a definition can hold: options of one earlier answer, bounds of a number."""

import re
from typing import Any

Entry = dict[str, Any]
SELECTED = re.compile(r"selected\(\s*\$\{([^}]+)\}\s*,\s*['\"]([^'\"]+)['\"]\s*\)")
EQUALS = re.compile(r"\$\{([^}]+)\}\s*=\s*['\"]([^'\"]+)['\"]")
FILTER = re.compile(r"\s*selected\(\s*\$\{([^}]+)\}\s*,\s*name\s*\)\s*")
BOUND = re.compile(r"\s*(count-selected\(\s*\.\s*\)|\.)\s*(>=|<=|=|>|<)\s*(-?[0-9]{1,9})\s*")


def relevant(said: str, where: str, faults: list[str]) -> Entry:
    parts = [part.strip() for part in re.split(r"\s+or\s+", said.strip())]
    found = [SELECTED.fullmatch(part) or EQUALS.fullmatch(part) for part in parts]
    names = {match[1] for match in found if match}
    if not all(found) or len(names) != 1:
        faults.append(
            f"{where}: this relevant cannot be taken; it may ask for options of one earlier question, such as "
            "“selected(${question}, 'option')” or “${question} = 'option'”, joined by or."
        )
        return {"item": "?", "options": ["?"]}
    name = names.pop()
    return {"item": name, "options": [match[2] for match in found if match]}


def constrain(item: Entry, said: str, where: str, faults: list[str]) -> None:
    counted = "." if item["type"] == "integer" else "count-selected"
    for part in re.split(r"\s+and\s+", said.strip()):
        found = BOUND.fullmatch(part)
        if not found or item["type"] not in ("integer", "select_multiple") or not found[1].startswith(counted):
            faults.append(f"{where}: the constraint {said[:80]!r} cannot be taken; only bounds of a number can.")
            return
        number, sign = int(found[3]), found[2]
        if sign in (">=", "=", ">"):
            item["min"] = number + (sign == ">")
        if sign in ("<=", "=", "<"):
            item["max"] = number - (sign == "<")
