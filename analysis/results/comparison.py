"""Several assessments side by side: the numbers of each with its own bases, in the order of references. No ranking."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from analysis.results.assessment import Results
from analysis.results.survey import ItemResult
from indicators.models import Mark


@dataclass(frozen=True)
class Line:
    """One row: its label and a text for each assessment; `differs` where the texts are not all the same."""

    code: str
    label: str
    cells: tuple[str, ...]
    differs: bool = False


@dataclass(frozen=True)
class Table:
    """The parts of the comparison. Cells are texts with their base ("4 of 7")."""

    participants: list[Line]
    items: list[Line]
    matrix: list[Line]


def side_by_side(results: list[Results]) -> Table:
    """Aligned by code, with a note where an assessment's instrument lacks a survey item or a cell."""
    return Table(_participants(results), _items(results), _matrix(results))


def _participants(results: list[Results]) -> list[Line]:
    who = [(one.interviews.participants, one.survey) for one in results]
    return [
        Line("", gettext("Interviews"), tuple(str(part.interviews) for part, _ in who)),
        Line("", gettext("People in interviews"), tuple(str(part.people) for part, _ in who)),
        Line(
            "",
            gettext("Women among them"),
            tuple(gettext("{women} of {people}").format(women=part.women, people=part.people) for part, _ in who),
        ),
        Line("", gettext("Survey respondents"), tuple(str(survey.responses) for _, survey in who)),
    ]


def _items(results: list[Results]) -> list[Line]:
    """Every rated item: favourable and unfavourable answers of those who answered."""
    codes = dict.fromkeys(code for one in results for code, item in one.survey.items.items() if item.scale)
    lines = []
    for code in codes:
        found = [(one.survey.items.get(code), one.survey.is_hidden) for one in results]
        label = next(item.label for item, _ in found if item)
        lines.append(Line(code, label, tuple(_item(item, is_hidden) for item, is_hidden in found)))
    return lines


def _item(item: ItemResult | None, is_hidden: bool) -> str:
    if item is not None and is_hidden:
        return _("not released yet")
    if item is None:
        return _("not in the questionnaire")
    if item.scale is not None and item.scale.favourable is None:
        return _("favourable end of the scale not stated")
    balance = item.balance
    if balance is None:
        return _("no answers")
    return _("{favourable} favourable, {unfavourable} unfavourable of {base}").format(
        favourable=balance.favourable, unfavourable=balance.unfavourable, base=balance.base
    )


def _matrix(results: list[Results]) -> list[Line]:
    labels = dict(Mark.State.choices)
    texts = {criterion.name: str(criterion.text) for one in results for criterion in one.indicators.criteria}
    lines = []
    for code, text in texts.items():
        for cell in ("F1", "F2", "O1", "O2"):
            states = [one.matrix.get(code, {}).get(cell) for one in results]
            cells = tuple(str(labels[state]) if state else _("not in the matrix") for state in states)
            lines.append(Line(f"{code} {cell}", text, cells, differs=len(set(cells)) > 1))
    return lines
