"""`python -m tests.mutation [words]`; see tests/mutation/__init__.py. Exit code 1 where an unlisted mutant survives."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.mutation.targets import TARGETS

ACCEPTED = Path(__file__).parent / "accepted.toml"
GOAL = 0.95  # of the mutants that are not accepted


def accepted(module: str) -> dict[tuple[str, str, str], str]:
    """The survivors of a module that may survive, with the reason."""
    listed = tomllib.loads(ACCEPTED.read_text()).get(module, [])
    return {(entry["where"], entry["before"], entry["after"]): entry["reason"] for entry in listed}


def one(module: str, only: str) -> int:
    from tests.mutation.runner import run

    outcome = run(module, only)
    may = accepted(module)
    survived = [mutant for mutant in outcome.survivors if mutant.key not in may]
    for mutant in survived:
        print(f"SURVIVED  {module}.{mutant}")
    stale = set() if only else set(may) - {mutant.key for mutant in outcome.survivors}
    for where, before, after in sorted(stale):
        print(f"NO LONGER SURVIVES (take it out of accepted.toml)  {module}.{where}: {before} -> {after}")
    told = {
        "killed": outcome.killed,
        "survived": len(survived),
        "accepted": len(outcome.survivors) - len(survived),
        "stopped": outcome.stopped,
        "untried": outcome.untried,
        "seconds": round(outcome.seconds),
        "stale": len(stale),
    }
    print(json.dumps(told))
    return 0


def main(words: list[str]) -> int:
    words, _, only = (words[:-1], "", words[-1][1:]) if words and words[-1].startswith(":") else (words, "", "")
    chosen = [name for name in TARGETS if not words or any(word in name for word in words)]
    if not chosen:
        sys.exit(f"No module has that in its name. There are: {', '.join(TARGETS)}")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    total = {"killed": 0, "survived": 0, "accepted": 0, "stale": 0}
    for module in chosen:
        command = [sys.executable, "-m", "tests.mutation", "--one", module, only]
        done = subprocess.run(
            command, env=environment | {"OPENBLAS_NUM_THREADS": "1"}, stdout=subprocess.PIPE, text=True
        )
        *lines, last = done.stdout.strip().splitlines() or [""]
        print("\n".join(lines), end="\n" if lines else "")
        if done.returncode:
            sys.exit(f"{last}\n{module} could not be tried.")
        told = json.loads(last)
        total = {name: total[name] + told[name] for name in total}
        print(
            f"{told['killed']:5} of {told['killed'] + told['survived']:5} killed, {told['accepted']} accepted  {module}"
            f"  ({told['seconds']} s; {told['stopped']} stopped, {told['untried']} untried)",
            flush=True,
        )
    tried = total["killed"] + total["survived"]
    share = total["killed"] / tried if tried else 1.0
    print(f"{total['killed']} of {tried} killed ({share:.1%}); {total['accepted']} accepted survivors.")
    return int(share < GOAL or bool(total["stale"]))


if __name__ == "__main__":
    sys.exit(one(*sys.argv[2:4]) if sys.argv[1:2] == ["--one"] else main(sys.argv[1:]))
