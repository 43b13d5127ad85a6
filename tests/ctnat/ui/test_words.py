"""The words of every room are said in every language of the project, with the same gaps."""

import pytest

from analysis.words import WORDS as ANALYSIS
from ctnat.ui.languages import LANGUAGES
from ctnat.ui.words import PLACE, Words
from instruments.words import WORDS as INSTRUMENTS
from reports.words import WORDS as REPORTS
from surveys.words import WORDS as SURVEYS
from workshops.words import WORDS as WORKSHOPS

ROOMS = (INSTRUMENTS, SURVEYS, WORKSHOPS, ANALYSIS, REPORTS)


@pytest.mark.parametrize("words", ROOMS, ids=lambda words: words.file.parent.name)
def test_every_language_is_spoken(words: Words) -> None:
    assert words.languages == set(LANGUAGES)


@pytest.mark.parametrize(("words", "key"), [(words, key) for words in ROOMS for key in words.table])
def test_every_translation_has_the_gaps_of_its_source(words: Words, key: str) -> None:
    texts = words.table[key]
    gaps = sorted(PLACE.findall(texts["en"]))
    assert {language: sorted(PLACE.findall(text)) for language, text in texts.items()} == dict.fromkeys(texts, gaps)
