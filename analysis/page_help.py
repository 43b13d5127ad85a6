"""“How this works” on the pages of the analysis."""

from django.utils.translation import gettext_lazy as _

from ctnat.ui.page_help import explain

explain(
    "analysis",
    {
        "overview": _("Analysis"),
        "participants": _("Participants"),
        "survey": _("Survey answers"),
        "survey_item": "",
        "priorities": _("Priorities for action"),
        "themes": _("Themes of the interviews"),
        "theme": "",
        "coverage": _("Coverage and limits"),
        "chart": "",
        "participants_named": "",
    },
    _(
        "Every number has its base: the people or interviews of which it is a part. Below ten answers there are counts "
        "and no percentages, and a cell that could identify a person is hidden. Skipped questions and “don’t know” are "
        "counted separately. All members see these pages; survey results appear once they are released."
    ),
    "base",
    "item_non_response",
    "dont_know",
    "disclosure",
    "release",
)
explain(
    "analysis",
    {"release": _("Results and break-downs"), "breakdown_plan": "", "release_make": ""},
    _(
        "Choose by which groups answers are broken down before the survey opens. A release calculates all results "
        "once, and every page and the report read the newest one. A new release needs enough responses, so that no one "
        "can be recognised. Only leads plan and make releases."
    ),
    "release",
)
explain(
    "analysis",
    {
        "evidence_search": _("Search evidence"),
        "evidence_source": "",
        "criterion": "",
        "disagreements": _("Where the sources disagree"),
    },
    _(
        "Find the sources for a mark or a sentence: pages of documents, notes, survey questions and statements. Copy "
        "the key of a source to attach it. Where documents, interviews and survey disagree, the report says so."
    ),
    "evidence",
)
explain(
    "analysis",
    {"open_coding": ""},
    _(
        "Give the answers to an open question themes of the codebook, as you do with passages of interviews. The "
        "counts say how many respondents raised a theme. Answers may contain names; leave them out when you quote."
    ),
    "codebook",
    "theme",
    "respondent",
)
explain(
    "analysis",
    {"comparison_list": _("Comparison of assessments"), "comparison": "", "comparison_answer": ""},
    _(
        "Results of assessments are compared when the leads of all of them have agreed. Only released numbers are "
        "exchanged, never notes or forms. Each can withdraw its consent at any time. Countries are not ranked."
    ),
    "release",
)
explain(
    "analysis",
    {"exports": _("Export data"), "export_file": ""},
    _(
        "Download data for your own analysis: a worksheet, CSV tables or a file for SPSS. They contain notes and "
        "answers as typed, so store them safely and delete them when you no longer need them. Only leads can export, "
        "and each download is recorded in the audit log."
    ),
)
