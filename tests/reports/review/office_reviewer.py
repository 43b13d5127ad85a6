"""Reviews a document in LibreOffice, as a person would: run by the system's Python, which has the module `uno`.

    python3 office_reviewer.py FOLDER

FOLDER/sent.docx is opened once for each function of `CASES`, changed by it and saved as FOLDER/<its name>.docx; that in
Arabic opens sent_arabic.docx. One office without a window does all of it, with a profile of its own in FOLDER.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.text.ControlCharacter import PARAGRAPH_BREAK
from com.sun.star.util import DateTime

CASES: list[Callable[["Review"], None]] = []


def case(function: Callable[["Review"], None]) -> Callable[["Review"], None]:
    CASES.append(function)
    return function


def value(name: str, what: Any) -> PropertyValue:
    made = PropertyValue()
    made.Name, made.Value = name, what
    return made


def at(hour: int) -> DateTime:
    made = DateTime()
    made.Year, made.Month, made.Day, made.Hours = 2026, 11, 30, hour
    return made


class Review:
    """An open document. Without a view where comments are made: an office without a window cannot draw them."""

    def __init__(self, context: Any, path: Path, *, seen: bool) -> None:
        self.context = context
        manager = context.ServiceManager
        if seen:
            desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            self.document = desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, (value("Hidden", True),))
        else:
            self.document = manager.createInstanceWithContext("com.sun.star.text.TextDocument", context)
            self.document.load((value("URL", path.as_uri()), value("FilterName", "MS Word 2007 XML")))
        self.dispatcher = manager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
        self.view = self.document.CurrentController

    def save(self, path: Path) -> None:
        self.document.storeToURL(path.as_uri(), (value("FilterName", "MS Word 2007 XML"),))

    def close(self) -> None:
        self.document.close(True)

    def do(self, command: str, *values: PropertyValue) -> None:
        self.dispatcher.executeDispatch(self.view.Frame, f".uno:{command}", "", 0, values)

    def sign(self, given: str, family: str) -> None:
        """Who reviews from now on."""
        manager = self.context.ServiceManager
        provider = manager.createInstanceWithContext("com.sun.star.configuration.ConfigurationProvider", self.context)
        data = provider.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationUpdateAccess",
            (value("nodepath", "/org.openoffice.UserProfile/Data"),),
        )
        data.givenname, data.sn = given, family
        data.commitChanges()

    def track(self, on: bool = True) -> None:
        self.document.RecordChanges = on

    def find(self, text: str) -> Any:
        """The place of a text in the body, a cell or a footnote, leaving out the contents."""
        for paragraph in self.paragraphs(self.document.Text):
            style = paragraph.ParaStyleName
            if text in paragraph.String and "Contents" not in style and "Index" not in style:
                cursor = paragraph.Text.createTextCursorByRange(paragraph.Start)
                cursor.goRight(paragraph.String.index(text), False)
                cursor.goRight(len(text), True)
                return cursor
        raise LookupError(text)

    def paragraphs(self, text: Any) -> Iterator[Any]:
        rows = text.createEnumeration()
        while rows.hasMoreElements():
            row = rows.nextElement()
            if row.supportsService("com.sun.star.text.TextTable"):
                for name in row.CellNames:
                    yield from self.paragraphs(row.getCellByName(name))
            else:
                yield row
        if text == self.document.Text:
            notes = self.document.Footnotes
            for number in range(notes.Count):
                yield from self.paragraphs(notes.getByIndex(number))

    def replace(self, old: str, new: str) -> None:
        self.find(old).String = new

    def paragraph(self, text: str) -> Any:
        """A cursor over the whole paragraph that has a text."""
        place = self.find(text)
        cursor = place.Text.createTextCursorByRange(place)
        cursor.gotoStartOfParagraph(False)
        cursor.gotoEndOfParagraph(True)
        return cursor

    def delete_paragraph(self, text: str) -> None:
        """With its end, as when it is selected together with the line break."""
        cursor = self.paragraph(text)
        cursor.goRight(1, True)
        cursor.String = ""

    def split(self, before: str) -> None:
        place = self.find(before)
        place.Text.insertControlCharacter(place.Start, PARAGRAPH_BREAK, False)

    def join(self, text: str) -> None:
        """With the paragraph below."""
        cursor = self.paragraph(text)
        cursor.gotoEndOfParagraph(False)
        cursor.goRight(1, True)
        cursor.String = ""

    def add_below(self, text: str, new: str) -> None:
        cursor = self.paragraph(text)
        cursor.gotoEndOfParagraph(False)
        cursor.Text.insertControlCharacter(cursor, PARAGRAPH_BREAK, False)
        cursor.Text.insertString(cursor, new, False)

    def select(self, place: Any) -> None:
        self.view.select(place)

    def comment(self, place: Any, text: str, author: str = "A. Reviewer") -> None:
        """A comment on a range."""
        note = self.document.createInstance("com.sun.star.text.textfield.Annotation")
        note.Content, note.Author = text, author
        note.DateTimeValue = at(10)
        place.Text.insertTextContent(place.Text.createTextCursorByRange(place), note, True)

    def note(self, text: str) -> Any:
        """The comment that says a text."""
        fields = self.document.getTextFields().createEnumeration()
        while fields.hasMoreElements():
            field = fields.nextElement()
            if field.supportsService("com.sun.star.text.textfield.Annotation") and field.Content == text:
                return field
        raise LookupError(text)


# What reviewers do ------------------------------------------------------------------------------------------


@case
def untouched(review: Review) -> None:
    """Opened and saved."""


@case
def tracked(review: Review) -> None:
    tracked_changes(review)


@case
def accepted(review: Review) -> None:
    tracked_changes(review)
    review.do("AcceptAllTrackedChanges")


@case
def rejected(review: Review) -> None:
    tracked_changes(review)
    review.do("RejectAllTrackedChanges")


def tracked_changes(review: Review) -> None:
    review.sign("A.", "Reviewer")
    review.track()
    review.replace("men and boys", "boys and men")
    review.replace("36 women", "37 women")
    review.replace("p. 31", "p. 32")
    review.replace("says more", "tells more")  # in the footnote
    review.replace("Labour inspection", "Labour inspectors")
    review.split(" goes on")
    review.join("nested one")
    review.delete_paragraph("A paragraph before a quotation.")
    review.add_below("The last paragraph.", "Typed below {{ x }} & <b>.")
    review.sign("B.", "Other")
    review.replace("Text of two", "Text of three")


@case
def rows(review: Review) -> None:
    review.track()
    review.select(review.find("Police"))
    review.do("InsertRowsAfter")
    review.select(review.find("Labour inspection"))
    review.do("DeleteRows")


@case
def moved(review: Review) -> None:
    """Cut and pasted with tracking on."""
    review.track()
    cursor = review.paragraph("The last paragraph.")
    cursor.gotoStartOfParagraph(False)
    cursor.goLeft(1, False)
    cursor.gotoNextParagraph(True)
    cursor.gotoEndOfParagraph(True)
    review.select(cursor)
    review.do("Cut")
    above = review.paragraph("A paragraph before a quotation.")
    above.gotoEndOfParagraph(False)
    review.select(above)
    review.do("Paste")


@case
def without_tracking(review: Review) -> None:
    review.track(False)
    review.replace("men and boys", "boys and men")
    review.replace("36 women", "37 women")
    review.split(" goes on")
    review.join("nested one")
    review.delete_paragraph("A paragraph before a quotation.")
    review.add_below("The last paragraph.", "Typed below.")
    review.replace("Labour inspection", "Labour inspectors")
    review.replace("says more", "tells more")


@case
def comments(review: Review) -> None:
    review.track(False)
    review.comment(review.find("men and boys"), "Which boys?")
    review.comment(review.find("Labour inspection"), "Done already.")
    review.note("Done already.").Resolved = True
    over_two = review.paragraph("The first point")
    over_two.goRight(12, True)
    review.comment(over_two, "Both points.")
    review.comment(review.find("Police: 4"), "On the chart.")
    review.comment(review.find("Quoted words"), "On deleted words.")
    review.comment(review.find("Text of two"), "A question.")
    # What the office writes for a reply: it keeps no threads.
    asked = 'Reply to A. Reviewer (30/11/2026, 10:00): "A question."'
    review.comment(review.find("Text of two"), f"{asked}\nAn answer.", "B. Other")
    review.track()
    review.replace("Quoted words", "")


@case
def arabic(review: Review) -> None:
    review.track()
    review.replace("نص آخر", "كلام جديد")


def main(folder: Path) -> None:
    pipe = f"review{time.time_ns()}"
    office = subprocess.Popen(  # noqa: S603
        [
            *("soffice", "--headless", "--norestore", "--nologo", "--nodefault", f"--accept=pipe,name={pipe};urp;"),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        context = connect(pipe, office)
        for function in CASES:
            sent = "sent_arabic.docx" if function is arabic else "sent.docx"
            review = Review(context, folder / sent, seen=function is not comments)
            function(review)
            review.save(folder / f"{function.__name__}.docx")
            review.close()
        context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context).terminate()
        office.wait(20)
    finally:
        office.kill()


def connect(pipe: str, office: Any) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        if office.poll() is not None and office.returncode not in (0, 81):
            break
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
    raise SystemExit("LibreOffice did not start.")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
