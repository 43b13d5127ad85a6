"""The facts that text may name, all from one assessment's results. Names are looked up, never evaluated."""

from collections.abc import Iterator
from functools import partial

from django.utils import translation

from analysis.results import Results
from assessments.models import Assessment, Sector
from ctnat.ui.formats import format_date
from indicators.models import Recommendation
from reports.document import sentences
from reports.document.item_types import describe_item
from reports.document.registry import Fact
from reports.words import translate
from workshops.changes import statements_of
from workshops.models import Workshop
from workshops.results import groups_of, people_of


def collect(results: Results) -> dict[str, Fact]:
    """Name -> fact, in the order of the palette. A topic without data gives zeros or sentences that state it."""
    found: dict[str, Fact] = {}
    with translation.override(results.language):
        for part in (_assessment, _documents, _instruments, _interviews, _survey, _items, _priorities):
            found |= {fact.name: fact for fact in part(results)}
        for part in (_themes, _matrix, _workshop):
            found |= {fact.name: fact for fact in part(results)}
    return found


def _number(name: str, number: int, label: str, group: str, source: str = "") -> Fact:
    return Fact(name, f"{number}", label, group, number, source)


def _assessment(results: Results) -> Iterator[Fact]:
    assessment, group = results.assessment, "Assessment"
    yield Fact("country", assessment.country_in(results.language), "Country", group)
    yield Fact("assessment.reference", assessment.reference, "Reference", group)
    yield Fact("assessment.starts", format_date(assessment.starts_on, results.language), "First day", group)
    yield Fact("assessment.ends", format_date(assessment.ends_on, results.language), "Last day", group)
    words = sentences.carried_out(assessment, results.language)
    yield Fact("assessment.dates.sentence", words, "When it was carried out, as a sentence", group)
    yield Fact("assessment.commissioner", assessment.study.commissioner, "Who asked for it", group)
    yield Fact("assessment.funder", assessment.study.funder, "Who paid for it", group)
    smallest = results.percentages.smallest_base
    yield _number("numbers.small", smallest, "Base below which no percentages are given", group)


def documents_reviewed(assessment: Assessment) -> int:
    """How many documents were read: the number given, where more were read than registered, else the registered."""
    registered = assessment.documents.filter(reviewed=True).count()
    return max(assessment.documents_reviewed or 0, registered)


def _documents(results: Results) -> Iterator[Fact]:
    documents, group = results.assessment.documents, "Desk review"
    yield _number("documents.reviewed", documents_reviewed(results.assessment), "Documents reviewed", group)
    yield _number("documents.registered", documents.count(), "Documents registered", group)
    listed = documents.filter(in_bibliography=True).count()
    yield _number("documents.bibliography", listed, "Documents in the bibliography", group)
    reviewed = documents_reviewed(results.assessment)
    words = translate("documents_read", results.language, reviewed=reviewed, listed=listed)
    yield Fact("documents.sentence", words, "Documents reviewed, as a sentence", group)


def _instruments(results: Results) -> Iterator[Fact]:
    guide, matrix, survey, group = results.guide, results.indicators, results.survey.document, "Instruments"
    yield _number("guide.sections", len(guide.sections), "Sections of the interview guide", group)
    yield _number("guide.questions", len(guide.questions), "Questions of the interview guide", group)
    yield _number("questionnaire.sections", len(survey.sections), "Sections of the survey", group)
    yield _number("questionnaire.items", len(survey.items), "Items of the survey", group)
    yield _number("matrix.categories", len(matrix.categories), "Categories of the matrix", group)
    yield _number("matrix.criteria", len(matrix.criteria), "Criteria of the matrix", group)
    yield Fact("instruments.sentence", sentences.instruments(results), "The instruments, as a sentence", group)


def _interviews(results: Results) -> Iterator[Fact]:
    who, group, source = results.interviews.participants, "Interviews", "page:participants"
    yield _number("interviews.count", who.interviews, "Interviews", group, source)
    yield _number("interviews.completed", results.interviews.completed, "Interviews with complete notes", group)
    yield _number("interviews.people", who.people, "People interviewed", group, source)
    for name, count in (("women", who.women), ("men", who.men), ("other", who.other)):
        label = "People of other or undisclosed sex" if name == "other" else f"{name.capitalize()} interviewed"
        share = results.percentages.percent(count, who.people)
        of = results.translate("share", count=count, base=who.people)
        for prefix in ("interviews.", "interviews.people."):  # both spellings are in use
            yield _number(f"{prefix}{name}", count, label, group, source)
            words = of if share is None else f"{share}"
            yield Fact(f"{prefix}{name}_percent", words, f"{label}, per cent of people", group, share, source)
        words = of if share is None else f"{share}%"
        yield Fact(f"interviews.people.{name}.share", words, f"{label}, share of people", group, share, source)
    for sector in Sector.values:
        part = results.interviews.by_sector.get(sector)
        count, label = part.interviews if part else 0, f"Interviews, sector {Sector(sector).label}"
        yield _number(f"interviews.sectors.{sector}", count, label, group, source)
        yield _number(f"interviews.{sector}", count, label, group, source)
    for asked in results.interviews.sections:
        title = results.interviews.section_title(asked.section)
        name = f"interviews.sections.{asked.section}"
        yield _number(f"{name}.asked", asked.asked, f"Interviews in which “{title}” was asked", group, "page:coverage")
        yield _number(f"{name}.answered", asked.answered, f"Interviews with notes on “{title}”", group, "page:coverage")
    yield Fact("interviews.sentence", sentences.interviews(results), "Interviews and people, as a sentence", group)
    state = results.interviews.by_sector.get(Sector.STATE)
    words = translate("interviews_state", results.language, n=state.interviews if state else 0)
    yield Fact("interviews.state.sentence", words, "Interviews with State agencies, as a sentence", group)
    label = "How many interviews were in the capital, as a sentence"
    yield Fact("interviews.outside.sentence", sentences.reach(results), label, group)


def _survey(results: Results) -> Iterator[Fact]:
    survey, group = results.survey, "Survey"
    yield _number("survey.responses", survey.responses, "Survey responses", group, "page:respondents")
    if rate := results.response_rate:
        yield _number("survey.invited", rate.base, "Personal invitations sent", group)
        yield _number("survey.invited.completed", rate.count, "Personal invitations completed", group)
    words = translate("survey_answered", results.language, n=survey.responses)
    yield Fact("survey.sentence", words, "Survey responses, as a sentence", group)
    yield Fact("survey.rate.sentence", sentences.response_rate(results), "Response rate, as a sentence", group)
    label = "Corrections of the wording, as a sentence; blank where there are none"
    yield Fact("survey.corrections.sentence", sentences.corrections(results), label, group)
    label = "Answers that are not valid, as a sentence; blank where there are none"
    yield Fact("survey.invalid.sentence", sentences.not_valid(results), label, group)


def _items(results: Results) -> Iterator[Fact]:
    for code, item in results.survey.items.items():
        group, source, counts = "Survey items", f"survey:{code}", item.counts
        about = f"{code} {item.label}"
        yield Fact(
            f"survey.{code}.sentence", describe_item(item, results), f"{about}: in a sentence", group, None, source
        )
        bases = ("answered", "asked", "dont_know", "skipped", *(("invalid",) if counts.invalid else ()))
        for base in ("asked",) if item.is_pooled else bases:
            label = f"{about}: {base.replace('_', ' ')}"
            yield _of_survey(results, f"survey.{code}.{base}", getattr(counts, base), label, group, source)
        for option, label in item.options:  # none where it is answered in words, numbers or dates
            if item.is_pooled and option not in item.single_options:
                continue
            count = counts.counts.get(option, 0)
            yield _of_survey(results, f"survey.{code}.{option}", count, f"{about}: {label}", group, source)


def _of_survey(results: Results, name: str, number: int, label: str, group: str, source: str) -> Fact:
    """A number of the survey; no number as long as its results may not be shown."""
    if results.survey.is_hidden:
        return Fact(name, results.translate("not_released"), label, group, None, source)
    return _number(name, number, label, group, source)


def _priorities(results: Results) -> Iterator[Fact]:
    group = "Priorities"
    yield Fact("priorities.sentence", sentences.priorities(results), "Who named priorities, as a sentence", group)
    voices = [("survey", "respondents", results.priorities.survey)]
    held = results.priorities.workshops
    if len(held) > 1:  # one by one: no figure combines two workshops, and each names its workshop
        voices += [
            (f"workshop-{number}", f"groups, {workshop.held_on}", votes)
            for number, (workshop, votes) in enumerate(held, start=1)
        ]
    else:
        voices.append(("workshop", "groups", results.priorities.workshop))
    for voice, who, votes in voices:
        make = partial(_of_survey, results) if voice == "survey" else _number
        yield make(f"priorities.{voice}.ballots", votes.base.answered, f"Ballots of {who}", group, "page:priorities")
        for letter, label in results.priorities.options:
            if ": " in letter:  # a wish of groups; it is counted under its letter
                continue
            named = results.priorities.named_with_wishes(votes, letter)
            yield make(f"priorities.{voice}.{letter}", named, f"{letter} {label}: {who}", group, "page:priorities")


def _themes(results: Results) -> Iterator[Fact]:
    group = "Themes"
    counts = results.themes.counts
    yield _number("themes.count", len(counts), "Themes in use", group, "page:themes")
    words = translate("themes_used", results.language, n=len(counts))
    yield Fact("themes.sentence", words, "Themes in use, as a sentence", group)
    label = "Survey responses and interviews, as a sentence"
    yield Fact("evidence.sentence", sentences.evidence(results), label, group)
    for theme in counts:
        code, label = results.themes.code_of[theme.theme], theme.label
        source = f"theme:{code}"
        yield _number(
            f"themes.{code}.interviews", theme.interviews, f"{label}: interviews mentioning it", group, source
        )
        yield _number(
            f"themes.{code}.asked", theme.asked, f"{label}: interviews in which it could come up", group, source
        )
        yield _number(f"themes.{code}.mentions", theme.mentions, f"{label}: mentions", group, source)


def _matrix(results: Results) -> Iterator[Fact]:
    group = "Indicators"
    categories = [("matrix", "All categories", [criterion.name for criterion in results.indicators.criteria])]
    for category in results.indicators.categories:
        names = [criterion.name for criterion in category.criteria]
        categories.append((f"indicators.{category.name}", category.title.translate(results.language), names))
    for prefix, title, names in categories:
        states = [state for name in names for state in results.matrix[name].values()]
        for state, words in (
            ("in_place", "in place"),
            ("potential_improvement", "for potential improvement"),
            ("not_assessed", "not assessed"),
        ):
            yield _number(f"{prefix}.{state}", states.count(state), f"{title}: cells {words}", group, "page:matrix")
        yield _number(f"{prefix}.cells", len(states), f"{title}: cells", group, "page:matrix")


def _workshop(results: Results) -> Iterator[Fact]:
    assessment, group = results.assessment, "Validation"
    workshops = list(Workshop.objects.for_assessment(assessment).for_validation())
    held = results.frames.workshops
    groups, people = groups_of(held), people_of(held)
    sentence = sentences.workshop(held, workshops, results.language)
    yield Fact("workshop.sentence", sentence, "The workshop, as a sentence", group, None, "page:workshop")
    sources = sentences.sources(results, documents_reviewed(assessment), len(held))
    yield Fact("assessment.sources.sentence", sources, "What the assessment brings together, as a sentence", group)
    if groups is not None and people is not None:  # not recorded whether two workshops had the same people
        yield _number("workshop.groups", groups, "Groups at the workshop", group, "page:workshop")
        yield _number("workshop.people", people.total, "People in the groups", group, "page:workshop")
    statements = len(statements_of(assessment))
    yield _number("workshop.statements", statements, "Statements made", group, "page:comments")
    recommendations = assessment.recommendations.exclude(status=Recommendation.Status.DROPPED).count()
    yield _number("recommendations.count", recommendations, "Recommendations", group, "page:recommendations")
