"""A second kind of invented respondents, which shares no code and no assumption with `tests.analysis.generated`.

Each respondent has an opinion of their own, which all of their answers follow (some are content with everything, some
with nothing), a habit of agreeing, and a readiness to answer at all; each sector has an opinion on each section. Points
of a scale are cut from a logistic variable. They are not field data either.
"""

from typing import Any

import numpy as np
import pandas as pd

from analysis.frames import RESPONSE_COLUMNS, SurveyFrames, Version
from instruments import schema
from tests.factories import instruments_2016

SECTORS = {"law": 0.22, "justice": 0.13, "gov": 0.22, "ngo": 0.27, "igo": 0.1, "": 0.06}


def simulated(responses: int, seed: int = 1, sector: float = 0.7, person: float = 0.7) -> SurveyFrames:
    """`sector`, `person`: the spread of opinions between sectors and between persons, against a noise of 1.8."""
    survey = schema.parse("survey", instruments_2016()["survey"])
    assert isinstance(survey, schema.Survey)
    draw = np.random.default_rng([seed, responses])
    member = draw.choice(len(SECTORS), responses, p=draw.dirichlet(60 * np.array(list(SECTORS.values()))))
    people = {
        "opinion": draw.normal(0, person, responses),
        "agreeing": draw.normal(0.3, 0.4, responses),
        "leaves_out": draw.beta(1, 14, responses),
        "unsure": draw.beta(1, 18, responses),
    }
    columns: dict[str, list[Any]] = {}
    views: dict[str, np.ndarray] = {}
    for item in survey.items:
        names = [option.name for option in survey.options(item)]
        section = views.setdefault(survey.section_of[item.name], draw.normal(0, sector, len(SECTORS)))
        lean = (
            people["opinion"] + people["agreeing"] + section[member] + draw.normal(0, sector / 2, len(SECTORS))[member]
        )
        answers: list[Any]
        match (item.type, bool(item.profile)):
            case _, True:
                answers = _characteristic(draw, str(item.profile), names, member)
            case "select_one", _ if names and not survey.depends_on(item):
                points = [name for name in names if name != "dont_know"]
                cuts = np.sort(draw.normal(0, 1.2, len(points) - 1))
                at = np.searchsorted(cuts, lean + draw.logistic(0, 1, responses))
                answers = [points[place] for place in at]
                if "dont_know" in names:
                    unsure = draw.random(responses) < people["unsure"]
                    answers = ["dont_know" if is_so else one for one, is_so in zip(answers, unsure, strict=True)]
            case "select_multiple", _ if names:
                pull = draw.normal(0, 1, len(names)) + draw.normal(0, 0.8, (responses, len(names)))
                least, most = getattr(item, "min", None) or 1, getattr(item, "max", None) or len(names)
                count = np.clip(draw.poisson(2, responses), least, most)
                answers = [
                    [names[place] for place in np.argsort(-row)[:size]] for row, size in zip(pull, count, strict=True)
                ]
            case "rank", _:
                pull = draw.normal(0, 1, len(names)) + draw.gumbel(0, 1, (responses, len(names)))
                answers = [[names[place] for place in np.argsort(-row)[: item.places]] for row in pull]  # type: ignore[union-attr]
            case _:
                answers = [None] * responses
        missing = draw.random(responses) < (0.03 if item.profile else people["leaves_out"])
        columns[item.name] = [None if is_so else one for one, is_so in zip(answers, missing, strict=True)]
    rows = [[f"AZEsur{number}", "en", "web", 1, number] for number in range(1, responses + 1)]
    return SurveyFrames(
        pd.DataFrame(rows, columns=RESPONSE_COLUMNS),
        pd.DataFrame(columns, dtype=object),
        (Version(1, "ct-nat-2016 version 1", survey, 1),),
    )


def _characteristic(draw: np.random.Generator, profile: str, names: list[str], member: np.ndarray) -> list[Any]:
    count = len(member)
    if profile == "country":
        return [str(one) for one in draw.choice(["AZE", "TUR", "GBR"], count, p=[0.96, 0.02, 0.02])]
    if profile == "role":
        found = []
        for sector in member:
            prefix = list(SECTORS)[sector]
            of = [name for name in names if prefix and name.startswith(f"{prefix}_")] or names[-3:]
            found.append(of[min(int(draw.geometric(0.5)) - 1, len(of) - 1)])
        return found
    if profile == "sex":
        women = draw.uniform(0.35, 0.65)
        return [names[int(draw.random() >= women)] for _ in range(count)]
    weights = draw.dirichlet([4, 6, 4, 1, 1][: len(names)])
    return [str(one) for one in draw.choice(names, count, p=weights)]
