"""Notation that would be printed as it was typed, because it is not closed, not complete, or not where it works.

It is searched in the text that the parser has left as text: recognised notation is no longer there, and code is
left alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from markdown_it.token import Token

from reports.document.parser import normal_code

GAP = "¤"  # in place of recognised notation
INLINE_BLOCK = re.compile(r"\[\[[^\[\]\n]*(?:\]\]?)?|\]\]")
BRACES = re.compile(r"\{\{[^{}]{0,60}(?:\}\}?)?|\}\}")
FOOTNOTE = re.compile(r"\[\^([^\]\s]{0,60})\]")
CITATION = re.compile(r"[\[(]?@\s?[A-Za-z]{2,6} ?[0-9]{1,4}[^\])\n]{0,60}[\])]?|\[@[^\]\n]{0,60}\]?")
BARE_CODE = re.compile(r"[\[(](?P<code>[A-Za-z]{2,6} ?[0-9]{1,4})(?:\s*[,;][^\])\n]{0,60})?[\])]")
EMPHASIS = re.compile(r"(?<!\*)\*\*(?!\*)|(?<!~)~~(?!~)")
IN_TITLE = re.compile(r"\{\{|\}\}|\[\[|\]\]|\[@|\[\^")


def find_raw_notation(tokens: Sequence[Token], sources: Mapping[str, object]) -> Iterator[tuple[str, bool]]:
    """(message, whether it is an error) for each piece. `sources`: the codes that can be cited."""
    prefixes = {code.split(" ")[0] for code in sources}
    for token in tokens:
        if token.type == "inline":
            yield from _find(_text_of(token), prefixes)
        elif token.type == "code_block" and (found := IN_TITLE.search(token.content)):
            yield (
                f"“{found[0]}” in a line that begins with four spaces is printed as typed. Delete the spaces.",
                False,
            )


def find_in_title(title: str) -> Iterator[str]:
    """A message where a title contains notation: titles are printed as typed."""
    if found := IN_TITLE.search(title):
        yield (
            f"The title “{title}” contains “{found[0]}”, which is printed as typed. Use facts, blocks, citations "
            "and footnotes only in the text."
        )


def find_unused_notes(environment: Mapping[str, object]) -> Iterator[str]:
    """A message for each footnote that has a text but no call, so that it would be lost."""
    notes = environment.get("footnotes")
    refs = notes.get("refs", {}) if isinstance(notes, dict) else {}
    for name, place in refs.items():
        if place < 0:
            label = str(name).removeprefix(":")
            yield (
                f"The footnote [^{label}] is not used, so it is not printed. "
                f"Write [^{label}] in the text where it belongs."
            )


def _text_of(token: Token) -> str:
    return "".join(
        child.content if child.type == "text" else "\n" if child.type.endswith("break") else GAP
        for child in token.children or []
    )


def _find(text: str, prefixes: set[str]) -> Iterator[tuple[str, bool]]:
    def take(
        pattern: re.Pattern[str], describe: Callable[[re.Match[str]], str], error: bool
    ) -> Iterator[tuple[str, bool]]:
        nonlocal text
        for found in pattern.finditer(text):
            yield describe(found), error
        text = pattern.sub(GAP, text)

    yield from take(
        INLINE_BLOCK,
        lambda found: f"“{found[0]}” would be printed as typed. Put a block on a line of its own, closed by ]].",
        True,
    )
    yield from take(
        BRACES,
        lambda found: f"“{found[0]}” would be printed as typed. Write a fact as {{{{ name }}}}, on one line.",
        True,
    )
    yield from take(
        FOOTNOTE,
        lambda found: (
            f"The footnote [^{found[1]}] has no text. Write [^{found[1]}]: and its text on a line of its own."
        ),
        True,
    )
    yield from take(
        CITATION,
        lambda found: f"“{found[0]}” would be printed as typed. Write a citation as [@Aze 30, p. 31].",
        True,
    )
    for found in BARE_CODE.finditer(text):
        code = normal_code(found["code"])
        if code.split(" ")[0] in prefixes:
            yield f"“{found[0]}” looks like a citation without the @ sign. Write [@{code}] to link it.", True
    yield from take(
        EMPHASIS, lambda found: f"“{found[0]}” is not closed and would be printed. Close or delete it.", False
    )
