"""A server in a separate process with its own database, which tests can kill and start again."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from assessments.data_keys import decrypt, key_of, remember
from assessments.fields import cipher

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """`kill` ends it as a power cut would; `start` waits until it answers. See serve.py."""

    def __init__(self, folder: Path, start_database: Callable[[Path], None]):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = folder / "server.sqlite3"
        start_database(self.database)
        environ = {
            "DATABASE_URL": f"sqlite:///{self.database}",
            "DJANGO_SETTINGS_MODULE": "ctnat.settings",
            "PYTHONWARNINGS": "ignore",
        }
        self.parent = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "tests.interviews.serve", str(self.port)],
            cwd=ROOT,
            env=os.environ | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.sessions: dict[str, str] = self._read_message()
        self.pid: int | None = None

    def _read_message(self) -> Any:
        assert self.parent.stdout
        return json.loads(self.parent.stdout.readline())

    def start(self) -> None:
        assert self.parent.stdin
        self.parent.stdin.write("start\n")
        self.parent.stdin.flush()
        self.pid = self._read_message()
        while not self._answers():
            assert self.parent.poll() is None, "the server ended"

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as reply:  # noqa: S310
                return reply.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            self.pid = None
        while self._answers():
            pass

    def end(self) -> None:
        self.kill()
        self.parent.communicate()

    def cookie(self, role: str) -> Any:
        return {"name": settings.SESSION_COOKIE_NAME, "value": self.sessions[role], "url": self.url}

    def post(self, role: str, path: str, fields: dict[str, str]) -> str:
        """Post a form as a member would; return the address it led to."""
        secret = "a" * 32
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.sessions[role]}; {settings.CSRF_COOKIE_NAME}={secret}"
        request = urllib.request.Request(  # noqa: S310
            self.url + path,
            urllib.parse.urlencode(fields).encode(),
            headers={"Cookie": cookies, "X-CSRFToken": secret},
        )
        with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
            return urllib.parse.urlsplit(reply.url).path

    def codes(self) -> list[str]:
        return [code for (code,) in self.execute("SELECT code FROM interviews_interview ORDER BY number")]

    def execute(self, statement: str, *values: Any) -> list[Any]:
        """Run a statement in the database's file, as what a test cannot do by a form: its rows."""
        connection = sqlite3.connect(self.database, timeout=20)
        try:
            with connection:
                return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def answers(self, code: str) -> dict[str, str]:
        """question -> text, read from the database's file."""
        rows = self._rows("SELECT question, text FROM interviews_answer a", code)
        return {question: self._opened(text, "interviews.answer.text") for question, text in rows}

    def waiting(self, code: str) -> list[str]:
        """Texts that were set aside and not resolved."""
        joined = "SELECT s.text, s.settled_at FROM interviews_setaside s JOIN interviews_answer a ON a.id = s.answer_id"
        rows = self._rows(joined, code)
        return [self._opened(text, "interviews.setaside.text") for text, settled in rows if settled is None]

    def _opened(self, stored: str, place: str) -> str:
        """The decrypted text, using the data key in the same file."""
        if not stored:
            return stored
        key = key_of(stored)
        [(secret,)] = self.execute("SELECT secret FROM assessments_datakey WHERE id = ?", key.hex)
        remember(key, cipher().decrypt(secret.encode()).decode())
        return decrypt(stored, place)

    def _rows(self, select: str, code: str) -> list[Any]:
        return self.execute(f"{select} JOIN interviews_interview i ON i.id = a.interview_id WHERE i.code = ?", code)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, start_database: Callable[[Path], None]) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"), start_database)
    made.start()
    yield made
    made.end()
