import pytest

from analysis import gallery
from analysis.charts import figure, html
from analysis.results import for_assessment
from analysis.words import translate
from tests.analysis.builders import code as code_passage
from tests.analysis.builders import make_interview, make_survey, make_theme, release, respond

pytestmark = pytest.mark.django_db


def test_every_chart_of_an_empty_assessment_describes_what_is_missing(assessment):
    results = for_assessment(assessment)
    for key in gallery.keys(results):
        chart = gallery.chart(results, key)
        assert (chart.is_empty, chart.key) == (True, key)
        assert chart.alt
        assert "<table" not in html.render(chart)


def test_pair_sets_two_items_side_by_side(assessment):
    # The reference report's clustered bars of 3.2.3 and 3.2.4, read in the order from always to never.
    survey = make_survey(assessment)
    female = ["always", *["often"] * 4, *["rarely"] * 2]
    male = ["often", *["sometimes"] * 3, *["rarely"] * 2, "never"]
    for number, (one, two) in enumerate(zip(female, male, strict=True), start=1):
        respond(survey, number, {"3.2.3": one, "3.2.4": two})
    release(assessment)
    chart = gallery.chart(for_assessment(assessment), "pair-3.2.3~3.2.4")
    assert chart.categories == ("Always", "Often", "Sometimes", "Rarely", "Never")
    assert [series.values for series in chart.series] == [(1, 4, 0, 2, 0), (0, 1, 3, 2, 1)]
    assert chart.base == "Total survey respondents: n=7. Respondents to these questions: n=7."


def test_a_matrix_is_stacked_with_its_bases(assessment):
    survey = make_survey(assessment)
    respond(survey, 1, {"5.1.4": "agree", "5.1.5": "disagree"})
    respond(survey, 2, {"5.1.4": "agree", "5.1.5": "dont_know"})
    release(assessment, k=1)
    chart = gallery.chart(for_assessment(assessment), "survey-5.1")
    assert (chart.kind, chart.codes[:4], chart.codes[-1]) == ("stacked", ("5.1.1", "5.1.2", "5.1.3", "5.1.4"), "5.1.10")
    assert chart.bases[3:5] == (2, 1)
    assert chart.base == (
        "Total survey respondents: n=2. Respondents to these questions: n=0 to 2. "
        "“Don’t know” is not in the base (given once)."
    )


def test_themes_are_drawn_with_the_interviews_that_were_asked(assessment):
    first = make_interview(assessment, 1, {"2.1": "Organised"}, sections=["2"])
    make_interview(assessment, 2, {"2.1": "Not at all"}, sections=["2"])
    theme = make_theme(assessment, "organised", label="Organised crime", area="2")
    code_passage(first, "2.1", theme)
    chart = gallery.chart(for_assessment(assessment), "themes-2")
    assert (chart.categories, chart.series[0].values, chart.bases) == (("Organised crime",), (1,), (2,))
    assert chart.alt == "Most often heard: “Organised crime”, in 1 of 2 interviews in which its questions were asked."


def test_themes_that_only_interviews_not_asked_raised_are_reported_and_not_drawn(assessment):
    first = make_interview(assessment, 1, {"1.1": "Organised. Very organised."}, sections=["1"])
    make_interview(assessment, 2, {}, sections=["2"])
    make_interview(assessment, 3, {}, sections=["2"])
    theme = make_theme(assessment, "organised", label="Organised crime", area="2")
    code_passage(first, "1.1", theme, 0, 9)
    code_passage(first, "1.1", theme, 11, 25)
    chart = gallery.chart(for_assessment(assessment), "themes")
    assert chart.categories == ()
    assert chart.alt == "No interview that was asked about a theme mentioned it."
    assert chart.note == (
        "2 mentions came from interviews in which the questions of the section were not asked; they are not shown in "
        "the chart."
    )


@pytest.mark.parametrize(
    "key",
    ["", "nonsense", "survey-9.9", "survey-8.2", "pair-3.1.5", "pair-3.1.5~8.2", "breakdown-3.1.5", "themes-99",
     "breakdown-3.1.5~nonsense", "breakdown-1.6~sex", "profile-x", "breakdown-3.1.5~sex~age~role", "pair-a~b\x00"],
)  # fmt: skip
def test_unknown_keys_are_refused(assessment, key):
    with pytest.raises(gallery.UnknownChart):
        gallery.chart(for_assessment(assessment), key)


def test_every_chart_can_be_drawn(assessment):
    survey = make_survey(assessment)
    respond(survey, 1, {"1.2": "law_police", "1.6": "male", "2.1": ["origin"], "2.4": ["women", "girls"], "8.1": ["A"]})
    release(assessment, k=1)
    make_interview(assessment, 1, {"1.1": "x"}, sector="state", men=1)
    results = for_assessment(assessment)
    for key in (
        "participants-sex",
        "sections",
        "saturation",
        "survey-2.1",
        "survey-2.4",
        "priorities-survey",
        "themes",
    ):
        assert figure.export(gallery.chart(results, key), "svg").startswith(b"<?xml")


@pytest.mark.parametrize(
    ("key", "values", "words"),
    [
        ("sex_uncounted", {"n": 1}, "1 interview does not record who took part."),
        ("sex_uncounted", {"n": 2}, "2 interviews do not record who took part."),
        ("interviews_with", {"name": "State agency", "count": 10, "total": 14}, "State agency: 10 of 14 interviews."),
        ("themes_more", {"n": 1}, "1 further theme is not shown in the chart."),
        ("sections_rare", {"title": "X", "count": 1}, "The section asked least often was X (1 interview)."),
        ("results_few", {"count": 1, "k": 5}, "1 response so far. Results appear when there are at least 5."),
        ("saturation_words", {"new": 1, "known": 7}, "Of 7 themes, 1 first came up in the last three interviews."),
    ],
)  # fmt: skip
def test_sentences_are_right_for_one_and_for_many(key, values, words):
    assert translate(key, "en", **values) == words
