"""The real application in its own processes: web server, worker, a database with the demonstration."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
PREPARE = """import sys, django
from django.core.management import call_command
django.setup()
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
call_command(*sys.argv[1:], verbosity=0)
"""
DEMONSTRATION = ("load_demo",)
INSTRUMENTS = ("loaddata", *map(str, sorted(ROOT.glob("fixtures/instruments_2016_*.yaml"))))


class Site(NamedTuple):
    url: str
    mail: Path  # a folder with the mails that were sent
    environment: dict[str, str]  # of its processes

    def manage(self, *arguments: str) -> str:
        """What a command of `manage.py` prints, as its operator reads it."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(  # noqa: S603 -- our own
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout


@contextmanager
def served(
    port: int = 0,
    start_database: Callable[[Path], None] = lambda file: None,
    content: tuple[str, ...] = DEMONSTRATION,
) -> Iterator[Site]:
    """A fresh site with what the command `content` loads, which is deleted afterwards. Port 0 picks a free port."""
    port = port or _free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"CTNAT_VAR": folder, "SITE_URL": url, "EMAIL_URL": f"filemail:///{folder}/mail"}
        for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):  # with the default settings, not those of tests
            environment.pop(name, None)

        def python(*arguments: str) -> list[str]:
            return [sys.executable, *arguments]

        start_database(Path(folder, "ctnat.sqlite3"))
        with_settings = environment | {"DJANGO_SETTINGS_MODULE": "ctnat.settings"}
        subprocess.run(python("-c", PREPARE, *content), cwd=ROOT, env=with_settings, check=True, capture_output=True)  # noqa: S603 -- our own
        lines = (
            python(
                *("-m", "gunicorn", "ctnat.wsgi", "--threads", "4", "--bind", f"127.0.0.1:{port}"),
                *("--log-level", "error", "--graceful-timeout", "5"),
            ),
            python("manage.py", "db_worker", "--interval", "0.2", "--queue-name", "*", "--no-startup-delay"),
        )
        started = [subprocess.Popen(line, cwd=ROOT, env=environment) for line in lines]  # noqa: S603
        try:
            _wait_for(url + "/healthz", started)
            yield Site(url, Path(folder, "mail"), environment)
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, started: list[subprocess.Popen[bytes]]) -> None:
    """Return when `url` responds. Raises RuntimeError if a process ends before that, or after two minutes."""
    end = time.monotonic() + 120
    while time.monotonic() < end and all(process.poll() is None for process in started):
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 -- our own address
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer.")
