"""What a piece of work costs, in a process of its own: CPU seconds and the most memory it held.

    cost = spent("benchmarks.rows.releases:make", 1000)       # calls make(1000)
    cost.seconds, cost.mebibytes, cost.result

A process of its own starts with no caches filled and with nothing else in its memory. Importing the module, and what
its function `prepare` does with the same arguments if it has one, are not counted.
"""

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Cost:
    """`seconds` of CPU, of all threads; `mebibytes` at the peak; what the function returned, as JSON."""

    seconds: float
    mebibytes: float
    result: Any


def spent(target: str, *arguments: Any, python: Path | str = sys.executable) -> Cost:
    """Runs `module:function` with these arguments (JSON) in a new process of `python`."""
    command = [str(python), "-m", "benchmarks.processes", target, json.dumps(arguments)]
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 -- our own module
    if ended.returncode:
        sys.exit(f"{target} failed.")
    return Cost(**json.loads(ended.stdout.splitlines()[-1]))


def main(target: str, arguments: str) -> None:
    name, _, function = target.partition(":")
    module = import_module(name)
    given = json.loads(arguments)
    prepared = [module.prepare(*given)] if hasattr(module, "prepare") else given
    began = time.process_time()
    result = getattr(module, function)(*prepared)
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mebibytes": peak, "result": result}))


if __name__ == "__main__":
    main(*sys.argv[1:])
