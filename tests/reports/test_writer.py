"""The report's Markdown: what is looked up, what is refused, and what is made harmless."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from django.utils.translation import gettext_lazy, override

from reports.document.registry import Block, Fact, Source, UnknownBlock
from reports.document.writer import Writer
from reports.words import words_of


class Registry:
    facts = {
        "interviews.people": Fact(
            "interviews.people", "36", "People interviewed", "Interviews", 36, "page:participants"
        ),
        "country": Fact("country", "<Azerbaijan>", "Country", "Assessment"),
    }
    sources = {"Aze 30": Source("Aze 30", "Report"), "Gen 1": Source("Gen 1", "Report")}

    def block(self, words: Sequence[str], title: str) -> Block:
        if words[0] == "chart":
            return Block(
                "figure", title or "A chart", lambda caption, anchor: f"<figure id={anchor!r}>{caption}</figure>"
            )
        if words[0] == "priorities":
            return Block("table", "Priorities", lambda caption, anchor: f"<table id={anchor!r}>{caption}</table>")
        raise UnknownBlock("no such block.")


@pytest.fixture
def writer() -> Writer:
    return Writer(Registry(), words_of("en"), frozenset(["context"]))


def write(writer: Writer, text: str) -> str:
    return writer.write(text, section="context", level=3).strip()


def messages(writer: Writer) -> list[str]:
    return [problem.message for problem in writer.problems]


def test_a_fact_is_looked_up_and_escaped(writer: Writer) -> None:
    assert write(writer, "We met {{ interviews.people }} in {{country}}.") == (
        '<p>We met <span class="fact">36</span> in <span class="fact">&lt;Azerbaijan&gt;</span>.</p>'
    )


def test_an_unknown_fact_is_an_error_in_place_with_a_proposal(writer: Writer) -> None:
    html = write(writer, "{{ interviews.peopel }}")
    message = "Unknown fact “interviews.peopel”. Did you mean “interviews.people”?"
    assert html == f'<p><strong class="fault" lang="en" dir="ltr">{message}</strong></p>'
    assert messages(writer) == [message]


@pytest.mark.parametrize("name", ["__class__", "interviews.__dict__", "1+1", "country|safe", "", "country.title()"])
def test_nothing_between_the_braces_is_evaluated(writer: Writer, name: str) -> None:
    write(writer, f"{{{{ {name} }}}}")
    assert messages(writer)[0].startswith("Unknown fact")


def test_blocks_are_numbered_through_the_document(writer: Writer) -> None:
    html = write(writer, "Text\n[[chart survey 3.1.5]]\nMore\n\n[[priorities]]\n\n[[chart survey 3.1.6 | Tools]]")
    assert html.replace("\n", "") == (
        "<p>Text</p>"
        "<div class=\"block\"><figure id='figure-1'>Figure 1. A chart</figure></div>"
        "<p>More</p>"
        "<div class=\"block\"><table id='table-1'>Table 1. Priorities</table></div>"
        "<div class=\"block\"><figure id='figure-2'>Figure 2. Tools</figure></div>"
    )
    assert writer.figures == [("figure-1", "Figure 1. A chart"), ("figure-2", "Figure 2. Tools")]


def test_an_unknown_block_is_an_error_in_place(writer: Writer) -> None:
    assert write(writer, "[[pie 3]]") == '<div class="fault" lang="en" dir="ltr">[[pie 3]]: no such block.</div>'


def test_a_block_within_a_sentence_stays_text(writer: Writer) -> None:
    assert write(writer, "Write [[chart x]] so.") == "<p>Write [[chart x]] so.</p>"


def test_citations_are_joined_and_linked(writer: Writer) -> None:
    html = write(writer, "So [@Aze 30, pp. 22-23, 48; @Gen 1].")
    assert html == (
        '<p>So (<a class="cite" href="#source-Aze-30">Aze 30</a>, pp. 22–23, 48; '
        '<a class="cite" href="#source-Gen-1">Gen 1</a>).</p>'
    )
    assert writer.cited == {"Aze 30": 1, "Gen 1": 1}


def test_an_unknown_source_is_an_error_in_place(writer: Writer) -> None:
    write(writer, "[@Aze 99]")
    assert messages(writer) == ["Unknown source “Aze 99”. Add it in the desk review, or choose another."]


def test_label_of_a_fact_is_english_in_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """The document is the same for every reader, whatever the language of their pages."""
    people = replace(Registry.facts["interviews.people"], label=gettext_lazy("People interviewed"))
    monkeypatch.setitem(Registry.facts, people.name, people)
    writer = Writer(Registry(), words_of("en"), frozenset(["context"]), link=lambda source: "/there/")
    with override("fr"):
        assert str(people.label) != "People interviewed"
        assert 'title="People interviewed"' in write(writer, "{{ interviews.people }}")


def test_footnotes_are_numbered_through_the_document_and_may_contain_facts(writer: Writer) -> None:
    first = write(writer, "One[^a].\n\n[^a]: Note with {{ interviews.people }} people [@Gen 1].")
    second = write(writer, "Two[^a].\n\n[^a]: Another.")
    assert first == '<p>One<sup class="note-call" data-note="1" data-call="1"></sup>.</p>'
    assert second == '<p>Two<sup class="note-call" data-note="2" data-call="1"></sup>.</p>'
    assert writer.footnotes == [
        'Note with <span class="fact">36</span> people (<a class="cite" href="#source-Gen-1">Gen 1</a>).',
        "Another.",
    ]


def test_a_footnote_called_twice_has_one_number(writer: Writer) -> None:
    write(writer, "Before[^0].\n\n[^0]: Zero.")
    html = write(writer, "One[^a], again[^a], other[^b].\n\n[^a]: Note.\n\n[^b]: Other.")
    calls = re.findall(r'data-note="(\d)" data-call="(\d)"', html)
    assert (calls, writer.footnotes) == ([("2", "1"), ("2", "2"), ("3", "1")], ["Zero.", "Note.", "Other."])


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        '<a href="x" onclick="y">z</a>',
        "<svg/onload=alert(1)>",
        '[x](https://e.org "\\" onmouseover=alert(1)")',
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_nothing_that_runs_reaches_the_document(writer: Writer, text: str) -> None:
    found: set[tuple[str, str, str]] = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.update(  # type: ignore[method-assign]
        (tag, name, (value or "").split(":")[0]) for name, value in attrs or [("", "")]
    )
    parser.feed(write(writer, text))
    assert found <= {("p", "", ""), ("a", "href", "https"), ("a", "href", "")}


def test_raw_html_is_shown_as_text_and_reported(writer: Writer) -> None:
    assert write(writer, "<script>x</script>") == "<p>&lt;script&gt;x&lt;/script&gt;</p>"
    assert messages(writer)[0].startswith("HTML is shown as text")


def test_pictures_are_refused_in_place(writer: Writer) -> None:
    html = write(writer, "![A map](https://example.org/map.png)")
    assert html.startswith('<p><strong class="fault" lang="en" dir="ltr">The picture “A map” is left out')
    assert "example.org" not in html


def test_a_link_to_no_section_is_reported(writer: Writer) -> None:
    assert write(writer, "[here](#context)") == '<p><a href="#context">here</a></p>'
    write(writer, "[there](#contxt)")
    write(writer, "[page](page.html)")
    assert messages(writer) == [
        "The link #contxt does not lead to a section. Did you mean “context”?",
        "The link “page.html” is not complete. Begin it with https://",
    ]


def test_headings_follow_their_section_without_a_gap(writer: Writer) -> None:
    assert write(writer, "# One\n\n#### Two").replace("\n", "") == "<h4>One</h4><h5>Two</h5>"


def test_marks_of_our_own_cannot_be_typed(writer: Writer) -> None:
    assert write(writer, "\ue0000\ue001 a\x00b") == "<p>0 ab</p>"


def test_tables_have_column_heads(writer: Writer) -> None:
    assert '<th scope="col">A</th>' in write(writer, "| A |\n|---|\n| 1 |")


def test_a_long_narrative_is_written_whole(writer: Writer) -> None:
    """About 200 pages: 100,000 words, with a fact, a citation and a footnote in each paragraph."""
    paragraph = "word " * 100 + "{{ interviews.people }} [@Gen 1][^n]\n\n"
    html = write(writer, paragraph * 1000 + "[^n]: A note.")
    assert html.count('<span class="fact">36</span>') == 1000
    assert len(writer.footnotes) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("inline [[chart survey 3.1.5]] here", "error: “[[chart survey 3.1.5]]” would be printed"),
        ("[[chart survey 3.1.5", "error: “[[chart survey 3.1.5” would be printed"),
        ("[[chart survey 3.1.5]] and more", "error: “[[chart survey 3.1.5]]” would be printed"),
        ("| A |\n|---|\n| [[priorities]] |", "error: “[[priorities]]” would be printed"),
        ("{{interviews.people.", "error: “{{interviews.people.” would be printed"),
        ("{{ interviews.people\n}}", "error: “{{ interviews.people"),
        ("interviews.people }}", "error: “}}” would be printed"),
        ("Text[^zz] more", "error: The footnote [^zz] has no text"),
        ("Text.\n\n[^zz]: A note.", "warning: The footnote [^zz] is not used, so i"),
        ("[Aze 30, p. 31]", "error: “[Aze 30, p. 31]” looks like a citation"),
        ("(Gen 1)", "error: “(Gen 1)” looks like a citation"),
        ("(@Aze 30)", "error: “(@Aze 30)” would be printed"),
        ("see @Aze 30 for more", "error: “@Aze 30"),
        ("[@Aze 30, p. 31", "error: “[@Aze 30, p. 31” would be printed"),
        ("This is **bold", "warning: “**” is not closed"),
        ("    [[chart survey 3.1.5]]", "warning: “[[” in a line that begins with four spaces"),
        ("[[chart survey 3.1.5 | Tools of {{ country }}]]", "error: The title “Tools of {{ country }}” contains “"),
        ("A note[^a].\n\n[^a]: With {{ country", "error: “{{ country” would be printed"),
    ],
)
def test_raw_notation_is_found(writer: Writer, text: str, expected: str) -> None:
    write(writer, text)
    found = [f"{problem.kind}: {problem.message}" for problem in writer.problems]
    assert [line[: len(expected)] for line in found] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "{{ country }} [@Aze 30, p. 31] and a note[^1].\n\n[^1]: With {{ country }} [@Gen 1].",
        "Write `[[chart survey 3.1.5]]`, `{{ country }}`, `[^zz]` or `[@Aze 30]`.",
        "```\n[[chart survey 3.1.5]] {{ country }}\n```",
        "An array a[1][2], a mail@example.org, (Table 3), [a link](https://example.org), two stars are: `**`.",
        "**bold** and ~~struck~~ and *emphasis*",
    ],
)
def test_what_is_understood_or_meant_as_text_is_no_raw_notation(writer: Writer, text: str) -> None:
    write(writer, text)
    assert messages(writer) == []
