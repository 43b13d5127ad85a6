"""The content of a paragraph sign by sign, and that of two paragraphs as one in which the changes are tracked."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Literal

from docx.oxml.ns import qn

from reports.review.snapshot import NOTE, PICTURE
from reports.review.words import edits
from reports.word.xml import Element, el, space_kept

Status = Literal["same", "inserted", "deleted"]
FIRST_OWN_SIGN = 0xE100  # private use: fields, each of which is compared as one sign
BOOKMARKS = (qn("w:bookmarkStart"), qn("w:bookmarkEnd"))
SIGNS = {qn("w:footnoteReference"): NOTE, qn("w:drawing"): PICTURE, qn("w:tab"): "\t", qn("w:br"): "\n"}


@dataclass
class Atom:
    """A letter, or something that is compared and tracked as one sign: a field, the call of a note, a picture, a tab.

    `look` is the `w:rPr` of its run, `box` the link around it. `content` is what its run holds, nothing for a letter.
    `code` is that of a field, whose result is `shown`. `before` and `after` are the bookmarks that begin and end there.
    """

    sign: str
    look: Element | None = None
    box: Element | None = None
    content: Element | None = None
    code: str = ""
    shown: str = ""
    before: list[Element] = field(default_factory=list)
    after: list[Element] = field(default_factory=list)

    @property
    def written(self) -> str:
        """What decides whether two looks are the same; none is the same as an empty one."""
        return _written(self.look)


@dataclass
class Content:
    """What a paragraph holds; `lead` are runs that are no part of its text, such as the number of a footnote."""

    atoms: list[Atom] = field(default_factory=list)
    lead: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(atom.sign for atom in self.atoms)

    @property
    def said(self) -> str:
        """Its text, with what fields show."""
        return "".join(atom.shown if atom.code else atom.sign for atom in self.atoms)


@dataclass
class Revision:
    """Who made the tracked changes of a file and when (ISO 8601), and the number of the next one."""

    by: str
    at: str
    next: int = 1
    signs: dict[str, str] = field(default_factory=dict)  # what a field shows -> the sign with which it is compared

    def mark(self, name: str) -> Element:
        """An element that says who and when: `w:ins`, `w:del`, `w:pPrChange`, `w:rPrChange`."""
        self.next += 1
        return el(name, id=self.next, author=self.by, date=self.at)

    def sign_of(self, shown: str) -> str:
        return self.signs.setdefault(shown, chr(FIRST_OWN_SIGN + len(self.signs) % 0x1000))


def content_of(paragraph: Element, revision: Revision) -> Content:
    """What a paragraph of our own files holds. Its elements are not changed, but go into what is made of it."""
    return _Reader(revision).read(paragraph)


class _Reader:
    def __init__(self, revision: Revision) -> None:
        self.revision = revision
        self.found = Content()
        self.waiting: list[Element] = []  # beginnings of bookmarks, for the next sign
        self.field: Atom | None = None  # while a field is read
        self.in_code = False

    def read(self, paragraph: Element) -> Content:
        self._children(paragraph, None)
        self.found.lead += self.waiting
        return self.found

    def _children(self, parent: Element, box: Element | None) -> None:
        for child in parent:
            if child.tag in BOOKMARKS:
                self._bookmark(child)
            elif child.tag == qn("w:r"):
                self._run(child, box)
            elif child.tag == qn("w:hyperlink"):  # one within the earlier document leads nowhere any more
                self._children(child, child if len(child.attrib) else None)
            elif child.tag == qn("w:fldSimple"):
                self._field(child, box)

    def _bookmark(self, element: Element) -> None:
        if element.tag == BOOKMARKS[0]:
            self.waiting.append(element)
        elif self.found.atoms and not self.waiting:
            self.found.atoms[-1].after.append(element)
        else:
            self.waiting.append(element)

    def _add(self, atom: Atom) -> None:
        atom.before, self.waiting = self.waiting, []
        self.found.atoms.append(atom)

    def _field(self, element: Element, box: Element | None) -> None:
        shown = "".join(text.text or "" for text in element.iter(qn("w:t")))
        run = element.find(qn("w:r"))
        look = run.find(qn("w:rPr")) if run is not None else None
        sign = self.revision.sign_of(shown)
        self._add(Atom(sign, look, box, code=element.get(qn("w:instr"), ""), shown=shown))

    def _run(self, run: Element, box: Element | None) -> None:
        look = run.find(qn("w:rPr"))
        for child in run:
            if child.tag == qn("w:fldChar"):
                self._part_of_field(child.get(qn("w:fldCharType")), box)
            elif child.tag == qn("w:instrText") and self.field:
                self.field.code += child.text or ""
            elif self.field:
                if child.tag == qn("w:t"):
                    self.field.shown += child.text or ""
                    self.field.look = look
            elif child.tag == qn("w:t"):
                for letter in child.text or "":
                    self._add(Atom(letter, look, box))
            elif child.tag in SIGNS:
                self._add(Atom(SIGNS[child.tag], look, box, content=child))
            elif child.tag == qn("w:footnoteRef"):
                self.found.lead.append(run)

    def _part_of_field(self, kind: str | None, box: Element | None) -> None:
        if kind == "begin":
            self.field = Atom("", box=box)
        elif kind == "end" and self.field:
            self.field.sign = self.revision.sign_of(self.field.shown)
            self._add(self.field)
            self.field = None


# Writing it again ----------------------------------------------------------------------------------------------------


def fill(paragraph: Element, old: Content | None, new: Content | None, revision: Revision) -> list[tuple[Atom, Atom]]:
    """Gives a paragraph, which keeps its properties, the content of both: what is only in `old` as deleted, what is
    only in `new` as inserted. One of them may be None. Returns the calls of notes that stay: (old, new)."""
    for child in list(paragraph):
        if child.tag != qn("w:pPr"):
            paragraph.remove(child)
    writer = _Writer(paragraph, revision)
    for element in (new or old or Content()).lead:
        paragraph.append(element)
    calls: list[tuple[Atom, Atom]] = []
    before, after = old.atoms if old else [], new.atoms if new else []
    at = new_at = 0
    for edit in edits(old.text if old else "", new.text if new else ""):
        calls += _same(writer, before[at : edit.start], after[new_at : edit.new_start])
        for atom in before[edit.start : edit.end]:
            writer.add(atom, "deleted")
        for atom in after[edit.new_start : edit.new_end]:
            writer.add(atom, "inserted")
        at, new_at = edit.end, edit.new_end
    calls += _same(writer, before[at:], after[new_at:])
    writer.end()
    return calls


def _same(writer: "_Writer", old: Sequence[Atom], new: Sequence[Atom]) -> list[tuple[Atom, Atom]]:
    for was, atom in zip(old, new, strict=True):
        writer.add(atom, "same", was)
    return [(was, atom) for was, atom in zip(old, new, strict=True) if atom.sign == NOTE]


@dataclass
class _Run:
    """Atoms that follow each other in one run of the file."""

    key: tuple[object, ...]
    atoms: list[Atom]
    status: Status
    relooked: bool  # they had another look before, which was `was` or none
    was: Element | None


class _Writer:
    def __init__(self, paragraph: Element, revision: Revision) -> None:
        self.paragraph, self.revision = paragraph, revision
        self.run: _Run | None = None
        self.box: tuple[int, Element] | None = None  # the link that is being written: identity of its original, copy

    def add(self, atom: Atom, status: Status, was: Atom | None = None) -> None:
        relooked = was is not None and _written(was.look) != _written(atom.look)
        before = was.look if was and relooked else None
        key = (id(atom.box), status, _written(atom.look), relooked, _written(before))
        single = atom.content is not None or bool(atom.code)
        if self.run and self.run.key == key and not single and not atom.before and not self.run.atoms[-1].after:
            self.run.atoms.append(atom)
            return
        self.end()
        self.run = _Run(key, [atom], status, relooked, before)
        if single:
            self.end()

    def end(self) -> None:
        """Write the run that was collected."""
        if self.run is None:
            return
        run, self.run = self.run, None
        first, last = run.atoms[0], run.atoms[-1]
        parent = self._parent(first.box)
        bookmarks = run.status != "deleted"
        for element in first.before if bookmarks else ():
            parent.append(element)
        into = parent
        if run.status != "same":
            into = self.revision.mark("ins" if run.status == "inserted" else "del")
            parent.append(into)
        for element in self._elements(run):
            into.append(element)
        for element in last.after if bookmarks else ():
            parent.append(element)

    def _parent(self, box: Element | None) -> Element:
        if box is None:
            self.box = None
            return self.paragraph
        if self.box is None or self.box[0] != id(box):
            made = el("hyperlink", self.paragraph)
            for name, value in box.attrib.items():
                made.set(name, value)
            self.box = (id(box), made)
        return self.box[1]

    def _elements(self, run: _Run) -> list[Element]:
        atom, deleted = run.atoms[0], run.status == "deleted"
        if atom.code and (run.status == "same" or not deleted or "NOTEREF" not in atom.code):
            return _field(atom, deleted)
        text = atom.shown if atom.code else "".join(one.sign for one in run.atoms)
        made = el("r")
        if atom.look is not None:
            made.append(deepcopy(atom.look))
        if run.relooked:
            look = made.find(qn("w:rPr"))
            if look is None:
                look = el("rPr", made)
            change = self.revision.mark("rPrChange")
            change.append(el("rPr") if run.was is None else deepcopy(run.was))
            look.append(change)
        if atom.content is not None:
            made.append(atom.content)
        else:
            space_kept(el("delText" if deleted else "t", made), text)
        return [made]


def _field(atom: Atom, deleted: bool) -> list[Element]:
    """A field as runs, which can be in a tracked change, as `w:fldSimple` cannot."""
    runs: list[Element] = []
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = el("r")
        if atom.look is not None:
            run.append(deepcopy(atom.look))
        if kind == "code":
            space_kept(el("delInstrText" if deleted else "instrText", run), f" {atom.code.strip()} ")
        elif kind == "shown":
            space_kept(el("delText" if deleted else "t", run), atom.shown)
        else:
            el("fldChar", run, fldCharType=kind)
        runs.append(run)
    return runs


def _written(look: Element | None) -> str:
    """Without prefixes of namespaces, which the bodies of two documents may name differently."""
    if look is None or not len(look):
        return ""
    return repr([(element.tag, sorted(element.attrib.items())) for element in look.iter()])
