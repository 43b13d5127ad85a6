"""Where the cells of a column go. Pure."""

from dataclasses import dataclass
from typing import Literal

from ctnat.ui.countries import is_country
from instruments.schema import DONT_KNOW, Item, Survey
from surveys.item_types import answer_kind, has_countries, option_names, places_of

Kind = Literal["item", "option", "place", "other", "language", "source", "out"]


@dataclass(frozen=True)
class Target:
    """One meaning of a column.

    item         the whole answer to `item`
    option       whether option `part` of `item` is chosen, or, of a ranked item, its place
    place        the option on place `part` of a ranked item
    other        the words beside the open option of `item`
    language     in which the form was answered
    source       how the form came: web, paper or e-mail
    out          left out
    """

    kind: Kind
    item: str = ""
    part: str = ""

    @property
    def key(self) -> str:
        """As it is stored and posted: `item:2.1`, `option:2.1:origin`, `out`."""
        return ":".join(part for part in (self.kind, self.item, self.part) if part)


OUT = Target("out")
LANGUAGE, SOURCE = Target("language"), Target("source")


def target_of(document: Survey, key: str) -> Target | None:
    """The target with a key; None for one that the questionnaire does not have."""
    kind, _, rest = key.partition(":")
    if not rest:
        return {"out": OUT, "language": LANGUAGE, "source": SOURCE}.get(kind)
    name, _, part = rest.partition(":")
    item = document.by_name.get(name)
    if item is None:
        return None
    match kind:
        case "item" if not part:
            return Target("item", name)
        case "other" if not part and item.open_options:
            return Target("other", name)
        case "option" if answer_kind(item) in ("several", "ranked") and is_option(document, item, part):
            return Target("option", name, part)
        case "place" if part in map(str, range(1, places_of(item) + 1)):
            return Target("place", name, part)
    return None


def is_option(document: Survey, item: Item, code: str) -> bool:
    if code == DONT_KNOW:
        return bool(document.dont_know(item)) or code in option_names(document, item)
    return code in option_names(document, item) or (has_countries(item) and is_country(code))
