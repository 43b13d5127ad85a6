"""What a later version of a questionnaire asks differently, question by question: may answers to both be joined?

Answers are joined by code. So the same code has to be the same question: of the same type, with at least the options
that it had. What has only other words, further options or other rules is said, and what may be a mistake is asked
about.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.translation import gettext as _

from ctnat.ui.languages import english_name
from instruments.schema import DONT_KNOW, Item, Matrix, Option, Survey, Text

Kind = Literal["same", "wording", "more_options", "rules", "another", "added", "removed"]
ANSWERED = ("type", "profile", "source", "choices_of", "ranks", "scale")  # fields that decide what can be answered
WORDS = ("name", "text", "short", "hint", "options", "low", "high")
ALIKE = 0.5  # the least similarity of two wordings of one question


@dataclass(frozen=True)
class ItemChange:
    """One question in both versions. `label`: as the later one words it, or the earlier where it was removed.

    details     what differs, in words; of `another` why it is another question
    doubts      what may be a mistake, and has to be confirmed: exchanged labels, quite another wording
    """

    code: str
    kind: Kind
    label: str
    details: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def item_changes(before: Survey, after: Survey) -> list[ItemChange]:
    """Every question of either version: in the order of the later one, then those that it no longer has."""
    found = [
        _change(before, before.by_name[item.name], after, item)
        if item.name in before.by_name
        else ItemChange(item.name, "added", str(item.label))
        for item in after.items
    ]
    gone = [item for item in before.items if item.name not in after.by_name]
    return [*found, *(ItemChange(item.name, "removed", str(item.label)) for item in gone)]


def offered_options(document: Survey, item: Item) -> frozenset[str]:
    """The codes of the options that a version offers for a question, without "don't know", which is in no base."""
    return frozenset(option.name for option in document.options(item)) - {DONT_KNOW}


def _change(before: Survey, was: Item, after: Survey, now: Item) -> ItemChange:
    label = str(now.label)
    if others := list(_another(before, was, after, now)):
        return ItemChange(now.name, "another", label, tuple(others))
    old, new = _by_name(before, was), _by_name(after, now)
    added = [name for name in new if name not in old]
    headings = (_heading(before, was), _heading(after, now))
    wording = list(_wording(was, now, old, new, headings))
    rules = list(_rules(before, was, after, now))
    details = [_("Further option: {text}").format(text=new[name].text) for name in added]
    doubts = [*_exchanged(old, new), *_unlike(was, now)]
    kind: Kind = "more_options" if added else "wording" if wording or doubts else "rules" if rules else "same"
    return ItemChange(now.name, kind, label, (*details, *wording, *rules), tuple(doubts))


def _by_name(document: Survey, item: Item) -> Mapping[str, Option]:
    return {option.name: option for option in document.options(item)}


def _another(before: Survey, was: Item, after: Survey, now: Item) -> Iterator[str]:
    """Why the later question is another one; nothing where its answers mean the same."""
    if was.type != now.type:
        yield _("Its type was {before} and is {after}.").format(before=was.type, after=now.type)
        return
    scale_was, scale_now = before.scale_of(was), after.scale_of(now)
    if scale_was or scale_now:
        points = [tuple(point.name for point in scale.points) if scale else () for scale in (scale_was, scale_now)]
        if points[0] != points[1]:
            yield _("Its rating scale has other points.")
        return
    for name in ("source", "choices_of"):
        if getattr(was, name, None) != getattr(now, name, None):
            yield _("Its options come from another place.")
    if was.profile != now.profile:
        yield _("It asks for another characteristic of respondents.")
    if getattr(was, "ranks", None) != getattr(now, "ranks", None):
        yield _("Another number of options is to be put in order.")
    old, new = _by_name(before, was), _by_name(after, now)
    if lost := [str(option.text) for name, option in old.items() if name not in new]:
        yield _("An option was removed: {options}").format(options="; ".join(lost))
    if getattr(was, "ranks", None) and set(new) - set(old):
        yield _("Other options are to be put in order.")


def _heading(document: Survey, item: Item) -> Text | None:
    """The question above a matrix of which the item is a row."""
    groups = (entry for section in document.sections for entry in section.items if isinstance(entry, Matrix))
    return next((entry.text for entry in groups if item.name in {row.name for row in entry.rows}), None)


def _wording(
    was: Item,
    now: Item,
    old: Mapping[str, Option],
    new: Mapping[str, Option],
    headings: tuple[Text | None, Text | None],
) -> Iterator[str]:
    pairs = [headings, (was.text, now.text), (was.hint, now.hint)]
    pairs += [(old[name].text, new[name].text) for name in old if name in new]
    for one, other in pairs:
        if _words(one) != _words(other):
            yield _("“{before}” is now “{after}”").format(before=one or "–", after=other or "–")


def _words(text: Text | None) -> str:
    return " ".join(str(text).split()) if text else ""


def _rules(before: Survey, was: Item, after: Survey, now: Item) -> Iterator[str]:
    """Fields that decide of whom it is asked and what is accepted."""
    left_out = {*WORDS, *ANSWERED}
    one, other = was.model_dump(exclude=left_out), now.model_dump(exclude=left_out)
    names = [name for name in {**one, **other} if one.get(name) != other.get(name)]
    if names:
        yield _("Other rules: {names}").format(names=", ".join(names))
    old, new = before.filters(was), after.filters(now)
    if any(old.get(name) != new.get(name) for name in _by_name(before, was)):
        yield _("Options are offered on other earlier answers.")
    if bool(before.dont_know(was)) != bool(after.dont_know(now)) and "dont_know" not in names:
        yield _("“Don’t know” is offered in one of the versions only.")
    if was.open_options != now.open_options & set(_by_name(before, was)):
        yield _("Words are asked for beside other options.")
    order = [list(_by_name(*pair)) for pair in ((before, was), (after, now))]
    if order[0] != [name for name in order[1] if name in order[0]]:
        yield _("The options are in another order.")


def _exchanged(old: Mapping[str, Option], new: Mapping[str, Option]) -> Iterator[str]:
    """Options that now have the words which another option had: two labels may have been exchanged."""
    for language in sorted({language for option in old.values() for language in option.text.languages}):
        words = {name: _folded(option.text, language) for name, option in old.items()}
        for name in old:
            later = _folded(new[name].text, language) if name in new else ""
            taken = [other for other, text in words.items() if other != name and text and text == later != words[name]]
            for other in taken:
                yield _("In {language}, option {name} now has the words of option {other}.").format(
                    language=english_name(language), name=name, other=other
                )


def _folded(text: Text, language: str) -> str:
    return " ".join(text.root.get(language, "").split()).casefold()


def _unlike(was: Item, now: Item) -> Iterator[str]:
    one, other = _words(was.text).casefold(), _words(now.text).casefold()
    if one != other and SequenceMatcher(None, one, other, autojunk=False).ratio() < ALIKE:
        yield _("The wording is so different that it may be another question.")


def joined_codes(changes: list[ItemChange]) -> dict[str, Any]:
    """Kind -> codes, for the audit log: which questions differ, and never their words."""
    found: dict[str, list[str]] = {}
    for change in changes:
        if change.kind != "same":
            found.setdefault(change.kind, []).append(change.code)
    return found
