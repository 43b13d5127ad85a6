"""The list of what changed since an earlier edition, in the file for reviewers."""

from io import BytesIO
from pathlib import Path

import docx
from openxml_audit import OpenXmlValidator

from reports.output.comparison import compare
from reports.word.document import Since, make_docx
from tests.reports.word.test_document import document

OLD = [["a", "Shelters", "There are 36 offices in the capital."], ["b", "Law", "It is old."]]
NEW = [
    ["a", "Shelters", "There are 37 offices in the capital."],
    ["b", "Law", "It is old."],
    ["b", "Law", "A new one."],
]
SINCE = Since("What changed since edition 1", "Deleted words are struck through.", compare(OLD, NEW))


def test_each_changed_paragraph_is_listed_with_its_words() -> None:
    content, paragraphs = make_docx(document("Text."), identifier="x", tracked=True, since=SINCE)
    found = docx.Document(BytesIO(content)).paragraphs
    texts = [paragraph.text for paragraph in found]
    start = texts.index("What changed since edition 1")
    assert texts[start + 1 : start + 6] == [
        "Deleted words are struck through.",
        "Shelters",
        "There are 36 37 offices in the capital.",
        "Law",
        "A new one.",
    ]
    runs = [(run.text, bool(run.font.strike), bool(run.font.underline)) for run in found[start + 3].runs]
    assert runs == [
        ("There are", False, False),
        (" ", False, False),
        ("36", True, False),
        (" ", False, False),
        ("37", False, True),
        (" ", False, False),
        ("offices in the capital.", False, False),
    ]
    made = {paragraph.text: paragraph.kind for paragraph in paragraphs}
    assert made["There are 36 37 offices in the capital."] == "made"
    assert made["Text."] == "text"


def test_the_file_follows_the_schema_and_has_no_list_without_an_earlier_edition(tmp_path: Path) -> None:
    file = tmp_path / "review.docx"
    file.write_bytes(make_docx(document("Text.", language="ar"), identifier="x", tracked=True, since=SINCE)[0])
    assert [str(error) for error in OpenXmlValidator().validate(str(file)).errors] == []
    content, _ = make_docx(document("Text."), identifier="x", tracked=True)
    assert not any("What changed" in paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs)
