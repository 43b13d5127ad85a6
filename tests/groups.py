"""Which tests one process runs, because they share something that takes seconds to make.

The marks of pytest-xdist (`xdist_group`) are not used: they write into the name of a test, which pytest 9.2 no longer
lets them do, so that each process made everything again.
"""

from typing import Any

import pytest

TOGETHER = {  # beginning of a file's path -> group
    "tests/journeys/": "journeys",
    "tests/analysis/releases/test_harvest.py": "harvest",
    "tests/analysis/test_published.py": "demonstration",
    "tests/reports/test_demonstration.py": "demonstration",
    "tests/reports/test_load_demo.py": "demonstration",
    "tests/surveys/test_copies.py": "copies",
    "tests/test_every_page.py": "every page",
    "tests/test_names_at_exits.py": "names at exits",
    "tests/test_pseudo_language.py": "pseudo language",
    "tests/test_published.py": "demonstration",
    "tests/workshops/test_record.py": "record of a workshop",
}


def group_of(nodeid: str) -> str:
    """The group of a test; where it shares nothing, the test itself."""
    return next((group for path, group in TOGETHER.items() if nodeid.startswith(path)), nodeid)


@pytest.hookimpl(optionalhook=True)  # without pytest-xdist there are no processes
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling  # mutation testing runs without it

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return Groups(config, log)
