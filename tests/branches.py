"""The lines and branches that the tests execute. `python3 dev.py test` loads this plugin for the whole suite.

SlipCover puts probes into our own modules. coverage.py can only trace on Python 3.11, which makes every line of every
library slow too: the tests took 1.7 times as long. What is measured and the floor are in pyproject.toml,
[tool.slipcover]. This module is imported before any of ours.

Two things make it cheap. The process that only distributes the tests puts no probes into what it imports. And a probe
that has told that its line was reached is taken out: a line with a probe takes more than twice as long.
"""

import gc
import io
import json
import sys
import tomllib
from collections.abc import Generator
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage
from slipcover.slipcover import print_coverage

from tests.distributing import only_distributes

SETTINGS: dict[str, Any] = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["slipcover"]
NEVER = 2**30  # hits after which SlipCover removes a probe; it does not find functions behind decorators
REMOVE_AFTER = {15, 100, 500, 1_500}  # tests of a process, after which it takes out the probes that were reached

_probes = Slipcover(
    branch=True,
    source=SETTINGS["source"],
    omit=SETTINGS["omit"],
    exclude_also=SETTINGS["exclude-also"],
    d_miss_threshold=NEVER,
)
_taken: list[dict[str, Any]] = []  # by each process that runs tests
_run = 0  # tests


if not only_distributes(sys.argv):
    ImportManager(_probes, FileMatcher(sources=SETTINGS["source"], omit=SETTINGS["omit"])).__enter__()


def remove_probes() -> None:
    """Take out the probes of lines and branches that were reached, and remember these."""
    with _probes.lock:
        for file, reached in _probes._get_newly_seen().items():
            for code in list(_probes.instrumented[file]):
                _probes.deinstrument(code, reached)
            _probes.all_seen[file].update(reached)
        replaced = _probes.replace_map
        gc.unfreeze()  # tests/conftest.py freezes what was imported, where the functions are
        gc.collect()
        for found in gc.get_objects():
            if type(found) is FunctionType and found.__code__ in replaced:
                found.__code__ = replaced[found.__code__]
        gc.freeze()
        replaced.clear()


@pytest.hookimpl(trylast=True)
def pytest_runtest_logfinish() -> None:
    global _run
    _run += 1
    if _run in REMOVE_AFTER:
        remove_probes()


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Fail if the tests pass but take too few branches."""
    result = yield
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["branches"] = json.dumps(_probes.get_coverage())
    else:
        if not session.config.getoption("numprocesses", None):
            _taken.append(_probes.get_coverage())
        session.testsfailed += not reaches_floor(merged())
    return result


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if "branches" in getattr(node, "workeroutput", {}):
        _taken.append(json.loads(node.workeroutput["branches"]))


def merged() -> dict[str, Any]:
    for other in _taken[1:]:
        merge_coverage(_taken[0], other)
    del _taken[1:]
    return _taken[0] if _taken else {"files": {}, "summary": {"percent_covered": 0.0}}


def reaches_floor(coverage: dict[str, Any]) -> bool:
    return bool(coverage["summary"]["percent_covered"] >= SETTINGS["fail-under"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    coverage, table = merged(), io.StringIO()
    print_coverage(coverage, outfile=table, skip_covered=True)
    terminalreporter.write(table.getvalue())
    reached = reaches_floor(coverage)
    terminalreporter.write_line(
        f"{coverage['summary']['percent_covered']:.2f} % of lines and branches are taken; "
        f"the floor of {SETTINGS['fail-under']:.1f} % is {'reached' if reached else 'NOT REACHED'}.",
        green=reached,
        red=not reached,
    )
