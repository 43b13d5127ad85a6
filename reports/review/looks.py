"""What a paragraph of a returned file is by its styles and lists: a heading, an entry of a list, or text."""

import re

from lxml import etree

from reports.review.snapshot import LABEL, TEXT, Look
from reports.word.opening import Package, W
from reports.word.source_styles import Numbering, Styles, number, val

# The names of Word's own styles are the same in all its languages; LibreOffice and templates put words before them.
_HEADING = re.compile(r"(?:.* )?heading ([1-9])", re.IGNORECASE)
_LISTED = re.compile(r"list (bullet|number)(?: ([2-9]))?", re.IGNORECASE)
LOWEST = 9  # level of a heading; Word's tenth is text


class Looks:
    """The styles and lists of one file."""

    def __init__(self, package: Package) -> None:
        self._numbering = Numbering.of(package, Styles())
        root = package.related("styles")
        rows = {row.get(W + "styleId", ""): row for row in root.iterfind(W + "style")} if root is not None else {}
        self._named = {key: (val(row.find(W + "name")) or key, self._of_style(row, rows)) for key, row in rows.items()}

    def of(self, properties: etree._Element | None) -> tuple[str, Look]:
        """The name of the paragraph's style, "" where it has none of its own, and its look."""
        if properties is None:
            return "", TEXT
        name, look = self._named.get(val(properties.find(W + "pStyle")), ("", TEXT))
        numbered = properties.find(W + "numPr")
        if numbered is not None and look.kind != "heading":
            look = self._of_list(numbered, look)
        return name, look

    def is_label(self, properties: etree._Element | None) -> bool:
        """Whether characters are the label that the program writes before a heading."""
        style = val(properties.find(W + "rStyle")) if properties is not None else ""
        return bool(style) and self._named.get(style, ("", TEXT))[0].casefold() == LABEL.casefold()

    def _of_style(self, row: etree._Element, rows: dict[str, etree._Element]) -> Look:
        """The look of the style, or of the nearest of those that it is based on which has one."""
        seen: set[str] = set()
        style: etree._Element | None = row
        while style is not None and (key := style.get(W + "styleId", "")) not in seen:
            seen.add(key)
            properties, name = style.find(W + "pPr"), val(style.find(W + "name"))
            if heading := _HEADING.match(name):
                return Look("heading", int(heading[1]))
            outline = number(val(properties.find(W + "outlineLvl")), LOWEST) if properties is not None else LOWEST
            if 0 <= outline < LOWEST:
                return Look("heading", outline + 1)
            look = TEXT
            if listed := _LISTED.match(name):
                look = Look("bullet" if listed[1].lower() == "bullet" else "number", int(listed[2] or 1) - 1)
            numbered = properties.find(W + "numPr") if properties is not None else None
            if numbered is not None and (found := self._of_list(numbered, look)).is_listed:
                look = found
            if look.is_listed:
                return look
            style = rows.get(val(style.find(W + "basedOn")))
        return TEXT

    def _of_list(self, numbered: etree._Element, look: Look) -> Look:
        """That of the list in which a paragraph is; `look` where the document does not define the list."""
        key, level = val(numbered.find(W + "numId")), number(val(numbered.find(W + "ilvl")))
        form = self._numbering.format(key, level)
        if key == "0" or form == "none":
            return TEXT
        if not form:
            return Look(look.kind if look.is_listed else "bullet", level)
        return Look("bullet" if form == "bullet" else "number", level)
