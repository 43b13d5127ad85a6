"""The turns of the live server and the test (tests/browser.py): a test that follows one with a live server takes none,
and so keeps none from the pages of the tests after it."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.db.transaction import Atomic

from tests import browser
from tests.browser import _turns

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="each thread has a connection of its own")
OF_DJANGO = (BaseHandler.get_response, Atomic.__enter__, Atomic.__exit__)


@pytest.fixture
def turns_of_the_test_before() -> Iterator[None]:
    """As after a test with a live server. pytest-django lets those come last in each process, but where files are
    distributed to processes, the tests of the next file follow."""
    _turns.start()
    yield
    _turns.stop()


def free() -> bool:
    """Whether another thread would get its turn now."""
    found: list[bool] = []

    def ask() -> None:
        found.append(_turns.lock.acquire(blocking=False))
        if found[0]:
            _turns.lock.release()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    return found[0]


def test_a_live_server_and_the_test_take_turns(live_server: Any) -> None:
    assert _turns.patched
    assert free()


def test_the_transaction_of_the_next_test_takes_no_turn(
    turns_of_the_test_before: None, request: pytest.FixtureRequest
) -> None:
    browser.pytest_runtest_setup(request.node)
    assert (BaseHandler.get_response, Atomic.__enter__, Atomic.__exit__) == OF_DJANGO
    request.getfixturevalue("db")
    assert free()


def test_turns_end_before_every_fixture(request: pytest.FixtureRequest) -> None:
    called = [hook.function for hook in reversed(request.config.hook.pytest_runtest_setup.get_hookimpls())]
    fixtures = next(place for place, hook in enumerate(called) if hook.__module__ == "_pytest.runner")
    assert called.index(browser.pytest_runtest_setup) < fixtures
