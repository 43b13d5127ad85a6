"""Two copies of the database reveal no more than a group: their differences do not link an invitation to answers.

copies_of_a_survey.py makes the copies. The attacker here knows in which order the eight people answered (an invitation
is marked with each) and has every copy, but not the keys.
"""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from assessments.data_keys import PREFIX, decrypt, remember
from assessments.fields import cipher

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("copies_of_a_survey.py")
LAST, CLOSED = 8, 9
SAVED = [f"saved{place}" for place in range(1, LAST, 2)]  # with a form saved for later


@dataclass(frozen=True)
class Copies:
    folder: Path

    @cached_property
    def truth(self) -> list[dict[str, Any]]:
        """Per answer, in the order in which they came: invitation, words, uuid."""
        answers: list[dict[str, Any]] = json.loads((self.folder / "truth.json").read_text())["answers"]
        return answers

    def content(self, place: int | str) -> dict[str, bytes]:
        """Name -> what a copy contains: the database, its log or its dump, and the backup unpacked."""
        files = {path.name: path for path in (self.folder / str(place)).rglob("*") if path.is_file()}
        return {
            name: gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
            for name, path in files.items()
        }

    def rows(self, place: int | str, table: str) -> list[dict[str, Any]]:
        """The rows of a table as the backup has them: fields, and `pk`."""
        lines = self.content(place)["data.jsonl.gz"].decode().splitlines()
        found = [row for row in map(json.loads, lines) if row["model"] == table]
        new_each_time = {"email": None, "name": None} if table == "surveys.invitation" else {}  # encrypted again
        if table == "surveys.response":  # what an attacker with the keys would read
            for row in found:
                row["fields"]["answers"] = self.opened(row["fields"]["answers"])
        return [row["fields"] | new_each_time | {"pk": row["pk"]} for row in found]

    def opened(self, token: str) -> dict[str, Any]:
        """The answers in a stored token, by the data key in the last backup."""
        for row in self.rows(CLOSED, "assessments.datakey"):
            remember(UUID(row["pk"]), cipher().decrypt(row["secret"].encode()).decode())
        answers: dict[str, Any] = json.loads(decrypt(token, "surveys.response.answers"))
        return answers

    def transactions(self, place: int) -> dict[str, list[list[str]]]:
        rows: dict[str, list[list[str]]] = json.loads(self.content(place)["transactions.json"])
        return rows


@pytest.fixture(scope="module")
def copies(
    tmp_path_factory: pytest.TempPathFactory, start_database: Callable[[Path], None], django_db_blocker: Any
) -> Iterator[Copies]:
    folder = tmp_path_factory.mktemp("copies")
    start_database(folder / "copies.sqlite3")
    with django_db_blocker.unblock():
        yield from _made_in(folder)


def _made_in(folder: Path) -> Iterator[Copies]:
    name = ""
    address = f"sqlite:///{folder / 'copies.sqlite3'}"
    if connection.vendor == "postgresql":
        if not shutil.which("pg_dump"):
            pytest.skip("pg_dump is not installed, so there is no dump to look into")
        made, name = connection.settings_dict, f"ctnat_copies_{os.getpid()}"
        login = f"{made['USER']}:{made['PASSWORD']}@" if made["PASSWORD"] else f"{made['USER']}@"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        address = f"postgres://{login}{made['HOST'] or 'localhost'}:{made['PORT'] or 5432}/{name}"
    try:
        run = subprocess.run(  # noqa: S603 -- our own script
            [sys.executable, str(SCRIPT), str(folder)],
            env=os.environ | {"DATABASE_URL": address, "CTNAT_VAR": str(folder / "var")},
            capture_output=True,
            text=True,
            timeout=280,
        )
        assert run.returncode == 0, run.stderr
        yield Copies(folder)
    finally:
        if name:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


# One process makes the copies, for all tests.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps no such files")
postgres_only = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite keeps no transaction numbers")


def test_nothing_that_was_answered_is_in_clear_before_or_after_the_survey_closes(copies: Copies) -> None:
    for place in (*range(LAST + 1), CLOSED, *SAVED):
        for name, content in copies.content(place).items():
            for answer in copies.truth:
                for trace in (answer["words"], answer["uuid"], answer["uuid"].replace("-", "")):
                    assert trace.encode() not in content, (place, name)
    opened = {row["answers"]["2.6"] for row in copies.rows(CLOSED, "surveys.response")}
    assert opened == {answer["words"] for answer in copies.truth}, "the attacker with the keys is not blind"


def test_each_answer_adds_one_mark_and_one_box_that_looks_like_every_other(copies: Copies) -> None:
    boxes: dict[str, dict[str, Any]] = {}
    for place, answer in enumerate(copies.truth, start=1):
        (before,), (after,) = (copies.rows(at, "surveys.survey") for at in (place - 1, place))
        assert set(after["answered"]) - set(before["answered"]) == {answer["invitation"]}
        assert after["answered"] == sorted(after["answered"])
        now = {row["pk"]: row for row in copies.rows(place, "surveys.sealedanswer")}
        assert len(now.keys() - boxes.keys()) == 1
        assert {pk: row for pk, row in now.items() if pk in boxes} == boxes
        assert copies.rows(place, "surveys.response") == []
        boxes = now
    assert {frozenset(row) for row in boxes.values()} == {frozenset({"pk", "survey", "box", "receipt_hmac"})}
    assert len({len(row["box"]) for row in boxes.values()}) == 1


def test_invitations_are_the_same_before_the_first_answer_and_after_the_last(copies: Copies) -> None:
    assert copies.rows(0, "surveys.invitation") == copies.rows(LAST, "surveys.invitation")


def _long_values(row: Any) -> set[str]:
    """Every value of a row that is not a plain number or word, at any depth."""
    if isinstance(row, dict):
        return set().union(*map(_long_values, row.values()))
    if isinstance(row, list):
        return set().union(*map(_long_values, row))
    return {str(row)} if len(str(row)) >= 8 else set()


def test_no_value_of_a_box_or_an_invitation_comes_back_in_a_response(copies: Copies) -> None:
    """An unchanged HMAC of the receipt linked the box, and so the mark, to the answers."""
    responses = copies.rows(CLOSED, "surveys.response")
    assert len(responses) == LAST
    seen: set[str] = set()
    for place in (*range(LAST + 1), *SAVED):
        for table in ("surveys.sealedanswer", "surveys.invitation", "surveys.survey", "surveys.draft"):
            seen |= _long_values(copies.rows(place, table))
    for response in responses:
        assert _long_values(response) & seen == set()
    assert {response["received_on"] for response in responses} == {None}


def test_the_order_of_the_responses_is_not_that_of_the_answers(copies: Copies) -> None:
    """By chance it is so once in 40,320 runs, for each of the orders."""
    came = [answer["words"] for answer in copies.truth]
    responses = copies.rows(CLOSED, "surveys.response")
    for key in ("pk", "number", "code", "uuid", "receipt_hmac"):
        order = [row["answers"]["2.6"] for row in sorted(responses, key=lambda row: row[key])]
        assert sorted(order) == sorted(came)
        assert order not in (came, came[::-1]), key
    boxes = [row["pk"] for row in copies.rows(LAST, "surveys.sealedanswer")]
    arrived = []
    for place in range(1, LAST + 1):
        arrived += [row["pk"] for row in copies.rows(place, "surveys.sealedanswer") if row["pk"] not in arrived]
    assert boxes not in (arrived, arrived[::-1])


def test_closing_changes_nothing_of_an_invitation(copies: Copies) -> None:
    assert copies.rows(LAST, "surveys.invitation") == copies.rows(CLOSED, "surveys.invitation")
    (before,), (after,) = (copies.rows(at, "surveys.survey") for at in (LAST, CLOSED))
    assert (before["opened"], before["answered"]) == (after["opened"], after["answered"])


@sqlite_only
def test_the_log_is_empty_after_each_answer(copies: Copies) -> None:
    for place in range(1, LAST + 1):
        log = copies.folder / str(place) / "main-wal"
        assert log.exists(), "another connection keeps it"
        assert log.stat().st_size == 0, place


@sqlite_only
def test_nothing_of_a_box_is_left_in_the_file_once_it_was_opened(copies: Copies) -> None:
    boxes = []
    with sqlite3.connect(copies.folder / str(LAST) / "main") as database:
        boxes = [bytes(row[0]) for row in database.execute("SELECT box FROM surveys_sealedanswer")]
        order = [row[0] for row in database.execute("SELECT id FROM surveys_sealedanswer")]
    assert order == sorted(order)
    before = copies.content(LAST)["main"]
    after = copies.content(CLOSED)["main"] + copies.content(CLOSED)["main-wal"]  # results are made after the opening
    for box in boxes:
        pieces = [box[start : start + 32] for start in range(1, len(box) - 32, 1000)]
        assert sum(piece in before for piece in pieces) >= len(pieces) - 6, "pieces are found where they are"
        assert not any(piece in after for piece in pieces)


@sqlite_only
def test_drafts_are_gone_and_responses_lie_in_no_order_of_the_answers(copies: Copies) -> None:
    assert {len(copies.rows(place, "surveys.draft")) for place in SAVED} == {1}
    assert copies.rows(LAST, "surveys.draft") == []
    with sqlite3.connect(copies.folder / str(CLOSED) / "main") as database:
        assert database.execute("SELECT count(*) FROM surveys_sealedanswer").fetchone() == (0,)
        rowids = [row[0] for row in database.execute("SELECT answers FROM surveys_response ORDER BY rowid")]
    came = [answer["words"] for answer in copies.truth]
    order = [copies.opened(token)["2.6"] for token in rowids]
    assert sorted(order) == sorted(came)
    assert order not in (came, came[::-1])


@postgres_only
def test_transaction_numbers_join_no_invitation_with_answers(copies: Copies) -> None:
    """`xmin` shows which rows one transaction wrote, `ctid` in which order they are stored in the table."""
    after = copies.transactions(CLOSED)
    written = {row[0] for row in after["surveys_response"]}
    assert len(written) == 1
    assert written.isdisjoint(row[0] for row in after["surveys_invitation"])
    came = [answer["words"] for answer in copies.truth]
    placed = sorted(after["surveys_response"], key=lambda row: eval(row[1]))  # noqa: S307 -- "(page,line)" of our own
    order = [next(copies.opened(value)["2.6"] for value in row if value.startswith(PREFIX)) for row in placed]
    assert order not in (came, came[::-1])
    for place in range(1, LAST + 1):
        rows = copies.transactions(place)
        assert [row[:1] for row in rows["surveys_invitation"]] == [
            row[:1] for row in copies.transactions(0)["surveys_invitation"]
        ]
