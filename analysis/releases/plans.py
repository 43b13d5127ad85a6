"""Plans of break-downs: characteristics, their groups, and what may still be changed.

A characteristic is one of `PROFILES` with groups of its options; options that are in no group are groups of their own.
The first three of a plan are used that have two groups large enough; a fourth is in reserve.
Once the survey is open, or has responses, groups can only be joined and characteristics left out: two groupings side by
side could disclose single answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from analysis.item_types.answers import rows_per_respondent
from analysis.statistics.profiles import PROFILES
from instruments import schema

MOST_USED = 3  # with more, few tables could be shown
PLACES = ("first", "second", "third", "reserve")  # fields of the form
MOST = 4  # in a plan; the last one is in reserve
DEFAULT = ("sex", "role", "age", "tenure")
SEPARATOR = " – "  # between the family of an option and the option: "Justice system – judge"


@dataclass(frozen=True)
class Characteristic:
    profile: str
    groups: tuple[tuple[str, ...], ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"profile": self.profile, "groups": [list(group) for group in self.groups]}


def from_json(found: Iterable[Mapping[str, Any]]) -> tuple[Characteristic, ...]:
    return tuple(Characteristic(one["profile"], tuple(map(tuple, one["groups"]))) for one in found)


def offered(document: schema.Survey) -> dict[str, schema.Item]:
    """Profile -> the item that asks for it, for profiles by which the survey can be broken down."""
    found = {item.profile: item for item in document.items if item.profile and rows_per_respondent(item) == "one"}
    return {profile: found[profile] for profile in PROFILES if profile in found}


def options_of(document: schema.Survey, item: schema.Item) -> dict[str, str]:
    """Option -> label in English, in the order of the form; empty if the options come from elsewhere (countries)."""
    return {option.name: str(option.text) for option in document.options(item)}


def families(options: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Options whose labels are the same up to a dash: "Justice system – judge", "Justice system – prosecutor"."""
    found: dict[str, list[str]] = {}
    for name, label in options.items():
        head, dash, _ = label.partition(SEPARATOR)
        if dash:
            found.setdefault(head, []).append(name)
    return tuple(tuple(names) for names in found.values() if len(names) > 1)


def form_values(characteristics: Iterable[Characteristic], one_in: int) -> dict[str, Any]:
    """A plan as its form shows it: name of a field -> value, for fields that are not blank.

    The characteristics in order, the letter of the group of each option that is joined (`role:expert`), the lot.
    """
    found: dict[str, Any] = {"one_in": one_in}
    for name, one in zip(PLACES, characteristics, strict=False):
        found[name] = one.profile
        for letter, group in zip(ascii_uppercase, one.groups, strict=False):
            found |= {f"{one.profile}:{option}": letter for option in group}
    return found


def default_plan(document: schema.Survey) -> tuple[Characteristic, ...]:
    """Sex, role by family, age, and tenure in reserve, as far as the questionnaire asks for them."""
    items = offered(document)
    return tuple(
        Characteristic(profile, families(options_of(document, items[profile])))
        for profile in DEFAULT
        if profile in items
    )


def finer_than(new: Sequence[Characteristic], old: Sequence[Characteristic]) -> bool:
    """Whether `new` has another characteristic or another order than `old`, or separates options that `old` joins."""
    order = [one.profile for one in old]
    if [one.profile for one in new] != [profile for profile in order if profile in {one.profile for one in new}]:
        return True
    before = {one.profile: one for one in old}
    return any(_splits(one.groups, before[one.profile].groups) for one in new)


def _splits(new: Sequence[tuple[str, ...]], old: Sequence[tuple[str, ...]]) -> bool:
    """Whether some group of `old` is not wholly inside one group of `new`."""
    group_of = {value: number for number, group in enumerate(new) for value in group}
    return any(len({group_of.get(value, value) for value in group}) > 1 for group in old)
