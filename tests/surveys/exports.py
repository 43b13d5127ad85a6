"""Tables of answers as other programs export them."""

from collections.abc import Mapping, Sequence
from typing import Any

from ctnat.ui.countries import country_name
from instruments.schema import DONT_KNOW, Item, Matrix, Survey
from surveys.item_types import answer_kind, has_countries, places_of
from surveys.words import translate

Lines = list[list[str]]
KOBO = ["_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by", "__version__"]


def label_of(document: Survey, item: Item, code: str, language: str) -> str:
    if code == DONT_KNOW:
        words = document.dont_know(item)
        return translate(DONT_KNOW, language) if isinstance(words, bool) else words.translate(language)
    if has_countries(item):
        return country_name(code, language)
    return next(option.text.translate(language) for option in document.options(item) if option.name == code)


def kobo_table(
    document: Survey,
    answers: Sequence[Mapping[str, Any]],
    *,
    labels: bool = False,
    groups: bool = True,
    split: bool = True,
) -> Lines:
    """As KoboToolbox exports the answers to our own exported form: names or labels, groups, a column per option."""
    language = document.source_language
    head: list[str] = ["start", "end"]
    rows: Lines = [["2026-05-01T09:00:00.000+04:00", "2026-05-01T09:30:00.000+04:00"] for _ in answers]

    def column(heading: str, cells: Sequence[str]) -> None:
        head.append(heading)
        for row, cell in zip(rows, cells, strict=True):
            row.append(cell)

    for section in document.sections:
        for entry in section.items:
            rows_of = [document.by_name[row.name] for row in entry.rows] if isinstance(entry, Matrix) else [entry]
            for item in rows_of:
                names = [section.name, *([entry.name] if isinstance(entry, Matrix) else []), item.name]
                titles = [section.title, *([entry.text] if isinstance(entry, Matrix) else []), item.text]
                path = [title.translate(language) for title in titles] if labels else [f"q{name}" for name in names]
                for heading, cells in _columns(document, item, path[-1], answers, labels=labels, split=split):
                    column("/".join([*path[:-1], heading]) if groups else heading, cells)
    for name in KOBO:
        values = {"_uuid": [f"c0ffee00-0000-4000-8000-{n:012}" for n in range(len(answers))]}
        column(name, values.get(name, [f"{name} {n}" for n in range(len(answers))]))
    column("_index", [str(n) for n in range(1, len(answers) + 1)])
    return [head, *rows]


def _columns(
    document: Survey, item: Item, heading: str, answers: Sequence[Mapping[str, Any]], *, labels: bool, split: bool
) -> list[tuple[str, list[str]]]:
    language, kind = document.source_language, answer_kind(item)

    def written(code: str) -> str:
        return label_of(document, item, code, language) if labels else code

    given = [row.get(item.name) for row in answers]
    found: list[tuple[str, list[str]]] = []
    if kind == "ranked" and places_of(item) < len(document.options(item)):
        for place in range(1, places_of(item) + 1):
            name = f"{heading} ({place})" if labels else f"{heading}_{place}"
            found.append((name, [written(value[place - 1]) if value else "" for value in given]))
    elif kind == "one":
        found.append((heading, [written(value) if value else "" for value in given]))
    elif kind in ("several", "ranked"):
        found.append((heading, [" ".join(written(code) for code in value or []) for value in given]))
        if split and kind == "several":
            codes = [option.name for option in document.options(item)]
            codes += [DONT_KNOW] if document.dont_know(item) and DONT_KNOW not in codes else []
            for code in codes:
                ticks = ["" if value is None else str(int(code in value)) for value in given]
                found.append((f"{heading}/{written(code)}", ticks))
    else:
        found.append((heading, ["" if value is None else str(value) for value in given]))
    if item.open_options:
        opened = next(option for option in document.options(item) if option.name in item.open_options)
        name = opened.text.translate(language) if labels else f"{heading}_other"
        found.append((name, [str(row.get(item.other_key, "")) for row in answers]))
    return found


class _Columns:
    """A table that grows column by column."""

    def __init__(self, answers: Sequence[Mapping[str, Any]], **about: str):
        self.answers = answers
        self.head = list(about)
        self.rows = [list(about.values()) for _ in answers]

    def add(self, heading: str, cells: Sequence[str]) -> None:
        self.head.append(heading)
        for row, cell in zip(self.rows, cells, strict=True):
            row.append(cell)

    @property
    def lines(self) -> Lines:
        return [self.head, *self.rows]


def _entries(document: Survey) -> list[tuple[Item, Matrix | None]]:
    """Every item, with the matrix of which it is a row."""
    found: list[tuple[Item, Matrix | None]] = []
    for entry in (entry for section in document.sections for entry in section.items):
        if isinstance(entry, Matrix):
            found += [(document.by_name[row.name], entry) for row in entry.rows]
        else:
            found.append((entry, None))
    return found


def with_text(lines: Lines, labelled: Lines, *, plain: bool) -> Lines:
    """A table of LimeSurvey with code and text as headings; `plain`: the code without brackets."""
    codes = [code.replace("[", "_").replace("]", "") if plain else code for code in lines[0]]
    return [[f"{code}. {text}" for code, text in zip(codes, labelled[0], strict=True)], *lines[1:]]


def with_own_codes(document: Survey, lines: Lines) -> Lines:
    """A table of LimeSurvey where nobody has named questions, rows and answers: G01Q02[SQ001], AO01."""
    head, rows = list(lines[0]), [list(row) for row in lines[1:]]
    numbers: dict[str, int] = {}
    parts: dict[str, int] = {}
    for at, heading in enumerate(head):
        code, _, part = heading.rstrip("]").partition("[")
        if not code.startswith("q"):
            continue
        number = numbers.setdefault(code, len(numbers) + 1)
        if part and part != "other" and not part.isdigit():
            parts[code] = parts.get(code, 0) + 1
            part = f"SQ{parts[code]:03}"
        head[at] = f"G01Q{number:02}" + (f"[{part}]" if part else "")
    for item, _matrix in _entries(document):
        if answer_kind(item) == "one" and not has_countries(item):
            names = [option.name for option in document.options(item)]
            for at, heading in enumerate(lines[0]):
                if item.name.replace(".", "") in heading.rstrip("]").replace("q", " ").replace("[", " ").split():
                    for row in rows:
                        row[at] = f"AO{names.index(row[at]) + 1:02}" if row[at] in names else row[at]
    return [head, *rows]


def limesurvey_table(
    document: Survey,
    answers: Sequence[Mapping[str, Any]],
    *,
    labels: bool = False,
    language: str = "en",
    yes: str = "Y",
) -> Lines:
    """As LimeSurvey exports: codes without signs, a column per option and place, no tick for the open option."""
    table = _Columns(answers, id="7", submitdate="2026-01-01 10:00", lastpage="8", startlanguage=language, seed="123")
    for item, matrix in _entries(document):
        code, text, kind = "q" + item.name.replace(".", ""), item.text.translate(language), answer_kind(item)
        name = text if labels else code
        if matrix:
            name = (
                f"{matrix.text.translate(language)} [{text}]" if labels else f"q{matrix.name.replace('.', '')}[{code}]"
            )

        def written(option: str, item: Item = item) -> str:
            open_code = "-oth-" if option in item.open_options else option
            return label_of(document, item, option, language) if labels else open_code

        given = [row.get(item.name) for row in answers]
        gap = " " if labels else ""
        if kind == "one":
            table.add(name, [written(value) if value else "" for value in given])
        elif kind == "several":
            codes = [option.name for option in document.options(item) if option.name not in item.open_options]
            for option in [*codes, *([DONT_KNOW] if document.dont_know(item) else [])]:
                cells = ["" if value is None else yes if option in value else "" for value in given]
                table.add(f"{name}{gap}[{written(option)}]", cells)
        elif kind == "ranked":
            for place in range(1, places_of(item) + 1):
                word = f"Ranking {place}" if labels else f"{place}"
                cells = [written(value[place - 1]) if value else "" for value in given]
                table.add(f"{name}{gap}[{word}]", [cell.replace("-oth-", "Q") for cell in cells])
        else:
            table.add(name, ["" if value is None else str(value) for value in given])
        if item.open_options:
            heading = f"{name} [Other]" if labels else f"{name}[other]"
            table.add(heading, [str(row.get(item.other_key, "")) for row in answers])
    return table.lines


def forms_table(document: Survey, answers: Sequence[Mapping[str, Any]], *, google: bool, language: str = "en") -> Lines:
    """As Microsoft Forms and Google Forms export: labels, several in one cell, own words in place of the option."""
    about = (
        {"Timestamp": "5/1/2026 10:00:00"}
        if google
        else {"ID": "1", "Start time": "5/1/26", "Completion time": "5/1/26"}
    )
    table = _Columns(answers, **about)
    for item, matrix in _entries(document):
        text = item.text.translate(language)

        def cell(row: Mapping[str, Any], item: Item = item) -> str:
            value, own = row.get(item.name), row.get(item.other_key)
            codes = value if isinstance(value, list) else [value]
            if value is None or answer_kind(item) not in ("one", "several", "ranked"):
                return str(value or "")
            words = [
                own if own and code in item.open_options else label_of(document, item, code, language) for code in codes
            ]
            return ", ".join(words) if google else ";".join(words) + (";" if isinstance(value, list) else "")

        table.add(
            f"{matrix.text.translate(language)} [{text}]" if matrix and google else text, [cell(row) for row in answers]
        )
    return table.lines
