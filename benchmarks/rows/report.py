"""A report of 97 pages with 60 charts beside WeasyPrint alone on the same HTML. CPU seconds."""

import os
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.invented import FOLDER, ROOT, environment
from benchmarks.processes import spent
from benchmarks.table import Row

REPEATS = 2


def rows() -> Iterator[Row]:
    database, source = FOLDER / "demo.sqlite3", str(FOLDER / "report.html")
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ.update(environment(database))
    commands = [["migrate", "-v0"], ["createcachetable"], *([] if database.exists() else [["load_demo"]])]
    for command in commands:
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    spent("benchmarks.report_work:html", "html", source)
    ours, peer = [], []
    for _ in range(REPEATS):
        before, mine, after = (
            spent("benchmarks.report_work:weasyprint_alone", "weasyprint_alone", source),
            spent("benchmarks.report_work:pdf", "pdf"),
            spent("benchmarks.report_work:weasyprint_alone", "weasyprint_alone", source),
        )
        ours.append(mine.seconds)
        peer.append((before.seconds + after.seconds) / 2)
    yield Row("report of 97 pages with 60 charts", "times", 1.15, "s", ours, peer, "WeasyPrint alone")
