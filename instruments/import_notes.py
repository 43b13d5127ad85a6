"""Remarks of an import on rows of the form: left out, changed, or a condition that a person must decide on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

LEFT_OUT, CHANGED, CONDITION = "left_out", "changed", "condition"


@dataclass(frozen=True)
class Note:
    """One remark on one row. `row` is 1 for the row of headings, 0 for the sheet as a whole."""

    sheet: str
    row: int
    name: str
    kind: str  # LEFT_OUT, CHANGED or CONDITION
    reason: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Note":
        return cls(**data)
