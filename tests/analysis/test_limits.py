"""The limits of the data: stated only where they are known, in the language of who reads them."""

from typing import Any

import pytest
from django.utils.translation import gettext, override

from analysis.results.limits import describe_limits
from analysis.statistics.coverage import Limits
from analysis.statistics.rounding import PercentageRule, Share

RULE = PercentageRule(10)
ALL = Limits(
    14,
    36,
    7,
    20,
    6,
    Share(13, 14, RULE),
    ("State agency", 10),
    5,
    ("Prevention", "Data"),
    unsupported=3,
    criteria=25,
    corrected=("2.1 (a typing error)", "3 (clearer)"),
    invalid=(("2.2", 2), ("2.4", 1)),
)


def test_each_limit_is_named() -> None:
    assert describe_limits(ALL) == [
        "14 interviews were held, with people whom the assessment chose. People interviewed: 36. What they said shows "
        "views, and does not measure the country.",
        "7 survey responses came in. Invitations completed: 6 of 20. Answers to the rated item that the fewest people "
        "answered: 5. The survey is a convenience sample; its results must not be generalised.",
        "Corrections of wording while the survey was being answered, without a change of meaning: 2.1 (a typing "
        "error); 3 (clearer).",
        "Some answers break a rule of the questionnaire, as paper allows; they are kept as given, and counted neither "
        "as answers nor as skipped: 2.2 (2), 2.4 (1).",
        "Sector with the most interviews: State agency (10 of 14).",
        "Interviews with bodies in the capital: 13 of 14.",
        "Topics about which no interview was asked: Prevention; Data.",
        "Criteria of the matrix to which no evidence is attached yet: 3 of 25.",
    ]


def test_only_what_is_known_is_named() -> None:
    nothing = Limits(interviews=0, people=0, responses=0, largest_sector=("state", 3), capital=Share(0, 0, RULE))
    assert describe_limits(nothing) == ["No interview has been entered.", "No survey response has been received."]
    assert Limits(0, 0, 0).criteria == 0


def test_one_of_each_is_in_the_singular() -> None:
    found = describe_limits(Limits(1, 1, 1, 1, None, smallest_base=1))
    assert found == [
        "1 interview was held, with people whom the assessment chose. People interviewed: 1. What they said shows "
        "views, and does not measure the country.",
        "1 survey response came in. Invitations completed: 0 of 1. The survey is a convenience sample; its results "
        "must not be generalised.",
    ]


def test_invitations_and_the_smallest_base_are_named_where_they_say_something() -> None:
    assert "Invitations" not in describe_limits(Limits(0, 0, 7, 0))[1]
    assert "fewest people answered: 6." in describe_limits(Limits(0, 0, 7, smallest_base=6))[1]


@pytest.mark.parametrize("language", ["fr", "ka"])
def test_no_limit_is_in_english_for_a_reader_of_another_language(language: str) -> None:
    english = describe_limits(ALL)
    with override(language):
        shown = describe_limits(ALL)
    assert len(shown) == len(english)
    assert not set(shown) & set(english)


@pytest.mark.django_db
def test_the_limits_on_a_page_are_in_the_language_of_the_member(client_as: Any, assessment: Any) -> None:
    address = f"/a/{assessment.reference}/analysis/coverage/"
    html = client_as("lead").get(address, headers={"accept-language": "fr"}).content.decode()
    text = "No interview has been entered."
    with override("fr"):
        assert gettext(text) != text
        assert gettext(text) in html
