"""How often themes were mentioned. Units: interviews (`interviews`, `asked`) and passages (`mentions`), never people.

Tables:
- `codings`: one row per passage, theme and coder: `interview`, `answer` (any key of the note), `start`, `end`
  (characters), `theme` (key; two themes may have the same label), `coder`.
- `themes`: one row per theme: `theme`, `label`, `area` (the guide's section, blank = anywhere), `kind`.
- `interviews`: one row per interview in the order in which they were held: `interview`, `sector`.
- `planned`: one row per interview and section asked: `interview`, `section`.

The base of a theme is the interviews that were asked its area. An interview that raised it without having been asked
is counted apart, as `unprompted`, so that "4 of 6" never hides a seventh.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from interviews.counting import Passage, count_mentions


@dataclass(frozen=True)
class ThemeCount:
    """One theme: `interviews` of `asked` mention it, in `mentions` passages of all interviews.

    `unprompted` interviews mention it without having been asked its area, in `unprompted_mentions` of these passages.
    """

    theme: Any
    label: str
    area: str
    kind: str
    interviews: int
    asked: int
    unprompted: int
    mentions: int
    unprompted_mentions: int


def asked_of(planned: pd.DataFrame, interviews: pd.DataFrame, area: str) -> set[str]:
    """Codes of the interviews that were asked a section; all of them for a theme of no section."""
    if not area:
        return set(interviews["interview"])
    return set(planned.loc[planned["section"] == area, "interview"])


def frequencies(
    codings: pd.DataFrame, themes: pd.DataFrame, interviews: pd.DataFrame, planned: pd.DataFrame
) -> list[ThemeCount]:
    """Every theme of the codebook, those mentioned in most interviews first; never-mentioned ones stay, with 0."""
    marked: dict[Any, list[Passage]] = {}
    columns = [codings[name].tolist() for name in ("theme", "interview", "answer", "start", "end")]
    for theme, *place in zip(*columns, strict=True):
        marked.setdefault(theme, []).append(Passage(*place))
    asked_in = {str(area or ""): asked_of(planned, interviews, str(area or "")) for area in themes["area"].unique()}
    found = []
    for row in themes.to_dict("records"):
        area = str(row["area"] or "")
        asked, passages = asked_in[area], marked.get(row["theme"], [])
        counts = count_mentions(passages, asked)
        elsewhere = [passage for passage in passages if passage.interview not in asked]
        found.append(
            ThemeCount(
                theme=row["theme"],
                label=row["label"],
                area=area,
                kind=row["kind"],
                interviews=counts.interviews,
                asked=counts.asked,
                unprompted=counts.unprompted,
                mentions=counts.passages,
                unprompted_mentions=count_mentions(elsewhere, asked).passages,
            )
        )
    return sorted(found, key=lambda theme: (-theme.interviews, -theme.mentions, theme.label))


def by_sector(codings: pd.DataFrame, theme: object, interviews: pd.DataFrame, asked: set[str]) -> pd.DataFrame:
    """Of the interviews `asked`: rows `mentioned` and `not_mentioned` one theme, columns = sectors (blank under '')."""
    rows = interviews[interviews["interview"].isin(asked)]
    mentioned = rows["interview"].isin(codings.loc[codings["theme"] == theme, "interview"])
    table = pd.crosstab(mentioned.map({True: "mentioned", False: "not_mentioned"}), rows["sector"].fillna(""))
    return table.reindex(["mentioned", "not_mentioned"], fill_value=0).astype(int)


def co_occurrence(codings: pd.DataFrame, themes: list[object]) -> pd.DataFrame:
    """Interviews in which two themes both occur; index, columns = `themes`; the diagonal is the interviews of one."""
    if not themes:
        return pd.DataFrame()
    present = pd.crosstab(codings["interview"], codings["theme"]).gt(0).astype(int)
    present = present.reindex(columns=themes, fill_value=0)
    return present.T.dot(present).astype(int).reindex(index=themes, columns=themes)


@dataclass(frozen=True)
class Step:
    """After this many interviews: `new` themes came with the last one, `known` in all."""

    interview: str
    new: int
    known: int


def saturation(codings: pd.DataFrame, interviews: pd.DataFrame) -> list[Step]:
    """New themes per further interview, in the order of `interviews`: a flat end means that little new was
    mentioned."""
    seen: set[object] = set()
    steps = []
    for interview in interviews["interview"]:
        present = set(codings.loc[codings["interview"] == interview, "theme"])
        steps.append(Step(interview, len(present - seen), len(seen | present)))
        seen |= present
    return steps
