"""The text of an XLSForm expression -> a tree.

What is accepted goes a little beyond XLSForm, because forms do: curly quotation marks, ≥ and ≤, `==`, `AND`,
paths such as `../age`, and TRUE, FALSE, yes and no as whole conditions, which spreadsheets make of `true()`.
"""

import re
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from instruments.logic.simpler import SIMPLER
from instruments.logic.tree import (
    DEEPEST,
    FUNCTIONS,
    MOST_CHARACTERS,
    LogicError,
    Tree,
    check,
    check_count,
    is_true_or_false,
    minus,
)

GRAMMAR = r"""
?start: either
?either: both (_OR both)*
?both: eq (_AND eq)*
?eq: rel (EQ rel)*
?rel: add (REL add)*
?add: mul (ADD mul)*
?mul: neg (MUL neg)*
?neg: "-" neg -> minus
    | atom
?atom: NUMBER -> number
    | STRING -> string
    | REF -> ref
    | PATH -> path
    | SELF -> own
    | "(" either ")"
    | FUNC [either ("," either)*] ")" -> call
    | NAME -> column
_OR.2: /or(?![\w-])/i
_AND.2: /and(?![\w-])/i
EQ: "!=" | "≠" | /==?/
REL: "<=" | ">=" | "<" | ">" | "≤" | "≥"
ADD: "+" | "-"
MUL.2: "*" | /(div|mod)(?![\w-])/i
NUMBER: /[0-9]+(\.[0-9]*)?|\.[0-9]+/
STRING: /'[^']*'|"[^"]*"|[‘’][^‘’']*[‘’']|[“”„][^“”"]*[“”"]/
REF: /\$\{\s*[^\s{}]+\s*\}/
PATH: /(\.\.\/)+[\w.\/-]+|\/[\w.\/-]+|\.\.(?![\w\/])|\.\/[\w.\/-]+/
SELF: /\.(?![.\/0-9])/
FUNC.3: /[A-Za-z][\w:.-]*\s*\(/
NAME: /[A-Za-z_][\w.-]*/
%import common.WS
%ignore WS
%ignore /[\u00a0\u200b\ufeff]+/
"""
SIGNS = {"==": "=", "≠": "!=", "≤": "<=", "≥": ">="}
ALWAYS, NEVER = frozenset(["true", "true()", "yes", "1"]), frozenset(["false", "false()", "no", "0"])


class _ToTree(Transformer[Token, Tree]):
    """Called as the parser goes, from the leaves up, so that no depth of the text makes it recurse."""

    def number(self, found: list[Token]) -> Tree:
        value = float(found[0])
        if value >= 1e15:
            raise LogicError("a number in it is too large")
        return ["num", int(value) if value == int(value) else value]

    def string(self, found: list[Token]) -> Tree:
        return ["str", str(found[0][1:-1])]

    def ref(self, found: list[Token]) -> Tree:
        return ["item", found[0][2:-1].strip()]

    def path(self, found: list[Token]) -> Tree:
        return ["item", found[0].rstrip("/").rpartition("/")[2]]

    def own(self, _found: list[Token]) -> Tree:
        return ["own"]

    def column(self, found: list[Token]) -> Tree:
        return ["column", str(found[0])]

    def minus(self, found: list[Tree]) -> Tree:
        return minus(found[0])

    def call(self, found: list[Any]) -> Tree:
        name = found[0][:-1].strip().lower()
        parts = [part for part in found[1:] if part is not None]
        if simpler := SIMPLER.get((name, len(parts))):
            return simpler(*parts)
        if name not in FUNCTIONS:
            raise LogicError(f"the function “{name[:40]}” cannot be taken")
        check_count(name, len(parts))
        return [name, *parts]

    def _joined(self, found: list[Any]) -> Tree:
        """Operators of one rank, from left to right: `a - b + c` is `(a - b) + c`."""
        tree: Tree = found[0]
        for sign, part in zip(found[1::2], found[2::2], strict=True):
            tree = [SIGNS.get(sign, str(sign).lower()), tree, part]
        return tree

    eq = rel = add = mul = _joined

    def either(self, found: list[Tree]) -> Tree:
        return ["or", *found]

    def both(self, found: list[Tree]) -> Tree:
        return ["and", *found]


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", transformer=_ToTree(), maybe_placeholders=True)


def parse(text: str, *, own: bool = False, columns: bool = False) -> Tree:
    """The tree of an expression. Raises `LogicError`, which says in words why there is none.

    `own`: “.” is the answer that a constraint is about; `columns`: bare names are columns of the choices.
    """
    if len(text) > MOST_CHARACTERS:
        raise LogicError(f"it is longer than {MOST_CHARACTERS} characters")
    if not text.strip():
        raise LogicError("it is blank")
    if _depth(text) > DEEPEST:
        raise LogicError("its parentheses are nested too deeply")
    try:
        tree = _parser().parse(text)
    except VisitError as error:
        if isinstance(error.orig_exc, LogicError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise LogicError(_where(text, error)) from None
    except LarkError:
        raise LogicError("it cannot be read") from None
    return check(tree, own=own, columns=columns)


def parse_condition(text: str, *, own: bool = False, columns: bool = False) -> Tree:
    """`parse` of something that holds or does not. Refuses a bare answer or number, on which programs differ."""
    word = text.strip().lower()
    if word in ALWAYS or word in NEVER:
        return ["true"] if word in ALWAYS else ["false"]
    tree = parse(text, own=own, columns=columns)
    if not is_true_or_false(tree):
        raise LogicError("it is a value, and does not say when it holds; compare it with something")
    return tree


def _depth(text: str) -> int:
    """How deep its parentheses are nested, those in quotation marks left out."""
    deepest = depth = 0
    for letter in re.sub(r"'[^']*'|\"[^\"]*\"", "", text):
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    return deepest


def _where(text: str, error: UnexpectedInput) -> str:
    place = error.pos_in_stream
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return "something is missing at its end"
    if isinstance(error, UnexpectedCharacters | UnexpectedToken) and place is not None:
        return f"it cannot be read from “{text[place : place + 20].strip()}” on"
    return "it cannot be read"
