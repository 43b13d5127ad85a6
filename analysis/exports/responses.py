"""The survey's responses as files for leads: CSV in the form that `import_responses` reads, and SPSS .sav."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from analysis.item_types.answers import words_key
from analysis.item_types.presentation import LABEL_BYTES, NAME_BYTES, VALUE_BYTES, Variable, cut, plain, variables
from analysis.results import Results
from analysis.statistics.counts import is_blank


def csv_rows(results: Results) -> list[list[Any]]:
    """The item codes as a head, and one row per response; several options separated by a space, in rank order.

    Without the codes of the responses, so that the file can be imported again; the other files have them.
    """
    found = results.survey.frames
    answers = _cleared(results)
    columns = [column for column in found.answers.columns if not found.answers[column].map(is_blank).all()]
    head = ["language", "source", *columns]
    keys = found.responses[["language", "source"]].itertuples(index=False, name=None)
    rows = answers[columns].itertuples(index=False, name=None)
    return [head, *([*key, *(plain(value) for value in row)] for key, row in zip(keys, rows, strict=True))]


def _cleared(results: Results) -> pd.DataFrame:
    """The answers, with what respondents wrote as it may leave the system: they name people and agencies too."""
    answers = results.survey.frames.answers.copy()
    for column in answers.columns:
        item = results.survey.items.get(str(column))
        if item is None or words_key(item.definition) == column:
            answers[column] = [results.without_names(value) for value in answers[column]]
    return answers


def sav(results: Results) -> bytes:
    """An SPSS file with labels, measure levels and missing values; `analysis.item_types.presentation` has its rules."""
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
        return path.read_bytes()


def _variables(results: Results) -> Iterator[Variable]:
    about = {"response": "Code of the response", "language": "Language of the answers", "source": "How it came in"}
    for name, label in about.items():
        yield Variable(name, label, list(results.survey.frames.responses[name]), "nominal")
    for item in results.survey.items.values():
        for one in variables(results.survey, item):
            written = not one.value_labels and any(isinstance(value, str) for value in one.values)
            yield replace(one, values=results.without_names(list(one.values))) if written else one


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
        return pd.Series(one.values, dtype=object)
    return pd.Series(one.values, dtype=float)
