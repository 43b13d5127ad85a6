"""Patterns of words, and words that are not names: titles, particles, common words."""

import re

BREAK = "\x1e"  # put it into a text where no name goes on: between two paragraphs
_INSIDE = "\u00ad\u0300-\u036f\u064b-\u065f\u0670\u200b-\u200d\u2060"  # in words, without being letters
_SPACED = r"(?<![^\W_])(?:[^\W\d_][ \u00a0]){3,}[^\W\d_](?![^\W_])"  # a word with a space after each letter
WORD = re.compile(rf"{_SPACED}|(?:[^\W_]|[{_INSIDE}])+")
PLAIN_WORD = re.compile(r"[^\W_]+")
NOISE = re.compile(rf"[{_INSIDE}\s]")
UNUSUAL = re.compile(rf"[{_INSIDE}]|{_SPACED}|(?<![^\W_])[^\W\d_]\.[ \u00a0]?[^\W\d_]\.")  # or two initials


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICLES = _words("al el ibn bin ben de da di du la le van von der den oglu ogly oghlu qizi kizi gizi kyzy")
TITLES = _words(
    "mr mrs ms miss dr prof professor sir madam judge colonel captain major minister deputy director bay xanim khanim "
    "cenab canab gospodin gospozha g gzha batoni kalbatoni paron tikin"
)
HONORIFICS = _words("bay bey xanim khanim hanim cenab canab")  # after a name
STOPWORDS = _words("the of for and on in to a an at by")
# Family names in English that are words as well. A finder is given the words of the instruments in addition.
COMMON = _words(
    "abbot archer baker banks bell best bishop black blue bond brown burns butler carpenter carter case chance chase "
    "church clay cook cooper cross day dean deputy drew ever farmer field fields fisher ford forest fox free gardener "
    "given glass gold good grant gray green grey guard hall hand hardy head hill hope house hunt hunter judge justice "
    "keen key keys king knight lake lane law little long love low major many mark marsh mason may mayor miles mill "
    "mills miller minor moon more moss north page park parker parks penny porter power price rich rivers rock rose "
    "sage self sharp shepherd short singer small smart snow south speed spring stone strong summer swift temple "
    "thorn turner vice wall walker ward waters way wells west white will winter wise wood woods young"
)
# Endings that a name takes where it is declined, by script, as they sound.
ENDINGS = {
    "cyrillic": _words("a u i im um ai ami imi uu aua amu au ikh ik akh ak uku umu"),
    "georgian": _words("i ma m s is it ad tan za istan ista ias"),
    "armenian": _words("i n in is its it uv um an a"),
    "latin": _words("s in un i u a da dan la nin nun na ni nu ia"),
}
# How much of a name must be there.
SHORTEST_ALONE = 5  # letters of a family name that is certain by itself
SHORTEST_PROBABLE = 3
FEWEST_LETTERS = 6  # of two parts together
FEWEST_CONSONANTS = 5  # of two parts together in Arabic script
