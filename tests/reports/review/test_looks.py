"""What a paragraph is by its style, the styles that this is based on, and its list."""

import pytest

from reports.review.reading import read
from reports.review.snapshot import TEXT, Look
from tests.reports.review.returned import p, r
from tests.reports.word.packages import docx

FORMS = ("bullet", "decimal", "none", "lowerLetter")
NUMBERING = "".join(
    f'<w:abstractNum w:abstractNumId="{n}">'
    + "".join(f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{form}"/></w:lvl>' for level in range(3))
    + f'</w:abstractNum><w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>'
    for n, form in enumerate(FORMS, 1)
)


def style(name: str, properties: str = "", based: str = "", key: str = "S") -> str:
    below = f'<w:basedOn w:val="{based}"/>' if based else ""
    return f'<w:style w:styleId="{key}"><w:name w:val="{name}"/>{below}<w:pPr>{properties}</w:pPr></w:style>'


def numbered(key: int | str, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>'


def outline(level: int) -> str:
    return f'<w:outlineLvl w:val="{level}"/>'


@pytest.mark.parametrize(
    ("styles", "own", "look"),
    [
        (style("Normal"), "", TEXT),
        (style("List Bullet"), "", Look("bullet", 0)),
        (style("list bullet 3"), "", Look("bullet", 2)),
        (style("List Number"), "", Look("number", 0)),
        (style("List Number 2"), "", Look("number", 1)),
        (style("List Number"), numbered(1, 2), Look("bullet", 2)),  # the list decides
        (style("List Number"), numbered("77", 1), Look("number", 1)),  # which is not there
        (style("Mine"), numbered("77", 1), Look("bullet", 1)),
        (style("Mine"), numbered(2, 1), Look("number", 1)),
        (style("Mine"), numbered(4), Look("number", 0)),
        (style("Mine"), numbered(3), TEXT),  # a list without signs
        (style("List Bullet"), numbered(0), TEXT),
        (style("Mine", numbered(2, 1)), "", Look("number", 1)),
        (style("List Bullet", numbered(0)), "", Look("bullet", 0)),  # its name says more than its list
        (style("Mine", numbered(2), "B") + style("List Bullet", key="B"), "", Look("number", 0)),
        (style("Mine", "", "B") + style("Other", outline(0), key="B"), "", Look("heading", 1)),
        (style("Mine", outline(8)), "", Look("heading", 9)),
        (style("Mine", outline(9)), "", TEXT),
        (style("Mine", outline(-1)), "", TEXT),
        (style("Text Heading 2", outline(4), "B") + style("heading 3", key="B"), numbered(1), Look("heading", 2)),
        (style("Mine", "", "B") + style("Other", "", "S", key="B"), "", TEXT),  # each is based on the other
    ],
)  # fmt: skip
def test_looks(styles: str, own: str, look: Look) -> None:
    content = docx(p(r("x"), f'<w:pStyle w:val="S"/>{own}'), styles=styles, numbering=NUMBERING)
    (one,) = read(content).paragraphs
    assert (one.look, one.was_look, one.formatted) == (look, look, None)
