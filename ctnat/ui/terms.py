"""The method's terms, explained once: `{% term %}` shows an explanation beside a word, the help page lists them all."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Term(NamedTuple):
    label: Promise
    text: Promise


TERMS = {
    "answered": Term(
        _("Answered"),
        _(
            "The number of people who chose one of the answers. Percentages are based on them; “don’t know” and "
            "skipped questions are left out."
        ),
    ),
    "asked": Term(
        _("Asked"),
        _(
            "The number of people who could have answered: all responses to the survey, or all interviews whose plan "
            "included the section."
        ),
    ),
    "base": Term(
        _("Base"),
        _(
            "The number of which a count is a part, as 9 in “6 of 9”. It differs between questions, because not "
            "everyone was asked or answered. A count without its base can be misleading."
        ),
    ),
    "codebook": Term(
        _("Codebook"), _("The list of themes with their definitions, so that all coders use them in the same way.")
    ),
    "coding": Term(
        _("Coding"), _("A passage of the notes marked with a theme. It follows its passage when the notes are edited.")
    ),
    "consent": Term(
        _("Informed consent"),
        _(
            "What a person agrees to after the information note: to be interviewed, and to be quoted. It can be "
            "withdrawn at any time."
        ),
    ),
    "criterion": Term(
        _("Criterion"), _("One of the five aspects under which each area of the response is assessed, in four cells.")
    ),
    "desk_review": Term(
        _("Desk review"),
        _("The review of existing laws, reports and statistics. Each document has a code for citing it."),
    ),
    "disclosure": Term(
        _("Hidden cell"),
        _(
            "A cell of a cross-table is hidden if it counts so few people that one could be recognised. Other cells "
            "are hidden as well, so that it cannot be calculated by subtraction."
        ),
    ),
    "disposition": Term(
        _("Disposition"),
        _(
            "The decision on a statement made at validation: accepted, amended, noted or declined, with the reason. A "
            "disputed finding stays in the report, and the statement is printed next to it."
        ),
    ),
    "dont_know": Term(
        _("Don’t know"), _("An answer in its own right, counted separately and never part of the base of a percentage.")
    ),
    "edition": Term(_("Edition"), _("The report as it was on one day. Later changes do not affect it.")),
    "evidence": Term(
        _("Evidence"),
        _(
            "The source that supports a mark or a sentence: a page of a document, the notes of an interview, a survey "
            "question."
        ),
    ),
    "fact": Term(
        _("Living fact"),
        _("A number that the report inserts from the data. It is updated with the data until an edition is made."),
    ),
    "framework": Term(_("Framework"), _("What exists on paper: laws, policies, plans, agreements.")),
    "instrument": Term(
        _("Instrument"), _("The interview guide, the survey or the indicator matrix, in one fixed version.")
    ),
    "item_non_response": Term(
        _("Skipped"),
        _(
            "The respondent did not answer the question (item non-response). This is neither a “no” nor a zero, and is "
            "not part of the base."
        ),
    ),
    "not_valid": Term(
        _("Not validly answered"),
        _(
            "What the respondent gave breaks a rule of the question, as paper allows: four of “choose three”, two of "
            "four ranked. It is kept as given and is not part of the base."
        ),
    ),
    "indicator_matrix": Term(
        _("Indicator matrix"),
        _(
            "The table of areas and criteria (Annex E). Each criterion has four cells: framework and operational, each "
            "on two levels."
        ),
    ),
    "lead_in": Term(
        _("Lead-in"),
        _("The purpose of a group of recommendations: the beginning of a sentence that each recommendation completes."),
    ),
    "level": Term(_("Level"), _("Level 2 is more demanding than level 1: broader, more complete or routine.")),
    "mention": Term(
        _("Mention"), _("One coded passage. An interview may mention a theme more than once and counts once.")
    ),
    "not_asked": Term(
        _("Not asked"), _("The section was not part of the plan of this interview. It is never counted as “no answer”.")
    ),
    "operational": Term(
        _("Operational"), _("What happens in practice: services used, cases brought to court, meetings held.")
    ),
    "potential_improvement": Term(
        _("Potential improvement"), _("A cell where the findings show something to strengthen. It is not a grade.")
    ),
    "priority": Term(
        _("Priority"),
        _(
            "One of the options A to Q. Respondents and workshop groups choose three each. A respondent is one person "
            "and a group is several people, so the two counts are never added."
        ),
    ),
    "release": Term(
        _("Release"),
        _(
            "The results of a survey as they were calculated once, from the forms that were opened together. Pages and "
            "the report read the newest release, never single forms."
        ),
    ),
    "response": Term(
        _("Response"),
        _(
            "One completed survey, sent online or entered from a paper form. Test responses are kept separately and "
            "not counted."
        ),
    ),
    "respondent": Term(
        _("Respondent"),
        _(
            "A person who answers the survey or an interview. Respondents take part voluntarily and can skip any "
            "question."
        ),
    ),
    "saturation": Term(
        _("Saturation"),
        _(
            "The point at which further interviews bring no new themes. It is a reason to stop interviewing, and the "
            "page on coverage helps to judge it."
        ),
    ),
    "sealed_form": Term(
        _("Sealed form"),
        _(
            "A form received by link that nobody can read before the survey closes. The forms are then opened "
            "together, in random order, so that they cannot be linked to people."
        ),
    ),
    "section_plan": Term(
        _("Section plan"),
        _(
            "The sections of an interview. Sections 1, 7 and 8 are asked in every interview; two or three of sections "
            "2 to 6 are chosen according to the person’s work."
        ),
    ),
    "theme": Term(_("Theme"), _("A topic raised in interviews, such as a gap, a good practice, a trend or a wish.")),
    "validation": Term(
        _("Validation"),
        _("Findings and recommendations are presented to the people they concern, who can dispute them."),
    ),
}
