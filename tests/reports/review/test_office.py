"""LibreOffice as the reviewer: an export goes out, `office_reviewer.py` changes it, what comes back is read.

Left out where LibreOffice or its module for Python is missing, but not in CI (`dev.py`).
"""

import fcntl
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from reports.review import reasons
from reports.review.findings import Findings, Proposal
from reports.review.proposals import proposals_of
from reports.review.reading import read
from reports.review.snapshot import Snapshot
from reports.word.document import make_docx
from tests.reports.review.test_places import BODY
from tests.reports.review.texts import TOKEN
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
            (shared / "sent.docx").write_bytes(sent(BODIES)[0])
            (shared / "sent_arabic.docx").write_bytes(sent({"part-1": ARABIC}, "ar")[0])
            script = Path(__file__).with_name("office_reviewer.py")
            subprocess.run([PYTHON, script, shared], check=True, timeout=240)  # noqa: S603
            (shared / "done").touch()
    return shared


def reviewed(folder: Path, name: str) -> Findings:
    found = proposals_of(read((folder / f"{name}.docx").read_bytes()), sent(BODIES)[1])
    assert found.same_round is True, "the token comes back"
    assert found.notes == ()
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
