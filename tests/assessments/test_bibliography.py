"""BibTeX and RIS: readable entries are imported with all their fields, unreadable ones are reported."""

import contextlib
from datetime import date

import pytest
from django.utils.translation import override
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
    found = read_entries(BIBTEX)
    assert found.errors == []
    assert found.entries == [
        Entry(
            kind="report",
            title="Trafficking in Persons & response",
            authors="Doe, J.; Kühn, L.",
            publisher="International body",
            year=2015,
            url="https://example.org/r",
        ),
        Entry(kind="other", title="Over two lines", year=2014, url="https://doi.org/10.1000/182", doi="10.1000/182"),
        Entry(kind="article", title="In brackets", authors="Roe, R."),
    ]


@pytest.mark.parametrize("text", [RIS, "\ufeff" + RIS, RIS.replace("\n", "\r\n")])
def test_read_entries_reads_ris(text: str) -> None:
    assert read_entries(text).entries == [
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


FULL = Entry(
    kind="article",
    title="On referral",
    authors="Doe, J.",
    published_in="Journal of Migration",
    volume="12",
    issue="3",
    pages="4–9",
    publisher="Example Press",
    place="Baku",
    year=2014,
    language="ru",
    url="https://example.org/a",
    accessed_on=date(2016, 1, 2),
    doi="10.1000/182",
)


@pytest.mark.parametrize("language", ["rus", "ru", "Russian", "russian", "ru-RU", "Русский"])
def test_every_field_of_a_reference_is_kept(language: str) -> None:
    bibtex = (
        "@article{a, title={On referral}, author={Doe, J.}, journal={Journal of Migration}, volume=12, number={3},"
        " pages={4--9}, publisher={Example Press}, address={Baku}, year={2014}, url={https://example.org/a},"
        f" urldate={{2016-01-02}}, doi={{https://doi.org/10.1000/182}}, language={{{language}}}}}"
    )
    ris = (
        "TY  - JOUR\nTI  - On referral\nAU  - Doe, J.\nT2  - Journal of Migration\nVL  - 12\n"
        "IS  - 3\nSP  - 4\nEP  - 9\n"
        "PB  - Example Press\nCY  - Baku\nPY  - 2014\nUR  - https://example.org/a\nY2  - 2016/01/02/\n"
        f"DO  - 10.1000/182\nLA  - {language}\nER  - \n"
    )
    assert [read_entries(text).entries for text in (bibtex, ris)] == [[FULL], [FULL]]


@pytest.mark.parametrize(
    ("field", "note", "change"),
    [
        ("language={Klingonese}", "Language: Klingonese", "“Klingonese” is not known"),
        ("urldate={in spring}", "Accessed: in spring", "“in spring” is not a full date"),
        ("year={forthcoming}", "Year: forthcoming", "“forthcoming” contains no year"),
        (f"volume={{{'9' * 41}}}", f"Volume: {'9' * 41}", "longer than 40 characters"),
        ("edition={2}, isbn={1-2}", "Edition: 2; ISBN: 1-2", ""),
        ("author={Doe}, editor={Roe}", "Editor: Roe", ""),
    ],
)
def test_what_fits_no_field_goes_into_the_note(field: str, note: str, change: str) -> None:
    entry = read_entries(f"@book{{a, title={{A}}, {field}}}").entries[0]
    assert entry.note == note
    assert change in " ".join(entry.changes)


GOOD = "@book{good, title={Good}}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "There is nothing to import"),
        ("a\0b", "This is not a text file"),
        ("Doe, J. (2014) A report.", "This is neither BibTeX"),
        (GOOD * 2001, "The file has 2,001 entries"),
        (RIS * 1001, "The file has 2,002 entries"),
    ],
)
def test_read_entries_refuses_what_is_no_bibliography(text: str, message: str) -> None:
    with pytest.raises(FileError) as caught:
        read_entries(text)
    assert str(caught.value.errors[0]).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "@book{bad, title={Open}\n" + GOOD, "Line 2, entry “bad”: a brace is missing"),
        (GOOD + GOOD + "@book{bad, title={Open}\n", "Line 3, entry “bad”: a brace is missing"),
        (GOOD + "@book{bad title={No comma}}\n" + GOOD, "Line 2, entry “bad”: it cannot be read as BibTeX"),
        (GOOD + "@book{bad, year=2014}\n" + GOOD, "Line 2, entry “bad”: it has no title"),
        (GOOD + "@book{bad, title={A}, title={B}}\n" + GOOD, "Line 2, entry “bad”: it has the field title more"),
        (GOOD + "@book{, year=1}\n" + GOOD, "Line 2, entry “(no key)”: it has no title"),
        (GOOD + "@comment{x}@a{b,}" + GOOD, "Line 2, entry “b”: it has no title"),
        (GOOD + GOOD + f"@book{{long, title={{{'x' * 501}}}}}", "Line 3, entry “long”: its title has 501 characters"),
        (GOOD + GOOD + f"@book{{a, title={{A}}, author={{{'x' * 301}}}}}", "Line 3, entry “a”: an author’s name"),
    ],
)
def test_a_broken_entry_is_named_and_the_others_are_read(text: str, message: str) -> None:
    found = read_entries(text)
    assert [entry.title for entry in found.entries] == ["Good", "Good"]
    assert [str(error).startswith(message) for error in found.errors] == [True]


@pytest.mark.parametrize(
    "text",
    [GOOD + "@book bad, title={No brace}}\n", GOOD + "@book{bad, title={A}}, year={2014}}\n" + GOOD],
)
def test_what_belongs_to_no_entry_is_reported(text: str) -> None:
    found = read_entries(text)
    assert [str(error).split(": ")[0] for error in found.errors] == ["Line 2"]
    assert "belongs to no entry and is left out" in str(found.errors[0])


@pytest.mark.parametrize(
    ("text", "titles", "messages"),
    [
        ("TY  - BOOK\nTI  - A\nTY  - BOOK\nTI  - B\nER  - \n", ["B"], ["Entry of line 1: it has no end"]),
        ("TY  - BOOK\nAU  - A\nER  - \n" + RIS, ["A report", "A law"], ["Entry of line 1: it has no title"]),
        ("Provider: JabRef\nDatabase: mine.bib\n\nTY  - BOOK\nTI  - A\nER  - \n", ["A"], []),
        ("TY - BOOK\nTI - A\nER -\n", ["A"], []),
    ],
)
def test_ris_with_a_head_or_a_broken_entry_is_read(text: str, titles: list[str], messages: list[str]) -> None:
    found = read_entries(text)
    assert [entry.title for entry in found.entries] == titles
    assert [str(error).startswith(message) for error, message in zip(found.errors, messages, strict=True)] == [
        True
    ] * len(messages)


def test_text_after_the_end_of_a_ris_entry_is_reported() -> None:
    entry = read_entries("TY  - BOOK\nTI  - A\nER  - \nAU  - stray\n").entries[0]
    assert (entry.authors, entry.changes) == ("", ("“AU  - stray” follows its end and is left out",))


def test_remarks_between_entries_are_no_entries() -> None:
    text = "Sources for chapter 1\n" + GOOD + "% a }\nof 2016\n@comment{x;\n}\n@preamble{'y'}\n" + GOOD
    found = read_entries(text)
    assert ([entry.title for entry in found.entries], found.errors) == (["Good", "Good"], [])


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ('short # " of " # {2014} # "."', "Law of 2014."),
        ("nested", "The Law"),
        ('"A {"}quoted{"} word # 1"', 'A "quoted" word # 1'),
        ("{50% of US$ 5 million}", "50% of US$ 5 million"),
        (r"{{\"O}zg{\"u}r \& {\c S}. -- \textit{a}~b}", "Özgür & Ş. – a b"),
    ],
)
def test_values_of_bibtex_are_put_together_and_decoded(value: str, title: str) -> None:
    strings = '@string{short = "Law"}\n@string{nested = "The " # short}\n@string{loop = loop # loop}\n'
    assert read_entries(f"{strings}@book{{a, title={value}}}").entries[0].title == title


def test_a_name_that_no_string_defines_is_taken_as_text_and_reported() -> None:
    entry = read_entries("@book{a, title={A}, publisher=press, month=jan}").entries[0]
    assert entry.publisher == "press"
    assert entry.changes == ("publisher: no @string defines “press”; the name was kept as text",)


def test_strings_made_of_strings_do_not_grow_without_end() -> None:
    strings = '@string{s0 = "lol"}\n' + "".join(f"@string{{s{n + 1} = s{n} # s{n} # s{n}}}\n" for n in range(300))
    assert read_entries(f"{strings}@book{{a, title={{A}}, note=s300}}").entries[0].note.startswith("lollol")


def test_many_authors_end_in_et_al_and_none_is_cut() -> None:
    entry = read_entries("@book{a, title={A}, author={" + " and ".join(["Doe, Jane"] * 60) + "}}").entries[0]
    assert entry.authors.split("; ") == ["Doe, Jane"] * 26 + ["et al."]
    assert len(entry.authors) <= 300
    assert entry.changes == ("authors: the first 26 of 60 are kept, then “et al.”",)


@pytest.mark.parametrize(
    ("url_field", "url", "note"),
    [
        ("https://example.org/a", "https://example.org/a", "n"),
        ("https://example.org/a_b%20c?d=1\\&e", "https://example.org/a_b%20c?d=1&e", "n"),
        ("www.example.org/a", "https://www.example.org/a", "n"),
        ("10.1000/182", "https://doi.org/10.1000/182", "n"),
        ("http://exa mple.org", "", "n; Link: http://exa mple.org"),
        ("javascript:alert(1)", "", "n; Link: javascript:alert(1)"),
        ("in the archive", "", "n; Link: in the archive"),
    ],
)
def test_what_is_no_link_goes_into_the_note(url_field: str, url: str, note: str) -> None:
    entry = read_entries(f"@misc{{a, title={{A}}, note={{n}}, url={{{url_field}}}}}").entries[0]
    assert (entry.url, entry.note) == (url, note)


def test_one_broken_entry_among_sixty_costs_one() -> None:
    found = read_entries(GOOD * 30 + "@book{bad, title={Open}\n" + GOOD * 30)
    assert (len(found.entries), [error.place for error in found.errors]) == (60, ["Line 31, entry “bad”"])


@pytest.mark.parametrize("language", ["fr", "ka"])
def test_faults_and_changes_are_in_the_language_of_the_member_and_notes_as_they_are_stored(language: str) -> None:
    texts = (
        GOOD
        + "@book{bad, title={Open}\n@book{bad title={No comma}}\n@book{bad, year=1}\n@book{c, title={A}, title={B}}",
        "TY  - BOOK\nTI  - A\nTY  - BOOK\nTI  - B\nER  - \nAU  - stray\n",
        f"@book{{a, title={{A}}, publisher=press, journal={{{'x' * 301}}}, year={{soon}}, url={{in the archive}}, "
        "language={Klingonese}, urldate={2014}}",
    )
    english = [read_entries(text) for text in texts]
    with override(language):
        shown = [read_entries(text) for text in texts]
    assert [found.entries for found in shown] == [found.entries for found in english]  # notes included
    for one, other in zip(english, shown, strict=True):
        before, after = (
            [*map(str, found.errors), *(change for entry in found.entries for change in entry.changes)]
            for found in (one, other)
        )
        assert (len(before), set(before) & set(after)) == (len(after), set())
    with override(language), pytest.raises(FileError) as caught:
        read_entries("Doe, J. (2014) A report.")
    assert "@article{" in str(caught.value)
    assert "This is neither" not in str(caught.value)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='@{}=,"\\ \nabTY-ER#', max_size=60))
def test_read_entries_never_fails_in_another_way(tail: str) -> None:
    for head in ("@book{x, title={", "TY  - BOOK\nTI  - "):
        with contextlib.suppress(FileError):
            read_entries(head + tail)
