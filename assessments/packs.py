"""The words that readers of an assessment see: its language packs over those of the site, over what is shipped.

    with words_for(assessment):
        ...  # ctnat.ui.words and the outline of the report answer with them

A text is used unless it was made from an earlier English text and its placeholders no longer fit: then the next one
that does is, and English at last.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from secrets import token_hex
from threading import Lock
from typing import Any

from django.utils.functional import Promise

from assessments.models import Assessment, LanguagePack, PackText
from assessments.public_texts import SHEETS, SourceText, all_sources, sources_of
from ctnat.translation.catalogue import SOURCE_LANGUAGE
from ctnat.translation.plurals import numbers_of
from ctnat.ui.languages import own_name
from ctnat.ui.names import language_name
from ctnat.ui.overlays import NONE, Overlay, use_overlay
from instruments.texts import seen_mark

MOST_KEPT = 32  # overlays in memory, about 200 kB each
STATES = ("missing", "stale", "draft", "reviewed", "shipped")
_kept: OrderedDict[tuple[int, str], Overlay] = OrderedDict()
_lock = Lock()


def words_for(assessment: Assessment) -> AbstractContextManager[None]:
    """Until it ends, all texts for readers are those of this assessment, in this thread alone."""
    return use_overlay(overlay_of(assessment)) if assessment.words_version else nullcontext()


def new_version() -> str:
    """A value that no `words_version` ever had, also not in a transaction that was rolled back."""
    return token_hex(8)


def overlay_of(assessment: Assessment) -> Overlay:
    """Read once for each version of the words, in each process; no query where there are no packs."""
    if not assessment.words_version:
        return NONE
    key = (assessment.pk, assessment.words_version)
    with _lock:
        if known := _kept.get(key):
            _kept.move_to_end(key)
            return known
    made = _make(assessment)
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _make(assessment: Assessment) -> Overlay:
    packs = list(LanguagePack.objects.for_readers_of(assessment))
    rows = PackText.objects.filter(pack__in=packs).exclude(text="").order_by()
    by_pack: dict[int, list[tuple[str, str, str, str]]] = {}
    for pack_id, key, form, text, made_from in rows.values_list("pack", "key", "form", "text", "source_mark"):
        by_pack.setdefault(pack_id, []).append((key, form, text, made_from))
    sources = all_sources()
    texts: dict[str, dict[str, dict[str, str]]] = {}
    for pack in packs:
        merged = texts.setdefault(pack.language, {})
        for key, given in _usable(pack.language, by_pack.get(pack.pk, ()), sources).items():
            merged.setdefault(key, {}).update(given)
    return Overlay(
        mark=assessment.words_version,
        texts=texts,
        own_names={pack.language: pack.own_name for pack in packs if pack.own_name},
        directions={pack.language: pack.direction for pack in packs if pack.direction},
    )


def _usable(
    language: str, rows: Iterable[tuple[str, str, str, str]], sources: dict[str, SourceText]
) -> dict[str, dict[str, str]]:
    """Key -> form -> text of those texts that can be used: their placeholders fit, and no plural form is missing."""
    found: dict[str, dict[str, str]] = {}
    for key, form, text, made_from in rows:
        source = sources.get(key)
        if source and (made_from == source.mark(form) or not source.faults(language, form, text)):
            found.setdefault(key, {})[form] = text
    for key, given in found.items():
        if sources[key].has_forms:
            of_numbers = [form for form in sources[key].forms(language) if not form.startswith("=")]
            if any(form not in given for form in of_numbers):
                found[key] = {form: text for form, text in given.items() if form.startswith("=")}
    return {key: given for key, given in found.items() if given}


# States of texts ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PackState:
    """One form of one text in one language. `state` is one of `STATES`; "shipped": only the program has it."""

    text: SourceText
    form: str
    language: str
    row: PackText | None
    state: str
    is_used: bool  # whether readers see `target`; otherwise it was made from an English text with other placeholders

    source_language = SOURCE_LANGUAGE

    @property
    def source(self) -> str:
        return self.text.source(self.form)

    @property
    def place(self) -> Promise | str:
        return self.text.part

    heading = place

    @property
    def hint(self) -> str:
        """What tells this row from the others of its place: its key, and the numbers that a plural form is for."""
        name = self.text.key.partition(".")[2].replace("_", " ")
        if not self.form:
            return name
        if self.form.startswith("="):
            return f"{name} ({self.form[1:]})"
        numbers = numbers_of(self.language, self.form)
        more = ", …" if len(numbers) > 4 else ""
        return f"{name} ({', '.join(map(str, numbers[:4]))}{more})"

    @property
    def may_be_reviewed(self) -> bool:
        return self.state in ("draft", "reviewed", "shipped") and bool(self.target)

    @property
    def is_in_english(self) -> bool:
        """Whether readers see the English text: there is no other, or it no longer fits."""
        return not self.target or not self.is_used

    @property
    def is_unusable(self) -> bool:
        return bool(self.own) and not self.is_used

    @property
    def own(self) -> str:
        """The text of the pack; blank where there is none."""
        return self.row.text if self.row else ""

    @property
    def shipped(self) -> str:
        return self.text.shipped.get(self.language, {}).get(self.form, "")

    @property
    def target(self) -> str:
        return self.own or self.shipped

    @property
    def key(self) -> str:
        """Names the form among all others: "surveys.skip", "reports.held/groups:one"."""
        return f"{self.text.key}:{self.form}" if self.form else self.text.key

    @property
    def anchor(self) -> str:
        return self.key.replace("/", ".").replace(":", ".").replace("=", "")

    @property
    def source_mark(self) -> str:
        return self.text.mark(self.form)

    @property
    def seen(self) -> str:
        """The mark of what a reviewer reads."""
        return seen_mark(self.source, self.target)


@dataclass(frozen=True)
class SheetState:
    """How many texts of a sheet are there in one language. `total` is the sum of the others."""

    sheet: str
    total: int
    missing: int
    stale: int
    draft: int
    reviewed: int
    shipped: int

    @property
    def label(self) -> Any:
        return SHEETS[self.sheet]

    @property
    def translated(self) -> int:
        return self.total - self.missing

    @property
    def is_complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class PackLanguage:
    """A language of an assessment's readers, with the state of each sheet."""

    code: str
    pack: LanguagePack | None
    sheets: tuple[SheetState, ...]

    @property
    def name(self) -> str:
        return language_name(self.code)

    @property
    def own_name(self) -> str:
        return (self.pack.own_name if self.pack else "") or own_name(self.code)


def pack_states(assessment: Assessment | None, language: str, sheet: str = "") -> list[PackState]:
    """Every form of every text, of one sheet or of all; of the site where there is no assessment.

    In the assessment, a text of the site's pack counts as shipped.
    """
    return list(_states(_sources(assessment, language, sheet), _rows(assessment, language), language))


def sheet_states(assessment: Assessment | None, language: str) -> tuple[SheetState, ...]:
    """The state of each sheet in one language, in two queries; in none where the assessment has no packs."""
    counts = {sheet: dict.fromkeys(STATES, 0) for sheet in SHEETS}
    for state in pack_states(assessment, language):
        counts[state.text.sheet][state.state] += 1
    return tuple(SheetState(sheet, sum(of.values()), **of) for sheet, of in counts.items())


def pack_languages(assessment: Assessment | None) -> list[PackLanguage]:
    """The languages of the assessment, then others that have a pack."""
    packs = {pack.language: pack for pack in LanguagePack.objects.for_assessment(assessment)}
    first = assessment.languages if assessment else []
    codes = [code for code in dict.fromkeys([*first, *sorted(packs)]) if code != SOURCE_LANGUAGE or code in packs]
    return [PackLanguage(code, packs.get(code), sheet_states(assessment, code)) for code in codes]


def stale_texts(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str]]:
    """Of rows of packs, values of `key`, `form` and `source_mark`, each whose English text is another by now, with its
    sheet. No query."""
    sources = all_sources()
    for row in rows:
        source = sources.get(row["key"])
        if source is not None and row["source_mark"] != source.mark(row["form"]):
            yield row, source.sheet


def _rows(assessment: Assessment | None, language: str) -> dict[tuple[str, str], PackText]:
    if assessment and not assessment.words_version:  # it has no packs
        return {}
    packs = LanguagePack.objects.for_assessment(assessment).filter(language=language)
    rows = PackText.objects.filter(pack__in=packs).select_related("by", "reviewed_by").order_by()
    return {(row.key, row.form): row for row in rows}


def _sources(assessment: Assessment | None, language: str, sheet: str = "") -> list[SourceText]:
    """The sources, with what the site's pack has in place of what is shipped."""
    sources = sources_of(sheet) if sheet else list(all_sources().values())
    if assessment is None or not assessment.words_version:
        return sources
    site = LanguagePack.objects.for_assessment(None).filter(language=language)
    rows = PackText.objects.filter(pack__in=site).exclude(text="").order_by()
    over = _usable(language, rows.values_list("key", "form", "text", "source_mark"), all_sources())
    return [source.with_shipped(language, over[source.key]) if source.key in over else source for source in sources]


def _states(sources: Iterable[SourceText], rows: dict[tuple[str, str], PackText], language: str) -> Iterator[PackState]:
    for source in sources:
        for form in source.forms(language):
            row = rows.get((source.key, form))
            state, is_used = _state_of(source, form, language, row)
            yield PackState(source, form, language, row, state, is_used)


def _state_of(source: SourceText, form: str, language: str, row: PackText | None) -> tuple[str, bool]:
    if row is None or not row.text:
        there = bool(source.shipped.get(language, {}).get(form)) or language == SOURCE_LANGUAGE
        return ("shipped" if there else "missing"), there
    if row.source_mark != source.mark(form):
        return "stale", not source.faults(language, form, row.text)
    read = row.reviewed_mark == seen_mark(source.source(form), row.text)
    return ("reviewed" if read else "draft"), True
