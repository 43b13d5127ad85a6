"""The text of an HTML document as a reader sees it, and changes to it that leave the markup as it is."""

import re
from collections.abc import Callable, Collection
from html import escape, unescape

from assessments.names import BREAK

INLINE = "a|abbr|b|bdi|bdo|cite|code|em|i|mark|q|s|small|span|strong|sub|sup|u|wbr"
INLINE_TAG = re.compile(rf"</?(?:{INLINE})\b[^>]*>")
SPACE_TAG = re.compile(r"</?(?:br|del|ins|td|th|tspan)\b[^>]*>")  # old and new words are read as two
TAG = re.compile(r"<[^>]*>")
PIECE = re.compile(r"<!--.*?-->|<[^>]*>|&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);|[^<&]+|[<&]", re.S)
UNREAD = re.compile(r"<(script|style|textarea)\b")  # what is in these is no text of the page


def rough_text(html: str) -> str:
    """The words of the document, to see quickly whether there is anything to look for."""
    return unescape(TAG.sub(" ", INLINE_TAG.sub("", html)))


class HtmlText:
    """`plain` is what is read, with `BREAK` between two blocks; a name is found in it across emphasis and line breaks.

    The content of scripts, style sheets and text areas is left out: it is neither found nor changed.
    """

    def __init__(self, html: str) -> None:
        self.pieces: list[str] = PIECE.findall(html)
        self.spans: dict[int, tuple[int, int]] = {}  # number of a piece -> where its text is in `plain`
        self._edits: dict[int, list[tuple[int, int, str]]] = {}
        text: list[str] = []
        length, unread = 0, ""
        for number, piece in enumerate(self.pieces):
            if piece[0] == "<" and len(piece) > 1:
                if unread:
                    unread = "" if piece.startswith(f"</{unread}") else unread
                elif opening := UNREAD.match(piece):
                    unread = opening[1]
                shown = "" if INLINE_TAG.match(piece) else " " if SPACE_TAG.match(piece) else BREAK
            elif unread:
                continue
            else:
                shown = unescape(piece)
                self.spans[number] = (length, length + len(shown))
            text.append(shown)
            length += len(shown)
        self.plain = "".join(text)

    def places(self, numbers: Collection[int]) -> list[tuple[int, int]]:
        """Where the texts of these pieces are in `plain`."""
        return [self.spans[number] for number in sorted(numbers) if number in self.spans]

    def replace(self, start: int, end: int, words: str) -> None:
        """Put `words` in the place of `plain[start:end]`. Later places first."""
        for number, (first, last) in self.spans.items():
            if first < end and start < last:
                self._edits.setdefault(number, []).append((max(start, first) - first, min(end, last) - first, words))
                words = ""

    def change_attributes(self, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]) -> None:
        """Replace what `pattern` finds in the tags."""
        for number, piece in enumerate(self.pieces):
            if piece.startswith("<") and '="' in piece:
                self.pieces[number] = pattern.sub(change, piece)

    def __str__(self) -> str:
        pieces = list(self.pieces)
        for number, edits in self._edits.items():
            text = unescape(pieces[number])
            for first, last, words in edits:
                text = text[:first] + words + text[last:]
            pieces[number] = escape(text, quote=False)
        return "".join(pieces)
