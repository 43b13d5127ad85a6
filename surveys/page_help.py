"""“How this works” on the pages of the survey."""

from django.utils.translation import gettext_lazy as _

from ctnat.ui.page_help import explain

explain(
    "surveys",
    {"survey_detail": _("Survey"), "survey_open": "", "survey_close": ""},
    _(
        "This page shows how many people were invited and have answered. While the survey is open, respondents answer "
        "by link; their forms stay sealed, and nobody can read them. Closing stops the links and opens the forms "
        "together. If you closed it too early, reopen it."
    ),
    "respondent",
    "sealed_form",
)
explain(
    "surveys",
    {
        "survey_edit": _("Survey settings"),
        "message_edit": "",
        "open_link_detail": _("Open link"),
    },
    _(
        "Choose the languages, the opening time and the deadline, and check the text of the mails in each language. "
        "The open link can be forwarded or printed with its QR code; anyone who has it can answer. Preview the survey "
        "before you send anything. Before the survey opens, the page lists texts that no speaker of the language has "
        "reviewed."
    ),
)
explain(
    "surveys",
    {
        "invitation_list": _("Invitations"),
        "invitation_add": _("Invite people"),
        "invitation_detail": "",
        "invitation_paste": "",
        "invitation_import": "",
        "invitation_contacts": "",
    },
    _(
        "Each person gets a personal link. Paste addresses, import a table or choose contacts; nothing is sent until "
        "you start a mailing. You see whether somebody has answered, never what. A link that reached the wrong person "
        "can be revoked."
    ),
)
explain(
    "surveys",
    {"mailing_start": "", "mailing_detail": "", "mailing_resume": ""},
    _(
        "Before a mail goes out, this page shows to how many people it goes, whom it leaves out and why, and how it "
        "reads. Send a test to yourself first. Sending runs in the background; no one gets the same mail twice. If it "
        "stops, resume it. Returned mails are listed with the person."
    ),
)
explain(
    "surveys",
    {"response_enter": _("Enter a paper form"), "entry_draft_edit": "", "entry_draft_keep": ""},
    _(
        "Type in forms that came on paper or by e-mail, exactly as they were filled in. If a paper breaks a rule, save "
        "it as on paper: the answer is kept and counted as not validly answered. An unfinished form is kept for you "
        "for two weeks. A skipped question stays empty; do not guess."
    ),
    "not_valid",
    "item_non_response",
)
explain(
    "surveys",
    {
        "response_import": _("Import forms"),
        "table_import_sheet": "",
        "table_import_columns": "",
        "table_import_values": "",
        "table_import_preview": "",
    },
    _(
        "Import the table of another survey program as it was exported. In four steps you choose the sheet, say what "
        "each column is, settle doubtful values and check the result; nothing is stored before the last. Every fault "
        "is listed with its row. Times, device numbers and other identifiers are left out."
    ),
)
explain(
    "surveys",
    {"response_list": _("Responses"), "response_detail": "", "response_trash": ""},
    _(
        "These are the forms that have been opened, each with a code in place of a name. Language, source and day are "
        "shown only where enough forms share them. Leads and consultants see this page. A form moved to the trash no "
        "longer counts in the next release and can be restored."
    ),
    "response",
    "release",
)
explain(
    "surveys",
    {"responses_open": _("Sealed forms"), "survey_disclosure": _("Disclosure risk of this survey")},
    _(
        "Forms received by link are sealed until the survey closes. They are opened only if there are enough of them, "
        "all together and in random order, so that nobody can be recognised. Only leads decide this. If there are too "
        "few, keep the survey open longer. Opened forms cannot be sealed again."
    ),
    "sealed_form",
)
explain(
    "surveys",
    {"survey_version": ""},
    _(
        "When the questionnaire has a new version, compare the two here before the survey goes over to it. Forms "
        "already received keep their version and are counted with it. A question that changed its meaning has results "
        "of its own. The survey can go back only while no form of the new version exists."
    ),
)
explain(
    "surveys_trial",
    {"version_trial": "", "trial_link_edit": ""},
    _(
        "Try a version before it is published, on your own phone or with colleagues. The link needs no account and "
        "ends by itself or when you withdraw it. Nothing that is typed in a trial is stored."
    ),
)
