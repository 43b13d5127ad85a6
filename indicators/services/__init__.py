"""Changes to marks and recommendations. Each writes its audit event and keeps how things were."""

from indicators.services.checks import RevisionConflict
from indicators.services.marks import decide_cell, mark_cell
from indicators.services.recommendations import (
    add_recommendation,
    edit_recommendation,
    move_group,
    move_recommendation,
    set_status,
)

__all__ = [
    "RevisionConflict",
    "add_recommendation",
    "decide_cell",
    "edit_recommendation",
    "mark_cell",
    "move_group",
    "move_recommendation",
    "set_status",
]
