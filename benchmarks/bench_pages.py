#!/usr/bin/env python3
"""What respondents' pages, /healthz and a room full of phones take, beside a bare Django site (`bare.py`).

    python benchmarks/bench_pages.py [--requests 600] [--repeats 3] [form send health page rest changes]

Both sites run with the same web server on SQLite in a temporary folder, one after the other in each repeat: bare, ours,
bare. Printed for each row: the processor time of the workers for a request of each, their ratio (the median, the lowest
and the highest of the repeats) and the goal. A repeat whose two bare runs differ by more than 15 % says "disturbed".
After the forms were sent, it is counted whether each is there once.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import urllib.parse
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from serving import Load, Server, ask, request, serving  # noqa: E402 -- found beside this file

BROWSER = {
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "en-GB,en;q=0.9",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Sec-Fetch-Site": "same-origin",
}
PHONES, PHONE_EVERY, PROJECTORS, PROJECTOR_EVERY = 50, 3, 2, 1


@dataclass(frozen=True)
class Row:
    """One row of the table. `ours`, `limit`: ms of processor time for a request, or for a room a share of a core."""

    work: str
    ours: float
    limit: float
    ratios: Sequence[float]
    goal: str
    is_met: bool
    notes: str = ""

    def __str__(self) -> str:
        spread = f"{median(self.ratios):.2f} ({min(self.ratios):.2f}-{max(self.ratios):.2f})"
        met = "met" if self.is_met else "NOT met"
        return f"{self.work:38} {self.ours:8.3f} {self.limit:8.3f}  {spread:20} {self.goal:8} {met}  {self.notes}"


def form(number: int) -> bytes:
    fields = {"_uuid": str(uuid.uuid4()), "_do": "send", "1.1": "AZE", "2.6": f"Words of {number}", "3.1.1": "adequate"}
    return urllib.parse.urlencode(fields).encode()


class Sites:
    """The two sites, and what is asked of them."""

    def __init__(self, ours: Server, bare: Server, form_path: str, requests: int, repeats: int):
        self.ours, self.bare, self.form_path = ours, bare, form_path
        self.requests, self.repeats = requests, repeats
        self.sent = 0

    def against(self, work: str, goal: float, ours: Callable[[int], list[bytes]], bare: list[bytes]) -> Row:
        """Bare, ours, bare in each repeat."""
        ratios, mine, limits, notes = [], [], [], set[str]()
        for _ in range(self.repeats):
            before = _right(ask(self.bare, bare))
            load = _right(ask(self.ours, ours(self.requests)))
            after = _right(ask(self.bare, bare))
            if abs(before.seconds - after.seconds) > 0.15 * max(before.seconds, after.seconds):
                notes.add("disturbed")
            limit = (before.seconds + after.seconds) / 2
            ratios.append(limit / load.seconds)
            mine.append(load.seconds * 1000)
            limits.append(limit * 1000)
        is_met = median(ratios) >= goal
        return Row(work, median(mine), median(limits), ratios, f"{goal:.2f}", is_met, " ".join(sorted(notes)))

    def pages(self, path: str) -> Callable[[int], list[bytes]]:
        warm = request(path, headers=BROWSER)
        ask(self.ours, [warm] * 40)
        return lambda number: [warm] * number

    def ping(self) -> list[bytes]:
        return [request("/ping/", headers=BROWSER)] * self.requests

    def rows(self) -> dict[str, Callable[[], Row]]:
        return {
            "form": lambda: self.against("respondent's page, GET", 0.5, self.pages(self.form_path), self.ping()),
            "send": lambda: self.against("respondent's form, POST", 0.5, self.forms, self.inserts()),
            "health": lambda: self.against("/healthz", 0.6, self.pages("/healthz"), self.ping()),
            "page": lambda: self.against("small page (/s/remove/)", 0.6, self.pages("/s/remove/"), self.ping()),
        }

    def forms(self, number: int) -> list[bytes]:
        self.sent += number
        return [request(self.form_path, fields=form(one), headers=BROWSER) for one in range(number)]

    def inserts(self) -> list[bytes]:
        return [request("/insert/", fields=b"text=" + form(one), headers=BROWSER) for one in range(self.requests)]


def _right(load: Load) -> Load:
    if set(load.statuses) != {200}:
        raise SystemExit(f"Not every request was answered as it should be: {load.statuses}")
    return load


def run_in(folder: str, code: str) -> str:
    """Run Python in a process of its own with the settings of a site."""
    found = subprocess.run(  # noqa: S603 -- our own code
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False
    )
    if found.returncode:
        raise SystemExit(found.stderr)
    return found.stdout.strip()


def measure(folder: str, names: Sequence[str], requests: int, repeats: int) -> list[Row]:
    from bench_respondents import prepare

    form_path, _ = prepare(0)
    from django.db import connection

    connection.close()
    os.environ["BARE_DATABASE"] = f"{folder}/bare.sqlite3"
    here = {"PYTHONPATH": str(ROOT / "benchmarks")}
    run_in(folder, "import sys; sys.path.insert(0, 'benchmarks'); import bare; bare.prepare()")
    bare_settings = here | {"DJANGO_SETTINGS_MODULE": "bare"}
    with serving("ctnat.wsgi", here) as ours, serving("bare", bare_settings) as bare:
        sites = Sites(ours, bare, form_path, requests, repeats)
        rows = [make() for name, make in sites.rows().items() if not names or name in names]
    from surveys.models import SealedAnswer

    stored = SealedAnswer.objects.count()
    print(f"forms sent: {sites.sent}, stored: {stored}")
    connection.close()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--requests", type=int, default=600)
    parser.add_argument("--repeats", type=int, default=3)
    given: Any = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CTNAT_VAR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "ctnat.settings"
        os.environ["LOG_LEVEL"] = "ERROR"
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/site.sqlite3")
        print(f"{'':38} {'ours ms':>8} {'limit':>8}  {'ratio':20} {'goal':8}")
        for row in measure(folder, given.names, given.requests, given.repeats):
            print(row)


if __name__ == "__main__":
    main()
