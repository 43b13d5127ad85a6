"""The mutants themselves, and that a mutant acts in a module that is already imported."""

import sys
import tomllib
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings

from tests.mutation.__main__ import ACCEPTED, accepted
from tests.mutation.operators import Mutant, mutants
from tests.mutation.runner import install
from tests.mutation.targets import TARGETS

SOURCE = '''
"""A module."""

from functools import lru_cache, wraps

LIMIT = 3
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


@pytest.fixture
def module(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The source above, imported from a file; `analysis.` so that its caches count as ours."""
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
    assert all(before != after for _, before, after in changes)


def test_a_decorated_function_gets_the_code_of_the_mutant(module: ModuleType) -> None:
    assert module.total(1, 2) == 6
    install(found(module, "return one - two"), module, SOURCE)
    assert module.total(1, 2) == -2


def test_the_inner_function_of_a_decorator_gets_it_too(module: ModuleType) -> None:
    install(found(module, "return function(*args) + 2"), module, SOURCE)
    assert module.total(1, 2) == 5


def test_cached_results_are_forgotten(module: ModuleType) -> None:
    assert module.small(3) is False
    install(found(module, "if number <= limit:"), module, SOURCE)
    assert module.small(3) is True


def test_tables_defaults_and_class_attributes_act_at_import(module: ModuleType) -> None:
    small, pair = module.small, module.Pair()
    mutant = found(module, "LIMIT = 4")
    assert mutant.at_import
    install(mutant, module, SOURCE)
    assert small.__wrapped__(3) is True, "the default of a function that others have imported"
    install(found(module, "second: int = 3"), module, SOURCE)
    assert pair.larger() == 3
    install(found(module, "ALLOWED = {'read': {'lead'}}"), module, SOURCE)
    assert module.ALLOWED["read"] == {"lead"}


def test_every_accepted_survivor_has_a_reason_and_a_module() -> None:
    assert set(tomllib.loads(ACCEPTED.read_text())) <= set(TARGETS)
    assert all(reason.strip() for module in TARGETS for reason in accepted(module).values())


def test_every_target_and_its_tests_are_there() -> None:
    for name, tests in TARGETS.items():
        assert find_spec(name), f"{name} has moved: rename it in targets.py"
        assert all((settings.BASE_DIR / path).exists() for path in tests), name
