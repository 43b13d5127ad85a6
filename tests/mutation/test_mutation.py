"""The mutants themselves, and that a mutant takes effect in a module that is already imported."""

import gc
import sys
import tomllib
from importlib.util import find_spec
from io import StringIO
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings

from tests.mutation import __main__ as command
from tests.mutation.__main__ import ACCEPTED, accepted
from tests.mutation.operators import Mutant, keys, mutants
from tests.mutation.runner import Live, Target, install
from tests.mutation.targets import TARGETS

SOURCE = '''
"""A module."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Literal, TypeVar

__all__ = ["small", "total"]
LIMIT = 3
NAMES = {"a": "b"}
Side = Literal["left", "right"]
Item = TypeVar("Item", bound=int)
Made = Callable[[int, str], list[int]]
ALLOWED = {"read": {"lead", "member"}}


def twice(function):
    @wraps(function)
    def call(*args: int) -> int:
        return function(*args) * 2
    return call


@twice
def total(one: int, two: int) -> int:
    """The sum."""
    return one + two


def named(name: str) -> str:
    return NAMES.get(name, name)


@lru_cache
def small(number: int, *, limit: int = LIMIT) -> bool:
    if number < limit:
        return True
    return False


class Pair:
    first: int = 1
    second: int = 2

    def larger(self) -> int:
        return max(self.first, self.second)
'''


LOOP = """
def numbers(texts):
    for text in texts:
        try:
            yield int(text)
        except ValueError:
            continue
        if text == "0":
            break
"""


@pytest.fixture
def module(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The source above, imported from a file; named `analysis.` so that its caches count as ours."""
    path = tmp_path / "sample.py"
    path.write_text(SOURCE)
    made = ModuleType("analysis.sample")
    vars(made).update(__file__=str(path), __spec__=None, __loader__=None, __package__="analysis")
    monkeypatch.setitem(sys.modules, "analysis.sample", made)
    exec(compile(SOURCE, str(path), "exec"), vars(made))  # noqa: S102 - a sample
    return made


def found(module: ModuleType, after: str, where: str = "") -> Mutant:
    wanted = [m for m in mutants(SOURCE, str(module.__file__)) if m.after == after and m.where.startswith(where)]
    assert len(wanted) == 1, [m.after for m in mutants(SOURCE, str(module.__file__))]
    return wanted[0]


def put(module: ModuleType, mutant: Mutant) -> None:
    target = Target(module)
    install(mutant, target, Live.of(target.path))


def test_each_mutant_changes_one_statement_and_docstrings_have_none(module: ModuleType) -> None:
    changes = [(m.where, m.before, m.after) for m in mutants(SOURCE, "sample.py")]
    assert ("total", "return one + two", "return one - two") in changes
    assert ("total", "return one + two", "return two + two") in changes
    assert ("total", "return one + two", "return") in changes
    assert ("small", "if number < limit:", "if number <= limit:") in changes
    assert ("small", "return True", "return False") in changes
    assert ("Pair.larger", "return max(self.first, self.second)", "return min(self.first, self.second)") in changes
    assert ("Pair.larger", "return max(self.first, self.second)", "return max(self.second, self.second)") in changes
    assert ("", "LIMIT = 3", "LIMIT = 4") in changes
    assert ("", "ALLOWED = {'read': {'lead', 'member'}}", "ALLOWED = {'read': {'lead'}}") in changes
    assert all("module" not in before and "sum" not in before for _, before, _ in changes)
    assert all(
        "__all__" not in before and "Literal" not in before and "TypeVar" not in before for _, before, _ in changes
    )
    assert all(before != after for _, before, after in changes)


def test_the_end_of_a_turn_becomes_the_end_of_a_loop_and_counts_as_run_by_who_runs_the_lines_around_it() -> None:
    """Python may jump past these lines without running them."""
    made = {m.after: (m.before, list(m.lines)) for m in mutants(LOOP, "loop.py") if m.before in {"continue", "break"}}
    assert made == {"break": ("continue", [4, 5, 6, 7]), "continue": ("break", [8, 9])}


def test_survivors_and_progress_are_printed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = [m for m in mutants("def one() -> int:\n    return 1 + 1\n", "one.py") if "2" in m.after]
    monkeypatch.setattr(command, "accepted", lambda module: {two.key: "a reason"})
    out = StringIO()
    printer = command.Printer("", out)
    printer.progress("a.one: 2 killed of 3 tried, 9 in all")
    printer.survived("a.one", one)
    printer.survived("a.one", two)
    assert out.getvalue().splitlines() == [
        "a.one: 2 killed of 3 tried, 9 in all",
        "SURVIVED  a.one.one, line 2",
        "    - return 1 + 1",
        "    + return 2 + 1",
    ]


def test_a_decorated_function_gets_the_code_of_the_mutant(module: ModuleType) -> None:
    assert module.total(1, 2) == 6
    put(module, found(module, "return one - two"))
    assert module.total(1, 2) == -2


def test_functions_that_are_frozen_for_the_garbage_collector_get_it_too(module: ModuleType) -> None:
    gc.freeze()
    put(module, found(module, "return one - two"))
    assert module.total(1, 2) == -2


def test_the_inner_function_of_a_decorator_gets_it_too(module: ModuleType) -> None:
    put(module, found(module, "return function(*args) + 2"))
    assert module.total(1, 2) == 5


def test_cached_results_are_forgotten(module: ModuleType) -> None:
    assert module.small(3) is False
    put(module, found(module, "if number <= limit:"))
    assert module.small(3) is True


def test_tables_defaults_and_class_attributes_act_at_import(module: ModuleType) -> None:
    small, pair = module.small, module.Pair()
    mutant = found(module, "LIMIT = 4")
    assert mutant.at_import
    put(module, mutant)
    assert small.__wrapped__(3) is True, "the default of a function that others have imported"
    put(module, found(module, "second: int = 3"))
    assert pair.larger() == 3
    put(module, found(module, "ALLOWED = {'read': {'lead'}}"))
    assert module.ALLOWED["read"] == {"lead"}


def test_every_accepted_survivor_has_a_reason_and_a_module() -> None:
    assert set(tomllib.loads(ACCEPTED.read_text())) <= set(TARGETS)
    assert all(reason.strip() for module in TARGETS for reason in accepted(module).values())


def test_every_accepted_survivor_is_a_mutant_of_the_present_code() -> None:
    for module in tomllib.loads(ACCEPTED.read_text()):
        entries = set(accepted(module))
        source = (settings.BASE_DIR / f"{module.replace('.', '/')}.py").read_text()
        assert entries <= keys(source, {where for where, _, _ in entries}), module


def test_every_target_and_its_tests_are_there() -> None:
    for name, tests in TARGETS.items():
        assert find_spec(name), f"{name} has moved: rename it in targets.py"
        for test in tests:
            path, _, left_out = test.removeprefix("--deselect=").partition("::")
            assert f"def {left_out}" in (settings.BASE_DIR / path).read_text(), f"{name}: {test}"


def counts(killed: int, survived: int, accepted: int = 0, untried: int = 0, stale: int = 0) -> dict[str, int]:
    rest = {"stopped": 0, "untried": untried, "unreached": 0, "seconds": 1, "stale": stale}
    return {"killed": killed, "survived": survived, "accepted": accepted, **rest}


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (counts(95, 5), 0),
        (counts(94, 6), 1),  # 1094 of 1100 in all, but one module is below
        (counts(19, 0, accepted=9), 0),
        (counts(18, 0, untried=2), 1),  # a mutant that could not be run counts as not killed
        (counts(19, 0, stale=1), 1),
        (counts(0, 0), 0),
    ],
)
def test_each_module_has_to_reach_the_goal(
    second: dict[str, int], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "TARGETS", {"a.first": ["one.py"], "a.second": ["two.py"]})
    told = {"a.first": counts(1000, 0), "a.second": second}
    monkeypatch.setattr(command, "tried", lambda modules, only: {name: told[name] for name in modules})
    assert command.main([]) == code
    printed = capsys.readouterr().out
    assert ("Below 95%: a.second" in printed) == (code == 1 and not second["stale"])
    *_, of_second, of_all = [row.split() for row in printed.splitlines() if row.startswith(("a.", "all"))]
    made = second["killed"] + second["survived"] + second["accepted"] + second["untried"]
    assert of_second[:4] == ["a.second", str(made), str(second["killed"]), str(second["accepted"])]
    assert of_all[:3] == ["all", str(1000 + made), str(1000 + second["killed"])]


def test_modules_with_the_same_tests_are_tried_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "TARGETS", {"a": ["one.py"], "b": ["two.py"], "c": ["one.py"]})
    together: list[list[str]] = []

    def tried(modules: list[str], only: str) -> dict[str, dict[str, int]]:
        together.append(modules)
        return {name: counts(1, 0) for name in modules}

    monkeypatch.setattr(command, "tried", tried)
    assert command.main([]) == 0
    assert together == [["a", "c"], ["b"]]
