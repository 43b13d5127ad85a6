"""Everything that the text of one report may name, read from its assessment in the report's language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from analysis.results import Results
from assessments.models import Document
from reports.document import facts
from reports.document.blocks import make_block
from reports.document.confidentiality import Guard
from reports.document.registry import Block, Fact, Source
from reports.document.tables import Context
from reports.document.writer import Writer
from reports.models import Report
from reports.words import words_of


def guard_of(report: Report, results: Results) -> Guard:
    """The guard of a report as agencies may be named, and names were decided on, now; in the language of `results`."""
    decided = report.name_decisions.values_list("fingerprint", "keep")
    return Guard(results.assessment, report.name_agencies, results.interviews.sector_label, dict(decided))


@dataclass
class Evidence:
    """Everything that text may name: the `Registry` of one assessment in one language."""

    report: Report
    language: str
    results: Results
    words: Mapping[str, str]
    cited: dict[str, int] = field(default_factory=dict)

    @cached_property
    def facts(self) -> dict[str, Fact]:
        return facts.collect(self.results)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources on the register, and without any title those that were removed from it."""
        rows = Document.all_objects.filter(assessment=self.results.assessment)
        return {
            row.code: Source(row.code, "", removed=True) if row.is_removed else Source(row.code, row.title)
            for row in rows.only("code", "title", "removed_at")
        }

    @cached_property
    def guard(self) -> Guard:
        """Its findings are those of all text written with this evidence."""
        return guard_of(self.report, self.results)

    @cached_property
    def context(self) -> Context:
        return Context(self.results, self.words, self.report.name_agencies, self.cited)

    def block(self, words: Sequence[str], title: str) -> Block:
        return make_block(self.context, words, title)


def evidence_of(report: Report, language: str = "") -> Evidence:
    """What text in one of the report's languages may name; blank is the first one."""
    language = language or report.language
    return Evidence(report, language, Results(report.assessment, language), words_of(language))


def writer_for(report: Report, evidence: Evidence, link: Callable[[str], str] | None = None) -> Writer:
    """A writer for the sections of one report. `link` is given for readers who have an account."""
    keys = frozenset(report.sections.values_list("key", flat=True))
    writer = Writer(evidence, evidence.words, keys, evidence.language, link or (lambda source: ""))
    writer.cited = evidence.cited
    return writer
