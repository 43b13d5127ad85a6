"""A definition from an uploaded file: JSON, YAML, or a survey as XLSForm."""

import json
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

from instruments.import_notes import Decision, Note
from instruments.schema import KINDS, DefinitionError, parse
from instruments.xlsform import from_xlsform

XLSFORM = ("xlsx", "xlsm", "xls", "csv", "zip")
LARGEST_FILE = 5 * 1024 * 1024  # bytes, as uploaded
MOST_EVENTS = 100_000  # parts of a YAML file; the survey of 2016 has 6,401
MOST_ALIASES = 1_000  # a short YAML file full of aliases can stand for gigabytes


@dataclass(frozen=True)
class Upload:
    """A definition from a file, checked, and what of the file it does not hold."""

    kind: str
    definition: dict[str, Any]
    notes: tuple[Note, ...] = ()
    decisions: tuple[Decision, ...] = ()


def definition_from(content: bytes, name: str, *, language: str = "") -> Upload:
    """The definition in an uploaded file; `language` is that of an XLSForm whose columns name none.

    Raises `DefinitionError` with every fault.
    """
    if len(content) > LARGEST_FILE:
        raise DefinitionError(
            [_("The file is larger than {megabytes} MB.").format(megabytes=LARGEST_FILE // 1024 // 1024)]
        )
    ending = name.lower().rpartition(".")[2]
    if ending in XLSFORM:
        reading = from_xlsform(content, name=name, language=language)
        return Upload("survey", reading.definition, reading.notes, reading.decisions)
    if ending not in ("json", "yaml", "yml"):
        raise DefinitionError(
            [_("Upload a definition as .json or .yaml, or a survey in XLSForm as .xlsx, .xls, .csv or .zip.")]
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DefinitionError([_("The file is not encoded in UTF-8. Save it as UTF-8 and upload it again.")]) from None
    document = _from_json(text) if ending == "json" else _from_yaml(text)
    document = _unwrapped(document)
    kind = document.get("kind") if isinstance(document, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise DefinitionError(
            [
                _("kind: the document must begin with one of {kinds}").format(
                    kinds=", ".join(f"kind: {k}" for k in KINDS)
                )
            ]
        )
    parse(kind, document)
    return Upload(kind, document)


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DefinitionError([_("The file is not valid JSON: {reason}").format(reason=_short(error))]) from None


def _from_yaml(text: str) -> Any:
    try:
        aliases = 0
        for number, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader)):
            aliases += isinstance(event, yaml.AliasEvent)
            if aliases > MOST_ALIASES:
                raise DefinitionError([_("The file uses too many YAML aliases (*name). Write the parts out.")])
            if number > MOST_EVENTS:
                raise DefinitionError(
                    [_("The file has more parts than a definition needs. Upload the definition alone.")]
                )
        return json.loads(json.dumps(yaml.load(text, Loader=yaml.CSafeLoader), default=str))
    except (yaml.YAMLError, TypeError, RecursionError, ValueError) as error:
        if isinstance(error, DefinitionError):
            raise
        raise DefinitionError([_("The file is not valid YAML: {reason}").format(reason=_short(error))]) from None


def _short(error: Exception) -> str:
    """What is wrong and where, without the words that only a programmer of the reader knows."""
    if isinstance(error, RecursionError):
        return _("its brackets are nested too deeply.")
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return _("line {line}, column {column}: {problem}").format(
            line=error.problem_mark.line + 1, column=error.problem_mark.column + 1, problem=error.problem
        )
    if isinstance(error, json.JSONDecodeError):
        return _("line {line}, column {column}: {problem}").format(
            line=error.lineno, column=error.colno, problem=error.msg
        )
    return _("a number in it is too long, or a part of it is of a type that definitions do not use.")


def _unwrapped(document: Any) -> Any:
    """The definition inside a fixture such as those of fixtures/, which holds one instrument."""
    if isinstance(document, list) and len(document) == 1 and isinstance(document[0], dict):
        fields = document[0].get("fields")
        if isinstance(fields, dict):
            return fields.get("definition")
    return document
