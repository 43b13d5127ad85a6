"""Turns the Markdown of the sections into HTML, and looks up facts, blocks and sources.

A name that is not found is shown as an error in place and reported as a `Problem`. Raw HTML is shown as text, pictures
are refused, and the HTML of the narrative passes nh3; our own HTML (facts, blocks, citations) is put in
afterwards, in place of marks that cannot occur in the text.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from html import escape
from typing import Any, Literal

import nh3
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from markdown_it import MarkdownIt
from markdown_it.token import Token

from analysis.charts import Chart
from ctnat.ui.lazy import StrOrPromise
from reports.document import notation, traces
from reports.document.parser import CITED, normal_code, parser_of
from reports.document.registry import Block, Problem, Registry, UnknownBlock
from reports.document.table_fit import fit_table

MARKS = re.compile("[\ue000-\ue003]")  # private letters: no script uses them, and they are taken out of what is typed
OPEN, CLOSE = "\ue000", "\ue001"
PLACED = re.compile(f"{OPEN}([0-9]+){CLOSE}")
LONE_PARAGRAPH = re.compile(f"<p>\\s*({OPEN}[0-9]+{CLOSE})\\s*</p>")
TAG = re.compile(r"<\s*(script|iframe|img|style|object|embed|svg|form|link|meta|video|audio)\b", re.IGNORECASE)

TEXT_TAGS = {"p", "br", "hr", "em", "strong", "s", "sup", "sub", "a", "code", "pre", "blockquote"}
LIST_AND_HEADING_TAGS = {"ul", "ol", "li", "h2", "h3", "h4", "h5", "h6"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
ALLOWED_TAGS = TEXT_TAGS | LIST_AND_HEADING_TAGS | TABLE_TAGS
ALLOWED_ATTRIBUTES: dict[str, set[str]] = {"*": {traces.LINES}, "a": {"href"}, "th": {"scope"}, "ol": {"start"}}


@dataclass
class Writer:
    """Turns the Markdown of one section after the other into HTML, counting figures, tables and footnotes on the way.

    `words` are the document's own words in its language (figure, table); `link` gives the address of the page
    behind an evidence key, or "" where readers have no account. `traced`: the HTML says what each part was made of
    (`reports.document.traces`).
    """

    registry: Registry
    words: Mapping[str, str]
    anchors: frozenset[str] = frozenset()
    language: str = "en"
    link: Callable[[str], str] = lambda source: ""
    traced: bool = False
    figures: list[tuple[str, str]] = field(default_factory=list)  # (anchor, caption)
    tables: list[tuple[str, str]] = field(default_factory=list)
    charts: dict[str, Chart] = field(default_factory=dict)  # anchor of a figure -> what is drawn in it
    footnotes: list[str] = field(default_factory=list)  # HTML of each, in order
    cited: dict[str, int] = field(default_factory=dict)  # code -> how often
    problems: list[Problem] = field(default_factory=list)
    section: str = ""
    _placed: list[str] = field(default_factory=list)
    _first_note: int = 0  # notes of the sections before this one
    _note_lines: list[str] = field(default_factory=list)  # of this section's notes
    _calls: Counter[int] = field(default_factory=Counter)  # number of a note -> how often it was called

    @property
    def parser(self) -> MarkdownIt:
        return parser_of(self.language)

    def write(self, body: str, *, section: str, level: int) -> str:
        """HTML of one section's text; its own headings begin one below `level`."""
        self.section, self._first_note = section, len(self.footnotes)
        text = MARKS.sub("", body.replace("\x00", ""))
        if found := TAG.search(text):
            message = _("HTML is shown as text: “{html}…”. Use Markdown, and insert figures from the palette.")
            self.problem(format_lazy(message, html=found[0]))
        environment: dict[str, Any] = {"writer": self}
        tokens = self.parser.parse(text, environment)
        for raw, error in notation.find_raw_notation(tokens, self.registry.sources):
            self.problem(raw, "error" if error else "warning")
        for unused in notation.find_unused_notes(environment):
            self.problem(unused, "warning")
        _lay_headings(tokens, level)
        self._note_lines = traces.mark_lines(tokens) if self.traced else []
        kept = self._take_footnotes(tokens, environment)
        html = self.parser.renderer.render(kept, self.parser.options, environment)
        return self.fill(clean(html))

    def fill(self, html: str) -> str:
        """Replace the marks by our own HTML."""
        html = LONE_PARAGRAPH.sub(lambda found: found[1] if self._is_block(found[1]) else found[0], html)
        return PLACED.sub(lambda found: self._placed[int(found[1])], html)

    def problem(self, message: StrOrPromise, kind: Literal["error", "warning"] = "error") -> None:
        self.problems.append(Problem(self.section, message, kind))

    def _is_block(self, mark: str) -> bool:
        return self._placed[int(mark[1:-1])].startswith(("<figure", "<div", "<table", "<section", "<ol", "<ul"))

    def place(self, html: str) -> str:
        self._placed.append(html)
        return f"{OPEN}{len(self._placed) - 1}{CLOSE}"

    def wrong(self, message: StrOrPromise, tag: str = "strong") -> str:
        """The message in place of what is wrong, in English, as the document is the same for every reader."""
        self.problem(message)
        with override(settings.LANGUAGE_CODE):
            message = str(message)
        return self.place(f'<{tag} class="fault" lang="en" dir="ltr">{escape(message)}</{tag}>')

    # What the parser found -------------------------------------------------------------------------------------

    def put_fact(self, name: str) -> str:
        fact = self.registry.facts.get(name)
        if fact is None:
            close = _closest(name, self.registry.facts)
            message = _("Unknown fact “{name}”. Choose one from the palette.")
            if close:
                message = _("Unknown fact “{name}”. Did you mean “{close}”?")
            return self.wrong(format_lazy(message, name=name, close=close))
        text = escape(fact.text)
        if address := self.link(fact.source) if fact.source else "":
            with override(settings.LANGUAGE_CODE):
                label = str(fact.label)
            return self.place(f'<a class="fact" href="{escape(address)}" title="{escape(label)}">{text}</a>')
        return self.place(f'<span class="fact"{self._trace(fact=name)}>{text}</span>')

    def _trace(self, **what: str) -> str:
        return traces.attributes(**what) if self.traced else ""

    def put_block(self, line: str, lines: Sequence[int] | None = None) -> str:
        """The block that a line such as "chart survey 3.1 | Title" names. `lines`: where it stands in the text."""
        call, _, title = (part.strip() for part in line.partition("|"))
        words = call.split()
        for message in notation.find_in_title(title):
            self.problem(message)
        try:
            block = self.registry.block(words, title)
        except UnknownBlock as unknown:
            return self.wrong(format_lazy("[[{line}]]: {reason}", line=line.strip(), reason=unknown.reason), "div")
        return self.place_block(block, self._trace(block=call, src=traces.span(lines)))

    def place_block(self, block: Block, trace: str = "") -> str:
        """The block with its number and caption. `trace`: attributes that say what it was made of."""
        if block.kind == "text":
            html = block.render(block.title, "")
            return self.place(traces.boxed(html, trace) if trace else html)
        numbered = self.figures if block.kind == "figure" else self.tables
        number = len(numbered) + 1
        anchor = f"{block.kind}-{number}"
        caption = f"{self.words[block.kind]} {number}. {block.title}"
        numbered.append((anchor, caption))
        if block.chart is not None:
            self.charts[anchor] = replace(block.chart, key=anchor, title="")
        html = block.render(caption, anchor)
        if address := self.link(block.source) if block.source else "":
            html += f'<p class="behind"><a href="{escape(address)}">{escape(self.words["behind"])}</a></p>'
        return self.place(f'<div class="block"{trace}>{html}</div>')

    def put_citation(self, inside: str) -> str:
        """(Aze 30, p. 31; Gen 1), each code linked to its entry in the bibliography."""
        citations = []
        for part in inside.split(";"):
            found = CITED.match(part.strip())
            code = normal_code(found["code"]) if found else part.strip().lstrip("@")
            if not found or code not in self.registry.sources:
                message = _("Unknown source “{code}”. Add it in the desk review, or choose another.")
                return self.wrong(format_lazy(message, code=code))
            if self.registry.sources[code].removed:
                message = _("{code} was removed from the desk review. Cite another source, or restore it.")
                self.problem(format_lazy(message, code=code), "warning")
                citations.append(f"{escape(code)}: {escape(self.words['removed_source'])}")
                continue
            self.cited[code] = self.cited.get(code, 0) + 1
            where = f", {escape(found['where'].strip().replace('-', '–'))}" if found["where"] else ""
            address = self.link(f"document:{code}") or f"#{source_anchor(code)}"
            citations.append(f'<a class="cite" href="{escape(address)}">{escape(code)}</a>{where}')
        html = f"({'; '.join(citations)})"
        return self.place(traces.cited(html, inside) if self.traced else html)

    def put_note_call(self, place: int, label: str = "") -> str:
        """The call of a footnote by its place (from 0) in its section; a note called again keeps its number."""
        number = self._first_note + place + 1
        self._calls[number] += 1
        lines = self._note_lines[place] if place < len(self._note_lines) else ""
        return self.place(note_mark(number, self._calls[number], self._trace(label=label, src=lines)))

    def open_table(self, tokens: Sequence[Token]) -> str:
        """The box of a typed table, sized for the printed page. `tokens` are those of the table."""
        rows: list[list[str]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._plain_text(token))
        fit = fit_table(rows)
        if not fit.fits:
            head = ", ".join(cell for cell in rows[0][:3] if cell)
            message = _(
                "The table “{head} …” has too many columns ({number}). It is too wide even for a landscape page, so "
                "words are broken in print. Split it into two tables, or shorten its text."
            )
            self.problem(format_lazy(message, head=head, number=len(rows[0])), "warning")
        return self.place(f'<div class="typed-table {fit.css}" tabindex="0">'.replace(' "', '"'))

    def close_table(self) -> str:
        return self.place("</div>")

    def _plain_text(self, token: Token) -> str:
        facts = self.registry.facts
        return "".join(
            facts[child.content].text if child.type == "fact" and child.content in facts else child.content
            for child in token.children or []
        )

    def refuse_picture(self, name: str) -> str:
        message = _(
            "The picture “{name}” is left out: a report can show only charts made from its data. Use a [[chart …]] "
            "from the palette."
        )
        return self.wrong(format_lazy(message, name=name))

    def check_link(self, address: str) -> str:
        """The address of a link of the text, blank if it leads nowhere. `#key` leads to a section of the report."""
        if address.startswith("#") and self.anchors and address[1:] not in self.anchors:
            if close := _closest(address[1:], self.anchors):
                message = _("The link {address} does not lead to a section. Did you mean “{close}”?")
                self.problem(format_lazy(message, address=address, close=close))
            else:
                message = _("The link {address} does not lead to a section. Choose one from the palette.")
                self.problem(format_lazy(message, address=address))
            return ""
        if not address.startswith(("#", "http://", "https://", "mailto:")):
            message = _("The link “{address}” is not complete. Begin it with https://")
            self.problem(format_lazy(message, address=address))
            return ""
        return address

    def _take_footnotes(self, tokens: Sequence[Token], environment: dict[str, Any]) -> list[Token]:
        """Number the footnotes through the whole document and keep their texts; returns what is left of the body."""
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


def note_mark(number: int, call: int = 1, trace: str = "") -> str:
    """Where footnote `number` is called for the `call`th time; the renderer of each medium puts the note there."""
    return f'<sup class="note-call" data-note="{number}" data-call="{call}"{trace}></sup>'


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


def _closest(name: str, known: Iterable[str]) -> str:
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.6)), "")


def _lay_headings(tokens: Sequence[Token], level: int) -> None:
    """Headings of the text follow on from their section's without leaving a level out, whatever signs were typed."""
    typed = sorted({token.tag for token in tokens if token.type == "heading_open"})
    becomes = {tag: f"h{min(6, level + 1 + place)}" for place, tag in enumerate(typed)}
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = becomes[token.tag]
