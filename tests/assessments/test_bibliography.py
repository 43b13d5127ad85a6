"""BibTeX and RIS: read whole, or refused whole with every fault named."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.bibliography import Entry, read_entries
from ctnat.ui.errors import FileError

BIBTEX = r"""% exported
@comment{jabref-meta: x}
@string{body = "International body"}
@techreport{one,
  title = {Trafficking {in} Persons \& response}, author = {Doe, J. and K{\"u}hn, L.},
  year = 2015, institution = body, url = {https://example.org/r}
}
@misc{two, title = "Over
  two lines", date = {2014-03}, doi = {10.1000/182}}
@book(three, title={In brackets}, editor={Roe, R.})
"""

RIS = """TY  - RPRT
TI  - A report
AU  - Doe, J.
AU  - Roe, R.
PY  - 2014
UR  - https://example.org/r
N1  - read twice
ER  -

TY  - STAT
T1  - A law
ER  -
"""


def test_read_entries_reads_bibtex() -> None:
    assert read_entries(BIBTEX) == [
        Entry(
            kind="report",
            title="Trafficking in Persons & response",
            authors="Doe, J.; Kühn, L.",
            publisher="International body",
            year=2015,
            url="https://example.org/r",
        ),
        Entry(kind="other", title="Over two lines", year=2014, url="https://doi.org/10.1000/182"),
        Entry(kind="article", title="In brackets", authors="Roe, R."),
    ]


@pytest.mark.parametrize("text", [RIS, "\ufeff" + RIS, RIS.replace("\n", "\r\n")])
def test_read_entries_reads_ris(text: str) -> None:
    assert read_entries(text) == [
        Entry(
            kind="report",
            title="A report",
            authors="Doe, J.; Roe, R.",
            year=2014,
            url="https://example.org/r",
            note="read twice",
        ),
        Entry(kind="law", title="A law"),
    ]


GOOD = "@book{good, title={Good}}\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "There is nothing to import"),
        ("a\0b", "This is not a text file"),
        ("Doe, J. (2014) A report.", "This is neither BibTeX"),
        (GOOD + "@book{bad, title={Open}\n", "Line 2, entry “bad”: a brace is missing"),
        (GOOD + "@book{bad title={No comma}}", "Line 2, entry “bad”: it cannot be read as BibTeX"),
        (GOOD + "@book{bad, title=undefined}", "Line 2, entry “bad”: it uses the name 'undefined'"),
        (GOOD + "@book{bad, year=2014}", "Line 2, entry “bad”: it has no title"),
        (GOOD + "@book bad, title={No brace}}\n", "Line 1, entry “good”: “@book bad, title={No brace}}” stands after"),
        (GOOD + "@book{bad, title={A}}, year={2014}}\n", "Line 2, entry “bad”: “, year={2014}}” stands after its end"),
        (
            f"@book{{long, title={{{'x' * 501}}}}}",
            "Line 1, entry “long”: its title has 501 characters; 500",
        ),
        (f"@book{{a, title={{A}}, author={{{'x' * 301}}}}}", "Line 1, entry “a”: the name of its author is too long"),
        ("TY  - BOOK\nTI  - A\nTY  - BOOK\nTI  - B\nER  - \n", "Entry of line 1: it has no end"),
        ("TY  - BOOK\nAU  - A\nER  - \n", "Entry of line 1: it has no title"),
        ("stray\nTY  - BOOK\nTI  - A\nER  - \n", "Line 1: text before the first"),
        ("TY  - BOOK\nTI  - A\nER  - \nAU  - stray\n", "Entry of line 1: “AU  - stray” stands after its end"),
        (GOOD * 2001, "The file holds 2001 entries"),
    ],
)
def test_read_entries_refuses_the_whole_and_names_the_place(text: str, fault: str) -> None:
    with pytest.raises(FileError) as caught:
        read_entries(text)
    assert str(caught.value.errors[0]).startswith(fault)


def test_remarks_between_entries_are_no_entries() -> None:
    text = "Sources for chapter 1\n" + GOOD + "% a }\nof 2016\n@comment{x;\n}\n@preamble{'y'}\n" + GOOD
    assert [entry.title for entry in read_entries(text)] == ["Good", "Good"]


def test_many_authors_end_in_et_al_and_none_is_cut() -> None:
    entry = read_entries("@book{a, title={A}, author={" + " and ".join(["Doe, Jane"] * 60) + "}}")[0]
    assert entry.authors.split("; ") == ["Doe, Jane"] * 26 + ["et al."]
    assert len(entry.authors) <= 300


@pytest.mark.parametrize(
    ("said", "url", "note"),
    [
        ("https://example.org/a", "https://example.org/a", "n"),
        ("www.example.org/a", "https://www.example.org/a", "n"),
        ("10.1000/182", "https://doi.org/10.1000/182", "n"),
        ("http://exa mple.org", "", "n; http://exa mple.org"),
        ("javascript:alert(1)", "", "n; javascript:alert(1)"),
        ("in the archive", "", "n; in the archive"),
    ],
)
def test_what_is_no_link_goes_into_the_note(said: str, url: str, note: str) -> None:
    entry = read_entries(f"@misc{{a, title={{A}}, note={{n}}, url={{{said}}}}}")[0]
    assert (entry.url, entry.note) == (url, note)


def test_read_entries_names_every_broken_entry() -> None:
    with pytest.raises(FileError) as caught:
        read_entries("@book{a, year=1}\n" + GOOD + "@book{b, year=2}\n")
    assert [error.place for error in caught.value.errors] == ["Line 1, entry “a”", "Line 3, entry “b”"]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='@{}=,"\\ \nabTY-ER', max_size=60))
def test_read_entries_never_fails_in_another_way(tail: str) -> None:
    for head in ("@book{x, title={", "TY  - BOOK\nTI  - "):
        with contextlib.suppress(FileError):
            read_entries(head + tail)
