"""The HTML of a document says what each part was made of, until readers get it."""

from reports.document.traces import untraced
from reports.document.writer import Writer
from reports.words import words_of
from tests.reports.test_writer import Registry

TEXT = """\
We met {{ interviews.people }} people
in the country [@Aze 30, p. 31].[^a]

- one
- two

  - three

| a | b |
|---|---|
| 1 | 2 |

> said

### Heading

[[chart roles | Roles]]

[^a]: Some note with
    two lines.
"""


def written(*, traced: bool) -> tuple[str, list[str]]:
    writer = Writer(Registry(), words_of("en"), traced=traced)
    return writer.write(TEXT, section="context", level=2), writer.footnotes


def test_each_part_has_the_lines_it_came_from() -> None:
    html, _ = written(traced=True)
    assert '<p data-src="0:2">We met' in html
    assert '<li data-src="6:7">three</li>' in html
    assert '<p data-src="4:5">two</p>' in html  # a loose entry has paragraphs of its own
    assert '<th scope="col" data-src="8:9">a</th>' in html
    assert '<td data-src="10:11">2</td>' in html
    assert '<p data-src="12:13">said</p>' in html
    assert '<h3 data-src="14:15">Heading</h3>' in html
    assert '<div class="block" data-block="chart roles" data-src="16:17">' in html


def test_references_say_what_stands_in_the_text() -> None:
    html, _ = written(traced=True)
    assert '<span class="fact" data-fact="interviews.people">36</span>' in html
    assert '<span data-cite="Aze 30, p. 31">(<a class="cite" href="#source-Aze-30">Aze 30</a>, p. 31)</span>' in html
    assert '<sup class="note-call" data-note="1" data-call="1" data-label="a" data-src="18:20"></sup>' in html


def test_readers_get_html_without_traces() -> None:
    html, notes = written(traced=True)
    plain, plain_notes = written(traced=False)
    assert "data-src" in html
    assert (untraced(html), notes) == (plain, plain_notes)
    assert "data-src" not in plain
    boxed = '<traced-block data-block="quote 1" data-src="0:1"><blockquote><p>x</p></blockquote></traced-block>'
    assert untraced(boxed) == "<blockquote><p>x</p></blockquote>"
