"""The charts of an assessment, by key: `chart(results, key)` for one, `keys(results)` for what there is.

participants-sex, participants-sector, entities    who was interviewed (pie, bars, bars)
profile-role, -sex, -age, -tenure, -experience     who answered the survey
survey-3.1                                         a table of rated items (stacked) or one chosen or ranked item (bars)
pair-3.2.3~3.2.4                                   two or three rated items side by side (clustered)
priorities-survey, priorities-workshop             dots of respondents, dots of groups
themes, themes-5                                   interviews by theme, all or of one section of the guide
co-occurrence, saturation                          themes heard together; new themes per further interview
sections                                           sections asked, by sector
breakdown-3.1.5~sex, breakdown-3.1.5~sex~age       an item by one or two characteristics, after the disclosure door
"""

from collections.abc import Callable

from analysis import survey_gallery
from analysis.charts.spec import SINGLE, Chart, Series
from analysis.results import Results
from analysis.statistics.profiles import PROFILES
from analysis.statistics.rounding import Share

MOST_THEMES = 25  # rows of a chart of themes; the table has them all


class UnknownChart(LookupError):
    """No chart of that key can be made of this assessment."""


def chart(results: Results, key: str) -> Chart:
    """The chart of that key. Raises `UnknownChart`."""
    if key in SIMPLE:
        return SIMPLE[key](results)
    head, _, rest = key.partition("-")
    try:
        return PREFIXED[head](results, rest)
    except (KeyError, ValueError) as error:
        raise UnknownChart(f"There is no chart {key}.") from error


def keys(results: Results) -> list[str]:
    """Every chart that stands on its own; breakdowns and pairs are made on demand."""
    return [
        *(key for key in SIMPLE),
        *(f"profile-{profile}" for profile in (*PROFILES, "experience") if results.survey.profile(profile)),
        *(f"survey-{name}" for name in survey_gallery.names(results.survey)),
        *(f"themes-{section.name}" for section in results.guide.sections),
    ]


def people_by_sex(results: Results) -> Chart:
    who = results.interviews.participants
    labels = {"Women": who.women, "Men": who.men} | ({"Other or not disclosed": who.other} if who.other else {})
    return Chart(
        key="participants-sex",
        title="Sex of interview participants",
        kind="pie",
        categories=tuple(labels),
        series=(Series("People", tuple(labels.values())),),
        unit="people",
        alt=_people_words(who.women, who.men, who.people, results.small),
        base=f"Interview participants: n={who.people}, in {who.interviews} interviews.",
        bases=(who.people,) * len(labels),
        note=f"{who.uncounted} interviews do not say who took part." if who.uncounted else "",
        small=results.small,
    )


def _people_words(women: int, men: int, people: int, small: int) -> str:
    if not people:
        return "No interview participants have been entered."
    shares = (Share(women, people, small), Share(men, people, small))
    return f"Of {people} interview participants, {shares[0]} were women and {shares[1]} men."


def by_sector(results: Results) -> Chart:
    rows = [
        (results.interviews.sector_label(code), who.interviews) for code, who in results.interviews.by_sector.items()
    ]
    return _interview_bars(results, "participants-sector", "Interviews by sector", rows)


def entities(results: Results) -> Chart:
    rows = [(name or "Not written down", who.interviews) for name, who in results.interviews.by_entity.items()]
    return _interview_bars(results, "entities", "Profile of entities interviewed", rows)


def _interview_bars(results: Results, key: str, title: str, rows: list[tuple[str, int]]) -> Chart:
    total = results.interviews.participants.interviews
    first = (
        f"{rows[0][1]} of {total} interviews were with: {rows[0][0]}." if rows else "No interviews have been entered."
    )
    return Chart(
        key=key,
        title=title,
        kind="bars",
        categories=tuple(name for name, _ in rows),
        series=(Series("Interviews", tuple(count for _, count in rows)),),
        unit="interviews",
        alt=first,
        base=f"Interviews: n={total}.",
        bases=(total,) * len(rows),
        small=results.small,
    )


def sections(results: Results) -> Chart:
    table = results.interviews.sections_by_sector
    asked = {part.section: part for part in results.interviews.sections}
    rare = min(asked.values(), key=lambda part: part.asked)
    title = results.interviews.section_title(rare.section)
    return Chart(
        key="sections",
        title="Sections of the guide that were asked, by sector",
        kind="heat",
        categories=tuple(results.interviews.section_title(str(section)) for section in table.index),
        series=tuple(
            Series(results.interviews.sector_label(str(sector)), tuple(int(n) for n in table[sector]))
            for sector in table.columns
        ),
        unit="interviews asked",
        alt=f"The section asked least often was {title} ({rare.asked} interviews)."
        if len(table.columns)
        else "No interview has been planned yet.",
        base=f"Interviews: n={results.interviews.participants.interviews}.",
        codes=tuple(str(section) for section in table.index),
    )


def themes(results: Results, section: str = "") -> Chart:
    """Interviews mentioning each theme, of those asked. Raises `KeyError` for a section that the guide lacks."""
    if section and section not in {part.name for part in results.guide.sections}:
        raise KeyError(section)
    counts = [theme for theme in results.themes.counts if theme.mentions and (not section or theme.area == section)]
    shown = counts[:MOST_THEMES]
    title = f"Themes: {results.interviews.section_title(section)}" if section else "Themes of the interviews"
    alt = "No theme has been coded yet."
    if shown:
        top = shown[0]
        alt = f"Most often heard: “{top.label}”, in {top.interviews} of {top.asked} interviews that were asked."
    more = f"{len(counts) - len(shown)} further themes are not drawn. " if len(counts) > len(shown) else ""
    unasked = sum(theme.unprompted for theme in shown)
    return Chart(
        key=f"themes-{section}" if section else "themes",
        title=title,
        kind="bars",
        categories=tuple(theme.label for theme in shown),
        series=(Series("Interviews", tuple(theme.interviews for theme in shown)),),
        unit="interviews",
        alt=alt,
        base="n is the number of interviews that were asked the section to which the theme belongs.",
        bases=tuple(theme.asked for theme in shown),
        note=more
        + (f"{unasked} mentions came from interviews that were not asked; they are not drawn." if unasked else ""),
        small=results.small,
    )


def co_occurrence(results: Results) -> Chart:
    table = results.themes.co_occurrence.iloc[:12, :12]
    together = table.to_numpy(dtype=int).tolist()
    label = {count.theme: count.label for count in results.themes.counts}
    pairs = [
        (together[row][column], label[table.index[row]], label[table.columns[column]])
        for row in range(len(table))
        for column in range(row)
    ]
    top = max(pairs, default=(0, "", ""))
    return Chart(
        key="co-occurrence",
        title="Themes heard in the same interview",
        kind="heat",
        categories=tuple(label[theme] for theme in table.index),
        series=tuple(Series(label[theme], tuple(int(n) for n in table[theme])) for theme in table.columns),
        unit="interviews",
        alt=f"“{top[1]}” and “{top[2]}” occur together in {top[0]} interviews, more than any other two."
        if top[0]
        else "No two themes occur in the same interview yet.",
        note="The diagonal counts the interviews of one theme. At most the twelve most frequent themes are drawn.",
    )


def saturation(results: Results) -> Chart:
    steps = results.themes.saturation
    last = sum(step.new for step in steps[-3:])
    return Chart(
        key="saturation",
        title="New themes with each further interview",
        kind="line",
        categories=tuple(step.interview for step in steps),
        series=(
            Series("New themes", tuple(step.new for step in steps), "#b35806"),
            Series("Themes so far", tuple(step.known for step in steps), SINGLE),
        ),
        unit="themes",
        alt=f"The last three interviews brought {last} new themes of {steps[-1].known}."
        if len(steps) >= 3
        else "Too few interviews have been coded to tell whether new themes still come.",
        base=f"Interviews in the order in which they were held: n={len(steps)}.",
    )


def priorities(results: Results, which: str) -> Chart:
    """`survey` or `workshop`; two charts, because a respondent and a group are never added."""
    found = {"survey": results.priorities.survey, "workshop": results.priorities.workshop}[which]
    who = {"survey": "respondents", "workshop": "groups"}[which]
    labels = dict(results.priorities.options)
    top = [priority.option for priority in found.top]
    return Chart(
        key=f"priorities-{which}",
        title=f"Priorities: {'survey respondents' if which == 'survey' else 'groups at the validation workshop'}",
        kind="bars",
        categories=tuple(labels.get(priority.option, priority.option) for priority in found.options),
        series=(Series(who.capitalize(), tuple(priority.named for priority in found.options)),),
        unit=who,
        alt=f"Named most often: {', '.join(top)} ({found.top[0].named} of {found.base.answered} {who})."
        if top
        else f"No {who} have set priorities yet.",
        base=f"{who.capitalize()} who set priorities: n={found.base.answered}."
        + (f" Total survey respondents: n={results.survey.responses}." if which == "survey" else ""),
        codes=tuple(priority.option for priority in found.options),
    )


def profile(results: Results, name: str) -> Chart:
    item = results.survey.profile(name)
    if item is None:
        raise KeyError(name)
    return survey_gallery.choice(results, item, f"profile-{name}", f"Survey respondents: {item.label}")


SIMPLE: dict[str, Callable[[Results], Chart]] = {
    "participants-sex": people_by_sex,
    "participants-sector": by_sector,
    "entities": entities,
    "priorities-survey": lambda results: priorities(results, "survey"),
    "priorities-workshop": lambda results: priorities(results, "workshop"),
    "themes": themes,
    "co-occurrence": co_occurrence,
    "saturation": saturation,
    "sections": sections,
}
PREFIXED: dict[str, Callable[[Results, str], Chart]] = {
    "profile": profile,
    "themes": themes,
    "survey": survey_gallery.survey,
    "pair": survey_gallery.pair,
    "breakdown": survey_gallery.breakdown,
}
