"""The texts that people outside the team read, by sheet: what a language pack can hold. Each app that has some
registers them in its module `words`, imported at start:

    put_on_sheet("survey", 10, lambda: catalogue_texts("surveys", pages))

A sheet is what is complete or not: a survey may open in a language in which the report has no word yet.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ctnat.translation.catalogue import SOURCE_LANGUAGE
from ctnat.translation.placeholders import form_fault
from ctnat.translation.plurals import forms
from ctnat.ui.words import shipped_texts
from instruments.schema import CONTROL
from instruments.schema.base import TEXT_LIMIT
from instruments.texts import mark
from instruments.words import NOT_FOR_RESPONDENTS

SHEETS = {"survey": gettext_lazy("Survey"), "workshop": gettext_lazy("Workshop"), "report": gettext_lazy("Report")}

Form = tuple[str, str]  # key, and plural form, "=0" or ""
PlaceholderCheck = Callable[[Mapping[str, str], str, str, str], str]


def placeholders_fault(english: Mapping[str, str], language: str, form: str, text: str) -> str:
    """What is wrong with the placeholders of one form of a text; empty if nothing is."""
    fault = form_fault(english, language, form, text)
    if fault is None:
        return ""
    names = ", ".join(fault.names)
    return {
        "unknown": _("{names} is not in the English text; remove it").format(names=names),
        "missing": _("{names} is missing; keep it as it is in the English text").format(names=names),
        "tags": _("its tags are not those of the English text"),
    }[fault.kind]


@dataclass(frozen=True)
class SourceText:
    """One English text. `english`: "" -> text, or plural forms "one" and "other" -> text, and "=0" for none at all.

    `part` says where its readers see it. `shipped` has the translations that are part of the program.
    """

    key: str
    english: Mapping[str, str]
    sheet: str
    part: Promise | str
    shipped: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # language -> form -> text
    check: PlaceholderCheck = placeholders_fault

    @property
    def has_forms(self) -> bool:
        return "other" in self.english

    def forms(self, language: str) -> list[str]:
        """The forms that a translation needs: those of its own language, and that for none where English has one."""
        of_numbers = list(forms(language)) if self.has_forms else []
        return [form for form in self.english if not form or form.startswith("=")] + of_numbers

    def with_shipped(self, language: str, texts: Mapping[str, str]) -> "SourceText":
        """The same text; `texts` (form -> text) come before what is shipped in this language."""
        there = {**self.shipped.get(language, {}), **texts}
        return replace(self, shipped={**self.shipped, language: there})

    def source(self, form: str) -> str:
        """The English text that a form is made from."""
        if form in self.english and (not form or form.startswith("=")):
            return self.english[form]
        return self.english.get(form if form == "one" else "other", "")

    def mark(self, form: str) -> str:
        return self._marks.get(form) or self._marks.get("other", "")

    @cached_property
    def _marks(self) -> dict[str, str]:
        """Plural forms are made from the English ones together: which one it is differs between languages."""
        of_numbers = mark(f"{self.english.get('one', '')}\n{self.english.get('other', '')}")
        return {form: mark(text) if form in ("",) or "=" in form else of_numbers for form, text in self.english.items()}

    def faults(self, language: str, form: str, text: str) -> list[str]:
        """Why `text` cannot be this form in `language`; empty if it can. A blank one is no fault: it is missing."""
        if not text.strip():
            return []
        found = []
        if form not in self.forms(language):
            found.append(
                _("“{form}” is no form of this text in this language; it has {forms}").format(
                    form=form or "–", forms=", ".join(f"“{name or '–'}”" for name in self.forms(language))
                )
            )
        elif fault := self.check(self.english, language, form, text):
            found.append(fault)
        if len(text) > TEXT_LIMIT:
            found.append(_("is longer than {limit} characters").format(limit=TEXT_LIMIT))
        if CONTROL.search(text):
            found.append(_("holds a control character"))
        return found


def with_blanks_of(english: str, text: str) -> str:
    """`text` with the blanks at the ends of the English one, such as that after a comma between the parts of a list.

    Fields and cells lose them.
    """
    text = text.strip()
    start, end = len(english) - len(english.lstrip()), len(english.rstrip())
    return f"{english[:start]}{text}{english[end:]}" if text and end > start else text


Sources = Callable[[], Iterable[SourceText]]
_registered: dict[tuple[str, int], Sources] = {}


def put_on_sheet(sheet: str, order: int, sources: Sources) -> None:
    """Register the function that lists an app's texts on a sheet; those of a lower `order` come first.

    Raises ValueError where the place is taken: the texts that have it would be on no sheet any more.
    """
    if (sheet, order) in _registered:
        raise ValueError(f"the sheet {sheet} has texts of order {order} already")
    _registered[sheet, order] = sources
    all_sources.cache_clear()


@lru_cache(maxsize=1)
def all_sources() -> dict[str, SourceText]:
    """Key -> text, sheet by sheet. The same for all assessments and in all languages of members."""
    order = list(SHEETS)
    registered = sorted(_registered.items(), key=lambda entry: (order.index(entry[0][0]), entry[0][1]))
    return {source.key: source for _, sources in registered for source in sources()}


def sources_of(sheet: str) -> list[SourceText]:
    return [source for source in all_sources().values() if source.sheet == sheet]


def catalogue_texts(
    sheet: str, app: str, part_of: Callable[[str], Promise | str], keys: Callable[[str], bool] = lambda key: True
) -> Iterator[SourceText]:
    """The texts of an app in `locale/public.pot`; `part_of` and `keys` are asked with the key, without its app."""
    shipped = shipped_texts()
    for key, english in shipped[SOURCE_LANGUAGE].items():
        own = key.removeprefix(f"{app}.")
        if own != key and keys(own):
            there = {language: texts[key] for language, texts in shipped.items() if key in texts}
            there.pop(SOURCE_LANGUAGE)
            yield SourceText(key, english, sheet, part_of(own), there)


# Those of `instruments`, which knows no app above it: what respondents read, and what is only printed for others.
put_on_sheet(
    "survey",
    20,
    lambda: catalogue_texts(
        "survey", "instruments", lambda key: gettext_lazy("Questionnaire"), lambda key: key not in NOT_FOR_RESPONDENTS
    ),
)
put_on_sheet(
    "report",
    40,
    lambda: catalogue_texts(
        "report",
        "instruments",
        lambda key: gettext_lazy("Printed instruments"),
        lambda key: key in NOT_FOR_RESPONDENTS,
    ),
)
