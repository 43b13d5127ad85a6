"""Contradictions between the sources of a criterion. Nothing is merged into a score: each source is shown."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
        if (place := _named(cells, IN_PLACE)) and item.balance.net < 0:
            sentence = _(
                "{place} in place, yet survey item {code} leans unfavourable: {favourable} favourable and "
                "{unfavourable} unfavourable of {base}."
            )
        elif _all_improve(cells) and item.balance.net > 0:
            sentence = _(
                "Every assessed cell is marked for improvement, yet survey item {code} leans favourable: {favourable} "
                "favourable and {unfavourable} unfavourable of {base}."
            )
        else:
            continue
        words = sentence.format(
            place=place,
            code=item.code,
            favourable=item.balance.favourable,
            unfavourable=item.balance.unfavourable,
            base=item.balance.base,
        )
        found.append(Disagreement(criterion.name, str(criterion.text), words, (f"survey:{item.code}",), note=item.note))
    return found


def _themes(results: Results, criterion: schema.Criterion, cells: dict[str, str]) -> list[Disagreement]:
    own = set(results.themes.frames.themes.query("criterion == @criterion.name")["theme"])
    found = []
    for theme in results.themes.counts:
        if theme.theme not in own or not theme.mentions:
            continue
        heard = _("“{label}” was mentioned in {interviews}").format(label=theme.label, interviews=_interviews(theme))
        if (place := _named(cells, IN_PLACE)) and theme.kind == "gap":
            words = _("{place} in place, yet a gap was named: {heard}.").format(place=place, heard=heard)
        elif _all_improve(cells) and theme.kind == "good_practice":
            words = _("Every assessed cell is marked for improvement, yet good practice was named: {heard}.").format(
                heard=heard
            )
        else:
            continue
        found.append(Disagreement(criterion.name, str(criterion.text), words, theme=theme.theme))
    return found


def _interviews(theme: ThemeCount) -> str:
    """`1 of 2 interviews asked and in 3 that were not asked`; a count of none is left out."""
    if not theme.unprompted:
        sentence = _("{interviews} of {asked} interviews asked")
    elif theme.interviews:
        sentence = ngettext(
            "{interviews} of {asked} interviews asked and in {unprompted} that was not asked",
            "{interviews} of {asked} interviews asked and in {unprompted} that were not asked",
            theme.unprompted,
        )
    else:
        sentence = ngettext(
            "no interview asked, but in {unprompted} that was not asked",
            "no interview asked, but in {unprompted} that were not asked",
            theme.unprompted,
        )
    return sentence.format(interviews=theme.interviews, asked=theme.asked, unprompted=theme.unprompted)


def _marks(
    criterion: schema.Criterion, cells: dict[str, str], others: dict[tuple[str, str], str]
) -> list[Disagreement]:
    labels = dict(Mark.State.choices)
    other = {cell: others[criterion.name, cell] for cell in cells if (criterion.name, cell) in others}
    return [
        Disagreement(
            criterion.name,
            str(criterion.text),
            _("{cell}: the mark that counts says “{state}”, the other one “{other}”.").format(
                cell=cell, state=labels[cells[cell]], other=labels[state]
            ),
        )
        for cell, state in other.items()
        if state != cells[cell]
    ]
