"""Hand-typed numbers beside a chart."""

from collections.abc import Sequence

import pytest

from analysis.charts import Chart, Series
from analysis.statistics.rounding import PercentageRule
from reports.document.blocks import chart_block
from reports.document.checks import check
from reports.document.registry import Block, UnknownBlock

# 3.1.5 of the 2016 survey: of seven, four answered adequate, three inadequate
CHART = Chart(
    "survey-3.1.5",
    "3.1.5 Tools",
    "stacked",
    ("Tools",),
    (Series("Adequate", (4,)), Series("Neither", (0,)), Series("Inadequate", (3,))),
    "respondents",
    "",
    base="Total survey respondents: n=7. Respondents to this question: n=7.",
    bases=(7,),
)


class Registry:
    facts: dict[str, object] = {}
    sources: dict[str, object] = {}

    def block(self, words: Sequence[str], title: str) -> Block:
        if words[-1] == "x":
            raise UnknownBlock("no")
        return chart_block(CHART)


def warnings(text: str) -> list[str]:
    found = check(text.replace("CHART", "[[chart survey 3.1.5]]"), Registry())  # type: ignore[arg-type]
    return [problem.message.split(":")[0].removeprefix("Typed number ") for problem in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Four respondents said adequate.\n\nCHART", []),
        ("Five respondents said adequate.\n\nCHART", ["“Five respondents”"]),
        ("CHART\n\nFor most it was adequate (n=5).", ["“adequate (n=5)”"]),
        ("CHART\n\nThree of seven respondents called them inadequate (n=2).", ["“inadequate (n=2)”"]),
        ("Of the 7 respondents, 4 said so.\n\nCHART", []),
        ("In 2014, 32 cases were known [@Aze 30, p. 5].\n\nCHART", []),
        ("{{ survey.3.1.5.adequate }} respondents said so.\n\nCHART", []),
        ("Nine respondents.\n\nAnother paragraph.\n\nCHART", []),
        ("CHART\n\nSome text.\n\nNine respondents.", []),
        ("Nine respondents.\n\n[[chart survey x]]", []),
        ("57 per cent of respondents.\n\nCHART", ["“57 per cent”"]),
        ("", []),
    ],
)
def test_check(text: str, expected: list[str]) -> None:
    assert warnings(text) == expected


def test_percentages_of_a_large_base_are_known() -> None:
    """53 of 92 people are 58 per cent, 39 are 42 (the sex of those interviewed in three countries)."""
    chart = Chart(
        "sex",
        "Sex",
        "pie",
        ("Women", "Men"),
        (Series("People", (53, 39)),),
        "people",
        "",
        bases=(92, 92),
        percentages=PercentageRule(20),
    )
    assert {58, 42, 53, 39, 92} <= chart_block(chart).values
