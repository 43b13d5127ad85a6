"""Options that are offered on certain earlier answers only: `offered_if`."""

from datetime import date
from itertools import chain, combinations
from typing import Any

import pytest

from instruments.logic.evaluate import OWN, holds
from instruments.logic.grammar import parse_condition
from instruments.rules import rules_of
from instruments.schema import DefinitionError, Survey, parse
from surveys.questionnaire.validation import check

TODAY = date(2026, 3, 31)


def text(words: str) -> dict[str, str]:
    return {"en": words}


def options(**conditions: str) -> list[dict[str, Any]]:
    """Option -> when it is offered; blank: always."""
    return [
        {"name": name, "text": text(name.title()), **({"offered_if": parse_condition(when)} if when else {})}
        for name, when in conditions.items()
    ]


def choice(name: str, kind: str = "select_one", **fields: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "text": text(name), **fields}


def document(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    region = choice("region", options=options(north="", south="", west=""))
    sections = [{"name": "1", "title": text("Places"), "items": [region, *items]}]
    return {"kind": "survey", "title": text("Survey"), "sections": sections, **fields}


def survey(*items: dict[str, Any]) -> Survey:
    found = parse("survey", document(*items))
    assert isinstance(found, Survey)
    return found


TOWNS = options(arras="${region} = 'north'", lille="${region} = 'north'", nice="${region} = 'south'")
OFFERED = {("north", "arras"), ("north", "lille"), ("south", "nice")}
ANYWHERE = [*TOWNS, *options(other="")]


def codes(form: Survey, **raw: Any) -> list[tuple[str, str]]:
    return [(error.key, error.code) for error in check(form, raw, TODAY).errors]


@pytest.mark.parametrize("kind", ["select_one", "select_multiple"])
def test_an_option_that_is_not_offered_is_refused(kind: str):
    form = survey(choice("town", kind, options=ANYWHERE))
    assert codes(form, region="north", town="lille") == []
    assert codes(form, region="south", town="other") == []
    assert codes(form, town="other") == []
    assert codes(form, region="south", town="lille") == [("town", "not_offered")]
    assert codes(form, town="lille") == [("town", "not_offered")]


def test_the_refusal_names_the_option_and_the_earlier_question():
    form = survey(choice("town", options=ANYWHERE))
    (error,) = check(form, {"region": "south", "town": "lille"}, TODAY).errors
    assert (str(error.values["option"]), error.values["item"]) == ("Lille", "region")


def test_an_item_without_an_option_left_is_not_asked_even_if_it_is_required():
    form = survey(choice("town", options=TOWNS, required=True))
    assert codes(form, region="west") == []
    assert codes(form, region="north") == [("town", "required")]
    assert codes(form, region="west", town="lille") == [("town", "not_asked")]


def test_an_earlier_answer_that_is_not_valid_is_corrected_first():
    form = survey(choice("town", options=ANYWHERE))
    assert codes(form, region="moon", town="lille") == [("region", "unknown_option")]


def test_no_more_choices_are_required_than_are_offered():
    form = survey(choice("town", "select_multiple", options=TOWNS, min=2, max=2))
    assert codes(form, region="south", town=["nice"]) == []
    assert codes(form, region="north", town=["lille"]) == [("town", "choose_exactly")]


@pytest.mark.parametrize("bounds", [{"min": 2}, {"min": 2, "max": 2}, {"min": 2, "max": 3}, {"min": 1}, {"max": 2}])
def test_the_rules_for_the_page_decide_as_the_server_does_on_what_is_offered(bounds: dict[str, int]):
    form = survey(choice("town", "select_multiple", options=[*TOWNS, *options(other="")], **bounds))
    rules = rules_of(form, form.by_name["town"])
    for region in ("north", "south", "west"):
        offered = [one for one in ("arras", "lille", "nice", "other") if (region, one) in OFFERED or one == "other"]
        for given in chain.from_iterable(combinations(offered, size) for size in range(1, len(offered) + 1)):
            answers = {"region": region, OWN: list(given)}
            allowed = all(holds(rule.tree, answers, TODAY) for rule in rules)
            assert allowed == (codes(form, region=region, town=list(given)) == []), (region, given)


def test_what_it_depends_on_is_known():
    form = survey(choice("town", options=ANYWHERE))
    assert form.depends_on(form.by_name["town"]) == ("region",)
    assert form.not_offered(form.by_name["town"], {"region": "north"}, TODAY) == {"nice"}
    assert "town" not in form.conditions


@pytest.mark.parametrize(
    ("items", "fault"),
    [
        ([choice("a", options=options(x="${b} = '1'")), choice("b", options=options(y=""))], "option x of item a dep"),
        ([choice("a", options=options(x="${a} = 'x'"))], "option x of item a depends on a, which does not come"),
        ([choice("a", options=options(x="${region} = 'east'"))], "option x of item a depends on option east of region"),
        ([choice("a", options=[{"name": "x", "text": text("X"), "offered_if": ["own"]}])], "offered_if"),
        ([choice("a", "rank", options=options(x="${region} = 'north'"), ranks=1)], "is a ranking, which offers all"),
    ],
)
def test_a_fault_of_a_filter_is_named(items: list[dict[str, Any]], fault: str):
    with pytest.raises(DefinitionError) as caught:
        parse("survey", document(*items))
    assert fault in "\n".join(caught.value.faults)


def test_a_scale_offers_all_of_its_points():
    points = options(good="${region} = 'north'", bad="")
    with pytest.raises(DefinitionError, match="is a scale, which offers all of its points"):
        parse("survey", document(scales=[{"name": "s", "points": points}]))
