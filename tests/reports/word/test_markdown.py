"""Text written as the report's Markdown is read back as the same text, whatever signs it contains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document.parser import parser_of
from reports.word.markdown import Entry, Heading, Known, Mark, Markdown, Paragraph, Span, Table, joined, relabelled

SIGNS = st.text(alphabet="ab 1.)#>-+*_~`[]{}()<>&;!|\\\"'=^:@\n\u00a0\u200dض", max_size=30)


def span(text: str, *marks: Mark, link: str = "", note: int = 0) -> Span:
    return Span(text, frozenset(marks), link, note)


def p(*spans: Span, quote: bool = False, item: bool = False) -> Paragraph:
    return Paragraph(spans, quote, item)


def entry(text: str, level: int = 0, number: int = 0, series: str = "") -> Entry:
    return Entry((span(text),), level, number, series)


def body(*blocks: Heading | Paragraph | Entry | Table, known: Known | None = None) -> str:
    return Markdown(known or Known()).body(blocks)


def html(*blocks: Heading | Paragraph | Entry | Table) -> str:
    rendered: str = parser_of("en").render(body(*blocks))
    return rendered.replace("\n", "")


def read(text: str) -> str:
    """The text of the paragraphs that the parser finds; "?" for whatever is no paragraph."""
    found = []
    for token in parser_of("en").parse(text):
        if token.type == "inline":
            found.append("".join(child.content or "\n" * ("break" in child.type) for child in token.children or []))
        elif not token.type.startswith("paragraph"):
            found.append(f"?{token.type}")
    return "\n\n".join(found)


def lines(text: str) -> str:
    """Without what no text of the report keeps: blanks at the ends of lines, empty lines, the form of quotes."""
    straight = text.translate(str.maketrans("“”‘’", "\"\"''"))
    return "\n".join(line.strip() for line in straight.split("\n") if line.strip())


@given(SIGNS)
def test_any_text_stays_text(text: str) -> None:
    assert lines(read(body(p(span(text))))) == lines(text)


@given(st.lists(st.tuples(SIGNS, st.sets(st.sampled_from(["strong", "em", "s"]))), max_size=4))
def test_marks_are_read_back_or_told(spans: list[tuple[str, set[Mark]]]) -> None:
    writer = Markdown()
    text = writer.body([p(*(span(words, *marks) for words, marks in spans))])
    rendered = parser_of("en").render(text)
    assert "<h" not in rendered
    assert "<li" not in rendered
    marked = any(words.strip() and marks for words, marks in spans)
    assert ("<strong>" in rendered or "<em>" in rendered or "<s>" in rendered) <= marked


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("# no heading", "\\# no heading"),
        ("1. no list", "1\\. no list"),
        ("- no list", "\\- no list"),
        ("a * b_c", "a \\* b_c"),
        ("{{ interviews.count }}", "{{ interviews.count }}"),
        ("{{ unknown }}", "\\{\\{ unknown }}"),
        ("see [@Aze30, p. 3]", "see [@Aze30, p. 3]"),
        ("see [@Bad 1]", "see \\[@Bad 1\\]"),
        ("[[priorities]]", "[[priorities]]"),
        ("[[chart x]]", "\\[\\[chart x\\]\\]"),
        ("<script>", "\\<script>"),
        ("p < 0.05 & more", "p < 0.05 & more"),
        ("&copy;", "\\&copy;"),
        ("two\nlines", "two\\\nlines"),
    ],
)
def test_signs_are_escaped_and_known_notation_is_kept(typed: str, written: str) -> None:
    known = Known({"interviews.count"}, {"Aze 30"}, lambda line: line == "priorities")
    assert body(p(span(typed)), known=known) == written


def test_a_fact_is_kept_across_differently_marked_letters() -> None:
    known = Known({"interviews.count"})
    assert (
        body(p(span("{{ inter"), span("views.count", "strong"), span(" }}")), known=known) == "{{ interviews.count }}"
    )


def test_marks_stand_close_to_their_words() -> None:
    assert body(p(span("a "), span("b ", "strong"), span(" c", "em"))) == "a **b**  *c*"
    assert body(p(span("it", "em"), span("al", "em", "strong"), span("ic", "em"))) == "*it**al**ic*"
    assert body(p(span("x", link="https://example.org/"))) == "[x](https://example.org/)"


def test_marks_that_markdown_cannot_say_are_given_up_and_told() -> None:
    writer = Markdown()
    assert writer.body([p(span("a"), span("“b”", "strong"), span("c"))]) == "a“b”c"
    assert writer.lost == ["a“b”c"]


def test_lists_keep_levels_numbers_and_further_paragraphs() -> None:
    blocks = [
        entry("one", 0, 1, "a"),
        entry("bullet", 1),
        entry("two", 0, 2, "a"),
        p(span("more"), item=True),
        entry("again", 0, 1, "b"),
        entry("dot"),
    ]
    shown = html(*blocks)
    assert shown == (
        "<ol><li><p>one</p><ul><li>bullet</li></ul></li><li><p>two</p><p>more</p></li></ol><ol><li>again</li></ol>"
        "<ul><li>dot</li></ul>"
    )
    assert '<ol start="4"><li>four</li></ol>' in html(entry("x", 0, 1, "a"), entry("four", 1, 4, "b"))


def test_quotations_and_headings() -> None:
    assert html(p(span("one"), quote=True), p(span("two"), quote=True)) == (
        "<blockquote><p>one</p><p>two</p></blockquote>"
    )
    assert html(Heading(2, (span("C #"),))) == "<h2>C #</h2>"


def test_a_table_keeps_bars_backslashes_and_blank_cells() -> None:
    table = Table((((span("a|b"),), ()), ((span("c\\|d"),), (span("x", "strong"),)), ((), (span("y"),))))
    assert body(table) == "| a\\|b |  |\n| --- | --- |\n| c\\\\\\|d | **x** |\n|  | y |"
    cells = [token for token in parser_of("en").parse(body(table)) if token.type == "inline"]
    assert ["".join(child.content for child in cell.children or []) for cell in cells] == [
        *("a|b", ""),
        *("c\\|d", "x"),
        *("", "y"),
    ]


def test_footnotes_are_numbered_anew_where_texts_are_joined() -> None:
    assert relabelled("a[^1] \\[^1]\n\n[^1]: x", "b[^1]\n\n[^1]: y") == "a[^2] \\[^1]\n\n[^2]: x"
    assert joined("b[^1]\n\n[^1]: y\n", "a[^1]\n\n[^1]: x") == "b[^1]\n\n[^1]: y\n\na[^2]\n\n[^2]: x"
    assert joined("", "a[^3]") == "a[^3]"
