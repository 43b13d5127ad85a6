"""A contract of import-linter: no module imports itself through others, not even inside an app.

import-linter's own `acyclic_siblings` forbids circles between whole packages too, which would keep a module that knows
the types of questions from being used by the package that it uses.
"""

from graphlib import CycleError, TopologicalSorter
from typing import Any

from importlinter import Contract, ContractCheck, output


def circle(imports: dict[str, set[str]]) -> list[str]:
    """The modules of one circle, the first also at the end; empty if there is no circle."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])[::-1]
    return []


class NoCircles(Contract):
    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        found = circle({module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules})
        return ContractCheck(kept=not found, metadata={"circle": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        output.print_error(" -> ".join(check.metadata["circle"]))
