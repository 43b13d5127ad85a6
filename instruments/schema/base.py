"""What every definition is made of: frozen objects, texts in several languages, codes."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    RootModel,
    ValidationInfo,
    model_validator,
)

from ctnat.ui.languages import english_name
from ctnat.ui.words import fill
from instruments import words

PLACEHOLDERS = frozenset(
    [
        "assessment",
        "country",
        "commissioner",
        "office",
        "deadline",
        "survey_contact",
        "interviewer_contact",
        "research_contact",
    ]
)
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
BRACKETED = re.compile(r"\s*[(（]\{([a-z_]+)\}[)）]")
# The answer to an earlier item, quoted in a text by the item's code (or `CODE_other`, the words beside an open option).
QUOTE = re.compile(r"\{answer:([A-Za-z0-9][A-Za-z0-9_.-]{0,45})\}")
QUOTE_BEGUN = re.compile(r"\{\s*answer\s*[: ]", re.IGNORECASE)
SOURCE_LANGUAGE = "en"  # of a definition that does not state another
TEXT_LIMIT = 5_000  # characters; the longest text of the 2016 tool has 230
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # PostgreSQL and XLSX refuse them


class DefinitionError(ValueError):
    """A document that is no valid definition. `faults` is a list of `path: what is wrong` lines."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("\n".join(faults))


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


def refuse(faults: Iterable[str]) -> None:
    """Raise one error with every fault, one per line, if there are any."""
    if lines := list(faults):
        raise ValueError("\n".join(lines))


def doubled(names: Iterable[str], what: str) -> list[str]:
    """A fault for each name that occurs more than once."""
    seen: set[str] = set()
    twice = [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
    return [f"{what} {name} is used twice" for name in dict.fromkeys(twice)]


def text_faults(value: dict[str, str], source: str = SOURCE_LANGUAGE) -> list[str]:
    """Faults of one text in several languages; an empty list if there are none."""
    faults = [] if value.get(source, "").strip() else [f"needs a text in {english_name(source)} ({source})"]
    for language, text in value.items():
        if not LANGUAGE_CODE.fullmatch(language):
            faults.append(f"{language!r} is no language code")
        if len(text) > TEXT_LIMIT:
            faults.append(f"is longer than {TEXT_LIMIT} characters in {language}")
        if CONTROL.search(text):
            faults.append(f"holds a control character in {language}")
        unknown = sorted(set(PLACEHOLDER.findall(text)) - PLACEHOLDERS)
        faults += [f"unknown placeholder {{{name}}} in {language}" for name in unknown]
        if QUOTE_BEGUN.search(QUOTE.sub("", text)):
            faults.append(f"quotes an answer wrongly in {language}: write {{answer:CODE}}, with the code of the item")
    return faults


def quotes_in(value: Any) -> tuple[str, ...]:
    """The codes of the items whose answers are quoted in `value`, a part of a raw definition; each once."""
    return tuple(dict.fromkeys(code for text in _strings(value) for code in QUOTE.findall(text)))


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:  # without recursion: the sender of a document decides how deep it is
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            waiting += reversed(part.values())
        elif isinstance(part, list | tuple):
            waiting += reversed(part)


def without_answers(text: str, language: str) -> str:
    """`text` as people read it who do not answer: "[answer to 2.1]" in place of the answer that it quotes.

    On paper, in the analysis, in exports and in reports. What somebody answered must never get there.
    """
    return QUOTE.sub(lambda found: words.translate("answer_to", language, code=found[1]), text)


def _source(info: ValidationInfo) -> str:
    return str((info.context or {}).get("source_language", SOURCE_LANGUAGE))


def _check_text(value: dict[str, str], info: ValidationInfo) -> dict[str, str]:
    refuse(text_faults(value, _source(info)))
    return value


class Text(RootModel[Annotated[dict[str, str], AfterValidator(_check_text)]]):
    """One text in several languages: {"en": ..., "az": ...}. The definition's source language is always there."""

    model_config = ConfigDict(frozen=True)
    _source: str = PrivateAttr(default=SOURCE_LANGUAGE)

    @model_validator(mode="after")
    def keep_source(self, info: ValidationInfo) -> "Text":
        self._source = _source(info)
        return self

    @property
    def source_language(self) -> str:
        """The language of the definition's own words."""
        return self._source

    def translate(self, language: str = SOURCE_LANGUAGE, **values: str) -> str:
        """The text in `language`, else in the source language, with `{placeholders}` filled from `values`.

        A part in brackets, such as " ({office})", is left out where the value is known to be blank; any other
        placeholder without a value stays as it is. Of an earlier answer that it quotes only the place is shown:
        "[answer to 2.1]".
        """
        return without_answers(self.fill(language, **values), self.language_for(language))

    def fill(self, language: str = SOURCE_LANGUAGE, **values: str) -> str:
        """`translate` with the marks of quoted answers (`QUOTE`), for the page of the one who answers."""
        blank = {name for name, value in values.items() if not value}
        text = BRACKETED.sub(
            lambda found: "" if found[1] in blank else found[0], self.root[self.language_for(language)]
        )
        filled = {name: value for name, value in values.items() if value}
        return fill(text, filled)

    @property
    def quotes(self) -> tuple[str, ...]:
        """The codes of the items whose answers it quotes."""
        return quotes_in(self.root)

    def language_for(self, language: str) -> str:
        """The language in which `translate(language)` answers: the source language where the translation is missing."""
        return language if self.root.get(language, "").strip() else self._source

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(language for language, text in self.root.items() if text.strip())

    def __str__(self) -> str:
        return without_answers(self.root[self._source], self._source)


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]


class Document(Frozen):
    """What every definition has."""

    source_language: str = Field(default=SOURCE_LANGUAGE, pattern=rf"^{LANGUAGE_CODE.pattern}$", max_length=20)


class Paragraph(Frozen):
    name: Name
    text: Text
    heading: bool = False


def entries(document: Any, key: str) -> list[dict[str, Any]]:
    """The named maps in the list `document[key]`; whatever is malformed is left to the parser to report."""
    found = document.get(key) if isinstance(document, dict) else None
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list | tuple) else []


def names(found: Iterable[dict[str, Any]]) -> list[str]:
    """The names of `found` that are text."""
    return [entry["name"] for entry in found if isinstance(entry.get("name"), str)]
