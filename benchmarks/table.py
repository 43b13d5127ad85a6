"""The table of `python3 dev.py bench`: our work beside that of a peer or a limit, as ratios of one run.

    python -m benchmarks.table [--save] [names of modules in benchmarks/rows ...]

Each module in `benchmarks/rows` has a function `rows()` that yields a `Row` for each line of the table, and runs in a
process of its own. Seconds depend on the machine and on what else it does; a ratio of two things measured one after
the other, several times, depends on them far less. `--save` writes the table, with date and machine, to
`benchmarks/results.md`.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Literal

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.md"
DISTURBED = 0.15  # how far the peer's repeats may differ before a row says that something else was running

Kind = Literal["times faster", "times", "share", "at most"]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `ours` and `peer` have one number per repeat, measured in turn, in `unit`. What the goal compares:

    - "times faster": peer / ours is at least the goal (both in seconds);
    - "times": ours / peer is at most the goal (both in seconds);
    - "share": ours / peer is at least the goal (both per second);
    - "at most": ours is at most the goal; there is no peer.

    `left_out` says why a row was not measured.
    """

    work: str
    kind: Kind
    goal: float
    unit: str
    ours: Sequence[float] = ()
    peer: Sequence[float] = ()
    peer_name: str = ""
    left_out: str = ""

    def __post_init__(self) -> None:
        repeats = 0 if self.kind == "at most" else len(self.ours)
        if not self.left_out and (not self.ours or len(self.peer) != repeats):
            raise ValueError(f"{self.work}: ours and the peer's need one number per repeat")

    @property
    def values(self) -> list[float]:
        """What is compared with the goal, one number per repeat."""
        if self.kind == "at most":
            return list(self.ours)
        pairs = zip(self.ours, self.peer, strict=True)
        return [peer / ours if self.kind == "times faster" else ours / peer for ours, peer in pairs]

    @property
    def value(self) -> float:
        """The ratio of the two medians; without a peer, our median."""
        ours = median(self.ours)
        if self.kind == "at most":
            return ours
        peer = median(self.peer)
        return peer / ours if self.kind == "times faster" else ours / peer

    @property
    def met(self) -> bool:
        return self.value >= self.goal if self.kind in ("times faster", "share") else self.value <= self.goal

    @property
    def disturbed(self) -> bool:
        """Whether the peer, which does the same each time, took clearly longer at one time than at another."""
        return bool(self.peer) and (max(self.peer) - min(self.peer)) / median(self.peer) > DISTURBED

    @property
    def cells(self) -> list[str]:
        if self.left_out:
            return [self.work, "", "", "", self._shown(self.goal), f"left out: {self.left_out}"]
        low, high = min(self.values), max(self.values)
        spread = "" if len(self.ours) == 1 else f" ({self._number(low)} to {self._number(high)})"
        peer = f"{_rounded(median(self.peer))} {self.unit}, {self.peer_name}" if self.peer else ""
        verdict = ("met" if self.met else "**missed**") + (", disturbed" if self.disturbed else "")
        ours = f"{_rounded(median(self.ours))} {self.unit}"
        return [self.work, ours, peer, self._shown(self.value) + spread, self._shown(self.goal), verdict]

    def _number(self, value: float) -> str:
        return f"{100 * value:.0f}" if self.kind == "share" else _rounded(value)

    def _shown(self, value: float) -> str:
        after = {"times faster": " times faster", "times": " times", "share": " %", "at most": f" {self.unit}"}
        return self._number(value) + after[self.kind]


def _rounded(value: float) -> str:
    """Three digits: 0.0123, 1.23, 12.3, 123, 12,300."""
    digits = 3 - len(f"{abs(value):.0f}") if abs(value) >= 1 else 3
    return f"{round(value, digits):,.{max(digits, 0)}f}"


def written(rows: Iterable[Row]) -> str:
    """The rows as a table in Markdown, each column as wide as its longest cell."""
    table = [["Work", "Ours", "Peer or limit", "Ratio (range)", "Goal", ""], *(row.cells for row in rows)]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(table[0]))]
    table.insert(1, ["-" * width for width in widths])
    lines = (" | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) for cells in table)
    return "".join(f"| {line} |\n" for line in lines)


def measure(name: str) -> list[Row]:
    """The rows of one module, measured in a process of its own."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as file:
        command = [sys.executable, "-m", "benchmarks.table", "--into", file.name, name]
        ended = subprocess.run(command, cwd=HERE.parent)  # noqa: S603 -- our own module
        if ended.returncode:
            sys.exit(f"benchmarks/rows/{name}.py failed.")
        return [Row(**fields) for fields in json.load(file)]


def machine() -> str:
    """What the numbers hold for: processors, operating system and Python."""
    python = platform.python_version()
    return f"{os.cpu_count()} processors ({platform.machine()}), {platform.system()}, Python {python}"


def main() -> None:
    names = sorted(path.stem for path in (HERE / "rows").glob("[!_]*.py"))
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("names", nargs="*", metavar="name", help=", ".join(names))
    options.add_argument("--save", action="store_true", help=f"write the table to {RESULTS.name}")
    options.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if unknown := set(given.names) - set(names):
        options.error(f"no such rows: {', '.join(sorted(unknown))}. There are: {', '.join(names)}")
    if given.into:
        rows = [row for name in given.names for row in import_module(f"benchmarks.rows.{name}").rows()]
        given.into.write_text(json.dumps([asdict(row) for row in rows]))
        return
    before = os.getloadavg()[0]
    rows = [row for name in given.names or names for row in measure(name)]
    load = f"Load average {before:.1f} before and {os.getloadavg()[0]:.1f} after."
    print(f"{written(rows)}\n{load}")
    if given.save:
        head = f"# Benchmarks\n\n`python3 dev.py bench --save`, {date.today():%-d %B %Y}, {machine()}. {load}\n"  # noqa: DTZ011
        about = "“disturbed”: the repeats of the peer differ by more than 15 %, so something else was running.\n"
        RESULTS.write_text(f"{head}\n{written(rows)}\n{about}")


if __name__ == "__main__":
    main()
