"""Every word is said in every language, with the same gaps."""

import pytest

from ctnat.settings import LANGUAGES
from ctnat.ui.words import PLACE
from surveys.words import WORDS, fault_text, say, spoken
from tests.surveys.test_validation import DOCUMENT, check


def test_all_languages_are_spoken() -> None:
    assert spoken() == {code for code, _ in LANGUAGES}


@pytest.mark.parametrize("key", WORDS.table)
def test_every_translation_has_the_gaps_of_its_source(key: str) -> None:
    texts = WORDS.table[key]
    assert {language: sorted(set(PLACE.findall(text))) for language, text in texts.items()} == dict.fromkeys(
        texts, sorted(set(PLACE.findall(texts["en"])))
    )


def test_a_language_without_words_is_answered_in_english() -> None:
    assert say("send", "xx") == "Send answers"


def test_faults_are_said_with_their_numbers() -> None:
    fault = check(DOCUMENT, {"2.3": ["agriculture", "construction", "streets", "services"]}).faults[0]
    assert fault_text(fault, "ru") == "Выберите не больше 3; выбрано: 4."
