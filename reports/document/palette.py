"""What an author can insert into the text: facts with their current values, charts, tables and sources, with search."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from interviews.models import Coding
from reports.document.blocks import offered_blocks
from reports.document.evidence import Evidence

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
    """Everything, charts and tables first: they are what one looks for most. Labels are in the language of the page."""
    for group, label, call in offered_blocks(evidence.results):
        yield Entry(str(group), str(label), f"[[{call}]]", own_line=True)
    for source in sorted(evidence.sources.values(), key=lambda source: _order(source.code)):
        if source.removed:
            continue
        yield Entry(_("Source"), f"{source.code} {source.title}", f"[@{source.code}]")
    yield from _quotes(evidence)
    for fact in evidence.facts.values():
        if not fact.name.startswith("interviews.people.") or fact.name.endswith(
            ".share"
        ):  # the short spelling is shown
            yield Entry(
                _("Fact: {group}").format(group=fact.group), str(fact.label), f"{{{{ {fact.name} }}}}", fact.text
            )


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


def _quotes(evidence: Evidence) -> Iterator[Entry]:
    """Passages released for quotation."""
    found = Coding.objects.for_assessment(evidence.results.assessment).for_quoting()
    for coding in found:
        if words := coding.quotable_words:
            yield Entry(_("Quotation"), words[:120], f"[[quote {coding.pk}]]", own_line=True)
