"""The survey's responses as files for leads: CSV in the form that `import_responses` reads, and SPSS .sav.

Names of variables: item 3.1.5 is `Q3_1_5`; a multiple choice has one variable an option (1 chosen, 0 not); a ranking
one variable an option with its place. Don't know is 88 and a user-missing value; no answer is system-missing.
"""

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from analysis.results import Results
from analysis.statistics.counts import DONT_KNOW, is_blank
from analysis.survey_results import ItemResult
from analysis.worksheet import plain

DONT_KNOW_CODE = 88
LONGEST_TEXT = 10_000  # bytes of UTF-8 that programs read without trouble


def csv_rows(results: Results) -> list[list[Any]]:
    """A head of item codes and a row a response; several options separated by a space, in rank order.

    Without the codes of the responses, so that the file can be imported again; the other files have them.
    """
    found = results.survey.frames
    columns = [column for column in found.answers.columns if not found.answers[column].map(is_blank).all()]
    head = ["language", "source", *columns]
    keys = found.responses[["language", "source"]].itertuples(index=False, name=None)
    rows = found.answers[columns].itertuples(index=False, name=None)
    return [head, *([*key, *(plain(value) for value in row)] for key, row in zip(keys, rows, strict=True))]


def sav(results: Results) -> bytes:
    """An SPSS file with variable labels, value labels and missing values."""
    found = results.survey
    columns: dict[str, Any] = {name: list(found.frames.responses[name]) for name in ("response", "language", "source")}
    labels: dict[str, str | None] = {
        "response": "Code of the response",
        "language": "Language of the answers",
        "source": "How it came in",
    }
    values: dict[str, dict[float, str]] = {}
    missing: dict[str, Any] = {}
    for item in found.items.values():
        for name, label, cells, names in _variables(item, list(found.frames.answers[item.code])):
            columns[name], labels[name] = cells, label
            if names:
                values[name] = names
                if DONT_KNOW_CODE in names:
                    missing[name] = [DONT_KNOW_CODE]
    frame = pd.DataFrame(columns)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "responses.sav"
        pyreadstat.write_sav(
            frame,
            str(path),
            file_label=f"Survey responses {results.assessment.reference}",
            column_labels=labels,
            variable_value_labels=values,
            missing_ranges=missing,
        )
        return path.read_bytes()


Variable = tuple[str, str, list[Any], dict[float, str]]


def _variables(item: ItemResult, answers: list[Any]) -> list[Variable]:
    """(name, label, values, value labels) of an item."""
    base, label = variable(item.code), f"{item.code} {item.label}"[:250]
    if item.type in ("select_multiple", "rank"):
        return [_option(base, label, item, code, answers) for code, _ in item.options]
    if item.type == "select_one":
        numbers = {code: number for number, (code, _) in enumerate(item.options, start=1)}
        names: dict[float, str] = {numbers[code]: text[:120] for code, text in item.options}
        if item.scale:
            numbers, names = numbers | {DONT_KNOW: DONT_KNOW_CODE}, names | {DONT_KNOW_CODE: "Don't know"}
        return [(base, label, [numbers.get(str(answer), float("nan")) for answer in answers], names)]
    if item.type == "integer":
        return [(base, label, [float("nan") if is_blank(answer) else float(answer) for answer in answers], {})]
    return [(base, label, ["" if is_blank(answer) else _short(str(answer)) for answer in answers], {})]


def _option(base: str, label: str, item: ItemResult, code: str, answers: list[Any]) -> Variable:
    def value(answer: Any) -> float:
        if is_blank(answer):
            return float("nan")
        chosen = [str(part) for part in answer] if isinstance(answer, (list, tuple)) else [str(answer)]
        if item.type == "rank":
            return float(chosen.index(code) + 1) if code in chosen else float("nan")
        return float(code in chosen)

    names: dict[float, str] = {} if item.type == "rank" else {0: "Not chosen", 1: "Chosen"}
    return (
        f"{base}_{variable(code, '')}"[:64],
        f"{label}: {item.labels[code]}"[:250],
        [value(a) for a in answers],
        names,
    )


def variable(code: str, prefix: str = "Q") -> str:
    """A name that SPSS takes: letters, digits and underscores."""
    return prefix + "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in code)


def _short(text: str) -> str:
    return text.replace("\x00", "").encode()[:LONGEST_TEXT].decode(errors="ignore")
