"""“How this works” on the pages of the indicator matrix and of recommendations."""

from django.utils.translation import gettext_lazy as _

from ctnat.ui.page_help import explain

explain(
    "indicators",
    {
        "matrix": _("Indicator matrix"),
        "cell": "",
        "cell_mark": "",
        "cell_propose": "",
        "cell_withdraw": "",
        "cell_decide": "",
    },
    _(
        "Mark each cell of the indicator matrix as in place, as potential improvement or as not assessed. A mark needs "
        "a reason, or the words “no evidence found”. Documents, interviews and survey are shown beside it and are "
        "never combined into a score. Facilitators propose another mark; the lead decides which one counts, and both "
        "are kept."
    ),
    "indicator_matrix",
    "potential_improvement",
    "evidence",
)
explain(
    "indicators",
    {
        "recommendation_list": _("Recommendations"),
        "recommendation_new": _("Add recommendation"),
        "recommendation_edit": "",
        "recommendation_move": "",
        "recommendation_status": "",
    },
    _(
        "Recommendations that share a lead-in and an addressee are printed as one sentence. Link each to the criteria "
        "that it answers, so that readers see why it is made. If its wording changes after validation, it is a draft "
        "again. A dropped recommendation is not printed, but it is kept."
    ),
    "lead_in",
    "criterion",
    "validation",
)
explain(
    "indicators",
    {
        "translation_list": _("Translations of recommendations"),
        "translation_edit": "",
        "translation_import": "",
        "translation_save": "",
        "translation_review": "",
    },
    _(
        "Translate recommendations, statements and marks for workshop groups and readers of other languages. A text "
        "without a translation is shown in the first language and marked as such. When the original changes, its "
        "translation is listed as stale. Workbooks are for translators without an account."
    ),
)
