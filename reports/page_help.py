"""“How this works” on the pages of the report and of the demonstration."""

from django.utils.translation import gettext_lazy as _

from ctnat.ui.page_help import explain

explain(
    "reports",
    {
        "report": _("Report"),
        "report_create": "",
        "report_read": _("Read the report"),
        "report_settings": _("Report settings"),
        "section_history": "",
        "translation_history": "",
    },
    _(
        "The report begins with a complete outline that you can reorder, hide and add to. Its numbers and charts "
        "follow the data until an edition is made. All members can read the present state; leads and consultants "
        "write. Every earlier text is in the version history and can be restored."
    ),
    "edition",
    "fact",
)
explain(
    "reports",
    {"section_edit": "", "section_add": "", "section_preview": "", "palette_search": _("Palette")},
    _(
        "Write in Markdown; the preview shows how it is printed. Insert numbers, charts, tables and sources from the "
        "palette instead of typing them, so that they follow the data. An unknown name is shown as an error in its "
        "place. If a colleague saved the section meanwhile, you see both texts and nothing is lost."
    ),
    "fact",
)
explain(
    "reports",
    {
        "comment_list": _("Comments on the report"),
        "section_comments": "",
        "comment": "",
        "comment_edit": "",
    },
    _(
        "Select words in the text of a section and comment on them; write @ and a name to tell a member. Everybody in "
        "the assessment can comment and reply; leads and consultants resolve. If the words are edited later, the "
        "comment follows them, or shows that they were changed. You can change or withdraw your own comment until "
        "somebody replies."
    ),
)
explain(
    "reports",
    {
        "review_list": _("Review rounds"),
        "review_round": "",
        "review_change": "",
        "review_return": "",
        "reviewer_add": "",
    },
    _(
        "A round gives one edition to reviewers as a Word file with tracked changes. Add offices or people, send each "
        "a link, and see who has returned a file and who has not. The links need no account and end with the deadline, "
        "when you close the round, or one by one. A file that came by mail can be uploaded here."
    ),
    "edition",
)
explain(
    "reports",
    {"item_list": "", "item": "", "item_take_over": "", "item_answer": ""},
    _(
        "Each comment and change of a returned file is an entry at its place in the report. Take a change over as it "
        "is or with other words; what was edited meanwhile is merged. Numbers that come from the data are never "
        "changed here: follow the link to the evidence, then answer. Every answer can be undone."
    ),
    "fact",
)
explain(
    "reports",
    {"matrix": _("Response matrix")},
    _(
        "The matrix lists what reviewers and members commented and proposed, with the response and what changed. "
        "Deleted words are struck through, new words are underlined. The files have the same columns; names of "
        "respondents are withheld in them."
    ),
    "respondent",
)
explain(
    "reports",
    {"report_import": _("Import from Word"), "section_import": ""},
    _(
        "Words that were written in Word can be taken over: headings, lists, tables and footnotes are kept; pictures, "
        "charts, text boxes and equations are left out, and each is listed. You first see what will become of the "
        "document. Nothing changes before you press the button, and earlier texts stay in the version history."
    ),
)
explain(
    "reports",
    {"report_check": _("Check the report"), "name_list": _("Names in the report")},
    _(
        "The check lists what needs attention: errors, typed numbers that differ from the data, quotations without "
        "consent, missing translations. Names of respondents are withheld; words that may be a name need a decision by "
        "the lead before a final edition. Each point links to its place."
    ),
    "consent",
    "edition",
    "respondent",
)
explain(
    "reports",
    {"language_list": _("Languages of the report"), "language_detail": "", "section_translate": ""},
    _(
        "Add a language at any time. Outline, numbers and charts are common to all; you translate the text of each "
        "section beside the original. Mark a translation as up to date when it is complete. If the original changes, "
        "the page shows what changed. A section without a translation is printed in the first language."
    ),
)
explain(
    "reports",
    {"build_list": _("Download the report"), "build": "", "build_request": ""},
    _(
        "Create a file of the present state in the format that you need. It is made in the background; the page shows "
        "the progress, and you may leave it. Such a file is a draft and says so. If it fails, the reason is shown: "
        "correct it and create the file again."
    ),
)
explain(
    "reports",
    {"edition_list": _("Editions"), "edition_final": _("Final edition"), "edition_compare": "", "share_create": ""},
    _(
        "An edition freezes the report as it is today, with a checksum; later changes do not affect it. Make one for "
        "validation and a final one. A final edition asks for the reason of each point that is still open. Only leads "
        "make editions and share them, by a link that ends on a date and can be revoked."
    ),
    "edition",
    "validation",
)
explain(
    "demonstration",
    {"demonstration_load": "", "demonstration_remove": ""},
    _(
        "The demonstration is a reconstruction of one assessment, with an account for each role, to try everything "
        "without harm. It is marked as such on every page. Removing it removes its assessments and accounts "
        "completely, and nothing else."
    ),
)
explain(
    "life",
    {"assessment_copy": _("Copy as a start")},
    _(
        "A new assessment begins with what you choose of this one; choose the country and the dates as for any other. "
        "Notes, answers, contacts, members and names are never copied, and an entry in which somebody may be named is "
        "left out. The new assessment stores which one it was copied from, and when."
    ),
)
explain(
    "life",
    {"export_list": _("Export everything"), "export": "", "export_request": ""},
    _(
        "The export is one ZIP file that opens without this site: unpack it and open index.html. It is made in the "
        "background, and you may leave the page. Without names it can be given to people who must not know who was "
        "interviewed; with names, keep it as safe as this site. It is erased after a few days."
    ),
)
explain(
    "interview_documents",
    {"document_list": _("All interviews as one document"), "document": "", "document_request": ""},
    _(
        "All interviews that were held, with their notes, as a PDF or a Word file: by day, by sector, or the answers "
        "of all of them under each question. It is made in the background, and you may leave the page. Observations "
        "are left out; names are in it only if you ask for them and may see them. The file is erased after a few days."
    ),
    "base",
)
