"""Puts the document together: `build` returns frozen `ReportData`, from which HTML and PDF are rendered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

from django.utils import timezone, translation

from analysis.results import Results
from ctnat.ui.languages import direction
from reports.document import checks
from reports.document.evidence import Evidence, evidence_of, writer_for
from reports.document.notation import find_in_title
from reports.document.outline import INTRO, is_annex
from reports.document.registry import Problem
from reports.document.sentences import format_date
from reports.document.writer import Writer
from reports.models import Report, Section

Progress = Callable[[int, str], None]
ANNEX_LETTERS = [*ascii_uppercase, *(f"{first}{second}" for first in ascii_uppercase for second in ascii_uppercase)]


@dataclass(frozen=True)
class Node:
    """One heading with what stands under it. `level` 1 is a chapter; `number` is "2.1", "A" for an annex, or blank."""

    key: str
    title: str
    number: str
    level: int
    annex: bool
    html: str
    children: tuple["Node", ...] = ()

    @property
    def has_text(self) -> bool:
        return bool(self.html.strip()) or any(child.has_text for child in self.children)


@dataclass(frozen=True)
class ReportData:
    """The document, ready to be rendered. `notes` are the footnotes' HTML; `problems` are what authors should mend."""

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


def build(
    report: Report,
    *,
    link: Callable[[str], str] | None = None,
    progress: Progress = lambda done, step: None,
    edition: str = "",
) -> ReportData:
    """Write the whole document. `progress(per cent, step)` is called before each section and may raise to stop."""
    with translation.override(report.language):  # names of months and sectors
        return _build(report, link, progress, edition)


def _build(report: Report, link: Callable[[str], str] | None, progress: Progress, edition: str) -> ReportData:
    evidence = evidence_of(report)
    writer = writer_for(report, evidence, link)
    sections = list(report.sections.select_related("parent"))
    shown = [section for section in sections if not section.hidden]
    children: dict[int | None, list[Section]] = {}
    for section in shown:
        children.setdefault(section.parent_id, []).append(section)
    counter = SectionProgress(len(shown), progress)
    top = children.get(None, [])
    chapters = [section for section in top if not is_annex(section.kind)]
    annexes = [section for section in top if is_annex(section.kind)]
    written = [
        _write(writer, evidence, section, children, str(number), 1, counter)
        for number, section in enumerate(chapters, start=1)
    ]
    # Annexes come last, so that the bibliography knows what was cited.
    attached = [
        _write(writer, evidence, section, children, letter, 1, counter)
        for letter, section in zip(ANNEX_LETTERS, annexes, strict=False)
    ]
    assessment = report.assessment
    return ReportData(
        reference=assessment.reference,
        title=report.title,
        subtitle=report.subtitle,
        country=assessment.country_in(report.language),
        language=report.language,
        direction=direction(report.language),
        commissioner=assessment.study.commissioner,
        funder=assessment.study.funder,
        period=f"{format_date(assessment.starts_on)} – {format_date(assessment.ends_on)}",
        made_on=format_date(timezone.localdate()),
        notice=assessment.notice,
        edition=edition,
        words=writer.words,
        chapters=tuple(node for node in written if node.has_text),
        annexes=tuple(node for node in attached if node.has_text),
        notes=tuple(writer.footnotes),
        figures=tuple(writer.figures),
        tables=tuple(writer.tables),
        problems=tuple(writer.problems),
        cells=_cells(evidence.results),
    )


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
        self.report(100 * self.done // max(1, self.total), f"Writing “{title}”")
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
    html = write_section(writer, evidence, section, level) + evidence.context.validation.section_notes(number)
    nodes, count = [], 0
    for child in children.get(section.pk, []):
        numbered = level == 1 and child.kind.split(" ")[0] != INTRO and not is_annex(section.kind)
        count += numbered
        nodes.append(
            _write(writer, evidence, child, children, f"{number}.{count}" if numbered else "", level + 1, counter)
        )
    return Node(
        key=section.key,
        title=section.title,
        number=number,
        level=level,
        annex=level == 1 and is_annex(section.kind),
        html=html,
        children=tuple(node for node in nodes if node.has_text),
    )


def write_section(writer: Writer, evidence: Evidence, section: Section, level: int) -> str:
    """HTML of one section: its text, then what its kind adds unless the text has put it in already."""
    body, withheld = evidence.guard.clear(section.body)
    html = writer.write(body, section=section.key, level=level + 1)
    titles = [Problem(section.key, message) for message in find_in_title(section.title)]
    for problem in (*titles, *withheld, *checks.check(body, evidence)):
        writer.problems.append(replace(problem, section=section.key))
    kind = section.kind.split("|")[0].strip()
    if kind and kind not in (INTRO, "annex") and not has_block(section.body, kind):
        html += writer.fill(writer.put_block(kind))
    return html


def has_block(body: str, kind: str) -> bool:
    """Whether the text itself places the block that the section's kind would add."""
    return any(
        line.strip().removeprefix("[[").removeprefix("table ").split("|")[0].split("]")[0].split() == kind.split()
        for line in body.splitlines()
        if line.strip().startswith("[[")
    )
