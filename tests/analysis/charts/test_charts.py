"""A chart has the same content in both renderers and in every script, and nothing in it can do harm."""

import os
import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis.charts import Chart, Series, diverging, figure, html
from analysis.charts.spec import is_light, ordered
from analysis.disclosure import HIDDEN
from analysis.statistics.rounding import PercentageRule
from ctnat.ui import fonts

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
        "code_head": "Code",
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
        ("col", None),  # the column of codes, named for screen readers only
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


def bars(chart):
    svgs = [svg for svg in parsed(chart).iter("svg") if svg.get("class") == "bar"]
    return [float(rect.get("width")) for bar in svgs for rect in bar]


def test_bars_of_one_page_have_one_scale():
    # People by sex: 28 of 36 are 78 %. Interviews by sector: 10 of 14 are 71 %, and the bar must be the shorter one.
    rule = PercentageRule(10)
    sex = stacked(kind="pie", series=(Series("People", (28, 8)),), bases=(36, 36), percentages=rule, codes=())
    sector = stacked(kind="bars", series=(Series("Interviews", (10, 4)),), bases=(14, 14), percentages=rule, codes=())
    few = stacked(kind="bars", series=(Series("Respondents", (6, 1)),), bases=(7, 7), percentages=rule, codes=())
    assert (bars(sex), bars(sector), bars(few)) == ([777.8, 222.2], [714.3, 285.7], [857.1, 142.9])


def test_bars_of_counts_with_different_bases_are_counts():
    chart = stacked(kind="bars", series=(Series("x", (2, 4)),), bases=(2, 8), percentages=PercentageRule(10), codes=())
    assert bars(chart) == [250.0, 500.0]
    shares = stacked(kind="bars", series=(Series("x", (2, 4)),), bases=(2, 8), percentages=PercentageRule(2), codes=())
    assert bars(shares) == [1000.0, 500.0]


def test_bars_without_bases_are_drawn_to_the_largest_number_there_could_be():
    series = (Series("a", (3, 0)), Series("b", (None, 6)))
    assert bars(stacked(kind="clustered", series=series, bases=(), codes=(), most=12)) == [250.0, 0, 0, 500.0]
    assert bars(stacked(kind="clustered", series=series, bases=(), codes=())) == [500.0, 0, 0, 1000.0]


def test_html_has_no_style_attribute_and_no_text_in_its_pictures():
    tree = parsed(stacked())
    assert [node.tag for node in tree.iter() if "style" in node.attrib] == []
    assert [child.tag for svg in tree.iter("svg") for child in svg.iter() if child.tag not in ("svg", "rect")] == []


def test_html_escapes_what_it_is_given():
    rude = '<script>alert("1")</script>'
    chart = stacked(title=rude, categories=(rude, rude), alt=rude, base=rude, note=rude, unit=rude)
    assert "<script" not in html.render(chart)
    assert list(parsed(chart).iter("script")) == []


def test_a_hidden_number_is_the_sign_that_the_note_explains():
    chart = stacked(kind="clustered", series=(Series("Women", (None, 6)),), bases=())
    cells = [cell.text for cell in parsed(chart).iter("td") if cell.get("class", "").startswith("num")]
    assert cells == [HIDDEN, "6"]
    assert html.table(chart) == [["code", "label", "Women"], ["5.1.4", "First", HIDDEN], ["5.1.5", "Second", 6]]


@pytest.mark.parametrize(("bases", "words"), [((9, 10), "3"), ((10, 10), "30% (3)"), ((0, 10), "30% (3)"), ((), "3")])
def test_percentages_appear_where_every_base_reaches_the_threshold(bases, words):
    assert stacked(bases=bases, percentages=PercentageRule(10)).value_text(1, 3) == words


@pytest.mark.parametrize("changes", [{"bases": (1,)}, {"codes": ("a",)}, {"series": (Series("x", (1,)),)}])
def test_a_chart_whose_rows_do_not_fit_is_refused(changes):
    with pytest.raises(ValueError, match="for 2 categories"):
        stacked(**changes)


def test_a_chart_with_codes_names_their_column():
    with pytest.raises(ValueError, match="the column of codes has no name"):
        stacked(code_head="")


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
    assert diverging(["a", "m", "b"], None)["m"] == "#d9d9d9"  # a middle that the scale does not define as neutral
    assert list(diverging(["a", "b"], None).values()) == ["#2166ac", "#b35806"]


def test_points_without_a_favourable_end_are_shades_of_one_hue():
    shades = list(ordered(["sd", "d", "a", "sa"]).values())
    assert (shades[0], shades[-1], len(set(shades))) == ("#d5dcde", "#3a4a50", 4)
    assert not set(shades) & set(diverging(["sd", "d", "a", "sa"], None).values())
    assert list(ordered(["only"]).values()) == ["#d5dcde"]
    assert [is_light(colour) for colour in (shades[0], shades[-1], "#2166ac", "#f1a340")] == [True, False, False, True]


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


NOTO_SCRIPTS = ("መከላከል", "ការបង្ការ", "การป้องกัน", "ການປ້ອງກັນ", "ကာကွယ်ခြင်း", "रोकथाम", "প্রতিরোধ", "වැළැක්වීම", "ދިވެހި")


@pytest.mark.skipif(
    not fonts.NOTO[0].is_dir() and os.environ.get("CI") != "true", reason="fonts-noto-core is not installed"
)
@pytest.mark.parametrize("word", NOTO_SCRIPTS)
def test_scripts_that_the_first_font_lacks_are_drawn_with_others(word, recwarn):
    figure.export(stacked(title=word, categories=(word, "short")), "png")
    assert [str(warning.message) for warning in recwarn] == []


@pytest.mark.parametrize("kind", ["bars", "clustered", "stacked", "heat", "line"])
def test_a_chart_in_a_language_from_right_to_left_begins_at_the_right(kind):
    series = (Series("one", (3, 1)), Series("two", (2, 4), "#b35806"))[: 1 if kind in ("bars", "line") else 2]
    chart = stacked(kind=kind, series=series, bases=() if kind == "line" else (5, 5), codes=())
    picture, axes, box = laid_out(chart, "rtl")
    middle = picture.bbox.width / 2
    assert axes.transData.transform((0, 0))[0] > axes.transData.transform((1, 0))[0]
    assert box(axes.get_yticklabels()[0]).x0 > middle
    assert box(picture._suptitle).x1 > picture.bbox.width * 0.98
    inside = [box(text) for text in axes.texts]
    assert all(text.x0 >= 0 and text.x1 <= picture.bbox.width for text in inside)
    if kind in ("bars", "clustered"):  # each number is to the left of its bar
        bars = [bar for drawn in axes.containers for bar in drawn]
        assert [text.x1 < box(bar).x0 for text, bar in zip(inside, bars, strict=True)] == [True] * len(bars)
    if legend := axes.get_legend():
        first, second = [box(text) for text in legend.get_texts()]
        assert (box(legend).x1 > middle, {text.get_text() for text in legend.get_texts()}) == (True, {"one", "two"})
        assert [text.get_text() for text in legend.get_texts()] == ["two", "one"]
        assert first.x0 < second.x0


GEORGIAN = [
    "ადეკვატურია",
    "გარკვეულწილად ადეკვატურია",
    "არც ადეკვატური, არც არაადეკვატური",
    "გარკვეულწილად არაადეკვატურია",
    "არაადეკვატურია",
    "საერთოდ არ არსებობს",
]


def laid_out(chart, direction="ltr"):
    """The figure, its one pair of axes, and a function that returns where something is drawn."""
    picture = figure.draw(chart, direction)
    renderer = FigureCanvasAgg(picture).get_renderer()
    picture.draw(renderer)
    return picture, picture.axes[0], lambda part: part.get_window_extent(renderer)


def apart(boxes):
    return not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_a_long_legend_stays_within_the_picture_and_clear_of_the_title():
    colours = diverging(GEORGIAN, GEORGIAN[2])
    chart = stacked(series=tuple(Series(label, (3, 1), colours[label]) for label in GEORGIAN), bases=(18, 6))
    picture, axes, box = laid_out(chart)
    legend, title = box(axes.get_legend()), box(picture._suptitle)
    assert legend.x0 >= 0
    assert legend.x1 <= picture.bbox.width
    assert apart([legend, title, box(axes)])
    assert apart([box(words) for words in axes.get_legend().get_texts()])


def test_numbers_of_small_segments_do_not_lie_over_each_other():
    values = [(1, 40), (1, 1), (1, 1), (1, 1), (96, 57)]
    series = tuple(Series(str(at), value, "#2166ac") for at, value in enumerate(values))
    _, axes, box = laid_out(stacked(series=series, bases=(100, 100), percentages=PercentageRule(10)))
    numbers = [text for text in axes.texts if text.get_text().endswith("%")]
    assert [text.get_text() for text in numbers] == ["40%", "96%", "57%"]
    assert apart([box(text) for text in numbers])


def test_heads_of_many_columns_do_not_lie_over_each_other():
    labels = tuple(f"Victims are not identified early enough by the authorities {at}" for at in range(12))
    chart = stacked(
        kind="heat", categories=labels, series=tuple(Series(at, (1,) * 12) for at in labels), bases=(), codes=()
    )
    _, axes, box = laid_out(chart)
    assert apart([box(head) for head in axes.get_xticklabels()])


@pytest.mark.parametrize("kind", ["bars", "stacked"])
def test_a_bar_is_about_as_thick_in_a_short_chart_without_texts_as_in_a_long_one_with_them(kind):
    for rows in (1, 2, 12):
        for texts in ({}, {"title": "", "base": ""}, {"title": "Investigation and prosecution of offenders " * 4}):
            fields = {
                "categories": ("Police",) * rows,
                "series": (Series("Agree", (2,) * rows),),
                "bases": (),
                "codes": (),
            }
            picture, axes, box = laid_out(stacked(kind=kind, **fields, **texts))
            thickness = box(axes.patches[0]).height / picture.dpi
            assert 0.15 < thickness < 0.4, (rows, texts, thickness)  # inches


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
