"""Data stored by an earlier version is changed when the database is migrated."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from instruments.import_notes import Decision

CONDITION = {"kind": "condition", "sheet": "survey", "row": 7, "name": "1.2", "reason": "position(..) is not known"}
OTHER = {"kind": "left_out", "sheet": "survey", "row": 9, "name": "photo", "reason": "an image"}


def version(**stored: Any) -> SimpleNamespace:
    """A row as it was before the migration, which notes what is saved of it."""
    row = SimpleNamespace(
        definition={
            "sections": [{"items": [{"name": "1.1"}, {"name": "1.2"}, {"name": "1.5", "rows": [{"name": "m"}]}]}]
        },
        import_notes=[],
        import_decisions=[],
        import_confirmed_at=None,
        published_at=None,
        saved=[],
    )
    vars(row).update(stored)
    row.save = lambda update_fields: row.saved.extend(update_fields)
    return row


def migrate(*rows: SimpleNamespace) -> None:
    """The columns of then no longer exist, so the rows are made here. As `exclude`, it finds those with notes."""
    module = import_module("instruments.migrations.0007_import_decisions")
    found = SimpleNamespace(exclude=lambda import_notes: [row for row in rows if row.import_notes != import_notes])
    old = SimpleNamespace(get_model=lambda app, name: SimpleNamespace(objects=found))
    module.conditions_to_decisions(old, None)


@pytest.mark.parametrize(
    ("stored", "answer"),
    [({}, ""), ({"import_confirmed_at": "2026-05-01"}, "everyone"), ({"published_at": "2026-05-02"}, "everyone")],
)
def test_a_condition_that_was_left_out_becomes_a_decision_with_the_answer_it_had(
    stored: dict[str, Any], answer: str
) -> None:
    row = version(import_notes=[OTHER, CONDITION], **stored)
    migrate(row)
    assert row.import_notes == [OTHER]
    assert row.import_decisions == [
        {
            "key": "condition-1",
            "kind": "condition",
            "subject": "",
            "items": ["1.2"],
            "sheet": "survey",
            "row": 7,
            "name": "1.2",
            "reason": "position(..) is not known",
            "values": {},
            "answer": answer,
        }
    ]
    assert row.saved == ["import_notes", "import_decisions"]


def test_conditions_of_rows_of_a_matrix_keep_their_item_and_those_of_groups_have_none() -> None:
    row = version(import_notes=[CONDITION | {"name": "m"}, CONDITION | {"name": "group"}])
    migrate(row)
    assert [(one["key"], one["items"]) for one in row.import_decisions] == [("condition-1", ["m"]), ("condition-2", [])]


def test_versions_without_such_a_condition_are_not_touched() -> None:
    rows = version(), version(import_notes=[OTHER])
    migrate(*rows)
    assert [(row.import_decisions, row.saved) for row in rows] == [([], []), ([], [])]


def test_the_decision_can_be_read_as_those_of_today() -> None:
    row = version(import_notes=[CONDITION])
    migrate(row)
    [decision] = [Decision.from_json(one) for one in row.import_decisions]
    assert (decision.is_open, decision.items) == (True, ["1.2"])
