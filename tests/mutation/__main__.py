"""`python -m tests.mutation [words]`; see tests/mutation/__init__.py.

Exit code 1 where a module falls below the goal, or where the list of accepted survivors is out of date.
"""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tests.mutation.targets import TARGETS

if TYPE_CHECKING:
    from tests.mutation.operators import Mutant
    from tests.mutation.runner import Outcome  # it needs pytest, and the process that only reports does not

ACCEPTED = Path(__file__).parent / "accepted.toml"
GOAL = 0.95  # of each module's mutants that are not accepted


def accepted(module: str) -> dict[tuple[str, str, str], str]:
    """The accepted survivors of a module, each with its reason."""
    listed = tomllib.loads(ACCEPTED.read_text()).get(module, [])
    return {(entry["where"], entry["before"], entry["after"]): entry["reason"] for entry in listed}


class Printer:
    """Prints survivors and progress at once, and the counts as a line of JSON. `out`: not captured by pytest."""

    def __init__(self, only: str, out: TextIO) -> None:
        self.only, self.out = only, out

    def survived(self, module: str, mutant: "Mutant") -> None:
        if mutant.key not in accepted(module):
            self.progress(f"SURVIVED  {module}.{mutant}")

    def progress(self, text: str) -> None:
        print(text, file=self.out, flush=True)

    def done(self, outcome: "Outcome") -> None:
        module, may = outcome.module, accepted(outcome.module)
        survived = [mutant for mutant in outcome.survivors if mutant.key not in may]
        stale = set() if self.only else set(may) - {mutant.key for mutant in outcome.survivors}
        for where, before, after in sorted(stale):
            self.progress(f"NO LONGER SURVIVES (take it out of accepted.toml)  {module}.{where}: {before} -> {after}")
        told = {
            "killed": outcome.killed,
            "survived": len(survived),
            "accepted": len(outcome.survivors) - len(survived),
            "stopped": outcome.stopped,
            "untried": outcome.untried,
            "unreached": outcome.unreached,
            "seconds": round(outcome.seconds),
            "stale": len(stale),
        }
        self.progress(json.dumps([module, told]))


def try_here(modules: list[str], only: str) -> None:
    """Try modules with the same tests in this process; print their survivors and, as JSON, a line of counts each."""
    from tests.mutation.runner import run

    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as out:
        run(modules, Printer(only, out), only)


def main(words: list[str]) -> int:
    words, only = (words[:-1], words[-1][1:]) if words and words[-1].startswith(":") else (words, "")
    chosen = [name for name in TARGETS if not words or any(word in name for word in words)]
    if not chosen:
        sys.exit(f"No module has that in its name. There are: {', '.join(TARGETS)}")
    alike: dict[tuple[str, ...], list[str]] = {}
    for name in chosen:
        alike.setdefault(tuple(TARGETS[name]), []).append(name)
    results: dict[str, dict[str, int]] = {}
    for modules in alike.values():
        results |= tried(modules, only)
    total = {name: sum(told[name] for told in results.values()) for name in results[chosen[0]]}
    if len(chosen) > 1:
        print("\n".join(table(results, total)))
    below = [module for module, told in results.items() if share(told) < GOAL]
    for module in below:
        print(f"Below {GOAL:.0%}: {module}")
    return int(bool(below or total["stale"]))


def tried(modules: list[str], only: str) -> dict[str, dict[str, int]]:
    """Try modules with the same tests in a separate process, print its output, and return the counts of each."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "tests.mutation", "--here", ",".join(modules), only]
    results = {}
    environment |= {"OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for text in process.stdout or ():
            if text.startswith("["):
                module, told = json.loads(text)
                results[module] = told
                print(line(module, told), flush=True)
            else:
                print(text, end="", flush=True)
    if process.returncode or set(results) != set(modules):
        sys.exit(f"{', '.join(set(modules) - set(results))} could not be tried.")
    return results


def share(told: dict[str, int]) -> float:
    """The share killed of those that are not accepted. A mutant that could not be run counts as not killed."""
    counted = told["killed"] + told["survived"] + told["untried"]
    return told["killed"] / counted if counted else 1.0


def line(module: str, told: dict[str, int]) -> str:
    return (
        f"{told['killed']} of {told['killed'] + told['survived']} killed ({share(told):.1%}), {told['accepted']} "
        f"accepted  {module}  ({told['seconds']} s; {told['stopped']} stopped, {told['untried']} untried, "
        f"{told['unreached']} reached by no test)"
    )


def table(results: dict[str, dict[str, int]], total: dict[str, int]) -> list[str]:
    """One line per module: all its mutants, those killed, those accepted as survivors, and the share killed."""
    rows = []
    for module, told in [*results.items(), ("all", total)]:
        made = sum(told[name] for name in ("killed", "survived", "accepted", "untried"))
        rows.append(f"{module:36} {made:7} {told['killed']:6} {told['accepted']:8} {share(told):8.1%}")
    return [f"{'module':36} {'mutants':>7} {'killed':>6} {'accepted':>8} {'share':>8}", *rows]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        try_here(sys.argv[2].split(","), sys.argv[3])
    else:
        sys.exit(main(sys.argv[1:]))
