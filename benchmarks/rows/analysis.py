"""The analysis beside formpack: releases, what is read from them, files; and the import of forms. CPU seconds.

Each repeat is [formpack, ours, formpack], each in a process of its own; reading the database is a part of ours, while
formpack has its submissions in memory.
"""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.formpack_work import python as formpack_python
from benchmarks.invented import database, environment, submissions
from benchmarks.processes import Cost, spent
from benchmarks.table import Row

REPEATS = 3
NOT_HERE = "formpack cannot be installed here"
MANY = 100_000


def rows() -> Iterator[Row]:
    python = formpack_python()
    yield from alone("make a data release of 100 responses", "release", 100, 0.15)
    for responses, goal in ((1_000, 3.0), (10_000, 10.0)):
        yield from beside(
            python, f"make a data release of {responses:,} responses", "release", "report", responses, goal
        )
    yield from memory("memory to make a data release of 10,000 responses", "release", 10_000, 250)
    work = "read results and three break-downs of 10,000 responses from a release"
    yield from beside(python, work, "analyse", "report", 10_000, 40.0)
    yield from pages()
    yield from beside(python, "XLSX of 10,000 responses (the whole worksheet)", "xlsx", "xlsx", 10_000, 6.0)
    yield from beside(python, "CSV of 10,000 responses", "csv", "csv", 10_000, 4.0)
    yield from alone("SPSS file of 10,000 responses", "sav", 10_000, 1.0)
    yield from alone("import of 2,000 forms", "imported", 10_000, 1.0)
    if os.environ.get("BENCH_MANY"):
        yield from linear("release")
        for task in ("xlsx", "csv", "sav"):
            yield from memory(f"memory to write 100,000 responses as {task}", task, MANY, 700)


def ours(task: str, responses: int) -> Cost:
    os.environ.update(environment(database(responses)))
    return spent(f"benchmarks.analysis_work:{task}", task)


def beside(python: Path | None, work: str, task: str, peer: str, responses: int, goal: float) -> Iterator[Row]:
    """A row for `task` beside formpack's `peer`, with the same counts where both count."""
    if python is None:
        yield Row(work, "times faster", goal, "s", left_out=NOT_HERE)
        return
    of_peer = partial(spent, f"benchmarks.formpack_work:{peer}", str(submissions(responses)), python=python)
    mine, theirs = [], []
    for _ in range(REPEATS):
        before, found, after = of_peer(), ours(task, responses), of_peer()
        if task == "release":
            check(found.result, before.result)
        mine.append(found.seconds)
        theirs.append((before.seconds + after.seconds) / 2)
    yield Row(work, "times faster", goal, "s", ours=mine, peer=theirs, peer_name="formpack")


def check(ours: dict[str, dict[str, int]], peer: dict[str, dict[str, int]]) -> None:
    """The same answers must have been counted. formpack counts “don't know” among the options."""
    for code, counts in peer.items():
        same = {option: number for option, number in counts.items() if option != "dont_know"}
        if same != {option: number for option, number in ours[code].items() if number}:
            raise AssertionError(f"{code}: formpack counts {same}, a release {ours[code]}")


def alone(work: str, task: str, responses: int, goal: float) -> Iterator[Row]:
    yield Row(work, "at most", goal, "s", ours=[ours(task, responses).seconds for _ in range(REPEATS)])


def memory(work: str, task: str, responses: int, goal: float) -> Iterator[Row]:
    yield Row(work, "at most", goal, "MiB", ours=[ours(task, responses).mebibytes])


def linear(task: str) -> Iterator[Row]:
    """Ten times the responses take ten times the time, not more."""
    tenth = [10 * ours(task, MANY // 10).seconds for _ in range(REPEATS)]
    whole = [ours(task, MANY).seconds for _ in range(REPEATS)]
    work = f"make a data {task} of {MANY:,} responses"
    yield Row(work, "times", 1.1, "s", whole, tenth, f"ten times one of {MANY // 10:,}")


def pages() -> Iterator[Row]:
    found = [ours("pages", 10_000) for _ in range(REPEATS)]
    number = len(found[0].result)
    work = "page of results of 10,000 responses"
    yield Row(f"{work}, for a lead", "at most", 0.1, "s", ours=[cost.seconds / number for cost in found])
    yield Row(f"{work}, the largest", "at most", 100, "kB", ours=[max(found[0].result.values()) / 1000])
