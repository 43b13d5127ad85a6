"""Invented respondents of the survey of 2016, for tests and benchmarks of break-downs. They are not field data.

Nearly all work in one country, few roles are frequent, 4 % leave out a characteristic. Ratings lie around a centre of
the item, to which the family of roles adds a leaning; 8 % of the answers are missing or "don't know".
"""

import random
from typing import Any

import pandas as pd

from analysis.frames import RESPONSE_COLUMNS, SurveyFrames, Version
from analysis.releases.plans import options_of
from instruments import schema
from instruments.schema.items import RankItem, SelectMultipleItem, SelectOneItem, TextItem
from tests.factories import instruments_2016

MISSING, BLANK = 0.08, 0.04
AGES = {"age_18_34": 30, "age_35_50": 45, "age_51_65": 22, "age_66_plus": 3}


def document() -> schema.Survey:
    found = schema.parse("survey", instruments_2016()["survey"])
    assert isinstance(found, schema.Survey)
    return found


def question(name: str, *options: str, **more: Any) -> dict[str, Any]:
    """An item to be answered with one of its options."""
    texts = [{"name": option, "text": {"en": option}} for option in options]
    return {"name": name, "type": "select_one", "text": {"en": name}, "options": texts, **more}


def survey(*items: dict[str, Any]) -> schema.Survey:
    """A questionnaire of one section."""
    sections = [{"name": "1", "title": {"en": "One"}, "items": items}]
    made = schema.parse("survey", {"kind": "survey", "title": {"en": "Small"}, "sections": sections})
    assert isinstance(made, schema.Survey)
    return made


def generated(responses: int, seed: int = 1, leaning: float = 0.6, spread: float = 1.0) -> SurveyFrames:
    """`leaning`: how far families of roles differ; `spread`: how far members of one family differ, in scale points."""
    draw = random.Random(seed)  # noqa: S311
    survey = document()
    roles = list(options_of(survey, survey.by_name["1.2"]))
    weights = {role: draw.choice([1, 1, 1, 2, 4, 8]) for role in roles}
    centres = {item.name: draw.uniform(0.25, 0.75) for item in survey.items}
    leans: dict[tuple[str, str], float] = {}
    rows = []
    for _ in range(responses):
        role = draw.choices(roles, [weights[role] for role in roles])[0]
        family = role.partition("_")[0]
        answers: dict[str, Any] = {
            "1.1": "AZE" if draw.random() < 0.94 else "GEO",
            "1.2": role,
            "1.3": draw.choice(["under_1", "years_1_3", "years_3_5", "years_5_10", "over_10"]),
            "1.4": draw.choice(["under_1", "years_1_3", "years_3_5", "years_5_10", "over_10"]),
            "1.5": draw.choices(list(AGES), list(AGES.values()))[0],
            "1.6": "female" if draw.random() < 0.6 else "male",
        }
        answers = {code: answer for code, answer in answers.items() if draw.random() > BLANK}
        for item in survey.items:
            if item.profile or isinstance(item, TextItem) or draw.random() < MISSING:
                continue
            lean = leans.setdefault((item.name, family), draw.gauss(0, leaning))
            answer = _answer(draw, survey, item, centres[item.name], lean, spread)
            if answer is not None:
                answers[item.name] = answer
        rows.append(answers)
    columns = list(survey.by_name)
    return SurveyFrames(
        pd.DataFrame(
            [[f"AZEsur{number}", "en", "web", 1, number] for number in range(1, responses + 1)],
            columns=RESPONSE_COLUMNS,
        ),
        pd.DataFrame({code: [row.get(code) for row in rows] for code in columns}, dtype=object),
        (Version(1, "ct-nat-2016 version 1", survey, 1),),
    )


def _answer(
    draw: random.Random, survey: schema.Survey, item: schema.Item, centre: float, lean: float, spread: float
) -> Any:
    names = [option.name for option in survey.options(item)]
    if isinstance(item, SelectOneItem):
        if survey.depends_on(item):
            return None
        at = round(draw.gauss(centre * (len(names) - 1) + lean, spread))
        return names[min(max(at, 0), len(names) - 1)]
    if isinstance(item, SelectMultipleItem):
        if not names:
            return None
        most = item.max or len(names)
        count = max(item.min or 1, min(most, round(draw.gauss(2.5, 1))))
        weight = [2 ** (-abs(at - centre * len(names) - lean) / 2) for at in range(len(names))]
        return sorted({*draw.choices(names, weight, k=count)}) if not item.min else draw.sample(names, count)
    if isinstance(item, RankItem):
        return draw.sample(names, item.places)
    return None
