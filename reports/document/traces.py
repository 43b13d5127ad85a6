"""What each part of the HTML was made of, for files that come back: a reviewer's change has to find its Markdown.

    data-src="3:5"                  on paragraphs, list entries, headings, cells and calls of notes: the lines of the
                                    section's Markdown, counted from 0, the second one exclusive
    data-fact="interviews.people"   on a fact
    data-cite="Aze 30, p. 31"       around a citation: what stands in its brackets
    data-block="chart survey 3.1"   on a figure or table, or on the box around another block: its call
    data-label="a"                  on the call of a note: its label in the Markdown

They are in the document's data and not in what readers get: `untraced` takes them out.
"""

import re
from collections.abc import Sequence
from html import escape

from markdown_it.token import Token

LINES = "data-src"
TRACE = re.compile(r' data-(?:src|fact|block|label)="[^"]*"')
BUT_PLACES = re.compile(r' data-(?:fact|label)="[^"]*"')
CITED = re.compile(r'<span data-cite="[^"]*">(.*?)</span>', re.S)
BOX = re.compile(r"</?traced-block\b[^>]*>")
WITH_LINES = {"paragraph_open", "heading_open", "fence", "code_block"}


def untraced(html: str, *, with_places: bool = False) -> str:
    """The HTML as if it had never been traced; `with_places` keeps lines and calls of blocks for who lays it out."""
    return (BUT_PLACES if with_places else TRACE).sub("", BOX.sub("", CITED.sub(r"\1", html)))


def traced_lines(attributes: str) -> str:
    """Of the attributes of an element the one with its lines, with a blank before it; "" where it has none."""
    found = re.search(rf' {LINES}="[^"]*"', attributes)
    return found[0] if found else ""


def attributes(**what: str) -> str:
    """` data-fact="…"`, for each that is not blank."""
    return "".join(f' data-{name}="{escape(value)}"' for name, value in what.items() if value)


def span(lines: Sequence[int] | None) -> str:
    """The value of `data-src`, blank where there are no lines."""
    return f"{lines[0]}:{lines[1]}" if lines else ""


def boxed(html: str, trace: str) -> str:
    """A block of several elements, in a box that is gone in what readers get."""
    return f"<traced-block{trace}>{html}</traced-block>"


def cited(html: str, inside: str) -> str:
    return f'<span data-cite="{escape(inside)}">{html}</span>'


def mark_lines(tokens: Sequence[Token]) -> list[str]:
    """Give each paragraph, heading, list entry and cell its lines; returns those of each note, in the order of notes.

    The paragraphs of a tight list are hidden, so that their entries get the lines.
    """
    notes: list[str] = []
    note: list[int] = []
    entry = cell = None
    for token in tokens:
        if token.type in WITH_LINES and token.map and not token.hidden:
            token.attrSet(LINES, span(token.map))
        elif token.type == "paragraph_open" and token.map and entry is not None:
            entry.attrSet(LINES, span(token.map))
            entry = None
        elif token.type == "list_item_open":
            entry = token
        elif token.type in ("th_open", "td_open"):
            cell = token
        elif token.type == "footnote_open":
            note = []
        elif token.type == "footnote_close":
            notes.append(span([min(note), max(note)] if note else None))
        elif token.type == "inline" and token.map:
            note += token.map
            if cell is not None:
                cell.attrSet(LINES, span(token.map))
                cell = None
    return notes
