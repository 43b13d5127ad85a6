"""Make the pictures of docs/user-guide.md: .venv/bin/python docs/make_screenshots.py [--port 8137] [name ...]

Loads the demonstration into a database of its own, starts the web server, and takes each picture of SHOTS anew. Needs
the test requirements (`python3 dev.py test` installs them) and chromium.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import CHROMIUM, FLAGS  # noqa: E402 -- the path comes first
from tests.journeys import sign_in  # noqa: E402

HOME = "/a/AZE-2016/"


class Shot(NamedTuple):
    """A picture of `path` as `user` sees it; `height` 0 is the whole page."""

    name: str
    user: str
    path: str
    width: int = 1280
    height: int = 900


SHOTS = (
    Shot("home", "lead", HOME),
    Shot("documents", "consultant", HOME + "documents/"),
)


@contextmanager
def served(port: int) -> "Iterator[str]":
    """The application with the demonstration, on a database that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"CTNAT_VAR": folder, "SITE_URL": f"http://127.0.0.1:{port}"}
        environment.pop("DATABASE_URL", None)
        for command in (["migrate", "-v0"], ["createcachetable"], ["load_demo"]):
            subprocess.run(  # noqa: S603 -- our own commands
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        server = subprocess.Popen(  # noqa: S603
            [
                sys.executable,
                "-m",
                "gunicorn",
                "ctnat.wsgi",
                "--threads",
                "4",
                "--bind",
                f"127.0.0.1:{port}",
                "--log-level",
                "warning",
            ],
            cwd=ROOT,
            env=environment,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url + "/healthz")
            yield url
        finally:
            server.terminate()
            server.wait()


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 -- our own address
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not answer.")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8137)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("names", nargs="*")
    chosen = parser.parse_args()
    chosen.to.mkdir(parents=True, exist_ok=True)
    shots = sorted((shot for shot in SHOTS if not chosen.names or shot.name in chosen.names), key=lambda s: s.user)
    with served(chosen.port) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page, user = browser.new_page(), ""
        for shot in shots:
            page.set_viewport_size({"width": shot.width, "height": shot.height or 900})
            if shot.user != user:
                page.context.clear_cookies()
                sign_in(page, url, shot.user)
                user = shot.user
            page.goto(url + shot.path)
            page.screenshot(path=chosen.to / f"{shot.name}.png", full_page=not shot.height)
        browser.close()


if __name__ == "__main__":
    main()
