"""The Word file in which the changes since an earlier document are tracked: accepted or rejected, it is one of them."""

import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from lxml import etree

from analysis.charts import figure
from analysis.charts.figure import export
from reports.document.builder import ReportData
from reports.review.reading import read
from reports.word.accepting import accept, reject
from reports.word.document import make_docx
from reports.word.tracked import Tracked, make_tracked_docx
from tests.reports.word.test_document import CHART, document
from tests.reports.word.validity import faults

BY = Tracked("An office", "2016-06-01T10:00:00Z", "The changes are tracked.", "This picture is another one.")
OLD = (
    """We met {{ interviews.people }} people **in**
the [country](https://example.org/a?b=1) [@Aze 30, p. 31].[^a] Again[^a]. Gone.[^b]

- one
- two

  1. three

| a | b |
|---|--:|
| 1 | {{ interviews.people }} |
| gone | x |

> said

### A heading

[[chart roles | Roles]]

[[indicators 1]]

[^a]: The note was here.
[^b]: A note that goes.
""",
    "A chapter that stays.",
    "A chapter that goes.\n\n[[chart roles | Gone]]\n",
)
NEW = (
    """We met {{ interviews.people }} persons in
the [land](https://example.org/a?b=2) [@Aze 30, p. 32].[^a] Again[^a]. And new.[^c]

- one
- one and a half
- two

  1. three

| a | b |
|---|--:|
| 1 | {{ interviews.people }} |
| come | y |
| 2 | z |

> said

A heading

[[chart roles | Roles anew]]

[[indicators 1]]

[^a]: The note is here.
[^c]: Another.
""",
    "A chapter that stays, longer.\n\nA whole new paragraph.",
)


def tracked(old: ReportData, new: ReportData) -> bytes:
    return make_tracked_docx(new, old, BY, identifier="AZE-2016-2")


def settled(content: bytes, how: Callable[[etree._Element], None]) -> bytes:
    """The file with its tracked changes accepted or rejected."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as file, zipfile.ZipFile(made, "w") as out:
        for name in file.namelist():
            part = file.read(name)
            if name in ("word/document.xml", "word/footnotes.xml"):
                root = etree.fromstring(part)
                how(root)
                part = etree.tostring(root)
            out.writestr(name, part)
    return made.getvalue()


def said(content: bytes) -> list[tuple[bool, Any, str, str]]:
    """Each paragraph that says something: in a note, in which row and column, its style and words; without what Word
    makes anew."""
    found = []
    for one in read(content).paragraphs:
        if one.old and not one.made:
            cell = (one.cell.row, one.cell.column) if one.cell else None
            found.append((bool(one.note), cell, one.style, one.old))
    return found


def plain(data: ReportData) -> list[tuple[bool, Any, str, str]]:
    return said(make_docx(data, identifier="x", tracked=True)[0])


def runs(content: bytes, kind: str) -> list[str]:
    """The words of each tracked insertion ("ins") or deletion ("del") in the text."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        root = etree.fromstring(file.read("word/document.xml"))
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    words = ["".join(t.text or "" for t in one.iter(f"{w}t", f"{w}delText")) for one in root.iter(f"{w}{kind}")]
    return [text for text in words if text]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_accepted_it_is_the_later_document_and_rejected_the_earlier_one(language: str) -> None:
    old, new = document(*OLD, language=language), document(*NEW, language=language, edition="Edition 2 (final)")
    content = tracked(old, new)
    assert faults(content) == []
    assert said(settled(content, accept)) == plain(new)
    assert said(settled(content, reject)) == plain(old)


def test_words_are_tracked_within_a_paragraph_by_the_organisation_and_the_day() -> None:
    content = tracked(document("We met 36 people there."), document("We met 37 people there."))
    assert (runs(content, "del"), runs(content, "ins")) == (["36"], ["37"])
    [one] = [one for one in read(content).paragraphs if one.old.startswith("We met")]
    marks = {piece.inserted or piece.deleted for piece in one.pieces} - {None}
    assert [(mark.author, mark.at.isoformat()) for mark in marks if mark and mark.at] == [
        ("An office", "2016-06-01T10:00:00")
    ]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_is_tracked_where_nothing_changed(language: str) -> None:
    data = document(*OLD, "التقينا {{ interviews.people }} شخصًا في IOM.", language=language)
    content = tracked(data, data)
    with zipfile.ZipFile(BytesIO(content)) as file:
        xml = file.read("word/document.xml") + file.read("word/footnotes.xml")
    assert [name for name in (b"<w:ins ", b"<w:del ", b"rPrChange", b"pPrChange") if name in xml] == []
    assert said(content) == plain(data)


def test_another_look_of_the_same_words_is_tracked_as_such() -> None:
    content = tracked(document("Some **bold** words."), document("Some bold words."))
    assert (runs(content, "del"), runs(content, "ins")) == ([], [])
    with zipfile.ZipFile(BytesIO(content)) as file:
        xml = file.read("word/document.xml").decode()
    assert xml.count("<w:rPrChange") == 1
    assert "<w:b/>" in xml.partition("<w:rPrChange")[2].partition("</w:rPrChange>")[0]


def test_a_picture_that_differs_is_said_in_a_comment_and_not_tracked() -> None:
    old, new = document("[[chart roles | Roles]]\n"), document("[[chart roles | Roles]]\n")
    series = replace(CHART.series[0], values=(5, 1))
    changed = {anchor: replace(chart, series=(series,)) for anchor, chart in new.charts.items()}
    found = read(tracked(old, replace(new, charts=changed)))
    assert [comment.text for comment in found.comments] == ["The changes are tracked.", "This picture is another one."]
    assert all(comment.first for comment in found.comments)
    assert len(read(tracked(old, new)).comments) == 1


PIECES = (
    "The shelter is open all year.",
    "There are {{ interviews.people }} places in it [@Aze 30, p. 31].",
    "A sentence with *stress* and a [link](https://example.org/).[^{n}]",
    "- first\n- second point\n- third one",
    "1. counted\n2. counted again",
    "> quoted words",
    "### Heading of it",
    "| a | b |\n|---|---|\n| one | two |\n| three | four |",
    "| a | b | c |\n|---|---|---|\n| one | two | five |",
    "[[chart roles | Roles]]",
    "[[indicators 1]]",
)


def _random(source: random.Random, pieces: Sequence[str]) -> str:
    """A text of some pieces, in any order, with words changed in some of them."""
    chosen = [source.choice(pieces) for _ in range(source.randrange(1, 9))]
    notes = []
    for number, piece in enumerate(chosen):
        if source.random() < 0.3 and "[[" not in piece and "|" not in piece:
            piece = piece.replace(" ", " very ", 1) if source.random() < 0.5 else piece.replace("s", "z")
        chosen[number] = piece.replace("{n}", f"n{number}")
        notes += [f"[^n{number}]: Note {source.randrange(3)}."] if "[^" in piece else []
    return "\n\n".join([*chosen, *notes]) + "\n"


@pytest.mark.parametrize("seed", range(8))
def test_any_two_documents(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = export(CHART, "png")
    monkeypatch.setattr(figure, "export", lambda *arguments: picture)
    source = random.Random(seed)  # noqa: S311
    old, new = (document(*(_random(source, PIECES) for _ in range(source.randrange(1, 4)))) for _ in range(2))
    content = tracked(old, new)
    assert faults(content) == []
    assert said(settled(content, accept)) == plain(new)
    assert said(settled(content, reject)) == plain(old)
