"""Definitions from files of every kind, and every way in which such a file can be broken."""

import json

import pytest
import yaml

from instruments.definition_files import Upload, definition_from
from instruments.schema import DefinitionError
from tests.factories import FIXTURES, instruments_2016


def faults(content: bytes, name: str) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        definition_from(content, name)
    return caught.value.faults


@pytest.mark.parametrize("kind", ["survey", "interview_guide", "indicators"])
def test_definitions_come_back_from_json_and_yaml(kind: str) -> None:
    definition = instruments_2016()[kind]
    assert definition_from(json.dumps(definition).encode(), "a.JSON") == Upload(kind, definition)
    text = yaml.dump(definition, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    assert definition_from(text.encode(), "a.yml") == Upload(kind, definition)


def test_a_fixture_is_a_file_to_import_too() -> None:
    content = (FIXTURES / "instruments_2016_guide.yaml").read_bytes()
    assert definition_from(content, "guide.yaml") == Upload("interview_guide", instruments_2016()["interview_guide"])


LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(200))


@pytest.mark.parametrize(
    ("content", "name", "start"),
    [
        (b"{\n", "a.json", "The file is not valid JSON: line 2, column 1: Expecting property name"),
        (b"[" * 100_000, "a.json", "The file is not valid JSON: its brackets are nested too deeply."),
        (b'{"kind": ' + b"9" * 1_000_000 + b"}", "a.json", "The file is not valid JSON: a number in it is too long"),
        (b"{}", "a.json", "kind: the document must begin with one of "),
        (b'{"kind": ["survey"]}', "a.json", "kind: the document must begin with one of "),
        (b"null", "a.json", "kind: the document must begin with one of "),
        (b"\xff\xfe\x00", "a.json", "The file is not encoded in UTF-8."),
        (b"a:\n  [", "a.yaml", "The file is not valid YAML: line 3, column 1: did not find expected node content"),
        (b"!!python/object/apply:os.system [ls]", "a.yaml", "The file is not valid YAML: line 1, column 1: could not"),
        (b"? [a]\n: b", "a.yaml", "The file is not valid YAML: "),
        (b"&a [*a]", "a.yaml", "The file is not valid YAML: "),
        (b"kind: 2016-01-13", "a.yaml", "kind: the document must begin with one of "),
        (LAUGHS.encode(), "a.yaml", "The file uses too many YAML aliases (*name)."),
        (b"", "a.yaml", "kind: the document must begin with one of "),
        (b"PK", "a.xlsx", "The file cannot be read as an Excel workbook (.xlsx)"),
        (
            b"%PDF",
            "a.pdf",
            "Upload a definition as .json or .yaml, or a survey in XLSForm as .xlsx, .xls, .csv or .zip.",
        ),
        (b" " * (6 * 1024 * 1024), "a.json", "The file is larger than 5 MB."),
    ],
)
def test_broken_files(content: bytes, name: str, start: str) -> None:
    found = faults(content, name)
    assert [found[0][: len(start)], len(found)] == [start, 1]
