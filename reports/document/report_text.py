"""The words of a report in each of its languages: one outline, and a text for each language beside the first.

A section without a translation is printed in the first language, unless it has no words of its own: its facts, charts
and citations follow the language of the document, and so do a heading and a first draft that nobody has changed.
"""

import re
from collections import Counter
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Literal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ctnat.ui.lazy import StrOrPromise
from ctnat.ui.names import language_name_lazy
from reports.document.confidentiality import COVER
from reports.document.drafts import first_draft
from reports.document.outline import entries, shipped_entries
from reports.document.parser import BLOCK, CITATION, FACT, cited_codes
from reports.document.registry import Problem
from reports.models import Report, ReportLanguage, Section, SectionTranslation
from reports.words import WORDS, translate

State = Literal["current", "stale", "draft", "missing", "common"]
BLOCK_LINE = re.compile(BLOCK.pattern, re.MULTILINE)
MESSAGES: dict[State, StrOrPromise] = {
    "missing": _("This section has no translation into {language}, so its text is printed in {first}."),
    "draft": _("The translation into {language} has not been declared up to date."),
    "stale": _("The text in {first} was changed after it was translated into {language}."),
}

STALE_COVER = _("The title or subtitle in {first} was changed after it was translated into {language}.")


@dataclass(frozen=True)
class SectionText:
    """A section as one language prints it. `state` is that of its translation; "common": it needs none."""

    section: Section
    printed: Section
    translation: SectionTranslation | None
    state: State

    @property
    def needs_work(self) -> bool:
        return self.state in MESSAGES


@dataclass(frozen=True)
class ReportText:
    """The words of a report in `language`, which is its first one or a further one."""

    report: Report
    language: str
    title: str
    subtitle: str
    texts: tuple[SectionText, ...]
    cover_is_stale: bool = False

    @property
    def sections(self) -> list[Section]:
        return [text.printed for text in self.texts]

    def problems(self) -> Iterator[Problem]:
        """A warning for each section that is not up to date, or does not refer to what the first language refers to."""
        names = {"language": language_name_lazy(self.language), "first": language_name_lazy(self.report.language)}
        if self.cover_is_stale:
            yield Problem(COVER, format_lazy(STALE_COVER, **names), "warning")
        for text in self.texts:
            if text.section.hidden:
                continue
            if message := MESSAGES.get(text.state):
                yield Problem(text.section.key, format_lazy(message, **names), "warning")
            if text.translation:
                for message in different_references(text.section.body, text.translation.body):
                    yield Problem(text.section.key, message, "warning")


def languages_of(report: Report) -> list[str]:
    """The codes of the report's languages, its first one first."""
    return [report.language, *report.further_languages.for_printing().values_list("language", flat=True)]


def text_of(report: Report, language: str = "") -> ReportText:
    """The words of the report in one of its languages; blank is the first one."""
    sections = list(report.sections.select_related("parent"))
    if language in ("", report.language):
        own = tuple(SectionText(section, section, None, "common") for section in sections)
        return ReportText(report, report.language, report.title, report.subtitle, own)
    further = report.further_languages.filter(language=language).first()
    rows = SectionTranslation.objects.filter(section__report=report, language=language).select_related("updated_by")
    translations = {row.section_id: row for row in rows}
    for section in sections:
        section.report = report
    return ReportText(
        report,
        language,
        _title(report, language, further),
        (further and further.subtitle) or report.subtitle,
        tuple(_section_text(section, language, translations.get(section.pk)) for section in sections),
        cover_is_stale=bool(further and further.is_stale),
    )


def generated_title(report: Report, language: str) -> str:
    """The title of a report to which nobody has given another one."""
    country = report.assessment.country_in(WORDS.language_of("report_title", language))
    return translate("report_title", language, country=country)


def _title(report: Report, language: str, further: ReportLanguage | None) -> str:
    if further and further.title:
        return further.title
    unchanged = report.title == generated_title(report, report.language)
    return generated_title(report, language) if unchanged else report.title


def _section_text(section: Section, language: str, translation: SectionTranslation | None) -> SectionText:
    printed = copy(section)
    if translation:
        printed.title, printed.body = translation.title, translation.body
        current = translation.of_revision == section.revision
        state: State = "draft" if translation.of_revision is None else "current" if current else "stale"
        return SectionText(section, printed, translation, state)
    follows, theirs = unchanged_parts(section), entries(language)
    if follows.title:
        printed.title = theirs[section.key].title
    else:
        printed.title_language = section.report.language
    if follows.body:
        printed.body = first_draft(theirs[section.key], section.report.assessment)
    elif has_words(section.body):
        printed.body_language = section.report.language
    done = follows.title and not printed.body_language
    return SectionText(section, printed, None, "common" if done else "missing")


@dataclass(frozen=True)
class Unchanged:
    """Whether a section still has the title and the text with which the outline began."""

    title: bool
    body: bool


def unchanged_parts(section: Section) -> Unchanged:
    """Compares a section with the outline in the report's first language, as it is now and as it is shipped: a
    language pack may have got its texts after the report was begun."""
    language, assessment = section.report.language, section.report.assessment
    found = [known[section.key] for known in (entries(language), shipped_entries(language)) if section.key in known]
    return Unchanged(
        title=any(section.title == entry.title for entry in found),
        body=any((entry.draft or entry.items) and section.body == first_draft(entry, assessment) for entry in found),
    )


def has_words(body: str) -> bool:
    """Whether a text has words of its own beside facts, blocks without a title and citations."""
    rest = BLOCK_LINE.sub(lambda found: found[1].partition("|")[2], body)
    return any(letter.isalpha() for letter in CITATION.sub("", FACT.sub("", rest)))


def references(body: str) -> Counter[str]:
    """The facts and blocks of a text with how often each occurs, and its sources, each once."""
    named = [f"{{{{ {name.strip()} }}}}" for name in FACT.findall(body)]
    named += [f"[[{' '.join(inside.partition('|')[0].split())}]]" for inside in BLOCK_LINE.findall(body)]
    return Counter([*named, *(f"[@{code}]" for code in sorted(cited_codes(body)))])


def different_references(first: str, translated: str) -> list[StrOrPromise]:
    """A message for what the first text refers to and its translation does not, and one for the reverse."""
    ours, theirs = references(first), references(translated)
    messages: list[StrOrPromise] = []
    if missing := list((ours - theirs).elements()):
        messages.append(
            format_lazy(
                _("The translation does not contain: {references}. Insert it where it belongs."),
                references=", ".join(missing),
            )
        )
    if added := list((theirs - ours).elements()):
        messages.append(
            format_lazy(
                _("Only the translation contains: {references}. Delete it, or add it to the first text."),
                references=", ".join(added),
            )
        )
    return messages
