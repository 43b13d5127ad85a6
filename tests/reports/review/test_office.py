"""LibreOffice as the reviewer: an export goes out, `office_reviewer.py` changes it, what comes back is read.

Left out where LibreOffice or its module for Python is missing, but not in CI (`dev.py`).
"""

import fcntl
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from reports.review import reasons
from reports.review.findings import Findings, Proposal
from reports.review.proposals import proposals_of
from reports.review.reading import CannotRead, Returned, read
from reports.review.snapshot import NOTE, PICTURE, Snapshot
from reports.word.document import make_docx
from tests.reports.review.test_places import BODY
from tests.reports.review.texts import TOKEN
from tests.reports.review.threads import with_threads
from tests.reports.word.test_document import document

PYTHON = "/usr/bin/python3"  # the system's, which has `uno`


def has_office() -> bool:
    known = shutil.which("soffice") and Path(PYTHON).exists()
    return bool(known) and subprocess.run([PYTHON, "-c", "import uno"], capture_output=True).returncode == 0  # noqa: S603


pytestmark = [
    pytest.mark.skipif(not has_office(), reason="needs libreoffice-writer-nogui and python3-uno"),
    pytest.mark.timeout(300),
]
BODIES = {
    "part-1": BODY.replace("{{ interviews.period }}", "the list"),
    "part-2": "Text of two.\n\n[[indicators 1]]\n\nMore of it[^x] and again[^x].\n\n[^x]: A note.\n",
}
THREADS = ((("A question.", "An answer.", "Another one."), False), (("Done already.",), True))
ARABIC = "نص **عربي غامق** يتبعه\u00a0نص آخر، وفيه\u200cوصل.\n\nفقرة أخرى.\n"


def sent(bodies: Mapping[str, str], language: str = "en") -> tuple[bytes, Snapshot]:
    data = document(*bodies.values(), language=language)
    content, paragraphs = make_docx(data, identifier="AZE-2016-1", token=TOKEN, tracked=True)
    return content, Snapshot(TOKEN, language, paragraphs, bodies)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the reviewed files are: one office makes them all, though several processes run the tests."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if base.name.startswith("popen-") else base) / "office"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            content = sent(BODIES)[0]
            (shared / "sent.docx").write_bytes(content)
            (shared / "sent_threads.docx").write_bytes(with_threads(content, "The last paragraph.", *THREADS))
            (shared / "sent_arabic.docx").write_bytes(sent({"part-1": ARABIC}, "ar")[0])
            script = Path(__file__).with_name("office_reviewer.py")
            subprocess.run([PYTHON, script, shared], check=True, timeout=240)  # noqa: S603
            (shared / "done").touch()
    return shared


@cache
def snapshot() -> Snapshot:
    return sent(BODIES)[1]


def returned(folder: Path, name: str) -> Returned:
    return read((folder / f"{name}.docx").read_bytes())


def reviewed(folder: Path, name: str, *, has_token: bool = True, notes: tuple[str, ...] = ()) -> Findings:
    found = proposals_of(returned(folder, name), snapshot())
    assert found.same_round is (True if has_token else None), "the token comes back"
    assert found.notes == notes
    return found


def short(items: tuple[Proposal, ...]) -> list[tuple[str, str, str, str]]:
    return [(item.kind, item.before, item.after, item.state) for item in items]


CHANGED = [
    ("fact", "36", "37", "by hand"),
    ("change", "men and boys", "boys and men", "fits"),
    ("citation", "31", "32", "fits"),
    ("split", "", "\n\n", "fits"),
    ("joined", "\n\n", "", "fits"),
    ("deleted", "A paragraph before a quotation.", "", "fits"),
    ("change", "inspection", "inspectors", "fits"),
    ("new", "", "Typed below {{ x }} & <b>.", "fits"),
    ("change", "two", "three", "fits"),
    ("change", "says", "tells", "fits"),  # in the footnote
]


@pytest.mark.parametrize("name", ["sent", "untouched", "rejected"])
def test_where_nothing_was_changed_nothing_is_found(folder: Path, name: str) -> None:
    assert reviewed(folder, name) == Findings(same_round=True)


def test_tracked_changes_arrive_with_author_and_time(folder: Path) -> None:
    items = reviewed(folder, "tracked").items
    assert short(items) == CHANGED
    assert all(item.tracked and item.at for item in items)
    assert [item.author for item in items if item.section == "part-2" and item.before == "two"] == ["B. Other"]
    assert {item.author for item in items} == {"A. Reviewer", "B. Other"}
    assert items[0].names == ("interviews.people",)
    assert "\n\nTyped below \\{\\{ x \\}\\} & \\<b>.\n" in items[7].patched


def test_accepted_changes_arrive_without_them(folder: Path) -> None:
    items = reviewed(folder, "accepted").items
    # Where two paragraphs became one, the word at the joint is new.
    changed = [line if line[0] != "joined" else ("joined", "one\n\nnested", "onenested", "fits") for line in CHANGED]
    assert short(items) == changed
    assert not any(item.tracked or item.author or item.at for item in items)


def test_changes_with_tracking_off_arrive(folder: Path) -> None:
    items = reviewed(folder, "without_tracking").items
    assert [(item.kind, item.state) for item in items] == [
        ("fact", "by hand"), ("change", "fits"), ("split", "fits"), ("joined", "fits"), ("deleted", "fits"),
        ("change", "fits"), ("new", "fits"), ("change", "fits"),
    ]  # fmt: skip


def test_a_row_that_is_deleted_and_one_that_is_added(folder: Path) -> None:
    added, deleted = reviewed(folder, "rows").items
    assert (added.kind, added.tracked, added.after, added.state) == ("new", True, " | ", "fits")
    assert "| {{ interviews.people }} |\n|  |  |\n| *Courts*" in added.patched
    assert (deleted.tracked, deleted.before, deleted.state) == (True, "Labour inspection | 4", "fits")
    assert "| Labour inspection" not in deleted.patched


def test_a_paragraph_cut_and_pasted_was_moved(folder: Path) -> None:
    (item,) = reviewed(folder, "moved").items
    assert (item.kind, item.before, item.state) == ("moved", "The last paragraph.", "fits")
    assert "before a quotation.\n\nThe last paragraph.\n\n> Quoted" in item.patched


def test_comments_arrive_at_their_places(folder: Path) -> None:
    found = reviewed(folder, "comments").items
    comments = {item.text: item for item in found if item.kind in ("comment", "reply")}
    assert {text: item.before for text, item in comments.items()} == {
        "Which boys?": "men and boys",
        "Both points.": "The first point\n\nThe second ",
        "On deleted words.": "Quoted words",
        "Done already.": "Labour inspection",
        "On the chart.": "Police: 4",
        "A question.": "Text of two",
        "An answer.": "Text of two",
    }
    assert [text for text, item in comments.items() if item.resolved] == ["Done already."]
    answer = comments["An answer."]
    assert (answer.kind, answer.author) == ("reply", "B. Other")
    assert answer.parent is not None
    assert found[answer.parent].text == "A question."
    assert all(item.section for item in comments.values())


def test_a_review_from_right_to_left(folder: Path) -> None:
    snapshot = sent({"part-1": ARABIC}, "ar")[1]
    (item,) = proposals_of(read((folder / "arabic.docx").read_bytes()), snapshot).items
    assert (item.kind, item.before, item.after) == ("change", "نص آخر", "كلام جديد")
    assert item.patched == ARABIC.replace("نص آخر", "كلام جديد")


def test_what_is_not_taken_over_says_why(folder: Path) -> None:
    by_hand = [item for item in reviewed(folder, "tracked").items if item.state == "by hand"]
    assert [item.why for item in by_hand] == [reasons.IN_DATA]


# Places -------------------------------------------------------------------------------------------------------------


def test_comments_on_a_chart_a_note_s_call_headings_and_a_point_arrive(folder: Path) -> None:
    items = reviewed(folder, "comments_in_places").items
    assert [(item.kind, item.section, item.before, item.text) for item in items] == [
        ("comment", "part-1", "Context of", "On the heading."),
        ("comment", "part-1", NOTE, "On its call."),
        ("comment", "part-1", PICTURE, "On the drawing."),
        ("comment", "part-1", "", "At a point."),
        ("comment", "part-2", "Chapter 2", "On the title."),
    ]
    paragraphs = {one.id: one for one in snapshot().paragraphs}
    assert paragraphs[items[2].paragraph].block == "chart roles"
    assert paragraphs[items[3].paragraph].text[items[3].start :].startswith("last paragraph")


def test_threads_of_word_arrive_with_replies_and_what_is_resolved(folder: Path) -> None:
    asked, *answers, done = reviewed(folder, "sent_threads").items
    assert [(item.kind, item.text, item.author, item.parent) for item in (asked, *answers, done)] == [
        ("comment", "A question.", "A. Reviewer", None),
        ("reply", "An answer.", "B. Other", 0),
        ("reply", "Another one.", "B. Other", 0),
        ("comment", "Done already.", "A. Reviewer", None),
    ]
    assert (asked.resolved, done.resolved) == (False, True)
    assert {item.before for item in (asked, *answers, done)} == {"The last paragraph."}


def test_threads_that_the_office_made_flat_are_comments_at_the_same_place(folder: Path) -> None:
    """LibreOffice 7.4 keeps no threads; it also loses the first footnote of a file that has comments."""
    items = reviewed(folder, "threads").items
    comments = [item for item in items if item.kind == "comment"]
    assert [item.text for item in comments] == ["A question.", "An answer.", "Another one.", "Done already."]
    assert {(item.section, item.before) for item in comments} == {("part-1", "The last paragraph.")}
    assert [item.resolved for item in comments] == [False, False, False, True]
    assert [(item.kind, item.state) for item in items if item not in comments] == [
        ("change", "fits"), ("deleted", "by hand"),
    ]  # fmt: skip


def test_two_reviewers_in_one_sentence_and_in_one_footnote(folder: Path) -> None:
    items = reviewed(folder, "two_reviewers").items
    assert [(item.author, item.before, item.after, item.state) for item in items] == [
        ("A. Reviewer", "", "very ", "fits"),  # of two, the other one took one out
        ("B. Other", "paragraph", "passage", "fits"),
        ("A. Reviewer", "says", "tells", "fits"),
        ("B. Other", "about", "on", "fits"),
    ]
    assert len({item.paragraph for item in items}) == 2


def test_headings_and_what_becomes_one(folder: Path) -> None:
    items = reviewed(folder, "headings").items
    assert [(item.kind, item.section, item.before, item.after, item.state) for item in items] == [
        ("change", "part-1", "Context", "Background", "fits"),
        ("format", "part-1", "A paragraph before a quotation.", "## A paragraph before a quotation.", "fits"),
        ("format", "part-1", "The last paragraph.", "- The last paragraph.", "fits"),
        ("change", "part-2", "Chapter", "Part", "by hand"),
        ("block", "", "2 Chapter 2\t", "2 Section 2\t", "by hand"),  # in the contents
    ]
    assert [item.why for item in items[3:]] == [reasons.IS_TITLE, reasons.BY_PROGRAM]
    assert items[0].patched.startswith("## Background of")
    # LibreOffice 7.4 does not write that a list was made with tracking on: only the snapshot tells.
    assert [item.author for item in items[:3]] == ["A. Reviewer", "A. Reviewer", ""]


def test_headings_and_lists_that_are_made_or_undone_with_tracking_off(folder: Path) -> None:
    items = reviewed(folder, "looks_with_tracking_off").items
    assert {(item.kind, item.tracked, item.state) for item in items} == {("format", False, "fits")}
    assert [(item.before, item.after) for item in items] == [
        ("## Context of the “study”", "Context of the “study”"),
        ("1. First of the list\n\n2. Second", "- First of the list\n\n- Second"),
        ("A paragraph before a quotation.", "## A paragraph before a quotation."),
        ("The last paragraph.", "- The last paragraph."),
    ]
    assert items[0].patched == snapshot().bodies["part-1"].removeprefix("## ")


def test_rows_with_tracking_off_and_rows_of_what_the_program_makes(folder: Path) -> None:
    items = reviewed(folder, "tables").items
    assert short(items) == [
        ("new", "", "Prisons | 2", "fits"),
        ("deleted", "Labour inspection | 4", "", "fits"),
        ("block", "Law", "Act", "by hand"),
        ("block", "", " |  |  | Added", "by hand"),
    ]
    assert {item.names for item in items[2:]} == {("indicators 1",)}


def test_a_picture_that_was_deleted_is_told(folder: Path) -> None:
    (item,) = reviewed(folder, "picture_deleted").items
    assert (item.kind, item.names, item.before, item.why) == (
        "block", ("chart roles",), PICTURE, reasons.BY_PROGRAM,
    )  # fmt: skip


def test_a_paragraph_cut_and_pasted_with_tracking_off_was_moved(folder: Path) -> None:
    (item,) = reviewed(folder, "moved_without_tracking").items
    assert (item.kind, item.tracked, item.before, item.state) == ("moved", False, "The last paragraph.", "fits")
    assert "before a quotation.\n\nThe last paragraph.\n\n> Quoted" in item.patched


def test_translated_paragraphs_are_changes_of_them(folder: Path) -> None:
    assert [(*line, item.tracked) for item, line in with_short(reviewed(folder, "translated"))] == [
        ("change", "A paragraph before a quotation", "Un alinéa qui précède une citation", "fits", False),
        ("change", "The last paragraph", "Le dernier alinéa de cette partie", "fits", True),
    ]


def with_short(found: Findings) -> list[tuple[Proposal, tuple[str, str, str, str]]]:
    return list(zip(found.items, short(found.items), strict=True))


# Files that are not what was sent -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "has_token"), [("through_odt", True), ("copied", False), ("as_google_docs", False)])
def test_changes_arrive_without_bookmarks_styles_or_the_token(folder: Path, name: str, has_token: bool) -> None:
    notes = (reasons.LOOKS_LOST,) if name == "as_google_docs" else ()
    assert short(reviewed(folder, name, has_token=has_token, notes=notes).items) == CHANGED


def test_a_translated_file_is_told_and_all_of_it_listed(folder: Path) -> None:
    found = proposals_of(returned(folder, "translated_whole"), snapshot())
    assert (found.same_round, found.notes) == (True, (reasons.FEW_FOUND,))
    assert found.found < 0.5
    assert {item.state for item in found.items} == {"by hand"}
    assert {item.section for item in found.items} == {"", "part-1", "part-2"}
    assert sum(item.after.count("autre langue") for item in found.items) > 50


def test_a_file_of_another_edition_or_report_is_told(folder: Path) -> None:
    edition = replace(snapshot(), token="of another")
    found = proposals_of(returned(folder, "tracked"), edition)
    assert (found.same_round, found.notes) == (False, (reasons.OTHER_ROUND,))
    assert short(found.items) == CHANGED, "what fits is found, for who wants it all the same"
    report = sent({"part-1": "\n\n".join(f"Nothing of line {n} is there." for n in range(9)), "part-2": "x\n"})[1]
    found = proposals_of(returned(folder, "tracked"), replace(report, token="of another"))
    assert (found.same_round, found.notes) == (False, (reasons.OTHER_ROUND, reasons.FEW_FOUND))


@pytest.mark.parametrize(("name", "said"), [("with_password", "password"), ("with_macros", "macros")])
def test_a_file_with_a_password_or_macros_is_refused(folder: Path, name: str, said: str) -> None:
    with pytest.raises(CannotRead, match=said):
        returned(folder, name)
