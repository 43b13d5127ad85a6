"""reports_paste.js: what Word, LibreOffice Writer and Google Docs put on the clipboard becomes Markdown."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.js.conftest import VAULT, Pages, account

FORM = """<form data-draft="AZE-2016/context" data-account="1" data-revision="1" method="post">
<label>Text <textarea name="body">{text}</textarea></label>
<p class="restore" hidden><button type="button" data-restore>Restore it</button>
<button type="button" data-forget>Discard</button></p></form>"""
PASTE = """([html, plain]) => {
    const data = new DataTransfer();
    if (html) data.setData("text/html", html);
    data.setData("text/plain", plain);
    const field = document.querySelector("textarea");
    field.focus();
    return field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def opened(pages: Pages, text: str = "") -> Page:
    page = pages.open(account() + FORM.format(text=text), *VAULT, "js/reports.js", "js/reports_paste.js")
    page.get_by_label("Text").press("Control+End")
    return page


def paste(page: Page, html: str, plain: str = "") -> bool:
    """Whether the browser itself pastes: nothing was converted."""
    itself: bool = page.evaluate(PASTE, [html, plain])
    return itself


def pasted(pages: Pages, html: str, text: str = "", plain: str = "") -> str:
    page = opened(pages, text)
    assert not paste(page, html, plain)
    return page.get_by_label("Text").input_value()


def word(body: str) -> str:
    """The clipboard of Word."""
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">'
        '<head><meta name=Generator content="Microsoft Word 15">'
        "<style><!-- p.MsoNormal {margin:0cm; color:red} --></style>"
        f"</head><body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->{body}<!--EndFragment-->"
        "</body></html>"
    )


def word_entry(text: str, sign: str, level: int = 1, of: int = 0) -> str:
    return (
        f"<p class=MsoListParagraphCxSpMiddle style='text-indent:-18.0pt;mso-list:l{of} level{level} lfo{of + 1}'>"
        f"<![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>{sign}"
        "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>"
        f"<span lang=EN-GB>{text}<o:p></o:p></span></p>"
    )


WORD_NOTE = (
    "<p class=MsoNormal>Some <b>bold</b> and\n<i>italic</i> words<a style='mso-footnote-id:ftn1' href=\"#_ftn1\" "
    'name="_ftnref1" title=""><span class=MsoFootnoteReference><span style=\'mso-special-character:footnote\'>'
    "<![if !supportFootnotes]><span>[1]</span><![endif]></span></span></a>.<o:p></o:p></p>"
    "<div style='mso-element:footnote-list'><![if !supportFootnotes]><br clear=all><hr align=left size=1 width=\"33%\">"
    "<![endif]><div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1' "
    'href="#_ftnref1" name="_ftn1" title=""><span class=MsoFootnoteReference>[1]</span></a> A <i>note</i> of Word.</p>'
    "</div></div>"
)


def test_words_marks_and_footnotes_of_word(pages: Pages) -> None:
    assert pasted(pages, word(WORD_NOTE)) == "Some **bold** and *italic* words[^1].\n\n[^1]: A *note* of Word."


def test_a_footnote_gets_a_label_that_is_free(pages: Pages) -> None:
    text = pasted(pages, word(WORD_NOTE), "Old[^4].\n\n[^4]: Old.")
    assert text == "Old[^4].\n\n[^4]: Old.\n\nSome **bold** and *italic* words[^5].\n\n[^5]: A *note* of Word."


def test_lists_of_word(pages: Pages) -> None:
    entries = [
        word_entry("one", "·"),
        word_entry("deeper", "o", 2),
        word_entry("two", "·"),
        word_entry("first", "1.", of=1),
        word_entry("letter", "a)", 2, of=1),
        word_entry("second", "2.", of=1),
    ]
    assert pasted(pages, word("".join(entries))) == ("- one\n  - deeper\n- two\n1. first\n   1. letter\n2. second")


def test_a_table_of_word(pages: Pages) -> None:
    table = (
        "<table class=MsoTableGrid border=1><tr><td style='border:solid'><p class=MsoNormal><b>Head</b></p></td>"
        "<td colspan=2><p class=MsoNormal>a|b</p></td></tr><tr><td rowspan=2><p>1</p><p>more</p></td><td><p>2</p></td>"
        "<td><p><o:p>&nbsp;</o:p></p></td></tr><tr><td><p>3</p></td><td><p>4</p></td></tr></table>"
    )
    assert pasted(pages, word(table)) == ("| Head | a\\|b |  |\n| --- | --- | --- |\n| 1 more | 2 |  |\n|  | 3 | 4 |")


def test_headings_and_quotations_of_word(pages: Pages) -> None:
    body = "<h2>Title<o:p></o:p></h2><p class=MsoQuote><i>Said</i></p><p class=MsoNormal>Text</p>"
    assert pasted(pages, word(body)) == "### Title\n\n> *Said*\n\nText"


WRITER = """<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"/>
<meta name="generator" content="LibreOffice 7.4.7.2 (Linux)"/><style type="text/css">p { margin: 0 }</style></head>
<body lang="en-GB" dir="ltr"><h1 class="western">Chapter</h1>
<p style="margin-bottom: 0cm">Some <b>bold</b> <a href="https://example.org/a(b)">link</a><a class="sdfootnoteanc"
name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a></p>
<ul><li><p>one</p><ul><li><p>deep</p></li></ul></li><li><p>two</p></li></ul>
<ol start="3"><li><p>three</p></li><li><p>four</p></li></ol>
<table><tr><th><p>A</p></th><th><p>B</p></th></tr><tr><td><p>1</p></td><td><p>2<br/>3</p></td></tr></table>
<div id="sdfootnote1"><p class="sdfootnote"><a class="sdfootnotesym" name="sdfootnote1sym"
href="#sdfootnote1anc">1</a>A note.</p></div></body></html>"""


def test_libreoffice_writer(pages: Pages) -> None:
    assert pasted(pages, WRITER) == (
        "## Chapter\n\nSome **bold** [link](https://example.org/a%28b%29)[^1]\n\n- one\n  - deep\n- two\n\n"
        "3. three\n4. four\n\n| A | B |\n| --- | --- |\n| 1 | 2 3 |\n\n[^1]: A note."
    )


GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1">
<h2 dir="ltr" style="line-height:1.38"><span style="font-size:16pt;font-weight:400">Title</span></h2>
<p dir="ltr"><span style="font-weight:400">Plain </span><span style="font-weight:700">bold</span>
<span style="font-style:italic"> italic</span></p><br />
<ul style="margin-top:0"><li dir="ltr" style="list-style-type:disc"><p dir="ltr"><span>one</span></p></li>
<ul><li dir="ltr" aria-level="2"><p dir="ltr"><span>deep</span></p></li></ul>
<li dir="ltr" aria-level="1"><p dir="ltr"><span>two</span></p></li></ul>
<div dir="ltr" style="margin-left:0pt;"><table><colgroup><col /></colgroup><tbody><tr><td><p><span>A</span></p></td>
<td><p><span>B</span></p></td></tr><tr><td><p><span>1</span></p></td><td><p><span>2</span></p></td></tr></tbody></table></div>
</b><br class="Apple-interchange-newline">"""


def test_google_docs(pages: Pages) -> None:
    assert pasted(pages, GOOGLE) == (
        "### Title\n\nPlain **bold** *italic*\n\n- one\n  - deep\n- two\n\n| A | B |\n| --- | --- |\n| 1 | 2 |"
    )


def test_signs_stay_text_and_notation_of_the_report_is_kept(pages: Pages) -> None:
    body = (
        "<p># no *star* [x] 1 &lt; 2 &lt;b&gt; a_b {{ interviews.count }} [@Aze 30]</p><p>1. no</p>"
        "<p>[[priorities]]</p>"
    )
    assert pasted(pages, word(body)) == (
        "\\# no \\*star\\* \\[x\\] 1 < 2 \\<b> a_b {{ interviews.count }} [@Aze 30]\n\n1\\. no\n\n[[priorities]]"
    )


def test_a_few_words_are_put_into_the_line(pages: Pages) -> None:
    assert (
        pasted(pages, word("<p class=MsoNormal>some <b>bold </b></p>"), "Here: ", "some bold ")
        == "Here: some **bold** "
    )


def test_pictures_are_left_out_and_told(pages: Pages) -> None:
    page = opened(pages)
    paste(page, word("<p class=MsoNormal>Text <b>x</b> <img src='file:///C:/image001.png'></p>"))
    expect(page.get_by_label("Text")).to_have_value("Text **x**")
    expect(page.locator("#notices")).to_contain_text("1 picture was left out")
    assert not paste(page, "<img src='data:image/png;base64,AA'>")


def test_a_footnote_whose_text_was_not_copied_is_told(pages: Pages) -> None:
    page = opened(pages)
    paste(page, word(WORD_NOTE.partition("<div")[0]))
    expect(page.get_by_label("Text")).to_have_value("Some **bold** and *italic* words.")
    expect(page.locator("#notices")).to_contain_text("not copied")


@pytest.mark.parametrize("html", ["", "<span style='color: blue'>**typed** Markdown</span>", "<div>words</div>"])
def test_plain_words_are_pasted_by_the_browser(pages: Pages, html: str) -> None:
    page = opened(pages)
    assert paste(page, html, "**typed** Markdown")
    expect(page.get_by_label("Text")).to_have_value("")


def test_pasting_without_formats_stays_as_it_is(pages: Pages) -> None:
    page = opened(pages)
    page.evaluate(
        """document.querySelector("textarea").dispatchEvent(
            new KeyboardEvent("keydown", { code: "KeyV", ctrlKey: true, shiftKey: true }))"""
    )
    assert paste(page, word("<p><b>bold</b></p>"), "bold")


def test_one_undo_takes_a_paste_back(pages: Pages) -> None:
    page = opened(pages, "Before")
    paste(page, WRITER)
    expect(page.get_by_label("Text")).not_to_have_value("Before")
    page.get_by_label("Text").press("Control+z")
    expect(page.get_by_label("Text")).to_have_value("Before")


def test_the_draft_and_the_preview_hear_of_a_paste(pages: Pages) -> None:
    page = opened(pages)
    page.evaluate("document.querySelector('textarea').addEventListener('input', () => { window.heard = true; })")
    paste(page, WRITER)
    heard: Any = page.evaluate("window.heard")
    assert heard is True
