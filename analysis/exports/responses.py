"""The survey's responses as files for leads: CSV in the form that `import_responses` reads, and SPSS .sav."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pandas as pd
import pyreadstat

from analysis.item_types.answers import words_key
from analysis.item_types.presentation import LABEL_BYTES, NAME_BYTES, VALUE_BYTES, Variable, cut, plain, variables
from analysis.results import Results
from analysis.statistics.coded import Coded
from analysis.statistics.counts import is_blank
from ctnat.ui.cells import csv_cells, csv_of_safe, safe


def csv_file(results: Results) -> bytes:
    """The item codes as a head, and one row per response; several options separated by a space, in rank order.

    Without the codes of the responses, so that the file can be imported again; the other files have them. What is to be
    known of a cell is found out once for each different answer.
    """
    return b"".join(csv_pieces(results, at_once=len(results.survey.frames.responses) or 1))


def csv_pieces(results: Results, *, at_once: int = 500) -> Iterator[bytes]:
    """The same file, so many rows at once."""
    columns = _columns(results)
    cells = (Coded(tuple(csv_cells(map(safe, column.kinds))), column.codes) for column in columns.values())
    rows = map(",".join, zip(*cells, strict=True))
    yield csv_of_safe([map(safe, columns)])
    while part := list(islice(rows, at_once)):
        yield "\r\n".join([*part, ""]).encode()


def _columns(results: Results) -> dict[str, Coded]:
    """Heading -> cells of the columns in which something is written. What respondents wrote is as it may leave the
    system: they name people and agencies too."""
    found = results.survey.frames
    columns = {name: Coded.of(found.responses[name]) for name in ("language", "source")}
    for code in map(str, found.answers.columns):
        answers = results.survey.rows.coded(code)
        if all(map(is_blank, answers.kinds)):
            continue
        item = results.survey.items.get(code)
        if item is None or words_key(item.definition) == code:
            answers = answers.map(results.without_names)
        columns[code] = answers.map(plain)
    return columns


def sav(results: Results) -> bytes:
    """An SPSS file with labels, measure levels and missing values; `analysis.item_types.presentation` has its rules."""
    with sav_file(results) as path:
        return path.read_bytes()


@contextmanager
def sav_file(results: Results) -> Iterator[Path]:
    """The same as a file that only this process may read, and that is gone afterwards."""
    found = list(_named_once(_variables(results)))
    frame = pd.DataFrame({one.name: _series(one) for one in found})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "responses.sav"
        pyreadstat.write_sav(
            frame,
            str(path),
            file_label=f"Survey responses {results.assessment.reference}",
            column_labels={one.name: cut(one.label, LABEL_BYTES) for one in found},
            variable_value_labels={
                one.name: {value: cut(text, VALUE_BYTES) for value, text in one.value_labels.items()}
                for one in found
                if one.value_labels
            },
            missing_ranges={one.name: list(one.missing) for one in found if one.missing},
            variable_measure={one.name: one.measure for one in found},
            variable_format={one.name: one.format for one in found if one.format},
        )
        yield path


def _variables(results: Results) -> Iterator[Variable]:
    about = {"response": "Code of the response", "language": "Language of the answers", "source": "How it came in"}
    for name, label in about.items():
        yield Variable(name, label, Coded.of(results.survey.frames.responses[name]), "nominal")
    for item in results.survey.items.values():
        for one in variables(results.survey, item):
            written = not one.value_labels and any(isinstance(value, str) for value in one.values.kinds)
            yield replace(one, values=one.values.map(results.without_names)) if written else one


def _named_once(found: Iterator[Variable]) -> Iterator[Variable]:
    """Unique names for SPSS, which ignores case and allows no signs, in 64 bytes."""
    taken: set[str] = set()
    for one in found:
        name, number = one.name[:NAME_BYTES], 1
        while name.lower() in taken:
            number += 1
            name = f"{one.name[: NAME_BYTES - len(str(number)) - 1]}_{number}"
        taken.add(name.lower())
        yield replace(one, name=name)


def _series(one: Variable) -> pd.Series:
    if one.values and isinstance(one.values[0], str):
        return pd.Series(one.values.objects(), dtype=object)
    return pd.Series(one.values.objects().astype(float))
