"""BibTeX and RIS read into entries of the register. An entry that cannot be read is named; the others are read."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    ImplicitComment,
    ParsingFailedBlock,
)
from bibtexparser.model import Entry as BibtexBlock
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from pylatexenc.latex2text import LatexNodes2Text

from assessments.models import Document
from ctnat.ui.digits import ascii_digits
from ctnat.ui.errors import FileError, InputError, RowError
from ctnat.ui.formats import page_number
from ctnat.ui.languages import find_language

Kind = Document.Kind
MOST_ENTRIES = 2000
LATEX = re.compile(r"[\\{}~]|--|``|''")  # what makes a text worth decoding
DECODER = LatexNodes2Text(keep_comments=True, math_mode="verbatim")  # 100% and US$ 5 stay what they are
MONTHS = frozenset(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
KEPT_IN_NOTE = {"edition": "Edition", "series": "Series", "isbn": "ISBN", "issn": "ISSN", "eprint": "Eprint"}

# Values of "langid" and "language" beside names and codes: the options of LaTeX's babel.
BABEL_LANGUAGES = {
    "american": "en",
    "australian": "en",
    "british": "en",
    "canadian": "en",
    "farsi": "fa",
    "francais": "fr",
    "magyar": "hu",
    "newzealand": "en",
    "ngerman": "de",
    "ukenglish": "en",
    "usenglish": "en",
}


@dataclass(frozen=True)
class Entry:
    """A source as a reference manager describes it; the names are those of `assessments.Document`.

    `place_in_file` is where its author finds it; `changes` list what could not be taken unchanged.
    """

    kind: str
    title: str
    authors: str = ""
    published_in: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    place: str = ""
    year: int | None = None
    language: str = ""
    url: str = ""
    accessed_on: date | None = None
    doi: str = ""
    note: str = ""
    place_in_file: str = field(default="", compare=False)
    changes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of a `Document`."""
        return {name: value for name, value in vars(self).items() if name not in ("place_in_file", "changes")}


@dataclass(frozen=True)
class Bibliography:
    """The entries of a file in its order, and what in it could not be read."""

    entries: list[Entry]
    errors: list[RowError]


def read_entries(text: str) -> Bibliography:
    """The entries of a BibTeX or a RIS file, whichever it is. Raises `FileError` where it is neither."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise FileError(_("There is nothing to import: the text is empty."))
    if "\0" in text:
        raise FileError(_("This is not a text file. Export your sources as BibTeX (.bib) or RIS (.ris) and try again."))
    if begun := len(re.findall(r"^TY {1,2}- ", text, re.MULTILINE)):
        _check_number(begun)
        found = _read_ris(text)
    elif re.search(r"^\s*@\w+\s*[{(]", text, re.MULTILINE):
        # Twice as many may begin as are imported: comments, strings and addresses in texts look like entries.
        _check_number(len(re.findall(r"@\w+\s*[{(]", text)) // 2)
        if text.count("{") - text.count("}") > 2 * MOST_ENTRIES:  # more than one for each entry: parsing takes seconds
            message = _("a brace is missing. Each opening brace needs a closing one.")
            return Bibliography([], [RowError(_("Line {line}").format(line=1), message)])
        found = _read_bibtex(text)
    else:
        raise FileError(
            _(
                "This is neither BibTeX (entries begin with “{bibtex}”) nor RIS (entries begin with “{ris}”). "
                "Choose one of the two in your reference manager’s export."
            ).format(bibtex="@article{", ris="TY  - ")
        )
    _check_number(len(found.entries))
    return found


def _check_number(entries: int) -> None:
    """Raises `FileError`. Broken entries count too: reading one takes as long as a valid one."""
    if entries > MOST_ENTRIES:
        raise FileError(
            ngettext(
                "The file has {n} entry; import at most {most} at a time.",
                "The file has {n} entries; import at most {most} at a time.",
                entries,
            ).format(n=page_number(entries), most=page_number(MOST_ENTRIES))
        )


def _collect(blocks: Iterable[tuple[str, Callable[[], Entry]]], errors: list[RowError]) -> list[Entry]:
    """The entries that can be made; the others go to `errors` under their place."""
    entries = []
    for place, make in blocks:
        try:
            entries.append(make())
        except ValidationError as error:
            errors += [RowError(place, message) for message in error.messages]
    return entries


# BibTeX ------------------------------------------------------------------------------------------------------------

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


HEAD = re.compile(r"@(\w+)\s*[{(]\s*([^,\s}]*)")
VERBATIM = frozenset({"doi", "url", "urldate"})  # LaTeX leaves them as they are
LONGEST_STRING = 10_000  # characters; a few lines that use each other could grow without end
NO_BIBTEX = gettext_lazy("it cannot be read as BibTeX. Check its commas, braces and equals signs.")


def _read_bibtex(text: str) -> Bibliography:
    library = parse_string(text, parse_stack=[])
    strings: dict[str, str] = {}
    for string in library.strings:  # each may use those before it
        strings[string.key.lower()] = _resolved(str(string.value), strings)[0][:LONGEST_STRING]
    errors: list[RowError] = []
    blocks: list[tuple[str, Callable[[], Entry]]] = []
    failed = False
    block: Block
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, DuplicateBlockKeyBlock) and block.ignore_error_block:
            block = block.ignore_error_block  # a key may be used twice: the register gives codes of its own
        head = HEAD.match(block.raw or "")
        place = _("Line {line}, entry “{key}”").format(line=line, key=(head[2] if head else "")[:40] or _("(no key)"))
        if isinstance(block, DuplicateFieldKeyBlock):
            names = ", ".join(sorted(block.duplicate_keys))
            message = _("it has the field {names} more than once. Delete the others and import it again.")
            errors.append(RowError(place, message.format(names=names)))
        elif isinstance(block, ParsingFailedBlock):
            brace = str(getattr(block.error, "abort_reason", "")).startswith("Unexpected")
            message = _("a brace is missing. Each opening brace needs a closing one.") if brace else str(NO_BIBTEX)
            errors.append(RowError(place, message))
        elif isinstance(block, BibtexBlock):
            blocks.append((place, partial(_from_bibtex, block, strings, place)))
        elif isinstance(block, ImplicitComment) and not failed and (stray := _stray(block.comment)):
            message = _("“{text}” belongs to no entry and is left out. Is a brace too many or too few before it?")
            errors.append(RowError(_("Line {line}").format(line=line), message.format(text=stray[:40])))
        failed = isinstance(block, ParsingFailedBlock)
    _check_number(len(blocks))
    return Bibliography(_collect(blocks, errors), errors)


def _from_bibtex(block: BibtexBlock, strings: Mapping[str, str], place: str) -> Entry:
    changes: list[str] = []
    fields: dict[str, str] = {}
    for part in block.fields:
        name, value = part.key.lower(), str(part.value)
        text, unknown = _resolved(value, strings)
        if unknown:
            message = _("{field}: no @string defines “{names}”; the name was kept as text")
            changes.append(message.format(field=name, names=", ".join(unknown)[:60]))
        fields[name] = _verbatim(text) if name in VERBATIM else _decoded(text)
    authors = fields.get("author") or fields.get("editor") or ""
    return _entry(
        changes,
        place,
        kind=BIBTEX_KINDS.get(block.entry_type.lower(), Kind.OTHER),
        title=" – ".join(filter(None, (fields.get("title", ""), fields.get("subtitle", "")))),
        authors=re.split(r"\s+and\s+", authors) if authors else [],
        published_in=_first(fields, "journal", "journaltitle", "booktitle", "maintitle"),
        volume=fields.get("volume", ""),
        issue=_first(fields, "number", "issue"),
        pages=fields.get("pages", ""),
        publisher=_first(fields, "publisher", "institution", "organization", "school"),
        place=_first(fields, "address", "location"),
        year=_first(fields, "year", "date"),
        language=_first(fields, "language", "langid", "hyphenation"),
        url=fields.get("url", ""),
        accessed=_first(fields, "urldate", "lastchecked", "accessed"),
        doi=fields.get("doi", ""),
        notes=[
            fields.get("note", ""),
            *(f"{label}: {fields[name]}" for name, label in KEPT_IN_NOTE.items() if fields.get(name)),
            f"Editor: {fields['editor']}" if fields.get("author") and fields.get("editor") else "",
        ],
    )


def _resolved(value: str, strings: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text of a value (`{...}`, `"..."`, a number, the name of a @string, or several of them between `#`), and
    the names that no @string defines.
    """
    text = ""
    unknown: list[str] = []
    for part in _parts(value):
        if part[:1] in ("{", '"') and len(part) > 1:
            text += part[1:-1]
        elif part.isdigit():
            text += part
        elif part.lower() in strings:
            text += strings[part.lower()]
        else:
            text += part
            unknown += [part] if part and part.lower() not in MONTHS else []
    return text, unknown


def _parts(value: str) -> list[str]:
    """The parts of a value between the `#` that are outside of braces and quotation marks."""
    parts, depth, quoted, start = [], 0, False, 0
    for sign in re.finditer(r'(?<!\\)[{}"#]', value):
        if sign[0] == "{":
            depth += 1
        elif sign[0] == "}":
            depth -= 1
        elif sign[0] == '"' and depth == 0:
            quoted = not quoted
        elif sign[0] == "#" and depth == 0 and not quoted:
            parts.append(value[start : sign.start()].strip())
            start = sign.end()
    return [*parts, value[start:].strip()]


def _decoded(text: str) -> str:
    """LaTeX as plain text: accents, ligatures, no grouping braces."""
    if LATEX.search(text):
        text = DECODER.latex_to_text(text)
    return _one_line(re.sub(r"(?<!\\)[{}]", "", text))


def _verbatim(text: str) -> str:
    return _one_line(re.sub(r"\\([_%&#~])", r"\1", text).strip("{}"))


def _stray(comment: str) -> str:
    """The first line between entries that looks like a part of one; other text there is a remark by BibTeX's rules."""
    lines = map(str.strip, comment.split("\n"))
    return next((line for line in lines if re.match(r"@|,", line) or ("}" in line and not line.startswith("%"))), "")


# RIS ---------------------------------------------------------------------------------------------------------------

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
TYPE = re.compile(r"TY {1,2}- ")
TAG = re.compile(r"([A-Z][A-Z0-9]) {1,2}- ?(.*)")
NO_RIS = gettext_lazy("it cannot be read as RIS. Export it again from your reference manager.")


def _read_ris(text: str) -> Bibliography:
    """Lines before the first entry are the head that some programs write; they are passed over."""
    errors: list[RowError] = []
    blocks: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if TYPE.match(line):
            blocks.append((number, []))
        if blocks:
            blocks[-1][1].append(line.rstrip())
    _check_number(len(blocks))
    placed = [(_("Entry of line {line}").format(line=line), block) for line, block in blocks]
    made = [(place, partial(_from_ris, block, place)) for place, block in placed]
    return Bibliography(_collect(made, errors), errors)


def _from_ris(block: list[str], place: str) -> Entry:
    ends = [number for number, line in enumerate(block) if re.match(r"ER {1,2}-", line)]
    changes: list[str] = []
    if not ends:
        raise InputError(_("it has no end. Each entry ends with a line “{end}”.").format(end="ER  - "))
    for line in block[ends[0] + 1 :]:
        if line.strip():
            changes.append(_("“{text}” follows its end and is left out").format(text=line[:40]))
            break
    lines = [f"{tag[1]}  - {tag[2]}" if (tag := TAG.match(line)) else line for line in block[: ends[0]]]
    try:
        found = rispy.loads("\n".join([*lines, "ER  - "]) + "\n")
    except Exception as error:  # the library raises plain exceptions of several kinds
        raise InputError(str(NO_RIS)) from error
    if not found:
        raise InputError(str(NO_RIS))
    fields: dict[str, Any] = found[0]
    title = _first(fields, "title", "primary_title")
    container = _first(fields, "journal_name", "alternate_title3", "alternate_title2", "secondary_title")
    authors = fields.get("authors") or fields.get("first_authors") or []
    editors = fields.get("secondary_authors") or []
    urls = fields.get("urls") or []
    return _entry(
        changes,
        place,
        kind=RIS_KINDS.get(fields.get("type_of_reference", ""), Kind.OTHER),
        title=title or container,
        authors=authors or editors,
        published_in=container if title else "",
        volume=_first(fields, "volume"),
        issue=_first(fields, "number"),
        pages="–".join(filter(None, (_first(fields, "start_page"), _first(fields, "end_page")))),
        publisher=_first(fields, "publisher"),
        place=_first(fields, "place_published"),
        year=_first(fields, "year", "publication_year", "date"),
        language=_first(fields, "language"),
        url=urls[0] if urls else _first(fields, "url"),
        accessed=_first(fields, "access_date"),
        doi=_first(fields, "doi"),
        notes=[
            *(fields.get("notes") or []),
            *(f"Link: {address}" for address in urls[1:]),
            f"Edition: {fields['edition']}" if fields.get("edition") else "",
            f"ISBN or ISSN: {fields['issn']}" if fields.get("issn") else "",
            f"Editor: {'; '.join(editors)}" if authors and editors else "",
        ],
    )


# Both --------------------------------------------------------------------------------------------------------------

LONGEST = {
    "published_in": ("In", 300),
    "volume": ("Volume", 40),
    "issue": ("Number", 40),
    "pages": ("Pages", 60),
    "publisher": ("Publisher", 300),
    "place": ("Place", 120),
    "doi": ("DOI", 200),
}
# What a message calls the fields whose values go into the note. The note itself is stored, with English labels.
FIELDS = {
    "In": gettext_lazy("published in"),
    "Volume": gettext_lazy("volume"),
    "Number": pgettext_lazy("journal", "number"),
    "Pages": pgettext_lazy("source", "pages"),
    "Publisher": gettext_lazy("publisher"),
    "Place": gettext_lazy("place of publication"),
    "DOI": "DOI",
    "Language": gettext_lazy("language"),
    "Accessed": gettext_lazy("accessed on"),
    "Link": gettext_lazy("link"),
    "Year": gettext_lazy("year"),
}


def _entry(
    changes: list[str],
    place_in_file: str,
    *,
    kind: str,
    title: str,
    authors: list[str],
    year: str,
    language: str,
    url: str,
    accessed: str,
    doi: str,
    notes: list[str],
    **texts: str,
) -> Entry:
    """What no field can hold goes into the note, and is listed in `changes`. Raises `InputError` for a missing
    title."""
    if not title:
        raise InputError(_("it has no title. Add one in your reference manager and export the file again."))
    if len(title) > 500:
        raise InputError(_("its title has {n} characters; the limit is 500. Shorten it.").format(n=len(title)))
    notes = [note for note in notes if note]

    def into_note(label: str, value: str, why: str) -> None:
        notes.append(f"{label}: {value}")
        message = _("{field}: {why}; it was moved to the note")
        changes.append(message.format(field=FIELDS[label], why=why))

    texts["doi"] = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", doi, flags=re.IGNORECASE)
    for name, (label, most) in LONGEST.items():
        if len(texts.get(name, "")) > most:
            into_note(label, texts.pop(name), _("longer than {n} characters").format(n=most))
    code = _language(language)
    if language and not code:
        into_note("Language", language, _("“{text}” is not known").format(text=language[:40]))
    accessed_on = _date(accessed)
    if accessed and not accessed_on:
        into_note("Accessed", accessed, _("“{text}” is not a full date").format(text=accessed[:40]))
    address = _address(url or texts.get("doi", ""))
    if url and not address:
        into_note("Link", url, _("it is not a web address"))
    found = re.search(r"\b(1[0-9]{3}|20[0-9]{2})\b", ascii_digits(year))
    if year and not found:
        into_note("Year", year, _("“{text}” contains no year").format(text=year[:40]))
    return Entry(
        kind=kind,
        title=title,
        authors=_names(authors, changes),
        year=int(found[0]) if found else None,
        language=code,
        url=address,
        accessed_on=accessed_on,
        note="; ".join(notes),
        place_in_file=place_in_file,
        changes=tuple(changes),
        **texts,
    )


def _language(value: str) -> str:
    """The code of a language given by name or code ("Russian", "rus", "ru-RU", "ngerman"); "" for an unknown one."""
    word = value.strip()
    code = BABEL_LANGUAGES.get(word.lower()) or find_language(word)
    if not code and re.fullmatch(r"[A-Za-z]{2,3}[-_].+", word):
        code = find_language(re.split(r"[-_]", word)[0])
    if not code:
        code = find_language(re.split(r"[;,/]", word)[0])
    return code or ""


def _date(value: str) -> date | None:
    found = re.match(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", value)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _names(authors: list[str], changes: list[str]) -> str:
    """Authors with semicolons between, as many as the register holds; "et al." replaces the rest."""
    kept = list(authors)
    while len("; ".join(kept)) > 290:
        kept.pop()
    if not kept and authors:
        raise InputError(_("an author’s name is too long. Separate the names with “and”."))
    if len(kept) == len(authors):
        return "; ".join(kept)
    message = _("authors: the first {n} of {total} are kept, then “et al.”")
    changes.append(message.format(n=len(kept), total=len(authors)))
    return "; ".join([*kept, "et al."])


def _address(value: str) -> str:
    """The value as a link for the register; "" where it is none."""
    if value.startswith("10."):
        value = f"https://doi.org/{value}"
    elif re.match(r"[\w-]+(\.[\w-]+)+(/|$)", value):
        value = f"https://{value}"
    try:
        URLValidator(schemes=["http", "https"])(value)
    except ValidationError:
        return ""
    return value if len(value) <= 500 else ""


def _first(fields: Mapping[str, Any], *names: str) -> str:
    return next((str(fields[name]).strip() for name in names if fields.get(name)), "")


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
