"""Pages for paper as Word files: handout of a workshop, information note, printed instruments."""

import io
import re
from typing import Any

import pytest
from django.urls import reverse
from docx import Document

from assessments.models import Assessment
from instruments.views import files
from reports.word.pages import page_docx
from tests.factories import InstrumentFactory
from tests.indicators.factories import make_mark, make_recommendation
from tests.interviews.factories import InterviewFactory
from tests.reports.word.validity import faults
from tests.workshops.factories import make_workshop, put_to_groups
from workshops.models import Workshop

PAGE = """<!DOCTYPE html><html lang="{language}" dir="{direction}"><head><title>Title</title></head><body>
<nav>Menu</nav><main><p class="no-print">Only on the screen</p><p class="demonstration">Demonstration</p>
<h1>Title</h1><p class="which">AZE-2016</p><h2>Part</h2><h3>Question</h3><div class="answer-space"></div>
<ul><li>one</li></ul><ol class="options"><li><bdi class="code">A</bdi> Option <span class="write-in"></span></li></ol>
<table class="pack-table"><thead><tr><th>Finding</th><th class="box">Agree</th></tr></thead><tbody>
<tr class="pack-head"><th colspan="2">Head</th></tr><tr><th scope="row">Text</th>
<td class="box">☐</td></tr></tbody></table>
<script>alert(1)</script></main></body></html>"""


def texts(content: bytes) -> list[tuple[str, str]]:
    """(style, text) of each paragraph outside tables."""
    document = Document(io.BytesIO(content))
    return [(p.style.name, p.text) for p in document.paragraphs if p.text]


def all_text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    return "\n".join(node.text or "" for node in document.element.body.iter("{*}t"))


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("ka", "ltr")])
def test_a_page_has_its_headings_lists_tables_and_lines(language: str, direction: str) -> None:
    content = page_docx(PAGE.format(language=language, direction=direction))
    assert texts(content) == [
        ("Demonstration", "Demonstration"),
        ("Title", "Title"),
        ("Hint", "AZE-2016"),
        ("Text Heading 2", "Part"),
        ("Text Heading 3", "Question"),
        ("List Bullet", "one"),
        ("Options", "☐ Option ______________________"),
    ]
    document = Document(io.BytesIO(content))
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["Finding", "Agree"],
        ["Head", "Head"],
        ["Text", "☐"],
    ]
    xml = document.element.xml
    assert xml.count("<w:pBdr>") == 3, "the lines for an answer by hand"
    assert ("<w:bidi/>" in xml, "<w:bidiVisual/>" in xml) == (direction == "rtl",) * 2
    assert document.core_properties.title == "Title"
    assert "Only on the screen" not in xml
    assert "alert" not in xml
    assert faults(content) == []


def test_a_page_without_main_or_title_is_written_too() -> None:
    assert texts(page_docx("<p>Words</p>")) == [("Normal", "Words")]


@pytest.fixture
def workshop(assessment: Assessment) -> Workshop:
    """A workshop whose handout names a respondent."""
    InterviewFactory(assessment=assessment, respondent_name="Rashad Examplov")  # made up
    make_mark(assessment, state="potential_improvement", rationale="Not used.")
    make_recommendation(assessment, "ask Rashad Examplov for training")
    put_to_groups(assessment)
    return make_workshop(assessment)


@pytest.mark.parametrize("language", ["en", "ar", "ka"])
def test_the_handout_as_a_word_file_withholds_names(workshop: Workshop, client_as: Any, language: str) -> None:
    workshop.assessment.languages = ["en", "ar", "ka"]
    workshop.assessment.save()
    address = reverse("workshops:handout", args=[workshop.assessment.reference, workshop.pk])
    for role in ("observer", "lead"):
        client = client_as(role)
        assert f"{address}?lang=" in client.get(address).content.decode()
        file = client.get(f"{address}?format=docx&lang={language}")
        assert file["Content-Disposition"].endswith(f'-{language}.docx"')
        text = all_text(file.content)
        assert ("Not used." in text, "for training" in text, "☐" in text) == (True, True, True)
        assert "Examplov" not in text
    assert faults(file.content) == []


def test_the_information_note_as_a_word_file(assessment: Assessment, client_as: Any) -> None:
    address = reverse("interviews:information_note", args=[assessment.reference])
    for language in ("en", "ar", "hy"):
        page = client_as("consultant").get(address, {"language": language})
        assert "format=docx" in page.content.decode()
        file = client_as("consultant").get(address, {"language": language, "format": "docx"})
        assert file["Content-Disposition"].endswith(f'information-note-{language}.docx"')
        text = all_text(file.content)
        for _heading, words in page.context["wording"].paragraphs:
            assert (
                " ".join(words.split())[:40] in " ".join(text.replace("\n", "").split())[:100_000] or words[:10] in text
            )
        assert faults(file.content) == []
    assert client_as("focal_point").get(address, {"format": "docx"}).status_code == 403


@pytest.mark.parametrize("kind", ["interview_guide", "survey", "indicators"])
def test_a_printed_instrument_as_a_word_file(kind: str, client_as: Any) -> None:
    """In each of two languages that the page of files offers."""
    instrument = InstrumentFactory(kind=kind)
    client = client_as("observer")
    files = client.get(reverse("instruments:instrument_files", args=[instrument.pk])).content.decode()
    address = reverse("instruments:instrument_print", args=[instrument.pk])
    offered = re.findall(rf"{address}\?language=(\w+)&amp;format=docx", files)
    assert "en" in offered
    for language in ("en", "ar") if "ar" in offered else ("en",):
        file = client.get(address, {"language": language, "format": "docx"})
        assert file["Content-Disposition"].endswith(f'-whole-{language}.docx"')
        assert faults(file.content) == []
        assert ("<w:bidi/>" in Document(io.BytesIO(file.content)).element.xml) == (language == "ar")


def test_a_printed_instrument_withholds_names_as_its_page_does(
    assessment: Assessment, client_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They come with what is filled in from the assessment, which is part of the address."""
    InterviewFactory(assessment=assessment, respondent_name="Rashad Examplov")  # made up
    assessment.study.commissioner = "Office of Rashad Examplov"
    assessment.study.save()
    printed: list[str] = []
    monkeypatch.setattr(files, "pdf_of", lambda html: printed.append(html) or b"%PDF")
    address = reverse("tool:instrument_print", args=[assessment.reference, assessment.guide_id])
    for role, named in (("lead", True), ("observer", False)):
        client = client_as(role)
        tool = client.get(reverse("assessments:assessment_tool", args=[assessment.reference])).content.decode()
        assert ("Rashad+Examplov" in tool, "commissioner=Office+of+" in tool) == (named, True)
        filled = {"commissioner": assessment.study.commissioner}
        text = all_text(client.get(address, {**filled, "format": "docx"}).content)
        assert client.get(address, {**filled, "format": "pdf"}).content == b"%PDF"
        for shown in (text, printed[-1]):
            assert ("Office of" in shown, "Examplov" in shown) == (True, named)
