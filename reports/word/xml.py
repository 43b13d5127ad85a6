"""WordprocessingML as lxml elements: short names, and children in the order of the schema.

Word "repairs" a file whose properties are in another order than that of the schema, ECMA-376 part 1, 17.3 to 17.6.
"""

import re
from typing import Any

from docx.oxml.ns import qn
from lxml import etree

Element = Any  # lxml's elements, which python-docx gives classes of its own

# What XML cannot hold, and the signs that stand for calls of notes and for pictures in what is read back.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufff9\ufffc\ufffe\uffff\ud800-\udfff]")


def listed(names: str) -> tuple[str, ...]:
    """The names in a line, one after the other."""
    return tuple(names.split())


ORDER = {
    "pPr": listed(
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
        "suppressAutoHyphens bidi spacing ind contextualSpacing jc outlineLvl rPr sectPr"
    ),
    "rPr": listed(
        "rStyle rFonts b bCs i iCs caps smallCaps strike noProof vanish webHidden color spacing position sz szCs "
        "highlight u bdr shd vertAlign rtl cs lang"
    ),
    "tblPr": listed("tblStyle bidiVisual tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption"),
    "tcPr": listed("tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign"),
    "trPr": listed("cantSplit trHeight tblHeader"),
}


def clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return NOT_IN_XML.sub("", text)


def el(name: str, parent: Element = None, text: str | None = None, /, **attributes: object) -> Element:
    """A `w:` element; attributes are `w:` too, `True` is "1". With `parent` it is appended there."""
    made = etree.Element(qn(f"w:{name}")) if parent is None else etree.SubElement(parent, qn(f"w:{name}"))
    for key, value in attributes.items():
        made.set(qn(f"w:{key.rstrip('_')}"), "1" if value is True else str(value))
    if text is not None:
        made.text = text
    return made


def properties(kind: str, parent: Element = None, /, **values: Any) -> Element:
    """A `pPr`, `rPr`, … with its children in order; None where nothing is set.

    A value is True (a switch), False or None (left out), a text or number (`w:val`), a dict (attributes), an element or
    a list of elements (children of that name's element).
    """
    found: list[Element] = []
    for name in sorted((name for name, value in values.items() if value not in (None, False)), key=ORDER[kind].index):
        value = values[name]
        if value is True:
            found.append(el(name))
        elif isinstance(value, dict):
            found.append(el(name, **value))
        elif isinstance(value, list):
            box = el(name)
            box.extend(value)
            found.append(box)
        elif isinstance(value, (str, int)):
            found.append(el(name, val=value))
        else:
            found.append(value)
    if not found:
        return None
    made = el(kind) if parent is None else el(kind, parent)
    made.extend(found)
    return made


def space_kept(element: Element, text: str) -> None:
    """The text of a `w:t`, whose blanks at the ends count."""
    element.text = text
    if text != text.strip() or "  " in text:
        element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def twips(points: float) -> int:
    """Points as twentieths, in which Word measures."""
    return round(points * 20)
