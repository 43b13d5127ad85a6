"""“How this works” on the pages of the validation workshop."""

from django.utils.translation import gettext_lazy as _

from ctnat.ui.page_help import explain

explain(
    "workshops",
    {
        "workshop_list": _("Validation workshop"),
        "workshop_new": _("Plan workshop"),
        "workshop_edit": "",
        "group_new": "",
        "group_edit": "",
        "handout": "",
        "slides": "",
    },
    _(
        "Plan the workshop, add one group for each table and choose the areas that it discusses. Print the handout in "
        "each language, or show the slides. Nobody can vote before the workshop is opened. Hold a rehearsal first: its "
        "results never count."
    ),
    "validation",
)
explain(
    "workshops",
    {
        "workshop": "",
        "workshop_open": "",
        "workshop_close": "",
        "workshop_reopen": "",
        "workshop_agenda": "",
        "group_ballot": "",
        "group_verdict": "",
        "group_agree": "",
        "group_withdraw": "",
    },
    _(
        "Opening the workshop shows a code with which each group joins on one phone, without an account. You can enter "
        "paper ballots for groups without a phone. If a phone fails, join with another; what was sent is kept. Closing "
        "freezes the results and writes the minutes; reopening needs a reason."
    ),
    "priority",
)
explain(
    "workshops",
    {
        "comment_list": _("Responses to the findings"),
        "comment_new": _("Add response"),
        "comment": "",
        "comment_edit": "",
        "comment_resolve": "",
        "comment_withdraw": "",
        "comment_restore": "",
        "comment_adopt": "",
    },
    _(
        "Record each statement with the finding that it concerns, in general terms and without a name. Leads and "
        "consultants decide on it: accepted, amended, noted or declined, with the reason. A disputed finding stays in "
        "the report, with the statement printed beside it. If the statement changes, its decision is open again."
    ),
    "disposition",
    "validation",
)
explain(
    "workshops",
    {"change_log": _("What changed at validation")},
    _(
        "This page lists what validation changed: marks, recommendations and decisions on statements, each with its "
        "reason. It is read from what was recorded and cannot be edited. If a change is missing, record it where it "
        "belongs, for example at the cell."
    ),
    "validation",
)
explain(
    "quick_start",
    {
        "quick_start_survey": _("Quick start for focal points"),
        "quick_start_workshop": _("Quick start for facilitators"),
    },
    _(
        "Two pages to print, in the language of your pages, with the addresses and dates of this assessment. Print it "
        "again when a date, a language or the code changes. If the PDF cannot be made, print this page from the "
        "browser."
    ),
)
