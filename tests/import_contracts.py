"""A contract of import-linter: no module imports itself by way of others, not even inside an app.

import-linter's own `acyclic_siblings` forbids circles between whole packages too, which would keep a module that knows
the types of questions from being used by the package that it uses.
"""

from graphlib import CycleError, TopologicalSorter
from typing import Any

from importlinter import Contract, ContractCheck, fields, output


def circle(imports: dict[str, set[str]]) -> list[str]:
    """The modules of one circle, the first also at the end; none where there is no circle."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])[::-1]
    return []


class NoCircles(Contract):
    allowed = fields.SetField(subfield=fields.StringField(), required=False)  # "importer -> imported", to be solved

    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        allowed = {tuple(pair.split(" -> ")) for pair in self.allowed or ()}  # type: ignore[attr-defined]
        imports = {
            module: {
                other for other in graph.find_modules_directly_imported_by(module) if (module, other) not in allowed
            }
            for module in graph.modules
        }
        found = circle(imports)
        return ContractCheck(kept=not found, metadata={"circle": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        output.print_error(" -> ".join(check.metadata["circle"]))
