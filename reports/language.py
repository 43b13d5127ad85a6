"""The report's Markdown: CommonMark with tables and footnotes, and three kinds of reference to the evidence.

    {{ interviews.people.women }}          a fact
    [[chart survey 3.2.3 3.2.4 | Title]]   a block of its own, on a line of its own; the title is optional
    [@Aze 30, p. 31; @Gen 1]               a citation

What stands in them is looked up in registries and never evaluated. A name that is not found is shown as an error in
place and reported as a `Fault`. Raw HTML is shown as text, pictures are refused, and the HTML of the narrative passes
nh3; what we make ourselves (facts, blocks, citations) is put in afterwards, in place of marks which the text cannot
hold.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from html import escape
from typing import Any, Literal, Protocol

import nh3
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
MARKS = re.compile("[\ue000-\ue003]")  # private letters: no script uses them, and they are taken out of what is typed
OPEN, CLOSE = "\ue000", "\ue001"
PLACED = re.compile(f"{OPEN}([0-9]+){CLOSE}")
LONE_PARAGRAPH = re.compile(f"<p>\\s*({OPEN}[0-9]+{CLOSE})\\s*</p>")
TAG = re.compile(r"<\s*(script|iframe|img|style|object|embed|svg|form|link|meta|video|audio)\b", re.IGNORECASE)

TEXT_TAGS = {"p", "br", "hr", "em", "strong", "s", "sup", "sub", "a", "code", "pre", "blockquote"}
LIST_AND_HEADING_TAGS = {"ul", "ol", "li", "h2", "h3", "h4", "h5", "h6"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
ALLOWED_TAGS = TEXT_TAGS | LIST_AND_HEADING_TAGS | TABLE_TAGS
ALLOWED_ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "th": {"scope"}, "ol": {"start"}}


@dataclass(frozen=True)
class Fault:
    """What an author should put right. `section` is the section's key."""

    section: str
    message: str
    kind: Literal["error", "warning"] = "error"


@dataclass(frozen=True)
class Fact:
    """A value that text can name. `text` is printed, `number` serves checks, `source` is an evidence key or a page."""

    name: str
    text: str
    label: str
    group: str
    number: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Block:
    """A figure, a table or a list to be put in. `render(caption, anchor)` gives its HTML, made and escaped by us.

    `values` and `words` serve the check of hand-typed numbers: all numbers one may say of it, and label -> its numbers.
    """

    kind: Literal["figure", "table", "text"]
    title: str
    render: Callable[[str, str], str]
    source: str = ""
    values: frozenset[int] = frozenset()
    words: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A document that can be cited. `listed` says that the bibliography has it anyway."""

    code: str
    title: str
    listed: bool = True


class UnknownBlock(LookupError):
    """A block that cannot be made; its text says why and what to write instead."""


class Registry(Protocol):
    """Everything that text may name."""

    @property
    def facts(self) -> Mapping[str, Fact]: ...

    @property
    def sources(self) -> Mapping[str, Source]: ...

    def block(self, words: Sequence[str], title: str) -> Block:
        """The block named by `words` ("chart", "survey", "3.1.5"). Raises `UnknownBlock`."""
        ...


@dataclass
class Writer:
    """Turns the Markdown of one section after the other into HTML, counting figures, tables and footnotes on the way.

    `words` are the document's own words in its language (figure, table); `link` gives the address of what stands
    behind an evidence key, or "" where readers have no account.
    """

    registry: Registry
    words: Mapping[str, str]
    anchors: frozenset[str] = frozenset()
    language: str = "en"
    link: Callable[[str], str] = lambda source: ""
    figures: list[tuple[str, str]] = field(default_factory=list)  # (anchor, caption)
    tables: list[tuple[str, str]] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)  # HTML of each, in order
    cited: dict[str, int] = field(default_factory=dict)  # code -> how often
    faults: list[Fault] = field(default_factory=list)
    section: str = ""
    _placed: list[str] = field(default_factory=list)

    @property
    def parser(self) -> MarkdownIt:
        return parser_of(self.language)

    def write(self, body: str, *, section: str, level: int) -> str:
        """HTML of one section's text; its own headings begin one below `level`."""
        self.section = section
        text = MARKS.sub("", body.replace("\x00", ""))
        if found := TAG.search(text):
            self.fault(f"HTML is shown as text: “{found[0]}…”. Write Markdown, and put figures in from the palette.")
        environment: dict[str, Any] = {"writer": self}
        tokens = self.parser.parse(text, environment)
        _lay_headings(tokens, level)
        kept = self._take_footnotes(tokens, environment)
        html = self.parser.renderer.render(kept, self.parser.options, environment)
        return self.fill(clean(html))

    def fill(self, html: str) -> str:
        """Put what we made in place of its marks."""
        html = LONE_PARAGRAPH.sub(lambda found: found[1] if self._is_block(found[1]) else found[0], html)
        return PLACED.sub(lambda found: self._placed[int(found[1])], html)

    def fault(self, message: str, kind: Literal["error", "warning"] = "error") -> None:
        self.faults.append(Fault(self.section, message, kind))

    def _is_block(self, mark: str) -> bool:
        return self._placed[int(mark[1:-1])].startswith(("<figure", "<div", "<table", "<section", "<ol", "<ul"))

    def place(self, html: str) -> str:
        self._placed.append(html)
        return f"{OPEN}{len(self._placed) - 1}{CLOSE}"

    def wrong(self, message: str, tag: str = "strong") -> str:
        self.fault(message)
        return self.place(f'<{tag} class="fault">{escape(message)}</{tag}>')

    # What the parser found -------------------------------------------------------------------------------------

    def put_fact(self, name: str) -> str:
        fact = self.registry.facts.get(name)
        if fact is None:
            return self.wrong(f"Unknown fact “{name}”{_suggest(name, self.registry.facts)}")
        text = escape(fact.text)
        if address := self.link(fact.source) if fact.source else "":
            return self.place(f'<a class="fact" href="{escape(address)}" title="{escape(fact.label)}">{text}</a>')
        return self.place(f'<span class="fact">{text}</span>')

    def put_block(self, line: str) -> str:
        call, _, title = (part.strip() for part in line.partition("|"))
        words = call.split()
        try:
            block = self.registry.block(words, title)
        except UnknownBlock as unknown:
            return self.wrong(f"[[{line.strip()}]]: {unknown}", "div")
        return self.place_block(block)

    def place_block(self, block: Block) -> str:
        """The block with its number and caption."""
        if block.kind == "text":
            return self.place(block.render(block.title, ""))
        numbered = self.figures if block.kind == "figure" else self.tables
        number = len(numbered) + 1
        anchor = f"{block.kind}-{number}"
        caption = f"{self.words[block.kind]} {number}. {block.title}"
        numbered.append((anchor, caption))
        html = block.render(caption, anchor)
        if address := self.link(block.source) if block.source else "":
            html += f'<p class="behind"><a href="{escape(address)}">{escape(self.words["behind"])}</a></p>'
        return self.place(f'<div class="block">{html}</div>')

    def put_citation(self, inside: str) -> str:
        """(Aze 30, p. 31; Gen 1), each code linked to its entry in the bibliography."""
        said = []
        for part in inside.split(";"):
            found = CITED.match(part.strip())
            code = _spaced(found["code"]) if found else part.strip().lstrip("@")
            if not found or code not in self.registry.sources:
                return self.wrong(f"Unknown source “{code}”. Register it in the desk review, or choose another.")
            self.cited[code] = self.cited.get(code, 0) + 1
            where = f", {escape(found['where'].strip().replace('-', '–'))}" if found["where"] else ""
            address = self.link(f"document:{code}") or f"#{source_anchor(code)}"
            said.append(f'<a class="cite" href="{escape(address)}">{escape(code)}</a>{where}')
        return self.place(f"({'; '.join(said)})")

    def _take_footnotes(self, tokens: Sequence[Token], environment: dict[str, Any]) -> list[Token]:
        """Number the footnotes through the whole document and keep their texts; returns what is left of the body."""
        first = len(self.footnotes)
        body: list[Token] = []
        note: list[Token] = []
        inside = False
        for token in tokens:
            if token.type == "footnote_block_open":
                inside = True
            elif token.type == "footnote_block_close":
                inside = False
            elif not inside:
                body.append(token)
            elif token.type == "footnote_open":
                note = []
            elif token.type == "footnote_close":
                self.footnotes.append(self.fill(clean(self._note_html(note, environment))))
            elif token.type != "footnote_anchor":
                note.append(token)
        environment["first_footnote"] = first
        return body

    def _note_html(self, tokens: Sequence[Token], environment: dict[str, Any]) -> str:
        """A note's paragraphs on one line: a footnote is text, not a page of its own."""
        inlines = [token for token in tokens if token.type == "inline"]
        return " ".join(
            self.parser.renderer.renderInline(  # type: ignore[attr-defined]  # the HTML renderer has it
                token.children or [], self.parser.options, environment
            )
            for token in inlines
        )


def note_mark(number: int) -> str:
    """Where footnote `number` is called; the renderer of each medium puts the note itself there."""
    return f'<sup class="note-call" data-note="{number}"></sup>'


def clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def source_anchor(code: str) -> str:
    return "source-" + code.replace(" ", "-")


def cited_codes(body: str) -> set[str]:
    """The codes of the sources that a text cites, such as "Aze 30"."""
    parts = [part.strip() for inside in CITATION.findall(body) for part in inside.split(";")]
    return {_spaced(found["code"]) for part in parts if (found := CITED.match(part))}


def _spaced(code: str) -> str:
    """ "Aze30" and "Aze 30" are the same source."""
    found = re.match(r"([A-Za-z]+) ?([0-9]+)", code)
    return f"{found[1]} {found[2]}" if found else code


def _suggest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f". Did you mean “{close[0]}”?" if close else ". Choose one from the palette."


def _lay_headings(tokens: Sequence[Token], level: int) -> None:
    """Headings of the text follow on from their section's without leaving a level out, whatever signs were typed."""
    typed = sorted({token.tag for token in tokens if token.type == "heading_open"})
    becomes = {tag: f"h{min(6, level + 1 + place)}" for place, tag in enumerate(typed)}
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = becomes[token.tag]


# The parser -----------------------------------------------------------------------------------------------------


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


def _image(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    return env["writer"].wrong(
        f"The picture “{tokens[index].content or tokens[index].attrs.get('src', '')}” is left out: a report shows "
        "only what is made from its data. Use a [[chart …]] from the palette."
    )


def _note_call(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    number = env.get("first_footnote", 0) + tokens[index].meta["id"] + 1
    return env["writer"].place(note_mark(number))


def _link(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """A link of the text. `#key` leads to a section of the report; other addresses must be complete."""
    token, writer = tokens[index], env["writer"]
    address = str(token.attrGet("href") or "")
    if address.startswith("#") and writer.anchors and address[1:] not in writer.anchors:
        writer.fault(f"The link {address} leads to no section{_suggest(address[1:], writer.anchors)}")
        token.attrSet("href", "")
    elif not address.startswith(("#", "http://", "https://", "mailto:")):
        writer.fault(f"The link “{address}” is not complete. Begin it with https://")
        token.attrSet("href", "")
    return self.renderToken(tokens, index, options, env)


def _head_cell(self: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    return '<th scope="col">'


@cache
def parser_of(language: str) -> MarkdownIt:
    """The parser; straight quotation marks become those of the document's language."""
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
        "evidence_block", lambda self, tokens, i, options, env: env["writer"].put_block(tokens[i].content)
    )
    parser.add_render_rule("image", _image)
    parser.add_render_rule("footnote_ref", _note_call)
    parser.add_render_rule("link_open", _link)
    parser.add_render_rule("th_open", _head_cell)
    return parser
