"""The fonts of printed documents, and the characters that none of them covers.

Printed pages use two families, "Print Serif" and "Print Sans". Each is an ordered list of fonts: Source for Latin
and Cyrillic letters, Noto for other scripts, then symbols and DejaVu, last Chinese, Japanese and Korean. Only the
folders named here are searched, so that a document looks the same on every machine that has them:

- Source Serif 4 and Source Sans 3 come as Python packages, DejaVu with matplotlib;
- Noto is a package of the system (on Debian fonts-noto-core, and fonts-noto-cjk for Chinese, Japanese and Korean).
  Without it Armenian, Georgian and Arabic are printed with DejaVu, and `uncovered` names what is not printed at all.
"""

import os
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from fontTools.ttLib import TTFont
from fontTools.unicodedata import block, script, script_name

PACKAGES = {"fontpkg_source_serif_4": "files", "fontpkg_source_sans_3": "files", "matplotlib": "mpl-data/fonts/ttf"}
# From matplotlib: a font with a placeholder for every character, and formula fonts with encodings of their own.
REJECTED = ("LastResort*", "cm*.ttf")
NOTO = [Path("/usr/share/fonts/truetype/noto"), Path("/usr/share/fonts/opentype/noto")]
# Scripts for which Noto has a serif face; those after them have only a sans.
WITH_SERIF = (
    *("Armenian", "Georgian", "Ethiopic", "Hebrew", "Bengali", "Devanagari", "Gujarati", "Gurmukhi", "Kannada"),
    *("Khmer", "Lao", "Malayalam", "Sinhala", "Tamil", "Telugu", "Thai", "Tibetan"),
)
SANS_ONLY = (
    "Myanmar",
    "Oriya",
    "Thaana",
    "Mongolian",
    "Syriac",
    "Tifinagh",
    "NKo",
    "Adlam",
    "Canadian Aboriginal",
    "Cherokee",
)
# Symbols before Chinese, whose fonts have their own, wider ones; Naskh for Arabic, otherwise Kufi would be used.
REST = ("Noto Sans Symbols2", "Noto Sans Symbols", "Noto Sans Math")
CJK = ("CJK SC", "CJK JP", "CJK KR")
FAMILIES = {
    "Print Serif": (
        *("Source Serif 4", "Noto Serif", *(f"Noto Serif {name}" for name in WITH_SERIF), "Noto Naskh Arabic"),
        *(*(f"Noto Sans {name}" for name in SANS_ONLY), *REST, "DejaVu Serif", "DejaVu Sans"),
        *(f"Noto Serif {name}" for name in CJK),
    ),
    "Print Sans": (
        *("Source Sans 3", "Noto Sans", *(f"Noto Sans {name}" for name in WITH_SERIF), "Noto Naskh Arabic"),
        *(*(f"Noto Sans {name}" for name in SANS_ONLY), *REST, "DejaVu Sans"),
        *(f"Noto Sans {name}" for name in CJK),
    ),
    "Print Mono": ("DejaVu Sans Mono",),
}
GENERIC = {"serif": "Print Serif", "sans-serif": "Print Sans", "monospace": "Print Mono"}
NO_SCRIPT = ("Zyyy", "Zinh", "Zzzz")  # characters that several scripts share, or that belong to none
INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp", "Co")  # categories of characters that print nothing; Co: our own marks


def folders() -> list[Path]:
    """The existing folders in which fonts are searched. Packages are found without being imported."""
    found = [
        Path(package.origin).parent / folder
        for name, folder in PACKAGES.items()
        if (package := find_spec(name)) is not None and package.origin is not None
    ]
    return [folder for folder in (*found, *NOTO) if folder.is_dir()]


def use_own_fonts() -> None:
    """Restrict WeasyPrint to these fonts. Call it before importing WeasyPrint."""
    os.environ["FONTCONFIG_FILE"] = str(_configuration())


@cache
def _configuration() -> Path:
    """The file that names folders and families, rewritten if it differs."""
    place = Path(settings.VAR_DIR) / "fonts"
    text = _as_xml(place / "cache")
    path = place / "fonts.conf"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        place.mkdir(parents=True, exist_ok=True)
        written = path.with_suffix(f".{os.getpid()}")
        written.write_text(text, encoding="utf-8")
        written.replace(path)  # several processes may start at once
    return path


def _as_xml(cache_folder: Path) -> str:
    def alias(name: str, families: Iterator[str]) -> str:
        preferred = "".join(f"<family>{escape(family)}</family>" for family in families)
        return f'<alias binding="same"><family>{name}</family><prefer>{preferred}</prefer></alias>'

    lines = [f"<dir>{escape(str(folder))}</dir>" for folder in folders()]
    rejected = "".join(f"<glob>*/{pattern}</glob>" for pattern in REJECTED)
    lines.append(f"<selectfont><rejectfont>{rejected}</rejectfont></selectfont>")
    lines.append(f"<cachedir>{escape(str(cache_folder))}</cachedir>")
    lines += [alias(name, iter(families)) for name, families in FAMILIES.items()]
    lines += [alias(name, iter(FAMILIES[family])) for name, family in GENERIC.items()]
    body = "\n".join(lines)
    return f'<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n{body}\n</fontconfig>\n'


@cache
def _covered() -> frozenset[int]:
    """The code points that at least one font has. Reading the tables of some 270 fonts takes about half a second."""
    found: set[int] = set()
    for folder in folders():
        for path in sorted([*folder.glob("*.ttf"), *folder.glob("*.otf"), *folder.glob("*.ttc")]):
            if any(path.match(pattern) for pattern in REJECTED):
                continue
            found.update(_open(path).getBestCmap() or ())
    return frozenset(found)


def uncovered(text: str) -> dict[str, str]:
    """The characters of `text` that would print as an empty box: script, or kind of character -> its characters."""
    found: dict[str, str] = {}
    for letter in dict.fromkeys(text):
        if letter.isascii() or ord(letter) in _covered() or unicodedata.category(letter) in INVISIBLE:
            continue
        code = script(letter)
        name = block(letter) if code in NO_SCRIPT else script_name(code)
        found[name] = found.get(name, "") + letter
    return found


def width(text: str) -> float:
    """How wide `text` is in bold "Print Sans", in em, as the sum of its letters: joined letters are narrower."""
    return sum(_advance(letter) for letter in text)


@cache
def _advance(letter: str) -> float:
    for family in FAMILIES["Print Sans"]:
        font = _bold_face(family)
        if font and (glyph := (font.getBestCmap() or {}).get(ord(letter))):
            shapes = font.getGlyphSet(location={"wght": 700})  # a font of one weight ignores it
            return float(shapes[glyph].width) / float(font["head"].unitsPerEm)
    return 1.0


@cache
def _bold_face(family: str) -> TTFont | None:
    """The font of a family, bold if it has a bold face; None if it is not installed."""
    for ending in ("-Bold.*", "[[]wght].ttf", "-Regular.*"):
        for folder in folders():
            for path in folder.glob(family.replace(" ", "") + ending):
                return _open(path)
    return None


def _open(path: Path) -> TTFont:
    """The font, or the first of a collection, read into memory: it may be cached, and a file would stay open."""
    return TTFont(BytesIO(path.read_bytes()), lazy=True, fontNumber=0 if path.suffix == ".ttc" else -1)
