"""Which tests `--database` runs."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.database import reaches_database


@pytest.fixture(scope="module")
def filled(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def reached(request: pytest.FixtureRequest) -> bool:
    return reaches_database(request.node)


def test_without_a_mark_or_fixture_the_database_is_not_reached(reached: bool) -> None:
    assert reached is False


@pytest.mark.django_db
def test_the_mark_reaches_it(reached: bool) -> None:
    assert reached is True


def test_a_fixture_that_asks_for_it_reaches_it(assessment: Any, reached: bool) -> None:
    assert reached is True


def test_a_fixture_that_opens_it_for_a_module_reaches_it(filled: None, reached: bool) -> None:
    assert reached is True


def test_the_blocker_itself_reaches_it(django_db_blocker: Any, reached: bool) -> None:
    assert reached is True
