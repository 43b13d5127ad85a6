"""Notation that would be printed as it was typed, because it is not closed, not complete, or not where it works.

It is searched in the text that the parser has left as text: recognised notation is no longer there, and code is
left alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from markdown_it.token import Token

from ctnat.ui.lazy import StrOrPromise
from reports.document.parser import normal_code

GAP = "¤"  # in place of recognised notation
INLINE_BLOCK = re.compile(r"\[\[[^\[\]\n]*(?:\]\]?)?|\]\]")
BRACES = re.compile(r"\{\{[^{}]{0,60}(?:\}\}?)?|\}\}")
FOOTNOTE = re.compile(r"\[\^([^\]\s]{0,60})\]")
CITATION = re.compile(r"[\[(]?@\s?[A-Za-z]{2,6} ?[0-9]{1,4}[^\])\n]{0,60}[\])]?|\[@[^\]\n]{0,60}\]?")
BARE_CODE = re.compile(r"[\[(](?P<code>[A-Za-z]{2,6} ?[0-9]{1,4})(?:\s*[,;][^\])\n]{0,60})?[\])]")
EMPHASIS = re.compile(r"(?<!\*)\*\*(?!\*)|(?<!~)~~(?!~)")
IN_TITLE = re.compile(r"\{\{|\}\}|\[\[|\]\]|\[@|\[\^")


def find_raw_notation(tokens: Sequence[Token], sources: Mapping[str, object]) -> Iterator[tuple[StrOrPromise, bool]]:
    """(message, whether it is an error) for each piece. `sources`: the codes that can be cited."""
    prefixes = {code.split(" ")[0] for code in sources}
    for token in tokens:
        if token.type == "inline":
            yield from _find(_text_of(token), prefixes)
        elif token.type == "code_block" and (found := IN_TITLE.search(token.content)):
            message = _("“{notation}” in a line that begins with four spaces is printed as typed. Delete the spaces.")
            yield format_lazy(message, notation=found[0]), False


def find_in_title(title: str) -> Iterator[StrOrPromise]:
    """A message where a title contains notation: titles are printed as typed."""
    if found := IN_TITLE.search(title):
        message = _(
            "The title “{title}” contains “{notation}”, which is printed as typed. Use facts, blocks, citations and "
            "footnotes only in the text."
        )
        yield format_lazy(message, title=title, notation=found[0])


def find_unused_notes(environment: Mapping[str, object]) -> Iterator[StrOrPromise]:
    """A message for each footnote that has a text but no call, so that it would be lost."""
    notes = environment.get("footnotes")
    refs = notes.get("refs", {}) if isinstance(notes, dict) else {}
    for name, place in refs.items():
        if place < 0:
            label = str(name).removeprefix(":")
            message = _(
                "The footnote [^{label}] is not used, so it is not printed. Write [^{label}] in the text where it "
                "belongs."
            )
            yield format_lazy(message, label=label)


def _text_of(token: Token) -> str:
    return "".join(
        child.content if child.type == "text" else "\n" if child.type.endswith("break") else GAP
        for child in token.children or []
    )


def _find(text: str, prefixes: set[str]) -> Iterator[tuple[StrOrPromise, bool]]:
    def take(
        pattern: re.Pattern[str], message: StrOrPromise, error: bool, group: int = 0
    ) -> Iterator[tuple[StrOrPromise, bool]]:
        nonlocal text
        for found in pattern.finditer(text):
            yield format_lazy(message, notation=found[group]), error
        text = pattern.sub(GAP, text)

    yield from take(
        INLINE_BLOCK,
        _("“{notation}” would be printed as typed. Put a block on a line of its own, closed by ]]."),
        True,
    )
    yield from take(
        BRACES,
        _("“{notation}” would be printed as typed. Write a fact as {{{{ name }}}}, on one line."),
        True,
    )
    yield from take(
        FOOTNOTE,
        _("The footnote [^{notation}] has no text. Write [^{notation}]: and its text on a line of its own."),
        True,
        group=1,
    )
    yield from take(
        CITATION,
        _("“{notation}” would be printed as typed. Write a citation as [@Aze 30, p. 31]."),
        True,
    )
    for found in BARE_CODE.finditer(text):
        code = normal_code(found["code"])
        if code.split(" ")[0] in prefixes:
            message = _("“{notation}” looks like a citation without the @ sign. Write [@{code}] to link it.")
            yield format_lazy(message, notation=found[0], code=code), True
    yield from take(EMPHASIS, _("“{notation}” is not closed and would be printed. Close or delete it."), False)
