"""Does a process run tests, or only give them to others? A module of its own, for tests/branches.py asks before pytest
has loaded any other plugin."""

import os
from itertools import pairwise


def only_distributes(arguments: list[str]) -> bool:
    """Does this process run no test itself? Asked before pytest has read its arguments."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return False
    chosen = [after for before, after in pairwise(arguments) if before == "-n"]
    chosen += [argument.removeprefix("-n") for argument in arguments if argument.startswith("-n")]
    return any(number.isdigit() and int(number) > 0 for number in chosen)
