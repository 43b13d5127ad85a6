"""Tracked changes of a Word file accepted or rejected, all or those of one author, as Word does it."""

from collections.abc import Callable

from lxml import etree

from reports.word.opening import W

INSERTED, DELETED = (W + "ins", W + "moveTo"), (W + "del", W + "moveFrom")
MARKS = (W + "rPr", W + "trPr", W + "tcPr")  # in these the elements of a change mark a paragraph, a row or a cell
DELETED_WORDS = {W + "delText": W + "t", W + "delInstrText": W + "instrText"}
LOOKS = {W + "rPrChange": W + "rPr", W + "pPrChange": W + "pPr"}
STAY = (W + "rPr", W + "sectPr", W + "pPrChange")  # of the properties of a paragraph, when an earlier style comes back
Mine = Callable[[etree._Element], bool]


def accept(root: etree._Element, mine: Mine = lambda change: True) -> None:
    """Settle the changes for which `mine` is true, in the tree of a document or of its footnotes."""
    _settle(root, mine, INSERTED, DELETED)
    for change in [*root.iter(*LOOKS)]:
        if mine(change):
            _drop(change)


def reject(root: etree._Element, mine: Mine = lambda change: True) -> None:
    """As `accept`, the other way round."""
    _settle(root, mine, DELETED, INSERTED)
    for change in [*root.iter(*LOOKS)]:
        if mine(change):
            _restore(change)


def _settle(root: etree._Element, mine: Mine, kept: tuple[str, str], gone: tuple[str, str]) -> None:
    _rows(root, mine, kept[0], gone[0])
    for change in [*root.iter(*gone)]:
        if mine(change) and _parent(change).tag not in MARKS:
            _drop(change)
    for change in [*root.iter(*kept)]:
        if mine(change) and _parent(change).tag not in MARKS:
            _unwrap(change)
    for paragraph in [*root.iter(W + "p")]:
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        if mark is None:
            continue
        for change in [child for child in mark if child.tag in kept and mine(child)]:
            mark.remove(change)
        lost = [child for child in mark if child.tag in gone and mine(child)]
        for change in lost:
            mark.remove(change)
        if lost:
            _join(paragraph)


def _rows(root: etree._Element, mine: Mine, kept: str, gone: str) -> None:
    for row in [*root.iter(W + "tr")]:
        properties = row.find(W + "trPr")
        for change in list(properties) if properties is not None else ():
            if change.tag == kept and mine(change):
                _drop(change)
            elif change.tag == gone and mine(change):
                table = _parent(row)
                table.remove(row)
                if table.find(W + "tr") is None and table.tag == W + "tbl":
                    _drop(table)
                break


def _join(paragraph: etree._Element) -> None:
    """A paragraph whose end is gone goes on in the next one, whose properties both have."""
    following = paragraph.getnext()
    while following is not None and following.tag in (W + "bookmarkStart", W + "bookmarkEnd"):
        following = following.getnext()
    content = [child for child in paragraph if child.tag != W + "pPr"]
    if following is not None and following.tag == W + "p":
        place = 1 if following.find(W + "pPr") is not None else 0
        for number, child in enumerate(content):
            following.insert(place + number, child)
        _drop(paragraph)
    elif not any(element.tag in (W + "t", W + "drawing", W + "footnoteReference") for element in paragraph.iter()):
        _drop(paragraph)


def _unwrap(change: etree._Element) -> None:
    parent, place = _parent(change), _parent(change).index(change)
    for element in change.iter(*DELETED_WORDS):
        element.tag = DELETED_WORDS[element.tag]
    for number, child in enumerate(list(change)):
        parent.insert(place + number, child)
    parent.remove(change)


def _restore(change: etree._Element) -> None:
    """The look or style that was there before."""
    properties, before = _parent(change), change.find(LOOKS[change.tag])
    properties.remove(change)
    stay = STAY if change.tag == W + "pPrChange" else ()
    for child in [child for child in properties if child.tag not in stay]:
        properties.remove(child)
    for number, child in enumerate(list(before) if before is not None else ()):
        properties.insert(number, child)


def _parent(element: etree._Element) -> etree._Element:
    found = element.getparent()
    if found is None:
        raise ValueError("A change stands in a paragraph, a row or a cell.")
    return found


def _drop(element: etree._Element) -> None:
    """Without the element. It has no text behind it, which `remove` would take away."""
    _parent(element).remove(element)
