"""“How this works” on the pages of assessments, members, documents, data, accounts and the site."""

from django.utils.translation import gettext_lazy as _

from ctnat.ui.page_help import explain

explain(
    "assessments",
    {"assessment_list": _("Your assessments"), "assessment_new": _("New assessment")},
    _(
        "Here are the assessments of which you are a member. An assessment is one country in one round; whoever "
        "creates it becomes its lead and invites the others. Other people cannot see that it exists. If one is "
        "missing, ask its lead to invite the address with which you signed in."
    ),
)
explain(
    "assessments",
    {"assessment_home": _("Home of the assessment")},
    _(
        "This page shows what to do next in your role, and how far each of the six steps is. Press a step to go there. "
        "All members see this page, but each sees only the tasks and links of their own role. Nothing is changed here "
        "without a button that says so."
    ),
)
explain(
    "assessments",
    {"assessment_edit": _("Assessment details")},
    _(
        "These details apply to the whole assessment: its dates, languages, clock and the smallest group that is "
        "shown. Saving changes them at once for all members; the audit log records which fields changed. If a "
        "colleague saved in the meantime, nothing is overwritten: both values are shown, and you choose."
    ),
)
explain(
    "assessments",
    {"assessment_tool": _("The tool"), "assessment_tool_change": ""},
    _(
        "The tool is the three instruments of the assessment: interview guide, survey and indicator matrix. Read them "
        "first; to change one, make your own draft and publish it as a new version. Choosing another version applies "
        "to interviews and forms that begin afterwards, and what is recorded already keeps its version. All members "
        "see this page; leads choose."
    ),
    "instrument",
    "indicator_matrix",
)
explain(
    "assessments",
    {
        "member_list": _("Members"),
        "member_invite": _("Invite members"),
        "second_factor_edit": "",
        "invitation_resend": "",
        "invitation_link": "",
    },
    _(
        "Members work in the assessment; what each may do depends on the role. An invitation sends a link that is "
        "valid for one person and a limited time. If the mail does not arrive, send it again or hand over the link "
        "yourself. Removing members ends their access at once and keeps what they wrote."
    ),
)
explain(
    "assessments",
    {
        "organisation_list": _("Organisations"),
        "organisation_new": _("Add organisation"),
        "organisation_edit": "",
        "organisation_remove": "",
    },
    _(
        "This is the register of stakeholders. Interviews refer to it, and it decides how a quotation may be "
        "attributed without revealing who spoke. Add each organisation once, with its sector. One that an interview "
        "refers to cannot be removed."
    ),
)
explain(
    "assessments",
    {"contact_list": _("Contacts"), "contact_new": _("Add contact"), "contact_edit": "", "contact_erase": ""},
    _(
        "Contacts are people who may be invited to the survey. Names and addresses are stored encrypted and are shown "
        "to leads, consultants and focal points only. Saving sends nothing: invitations are sent from the survey. If a "
        "person asks for it, erase the contact; that cannot be undone."
    ),
)
explain(
    "assessments",
    {
        "document_list": _("Desk review"),
        "document_new": _("Add document"),
        "document_bibliography": _("Bibliography"),
        "document_edit": "",
        "document_remove": "",
    },
    _(
        "The register lists every source of the desk review. Its code, such as “Aze 16”, is how marks and the report "
        "cite it. Mark a document as reviewed when you have read it, and choose whether the bibliography lists it. All "
        "members see the register. A removed document stays in the trash with its code and can be restored."
    ),
    "desk_review",
)
explain(
    "assessments",
    {"document_import": _("Import documents"), "document_trash": _("Trash of the desk review")},
    _(
        "Import takes a BibTeX or RIS file from your reference manager. You first see what was understood and which "
        "documents exist already; nothing is stored until you confirm. If a record is wrong, correct it in the "
        "reference manager and import again, or edit the document here."
    ),
)
explain(
    "assessments",
    {
        "pack_list": _("Languages"),
        "pack_edit": "",
        "pack_import": "",
        "pack_add": "",
        "pack_save": "",
        "pack_review": "",
    },
    _(
        "Here are the words around the questions that respondents, groups and readers see, such as buttons, mails and "
        "headings. Texts are supplied as drafts; a speaker of the language reads them and marks them as reviewed. "
        "Saving changes the next page that is shown, not editions that exist. You can also download a workbook, fill "
        "it in and import it; faults are listed by row."
    ),
    "respondent",
    "edition",
)
explain(
    "assessments",
    {
        "erasure_list": _("Erase data"),
        "erasure_new": "",
        "erasure_detail": "",
        "erasure_confirm": "",
    },
    _(
        "Erasing removes data for good, also from later restored backups. You request it and say why; another lead or "
        "an administrator confirms it. The page shows beforehand what goes and which frozen copies remain. Until it is "
        "confirmed, it can be cancelled; afterwards nothing can bring the data back."
    ),
)
explain(
    "assessments",
    {"retention_edit": _("How long data are kept")},
    _(
        "Set a date for each kind of data after which it is erased. Leads are warned by mail and on the home page "
        "before the date. Only leads can change it. After the erasure, a certificate says what was erased, and when."
    ),
)
explain(
    "assessments",
    {"audit_list": _("Audit log"), "audit_verify": _("Verify the audit log")},
    _(
        "The log records who changed or read what, and when; never the content. Nobody can change or remove an event: "
        "each contains a check value of the one before. Verifying reads the whole chain and says whether it is intact. "
        "Only leads see the log."
    ),
)
explain(
    "assessments",
    {"person_find": _("Request of access"), "person_export": ""},
    _(
        "A person may ask what is stored about them. Make sure that the request comes from that person, search for the "
        "name or address, and choose the entries that are this person. You get one file to hand over; names of other "
        "people are withheld in it. The audit log records the request."
    ),
    "respondent",
)
explain(
    "assessments",
    {"search": _("Search")},
    _(
        "One search finds pages, notes, documents, people and texts of this assessment that you may see. What your "
        "role may not see is not found. Names that you may not see are withheld. The words that you type are not "
        "recorded, and the address holds them encrypted."
    ),
)
explain(
    "assessments",
    {
        "help_page": _("Help"),
        "glossary": _("Terms of the method"),
    },
    _(
        "Help explains the six steps, the tasks of each role and the terms. Each page also has a short text such as "
        "this one. Press the key / to search the assessment that you are in."
    ),
)
explain(
    "assessments",
    {"language_edit": _("Language and colours"), "sign_in_list": _("Where you are signed in")},
    _(
        "These settings are for your account alone, in all assessments. The language changes the pages that you see, "
        "not those of respondents. If a sign-in is not yours, end it and change your password."
    ),
    "respondent",
)
explain(
    "assessments",
    {"device_list": _("My devices"), "member_device_list": ""},
    _(
        "What is typed and not saved yet stays in the browser, encrypted for the account that typed it. Half of its "
        "key is here: it is given to a browser only while that account is signed in. If a device is lost, revoke it. "
        "Nothing that was typed is lost by this: for 30 days the device can be allowed again."
    ),
)
explain(
    "",
    {
        "mfa_index": _("Two-factor authentication"),
        "mfa_activate_totp": "",
        "mfa_deactivate_totp": "",
        "mfa_add_webauthn": "",
        "mfa_edit_webauthn": "",
        "mfa_list_webauthn": "",
        "mfa_remove_webauthn": "",
        "mfa_view_recovery_codes": "",
        "mfa_generate_recovery_codes": "",
        "mfa_reauthenticate": "",
        "mfa_reauthenticate_webauthn": "",
        "account_reauthenticate": "",
        "account_change_password": _("Change password"),
        "account_logout": "",
    },
    _(
        "A second factor protects your account if somebody learns your password. Use an app on your phone or a "
        "passkey, and keep the recovery codes on paper: each lets you in once. If you lose both, ask an administrator "
        "of the site. Some assessments require it."
    ),
)
explain(
    "assessments",
    {"site_status": _("This site"), "mail_test": ""},
    _(
        "This page is for administrators. It shows whether the parts of the site work: mail, background tasks, backups "
        "and storage. Press the test of the mail to receive one yourself. A line that reports a fault says what to do."
    ),
)
explain(
    "assessments",
    {"site_details": "", "site_mail": ""},
    _(
        "Administrators set up the whole site here. Its name is shown on every page, new assessments begin with its "
        "languages, and its time zone applies to pages outside an assessment. Send yourself a test mail to see whether "
        "invitations can be sent. What you skip can be done later from the page “This site”."
    ),
)
explain(
    "assessments",
    {
        "site_erasure_list": _("Erasures of this site"),
        "site_erasure_new": "",
        "site_erasure_detail": "",
        "site_erasure_confirm": "",
    },
    _(
        "Administrators confirm here what leads have asked to erase, and can request the erasure of an account. You "
        "see what would be erased, never its content. A request needs two people: confirm only what you have checked "
        "with the lead. Confirming cannot be undone."
    ),
)
explain(
    "assessments",
    {
        "site_pack_list": _("Words of this site"),
        "site_pack_add": "",
        "site_pack_edit": "",
        "site_pack_save": "",
        "site_pack_review": "",
        "site_pack_import": "",
    },
    _(
        "Administrators set here the words that all assessments of this site start with. An assessment can still "
        "choose its own. A text without an entry here uses the one supplied. Saving does not change editions that "
        "exist."
    ),
    "edition",
)
explain(
    "assessments",
    {"assessment_manage": _("Manage the assessment"), "lead_offer": _("Hand over"), "lead_answer": ""},
    _(
        "From here leads export everything, copy the assessment as a start for another one, hand it over, put it into "
        "the archive and bring it back, or request that it is erased. Handing over needs the other member's consent, "
        "and an assessment always has a lead. In the archive it can be read and not changed."
    ),
)
