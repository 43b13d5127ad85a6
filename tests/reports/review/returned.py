"""Files as reviewers return them, written by hand from a snapshot: each paragraph can be replaced by other XML."""

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

from reports.review.snapshot import NOTE, Paragraph, Snapshot
from tests.reports.word.packages import docx

BY = 'w:id="1" w:author="A. Reviewer" w:date="2026-11-30T10:00:00Z"'
OTHER = 'w:id="2" w:author="B. Other" w:date="2026-11-30T11:00:00Z"'


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def r(text: str, tag: str = "t") -> str:
    """Runs that say `text`; the call of a note is a reference."""
    found = ""
    for is_note, part in groupby(text, key=lambda sign: sign == NOTE):
        words = "".join(part)
        if is_note:
            found += '<w:r><w:footnoteReference w:id="2"/></w:r>' * len(words)
        else:
            found += f'<w:r><w:{tag} xml:space="preserve">{escaped(words)}</w:{tag}></w:r>'
    return found


def ins(text: str, by: str = BY) -> str:
    return f"<w:ins {by}>{r(text)}</w:ins>"


def dele(text: str, by: str = BY) -> str:
    return f"<w:del {by}>{r(text, 'delText')}</w:del>"


def mark(tag: str, by: str = BY) -> str:
    return f"<w:rPr><w:{tag} {by}/></w:rPr>"


def p(inside: str, properties: str = "", name: str = "") -> str:
    bookmark = f'<w:bookmarkStart w:id="9" w:name="{name}"/>' if name else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{bookmark}{inside}</w:p>"


def tracked(text: str, *changes: tuple[str, str], by: str = BY) -> str:
    """Runs of `text` with (old, new) tracked, each old once in it; an old "" is at the end."""
    found = ""
    for old, new in changes:
        before, _, text = text.partition(old) if old else (text, "", "")
        found += r(before) + (dele(old, by) if old else "") + (ins(new, by) if new else "")
    return found + r(text)


Edited = Mapping[str, str | Callable[[Paragraph], str]]


def find(snapshot: Snapshot, text: str, kind: str = "") -> Paragraph:
    """The paragraph that says or begins with `text`."""
    fits = [one for one in snapshot.paragraphs if one.text.startswith(text) and kind in ("", one.kind)]
    return next((one for one in fits if one.text == text), fits[0])


def file_of(
    snapshot: Snapshot,
    edited: Mapping[str, str] | None = None,
    *,
    rows: Mapping[int, str] | None = None,
    order: Callable[[list[Paragraph]], Iterable[Paragraph]] = list,
    bookmarks: bool = True,
    **parts: str,
) -> bytes:
    """The .docx of a snapshot. `edited`: id -> XML in place of its paragraph; `rows`: line -> XML in place of a row."""
    edited, rows = edited or {}, rows or {}

    def one(paragraph: Paragraph) -> str:
        name = paragraph.id if bookmarks else ""
        return edited.get(paragraph.id, p(r(paragraph.text), name=name))

    body, notes = "", ""
    paragraphs = order([each for each in snapshot.paragraphs if each.kind != "note"])
    for is_cell, group in groupby(paragraphs, key=lambda each: (each.kind == "cell", each.section)):
        if not is_cell[0]:
            body += "".join(map(one, group))
            continue
        inside = ""
        for line, cells in groupby(group, key=lambda each: each.first):
            row = "".join(f"<w:tc>{one(cell)}</w:tc>" for cell in cells)
            inside += rows.get(line, f"<w:tr>{row}</w:tr>")
        body += f"<w:tbl>{inside}</w:tbl>"
    for number, paragraph in enumerate((each for each in snapshot.paragraphs if each.kind == "note"), 2):
        notes += f'<w:footnote w:id="{number}">{one(paragraph)}</w:footnote>'
    return docx(body, footnotes=notes, **parts)
