"""“How this works” on the pages of instruments."""

from django.utils.translation import gettext_lazy as _

from ctnat.ui.page_help import explain

explain(
    "instruments",
    {
        "instrument_list": _("Instruments"),
        "instrument_detail": "",
        "instrument_files": "",
        "instrument_print": "",
        "instrument_compare": "",
        "instrument_compare_choice": "",
    },
    _(
        "An instrument is an interview guide, a survey or an indicator matrix in one fixed version. All members of the "
        "site can read, print and compare published versions. To change one, adapt it: you get a draft of your own, "
        "and the published version stays as it is."
    ),
    "indicator_matrix",
    "instrument",
)
explain(
    "instruments",
    {
        "instrument_edit": "",
        "entry_edit": "",
        "entry_condition": "",
        "entry_constraint": "",
        "entry_add": "",
        "instrument_adapt": "",
    },
    _(
        "You are editing a draft that only members of its owner can see. Each change is saved at once and checked; "
        "faults are listed at the top and prevent publishing. What you remove can be restored. Conditions and rules "
        "are chosen from lists and shown in words, as respondents meet them."
    ),
    "respondent",
)
explain(
    "instruments",
    {
        "instrument_publish": "",
        "instrument_withdraw": "",
        "instrument_trash": _("Discarded drafts"),
        "instrument_discard": "",
    },
    _(
        "Publishing fixes a version: it can no longer be edited, and everyone on the site can use it. Nobody goes over "
        "to it by itself. A wrong word can be corrected later; a mistaken version can be withdrawn, and those who use "
        "it already keep it. A discarded draft stays in the trash and can be restored."
    ),
)
explain(
    "instruments",
    {
        "translation_status": "",
        "translation_edit": "",
        "translation_import": "",
        "translation_save": "",
        "translation_review": "",
    },
    _(
        "Translate each text beside its original. What you save is a draft until a speaker of the language marks it as "
        "reviewed; respondents see it when the version is used. Codes and marks in braces stay as they are. For a "
        "translator without an account, download the workbook and import it again; faults are listed by row."
    ),
    "respondent",
)
explain(
    "instruments",
    {"correction_list": "", "correction_choose": "", "correction_new": ""},
    _(
        "A correction repairs a spelling or translation mistake in a published version. It may not change what is "
        "asked: then a new version is needed. Readers see the corrected text at once; the earlier one stays in the "
        "list, with the reason and your name."
    ),
)
explain(
    "instruments",
    {"instrument_import": _("Import instrument"), "import_review": "", "import_decisions": ""},
    _(
        "Import reads an XLSForm, for example from KoboToolbox, or a file made here. The result is a draft with a "
        "report on every row that was changed or not understood. Nothing is published, and no other version changes. "
        "Decide on the open points, or correct the file and import it again."
    ),
)
