"""Modules whose probes were kept tell the same lines and branches as those into which SlipCover has just put them."""

import ast
from pathlib import Path
from typing import Any

import pytest
from slipcover import Slipcover, branch

from tests import kept_probes

SOURCE = '''
import functools
from typing import NamedTuple

NAMES = ("a", 1.5, frozenset({1, 2}), b"c", None, ...)

class Pair(NamedTuple):
    one: int
    other: str = "x"

@functools.cache
def known(number):
    """Has a comprehension, a function inside, and branches that are not all taken."""
    def inner(value=number):
        while value > 3:
            value -= 1
        return value
    try:
        if number > 10 and inner() == 3:
            return [one for one in range(number) if one % 2]
        elif number in {4, 5}:
            return inner()
    finally:
        NAMES[0]
    match number:
        case 7:
            return "seven"
        case _:
            return Pair(number)
'''


def direct(file: Path, probes: Slipcover) -> Any:
    return probes.instrument(compile(branch.preinstrument(ast.parse(file.read_bytes())), str(file), "exec"))


def told(code: Any, probes: Slipcover, *, take_out: bool) -> list[Any]:
    """What is told after each of three calls."""
    module: dict[str, Any] = {"__name__": "module"}
    exec(code, module)  # noqa: S102 -- the text above
    found = []
    for number, expected in ((12, [1, 3, 5, 7, 9, 11]), (5, 3), (7, "seven")):
        assert module["known"](number) == expected
        if take_out:
            probes.deinstrument_seen()
        found.append(probes.get_coverage())
    return found


@pytest.mark.parametrize("take_out", [False, True])
def test_kept_probes_tell_what_new_ones_tell(take_out: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_probes, "FOLDER", tmp_path / "kept")
    file = tmp_path / "module.py"
    file.write_text(SOURCE)
    new, other, again = (Slipcover(branch=True, d_miss_threshold=2**30) for _ in range(3))
    expected = told(direct(file, new), new, take_out=take_out)
    assert len({str(found) for found in expected}) == 3, "each call reaches more"
    for probes in (other, again):  # made, then found
        found = told(kept_probes.load(kept_probes.kept(file), file, probes), probes, take_out=take_out)
        assert [one["files"] for one in found] == [one["files"] for one in expected]
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_a_changed_module_is_made_anew_and_nothing_old_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_probes, "FOLDER", tmp_path / "kept")
    file = tmp_path / "module.py"
    file.write_text(SOURCE)
    first = kept_probes.kept(file)
    assert kept_probes.kept(file) == first
    file.write_text(SOURCE + "\nMORE = 1\n")
    probes = Slipcover(branch=True)
    kept_probes.load(kept_probes.kept(file), file, probes)
    assert max(probes.code_lines[str(file)]) == len(SOURCE.splitlines()) + 2
    assert len(list((tmp_path / "kept").iterdir())) == 1
