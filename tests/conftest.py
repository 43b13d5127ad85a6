"""Fixtures for every test: an assessment, one signed-in client per role, an outsider, an anonymous visitor."""

import gc
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.template import Context, Template
from django.test import Client
from django.test import client as test_client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from assessments import this_site
from assessments.models import Assessment, Role
from tests.factories import AssessmentFactory, MembershipFactory, UserFactory, instruments_2016

pytest_plugins = ["tests.browser", "tests.concurrency", "tests.database", "tests.groups", "tests.migrated"]
# Generating takes longer where all tests run at once, which says nothing about the tests.
hypothesis_settings.register_profile(
    "tests", hypothesis_settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("tests")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps an event loop in the thread of the tests


@pytest.fixture(scope="session", autouse=True)
def flush_past_triggers() -> Iterator[None]:
    """Let the tests empty their tables, which the triggers of the audit log refuse, and restore the triggers. Rows are
    then numbered from 1 again, and nothing is left in the cache: files of tests run in any order, and the next test
    finds what the migrations leave, as after a test that is rolled back."""
    triggers = import_module("assessments.migrations.0010_erasure_requests")
    operations: Any = type(connection.ops)
    flush = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        statements = flush(self, style, tables, **options | {"reset_sequences": True})
        if not statements:
            return []
        vendor = self.connection.vendor
        cache = settings.CACHES["default"]["LOCATION"]
        if cache in self.connection.introspection.table_names():
            statements.append(f"DELETE FROM {self.quote_name(cache)};")  # noqa: S608 -- a name of ours
        return [*triggers.DROP[vendor], *statements, *triggers.CREATE[vendor]]

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = flush


@pytest.fixture(scope="session", autouse=True)
def keep_contexts_of_pages_alone() -> Iterator[None]:
    """Let `response.context` hold the context of the page without those of the partials that it includes, of which
    Django's client makes a copy each time that one is rendered."""
    store = test_client.store_rendered_templates

    def store_pages(found: dict[str, Any], signal: Any, sender: Any, template: Template, context: Context) -> None:
        if context.template is template:
            store(found, signal, sender, template, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test_client, "store_rendered_templates", store_pages)
        yield


@pytest.fixture(scope="session", autouse=True)
def write_instruments_once() -> Iterator[None]:
    """Let SQLite write the JSON of the instruments of 2016, which most tests store, once for each process: that took a
    third of the time of making an assessment. Copies of these definitions are written anew."""
    operations: Any = type(connection.ops)
    adapt = operations.adapt_json_value
    written: dict[tuple[int, Any], Any] = {}  # by identity: the definitions are kept as long as the process runs

    def adapt_once(self: Any, value: Any, encoder: Any) -> Any:
        if not any(value is definition for definition in instruments_2016().values()):
            return adapt(self, value, encoder)
        key = id(value), encoder
        if key not in written:
            written[key] = adapt(self, value, encoder)
        return written[key]

    if connection.vendor != "sqlite":  # PostgreSQL's values are adapters, which write when they are sent
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "adapt_json_value", adapt_once)
        yield
    definitions = {id(definition): definition for definition in instruments_2016().values()}
    changed = [key for key, text in written.items() if adapt(connection.ops, definitions[key[0]], key[1]) != text]
    assert changed == [], "a test changed a definition of 2016 in place; take a copy of it"


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Path | None:
    """A file with the database as the migrations leave it, for tests that start processes with a database of their
    own: `migrate` then finds nothing to do, which saves seconds. None on PostgreSQL."""
    if connection.vendor != "sqlite":
        return None
    file = tmp_path_factory.mktemp("migrated") / "ctnat.sqlite3"
    with django_db_blocker.unblock(), closing(sqlite3.connect(file)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    return file


@pytest.fixture(scope="session")
def start_database(django_db_setup: Path | None) -> Callable[[Path], None]:
    """start_database(file) copies a migrated database there, if there is one; `migrate` is run in any case."""

    def start(file: Path) -> None:
        if django_db_setup:
            shutil.copy(django_db_setup, file)

    return start


@pytest.fixture(autouse=True)
def site_without_details(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process keeps of the site's details is what an empty site has, and costs no test a query."""
    monkeypatch.setattr(this_site, "_kept", (float("inf"), this_site.ThisSite()))


@pytest.fixture
def assessment(db: Any) -> Assessment:
    return AssessmentFactory(reference="AZE-2016")


@pytest.fixture
def member(assessment: Assessment) -> Callable[..., Any]:
    """member("lead") -> a user with that role in the assessment, the same one each time."""
    made: dict[str, Any] = {}

    def get(role: str) -> Any:
        if role not in made:
            user = UserFactory(email=f"{role}@example.org", name=str(Role(role).label))
            MembershipFactory(user=user, assessment=assessment, role=role)
            made[role] = user
        return made[role]

    return get


@pytest.fixture
def outsider(db: Any) -> Any:
    """A lead of another assessment."""
    return MembershipFactory(role=Role.LEAD, assessment__reference="GEO-2016", assessment__country="GEO").user


@pytest.fixture
def client_as(member: Any, request: pytest.FixtureRequest) -> Callable[[str], Client]:
    """client_as("lead"), client_as("outsider"), client_as("anonymous")."""

    def get(role: str) -> Client:
        client = Client()
        if role == "outsider":
            client.force_login(request.getfixturevalue("outsider"))
        elif role != "anonymous":
            client.force_login(member(role))
        return client

    return get


@pytest.fixture
def staff(db: Any) -> Client:
    """Signed in as an administrator of the site."""
    client = Client()
    client.force_login(UserFactory(email="admin@example.org", is_staff=True))
    return client


@pytest.fixture
def check_roles(client_as: Callable[[str], Client]) -> Callable[..., None]:
    """Request one address with each level of access.

        check_roles(url, allowed="lead", denied="observer", method="get", wrong="post", ok=200)

    The allowed role gets `ok`, the denied role 403 (None if every member is allowed), an outsider 404, a visitor the
    sign-in page, the wrong method 405.
    """

    def check(
        url: str,
        *,
        allowed: str,
        denied: str | None = None,
        method: str = "get",
        wrong: str | None = None,
        ok: int = 200,
        **send: Any,
    ) -> None:
        def status(role: str, how: str = method) -> int:
            return getattr(client_as(role), how)(url, **send).status_code

        anonymous = getattr(client_as("anonymous"), method)(url, **send)
        assert (anonymous.status_code, anonymous.url.split("?")[0]) == (302, "/accounts/login/")
        assert status("outsider") == 404
        if denied:
            assert status(denied) == 403
        assert status(allowed) == ok
        if wrong:
            assert status(allowed, wrong) == 405

    return check


@contextmanager
def rows_of_module(django_db_blocker: Any, load: Callable[[], None]) -> Iterator[None]:
    """The rows that `load` makes, for all tests of a module, each of which is undone by itself. In a fixture of the
    module:

        with rows_of_module(django_db_blocker, load):
            yield
    """
    if connection.vendor != "sqlite":
        with django_db_blocker.unblock(), transaction.atomic():
            load()
            yield
            transaction.set_rollback(True)
        return
    with django_db_blocker.unblock():
        connection.ensure_connection()
        database = connection.connection
    with closing(sqlite3.connect(":memory:")) as before:
        database.backup(before)
        try:
            with django_db_blocker.unblock():
                load()
            yield
        finally:
            before.backup(database)


_demo_copy: list[sqlite3.Connection] = []  # of the database with the demonstration, once it was loaded


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The 2016 reconstruction, there for the module's tests.

    It takes seconds to load. On SQLite the loaded database is copied in memory and comes back for the next module.
    """

    def load() -> None:
        if _demo_copy:
            _demo_copy[0].backup(connection.connection)
            return
        call_command("load_demo", stdout=StringIO(), stderr=StringIO())
        if connection.vendor == "sqlite":
            _demo_copy.append(sqlite3.connect(":memory:"))
            connection.connection.backup(_demo_copy[0])

    with rows_of_module(django_db_blocker, load):
        yield


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of garbage collection, and collect less often than by default."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)
