"""What an author can put into the text: facts with their present values, charts, tables and sources, with search."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.item_types.answers import has_chart
from instruments import schema
from interviews.models import Coding
from reports.document.evidence import Evidence
from reports.document.item_types import palette_rows

MOST_SHOWN = 60  # entries of a search; the search is narrowed beyond that


@dataclass(frozen=True)
class Entry:
    """One thing to insert. `insert` is the text that is put at the cursor; `value` is what it shows now."""

    group: str
    label: str
    insert: str
    value: str = ""
    own_line: bool = False


def entries(evidence: Evidence) -> Iterator[Entry]:
    """Everything, charts and tables first: they are what one looks for most."""
    yield from _charts(evidence)
    yield from _tables(evidence)
    for source in sorted(evidence.sources.values(), key=lambda source: _order(source.code)):
        if source.removed:
            continue
        yield Entry("Source", f"{source.code} {source.title}", f"[@{source.code}]")
    yield from _quotes(evidence)
    for fact in evidence.facts.values():
        if not fact.name.startswith("interviews.people.") or fact.name.endswith(
            ".share"
        ):  # the short spelling is shown
            yield Entry(f"Fact: {fact.group}", fact.label, f"{{{{ {fact.name} }}}}", fact.text)


def search(evidence: Evidence, words: str) -> tuple[list[Entry], int]:
    """(the first entries that hold every word, how many there are in all)."""
    wanted = words.casefold().split()
    found = [
        entry
        for entry in entries(evidence)
        if all(word in f"{entry.group} {entry.label} {entry.insert}".casefold() for word in wanted)
    ]
    return found[:MOST_SHOWN], len(found)


def _order(code: str) -> tuple[str, int]:
    prefix, _, number = code.partition(" ")
    return prefix, int(number) if number.isdigit() else 0


def _block(group: str, label: str, call: str) -> Entry:
    return Entry(group, label, f"[[{call}]]", own_line=True)


def _charts(evidence: Evidence) -> Iterator[Entry]:
    results = evidence.results
    yield _block("Chart", "Sex of interview participants", "chart interviews people")
    yield _block("Chart", "Interviews by sector", "chart interviews sectors")
    yield _block("Chart", "Profile of entities interviewed", "chart interviews entities")
    for profile in ("role", "sex", "age", "tenure", "experience"):
        if results.survey.profile(profile):
            yield _block("Chart", f"Survey respondents by {profile}", f"chart profile {profile}")
    for section in results.survey.document.sections:
        for entry in section.items:
            label = f"{entry.name} {results.survey.translate(entry.label)}"
            if isinstance(entry, schema.Matrix):
                yield _block("Chart", f"{label} (all rows)", f"chart survey {entry.name}")
            for item in palette_rows(entry):
                if has_chart(item) and not item.profile:
                    label = f"{item.name} {results.survey.translate(item.label)}"
                    yield _block("Chart", label, f"chart survey {item.name}")
    for part in results.guide.sections:
        yield _block("Chart", f"Themes: {results.interviews.section_title(part.name)}", f"chart themes {part.name}")
    yield _block("Chart", "Priorities of survey respondents", "chart priorities survey")
    yield _block("Chart", "Priorities of workshop groups", "chart priorities workshop")


def _tables(evidence: Evidence) -> Iterator[Entry]:
    results = evidence.results
    for category in results.indicators.categories:
        title = category.title.translate(results.language)
        yield _block("Table", title, f"table indicators {category.name}")
    yield _block("Table", "Priorities of respondents and of groups", "table priorities")
    yield _block("Table", "Interviews and people by sector", "table participants")
    yield _block("Table", "Interviews in which each section was asked", "table coverage")
    yield _block("Table", "International instruments", "table treaties")
    for part in results.guide.sections:
        yield _block("Table", f"Themes: {results.interviews.section_title(part.name)}", f"table themes {part.name}")
    for category in results.indicators.categories:
        title = category.title.translate(results.language)
        yield _block("List", f"Recommendations: {title}", f"recommendations {category.name}")
    yield _block("List", "Bibliography", "bibliography")
    yield _block("List", "Organisations that took part", "organisations")
    yield _block("List", "What changed at validation", "validation")


def _quotes(evidence: Evidence) -> Iterator[Entry]:
    """Passages released for quotation."""
    found = Coding.objects.for_assessment(evidence.results.assessment).for_quoting()
    for pk, quote in found.values_list("pk", "approved_quote"):
        yield _block("Quotation", quote[:120], f"quote {pk}")
