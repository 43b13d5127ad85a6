"""A review round with a small section, as it is after its file was made, and what a reviewer did with it."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.utils import timezone

from assessments.models import Assessment
from reports.models import Edition, EditionFile, Report, ReturnedFile, Reviewer, ReviewItem, ReviewRound
from reports.output import returned_files, review_files
from reports.review.findings import Findings, Proposal
from reports.review.reading import Returned
from reports.review.snapshot import Atom, Paragraph
from reports.services.editions import make_edition
from reports.services.reports import create_report
from reports.services.review_returns import receive_file
from reports.services.review_rounds import add_reviewer, open_round
from reports.services.sections import edit_section

BODY = "The hotline has 36 callers.\n\nThe shelter is open all year.\n"
PARAGRAPHS = (
    Paragraph("_ct00001", "", "made", text="Cover"),
    Paragraph("_ct00002", "context", "title", text="Context"),
    Paragraph(
        "_ct00003",
        "context",
        "text",
        "",
        0,
        1,
        "The hotline has 36 callers.",
        (Atom(16, 18, "fact", "interviews.people"),),
    ),
    Paragraph("_ct00004", "context", "text", "", 2, 3, "The shelter is open all year."),
)
OPEN, SAFE = "The shelter is open all year.", "The shelter is open in winter."


def docx(text: str = "words") -> bytes:
    """The smallest Word file."""
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    stream = BytesIO()
    with ZipFile(stream, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{kinds}"/></Types>',
        )
        package.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{relation}" Target="word/document.xml"/></Relationships>',
        )
        package.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>',
        )
    return stream.getvalue()


def made_edition(assessment: Assessment) -> Edition:
    """An edition with its HTML, of a report in which one section has words."""
    report = Report.objects.filter(assessment=assessment).first() or create_report(assessment=assessment, by=None)
    report.sections.exclude(key__in=("introduction", "context")).update(hidden=True)
    edit_section(section=report.sections.get(key="context"), body=BODY, by=None)
    edition = make_edition(report=report, kind="for_validation", by=None)
    EditionFile.objects.get_or_create(
        edition=edition, format="html", language="", defaults={"checksum": "x", "file": "editions/none.html"}
    )
    return edition


def make_round(assessment: Assessment, by: Any = None, monkeypatch: Any = None, **fields: Any) -> ReviewRound:
    """A round whose file is ready. The writing of Word files has tests of its own."""
    edition = Edition.objects.filter(report__assessment=assessment).last() or made_edition(assessment)
    until = timezone.now() + timedelta(days=14)
    made = open_round(edition=edition, by=by, **{"until": until, **fields})
    writer = review_files.make_docx
    review_files.make_docx = lambda data, **options: (docx(options["token"]), PARAGRAPHS)
    try:
        review_files.make_review_file(made.pk)
    finally:
        review_files.make_docx = writer
    made.refresh_from_db()
    return made


def change(after: str = SAFE, before: str = OPEN, **fields: Any) -> Proposal:
    """A change of the sentence about the shelter."""
    given: dict[str, Any] = {
        "kind": "change",
        "tracked": True,
        "section": "context",
        "paragraph": "_ct00004",
        "start": 0,
        "end": len(before),
        "before": before,
        "after": after,
        "author": "Ms Two",
        "state": "fits",
        "patched": BODY.replace(before, after),
    }
    return Proposal(**{**given, **fields})


COMMENT = Proposal(
    "comment",
    section="context",
    paragraph="_ct00003",
    start=4,
    end=11,
    before="hotline",
    text="Which?",
    author="Ms Two",
)
REPLY = Proposal(
    "reply", section="context", paragraph="_ct00003", text="The national one.", author="Mr Three", parent=0
)
FACT = Proposal(
    "fact",
    tracked=True,
    section="context",
    paragraph="_ct00003",
    start=16,
    end=18,
    before="36",
    after="37",
    names=("interviews.people",),
    author="Ms Two",
)


def read_as(file: ReturnedFile, *items: Proposal, token: str = "", found: float = 1.0, notes: Any = ()) -> ReturnedFile:
    """Let the worker read a file that says this. The reading itself has tests of its own."""
    before = returned_files.read, returned_files.proposals_of
    returned_files.read = lambda stream, sent=None: Returned(token=token)
    returned_files.proposals_of = lambda returned, snapshot: Findings(items=items, found=found, notes=notes)
    try:
        returned_files.read_returned(file.pk)
    finally:
        returned_files.read, returned_files.proposals_of = before
    file.refresh_from_db()
    return file


def make_reviewer(of_round: ReviewRound, name: str = "A ministry", **fields: Any) -> Reviewer:
    return add_reviewer(of_round=of_round, name=name, by=None, **{"language": "en", **fields})


def make_items(of_round: ReviewRound, *items: Proposal, reviewer: Reviewer | None = None) -> list[ReviewItem]:
    """The entries of a file that a reviewer returned."""
    reviewer = reviewer or make_reviewer(of_round)
    content = docx(f"file {of_round.returned.count()}")
    file = receive_file(reviewer=reviewer, content=content, by=None)
    read_as(file, *items)
    assert file.status == ReturnedFile.Status.DONE, file.failure
    return list(file.items.order_by("number"))
