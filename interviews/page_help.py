"""“How this works” on the pages of interviews, notes and themes."""

from django.utils.translation import gettext_lazy as _

from ctnat.ui.page_help import explain

explain(
    "interviews",
    {"interview_list": _("Interviews"), "interview_detail": "", "trash_list": _("Trash of the interviews")},
    _(
        "Each interview gets a code with its first note, such as AZEint15, by which the report refers to it. Leads and "
        "consultants see "
        "names; other members read notes without them, and focal points do not see interviews. Planned interviews "
        "count nowhere until they are started. One that was moved to the trash can be restored there."
    ),
)
explain(
    "interviews",
    {"interview_new": _("New interview"), "interview_edit": "", "interview_plan": "", "interview_start": ""},
    _(
        "Record who takes part, when and in which language, and choose the sections to ask. What you leave blank "
        "counts as not recorded, never as no. An interview that you plan ahead gets its code with the first note, so "
        "that moving or dropping it uses none. A section outside the plan counts as not asked. Everything can be "
        "corrected later."
    ),
    "section_plan",
    "not_asked",
)
explain(
    "interviews",
    {"mission": _("Mission")},
    _(
        "The planned interviews, day by day. Take a day along as a calendar file, or print its pack: the information "
        "note and the guide in the language of each interview. Neither names the respondents. A day that is over, and "
        "on which something is still planned, is marked: hold the interview, move it, or drop it."
    ),
    "section_plan",
    "respondent",
)
explain(
    "interviews",
    {
        "follow_up_list": _("Follow-ups"),
        "follow_up_new": "",
        "follow_up_edit": "",
        "follow_up_done": "",
    },
    _(
        "What was promised in an interview, or remains to be done after it: by when, and who does it. The home page of "
        "that member names it three days before it is due, and until it is marked as done. A follow-up of a member who "
        "left stays in the list, so that somebody else can take it on. Reports never contain follow-ups."
    ),
)
explain(
    "interviews",
    {"interview_type": "", "answer_history": "", "answer_save": "", "aside_settle": ""},
    _(
        "Type the answers question by question; they are saved as you type. The line at the top says whether "
        "everything has reached the server. Without a connection, keep typing: notes stay on this device and are sent "
        "later. If two people changed the same answer, both texts are kept and you choose. Earlier texts are in the "
        "version history."
    ),
)
explain(
    "interviews",
    {"photograph_add": "", "photograph_detail": ""},
    _(
        "Keep what was written on paper with the interview: photograph it, and type the answers from the picture. "
        "Pictures are made smaller and turned upright, and the place and time that a camera adds are left out. They "
        "are encrypted like the notes, and erased with them; cards are erased with the names. No report and no file "
        "without names contains them. What is not needed any more can be deleted for good."
    ),
)
explain(
    "interviews",
    {
        "consent_list": "",
        "consent_new": "",
        "consent_withdraw": "",
        "note_record": "",
        "information_note": _("Information note"),
    },
    _(
        "Read out or hand over the information note before the first question, and record what the person agreed to: "
        "to be interviewed, and to be quoted. Each record replaces the one before, which stays in the history. A "
        "withdrawal first shows what it changes. Editions that contain a quotation already are named."
    ),
    "edition",
    "consent",
)
explain(
    "interviews",
    {"participants_edit": ""},
    _(
        "Where several people took part, list who spoke and who only listened. The table is optional. Each person has "
        "a number, to which records of consent refer; person 1 is the main respondent of the interview details. The "
        "numbers of women and men in the details stay as they are: where the table says something else, the page "
        "tells you. A person is removed by clearing the row."
    ),
    "respondent",
)
explain(
    "interviews",
    {"interview_complete": ""},
    _(
        "Completing asks for what is still open: for a section without notes, whether it was not reached or asked "
        "without an answer. The two count differently: the first was not asked, the second was. A complete interview "
        "can be reopened."
    ),
    "not_asked",
    "base",
)
explain(
    "interviews",
    {"interview_code": "", "coding_add": "", "coding_release": ""},
    _(
        "Select a passage and give it one or more themes of the codebook. A coding follows its words when the notes "
        "are edited. To use a passage as a quotation, allow quoting and check how it is attributed; if its words "
        "change, the approval ends. Two coders may mark the same words, which count once."
    ),
    "coding",
    "codebook",
    "theme",
)
explain(
    "interviews",
    {
        "theme_list": _("Themes"),
        "theme_detail": "",
        "theme_new": _("New theme"),
        "theme_edit": "",
        "theme_merge": "",
        "codebook_import": _("Import codebook"),
        "codebook_seed": "",
    },
    _(
        "The codebook defines each theme, so that all coders use it alike. A theme's page shows its passages and in "
        "how many interviews it came up, of those that were asked. Merging moves the passages to another theme. A "
        "theme that is no longer used is retired, not deleted, so that earlier codings stay."
    ),
    "coding",
    "codebook",
    "theme",
    "base",
)
explain(
    "interviews",
    {"coverage": _("Coverage by section")},
    _(
        "The table shows in how many interviews each section was asked, by sector. An empty place tells you whom to "
        "interview next. When further interviews bring no new themes, you have reached saturation. The counts include "
        "started and complete interviews, not planned ones."
    ),
    "saturation",
    "theme",
)
explain(
    "interviews",
    {"field": _("Without a connection")},
    _(
        "Take your planned interviews along while there is a connection: their details, the guides and the "
        "organisations are kept in this browser, encrypted. Without a connection you type here, and begin further "
        "interviews; they get their codes when the connection is back. What you typed is then sent by itself, and "
        "nothing is stored twice."
    ),
)
explain(
    "interviews",
    {"search": _("Search notes")},
    _(
        "Search finds answers that contain all your words; capitals and accents do not matter. Use quotation marks for "
        "a phrase. Names that you may not see are not found either. The words that you type are not recorded."
    ),
)
explain(
    "interviews",
    {"interview_import": _("Import interviews")},
    _(
        "Import takes notes that were typed elsewhere: a table with one row per interview, or Word files with the "
        "notes of one interview each, below the questions of the guide. Below are files to type in. The next pages "
        "ask what is not clear and show each interview as it would be; nothing is stored before you confirm."
    ),
)
explain(
    "interviews",
    {"notes_import_columns": ""},
    _(
        "A column is recognised where its heading is one of ours, the words of a question in any language, or its "
        "number. Choose what the others are, or leave them out; three of their values are shown. Where the dates can "
        "be read in two ways, say whether the day or the month comes first."
    ),
)
explain(
    "interviews",
    {"notes_import_preview": ""},
    _(
        "Each interview is shown as it would be: planned without notes, open where nothing is said about who took "
        "part, otherwise complete. Faults are listed with their place. Text of a Word file that stands under no "
        "question is shown, and kept with the observations. All interviews are imported, or none."
    ),
)
explain(
    "interviews",
    {"contact_suggest": ""},
    _(
        "If the person you interviewed suggests a colleague, add the colleague here. The colleague becomes a contact "
        "whom the focal point can invite to the survey; no mail is sent now. The code of the interview is kept with "
        "the contact, not the name of the person who made the suggestion."
    ),
)
