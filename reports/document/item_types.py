"""What the report says of each type of question. No other module of reports names a type."""

from analysis.results import Results
from analysis.statistics.rounding import percent
from analysis.survey_results import ItemResult
from reports.document.sentences import join_list
from reports.words import translate


def describe_item(item: ItemResult, results: Results) -> str:
    """What an item's answers say in one plain sentence with its base, and how many did not know."""
    language, counts, name = results.language, item.counts, f"{item.code} ({item.label})"
    if not counts.answered and counts.dont_know:
        return translate("item_all_unknown", language, item=name, unknown=counts.dont_know)
    if not counts.answered:
        return translate("item_nobody", language, item=name)
    if not item.options:  # answered in words, numbers or dates
        return translate("item_open", language, answered=counts.answered, asked=counts.asked, item=name)
    verb = "named" if item.type in ("select_multiple", "rank") else "chosen"
    answers = [_answer(item, option, verb, results) for option, _ in sorted(counts.given.items(), key=lambda p: -p[1])]
    key = f"item_{verb}" if counts.answered > 1 else f"item_one_{verb}"
    listed = join_list(answers, language)
    sentence = translate(key, language, answered=counts.answered, item=name, answers=listed)
    if counts.dont_know:
        sentence += " " + translate("item_unknown", language, unknown=counts.dont_know)
    return sentence


def _answer(item: ItemResult, option: str, verb: str, results: Results) -> str:
    """One answer with how many gave it; where only one person answered at all, the answer alone."""
    counts, label = item.counts, item.labels.get(option, option)
    count = counts.counts[option]
    if counts.answered == 1:
        return translate("item_answer_quoted", results.language, option=label)
    if item.type == "select_one" and results.percentages.allows(counts.answered):
        share = percent(count, counts.answered)
        return translate("item_answer_percent", results.language, option=label, count=count, percent=share)
    return translate(f"item_answer_{verb}", results.language, option=label, count=count)
