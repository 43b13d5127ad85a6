"""The texts of reviewers' pages and mails in their languages, from locale/*/public.po, and what is stored of returned
files: the sentences of `reports.review`, which does without Django, and those with which `reports.word` refuses one."""

from django.utils.translation import gettext_noop as N_

from ctnat.ui.languages import LANGUAGES
from ctnat.ui.stored import stored_text
from ctnat.ui.words import Words

WORDS = Words("review")


def offered_languages() -> list[str]:
    """The languages in which every text is there, English first."""
    return [code for code in LANGUAGES if code in WORDS.languages]


# Why a proposal is left to a person, and what is told of a file as a whole.
SAID = tuple(
    stored_text(text)
    for text in (
        N_("These words come from the data. They change where the data change, or stay with an answer."),
        N_("The program makes this part of the report, such as a chart, a caption or the contents."),
        N_("This is the title of the section, which is changed in the outline."),
        N_("The program cannot make this change without changing other words. Make it in the section."),
        N_("A whole table was added. Type it in the section, or take it over from Word there."),
        N_("A column of a table was added or deleted. Change the table in the section."),
        N_("It has a picture or a footnote, which the program does not take over. Add it in the section."),
        N_("Only the look of the paragraph was changed, to a heading or a list, or from one."),
        N_("The file has lost what is a heading or a list, so that changes of these were not looked for."),
        N_("The paragraph was moved to another section."),
        N_("The program did not find which part of the report this is about."),
        N_("Less than half of the report was found again in the file. It may be of another edition, or translated."),
        N_("The file belongs to another review."),
        N_("The file contains another document (inserted from a file), which was not read."),
        N_("The document has more paragraphs than any report. Send only the pages with your changes."),
        N_("The head or foot of the pages was changed with tracking on. The program makes both."),
    )
)
# Why a file cannot be opened.
REFUSED = tuple(
    stored_text(text)
    for text in (
        N_(
            "The file cannot be read as a Word document (.docx): it is damaged or incomplete. Open it in Word, "
            "save it again as .docx, and choose it again."
        ),
        N_("The file is not a Word document (.docx). Save the text as .docx in Word, and choose that file."),
        N_(
            "The file is protected by a password. Open it in Word, remove the password (File, Info, Protect "
            "Document), save it, and choose it again."
        ),
        N_("The file is empty. Choose another one."),
        N_(
            "The file contains a DTD, which Word never writes. Open it in Word, save it again as “Word "
            "Document (.docx)”, and choose it again."
        ),
        N_("The file is in the older format of Word (.doc). Open it, save it as .docx, and choose that file."),
        N_("The file is a PDF. Choose the Word document (.docx) from which it was made."),
        N_("The file is in the format RTF. Open it, save it as .docx, and choose that file."),
        N_(
            "The file is an OpenDocument file (such as .odt). Save it as “Word (.docx)” in your program, and "
            "choose that file."
        ),
        N_("The file contains macros (.docm). Save it as “Word Document (.docx)” without them, and choose that one."),
        N_(
            "The document is too large to be read: unpacked, it has more than {size} MB or more than {parts} "
            "parts. Delete its pictures, or split it into several documents."
        ),
        N_(
            "The file is larger than {size} MB. Delete its pictures, or split it into several documents, and "
            "choose it again."
        ),
    )
)
