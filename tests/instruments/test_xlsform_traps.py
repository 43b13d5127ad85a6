"""Forms with each trap that was met in forms from elsewhere: no import ends with an error, and none takes long."""

import time
from random import Random
from typing import Any

import pytest

from instruments.import_notes import LEFT_OUT
from instruments.schema import DefinitionError, parse
from instruments.xlsform import from_xlsform, read
from tests.instruments.test_xlsform import Rows, workbook

HEADER = ["type", "name", "label"]
LIST: Rows = [["list_name", "name", "label"], ["l", "a", "A"], ["l", "b", "B"]]


def items(survey: Rows, choices: Rows = LIST, **sheets: Rows) -> dict[str, dict[str, Any]]:
    """Code -> item of a form, which is a valid definition."""
    found = read({"survey": survey, "choices": choices, **sheets}, language="en")
    parse("survey", found.definition)
    entries = [entry for section in found.definition["sections"] for entry in section["items"]]
    return {item["name"]: item for entry in entries for item in entry.get("rows", [entry])}


@pytest.mark.parametrize(
    ("survey", "codes"),
    [
        pytest.param([HEADER, ["text", "a", "A"], *[[""] * 3] * 500, ["text", "b", "B"]], ["a", "b"], id="blank rows"),
        pytest.param([[" Type ", "NAME", "Label "], ["Text", "a", "A"]], ["a"], id="headings with blanks"),
        pytest.param([["My form", "", ""], [], HEADER, ["text", "a", "A"]], ["a"], id="title above the headings"),
        pytest.param([[*HEADER, "label"], ["text", "a", "A", "B"]], ["a"], id="a heading twice"),
        pytest.param([HEADER, ["text", "a", "A"], ["text", "a", "B"]], ["a", "a_2"], id="a name twice"),
        pytest.param([HEADER, ["text", "ასაკი", "A"], ["text", "年", "B"]], ["question_2", "question_3"], id="unicode"),
        pytest.param([HEADER, ["text", "$given", "A"], ["text", "a.b-c", "B"]], ["given", "a.b-c"], id="odd names"),
        pytest.param(
            [HEADER, ["text", "a" * 90, "A"], ["text", "a" * 91, "B"]], ["a" * 40, "a" * 36 + "_2"], id="long"
        ),
        pytest.param([HEADER, ["end_group"], ["text", "a", "A"], ["begin_group", "g", "G"]], ["a"], id="groups"),
        pytest.param(
            [HEADER, ["select_one l or_other", "a", "A"], ["text", "a_other", "B"]], ["a", "a_other_2"], id="or"
        ),
        pytest.param(
            [HEADER, ["text", "{answer: x}", ""], ["text", "{x}", "{answer:"]], ["answer_x_", "x_"], id="curly"
        ),
        pytest.param(
            [HEADER, ["text", "a", "\x00A\ud800"], ["text", "b", "\x00"]], ["a", "b"], id="control characters"
        ),
        pytest.param([HEADER, ["text", "a", "A" * 9_000], ["text", "b", ""]], ["a", "b"], id="a long text"),
        pytest.param([[*HEADER, "image", "audio::en"], ["text", "a", "A", "x.png", "y.mp3"]], ["a"], id="media"),
        pytest.param([HEADER, ["select_one", "a", "A"], ["text", "b", "B"]], ["b"], id="a list without a name"),
        pytest.param([HEADER, ["range", "a", "A"], ["text", "b", "B"]], ["a", "b"], id="a slider"),
        pytest.param([HEADER, *[["begin_group", f"g{n}", ""] for n in range(60)], ["text", "a", ""]], None, id="deep"),
    ],
)
def test_trap_stops_no_import(survey: Rows, codes: list[str] | None) -> None:
    if codes is None:
        with pytest.raises(DefinitionError, match="has no question that can be taken"):
            items(survey)
    else:
        assert list(items(survey)) == codes


def test_titles_that_a_definition_cannot_hold_are_made_fit_for_it() -> None:
    settings = [["form_title"], ["{answer: x} {who} ${who}\x00"]]
    found = read({"survey": [HEADER, ["text", "who", "Who?"]], "settings": settings}, language="en")
    assert found.definition["title"]["en"] == "(answer: x} (who) …"
    assert found.definition["sections"][0]["title"]["en"] == "(answer: x} (who) …"
    parse("survey", found.definition)


def test_item_with_a_fault_that_was_not_foreseen_is_left_out_and_the_rest_comes_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from instruments.xlsform.reading import Reader

    finish = Reader._finish

    def broken(self: Reader, item: dict[str, Any], row: Any) -> None:
        finish(self, item, row)
        if row.name == "b":
            item["min"] = "x"

    monkeypatch.setattr(Reader, "_finish", broken)
    survey = [[*HEADER, "relevant"], ["integer", "a", "A"], ["integer", "b", "B"], ["text", "c", "C", "${b} > 1"]]
    found = from_xlsform(workbook(survey, LIST), language="en")
    assert [item["name"] for item in found.definition["sections"][0]["items"]] == ["a", "c"]
    [left] = [note for note in found.notes if note.kind == LEFT_OUT and note.row == 3]
    assert left.text.startswith("It cannot be imported: ")


JUNK = (
    *("", "NA", "${x}", "${", "{answer:q1}", "{answer:", "\x00", "\ud800", "é" * 50, "a" * 6_000, "1e+05", "not("),
    *("select_one l", "begin_group", "end_group", "begin_repeat", "end_repeat", "calculate", "note", "integer"),
    *("range", "begin kobomatrix", "begin_score", "score__row", "begin_rank", "rank__level", "rank l", "yes"),
    *(". > 5", "regex(., 'a')", "selected(${q1}, 'a')", "name = ${q1}", "q1_other", "dont_know", "3.1", "-1"),
    *("table-list", "list-nolabel", "label", "start=1 end=5 step=1", "concat(${q1}, '{answer:')", "acknowledge"),
)
COLUMNS = (*HEADER, "relevant", "constraint", "choice_filter", "calculation", "appearance", "hint", "parameters")


@pytest.mark.parametrize("seed", range(4))
def test_no_form_of_random_cells_raises_anything_else_than_that_it_has_no_question(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - the same forms each time
    for _ in range(25):
        rows = [["text", "q1", "One"], ["select_one l", "q2", "Two"]]
        rows += [[chance.choice(JUNK) for _ in COLUMNS] for _ in range(12)]
        chance.shuffle(rows)
        choices = [["list_name", "name", "label", "part"], *[["l", *chance.choices(JUNK, k=3)] for _ in range(6)]]
        try:
            found = read(
                {"survey": [list(COLUMNS), *rows], "choices": choices, "settings": [["form_title"], rows[0][:1]]}
            )
        except DefinitionError as error:
            assert "has no question that can be taken" in error.faults[0]  # noqa: PT017 - others are faults of ours
        else:
            parse("survey", found.definition)


def test_form_of_many_conditions_and_options_comes_in_soon() -> None:
    options = [["list_name", "name", "label", "of"], *[["l", f"o{n}", f"O {n}", f"o{n % 7}"] for n in range(200)]]
    survey = [["type", "name", "label", "relevant", "choice_filter"], ["select_one l", "q0", "Q0"]]
    survey += [["select_one l", f"q{n}", f"Q {n}", f"${{q{n - 1}}} != ''", f"of = ${{q{n - 1}}}"] for n in range(1, 10)]
    began = time.process_time()
    assert len(items(survey, options)) == 10
    assert time.process_time() - began < 10
