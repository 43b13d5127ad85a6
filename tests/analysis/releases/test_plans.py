"""Plans of break-downs: what a questionnaire offers, the default, and what makes a plan finer."""

from typing import Any

import pytest

from analysis.releases.plans import (
    MOST,
    MOST_USED,
    PLACES,
    Characteristic,
    default_plan,
    families,
    finer_than,
    form_values,
    from_json,
    offered,
    options_of,
)
from tests.analysis.generated import document, question, survey

POLICE = {"name": "police", "text": {"en": "Justice system – police"}}
JUDGE = {"name": "judge", "text": {"en": "Justice system – judge"}}
NURSE = {"name": "nurse", "text": {"en": "Nurse"}}
FORM = survey(
    question("1", "o", "y", profile="age"),
    question("2", "f", "m", profile="sex"),
    question("3", "x", "y"),
    question("4", profile="role") | {"options": [POLICE, NURSE, JUDGE]},
    question("5", "a", "b", profile="experience"),
)


def test_offered_are_the_profiles_asked_for_with_one_option_in_the_order_of_the_list_of_profiles() -> None:
    assert {profile: item.name for profile, item in offered(FORM).items()} == {"role": "4", "sex": "2", "age": "1"}
    assert list(offered(FORM)) == ["role", "sex", "age"]


def test_a_characteristic_answered_with_several_options_is_not_offered() -> None:
    several = question("1", "o", "y", profile="age") | {"type": "select_multiple"}
    assert list(offered(survey(several, question("2", "f", "m", profile="sex")))) == ["sex"]


def test_options_are_in_the_order_of_the_form_with_english_labels() -> None:
    found = options_of(FORM, FORM.by_name["4"])
    assert list(found.items()) == [
        ("police", "Justice system – police"),
        ("nurse", "Nurse"),
        ("judge", "Justice system – judge"),
    ]


def test_a_plan_has_three_places_and_one_in_reserve() -> None:
    assert (MOST_USED, MOST, PLACES) == (3, 4, ("first", "second", "third", "reserve"))


def test_families_are_options_with_the_same_words_before_the_dash() -> None:
    labels = {"a": "Police – border", "b": "Judge", "c": "Police – street", "d": "NGO – local", "e": "Police"}
    assert families(labels) == (("a", "c"),)
    assert families({"a": "NGO – local", "b": "Police – x", "c": "NGO – y", "d": "Police – z"}) == (
        ("a", "c"),
        ("b", "d"),
    )
    assert families({"a": "Police", "b": "Police"}) == ()


def test_default_plan_of_2016_is_sex_family_of_roles_age_and_tenure_in_reserve() -> None:
    plan = default_plan(document())
    assert [one.profile for one in plan] == ["sex", "role", "age", "tenure"]
    assert ("law_official", "law_police", "law_border", "law_migration") in plan[1].groups
    assert plan[0].groups == plan[2].groups == plan[3].groups == ()


def test_default_plan_leaves_out_characteristics_that_are_not_in_the_questionnaire() -> None:
    assert default_plan(FORM) == (
        Characteristic("sex"),
        Characteristic("role", (("police", "judge"),)),
        Characteristic("age"),
    )


def test_a_plan_is_the_same_after_storing_it_as_json() -> None:
    plan = default_plan(FORM)
    stored = [one.to_json() for one in plan]
    assert stored == [
        {"profile": "sex", "groups": []},
        {"profile": "role", "groups": [["police", "judge"]]},
        {"profile": "age", "groups": []},
    ]
    assert from_json(stored) == plan


def test_form_values_are_the_places_the_letters_of_groups_and_the_lot() -> None:
    plan = (
        Characteristic("role", (("a", "b"), ("c", "d"))),
        Characteristic("sex"),
        Characteristic("age", (("o", "y"),)),
        Characteristic("tenure"),
    )
    assert form_values(plan, 7) == {
        "one_in": 7,
        "first": "role",
        "role:a": "A",
        "role:b": "A",
        "role:c": "B",
        "role:d": "B",
        "second": "sex",
        "third": "age",
        "age:o": "A",
        "age:y": "A",
        "reserve": "tenure",
    }
    assert form_values([], 0) == {"one_in": 0}


@pytest.mark.parametrize(
    ("new", "is_finer"),
    [
        ((("sex", ()), ("age", (("o", "y"),))), False),
        ((("sex", ()), ("age", (("o", "y", "z"),))), False),
        ((("sex", (("f", "m"),)), ("age", (("o", "y"),))), False),
        ((("age", (("o", "y"),)),), False),
        ((("sex", ()),), False),
        ((), False),
        ((("sex", ()), ("age", ())), True),
        ((("sex", ()), ("age", (("o", "z"),))), True),
        ((("sex", ()), ("age", (("o", "z"), ("y", "x")))), True),
        ((("age", (("o", "y"),)), ("sex", ())), True),
        ((("sex", ()), ("role", ())), True),
        ((("role", ()),), True),
    ],
)  # fmt: skip
def test_a_plan_is_finer_that_separates_options_reorders_or_adds_characteristics(new: Any, is_finer: bool) -> None:
    old = (Characteristic("sex"), Characteristic("age", (("o", "y"),)))
    assert finer_than([Characteristic(*one) for one in new], old) is is_finer


def test_a_plan_is_finer_that_separates_the_options_of_one_of_several_groups() -> None:
    old = [Characteristic("role", (("a", "b"), ("c", "d")))]
    assert not finer_than([Characteristic("role", (("c", "d", "a", "b"),))], old)
    assert not finer_than([Characteristic("role", (("c", "d"), ("a", "b", "e")))], old)
    assert finer_than([Characteristic("role", (("a", "b"), ("c", "e")))], old)
