"""Words of public pages in several languages, kept as data: a YAML file of `key: {language: text}`. Knows no page.

English is the source and stands in where a language has no words. `{name}` in a text is filled in when it is said.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

PLACE = re.compile(r"\{(\w+)\}")


def fill(text: str, values: Mapping[str, Any]) -> str:
    """`text` with each `{name}` that `values` knows; the others stay as they are, so no text can fail."""
    return PLACE.sub(lambda found: str(values.get(found[1], found[0])), text)


def has_gaps(text: str) -> bool:
    """Whether a `{name}` is left unfilled."""
    return PLACE.search(text) is not None


class Words:
    """The words of one file, read once."""

    def __init__(self, file: Path):
        self.file = file

    @cached_property
    def table(self) -> Mapping[str, Mapping[str, str]]:
        table: Mapping[str, Mapping[str, str]] = yaml.load(self.file.read_text("utf-8"), Loader=yaml.CSafeLoader)
        return table

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages in which every word is there."""
        return frozenset.intersection(*(frozenset(texts) for texts in self.table.values()))

    def translate(self, key: str, language: str, **values: Any) -> str:
        """The word `key` in `language`, else in English."""
        texts = self.table[key]
        return fill(texts.get(language) or texts["en"], values)

    def translate_all(self, language: str) -> dict[str, str]:
        """Every word, for a template; placeholders unfilled."""
        return {key: texts.get(language) or texts["en"] for key, texts in self.table.items()}
