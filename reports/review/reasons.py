"""Why a proposal is left to a person or has no place, and what is told of a file as a whole.

The sentences are stored in English, and declared for translation in `reports.review_texts`.
"""

IN_DATA = "These words come from the data. They change where the data change, or stay with an answer."
BY_PROGRAM = "The program makes this part of the report, such as a chart, a caption or the contents."
IS_TITLE = "This is the title of the section, which is changed in the outline."
NOT_PROVED = "The program cannot make this change without changing other words. Make it in the section."
IS_TABLE = "A whole table was added. Type it in the section, or take it over from Word there."
IS_COLUMN = "A column of a table was added or deleted. Change the table in the section."
IS_PICTURE = "It has a picture or a footnote, which the program does not take over. Add it in the section."
IS_FORMAT = "Only the look of the paragraph was changed, to a heading or a list, or from one."
LOOKS_LOST = "The file has lost what is a heading or a list, so that changes of these were not looked for."
ELSEWHERE = "The paragraph was moved to another section."
NO_PLACE = "The program did not find which part of the report this is about."
FEW_FOUND = "Less than half of the report was found again in the file. It may be of another edition, or translated."
OTHER_ROUND = "The file belongs to another review."
