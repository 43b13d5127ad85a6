"""The catalogues of members' pages use one term for one thing, and tell apart what English says with one word."""

import pytest
from django.conf import settings

from ctnat.translation.catalogue import ids, messages, read, strings

LANGUAGES = ("ar", "az", "es", "fr", "hy", "ka", "ru")


def catalogue_of(language: str) -> dict[tuple[str, str], tuple[str, ...]]:
    file = settings.LOCALE_DIR / language / "django.po"
    return {(message.context or "", ids(message)[0]): strings(message) for message in messages(read(file))}


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
