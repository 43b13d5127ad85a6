"""How the tests are distributed to the processes: the tests of one file, or of several that share something which takes
seconds to make, run one after the other in one process, and what takes longest begins first.

A test of its own for each process would be fairer to the last second, but what a file makes once would be made in each
process, and to distribute ten thousand tests one by one costs several seconds by itself.

The marks of pytest-xdist (`xdist_group`) are not used: they write into the name of a test, which pytest 9.2 no longer
lets them do, so that each process made everything again.

Before it collects, each process imports a share of the files: in a fresh clone pytest then writes the assertions of a
file anew in one process, and not in all of them at the same time; the others find what it has kept.
"""

import importlib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

TOGETHER = {  # beginning of a file's path -> group
    "tests/journeys/": "journeys",
    "tests/analysis/test_published.py": "demonstration",
    "tests/reports/test_demonstration.py": "demonstration",
    "tests/reports/test_load_demo.py": "demonstration",
    "tests/test_caching.py": "demonstration",
    "tests/test_forced_colours.py": "demonstration",
    "tests/test_fuzz.py": "demonstration",
    "tests/test_long_pages.py": "demonstration",
    "tests/test_published.py": "demonstration",
}
LONGEST_FIRST = (  # groups and files that take more than ten seconds
    "journeys",
    "demonstration",
    "tests/test_every_page.py",
    "tests/test_access.py",
    "tests/workshops/test_record_browser.py",
    "tests/test_navigation.py",
    "tests/surveys/test_respondent.py",
    "tests/test_names_at_exits.py",
    "tests/test_lists.py",
    "tests/test_frozen_migrations.py",
    "tests/analysis/releases/test_bad_input.py",
    "tests/test_pseudo_language.py",
    "tests/analysis/releases/test_harvest.py",
    "tests/analysis/releases/test_releases.py",
    "tests/surveys/test_copies.py",
    "tests/test_any_language.py",
    "tests/workshops/test_record.py",
    "tests/analysis/test_views.py",
    "tests/assessments/test_views.py",
    "tests/reports/test_views.py",
    "tests/surveys/test_bad_values.py",
    "tests/interviews/test_bad_values.py",
    "tests/reports/review/test_office.py",
    "tests/reports/test_editions.py",
    "tests/ctnat/test_settings.py",
    "tests/assessments/test_erasure_register.py",
    "tests/assessments/test_upgrade.py",
    "tests/reports/word/test_pages.py",
    "tests/reports/test_races.py",
    "tests/assessments/test_site_pack_views.py",
    "tests/assessments/test_retention.py",
    "tests/reports/test_document.py",
    "tests/surveys/test_load.py",
)


def group_of(nodeid: str) -> str:
    """The group of a test; where its file belongs to none, the file."""
    return next((group for path, group in TOGETHER.items() if nodeid.startswith(path)), nodeid.partition("::")[0])


def begins_after(group: str, tests: Iterable[str]) -> tuple[int, bool]:
    """What to sort groups by: those of `LONGEST_FIRST`, then those with tests in a browser, then the others."""
    listed = LONGEST_FIRST.index(group) if group in LONGEST_FIRST else len(LONGEST_FIRST)
    return listed, not any("[chromium" in nodeid for nodeid in tests)


@pytest.hookimpl(optionalhook=True)  # without pytest-xdist there are no processes
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling  # mutation testing runs without it

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

        def _assign_work_unit(self, node: Any) -> None:
            """Of groups that sort alike, those with the most tests come first, as the scheduler has ordered them."""
            first = min(self.workqueue, key=lambda group: begins_after(group, self.workqueue[group]))
            self.workqueue.move_to_end(first, last=False)
            super()._assign_work_unit(node)

    return Groups(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Called between pytest's own preparations and its collecting, so that a warning is an error here too. What cannot
    be imported is left to the collection, which reports it."""
    worker, count = os.environ.get("PYTEST_XDIST_WORKER", ""), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    if not worker or count == 1:
        return
    for file in share(files_of(session.config.args), int(worker.removeprefix("gw")) % count, count):
        with suppress(Exception, pytest.skip.Exception):
            name = file.resolve().relative_to(session.config.rootpath).with_suffix("")
            importlib.import_module(".".join(name.parts))


def files_of(arguments: Iterable[str]) -> list[Path]:
    paths = {Path(argument.partition("::")[0]) for argument in arguments}
    return sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("test_*.py")))


def share(files: list[Path], number: int, count: int) -> list[Path]:
    """The files that process `number` of `count` imports first. The largest come first and are dealt out by turns."""
    return sorted(files, key=lambda file: (-file.stat().st_size, file))[number::count]
