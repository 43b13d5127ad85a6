"""Run the mutants of modules that have the same tests: pytest once, then a fork of it for each mutant.

pytest collects the tests and runs them all, each in its own coverage context, so that it is known which test
reaches which line; the session's fixtures (the database in memory) are kept. Each fork then puts the mutant's code
into the live functions and runs the tests that reach it until one fails.
"""

import ctypes  # noqa: F401 - loaded before the limit of memory is set, as every fork needs it
import functools
import gc
import importlib
import inspect
import math
import os
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Protocol, Self

import coverage
import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.operators import Mutant, mutants
from tests.mutation.targets import TARGETS

MEMORY = 1 << 30  # bytes that a mutant may use in addition to pytest's memory
SLACK = 3  # seconds of processor time for each test, and ten times what it needs without a mutant
SILENT = 10  # seconds after which progress is told again
WAITING = 20  # how many times as long as all its tests together a mutant may take by the clock, on a busy machine
# Exit codes of a mutant's process: KILLED plus the position of the test that noticed. Not 1, which means an error.
BROKEN, SURVIVED, KILLED = 8, 9, 10
LAST_PLACE = 200  # exit codes are at most 255


@dataclass
class Outcome:
    module: str
    killed: int = 0
    stopped: int = 0  # of the killed: by the limit of time or memory
    survivors: list[Mutant] = field(default_factory=list)
    untried: int = 0
    seconds: float = 0.0
    unreached: int = 0  # of the survivors: no test runs their lines


class Watcher(Protocol):
    """Gets what happens, as it happens."""

    def survived(self, module: str, mutant: Mutant) -> None: ...

    def progress(self, text: str) -> None: ...

    def done(self, outcome: Outcome) -> None: ...


class Session:
    """A pytest plugin that runs the mutants of modules with the same tests instead of these tests."""

    def __init__(self, modules: list[str], watcher: Watcher, only: str = "") -> None:
        self.names = modules
        self.watcher = watcher
        self.only = only
        self.items: list[pytest.Item] = []
        self.seconds: dict[pytest.Item, float] = {}
        self.reached: dict[tuple[str, int], set[str]] = defaultdict(set)

    def pytest_sessionstart(self) -> None:
        """The same examples for each mutant, and no failure because the machine is slow. Before tests are imported,
        since each takes its settings then."""
        import hypothesis  # not before pytest has loaded its plugins

        checks = list(hypothesis.HealthCheck)
        hypothesis.settings.register_profile(
            "mutation", derandomize=True, database=None, deadline=None, suppress_health_check=checks
        )
        hypothesis.settings.load_profile("mutation")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = session.items
        targets = [Target(importlib.import_module(name)) for name in self.names]
        self.watcher.progress(f"{', '.join(self.names)}: running {len(self.items)} tests without a mutant")
        self._learn(session, [target.path for target in targets])
        live = [Live.of(target.path) for target in targets]
        for target, touched in zip(targets, live, strict=True):
            there = _functions(compile(target.source, target.path, "exec", dont_inherit=True))
            if not touched.functions or not all(_key(one.__code__) in there for one in touched.functions):
                pytest.exit(f"{target.path} was edited while it was imported: run it again.", returncode=BROKEN)
        gc.collect()
        gc.freeze()  # garbage collection in a fork would copy all memory
        for target, touched in zip(targets, live, strict=True):
            self.watcher.done(self._mutate(target, touched))
        session.items = self.items[:1]  # one is enough for pytest to end cleanly
        return True

    def _mutate(self, target: "Target", live: "Live") -> Outcome:
        began = told = time.monotonic()
        outcome = Outcome(name := target.module.__name__)
        found = [mutant for mutant in mutants(target.source, target.path) if self.only in mutant.where]
        if (
            any(mutant.at_import for mutant in found)
            and self._fork(_original(target), target, live, self.items) >= KILLED
        ):
            outcome.untried = sum(mutant.at_import for mutant in found)
            found = [mutant for mutant in found if not mutant.at_import]
        noticed: Counter[tuple[str, str]] = Counter()  # (function, test): which tests notice what is changed there
        for tried, mutant in enumerate(found):
            if time.monotonic() > told + SILENT:
                told = time.monotonic()
                self.watcher.progress(f"{name}: {outcome.killed} killed of {tried} tried, {len(found)} in all")
            nodes = set().union(*(self.reached[target.path, line] for line in mutant.lines))
            chosen = [item for item in self.items if mutant.at_import or item.nodeid in nodes]
            chosen.sort(key=lambda item: (-noticed[mutant.where, item.nodeid], self.seconds[item]))
            result = self._fork(mutant, target, live, chosen) if chosen else SURVIVED
            if result == SURVIVED:
                outcome.survivors.append(mutant)
                outcome.unreached += not chosen
                self.watcher.survived(name, mutant)
                continue
            outcome.killed += 1
            outcome.stopped += result == BROKEN
            if result >= KILLED:
                noticed[mutant.where, chosen[result - KILLED].nodeid] += 1
        outcome.seconds = time.monotonic() - began
        return outcome

    def _learn(self, session: pytest.Session, paths: list[str]) -> None:
        """Run every test unmutated. They must pass; the lines that each of them reaches are recorded."""
        cover = coverage.Coverage(data_file=None, config_file=False, include=paths)
        cover.set_option("run:disable_warnings", ["no-data-collected"])  # then all its mutants survive
        cover.start()
        for item, following in zip(self.items, [*self.items[1:], session], strict=True):
            cover.switch_context(item.nodeid)
            began = time.process_time()
            reports = runtestprotocol(item, log=False, nextitem=following)  # the session itself keeps its fixtures
            self.seconds[item] = time.process_time() - began
            if any(report.failed for report in reports):
                pytest.exit(f"{item.nodeid} fails without any mutant:\n{reports[-1].longreprtext}", returncode=BROKEN)
        cover.stop()
        data = cover.get_data()
        for path in paths:
            for line, contexts in data.contexts_by_lineno(path).items():
                self.reached[path, line] |= set(contexts) - {""}
        session._setupstate.teardown_exact(session)

    def _fork(self, mutant: Mutant, target: "Target", live: "Live", items: list[pytest.Item]) -> int:
        """KILLED plus the position of the test in `items`, SURVIVED, or BROKEN if it had to be stopped or died."""
        allowed = SLACK + 10 * sum(self.seconds[item] for item in items)
        process = get_context("fork").Process(target=self._run, args=(mutant, target, live, items))
        process.start()
        process.join(WAITING * allowed)
        if process.is_alive():
            process.kill()
            process.join()
        code = process.exitcode or 0
        return code if code == SURVIVED or code >= KILLED else BROKEN

    def _run(self, mutant: Mutant, target: "Target", live: "Live", items: list[pytest.Item]) -> None:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (SLACK, resource.RLIM_INFINITY))  # tables too may take for ever
        if Path("/proc/self/statm").exists():
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            limit = pages * resource.getpagesize() + MEMORY
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        install(mutant, target, live)
        session = items[0].session
        for place, (item, following) in enumerate(zip(items, [*items[1:], session], strict=True)):
            seconds = math.ceil(time.process_time() + SLACK + 10 * self.seconds[item])
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                os._exit(KILLED + min(place, LAST_PLACE))
        os._exit(SURVIVED)


def _original(target: "Target") -> Mutant:
    """The unchanged module, imported once more: do its tests still pass?"""
    code = compile(target.source, target.path, "exec", dont_inherit=True)
    return Mutant("", range(0), "", "", True, code)


# Putting a mutant's code into a module that is already imported ---------------------------------------------------


@dataclass(frozen=True)
class Target:
    """A module to be mutated, with its source as it was imported: the file may be edited while mutants are tried."""

    module: ModuleType
    source: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", Path(self.path).read_text())

    @property
    def path(self) -> str:
        return str(self.module.__file__)


@dataclass(frozen=True)
class Live:
    """What of the running program a mutant touches. Found once: a fork that looked at every object would copy it."""

    caches: list[Any]
    functions: list[FunctionType]

    @classmethod
    def of(cls, path: str) -> Self:
        own = {name.split(".")[0] for name in TARGETS}
        gc.unfreeze()  # what is frozen, as tests/conftest.py does, is not among the objects
        objects = gc.get_objects()
        # type() and not isinstance(): the latter would wake Django's lazy objects.
        caches = [thing for thing in objects if issubclass(type(thing), functools._lru_cache_wrapper)]
        functions = [thing for thing in objects if type(thing) is FunctionType]
        return cls(
            [cache for cache in caches if getattr(cache, "__module__", "").split(".")[0] in own],
            [function for function in functions if function.__code__.co_filename == path],
        )


def install(mutant: Mutant, target: Target, live: Live) -> None:
    for cached in live.caches:
        cached.cache_clear()
    if mutant.at_import:
        _import_again(mutant.code, target.module)
    codes = _functions(mutant.code)
    for function in live.functions:
        key = _key(function.__code__)
        if len(codes.get(key, ())) == 1:
            function.__code__ = codes[key][0]
        elif key in codes:  # several lambdas in one line
            before = _functions(compile(target.source, target.path, "exec", dont_inherit=True))[key]
            function.__code__ = codes[key][before.index(function.__code__)]


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _functions(code: CodeType) -> dict[tuple[str, int], list[CodeType]]:
    found: dict[tuple[str, int], list[CodeType]] = defaultdict(list)

    def walk(inside: CodeType) -> None:
        for constant in inside.co_consts:
            if isinstance(constant, CodeType):
                found[_key(constant)].append(constant)
                walk(constant)

    walk(code)
    return found


def _import_again(code: CodeType, module: ModuleType) -> None:
    """Run the module's top level in a separate namespace, and take over its tables, defaults and class attributes.

    Classes and functions stay the same objects, because other modules refer to them.
    """
    fresh = {name: getattr(module, name) for name in ("__name__", "__file__", "__package__", "__spec__", "__loader__")}
    exec(code, fresh)  # noqa: S102 - this is what a mutation test does
    for name, new in fresh.items():
        old = vars(module).get(name)
        imported = getattr(new, "__module__", module.__name__) != module.__name__
        if name.startswith("__") or (imported and not isinstance(new, Container)):
            continue
        if callable(old) and not isinstance(old, type):
            _take_defaults(old, new)
        elif isinstance(old, type) and isinstance(new, type):
            for attribute, value in list(vars(new).items()):
                if attribute == "__init__" and attribute in vars(old) and "__dataclass_fields__" in vars(new):
                    setattr(old, attribute, value)
                elif isinstance(value, FunctionType):
                    _take_defaults(vars(old).get(attribute), value)
                elif not attribute.startswith("__") and isinstance(
                    value, str | int | float | tuple | list | dict | set
                ):
                    setattr(old, attribute, value)
        elif isinstance(new, Container):
            for holder in _modules_with(name, old):
                setattr(holder, name, new)


def _take_defaults(old: Any, new: Any) -> None:
    """The defaults of `new`, for the function that other modules already refer to, under its decorators too."""
    old, new = inspect.unwrap(old), inspect.unwrap(new)
    if isinstance(old, FunctionType) and isinstance(new, FunctionType):
        old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__


Container = (str, int, float, tuple, list, dict, set, frozenset, re.Pattern, ContextVar, type(None))


def _modules_with(name: str, value: Any) -> Iterator[ModuleType]:
    for holder in list(sys.modules.values()):
        if isinstance(holder, ModuleType) and vars(holder).get(name, Container) is value:
            yield holder


def run(modules: list[str], watcher: Watcher, only: str = "") -> None:
    """Try modules that have the same tests; `watcher` gets survivors and outcomes at once.

    RuntimeError where the tests fail without a mutant.
    """
    session = Session(modules, watcher, only)
    quiet = ["-q", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "-o", "timeout=0"]
    code = pytest.main([*quiet, "-m", "not browser and not slow", *TARGETS[modules[0]]], plugins=[session])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) or not session.seconds:
        raise RuntimeError(f"The tests of {', '.join(modules)} do not pass as they are ({code}).")
