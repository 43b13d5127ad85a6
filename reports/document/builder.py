"""Assembles the document: `build` returns frozen `ReportData`, from which HTML, PDF and DOCX are made."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_uppercase

from django.utils import timezone, translation
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_

from analysis.charts import Chart
from analysis.results import Results
from assessments.demonstration import band
from assessments.names import BREAK, NameFinder
from ctnat.ui.fonts import uncovered
from ctnat.ui.formats import format_date
from ctnat.ui.languages import direction
from ctnat.ui.lazy import StrOrPromise
from ctnat.ui.stored import stored_text
from interviews.names import withhold
from reports.document import checks
from reports.document.confidentiality import COVER, Guard, NameFinding, clear_figures
from reports.document.drawn import clear_charts
from reports.document.evidence import Evidence, evidence_of, writer_for
from reports.document.notation import find_in_title
from reports.document.outline import INTRO, entries, is_annex, title_language
from reports.document.quotations import without_consent
from reports.document.registry import Problem
from reports.document.report_text import ReportText, languages_of, text_of
from reports.document.writer import Writer
from reports.models import Edition, Report, Section

Progress = Callable[[int, str], None]
WRITING = stored_text(N_("Writing “{title}”"))
ANNEX_LETTERS = [*ascii_uppercase, *(f"{first}{second}" for first in ascii_uppercase for second in ascii_uppercase)]


@dataclass(frozen=True)
class Node:
    """One heading with its content. `level` 1 is a chapter; `number` is "2.1", "A" for an annex, or blank."""

    key: str
    title: str
    number: str
    level: int
    annex: bool
    html: str
    children: tuple["Node", ...] = ()
    title_language: str = ""  # where it is not the document's

    @property
    def title_direction(self) -> str:
        return direction(self.title_language)

    @property
    def has_text(self) -> bool:
        return bool(self.html.strip()) or any(child.has_text for child in self.children)


@dataclass(frozen=True)
class ReportData:
    """The document, ready to be rendered: its HTML is traced (`reports.document.traces`).

    `notes` are the footnotes' HTML; `problems` are for authors to correct."""

    reference: str
    title: str
    subtitle: str
    country: str
    language: str
    direction: str
    commissioner: str
    funder: str
    period: str
    made_on: str
    notice: str
    edition: str
    words: Mapping[str, str]
    chapters: tuple[Node, ...]
    annexes: tuple[Node, ...]
    notes: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    tables: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    cells: tuple[tuple[str, ...], ...]  # of each category the states of its cells, for the cover
    demonstration: str = ""  # what the cover says of a report of the demonstration
    charts: Mapping[str, Chart] = field(default_factory=dict)  # anchor of a figure -> what it shows, without title
    audit_head: str = ""  # of an edition: the hash of the last event in the audit log when it was made

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.kind == "error"]


def build(
    report: Report,
    *,
    language: str = "",
    link: Callable[[str], str] | None = None,
    progress: Progress = lambda done, step: None,
    edition: Edition | None = None,
) -> ReportData:
    """Write the whole document in one of the report's languages; blank is the first one.

    `progress(per cent, step)` is called before each section and may raise to stop. `edition`: named on the cover.
    """
    return build_with_names(report, language=language, link=link, progress=progress, edition=edition)[0]


def build_with_names(
    report: Report,
    *,
    language: str = "",
    link: Callable[[str], str] | None = None,
    progress: Progress = lambda done, step: None,
    edition: Edition | None = None,
) -> tuple[ReportData, list[NameFinding]]:
    """(the document, what in it names or may name a respondent or an agency). The second is never stored."""
    text = text_of(report, language)
    with translation.override(text.language):  # names of months, sectors and editions
        evidence = evidence_of(report, text.language)
        data = _build(text, evidence, link, progress, edition)
        further = "" if text.language == report.language else text.language
        return data, [replace(finding, language=further) for finding in evidence.guard.findings]


def build_all(report: Report, *, edition: Edition | None = None) -> tuple[list[ReportData], list[NameFinding]]:
    """(the document in each of the report's languages, the first one first; the names in all of them)."""
    built = [build_with_names(report, language=language, edition=edition) for language in languages_of(report)]
    names = {finding.fingerprint: finding for _, found in reversed(built) for finding in reversed(found)}
    return [document for document, _ in built], list(reversed(names.values()))


def _build(
    text: ReportText, evidence: Evidence, link: Callable[[str], str] | None, progress: Progress, edition: Edition | None
) -> ReportData:
    guard, language = evidence.guard, text.language
    writer = writer_for(text.report, evidence, link)
    writer.traced = True
    shown = [section for section in text.sections if not section.hidden]
    children: dict[int | None, list[Section]] = {}
    for section in shown:
        children.setdefault(section.parent_id, []).append(section)
    counter = SectionProgress(len(shown), progress)
    for section in shown:
        guard.anchor(section.key, section.pk)
    top = children.get(None, [])
    chapters = [section for section in top if not is_annex(section.kind)]
    annexes = [section for section in top if is_annex(section.kind)]
    evidence.context.validation.sections = dict(_numbered(chapters, children))
    written = [
        _write(writer, evidence, section, children, str(number), 1, counter)
        for number, section in enumerate(chapters, start=1)
    ]
    # Annexes are written last, so that the bibliography has all citations.
    attached = [
        _write(writer, evidence, section, children, letter, 1, counter)
        for letter, section in zip(ANNEX_LETTERS, annexes, strict=False)
    ]
    assessment = text.report.assessment
    cover = _cover(text, guard)
    writer.problems.extend(guard.problems(COVER, ""))
    writer.problems.extend(text.problems())
    country = assessment.country_in(language)
    unprintable = _unprintable(" ".join((*cover.values(), country)))
    writer.problems += [Problem(COVER, message) for message in unprintable]
    return ReportData(
        reference=assessment.reference,
        title=cover["title"],
        subtitle=cover["subtitle"],
        country=country,
        language=language,
        direction=direction(language),
        commissioner=cover["commissioner"],
        funder=cover["funder"],
        period=" – ".join(format_date(day, language) for day in (assessment.starts_on, assessment.ends_on)),
        made_on=format_date(timezone.localdate(), language),
        notice=cover["notice"],
        edition=str(edition) if edition else "",
        words=writer.words,
        chapters=tuple(node for node in written if node.has_text),
        annexes=tuple(node for node in attached if node.has_text),
        notes=tuple(writer.footnotes),
        figures=tuple(writer.figures),
        tables=tuple(writer.tables),
        problems=tuple(_without_names(guard, problem) for problem in writer.problems),
        cells=_cells(evidence.results),
        demonstration=band(assessment, language),
        charts=writer.charts,
    )


def _cover(text: ReportText, guard: Guard) -> dict[str, str]:
    """The texts of the cover, which are the document's metadata too."""
    study = text.report.assessment.study
    texts = {
        "title": text.title,
        "subtitle": text.subtitle,
        "commissioner": study.commissioner,
        "funder": study.funder,
        "notice": text.report.assessment.notice,
    }
    return {name: guard.clear_text(text, COVER) for name, text in texts.items()}


def _without_names(guard: Guard, problem: Problem) -> Problem:
    """Problems without names of people, because they are stored with an edition."""
    return replace(problem, message=_withheld(problem.message, guard.finder))


def _withhold(message: StrOrPromise, finder: NameFinder) -> str:
    return withhold(str(message), finder)


_withheld = lazy(_withhold, str)


def _cells(results: Results) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(state for criterion in category.criteria for state in results.matrix[criterion.name].values())
        for category in results.indicators.categories
    )


@dataclass
class SectionProgress:
    """Reports how many of `total` sections are written."""

    total: int
    report: Progress
    done: int = 0

    def next(self, title: str) -> None:
        self.report(100 * self.done // max(1, self.total), WRITING.format(title=title))
        self.done += 1


def _write(
    writer: Writer,
    evidence: Evidence,
    section: Section,
    children: Mapping[int | None, Sequence[Section]],
    number: str,
    level: int,
    counter: SectionProgress,
) -> Node:
    counter.next(section.title)
    notes, first_note = evidence.context.validation.section_notes(section.key), len(writer.footnotes)
    html = write_section(writer, evidence, section, level, notes)
    printed = " ".join((section.title, html, *writer.footnotes[first_note:]))
    writer.problems += [Problem(section.key, message) for message in _unprintable(printed)]
    nodes, count = [], 0
    for child in children.get(section.pk, []):
        numbered = level == 1 and _is_numbered(child) and not is_annex(section.kind)
        count += numbered
        nodes.append(
            _write(writer, evidence, child, children, f"{number}.{count}" if numbered else "", level + 1, counter)
        )
    return Node(
        key=evidence.guard.anchors.get(section.key, section.key),
        title=evidence.guard.clear_text(section.title, section.key),
        number=number,
        level=level,
        annex=level == 1 and is_annex(section.kind),
        html=html,
        children=tuple(node for node in nodes if node.has_text),
        title_language=_title_language(section, evidence.language),
    )


def _title_language(section: Section, language: str) -> str:
    """The language of a section's title where it is not that of the document: another text, or a heading of the outline
    that is there in English alone. Blank otherwise."""
    entry = entries("en").get(section.key)
    written = section.title_language or language
    if entry and section.title == entry.title and title_language(section.key, language) == "en":
        written = "en"
    return "" if written == language else written


def _is_numbered(section: Section) -> bool:
    """Whether a section of a chapter has a number."""
    return section.kind.split(" ")[0] != INTRO


def _numbered(
    chapters: Sequence[Section], children: Mapping[int | None, Sequence[Section]]
) -> Iterator[tuple[str, str]]:
    """(key, number) of each chapter and numbered section of this document."""
    for number, chapter in enumerate(chapters, start=1):
        yield chapter.key, str(number)
        for place, child in enumerate(filter(_is_numbered, children.get(chapter.pk, [])), start=1):
            yield child.key, f"{number}.{place}"


def _unprintable(text: str) -> Iterator[StrOrPromise]:
    for script, letters in uncovered(text).items():
        yield format_lazy(
            _(
                "No font on this machine has these characters, which would be printed as empty boxes: {script} "
                "({letters}). Fonts can be added by the administrator of this site (docs/operations.md). Otherwise "
                "write the text with other characters."
            ),
            script=script,
            letters=letters[:20],
        )


def write_section(writer: Writer, evidence: Evidence, section: Section, level: int, notes: str = "") -> str:
    """HTML of one section: its text, what its kind adds unless the text has put it in already, and `notes`.

    Names are taken out of all of it, its footnotes and the captions of its figures and tables included.
    """
    guard, key, body = evidence.guard, section.key, section.body
    footnotes, figures, tables = len(writer.footnotes), len(writer.figures), len(writer.tables)
    html = writer.write(body, section=key, level=level + 1)
    if (other := section.body_language) and html:
        html = f'<div lang="{other}" dir="{direction(other)}">{html}</div>'
    titles = [Problem(key, message) for message in find_in_title(section.title)]
    quotes = without_consent(evidence.results.assessment, key, body)
    for problem in (*titles, *checks.check(body, evidence), *quotes):
        writer.problems.append(replace(problem, section=key))
    kind = section.kind.split("|")[0].strip()
    if kind and kind not in (INTRO, "annex") and not has_block(section.body, kind):
        html += writer.fill(writer.put_block(kind))
    shown = guard.clear_html(html + notes, key)
    if shown != html + notes:
        clear_charts(writer.charts, [anchor for anchor, _ in writer.figures[figures:]], shown)
    html = shown
    writer.footnotes[footnotes:] = [guard.clear_html(note, key) for note in writer.footnotes[footnotes:]]
    clear_figures(guard, writer.figures, figures, key)
    clear_figures(guard, writer.tables, tables, key)
    guard.clear_text(section.title, key)
    writer.problems.extend(guard.problems(key, f"{section.title}{BREAK}{body}"))
    return html


def has_block(body: str, kind: str) -> bool:
    """Whether the text itself places the block that the section's kind would add."""
    return any(
        line.strip().removeprefix("[[").removeprefix("table ").split("|")[0].split("]")[0].split() == kind.split()
        for line in body.splitlines()
        if line.strip().startswith("[[")
    )
