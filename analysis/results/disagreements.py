"""Contradictions between the sources of a criterion. Nothing is merged into a score: each source is shown."""

from dataclasses import dataclass

from analysis.results.assessment import Results
from analysis.results.survey import ItemResult
from analysis.statistics.themes import ThemeCount
from indicators.models import Mark
from instruments import schema

IN_PLACE, IMPROVE = Mark.State.IN_PLACE.value, Mark.State.POTENTIAL_IMPROVEMENT.value


@dataclass(frozen=True)
class Disagreement:
    """One criterion and in one sentence what contradicts what. `keys` are evidence keys, `theme` the key of a theme."""

    criterion: str
    title: str
    words: str
    keys: tuple[str, ...] = ()
    theme: object = None
    note: str = ""  # a remark on the survey item


def find_disagreements(results: Results, others: dict[tuple[str, str], str] | None = None) -> list[Disagreement]:
    """In the order of the matrix. `others`: (criterion, cell) -> state of the mark that does not count."""
    found = []
    for criterion in results.indicators.criteria:
        cells = results.matrix[criterion.name]
        found += _survey(results, criterion, cells)
        found += _themes(results, criterion, cells)
        found += _marks(criterion, cells, others or {})
    return found


def _named(cells: dict[str, str], state: str) -> str:
    return ", ".join(cell for cell, found in cells.items() if found == state)


def _all_improve(cells: dict[str, str]) -> bool:
    assessed = [state for state in cells.values() if state != Mark.State.NOT_ASSESSED]
    return bool(assessed) and all(state == IMPROVE for state in assessed)


def items_of(results: Results, criterion: schema.Criterion) -> list[ItemResult]:
    """The survey items related to a criterion, as far as the questionnaire in use has them."""
    return [results.survey.items[code] for code in criterion.survey if code in results.survey.items]


def _survey(results: Results, criterion: schema.Criterion, cells: dict[str, str]) -> list[Disagreement]:
    found = []
    for item in items_of(results, criterion):
        if item.balance is None or not item.balance.net:
            continue
        answers = (
            f"{item.balance.favourable} favourable and {item.balance.unfavourable} unfavourable of {item.balance.base}"
        )
        if (place := _named(cells, IN_PLACE)) and item.balance.net < 0:
            words = f"{place} in place, yet survey item {item.code} leans unfavourable: {answers}."
        elif _all_improve(cells) and item.balance.net > 0:
            words = f"Every assessed cell is marked for improvement, yet survey item {item.code} leans favourable: "
            words += f"{answers}."
        else:
            continue
        found.append(Disagreement(criterion.name, str(criterion.text), words, (f"survey:{item.code}",), note=item.note))
    return found


def _themes(results: Results, criterion: schema.Criterion, cells: dict[str, str]) -> list[Disagreement]:
    own = set(results.themes.frames.themes.query("criterion == @criterion.name")["theme"])
    found = []
    for theme in results.themes.counts:
        if theme.theme not in own or not theme.mentions:
            continue
        heard = f"“{theme.label}” was mentioned in {_interviews(theme)}"
        if (place := _named(cells, IN_PLACE)) and theme.kind == "gap":
            words = f"{place} in place, yet a gap was named: {heard}."
        elif _all_improve(cells) and theme.kind == "good_practice":
            words = f"Every assessed cell is marked for improvement, yet good practice was named: {heard}."
        else:
            continue
        found.append(Disagreement(criterion.name, str(criterion.text), words, theme=theme.theme))
    return found


def _interviews(theme: ThemeCount) -> str:
    """`1 of 2 interviews asked and in 3 that were not asked`; a count of none is left out."""
    parts = [f"{theme.interviews} of {theme.asked} interviews asked"] if theme.interviews else []
    parts += [f"{theme.unprompted} that {'was' if theme.unprompted == 1 else 'were'} not asked"] * bool(
        theme.unprompted
    )
    return " and in ".join(parts) if theme.interviews else f"no interview asked, but in {parts[0]}"


def _marks(
    criterion: schema.Criterion, cells: dict[str, str], others: dict[tuple[str, str], str]
) -> list[Disagreement]:
    labels = dict(Mark.State.choices)
    other = {cell: others[criterion.name, cell] for cell in cells if (criterion.name, cell) in others}
    return [
        Disagreement(
            criterion.name,
            str(criterion.text),
            f"{cell}: the mark that counts says “{labels[cells[cell]]}”, the other one “{labels[state]}”.",
        )
        for cell, state in other.items()
        if state != cells[cell]
    ]
