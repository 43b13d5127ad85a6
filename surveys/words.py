"""The respondents' interface in their languages, read once from words.yaml. Pure."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from surveys.validation import Fault

PLACE = re.compile(r"\{(\w+)\}")


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    text = (Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")
    table: Mapping[str, Mapping[str, str]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return table


def spoken() -> frozenset[str]:
    """The languages in which every word is there."""
    return frozenset.intersection(*(frozenset(texts) for texts in _table().values()))


def fill(text: str, values: Mapping[str, Any]) -> str:
    """`text` with each `{name}` that `values` knows; the others stay as they are, so no text can fail."""
    return PLACE.sub(lambda found: str(values.get(found[1], found[0])), text)


def has_gaps(text: str) -> bool:
    """Whether a `{name}` is left unfilled."""
    return PLACE.search(text) is not None


def say(key: str, language: str, **values: Any) -> str:
    """The word `key` in `language`, else in English."""
    texts = _table()[key]
    return fill(texts.get(language) or texts["en"], values)


def say_all(language: str) -> dict[str, str]:
    """Every word, for a template; placeholders unfilled."""
    return {key: texts.get(language) or texts["en"] for key, texts in _table().items()}


def fault_text(fault: Fault, language: str) -> str:
    return say(f"fault_{fault.code}", language, **fault.values)
