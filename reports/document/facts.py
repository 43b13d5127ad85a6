"""The facts that text may name, all from one assessment's results. Names are looked up, never evaluated."""

from collections.abc import Iterator
from functools import partial

from django.db.models import Count, Q
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analysis.results import Results
from assessments.models import Assessment, Sector
from ctnat.ui.formats import format_date, page_day_lazy
from ctnat.ui.lazy import StrOrPromise
from indicators.models import Recommendation
from reports.document import sentences
from reports.document.item_types import describe_item
from reports.document.registry import Fact
from reports.words import translate
from workshops.models import Comment, Workshop
from workshops.results import groups_of, people_of

# Labels are in the language of who reads the palette, the texts of the facts in that of the report.
PEOPLE = {  # who is counted -> label of their number
    "women": _("Women interviewed"),
    "men": _("Men interviewed"),
    "other": _("People of other or undisclosed sex"),
}
BASES = {
    "answered": _("{item}: answered"),
    "asked": _("{item}: asked"),
    "dont_know": _("{item}: don’t know"),
    "skipped": _("{item}: skipped"),
    "invalid": _("{item}: not valid"),
}
CELLS = {
    "in_place": _("{category}: cells in place"),
    "potential_improvement": _("{category}: cells for potential improvement"),
    "not_assessed": _("{category}: cells not assessed"),
}


def collect(results: Results) -> dict[str, Fact]:
    """Name -> fact, in the order of the palette. A topic without data gives zeros or sentences that state it."""
    found: dict[str, Fact] = {}
    with translation.override(results.language):
        for part in (_assessment, _documents, _instruments, _interviews, _survey, _items, _priorities):
            found |= {fact.name: fact for fact in part(results)}
        for part in (_themes, _matrix, _workshop):
            found |= {fact.name: fact for fact in part(results)}
    return found


def _number(name: str, number: int, label: StrOrPromise, group: StrOrPromise, source: str = "") -> Fact:
    return Fact(name, f"{number}", label, group, number, source)


def _assessment(results: Results) -> Iterator[Fact]:
    assessment, group = results.assessment, _("Assessment")
    yield Fact("country", assessment.country_in(results.language), _("Country"), group)
    yield Fact("assessment.reference", assessment.reference, _("Reference"), group)
    yield Fact("assessment.starts", format_date(assessment.starts_on, results.language), _("First day"), group)
    yield Fact("assessment.ends", format_date(assessment.ends_on, results.language), _("Last day"), group)
    words = sentences.carried_out(assessment, results.language)
    yield Fact("assessment.dates.sentence", words, _("When it was carried out, as a sentence"), group)
    yield Fact("assessment.commissioner", assessment.study.commissioner, _("Who asked for it"), group)
    yield Fact("assessment.funder", assessment.study.funder, _("Who paid for it"), group)
    smallest = results.percentages.smallest_base
    yield _number("numbers.small", smallest, _("Base below which no percentages are given"), group)


def _documents_reviewed(assessment: Assessment, registered: int) -> int:
    """How many documents were read: the number given, where more were read than registered, else the registered."""
    return max(assessment.documents_reviewed or 0, registered)


def _documents(results: Results) -> Iterator[Fact]:
    counts = results.assessment.documents.aggregate(
        registered=Count("pk"),
        reviewed=Count("pk", filter=Q(reviewed=True)),
        listed=Count("pk", filter=Q(in_bibliography=True)),
    )
    reviewed, listed = _documents_reviewed(results.assessment, counts["reviewed"]), counts["listed"]
    group = _("Desk review")
    yield _number("documents.reviewed", reviewed, _("Documents reviewed"), group)
    yield _number("documents.registered", counts["registered"], _("Documents registered"), group)
    yield _number("documents.bibliography", listed, _("Documents in the bibliography"), group)
    words = translate("documents_read", results.language, reviewed=reviewed, listed=listed)
    yield Fact("documents.sentence", words, _("Documents reviewed, as a sentence"), group)


def _instruments(results: Results) -> Iterator[Fact]:
    guide, matrix, survey, group = results.guide, results.indicators, results.survey.document, _("Instruments")
    yield _number("guide.sections", len(guide.sections), _("Sections of the interview guide"), group)
    yield _number("guide.questions", len(guide.questions), _("Questions of the interview guide"), group)
    yield _number("questionnaire.sections", len(survey.sections), _("Sections of the survey"), group)
    yield _number("questionnaire.items", len(survey.items), _("Items of the survey"), group)
    yield _number("matrix.categories", len(matrix.categories), _("Categories of the matrix"), group)
    yield _number("matrix.criteria", len(matrix.criteria), _("Criteria of the matrix"), group)
    yield Fact("instruments.sentence", sentences.instruments(results), _("The instruments, as a sentence"), group)


def _interviews(results: Results) -> Iterator[Fact]:
    who, group, source = results.interviews.participants, _("Interviews"), "page:participants"
    yield _number("interviews.count", who.interviews, _("Interviews"), group, source)
    yield _number("interviews.completed", results.interviews.completed, _("Interviews with complete notes"), group)
    yield _number("interviews.people", who.people, _("People interviewed"), group, source)
    for name, count in (("women", who.women), ("men", who.men), ("other", who.other)):
        label = PEOPLE[name]
        in_percent = format_lazy(_("{people}, per cent of people"), people=label)
        as_share = format_lazy(_("{people}, share of people"), people=label)
        share = results.percentages.percent(count, who.people)
        of = results.translate("share", count=count, base=who.people)
        for prefix in ("interviews.", "interviews.people."):  # both spellings are in use
            yield _number(f"{prefix}{name}", count, label, group, source)
            words = of if share is None else f"{share}"
            yield Fact(f"{prefix}{name}_percent", words, in_percent, group, share, source)
        words = of if share is None else f"{share}%"
        yield Fact(f"interviews.people.{name}.share", words, as_share, group, share, source)
    for sector in Sector.values:
        part = results.interviews.by_sector.get(sector)
        count = part.interviews if part else 0
        label = format_lazy(_("Interviews, sector: {sector}"), sector=Sector(sector).label)
        yield _number(f"interviews.sectors.{sector}", count, label, group, source)
        yield _number(f"interviews.{sector}", count, label, group, source)
    for asked in results.interviews.sections:
        title = results.interviews.section_title(asked.section)
        name = f"interviews.sections.{asked.section}"
        label = format_lazy(_("Interviews in which “{title}” was asked"), title=title)
        yield _number(f"{name}.asked", asked.asked, label, group, "page:coverage")
        label = format_lazy(_("Interviews with notes on “{title}”"), title=title)
        yield _number(f"{name}.answered", asked.answered, label, group, "page:coverage")
    yield Fact("interviews.sentence", sentences.interviews(results), _("Interviews and people, as a sentence"), group)
    state = results.interviews.by_sector.get(Sector.STATE)
    words = translate("interviews_state", results.language, n=state.interviews if state else 0)
    yield Fact("interviews.state.sentence", words, _("Interviews with State agencies, as a sentence"), group)
    label = _("How many interviews were in the capital, as a sentence")
    yield Fact("interviews.outside.sentence", sentences.reach(results), label, group)


def _survey(results: Results) -> Iterator[Fact]:
    survey, group = results.survey, _("Survey")
    yield _number("survey.responses", survey.responses, _("Survey responses"), group, "page:respondents")
    if rate := results.response_rate:
        yield _number("survey.invited", rate.base, _("Personal invitations sent"), group)
        yield _number("survey.invited.completed", rate.count, _("Personal invitations completed"), group)
    words = translate("survey_answered", results.language, n=survey.responses)
    yield Fact("survey.sentence", words, _("Survey responses, as a sentence"), group)
    yield Fact("survey.rate.sentence", sentences.response_rate(results), _("Response rate, as a sentence"), group)
    label = _("Corrections of the wording, as a sentence; blank where there are none")
    yield Fact("survey.corrections.sentence", sentences.corrections(results), label, group)
    label = _("Answers that are not valid, as a sentence; blank where there are none")
    yield Fact("survey.invalid.sentence", sentences.not_valid(results), label, group)


def _items(results: Results) -> Iterator[Fact]:
    for code, item in results.survey.items.items():
        group, source, counts = _("Survey items"), f"survey:{code}", item.counts
        about = f"{code} {item.label}"
        words = format_lazy(_("{item}: in a sentence"), item=about)
        yield Fact(f"survey.{code}.sentence", describe_item(item, results), words, group, None, source)
        bases = ("answered", "asked", "dont_know", "skipped", *(("invalid",) if counts.invalid else ()))
        for base in ("asked",) if item.is_pooled else bases:
            words = format_lazy(BASES[base], item=about)
            yield _of_survey(results, f"survey.{code}.{base}", getattr(counts, base), words, group, source)
        for option, label in item.options:  # none where it is answered in words, numbers or dates
            if item.is_pooled and option not in item.single_options:
                continue
            count = counts.counts.get(option, 0)
            yield _of_survey(results, f"survey.{code}.{option}", count, f"{about}: {label}", group, source)


def _of_survey(results: Results, name: str, number: int, label: StrOrPromise, group: StrOrPromise, source: str) -> Fact:
    """A number of the survey; no number as long as its results may not be shown."""
    if results.survey.is_hidden:
        return Fact(name, results.translate("not_released"), label, group, None, source)
    return _number(name, number, label, group, source)


def _priorities(results: Results) -> Iterator[Fact]:
    group = _("Priorities")
    yield Fact("priorities.sentence", sentences.priorities(results), _("Who named priorities, as a sentence"), group)
    by_respondents = partial(format_lazy, _("{option}: respondents"))
    voices = [("survey", _("Ballots of respondents"), by_respondents, results.priorities.survey)]
    held = results.priorities.workshops
    if len(held) > 1:  # one by one: no figure combines two workshops, and each names its workshop
        for number, (workshop, votes) in enumerate(held, start=1):
            day = page_day_lazy(workshop.day)
            by_groups = partial(format_lazy, _("{option}: groups, {day}"), day=day)
            voices.append((f"workshop-{number}", format_lazy(_("Ballots of groups, {day}"), day=day), by_groups, votes))
    else:
        by_groups = partial(format_lazy, _("{option}: groups"))
        voices.append(("workshop", _("Ballots of groups"), by_groups, results.priorities.workshop))
    for voice, ballots, named_by, votes in voices:
        make = partial(_of_survey, results) if voice == "survey" else _number
        yield make(f"priorities.{voice}.ballots", votes.base.answered, ballots, group, "page:priorities")
        for letter, label in results.priorities.options:
            if ": " in letter:  # a wish of groups; it is counted under its letter
                continue
            named = results.priorities.named_with_wishes(votes, letter)
            words = named_by(option=f"{letter} {label}")
            yield make(f"priorities.{voice}.{letter}", named, words, group, "page:priorities")


def _themes(results: Results) -> Iterator[Fact]:
    group = _("Themes")
    counts = results.themes.counts
    yield _number("themes.count", len(counts), _("Themes in use"), group, "page:themes")
    words = translate("themes_used", results.language, n=len(counts))
    yield Fact("themes.sentence", words, _("Themes in use, as a sentence"), group)
    label = _("Survey responses and interviews, as a sentence")
    yield Fact("evidence.sentence", sentences.evidence(results), label, group)
    for theme in counts:
        code = results.themes.code_of[theme.theme]
        source = f"theme:{code}"
        for name, number, about in (
            ("interviews", theme.interviews, _("{theme}: interviews mentioning it")),
            ("asked", theme.asked, _("{theme}: interviews in which it could come up")),
            ("mentions", theme.mentions, _("{theme}: mentions")),
        ):
            yield _number(f"themes.{code}.{name}", number, format_lazy(about, theme=theme.label), group, source)


def _matrix(results: Results) -> Iterator[Fact]:
    group = _("Indicators")
    everywhere = [criterion.name for criterion in results.indicators.criteria]
    categories: list[tuple[str, StrOrPromise, list[str]]] = [("matrix", _("All categories"), everywhere)]
    for category in results.indicators.categories:
        names = [criterion.name for criterion in category.criteria]
        categories.append((f"indicators.{category.name}", category.title.translate(results.language), names))
    for prefix, title, names in categories:
        states = [state for name in names for state in results.matrix[name].values()]
        for state, words in CELLS.items():
            label = format_lazy(words, category=title)
            yield _number(f"{prefix}.{state}", states.count(state), label, group, "page:matrix")
        label = format_lazy(_("{category}: cells"), category=title)
        yield _number(f"{prefix}.cells", len(states), label, group, "page:matrix")


def _workshop(results: Results) -> Iterator[Fact]:
    assessment, group = results.assessment, _("Validation")
    workshops = list(Workshop.objects.for_assessment(assessment).for_validation())
    held = results.frames.workshops
    groups, people = groups_of(held), people_of(held)
    sentence = sentences.workshop(held, workshops, results.language)
    yield Fact("workshop.sentence", sentence, _("The workshop, as a sentence"), group, None, "page:workshop")
    reviewed = assessment.documents.filter(reviewed=True).count()
    sources = sentences.sources(results, _documents_reviewed(assessment, reviewed), len(held))
    yield Fact("assessment.sources.sentence", sources, _("What the assessment brings together, as a sentence"), group)
    if groups is not None and people is not None:  # not recorded whether two workshops had the same people
        yield _number("workshop.groups", groups, _("Groups at the workshop"), group, "page:workshop")
        yield _number("workshop.people", people.total, _("People in the groups"), group, "page:workshop")
    statements = Comment.objects.for_assessment(assessment).for_report().count()
    yield _number("workshop.statements", statements, _("Statements made"), group, "page:comments")
    recommendations = assessment.recommendations.exclude(status=Recommendation.Status.DROPPED).count()
    yield _number("recommendations.count", recommendations, _("Recommendations"), group, "page:recommendations")
