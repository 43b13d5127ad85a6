"""The audit log is a chain: direct changes, removals and additions are detected, and the database refuses them."""

import threading
from collections.abc import Callable
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from assessments.audit import head_of, heads, record, verify_chain
from assessments.models import Assessment, AuditChain, AuditEvent
from tests.factories import AssessmentFactory, UserFactory

pytestmark = pytest.mark.django_db
TRIGGERS = import_module("assessments.migrations.0010_erasure_requests")
TABLE = "assessments_auditevent"


def below_the_triggers(*statements: str) -> None:
    """Without the triggers, as for someone with the right to alter the tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (*TRIGGERS.DROP[connection.vendor], *statements, *TRIGGERS.CREATE[connection.vendor]):
            cursor.execute(statement)


@pytest.fixture
def events(assessment: Assessment) -> list[AuditEvent]:
    user, other = UserFactory(), AssessmentFactory(reference="GEO-2016")
    record("user.signed_in", by=user)
    made = []
    for number in range(1, 6):
        made.append(record("thing.done", by=user, assessment=assessment, target=assessment, number=number, share=1.0))
        record("thing.done", by=None, assessment=other, text="é\u2028", nothing=None, many=[1, {"b": 2, "a": 0.5}])
    return made


def test_each_event_contains_the_hash_of_the_one_before_in_its_assessment(events: list[AuditEvent]) -> None:
    assert [event.position for event in events] == [1, 2, 3, 4, 5]
    assert [event.previous_hash for event in events] == ["", *(event.hash for event in events[:-1])]
    assert len({event.hash for event in AuditEvent.objects.all()}) == AuditEvent.objects.count() == 11
    assert head_of(events[0].assessment) == events[-1].hash
    assert list(heads()) == ["", "AZE-2016", "GEO-2016"]
    for chain in (None, *Assessment.objects.all()):
        assert verify_chain(chain).is_whole
    assert verify_chain(events[0].assessment, known=events[2].hash).is_whole
    assert verify_chain(events[0].assessment, known="0" * 64).reason == "The hash that was given is not in this chain."


@pytest.mark.parametrize(
    ("statement", "position", "reason"),
    [
        ("UPDATE {table} SET action = 'thing.undone' WHERE id = {pk}", 3, "It is not as it was written."),
        ("UPDATE {table} SET at = '2016-01-01 00:00:00' WHERE id = {pk}", 3, "It is not as it was written."),
        ("UPDATE {table} SET actor_id = NULL WHERE id = {pk}", 3, "It is not as it was written."),
        ("DELETE FROM {table} WHERE id = {pk}", 4, "Event 3 is missing before it."),
        ("DELETE FROM {table} WHERE id >= {pk}", 2, "The log ends here and should have 5 events."),
        ("UPDATE {table} SET previous_hash = hash WHERE id = {pk}", 3, "It does not follow the event before it."),
        (
            "UPDATE {table} SET assessment_id = {other}, position = 9 WHERE id = {pk}",
            4,
            "Event 3 is missing before it.",
        ),
    ],
)
def test_a_change_below_the_triggers_is_found(
    events: list[AuditEvent], statement: str, position: int, reason: str
) -> None:
    """Here by someone with the right to alter the tables; the event named is the first that does not fit."""
    other = Assessment.objects.get(reference="GEO-2016").pk
    below_the_triggers(statement.format(table=TABLE, pk=events[2].pk, other=other))
    found = verify_chain(events[0].assessment)
    assert found.broken is not None
    assert (found.is_whole, found.broken.position, found.reason) == (False, position, reason)


@pytest.mark.parametrize("statement", ["UPDATE {} SET action = 'a.b'", "DELETE FROM {}", "DELETE FROM {} WHERE id = 0"])
def test_the_database_refuses_to_change_or_delete_an_event(events: list[AuditEvent], statement: str) -> None:
    before = list(AuditEvent.objects.order_by("pk").values())
    refuses = pytest.raises(DatabaseError, match="append-only")
    if statement.endswith("= 0"):
        with connection.cursor() as cursor:
            cursor.execute(statement.format(TABLE))  # no row, nothing to refuse
    else:
        with refuses, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(TABLE))
    assert list(AuditEvent.objects.order_by("pk").values()) == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_the_database_refuses_to_truncate_the_log(events: list[AuditEvent]) -> None:
    connection.check_constraints()  # deferred constraints on what the test has stored would be refused first
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE assessments_auditevent")
    assert AuditEvent.objects.count() == 11


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


def test_verify_audit_reports_intact_chains_and_names_broken_ones(events: list[AuditEvent]) -> None:
    output = run()
    assert f"AZE-2016: 5 events, whole. Last hash {events[-1].hash}" in output
    assert "the site: 1 events, whole." in output
    assert "AZE-2016: 5 events, whole." in run("AZE-2016", "--hash", events[1].hash)
    for wrong in (["XXX-1"], ["--hash", "ab"], ["AZE-2016", "--hash", "ab"]):
        with pytest.raises(CommandError):
            run(*wrong)
    below_the_triggers(f"UPDATE assessments_auditevent SET action = 'x.y' WHERE id = {events[1].pk}")  # noqa: S608 -- a number
    out = StringIO()
    with pytest.raises(CommandError, match="not as it was written") as caught:
        call_command("verify_audit", stdout=out)
    assert caught.value.returncode == 2
    assert (
        f"AZE-2016: BROKEN at event 2 ({AuditEvent.objects.get(pk=events[1].pk)}, id {events[1].pk})" in out.getvalue()
    )
    assert "GEO-2016: 5 events, whole." in out.getvalue()


def test_verify_audit_misses_no_log_whose_end_was_removed(events: list[AuditEvent]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assessments_auditchain")
    with pytest.raises(CommandError):
        run()


def test_events_of_a_transaction_that_fails_leave_no_gap(events: list[AuditEvent]) -> None:
    assessment = events[0].assessment
    with transaction.atomic():
        record("thing.done", by=None, assessment=assessment)
        transaction.set_rollback(True)
    assert record("thing.done", by=None, assessment=assessment).position == 6
    assert verify_chain(assessment).is_whole


def test_events_written_before_the_chain_are_chained_in_their_order(events: list[AuditEvent]) -> None:
    expected = list(AuditEvent.objects.order_by("pk").values())
    below_the_triggers("UPDATE assessments_auditevent SET position = id + 1000, previous_hash = '', hash = ''")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM assessments_auditchain")
        for statement in TRIGGERS.DROP[connection.vendor]:
            cursor.execute(statement)
        import_module("assessments.migrations.0007_chain_events").chain_events(apps, None)
        for statement in TRIGGERS.CREATE[connection.vendor]:
            cursor.execute(statement)
    assert list(AuditEvent.objects.order_by("pk").values()) == expected
    assert AuditChain.objects.count() == 3
    run()


def at_once(verbs: list[Callable[[], Any]]) -> None:
    start, failed = threading.Barrier(len(verbs)), []

    def go(verb: Callable[[], Any]) -> None:
        start.wait()
        try:
            verb()
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the test database of SQLite lives in one connection")
def test_events_of_the_same_moment_follow_each_other() -> None:
    """The first two begin the chain at once; then eight write into one chain and four into another."""
    one, other = AssessmentFactory(reference="AZE-2016"), AssessmentFactory(reference="GEO-2016")

    def write(assessment: Assessment | None) -> Callable[[], Any]:
        return lambda: [record("thing.done", by=None, assessment=assessment) for _ in range(5)]

    at_once([write(one)] * 8 + [write(other)] * 4 + [write(None)] * 4)

    for assessment, count in ((one, 40), (other, 20), (None, 20)):
        found = verify_chain(assessment)
        assert (found.is_whole, found.length) == (True, count)
