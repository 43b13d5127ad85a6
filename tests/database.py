"""`--database` runs only the tests that can reach Django's database.

The others say on PostgreSQL what they have said on SQLite: without one of pytest-django's marks and fixtures, and
without its blocker, which is what opens the database to a test, every query is an error.
"""

import pytest

OPENS = {"db", "transactional_db", "live_server"}  # of pytest-django; its mark asks for the first two


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", action="store_true", help="run only tests that can reach Django's database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database"):
        return
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        (kept if reaches_database(item) else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def reaches_database(test: pytest.Item) -> bool:
    if not isinstance(test, pytest.Function):
        return True
    if test.get_closest_marker("django_db") or OPENS & set(test.fixturenames):
        return True
    return "django_db_blocker" in test._fixtureinfo.argnames or any(
        "django_db_blocker" in definition.argnames and "pytest_django" not in definition.func.__module__
        for name in test.fixturenames
        if name != "django_db_setup"  # which each process has, needed or not
        for definition in test._fixtureinfo.name2fixturedefs.get(name, ())
    )
