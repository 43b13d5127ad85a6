"""What an imported form leaves behind: remarks on its rows, and the decisions that it leaves to a person.

Reasons are stored as English templates with their values, and shown in the language of the member who reads them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

TAKEN, LEFT_OUT, CHANGED = "taken", "left_out", "changed"

# Kinds of decisions, in the order in which they are asked.
LANGUAGE, REPEAT, CONDITION, FAVOURABLE, MATRIX, PROFILE, OFFER_DONT_KNOW = (
    "language",
    "repeat",
    "condition",
    "favourable",
    "matrix",
    "profile",
    "dont_know",
)
ANSWERS: Mapping[str, tuple[str, ...]] = {  # those of a language and of a characteristic are codes
    REPEAT: ("remove", "once"),
    CONDITION: ("everyone", "remove"),
    FAVOURABLE: ("first", "last", "neither"),
    MATRIX: ("single", "table"),
    OFFER_DONT_KNOW: ("as_form", "all"),
}
NONE = "none"  # no question asks for this characteristic


def reason_text(reason: str, values: Mapping[str, str]) -> str:
    """The reason in the active language. What older versions stored is no template, and shown as it is."""
    return _(reason).format(**values) if values else _(reason) if reason else ""


@dataclass(frozen=True)
class Note:
    """One remark on one row. `row` is 1 for the row of headings, 0 for the sheet as a whole.

    The reason of a row that was taken is the code of its item.
    """

    sheet: str
    row: int
    name: str
    kind: str  # TAKEN, LEFT_OUT or CHANGED
    reason: str
    values: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Note":
        return cls(**data)

    @property
    def text(self) -> str:
        return reason_text(self.reason, self.values)


@dataclass(frozen=True)
class Decision:
    """A question that the form leaves open. The draft cannot be published before each is answered.

    `subject`: the title of what is repeated, the condition as the form writes it, the scale, the list that questions
    share, or the characteristic.
    `items`: codes of the items that it is about; of a characteristic, those that may ask for it.
    """

    key: str
    kind: str
    subject: str = ""
    items: Sequence[str] = ()
    sheet: str = ""
    row: int = 0
    name: str = ""
    reason: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""  # blank: open

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "items": list(self.items)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Decision":
        return cls(**data)

    @property
    def is_open(self) -> bool:
        return not self.answer

    @property
    def text(self) -> str:
        return reason_text(self.reason, self.values)
