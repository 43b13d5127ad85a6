"""The charts of an assessment, by key: `chart(results, key)` for one, `keys(results)` for all.

participants-sex, participants-sector, entities    who was interviewed (pie, bars, bars)
profile-role, -sex, -age, -tenure, -experience     who answered the survey
survey-3.1                                         a table of rated items (stacked) or one chosen or ranked item (bars)
pair-3.2.3~3.2.4                                   two or three rated items side by side (clustered)
priorities-survey, priorities-workshop             dots of respondents, dots of groups
themes, themes-5                                   interviews by theme, all or of one section of the guide
co-occurrence, saturation                          themes mentioned together; new themes per further interview
sections                                           sections asked, by sector
breakdown-3.1.5~sex                                an item by a characteristic of respondents, as released
"""

from collections.abc import Callable

from django.utils.translation import gettext

from analysis.charts.spec import SINGLE, Chart, Series
from analysis.gallery import survey as survey_gallery
from analysis.item_types.presentation import draw, not_yet
from analysis.results import Results
from analysis.statistics.profiles import PROFILES
from ctnat.ui.formats import format_date

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
        raise UnknownChart(gettext("There is no chart {key}.").format(key=key)) from error


def keys(results: Results) -> list[str]:
    """Every chart that needs no choice; breakdowns and pairs are made on demand. Each workshop has its own."""
    held = len(results.priorities.workshops)
    return [
        *(key for key in SIMPLE if key != "priorities-workshop"),
        *([f"priorities-workshop-{n + 1}" for n in range(held)] if held > 1 else ["priorities-workshop"]),
        *(f"profile-{profile}" for profile in (*PROFILES, "experience") if results.survey.profile(profile)),
        *(f"survey-{name}" for name in survey_gallery.names(results.survey)),
        *(f"themes-{section.name}" for section in results.guide.sections),
    ]


def people_by_sex(results: Results) -> Chart:
    who, translate = results.interviews.participants, results.translate
    labels = {translate("women"): who.women, translate("men"): who.men} | (
        {translate("other_sex"): who.other} if who.other else {}
    )
    return Chart(
        key="participants-sex",
        title=translate("sex_title"),
        kind="pie",
        categories=tuple(labels),
        series=(Series(translate("people").capitalize(), tuple(labels.values())),),
        unit=translate("people"),
        alt=_people_words(results),
        base=translate("sex_base", people=who.people, interviews=who.interviews),
        bases=(who.people,) * len(labels),
        note=translate("sex_uncounted", n=who.uncounted) if who.uncounted else "",
        percentages=results.percentages,
    )


def _people_words(results: Results) -> str:
    who = results.interviews.participants
    if not who.people:
        return results.translate("sex_none")
    women, men = (results.share(count, who.people) for count in (who.women, who.men))
    return results.translate("sex_words", people=who.people, women=women, men=men)


def by_sector(results: Results) -> Chart:
    rows = [
        (results.interviews.sector_label(code), who.interviews) for code, who in results.interviews.by_sector.items()
    ]
    return _interview_bars(results, "participants-sector", results.translate("sector_title"), rows)


def entities(results: Results) -> Chart:
    rows = [
        (name or results.translate("no_entity"), who.interviews) for name, who in results.interviews.by_entity.items()
    ]
    return _interview_bars(results, "entities", results.translate("entity_title"), rows)


def _interview_bars(results: Results, key: str, title: str, rows: list[tuple[str, int]]) -> Chart:
    total, translate = results.interviews.participants.interviews, results.translate
    return Chart(
        key=key,
        title=title,
        kind="bars",
        categories=tuple(name for name, _ in rows),
        series=(Series(translate("interviews").capitalize(), tuple(count for _, count in rows)),),
        unit=translate("interviews"),
        alt=translate("interviews_with", count=rows[0][1], total=total, name=rows[0][0])
        if rows
        else translate("no_interviews"),
        base=translate("interviews_base", count=total),
        bases=(total,) * len(rows),
        percentages=results.percentages,
    )


def sections(results: Results) -> Chart:
    table, translate = results.interviews.sections_by_sector, results.translate
    asked = {part.section: part for part in results.interviews.sections}
    rare = min(asked.values(), key=lambda part: part.asked)
    title = results.interviews.section_title(rare.section)
    return Chart(
        key="sections",
        title=translate("sections_title"),
        kind="heat",
        categories=tuple(results.interviews.section_title(str(section)) for section in table.index),
        series=tuple(
            Series(results.interviews.sector_label(str(sector)), tuple(int(n) for n in table[sector]))
            for sector in table.columns
        ),
        unit=translate("interviews_asked"),
        alt=translate("sections_rare", title=title, count=rare.asked)
        if len(table.columns)
        else translate("sections_none"),
        base=translate("interviews_base", count=results.interviews.participants.interviews),
        codes=tuple(str(section) for section in table.index),
        code_head=translate("code"),
    )


def themes(results: Results, section: str = "") -> Chart:
    """Interviews mentioning each theme, of those asked. Raises `KeyError` for a section that the guide lacks."""
    if section and section not in {part.name for part in results.guide.sections}:
        raise KeyError(section)
    translate = results.translate
    found = [theme for theme in results.themes.counts if theme.mentions and (not section or theme.area == section)]
    counts = [theme for theme in found if theme.interviews]
    shown = counts[:MOST_THEMES]
    title = (
        translate("themes_of", section=results.interviews.section_title(section))
        if section
        else translate("themes_title")
    )
    alt = translate("themes_only_unasked" if found else "themes_none")
    if shown:
        alt = translate("themes_top", theme=shown[0].label, count=shown[0].interviews, asked=shown[0].asked)
    unasked = sum(theme.unprompted_mentions for theme in found)
    notes = [translate("themes_more", n=len(counts) - len(shown))] if len(counts) > len(shown) else []
    notes += [translate("themes_unasked", n=unasked)] if unasked else []
    return Chart(
        key=f"themes-{section}" if section else "themes",
        title=title,
        kind="bars",
        categories=tuple(theme.label for theme in shown),
        series=(Series(translate("interviews").capitalize(), tuple(theme.interviews for theme in shown)),),
        unit=translate("interviews"),
        alt=alt,
        base=translate("themes_base"),
        bases=tuple(theme.asked for theme in shown),
        note=" ".join(notes),
        percentages=results.percentages,
    )


def co_occurrence(results: Results) -> Chart:
    table, translate = results.themes.co_occurrence.iloc[:12, :12], results.translate
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
        title=translate("together_title"),
        kind="heat",
        categories=tuple(label[theme] for theme in table.index),
        series=tuple(Series(label[theme], tuple(int(n) for n in table[theme])) for theme in table.columns),
        unit=translate("interviews"),
        alt=translate("together_top", first=top[1], second=top[2], count=top[0])
        if top[0]
        else translate("together_none"),
        note=translate("together_note"),
    )


def saturation(results: Results) -> Chart:
    steps, translate = results.themes.saturation, results.translate
    last = sum(step.new for step in steps[-3:])
    return Chart(
        key="saturation",
        title=translate("saturation_title"),
        kind="line",
        categories=tuple(step.interview for step in steps),
        series=(
            Series(translate("saturation_new"), tuple(step.new for step in steps), "#b35806"),
            Series(translate("saturation_known"), tuple(step.known for step in steps), SINGLE),
        ),
        unit=translate("themes"),
        alt=translate("saturation_words", new=last, known=steps[-1].known)
        if len(steps) >= 3
        else translate("saturation_few"),
        base=translate("saturation_base", count=len(steps)),
    )


def priorities(results: Results, name: str) -> Chart:
    """`survey`, `workshop` or `workshop 2`: a respondent and a group are never added, nor are two workshops.

    Workshops have their number in the order of their days. Where several are counted, the title says which one it is;
    `workshop` alone is the last.
    """
    which, _, number = name.replace("-", " ").partition(" ")
    if which == "survey" and not number and results.survey.is_hidden:
        return not_yet(results, "priorities-survey", results.translate("priorities_survey"))
    held, translate, day = results.priorities.workshops, results.translate, ""
    found = {"survey": results.priorities.survey, "workshop": results.priorities.workshop}[which]
    if number:
        if which != "workshop" or number not in {str(n) for n in range(1, len(held) + 1)}:
            raise KeyError(name)
        found = held[int(number) - 1][1]
    if which == "workshop" and len(held) > 1:
        day = f", {format_date(held[int(number or len(held)) - 1][0].day, results.language)}"
    who = translate({"survey": "respondents", "workshop": "groups"}[which])
    labels = dict(results.priorities.options)
    top = [priority.option for priority in found.top]
    return Chart(
        key=f"priorities-{which}" + (f"-{number}" if number else ""),
        title=translate(f"priorities_{which}") + day,
        kind="bars",
        categories=tuple(labels.get(priority.option, priority.option) for priority in found.options),
        series=(Series(who.capitalize(), tuple(priority.named for priority in found.options)),),
        unit=who,
        alt=translate(
            f"priorities_top_{which}", letters=", ".join(top), count=found.top[0].named, base=found.base.answered
        )
        if top
        else translate(f"priorities_none_{which}"),
        base=translate(f"priorities_base_{which}", count=found.base.answered)
        + (f" {translate('responses_base', count=results.survey.responses)}" if which == "survey" else ""),
        codes=tuple(priority.option for priority in found.options),
        code_head=translate("code"),
        most=found.base.answered,
    )


def profile(results: Results, name: str) -> Chart:
    item = results.survey.profile(name)
    if item is None:
        raise KeyError(name)
    return draw(results, item, f"profile-{name}", results.translate("profile_title", item=item.label))


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
    "priorities": priorities,
    "profile": profile,
    "themes": themes,
    "survey": survey_gallery.survey,
    "pair": survey_gallery.pair,
    "breakdown": survey_gallery.breakdown,
}
