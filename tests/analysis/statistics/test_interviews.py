"""Themes, coverage and coders on tables small enough to count by hand."""

from fractions import Fraction

import pandas as pd
import pytest

from analysis.statistics.agreement import Agreement, compare
from analysis.statistics.coverage import sections, sections_by_sector, without_evidence
from analysis.statistics.themes import by_sector, co_occurrence, frequencies, saturation

INTERVIEWS = pd.DataFrame(
    [("i1", "state"), ("i2", "state"), ("i3", "ngo"), ("i4", "ngo")], columns=["interview", "sector"]
)
PLANNED = pd.DataFrame(
    [("i1", "2"), ("i2", "2"), ("i3", "2"), ("i3", "5"), ("i4", "5")], columns=["interview", "section"]
)
THEMES = pd.DataFrame(
    [
        (1, "Weak law", "2", "gap"),
        (2, "Weak law", "5", "gap"),
        (3, "Unheard", "2", "trend"),
        (4, "Anywhere", "", "gap"),
    ],
    columns=["theme", "label", "area", "kind"],
)
CODINGS = pd.DataFrame(
    [
        ("i1", "a1", 0, 10, 1, "ann"),
        ("i1", "a1", 5, 12, 1, "bea"),  # the same passage seen by a second coder
        ("i1", "a1", 12, 20, 1, "ann"),  # touches the passage before, does not overlap it
        ("i2", "a2", 0, 3, 1, "ann"),
        ("i4", "a4", 0, 3, 1, "ann"),  # section 2 was not asked in i4
        ("i3", "a3", 0, 3, 2, "ann"),
        ("i3", "a3", 0, 3, 4, "ann"),
    ],
    columns=["interview", "answer", "start", "end", "theme", "coder"],
)


def test_an_overlap_reaches_back_over_a_shorter_passage():
    rows = pd.DataFrame(
        [("i1", "a", 0, 20, 1, "x"), ("i1", "a", 2, 4, 1, "y"), ("i1", "a", 10, 12, 1, "y")], columns=CODINGS.columns
    )
    assert frequencies(rows, THEMES, INTERVIEWS, PLANNED)[0].mentions == 1


def test_frequencies_are_of_the_interviews_asked():
    rows = {
        row.theme: (row.interviews, row.asked, row.unprompted, row.mentions, row.unprompted_mentions)
        for row in frequencies(CODINGS, THEMES, INTERVIEWS, PLANNED)
    }
    assert rows == {1: (2, 3, 1, 4, 1), 2: (1, 2, 0, 1, 0), 3: (0, 3, 0, 0, 0), 4: (1, 4, 0, 1, 0)}


def test_frequencies_put_the_most_frequent_first_and_distinguish_equal_labels():
    assert [row.theme for row in frequencies(CODINGS, THEMES, INTERVIEWS, PLANNED)] == [1, 4, 2, 3]


def test_by_sector_counts_interviews_not_passages():
    found = by_sector(CODINGS, 1, INTERVIEWS, {"i1", "i2", "i3"})
    assert found.to_dict() == {
        "ngo": {"mentioned": 0, "not_mentioned": 1},
        "state": {"mentioned": 2, "not_mentioned": 0},
    }


def test_co_occurrence_has_interviews_of_one_theme_on_its_diagonal():
    # R: crossprod((table(codings$interview, codings$theme) > 0) * 1): 3 0 0; 0 1 1; 0 1 1
    assert co_occurrence(CODINGS, [1, 2, 4]).to_numpy().tolist() == [[3, 0, 0], [0, 1, 1], [0, 1, 1]]
    assert co_occurrence(CODINGS.iloc[:0], []).empty


def test_saturation_counts_new_themes_in_the_order_of_the_interviews():
    # R: first <- codings[!duplicated(codings$theme), ] in the order held;
    # cumsum(table(factor(first$interview, interviews$interview))): 1 1 3 3
    assert [(step.interview, step.new, step.known) for step in saturation(CODINGS, INTERVIEWS)] == [
        ("i1", 1, 1),
        ("i2", 0, 1),
        ("i3", 2, 3),
        ("i4", 0, 3),
    ]


def test_sections_distinguish_not_asked_from_no_answer():
    answered = pd.DataFrame([("i1", "2"), ("i4", "2")], columns=["interview", "section"])
    found = sections(PLANNED, answered, ["1", "2", "5"])
    # i4 answered in section 2 without having been asked it, so it is no answer to a question asked
    assert [(row.section, row.asked, row.answered) for row in found] == [("1", 0, 0), ("2", 3, 1), ("5", 2, 0)]


def test_sections_by_sector():
    # R: table(c("2", "2", "2", "5", "5"), c("state", "state", "ngo", "ngo", "ngo")), columns ngo and state: 1 2; 2 0
    found = sections_by_sector(INTERVIEWS, PLANNED, ["2", "5"])
    assert found.to_dict() == {"ngo": {"2": 1, "5": 2}, "state": {"2": 2, "5": 0}}


def test_without_evidence_is_in_the_order_of_the_matrix():
    assert without_evidence(["1.1", "1.2", "1.3"], {"1.2": ["document:Aze 1"], "1.3": [""]}) == ["1.1", "1.3"]


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        # The worked table of many textbooks: 20 both, 5 and 10 one only, 15 neither of 50.
        # observed 35/50; by chance (25*30 + 25*20) / 2500 = 1/2; kappa (7/10 - 1/2) / (1/2) = 2/5
        # R: psych::cohen.kappa(rbind(c(20, 5), c(10, 15)))$kappa and vcd::Kappa of the same: 0.4
        ((20, 5, 10, 15), Fraction(2, 5)),
        # R: psych::cohen.kappa(rbind(c(10, 5), c(20, 15)))$kappa: 0.0740740740741; the two mark unequally often
        ((10, 5, 20, 15), Fraction(2, 27)),
        # R: psych::cohen.kappa(rbind(c(7, 4), c(1, 28)))$kappa: 0.657534246575
        ((7, 4, 1, 28), Fraction(48, 73)),
        # R: psych::cohen.kappa(rbind(c(3, 1), c(1, 299)))$kappa: 0.746666666667
        ((3, 1, 1, 299), Fraction(56, 75)),
        ((5, 0, 0, 5), Fraction(1)),
        ((0, 5, 5, 0), Fraction(-1)),
        ((0, 0, 0, 9), None),  # nothing was marked: chance agrees as well
        ((0, 0, 0, 0), None),
    ],
)
def test_kappa(counts, kappa):
    assert Agreement(*counts).kappa == kappa


NOTES = pd.DataFrame([("i1", "a1"), ("i1", "b1"), ("i2", "a2")], columns=["interview", "answer"])


def test_compare_looks_at_notes_of_common_interviews_only():
    [found] = compare(CODINGS, NOTES)
    # i1 is common, with two notes; theme 1 alone was used there: two decisions. Both marked a1, neither b1.
    assert (found.coders, found.notes) == (("ann", "bea"), 2)
    assert found.overall == Agreement(both=1, first=0, second=0, neither=1)
    assert (found.overall.units, found.overall.observed, found.overall.kappa) == (2, Fraction(1), Fraction(1))


def test_compare_counts_by_coder_and_theme():
    # One interview with three notes. Theme 1: ann in a, b, c; bea in a. Theme 2: bea in b, c. Theme 3: neither.
    notes = pd.DataFrame([("i", "a"), ("i", "b"), ("i", "c")], columns=["interview", "answer"])
    marks = [("a", 1, "ann"), ("b", 1, "ann"), ("c", 1, "ann"), ("a", 1, "bea"), ("b", 2, "bea"), ("c", 2, "bea")]
    marks += [("a", 2, "")]  # an account that was removed is no coder
    codings = pd.DataFrame([("i", note, 0, 3, theme, who) for note, theme, who in marks], columns=CODINGS.columns)
    [found] = compare(codings, notes)
    assert found.coders == ("ann", "bea")
    assert found.overall == Agreement(both=1, first=2, second=2, neither=1)
    assert found.by_theme == {1: Agreement(1, 2, 0, 0), 2: Agreement(0, 0, 2, 1)}


def test_kappa_does_not_rise_with_themes_that_neither_coder_used():
    notes = pd.DataFrame([("i", "a"), ("i", "b")], columns=["interview", "answer"])
    two = [("i", "a", 0, 3, 1, "ann"), ("i", "b", 0, 3, 1, "bea")]
    others = [("x", "z", 0, 3, theme, "cleo") for theme in range(2, 60)]
    [found] = compare(pd.DataFrame(two, columns=CODINGS.columns), notes)
    [with_others] = compare(pd.DataFrame(two + others, columns=CODINGS.columns), notes)
    assert found.overall == with_others.overall == Agreement(0, 1, 1, 0)
