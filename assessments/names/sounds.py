"""How a word sounds, in Latin letters. Spellings that differ only by the way of transliterating sound the same."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from anyascii import anyascii

from assessments.names.vocabulary import ENDINGS, NOISE

_BEFORE = str.maketrans({"ə": "a", "ؤ": "و", "ئ": "ي", "ى": "ي", "ة": "", "ъ": "", "ь": ""})
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("dzh|dj|tsch|tch|zh|ch", "j"),
        ("shch|sch|sh", "s"),
        ("kh|gh|ck|[qgh]", "k"),
        ("ph", "f"),
        ("th", "t"),
        ("w", "v"),
        ("ou|oo|ow", "u"),
        ("[ea]+", "a"),
        ("[yi]+", "i"),
        ("o", "u"),
        ("i+(?=[au])", ""),
        (r"(.)\1+", r"\1"),
    )
]
_VOWELS = re.compile("[aiu]")


@lru_cache(maxsize=50_000)
def romanise(word: str) -> str:
    """The word in small Latin letters and digits."""
    if word.isascii():
        return word.lower() if word.isalnum() else "".join(letter for letter in word.lower() if letter.isalnum())
    folded = (
        unicodedata.normalize("NFKC", NOISE.sub("", word))
        .casefold()
        .replace("ու", "u")
        .replace("եւ", "եվ")
        .translate(_BEFORE)
    )
    return "".join(letter for letter in anyascii(folded).lower() if letter.isalnum())


@lru_cache(maxsize=50_000)
def sounds(word: str) -> tuple[str, ...]:
    """How a word may sound. Latin c and x stand for different sounds in different languages."""
    latin = romanise(word)
    ways = [latin]
    if script_of(word) == "latin":
        bare = latin.replace("ch", "\x00")
        if "c" in bare:
            ways = [bare.replace("c", sound).replace("\x00", "ch") for sound in ("j", "k", "s")]
        if "x" in latin:
            ways = [way.replace("x", sound) for way in ways for sound in ("k", "ks", "kz")]
    return tuple(dict.fromkeys(_sound(way) for way in ways))


def _sound(latin: str) -> str:
    for pattern, sound in _SOUNDS:
        latin = pattern.sub(sound, latin)
    return latin


@lru_cache(maxsize=20_000)
def consonants(word: str) -> tuple[str, ...]:
    """What Arabic script keeps of the word. Its waw is a vowel or a v, which is written as f too."""
    latin = romanise(word).replace("y", "")
    ways = [latin]
    if script_of(word) == "arabic":
        places = [at for at, letter in enumerate(latin) if letter == "w"]
        ways = [latin.replace("w", ""), *(latin[:at].replace("w", "") + "v" + latin[at + 1 :] for at in places)]
        ways = [way.replace("w", "") for way in ways]
    bare = (_VOWELS.sub("", _sound(way)).replace("v", "f") for way in ways)
    return tuple(dict.fromkeys(re.sub(r"(.)\1+", r"\1", way) for way in bare))


def start_alike(first: str, second: str) -> bool:
    """Whether both words begin with a vowel, or none does. One is in Arabic script, which writes a first vowel."""
    arabic, other = (first, second) if script_of(first) == "arabic" else (second, first)
    return (arabic[:1] in "اأإآٱع") == (romanise(other)[:1] in tuple("aeiou"))


def script_of(word: str) -> str:
    """The script of the first letter that has one: latin, cyrillic, georgian, armenian, arabic or other."""
    for letter in word:
        if letter.isalpha():
            place = ord(letter)
            if place < 0x250 or 0x1E00 <= place < 0x1F00:
                return "latin"
            for first, last, name in _SCRIPTS:
                if first <= place <= last:
                    return name
            return "other"
    return "other"


_SCRIPTS = (
    (0x400, 0x52F, "cyrillic"),
    (0x530, 0x58F, "armenian"),
    (0x600, 0x6FF, "arabic"),
    (0x750, 0x77F, "arabic"),
    (0x10A0, 0x10FF, "georgian"),
    (0x1C90, 0x1CBF, "georgian"),
    (0xFB50, 0xFEFF, "arabic"),
)


def stems(word: str) -> Iterator[str]:
    """How a word sounds, with and without its ending."""
    endings = ENDINGS.get(script_of(word), frozenset())
    for sound in sounds(word):
        yield sound
        if script_of(word) != "latin" or not word.isascii():
            yield from (sound[:cut] for cut in range(max(3, len(sound) - 5), len(sound)) if sound[cut:] in endings)


def arabic_forms(word: str) -> Iterator[str]:
    """The word, and without "and", "by", "for" and the article, which are written together with it."""
    yield word
    if word[0] in "وبلفك" and len(word) > 3:
        yield word[1:]
        word = word[1:]
    if word.startswith("ال") and len(word) > 4:
        yield word[2:]
