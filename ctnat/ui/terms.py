"""The method's terms, explained once: `{% term %}` shows an explanation beside a word, the help page lists them all."""

from typing import NamedTuple


class Term(NamedTuple):
    label: str
    text: str


TERMS = {
    "answered": Term(
        "Answered",
        "How many people chose one of the answers. Percentages are of these; “don’t know” and skipped are left out.",
    ),
    "asked": Term(
        "Asked",
        "How many could have answered: every response to the survey, or every interview in whose plan the section was.",
    ),
    "base": Term(
        "Base",
        "The number a count is out of. It differs from question to question, because not everyone was asked or "
        "answered. A count without its base can mislead.",
    ),
    "codebook": Term("Codebook", "The themes with their definitions, so that two people mean the same."),
    "coding": Term("Coding", "A passage of the notes marked with a theme. It stays with its words."),
    "criterion": Term(
        "Criterion", "One of the five points by which an area of the response is looked at. Four cells describe it."
    ),
    "desk_review": Term(
        "Desk review", "Reading what exists: laws, reports, statistics. Each document has a code by which it is cited."
    ),
    "disclosure": Term(
        "Hidden cell",
        "A cell of a cross-table is hidden where it counts so few people that one could be recognised. Others "
        "are hidden with it, so that it cannot be found by subtraction.",
    ),
    "disposition": Term(
        "Disposition",
        "What was decided on a statement made at validation: accepted, amended, noted or declined, with the reason. A "
        "disputed finding stays, and the statement is printed beside it.",
    ),
    "dont_know": Term("Don’t know", "An answer of its own, counted apart and never in the base of a percentage."),
    "edition": Term("Edition", "The report as it was on one day, frozen. Later changes do not reach it."),
    "evidence": Term(
        "Evidence",
        "What a mark or a sentence rests on: a page of a document, notes of an interview, a survey item.",
    ),
    "fact": Term(
        "Living fact",
        "A number that the text takes from the data by its code. It follows the data until an edition is made.",
    ),
    "framework": Term("Framework", "What is in place on paper: laws, policies, plans, agreements."),
    "instrument": Term("Instrument", "The interview guide, the survey or the indicator matrix, in one fixed version."),
    "item_non_response": Term(
        "Skipped", "The respondent left the question out. It is neither a “no” nor a zero, and not part of the base."
    ),
    "lead_in": Term(
        "Lead-in", "What a group of recommendations is for. It opens the sentence that the recommendations complete."
    ),
    "level": Term("Level", "Level 2 asks for more than level 1: wider, fuller or as a routine."),
    "mention": Term("Mention", "One coded passage. An interview may mention a theme more than once and counts once."),
    "not_asked": Term(
        "Not asked", "The section was not in this interview’s plan. That is never counted as “no answer”."
    ),
    "operational": Term("Operational", "What happens in practice: services used, cases brought, meetings held."),
    "potential_improvement": Term(
        "Potential improvement", "A cell where the findings show something to strengthen. It is not a grade."
    ),
    "priority": Term(
        "Priority",
        "One of the letters A to Q. Respondents and workshop groups each name three; a respondent is one person and a "
        "group is several, so the two are never added.",
    ),
    "response": Term(
        "Response",
        "One completed survey, by link or typed in from a form. Test answers are kept apart and not counted.",
    ),
    "section_plan": Term(
        "Section plan",
        "Sections 1, 7 and 8 are asked of everyone. Two or three of 2 to 6 are chosen from what the person works on.",
    ),
    "theme": Term("Theme", "A point that comes up in interviews, such as a gap, a good practice, a trend or a wish."),
    "validation": Term(
        "Validation",
        "Findings and recommendations are put to those whom they concern, who may dispute them.",
    ),
}
