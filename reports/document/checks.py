"""Hand-typed numbers beside a chart that the chart does not have.

The prose around a chart (its paragraphs up to the next block or heading) is read for numbers of respondents or
interviews: digits and number words before a counted noun, "n=4", "57 per cent". Numbers that are facts are not typed,
so they are not looked at; nor are years, page numbers, citations and footnotes.
"""

import re
from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ctnat.ui.lazy import StrOrPromise
from reports.document.registry import Block, Problem, Registry, UnknownBlock

NUMBER_WORDS = [
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
]
VALUES = {word: value for value, word in enumerate(NUMBER_WORDS, start=1)} | {"none": 0, "nobody": 0, "no one": 0}
NUMBER = rf"(?P<number>\d{{1,6}}|{'|'.join(NUMBER_WORDS)})"
NOUN = (
    r"(?:survey\s+)?(?:respondents?|interviewees?|participants?|people|persons?|groups?|answers?|"
    r"said|answered|agreed|disagreed|rated|chose|found|considered|thought|called)"
)
COUNTED = re.compile(rf"\b{NUMBER}\s+(?:of\s+(?:the\s+)?(?P<of>\d{{1,6}}|{'|'.join(NUMBER_WORDS)})\s+)?{NOUN}\b", re.I)
SAMPLE = re.compile(r"\bn\s*=\s*(?P<number>\d{1,6})")
PERCENT = re.compile(r"\b(?P<number>\d{1,3})\s?(?:%|per\s?cent\b)", re.I)
LABELLED = r"\b{label}\W{{0,3}}\(\s*n\s*=\s*(?P<number>\d{{1,6}})\s*\)"
BLOCK_LINE = re.compile(r"^\s*\[\[(.+?)\]\]\s*$", re.M)
SKIPPED = re.compile(r"\{\{.*?\}\}|\[@.*?\]|\[\^.*?\]|`[^`]*`", re.S)


def check(body: str, registry: Registry) -> Iterator[Problem]:
    """A warning for each typed number that the charts beside its paragraph do not have."""
    pieces = BLOCK_LINE.split(body)  # prose, block, prose, block, ..., prose
    blocks = [_block(line, registry) for line in pieces[1::2]]
    for index, prose in enumerate(pieces[0::2]):
        before = blocks[index - 1] if index else None
        after = blocks[index] if index < len(blocks) else None
        for paragraph, beside in _paragraphs(prose, before, after):
            yield from _compare(paragraph, beside)


def _block(line: str, registry: Registry) -> Block | None:
    call, _, title = line.partition("|")
    if call.split()[:1] != ["chart"]:
        return None
    try:
        return registry.block(call.split(), title.strip())
    except UnknownBlock:
        return None


def _paragraphs(prose: str, before: Block | None, after: Block | None) -> Iterator[tuple[str, list[Block]]]:
    """The paragraph that follows a chart and the one that leads to the next, each with the charts beside it."""
    paragraphs = [part for part in re.split(r"\n\s*\n", prose) if part.strip()]
    for index, paragraph in enumerate(paragraphs):
        if paragraph.lstrip().startswith("#"):
            continue
        beside = []
        if before and index == 0:
            beside.append(before)
        if after and index == len(paragraphs) - 1:
            beside.append(after)
        if beside:
            yield paragraph, beside


def _value(text: str) -> int:
    return int(text) if text.isdigit() else VALUES[text.lower()]


def _compare(paragraph: str, beside: list[Block]) -> Iterator[Problem]:
    text = SKIPPED.sub(" ¤ ", paragraph)
    allowed = frozenset[int]().union(*(block.values for block in beside))
    figures = ", ".join(f"“{block.title}”" for block in beside)
    warned: set[str] = set()
    for block in beside:
        for label, numbers in block.words.items():
            for found in re.finditer(LABELLED.format(label=re.escape(label)), text, re.I):
                if (typed := int(found["number"])) not in numbers:
                    warned.add(found["number"])
                    given = ", ".join(str(number) for number in sorted(numbers))
                    yield _warn(
                        _(
                            "Typed number “{typed}”: the chart “{chart}” has {numbers} for “{label}”. Insert a fact "
                            "from the palette, or check the number."
                        ),
                        typed=found[0],
                        chart=block.title,
                        numbers=given,
                        label=label,
                    )
    for pattern in (COUNTED, SAMPLE, PERCENT):
        for found in pattern.finditer(text):
            typed = _value(found["number"])
            if typed not in allowed and found["number"] not in warned:
                warned.add(found["number"])
                yield _warn(
                    _(
                        "Typed number “{typed}”: {number} is not in the chart {charts}. Insert a fact from the "
                        "palette, or check the number."
                    ),
                    typed=found[0].strip(),
                    number=typed,
                    charts=figures,
                )


def _warn(message: StrOrPromise, **values: object) -> Problem:
    return Problem("", format_lazy(message, **values), "warning")
