"""The outline of a new report, read from `fixtures/report_outline.yaml`, and its texts in other languages.

Those of a language pack come first: keys such as "outline.context/title" (`public_texts`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.public_texts import SourceText
from ctnat.ui.overlays import current_overlay

OUTLINE = settings.BASE_DIR / "fixtures" / "report_outline.yaml"
TRANSLATIONS = settings.BASE_DIR / "fixtures" / "report_outline_translations.yaml"
PACK_KEYS = "outline."
TEXT_FIELDS = ("title", "draft", "chart_title")
FILLED = re.compile(r"\{\{.*?\}\}|\[\[.*?\]\]", re.S)  # facts and blocks of a draft
INTRO = "intro"  # a section of a chapter before its numbered ones
ANNEX_KINDS = frozenset(["bibliography", "organisations", "instrument", "validation", "annex"])


@dataclass(frozen=True)
class Entry:
    """One heading. `kind` names what the builder adds under its text ("indicators 1"); blank adds nothing.

    `items` are groups of survey items, each drawn as one chart in the first draft, titled `chart_title` if given.
    """

    key: str
    title: str
    kind: str = ""
    draft: str = ""
    items: tuple[str, ...] = ()
    chart_title: str = ""
    children: tuple["Entry", ...] = ()

    def walk(self) -> Iterator["Entry"]:
        yield self
        for child in self.children:
            yield from child.walk()


def _entry(raw: dict[str, Any], texts: dict[str, dict[str, str]]) -> Entry:
    """`texts`: key -> what replaces `title`, `draft` and `chart_title`."""
    given = {name: value for name, value in raw.items() if name not in ("children", "items")}
    given |= texts.get(raw["key"], {})
    children = tuple(_entry(child, texts) for child in raw.get("children", ()))
    return Entry(**given, items=tuple(raw.get("items", ())), children=children)


@cache
def _translations() -> Mapping[str, Mapping[str, dict[str, str]]]:
    """Language -> key of the entry -> what replaces its texts."""
    found: Mapping[str, Mapping[str, dict[str, str]]] = yaml.safe_load(TRANSLATIONS.read_text(encoding="utf-8"))
    return found


@cache
def _raw() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(OUTLINE.read_text(encoding="utf-8"))
    return found


@cache
def shipped_outline(language: str = "en") -> tuple[Entry, ...]:
    """As `outline`, without the texts of language packs."""
    return tuple(_entry(raw, dict(_translations().get(language, {}))) for raw in _raw())


def outline(language: str = "en") -> tuple[Entry, ...]:
    """The chapters and annexes in order; a text that `language` does not have is in English."""
    overlay = current_overlay()
    if language not in overlay.texts:
        return shipped_outline(language)
    kept: tuple[Entry, ...] | None = overlay.kept.get(("outline", language))
    if kept is None:
        texts = {key: dict(given) for key, given in _translations().get(language, {}).items()}
        for key, forms in overlay.texts[language].items():
            if key.startswith(PACK_KEYS):
                entry, _, name = key.removeprefix(PACK_KEYS).partition("/")
                texts.setdefault(entry, {})[name] = forms[""]
        kept = overlay.kept["outline", language] = tuple(_entry(raw, texts) for raw in _raw())
    return kept


def title_language(key: str, language: str) -> str:
    """The language in which `outline(language)` gives the title of an entry."""
    if language in ("en", *_translations()):
        return language
    return language if f"{PACK_KEYS}{key}/title" in current_overlay().texts.get(language, {}) else "en"


def entries(language: str = "en") -> dict[str, Entry]:
    """Key -> heading, of all levels."""
    return _by_key(outline(language))


def shipped_entries(language: str = "en") -> dict[str, Entry]:
    return _by_key(shipped_outline(language))


def _by_key(chapters: tuple[Entry, ...]) -> dict[str, Entry]:
    return {entry.key: entry for chapter in chapters for entry in chapter.walk()}


def public_texts() -> Iterator[SourceText]:
    """The texts of the outline that a language pack can hold: those with words, beside facts and blocks.

    What a shipped language leaves out is as in English.
    """
    translated = {
        language: {f"{key}/{name}": text for key, given in texts.items() for name, text in given.items()}
        for language, texts in _translations().items()
    }
    for entry in shipped_entries().values():
        for name in TEXT_FIELDS:
            text = str(getattr(entry, name)).strip()
            if any(letter.isalpha() for letter in FILLED.sub("", text)):
                key = f"{entry.key}/{name}"
                shipped = {code: {"": texts.get(key, text).strip()} for code, texts in translated.items()}
                part = gettext_lazy("Outline of a new report")
                yield SourceText(f"{PACK_KEYS}{key}", {"": text}, "report", part, shipped, _filled_fault)


def _filled_fault(english: Mapping[str, str], language: str, form: str, text: str) -> str:
    """What is wrong with the facts and blocks of a text; empty if nothing is."""
    wanted, found = Counter(FILLED.findall(english[form])), Counter(FILLED.findall(text))
    if missing := ", ".join(wanted - found):
        return _("{names} is missing; keep it as it is in the English text").format(names=missing)
    if unknown := ", ".join(found - wanted):
        return _("{names} is not in the English text; remove it").format(names=unknown)
    return ""


@cache
def numbers() -> dict[str, str]:
    """Number of a chapter or section in a new report ("2.1") -> its key, which it keeps wherever it is moved."""
    found: dict[str, str] = {}
    chapters = [entry for entry in outline() if not is_annex(entry.kind)]
    for number, chapter in enumerate(chapters, start=1):
        found[str(number)] = chapter.key
        numbered = [entry for entry in chapter.children if entry.kind.split(" ")[0] != INTRO]
        found |= {f"{number}.{place}": entry.key for place, entry in enumerate(numbered, start=1)}
    return found


def is_annex(kind: str) -> bool:
    return kind.split(" ")[0] in ANNEX_KINDS
