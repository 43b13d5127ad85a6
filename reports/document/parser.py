"""The report's Markdown: CommonMark with tables and footnotes, and three kinds of reference to the evidence.

    {{ interviews.people.women }}          a fact
    [[chart survey 3.2.3 3.2.4 | Title]]   a block of its own, on a line of its own; the title is optional
    [@Aze 30, p. 31; @Gen 1]               a citation

The parser finds them and hands each to the `Writer` in `env["writer"]`, which looks it up.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from ctnat.ui.languages import quotes

FACT = re.compile(r"\{\{([^{}\n]{0,200})\}\}")
BLOCK = re.compile(r"\[\[([^\[\]\n]{0,500})\]\]\s*$")
CITATION = re.compile(r"\[@([^\[\]\n]{1,400})\]")
CITED = re.compile(r"^@?\s*(?P<code>[A-Za-z]{2,6} ?[0-9]{1,4})\s*(?:,\s*(?P<where>.+))?$")


def cited_codes(body: str) -> set[str]:
    """The codes of the sources that a text cites, such as "Aze 30"."""
    parts = [part.strip() for inside in CITATION.findall(body) for part in inside.split(";")]
    return {normal_code(found["code"]) for part in parts if (found := CITED.match(part))}


def normal_code(code: str) -> str:
    """ "Aze30" and "Aze 30" are the same source."""
    found = re.match(r"([A-Za-z]+) ?([0-9]+)", code)
    return f"{found[1]} {found[2]}" if found else code


def _inline(pattern: re.Pattern[str], opening: str, kind: str) -> Callable[[StateInline, bool], bool]:
    def rule(state: StateInline, silent: bool) -> bool:
        if not state.src.startswith(opening, state.pos) or not (found := pattern.match(state.src, state.pos)):
            return False
        if not silent:
            token = state.push(kind, "", 0)
            token.content = found[1].strip()
        state.pos = found.end()
        return True

    return rule


def _block_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if state.is_code_block(start) or not line.startswith("[[") or not (found := BLOCK.match(line)):
        return False
    if not silent:
        token = state.push("evidence_block", "", 0)
        token.content, token.map = found[1], [start, start + 1]
        state.line = start + 1
    return True


def _note_call(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    meta = tokens[index].meta
    return str(env["writer"].put_note_call(meta["id"], str(meta.get("label") or "")))


def _image(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    token = tokens[index]
    return str(env["writer"].refuse_picture(token.content or str(token.attrs.get("src", ""))))


def _link(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    tokens[index].attrSet("href", env["writer"].check_link(str(tokens[index].attrGet("href") or "")))
    return str(self.renderToken(tokens, index, options, env))


def _table_open(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    end = next(place for place in range(index, len(tokens)) if tokens[place].type == "table_close")
    return f"{env['writer'].open_table(tokens[index:end])}<table>"


def _table_close(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    return f"</table>{env['writer'].close_table()}"


def _head_cell(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    tokens[index].attrs = {"scope": "col", **tokens[index].attrs}
    return str(self.renderToken(tokens, index, options, env))


def make_parser(language: str) -> MarkdownIt:
    """A parser of one's own; straight quotation marks become those of the document's language."""
    options = {"html": False, "typographer": True, "quotes": quotes(language)}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough", "smartquotes"])
    parser.use(footnote_plugin)
    parser.inline.ruler.before("link", "fact", _inline(FACT, "{{", "fact"))
    parser.inline.ruler.before("link", "citation", _inline(CITATION, "[@", "citation"))
    parser.block.ruler.before("paragraph", "evidence_block", _block_rule, {"alt": ["paragraph", "blockquote", "list"]})
    parser.add_render_rule("fact", lambda self, tokens, i, options, env: env["writer"].put_fact(tokens[i].content))
    parser.add_render_rule(
        "citation", lambda self, tokens, i, options, env: env["writer"].put_citation(tokens[i].content)
    )
    parser.add_render_rule(
        "evidence_block",
        lambda self, tokens, i, options, env: env["writer"].put_block(tokens[i].content, tokens[i].map),
    )
    parser.add_render_rule("image", _image)
    parser.add_render_rule("footnote_ref", _note_call)
    parser.add_render_rule("link_open", _link)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    parser.add_render_rule("th_open", _head_cell)
    return parser


parser_of = cache(make_parser)  # one for each language
