"""Regular expressions of a form as the named patterns of ours (`instruments.logic.patterns`), with lengths.

They are read, never run: a foreign expression can take hours. Only a row of characters of one kind is understood, such
as `^[0-9]{10}$` or `[A-Za-z]+( [A-Za-z]+)*`; ours are wider, because they know letters and digits of every script.
"""

import re
from collections.abc import Iterator

from instruments.logic.patterns import DIGITS, LETTERS, LETTERS_DIGITS, XLSFORM
from instruments.schema.base import TEXT_LIMIT
from instruments.xlsform.cells import Entry

OURS = {written: name for name, written in XLSFORM.items()}
IN_FORM = re.compile(r"[(\s]*regex\(\s*\.\s*,\s*\(?\s*(['\"‘’“”])(.*)['\"‘’“”]\s*\)?\s*\)[)\s]*", re.DOTALL)
BETWEEN = frozenset(" .-'’_,")  # beside letters, in names; ours refuses some that hardly occur
LOWER, UPPER, NUMERALS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
ESCAPES = {"d": NUMERALS, "w": LOWER + UPPER + NUMERALS + "_", "s": " "}
ATOM = re.compile(r"\[(\^?)((?:\\.|[^\]\\])+)\]|\\(.)|([A-Za-z0-9 ])")
TIMES = re.compile(r"\{(\d{1,4})(?:(,)(\d{0,4}))?\}|([+*?])")
REST = re.compile(r"\(([^()]*)\)([*+?]|\{\d{1,4}(?:,\d{0,4})?\})$")  # ( [a-z]+)* at the end
UNBOUNDED = TEXT_LIMIT
MOST_OTHERS = 6  # signs of a class, such as those between “_” and “é”, that hardly occur in answers


def text_rule(constraint: str) -> tuple[Entry, bool] | None:
    """(`{pattern, min_length, max_length}` that a part of a constraint says, whether that is all of it), or None."""
    found = IN_FORM.fullmatch(constraint)
    if not found:
        return None
    if found[2] in OURS:
        return {"pattern": OURS[found[2]]}, True
    written = found[2].strip().removeprefix("^").removesuffix("$")
    if written.startswith("(") and written.endswith(")") and "(" not in written[1:]:
        written = written[1:-1]
    rest = REST.search(written)
    parts = list(_atoms(written[: rest.start()] if rest else written))
    least, most = sum(low for _, low, _ in parts), sum(high for _, _, high in parts)
    if rest:
        repeated = list(_atoms(rest[1]))
        parts += repeated
        times = _times(rest[2])
        if times is None or not repeated:
            return None
        least += times[0] * sum(low for _, low, _ in repeated)
        most += times[1] * sum(high for _, _, high in repeated)
    pattern = _kind({sign for signs, _, _ in parts for sign in signs}, len(parts) == 1 or bool(rest))
    if pattern is None or any(not signs for signs, _, _ in parts) or least > TEXT_LIMIT:
        return None
    lengths = ({"min_length": least} if least > 1 else {}) | ({"max_length": most} if 0 < most < UNBOUNDED else {})
    whole = pattern != DIGITS or all(signs == frozenset(NUMERALS) for signs, _, _ in parts)
    return {"pattern": pattern, **lengths}, whole


def _atoms(written: str) -> Iterator[tuple[frozenset[str], int, int]]:
    """(the characters, fewest, most) of each place; no characters where it cannot be understood."""
    place = 0
    while place < len(written):
        atom = ATOM.match(written, place)
        if not atom:
            yield frozenset(), 0, 0
            return
        times = TIMES.match(written, atom.end())
        low, high = _times(times[0]) or (1, 1) if times else (1, 1)
        yield _signs(atom), low, high
        place = times.end() if times else atom.end()


def _times(written: str) -> tuple[int, int] | None:
    found = TIMES.fullmatch(written)
    if not found:
        return None
    if found[4]:
        return {"+": (1, UNBOUNDED), "*": (0, UNBOUNDED), "?": (0, 1)}[found[4]]
    low = int(found[1])
    return low, (int(found[3]) if found[3] else UNBOUNDED if found[2] else low)


def _signs(atom: re.Match[str]) -> frozenset[str]:
    negated, listed, escaped, literal = atom.groups()
    if literal:
        return frozenset(literal)
    if escaped:
        return frozenset(ESCAPES.get(escaped, escaped if not escaped.isalnum() else ""))
    if negated:
        return frozenset()
    found: set[str] = set()
    signs = re.findall(r"\\.|.", listed, re.DOTALL)
    while signs:
        first = signs.pop(0)
        if len(signs) > 1 and signs[0] == "-" and len(first) == 1 and len(signs[1]) == 1:
            last = signs[1]
            del signs[:2]
            if not 0 <= ord(last) - ord(first) <= 0x3000:
                return frozenset()
            found |= {chr(code) for code in range(ord(first), ord(last) + 1)}
        else:
            found |= set(ESCAPES.get(first[1], first[1]) if len(first) > 1 else first)
    return frozenset(found)


def _kind(signs: set[str], alike: bool) -> str | None:
    """The pattern of a text of these characters. Without `alike`, they come from several places, which must all be of
    the same kind."""
    latin = {sign for sign in signs if sign.isascii() and sign.isalpha()}
    digits = signs & set(NUMERALS)
    others = {sign for sign in signs if not sign.isalnum()}
    if digits == set(NUMERALS) and not latin and not others:
        return DIGITS
    whole = latin >= set(LOWER) or latin >= set(UPPER)
    few = len([sign for sign in others - BETWEEN if sign.isascii()]) <= MOST_OTHERS
    if not alike or not whole or not few:
        return None
    if not digits:
        return LETTERS
    return LETTERS_DIGITS if digits == set(NUMERALS) else None
