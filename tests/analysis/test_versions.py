"""Two versions of a questionnaire in one analysis: aligned by item code, and shown as two versions."""

import copy

import pytest

from analysis import gallery
from analysis.models import DataRelease
from analysis.results import for_assessment
from instruments.models import Instrument
from tests.analysis.builders import make_survey, release, respond
from tests.factories import instruments_2016

pytestmark = pytest.mark.django_db


@pytest.fixture
def second_version(assessment):
    """Version 2: item 3.1.7 was removed, 3.1.8 is new, and 2.5 has lost an option."""
    definition = copy.deepcopy(instruments_2016()["survey"])
    for section in definition["sections"]:
        for entry in section["items"]:
            if entry["name"] == "3.1":
                entry["rows"] = [row for row in entry["rows"] if row["name"] != "3.1.7"]
                entry["rows"].append({"name": "3.1.8", "type": "select_one", "text": {"en": "A new row"}})
            if entry["name"] == "2.5":
                entry["options"] = [option for option in entry["options"] if option["name"] != "neither"]
    return Instrument.objects.create(
        kind="survey", key="ct-nat-2016", version=2, definition=definition, parent=assessment.questionnaire
    )


@pytest.fixture
def mixed(assessment, second_version):
    survey = make_survey(assessment, questionnaire=second_version)
    old = assessment.questionnaire
    respond(survey, 1, {"3.1.5": "adequate", "3.1.7": "adequate", "2.5": "neither"}, questionnaire=old)
    respond(survey, 2, {"3.1.5": "inadequate", "3.1.8": "absent", "2.5": "growing"})
    respond(survey, 3, {"3.1.5": "adequate"})
    release(assessment, k=1)
    return for_assessment(assessment)


def test_an_item_of_both_versions_is_counted_together(mixed):
    item = mixed.survey.items["3.1.5"]
    assert (item.counts.asked, item.counts.given) == (3, {"adequate": 2, "inadequate": 1})
    assert item.versions == ("ct-nat-2016 version 2", "ct-nat-2016 version 1")


def test_an_item_of_one_version_is_asked_of_its_respondents_only(mixed):
    gone, new = mixed.survey.items["3.1.7"], mixed.survey.items["3.1.8"]
    assert (gone.counts.asked, gone.counts.answered, gone.versions) == (1, 1, ("ct-nat-2016 version 1",))
    assert (new.counts.asked, new.counts.answered, new.counts.skipped) == (2, 1, 1)


def test_an_option_of_the_older_version_is_kept_and_named_so(mixed):
    item = mixed.survey.items["2.5"]
    assert item.counts.given == {"growing": 1, "neither": 1}
    assert item.labels["neither"] == "Neither growing nor declining (option of another version)"


def test_a_chart_notes_that_versions_were_joined(mixed):
    chart = gallery.chart(mixed, "survey-3.1")
    assert chart.codes == ("3.1.1", "3.1.2", "3.1.3", "3.1.4", "3.1.5", "3.1.6", "3.1.8")
    assert chart.note == (
        "3.1.8 was asked in ct-nat-2016 version 2 only. "
        "Answers to 2 versions of the questionnaire are joined by item code."
    )


def test_the_page_shows_that_versions_were_joined(mixed, client_as):
    html = client_as("lead").get("/a/AZE-2016/analysis/survey/").content.decode()
    assert "Responses to 2 versions of the questionnaire are counted together by item code" in html


def test_a_gone_item_is_listed_with_its_section(mixed, client_as):
    html = client_as("lead").get("/a/AZE-2016/analysis/survey/?section=3").content.decode()
    assert 'href="/a/AZE-2016/analysis/survey/3.1.7/"' in html


def test_versions_cost_one_more_query(mixed, django_assert_num_queries, assessment):
    fresh = type(assessment).objects.with_instruments().get(pk=assessment.pk)
    with django_assert_num_queries(2):
        assert for_assessment(fresh).survey.responses == 3


def test_a_page_of_two_versions_costs_at_most_six_queries(mixed, client_as, django_assert_max_num_queries):
    client = client_as("lead")
    with django_assert_max_num_queries(6):
        client.get("/a/AZE-2016/analysis/survey/")


# A survey that went over to another version while it was answered ----------------------------------------------------


def _short(number: int, *options: str, added: bool = False, parent: Instrument | None = None) -> Instrument:
    items = [
        {
            "name": "1.1",
            "type": "select_one",
            "text": {"en": "Which?" if number == 1 else "Which one?"},
            "options": [{"name": name, "text": {"en": f"Option {name}"}} for name in options],
        },
        {
            "name": "1.2",
            "type": "select_multiple",
            "text": {"en": "Which ones?"},
            "options": [{"name": name, "text": {"en": f"Option {name}"}} for name in options],
        },
    ]
    items += (
        [{"name": "1.3", "type": "select_one", "text": {"en": "New"}, "options": items[0]["options"]}] if added else []
    )
    section = {"name": "1", "title": {"en": "One"}, "items": items}
    definition = {"kind": "survey", "title": {"en": "Short"}, "sections": [section]}
    return Instrument.objects.create(kind="survey", key="short", version=number, definition=definition, parent=parent)


@pytest.fixture
def switched(assessment):
    """(survey, version 1 with the options a and b, version 2 with c and a further question)."""
    first = _short(1, "a", "b")
    second = _short(2, "a", "b", "c", added=True, parent=first)
    assessment.questionnaire = second
    assessment.save()
    return make_survey(assessment, questionnaire=second), first, second


def _answered(switched, old: int, new: int) -> None:
    """Of the old version `old` forms: a, then b by turns; of the new one `new`: c, a, don't know, by turns."""
    survey, first, second = switched
    for number in range(old):
        one = "ab"[number % 2]
        respond(survey, number + 1, {"1.1": one, "1.2": [one, "b"]}, questionnaire=first)
    for number in range(new):
        one = ("c", "a", "dont_know")[number % 3]
        several = [one] if one == "dont_know" else [one, "b"]
        respond(survey, old + number + 1, {"1.1": one, "1.2": several, "1.3": "a"}, questionnaire=second)


def test_the_base_of_a_new_option_is_those_who_were_offered_it(assessment, switched):
    """6 old forms (a b a b a b) and 6 new ones (c a ? c a ?): 10 answered, of whom 4 were offered c."""
    _answered(switched, 6, 6)
    release(assessment, k=5)
    found = for_assessment(assessment).survey.items
    one = found["1.1"].counts
    assert (one.asked, one.answered, one.dont_know, dict(one.counts)) == (12, 10, 2, {"a": 5, "b": 3, "c": 2})
    assert (dict(one.bases), one.base("c"), one.base("a")) == ({"c": 4}, 4, 10)
    several = found["1.2"].counts
    assert (several.answered, dict(several.counts), dict(several.bases)) == (10, {"a": 5, "b": 10, "c": 2}, {"c": 4})
    added = found["1.3"].counts
    assert (added.asked, added.answered, dict(added.bases), found["1.3"].left_out) == (6, 6, {}, False)


def test_charts_and_notes_state_the_base_and_the_different_wording(assessment, switched, client_as):
    _answered(switched, 6, 6)
    release(assessment, k=5)
    found = for_assessment(assessment)
    chart = gallery.chart(found, "survey-1.1")
    assert chart.bases == (10, 10, 4)
    assert "“Option c” (1.1) was offered to 4 of those who answered; this is its base." in chart.note
    assert "The versions of the questionnaire word these differently: 1.1." in chart.note
    page = " ".join(client_as("lead").get("/a/AZE-2016/analysis/survey/1.1/").content.decode().split())
    assert '<dt>short version 1</dt><dd dir="auto">Which?</dd>' in page
    assert found.survey.items["1.2"].wordings == ()
    assert found.survey.items["1.1"].wordings == (
        ("short version 2", "Which one?"),
        ("short version 1", "Which?"),
    )


@pytest.mark.parametrize(
    ("old", "new", "counts", "asked_added"),
    [(6, 4, {"a": 3, "b": 3, "c": 0}, 0), (4, 6, {"a": 2, "b": 0, "c": 2}, 6), (5, 5, {"a": 5, "b": 2, "c": 2}, 5)],
)
def test_forms_of_a_version_that_too_few_have_are_left_out_where_the_versions_differ(
    assessment, switched, old, new, counts, asked_added
):
    """Otherwise the few who answered after the switch (or before) would be counted by themselves."""
    _answered(switched, old, new)
    release(assessment, k=5)
    found = for_assessment(assessment)
    item = found.survey.items["1.1"]
    assert dict(item.counts.counts) == counts
    assert item.left_out == (min(old, new) < 5)
    assert found.survey.items["1.3"].counts.asked == asked_added
    note = gallery.chart(found, "survey-1.1").note
    assert ("Forms of a version that fewer than 5 respondents answered are left out" in note) == item.left_out
    assert dict(item.counts.bases) == ({"c": 4} if (old, new) == (5, 5) else {})


def test_an_item_with_other_options_is_not_broken_down(assessment, switched):
    _answered(switched, 6, 6)
    release(assessment, k=5)
    stored = DataRelease.objects.get().results["items"]
    assert "by" not in stored["1.1"]
    assert stored["1.1"]["bases"] == {"c": 4}
