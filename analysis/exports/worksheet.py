"""The data analysis worksheet: an XLSX with the data entered and the counts, ready to be worked in.

`save(results, target)` writes it. Its numbers are those of `analysis.results`.
It holds notes and answers as typed, so it is for leads; names of respondents that are found in them are withheld.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import override

from analysis import frames
from analysis.exports.criteria import criteria
from analysis.item_types.presentation import number_class, period_text, worksheet_cell
from analysis.results import Results
from analysis.results.survey import ItemResult
from analysis.statistics.counts import is_blank
from analysis.statistics.likert import NET_BALANCE
from analysis.statistics.priorities import WEIGHTS
from analysis.statistics.rounding import one_decimal
from assessments.models import Sector
from ctnat.ui.workbook import Workbook
from indicators.models import Recommendation
from instruments.models import Instrument
from workshops.results import GroupWords

Row = Sequence[Any]


@override(settings.LANGUAGE_CODE)  # a file is the same for every member
def save(results: Results, target: Path | BinaryIO) -> None:
    title = f"Data analysis worksheet {results.assessment.reference}"
    with Workbook(target, title=title, creator="CT-NAT", clear=results.without_names) as book:
        for name, head, rows in _sheets(results):
            book.sheet(name, head, rows)


def _sheets(results: Results) -> Iterator[tuple[str, Row, Iterable[Row]]]:
    """(title, head, rows) of each sheet in order."""
    yield "Read me", ("What", "Explanation"), _read_me(results)
    yield "Interviews", INTERVIEW_HEAD, _interviews(results)
    texts = frames.note_texts(results.assessment)
    present = [question.name for question in results.guide.questions]
    dropped = sorted({question for _, question in texts} - set(present))  # by a later version of the guide
    questions = [*present, *dropped]
    yield "Interview notes", ("Interview", *questions), _notes(results, texts, questions)
    columns = [column for column in results.survey.frames.answers.columns if _used(results, str(column))]
    invalid = ("Not valid",) if any(results.survey.frames.invalid) else ()
    yield "Survey responses", ("Response", "Language", "Source", *columns, *invalid), _responses(results, columns)
    yield "Coding", ("Interview", "Question", "Theme", "Label", "Kind", "Area", "Passage", "Coder"), _coding(results)
    yield "Open answers", ("Response", "Item", "Language", "Text", "Themes"), _open_answers(results)
    yield "Theme frequencies", THEME_HEAD, _themes(results)
    yield "Survey frequencies", FREQUENCY_HEAD, frequencies(results)
    yield "Numbers and dates", NUMBER_HEAD, _numbers(results)
    yield "Likert tables", LIKERT_HEAD, _likert(results)
    yield "Break-downs", BREAKDOWN_HEAD, _breakdowns(results)
    yield "Priorities", _priority_head(results), _priorities(results)
    yield "Workshop verdicts", VERDICT_HEAD, _verdicts(results)
    yield "Recommendations", RECOMMENDATION_HEAD, _recommendations(results)
    yield "Criteria", *criteria(results)


def _read_me(results: Results) -> Iterator[Row]:
    yield "Assessment", f"{results.assessment.reference}, {results.assessment.country_name}"
    yield "Confidential", "Not for publication: notes and answers as typed. Share only with people who need them."
    if results.survey.is_hidden:
        yield "Results of the survey", results.survey.state_words
    elif results.survey.released:
        yield "Results of the survey", f"As released: {results.survey.responses} responses"
    yield "Bases", "Asked = answered + don't know + skipped + not valid. Percentages are of those who answered."
    yield (
        "Percentages",
        f"Whole, half away from zero; none where fewer than {results.percentages.smallest_base} answered.",
    )
    if results.survey.released_k > 1:
        yield "Numbers and dates", results.translate("joined_classes", k=results.survey.released_k)
    yield "Net balance", f"{NET_BALANCE} As a number of respondents, and in points where a percentage may be given."
    yield "Priorities", WEIGHTS
    yield "Themes", "Interviews mentioning a theme, of those that were asked its section; mentions are passages."
    yield "Versions", "; ".join(results.survey.versions)
    for sentence in results.coverage.sentences:
        yield "Limits of the data", sentence


INTERVIEW_HEAD = (
    *("Interview", "Date", "Sector", "Type of entity", "Women", "Men", "Other", "People", "Sections asked"),
    "Guide",  # blank where it is not known
)


def _interviews(results: Results) -> Iterator[Row]:
    planned = results.interviews.frames.planned.groupby("interview")["section"].agg(", ".join).to_dict()
    used = results.interviews.frames.guides
    versions = Instrument.objects.without_definition().in_bulk(set(used.values()))
    guides = {code: f"{versions[pk].key} version {versions[pk].version}" for code, pk in used.items()}
    for row in results.interviews.frames.interviews.to_dict("records"):
        sector = results.interviews.sector_label(row["sector"])
        people = [int(row[sex]) for sex in ("women", "men", "other")]
        asked = planned.get(row["interview"], "")
        about = row["interview"], row["held_at"].date(), sector, row["entity"], *people, sum(people), asked
        yield *about, guides.get(row["interview"], "")


def _notes(results: Results, texts: dict[tuple[str, str], str], questions: list[str]) -> Iterator[Row]:
    for interview in results.interviews.frames.interviews["interview"]:
        yield interview, *(texts.get((interview, question)) for question in questions)


def _used(results: Results, column: str) -> bool:
    """Every item has its column, the free text beside an option only where a respondent wrote one."""
    return column in results.survey.items or not all(map(is_blank, results.survey.rows.coded(column).kinds))


def _responses(results: Results, columns: list[Any]) -> Iterator[Row]:
    found = results.survey.frames
    items = [results.survey.items.get(str(column)) for column in columns]
    definitions = [item.definition if item else None for item in items]
    heads = [found.responses[name] for name in ("response", "language", "source")]
    cells = [
        results.survey.rows.coded(str(column)).map(partial(worksheet_cell, item))
        for column, item in zip(columns, definitions, strict=True)
    ]
    invalid = [[", ".join(sorted(codes)) for codes in found.invalid]] if any(found.invalid) else []
    yield from zip(*heads, *cells, *invalid, strict=True)


def _coding(results: Results) -> Iterator[Row]:
    for coding in frames.quotes(results.assessment):
        theme, coder = coding.theme, coding.coder.email if coding.coder else ""
        where = (coding.answer.interview.code, coding.answer.question)
        yield *where, theme.code, theme.label, theme.kind, theme.area, coding.quote, coder


def _open_answers(results: Results) -> Iterator[Row]:
    heard = results.themes.open_codings
    codes = heard["theme"].map(results.themes.code_of).fillna("")
    themes = codes.groupby([heard["response"], heard["item"]]).agg(", ".join).to_dict()
    for code in results.survey.items:
        for answer in results.survey.texts(code):
            yield answer.response, code, answer.language, answer.text, themes.get((answer.response, code), "")


THEME_HEAD = ("Theme", "Label", "Area", "Kind", "Interviews", "Interviews asked", "Raised unprompted", "Mentions")


def _themes(results: Results) -> Iterator[Row]:
    for theme in results.themes.counts:
        code = results.themes.code_of[theme.theme]
        numbers = (theme.interviews, theme.asked, theme.unprompted, theme.mentions)
        yield code, theme.label, theme.area, theme.kind, *numbers


FREQUENCY_HEAD = ("Item", "Text", "Option", "Label", "Count", "Per cent", "Asked", "Answered", "Don't know", "Skipped", "Not valid", "Note")  # fmt: skip  # noqa: E501


def _released(results: Results) -> list[ItemResult]:
    """The items of which results may be shown."""
    return [] if results.survey.is_hidden else list(results.survey.items.values())


def frequencies(results: Results) -> Iterator[Row]:
    for item in _released(results):
        counts = item.counts
        bases = (counts.asked, counts.answered, counts.dont_know, counts.skipped, counts.invalid)
        note = " ".join(
            part for part in (item.note, f"Versions: {', '.join(item.versions)}" if item.versions else "") if part
        )
        for option, label, count in _counted(results, item):
            percent = results.percentages.percent(count, counts.base(option)) if option else None
            yield item.code, item.label, option, label, count, percent, *bases, note
        for ranked in item.ranking.options if item.ranking else ():
            mean = one_decimal(ranked.mean) or "none"
            label = f"{item.labels[ranked.option]}: put first; mean place {mean} of {ranked.ranked}"
            yield item.code, item.label, f"{ranked.option} first", label, ranked.first, None, *bases, note


def _counted(results: Results, item: ItemResult) -> Iterator[tuple[str, str, int]]:
    """(code, label, count) of each option, class of numbers, or month; without any of them, how many answered."""
    if item.options:
        yield from ((option, label, item.counts.counts.get(option, 0)) for option, label in item.options)
    elif item.numbers and item.numbers.classes:
        for one in item.numbers.classes:
            label = number_class(results.language, one, item.places)
            yield label, label, one.count
    elif item.days and item.days.periods:
        for period in item.days.periods:
            label = period_text(results.language, period, by_year=item.days.by_year)
            yield label, label, period.count
    else:
        yield "", "", item.counts.answered


NUMBER_HEAD = (
    "Item", "Text", "Answered", "Smallest or first", "Lower quartile", "Median", "Upper quartile", "Largest or last",
)  # fmt: skip


def _numbers(results: Results) -> Iterator[Row]:
    for item in _released(results):
        if found := item.numbers:
            values = (found.least, found.lower_quartile, found.median, found.upper_quartile, found.most)
            yield item.code, item.label, found.count, *(None if value is None else float(value) for value in values)
        elif item.days:
            yield item.code, item.label, item.days.count, item.days.first, None, None, None, item.days.last


POINTS = tuple(f"Point {number}" for number in range(1, 7))  # the favourable end first; the scale names them
LIKERT_HEAD = ("Item", "Text", "Scale", *POINTS, "Answered", "Don't know", "Net balance", "Net balance, points")


def _likert(results: Results) -> Iterator[Row]:
    for item in _released(results):
        if item.scale is None:
            continue
        points = item.scale.from_favourable[: len(POINTS)]
        scale = " / ".join(item.labels[point] for point in points)
        numbers = [item.counts.counts.get(point, 0) for point in points]
        padded = [*numbers, *[None] * (len(POINTS) - len(numbers))]
        net, net_percent = (item.balance.net, item.balance.net_percent) if item.balance else (None, None)
        yield item.code, item.label, scale, *padded, item.counts.answered, item.counts.dont_know, net, net_percent


BREAKDOWN_HEAD = (
    "Item", "Text", "By", "Group", "Respondents", "Option", "Label", "Count", "Per cent", "Answered", "Don't know",
    "Skipped", "Don't know or skipped",
)  # fmt: skip


def _breakdowns(results: Results) -> Iterator[Row]:
    """The published break-downs, one row per group and option; of a withheld one, why there is none."""
    found = results.survey
    for item in _released(results):
        for profile in found.groups if found.can_be_broken_down(item.code) else ():
            table, by = found.breakdown(item.code, profile), results.translate(f"profile_{profile}")
            if table.counts is None:
                yield item.code, item.label, by, results.survey.withheld_words
                continue
            labels = found.side_labels(item) if table.sides else item.labels
            for place, (group, size) in enumerate(table.groups):
                bases = (
                    (table.answered[place], None, None, table.no_rating[place])
                    if table.sides
                    else (table.answered[place], table.dont_know[place], table.skipped[place], None)
                )
                for option, counts in table.counts.items():
                    percent = results.percentages.percent(counts[place], bases[0])
                    label = labels.get(option, option)
                    yield item.code, item.label, by, group, size, option, label, counts[place], percent, *bases


PRIORITY_HEAD = (
    "Letter", "Priority", "Survey: respondents", "Survey: place", "Survey: first", "Survey: points",
)  # fmt: skip
VERDICT_HEAD = (
    "Workshop", "What was judged", "Wording that was judged", "State that was judged", "Revision",
    "Wording at closing", "Agree", "Amend", "Disagree", "Withdrawn", "Words",
)  # fmt: skip


RECOMMENDATION_HEAD = ("Category", "Lead-in", "Recommendation", "Criteria", "Status", "Wording validated", "Revision")


def _recommendations(results: Results) -> Iterator[Row]:
    """Each recommendation as it reads now, dropped ones included, and whether this wording was validated."""
    validated = {True: "this one", False: "none"}
    for row in Recommendation.objects.for_assessment(results.assessment):
        which = "an earlier one" if row.was_validated_otherwise else validated[row.status == row.Status.VALIDATED]
        criteria = ", ".join(row.criteria)
        status = row.get_status_display()
        yield row.category, row.opening, row.text, criteria, status, which, row.wording_revision


def _priority_head(results: Results) -> Row:
    """Four columns for each counted workshop; the day tells them apart where there are several."""
    held = results.priorities.workshops
    names = [f"Workshop {workshop.held_on}" for workshop, _ in held] if len(held) > 1 else ["Workshop"]
    columns = ("groups", "place", "first", "points")
    return (*PRIORITY_HEAD, *(f"{name}: {column}" for name in names for column in columns))


def _verdicts(results: Results) -> Iterator[Row]:
    """The verdicts of groups on each wording of a recommendation or cell, workshop by workshop."""
    current = {True: "the same", False: "another", None: "not recorded"}
    for workshop, _ in results.priorities.workshops:
        for row in workshop.verdicts:
            words = [f"{_group(results, one)} ({one.choice}): {one.words}" for one in row.words]
            words += [f"{_group(results, one)} ({one.choice}, withdrawn): {one.words}" for one in row.withdrawn]
            counts = (row.agree, row.amend, row.disagree, len(row.withdrawn))
            judged = (row.label, row.text, row.state.replace("_", " "), row.revision, current[row.current])
            yield workshop.held_on, *judged, *counts, "; ".join(words)


def _group(results: Results, one: GroupWords) -> str:
    """The name of a group, which is often an agency's: where agencies are not named, the kind of group."""
    if results.may_name_agencies:
        return one.group
    return results.interviews.sector_label(one.sector) if one.sector in Sector.values else "A group"


def _priorities(results: Results) -> Iterator[Row]:
    found = results.priorities
    voices = [found.survey, *([votes for _, votes in found.workshops] or [found.workshop])]
    for letter, label in found.options:
        numbers = [
            value
            for votes in (voice.by_option[letter] for voice in voices)
            for value in (votes.named, f"={votes.place}" if votes.tied else votes.place, votes.first, votes.points)
        ]
        if results.survey.is_hidden:
            numbers[:4] = [None] * 4
        yield letter, label, *numbers
