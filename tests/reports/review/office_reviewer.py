"""Reviews a document in LibreOffice, as a person would: run by the system's Python, which has the module `uno`.

    python3 office_reviewer.py FOLDER

FOLDER/sent.docx, or another file that `case` names, is opened once for each function of `CASES`, changed by it and
saved as FOLDER/<its name>.docx. One office without a window does all of it, with a profile of its own in FOLDER.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import NamedValue, PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.text.ControlCharacter import PARAGRAPH_BREAK
from com.sun.star.util import DateTime

Case = Callable[["Review"], None]
CASES: list[tuple[Case, str, bool]] = []
WORD = "MS Word 2007 XML"  # LibreOffice's name of the format


def case(sent: str = "sent", *, seen: bool = True) -> Callable[[Case], Case]:
    """`sent` is the file that the reviewer opens, `seen` as in `Review`."""

    def add(function: Case) -> Case:
        CASES.append((function, sent, seen))
        return function

    return add


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
        self.context, self.folder = context, path.parent
        manager = context.ServiceManager
        if seen:
            self.document = self.open(path.as_uri())
        else:
            self.document = manager.createInstanceWithContext("com.sun.star.text.TextDocument", context)
            self.document.load((value("URL", path.as_uri()), value("FilterName", WORD)))
        self.saving: dict[str, Any] = {"FilterName": WORD}
        self.dispatcher = manager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
        self.view = self.document.CurrentController

    def save(self, path: Path) -> None:
        self.document.storeToURL(path.as_uri(), tuple(value(name, what) for name, what in self.saving.items()))

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

    def use(self, document: Any) -> None:
        """Go on in another document."""
        self.close()
        self.document, self.view = document, document.CurrentController

    def open(self, address: str) -> Any:
        desktop = self.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        return desktop.loadComponentFromURL(address, "_blank", 0, (value("Hidden", True),))

    def find(self, text: str, *, contents: bool = False) -> Any:
        """The place of a text in the body, a cell or a footnote; with `contents` in those and nowhere else."""
        for paragraph in self.paragraphs(self.document.Text):
            style = paragraph.ParaStyleName
            if text in paragraph.String and ("Contents" in style or "Index" in style) == contents:
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

    def chart(self) -> Any:
        """The picture after that on the cover."""
        return self.document.GraphicObjects.getByIndex(1)

    def sign_at(self, anchor: Any) -> Any:
        """A cursor over the sign for which a picture or a footnote stands."""
        cursor = anchor.Text.createTextCursorByRange(anchor.Start)
        cursor.goRight(1, True)
        return cursor

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

    def apply(self, style: str, *, to: str) -> None:
        """A style to the paragraph that has a text."""
        self.select(self.paragraph(to))
        self.do("StyleApply", value("Style", style), value("FamilyName", "ParagraphStyles"))

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


@case()
def untouched(review: Review) -> None:
    """Opened and saved."""


@case()
def tracked(review: Review) -> None:
    tracked_changes(review)


@case()
def accepted(review: Review) -> None:
    tracked_changes(review)
    review.do("AcceptAllTrackedChanges")


@case()
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


@case()
def rows(review: Review) -> None:
    review.track()
    review.select(review.find("Police"))
    review.do("InsertRowsAfter")
    review.select(review.find("Labour inspection"))
    review.do("DeleteRows")


@case()
def moved(review: Review) -> None:
    """Cut and pasted with tracking on."""
    review.track()
    cut_and_paste(review)


@case()
def moved_without_tracking(review: Review) -> None:
    review.track(False)
    cut_and_paste(review)


def cut_and_paste(review: Review) -> None:
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


@case()
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


@case(seen=False)
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


@case(seen=False)
def comments_in_places(review: Review) -> None:
    """On a chart, on the call of a footnote, as the office takes none inside, on headings, and at a mere point."""
    review.track(False)
    review.comment(review.sign_at(review.chart().Anchor), "On the drawing.")
    review.comment(review.sign_at(review.document.Footnotes.getByIndex(0).Anchor), "On its call.")
    review.comment(review.find("Context of"), "On the heading.")
    review.comment(review.find("Chapter 2"), "On the title.")
    review.comment(review.find("last").Start, "At a point.")


@case("sent_threads", seen=False)
def threads(review: Review) -> None:
    """Opened with comments, replies and what Word says is resolved, and saved."""
    review.track()
    review.replace("men and boys", "boys and men")


@case()
def two_reviewers(review: Review) -> None:
    """In one sentence, one of them in the words of the other, and in one footnote."""
    review.track()
    review.sign("A.", "Reviewer")
    place = review.find("last").Start
    place.Text.insertString(place, "very very ", False)
    review.replace("says more", "tells more")
    review.sign("B.", "Other")
    review.replace("very ", "")
    review.replace("paragraph.", "passage.")
    review.replace("about", "on")


@case()
def headings(review: Review) -> None:
    """The words of headings, also in the contents, and what is a heading or a list."""
    review.sign("A.", "Reviewer")
    review.track()
    review.replace("Context of", "Background of")
    review.replace("Chapter 2", "Part 2")
    review.find("Chapter 2", contents=True).String = "Section 2"
    review.apply(review.find("Background of").ParaStyleName, to="A paragraph before a quotation.")
    review.select(review.paragraph("The last paragraph."))
    review.do("DefaultBullet")


@case()
def looks_with_tracking_off(review: Review) -> None:
    """Paragraphs that become a heading or an entry of a list, or are none any more, and a list of another kind."""
    review.track(False)
    review.apply("Standard", to="Context of")
    review.apply("Text Heading 2", to="A paragraph before a quotation.")
    review.select(review.paragraph("The last paragraph."))
    review.do("DefaultBullet")
    numbered = review.paragraph("First of")
    numbered.gotoNextParagraph(True)
    numbered.gotoEndOfParagraph(True)
    review.select(numbered)
    review.do("DefaultBullet")


@case()
def tables(review: Review) -> None:
    """Rows added and deleted with tracking off, in a table of the text and in one that the program makes."""
    review.track(False)
    typed = review.find("Labour inspection").TextTable
    typed.Rows.insertByIndex(2, 1)
    typed.getCellByName("A3").String = "Prisons"
    typed.getCellByName("B3").String = "2"
    typed.Rows.removeByIndex(4, 1)
    made = review.find("Funds").TextTable
    made.Rows.insertByIndex(made.Rows.Count, 1)
    made.getCellByName(made.CellNames[-1]).String = "Added"
    review.find("Law").String = "Act"


@case()
def picture_deleted(review: Review) -> None:
    review.track(False)
    review.chart().dispose()


@case()
def translated(review: Review) -> None:
    """A passage with tracking on, another with tracking off, word by word another language."""
    review.track()
    review.replace("The last paragraph.", "Le dernier alinéa de cette partie.")
    review.track(False)
    review.replace("A paragraph before a quotation.", "Un alinéa qui précède une citation.")


@case()
def translated_whole(review: Review) -> None:
    review.track(False)
    for number, paragraph in enumerate(list(review.paragraphs(review.document.Text))):
        portions, kinds = paragraph.createEnumeration(), set()
        while portions.hasMoreElements():
            kinds.add(portions.nextElement().TextPortionType)
        if paragraph.String and kinds <= {"Text", "Bookmark"}:
            cursor = paragraph.Text.createTextCursorByRange(paragraph.Start)
            cursor.gotoEndOfParagraph(True)
            cursor.String = f"Texte numéro {number} dans une autre langue."


@case()
def copied(review: Review) -> None:
    """Everything copied into a new document, which has none of the bookmarks' places, and changed there."""
    review.do("SelectAll")
    everything = review.view.getTransferable()
    review.use(review.open("private:factory/swriter"))
    review.view.insertTransferable(everything)
    for name in review.document.Bookmarks.ElementNames:
        review.document.Text.removeTextContent(review.document.Bookmarks.getByName(name))
    tracked_changes(review)


@case()
def as_google_docs(review: Review) -> None:
    """Without styles, bookmarks and properties, as where an editor on the web has written the file anew."""
    for paragraph in review.paragraphs(review.document.Text):
        paragraph.ParaStyleName = "Standard"
    for name in review.document.Bookmarks.ElementNames:
        review.document.Text.removeTextContent(review.document.Bookmarks.getByName(name))
    review.document.DocumentProperties.UserDefinedProperties.removeProperty("CT-NAT review")
    review.document.InteropGrabBag = ()
    tracked_changes(review)


@case()
def through_odt(review: Review) -> None:
    """Kept as OpenDocument while it was reviewed."""
    tracked_changes(review)
    address = f"{review.folder.as_uri()}/between.odt"
    review.document.storeToURL(address, (value("FilterName", "writer8"),))
    review.use(review.open(address))


@case()
def with_password(review: Review) -> None:
    key = [NamedValue("CryptoType", "Standard"), NamedValue("OOXPassword", "review")]
    review.saving["EncryptionData"] = uno.Any("[]com.sun.star.beans.NamedValue", tuple(key))


@case()
def with_macros(review: Review) -> None:
    review.saving["FilterName"] = "MS Word 2007 XML VBA"


@case("sent_arabic")
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
        for function, sent, seen in CASES:
            review = Review(context, folder / f"{sent}.docx", seen=seen)
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
