"""A chart says the same in both renderers, in every script, and nothing in it can do harm."""

import re
from xml.etree import ElementTree

import pytest

from analysis.charts import Chart, Series, diverging, figure, html

SCRIPTS = {
    "Georgian": "გამოძიება ეფექტურია",
    "Armenian": "Հետաքննությունը բավարար է",
    "Arabic": "التحقيق كافٍ",
    "Azerbaijani": "İstintaq mütəxəssisləri",
    "Russian": "Расследование",
}


def stacked(**changes):
    colours = diverging(["agree", "neither", "disagree"], "neither")
    fields = {
        "key": "survey-5.1",
        "title": "Investigation",
        "kind": "stacked",
        "categories": ("First", "Second"),
        "series": (
            Series("Agree", (2, 0), colours["agree"]),
            Series("Neither", (3, 1), colours["neither"]),
            Series("Disagree", (1, 0), colours["disagree"]),
        ),
        "unit": "respondents",
        "alt": "Three of six neither agree nor disagree.",
        "base": "Total survey respondents: n=7. Respondents to these questions: n=1 to 6.",
        "bases": (6, 1),
        "codes": ("5.1.4", "5.1.5"),
    }
    return Chart(**(fields | changes))


def parsed(chart):
    return ElementTree.fromstring(html.render(chart))  # noqa: S314  (our own markup)


def test_html_has_every_number_as_text_with_its_base():
    rows = [[cell.text for cell in row if cell.tag in ("td", "th")] for row in parsed(stacked()).iter("tr")]
    assert rows[1:] == [
        ["5.1.4", "First", None, "2", "3", "1", "6"],
        ["5.1.5", "Second", None, "0", "1", "0", "1"],
    ]


def test_html_heads_name_rows_and_columns():
    scopes = [(head.get("scope"), head.text) for head in parsed(stacked()).iter("th")]
    assert scopes == [
        ("col", None),  # the codes' column, named for screen readers only
        ("col", "Agree"),
        ("col", "Neither"),
        ("col", "Disagree"),
        ("col", "n"),
        ("row", "First"),
        ("row", "Second"),
    ]


def test_html_bars_are_shares_of_what_was_answered():
    bars = [svg for svg in parsed(stacked()).iter("svg") if svg.get("class") == "bar"]
    assert [[float(rect.get("width")) for rect in bar] for bar in bars] == [[333.3, 500.0, 166.7], [1000.0]]


def test_html_has_no_style_attribute_and_no_text_in_its_pictures():
    tree = parsed(stacked())
    assert [node.tag for node in tree.iter() if "style" in node.attrib] == []
    assert [child.tag for svg in tree.iter("svg") for child in svg.iter() if child.tag not in ("svg", "rect")] == []


def test_html_escapes_what_it_is_given():
    rude = '<script>alert("1")</script>'
    chart = stacked(title=rude, categories=(rude, rude), alt=rude, base=rude, note=rude, unit=rude)
    assert "<script" not in html.render(chart)
    assert list(parsed(chart).iter("script")) == []


def test_a_hidden_number_is_a_dash_in_html_and_none_in_the_table():
    chart = stacked(kind="clustered", series=(Series("Women", (None, 6)),), bases=())
    cells = [cell.text for cell in parsed(chart).iter("td") if cell.get("class", "").startswith("num")]
    assert cells == ["–", "6"]
    assert html.table(chart) == [["code", "label", "Women"], ["5.1.4", "First", None], ["5.1.5", "Second", 6]]


@pytest.mark.parametrize(("bases", "words"), [((9, 10), "3"), ((10, 10), "30% (3)"), ((0, 10), "30% (3)"), ((), "3")])
def test_percentages_appear_where_every_base_reaches_the_threshold(bases, words):
    assert stacked(bases=bases).value_text(1, 3) == words


@pytest.mark.parametrize("changes", [{"bases": (1,)}, {"codes": ("a",)}, {"series": (Series("x", (1,)),)}])
def test_a_chart_whose_rows_do_not_fit_is_refused(changes):
    with pytest.raises(ValueError, match="for 2 categories"):
        stacked(**changes)


def test_diverging_gives_each_side_its_hue():
    assert diverging(["a", "b", "n", "c", "d"], "n") == {
        "a": "#2166ac",
        "b": "#80b1d3",
        "n": "#d9d9d9",
        "c": "#f1a340",
        "d": "#b35806",
    }
    six = diverging(["a", "b", "n", "c", "d", "e"], "n")  # adequacy: a third unfavourable point, absent
    assert [six[point] for point in "cde"] == ["#f1a340", "#b35806", "#6b3305"]
    assert diverging(["a", "m", "b"], None)["m"] == "#d9d9d9"  # a middle that the scale does not call neutral
    assert list(diverging(["a", "b"], None).values()) == ["#2166ac", "#b35806"]


@pytest.mark.parametrize("kind", ["bars", "clustered", "stacked", "pie", "heat", "line"])
def test_every_kind_is_drawn_in_every_script_without_a_missing_letter(kind, recwarn):
    series = (Series("Գեղարքունիք", (4, 1, 0, 2, 3)),)
    series += () if kind in ("bars", "pie") else (Series("مرتفع $x$", (None, 1, 2, 0, 1), "#b35806"),)
    if kind == "stacked":
        series = tuple(Series(row.label, tuple(value or 0 for value in row.values), row.colour) for row in series)
    chart = stacked(kind=kind, categories=tuple(SCRIPTS.values()), series=series, bases=(), codes=())
    picture = figure.export(chart, "svg")
    assert ElementTree.fromstring(picture).tag.endswith("svg")  # noqa: S314
    assert [str(warning.message) for warning in recwarn] == []  # a letter that the font lacks would warn


def test_the_same_chart_gives_the_same_picture():
    assert figure.export(stacked(), "svg") == figure.export(stacked(), "svg")
    assert figure.export(stacked(), "png") == figure.export(stacked(), "png")
    assert re.search(rb"\d{4}-\d{2}-\d{2}T", figure.export(stacked(), "svg")) is None


def test_an_empty_chart_is_drawn_with_its_words():
    chart = stacked(categories=(), series=(), bases=(), codes=(), alt="Nobody has answered.")
    assert figure.export(chart, "png").startswith(b"\x89PNG")
    assert next(parsed(chart).iter("p")).text == "Nobody has answered."


def test_a_label_of_fifty_thousand_characters_is_drawn():
    assert figure.export(stacked(categories=("x" * 50_000, "short")), "png").startswith(b"\x89PNG")
