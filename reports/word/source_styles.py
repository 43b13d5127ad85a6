"""Styles and numbering of a Word document as its reader needs them: what is a heading, a list, a quotation, bold.

Built-in styles have one name in every language version of Word ("heading 1", "List Bullet"), although the id and the
name that the person sees are translated; the name is what is compared here.
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from reports.word.opening import Package, W

HEADING = re.compile(r"heading ([1-9])$")
BUILT_IN_LIST = re.compile(r"list (bullet|number)(?: ([2-5]))?$")
QUOTES = frozenset({"quote", "intense quote", "quotations", "block text", "block quotation"})
CONTENTS = re.compile(r"(toc|contents|index|figure index|table index) ?(\d|heading)|table of figures|toa heading")
ON = frozenset({"1", "true", "on", ""})
DEPTH = 20  # of styles that are based on each other; Word allows ten
LETTERED = frozenset({"lowerLetter", "upperLetter", "lowerRoman", "upperRoman"})


def val(node: etree._Element | None, name: str = "val", default: str = "") -> str:
    return default if node is None else str(node.get(W + name, default))


def number(text: str, default: int = 0) -> int:
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else default


def switch(properties: etree._Element | None, name: str) -> bool | None:
    """Whether a property such as w:b is on; None where it is not given."""
    node = properties.find(W + name) if properties is not None else None
    return None if node is None else val(node, default="1").lower() in ON


@dataclass(frozen=True)
class Style:
    name: str
    based_on: str
    paragraph: etree._Element | None  # w:pPr
    run: etree._Element | None  # w:rPr


@dataclass
class Styles:
    by_id: dict[str, Style] = field(default_factory=dict)
    default: str = ""

    @classmethod
    def of(cls, package: Package) -> "Styles":
        root = package.related("styles")
        styles = cls()
        for node in root.iter(W + "style") if root is not None else ():
            key = node.get(W + "styleId", "")
            name = " ".join(val(node.find(W + "name")).lower().split())
            styles.by_id[key] = Style(name, val(node.find(W + "basedOn")), node.find(W + "pPr"), node.find(W + "rPr"))
            if node.get(W + "type") == "paragraph" and node.get(W + "default", "").lower() in ("1", "true", "on"):
                styles.default = key
        return styles

    def chain(self, key: str) -> list[Style]:
        """The style and those that it is based on."""
        found: list[Style] = []
        while (style := self.by_id.get(key)) is not None and style not in found and len(found) < DEPTH:
            found.append(style)
            key = style.based_on
        return found

    def name(self, key: str) -> str:
        return self.by_id[key].name if key in self.by_id else ""

    def names(self, key: str) -> list[str]:
        return [style.name for style in self.chain(key)]

    def heading(self, key: str, properties: etree._Element | None) -> int:
        """The level (from 1) of a paragraph that is a heading, or 0."""
        nodes = [properties, *(style.paragraph for style in self.chain(key))]
        for node in nodes:
            if node is not None and (level := node.find(W + "outlineLvl")) is not None:
                found = number(val(level), 9)
                return found + 1 if 0 <= found < 9 else 0
        for name in self.names(key):
            if found_name := HEADING.match(name):
                return int(found_name[1])
        return 0

    def switch(self, key: str, name: str) -> bool:
        """Whether a character style turns a property on."""
        return next((found for style in self.chain(key) if (found := switch(style.run, name)) is not None), False)

    def numbering(self, key: str) -> tuple[str, int] | None:
        """(numId, level) of a paragraph style."""
        number_id, level = "", -1
        for style in self.chain(key):
            node = style.paragraph.find(W + "numPr") if style.paragraph is not None else None
            if node is not None:
                number_id = number_id or val(node.find(W + "numId"))
                level = level if level >= 0 else number(val(node.find(W + "ilvl")), -1)
        return (number_id, max(0, level)) if number_id else None


@dataclass
class Numbering:
    """The lists of a document, and how far each has been counted."""

    lists: dict[str, str] = field(default_factory=dict)  # numId -> abstractNumId
    levels: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)  # (numId, level) -> (format, start)
    restarts: set[tuple[str, int]] = field(default_factory=set)
    counted: dict[tuple[str, int], int] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, package: Package, styles: Styles) -> "Numbering":
        root = package.related("numbering")
        numbering = cls()
        if root is None:
            return numbering
        abstracts = {val(node, "abstractNumId"): node for node in root.findall(W + "abstractNum")}
        by_style = {val(node.find(W + "styleLink")): node for node in abstracts.values()}
        for node in root.findall(W + "num"):
            key, abstract = val(node, "numId"), val(node.find(W + "abstractNumId"))
            numbering.lists[key] = abstract
            described: etree._Element | None = abstracts.get(abstract)
            if described is not None and (link := val(described.find(W + "numStyleLink"))):
                described = by_style.get(link, described)
            for level in described.findall(W + "lvl") if described is not None else ():
                numbering._take(key, number(val(level, "ilvl")), level)
            for over in node.findall(W + "lvlOverride"):
                place = number(val(over, "ilvl"))
                if (own := over.find(W + "lvl")) is not None:
                    numbering._take(key, place, own)
                if (start := over.find(W + "startOverride")) is not None:
                    form, _start = numbering.levels.get((key, place), ("decimal", 1))
                    numbering.levels[key, place] = (form, number(val(start), 1))
                    numbering.restarts.add((key, place))
        return numbering

    def _take(self, key: str, place: int, level: etree._Element) -> None:
        form = val(level.find(W + "numFmt"), default="decimal")
        self.levels[key, place] = (form, number(val(level.find(W + "start")), 1))

    def format(self, key: str, level: int) -> str:
        """ "bullet", "none", "decimal", ...; "" for a list that the document does not have."""
        if key not in self.lists:
            return ""
        return self.levels.get((key, level), self.levels.get((key, 0), ("decimal", 1)))[0]

    def count(self, key: str, level: int) -> int:
        """The number of the next entry of this list on this level."""
        counter = self.lists.get(key, key)
        if key not in self.begun:
            self.begun.add(key)
            for of, place in self.restarts:
                if of == key:
                    self.counted.pop((counter, place), None)
        start = max(1, self.levels.get((key, level), ("", 1))[1])
        now = self.counted.get((counter, level), start - 1) + 1
        self.counted[counter, level] = now
        for deeper in range(level + 1, 10):
            self.counted.pop((counter, deeper), None)
        return now
