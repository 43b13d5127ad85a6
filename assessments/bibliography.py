"""BibTeX and RIS read into entries of the register. A file with a broken entry is refused whole, its errors named."""

import re
from dataclasses import dataclass
from typing import Any

import rispy
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from assessments.models import Document
from ctnat.ui.errors import FileError, RowError

Kind = Document.Kind
MOST_ENTRIES = 2000


@dataclass(frozen=True)
class Entry:
    """A source as a reference manager describes it; the names are those of `assessments.Document`."""

    kind: str
    title: str
    authors: str = ""
    publisher: str = ""
    year: int | None = None
    url: str = ""
    note: str = ""


def read_entries(text: str) -> list[Entry]:
    """The entries of a BibTeX or a RIS file, whichever it is. Raises `FileError`; never gives a part of a file."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise FileError("There is nothing to import: the text is empty.")
    if "\0" in text:
        raise FileError("This is not a text file. Export BibTeX (.bib) or RIS (.ris) and try again.")
    if re.search(r"^TY  - ", text, re.MULTILINE):
        return _read_ris(text)
    if re.search(r"^\s*@\w+\s*[{(]", text, re.MULTILINE):
        return _read_bibtex(text)
    raise FileError(
        "This is neither BibTeX (entries begin with “@article{”) nor RIS (entries begin with “TY  - ”). "
        "Choose one of the two in your reference manager’s export."
    )


BIBTEX_KINDS = {
    "article": Kind.ARTICLE,
    "book": Kind.ARTICLE,
    "inbook": Kind.ARTICLE,
    "incollection": Kind.ARTICLE,
    "inproceedings": Kind.ARTICLE,
    "techreport": Kind.REPORT,
    "report": Kind.REPORT,
    "online": Kind.WEB,
    "legislation": Kind.LAW,
}
HEAD = re.compile(r"^[ \t]*@(?!comment\b|preamble\b|string\b)(\w+)\s*[{(]\s*([^,\s}]*)", re.MULTILINE | re.IGNORECASE)


def _read_bibtex(text: str) -> list[Entry]:
    """The library passes over what it cannot read; so each entry is read by itself, and each failure is told."""
    heads = list(HEAD.finditer(text))
    if len(heads) > MOST_ENTRIES:
        raise FileError(f"The file holds {len(heads)} entries; import at most {MOST_ENTRIES} at a time.")
    strings = "\n".join(re.findall(r"^[ \t]*@string\s*\{.*\}[ \t]*$", text, re.MULTILINE | re.IGNORECASE))
    entries, errors = [], []
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=True):
        place = f"Line {text.count(chr(10), 0, head.start()) + 1}, entry “{head[2][:40] or '(no key)'}”"
        try:
            entries.append(_from_bibtex(strings, text[head.start() : end]))
        except FileError as error:
            errors += [RowError(place, found.message) for found in error.errors]
    if errors:
        raise FileError(*errors)
    return entries


def _from_bibtex(strings: str, block: str) -> Entry:
    # Imported here while the environment changes from version 1 of the library to version 2.
    import bibtexparser
    from bibtexparser.bibdatabase import UndefinedString
    from bibtexparser.bparser import BibTexParser
    from bibtexparser.customization import convert_to_unicode

    end = _end(block)
    if end is None:
        raise FileError("a brace is missing. Each { needs its }, and the entry ends with }.")
    if re.match(r"\s*@\w+\s*{", block) and (stray := _stray(block[end:])):
        raise FileError(f"“{stray[:40]}” stands after its end. A brace is too many, or the next entry has none.")
    parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False, customization=convert_to_unicode)
    try:
        found = bibtexparser.loads(f"{strings}\n{block}", parser).entries
    except UndefinedString as error:
        raise FileError(f"it uses the name {error}, which no @string defines. Put the text in braces.") from None
    except Exception as error:  # the library raises whatever its grammar or its LaTeX tables raise
        raise FileError("it cannot be read as BibTeX. Check its commas, braces and equals signs.") from error
    if len(found) != 1:
        raise FileError("it cannot be read as BibTeX. Check its commas, braces and equals signs.")
    fields = {name.lower(): _plain(value) for name, value in found[0].items() if isinstance(value, str)}
    authors = fields.get("author") or fields.get("editor") or ""
    return _entry(
        kind=BIBTEX_KINDS.get(found[0]["ENTRYTYPE"].lower(), Kind.OTHER),
        title=fields.get("title", ""),
        authors=re.split(r"\s+and\s+", authors) if authors else [],
        publisher=_first(fields, "publisher", "institution", "organization", "journal", "booktitle", "school"),
        year=_first(fields, "year", "date"),
        url=_first(fields, "url", "doi"),
        note=fields.get("note", ""),
    )


def _end(block: str) -> int | None:
    """Where the braces of the entry are closed; None where they are not."""
    depth = 0
    for sign in re.finditer(r"(?<!\\)[{}]", block):
        depth += 1 if sign[0] == "{" else -1
        if depth == 0:
            return sign.end()
    return None if depth else len(block)


def _stray(rest: str) -> str:
    """The first line after an entry that looks like a part of one; other text there is a remark by BibTeX's rules."""
    for line in map(str.strip, rest.split("\n")):
        if re.match(r"@(comment|preamble|string)\b", line, re.IGNORECASE):
            return ""
        if re.match(r"@|,", line) or ("}" in line and not line.startswith("%")):
            return line
    return ""


RIS_KINDS = {
    "RPRT": Kind.REPORT,
    "GOVDOC": Kind.REPORT,
    "JOUR": Kind.ARTICLE,
    "MGZN": Kind.ARTICLE,
    "NEWS": Kind.ARTICLE,
    "BOOK": Kind.ARTICLE,
    "CHAP": Kind.ARTICLE,
    "CONF": Kind.ARTICLE,
    "STAT": Kind.LAW,
    "LEGAL": Kind.LAW,
    "BILL": Kind.LAW,
    "ELEC": Kind.WEB,
    "BLOG": Kind.WEB,
    "DATA": Kind.STATISTICS,
}


def _read_ris(text: str) -> list[Entry]:
    entries, errors = [], []
    for line, block in _ris_blocks(text):
        try:
            entries.append(_from_ris(block))
        except FileError as error:
            errors += [RowError(f"Entry of line {line}", found.message) for found in error.errors]
    if len(entries) > MOST_ENTRIES:
        raise FileError(f"The file holds {len(entries)} entries; import at most {MOST_ENTRIES} at a time.")
    if errors:
        raise FileError(*errors)
    return entries


def _ris_blocks(text: str) -> list[tuple[int, list[str]]]:
    """(line of its TY, its lines) of each entry."""
    blocks: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("TY  - "):
            blocks.append((number, []))
        if blocks:
            blocks[-1][1].append(line.rstrip())
        elif line.strip():
            raise FileError(f"Line {number}: text before the first “TY  - ”. Remove it, or export again.")
    return blocks


def _from_ris(block: list[str]) -> Entry:
    ends = [n for n, line in enumerate(block) if re.match(r"ER  -", line)]
    if not ends:
        raise FileError("it has no end. Each entry ends with a line “ER  - ”.")
    for line in block[ends[0] + 1 :]:
        if line.strip():
            raise FileError(f"“{line[:40]}” stands after its end. Each entry begins with a line “TY  - ”.")
    try:
        found = rispy.loads("\n".join(block) + "\n")
    except Exception as error:  # the library raises plain exceptions of several kinds
        raise FileError("it cannot be read as RIS. Export it again from your reference manager.") from error
    fields: dict[str, Any] = found[0]
    authors = fields.get("authors") or fields.get("first_authors") or fields.get("secondary_authors") or []
    urls = fields.get("urls") or []
    return _entry(
        kind=RIS_KINDS.get(fields.get("type_of_reference", ""), Kind.OTHER),
        title=_first(fields, "title", "primary_title", "secondary_title"),
        authors=authors,
        publisher=_first(fields, "publisher", "journal_name", "alternate_title3", "secondary_title"),
        year=_first(fields, "year", "publication_year", "date"),
        url=urls[0] if urls else _first(fields, "url", "doi"),
        note="; ".join(fields.get("notes") or []),
    )


def _entry(*, kind: str, title: str, authors: list[str], publisher: str, year: str, url: str, note: str) -> Entry:
    if not title:
        raise FileError("it has no title. Add one in your reference manager and export again.")
    for name, value, most in (("title", title, 500), ("publisher", publisher, 300)):
        if len(value) > most:
            raise FileError(f"its {name} has {len(value)} characters; {most} are possible. Shorten it.")
    found = re.search(r"\b(1[0-9]{3}|20[0-9]{2})\b", year)
    address = _address(url)
    return Entry(
        kind=kind,
        title=title,
        authors=_names(authors),
        publisher=publisher,
        year=int(found[0]) if found else None,
        url=address,
        note=note if address or not url else f"{note}; {url}".removeprefix("; "),
    )


def _names(authors: list[str]) -> str:
    """Authors with semicolons between, as many as the register holds; "et al." stands for the rest."""
    kept = list(authors)
    while len("; ".join(kept)) > 290:
        kept.pop()
    if not kept and authors:
        raise FileError("the name of its author is too long. Are the names separated by “and”?")
    return "; ".join(kept if len(kept) == len(authors) else [*kept, "et al."])


def _address(said: str) -> str:
    """A link that the register takes; "" where what is said is none."""
    if said.startswith("10."):
        said = f"https://doi.org/{said}"
    elif re.match(r"[\w-]+(\.[\w-]+)+(/|$)", said):
        said = f"https://{said}"
    try:
        URLValidator(schemes=["http", "https"])(said)
    except ValidationError:
        return ""
    return said if len(said) <= 500 else ""


def _first(fields: dict[str, Any], *names: str) -> str:
    return next((str(fields[name]) for name in names if fields.get(name)), "")


def _plain(text: str) -> str:
    """BibTeX's grouping braces and line breaks taken out."""
    return re.sub(r"\s+", " ", re.sub(r"(?<!\\)[{}]", "", text)).replace("\\&", "&").strip()
