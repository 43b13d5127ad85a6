"""What a page in one language shows in another, read as a browser reads it."""

import re
from html.parser import HTMLParser
from typing import Any

WITHOUT_END = frozenset(["br", "hr", "img", "input", "link", "meta", "wbr"])
WITHOUT_TAGS = frozenset(["option", "title", "textarea"])
UNREAD = frozenset(["script", "style", "template", "title", "svg"])


class Page(HTMLParser):
    """`languages`: the texts of the page by the language of the element that they are in, in their order.

    `tags_in_attributes`: values of attributes, and texts of options, titles and text areas, that have tags."""

    def __init__(self, html: str):
        super().__init__()
        self.open: list[tuple[str, str, str]] = []  # tag, language, direction
        self.languages: dict[str, list[str]] = {}
        self.directions: dict[str, set[str]] = {}
        self.tags_in_attributes: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags_in_attributes += [value for value in given.values() if re.search(r"<\w", value)]
        if self.open and self.open[-1][0] in WITHOUT_TAGS:
            self.tags_in_attributes.append(self.get_starttag_text() or tag)
        if tag not in WITHOUT_END:
            _, language, direction = self.open[-1] if self.open else ("", "", "")
            self.open.append((tag, given.get("lang", language), given.get("dir", direction)))

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] in WITHOUT_TAGS and re.search(r"<\w", data):
            self.tags_in_attributes.append(data)
        if self.open and data.strip() and not any(tag in UNREAD for tag, _, _ in self.open):
            _, language, direction = self.open[-1]
            self.languages.setdefault(language, []).append(" ".join(data.split()))
            self.directions.setdefault(language, set()).add(direction)


def read(response: Any) -> Page:
    return Page(response.content.decode())
