"""Where lines of printed documents may end: between the words of scripts without spaces, and inside long words.

The layout breaks Thai by itself. It breaks Khmer, Lao and Burmese not at all or only at spaces, so that a line leaves
the page; ICU's dictionaries have their words. Hyphenation comes with patterns for European languages; for Azerbaijani,
Turkish, Georgian and Armenian, whose syllables are regular, the patterns are made here.
"""

import re
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pyphen
from django.conf import settings
from icu4py.breakers import LineBreaker

BREAK = "\u200b"  # a line may break here; prints nothing
KHMER, LAO, BURMESE = "\u1780-\u17ff", "\u0e80-\u0eff", "\u1000-\u109f"
TAG_OR_WORDS = re.compile(f"<[^>]*>|(?P<km>[{KHMER}]{{2,}})|(?P<lo>[{LAO}]{{2,}})|(?P<my>[{BURMESE}]{{2,}})")
THAI = re.compile("[\u0e00-\u0e7f]{2,}")
# Vowels and consonants of languages whose syllables begin with the last consonant before a vowel.
SYLLABLES = {
    "az": ("aeəıioöuü", "bcçdfgğhxjkqlmnprsştvyz"),
    "tr": ("aeıioöuüâîû", "bcçdfgğhjklmnprsştvyz"),
    "ka": ("აეიოუ", "ბგდვზთკლმნპჟრსტფქღყშჩცძწჭხჯჰ"),
    "hy": ("աեէըիոօ", "բգդզթժլխծկհձղճմյնշչպջռսվտրցփքֆ"),
}
ARMENIAN_GLIDE = "յ"  # belongs to the consonant before it: րու-թյուն


def with_breaks(html: str) -> str:
    """The HTML with a break mark wherever a line may end between words of Khmer, Lao and Burmese; tags are kept."""

    def words(found: re.Match[str]) -> str:
        return BREAK.join(LineBreaker(found[0], found.lastgroup)) if found.lastgroup else found[0]

    return TAG_OR_WORDS.sub(words, html)


def words_of(text: str) -> list[str]:
    """The parts of a text that a line cannot break, hyphenation aside; it may end after a hyphen, dash or slash too."""
    for sign in "-–—/":
        text = text.replace(sign, f"{sign} ")
    text = THAI.sub(lambda found: " ".join(LineBreaker(found[0], "th")), with_breaks(text).replace(BREAK, " "))
    return text.split()


class _Turkic(pyphen.HyphDict):  # type: ignore[misc]  # pyphen has no types
    """A dictionary of a language with a dotted and a dotless i, which Python's `lower` gets wrong: two
    characters stand for İ, and every later position would be off by one."""

    def positions(self, word: str) -> list[Any]:
        return list(super().positions(word.replace("İ", "i").replace("I", "ı")))


@cache
def use_own_hyphens() -> None:
    """Register hyphenation for the languages of `SYLLABLES`. Call it before a document is laid out."""
    folder = Path(settings.VAR_DIR) / "hyphens"
    folder.mkdir(parents=True, exist_ok=True)
    for language, (vowels, consonants) in SYLLABLES.items():
        patterns = [f"1{consonant}{vowel}" for consonant, vowel in product(consonants, vowels)]
        if language == "hy":
            patterns += [f"1{consonant}2{ARMENIAN_GLIDE}" for consonant in consonants]
        path = folder / f"hyph_{language}.dic"
        path.write_text("\n".join(["UTF-8", "LEFTHYPHENMIN 2", "RIGHTHYPHENMIN 2", *patterns, ""]), encoding="utf-8")
        pyphen.LANGUAGES[language] = path
        if language in ("az", "tr"):
            pyphen.hdcache[path] = _Turkic(path)
        pyphen.LANGUAGES_LOWERCASE[language] = language
