"""The catalogues of members' pages use one term for one thing, and tell apart what English says with one word."""

import re
import unicodedata
from collections.abc import Iterator

import pytest
from django.conf import settings

from ctnat.translation.catalogue import ids, messages, read, strings

LANGUAGES = ("ar", "az", "es", "fr", "hy", "ka", "ru")  # in the order of the tables in locale/README.md
FILLED_IN = re.compile(
    r"%\(\w+\)s|\{\w*\}|<[^>]*>|“[^”]*”|\[\[.*?\]\]|\w+\.csv|\w+:[A-Z\d]\S*"
)  # not words of the sentence
OTHER_SENSES = (  # the English word, but another thing
    "For international instruments.",
    "International instrument",
    "International instruments",
    "State agency",
    "The slider is asked as a number, whatever its steps are.",
    "Statements for which the other end is favourable",
    "Such as “Victims are punished” among statements that praise the response.",
    "No survey responses yet",  # in Russian one word, as "a questionnaire filled in"
    "No survey response has been received.",
    "{n} survey responses came in.",
    "Your first steps here",  # a new member's, not the six of the method
    "Hide these first steps",
    "First steps",
    "Show its first steps again",
    "The first steps are hidden. You can show them again from the page “Help”.",
    "Set-up, step %(step)s of 4",
    "{count} steps are missing, so pages can fail. Run: manage.py upgrade",
    "Import the table of another survey program as it was exported. In four steps you choose the sheet, say what each "
    "column is, settle doubtful values and check the result; nothing is stored before the last. Every fault is listed "
    "with its row. Times, device numbers and other identifiers are left out.",
)


def catalogue_of(language: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """(context, English, of several in the plural) -> its translation, or its plural forms."""
    files = (settings.LOCALE_DIR / language / f"{domain}.po" for domain in ("djangojs", "django"))
    found = [message for file in files for message in messages(read(file))]
    return {(message.context or "", ids(message)[-1]): strings(message) for message in found if not message.fuzzy}


def test_a_context_tells_two_meanings_apart() -> None:
    """A text with a context that is translated as without it in every language has no need of it."""
    found = {language: catalogue_of(language) for language in LANGUAGES}
    pairs = [key for key in found["fr"] if key[0] and ("", key[1]) in found["fr"]]
    assert ("verb", "Open") in pairs
    same = [key for key in pairs if all(texts[key] == texts["", key[1]] for texts in found.values())]
    assert same == []


@pytest.mark.parametrize(
    ("language", "context", "english", "translated"),
    [
        ("ru", "person", "Name", "Имя"),
        ("ru", "", "Name", "Название"),
        ("fr", "rank", "Place", "Rang"),
        ("fr", "", "Place", "Lieu"),
        ("fr", "journal", "Number", "Numéro"),
        ("fr", "", "Number", "Nombre"),
        ("ru", "verb", "Agree", "Согласиться"),
        ("ru", "", "Agree", "Согласны"),
        ("ru", "workshop", "Response", "Отклик"),
        ("ru", "", "Response", "Анкета"),
        ("hy", "translation", "Reviewed", "Ստուգված"),
        ("hy", "", "Reviewed", "Ուսումնասիրված"),
    ],
)
def test_each_meaning_has_its_word(language: str, context: str, english: str, translated: str) -> None:
    assert catalogue_of(language)[context, english] == (translated,)


def tables() -> Iterator[list[str]]:
    """The cells of each row of the tables, without their headings."""
    for line in (settings.LOCALE_DIR / "README.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "English":
            yield cells


def plain(text: str) -> str:
    """In small letters, without the signs for vowels and on Alif that Arabic may leave out."""
    text = re.sub("[\u064b-\u0652\u0640]", "", text.replace("İ", "i").lower())
    return unicodedata.normalize("NFC", re.sub("[أإآ]", "ا", text)).replace("'", "’")


def pattern(cell: str, language: str) -> re.Pattern[str]:
    """Finds the word of a cell: `тем·а` finds "тема", "темы". In Arabic "the" and "and" are part of the word."""
    start = "" if language == "ar" else r"(?<!\w)"
    words = [
        r"\W+".join(re.escape(word.partition("·")[0]) + r"\w*" for word in plain(one).split())
        for one in cell.split(",")
    ]
    return re.compile(start + "(?:" + "|".join(words) + ")")


def english_pattern(cell: str) -> re.Pattern[str]:
    words = [word.strip() for word in cell.split(",")]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})s?(?![\w-])", re.I)


ONE_WORD = [cells for cells in tables() if len(cells) == 1 + len(LANGUAGES)]
SEVERAL_WORDS = [cells for cells in tables() if len(cells) == 3 + len(LANGUAGES)]


def test_the_tables_are_read() -> None:
    assert (len(ONE_WORD) > 30, len(SEVERAL_WORDS) > 5) == (True, True)
    assert pattern("тем·а", "ru").search("две темы")
    assert not pattern("тем·а", "ru").search("система")
    assert pattern("دليل الترميز", "ar").search("ودليل الترميز")
    assert english_pattern("agency, agencies").search("two Agencies")
    assert not english_pattern("base").search("a database")


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_has_one_word(language: str) -> None:
    texts, column, wrong = catalogue_of(language), 1 + LANGUAGES.index(language), []
    for cells in ONE_WORD:
        english, word, uses = english_pattern(cells[0]), pattern(cells[column], language), 0
        for (_, text), translated in texts.items():
            if text in OTHER_SENSES or not english.search(FILLED_IN.sub(" ", text)) or not any(translated):
                continue
            uses += 1
            if not word.search(plain(translated[-1])):
                wrong.append(f"{cells[column]}: {text} -> {translated[-1]}")
        assert uses, f"no text uses “{cells[0]}”"
    assert wrong == [], (
        "use the word of locale/README.md, change it there, or name the text in OTHER_SENSES:\n" + "\n".join(wrong)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_of_several_things_has_its_word(language: str) -> None:
    texts, column = catalogue_of(language), 3 + LANGUAGES.index(language)
    for cells in SEVERAL_WORDS:
        found = [forms for (_, text), forms in texts.items() if text == cells[2]]
        assert found, cells[2]
        assert all(pattern(cells[column], language).search(plain(form)) for forms in found for form in forms), cells
