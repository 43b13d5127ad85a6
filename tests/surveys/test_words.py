"""The texts that respondents read in their language."""

from types import SimpleNamespace
from typing import Any

from ctnat.settings import LANGUAGES
from surveys.questionnaire.page import page_language
from surveys.words import complete_languages, error_text, translate
from tests.surveys.test_validation import DOCUMENT, check


def test_all_languages_are_spoken() -> None:
    assert complete_languages() == {code for code, _ in LANGUAGES}


def test_a_language_without_words_is_answered_in_english() -> None:
    assert translate("send", "xx") == "Send answers"


def test_messages_of_errors_contain_their_numbers() -> None:
    error = check(DOCUMENT, {"2.3": ["agriculture", "construction", "streets", "services"]}).errors[0]
    assert error_text(error, "ru") == "Выберите не больше 3; выбрано: 4."


def test_a_survey_opens_in_the_browser_s_language_whatever_the_site_speaks(rf: Any) -> None:
    access: Any = SimpleNamespace(survey=SimpleNamespace(languages=["en", "ro", "ru"]), invitation=None)

    def opened(header: str) -> str:
        return page_language(access, rf.get("/", headers={"accept-language": header}))

    assert [opened(header) for header in ("ro-MD,ro;q=0.9,ru", "zz", "*", "ru")] == ["ro", "en", "en", "ru"]
